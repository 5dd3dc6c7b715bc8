// wish_solve.c - which values below an expression give it the value that is asked.

#include "verify/wish.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { RANK_LIMIT = 12, SUM_DOUBLINGS = 4 };

// Arithmetic

// Sets `value` to what one side comes to, choosing it only where that must be.
static bool side_value(Wish *wish, const Expr *side, Env *env, bool choose, Scalar *value)
{
    return wish_value(wish, side, env, choose, value) && value->kind != SCALAR_NULL;
}

static Scalar shifted(Scalar value, Scalar by, int sign)
{
    if (value.kind == SCALAR_MOMENT && by.kind == SCALAR_NUMBER)
        by.number *= day_seconds;
    value.number += sign * by.number;
    return value;
}

// a + b op v, where b is known.
static bool solve_left(Wish *wish, const Expr *expr, Env *env, Comparison op,
                       Scalar value, Scalar right)
{
    const Expr *left = expr->args[0];
    if (right.kind == SCALAR_TEXT)
        return false;
    switch (*expr->name) {
    case '+':
        return wish_solve(wish, left, env, op, shifted(value, right, -1));
    case '-':
        return wish_solve(wish, left, env, op, shifted(value, right, 1));
    case '*':
        if (right.number == 0)
            return false;
        value.number /= right.number;
        break;
    case '/':
        if (right.number == 0)
            return false;
        value.number *= right.number;
        break;
    default:
        return false;
    }
    return wish_solve(wish, left, env, right.number < 0 ? comparison_mirrored(op) : op,
                      value);
}

// a + b op v, where a is known.
static bool solve_right(Wish *wish, const Expr *expr, Env *env, Comparison op,
                        Scalar value, Scalar left)
{
    const Expr *right = expr->args[1];
    bool mirrored = false;
    if (left.kind == SCALAR_TEXT || value.kind == SCALAR_TEXT)
        return false;
    switch (*expr->name) {
    case '+':
        value = shifted(value, left, -1);
        break;
    case '-':
        value.number = left.number - value.number;
        mirrored = true;
        break;
    case '*':
        if (left.number == 0)
            return false;
        value.number /= left.number;
        mirrored = left.number < 0;
        break;
    case '/':
        if (value.number == 0)
            return false;
        value.number = left.number / value.number;
        mirrored = true;
        break;
    default:
        return false;
    }
    return wish_solve(wish, right, env, mirrored ? comparison_mirrored(op) : op, value);
}

// a || b = v: cut anywhere where b is not known.
static bool solve_text(Wish *wish, const Expr *expr, Env *env, Comparison op,
                       Scalar value)
{
    Scalar right;
    if (op != COMPARE_EQ || value.kind != SCALAR_TEXT)
        return false;
    size_t whole = strlen(value.text);
    if (!side_value(wish, expr->args[1], env, false, &right)) {
        right = scalar_text(value.text + random_below(wish->random, whole + 1));
        if (!wish_solve(wish, expr->args[1], env, op, right))
            return false;
    }
    if (right.kind != SCALAR_TEXT)
        return false;
    size_t tail = strlen(right.text);
    if (tail > whole || strcmp(value.text + whole - tail, right.text) != 0)
        return false;
    return wish_solve(wish, expr->args[0], env, op,
                      scalar_text(arena_text(wish->arena, value.text, whole - tail)));
}

static bool solve_operator(Wish *wish, const Expr *expr, Env *env, Comparison op,
                           Scalar value)
{
    Scalar side;
    if (expr->arg_count == 1) {
        value.number = -value.number;
        return *expr->name == '-' &&
               wish_solve(wish, expr->args[0], env, comparison_mirrored(op), value);
    }
    if (strcmp(expr->name, "||") == 0)
        return solve_text(wish, expr, env, op, value);
    if (expr->name[1] != '\0')
        return false;
    if (value.kind == SCALAR_TEXT &&
        !scalar_convert(wish->arena, value, SCALAR_NUMBER, &value) &&
        !scalar_convert(wish->arena, value, SCALAR_MOMENT, &value))
        return false;
    if (side_value(wish, expr->args[1], env, false, &side))
        return solve_left(wish, expr, env, op, value, side);
    if (side_value(wish, expr->args[0], env, false, &side))
        return solve_right(wish, expr, env, op, value, side);
    Linear a, b;
    if (value.number == 0 && *expr->name == '-' && !wish->is_late &&
        wish_linear(wish, expr->args[0], env, &a) &&
        wish_linear(wish, expr->args[1], env, &b))
        return wish_compare(wish, op, expr->args[0], env, expr->args[1], env);
    return side_value(wish, expr->args[1], env, true, &side) &&
           solve_left(wish, expr, env, op, value, side);
}

