// count_to_exists - a count that is only compared with nothing asks whether there is one.
//
//   before   SELECT * FROM a WHERE (SELECT count(*) FROM b WHERE b.id = a.id) > 0
//   after    SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id)
//
// A count is never NULL, and neither is EXISTS: `= 0`, `< 1`, `<= 0` mean NOT EXISTS;
// `> 0`, `<> 0`, `>= 1` mean EXISTS; the same with the sides exchanged. count(x) counts
// the rows in which x is not NULL, a FILTER those for which it holds: both go to WHERE.
//
// Why: EXISTS stops at the first row, and other rules can make a join of it.
//
// Only if
//   (1) the subquery is one count over FROM and WHERE, without GROUP BY, HAVING, LIMIT or
//       OFFSET: HAVING may leave no row, and NULL is not 0.
//   (2) the count is the subquery's own. count(a.x) over a column of the block around it
//       belongs to that block.
//   (3) nothing in it is volatile: EXISTS evaluates it for fewer rows.

#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/correlation.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

#include <string.h>

// Which comparisons with which number ask for what.
static const struct {
    Comparison compare;
    const char *number;
    bool exists;
} meanings[] = {
    {COMPARE_EQ, "0", false}, {COMPARE_LE, "0", false}, {COMPARE_LT, "1", false},
    {COMPARE_GT, "0", true},  {COMPARE_NE, "0", true},  {COMPARE_GE, "1", true},
};

// True and sets `exists` if `compare` against the number means [NOT] EXISTS.
static bool find_meaning(Comparison compare, const Expr *number, bool *exists)
{
    if (!expr_is_literal(number, LITERAL_NUMBER))
        return false;
    for (size_t i = 0; i < COUNT_OF(meanings); i++)
        if (meanings[i].compare == compare &&
            strcmp(meanings[i].number, number->name) == 0) {
            *exists = meanings[i].exists;
            return true;
        }
    return false;
}

static bool is_plain_block(const Query *query)
{
    if (query->body != BODY_SELECT || query->limit != NULL || query->offset != NULL)
        return false;
    const Select *select = query->select;
    return select->output_count == 1 && select->source_count > 0 &&
           select->group_count == 0 && !select->group_all && select->having_count == 0 &&
           select->qualify_count == 0 && select->window_count == 0;
}

static bool is_count(const Expr *expr)
{
    return expr->kind == EXPR_AGGREGATE && strcasecmp(expr->name, "count") == 0 &&
           (expr->star || expr->arg_count <= 1);
}

// Returns the subquery with `SELECT 1` in place of the count, and what the count looked
// at in WHERE.
static const Query *without_count(RuleContext *context, const Query *query)
{
    Arena *arena = context->arena;
    Select select = *query->select;
    const Expr *count = select.outputs[0].expr;
    ExprList filter = {0};
    list_add_all(arena, &filter, select.filter, select.filter_count);
    if (count->filter != NULL)
        array_push(arena, &filter, count->filter);
    if (!count->star && count->arg_count == 1)
        array_push(arena, &filter, expr_is_null(arena, count->args[0], true));
    select.filter = filter.items;
    select.filter_count = filter.count;

    Output *output = arena_new(arena, Output, 1);
    *output = output_one(arena, context->tree);
    select.outputs = output;
    select.stars = NULL;
    select.star_count = 0;
    select.distinct = DISTINCT_NONE;
    Query changed = *query;
    changed.select = select_new(arena, select);
    changed.order = NULL;
    changed.order_count = 0;
    return query_new(arena, changed);
}

static const Expr *as_exists(void *data, const Spot *spot)
{
    RuleContext *context = data;
    const Expr *expr = spot->expr;
    if (expr->kind != EXPR_COMPARE)
        return NULL;
    bool swapped = expr->args[1]->kind == EXPR_SUBQUERY;
    const Expr *subquery = expr->args[swapped];
    Comparison compare = swapped ? comparison_mirrored(expr->compare) : expr->compare;
    bool exists;
    if (subquery->kind != EXPR_SUBQUERY ||
        !find_meaning(compare, expr->args[!swapped], &exists))
        return NULL;

    const Query *query = subquery->query;
    if (query->body != BODY_SELECT || query->select->output_count != 1 ||
        !is_count(query->select->outputs[0].expr))
        return NULL;
    if (!guard(context, 1, is_plain_block(query)))
        return NULL;
    NumberSet own = select_numbers(context->arena, query->select);
    const Expr *count = query->select->outputs[0].expr;
    if (!guard(context, 2, expr_has_aggregate_of(count, own)))
        return NULL;
    if (!guard(context, 3, query_is_repeatable(query)))
        return NULL;
    if (!take_expr(context, expr))
        return NULL;
    return expr_new(context->arena, (Expr){.kind = EXPR_EXISTS,
                                           .type = TYPE_OF(TYPE_BOOLEAN),
                                           .query = without_count(context, query),
                                           .negated = !exists,
                                           .offset = expr->offset,
                                           .comment = expr->comment});
}

const Query *count_to_exists(RuleContext *context, const Query *query)
{
    return query_map_first_spot(context->arena, query, as_exists, context);
}
