// drop_repeated_correlation - IN compares already; its subquery need not compare again.
//
//   before   SELECT * FROM a
//            WHERE a.id IN (SELECT b.id FROM b WHERE b.id = a.id AND b.x = 1)
//   after    SELECT * FROM a WHERE a.id IN (SELECT b.id FROM b WHERE b.x = 1)
//
// The condition keeps the rows whose value equals the operand, and IN looks for one that
// does: the rows it throws away are ones that IN passes over. What may change is FALSE
// for NULL: a NULL operand, or a NULL among the values, was thrown away by the condition,
// and makes IN NULL now. Where IN stands in a filter that is the same.
//
// Why: without the condition the subquery no longer depends on the row, and is evaluated
// once instead of once a row.
//
// Only if
//   (1) IN stands where NULL and FALSE are the same, and is not negated; or neither the
//       operand nor the value can be NULL. With NOT IN a NULL drops every row.
//   (2) both sides compare by the same rules, in whichever order: = and IN each take
//       collation and affinity from their left side.
//   (3) the subquery is FROM and WHERE alone. Fewer rows are another sum, another rank,
//       another LIMIT.
//   (4) nothing else ties the subquery to the block around it, and nothing in it is
//       volatile or may fail: it is evaluated for other rows now.

#include "query/equal.h"
#include "query/walk.h"
#include "rewrite/correlation.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

typedef struct {
    RuleContext *context;
    const Select *block; // The one around.
} Search;

// Returns the number of the conjunct `value = operand`, or the number of conjuncts.
static size_t find_repeated(const Select *inner, const Expr *operand, const Expr *value)
{
    size_t i = 0;
    for (; i < inner->filter_count; i++) {
        const Expr *conjunct = inner->filter[i];
        if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
            continue;
        const Expr *left = conjunct->args[0], *right = conjunct->args[1];
        if ((expr_equal(left, value) && expr_equal(right, operand)) ||
            (expr_equal(left, operand) && expr_equal(right, value)))
            break;
    }
    return i;
}

static bool nulls_make_no_difference(Search *search, const Spot *spot,
                                     const Select *inner, const Expr *value)
{
    Facts *facts = search->context->facts;
    const Expr *operand = spot->expr->args[0];
    if (spot->in_filter && !spot->expr->negated)
        return true;
    return expr_never_null_in_from(facts, search->block, operand) &&
           expr_never_null(facts, inner, value);
}

static const Expr *without_repetition(void *data, const Spot *spot)
{
    Search *search = data;
    RuleContext *context = search->context;
    const Expr *expr = spot->expr;
    if (expr->kind != EXPR_IN_QUERY || expr->args[0]->kind == EXPR_ROW ||
        expr->query->body != BODY_SELECT)
        return NULL;
    const Query *query = expr->query;
    Select select = *query->select;
    const Expr *operand = expr->args[0], *value = select.outputs[0].expr;
    size_t repeated = find_repeated(&select, operand, value);
    if (repeated == select.filter_count)
        return NULL;

    const Expr *const *filter =
        exprs_with(context->arena, select.filter, select.filter_count, repeated, NULL);
    select.filter = filter;
    select.filter_count--;
    const Query *looser =
        query_with_select(context->arena, query, select_new(context->arena, select));

    if (!guard(context, 1, nulls_make_no_difference(search, spot, &select, value)))
        return NULL;
    if (!guard(context, 2, exprs_compare_alike(context->facts, operand, value)))
        return NULL;
    if (!guard(context, 3, query_is_filter_only(query)))
        return NULL;
    bool independent = query_free_sources(context->arena, looser).count == 0 &&
                       query_is_repeatable(looser) && expr_is_repeatable(operand) &&
                       !query_may_raise(context->facts, looser);
    if (!guard(context, 4, independent))
        return NULL;
    if (!take_expr(context, expr))
        return NULL;
    Expr changed = *expr;
    changed.query = looser;
    return expr_new(context->arena, changed);
}

const Query *drop_repeated_correlation(RuleContext *context, const Query *query)
{
    Search search = {.context = context, .block = query->select};
    return query_map_first_spot(context->arena, query, without_repetition, &search);
}
