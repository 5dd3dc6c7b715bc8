// regroup.c - taking a grouping block apart, and putting it together in two steps.

#include "rewrite/regroup.h"

#include "base/text.h"
#include "query/equal.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"

#include <assert.h>

// Reading FROM

static bool stands_alone(const Source *source)
{
    if (source->kind == SOURCE_JOIN)
        return stands_alone(source->left) && stands_alone(source->right);
    return source->kind != SOURCE_FUNCTION && source->kind != SOURCE_OPAQUE &&
           !source->lateral;
}

static bool add_parts(Regroup *regroup, const Source *source, bool open_all)
{
    Arena *arena = regroup->context->arena;
    bool is_join = source->kind == SOURCE_JOIN;
    bool is_inner = is_join && (source->join == JOIN_INNER || source->join == JOIN_CROSS);
    if (is_inner || (is_join && open_all)) {
        regroup->all_inner = regroup->all_inner && is_inner;
        list_add_all(arena, &regroup->conjuncts, source->on, source->on_count);
        return add_parts(regroup, source->left, open_all) &&
               add_parts(regroup, source->right, open_all);
    }
    array_push(arena, &regroup->parts,
               ((Part){.source = source, .numbers = source_numbers(arena, source)}));
    return stands_alone(source);
}

Part *regroup_part(const Regroup *regroup, uint32_t source)
{
    for (size_t i = 0; i < regroup->parts.count; i++)
        if (number_set_has(regroup->parts.items[i].numbers, source))
            return &regroup->parts.items[i];
    return NULL;
}

// Reading aggregates

// Marks the parts that the expression names. False if it names what is not of this FROM.
static bool mark_summed(Regroup *regroup, const Expr *expr)
{
    NumberSet named = expr_sources(regroup->context->arena, expr);
    for (size_t i = 0; i < named.count; i++) {
        Part *part = regroup_part(regroup, named.numbers[i]);
        if (part == NULL)
            return false;
        part->summed = true;
    }
    return true;
}

static const Summand *find_summand(const Regroup *regroup, const Expr *aggregate)
{
    for (size_t i = 0; i < regroup->summands.count; i++)
        if (expr_equal(regroup->summands.items[i].aggregate, aggregate))
            return &regroup->summands.items[i];
    return NULL;
}

static bool add_summand(Regroup *regroup, const Expr *aggregate)
{
    if (find_summand(regroup, aggregate) != NULL)
        return true;
    Summand summand;
    if (!summand_read(regroup->context->tree, aggregate, &summand) ||
        (summand.value != NULL && !mark_summed(regroup, summand.value)) ||
        (aggregate->filter != NULL && !mark_summed(regroup, aggregate->filter)))
        return false;
    regroup->splits = regroup->splits && summand.splits;
    regroup->ordered = regroup->ordered && summand.ordered;
    regroup->finite = regroup->finite && summand.finite;
    array_push(regroup->context->arena, &regroup->summands, summand);
    return true;
}

// Reading the block

typedef struct {
    Regroup *regroup;
    bool possible;
} Reading;

static bool read_expr(void *data, const Expr *expr)
{
    Reading *reading = data;
    Regroup *regroup = reading->regroup;
    const Select *select = regroup->query->select;
    if (expr->kind == EXPR_AGGREGATE) {
        reading->possible = reading->possible && add_summand(regroup, expr);
        return false;
    }
    if (select_groups_by(select, expr))
        return false;
    if (expr->kind == EXPR_COLUMN && regroup_part(regroup, expr->source) != NULL)
        regroup->grouped = false;
    return true;
}

// A subquery that looks at the rows may hold aggregates of this block.
static bool read_subquery(void *data, const Query *query)
{
    Reading *reading = data;
    NumberSet free = query_free_sources(reading->regroup->context->arena, query);
    for (size_t i = 0; i < free.count; i++)
        if (regroup_part(reading->regroup, free.numbers[i]) != NULL)
            reading->possible = false;
    return false;
}

static bool read_aggregates(Regroup *regroup)
{
    Reading reading = {regroup, true};
    Visitor visitor = {.expr = read_expr, .query = read_subquery, .context = &reading};
    walk_results(regroup->query, &visitor);
    return reading.possible && regroup->summands.count > 0;
}

bool regroup_read(RuleContext *context, const Query *query, bool open_all,
                  Regroup *regroup)
{
    *regroup = (Regroup){.context = context,
                         .query = query,
                         .all_inner = true,
                         .splits = true,
                         .ordered = true,
                         .finite = true,
                         .grouped = true};
    if (query->body != BODY_SELECT || query->select->distinct == DISTINCT_ON ||
        query->select->window_count > 0 ||
        query_free_sources(context->arena, query).count > 0)
        return false;
    const Select *select = query->select;
    for (size_t i = 0; i < select->source_count; i++)
        if (!add_parts(regroup, select->sources[i], open_all))
            return false;
    list_add_all(context->arena, &regroup->conjuncts, select->filter,
                 select->filter_count);
    return read_aggregates(regroup);
}

