// bind_select.c - a SELECT block: select list, stars, GROUP BY, ORDER BY.
//
// A name in the later clauses may mean a column or an output. What the dialects do was
// found out by asking them:
//
//              SQLite                        DuckDB
//   outputs    columns                       columns, then earlier aliases
//   WHERE, ON  columns, then aliases         columns, then aliases (not ON)
//   GROUP BY   columns, then aliases         columns, then aliases
//   HAVING     columns, then aliases         group keys, aliases, columns
//   QUALIFY                                  columns, then aliases
//   ORDER BY   a bare name: aliases, then    a bare name: output names (the last of
//              columns (the first of several several that are alike), then columns;
//              that are alike); inside an    inside an expression columns, then
//              expression columns first      aliases

#include "sql/bind.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    Binder *b;
    Scope *scope;
    ARRAY(Output) outputs;
    ARRAY(Star) stars;
} Block;

// Select list

static void add_output(Block *block, Output output)
{
    output.id = block->b->next_id++;
    output.type = output.expr->type;
    array_push(block->b->arena, &block->outputs, output);
    block->scope->outputs = block->outputs.items;
    block->scope->output_count = block->outputs.count;
}

static void expand_all(Block *block, const Output *written, uint32_t star)
{
    Binder *b = block->b;
    const VisibleList *visible = &block->scope->visible;
    for (size_t i = 0; i < visible->count; i++)
        add_output(block,
                   (Output){.name = visible->items[i].name,
                            .expr = scope_column(b, block->scope, &visible->items[i],
                                                 written->expr),
                            .star = star,
                            .comment = i == 0 ? written->comment : NULL});
}

static void expand_item(Block *block, const Output *written, const ScopeItem *item,
                        uint32_t star)
{
    for (size_t i = 0; i < item->column_count; i++)
        add_output(block,
                   (Output){.name = item->columns[i].name,
                            .expr = scope_item_column(block->b, item, i, written->expr),
                            .star = star,
                            .comment = i == 0 ? written->comment : NULL});
}

// Adds what `*` or `t.*` stands for.
static void expand_star(Block *block, const Output *written)
{
    Binder *b = block->b;
    Scope *scope = block->scope;
    const Expr *expr = written->expr;
    if (scope->has_opaque) {
        add_output(block, (Output){.name = "*", .expr = bind_expr(b, scope, expr)});
        return;
    }
    Star star = {.id = b->next_id++};
    const ScopeItem *item = NULL;
    if (expr->part_count > 0) {
        star.qualifier = expr->parts[expr->part_count - 1];
        item = scope_item(scope, star.qualifier);
        if (item == NULL) {
            bind_fail(b, expr->offset, "no table %s in FROM", star.qualifier);
            return;
        }
        star.source = item->source->number;
    } else if (scope->items.count == 0) {
        bind_fail(b, expr->offset, "* without FROM");
        return;
    }
    array_push(b->arena, &block->stars, star);
    if (item != NULL)
        expand_item(block, written, item, star.id);
    else
        expand_all(block, written, star.id);
}

static void bind_outputs(Block *block, const Select *select)
{
    Binder *b = block->b;
    block->scope->place = PLACE_OUTPUTS;
    for (size_t i = 0; i < select->output_count && !b->failed; i++) {
        const Output *written = &select->outputs[i];
        if (written->expr->kind == EXPR_STAR) {
            expand_star(block, written);
            continue;
        }
        Output output = *written;
        output.expr = bind_expr(b, block->scope, written->expr);
        if (b->failed)
            return;
        if (!written->explicit_name)
            output.name = output_implicit_name(b, block->scope, written, output.expr);
        add_output(block, output);
    }
}

// Ordinals

// True if `expr` is a whole number that stands for an output in ORDER BY or GROUP BY.
static bool is_ordinal(const Expr *expr)
{
    return expr->kind == EXPR_LITERAL && expr->literal == LITERAL_NUMBER &&
           strspn(expr->name, "0123456789") == strlen(expr->name);
}

static const Output *ordinal_output(Binder *b, const Expr *expr, const Output *outputs,
                                    size_t count, const char *clause)
{
    unsigned long ordinal = strtoul(expr->name, NULL, 10);
    if (ordinal >= 1 && ordinal <= count)
        return &outputs[ordinal - 1];
    bind_fail(b, expr->offset, "%s %s is out of range: there are %zu columns", clause,
              expr->name, count);
    return NULL;
}

// GROUP BY

