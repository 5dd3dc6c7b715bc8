// interpret.h - running a bound tree on tiny tables, in memory.
//
// The interpreter finds databases on which two queries may differ; it never decides that
// they are the same. Where the engine may do otherwise than it would (a function it does
// not know, ties under a LIMIT, a sum that overflows) a run is UNSURE, and a tree with a
// construct it does not know at all is refused when it is compiled: then the search has
// less to go by, and the engine runs the schedule alone.
//
// Semantics: SQL's three-valued logic with the dialect's own rules for types (SQLite's
// datatype3.html; DuckDB's as its documentation and typeof() show them). A tree is
// compiled once: columns become pointers to the current row of their source, aggregates
// and windows numbers of a cell; a run allocates from one arena and nothing else.

#ifndef VERIFY_INTERPRET_H
#define VERIFY_INTERPRET_H

#include "query/query.h"
#include "verify/change.h"
#include "verify/generate.h"
#include "verify/interpret_cell.h"
#include "verify/ordering.h"

// What was seen to happen in a run: for each predicate TRUE, FALSE, NULL; for each join
// rows with 0, 1, 2 and more partners; groups of one and of more; ties; peers; duplicates
// removed; rows in both arms of a set operation or in one; empty and NULL input of
// aggregates; subqueries with 0, 1, 2 rows. One bit each.
enum { TRACE_WORDS = 32 };
typedef struct {
    uint64_t words[TRACE_WORDS];
    uint64_t touched; // A bit for each change that was watched: it made a difference.
    size_t steps;     // What the run took: rows put together, subqueries, conditions.
    bool is_endless;  // A recursion was broken off.
} Trace;

// Adds what `more` has seen; true if something of it was new.
bool trace_join(Trace *all, const Trace *more);

// Rows of cells: row i begins at cells[i * stride], and has `width` columns.
typedef struct {
    Cell *cells;
    size_t count, capacity;
    uint32_t width, stride;
} CellRows;

// What interpreters share. Trees may have branches in common, a query and its mutants
// most of them: a common subquery that depends on no other block is compiled once, and
// run once for each database that is loaded.
typedef struct Branches Branches;
Branches *branches_new(Arena *arena);

// A database as the interpreter reads it: affinities applied, rows numbered.
typedef struct LoadedDatabase LoadedDatabase;
const LoadedDatabase *database_load(Arena *arena, Branches *branches, Dialect dialect,
                                    const Database *database);

typedef enum {
    RUN_ROWS,
    RUN_UNSURE, // Of the rows nothing is known; the trace counts all the same.
} RunKind;

typedef struct Interpreter Interpreter;

// Compiles a tree, which must outlive the interpreter. NULL, and why, where it has
// something that the interpreter does not know.
Interpreter *interpreter_new(Arena *arena, Branches *branches, const Tree *tree,
                             const char **why_not);

// As interpreter_new, with changes of conditions to watch, their numbers being their
// places; one with `from` NULL is none.
enum { CHANGE_LIMIT = 64 };
Interpreter *interpreter_new_watching(Arena *arena, Branches *branches, const Tree *tree,
                                      const Change *changes, size_t change_count,
                                      const char **why_not);

// Returns which of its changes an interpreter can watch: of the others nothing is known.
uint64_t interpreter_watches(const Interpreter *interpreter);

// Sets which changes the next runs watch.
void interpreter_watch(Interpreter *interpreter, uint64_t numbers);

// Runs the query on a database loaded for its branches; rows and trace live in `scratch`,
// which is the caller's to clear, and the same for all runs on one database. What another
// has run of it leaves no trace. `why` says what a RUN_UNSURE was unsure of.
RunKind interpreter_run(Interpreter *interpreter, Arena *scratch,
                        const LoadedDatabase *database, Trace *trace, CellRows *rows,
                        const char **why);

// Returns an engine's result as cells.
CellRows cell_rows_of_result(Arena *arena, const Result *result);

// Returns a copy that shares nothing with the rows.
CellRows cell_rows_copied(Arena *arena, const CellRows *rows);

// True if both may be the result of one query that orders so: the same rows, and the keys
// that are columns of the result in the same sequence. `ordering` may be NULL. `nearly`:
// floats within a tolerance.
bool cell_rows_same(const Ordering *ordering, const CellRows *a, const CellRows *b,
                    bool nearly);

#endif
