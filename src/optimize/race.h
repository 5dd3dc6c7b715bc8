// race.h - all candidates of a query down the road, and the best of them certified.

#ifndef OPTIMIZE_RACE_H
#define OPTIMIZE_RACE_H

#include "optimize/propose.h"
#include "optimize/road.h"

// Proposes what the rules make of the query, and what the race suggests, and sends each
// candidate through gate, race and judge; those nearest the best run again.
void race_run(Road *road, Proposals *proposals);

// Returns the best of those that may yet win, or NULL.
Candidate *race_best(const Road *road, const Proposals *proposals);

// Compares and certifies the best, or if that fails those next to it. Returns the winner,
// or NULL.
const Candidate *race_finish(Road *road, const Proposals *proposals);

#endif
