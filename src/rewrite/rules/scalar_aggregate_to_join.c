// scalar_aggregate_to_join - a correlated aggregate is computed once for all keys.
//
//   before   SELECT * FROM a WHERE a.x > (SELECT avg(b.x) FROM b WHERE b.id = a.id)
//   after    SELECT a.* FROM a
//              JOIN (SELECT b.id, avg(b.x) AS avg_x FROM b GROUP BY b.id) AS per_id
//                ON per_id.id = a.id
//            WHERE a.x > per_id.avg_x
//
//   before   SELECT a.x, (SELECT count(*) FROM b WHERE b.id = a.id) FROM a
//   after    SELECT a.x, coalesce(per_id.row_count, 0) FROM a
//              LEFT JOIN (SELECT b.id, count(*) AS row_count FROM b GROUP BY b.id)
//                AS per_id ON per_id.id = a.id
//
// The derived table has one row for each id that occurs, holding what the subquery yields
// for it. A row of `a` without one (no partner, or a.id NULL) gets NULL from the LEFT
// JOIN, which is what avg, max, min and sum yield over nothing; count yields 0. Where the
// condition is not TRUE for that, the row is lost either way and the join may be inner.
// What is made of the aggregates (1.2 * avg(b.x)) stays where the subquery stood.
//
// Why: the subquery runs once for each row of `a`, the derived table once.
//
// Only if
//   (1) both sides of the equality compare by the same rules, so that the rows that equal
//       a.id are one group: with b.id NOCASE and a.id not, a.id = b.id tells 'k' and 'K'
//       apart where GROUP BY does not.
//   (2) nothing takes the aggregate's row away: HAVING count(*) > 1, LIMIT 1 OFFSET 1.
//   (3) what the aggregates yield over nothing is known, and does not depend on the order
//       of the rows: not group_concat, not total.
//   (4) the join is inner only if the condition is not TRUE without a partner. So not for
//       coalesce((SELECT …), 0) < 5 or (SELECT count(*) …) = 0.
//   (5) the subquery gives the same value each time: not with random().
//   (6) nothing inside can raise an error: it is run now for groups without a partner,
//       too.
//   (7) the value names no collation. A subquery's value has none in SQLite, so that
//       a.t = (SELECT max(b.t) COLLATE NOCASE …) tells 'k' and 'K' apart, and the same
//       with a column would not.

#include "rewrite/aggregate.h"
#include "rewrite/build.h"

typedef struct {
    RuleContext *context;
    const Query *block;
    NumberSet sources; // Of the block's FROM.
    ScalarAggregate scalar;
    const Source *grouped; // The derived table.
    bool inner;
} Work;

// The derived table

// Makes it: one output for each key, then one for each aggregate.
static const Query *grouped_query(RuleContext *context, const ScalarAggregate *scalar)
{
    Arena *arena = context->arena;
    Tree *tree = context->tree;
    const Query *inner = scalar->query;
    size_t keys = scalar->correlation.pairs.count, count = scalar->aggregates.count;
    Output *outputs = arena_new(arena, Output, keys + count);
    GroupItem *groups = arena_new(arena, GroupItem, keys);
    for (size_t i = 0; i < keys; i++) {
        const Expr *key = scalar->correlation.pairs.items[i].inner;
        groups[i] = group_key_new(arena, expr_copy(arena, key, &tree->next_id));
        outputs[i] = output_new(tree, key, arena_printf(arena, "key_%zu", i + 1));
    }
    for (size_t i = 0; i < count; i++) {
        const Aggregate *aggregate = &scalar->aggregates.items[i];
        outputs[keys + i] = output_new(tree, aggregate->aggregate, aggregate->name);
    }

    Select select = {.outputs = outputs,
                     .output_count = keys + count,
                     .sources = inner->select->sources,
                     .source_count = inner->select->source_count,
                     .filter = scalar->correlation.own.items,
                     .filter_count = scalar->correlation.own.count,
                     .groups = groups,
                     .group_count = keys};
    return query_new(arena, (Query){.with_recursive = inner->with_recursive,
                                    .ctes = inner->ctes,
                                    .cte_count = inner->cte_count,
                                    .body = BODY_SELECT,
                                    .select = select_new(arena, select),
                                    .position = inner->position});
}

static const Source *derived_table(RuleContext *context, const Query *query)
{
    const char *alias =
        arena_printf(context->arena, "per_%s", query->select->outputs[0].name);
    return derived_new(context->arena, context->tree->next_id++, alias, query, NO_OFFSET);
}

static ExprList join_conditions(const Work *work)
{
    Arena *arena = work->context->arena;
    ExprList conditions = {0};
    for (size_t i = 0; i < work->scalar.correlation.pairs.count; i++) {
        const KeyPair *pair = &work->scalar.correlation.pairs.items[i];
        const Expr *key = source_column(arena, work->context->tree, work->grouped,
                                        work->grouped->query->select->outputs[i].id);
        bool inner_first = pair->conjunct->args[0] == pair->inner;
        array_push(arena, &conditions,
                   expr_compare(arena, COMPARE_EQ, inner_first ? key : pair->outer,
                                inner_first ? pair->outer : key));
    }
    return conditions;
}

