// tame.h - which queries the prover may reason about.
//
// To reorder, split and drop parts of a query is right only if what they compute depends
// on the row alone and can't fail. A tree with anything else in it is proved only where
// it is the same tree, word for word.

#ifndef VERIFY_TAME_H
#define VERIFY_TAME_H

#include "query/query.h"

// True if every result the query may return is the same bag of rows: nothing volatile, no
// LIMIT below the root, no order-sensitive aggregate, no column left to chance under
// GROUP BY, no collation (which makes DISTINCT and keys a matter of taste), and nothing
// that may raise an error but for an overflow, which the judge sets aside. Nor may a set
// operation below the root mix affinities (SQLite): they decide how it is compared.
bool tree_is_tame(const Tree *tree);

// True if a column stands in a grouped SELECT that is neither a key nor in an aggregate:
// SQLite takes it from any row of the group. All items of GROUP BY must be plain keys.
bool query_takes_any_row(const Query *query);

// True if values of this type that compare equal are the same value: not for floats
// (-0.0), intervals, and what SQLite may have put in a column of no sure type.
bool type_is_exact(Dialect dialect, Type type, Assurance typed);

#endif
