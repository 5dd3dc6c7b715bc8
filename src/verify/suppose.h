// suppose.h - what expressions come to, supposing how one comparison came out.
//
// Two values that are compared are NULL, or the one is below, equal to or above the
// other. Supposing one of these, of other expressions that name the same values something
// is known, of all else nothing: where x < 0, `x > 0` is FALSE and `x > 0 AND p` not
// TRUE, whatever p is. Everything here answers with all that may be.

#ifndef VERIFY_SUPPOSE_H
#define VERIFY_SUPPOSE_H

#include "query/walk.h"

typedef enum {
    OUTCOME_BOTH_NULL,
    OUTCOME_LEFT_NULL,
    OUTCOME_RIGHT_NULL,
    OUTCOME_LESS,
    OUTCOME_EQUAL,
    OUTCOME_GREATER,
    OUTCOME_COUNT,
} Outcome;

typedef struct {
    Dialect dialect;
    const Expr *left, *right; // What is compared; both NULL: nothing is.
    Outcome outcome;
    NumberSet absent; // Sources whose columns are all NULL.
    double reach;     // Tables have fewer rows; 0: any number.
} Supposition;

// What a value may be; of conditions, what they may come to.
enum { MAY_FALSE = 1, MAY_TRUE = 2, MAY_NULL = 4, MAY_BE_VALUE = 3, MAY_BE_ANYTHING = 7 };

typedef struct {
    unsigned may;
    bool is_number; // Then it is this one.
    double number;
} Finding;

Finding suppose(const Supposition *supposition, const Expr *expr);

// True if the expression is a count, of groups, a window or a subquery.
bool expr_is_count(const Expr *expr);

// Returns what a comparison comes to; the outcome must be one with a value on both
// sides, or one of the NULLs.
Truth outcome_truth(Comparison compare, Outcome outcome);

// True if the outcome has NULL on the left; on the right.
bool outcome_left_null(Outcome outcome);
bool outcome_right_null(Outcome outcome);

// True if two numbers that differ stay apart beside values of the type: a FLOAT of 32
// bits rounds what it is compared with to its own few digits.
bool type_keeps_numbers_apart(Type type);

// True if a text would become a number in a column of numbers.
bool text_is_number(const char *text);

// True and sets `order` (below 0, 0, above 0) if both are constants whose order beside
// values of the type is known.
bool constants_order(Dialect dialect, Type type, const Expr *a, const Expr *b,
                     int *order);

#endif
