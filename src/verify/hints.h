// hints.h - what the two queries say about the values that tell them apart.
//
// Literals come from the words of both texts and of the tables' CHECKs, so they are
// there even where a text does not bind. From the trees come the finer things: which
// columns are compared with which literals, and which columns with each other: these
// make a class and draw from one pool of values, or joins would never match.

#ifndef VERIFY_HINTS_H
#define VERIFY_HINTS_H

#include "verify/literals.h"
#include "verify/pair.h"

// What is known of one column of one table.
typedef struct {
    uint32_t table;   // In Hints.tables.
    uint32_t column;  // In the table.
    uint32_t class;   // The index of one column of its class: equal means same class.
    bool is_used;     // Some query names it.
    bool wants_null;  // Some query asks whether it is NULL.
    bool is_grouped;  // Some query groups by it.
    bool is_document; // Some query reads it as JSON.
    bool is_cast;     // Some query makes another type of it, which DuckDB may refuse.
    bool is_idle;     // No answer depends on it (idle.h).
    Literals near;    // Compared with it.
} ColumnHint;

typedef struct {
    const Catalog *catalog;
    const Tree *trees[2]; // Of the original and the candidate; NULL where not bound.
    const Table *const *tables; // pair_tables
    size_t table_count;
    const Table *const *views; // pair_views
    size_t view_count;
    const size_t *first;          // first[t]: where the columns of table t begin.
    const size_t *const *parents; // parents[t][k]: hints_parent of its k-th foreign key.
    ColumnHint *columns;
    size_t column_count;
    Literals seen;       // In either text or a CHECK, each once.
    const char *letters; // Of their strings (respell.h).
    const size_t *sizes; // Small whole numbers among them: LIMIT 10, count(*) > 5.
    size_t size_count;
    const size_t *counts;  // Larger ones that rows are counted against (HAVING, LIMIT,
    size_t count_count;    // windows),
    size_t counted_tables; // and how many tables those rows are joined of, at most.
    const double *spans;   // Seconds between moments that the queries speak of.
    size_t span_count;
    Traits traits;
} Hints;

const Hints *hints_new(Arena *arena, const Pair *pair);

// True if databases made from `outer` have in them what those made from `inner` would:
// the same tables, at least its literals, its columns, and those alike.
bool hints_within(const Hints *inner, const Hints *outer);

// Returns the table's place in `hints->tables`, or `table_count`.
size_t hints_table(const Hints *hints, const Table *table);

// Returns the column's place in `hints->columns`, or `column_count`.
size_t hints_column(const Hints *hints, const Table *table, uint32_t column);

// Returns the place of the table that a foreign key of table t refers to, or
// `table_count`; `key` is one of the table's own.
size_t hints_parent(const Hints *hints, size_t t, const ForeignKey *key);

// True if a table has columns that the engine computes: rows are narrower there.
bool hints_have_generated_columns(const Hints *hints);

#endif
