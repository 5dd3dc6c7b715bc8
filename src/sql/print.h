// print.h - what the files of the printer share; nobody else includes it.
//
//   print.c          the entry points, quoting, comments
//   print_expr.c     expressions: operators and brackets
//   print_operand.c  what stands between them: names, literals
//   print_call.c     functions, windows, CASE and what else has words in it
//   print_source.c   FROM
//   print_query.c    everything from WITH to LIMIT
//   print_layout.c   where lines end
//   print_names.c    which names are printed (see print_naming.h)

#ifndef SQL_PRINT_H
#define SQL_PRINT_H

#include "query/query.h"
#include "sql/dialect.h"
#include "sql/print_layout.h"
#include "sql/print_names.h"
#include "sql/sql.h"

enum {
    PRINT_WIDTH = 90,
    PRINT_INDENT = 4,
};

typedef struct {
    Arena *arena;
    Dialect dialect;
    PrintStyle style;
    const Names *names;
    Layout layout;
} Printer;

Printer printer_new(Arena *arena, Dialect dialect, PrintStyle style, const Names *names);
const char *printer_text(Printer *p);

void put(Printer *p, const char *text);
void put_name(Printer *p, const char *name);   // Quoted if it must be.
void put_quoted(Printer *p, const char *name); // Quoted in any case.
void put_upper(Printer *p, const char *word);  // In upper case.

// Print comments, each on lines of its own; the first with the line ended behind them,
// the second where a line ends in any case.
void put_comment(Printer *p, const char *comment);
void put_last_comment(Printer *p, const char *comment);

// Open and close a group that is one line, or brackets with an indented block in them.
void open_brackets(Printer *p, const char *bracket);
void close_brackets(Printer *p, const char *bracket);

// Ends an item of a list: a comma, and a place where a line may end.
void put_comma(Printer *p);

// Expressions

// Prints an expression, in brackets if it binds less strongly than `least`.
void put_expr(Printer *p, const Expr *expr, Level least);
void put_exprs(Printer *p, const Expr *const *exprs, size_t count);

// Prints conjuncts under each other behind a clause's word.
void put_conjuncts(Printer *p, const char *word, const Expr *const *conjuncts,
                   size_t count);

// Prints an item of GROUP BY, or of ORDER BY or DISTINCT ON: a place where a bare number
// would count outputs.
void put_key(Printer *p, const Expr *key, bool is_group);
void put_order_items(Printer *p, const OrderItem *items, size_t count);

// Print one kind each, without brackets around it.
void put_unbound_name(Printer *p, const Expr *expr);
void put_column(Printer *p, const Expr *expr);
void put_output(Printer *p, const Expr *expr);
void put_literal(Printer *p, const Expr *expr);
void put_row(Printer *p, const Expr *expr);
void put_call(Printer *p, const Expr *expr);
void put_case(Printer *p, const Expr *expr);
void put_cast(Printer *p, const Expr *expr);
void put_window_body(Printer *p, const Window *window);

// Queries

// Prints a query in brackets.
void put_subquery(Printer *p, const Query *query, const Output *labels);
void put_query(Printer *p, const Query *query, const Output *labels);
void put_from(Printer *p, const Select *select);

// Returns the name that the dialect gives to a column of VALUES; position from 0.
const char *values_column_name(const Printer *p, size_t position);

// True if the VALUES' columns are used by names that are not the dialect's.
bool values_are_renamed(const Printer *p, const Query *query, const Output *labels);

#endif
