// number.h - one form for each number, whatever type it came in.
//
// 1, 1.0, TRUE and DECIMAL 1.00 are the same number; so are -0.0 and 0, and all NaN. A
// decimal of at most 15 digits is the double nearest to it, which no other such decimal
// shares; longer ones that are no 64-bit integer keep their digits and equal no float.

#ifndef ENGINE_NUMBER_H
#define ENGINE_NUMBER_H

#include "engine/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { NUMBER_INTEGER, NUMBER_FLOAT, NUMBER_LONG } NumberKind;

typedef struct {
    NumberKind kind;
    int64_t integer;
    double number; // NUMBER_FLOAT: no whole number of 64 bits. NaN: all alike.
    // NUMBER_LONG: digits without zeros that say nothing; they point into the value.
    bool negative;
    const char *whole, *fraction;
    size_t whole_length, fraction_length;
} Number;

// True if the value is a number of some type.
bool value_is_number(const Value *value);

// Returns the number; the value is one.
Number number_of(const Value *value);

// True and sets the number unscaled / 10^scale, if it is as short as a decimal that is
// the double nearest to it.
bool number_of_scaled(int64_t unscaled, size_t scale, Number *number);

// Returns a double near the number; of two numbers the larger never has the smaller one.
// NaN: NaN.
double number_near(const Number *number);

// True for a float that another order of additions may change: it is no whole number, or
// so large that not every whole number is a float.
bool float_is_inexact(double number);

// Orders by value; NaN above all.
int number_compare(const Number *a, const Number *b);

#endif