// What is inside

static bool is_inside(const Regroup *regroup, const Expr *conjunct)
{
    NumberSet named = expr_sources(regroup->context->arena, conjunct);
    for (size_t i = 0; i < named.count; i++)
        if (!regroup_part(regroup, named.numbers[i])->inside)
            return false;
    return named.count > 0;
}

static bool has_name(const Regroup *regroup, const char *name)
{
    for (size_t i = 0; i < regroup->keys.count; i++)
        if (text_same_word(regroup->keys.items[i].name, name))
            return true;
    for (size_t i = 0; i < regroup->summands.count; i++)
        for (size_t j = 0; j < regroup->summands.items[i].output_count; j++)
            if (text_same_word(regroup->summands.items[i].outputs[j].name, name))
                return true;
    return false;
}

// Gives the output a name that no other has.
static void name_output(const Regroup *regroup, Output *output)
{
    const char *stem = output->name;
    for (unsigned i = 2; has_name(regroup, output->name); i++) {
        output->name = arena_printf(regroup->context->arena, "%s_%u", stem, i);
        output->explicit_name = true;
    }
}

static bool note_key(void *data, const Expr *expr)
{
    Regroup *regroup = data;
    if (expr->kind != EXPR_COLUMN)
        return true;
    const Part *part = regroup_part(regroup, expr->source);
    if (part == NULL || !part->inside || list_has(&regroup->key_columns, expr))
        return true;
    Output key = output_new(regroup->context->tree, expr, expr->name);
    name_output(regroup, &key);
    array_push(regroup->context->arena, &regroup->key_columns, expr);
    array_push(regroup->context->arena, &regroup->keys, key);
    return true;
}

static bool note_key_outside(void *data, const Expr *expr)
{
    return expr->kind != EXPR_AGGREGATE && note_key(data, expr);
}

bool regroup_find_keys(Regroup *regroup)
{
    const Query *query = regroup->query;
    Visitor all = {.expr = note_key, .context = regroup};
    for (size_t i = 0; i < regroup->conjuncts.count; i++)
        if (!is_inside(regroup, regroup->conjuncts.items[i]))
            walk_expr(regroup->conjuncts.items[i], &all);
    for (size_t i = 0; i < regroup->summands.count; i++)
        if (regroup->summands.items[i].pivot != NULL)
            walk_expr(regroup->summands.items[i].pivot->args[0], &all);
    Select rest = *query->select;
    rest.sources = NULL;
    rest.source_count = 0;
    rest.filter = NULL;
    rest.filter_count = 0;
    Query outside = *query;
    outside.select = &rest;
    outside.ctes = NULL;
    outside.cte_count = 0;
    Visitor visitor = {.expr = note_key_outside, .context = regroup};
    walk_query(&outside, &visitor);
    return regroup->keys.count > 0;
}

bool regroup_keys_are_identical(const Regroup *regroup)
{
    for (size_t i = 0; i < regroup->key_columns.count; i++)
        if (!equality_is_identity(regroup->context->tree, regroup->key_columns.items[i]))
            return false;
    return true;
}

static bool is_harmless(const Regroup *regroup, const Expr *expr)
{
    return expr_is_repeatable(expr) && !expr_may_raise(regroup->context->facts, expr);
}

bool regroup_is_harmless(const Regroup *regroup)
{
    for (size_t i = 0; i < regroup->conjuncts.count; i++)
        if (!is_harmless(regroup, regroup->conjuncts.items[i]))
            return false;
    for (size_t i = 0; i < regroup->summands.count; i++)
        if (!is_harmless(regroup, regroup->summands.items[i].aggregate))
            return false;
    for (size_t i = 0; i < regroup->parts.count; i++) {
        const Source *source = regroup->parts.items[i].source;
        if (source->kind == SOURCE_QUERY && !query_is_repeatable(source->query))
            return false;
    }
    return true;
}

// The first step

static void add_outputs(Regroup *regroup, Summand *summand, size_t number)
{
    summand_add_outputs(regroup->context, summand, number);
    size_t count = summand->output_count;
    for (summand->output_count = 0; summand->output_count < count;
         summand->output_count++)
        name_output(regroup, &summand->outputs[summand->output_count]);
}

// Returns the alias of the derived table: that of the first source that is summed.
static const char *derived_alias(const Regroup *regroup)
{
    const Part *named = NULL;
    for (size_t i = 0; i < regroup->parts.count; i++) {
        const Part *part = &regroup->parts.items[i];
        if (part->inside && (named == NULL || (part->summed && !named->summed)))
            named = part;
    }
    assert(named != NULL);
    return source_called(named->source);
}

