// or_common_factor - what every arm of an OR asks for is asked once, outside of it.
//
//   before   SELECT * FROM a, b
//            WHERE (a.id = b.id AND a.x = 1) OR (a.id = b.id AND b.y = 2)
//   after    SELECT * FROM a, b WHERE a.id = b.id AND (a.x = 1 OR b.y = 2)
//
// AND and OR distribute over each other in three-valued logic, too: (p AND q) OR (p AND
// r) and p AND (q OR r) come out alike for every TRUE, FALSE and NULL. An arm that asks
// for nothing else leaves p alone: p OR (p AND q) is p.
//
// Why: an engine sees a join condition only where it stands by itself; inside the OR it
// compares every row with every other.
//
// Only if
//   (1) evaluating the condition twice gives the same twice. So not random() > 0.5.
//   (2) what is left in the arms cannot fail: outside of its AND it may now be evaluated
//       before the condition that kept it from failing.

#include "query/equal.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

// Returns the conjuncts of an arm; sets `count`.
static const Expr *const *arm_conjuncts(const Expr *const *arm, size_t *count)
{
    *count = (*arm)->kind == EXPR_AND ? (*arm)->arg_count : 1;
    return (*arm)->kind == EXPR_AND ? (*arm)->args : arm;
}

static bool arm_has(const Expr *const *arm, const Expr *condition)
{
    size_t count;
    const Expr *const *conjuncts = arm_conjuncts(arm, &count);
    for (size_t i = 0; i < count; i++)
        if (expr_equal(conjuncts[i], condition))
            return true;
    return false;
}

// Returns the conjuncts of the first arm that all arms have.
static ExprList common_conjuncts(RuleContext *context, const Expr *disjunction)
{
    ExprList common = {0};
    size_t count;
    const Expr *const *first = arm_conjuncts(&disjunction->args[0], &count);
    for (size_t i = 0; i < count; i++) {
        bool everywhere = guard(context, 1, expr_is_repeatable(first[i]));
        for (size_t j = 1; j < disjunction->arg_count && everywhere; j++)
            everywhere = arm_has(&disjunction->args[j], first[i]);
        if (everywhere)
            array_push(context->arena, &common, first[i]);
    }
    return common;
}

// Returns what an arm asks for beyond the common part: TRUE if that is nothing.
static const Expr *rest_of_arm(Arena *arena, const Expr *const *arm,
                               const ExprList *common)
{
    ExprList rest = {0};
    size_t count;
    const Expr *const *conjuncts = arm_conjuncts(arm, &count);
    for (size_t i = 0; i < count; i++)
        if (!list_has(common, conjuncts[i]))
            array_push(arena, &rest, conjuncts[i]);
    return expr_and(arena, rest.items, rest.count);
}

static const Expr *factored(void *data, const Spot *spot)
{
    RuleContext *context = data;
    const Expr *disjunction = spot->expr;
    if (disjunction->kind != EXPR_OR)
        return NULL;
    ExprList common = common_conjuncts(context, disjunction);
    if (common.count == 0)
        return NULL;

    ExprList arms = {0};
    bool always = false; // One arm asks for nothing more.
    for (size_t i = 0; i < disjunction->arg_count; i++) {
        const Expr *rest = rest_of_arm(context->arena, &disjunction->args[i], &common);
        if (!guard(context, 2, !expr_may_raise(context->facts, rest)))
            return NULL;
        always = always || expr_is_literal(rest, LITERAL_TRUE);
        array_push(context->arena, &arms, rest);
    }
    if (!take_expr(context, disjunction))
        return NULL;
    if (!always)
        array_push(context->arena, &common,
                   expr_or(context->arena, arms.items, arms.count));
    return expr_and(context->arena, common.items, common.count);
}

const Query *or_common_factor(RuleContext *context, const Query *query)
{
    return query_map_first_spot(context->arena, query, factored, context);
}