// Calls

static bool solve_absolute(Wish *wish, const Expr *operand, Env *env, Comparison op,
                           Scalar value)
{
    if (op == COMPARE_LT || op == COMPARE_LE) {
        Scalar negative = value;
        negative.number = -value.number;
        return wish_solve(wish, operand, env, op, value) &&
               wish_solve(wish, operand, env, comparison_mirrored(op), negative);
    }
    if (op == COMPARE_EQ && random_chance(wish->random, 1, 2))
        value.number = -value.number;
    return wish_solve(wish, operand, env, op, value);
}

// The first letters of a moment's text, its year, month or day, are those of a period.
static bool solve_period(Wish *wish, const Expr *operand, Env *env, Comparison op,
                         const char *letters)
{
    static const char whole[] = "0000-01-01";
    Moment first;
    size_t length = strlen(letters);
    if ((length != 4 && length != 7 && length != 10) ||
        !moment_read(arena_printf(wish->arena, "%s%s", letters, whole + length), &first))
        return false;
    Scalar begin = scalar_moment(first);
    Scalar after =
        scalar_moment(length == 10 ? moment_plus(first, 1, 0)
                                   : moment_plus_months(first, length == 4 ? 12 : 1));
    if (op == COMPARE_EQ || op == COMPARE_NOT_DISTINCT)
        return wish_solve(wish, operand, env, COMPARE_GE, begin) &&
               wish_solve(wish, operand, env, COMPARE_LT, after);
    bool is_before = op == COMPARE_LT || op == COMPARE_LE ||
                     (!comparison_orders(op) && random_chance(wish->random, 1, 2));
    return is_before ? wish_solve(wish, operand, env, COMPARE_LT,
                                  op == COMPARE_LE ? after : begin)
                     : wish_solve(wish, operand, env, COMPARE_GE,
                                  op == COMPARE_GE ? begin : after);
}

static bool solve_part(Wish *wish, const Expr *operand, Env *env, MomentPart part,
                       Comparison op, Scalar value);

static bool solve_piece_of_moment(Wish *wish, const Expr *operand, Env *env, Demand piece)
{
    const char *letters = piece.operand.text;
    if (piece.first == 0 && piece.length == strlen(letters))
        return solve_period(wish, operand, env, piece.op, letters);
    bool is_part = piece.length == 2 && (piece.first == 5 || piece.first == 8);
    return is_part &&
           solve_part(wish, operand, env, piece.first == 5 ? PART_MONTH : PART_DAY,
                      piece.op, piece.operand);
}

static bool solve_piece(Wish *wish, const Expr *expr, Env *env, Comparison op,
                        Scalar value)
{
    Scalar first, length = scalar_number(1000);
    Linear linear;
    if (expr->arg_count < 2 || !wish_value(wish, expr->args[1], env, false, &first) ||
        (expr->arg_count > 2 && !wish_value(wish, expr->args[2], env, false, &length)) ||
        first.number < 1 || length.number < 0 ||
        !scalar_convert(wish->arena, value, SCALAR_TEXT, &value) ||
        value.kind != SCALAR_TEXT || !wish_linear(wish, expr->args[0], env, &linear))
        return false;
    Demand demand = {.kind = DEMAND_PREFIX,
                     .op = op,
                     .operand = value,
                     .first = (size_t)first.number - 1,
                     .length = (size_t)length.number};
    if (unknown_is_moment(&wish->unknowns, linear.unknown))
        return solve_piece_of_moment(wish, expr->args[0], env, demand);
    return unknown_demand(&wish->unknowns, linear.unknown, demand);
}

