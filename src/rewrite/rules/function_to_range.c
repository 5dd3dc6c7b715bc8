// function_to_range - a function around a date column that picks a period is a range.
//
//   before   SELECT * FROM a WHERE strftime('%Y-%m', a.day) = '2024-05'
//   after    SELECT * FROM a WHERE a.day >= '2024-05-01' AND a.day < '2024-06-01'
//
// The year, month or day of a moment equals a constant for exactly the moments from the
// period's first day up to the next period's. SQLite keeps dates as text: there the text
// of a column orders as its dates do if every value is one that date() (datetime())
// itself would write, which a CHECK can guarantee. DuckDB has types for moments.
//
//   SQLite   strftime('%Y', c), ('%Y-%m', …), ('%Y-%m-%d', …), date(c), and
//            substr(c, 1, n) for n = 4, 7, 10, all compared with = to a text;
//            CAST(strftime('%Y', c) AS INTEGER) = 2024
//   DuckDB   year(c) and EXTRACT(year FROM c) = 2024; strftime(c, '%Y-%m') = '2024-05';
//            CAST(c AS DATE) = '2024-05-17' for a timestamp
//
// Why: an index on the column, or min and max of a block of rows, can be used.
//
// Only if
//   (1) SQLite: an enforced CHECK says c IS date(c) or c IS datetime(c). Without it c may
//       be '2024-5-1', a number of days, or 'now'. A CHECK with = is not enough: it lets
//       '2024-05-01x' in, for which date(c) is NULL. DuckDB: the column is a DATE or a
//       TIMESTAMP (without zone: the day of an instant depends on the session's zone).
//   (2) the constant is a period as the function writes it, '2024-05', and a real one:
//       '2024-13' equals nothing.
//   (3) the comparison stands in a filter: for an infinite date the function yields NULL
//       where the range says FALSE.

#include "base/period.h"
#include "base/text.h"
#include "query/walk.h"
#include "rewrite/correlation.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

#include <string.h>

// A period that a call picks out of a column.
typedef struct {
    const Expr *column;
    PeriodUnit unit;
    bool as_number; // Compared with 2024, not with '2024'.
} Pick;

static const struct {
    const char *format;
    PeriodUnit unit;
} formats[] = {
    {"%Y", PERIOD_YEAR},
    {"%Y-%m", PERIOD_MONTH},
    {"%Y-%m-%d", PERIOD_DAY},
};

static bool find_format(const Expr *format, PeriodUnit *unit)
{
    if (!expr_is_literal(format, LITERAL_STRING))
        return false;
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (strcmp(formats[i].format, format->name) == 0) {
            *unit = formats[i].unit;
            return true;
        }
    return false;
}

static bool is_number(const Expr *expr, const char *digits)
{
    return expr_is_literal(expr, LITERAL_NUMBER) && strcmp(expr->name, digits) == 0;
}

// Returns the column under a cast to text, which changes nothing where it is text.
static const Expr *without_text_cast(const Expr *expr)
{
    bool is_cast = expr->kind == EXPR_CAST && expr->type.kind == TYPE_TEXT;
    return is_cast ? expr->args[0] : expr;
}

static bool is_call(const Expr *expr, const char *name, size_t args)
{
    return expr->kind == EXPR_CALL && text_same_word(expr->name, name) &&
           expr->arg_count == args;
}

// substr(c, 1, n) is the year, month or day of a canonical date.
static bool pick_prefix(const Expr *expr, Pick *pick)
{
    static const char *const lengths[] = {"4", "7", "10"};
    if (!(is_call(expr, "substr", 3) || is_call(expr, "substring", 3)) ||
        !is_number(expr->args[1], "1"))
        return false;
    for (size_t i = 0; i < COUNT_OF(lengths); i++)
        if (is_number(expr->args[2], lengths[i])) {
            *pick = (Pick){without_text_cast(expr->args[0]), formats[i].unit, false};
            return true;
        }
    return false;
}

static bool pick_sqlite(const Expr *expr, Pick *pick)
{
    if (is_call(expr, "date", 1)) {
        *pick = (Pick){expr->args[0], PERIOD_DAY, false};
        return true;
    }
    if (is_call(expr, "strftime", 2) && find_format(expr->args[0], &pick->unit)) {
        *pick = (Pick){expr->args[1], pick->unit, false};
        return true;
    }
    if (expr->kind == EXPR_CAST && expr->type.kind == TYPE_INTEGER &&
        is_call(expr->args[0], "strftime", 2) &&
        find_format(expr->args[0]->args[0], &pick->unit) && pick->unit == PERIOD_YEAR) {
        *pick = (Pick){expr->args[0]->args[1], PERIOD_YEAR, true};
        return true;
    }
    return pick_prefix(expr, pick);
}

