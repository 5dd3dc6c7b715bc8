// wish_guess.c - numbers for conditions that can't be turned round, found by trying.
//
// Nothing follows for one of two numbers from a * a + b * b = 25, nor for a from a % 7 =
// 3. So all but one are chosen by chance, and small; a condition is then an equation in
// the last one, which three of its values give away where it is of the second degree; of
// another that is no such thing, numbers are tried one after the other. Conditions that
// wait beside it and speak of the same numbers must hold as well.

#include "verify/wish.h"

#include "query/walk.h"
#include "verify/choose.h"

#include <math.h>

enum {
    NUMBER_LIMIT = 4,   // Unknown numbers in conditions that are met together,
    TOGETHER = 6,       // and so many of these, at most.
    ATTEMPTS = 24,      // At choosing all numbers but the last.
    EVALUATIONS = 1500, // Of conditions, for one database.
    SMALL = 12,
    SPAN = 32,        // Numbers tried one after the other.
    ROOT_STEPS = 2,   // Tried on each side of a root.
    TEST_PLACE = 5,   // Where the second degree has to prove itself.
    PLACE_DEPTH = 20, // Of references through derived tables.
};

static const double rounding = 1e-9; // Of a difference that is none.

typedef struct {
    Wish *wish;
    const Delayed *conditions[TOGETHER];
    size_t condition_count;
    uint32_t numbers[NUMBER_LIMIT]; // Roots of unknowns.
    size_t number_count;
    double largest; // Of the numbers that stand in the conditions, by magnitude.
} Guess;

// What a condition speaks of

typedef struct {
    Guess *guess;
    Env *env;
    unsigned depth;
    bool is_clear; // There is nothing but numbers, known or unknown, and calls of them.
} Reading;

static bool has_number(const Guess *guess, uint32_t number)
{
    for (size_t i = 0; i < guess->number_count; i++)
        if (guess->numbers[i] == number)
            return true;
    return false;
}

// Notes an unknown; false if it is no number, or there are too many.
static bool note_unknown(Guess *guess, uint32_t id)
{
    Unknowns *unknowns = &guess->wish->unknowns;
    uint32_t root = unknown_root(unknowns, id);
    Scalar known;
    if (unknown_known(unknowns, root, &known))
        return known.kind == SCALAR_NUMBER;
    if (has_number(guess, root))
        return true;
    if (unknowns->items.items[root].is.kind != SCALAR_NUMBER ||
        guess->number_count == NUMBER_LIMIT)
        return false;
    guess->numbers[guess->number_count++] = root;
    return true;
}

static bool read_expr(void *context, const Expr *expr);

static void read_place(Reading *reading, const Expr *expr)
{
    Place place = wish_place(reading->guess->wish, expr, reading->env);
    Reading below = {reading->guess, place.env, reading->depth + 1, true};
    Visitor visitor = {.expr = read_expr, .query = walk_stay_out, .context = &below};
    if (place.kind == PLACE_UNKNOWN)
        reading->is_clear &= note_unknown(reading->guess, place.unknown);
    else if (place.kind == PLACE_EXPR && place.expr != expr && below.depth < PLACE_DEPTH)
        walk_expr(place.expr, &visitor);
    else
        reading->is_clear = false;
    reading->is_clear &= below.is_clear;
}

static bool read_expr(void *context, const Expr *expr)
{
    Reading *reading = context;
    Guess *guess = reading->guess;
    Scalar value;
    if (expr->kind == EXPR_COLUMN)
        read_place(reading, expr);
    else if (expr->kind != EXPR_LITERAL)
        reading->is_clear &= expr->kind == EXPR_OPERATOR || expr->kind == EXPR_CALL ||
                             expr->kind == EXPR_CAST;
    else if (scalar_of_literal(expr, &value) && value.kind == SCALAR_NUMBER)
        guess->largest = fmax(guess->largest, fabs(value.number));
    return reading->is_clear;
}

static bool read_side(Guess *guess, const Expr *expr, Env *env)
{
    Reading reading = {guess, env, 0, true};
    Visitor visitor = {.expr = read_expr, .query = walk_stay_out, .context = &reading};
    walk_expr(expr, &visitor);
    return reading.is_clear;
}

