// push.c - down to the blocks below, column by column.

#include "rewrite/push.h"

#include "base/text.h"
#include "query/equal.h"
#include "query/walk.h"
#include "rewrite/conditions.h"
#include "rewrite/list.h"

#include <string.h>

typedef struct {
    RuleContext *context;
    uint32_t source;       // The one that reads the query.
    const Output *outputs; // Of the query; position i is output i of each arm.
    size_t output_count;
    const Query *arm;
    ExprList asked; // What its outputs are made of that the condition names.
    bool complete;  // Each column named was found.
    bool of_texts;  // The condition compares columns with literal texts, one at a time.
    Pushed *pushed;
} Pushing;

static bool is_group_key(const Select *select, const Expr *expr)
{
    for (size_t i = 0; i < select->group_count; i++)
        if (select->groups[i].kind == GROUP_KEY &&
            expr_equal(select->groups[i].exprs[0], expr))
            return true;
    return false;
}

typedef struct {
    const Expr *key;
    bool everywhere;
} Partition;

static bool look_at_window(void *data, const Expr *expr)
{
    Partition *partition = data;
    if (expr->kind != EXPR_WINDOW)
        return true;
    bool found = false;
    for (size_t i = 0; i < expr->window->partition_count && !found; i++)
        found = expr_equal(expr->window->partition[i], partition->key);
    partition->everywhere = partition->everywhere && found;
    return true;
}

// True if every window of the block has `key` among its partition keys.
static bool partitions_all(const Select *select, const Expr *key)
{
    Partition partition = {key, true};
    Visitor visitor = {.expr = look_at_window,
                       .query = walk_stay_out,
                       .context = &partition};
    for (size_t i = 0; i < select->output_count; i++)
        walk_expr(select->outputs[i].expr, &visitor);
    for (size_t i = 0; i < select->qualify_count; i++)
        walk_expr(select->qualify[i], &visitor);
    return partition.everywhere;
}

// True if a condition on this output may be asked of the rows the block reads.
static bool may_be_asked_below(const Query *arm, const Expr *expr)
{
    const Select *select = arm->select;
    if (expr_is_constant(expr))
        return true;
    if (expr_has_aggregate(expr) || expr_has_window(expr) || expr_has_subquery(expr))
        return false;
    if (query_is_grouped(arm) &&
        (!select_has_plain_groups(select) || !is_group_key(select, expr)))
        return false;
    return partitions_all(select, expr);
}

// True if each comparison is of one column with literal texts.
static bool compares_texts(const Expr *condition)
{
    if (condition->kind == EXPR_AND || condition->kind == EXPR_OR) {
        for (size_t i = 0; i < condition->arg_count; i++)
            if (!compares_texts(condition->args[i]))
                return false;
        return true;
    }
    if ((condition->kind != EXPR_COMPARE && condition->kind != EXPR_IN_LIST) ||
        condition->args[0]->kind != EXPR_COLUMN)
        return false;
    for (size_t i = 1; i < condition->arg_count; i++)
        if (!expr_is_literal(condition->args[i], LITERAL_STRING))
            return false;
    return true;
}

static bool leaves_texts_alone(Affinity affinity)
{
    return affinity == AFFINITY_NONE || affinity == AFFINITY_BLOB ||
           affinity == AFFINITY_TEXT;
}

// True if the two compare by the same rules. In SQLite these are affinity and collation
// alone; and no rule but that of a number's column changes anything about a text.
static bool compares_as(const Pushing *pushing, const Expr *expr, const Expr *column)
{
    const RuleContext *context = pushing->context;
    if (context->tree->dialect != DIALECT_SQLITE)
        return exprs_compare_alike(context->facts, expr, column);
    if (!text_same_word(expr->type.collation, column->type.collation))
        return false;
    Affinity own = expr->type.affinity, seen = column->type.affinity;
    return own == seen ||
           (pushing->of_texts && leaves_texts_alone(own) && leaves_texts_alone(seen));
}

static const Expr *replace_output(void *data, const Expr *column)
{
    Pushing *pushing = data;
    RuleContext *context = pushing->context;
    if (column->source != pushing->source)
        return NULL;
    size_t position = 0;
    while (position < pushing->output_count &&
           pushing->outputs[position].id != column->column)
        position++;
    if (position == pushing->output_count) {
        pushing->complete = false;
        return NULL;
    }
    const Expr *expr = pushing->arm->select->outputs[position].expr;
    Pushed *pushed = pushing->pushed;
    pushed->of_keys = pushed->of_keys && may_be_asked_below(pushing->arm, expr);
    pushed->alike = pushed->alike && compares_as(pushing, expr, column);
    array_push(context->arena, &pushing->asked, expr);
    return expr_copy(context->arena, expr, &context->tree->next_id);
}

// Deciding what compares two texts

static const Expr *decide(void *data, const Expr *expr)
{
    Arena *arena = data;
    if (expr->kind == EXPR_AND)
        return expr_and(arena, expr->args, expr->arg_count);
    if (expr->kind != EXPR_COMPARE || expr->compare != COMPARE_EQ ||
        !expr_is_literal(expr->args[0], LITERAL_STRING) ||
        !expr_is_literal(expr->args[1], LITERAL_STRING))
        return expr;
    bool same = strcmp(expr->args[0]->name, expr->args[1]->name) == 0;
    return expr_new(arena, (Expr){.kind = EXPR_LITERAL,
                                  .literal = same ? LITERAL_TRUE : LITERAL_FALSE,
                                  .name = same ? "TRUE" : "FALSE",
                                  .type = TYPE_OF(TYPE_BOOLEAN),
                                  .offset = NO_OFFSET});
}

