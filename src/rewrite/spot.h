// spot.h - the places in a block where an expression may stand, one after the other.
//
// Rules that change an expression (an EXISTS, a chain of ORs, a scalar subquery) need to
// know where it stands: whether NULL and FALSE are the same there, and which rows it
// sees.

#ifndef REWRITE_SPOT_H
#define REWRITE_SPOT_H

#include "query/query.h"
#include "rewrite/list.h"

typedef enum { SPOT_ON, SPOT_WHERE, SPOT_HAVING, SPOT_QUALIFY, SPOT_OUTPUT } SpotPlace;

typedef struct {
    const Expr *expr;
    SpotPlace place;
    bool in_filter;       // NULL and FALSE come to the same here.
    size_t number;        // Of the conjunct or output it belongs to (SPOT_ON: 0).
    const Expr *conjunct; // The whole of it.
} Spot;

// Returns what shall stand at the spot; NULL: leave it.
typedef const Expr *SpotMapper(void *context, const Spot *spot);

// Returns the block with the first expression that `map` wants changed replaced by what
// it returned; NULL if there is none. Goes through ON, WHERE, outputs, HAVING and
// QUALIFY, each expression before what it is made of; not into subqueries, which are
// blocks of their own, nor into the arguments of aggregates and windows, nor into what is
// a key of GROUP BY.
const Query *query_map_first_spot(Arena *arena, const Query *query, SpotMapper *map,
                                  void *context);

// Returns the block's select as facts must see it where a rule changes the spot: without
// the conjunct around it. What that conjunct rejects now it may let through, once
// changed.
const Select *select_beside(Arena *arena, const Select *select, const Spot *spot);

// True if the spot sees rows of FROM, not groups: in WHERE, or in an output of a block
// without groups.
bool spot_sees_rows(const Query *query, const Spot *spot);

// True if the spot may see a group that has no rows, as the one group of a block without
// keys over nothing. In SQLite all columns are NULL there, and IS NULL is FALSE of those
// that are declared NOT NULL.
bool spot_may_see_nothing(const Query *query, const Spot *spot);

// Returns the expression with the node `old` in it (found by identity) replaced.
const Expr *expr_replace_node(Arena *arena, const Expr *expr, const Expr *old,
                              const Expr *replacement);

#endif
