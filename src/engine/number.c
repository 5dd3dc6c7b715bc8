// number.c - numbers of all types, made comparable.

#include "engine/number.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAFE_DIGITS = 15 }; // Decimals that short and doubles map one to one (DBL_DIG).

bool value_is_number(const Value *value)
{
    switch (value->kind) {
    case VALUE_BOOLEAN:
    case VALUE_INTEGER:
    case VALUE_FLOAT:
        return true;
    case VALUE_OTHER:
        return value->type == TYPE_DECIMAL || value->type == TYPE_INTEGER;
    case VALUE_NULL:
    case VALUE_TEXT:
    case VALUE_BLOB:
        return false;
    }
    return false;
}

// True and sets `integer` to the float, if it is a whole number of 64 bits.
static bool is_whole(double number, int64_t *integer)
{
    // 2^63 itself is a double; the largest int64 is not.
    if (!(number >= -0x1p63 && number < 0x1p63))
        return false;
    *integer = (int64_t)number;
    return (double)*integer == number;
}

static Number from_double(double number)
{
    int64_t integer;
    if (isnan(number))
        return (Number){.kind = NUMBER_FLOAT, .number = (double)NAN};
    if (is_whole(number, &integer))
        return (Number){.kind = NUMBER_INTEGER, .integer = integer};
    return (Number){.kind = NUMBER_FLOAT, .number = number};
}

bool number_of_scaled(int64_t unscaled, size_t scale, Number *number)
{
    static const int64_t powers[] = {1,
                                     10,
                                     100,
                                     1000,
                                     10000,
                                     100000,
                                     1000000,
                                     10000000,
                                     100000000,
                                     1000000000,
                                     10000000000,
                                     100000000000,
                                     1000000000000,
                                     10000000000000,
                                     100000000000000,
                                     1000000000000000};
    static_assert(sizeof(powers) / sizeof(*powers) == SAFE_DIGITS + 1,
                  "one for each scale");
    if (scale > SAFE_DIGITS || unscaled <= -powers[SAFE_DIGITS] ||
        unscaled >= powers[SAFE_DIGITS])
        return false;
    // Both are whole doubles, so the quotient is the double nearest to the number.
    if (unscaled % powers[scale] == 0)
        *number = (Number){.kind = NUMBER_INTEGER, .integer = unscaled / powers[scale]};
    else
        *number = (Number){.kind = NUMBER_FLOAT,
                           .number = (double)unscaled / (double)powers[scale]};
    return true;
}

static int64_t add_digits(int64_t number, const char *digits, size_t length)
{
    for (size_t i = 0; i < length; i++)
        number = 10 * number + (digits[i] - '0');
    return number;
}

static Number from_digits(const char *text, size_t length)
{
    Number number = {.kind = NUMBER_LONG, .negative = length > 0 && text[0] == '-'};
    const char *end = text + length;
    const char *digits = text + number.negative;
    const char *point = memchr(digits, '.', (size_t)(end - digits));
    const char *whole_end = point == NULL ? end : point;
    const char *fraction = point == NULL ? end : point + 1;
    while (digits < whole_end && *digits == '0')
        digits++;
    while (end > fraction && end[-1] == '0')
        end--;
    number.whole = digits;
    number.whole_length = (size_t)(whole_end - digits);
    number.fraction = fraction;
    number.fraction_length = (size_t)(end - fraction);

    Number small;
    if (number.whole_length + number.fraction_length <= SAFE_DIGITS) {
        int64_t unscaled = add_digits(0, number.whole, number.whole_length);
        unscaled = add_digits(unscaled, number.fraction, number.fraction_length);
        if (number_of_scaled(number.negative ? -unscaled : unscaled,
                             number.fraction_length, &small))
            return small;
    } else if (number.fraction_length == 0) {
        errno = 0;
        long long integer = strtoll(text, NULL, 10);
        if (errno == 0)
            return (Number){.kind = NUMBER_INTEGER, .integer = integer};
    }
    return number;
}

Number number_of(const Value *value)
{
    assert(value_is_number(value));
    if (value->kind == VALUE_FLOAT)
        return from_double(value->number);
    if (value->kind == VALUE_OTHER)
        return from_digits(value->bytes, value->length);
    return (Number){.kind = NUMBER_INTEGER, .integer = value->integer};
}

bool float_is_inexact(double number)
{
    int64_t integer;
    return !(fabs(number) < 0x1p53 && is_whole(number, &integer));
}

// Comparing

// Near the number; of two numbers the larger never has the smaller approximation.
static long double approximate(const Number *number)
{
    if (number->kind == NUMBER_INTEGER)
        return (long double)number->integer;
    if (number->kind == NUMBER_FLOAT)
        return number->number;
    const char *start = number->whole_length > 0 ? number->whole : number->fraction - 1;
    long double size = strtold(start, NULL);
    return number->negative ? -size : size;
}

double number_near(const Number *number)
{
    return (double)approximate(number);
}

static int compare_lengths(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_digits(const Number *a, const Number *b)
{
    int order = compare_lengths(a->whole_length, b->whole_length);
    if (order == 0)
        order = memcmp(a->whole, b->whole, a->whole_length);
    size_t common =
        a->fraction_length < b->fraction_length ? a->fraction_length : b->fraction_length;
    if (order == 0)
        order = memcmp(a->fraction, b->fraction, common);
    if (order == 0)
        order = compare_lengths(a->fraction_length, b->fraction_length);
    return a->negative ? -order : order;
}

int number_compare(const Number *a, const Number *b)
{
    if (a->kind == NUMBER_INTEGER && b->kind == NUMBER_INTEGER)
        return (a->integer > b->integer) - (a->integer < b->integer);
    bool a_nan = a->kind == NUMBER_FLOAT && isnan(a->number);
    bool b_nan = b->kind == NUMBER_FLOAT && isnan(b->number);
    if (a_nan || b_nan)
        return a_nan - b_nan;
    long double left = approximate(a), right = approximate(b);
    if (left != right)
        return left < right ? -1 : 1;
    // Long ones stand behind a float or integer that is as near as the type can tell.
    if (a->kind == NUMBER_LONG && b->kind == NUMBER_LONG)
        return compare_digits(a, b);
    return (a->kind == NUMBER_LONG) - (b->kind == NUMBER_LONG);
}
