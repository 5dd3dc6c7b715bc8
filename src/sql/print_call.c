// print_call.c - functions, windows, CASE, CAST and what else has words inside.

#include "sql/print.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

// Calls with words between their arguments

// Prints NAME(a WORD b WORD c): a word stands before each argument but the first.
static void put_worded(Printer *p, const Expr *expr, const char *const *words,
                       size_t word_count)
{
    assert(expr->arg_count <= word_count + 1);
    put_upper(p, expr->name);
    open_brackets(p, "(");
    for (size_t i = 0; i < expr->arg_count; i++) {
        if (i > 0) {
            layout_break(&p->layout, " ");
            put(p, words[i - 1]);
            put(p, " ");
        }
        put_expr(p, expr->args[i], LEVEL_OTHER);
    }
    close_brackets(p, ")");
}

// Prints a name that the parser takes from a string: a field, a key.
static void put_label(Printer *p, const Expr *label)
{
    if (expr_is_literal(label, LITERAL_STRING))
        put_name(p, label->name);
    else
        put_expr(p, label, LEVEL_OPERAND);
}

static void put_extract(Printer *p, const Expr *expr)
{
    put(p, "EXTRACT(");
    put_label(p, expr->args[0]);
    put(p, " FROM ");
    put_expr(p, expr->args[1], LEVEL_NONE);
    put(p, ")");
}

static void put_trim(Printer *p, const Expr *expr)
{
    put(p, "TRIM(");
    if (expr->unit != NULL) {
        put_upper(p, expr->unit);
        put(p, " ");
    }
    if (expr->arg_count > 1) {
        put_expr(p, expr->args[1], LEVEL_NONE);
        put(p, " ");
    }
    put(p, "FROM ");
    put_expr(p, expr->args[0], LEVEL_NONE);
    put(p, ")");
}

// DuckDB's nested values

static void put_list(Printer *p, const Expr *expr)
{
    open_brackets(p, "[");
    put_exprs(p, expr->args, expr->arg_count);
    close_brackets(p, "]");
}

static void put_struct(Printer *p, const Expr *expr)
{
    open_brackets(p, "{");
    for (size_t i = 0; i + 1 < expr->arg_count; i += 2) {
        if (i > 0)
            put_comma(p);
        put(p, sql_quote_string(p->arena, p->dialect, expr->args[i]->name));
        put(p, ": ");
        put_expr(p, expr->args[i + 1], LEVEL_NONE);
    }
    close_brackets(p, "}");
}

// Prints what [ or a dot stands behind. A cast would take either into its type, a name
// would take a field for a column, and a number a dot.
static void put_owner(Printer *p, const Expr *owner, bool dot)
{
    bool takes_it = (owner->kind == EXPR_CAST && owner->form == FORM_COLONS) ||
                    owner->kind == EXPR_OPAQUE ||
                    (dot && (owner->kind == EXPR_LITERAL || owner->kind == EXPR_NAME ||
                             owner->kind == EXPR_COLUMN));
    if (!takes_it) {
        put_expr(p, owner, LEVEL_SUBSCRIPT);
        return;
    }
    put(p, "(");
    put_expr(p, owner, LEVEL_NONE);
    put(p, ")");
}

static void put_subscript(Printer *p, const Expr *expr)
{
    put_owner(p, expr->args[0], false);
    put(p, "[");
    for (size_t i = 1; i < expr->arg_count; i++) {
        put(p, i > 1 ? ":" : "");
        put_expr(p, expr->args[i], LEVEL_OR);
    }
    put(p, "]");
}

// Plain calls

