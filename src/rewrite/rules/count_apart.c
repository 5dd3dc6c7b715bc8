// count_apart - tables that are only counted are grouped before they are joined.
//
//   before   SELECT a.id, count(DISTINCT b.id), max(c.x)
//            FROM a LEFT JOIN b ON b.a_id = a.id LEFT JOIN c ON c.a_id = a.id
//            GROUP BY a.id
//   after    SELECT a.id, coalesce(b.n, 0), c.m FROM a
//            LEFT JOIN (SELECT b.a_id, count(b.id) AS n FROM b GROUP BY b.a_id) b
//              ON b.a_id = a.id
//            LEFT JOIN (SELECT … FROM c GROUP BY c.a_id) c ON c.a_id = a.id
//
// Each group is one row of `a` with all combinations of its partners, one of each table.
// An aggregate that ignores duplicates (count DISTINCT, min, max) over `b` sees just the
// partners in `b`, however often the combinations repeat them: so it can be computed from
// `b` alone. Where there is no partner the count is 0 and the others are NULL, as they
// are over the one row that LEFT JOIN makes up.
//
// Why: partners add up instead of multiplying, and nothing has to be told apart again.
//
// Only if
//   (1) the block groups by a key of the table on the left, so that each group is one row
//       of it.
//   (2) the joined tables are named nowhere but in their own ON and in aggregates over
//       one of them that ignore duplicates. There is no other aggregate: count(*) counts
//       the combinations.
//   (3) both sides of these equalities compare by the same rules: GROUP BY goes by those
//       of the joined table's column.
//   (4) nothing in ON or in an aggregate is volatile, or may fail on a row that has no
//       partner.
//   (5) what is aggregated is NULL in the row that LEFT JOIN makes up: so not
//       count(DISTINCT coalesce(b.x, 0)), which is 1 over that row.
//   (6) no aggregate names a collation: a.t = max(b.t COLLATE NOCASE) goes by it, a
//       comparison of two columns by that of the left one.

#include "query/equal.h"
#include "query/function.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"

#include <strings.h>

enum { JOIN_LIMIT = 16 };

// One joined table, and the derived table that takes its place.
typedef struct {
    const Source *join;
    const Source *source;
    ExprList keys;   // Its columns that ON equates,
    ExprList others; // and with what.
    ExprList own;    // Conditions on it alone.
    ExprList aggregates;
    ARRAY(Output) outputs; // The keys, then the aggregates.
    const Source *derived;
} Joined;

typedef struct {
    RuleContext *context;
    const Select *select;
    const Source *base;
    Joined joined[JOIN_LIMIT]; // From the outermost inwards.
    size_t count;
    bool sound;
} Plan;

// Reading the block

// Takes one join's ON apart: equalities of the joined table's columns with the table on
// the left, and conditions on the joined table alone. False if it holds anything else.
static bool read_on(Plan *plan, Joined *joined)
{
    Arena *arena = plan->context->arena;
    uint32_t number = joined->source->number;
    for (size_t i = 0; i < joined->join->on_count; i++) {
        const Expr *conjunct = joined->join->on[i];
        NumberSet sources = expr_sources(arena, conjunct);
        if (expr_has_subquery(conjunct))
            return false;
        if (sources.count == 1 && sources.numbers[0] == number) {
            array_push(arena, &joined->own, conjunct);
            continue;
        }
        if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
            return false;
        bool swapped =
            !expr_is_column(conjunct->args[0], number, conjunct->args[0]->column);
        const Expr *key = conjunct->args[swapped], *other = conjunct->args[!swapped];
        NumberSet named = expr_sources(arena, other);
        if (key->kind != EXPR_COLUMN || key->source != number || named.count != 1 ||
            named.numbers[0] != plan->base->number)
            return false;
        array_push(arena, &joined->keys, key);
        array_push(arena, &joined->others, other);
    }
    return joined->keys.count > 0;
}

// Reads the chain of LEFT JOINs. False if FROM is anything else.
static bool read_from(Plan *plan)
{
    if (plan->select->source_count != 1)
        return false;
    const Source *source = plan->select->sources[0];
    for (; source->kind == SOURCE_JOIN; source = source->left) {
        bool plain = source->join == JOIN_LEFT && source->using_count == 0 &&
                     source->right->kind == SOURCE_TABLE;
        if (!plain || plan->count == JOIN_LIMIT)
            return false;
        plan->joined[plan->count++] = (Joined){.join = source, .source = source->right};
    }
    plan->base = source;
    return plan->count > 0 && source->kind == SOURCE_TABLE;
}

static bool groups_by_key(Plan *plan)
{
    const Select *select = plan->select;
    uint32_t *columns =
        arena_new(plan->context->arena, uint32_t, select->group_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < select->group_count; i++) {
        const Expr *key = select->groups[i].exprs[0];
        if (key->kind == EXPR_COLUMN && key->source == plan->base->number)
            columns[count++] = key->column;
    }
    return count > 0 &&
           source_is_unique_on(plan->context->facts, plan->base, columns, count);
}

