// regroup.c - taking a grouping block apart, and putting it together in two steps.

#include "rewrite/regroup.h"

#include "base/text.h"
#include "query/equal.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"

#include <math.h>
#include <stdlib.h>

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

static bool find_kind(const Expr *aggregate, SummandKind *kind)
{
    static const struct {
        const char *name;
        SummandKind kind;
    } known[] = {
        {"avg", SUMMAND_AVERAGE}, {"count", SUMMAND_COUNT}, {"max", SUMMAND_GREATEST},
        {"min", SUMMAND_LEAST},   {"sum", SUMMAND_SUM},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (text_same_word(aggregate->name, known[i].name)) {
            *kind = known[i].kind;
            return true;
        }
    return false;
}

static bool is_number(const Expr *expr, const char *digits)
{
    return expr_is_literal(expr, LITERAL_NUMBER) && text_same_word(expr->name, digits);
}

// True if the condition is `column = literal`: a column so asked of has few values.
static bool picks_a_value(const Expr *condition)
{
    return condition->kind == EXPR_COMPARE && condition->compare == COMPARE_EQ &&
           condition->args[0]->kind == EXPR_COLUMN &&
           condition->args[1]->kind == EXPR_LITERAL;
}

// Returns the argument if it is CASE WHEN p.y = 1 THEN x [ELSE NULL | 0] END, which can
// be asked of a group: it takes all rows of it or none. Else NULL.
static const Expr *pivot_of(const Expr *aggregate, SummandKind kind)
{
    const Expr *argument = aggregate->arg_count == 1 ? aggregate->args[0] : NULL;
    if (argument == NULL || argument->kind != EXPR_CASE || argument->has_operand ||
        argument->arg_count != (argument->has_else ? 3 : 2) || aggregate->distinct ||
        aggregate->filter != NULL || !picks_a_value(argument->args[0]))
        return NULL;
    const Expr *then = argument->args[1];
    if (then->kind == EXPR_LITERAL && (kind != SUMMAND_SUM || !is_number(then, "1")))
        return NULL;
    bool drops = !argument->has_else || expr_is_literal(argument->args[2], LITERAL_NULL);
    bool adds_zero = kind == SUMMAND_SUM && !drops && is_number(argument->args[2], "0");
    return drops || adds_zero ? argument : NULL;
}

static bool look_at_number(void *data, const Expr *expr)
{
    static const char *const tame[] = {"abs", "coalesce", "ifnull", "nullif", "round"};
    bool *finite = data;
    bool known = expr->kind != EXPR_CALL;
    for (size_t i = 0; i < COUNT_OF(tame) && !known; i++)
        known = text_same_word(expr->name, tame[i]);
    if (expr->kind == EXPR_COLUMN)
        known = expr->type.kind == TYPE_INTEGER || expr->type.kind == TYPE_DECIMAL;
    if (expr_is_literal(expr, LITERAL_NUMBER))
        known = isfinite(strtod(expr->name, NULL)) != 0;
    *finite = *finite && known;
    return true;
}

// True if it makes no number that is infinite. Elsewhere than in SQLite infinity minus
// infinity is NaN, which no later sum forgets.
static bool is_finite(const Tree *tree, const Expr *value)
{
    bool finite = true;
    if (tree->dialect == DIALECT_SQLITE)
        walk_expr(value, &(Visitor){.expr = look_at_number, .context = &finite});
    return finite;
}

// True if the engine adds such values up, in both steps, to what we take it for.
static bool is_summable(const Tree *tree, const Expr *aggregate, const Expr *value)
{
    if (tree->dialect == DIALECT_SQLITE)
        return true;
    return aggregate->type.kind != TYPE_UNKNOWN &&
           (type_is_number(value->type) || value->type.kind == TYPE_BOOLEAN);
}

static void note_demands(Regroup *regroup, const Summand *summand)
{
    const Expr *aggregate = summand->aggregate;
    const Tree *tree = regroup->context->tree;
    switch (summand->kind) {
    case SUMMAND_LEAST:
    case SUMMAND_GREATEST:
        regroup->ordered = regroup->ordered && order_tells_apart(tree, summand->value);
        break;
    case SUMMAND_SUM:
    case SUMMAND_AVERAGE:
        regroup->finite = regroup->finite && is_finite(tree, summand->value);
        regroup->splits = regroup->splits && !aggregate->distinct;
        break;
    case SUMMAND_COUNT:
        regroup->splits = regroup->splits && !aggregate->distinct;
        break;
    }
}

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
    const Tree *tree = regroup->context->tree;
    Summand summand = {.aggregate = aggregate};
    if (!find_kind(aggregate, &summand.kind) || aggregate->order_count > 0 ||
        expr_has_subquery(aggregate) || aggregate->arg_count != (aggregate->star ? 0 : 1))
        return false;
    summand.pivot = pivot_of(aggregate, summand.kind);
    if (!aggregate->star)
        summand.value = aggregate->args[0];
    if (summand.pivot != NULL)
        summand.value = summand.pivot->args[1];
    bool adds = summand.kind == SUMMAND_SUM || summand.kind == SUMMAND_AVERAGE;
    if ((adds && !is_summable(tree, aggregate, summand.value)) ||
        (summand.value != NULL && !mark_summed(regroup, summand.value)) ||
        (aggregate->filter != NULL && !mark_summed(regroup, aggregate->filter)))
        return false;
    note_demands(regroup, &summand);
    array_push(regroup->context->arena, &regroup->summands, summand);
    return true;
}

