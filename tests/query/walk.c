// walk.c - the tests of query/: walking, mapping, copying, number sets.
//
// The tree is made by hand, so that these tests stand below the parser:
//
//   WITH w AS (SELECT t.a FROM t)                            -- cte 1, source 2, output 3
//   SELECT d.a, count(*) FILTER (WHERE d.a > 1)
//   FROM (SELECT w.a FROM w) AS d                            -- source 4 (5), output 6
//   WHERE EXISTS (SELECT 1 FROM t WHERE t.a = d.a AND t.b = x.b)    -- source 7, x is 50
//   GROUP BY d.a ORDER BY sum(d.a)

#include "query/walk.h"

#include "base/error.h"
#include "expect.h"

#include <stdio.h>

static const Column columns[] = {{.name = "a"}, {.name = "b"}};
static const Table table = {.name = "t", .columns = columns, .column_count = 2};

static const Expr *column(Arena *arena, uint32_t source, uint32_t number)
{
    return expr_new(arena,
                    (Expr){.kind = EXPR_COLUMN, .source = source, .column = number});
}

static const Expr *aggregate(Arena *arena, const char *name, const Expr *arg,
                             const Expr *filter)
{
    return expr_new(arena, (Expr){.kind = EXPR_AGGREGATE,
                                  .name = name,
                                  .args = arena_copy(arena, &arg, 1, sizeof(arg)),
                                  .arg_count = arg ? 1 : 0,
                                  .star = !arg,
                                  .filter = filter});
}

static const Query *block(Arena *arena, uint32_t id, const Expr *output,
                          const Source *source, const Expr *const *filter, size_t count)
{
    Output *outputs = arena_new(arena, Output, 1);
    outputs[0] = (Output){.id = id, .expr = output, .name = "a"};
    return query_of_select(
        arena, (Select){.outputs = outputs,
                        .output_count = 1,
                        .sources = arena_copy(arena, &source, 1, sizeof(source)),
                        .source_count = 1,
                        .filter = arena_copy(arena, filter, count, sizeof(*filter)),
                        .filter_count = count});
}

static const Source *table_source(Arena *arena, uint32_t number)
{
    return source_new(arena,
                      (Source){.kind = SOURCE_TABLE, .number = number, .table = &table});
}

static const Query *sample_derived(Arena *arena)
{
    return block(arena, 6, column(arena, 5, 3),
                 source_new(arena, (Source){.kind = SOURCE_CTE, .number = 5, .cte = 1}),
                 NULL, 0);
}

static const Expr *sample_exists(Arena *arena)
{
    const Expr *both[] = {
        expr_compare(arena, COMPARE_EQ, column(arena, 7, 0), column(arena, 4, 6)),
        expr_compare(arena, COMPARE_EQ, column(arena, 7, 1), column(arena, 50, 1)),
    };
    const Query *query =
        block(arena, 8, expr_integer(arena, 1), table_source(arena, 7), both, 2);
    return expr_new(arena, (Expr){.kind = EXPR_EXISTS, .query = query});
}

static const Query *sample(Arena *arena)
{
    Cte *cte = arena_new(arena, Cte, 1);
    *cte = (Cte){.number = 1, .name = "w"};
    cte->query = block(arena, 3, column(arena, 2, 0), table_source(arena, 2), NULL, 0);
    const Expr *above =
        expr_compare(arena, COMPARE_GT, column(arena, 4, 6), expr_integer(arena, 1));
    Output *outputs = arena_new(arena, Output, 2);
    outputs[0] = (Output){.id = 9, .expr = column(arena, 4, 6), .name = "a"};
    outputs[1] =
        (Output){.id = 10, .expr = aggregate(arena, "count", NULL, above), .name = "n"};
    const Source *source = source_new(
        arena,
        (Source){.kind = SOURCE_QUERY, .number = 4, .query = sample_derived(arena)});
    const Expr *exists = sample_exists(arena);
    const Expr *key = column(arena, 4, 6);
    GroupItem *group = arena_new(arena, GroupItem, 1);
    *group =
        (GroupItem){.exprs = arena_copy(arena, &key, 1, sizeof(key)), .expr_count = 1};
    OrderItem *order = arena_new(arena, OrderItem, 1);
    order->expr = aggregate(arena, "sum", column(arena, 4, 6), NULL);
    Query query = *query_of_select(
        arena, (Select){.outputs = outputs,
                        .output_count = 2,
                        .sources = arena_copy(arena, &source, 1, sizeof(source)),
                        .source_count = 1,
                        .filter = arena_copy(arena, &exists, 1, sizeof(exists)),
                        .filter_count = 1,
                        .groups = group,
                        .group_count = 1});
    query.ctes = arena_copy(arena, &cte, 1, sizeof(cte));
    query.cte_count = 1;
    query.order = order;
    query.order_count = 1;
    return query_new(arena, query);
}

