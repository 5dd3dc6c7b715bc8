// scalar.h - a value by what it means, before it is put into a column.
//
// A date is a count of seconds whether the column that will hold it is a DATE or an
// SQLite text; a number is a number whether it becomes an INTEGER or a DECIMAL. So one
// value can be asked of columns of several types.

#ifndef VERIFY_SCALAR_H
#define VERIFY_SCALAR_H

#include "query/expr.h"
#include "verify/domain.h"
#include "verify/moment.h"

typedef enum { SCALAR_NULL, SCALAR_NUMBER, SCALAR_MOMENT, SCALAR_TEXT } ScalarKind;

typedef struct {
    ScalarKind kind;
    double number;    // SCALAR_MOMENT: seconds since 1970-01-01.
    const char *text; // SCALAR_TEXT
} Scalar;

static const double day_seconds = 86400;

Scalar scalar_number(double number);
Scalar scalar_text(const char *text);
Scalar scalar_moment(Moment moment);

// Returns the moment of a SCALAR_MOMENT.
Moment scalar_to_moment(Scalar scalar);

// Sets `scalar` to what a literal says; false for blobs and what else has no such value.
// An interval is a number of days; a month counts as 30 of them.
bool scalar_of_literal(const Expr *literal, Scalar *scalar);

// Sets `converted` to the same value as another kind; false if it comes to nothing.
bool scalar_convert(Arena *arena, Scalar scalar, ScalarKind kind, Scalar *converted);

// Orders two scalars of one kind that is not NULL.
int scalar_compare(Scalar a, Scalar b);

#endif
