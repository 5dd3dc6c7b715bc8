// conjuncts.h - lists of conditions that all must hold, of two trees that share nodes.

#ifndef VERIFY_CONJUNCTS_H
#define VERIFY_CONJUNCTS_H

#include "query/query.h"

typedef struct {
    const Expr *const *items;
    size_t count;
} Conjuncts;

// Returns what WHERE asks for; likewise HAVING, and the ON of a join.
Conjuncts conjuncts_of_filter(const Select *select);
Conjuncts conjuncts_of_having(const Select *select);
Conjuncts conjuncts_of_join(const Source *source);

// Returns the first place that is not the same node in both, or the length of the
// shorter list where there is none.
size_t conjuncts_first_difference(Conjuncts a, Conjuncts b);

bool conjuncts_differ(Conjuncts a, Conjuncts b);

#endif