static bool compares_alike(Plan *plan, const Joined *joined)
{
    for (size_t i = 0; i < joined->keys.count; i++)
        if (!exprs_compare_alike(plan->context->facts, joined->keys.items[i],
                                 joined->others.items[i]))
            return false;
    return true;
}

static bool is_harmless(Plan *plan, const ExprList *exprs)
{
    for (size_t i = 0; i < exprs->count; i++)
        if (!expr_is_repeatable(exprs->items[i]) ||
            expr_may_raise(plan->context->facts, exprs->items[i]))
            return false;
    return true;
}

// Aggregates

// True if the argument is NULL where there is no row of the table.
static bool is_null_without_row(Plan *plan, const Joined *joined, const Expr *aggregate)
{
    const Expr *present = expr_is_null(plan->context->arena, aggregate->args[0], true);
    NumberSet sources = source_numbers(plan->context->arena, joined->source);
    return rejects_nulls_of(plan->context->facts, present, sources);
}

static bool ignores_duplicates(const Expr *aggregate)
{
    return aggregate->arg_count == 1 && aggregate->order_count == 0 &&
           aggregate->function != NULL &&
           (aggregate->function->ignores_duplicates ||
            (aggregate->distinct && strcasecmp(aggregate->name, "count") == 0));
}

// Returns the joined table that the aggregate is over; NULL if there is not just one.
static Joined *table_of(Plan *plan, const Expr *aggregate)
{
    NumberSet named = expr_sources(plan->context->arena, aggregate);
    for (size_t i = 0; i < plan->count && named.count == 1; i++)
        if (plan->joined[i].source->number == named.numbers[0])
            return &plan->joined[i];
    return NULL;
}

// Notes each aggregate with its table.
static bool collect(void *data, const Expr *expr)
{
    Plan *plan = data;
    RuleContext *context = plan->context;
    if (expr->kind == EXPR_WINDOW || expr->kind == EXPR_GROUPING)
        plan->sound = false;
    if (expr->kind != EXPR_AGGREGATE)
        return true;
    Joined *joined = table_of(plan, expr);
    if (joined == NULL || expr_has_subquery(expr) ||
        !guard(context, 2, ignores_duplicates(expr)) ||
        !guard(context, 5, is_null_without_row(plan, joined, expr)) ||
        !guard(context, 6, !expr_has_collate(expr))) {
        plan->sound = false;
        return false;
    }
    if (!list_has(&joined->aggregates, expr))
        array_push(plan->context->arena, &joined->aggregates, expr);
    return false;
}

static void collect_aggregates(Plan *plan, const Query *query)
{
    Visitor visitor = {.expr = collect, .query = walk_stay_out, .context = plan};
    walk_results(query, &visitor);
}

// Building

// Returns the aggregate as the derived table computes it: a key is told apart already.
static const Expr *computed(Plan *plan, const Joined *joined, const Expr *aggregate)
{
    const Expr *argument = aggregate->args[0];
    Expr plain = *aggregate;
    bool is_key = argument->kind == EXPR_COLUMN &&
                  source_is_unique_on_values(plan->context->facts, joined->source,
                                             &argument->column, 1);
    plain.distinct = aggregate->distinct && !is_key;
    return expr_new(plan->context->arena, plain);
}

static void make_derived(Plan *plan, Joined *joined)
{
    Arena *arena = plan->context->arena;
    Tree *tree = plan->context->tree;
    GroupItem *groups = arena_new(arena, GroupItem, joined->keys.count);
    for (size_t i = 0; i < joined->keys.count; i++) {
        groups[i] = group_key_new(arena, joined->keys.items[i]);
        array_push(arena, &joined->outputs,
                   output_new(tree, joined->keys.items[i], "key"));
    }
    for (size_t i = 0; i < joined->aggregates.count; i++) {
        const Expr *expr = computed(plan, joined, joined->aggregates.items[i]);
        const char *name = arena_printf(arena, "%s_%zu", aggregate_called(expr), i + 1);
        array_push(arena, &joined->outputs, output_new(tree, expr, name));
    }
    const Source **sources = arena_new(arena, const Source *, 1);
    sources[0] = joined->source;
    const Query *query = query_of_select(arena, (Select){
                                                    .outputs = joined->outputs.items,
                                                    .output_count = joined->outputs.count,
                                                    .sources = sources,
                                                    .source_count = 1,
                                                    .filter = joined->own.items,
                                                    .filter_count = joined->own.count,
                                                    .groups = groups,
                                                    .group_count = joined->keys.count,
                                                });
    // The outputs name the table's columns twice: once as keys, once in GROUP BY.
    query = query_copy(arena, query, &tree->next_id);
    joined->outputs.items =
        arena_copy(arena, query->select->outputs, joined->outputs.count, sizeof(Output));
    joined->derived = source_new(arena, (Source){.kind = SOURCE_QUERY,
                                                 .number = tree->next_id++,
                                                 .alias = joined->source->alias,
                                                 .explicit_alias = true,
                                                 .query = query,
                                                 .comment = joined->source->comment,
                                                 .offset = joined->source->offset});
}