// Reading the block

static bool is_key_in(const GroupItem *items, size_t count, const Expr *expr)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < items[i].expr_count; j++) {
            const Expr *key = items[i].exprs[j];
            if (expr_equal(key, expr))
                return true;
            for (size_t k = 0; key->kind == EXPR_ROW && k < key->arg_count; k++)
                if (expr_equal(key->args[k], expr))
                    return true;
        }
        if (is_key_in(items[i].items, items[i].item_count, expr))
            return true;
    }
    return false;
}

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
    if (is_key_in(select->groups, select->group_count, expr))
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
    const Query *query = regroup->query;
    const Select *select = query->select;
    Reading reading = {regroup, true};
    Visitor visitor = {.expr = read_expr, .query = read_subquery, .context = &reading};
    for (size_t i = 0; i < select->output_count; i++)
        walk_expr(select->outputs[i].expr, &visitor);
    for (size_t i = 0; i < select->having_count; i++)
        walk_expr(select->having[i], &visitor);
    for (size_t i = 0; i < select->qualify_count; i++)
        walk_expr(select->qualify[i], &visitor);
    for (size_t i = 0; i < query->order_count; i++)
        walk_expr(query->order[i].expr, &visitor);
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

static Type integer_type(uint16_t width)
{
    return (Type){.kind = TYPE_INTEGER, .width = width};
}

// Returns the aggregate over the summand's rows; count(*) where it has no value.
static const Expr *over_rows(Regroup *regroup, const Summand *summand, const char *name,
                             const Expr *value, Type type)
{
    Arena *arena = regroup->context->arena;
    Tree *tree = regroup->context->tree;
    const Expr *argument =
        value != NULL ? expr_copy(arena, value, &tree->next_id) : expr_integer(arena, 1);
    Expr made = *aggregate_new(arena, tree, name, argument);
    made.star = value == NULL;
    made.arg_count = value != NULL;
    made.type = type;
    if (summand->aggregate->filter != NULL)
        made.filter = expr_copy(arena, summand->aggregate->filter, &tree->next_id);
    return expr_new(arena, made);
}

static void add_output(Regroup *regroup, Summand *summand, const char *name,
                       const Expr *value, Type type)
{
    const Expr *aggregate = over_rows(regroup, summand, name, value, type);
    size_t number = (size_t)(summand - regroup->summands.items) + 1;
    const char *unique = arena_printf(regroup->context->arena, "%s_%zu", name, number);
    Output output = output_new(regroup->context->tree, aggregate, unique);
    name_output(regroup, &output);
    summand->outputs[summand->output_count++] = output;
}