static bool solve_length(Wish *wish, const Expr *operand, Env *env, Comparison op,
                         Scalar value)
{
    Linear linear;
    Demand demand = {.kind = DEMAND_LENGTH, .op = op, .operand = value};
    return wish_linear(wish, operand, env, &linear) &&
           unknown_demand(&wish->unknowns, linear.unknown, demand);
}

// A year is a range, the other parts are asked of the value.
static bool solve_part(Wish *wish, const Expr *operand, Env *env, MomentPart part,
                       Comparison op, Scalar value)
{
    Linear linear;
    if (!scalar_convert(wish->arena, value, SCALAR_NUMBER, &value))
        return false;
    if (part == PART_YEAR && op != COMPARE_NE) {
        int year = (int)value.number;
        Scalar first = scalar_moment(moment_of_day(year, 1, 1));
        Scalar last = scalar_moment(moment_of_day(year, 12, 31));
        if (op == COMPARE_EQ)
            return wish_solve(wish, operand, env, COMPARE_GE, first) &&
                   wish_solve(wish, operand, env, COMPARE_LE, last);
        return wish_solve(wish, operand, env, op,
                          op == COMPARE_GT || op == COMPARE_LE ? last : first);
    }
    Demand demand = {.kind = DEMAND_PART, .op = op, .operand = value, .part = part};
    return wish_linear(wish, operand, env, &linear) &&
           unknown_demand(&wish->unknowns, linear.unknown, demand);
}

// strftime('%Y', d), year(d), extract(year FROM d)
static MomentPart part_of_call(const Expr *expr, const Expr **operand)
{
    static const char *const two[] = {"strftime", "extract", "date_part", "datepart"};
    if (expr->arg_count == 1) {
        *operand = expr->args[0];
        return moment_part_named(expr->name);
    }
    if (expr->arg_count != 2 || !text_is_one_of(expr->name, two, COUNT_OF(two)))
        return PART_NONE;
    bool first = expr->args[0]->kind == EXPR_LITERAL; // DuckDB: strftime(d, '%Y')
    *operand = expr->args[first ? 1 : 0];
    return moment_part_named(expr->args[first ? 0 : 1]->name);
}

// strftime('%Y-%m', d) in SQLite, strftime(d, '%Y-%m') in DuckDB
static bool solve_printed(Wish *wish, const Expr *expr, Env *env, Comparison op,
                          Scalar value)
{
    static const char *const formats[] = {"%Y-%m", "%Y-%m-%d"};
    bool first = expr->args[0]->kind == EXPR_LITERAL;
    const Expr *format = expr->args[first ? 0 : expr->arg_count - 1];
    if (expr->arg_count != 2 || !expr_is_literal(format, LITERAL_STRING) ||
        value.kind != SCALAR_TEXT)
        return false;
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (strcmp(format->name, formats[i]) == 0)
            return solve_period(wish, expr->args[first ? 1 : 0], env, op, value.text);
    return false;
}

static bool solve_call(Wish *wish, const Expr *expr, Env *env, Comparison op,
                       Scalar value)
{
    static const char *const same[] = {"coalesce", "ifnull",   "nullif", "upper",
                                       "lower",    "trim",     "rtrim",  "ltrim",
                                       "date",     "datetime", "round",  "floor",
                                       "ceil",     "ceiling",  "least",  "greatest"};
    static const char *const pieces[] = {"substr", "substring"};
    const Expr *operand;
    if (expr->arg_count == 0)
        return false;
    MomentPart part = part_of_call(expr, &operand);
    if (part != PART_NONE)
        return solve_part(wish, operand, env, part, op, value);
    if (text_same_word(expr->name, "strftime"))
        return solve_printed(wish, expr, env, op, value);
    if (text_same_word(expr->name, "abs"))
        return solve_absolute(wish, expr->args[0], env, op, value);
    if (text_same_word(expr->name, "length"))
        return solve_length(wish, expr->args[0], env, op, value);
    if (text_is_one_of(expr->name, pieces, COUNT_OF(pieces)))
        return solve_piece(wish, expr, env, op, value);
    return text_is_one_of(expr->name, same, COUNT_OF(same)) &&
           wish_solve(wish, expr->args[0], env, op, value);
}

