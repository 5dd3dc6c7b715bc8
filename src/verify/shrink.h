// shrink.h - from a database on which two queries differ to a script for a person.

#ifndef VERIFY_SHRINK_H
#define VERIFY_SHRINK_H

#include "verify/judge.h"
#include "verify/trial.h"

// Takes rows away and makes values simpler as long as the two still differ (and the
// original agrees with itself). Ends after a bounded number of trials.
Database database_shrunk(Arena *arena, Ring *ring, const Hints *hints,
                         const Database *database, Random *random);

// Returns the counterexample for a database on which they differ.
const Counterexample *counterexample_new(Arena *arena, Ring *ring, const Hints *hints,
                                         const Database *database);

// Returns CREATE statements for the tables that take part (and the views), with what is
// enforced or trusted. `bare`: keys of tables only where the engine's rows need them.
const char *print_tables(Arena *arena, const Hints *hints, bool bare);

#endif
