// list.h - the lists of a tree (conjuncts, FROM items), with something changed.

#ifndef REWRITE_LIST_H
#define REWRITE_LIST_H

#include "base/array.h"
#include "query/query.h"

typedef ARRAY(const Expr *) ExprList;

// Appends all expressions.
void list_add_all(Arena *arena, ExprList *list, const Expr *const *exprs, size_t count);

// True if an expression that is expr_equal stands in the list.
bool list_has(const ExprList *list, const Expr *expr);

// True if every column that the expression names is in the list.
bool expr_names_only(const Expr *expr, const ExprList *columns);

// Returns the expressions with number `at` replaced, or left out where `expr` is NULL;
// the caller's count falls by one then.
const Expr *const *exprs_with(Arena *arena, const Expr *const *exprs, size_t count,
                              size_t at, const Expr *expr);

// Returns the FROM items with number `at` replaced, or left out where `source` is NULL.
const Source *const *sources_with(Arena *arena, const Source *const *sources,
                                  size_t count, size_t at, const Source *source);

// Returns the FROM items and one more behind them.
const Source *const *sources_and(Arena *arena, const Source *const *sources, size_t count,
                                 const Source *source);

// Returns the FROM items with the one that is `old`, or the join that has it below it,
// over `replacement` instead.
const Source *const *sources_replace(Arena *arena, const Source *const *sources,
                                     size_t count, const Source *old,
                                     const Source *replacement);

#endif
