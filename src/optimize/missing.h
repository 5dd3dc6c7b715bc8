// missing.h - constraints that today's data keep, and that nobody enforces.
//
// Many a good rewrite is right only where a column is never NULL, or a key. If the data
// are like that by habit alone, it must not be proposed; but which constraint would make
// it sound can be said, and what that would gain.

#ifndef OPTIMIZE_MISSING_H
#define OPTIMIZE_MISSING_H

#include "catalog/constraint.h"
#include "optimize/optimize.h"
#include "query/reads.h"

typedef ARRAY(Constraint) Constraints;

// Adds what the tables that the bound tree reads might promise and do not: columns that
// could be NOT NULL, columns compared with others or made DISTINCT that could be keys,
// columns that could reference one, and what is declared without being enforced.
void constraints_add_missing(Arena *arena, const Catalog *catalog, const Tree *tree,
                             Constraints *constraints);

// Returns those that a derivation relies on.
Constraints constraints_relied_on(Arena *arena, const Constraints *constraints,
                                  const Assumptions *assumptions);

// Returns those that no row of the data offends against; what takes longer than
// `timeout_ms` to look at, all together, is left out. Fails only where the user stopped
// us.
bool constraints_kept(Engine *engine, Arena *arena, const Constraints *constraints,
                      double timeout_ms, Constraints *kept, Error *err) MUST_CHECK;

#endif
