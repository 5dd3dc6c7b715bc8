// wish_beside.c - rows beside those that the result needs.
//
// Siblings agree with a block's row where that matters, near misses fail it in one
// condition. Neither is needed for the result; they show what a wrong query does.

#include "verify/wish.h"

#include "query/walk.h"

#include <stdint.h>

// Siblings

static bool find_window(void *context, const Expr *expr)
{
    const Window **window = context;
    if (expr->kind == EXPR_WINDOW && *window == NULL)
        *window = expr->window;
    return true;
}

static const Window *window_of(const Select *select)
{
    const Window *window = NULL;
    Visitor visitor = {.expr = find_window, .query = walk_stay_out, .context = &window};
    for (size_t i = 0; i < select->output_count; i++)
        walk_expr(select->outputs[i].expr, &visitor);
    return window;
}

static void agree(Wish *wish, Comparison op, const Expr *expr, Env *a, Env *b)
{
    (void)wish_compare(wish, op, expr, a, expr, b);
}

// The same group but for one of its keys.
static void agree_in_groups(Wish *wish, const Select *select, size_t odd, Env *a, Env *b)
{
    for (size_t i = 0; i < select->group_count; i++)
        for (size_t j = 0; j < select->groups[i].expr_count; j++)
            agree(wish, i == odd ? COMPARE_NE : COMPARE_EQ, select->groups[i].exprs[j], a,
                  b);
}

// A tie on the first keys of ORDER BY, but not on the next.
static void agree_in_order(Wish *wish, const Query *query, size_t count, Env *a, Env *b)
{
    for (size_t i = 0; i <= count && i < query->order_count; i++) {
        const Expr *key = query->order[i].expr;
        const Output *output =
            key->kind == EXPR_OUTPUT ? query_output(query, key->column) : NULL;
        agree(wish, i < count ? COMPARE_EQ : COMPARE_NE,
              output == NULL ? key : output->expr, a, b);
    }
}

static void agree_in_outputs(Wish *wish, const Select *select, Env *a, Env *b)
{
    for (size_t i = 0; i < select->output_count; i++)
        agree(wish, COMPARE_EQ, select->outputs[i].expr, a, b);
}

// Returns in what the sibling shall agree where nothing is asked for.
static Beside draw_beside(Wish *wish, const Query *query)
{
    size_t kind = random_below(wish->random, 3);
    if (query->select->group_count > 0 && kind == 0)
        return (Beside){BESIDE_GROUP, query,
                        random_below(wish->random, query->select->group_count)};
    if (query->order_count > 0 && kind == 1)
        return (Beside){BESIDE_TIE, query,
                        random_below(wish->random, query->order_count + 1)};
    return (Beside){BESIDE_TWIN, query, 0};
}

static void agree_beside(Wish *wish, const Query *query, Beside beside, Env *a, Env *b)
{
    if (beside.kind == BESIDE_GROUP)
        agree_in_groups(wish, query->select, beside.keys, a, b);
    else if (beside.kind == BESIDE_TIE)
        agree_in_order(wish, query, beside.keys, a, b);
    else
        agree_in_outputs(wish, query->select, a, b);
}

void wish_add_sibling(Wish *wish, const Query *query, Env *env)
{
    Beside beside = wish->plan.beside;
    bool is_wanted = beside.query == query && beside.kind != BESIDE_MANY;
    const Window *window = window_of(query->select);
    unsigned chance = is_wanted ? 16 : window != NULL ? 10 : wish->plan.sibling_chance;
    if (wish->has_siblings || wish_is_full(wish) ||
        !random_chance(wish->random, chance, 16))
        return;
    wish->has_siblings = true;
    const Tuple *other = wish_block(wish, query, env->outer, env);
    if (!is_wanted)
        beside = draw_beside(wish, query);
    if (other->kind == TUPLE_BLOCK && window != NULL && !is_wanted)
        for (size_t i = 0; i < window->partition_count; i++)
            agree(wish, COMPARE_EQ, window->partition[i], env, other->env);
    else if (other->kind == TUPLE_BLOCK)
        agree_beside(wish, query, beside, env, other->env);
    wish->has_siblings = false;
}

