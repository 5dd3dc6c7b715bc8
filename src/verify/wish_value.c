// wish_value.c - what expressions come to, and which are a value by another scale.

#include "verify/wish.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

Env *wish_group(Env *env)
{
    while (env != NULL && !env->is_grouped)
        env = env->outer;
    return env;
}

// Arithmetic

static bool numbers_combine(char op, double a, double b, double *result)
{
    switch (op) {
    case '+':
        *result = a + b;
        return true;
    case '-':
        *result = a - b;
        return true;
    case '*':
        *result = a * b;
        return true;
    case '/':
        *result = a / b;
        return b != 0;
    case '%':
        *result = fmod(a, b);
        return b != 0;
    default:
        return false;
    }
}

// A date and a number of days, or two numbers.
static bool combine(Wish *wish, const Expr *expr, Scalar a, Scalar b, Scalar *value)
{
    const char *op = expr->name;
    bool is_whole = *op == '/' && (op[1] == '/' || expr->type.kind == TYPE_INTEGER);
    if (a.kind == SCALAR_NULL || b.kind == SCALAR_NULL) {
        *value = (Scalar){.kind = SCALAR_NULL};
        return true;
    }
    if (strcmp(op, "||") == 0) {
        bool both = scalar_convert(wish->arena, a, SCALAR_TEXT, &a) &&
                    scalar_convert(wish->arena, b, SCALAR_TEXT, &b);
        if (both)
            *value = scalar_text(arena_printf(wish->arena, "%s%s", a.text, b.text));
        return both;
    }
    bool shifts = *op == '+' || *op == '-';
    if (a.kind == SCALAR_MOMENT && b.kind == SCALAR_MOMENT) {
        *value = scalar_number((a.number - b.number) / day_seconds);
        return *op == '-';
    }
    if ((a.kind == SCALAR_MOMENT || b.kind == SCALAR_MOMENT) && shifts) {
        bool first = a.kind == SCALAR_MOMENT;
        Scalar *days = first ? &b : &a;
        if (!scalar_convert(wish->arena, *days, SCALAR_NUMBER, days))
            return false;
        days->number *= day_seconds;
        *value = (Scalar){.kind = SCALAR_MOMENT};
        return numbers_combine(*op, a.number, b.number, &value->number);
    }
    *value = (Scalar){.kind = SCALAR_NUMBER};
    bool combines = (op[1] == '\0' || is_whole) &&
                    scalar_convert(wish->arena, a, SCALAR_NUMBER, &a) &&
                    scalar_convert(wish->arena, b, SCALAR_NUMBER, &b) &&
                    numbers_combine(*op, a.number, b.number, &value->number);
    if (combines && is_whole)
        value->number = trunc(value->number);
    return combines;
}

static bool operator_value(Wish *wish, const Expr *expr, Env *env, bool choose,
                           Scalar *value)
{
    Scalar a, b = {0};
    if (!wish_value(wish, expr->args[0], env, choose, &a) ||
        (expr->arg_count > 1 && !wish_value(wish, expr->args[1], env, choose, &b)))
        return false;
    if (expr->arg_count > 1)
        return combine(wish, expr, a, b, value);
    *value = a;
    if (strcmp(expr->name, "-") == 0)
        value->number = -a.number;
    return a.kind != SCALAR_TEXT && (*expr->name == '-' || *expr->name == '+');
}

// Calls

// SQLite: date(x, '+30 days', …).
static bool date_value(Wish *wish, const Expr *expr, Env *env, bool choose, Scalar *value)
{
    if (!wish_value(wish, expr->args[0], env, choose, value) ||
        !scalar_convert(wish->arena, *value, SCALAR_MOMENT, value))
        return false;
    for (size_t i = 1; i < expr->arg_count && value->kind == SCALAR_MOMENT; i++) {
        const Expr *modifier = expr->args[i];
        if (modifier->kind != EXPR_LITERAL || modifier->literal != LITERAL_STRING)
            return false;
        Expr interval = {.literal = LITERAL_INTERVAL, .name = modifier->name};
        Scalar days;
        if (scalar_of_literal(&interval, &days))
            value->number += days.number * day_seconds;
    }
    return true;
}

static bool piece_value(Wish *wish, const Expr *expr, Env *env, bool choose,
                        Scalar *value)
{
    Scalar first, length = scalar_number(INFINITY);
    if (!wish_value(wish, expr->args[0], env, choose, value) ||
        !scalar_convert(wish->arena, *value, SCALAR_TEXT, value) ||
        value->kind != SCALAR_TEXT || expr->arg_count < 2 ||
        !wish_value(wish, expr->args[1], env, choose, &first) ||
        (expr->arg_count > 2 && !wish_value(wish, expr->args[2], env, choose, &length)))
        return false;
    double size = (double)strlen(value->text);
    double from = fmin(fmax(first.number - 1, 0), size);
    double count = fmin(fmax(length.number, 0), size - from);
    value->text = arena_text(wish->arena, value->text + (size_t)from, (size_t)count);
    return first.kind == SCALAR_NUMBER && length.kind == SCALAR_NUMBER;
}