// CASE

static bool result_fits(Wish *wish, const Expr *result, Env *env, Comparison op,
                        Scalar value)
{
    Scalar known;
    if (!wish_value(wish, result, env, false, &known))
        return wish_solve(wish, result, env, op, value);
    return known.kind != SCALAR_NULL &&
           scalar_convert(wish->arena, known, value.kind, &known) &&
           comparison_holds(op, scalar_compare(known, value));
}

// Asks that branch `i` is the one taken.
static bool take_branch(Wish *wish, const Expr *expr, Env *env, size_t i)
{
    size_t first = expr->has_operand;
    const Expr *operand = expr->has_operand ? expr->args[0] : NULL;
    for (size_t j = first; j + 1 < expr->arg_count && j < i; j += 2)
        if (operand == NULL)
            (void)wish_truth(wish, expr->args[j], env, TRUTH_FALSE);
        else
            (void)wish_compare(wish, COMPARE_NE, operand, env, expr->args[j], env);
    if (i + 1 >= expr->arg_count)
        return true; // ELSE
    return operand == NULL
               ? wish_truth(wish, expr->args[i], env, TRUTH_TRUE)
               : wish_compare(wish, COMPARE_EQ, operand, env, expr->args[i], env);
}

static bool solve_case(Wish *wish, const Expr *expr, Env *env, Comparison op,
                       Scalar value)
{
    size_t first = expr->has_operand;
    size_t branches = (expr->arg_count - first) / 2 + expr->has_else;
    size_t start = random_below(wish->random, branches);
    for (size_t n = 0; n < branches; n++) {
        size_t i = first + (start + n) % branches * 2;
        const Expr *result = expr->args[i + 1 < expr->arg_count ? i + 1 : i];
        if (result_fits(wish, result, env, op, value))
            return take_branch(wish, expr, env, i);
    }
    // What is not understood may fit by chance.
    for (size_t n = 0; n < branches; n++) {
        size_t i = first + (start + n) % branches * 2;
        const Expr *result = expr->args[i + 1 < expr->arg_count ? i + 1 : i];
        if (result->kind != EXPR_LITERAL && result->kind != EXPR_COLUMN)
            return take_branch(wish, expr, env, i);
    }
    return false;
}

// Aggregates and windows

static bool solve_count(Wish *wish, const Expr *expr, Env *group, Comparison op,
                        Scalar value)
{
    double wanted = value.number + (op == COMPARE_GT);
    if (op == COMPARE_LT || op == COMPARE_LE)
        return (double)group->members.count <= value.number - (op == COMPARE_LT);
    if (op == COMPARE_NE)
        wanted = value.number == 1 ? 2 : 1;
    if (wanted < 0 || !wish_members(wish, group, (size_t)ceil(wanted)))
        return false;
    for (size_t i = 0; i < group->members.count && expr->arg_count > 0; i++) {
        Place place = wish_place(wish, expr->args[0], group->members.items[i]);
        if (place.kind == PLACE_UNKNOWN)
            (void)unknown_be_not_null(&wish->unknowns, place.unknown);
        for (size_t j = 0; j < i && expr->distinct && (double)i < wanted; j++)
            (void)wish_compare(wish, COMPARE_NE, expr->args[0], group->members.items[i],
                               expr->args[0], group->members.items[j]);
    }
    return true;
}

// All parts but the last are alike, or what else was asked of them, and the last is the
// rest.
static bool solve_exact_sum(Wish *wish, const Expr *expr, Env *group, double rest)
{
    size_t count = group->members.count;
    bool is_even = random_chance(wish->random, 1, 2);
    for (size_t i = 0; i + 1 < count; i++) {
        const Expr *part = expr->args[0];
        Env *member = group->members.items[i];
        Scalar value = scalar_number(floor(rest / (double)(count - i)));
        bool is_found = is_even ? wish_solve(wish, part, member, COMPARE_EQ, value)
                                : wish_value(wish, part, member, true, &value);
        if (!is_found)
            return false;
        rest -= value.kind == SCALAR_NUMBER ? value.number : 0;
    }
    return wish_solve(wish, expr->args[0], group->members.items[count - 1], COMPARE_EQ,
                      scalar_number(rest));
}

