// match.h - do two queries say the same?

#ifndef VERIFY_MATCH_H
#define VERIFY_MATCH_H

#include "verify/block.h"

// True if two subqueries in the same place of an expression, in normal form, mean the
// same there. `place`: EXPR_EXISTS (whether there is a row), EXPR_IN_QUERY (which values)
// or EXPR_SUBQUERY (the value). References to outer sources must be the same in both.
bool query_matches(Workshop *workshop, const Query *a, const Query *b, ExprKind place);

// True if both blocks return the same bag of rows, column by column, on every database,
// and `b` in the order of `a` where that has one. The numbers in `b` must not be those of
// `a`.
bool block_matches(Workshop *workshop, const Block *a, const Block *b);

// True if the block can't return a row.
bool block_is_empty(Workshop *workshop, const Block *block);

#endif
