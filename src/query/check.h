// check.h - is a tree well formed? Runs after every rule.

#ifndef QUERY_CHECK_H
#define QUERY_CHECK_H

#include "query/query.h"

// True if all the invariants in query.h hold: every reference in scope and to an
// existing column, numbers unique, no unbound node, AND/OR lists flat and of two or
// more, set arms as wide as their outputs, aggregates only where a block may have them;
// and query_fits_dialect.
bool query_check(const Tree *tree, Error *err) MUST_CHECK;

// True if both yield the same columns: count, names, and types as far as known (affinity
// and collation are not seen from outside).
bool query_same_signature(const Query *before, const Query *after, Error *err) MUST_CHECK;

// True if the tree's dialect has words for everything in it: no LATERAL in SQLite, …
bool query_fits_dialect(const Tree *tree, Error *err) MUST_CHECK;

#endif
