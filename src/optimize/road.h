// road.h - the road each candidate goes down, until something turns it away.

#ifndef OPTIMIZE_ROAD_H
#define OPTIMIZE_ROAD_H

#include "optimize/compared.h"
#include "optimize/optimize.h"

typedef struct {
    Workbench *bench;
    Arena *arena;
    const OptimizeOptions *options;
    const char *sql;           // The original.
    const Tree *tree;          // Bound.
    Floor floor;               // The original against itself.
    Run original;              // Its best run.
    ClockKind clock;           // What decides in the race: the floor's.
    ComparedColumns *compared; // With their values; NULL: not looked for yet.
    const Run *best;           // The quickest so far; the original's at first.
    const char *sample;        // The copy we are on; NULL: the user's data.
    double start_ms, deadline_ms;
    bool stopped; // By the user.
    bool budget_spent;
} Road;

// True if the user stopped us, or what is left of the budget is needed to finish with the
// candidate that leads.
bool race_is_over(Road *road);

// Gate, race, refute. A candidate that comes through is in_front; its fate is
// FATE_OUTRUN until it is the winner.
void road_enter(Road *road, Candidate *candidate);

// Runs one that was nearly as quick as the best, or the best itself, once more in the
// race: if one run was unlucky, it is in_front after this.
void road_rerun(Road *road, Candidate *candidate);

// Refute if that was not done yet, compare on the user's data, and certify on fresh
// pairs. FATE_WON if it holds; in any case it is not in_front any more,
// unless the user stopped us.
void road_finish(Road *road, Candidate *candidate);

// Says how far the work is.
void road_report(const Road *road, const char *stage);

#endif