static bool read_condition(Guess *guess, const Delayed *condition)
{
    return read_side(guess, condition->left, condition->left_env) &&
           read_side(guess, condition->right, condition->right_env);
}

bool wish_is_tangled(Wish *wish, Place place)
{
    Guess guess = {.wish = wish};
    Linear linear;
    return place.kind == PLACE_EXPR && place.expr->kind == EXPR_OPERATOR &&
           !wish_linear(wish, place.expr, place.env, &linear) &&
           read_side(&guess, place.expr, place.env) && guess.number_count > 0;
}

// Takes in the conditions behind this one that speak of the same numbers.
static void read_together(Guess *guess, size_t first)
{
    const Wish *wish = guess->wish;
    for (size_t i = first + 1; i < wish->delayed.count && i < first + TOGETHER; i++) {
        Guess with = *guess, alone = {.wish = guess->wish};
        const Delayed *condition = &wish->delayed.items[i];
        bool shares = false;
        if (!read_condition(&with, condition) || !read_condition(&alone, condition))
            continue;
        for (size_t n = 0; n < alone.number_count; n++)
            shares |= has_number(guess, alone.numbers[n]);
        if (!shares)
            continue;
        *guess = with;
        guess->conditions[guess->condition_count++] = condition;
    }
}

// Trying

static bool side_number(Guess *guess, const Expr *expr, Env *env, double *number)
{
    Scalar value;
    guess->wish->evaluations++;
    bool is_number = wish_value(guess->wish, expr, env, false, &value) &&
                     scalar_convert(guess->wish->arena, value, SCALAR_NUMBER, &value) &&
                     value.kind == SCALAR_NUMBER && isfinite(value.number);
    *number = is_number ? value.number : 0;
    return is_number;
}

// Sets `result` to how far the left side is above the right one.
static bool difference(Guess *guess, const Delayed *condition, double *result)
{
    double left, right;
    if (!side_number(guess, condition->left, condition->left_env, &left) ||
        !side_number(guess, condition->right, condition->right_env, &right))
        return false;
    *result = left - right;
    if (fabs(*result) <= rounding * fabs(left))
        *result = 0;
    return true;
}

static void suppose(Guess *guess, size_t i, double number)
{
    unknown_suppose(&guess->wish->unknowns, guess->numbers[i], scalar_number(number));
}

static bool difference_at(Guess *guess, const Delayed *condition, size_t i, double number,
                          double *result)
{
    suppose(guess, i, number);
    return difference(guess, condition, result);
}

static bool all_hold(Guess *guess)
{
    for (size_t i = 0; i < guess->condition_count; i++) {
        double result;
        const Delayed *condition = guess->conditions[i];
        if (!difference(guess, condition, &result) ||
            !comparison_holds(condition->op, (result > 0) - (result < 0)))
            return false;
    }
    return true;
}

static const Unknown *number_at(const Guess *guess, size_t i)
{
    return &guess->wish->unknowns.items.items[guess->numbers[i]];
}

static bool is_admitted(const Guess *guess, size_t i, double number)
{
    return unknown_admits(number_at(guess, i), scalar_number(number));
}

// Returns a small number, or one that is, or whose square is, about what the conditions
// name; if need be on the right side of a bound.
static double draw_number(const Guess *guess, size_t i)
{
    const Unknown *unknown = number_at(guess, i);
    Random *random = guess->wish->random;
    if (unknown->is_limited)
        return unknown->allowed.items[random_below(random, unknown->allowed.count)]
            .number;
    size_t range = random_below(random, 4);
    int64_t most = range == 0   ? (int64_t)fmin(sqrt(guess->largest), 1e6) + 1
                   : range == 1 ? (int64_t)fmin(guess->largest, 1e6) + 1
                                : SMALL;
    if (isfinite(unknown->is.low))
        return unknown->is.low + (double)random_between(random, 0, most);
    if (isfinite(unknown->is.high))
        return unknown->is.high - (double)random_between(random, 0, most);
    return (double)random_between(random, -most, most);
}

