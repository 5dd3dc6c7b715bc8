// aggregate.h - correlated scalar subqueries that aggregate: taken apart and put
// together.
//
// SELECT 1.2 * avg(b.x) FROM b WHERE b.id = a.id AND b.y > 5 falls into its value, the
// aggregates that the value is made of, the pair b.id = a.id and the condition on b.y.

#ifndef REWRITE_AGGREGATE_H
#define REWRITE_AGGREGATE_H

#include "rewrite/correlation.h"
#include "rewrite/spot.h"

typedef struct {
    const Expr *aggregate;
    const Expr *nothing; // A literal, its value over no rows; NULL: not known.
    const char *name;    // For the output that will hold it; unique in the subquery.
} Aggregate;

typedef struct {
    const Expr *node;   // The EXPR_SUBQUERY.
    const Query *query; // It.
    const Expr *value;  // Its one output.
    Correlation correlation;
    ARRAY(Aggregate) aggregates;
} ScalarAggregate;

// True and fills `scalar` if the node is such a subquery: one select without GROUP BY,
// tied to the block around (which has the sources `outer`) by no more than equalities,
// its value made of aggregates over its own rows and of what the block around has.
bool scalar_aggregate_of(Arena *arena, const Expr *node, NumberSet outer,
                         ScalarAggregate *scalar);

// Returns the value with aggregate number i replaced by replacements[i].
const Expr *scalar_aggregate_value(Arena *arena, const ScalarAggregate *scalar,
                                   const Expr *const *replacements);

// True if what all aggregates yield over no rows is known; none of them depends on the
// order of the rows then.
bool scalar_aggregate_is_known(const ScalarAggregate *scalar);

// True if the conjunct around the spot is not TRUE where the subquery finds no rows.
bool rejects_nothing(Facts *facts, const Spot *spot, const ScalarAggregate *scalar);

// True if running it again for the same key gives the same value.
bool scalar_aggregate_is_repeatable(const ScalarAggregate *scalar);

// True if the subquery's one row is always there.
bool scalar_aggregate_has_row(const ScalarAggregate *scalar);

#endif