static bool pick_duckdb(const Expr *expr, Pick *pick)
{
    if (is_call(expr, "year", 1)) {
        *pick = (Pick){expr->args[0], PERIOD_YEAR, true};
        return true;
    }
    bool extracts = is_call(expr, "date_part", 2) || is_call(expr, "extract", 2);
    if (extracts && expr_is_literal(expr->args[0], LITERAL_STRING) &&
        text_same_word(expr->args[0]->name, "year")) {
        *pick = (Pick){expr->args[1], PERIOD_YEAR, true};
        return true;
    }
    if (is_call(expr, "strftime", 2) && find_format(expr->args[1], &pick->unit)) {
        *pick = (Pick){expr->args[0], pick->unit, false};
        return true;
    }
    if (expr->kind == EXPR_CAST && expr->type.kind == TYPE_DATE) {
        *pick = (Pick){expr->args[0], PERIOD_DAY, false};
        return true;
    }
    return false;
}

// True if the CHECK is `c IS f(c)` with f one of date, datetime.
static bool is_canonical_check(const Expr *check, uint32_t column)
{
    if (check == NULL || check->kind != EXPR_COMPARE ||
        check->compare != COMPARE_NOT_DISTINCT)
        return false;
    for (size_t side = 0; side < 2; side++) {
        const Expr *plain = check->args[side], *call = check->args[1 - side];
        if (expr_is_column(plain, 0, column) &&
            (is_call(call, "date", 1) || is_call(call, "datetime", 1)) &&
            expr_is_column(call->args[0], 0, column))
            return true;
    }
    return false;
}

// True if the column's values are text as date() or datetime() writes it, by a CHECK;
// notes that as an assumption.
static bool is_canonical_text(RuleContext *context, const Select *select,
                              const Expr *column)
{
    const Source *source = select_source(select, column->source);
    if (source == NULL || source->kind != SOURCE_TABLE || column->type.collation != NULL)
        return false;
    for (size_t i = 0; i < source->table->check_count; i++) {
        const Check *check = &source->table->checks[i];
        Assurance least = context->facts->least;
        if (check->assurance == ASSURANCE_NONE || check->assurance < least ||
            !is_canonical_check(check->expr, column->column))
            continue;
        assume(context->facts, source->table, check->name, check->assurance);
        return true;
    }
    return false;
}

static bool is_moment_column(RuleContext *context, const Select *select,
                             const Expr *column)
{
    if (context->tree->dialect == DIALECT_SQLITE)
        return is_canonical_text(context, select, column);
    return column->type.kind == TYPE_DATE || column->type.kind == TYPE_TIMESTAMP;
}

// Returns one end of the range, as the dialect compares it with the column.
static const Expr *bound(RuleContext *context, const char *day)
{
    if (context->tree->dialect == DIALECT_SQLITE)
        return expr_string(context->arena, day);
    return expr_new(context->arena, (Expr){.kind = EXPR_LITERAL,
                                           .literal = LITERAL_TYPED,
                                           .type = TYPE_OF(TYPE_DATE),
                                           .name = day,
                                           .offset = NO_OFFSET});
}

typedef struct {
    RuleContext *context;
    const Select *select;
} Search;

static const Expr *as_range(void *data, const Spot *spot)
{
    const Search *search = data;
    RuleContext *context = search->context;
    const Expr *expr = spot->expr;
    if (expr->kind != EXPR_COMPARE || expr->compare != COMPARE_EQ)
        return NULL;
    bool swapped = expr->args[0]->kind == EXPR_LITERAL;
    const Expr *call = expr->args[swapped], *constant = expr->args[!swapped];
    bool is_sqlite = context->tree->dialect == DIALECT_SQLITE;
    Pick pick;
    if (constant->kind != EXPR_LITERAL ||
        !(is_sqlite ? pick_sqlite(call, &pick) : pick_duckdb(call, &pick)) ||
        pick.column->kind != EXPR_COLUMN)
        return NULL;

    Period period;
    LiteralKind wanted = pick.as_number ? LITERAL_NUMBER : LITERAL_STRING;
    bool typed = !is_sqlite && constant->literal == LITERAL_TYPED;
    bool is_period = constant->literal == wanted || typed;
    if (!guard(context, 2, is_period) ||
        !period_parse(context->arena, constant->name, pick.unit, &period))
        return NULL; // (2)
    if (!guard(context, 1, is_moment_column(context, search->select, pick.column)))
        return NULL;
    if (!guard(context, 3, spot->in_filter))
        return NULL;
    if (!take_expr(context, expr))
        return NULL;
    Arena *arena = context->arena;
    const Expr *ends[] = {
        expr_compare(arena, COMPARE_GE, pick.column, bound(context, period.first_day)),
        expr_compare(arena, COMPARE_LT,
                     expr_copy(arena, pick.column, &context->tree->next_id),
                     bound(context, period.day_after)),
    };
    return expr_and(arena, ends, COUNT_OF(ends));
}

const Query *function_to_range(RuleContext *context, const Query *query)
{
    Search search = {context, query->select};
    return query_map_first_spot(context->arena, query, as_range, &search);
}
