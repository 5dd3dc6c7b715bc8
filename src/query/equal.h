// equal.h - when are two trees the same?

#ifndef QUERY_EQUAL_H
#define QUERY_EQUAL_H

#include "query/query.h"

#include <stdint.h>

// True if both say the same. Sources made inside both may have other numbers (they are
// matched by place); those of outside must be the same. Aliases, comments, places in
// the text and how a thing was written do not count; output names do only in
// query_equal_named. AND, OR and the comma list of FROM are compared in order.
bool expr_equal(const Expr *a, const Expr *b);
bool query_equal(const Query *a, const Query *b);
bool query_equal_named(const Query *a, const Query *b);

// As expr_equal and query_equal, with the sources in `from` of the left taken for those
// in `to` of the right, pairwise.
bool expr_equal_under(const Expr *a, const Expr *b, const uint32_t *from,
                      const uint32_t *to, size_t count);

// Returns a number that is the same for trees that are query_equal.
uint64_t query_fingerprint(const Query *query);
uint64_t expr_fingerprint(const Expr *expr);

#endif
