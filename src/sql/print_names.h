// print_names.h - which names a tree is printed with.
//
// In a bound tree a column names its source by number; text has only names, and rules
// move branches to where those names mean something else. Here one walk, before
// anything is printed, finds for each reference what its name would mean where it now
// stands, block by block as the engines look names up. People keep the names they gave:
//
//   - A column stays unqualified if it was written so and the name alone still means it.
//   - An alias that hides another one that is needed below it, or stands twice in one
//     FROM, gets a number: users_2. So does a CTE that would catch a table's name.
//   - An output is named where its consumer needs it and the engine would call it
//     something else.
//   - `*`, USING and NATURAL come back where they still mean the same.
//
// Of a tree that is not bound, the names are those in it.

#ifndef SQL_PRINT_NAMES_H
#define SQL_PRINT_NAMES_H

#include "query/query.h"

typedef struct Names Names;

// Returns the names for everything below `root`, which is printed as a whole statement.
Names *names_choose(Arena *arena, Dialect dialect, const Query *root);

// True if the tree is bound: columns are numbers, and keys are values.
bool names_are_bound(const Names *names);

// Returns what a source's columns are qualified with; NULL if it has no name.
const char *names_source(const Names *names, const Source *source);

// Returns the name of the CTE that a source reads, or of one that is defined.
const char *names_cte_read(const Names *names, const Source *source);
const char *names_cte(const Names *names, const Cte *cte);

typedef struct {
    const char *qualifier; // NULL: none.
    const char *name;
} ColumnName;

ColumnName names_column(const Names *names, const Expr *column);

// Returns the name to print behind an output's AS, or NULL if there shall be none.
// `label` is the output whose name counts: the output itself, or in the first arm of a
// set operation the one that the whole yields. What an engine calls an expression that
// is no column is not known here.
const char *names_output(const Names *names, const Output *output, const Output *label);

// Returns the name a consumer uses for an output: of VALUES and other bodies that have
// no AS. NULL if nobody does.
const char *names_output_used(const Names *names, const Output *label);

// Outputs that one `*` stands for, with what it leaves out.
typedef struct {
    const Star *star;
    size_t count;
    const char *const *left_out;
    size_t left_out_count;
} StarRun;

// Returns the run that begins with output number `first`, or NULL. `labels` are the
// outputs whose names count, as above.
const StarRun *names_star(const Names *names, const Select *select, const Output *labels,
                          size_t first);

// True if the join can be printed with USING, or as NATURAL.
bool names_has_using(const Names *names, const Source *join);
bool names_has_natural(const Names *names, const Source *join);

// Returns the name of the column merged by USING that this COALESCE stands for, or NULL.
const char *names_merged(const Names *names, const Expr *call);

// How an EXPR_OUTPUT is printed.
typedef enum { OUTPUT_BY_NAME, OUTPUT_BY_ORDINAL, OUTPUT_BY_EXPR } OutputStyle;

// Sets what is needed for the style: the name, the number (from 1), the expression.
typedef struct {
    OutputStyle style;
    const char *name;
    size_t ordinal;
    const Expr *expr;
} OutputUse;

OutputUse names_output_use(const Names *names, const Expr *output);

#endif
