// passing.h - the conditions that every row coming out of FROM and WHERE has passed.

#ifndef REWRITE_PASSING_H
#define REWRITE_PASSING_H

#include "query/walk.h"
#include "rewrite/list.h"

// Returns the conjuncts of WHERE and of those joins whose rows all have to pass their ON:
// inner joins that stand on no side for which an outer join makes up rows.
ExprList passed_conjuncts(Arena *arena, const Select *select);

// Returns the conjuncts of WHERE and of every ON, whatever the join.
ExprList all_conjuncts(Arena *arena, const Select *select);

// Returns those of the conjuncts that name this source and no other, and have no
// subquery.
ExprList conjuncts_on(Arena *arena, const ExprList *conjuncts, uint32_t source);

// True if an outer join in the select's FROM may put NULLs in place of this source's row.
bool source_may_be_made_up(const Select *select, uint32_t source);

#endif
