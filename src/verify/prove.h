// prove.h - what is decided without a database.
//
// A wrong proof is the worst bug there is: no database is looked at after it. So a tree
// is taken apart only where all that stands in it is tame (tame.h), what is relied on is
// enforced or trusted by the catalogue, and whatever is not certain is not proved.

#ifndef VERIFY_PROVE_H
#define VERIFY_PROVE_H

#include "verify/pair.h"

// Returns how the pair is proved to be the same, and by which keys, or NULL: the trees
// are the same after binding (with `names_count`, output names too), neither can return a
// row, or the sources of one can be mapped to those of the other so that all agrees; of
// such mappings not many more than `trials` are looked at.
enum { PROOF_TRIALS = 4000 };
const char *pair_proof(Arena *arena, const Pair *pair, bool names_count, size_t trials);

// One side, taken apart once for many others to be held against. It is the tree's that
// it was made of.
typedef struct Prover Prover;

// Returns NULL where nothing can be proved of the tree.
Prover *prover_new(Arena *arena, const Tree *tree);

// True if the other tree is proved to be the same, whatever its outputs are called, with
// as many mappings looked at as pair_proof would.
bool prover_proves(const Prover *prover, const Tree *other, size_t trials);

// True if neither side can return a row, whatever there is in the tables. One of them may
// raise an error all the same.
bool pair_is_empty(const Pair *pair);

#endif
