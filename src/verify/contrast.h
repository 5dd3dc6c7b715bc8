// contrast.h - what to ask for so that a mutant shows.
//
// A mutant that differs from the original in one condition is told apart by a row on
// which the two conditions disagree and everything else holds. That is a query, too: the
// original with "the one, but not the other" in the condition's place. Whatever makes
// databases backwards from a query (aim.h) can then make one for this mutant. (After the
// constraints that XData adds for each mutant: Shah et al., "Generating test data for
// killing SQL mutants", 2011.)

#ifndef VERIFY_CONTRAST_H
#define VERIFY_CONTRAST_H

#include "verify/aim.h"

typedef struct {
    Tree tree;
    Beside beside;
} Contrast;

enum { CONTRAST_LIMIT = 2 };

// Sets `contrasts` to what returns rows where mutant and original part: where only the
// mutant's condition is TRUE, and where only the original's is. Where they differ in
// something else (DISTINCT, an order, a join's kind), to what comes near to that. Returns
// how many; 0 where nothing can be asked for. The trees share nodes with both, and are
// to be read, not to be run.
size_t contrasts_of(Arena *arena, const Tree *original, const Tree *mutant,
                    Contrast contrasts[CONTRAST_LIMIT]);

#endif
