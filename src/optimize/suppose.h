// suppose.h - what would be won if what today's data keep were enforced.

#ifndef OPTIMIZE_SUPPOSE_H
#define OPTIMIZE_SUPPOSE_H

#include "optimize/road.h"

// Looks, in what is left of the budget, for a candidate that is clearly faster than the
// winner (or than the original, where there is none) and sound only under constraints
// that the data keep and nobody enforces. It goes down the whole road as if they were
// enforced: raced, judged, compared, certified. It is told, never proposed: sets
// result->supposing and result->missing.
void suppose_missing(Road *road, Optimization *result);

#endif