// Walking

typedef struct {
    size_t columns, queries, sources;
    uint32_t lowest; // Number made below; UINT32_MAX: none.
} Count;

static void lower(Count *count, uint32_t number)
{
    if (number < count->lowest)
        count->lowest = number;
}

static bool count_expr(void *context, const Expr *expr)
{
    Count *count = context;
    count->columns += expr->kind == EXPR_COLUMN;
    if (expr->kind == EXPR_COLUMN)
        lower(count, expr->source);
    return true;
}

static bool count_query(void *context, const Query *query)
{
    Count *count = context;
    count->queries++;
    size_t width;
    const Output *outputs = query_outputs(query, &width);
    for (size_t i = 0; i < width; i++)
        lower(count, outputs[i].id);
    for (size_t i = 0; i < query->cte_count; i++)
        lower(count, query->ctes[i]->number);
    return true;
}

static bool count_source(void *context, const Source *source)
{
    Count *count = context;
    count->sources++;
    lower(count, source->number);
    if (source->kind == SOURCE_CTE)
        lower(count, source->cte);
    return true;
}

static Count count_nodes(const Query *query)
{
    Count count = {.lowest = UINT32_MAX};
    walk_query(query, &(Visitor){.expr = count_expr,
                                 .query = count_query,
                                 .source = count_source,
                                 .context = &count});
    return count;
}

static void test_walk(Arena *arena, const Query *query)
{
    Count count = count_nodes(query);
    expect(count.columns == 10 && count.queries == 4 && count.sources == 4,
           "every node is visited");
    NumberSet outside = query_free_sources(arena, query);
    expect(outside.count == 1 && outside.numbers[0] == 50, "what it depends on");
    NumberSet named = expr_sources(arena, query->select->filter[0]);
    expect(named.count == 2 && named.numbers[0] == 4 && named.numbers[1] == 50,
           "sources made inside are left out");
    expect(query_count_cte_uses(query, 1) == 1 &&
               query_free_ctes(arena, query).count == 0 &&
               query_free_ctes(arena, query->select->sources[0]->query).count == 1,
           "CTEs that are read");
    expect(query_is_grouped(query) && !query_is_grouped(query->ctes[0]->query),
           "grouped or not");
}

// A mapper that changes nothing must return the same tree; one that changes one literal
// must share what it does not touch.
static const Expr *same_expr(void *context, const Expr *expr)
{
    return expr;
}

static const Expr *other_literal(void *context, const Expr *expr)
{
    return expr->kind == EXPR_LITERAL ? expr_integer(context, 2) : expr;
}

static const Expr *replace_outer(void *context, const Expr *expr)
{
    return expr->source == 50 ? expr_null(context) : NULL;
}

static void test_map(Arena *arena, const Query *query)
{
    Mapper mapper = {.expr = same_expr, .arena = arena};
    expect(map_query(query, &mapper) == query, "nothing changed");
    mapper = (Mapper){.expr = other_literal, .arena = arena, .context = arena};
    const Query *changed = map_query(query, &mapper);
    expect(changed != query && changed->ctes == query->ctes &&
               changed->select->sources == query->select->sources,
           "what is not touched is shared");
    const Query *replaced = query_replace_columns(arena, query, replace_outer, arena);
    expect(query_free_sources(arena, replaced).count == 0,
           "columns in subqueries are replaced");
    const Query *inner = query->ctes[0]->query;
    const Query *exchanged = query_replace(arena, query, inner, changed->ctes[0]->query);
    expect(exchanged == query, "a query replaced by itself changes nothing");
    const Query *derived = query->select->sources[0]->query;
    exchanged = query_replace(arena, query, derived, query_new(arena, *derived));
    expect(exchanged != query && exchanged->select->filter == query->select->filter,
           "a query is replaced by identity");
}