// True if the sum of a group's parts is to be just what is asked, or just above it.
static bool is_exact(Wish *wish, const Env *group, Comparison op, Scalar value)
{
    bool above = op == COMPARE_GT || op == COMPARE_GE;
    return group->members.count > 1 && value.kind == SCALAR_NUMBER &&
           (op == COMPARE_EQ || (above && random_chance(wish->random, 1, 2)));
}

// One part makes up the whole of a sum; where none of those there can, one more is made.
static bool solve_sum(Wish *wish, const Expr *expr, Env *group, Comparison op,
                      Scalar value)
{
    bool below = op == COMPARE_LT || op == COMPARE_LE, holds = true, found = false;
    // Another condition may keep the parts small: then it takes many.
    size_t parts = (size_t)2 << random_below(wish->random, SUM_DOUBLINGS);
    if (!below && !expr->distinct && value.number >= (double)parts &&
        random_chance(wish->random, 1, 4))
        (void)wish_members(wish, group, parts);
    size_t count = group->members.count;
    if (is_exact(wish, group, op, value))
        return solve_exact_sum(wish, expr, group, value.number + (op == COMPARE_GT));
    for (size_t i = 0; i < count && below; i++) // Each of them could spoil it.
        holds &= wish_solve(wish, expr->args[0], group->members.items[i], op,
                            i == 0 ? value : scalar_number(0));
    if (below)
        return holds;
    for (size_t i = 0; i <= count && !found; i++)
        found = (i < count || wish_members(wish, group, count + 1)) &&
                wish_solve(wish, expr->args[0], group->members.items[i], op, value);
    return found;
}

// Two values far apart, or as many as there are alike.
static bool solve_spread(Wish *wish, const Expr *expr, Env *group, Comparison op,
                         Scalar value)
{
    bool above = op == COMPARE_GT || op == COMPARE_GE;
    if (above && !wish_members(wish, group, 2))
        return false;
    bool holds = true;
    for (size_t i = 0; i < group->members.count; i++)
        holds &= wish_solve(wish, expr->args[0], group->members.items[i],
                            above && i == 0 ? COMPARE_GT : COMPARE_EQ,
                            scalar_number(above && i == 0 ? value.number * 10 + 100 : 0));
    return holds;
}

// All values are what is asked; of an extreme that is to be just this, the others may
// lie behind it.
static bool solve_all(Wish *wish, const Expr *expr, Env *group, Comparison op,
                      Scalar value)
{
    bool is_least = text_same_word(expr->name, "min"), holds = true;
    bool is_most = text_same_word(expr->name, "max");
    for (size_t i = 0; i < group->members.count; i++) {
        bool is_behind = i > 0 && op == COMPARE_EQ && (is_least || is_most);
        Comparison asked = !is_behind ? op : is_least ? COMPARE_GE : COMPARE_LE;
        holds &= wish_solve(wish, expr->args[0], group->members.items[i], asked, value);
    }
    return holds;
}

static bool solve_aggregate(Wish *wish, const Expr *expr, Env *env, Comparison op,
                            Scalar value)
{
    static const char *const sums[] = {"sum", "total"};
    static const char *const others[] = {"avg",       "min",   "max",
                                         "any_value", "first", "last"};
    static const char *const spreads[] = {"stddev_samp", "stddev",     "var_samp",
                                          "variance",    "stddev_pop", "var_pop"};
    Env *group = wish_group(env);
    if (group == NULL)
        return false;
    if (text_same_word(expr->name, "count"))
        return solve_count(wish, expr, group, op, value);
    if (expr->arg_count == 0)
        return false;
    for (size_t i = 0; i < group->members.count && expr->filter != NULL; i++)
        (void)wish_truth(wish, expr->filter, group->members.items[i], TRUTH_TRUE);
    if (text_is_one_of(expr->name, sums, COUNT_OF(sums)))
        return solve_sum(wish, expr, group, op, value);
    if (text_is_one_of(expr->name, spreads, COUNT_OF(spreads)))
        return solve_spread(wish, expr, group, op, value);
    if (!text_is_one_of(expr->name, others, COUNT_OF(others)))
        return false;
    if (text_same_word(expr->name, "avg") && op == COMPARE_EQ &&
        is_exact(wish, group, op, value))
        return solve_exact_sum(wish, expr, group,
                               value.number * (double)group->members.count);
    return solve_all(wish, expr, group, op, value);
}

