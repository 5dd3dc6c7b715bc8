// normal.h - one way to write what can be written in many.

#ifndef VERIFY_NORMAL_H
#define VERIFY_NORMAL_H

#include "query/query.h"

// Returns the root of a tame tree with every CTE put in the place of its references and
// every expression in its normal form: NOT next to what it negates, BETWEEN and IN lists
// of constants as comparisons, > and >= as < and <=, count(*) for what counts every row.
// `next_id`: the next number that is free in the result; all numbers in it are below.
const Query *tree_normal(Arena *arena, const Tree *tree, uint32_t *next_id);

// Returns the query with whole numbers for what is computed of such in its comparisons.
const Query *query_folded(Arena *arena, const Query *query);

// Appends `condition` to `conjuncts`: an AND as its parts, TRUE not at all.
typedef struct {
    const Expr **items;
    size_t count;
    size_t capacity;
} Exprs;

void conjuncts_add(Arena *arena, Exprs *conjuncts, const Expr *condition);

// True and sets `number` if the expression is a number that a double holds exactly.
bool expr_read_number(const Expr *expr, double *number);

#endif
