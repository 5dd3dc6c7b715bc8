// print_operand.c - what stands between operators: names, literals, rows.

#include "sql/print.h"

#include <string.h>

void put_unbound_name(Printer *p, const Expr *expr)
{
    for (size_t i = 0; i < expr->part_count; i++) {
        put_name(p, expr->parts[i]);
        put(p, ".");
    }
    if (expr->kind == EXPR_STAR) {
        put(p, expr->name != NULL ? expr->name : "*"); // ORDER BY ALL
        return;
    }
    // SQLite takes "x" for a string where there is no such column.
    if (expr->quoted && p->dialect == DIALECT_SQLITE && expr->part_count == 0)
        put_quoted(p, expr->name);
    else
        put_name(p, expr->name);
}

void put_column(Printer *p, const Expr *expr)
{
    ColumnName column = names_column(p->names, expr);
    if (column.qualifier != NULL) {
        put_name(p, column.qualifier);
        put(p, ".");
    }
    put_name(p, column.name);
}

void put_output(Printer *p, const Expr *expr)
{
    OutputUse use = names_output_use(p->names, expr);
    switch (use.style) {
    case OUTPUT_BY_NAME:
        put_name(p, use.name);
        break;
    case OUTPUT_BY_ORDINAL:
        put(p, arena_printf(p->arena, "%zu", use.ordinal));
        break;
    case OUTPUT_BY_EXPR:
        put_expr(p, use.expr, LEVEL_OPERAND);
        break;
    }
}

static void put_interval(Printer *p, const Expr *expr)
{
    bool is_number = !expr->quoted && expr->unit != NULL &&
                     strspn(expr->name, "0123456789") == strlen(expr->name);
    put(p, "INTERVAL ");
    put(p, is_number ? expr->name : sql_quote_string(p->arena, p->dialect, expr->name));
    if (expr->unit != NULL) {
        put(p, " ");
        put_upper(p, expr->unit);
    }
}

void put_literal(Printer *p, const Expr *expr)
{
    switch (expr->literal) {
    case LITERAL_NULL:
        put(p, "NULL");
        break;
    case LITERAL_TRUE:
        put(p, "TRUE");
        break;
    case LITERAL_FALSE:
        put(p, "FALSE");
        break;
    case LITERAL_NUMBER:
        put(p, expr->name);
        break;
    case LITERAL_STRING:
        put(p, sql_quote_string(p->arena, p->dialect, expr->name));
        break;
    case LITERAL_BLOB:
        put(p, arena_printf(p->arena, "X'%s'", expr->name));
        break;
    case LITERAL_TYPED:
        put(p, type_print(p->arena, p->dialect, expr->type));
        put(p, " ");
        put(p, sql_quote_string(p->arena, p->dialect, expr->name));
        break;
    case LITERAL_INTERVAL:
        put_interval(p, expr);
        break;
    }
}

void put_row(Printer *p, const Expr *expr)
{
    open_brackets(p, "(");
    put_exprs(p, expr->args, expr->arg_count);
    if (expr->arg_count == 1)
        put(p, ",");
    close_brackets(p, ")");
}
