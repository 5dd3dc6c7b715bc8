// function.h - what is known of SQL functions and operators.
//
// The table of each dialect stands in sql/function_*.def; this is its row. A function
// that no table names has no info: it counts as volatile and raising.

#ifndef QUERY_FUNCTION_H
#define QUERY_FUNCTION_H

#include "catalog/type.h"

#include <stdbool.h>

typedef enum {
    FUNCTION_SCALAR,
    FUNCTION_AGGREGATE,
    FUNCTION_WINDOW,
    FUNCTION_TABLE
} FunctionKind;
typedef enum { VOLATILITY_PURE, VOLATILITY_STABLE, VOLATILITY_VOLATILE } Volatility;

struct FunctionInfo {
    const char *name; // Lower case; the canonical name.
    FunctionKind kind;
    Volatility volatility;   // STABLE: one value a statement (now(), current_date).
    bool strict;             // NULL whenever an argument is NULL (scalar).
    bool may_raise;          // May fail on some input of the right type.
    bool total;              // Never NULL unless an argument is NULL.
    bool ignores_duplicates; // Aggregate: min, max, bool_and, …
    bool order_sensitive;    // Aggregate: group_concat, array_agg, first, …
    bool safe;          // On the list of what a candidate may call (design, section 7).
    const char *result; // How the type follows: "int", "text", "arg1", "sum", …
};

// Finds what a dialect's table says of a function; NULL if it has none of the kind.
typedef const struct FunctionInfo *FunctionFinder(Dialect dialect, const char *name,
                                                  FunctionKind kind);

#endif
