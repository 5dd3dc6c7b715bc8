// road.h - the road each candidate goes down, until something turns it away.

#ifndef OPTIMIZE_ROAD_H
#define OPTIMIZE_ROAD_H

#include "optimize/optimize.h"

typedef struct {
    Workbench *bench;
    Arena *arena;
    const OptimizeOptions *options;
    const char *sql;  // The original.
    const Tree *tree; // Bound.
    Run original;     // A warm run.
    double noise;     // Of the original against itself, wall time.
    ClockKind clock;  // What decides in the race.
    const Run *best;  // The quickest so far; the original's at first.
    double start_ms, deadline_ms;
    bool stopped; // By the user.
    bool budget_spent;
} Road;

// True if there is neither time nor patience for another candidate.
bool road_is_over(Road *road);

// Gate, race, refute. A candidate that comes through is in_front; its fate is
// FATE_OUTRUN until it is the winner.
void road_enter(Road *road, Candidate *candidate);

// Refute if that was not done yet, compare on the user's data, and certify on fresh
// pairs. FATE_WON if it holds; in any case it is not in_front any more,
// unless the user stopped us.
void road_finish(Road *road, Candidate *candidate);

// Returns a ratio as a person reads it: "2590x", "5.1x", "1.07x".
const char *times_print(Arena *arena, double ratio);

// Says how far the work is.
void road_report(const Road *road, const char *stage);

#endif