static bool number_call(const char *name, double a, double *result)
{
    if (text_same_word(name, "abs"))
        *result = fabs(a);
    else if (text_same_word(name, "round"))
        *result = round(a);
    else if (text_same_word(name, "floor"))
        *result = floor(a);
    else if (text_same_word(name, "ceil") || text_same_word(name, "ceiling"))
        *result = ceil(a);
    else
        return false;
    return true;
}

static bool call_value(Wish *wish, const Expr *expr, Env *env, bool choose, Scalar *value)
{
    static const char *const firsts[] = {"coalesce", "ifnull"};
    static const char *const dates[] = {"date", "datetime", "timestamp"};
    static const char *const pieces[] = {"substr", "substring"};
    if (expr->arg_count == 0)
        return false;
    if (text_is_one_of(expr->name, firsts, COUNT_OF(firsts))) {
        for (size_t i = 0; i < expr->arg_count; i++) {
            if (!wish_value(wish, expr->args[i], env, choose, value))
                return false;
            if (value->kind != SCALAR_NULL)
                return true;
        }
        return true;
    }
    if (text_is_one_of(expr->name, dates, COUNT_OF(dates)))
        return date_value(wish, expr, env, choose, value);
    if (text_is_one_of(expr->name, pieces, COUNT_OF(pieces)))
        return piece_value(wish, expr, env, choose, value);
    Scalar number;
    if (!wish_value(wish, expr->args[0], env, choose, &number) ||
        !scalar_convert(wish->arena, number, SCALAR_NUMBER, &number))
        return false;
    *value = number;
    return number.kind == SCALAR_NULL ||
           number_call(expr->name, number.number, &value->number);
}

static bool cast_value(Wish *wish, const Expr *expr, Env *env, bool choose, Scalar *value)
{
    ScalarKind kind = type_is_number(expr->type)   ? SCALAR_NUMBER
                      : type_is_moment(expr->type) ? SCALAR_MOMENT
                                                   : SCALAR_TEXT;
    return wish_value(wish, expr->args[0], env, choose, value) &&
           scalar_convert(wish->arena, *value, kind, value);
}

// The first branch that is not NULL, whose condition is then asked for.
static bool case_value(Wish *wish, const Expr *expr, Env *env, bool choose, Scalar *value)
{
    if (!choose)
        return false;
    for (size_t i = expr->has_operand; i + 1 < expr->arg_count; i += 2) {
        const Expr *result = expr->args[i + 1];
        if (expr_is_literal(result, LITERAL_NULL))
            continue;
        bool holds = expr->has_operand ? wish_compare(wish, COMPARE_EQ, expr->args[0],
                                                      env, expr->args[i], env)
                                       : wish_truth(wish, expr->args[i], env, TRUTH_TRUE);
        if (holds)
            return wish_value(wish, result, env, choose, value);
    }
    return expr->has_else &&
           wish_value(wish, expr->args[expr->arg_count - 1], env, choose, value);
}

// Aggregates

static bool aggregate_value(Wish *wish, const Expr *expr, Env *env, bool choose,
                            Scalar *value)
{
    const Env *group = wish_group(env);
    if (group == NULL)
        return false;
    size_t count = 0;
    double sum = 0, least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < group->members.count && expr->arg_count > 0; i++) {
        Scalar one;
        if (!wish_value(wish, expr->args[0], group->members.items[i], choose, &one))
            return false;
        count += one.kind != SCALAR_NULL;
        *value = one;
        if (one.kind == SCALAR_NUMBER || one.kind == SCALAR_MOMENT) {
            sum += one.number;
            least = fmin(least, one.number);
            most = fmax(most, one.number);
        }
    }
    if (text_same_word(expr->name, "count")) {
        if (!choose) // More rows may come.
            return false;
        size_t rows = expr->arg_count == 0 ? group->members.count : count;
        *value = scalar_number((double)rows);
        return true;
    }
    if (count == 0 || value->kind == SCALAR_TEXT)
        return count > 0;
    value->number = text_same_word(expr->name, "avg")   ? sum / (double)count
                    : text_same_word(expr->name, "min") ? least
                    : text_same_word(expr->name, "max") ? most
                                                        : sum;
    return true;
}