// Returns the subquery's value over the derived table's columns.
static const Expr *value_of(const Work *work)
{
    Arena *arena = work->context->arena;
    size_t count = work->scalar.aggregates.count;
    const Output *outputs =
        work->grouped->query->select->outputs + work->scalar.correlation.pairs.count;
    const Expr **columns = arena_new(arena, const Expr *, count);
    for (size_t i = 0; i < count; i++) {
        const Expr *nothing = work->scalar.aggregates.items[i].nothing;
        columns[i] =
            source_column(arena, work->context->tree, work->grouped, outputs[i].id);
        if (work->inner || nothing == NULL || expr_is_literal(nothing, LITERAL_NULL))
            continue;
        const Expr *args[] = {columns[i], nothing};
        columns[i] =
            call_new(arena, work->context->tree, "coalesce", args, COUNT_OF(args));
    }
    return scalar_aggregate_value(arena, &work->scalar, columns);
}

// Joining

// Returns the number of the FROM item that has all sources that the keys name; the count
// of items if no single one has.
static size_t joined_item(const Work *work)
{
    Arena *arena = work->context->arena;
    const Select *select = work->block->select;
    NumberSet named = {0};
    for (size_t i = 0; i < work->scalar.correlation.pairs.count; i++) {
        const Expr *outer = work->scalar.correlation.pairs.items[i].outer;
        named = number_set_union(arena, named, expr_sources(arena, outer));
    }
    for (size_t i = 0; i < select->source_count; i++)
        if (number_set_within(named, source_numbers(arena, select->sources[i])))
            return i;
    return select->source_count;
}

static const Source *join_with(const Work *work, const Source *left)
{
    ExprList conditions = join_conditions(work);
    return source_new(work->context->arena,
                      (Source){.kind = SOURCE_JOIN,
                               .number = work->context->tree->next_id++,
                               .join = work->inner ? JOIN_INNER : JOIN_LEFT,
                               .left = left,
                               .right = work->grouped,
                               .on = conditions.items,
                               .on_count = conditions.count,
                               .offset = NO_OFFSET});
}

// Adds the derived table to a block in which the subquery has been replaced: to its list,
// if the block writes its inner joins so, else joined to the item that has the keys.
static const Query *with_join(const Work *work, const Query *block)
{
    Arena *arena = work->context->arena;
    Select select = *block->select;
    keep_stars(arena, work->context->tree, &select);
    if (!work->inner || select.source_count == 1) {
        size_t item = joined_item(work);
        select.sources = sources_with(arena, select.sources, select.source_count, item,
                                      join_with(work, select.sources[item]));
    } else {
        ExprList filter = join_conditions(work);
        list_add_all(arena, &filter, select.filter, select.filter_count);
        select.filter = filter.items;
        select.filter_count = filter.count;
        select.sources =
            sources_and(arena, select.sources, select.source_count++, work->grouped);
    }
    return query_with_select(arena, block, select_new(arena, select));
}

static const Expr *to_column(void *user, const Spot *spot)
{
    Work *work = user;
    RuleContext *context = work->context;
    if (!spot_sees_rows(work->block, spot) ||
        !scalar_aggregate_of(context->arena, spot->expr, work->sources, &work->scalar) ||
        work->scalar.correlation.pairs.count == 0)
        return NULL;
    const ScalarAggregate *scalar = &work->scalar;
    const Query *query = grouped_query(context, scalar);
    if (query_free_sources(context->arena, query).count > 0)
        return NULL;
    work->inner = spot->place == SPOT_WHERE &&
                  guard(context, 4, rejects_nothing(context->facts, spot, scalar));
    bool can_join = work->inner || joined_item(work) < work->block->select->source_count;
    if (!can_join ||
        !guard(context, 1, pairs_compare_alike(context->facts, &scalar->correlation)) ||
        !guard(context, 2, scalar_aggregate_has_row(scalar)) ||
        !guard(context, 3, scalar_aggregate_is_known(scalar)) ||
        !guard(context, 5, scalar_aggregate_is_repeatable(scalar)) ||
        !guard(context, 6, !query_may_raise(context->facts, query)) ||
        !guard(context, 7, !expr_has_collate(scalar->value)) ||
        !take_expr(context, spot->expr))
        return NULL;
    work->grouped = derived_table(context, query);
    return value_of(work);
}

const Query *scalar_aggregate_to_join(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Work work = {.context = context,
                 .block = query,
                 .sources = select_numbers(context->arena, query->select)};
    const Query *result = query_map_first_spot(context->arena, query, to_column, &work);
    return result ? with_join(&work, result) : NULL;
}
