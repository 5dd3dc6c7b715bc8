// others.h - a winner on other values of its literals.
//
// The original with other literals is given the same steps; where the same rules fire in
// the same order, the two are compared and measured as before. A difference refutes the
// rewrite. A result that was empty shows nothing, but one on other values may.

#ifndef OPTIMIZE_OTHERS_H
#define OPTIMIZE_OTHERS_H

#include "optimize/road.h"

// Tries other values until both queries return rows, and notes them as candidate->shown.
// Returns NULL if they did, and the same ones; else why not, one line. `differs` says
// that they returned others.
const char *others_show_rows(Road *road, Candidate *candidate, bool *differs);

// Runs the pair on other values as long as a part of the budget lasts, and fills
// candidate->others. Returns NULL, or on which values the two differ.
const char *others_measure(Road *road, Candidate *candidate);

#endif