static void put_arguments(Printer *p, const Expr *expr, size_t first)
{
    if (expr->star) {
        put(p, expr->distinct ? "(DISTINCT *)" : "(*)");
        return;
    }
    bool orders_inside = expr->order_count > 0 && expr->form != FORM_WITHIN;
    if (expr->arg_count == first && !orders_inside) {
        put(p, expr->distinct ? "(DISTINCT)" : "()");
        return;
    }
    open_brackets(p, "(");
    put(p, expr->distinct ? "DISTINCT " : "");
    put_exprs(p, expr->args + first, expr->arg_count - first);
    if (orders_inside) {
        if (expr->arg_count > first)
            layout_break(&p->layout, " ");
        put(p, "ORDER BY ");
        put_order_items(p, expr->order, expr->order_count);
    }
    put(p, expr->ignore_nulls ? " IGNORE NULLS" : "");
    close_brackets(p, ")");
}

static void put_function_name(Printer *p, const Expr *expr)
{
    if (expr->quoted)
        put_quoted(p, expr->name);
    else
        put(p, expr->name);
}

static void put_method(Printer *p, const Expr *expr)
{
    const Expr *owner = expr->args[0];
    if (owner->kind == EXPR_NAME || owner->kind == EXPR_COLUMN)
        put_expr(p, owner, LEVEL_OPERAND);
    else
        put_owner(p, owner, true);
    put(p, ".");
    put_function_name(p, expr);
    put_arguments(p, expr, 1);
}

// Prints the part of a call up to its closing bracket.
static void put_head(Printer *p, const Expr *expr)
{
    static const char *const substring[] = {"FROM", "FOR"};
    static const char *const overlay[] = {"PLACING", "FROM", "FOR"};
    static const char *const position[] = {"IN"};
    switch (expr->form) {
    case FORM_BARE: // As written: in DuckDB an output without AS is called so.
        put(p, expr->name);
        return;
    case FORM_EXTRACT:
        put_extract(p, expr);
        return;
    case FORM_SUBSTRING:
        put_worded(p, expr, substring, COUNT_OF(substring));
        return;
    case FORM_POSITION:
        put_worded(p, expr, position, COUNT_OF(position));
        return;
    case FORM_OVERLAY:
        put_worded(p, expr, overlay, COUNT_OF(overlay));
        return;
    case FORM_TRIM:
        put_trim(p, expr);
        return;
    case FORM_LIST:
        put_list(p, expr);
        return;
    case FORM_STRUCT:
        put_struct(p, expr);
        return;
    case FORM_SUBSCRIPT:
        put_subscript(p, expr);
        return;
    case FORM_FIELD:
        put_owner(p, expr->args[0], true);
        put(p, ".");
        put_label(p, expr->args[1]);
        return;
    case FORM_METHOD:
        put_method(p, expr);
        return;
    case FORM_PLAIN:
    case FORM_COLONS:
    case FORM_TRY:
    case FORM_LAMBDA:
    case FORM_WITHIN:
        break;
    }
    put_function_name(p, expr);
    put_arguments(p, expr, 0);
}

void put_call(Printer *p, const Expr *expr)
{
    const char *merged = names_merged(p->names, expr);
    if (merged != NULL) {
        put_name(p, merged);
        return;
    }
    put_head(p, expr);
    if (expr->form == FORM_WITHIN) {
        put(p, " WITHIN GROUP (ORDER BY ");
        put_order_items(p, expr->order, expr->order_count);
        put(p, ")");
    }
    if (expr->filter != NULL) {
        put(p, " FILTER ");
        open_brackets(p, "(");
        put(p, "WHERE ");
        put_expr(p, expr->filter, LEVEL_NONE);
        close_brackets(p, ")");
    }
    if (expr->window == NULL)
        return;
    put(p, " OVER ");
    if (expr->window->name != NULL)
        put_name(p, expr->window->name);
    else
        put_window_body(p, expr->window);
}

// Windows

static void put_bound(Printer *p, FrameBound bound, const Expr *distance)
{
    static const char *const words[] = {
        [BOUND_UNBOUNDED_PRECEDING] = "UNBOUNDED PRECEDING",
        [BOUND_PRECEDING] = " PRECEDING",
        [BOUND_CURRENT_ROW] = "CURRENT ROW",
        [BOUND_FOLLOWING] = " FOLLOWING",
        [BOUND_UNBOUNDED_FOLLOWING] = "UNBOUNDED FOLLOWING",
    };
    if (bound == BOUND_PRECEDING || bound == BOUND_FOLLOWING)
        put_expr(p, distance, LEVEL_OTHER);
    put(p, words[bound]);
}

