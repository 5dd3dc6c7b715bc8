// bind_expr.c - expressions: names become columns, and every node gets its type.

#include "sql/bind.h"

#include "base/text.h"
#include "sql/function.h"

#include <string.h>

const Expr *const *bind_exprs(Binder *b, Scope *scope, const Expr *const *exprs,
                              size_t count)
{
    const Expr **bound = arena_new(b->arena, const Expr *, count);
    for (size_t i = 0; i < count && !b->failed; i++)
        bound[i] = bind_expr(b, scope, exprs[i]);
    return bound;
}

const OrderItem *bind_order_exprs(Binder *b, Scope *scope, const OrderItem *items,
                                  size_t count)
{
    OrderItem *bound = arena_new(b->arena, OrderItem, count);
    for (size_t i = 0; i < count && !b->failed; i++) {
        bound[i] = items[i];
        bound[i].expr = bind_expr(b, scope, items[i].expr);
    }
    return bound;
}

// Returns the list with each item of `kind` replaced by its own arguments.
static const Expr *const *flatten(Binder *b, ExprKind kind, const Expr *const *exprs,
                                  size_t *count)
{
    size_t total = 0;
    for (size_t i = 0; i < *count; i++)
        total += exprs[i]->kind == kind ? exprs[i]->arg_count : 1;
    if (total == *count)
        return exprs;
    const Expr **flat = arena_new(b->arena, const Expr *, total);
    size_t next = 0;
    for (size_t i = 0; i < *count; i++) {
        if (exprs[i]->kind != kind) {
            flat[next++] = exprs[i];
            continue;
        }
        for (size_t j = 0; j < exprs[i]->arg_count; j++)
            flat[next++] = exprs[i]->args[j];
    }
    *count = total;
    return flat;
}

const Expr *const *bind_conjuncts(Binder *b, Scope *scope, const Expr *const *exprs,
                                  size_t *count)
{
    const Expr *const *bound = bind_exprs(b, scope, exprs, *count);
    return b->failed ? exprs : flatten(b, EXPR_AND, bound, count);
}

// Returns the node with its type.
static const Expr *typed(Binder *b, Expr expr)
{
    expr.type = expr_derive_type(b->arena, b->dialect, &expr);
    return expr_new(b->arena, expr);
}

static const Expr *bind_list(Binder *b, Scope *scope, const Expr *expr)
{
    const Expr *const *args = bind_exprs(b, scope, expr->args, expr->arg_count);
    if (b->failed)
        return expr;
    Expr bound = *expr;
    bound.args = flatten(b, expr->kind, args, &bound.arg_count);
    return typed(b, bound);
}

static const Expr *bind_not(Binder *b, Scope *scope, const Expr *expr)
{
    const Expr *operand = bind_expr(b, scope, expr->args[0]);
    if (b->failed)
        return expr;
    Expr bound = *expr_not(b->arena, operand);
    bound.offset = expr->offset;
    if (expr->comment != NULL)
        bound.comment = expr->comment;
    bound.type = expr_derive_type(b->arena, b->dialect, &bound);
    return expr_new(b->arena, bound);
}

// Returns how many columns stand on the left of IN.
static size_t row_width(const Expr *expr)
{
    return expr->kind == EXPR_ROW ? expr->arg_count : 1;
}

static void check_width(Binder *b, const Expr *expr, size_t wanted)
{
    size_t count;
    query_outputs(expr->query, &count);
    if (!query_is_vague(expr->query) && count != wanted)
        bind_fail(b, expr->offset, "the subquery yields %zu columns, not %zu", count,
                  wanted);
}

// `wanted`: how many columns a scalar subquery must have.
static const Expr *bind_subquery(Binder *b, Scope *scope, const Expr *expr, size_t wanted)
{
    Expr bound = *expr;
    bound.args = bind_exprs(b, scope, expr->args, expr->arg_count);
    bound.query = bind_query(b, scope, scope->ctes, expr->query);
    if (b->failed)
        return expr;
    if (expr->arg_count > 0)
        wanted = row_width(bound.args[0]);
    if (expr->kind != EXPR_EXISTS)
        check_width(b, &bound, wanted);
    return typed(b, bound);
}

// A bare `*` outside a select list and count(*): struct_pack(*), COLUMNS(*), …
static const Expr *bind_star(Binder *b, const Expr *star)
{
    b->has_opaque = true;
    const char *text = star->arg_count > 0 ? star->name : "*";
    if (star->part_count > 0)
        text = arena_printf(b->arena, "%s.%s", star->parts[star->part_count - 1], text);
    return expr_new(b->arena, (Expr){.kind = EXPR_OPAQUE,
                                     .name = text,
                                     .offset = star->offset,
                                     .comment = star->comment});
}

