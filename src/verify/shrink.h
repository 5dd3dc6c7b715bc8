// shrink.h - from a database on which two queries differ to a script for a person.

#ifndef VERIFY_SHRINK_H
#define VERIFY_SHRINK_H

#include "verify/judge.h"
#include "verify/search.h"
#include "verify/trial.h"

// Takes rows away and makes values simpler as long as the two still differ (and the
// original agrees with itself). Ends after a bounded number of trials. With a `search`
// (or NULL) the interpreter is asked, and the engine only about what comes of it; where
// either does not see the difference, the engine is asked each time.
Database database_shrunk(Arena *arena, Ring *ring, const Hints *hints, Search *search,
                         const Database *database, Random *random);

// Returns the counterexample for a database on which they differ.
const Counterexample *counterexample_new(Arena *arena, Ring *ring, const Hints *hints,
                                         const Database *database);

// Returns CREATE statements for the tables that take part (for views, too, where one may
// be read), with what is enforced or trusted. `bare`: keys of tables only where the
// engine's rows need them.
const char *print_tables(Arena *arena, const Hints *hints, bool bare);

#endif