bool wish_value(Wish *wish, const Expr *expr, Env *env, bool choose, Scalar *value)
{
    Place place = wish_place(wish, expr, env);
    if (place.kind == PLACE_NULL) {
        *value = (Scalar){.kind = SCALAR_NULL};
        return true;
    }
    if (place.kind == PLACE_OPAQUE)
        return false;
    if (place.kind == PLACE_UNKNOWN) {
        if (choose)
            *value = unknown_choose(&wish->unknowns, place.unknown);
        return choose || unknown_known(&wish->unknowns, place.unknown, value);
    }
    expr = place.expr;
    env = place.env;
    if (expr->kind == EXPR_LITERAL)
        return scalar_of_literal(expr, value);
    if (expr->kind == EXPR_OPERATOR)
        return operator_value(wish, expr, env, choose, value);
    if (expr->kind == EXPR_CALL)
        return call_value(wish, expr, env, choose, value);
    if (expr->kind == EXPR_CAST)
        return cast_value(wish, expr, env, choose, value);
    if (expr->kind == EXPR_CASE)
        return case_value(wish, expr, env, choose, value);
    if (expr->kind == EXPR_AGGREGATE)
        return aggregate_value(wish, expr, env, choose, value);
    return expr->kind == EXPR_WINDOW && expr->arg_count > 0 &&
           wish_value(wish, expr->args[0], env, choose, value);
}

// Linear

static bool linear_operator(Wish *wish, const Expr *expr, Env *env, Linear *linear)
{
    Scalar other;
    char op = *expr->name;
    if (expr->arg_count != 2 || expr->name[1] != '\0')
        return false;
    if (wish_value(wish, expr->args[1], env, false, &other) &&
        scalar_convert(wish->arena, other, SCALAR_NUMBER, &other) &&
        other.kind == SCALAR_NUMBER) {
        if (!wish_linear(wish, expr->args[0], env, linear))
            return false;
        const Unknown *unknown =
            &wish->unknowns.items.items[unknown_root(&wish->unknowns, linear->unknown)];
        double days = unknown->is.kind == SCALAR_MOMENT ? day_seconds : 1;
        if (op == '+' || op == '-') {
            linear->offset += (op == '+' ? 1 : -1) * other.number * days;
            return unknown->is.kind != SCALAR_TEXT;
        }
        double scale = op == '*' ? other.number : op == '/' ? 1 / other.number : 0;
        linear->scale *= scale;
        linear->offset *= scale;
        return scale > 0 && isfinite(scale);
    }
    if (!wish_value(wish, expr->args[0], env, false, &other) ||
        other.kind != SCALAR_NUMBER || (op != '+' && op != '*') ||
        !wish_linear(wish, expr->args[1], env, linear))
        return false;
    if (op == '+') {
        linear->offset += other.number;
    } else {
        linear->scale *= other.number;
        linear->offset *= other.number;
    }
    return linear->scale > 0;
}

// Functions that leave many values as they are.
static bool is_transparent(const Expr *expr)
{
    static const char *const names[] = {"coalesce", "ifnull", "upper", "lower", "trim",
                                        "rtrim",    "ltrim",  "round", "date",  "nullif"};
    static const char *const pieces[] = {"substr", "substring"};
    if (expr->arg_count == 0)
        return false;
    return text_is_one_of(expr->name, names, COUNT_OF(names)) ||
           (text_is_one_of(expr->name, pieces, COUNT_OF(pieces)) && expr->arg_count > 1 &&
            expr_is_literal(expr->args[1], LITERAL_NUMBER) &&
            strcmp(expr->args[1]->name, "1") == 0);
}

static bool linear_aggregate(Wish *wish, const Expr *expr, Env *env, Linear *linear)
{
    static const char *const names[] = {"sum",       "avg",   "min",   "max",
                                        "any_value", "first", "total", "last"};
    static const char *const any_count[] = {"min", "max", "any_value", "first", "last"};
    Env *group = wish_group(env);
    if (group == NULL || group->members.count == 0 || expr->arg_count == 0 ||
        !text_is_one_of(expr->name, names, COUNT_OF(names)))
        return false;
    if (group->members.count > 1 &&
        !text_is_one_of(expr->name, any_count, COUNT_OF(any_count)))
        return false;
    return wish_linear(wish, expr->args[0], group->members.items[0], linear);
}

bool wish_linear(Wish *wish, const Expr *expr, Env *env, Linear *linear)
{
    static const char *const windows[] = {"sum", "avg",         "min",
                                          "max", "first_value", "last_value"};
    Place place = wish_place(wish, expr, env);
    if (place.kind == PLACE_UNKNOWN) {
        *linear = (Linear){.unknown = place.unknown, .scale = 1};
        return true;
    }
    if (place.kind != PLACE_EXPR)
        return false;
    expr = place.expr;
    if (expr->kind == EXPR_OPERATOR)
        return linear_operator(wish, expr, place.env, linear);
    if (expr->kind == EXPR_CAST || (expr->kind == EXPR_CALL && is_transparent(expr)))
        return wish_linear(wish, expr->args[0], place.env, linear);
    if (expr->kind == EXPR_AGGREGATE)
        return linear_aggregate(wish, expr, place.env, linear);
    return expr->kind == EXPR_WINDOW && expr->arg_count > 0 &&
           text_is_one_of(expr->name, windows, COUNT_OF(windows)) &&
           wish_linear(wish, expr->args[0], place.env, linear);
}
