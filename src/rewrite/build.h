// build.h - making what rules put in the place of something.

#ifndef REWRITE_BUILD_H
#define REWRITE_BUILD_H

#include "query/query.h"

// Returns a fresh output. The name is the column's own, or `name` for anything else.
Output output_new(Tree *tree, const Expr *expr, const char *name);

// Returns the output `1`, for whoever only asks whether there is a row.
Output output_one(Arena *arena, Tree *tree);

// Returns the key `expr` of GROUP BY.
GroupItem group_key_new(Arena *arena, const Expr *expr);

// Returns `(query) AS alias`. `offset` is the place of what it replaces.
const Source *derived_new(Arena *arena, uint32_t number, const char *alias,
                          const Query *query, size_t offset);

// Returns what a source is called in its block; of a join, what its first one is.
const char *source_called(const Source *source);

// Returns `operand IN (query)`, a row value for more than one operand. `offset` is the
// place of what it replaces.
const Expr *expr_in_query(Arena *arena, const Expr *const *operands, size_t count,
                          const Query *query, bool negated, size_t offset);

// Returns a call, or an aggregate (count(*) where `arg` is NULL), with what the dialect's
// table knows of it.
const Expr *call_new(Arena *arena, const Tree *tree, const char *name,
                     const Expr *const *args, size_t arg_count);
const Expr *aggregate_new(Arena *arena, const Tree *tree, const char *name,
                          const Expr *arg);

// Returns what an aggregate is called in names made of it: as the dialect's table has it,
// not COUNT.
const char *aggregate_called(const Expr *aggregate);

// Lets each `*` of a select stand for the sources it has now, one `t.*` each: for rules
// that add a source.
void keep_stars(Arena *arena, Tree *tree, Select *select);

// Returns `name(*) OVER window` or, without a star, `name() OVER window`.
const Expr *window_new(Arena *arena, const Tree *tree, const char *name, bool star,
                       Type type, const Window *window);

// Returns `CASE WHEN condition THEN yes ELSE no END`, of the type of `no`.
const Expr *expr_if_else(Arena *arena, const Expr *condition, const Expr *yes,
                         const Expr *no);

// Returns expr_operator's, with what the dialect knows of it.
const Expr *operator_new(Arena *arena, const Tree *tree, const char *name,
                         const Expr *left, const Expr *right);

#endif
