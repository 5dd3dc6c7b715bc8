// bind_call.c - functions, aggregates, windows.
//
// The parser sees a call; which kind it is, the dialect's table of functions says.

#include "sql/bind.h"

#include "base/text.h"
#include "sql/function.h"
#include "sql/sql.h"

// SQLite's min and max with several arguments are scalar functions.
static bool is_aggregate_call(Dialect dialect, const Expr *expr)
{
    bool several = expr->arg_count != 1;
    return !(dialect == DIALECT_SQLITE && several &&
             (text_same_word(expr->name, "min") || text_same_word(expr->name, "max")));
}

static const char *place_name(Place place)
{
    static const char *const names[] = {
        [PLACE_FROM] = "FROM",       [PLACE_OUTPUTS] = "the select list",
        [PLACE_WHERE] = "WHERE",     [PLACE_GROUP] = "GROUP BY",
        [PLACE_HAVING] = "HAVING",   [PLACE_WINDOW] = "WINDOW",
        [PLACE_QUALIFY] = "QUALIFY", [PLACE_ORDER] = "ORDER BY",
        [PLACE_LIMIT] = "LIMIT",
    };
    return names[place];
}

static bool place_allows_aggregates(Place place)
{
    return place == PLACE_OUTPUTS || place == PLACE_HAVING || place == PLACE_ORDER ||
           place == PLACE_QUALIFY || place == PLACE_WINDOW;
}

static bool place_allows_windows(Place place)
{
    return place == PLACE_OUTPUTS || place == PLACE_ORDER || place == PLACE_QUALIFY;
}

// Binds what stands in the brackets and FILTER.
static void bind_inside(Binder *b, Scope *scope, const Expr *expr, Expr *bound)
{
    bound->args = bind_exprs(b, scope, expr->args, expr->arg_count);
    bound->order = bind_order_exprs(b, scope, expr->order, expr->order_count);
    if (expr->filter != NULL)
        bound->filter = bind_expr(b, scope, expr->filter);
}

static const Expr *finish(Binder *b, const Expr *expr, Expr bound)
{
    if (b->failed)
        return expr;
    bound.type = expr_derive_type(b->arena, b->dialect, &bound);
    return expr_new(b->arena, bound);
}

// Refuses an aggregate where the block that it belongs to may have none.
static void check_owner(Binder *b, const Scope *scope, unsigned deepest,
                        bool was_in_aggregate, const Expr *expr)
{
    const Scope *owner = scope;
    while (deepest > 0 && owner->depth > deepest)
        owner = owner->parent;
    bool nested = owner == scope ? was_in_aggregate : owner->in_aggregate;
    if (nested)
        bind_fail(b, expr->offset, "aggregate %s() inside another aggregate", expr->name);
    else if (!place_allows_aggregates(owner->place))
        bind_fail(b, expr->offset, "aggregate %s() in %s", expr->name,
                  place_name(owner->place));
}

static const Expr *bind_aggregate(Binder *b, Scope *scope, const Expr *expr,
                                  const FunctionInfo *function)
{
    Expr bound = *expr;
    bound.kind = EXPR_AGGREGATE;
    bound.function = function;
    AggregateFrame frame = {.outer = b->aggregates, .limit = scope->depth};
    bool was_in_aggregate = scope->in_aggregate;
    b->aggregates = &frame;
    scope->in_aggregate = true;
    bind_inside(b, scope, expr, &bound);
    scope->in_aggregate = was_in_aggregate;
    b->aggregates = frame.outer;
    if (!b->failed)
        check_owner(b, scope, frame.deepest, was_in_aggregate, expr);
    return finish(b, expr, bound);
}

static const Expr *bind_window_call(Binder *b, Scope *scope, const Expr *expr)
{
    Expr bound = *expr;
    bound.kind = EXPR_WINDOW;
    bound.function = function_find(b->dialect, expr->name, FUNCTION_WINDOW);
    if (bound.function == NULL)
        bound.function = function_find(b->dialect, expr->name, FUNCTION_AGGREGATE);
    if (!place_allows_windows(scope->place))
        bind_fail(b, expr->offset, "window function %s() in %s", expr->name,
                  place_name(scope->place));
    else if (scope->in_aggregate)
        bind_fail(b, expr->offset, "window function %s() inside an aggregate",
                  expr->name);
    bind_inside(b, scope, expr, &bound);
    bound.window = bind_window(b, scope, expr->window, expr->offset);
    return finish(b, expr, bound);
}