static void put_frame(Printer *p, const Window *window)
{
    static const char *const kinds[] = {"", "ROWS", "RANGE", "GROUPS"};
    static const char *const excludes[] = {
        [EXCLUDE_NONE] = "",
        [EXCLUDE_CURRENT_ROW] = " EXCLUDE CURRENT ROW",
        [EXCLUDE_GROUP] = " EXCLUDE GROUP",
        [EXCLUDE_TIES] = " EXCLUDE TIES",
    };
    put(p, kinds[window->frame]);
    put(p, " BETWEEN ");
    put_bound(p, window->low, window->low_expr);
    put(p, " AND ");
    put_bound(p, window->high, window->high_expr);
    put(p, excludes[window->exclude]);
}

// Ends one part of a window, if there was one.
static void separate(Printer *p, bool *any)
{
    if (*any)
        layout_break(&p->layout, " ");
    *any = true;
}

void put_window_body(Printer *p, const Window *window)
{
    bool any = false;
    open_brackets(p, "(");
    if (window->base != NULL) {
        separate(p, &any);
        put_name(p, window->base);
    }
    if (window->partition_count > 0) {
        separate(p, &any);
        layout_open(&p->layout);
        put(p, "PARTITION BY ");
        put_exprs(p, window->partition, window->partition_count);
        layout_close(&p->layout);
    }
    if (window->order_count > 0) {
        separate(p, &any);
        layout_open(&p->layout);
        put(p, "ORDER BY ");
        put_order_items(p, window->order, window->order_count);
        layout_close(&p->layout);
    }
    if (window->frame != FRAME_NONE) {
        separate(p, &any);
        put_frame(p, window);
    }
    close_brackets(p, ")");
}

// CASE and CAST

void put_case(Printer *p, const Expr *expr)
{
    size_t i = 0;
    layout_open(&p->layout);
    put(p, "CASE");
    if (expr->has_operand) {
        put(p, " ");
        put_expr(p, expr->args[i++], LEVEL_NONE);
    }
    layout_indent(&p->layout, PRINT_INDENT);
    for (; i + 1 < expr->arg_count; i += 2) {
        layout_break(&p->layout, " ");
        layout_open(&p->layout);
        put(p, "WHEN ");
        put_expr(p, expr->args[i], LEVEL_NONE);
        layout_indent(&p->layout, PRINT_INDENT);
        layout_break(&p->layout, " ");
        put(p, "THEN ");
        put_expr(p, expr->args[i + 1], LEVEL_NONE);
        layout_indent(&p->layout, -PRINT_INDENT);
        layout_close(&p->layout);
    }
    if (expr->has_else) {
        layout_break(&p->layout, " ");
        put(p, "ELSE ");
        put_expr(p, expr->args[i], LEVEL_NONE);
    }
    layout_indent(&p->layout, -PRINT_INDENT);
    layout_break(&p->layout, " ");
    put(p, "END");
    layout_close(&p->layout);
}

void put_cast(Printer *p, const Expr *expr)
{
    const char *type = type_print(p->arena, p->dialect, expr->type);
    if (expr->form == FORM_COLONS) {
        const Expr *operand = expr->args[0];
        bool is_opaque = operand->kind == EXPR_OPAQUE;
        put_expr(p, operand, is_opaque ? LEVEL_OPERAND : LEVEL_SUBSCRIPT);
        put(p, "::");
        put(p, type);
        return;
    }
    put(p, expr->form == FORM_TRY ? "TRY_CAST" : "CAST");
    open_brackets(p, "(");
    put_expr(p, expr->args[0], LEVEL_NONE);
    layout_break(&p->layout, " ");
    put(p, "AS ");
    put(p, type);
    close_brackets(p, ")");
}