static void test_copy(Arena *arena, const Query *query)
{
    uint32_t next_id = 100;
    const Query *copy = query_copy(arena, query, &next_id);
    Count before = count_nodes(query), after = count_nodes(copy);
    expect(before.columns == after.columns && before.sources == after.sources &&
               before.queries == after.queries,
           "a copy is whole");
    expect(after.lowest == 50 && next_id == 110, "numbers are fresh, but those outside");
    NumberSet outside = query_free_sources(arena, copy);
    expect(outside.count == 1 && outside.numbers[0] == 50, "it depends on the same");
    const Expr *key = copy->select->groups[0].exprs[0];
    expect(key->source == copy->select->sources[0]->number &&
               query_output(copy->select->sources[0]->query, key->column) != NULL,
           "references follow");
}

static void test_aggregates(Arena *arena)
{
    // (SELECT count(x.a) FROM t): over x alone it is an aggregate of the block outside.
    const Expr *outer = aggregate(arena, "count", column(arena, 50, 0), NULL);
    const Query *query = block(arena, 11, outer, table_source(arena, 12), NULL, 0);
    const Expr *scalar = expr_new(arena, (Expr){.kind = EXPR_SUBQUERY, .query = query});
    uint32_t fifty = 50, other = 51;
    expect(!query_is_grouped(query), "an aggregate of the block outside");
    expect(expr_has_aggregate(scalar), "an aggregate in a subquery is the block's");
    expect(expr_has_aggregate_of(scalar, (NumberSet){&fifty, 1}),
           "of the block it names");
    expect(!expr_has_aggregate_of(scalar, (NumberSet){&other, 1}), "and of no other");
    const Expr *own = aggregate(arena, "count", column(arena, 12, 0), NULL);
    query = block(arena, 13, own, table_source(arena, 12), NULL, 0);
    scalar = expr_new(arena, (Expr){.kind = EXPR_SUBQUERY, .query = query});
    expect(query_is_grouped(query) && !expr_has_aggregate(scalar),
           "an aggregate of the subquery");
}

static void test_sets(Arena *arena)
{
    NumberSet odd = {0}, even = {0};
    for (uint32_t i = 20; i-- > 0;) {
        if (i % 2)
            odd = number_set_with(arena, odd, i);
        else
            even = number_set_with(arena, even, i);
    }
    NumberSet all = number_set_union(arena, odd, even);
    expect(all.count == 20 && all.numbers[7] == 7, "a union is sorted");
    expect(number_set_within(odd, all) && !number_set_within(all, odd), "within");
    expect(!number_set_meets(odd, even) && number_set_meets(all, even), "meets");
    expect(number_set_has(odd, 19) && !number_set_has(odd, 20), "has");
    expect(number_set_with(arena, all, 3).numbers == all.numbers, "with what it has");
}

static void test_exprs(Arena *arena)
{
    const Expr *a = expr_is_null(arena, column(arena, 1, 0), false);
    const Expr *b =
        expr_compare(arena, COMPARE_LT, column(arena, 1, 0), column(arena, 1, 1));
    const Expr *pair[] = {a, b};
    const Expr *both = expr_and(arena, pair, 2);
    const Expr *nested[] = {both, a};
    expect(expr_and(arena, nested, 2)->arg_count == 3, "AND is flat");
    expect(expr_or(arena, nested, 2)->arg_count == 2, "OR keeps an AND");
    expect(expr_and(arena, &a, 1) == a, "an AND of one is that one");
    expect(expr_is_literal(expr_or(arena, NULL, 0), LITERAL_FALSE), "an OR of none");
    expect(expr_not(arena, a)->negated, "NOT (a IS NULL) is a IS NOT NULL");
    expect(expr_not(arena, expr_not(arena, b)) == b, "two NOTs before a comparison");
    const Expr *plain = column(arena, 1, 0);
    expect(expr_not(arena, expr_not(arena, plain)) != plain, "NOT NOT 5 is not 5");
    expect(expr_with_args(arena, both, both->args) == both, "the same arguments");
    for (int i = COMPARE_EQ; i <= COMPARE_NOT_DISTINCT; i++) {
        Comparison compare = (Comparison)i;
        expect(comparison_negated(comparison_negated(compare)) == compare &&
                   comparison_mirrored(comparison_mirrored(compare)) == compare,
               "mirrored and negated twice");
    }
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    const Query *query = sample(&arena);
    test_walk(&arena, query);
    test_map(&arena, query);
    test_copy(&arena, query);
    test_aggregates(&arena);
    test_sets(&arena);
    test_exprs(&arena);
    arena_clear(&arena);
    return finish();
}
