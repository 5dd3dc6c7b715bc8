// mutate.h - how far do the databases reach?
//
// A mutant is the original with one small mistake in it, of the kind that a wrong
// rewrite makes. Databases that do not tell the mutants from the original would not show
// a wrong candidate either; so the share of mutants told apart stands in the evidence.
// A mutant may be equivalent to the original; nobody can tell it apart then. Where that
// is seen (harmless.h) it is not made, and where it can be proved (unseen.h, prove.h) it
// counts no more.

#ifndef VERIFY_MUTATE_H
#define VERIFY_MUTATE_H

#include "verify/harmless.h"
#include "verify/pair.h"
#include "verify/trial.h"

enum { MUTANT_LIMIT = 64 };

typedef struct {
    const char *what; // "join kind", "comparison", …
    const char *sql;
    Tree tree;
    bool killed;  // Told apart.
    bool refused; // By the engine; or it does not end.
    bool equal;   // Proved to mean the same,
    bool is_far;  // or to do so on databases as small as ours.
    bool is_proof_tried;
} Mutant;

typedef struct {
    Mutant *items;
    size_t count;             // MUTANT_LIMIT at most: then spread over all places.
    const Harmless *harmless; // What is no mistake in the original; NULL: no mutants.
} Mutants;

// Returns the mutants of a query, none of one that does not bind.
Mutants mutants_new(Arena *arena, const Side *original);

// Likewise, with those that are known to be no mistakes: for tests of what is known.
Mutants mutants_of_all_places(Arena *arena, const Side *original);

// True if it counts and has not been told apart.
bool mutant_is_left(const Mutant *mutant);

// Runs those of the mutants (`which` NULL: all) that are left on what the tables hold,
// and marks those that differ from the original's answer. A mutant that the engine
// refuses, or that does not end, counts no more.
void mutants_run(Mutants *mutants, const size_t *which, size_t which_count, Ring *ring,
                 Arena *arena, const Answer *original);

// Leaves out those that are proved to mean the same as the original, or out of reach, of
// the mutants that are not told apart: Mutant.killed, or `told_apart` (may be NULL).
void mutants_leave_equal_out(Mutants *mutants, const Pair *pair, const bool *told_apart);

// Returns how many neither the engine has refused nor a proof left out; how many of them
// are not told apart.
size_t mutants_counted(const Mutants *mutants);
size_t mutants_left(const Mutants *mutants);

// Returns how many of those left out are out of reach: only tables with thousands of rows
// would tell them apart.
size_t mutants_out_of_reach(const Mutants *mutants);

#endif