// main.lower(a) reads as a method of a column called main; where there is none such, it
// is the function of that schema. Returns the call to bind.
static const Expr *without_schema(Binder *b, Scope *scope, const Expr *expr)
{
    const Expr *first = expr->arg_count > 0 ? expr->args[0] : NULL;
    bool schema = expr->form == FORM_METHOD && first != NULL &&
                  first->kind == EXPR_NAME && first->part_count == 0 &&
                  text_same_word(first->name, "main");
    bool ambiguous = false;
    if (!schema || scope_find(b, scope, first, &ambiguous) != NULL || ambiguous)
        return expr;
    Expr plain = *expr;
    plain.form = FORM_PLAIN;
    plain.args++;
    plain.arg_count--;
    return expr_new(b->arena, plain);
}

// unnest() within an expression makes rows, and of a struct columns, of which the tree
// knows nothing: the call is kept as text.
static const Expr *bind_unnest(Binder *b, const Expr *expr)
{
    b->has_opaque = true;
    return expr_new(b->arena,
                    (Expr){.kind = EXPR_OPAQUE,
                           .name = sql_print_expr(b->arena, b->dialect, NULL, expr),
                           .offset = expr->offset,
                           .comment = expr->comment});
}

const Expr *bind_call(Binder *b, Scope *scope, const Expr *expr)
{
    expr = without_schema(b, scope, expr);
    if (b->dialect == DIALECT_DUCKDB && text_same_word(expr->name, "unnest"))
        return bind_unnest(b, expr);
    if (expr->window != NULL)
        return bind_window_call(b, scope, expr);
    const FunctionInfo *aggregate =
        is_aggregate_call(b->dialect, expr)
            ? function_find(b->dialect, expr->name, FUNCTION_AGGREGATE)
            : NULL;
    if (aggregate != NULL)
        return bind_aggregate(b, scope, expr, aggregate);
    Expr bound = *expr;
    bound.function = function_find(b->dialect, expr->name, FUNCTION_SCALAR);
    // What the parser could tell is an aggregate, but the table does not know.
    bool aggregates = expr->kind == EXPR_AGGREGATE || expr->filter != NULL ||
                      expr->distinct || expr->star || expr->order_count > 0;
    if (bound.function == NULL && aggregates)
        return bind_aggregate(b, scope, expr, NULL);
    bound.kind = EXPR_CALL;
    bind_inside(b, scope, expr, &bound);
    return finish(b, expr, bound);
}

const Expr *bind_grouping(Binder *b, Scope *scope, const Expr *expr)
{
    if (!place_allows_aggregates(scope->place) || scope->in_aggregate)
        bind_fail(b, expr->offset, "grouping() in %s",
                  scope->in_aggregate ? "an aggregate" : place_name(scope->place));
    Expr bound = *expr;
    bound.args = bind_exprs(b, scope, expr->args, expr->arg_count);
    return finish(b, expr, bound);
}

// Windows

static bool window_is_defined(const Scope *scope, const char *name)
{
    for (size_t i = 0; i < scope->window_count; i++)
        if (text_same_word(scope->windows[i]->name, name))
            return true;
    return false;
}

const Window *bind_window(Binder *b, Scope *scope, const Window *window, size_t offset)
{
    const char *used = scope->place == PLACE_WINDOW ? NULL : window->name;
    if (used == NULL)
        used = window->base;
    if (used != NULL && !window_is_defined(scope, used))
        bind_fail(b, offset, "no window %s", used);
    Window *bound = arena_new(b->arena, Window, 1);
    *bound = *window;
    bound->partition = bind_exprs(b, scope, window->partition, window->partition_count);
    bound->order = bind_order_exprs(b, scope, window->order, window->order_count);
    if (window->low_expr != NULL)
        bound->low_expr = bind_expr(b, scope, window->low_expr);
    if (window->high_expr != NULL)
        bound->high_expr = bind_expr(b, scope, window->high_expr);
    return bound;
}