static const Expr *bind_parameter(Binder *b, const Expr *expr)
{
    if (expr->number > b->parameter_count)
        b->parameter_count = expr->number;
    return expr;
}

static const Expr *bind_opaque(Binder *b, const Expr *expr)
{
    b->has_opaque = true;
    return expr;
}

// DuckDB: #1 is the first column of FROM.
static bool is_positional(Dialect dialect, const Expr *expr)
{
    return dialect == DIALECT_DUCKDB && expr->kind == EXPR_OPERATOR &&
           expr->arg_count == 1 && strcmp(expr->name, "#") == 0;
}

static const Expr *bind_positional(Binder *b, const Expr *expr)
{
    const char *digits = expr->args[0]->name != NULL ? expr->args[0]->name : "";
    b->has_opaque = true;
    return expr_new(b->arena, (Expr){.kind = EXPR_OPAQUE,
                                     .name = arena_printf(b->arena, "#%s", digits),
                                     .offset = expr->offset,
                                     .comment = expr->comment});
}

// DuckDB's arithmetic keeps its promises for numbers, and for dates with a number of days
// or an interval; for all else (infinite timestamps, lists) the operator counts as the
// function of the same meaning, of which the table promises nothing.
static const char *careful_name(const Expr *expr)
{
    static const struct {
        const char *name, *careful;
    } names[] = {{"+", "add"}, {"-", "subtract"}, {"*", "multiply"}, {"/", "divide"}};
    Type left = expr->args[0]->type;
    Type right = expr->arg_count == 2 ? expr->args[1]->type : left;
    bool plain = type_is_number(left) && type_is_number(right);
    bool moved = (left.kind == TYPE_DATE || left.kind == TYPE_TIMESTAMP) &&
                 (right.kind == TYPE_INTEGER || right.kind == TYPE_INTERVAL);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!plain && !moved && strcmp(names[i].name, expr->name) == 0)
            return names[i].careful;
    return expr->name;
}

static const FunctionInfo *operator_function(Dialect dialect, const Expr *expr)
{
    const char *name = dialect == DIALECT_DUCKDB ? careful_name(expr) : expr->name;
    return function_find(dialect, name, FUNCTION_SCALAR);
}

static const Expr *bind_plain(Binder *b, Scope *scope, const Expr *expr)
{
    if (is_positional(b->dialect, expr))
        return bind_positional(b, expr);
    Expr bound = *expr;
    bound.args = bind_exprs(b, scope, expr->args, expr->arg_count);
    if (b->failed)
        return expr;
    if (expr->kind == EXPR_OPERATOR)
        bound.function = operator_function(b->dialect, &bound);
    return typed(b, bound);
}

// Binds a comparison; (a, b) = (SELECT c, d …) is the one place where a subquery may have
// several columns.
static const Expr *bind_compare(Binder *b, Scope *scope, const Expr *expr)
{
    const Expr **args = arena_new(b->arena, const Expr *, 2);
    for (int i = 0; i < 2 && !b->failed; i++) {
        bool query = expr->args[i]->kind == EXPR_SUBQUERY && b->dialect != DIALECT_DUCKDB;
        args[i] =
            query ? bind_subquery(b, scope, expr->args[i], row_width(expr->args[1 - i]))
                  : bind_expr(b, scope, expr->args[i]);
    }
    if (b->failed)
        return expr;
    Expr bound = *expr;
    bound.args = args;
    return typed(b, bound);
}

const Expr *bind_expr(Binder *b, Scope *scope, const Expr *expr)
{
    if (b->failed)
        return expr;
    switch (expr->kind) {
    case EXPR_NAME:
        return scope_resolve(b, scope, expr);
    case EXPR_STAR:
        return bind_star(b, expr);
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
        return expr;
    case EXPR_PARAMETER:
        return bind_parameter(b, expr);
    case EXPR_AND:
    case EXPR_OR:
        return bind_list(b, scope, expr);
    case EXPR_NOT:
        return bind_not(b, scope, expr);
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_SUBQUERY:
    case EXPR_QUANTIFIED:
        return bind_subquery(b, scope, expr, 1);
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
        return bind_call(b, scope, expr);
    case EXPR_GROUPING:
        return bind_grouping(b, scope, expr);
    case EXPR_OPAQUE:
        return bind_opaque(b, expr);
    case EXPR_COMPARE:
        return bind_compare(b, scope, expr);
    case EXPR_LITERAL:
    case EXPR_IS:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_LIKE:
    case EXPR_OPERATOR:
    case EXPR_CASE:
    case EXPR_CAST:
    case EXPR_COLLATE:
    case EXPR_ROW:
        return bind_plain(b, scope, expr);
    }
    return expr;
}
