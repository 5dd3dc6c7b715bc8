// prove.h - what is decided without a database.

#ifndef VERIFY_PROVE_H
#define VERIFY_PROVE_H

#include "verify/pair.h"

// Returns how the pair is proved to be the same, or NULL: the trees are the same after
// binding (with `names_count`, output names too), or neither can return a row.
const char *pair_proof(const Pair *pair, bool names_count);

#endif
