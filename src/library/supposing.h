// supposing.h - what constraints that nobody enforces would change, in words and JSON.

#ifndef LIBRARY_SUPPOSING_H
#define LIBRARY_SUPPOSING_H

#include "library/json.h"
#include "optimize/optimize.h"

typedef struct {
    Dialect dialect;
    const Constraint *constraints; // That the data keep.
    size_t count;
} Missing;

// Returns "codes.code is a key, orders.user_id is NOT NULL".
const char *missing_print(Arena *arena, const Missing *missing);

// Returns what one may do to have them believed, joined by "; ": a statement that adds
// the constraint, or the options that vouch for it.
const char *remedies_print(Arena *arena, const Missing *missing);

// Adds `field`, an array: constraint, and either its statement or options.
void missing_add(Json *object, const char *field, const Missing *missing);

// Returns "codes.code is a key in today's data; if that were enforced, 84x
// (drop_left_join); CREATE UNIQUE INDEX …", or NULL where there is nothing to tell.
const char *supposing_print(Arena *arena, Dialect dialect, const Optimization *made);

#endif
