// draw.h - values and rows by chance. Inside of generate.c and probe.c.

#ifndef VERIFY_DRAW_H
#define VERIFY_DRAW_H

#include "base/array.h"
#include "verify/aim.h"
#include "verify/checks.h"
#include "verify/generate.h"
#include "verify/pool.h"

enum { SUBSET_LIMIT = 5 };

// Columns of one class that can hold the same values.
typedef struct {
    uint32_t class;
    Domain domain;
    Pool pool;
    PoolSection documents;      // Of what is read as JSON; else empty.
    bool has_twins;             // Equal values need not be the same; see draw_subsets.
    bool is_cast;               // Some column is; see draw_subsets.
    bool is_idle;               // All its columns are.
    Value subset[SUBSET_LIMIT]; // What the database being drawn uses.
    size_t subset_count;
} Group;

typedef struct {
    uint32_t group;
    bool nullable;
    bool wants_null;
    bool is_generated;
    bool is_checked; // A CHECK speaks of it.
    bool is_idle;    // It always holds `idle`.
    Value idle;
} Slot;

typedef ARRAY(const Value *) Rows;

struct Generator {
    Arena *arena;
    const Hints *hints;
    Slot *slots; // One for each of Hints.columns.
    ARRAY(Group) groups;
    Rows *templates;       // For each table: rows that its CHECKs admit.
    Checks *checks;        // NULL: none that can be told beforehand.
    size_t largest;        // Rows a table, at most, usually.
    bool has_nullable_key; // A column that queries group by, that is.
    Aim *aim;              // NULL where there is no tree.
    size_t aimed;          // Databases so far.
    size_t drawn;          // The same, those that are not aimed,
    size_t large;          // and those with a large group.
};

// Where the columns of one class lead in a table that a recursion may go through.
typedef enum {
    LEADS_ANYWHERE,
    LEADS_UP, // From a smaller value to a larger one, so that there is an end to it.
    LEADS_DOWN,
    CHAIN_UP, // Each row to the next one.
    CHAIN_DOWN,
} Leading;

typedef struct {
    Generator *generator;
    Arena *arena;
    Random *random;
    unsigned null_chance;    // Of 16.
    unsigned copy_chance;    // Of 16.
    Leading leading;         // For recursion.
    int64_t chain_start;     // Added to the numbers of a chain.
    size_t numbered;         // The group whose values count the rows,
    size_t alike;            // so many rows to a number; 0: there is none.
    size_t emptied;          // The place in Hints.columns of a column that is NULL where
    unsigned emptied_chance; // chance has it, of 16; 0: there is none.
    bool is_parade;          // Each row has other values, until all have been there:
    size_t stagger;          // so many further in each column than in the one before.
    Rows *rows;              // For each table.
} Drawing;

bool drawing_is_chain(const Drawing *drawing);

// Chooses the few values that each group uses in this database; `favour`: those that
// the queries ask for. Where equal values need not be the same (letters of either case
// under a collation, 1 and 1.0 in a column without a type) two of them often are twins;
// in SQLite what is cast is the same as text and as bytes. Some texts are respelled, but
// not where DuckDB could not cast them.
void draw_subsets(Generator *generator, Arena *arena, Random *random, bool favour);

// Makes the columns of a group use two values that are not the same, if there are such.
void draw_two_values(Generator *generator, Random *random, size_t group);

// Returns the value with its letters changed, or as it is.
Value draw_respelled(const Generator *generator, Arena *arena, Random *random,
                     const Group *group, Value value);

// Returns how many rows show all values of a group in a parade.
size_t parade_length(const Group *group);

// Returns the value of a column in row `place` of a parade: all of the pool, NULL, and
// some that are respelled, in turn.
Value parade_value(Drawing *drawing, const Slot *slot, size_t place);

// Returns a value for a column, of the few, or `widely` of all there are.
Value draw_value(Drawing *drawing, uint32_t index, bool widely);

// Fills a row; what no constraint has seen.
void draw_columns(Drawing *drawing, size_t t, bool widely, Value *row);

// Adds a row to table `t` if one is found that breaks no key. `aimed`: some values that
// it must have; or NULL.
void draw_row(Drawing *drawing, size_t t, const AimedRow *aimed);

// Returns the rows as the engine takes them: without generated columns.
TableRows table_rows(const Generator *generator, Arena *arena, size_t t,
                     const Rows *rows);

#endif
