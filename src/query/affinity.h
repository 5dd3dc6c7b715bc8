// affinity.h - comparisons of which nobody knows how SQLite makes them.

#ifndef QUERY_AFFINITY_H
#define QUERY_AFFINITY_H

#include "query/query.h"

// True if some column has different affinities in two arms (SQLite). Where it is read it
// has that of one of them, or none: which one depends on where it stands.
bool set_is_mixed(const SetOperation *set);

// True if some set operation of the tree is. Without one no comparison is open, and to
// ask of each takes long in a large tree.
bool tree_is_mixed(const Tree *tree);

// True if `expr` compares (=, BETWEEN, IN, ANY, CASE x WHEN) such a column with something
// so that its affinity decides: not among numbers alone, nor among texts alone.
bool comparison_is_open(const Tree *tree, const Expr *expr);

#endif