static const Expr *bind_group_key(Binder *b, Scope *scope, const Expr *key)
{
    if (!is_ordinal(key))
        return bind_expr(b, scope, key);
    const Output *output =
        ordinal_output(b, key, scope->outputs, scope->output_count, "GROUP BY");
    if (output == NULL)
        return key;
    if (expr_has_aggregate(output->expr))
        bind_fail(b, key->offset, "GROUP BY %s is an aggregate", key->name);
    return expr_copy(b->arena, output->expr, &b->next_id);
}

static const GroupItem *bind_groups(Binder *b, Scope *scope, const GroupItem *items,
                                    size_t count)
{
    GroupItem *bound = arena_new(b->arena, GroupItem, count);
    for (size_t i = 0; i < count && !b->failed; i++) {
        const Expr **exprs = arena_new(b->arena, const Expr *, items[i].expr_count);
        for (size_t j = 0; j < items[i].expr_count && !b->failed; j++)
            exprs[j] = bind_group_key(b, scope, items[i].exprs[j]);
        bound[i] = items[i];
        bound[i].exprs = exprs;
        bound[i].items = bind_groups(b, scope, items[i].items, items[i].item_count);
    }
    return bound;
}

// Sets the keys that GROUP BY ALL stands for: the outputs that name columns outside
// aggregates.
static void bind_group_all(Block *block, Select *select)
{
    Binder *b = block->b;
    ARRAY(GroupItem) groups = {0};
    for (size_t i = 0; i < block->outputs.count; i++) {
        const Expr *expr = block->outputs.items[i].expr;
        if (expr_has_aggregate(expr) || expr_has_window(expr) ||
            expr_sources(b->arena, expr).count == 0)
            continue;
        const Expr **key = arena_new(b->arena, const Expr *, 1);
        *key = expr_copy(b->arena, expr, &b->next_id);
        GroupItem item = {.kind = GROUP_KEY, .exprs = key, .expr_count = 1};
        array_push(b->arena, &groups, item);
    }
    select->groups = groups.items;
    select->group_count = groups.count;
}

// ORDER BY

static const Expr *output_reference(Binder *b, const Output *output, const Expr *written)
{
    return expr_new(b->arena, (Expr){.kind = EXPR_OUTPUT,
                                     .name = output->name,
                                     .quoted = output->quoted,
                                     .column = output->id,
                                     .literal = written->literal,
                                     .type = output->type,
                                     .offset = written->offset,
                                     .comment = written->comment});
}

// Returns the output that a bare name in ORDER BY means, or NULL.
static const Output *order_alias(Binder *b, const Scope *scope, const Expr *name)
{
    const Output *found = NULL;
    for (size_t i = 0; i < scope->output_count; i++) {
        const Output *output = &scope->outputs[i];
        bool named = output->explicit_name ||
                     (b->dialect == DIALECT_DUCKDB && output->expr->kind == EXPR_COLUMN);
        if (!named || !text_same_word(output->name, name->name))
            continue;
        found = output;
        if (b->dialect != DIALECT_DUCKDB)
            break;
    }
    return found;
}

// Binds an item of ORDER BY or DISTINCT ON.
static const Expr *bind_order_key(Binder *b, Scope *scope, const Expr *key)
{
    if (key->kind == EXPR_COLLATE) {
        const Expr *operand = bind_order_key(b, scope, key->args[0]);
        Expr bound = *expr_with_args(b->arena, key, &operand);
        const Expr **args = arena_new(b->arena, const Expr *, 1);
        args[0] = operand;
        bound.args = args;
        bound.type = expr_derive_type(b->arena, b->dialect, &bound);
        return expr_new(b->arena, bound);
    }
    const Output *output = NULL;
    if (is_ordinal(key)) {
        output = ordinal_output(b, key, scope->outputs, scope->output_count, "ORDER BY");
        if (output == NULL)
            return key;
    } else if (key->kind == EXPR_NAME && key->part_count == 0) {
        output = order_alias(b, scope, key);
    }
    return output != NULL ? output_reference(b, output, key) : bind_expr(b, scope, key);
}

static const OrderItem *bind_order(Binder *b, Scope *scope, const OrderItem *items,
                                   size_t count)
{
    OrderItem *bound = arena_new(b->arena, OrderItem, count);
    for (size_t i = 0; i < count && !b->failed; i++) {
        bound[i] = items[i];
        bound[i].expr = bind_order_key(b, scope, items[i].expr);
    }
    return bound;
}

