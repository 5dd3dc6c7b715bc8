// compared.h - which literals of a query could be others, and which others there are.
//
// A query is kept for its shape: tomorrow it is run for another customer, another month.
// So a rewrite is tried on other values of the literals that its conditions compare with
// columns; those in the select list, in LIMIT and in arithmetic stay as they are. The
// values are drawn from the column's data: the most frequent, the rarest, and some at
// even distances between the least and the greatest.

#ifndef OPTIMIZE_COMPARED_H
#define OPTIMIZE_COMPARED_H

#include "base/array.h"
#include "engine/engine.h"
#include "query/query.h"

typedef struct {
    const Table *table;
    uint32_t column;
    ARRAY(const Expr *) literals; // What it is compared with, in conditions.
    const Value *values; // From the data, in order; none before they are fetched.
    size_t value_count;
    size_t frequent, rare; // Their places among the values.
} ComparedColumn;

typedef ARRAY(ComparedColumn) ComparedColumns;

// Returns the columns of base tables that conditions (WHERE and ON, at any depth) compare
// with literals. A column of a CTE or derived table counts as the one it passes on.
ComparedColumns compared_columns(Arena *arena, const Tree *tree);

// Fetches values of the column by SQL, within the time-out; from the first million rows
// at most. Without any it fails, or has no values.
bool compared_fetch(Engine *engine, Arena *arena, double timeout_ms,
                    ComparedColumn *column, Error *err) MUST_CHECK;

enum { VARIANT_COUNT = 8 };

// Sets `varied` to the tree with other values for its literals, every node else where it
// was, and `words` to what was put in ("orders.total: 990 -> 12"). `variant` goes from 0
// to VARIANT_COUNT - 1. False if this one changes nothing.
bool compared_vary(Arena *arena, const Tree *tree, const ComparedColumns *columns,
                   size_t variant, Tree *varied, const char **words);

#endif
