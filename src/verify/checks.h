// checks.h - leaving out rows that break a CHECK.
//
// What is made backwards from a query, or varied, knows nothing of CHECKs; the engine
// refuses the whole database for one such row. The interpreter says which rows they are.

#ifndef VERIFY_CHECKS_H
#define VERIFY_CHECKS_H

#include "verify/generate.h"

typedef struct Checks Checks;

// Returns the CHECKs of the tables, those that the interpreter knows; NULL if there are
// none.
Checks *checks_new(Arena *arena, const Hints *hints);

// Leaves out the rows that surely break one, and those that referred to them. `checks`
// may be NULL.
Database checks_keep(Checks *checks, Arena *arena, Database database);

#endif