static void add_outputs(Regroup *regroup, Summand *summand)
{
    Type own = summand->aggregate->type;
    bool in_sqlite = regroup->context->tree->dialect == DIALECT_SQLITE;
    const Expr *value = summand->value;
    bool counts = value != NULL && value->kind == EXPR_LITERAL && summand->pivot != NULL;
    switch (summand->kind) {
    case SUMMAND_SUM: // Of ones is a count.
        if (counts)
            add_output(regroup, summand, "count", NULL, integer_type(64));
        else
            add_output(regroup, summand, "sum", value, own);
        break;
    case SUMMAND_COUNT:
        add_output(regroup, summand, "count", value, integer_type(64));
        break;
    case SUMMAND_LEAST:
        add_output(regroup, summand, "min", value, own);
        break;
    case SUMMAND_GREATEST:
        add_output(regroup, summand, "max", value, own);
        break;
    case SUMMAND_AVERAGE: // SQLite divides integers without a rest, but total() is REAL.
        add_output(regroup, summand, in_sqlite ? "total" : "sum", value, own);
        add_output(regroup, summand, "count", value, integer_type(64));
        break;
    }
}

static const Source *derived_table(Regroup *regroup)
{
    Arena *arena = regroup->context->arena;
    ARRAY(const Source *) sources = {0};
    ARRAY(Output) outputs = {0};
    ARRAY(GroupItem) groups = {0};
    ExprList filter = {0};
    const Part *named = NULL;
    for (size_t i = 0; i < regroup->parts.count; i++) {
        const Part *part = &regroup->parts.items[i];
        if (!part->inside)
            continue;
        array_push(arena, &sources, part->source);
        if (named == NULL || (part->summed && !named->summed))
            named = part;
    }
    for (size_t i = 0; i < regroup->keys.count; i++) {
        const Expr *key = expr_new(arena, *regroup->keys.items[i].expr);
        GroupItem group = {.kind = GROUP_KEY,
                           .exprs = arena_copy(arena, &key, 1, sizeof(key)),
                           .expr_count = 1};
        array_push(arena, &groups, group);
        array_push(arena, &outputs, regroup->keys.items[i]);
    }
    for (size_t i = 0; i < regroup->summands.count; i++)
        for (size_t j = 0; j < regroup->summands.items[i].output_count; j++)
            array_push(arena, &outputs, regroup->summands.items[i].outputs[j]);
    for (size_t i = 0; i < regroup->conjuncts.count; i++)
        if (is_inside(regroup, regroup->conjuncts.items[i]))
            array_push(arena, &filter, regroup->conjuncts.items[i]);
    const Source *first = named->source;
    while (first->kind == SOURCE_JOIN)
        first = first->left;
    Select select = {.outputs = outputs.items,
                     .output_count = outputs.count,
                     .sources = sources.items,
                     .source_count = sources.count,
                     .filter = filter.items,
                     .filter_count = filter.count,
                     .groups = groups.items,
                     .group_count = groups.count};
    return source_new(arena, (Source){.kind = SOURCE_QUERY,
                                      .number = regroup->number,
                                      .alias = first->alias ? first->alias : first->name,
                                      .explicit_alias = true,
                                      .query = query_of_select(arena, select),
                                      .offset = NO_OFFSET});
}

// The second step

static const Expr *derived_column(const Regroup *regroup, const Output *output)
{
    return expr_new(regroup->context->arena, (Expr){.kind = EXPR_COLUMN,
                                                    .name = output->name,
                                                    .quoted = output->quoted,
                                                    .qualified = true,
                                                    .type = output->type,
                                                    .source = regroup->number,
                                                    .column = output->id,
                                                    .offset = NO_OFFSET});
}

// Returns the group's value, or what the pivot makes of it.
static const Expr *picked(const Regroup *regroup, const Summand *summand, size_t number)
{
    Arena *arena = regroup->context->arena;
    const Expr *column = derived_column(regroup, &summand->outputs[number]);
    if (summand->pivot == NULL)
        return column;
    bool is_count = summand->kind == SUMMAND_COUNT;
    Expr changed = *summand->pivot;
    const Expr **args = arena_new(arena, const Expr *, 3);
    args[0] = expr_copy(arena, changed.args[0], &regroup->context->tree->next_id);
    args[1] = column;
    if (changed.has_else)
        args[2] = expr_copy(arena, changed.args[2], &regroup->context->tree->next_id);
    if (is_count)
        args[2] = expr_integer(arena, 0);
    changed.has_else = changed.has_else || is_count;
    changed.args = args;
    changed.arg_count = changed.has_else ? 3 : 2;
    changed.type = column->type;
    return expr_new(arena, changed);
}

