// propose.h - the candidates that the rules make of one query, without equal ones.

#ifndef OPTIMIZE_PROPOSE_H
#define OPTIMIZE_PROPOSE_H

#include "base/array.h"
#include "optimize/optimize.h"

typedef struct {
    Arena *arena;
    const Tree *tree;
    const char *original; // The key of the tree: what is equal to it is no candidate.
    ARRAY(Candidate *) candidates;
    const Candidate *const *tried; // By somebody else: no candidates, either.
    size_t tried_count;
} Proposals;

// Derives from a tree what `way` says: by its rules, without the steps it leaves out.
Derivation candidate_derive(Arena *arena, const Tree *tree, const Candidate *way);

Proposals proposals_new(Arena *arena, const Tree *tree);

// Append what all rules make together; what each rule of `base` makes alone; what all but
// it make; what those of `base` make with one more of those in `everything`; and what is
// left of `base` when one of its steps is taken away, for every step. Nothing is appended
// that was there before.
void propose_all(Proposals *proposals);
void propose_each_rule(Proposals *proposals, const Candidate *base);
void propose_without_rules(Proposals *proposals, const Candidate *base);
void propose_with_rules(Proposals *proposals, const Candidate *base,
                        const Candidate *everything);
void propose_without_steps(Proposals *proposals, const Candidate *base);

#endif