// The smallest difference that two of number `i` can have.
static double step_of(const Guess *guess, size_t i)
{
    UnknownKind is = number_at(guess, i)->is;
    return is.splits ? fmin(is.step, split_step) : is.step;
}

// Sets `roots` to where a condition turns in number `i`, if it is of the second degree in
// it; returns their number. Of one that need not be whole fractions are tried: SQLite
// divides whole numbers otherwise.
static size_t find_roots(Guess *guess, const Delayed *condition, size_t i,
                         double roots[2])
{
    double below, at, above, test, shift = step_of(guess, i) < 1 ? 0.5 : 0;
    if (!difference_at(guess, condition, i, shift - 1, &below) ||
        !difference_at(guess, condition, i, shift, &at) ||
        !difference_at(guess, condition, i, shift + 1, &above) ||
        !difference_at(guess, condition, i, shift + TEST_PLACE, &test))
        return 0;
    double a = (above + below) / 2 - at, b = (above - below) / 2, c = at;
    double expected = (a * TEST_PLACE + b) * TEST_PLACE + c;
    double square = b * b - 4 * a * c;
    if (fabs(expected - test) > rounding * (fabs(test) + fabs(c) + 1) || square < 0)
        return 0;
    if (fabs(a) < rounding) {
        roots[0] = b == 0 ? 0 : shift - c / b;
        return b != 0;
    }
    roots[0] = shift + (-b - sqrt(square)) / (2 * a);
    roots[1] = shift + (-b + sqrt(square)) / (2 * a);
    return 2;
}

static bool fits(Guess *guess, size_t i, double number)
{
    suppose(guess, i, number);
    return is_admitted(guess, i, number) && all_hold(guess);
}

// Tries the roots, the grid's places around them, and where there are none numbers in
// turn.
static bool find_last(Guess *guess, size_t i)
{
    Random *random = guess->wish->random;
    double roots[2], step = step_of(guess, i);
    size_t turn = random_below(random, guess->condition_count);
    size_t count = find_roots(guess, guess->conditions[turn], i, roots);
    size_t first = random_below(random, 2);
    for (size_t n = 0; n < count; n++) {
        double root = roots[(first + n) % count];
        double nearest = round(root / step) * step;
        int side = random_chance(random, 1, 2) ? 1 : -1;
        for (int away = 0; away <= ROOT_STEPS; away++)
            if (fits(guess, i, nearest + away * side * step) ||
                fits(guess, i, nearest - away * side * step))
                return true;
    }
    double start = draw_number(guess, i) - SPAN / 2.0;
    for (int n = 0; n < SPAN && count == 0; n++)
        if (fits(guess, i, start + n))
            return true;
    return false;
}

static bool try_numbers(Guess *guess)
{
    size_t last = random_below(guess->wish->random, guess->number_count);
    for (size_t i = 0; i < guess->number_count; i++) {
        double number = draw_number(guess, i);
        if (i != last && !is_admitted(guess, i, number))
            return false;
        suppose(guess, i, number);
    }
    return find_last(guess, last);
}

// Makes open again what was supposed; `keep`: asks for it instead.
static bool settle(Guess *guess, bool keep)
{
    Unknowns *unknowns = &guess->wish->unknowns;
    bool holds = keep;
    for (size_t i = 0; i < guess->number_count; i++) {
        Scalar value = number_at(guess, i)->value;
        unknown_take_back(unknowns, guess->numbers[i]);
        if (keep)
            holds &= unknown_compare(unknowns, guess->numbers[i], COMPARE_EQ, value);
    }
    return holds;
}

bool wish_guess(Wish *wish, size_t first)
{
    Guess guess = {.wish = wish, .conditions = {&wish->delayed.items[first]}};
    guess.condition_count = 1;
    if (!read_condition(&guess, guess.conditions[0]) || guess.number_count == 0)
        return false;
    read_together(&guess, first);
    bool found = false;
    for (size_t i = 0; i < ATTEMPTS && !found && wish->evaluations < EVALUATIONS; i++)
        found = try_numbers(&guess);
    return settle(&guess, found);
}