static bool part_is(const Expr *part, ExprKind list, LiteralKind literal)
{
    if (part->kind == list)
        for (size_t i = 0; i < part->arg_count; i++)
            if (part_is(part->args[i], list, literal))
                return true;
    return expr_is_literal(part, literal);
}

// Returns the condition without the arms of an OR that are FALSE; TRUE if one is TRUE.
static const Expr *simplified(Arena *arena, const Expr *condition)
{
    Mapper mapper = {.expr = decide, .context = arena, .arena = arena};
    condition = map_expr(condition, &mapper);
    size_t count = condition->kind == EXPR_OR ? condition->arg_count : 1;
    const Expr *const *arms = condition->kind == EXPR_OR ? condition->args : &condition;
    ExprList left = {0};
    for (size_t i = 0; i < count; i++) {
        if (expr_is_literal(arms[i], LITERAL_TRUE))
            return arms[i];
        if (!part_is(arms[i], EXPR_AND, LITERAL_FALSE))
            array_push(arena, &left, arms[i]);
    }
    return expr_or(arena, left.items, left.count);
}

// True if rows are taken together in the block where they agree.
static bool gathers(const Query *arm)
{
    if (query_is_grouped(arm) || arm->select->distinct != DISTINCT_NONE)
        return true;
    for (size_t i = 0; i < arm->select->output_count; i++)
        if (expr_has_window(arm->select->outputs[i].expr))
            return true;
    return arm->select->qualify_count > 0;
}

static bool is_blind(const Pushing *pushing, const Expr *condition)
{
    if (!gathers(pushing->arm))
        return true;
    for (size_t i = 0; i < pushing->asked.count; i++)
        if (!expr_is_constant(pushing->asked.items[i]) &&
            !tells_no_equals_apart(pushing->context->tree, condition,
                                   pushing->asked.items[i]))
            return false;
    return true;
}

// Pushing

// Appends the conjunct if it says anything new.
static void add_new(Arena *arena, ExprList *filter, const Expr *conjunct)
{
    if (!expr_is_literal(conjunct, LITERAL_TRUE) && !list_has(filter, conjunct))
        array_push(arena, filter, conjunct);
}

// Returns the block with the condition in its WHERE, the block itself if it says nothing
// new, NULL if it can't be said there.
static const Query *push_into_select(Pushing *pushing, const Query *arm,
                                     const Expr *condition)
{
    RuleContext *context = pushing->context;
    Arena *arena = context->arena;
    pushing->arm = arm;
    pushing->asked = (ExprList){0};
    condition = expr_copy(arena, condition, &context->tree->next_id);
    condition = expr_replace_columns(arena, condition, replace_output, pushing);
    if (!pushing->complete)
        return NULL;
    pushing->pushed->blind = pushing->pushed->blind && is_blind(pushing, condition);
    condition = simplified(arena, condition);
    pushing->pushed->harmless = pushing->pushed->harmless &&
                                expr_is_repeatable(condition) &&
                                !expr_may_raise(context->facts, condition);
    Select select = *arm->select;
    ExprList filter = {0};
    list_add_all(arena, &filter, select.filter, select.filter_count);
    bool is_list = condition->kind == EXPR_AND;
    size_t count = is_list ? condition->arg_count : 1;
    for (size_t i = 0; i < count; i++)
        add_new(arena, &filter, is_list ? condition->args[i] : condition);
    if (filter.count == select.filter_count)
        return arm;
    select.filter = filter.items;
    select.filter_count = filter.count;
    return query_with_select(arena, arm, select_new(arena, select));
}

static bool picks_rows(const Query *query)
{
    bool distinct_on =
        query->body == BODY_SELECT && query->select->distinct == DISTINCT_ON;
    return query->limit != NULL || query->offset != NULL || distinct_on;
}

static const Query *push_into_query(Pushing *pushing, const Query *query,
                                    const Expr *condition)
{
    Arena *arena = pushing->context->arena;
    pushing->pushed->picks_rows = pushing->pushed->picks_rows || picks_rows(query);
    if (query->body == BODY_SELECT)
        return push_into_select(pushing, query, condition);
    if (query->body != BODY_SET || query->set->op != SET_UNION_ALL || query->set->by_name)
        return NULL;

    const Query **arms = arena_new(arena, const Query *, query->set->arm_count);
    bool changed = false;
    for (size_t i = 0; i < query->set->arm_count; i++) {
        arms[i] = push_into_query(pushing, query->set->arms[i], condition);
        if (arms[i] == NULL)
            return NULL;
        changed = changed || arms[i] != query->set->arms[i];
    }
    if (!changed)
        return query;
    SetOperation *set = arena_copy(arena, query->set, 1, sizeof(*set));
    set->arms = arms;
    Query with = *query;
    with.set = set;
    return query_new(arena, with);
}

Pushed push_condition(RuleContext *context, const Query *query, uint32_t source,
                      const Expr *condition)
{
    Pushed pushed = {.of_keys = true, .harmless = true, .alike = true, .blind = true};
    Pushing pushing = {.context = context,
                       .source = source,
                       .complete = true,
                       .of_texts = compares_texts(condition),
                       .pushed = &pushed};
    pushing.outputs = query_outputs(query, &pushing.output_count);
    pushed.query = push_into_query(&pushing, query, condition);
    return pushed;
}
