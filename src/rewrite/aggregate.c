// aggregate.c - taking scalar aggregates apart.

#include "rewrite/aggregate.h"

#include "base/text.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"

typedef struct {
    Arena *arena;
    NumberSet outer;
    ScalarAggregate *scalar;
    bool failed;
} Collection;

static const char *output_name(Arena *arena, const ScalarAggregate *scalar,
                               const Expr *aggregate)
{
    const char *name = aggregate_called(aggregate);
    if (aggregate->star)
        name = "row_count";
    else if (aggregate->arg_count == 1 && aggregate->args[0]->kind == EXPR_COLUMN)
        name = arena_printf(arena, "%s_%s", name, aggregate->args[0]->name);
    for (size_t i = 0; i < scalar->aggregates.count; i++)
        if (text_same_word(scalar->aggregates.items[i].name, name))
            return arena_printf(arena, "%s_%zu", name, scalar->aggregates.count + 1);
    return name;
}

static bool visit_aggregate(void *context, const Expr *expr)
{
    Collection *collection = context;
    Arena *arena = collection->arena;
    if (expr->kind != EXPR_AGGREGATE)
        return true;
    // An aggregate that names the block around may belong to it.
    collection->failed |= number_set_meets(expr_sources(arena, expr), collection->outer);
    Aggregate aggregate = {.aggregate = expr,
                           .nothing = aggregate_of_nothing(arena, expr),
                           .name = output_name(arena, collection->scalar, expr)};
    array_push(arena, &collection->scalar->aggregates, aggregate);
    return false;
}

// True if the value names nothing of the subquery but in its aggregates.
static bool is_made_of_aggregates(Arena *arena, const ScalarAggregate *scalar)
{
    const Expr *rest = scalar->value;
    for (size_t i = 0; i < scalar->aggregates.count; i++)
        rest = expr_replace_node(arena, rest, scalar->aggregates.items[i].aggregate,
                                 expr_null(arena));
    return scalar->aggregates.count > 0 &&
           !number_set_meets(expr_sources(arena, rest),
                             select_numbers(arena, scalar->query->select));
}

bool scalar_aggregate_of(Arena *arena, const Expr *node, NumberSet outer,
                         ScalarAggregate *scalar)
{
    if (node->kind != EXPR_SUBQUERY || node->query->body != BODY_SELECT)
        return false;
    const Select *select = node->query->select;
    *scalar = (ScalarAggregate){.node = node,
                                .query = node->query,
                                .value = select->outputs[0].expr,
                                .correlation = correlation_of(arena, select, outer)};
    if (select->group_count > 0 || select->qualify_count > 0 ||
        scalar->correlation.mixed.count > 0 || expr_has_subquery(scalar->value) ||
        expr_has_window(scalar->value))
        return false;
    for (size_t i = 0; i < scalar->correlation.pairs.count; i++)
        if (!number_set_within(
                expr_sources(arena, scalar->correlation.pairs.items[i].outer), outer))
            return false;

    Collection collection = {.arena = arena, .outer = outer, .scalar = scalar};
    walk_expr(scalar->value, &(Visitor){.expr = visit_aggregate, .context = &collection});
    return !collection.failed && is_made_of_aggregates(arena, scalar);
}

const Expr *scalar_aggregate_value(Arena *arena, const ScalarAggregate *scalar,
                                   const Expr *const *replacements)
{
    const Expr *value = scalar->value;
    for (size_t i = 0; i < scalar->aggregates.count; i++)
        value = expr_replace_node(arena, value, scalar->aggregates.items[i].aggregate,
                                  replacements[i]);
    return value;
}

bool scalar_aggregate_is_known(const ScalarAggregate *scalar)
{
    for (size_t i = 0; i < scalar->aggregates.count; i++)
        if (scalar->aggregates.items[i].nothing == NULL)
            return false;
    return true;
}

bool rejects_nothing(Facts *facts, const Spot *spot, const ScalarAggregate *scalar)
{
    if (spot->place != SPOT_WHERE || !scalar_aggregate_is_known(scalar))
        return false;
    size_t count = scalar->aggregates.count;
    const Expr **nothing = arena_new(facts->arena, const Expr *, count);
    for (size_t i = 0; i < count; i++)
        nothing[i] = scalar->aggregates.items[i].nothing;
    const Expr *value = scalar_aggregate_value(facts->arena, scalar, nothing);
    const Expr *conjunct =
        expr_replace_node(facts->arena, spot->conjunct, scalar->node, value);
    return rejects_nulls_of(facts, conjunct, (NumberSet){0});
}

bool scalar_aggregate_has_row(const ScalarAggregate *scalar)
{
    return scalar->query->select->having_count == 0 && limit_keeps_a_row(scalar->query);
}

bool scalar_aggregate_is_repeatable(const ScalarAggregate *scalar)
{
    Query query = *scalar->query; // A LIMIT on one row is of no account.
    query.limit = NULL;
    query.offset = NULL;
    return query_is_repeatable(&query);
}