// Makes rows of the same block that stand before this one in its partition.
static bool put_before(Wish *wish, const Expr *expr, Env *env, size_t count)
{
    const Window *window = expr->window;
    if (window == NULL || env->query == NULL || env->query->body != BODY_SELECT)
        return false;
    const OrderItem *order = window->order_count > 0 ? &window->order[0] : NULL;
    for (size_t n = 0; n < count; n++) {
        const Tuple *other = wish_block(wish, env->query, env->outer, env);
        if (other->kind != TUPLE_BLOCK)
            return false;
        for (size_t i = 0; i < window->partition_count; i++)
            (void)wish_compare(wish, COMPARE_EQ, window->partition[i], env,
                               window->partition[i], other->env);
        if (order != NULL)
            (void)wish_compare(wish, order->descending ? COMPARE_GT : COMPARE_LT,
                               order->expr, other->env, order->expr, env);
    }
    return true;
}

static bool solve_window(Wish *wish, const Expr *expr, Env *env, Comparison op,
                         Scalar value)
{
    static const char *const ranks[] = {"rank", "row_number", "dense_rank"};
    if (text_is_one_of(expr->name, ranks, COUNT_OF(ranks)) ||
        text_same_word(expr->name, "count")) {
        if (op == COMPARE_LT || op == COMPARE_LE)
            return value.number >= 1 + (op == COMPARE_LT);
        double wanted = value.number + (op == COMPARE_GT) - 1;
        return op != COMPARE_NE && wanted <= RANK_LIMIT && wanted >= 0 &&
               put_before(wish, expr, env, (size_t)wanted);
    }
    return expr->arg_count > 0 && wish_solve(wish, expr->args[0], env, op, value);
}

bool wish_solve(Wish *wish, const Expr *expr, Env *env, Comparison op, Scalar value)
{
    Place place = wish_place(wish, expr, env);
    if (place.kind == PLACE_NULL)
        return op == COMPARE_NOT_DISTINCT && value.kind == SCALAR_NULL;
    if (place.kind == PLACE_OPAQUE)
        return false;
    if (place.kind == PLACE_UNKNOWN)
        return unknown_compare(&wish->unknowns, place.unknown, op, value);
    Scalar known;
    expr = place.expr;
    env = place.env;
    if (wish_value(wish, expr, env, false, &known))
        return known.kind != SCALAR_NULL && value.kind != SCALAR_NULL &&
               scalar_convert(wish->arena, value, known.kind, &value) &&
               comparison_holds(op, scalar_compare(known, value));
    switch (expr->kind) {
    case EXPR_OPERATOR:
        return solve_operator(wish, expr, env, op, value);
    case EXPR_CALL:
        return solve_call(wish, expr, env, op, value);
    case EXPR_CASE:
        return solve_case(wish, expr, env, op, value);
    case EXPR_CAST:
        return wish_solve(wish, expr->args[0], env, op, value);
    case EXPR_AGGREGATE:
        return solve_aggregate(wish, expr, env, op, value);
    case EXPR_WINDOW:
        return solve_window(wish, expr, env, op, value);
    case EXPR_COMPARE:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_LIKE:
        return wish_truth(wish, expr, env,
                          comparison_holds(op, scalar_compare(scalar_number(1), value))
                              ? TRUTH_TRUE
                              : TRUTH_FALSE);
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
    case EXPR_LITERAL:
    case EXPR_PARAMETER:
    case EXPR_SUBQUERY:
    case EXPR_QUANTIFIED:
    case EXPR_GROUPING:
    case EXPR_COLLATE:
    case EXPR_ROW:
    case EXPR_OPAQUE:
        break;
    }
    return false;
}