// Returns the output of the set operation whose column is `name` in one of the arms.
static const Output *find_arm_output(const SetOperation *set, const Expr *name,
                                     const Output *outputs)
{
    for (size_t i = 0; i < set->arm_count; i++) {
        size_t count;
        const Output *arm = query_outputs(set->arms[i], &count);
        for (size_t j = 0; j < count; j++) {
            bool column = arm[j].expr != NULL && arm[j].expr->kind == EXPR_COLUMN;
            const char *own = column ? arm[j].expr->name : NULL;
            bool named = name->part_count == 0 && text_same_word(arm[j].name, name->name);
            if (named || text_same_word(own, name->name))
                return &outputs[j];
        }
    }
    return NULL;
}

const OrderItem *bind_output_order(Binder *b, const Query *query, const Output *outputs,
                                   size_t output_count, const SetOperation *set)
{
    OrderItem *bound = arena_new(b->arena, OrderItem, query->order_count);
    for (size_t i = 0; i < query->order_count && !b->failed; i++) {
        const Expr *key = query->order[i].expr;
        bound[i] = query->order[i];
        const Expr *inner = key->kind == EXPR_COLLATE ? key->args[0] : key;
        const Output *output = NULL;
        if (is_ordinal(inner))
            output = ordinal_output(b, inner, outputs, output_count, "ORDER BY");
        else if (inner->kind == EXPR_NAME)
            for (size_t j = 0; j < output_count && output == NULL; j++)
                if (inner->part_count == 0 &&
                    text_same_word(outputs[j].name, inner->name))
                    output = &outputs[j];
        if (output == NULL && inner->kind == EXPR_NAME && set != NULL && !set->by_name)
            output = find_arm_output(set, inner, outputs);
        if (output == NULL) {
            bind_fail(b, key->offset,
                      "ORDER BY term %zu is no column of the set operation", i + 1);
            return bound;
        }
        const Expr *reference = output_reference(b, output, inner);
        if (key->kind == EXPR_COLLATE) {
            const Expr **args = arena_new(b->arena, const Expr *, 1);
            args[0] = reference;
            reference = expr_with_args(b->arena, key, args);
        }
        bound[i].expr = reference;
    }
    return bound;
}

// The block

static void bind_windows(Binder *b, Scope *scope, Select *select)
{
    const Window **windows = arena_new(b->arena, const Window *, select->window_count);
    scope->place = PLACE_WINDOW;
    for (size_t i = 0; i < select->window_count && !b->failed; i++)
        windows[i] = bind_window(b, scope, select->windows[i]);
    select->windows = windows;
}

static void collect_group_keys(Binder *b, Scope *scope, const GroupItem *items,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < items[i].expr_count; j++)
            array_push(b->arena, &scope->group_keys, items[i].exprs[j]);
        collect_group_keys(b, scope, items[i].items, items[i].item_count);
    }
}

static void bind_clauses(Block *block, Select *select)
{
    Binder *b = block->b;
    Scope *scope = block->scope;
    scope->place = PLACE_WHERE;
    select->filter = bind_conjuncts(b, scope, select->filter, &select->filter_count);
    scope->place = PLACE_GROUP;
    if (select->group_all)
        bind_group_all(block, select);
    else
        select->groups = bind_groups(b, scope, select->groups, select->group_count);
    if (b->failed)
        return;
    collect_group_keys(b, scope, select->groups, select->group_count);
    scope->place = PLACE_HAVING;
    select->having = bind_conjuncts(b, scope, select->having, &select->having_count);
    bind_windows(b, scope, select);
    scope->place = PLACE_QUALIFY;
    select->qualify = bind_conjuncts(b, scope, select->qualify, &select->qualify_count);
}

static const Expr *const *bind_distinct_on(Binder *b, Scope *scope, const Select *select)
{
    const Expr **keys = arena_new(b->arena, const Expr *, select->distinct_on_count);
    for (size_t i = 0; i < select->distinct_on_count && !b->failed; i++)
        keys[i] = bind_order_key(b, scope, select->distinct_on[i]);
    return keys;
}

const Query *bind_select(Binder *b, Scope *scope, const Query *query, Query bound)
{
    Select select = *query->select;
    Block block = {.b = b, .scope = scope};
    scope->windows = select.windows;
    scope->window_count = select.window_count;
    From *from = bind_from(b, scope, &select);
    bind_outputs(&block, &select);
    if (b->failed)
        return query;
    select.sources = bind_from_rest(from);
    select.outputs = block.outputs.items;
    select.output_count = block.outputs.count;
    select.stars = block.stars.items;
    select.star_count = block.stars.count;
    bind_clauses(&block, &select);
    scope->place = PLACE_ORDER;
    select.distinct_on = bind_distinct_on(b, scope, &select);
    bound.order = bind_order(b, scope, query->order, query->order_count);
    if (b->failed)
        return query;
    bound.select = select_new(b->arena, select);
    return query_new(b->arena, bound);
}
