// determine.h - which columns of a block decide which row it is.
//
// Functional dependencies of what FROM and WHERE yield: of keys, and of columns that are
// equal. (Paulley, "Exploiting Functional Dependence in Query Optimization", 2000.) Made
// for weighing mistakes (harmless.h), not for proofs: that values are equal is taken to
// mean that they are the same, whatever their collation.

#ifndef VERIFY_DETERMINE_H
#define VERIFY_DETERMINE_H

#include "query/walk.h"

// True if rows of the block that agree in all columns among `given` are one row.
bool block_row_is_fixed(const Tree *tree, const Select *select, const Expr *const *given,
                        size_t given_count);

// True if rows of the block that agree in all columns among `given` agree in `column`.
bool block_column_is_fixed(const Tree *tree, const Select *select,
                           const Expr *const *given, size_t given_count,
                           const Expr *column);

// True if the arms of a UNION ALL would not lose a row to UNION.
bool union_is_unique(const Tree *tree, const SetOperation *set);

// True if no row of the query's result comes twice.
bool query_rows_are_unique(const Tree *tree, const Query *query);

#endif