typedef struct {
    Wish *wish;
    Env *env;
} Touching;

static bool touch_column(void *context, const Expr *expr)
{
    Touching *touching = context;
    if (expr->kind == EXPR_COLUMN)
        (void)wish_place(touching->wish, expr, touching->env);
    return true;
}

void wish_touch_outputs(Wish *wish, const Select *select, Env *env)
{
    Touching touching = {wish, env};
    Visitor visitor = {.expr = touch_column,
                       .query = walk_stay_out,
                       .context = &touching};
    for (size_t i = 0; i < select->output_count; i++)
        walk_expr(select->outputs[i].expr, &visitor);
    for (size_t i = 0; i < select->group_count; i++)
        for (size_t j = 0; j < select->groups[i].expr_count; j++)
            walk_expr(select->groups[i].exprs[j], &visitor);
}

// Near misses

void wish_miss_one(Wish *wish, size_t count)
{
    wish->plan.has_goal = true;
    wish->plan.goal_truth = TRUTH_FALSE;
    wish->plan.goal = wish->conditions + random_below(wish->random, count);
}

void wish_near_miss(Wish *wish, const Query *query, Env *env)
{
    if (query->body != BODY_SELECT || query->select->filter_count == 0 ||
        wish_is_full(wish) || !random_chance(wish->random, wish->plan.miss_chance, 16))
        return;
    Plan plan = wish->plan;
    wish_miss_one(wish, query->select->filter_count);
    (void)wish_block(wish, query, env, NULL);
    wish->plan = plan;
}

// True if the condition is known to hold.
static bool is_met(Wish *wish, const Expr *conjunct, Env *env)
{
    Scalar left, right;
    return conjunct->kind == EXPR_COMPARE &&
           wish_value(wish, conjunct->args[0], env, false, &left) &&
           wish_value(wish, conjunct->args[1], env, false, &right) &&
           left.kind == right.kind && left.kind != SCALAR_NULL &&
           comparison_holds(conjunct->compare, scalar_compare(left, right));
}

// A scalar subquery fails, or yields any of them, where another row meets its
// conditions, too: makes what they yield the same.
static void make_single(Wish *wish, const Answered *answered)
{
    const Query *query = answered->query;
    const Tuple *tuple = answered->tuple;
    if (tuple->kind != TUPLE_BLOCK || tuple->width == 0 || tuple->env == NULL ||
        tuple->env->query != query || tuple->env->is_grouped ||
        tuple->env->bindings.count != 1 ||
        tuple->env->bindings.items[0].tuple->kind != TUPLE_ROW)
        return;
    Binding own = tuple->env->bindings.items[0];
    for (size_t row = 0; row < wish->rows.count; row++) {
        if (wish->rows.items[row].is_gone ||
            wish->rows.items[row].table != wish->rows.items[own.tuple->row].table)
            continue;
        Tuple *other = arena_new(wish->arena, Tuple, 1);
        *other = (Tuple){.kind = TUPLE_ROW, .row = row};
        Env *env = arena_new(wish->arena, Env, 1);
        *env = (Env){.outer = tuple->env->outer, .query = query};
        array_push(wish->arena, &env->bindings, ((Binding){own.source, other}));
        bool meets = true;
        for (size_t i = 0; i < query->select->filter_count && meets; i++)
            meets = is_met(wish, query->select->filter[i], env);
        if (meets)
            (void)wish_compare(wish, COMPARE_EQ, tuple->exprs[0], tuple->env,
                               tuple->exprs[0], env);
    }
}

void wish_make_single(Wish *wish)
{
    for (size_t i = 0; i < wish->answered.count; i++)
        make_single(wish, &wish->answered.items[i]);
}