// Returns the block with what is inside, or with what is not, in FROM and WHERE.
static Select side_of(const Regroup *regroup, bool inside)
{
    Arena *arena = regroup->context->arena;
    ARRAY(const Source *) sources = {0};
    ExprList filter = {0};
    for (size_t i = 0; i < regroup->parts.count; i++)
        if (regroup->parts.items[i].inside == inside)
            array_push(arena, &sources, regroup->parts.items[i].source);
    for (size_t i = 0; i < regroup->conjuncts.count; i++)
        if (is_inside(regroup, regroup->conjuncts.items[i]) == inside)
            array_push(arena, &filter, regroup->conjuncts.items[i]);
    return (Select){.sources = sources.items,
                    .source_count = sources.count,
                    .filter = filter.items,
                    .filter_count = filter.count};
}

static const Source *derived_table(const Regroup *regroup)
{
    Arena *arena = regroup->context->arena;
    ARRAY(Output) outputs = {0};
    ARRAY(GroupItem) groups = {0};
    for (size_t i = 0; i < regroup->keys.count; i++) {
        const Expr *key = expr_new(arena, *regroup->keys.items[i].expr);
        array_push(arena, &groups, group_key_new(arena, key));
        array_push(arena, &outputs, regroup->keys.items[i]);
    }
    for (size_t i = 0; i < regroup->summands.count; i++)
        for (size_t j = 0; j < regroup->summands.items[i].output_count; j++)
            array_push(arena, &outputs, regroup->summands.items[i].outputs[j]);
    Select select = side_of(regroup, true);
    select.outputs = outputs.items;
    select.output_count = outputs.count;
    select.groups = groups.items;
    select.group_count = groups.count;
    return derived_new(arena, regroup->number, derived_alias(regroup),
                       query_of_select(arena, select), NO_OFFSET);
}

// The second step

// True if the block makes a row of nothing.
static bool has_empty_group(const Select *select)
{
    return select->group_count == 0 || !select_has_plain_groups(select);
}

// What replaces aggregates in the one block that `outside` is.
typedef struct {
    const Regroup *regroup;
    const Query *outside;
} Exchange;

static const Expr *exchange_aggregate(void *data, const Expr *expr)
{
    const Regroup *regroup = ((const Exchange *)data)->regroup;
    const Summand *summand =
        expr->kind == EXPR_AGGREGATE ? find_summand(regroup, expr) : NULL;
    return summand == NULL
               ? expr
               : summand_over_groups(regroup->context, summand, regroup->number,
                                     has_empty_group(regroup->query->select));
}

static bool is_outside(void *data, const Query *query)
{
    return query == ((const Exchange *)data)->outside;
}

static const Expr *exchange_column(void *data, const Expr *column)
{
    const Regroup *regroup = data;
    for (size_t i = 0; i < regroup->key_columns.count; i++) {
        const Expr *key = regroup->key_columns.items[i];
        if (expr_is_column(column, key->source, key->column))
            return output_column(regroup->context->arena, regroup->number,
                                 &regroup->keys.items[i]);
    }
    return NULL;
}

// Returns the block without what is inside.
static const Query *outside_of(const Regroup *regroup)
{
    Select side = side_of(regroup, false), select = *regroup->query->select;
    select.sources = side.sources;
    select.source_count = side.source_count;
    select.filter = side.filter;
    select.filter_count = side.filter_count;
    select.group_all = false;
    return query_with_select(regroup->context->arena, regroup->query,
                             select_new(regroup->context->arena, select));
}

const Query *regroup_build(Regroup *regroup)
{
    Arena *arena = regroup->context->arena;
    regroup->number = regroup->context->tree->next_id++;
    for (size_t i = 0; i < regroup->summands.count; i++)
        add_outputs(regroup, &regroup->summands.items[i], i + 1);
    const Source *derived = derived_table(regroup);
    Exchange exchange = {regroup, outside_of(regroup)};
    const Query *query = map_query(exchange.outside, &(Mapper){.expr = exchange_aggregate,
                                                               .enter_query = is_outside,
                                                               .context = &exchange,
                                                               .arena = arena});
    query = query_replace_columns(arena, query, exchange_column, regroup);
    Select select = *query->select;
    ARRAY(const Source *) sources = {0};
    array_push(arena, &sources, derived);
    for (size_t i = 0; i < select.source_count; i++)
        array_push(arena, &sources, select.sources[i]);
    select.sources = sources.items;
    select.source_count = sources.count;
    return query_with_select(arena, query, select_new(arena, select));
}
