// function.h - the tables of built-in functions, one for each dialect.

#ifndef SQL_FUNCTION_H
#define SQL_FUNCTION_H

#include "query/function.h"
#include "query/query.h"

// Returns what is known of a function (or operator) of this kind, or NULL.
const FunctionInfo *function_find(Dialect dialect, const char *name, FunctionKind kind);

// Returns the table of a dialect, sorted by name and kind; sets `count`.
const FunctionInfo *function_table(Dialect dialect, size_t *count);

// Returns the columns of a table function's call, their ids the ordinals; NULL if they
// are not known.
const Output *table_function_columns(Arena *arena, Dialect dialect, const Expr *call,
                                     size_t *count);

#endif
