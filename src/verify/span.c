// span.c - intervals, and differences that are compared with a number.

#include "verify/span.h"

#include "base/array.h"
#include "base/text.h"
#include "query/walk.h"
#include "verify/scalar.h"

#include <ctype.h>
#include <math.h>

enum { SPAN_LIMIT = 8 };

typedef struct {
    Arena *arena;
    Dialect dialect;
    ARRAY(double) spans;
} Spans;

static void add_span(Spans *spans, const Expr *interval)
{
    Scalar days;
    if (spans->spans.count < SPAN_LIMIT && scalar_of_literal(interval, &days) &&
        days.kind == SCALAR_NUMBER && days.number != 0)
        array_push(spans->arena, &spans->spans, fabs(days.number) * day_seconds);
}

// INTERVAL 30 MINUTE, and as SQLite writes it: '+30 minutes'.
static void read_literal(Spans *spans, const Expr *literal)
{
    Expr interval = {.literal = LITERAL_INTERVAL, .name = literal->name};
    bool is_modifier = spans->dialect == DIALECT_SQLITE &&
                       literal->literal == LITERAL_STRING && literal->name != NULL &&
                       (literal->name[0] == '+' || literal->name[0] == '-') &&
                       isdigit((unsigned char)literal->name[1]);
    if (literal->literal == LITERAL_INTERVAL)
        add_span(spans, literal);
    else if (is_modifier)
        add_span(spans, &interval);
}

static bool is_difference(const Expr *expr)
{
    static const char *const names[] = {"date_diff", "datediff", "date_sub", "datesub"};
    return expr->kind == EXPR_CALL && expr->arg_count == 3 &&
           text_is_one_of(expr->name, names, COUNT_OF(names)) &&
           expr_is_literal(expr->args[0], LITERAL_STRING);
}

// date_diff('minute', a, b) > 30
static void read_comparison(Spans *spans, const Expr *compare)
{
    const Expr *left = compare->args[0], *right = compare->args[1];
    const Expr *call = is_difference(left) ? left : right;
    const Expr *number = call == left ? right : left;
    if (!is_difference(call) || !expr_is_literal(number, LITERAL_NUMBER))
        return;
    Expr interval = {.literal = LITERAL_INTERVAL,
                     .name = number->name,
                     .unit = call->args[0]->name};
    add_span(spans, &interval);
}

static bool read_expr(void *context, const Expr *expr)
{
    if (expr->kind == EXPR_LITERAL)
        read_literal(context, expr);
    if (expr->kind == EXPR_COMPARE)
        read_comparison(context, expr);
    return true;
}

const double *spans_of(Arena *arena, const Pair *pair, size_t *count)
{
    const Tree *const trees[] = {pair->left.tree, pair->right.tree};
    Spans spans = {.arena = arena, .dialect = pair->catalog->dialect};
    Visitor visitor = {.expr = read_expr, .context = &spans};
    for (size_t i = 0; i < COUNT_OF(trees); i++)
        if (trees[i] != NULL)
            walk_query(trees[i]->root, &visitor);
    *count = spans.spans.count;
    return spans.spans.items;
}
