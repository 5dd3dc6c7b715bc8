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
#include "query/equal.h"

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

// Two tables of one name stand side by side: the engines refuse a `*` over them.
static void check_aliases(Block *block, const Expr *star)
{
    const Scope *scope = block->scope;
    for (size_t i = 1; i < scope->items.count; i++)
        for (size_t j = 0; j < i; j++)
            if (scope->items.items[i].alias != NULL &&
                text_same_word(scope->items.items[i].alias, scope->items.items[j].alias))
                bind_fail(block->b, star->offset, "two tables in FROM are called %s",
                          scope->items.items[i].alias);
}

// Returns how many columns of the name `*`, or `t.*` (of `item`), stands for.
static size_t count_named(const Block *block, const ScopeItem *item, const char *name)
{
    size_t count = 0;
    const VisibleList *visible = &block->scope->visible;
    for (size_t i = 0; item != NULL && i < item->column_count; i++)
        count += text_same_word(item->columns[i].name, name);
    for (size_t i = 0; item == NULL && i < visible->count; i++)
        count += text_same_word(visible->items[i].name, name);
    return count;
}

// Takes what the star leaves out and replaces. False if we do not know what it means: of
// several columns of one name DuckDB replaces the first and drops the others.
static bool take_changes(Block *block, const Expr *expr, const ScopeItem *item,
                         Star *star)
{
    Binder *b = block->b;
    const char **left_out = arena_new(b->arena, const char *, expr->arg_count + 1);
    for (size_t i = 0; i < expr->arg_count; i++) {
        const Expr *change = expr->args[i];
        bool replaces = change->kind == EXPR_ROW;
        const char *name = replaces ? change->args[1]->name : change->name;
        size_t count = count_named(block, item, name);
        if (count == 0)
            bind_fail(b, change->offset, "the star has no column %s", name);
        if (replaces && count > 1)
            return false;
        star->replaces |= replaces;
        if (!replaces)
            left_out[star->left_out_count++] = name;
    }
    star->left_out = left_out;
    return true;
}

// Returns what replaces the column of the name in a star (EXPR_ROW), or NULL.
static const Expr *replacement_of(const Expr *star, const char *name)
{
    for (size_t i = 0; i < star->arg_count; i++)
        if (star->args[i]->kind == EXPR_ROW &&
            text_same_word(star->args[i]->args[1]->name, name))
            return star->args[i];
    return NULL;
}

// Adds column number `i` of what the star stands for, or what replaces it.
static void add_column(Block *block, const Output *written, const ScopeItem *item,
                       size_t i, const Star *star)
{
    Binder *b = block->b;
    Scope *scope = block->scope;
    const char *name =
        item != NULL ? item->columns[i].name : scope->visible.items[i].name;
    if (text_is_one_of(name, star->left_out, star->left_out_count))
        return;
    Output output = {.name = name, .star = star->id};
    const Expr *replacement = replacement_of(written->expr, name);
    if (replacement != NULL) {
        output.name = replacement->args[1]->name;
        output.expr = bind_expr(b, scope, replacement->args[0]);
        output.explicit_name = true;
    } else if (item != NULL) {
        output.expr = scope_item_column(b, item, i, written->expr);
    } else {
        output.expr = scope_column(b, scope, &scope->visible.items[i], written->expr);
    }
    bool is_first = block->outputs.count == 0 ||
                    block->outputs.items[block->outputs.count - 1].star != star->id;
    output.comment = is_first ? written->comment : NULL;
    if (!b->failed)
        add_output(block, output);
}

// Sets the item that `t.*` is about, NULL for `*`; false if there is nothing.
static bool find_star_item(Block *block, const Expr *expr, const ScopeItem **item)
{
    Binder *b = block->b;
    *item = NULL;
    if (expr->part_count > 0) {
        const char *table = expr->parts[expr->part_count - 1];
        *item = scope_item(block->scope, table);
        if (*item == NULL)
            bind_fail(b, expr->offset, "no table %s in FROM", table);
    } else if (block->scope->items.count == 0) {
        bind_fail(b, expr->offset, "* without FROM");
    }
    return !b->failed;
}

static void add_opaque_star(Block *block, const Expr *expr)
{
    const char *name = expr->arg_count > 0 ? expr->name : "*";
    add_output(block,
               (Output){.name = name, .expr = bind_expr(block->b, block->scope, expr)});
}

