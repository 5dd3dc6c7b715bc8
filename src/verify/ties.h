// ties.h - the same query with what it leaves to the engine decided.
//
// Each text returned is one that may take the query's place: whatever it returns, the
// query itself may return. Several of them that decide differently, and agree, show that
// the choice does not matter on these rows.

#ifndef VERIFY_TIES_H
#define VERIFY_TIES_H

#include "verify/pair.h"

// By the outputs from the first on, or from the last; or not at all, but with tables read
// in one of SCATTERS other orders (SQLite, where the query leaves a choice).
typedef enum {
    TIES_DESCENDING,
    TIES_ASCENDING,
    TIES_DESCENDING_FROM_LAST,
    TIES_ASCENDING_FROM_LAST,
    TIES_SCATTERED,
} TieBreak;
enum { SCATTERS = 4, TIE_BREAKS = TIES_SCATTERED + SCATTERS };

// Returns a text that breaks ties at the top, under every LIMIT and in DISTINCT ON by the
// outputs of the block, in windows by their arguments and the outputs, in aggregates
// that depend on the order of rows by their arguments (DuckDB). In SQLite a scalar
// subquery takes the first row in that order, and a query that leaves a choice reads its
// tables in it. NULL where there is nothing to decide, and where the query is not
// understood.
const char *side_with_ties_broken(Arena *arena, const Side *side, TieBreak by);

// The same for the candidate, descending. Where the original orders and the candidate
// does not, its rows come in descending order: whoever groups or merges rows in order
// today need not do so tomorrow. What reads rows in an order is left in it.
const char *candidate_with_ties_broken(Arena *arena, const Pair *pair);

#endif