// Returns the derived table's column in place of an aggregate: 0 for a count without
// rows.
static const Expr *replaced(void *data, const Expr *expr)
{
    Plan *plan = data;
    if (expr->kind != EXPR_AGGREGATE)
        return expr;
    Arena *arena = plan->context->arena;
    const Joined *joined = table_of(plan, expr);
    size_t i = 0;
    while (!expr_equal(joined->aggregates.items[i], expr))
        i++;
    const Output *output = &joined->outputs.items[joined->keys.count + i];
    const Expr *column =
        source_column(arena, plan->context->tree, joined->derived, output->id);
    if (strcasecmp(expr->name, "count") != 0)
        return column;
    const Expr *args[] = {column, expr_integer(arena, 0)};
    return call_new(arena, plan->context->tree, "coalesce", args, COUNT_OF(args));
}

// Returns the FROM item with the derived tables joined instead.
static const Source *joined_from(Plan *plan)
{
    Arena *arena = plan->context->arena;
    const Source *source = plan->base;
    for (size_t i = plan->count; i-- > 0;) {
        const Joined *joined = &plan->joined[i];
        const Expr **on = arena_new(arena, const Expr *, joined->keys.count);
        for (size_t j = 0; j < joined->keys.count; j++) {
            const Expr *key = source_column(arena, plan->context->tree, joined->derived,
                                            joined->outputs.items[j].id);
            on[j] = expr_compare(arena, COMPARE_EQ, key, joined->others.items[j]);
        }
        Source join = *joined->join;
        join.left = source;
        join.right = joined->derived;
        join.on = on;
        join.on_count = joined->keys.count;
        source = source_new(arena, join);
    }
    return source;
}

static const Expr *const *mapped(const Mapper *mapper, const Expr *const *exprs,
                                 size_t count)
{
    const Expr **changed = arena_new(mapper->arena, const Expr *, count + 1);
    for (size_t i = 0; i < count; i++)
        changed[i] = map_expr(exprs[i], mapper);
    return changed;
}

static const Query *rebuilt(Plan *plan, const Query *query)
{
    Arena *arena = plan->context->arena;
    Mapper mapper = {.expr = replaced,
                     .enter_query = walk_stay_out,
                     .context = plan,
                     .arena = arena};
    Select select = *plan->select;
    Output *outputs =
        arena_copy(arena, select.outputs, select.output_count, sizeof(*outputs));
    for (size_t i = 0; i < select.output_count; i++)
        outputs[i].expr = map_expr(outputs[i].expr, &mapper);
    ExprList filter = {0};
    list_add_all(arena, &filter, select.filter, select.filter_count);
    list_add_all(arena, &filter, mapped(&mapper, select.having, select.having_count),
                 select.having_count);
    OrderItem *order = arena_new(arena, OrderItem, query->order_count + 1);
    for (size_t i = 0; i < query->order_count; i++) {
        order[i] = query->order[i];
        order[i].expr = map_expr(order[i].expr, &mapper);
    }
    const Source **sources = arena_new(arena, const Source *, 1);
    sources[0] = joined_from(plan);
    select.outputs = outputs;
    select.sources = sources;
    select.filter = filter.items;
    select.filter_count = filter.count;
    select.groups = NULL;
    select.group_count = 0;
    select.group_all = false;
    select.having = NULL;
    select.having_count = 0;
    Query changed = *query;
    changed.select = select_new(arena, select);
    changed.order = order;
    return query_new(arena, changed);
}

// True if the joined tables are named nowhere in the block any more.
static bool names_none(Plan *plan, const Query *query)
{
    NumberSet named = query_free_sources(plan->context->arena, query);
    for (size_t i = 0; i < plan->count; i++)
        if (number_set_has(named, plan->joined[i].source->number))
            return false;
    return true;
}

const Query *count_apart(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT || query->select->group_count == 0 ||
        !select_has_plain_groups(query->select) || query->select->window_count > 0 ||
        query->select->qualify_count > 0 || query->select->distinct == DISTINCT_ON)
        return NULL;
    Plan plan = {.context = context, .select = query->select, .sound = true};
    if (!read_from(&plan) || !guard(context, 1, groups_by_key(&plan)))
        return NULL;
    collect_aggregates(&plan, query);
    for (size_t i = 0; i < plan.count && plan.sound; i++) {
        Joined *joined = &plan.joined[i];
        plan.sound = read_on(&plan, joined) && joined->aggregates.count > 0 &&
                     guard(context, 3, compares_alike(&plan, joined)) &&
                     guard(context, 4,
                           is_harmless(&plan, &joined->own) &&
                               is_harmless(&plan, &joined->aggregates));
    }
    if (!plan.sound)
        return NULL;
    for (size_t i = 0; i < plan.count; i++)
        make_derived(&plan, &plan.joined[i]);
    const Query *apart = rebuilt(&plan, query);
    if (!names_none(&plan, apart) || !take_source(context, plan.joined[0].join))
        return NULL;
    return apart;
}
