// conditions.h - what rules ask about a tree, beyond facts/.
//
// As there: true is a promise, false is never more than a missed chance.

#ifndef REWRITE_CONDITIONS_H
#define REWRITE_CONDITIONS_H

#include "facts/facts.h"
#include "rewrite/list.h"

// True if values of `expr` that are equal, as GROUP BY sees it, are identical: no
// function can tell them apart. Not so for 1 and 1.0, 0.0 and -0.0, 'a' and 'A' under
// NOCASE.
bool equality_is_identity(const Tree *tree, const Expr *expr);

// True if the conjunct cannot tell equal values of `key` apart: it compares the key
// itself with literals or NULL.
bool only_compares(const Expr *conjunct, const Expr *key);

// Returns the literal that an aggregate yields over no rows; NULL if that is not known,
// or if its value depends on the order of the rows.
const Expr *aggregate_of_nothing(Arena *arena, const Expr *aggregate);

// True if a query yields a row whenever it would without its LIMIT and OFFSET.
bool limit_keeps_a_row(const Query *query);

// True if the conjuncts hold one that says the same as `expr`, with `from` in `expr`
// taken for `to`.
bool has_conjunct_under(const Expr *const *conjuncts, size_t count, const Expr *expr,
                        uint32_t from, uint32_t to);

#endif
