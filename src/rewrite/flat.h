// flat.h - FROM with its joins opened: its sources, and all that they have to pass.

#ifndef REWRITE_FLAT_H
#define REWRITE_FLAT_H

#include "query/query.h"
#include "rewrite/list.h"

typedef struct {
    ARRAY(const Source *) leaves; // From left to right.
    ExprList conjuncts;           // Of every ON, then of WHERE.
    bool any_outer;   // Not all joins are inner: this is not all that FROM says.
    bool any_lateral; // A source depends on those before it.
} FlatFrom;

FlatFrom flat_from(Arena *arena, const Select *select);

// True if the conjunct is `a.column = b.column`, or the other way round.
bool equates_column(const Expr *conjunct, const Source *a, const Source *b,
                    uint32_t column);

#endif
