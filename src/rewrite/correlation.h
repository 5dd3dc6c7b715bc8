// correlation.h - a subquery's WHERE, sorted by what ties it to the block around it.

#ifndef REWRITE_CORRELATION_H
#define REWRITE_CORRELATION_H

#include "query/walk.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

// A conjunct `inner = outer`: the one side names sources of the subquery alone, the other
// at least one of the block around it, and none of the subquery. No subqueries in either.
typedef struct {
    const Expr *inner;
    const Expr *outer;
    const Expr *conjunct;
} KeyPair;

typedef struct {
    ARRAY(KeyPair) pairs;
    ExprList own;   // Conjuncts that name nothing of the block around.
    ExprList mixed; // All others.
} Correlation;

Correlation correlation_of(Arena *arena, const Select *inner, NumberSet outer);

// The block around a subquery, as the SpotMapper of query_map_first_around sees it.
typedef struct {
    RuleContext *context;
    const Query *block;
    NumberSet sources; // Of its FROM.
} Around;

// As query_map_first_spot, with an Around for context; NULL if `query` is no SELECT.
const Query *query_map_first_around(RuleContext *context, const Query *query,
                                    SpotMapper *map);

// True if each pair compares by the same rules on both sides, so that it means the same
// as =, as IN, and as GROUP BY on one side.
bool pairs_compare_alike(Facts *facts, const Correlation *correlation);

// Returns the block with `key IS NOT NULL` added for each output that may be NULL.
const Select *select_without_null_keys(RuleContext *context, const Select *keys);

// True if SQLite cannot be trusted with the block as the list of an IN. Row values it
// looks up in an index of such a table, and if the index has the columns in another order
// it tests the wrong operands for NULL, and finds a NULL equal to a NULL (3.40.1).
bool list_is_misread(const Tree *tree, const Select *keys);

// Returns the block without the keys that are NULL if it would be misread: any WHERE
// keeps SQLite from the index.
const Select *select_as_list(RuleContext *context, const Select *keys);

// True if the block is FROM and WHERE and nothing that makes more, or fewer, or other
// rows than those (DISTINCT, ORDER BY and what it outputs aside).
bool query_is_filter_only(const Query *query);

#endif