// Adds what `*` or `t.*` stands for.
static void expand_star(Block *block, const Output *written)
{
    Binder *b = block->b;
    const Expr *expr = written->expr;
    const ScopeItem *item = NULL;
    if (block->scope->has_opaque) {
        add_opaque_star(block, expr);
        return;
    }
    if (!find_star_item(block, expr, &item))
        return;
    Star star = {.id = b->next_id++, .source = item == NULL ? 0 : item->source->number};
    if (item != NULL)
        star.qualifier = expr->parts[expr->part_count - 1];
    if (!take_changes(block, expr, item, &star)) {
        add_opaque_star(block, expr);
        return;
    }
    check_aliases(block, expr);
    array_push(b->arena, &block->stars, star);
    size_t before = block->outputs.count;
    size_t width = item != NULL ? item->column_count : block->scope->visible.count;
    for (size_t i = 0; i < width && !b->failed; i++)
        add_column(block, written, item, i, &star);
    if (expr->arg_count > 0 && block->outputs.count == before)
        bind_fail(b, expr->offset, "the star leaves out every column");
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
    bind_fail(b, expr->offset, "%s %s is not between 1 and %zu", clause, expr->name,
              count);
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

// DuckDB's ORDER BY ALL: every output, with the direction written once.
static const OrderItem *order_by_all(Binder *b, const OrderItem *written,
                                     const Output *outputs, size_t *count)
{
    OrderItem *items = arena_new(b->arena, OrderItem, *count);
    for (size_t i = 0; i < *count; i++) {
        items[i] = *written;
        items[i].expr = output_reference(b, &outputs[i], written->expr);
    }
    return items;
}

static bool is_order_by_all(const Query *query)
{
    return query->order_count == 1 && query->order[0].expr->kind == EXPR_STAR &&
           query->order[0].expr->arg_count == 0;
}

static const OrderItem *bind_order(Binder *b, Scope *scope, const Query *query,
                                   size_t *count)
{
    if (is_order_by_all(query)) {
        *count = scope->output_count;
        return order_by_all(b, &query->order[0], scope->outputs, count);
    }
    OrderItem *bound = arena_new(b->arena, OrderItem, query->order_count);
    for (size_t i = 0; i < query->order_count && !b->failed; i++) {
        bound[i] = query->order[i];
        bound[i].expr = bind_order_key(b, scope, query->order[i].expr);
    }
    *count = query->order_count;
    return bound;
}

// ORDER BY of a set operation

// Returns the column of the set operation that `key` is in one of its arms, or NULL: the
// name of an output there, a column read there, or an expression as written there.
static const Output *find_in_arms(const SetOperation *written, const SetOperation *bound,
                                  const Expr *key, const Output *outputs)
{
    for (size_t i = 0; i < bound->arm_count; i++) {
        size_t count, written_count;
        const Output *arm = query_outputs(bound->arms[i], &count);
        const Output *text = query_outputs(written->arms[i], &written_count);
        for (size_t j = 0; j < count; j++) {
            bool plain = key->kind == EXPR_NAME && key->part_count == 0;
            if (plain && text_same_word(arm[j].name, key->name))
                return &outputs[j];
            bool column = arm[j].expr != NULL && arm[j].expr->kind == EXPR_COLUMN;
            if (key->kind == EXPR_NAME && column &&
                text_same_word(arm[j].expr->name, key->name))
                return &outputs[j];
            // Behind a star the outputs written are no longer those bound.
            bool aligned = written_count == count && text[j].expr != NULL;
            if (aligned && expr_equal(text[j].expr, key))
                return &outputs[j];
        }
    }
    return NULL;
}

static const Output *find_named(const Output *outputs, size_t count, const Expr *key)
{
    for (size_t i = 0; i < count; i++)
        if (key->kind == EXPR_NAME && key->part_count == 0 &&
            text_same_word(outputs[i].name, key->name))
            return &outputs[i];
    return NULL;
}

static const Expr *bind_output_key(Binder *b, const Query *query, const Query *bound,
                                   const Expr *key)
{
    if (key->kind == EXPR_COLLATE) {
        const Expr *operand = bind_output_key(b, query, bound, key->args[0]);
        Expr collated = *expr_with_args(b->arena, key, &operand);
        collated.type = expr_derive_type(b->arena, b->dialect, &collated);
        return expr_new(b->arena, collated);
    }
    size_t count;
    const Output *outputs = query_outputs(bound, &count);
    const Output *output = NULL;
    if (is_ordinal(key))
        output = ordinal_output(b, key, outputs, count, "ORDER BY");
    else
        output = find_named(outputs, count, key);
    if (output == NULL && bound->set != NULL && !bound->set->by_name)
        output = find_in_arms(query->set, bound->set, key, outputs);
    if (output != NULL)
        return output_reference(b, output, key);
    bind_fail(b, key->offset, "ORDER BY names no column of the %s",
              bound->set != NULL ? "set operation" : "VALUES");
    return key;
}

const OrderItem *bind_output_order(Binder *b, const Query *query, const Query *bound,
                                   size_t *count)
{
    if (is_order_by_all(query)) {
        const Output *outputs = query_outputs(bound, count);
        return order_by_all(b, &query->order[0], outputs, count);
    }
    OrderItem *items = arena_new(b->arena, OrderItem, query->order_count);
    for (size_t i = 0; i < query->order_count && !b->failed; i++) {
        items[i] = query->order[i];
        items[i].expr = bind_output_key(b, query, bound, query->order[i].expr);
    }
    *count = query->order_count;
    return items;
}

// The block

static void bind_windows(Binder *b, Scope *scope, Select *select)
{
    ARRAY(const Window *) windows = {0};
    scope->place = PLACE_WINDOW;
    for (size_t i = 0; i < select->window_count && !b->failed; i++)
        array_push(b->arena, &windows,
                   bind_window(b, scope, select->windows[i], NO_OFFSET));
    select->windows = windows.items;
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
    bound.order = bind_order(b, scope, query, &bound.order_count);
    if (b->failed)
        return query;
    bound.select = select_new(b->arena, select);
    return query_new(b->arena, bound);
}
