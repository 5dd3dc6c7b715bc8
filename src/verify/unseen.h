// unseen.h - mistakes in a condition that no database shows.
//
// A mutant that differs from the original in one comparison means the same if wherever
// the two versions come to something else, the row is dropped all the same, by another
// condition on its way to the result, or there is no such row: a constraint forbids it.
// (x >= 0 for x > 0 in a CASE, behind WHERE x > 0; day > '2024-10-01' for day >=
// '2024-10-01' where CHECK wants a time behind each day.) The same is asked of rows that
// an outer join would add. This looks through derived tables and CTEs, which the prover
// (prove.h) takes as they are; but it knows of single comparisons only.

#ifndef VERIFY_UNSEEN_H
#define VERIFY_UNSEEN_H

#include "verify/harmless.h"

// True if it is certain that the mutant returns what the original, of which `harmless` is
// made, returns on every database that keeps what is enforced or trusted. Errors are set
// aside, as the judge does.
bool mutant_is_unseen(const Harmless *harmless, const Tree *mutant);

// True if that is certain of databases of which no table has as many rows: a threshold
// for a count in the query lies beyond them.
enum { REACHED_ROWS = 1500 };
bool mutant_is_out_of_reach(const Harmless *harmless, const Tree *mutant);

#endif
