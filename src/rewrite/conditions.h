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

// True if min(x) < max(x) for a set of values of `expr` whenever two of them are <>, and
// only then: the results of aggregates have no collation of their own.
bool order_tells_apart(const Tree *tree, const Expr *expr);

// True if the condition comes to the same for values of `key` that are equal, as GROUP BY
// sees it: they are identical, or it does no more than compare the key itself with
// literals, NULL or a list.
bool tells_no_equals_apart(const Tree *tree, const Expr *condition, const Expr *key);

// Returns the literal that an aggregate yields over no rows; NULL if that is not known,
// or if its value depends on the order of the rows.
const Expr *aggregate_of_nothing(Arena *arena, const Expr *aggregate);

// True if a query yields a row whenever it would without its LIMIT and OFFSET.
bool limit_keeps_a_row(const Query *query);

// True if the block's results name a column of a group's rows that its keys do not fix.
// SQLite takes its value from some row, that of a lone min() or max() if there is one.
bool names_bare_column(Facts *facts, const Query *query);

// True if the block's rows may be others, or its values, where those of FROM come in
// another order: for an aggregate that looks at it, a bare column, or a LIMIT without
// ORDER BY.
bool block_depends_on_order(Facts *facts, const Query *query);

// True if the conjuncts hold one that says the same as `expr`, with `from` in `expr`
// taken for `to`.
bool has_conjunct_under(const Expr *const *conjuncts, size_t count, const Expr *expr,
                        uint32_t from, uint32_t to);

// True if the FROM item, which is no join, yields the same rows whenever it is read: a
// table of the catalogue, or a repeatable query.
bool source_is_repeatable(const Tree *tree, const Source *source);

// True if both FROM items are certain to read the same rows: the same table, or the same
// CTE if running it twice makes no difference.
bool sources_read_alike(const Tree *tree, const Source *a, const Source *b);

#endif