static const Expr *over_groups(const Regroup *regroup, const Summand *summand,
                               const char *name, size_t number, Type type)
{
    Expr made = *aggregate_new(regroup->context->arena, regroup->context->tree, name,
                               picked(regroup, summand, number));
    made.type = type;
    return expr_new(regroup->context->arena, made);
}

// True if the block makes a row of nothing.
static bool has_empty_group(const Select *select)
{
    return select->group_count == 0 || !select_has_plain_groups(select);
}

// Returns the sum of counts as a count: of that type, and 0 over nothing.
static const Expr *sum_of_counts(const Regroup *regroup, const Summand *summand)
{
    Arena *arena = regroup->context->arena;
    const Tree *tree = regroup->context->tree;
    bool in_sqlite = tree->dialect == DIALECT_SQLITE;
    const Expr *sum =
        over_groups(regroup, summand, "sum", 0, integer_type(in_sqlite ? 64 : 128));
    if (!in_sqlite)
        sum = expr_new(arena, (Expr){.kind = EXPR_CAST,
                                     .type = {.kind = TYPE_INTEGER, .width = 64},
                                     .args = arena_copy(arena, &sum, 1, sizeof(sum)),
                                     .arg_count = 1,
                                     .offset = NO_OFFSET});
    if (!has_empty_group(regroup->query->select))
        return sum;
    const Expr *args[] = {sum, expr_integer(arena, 0)};
    return call_new(arena, tree, "coalesce", args, COUNT_OF(args));
}

static const Expr *put_together(const Regroup *regroup, const Summand *summand)
{
    Type own = summand->aggregate->type;
    switch (summand->kind) {
    case SUMMAND_SUM:
        return over_groups(regroup, summand, "sum", 0, own);
    case SUMMAND_COUNT:
        return sum_of_counts(regroup, summand);
    case SUMMAND_LEAST:
        return over_groups(regroup, summand, "min", 0, own);
    case SUMMAND_GREATEST:
        return over_groups(regroup, summand, "max", 0, own);
    case SUMMAND_AVERAGE:
        break;
    }
    const Expr *sum = over_groups(regroup, summand, "sum", 0, own);
    const Expr *count = over_groups(regroup, summand, "sum", 1, integer_type(64));
    return operator_new(regroup->context->arena, regroup->context->tree, "/", sum, count);
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
    return summand != NULL ? put_together(regroup, summand) : expr;
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
            return derived_column(regroup, &regroup->keys.items[i]);
    }
    return NULL;
}

// Returns the block without what is inside.
static const Query *outside_of(const Regroup *regroup)
{
    Arena *arena = regroup->context->arena;
    ARRAY(const Source *) sources = {0};
    ExprList filter = {0};
    for (size_t i = 0; i < regroup->parts.count; i++)
        if (!regroup->parts.items[i].inside)
            array_push(arena, &sources, regroup->parts.items[i].source);
    for (size_t i = 0; i < regroup->conjuncts.count; i++)
        if (!is_inside(regroup, regroup->conjuncts.items[i]))
            array_push(arena, &filter, regroup->conjuncts.items[i]);
    Select select = *regroup->query->select;
    select.sources = sources.items;
    select.source_count = sources.count;
    select.filter = filter.items;
    select.filter_count = filter.count;
    select.group_all = false;
    return query_with_select(arena, regroup->query, select_new(arena, select));
}

const Query *regroup_build(Regroup *regroup)
{
    Arena *arena = regroup->context->arena;
    regroup->number = regroup->context->tree->next_id++;
    for (size_t i = 0; i < regroup->summands.count; i++)
        add_outputs(regroup, &regroup->summands.items[i]);
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
