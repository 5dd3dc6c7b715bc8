// sieve.h - conditions that a row must meet on its way, or it is as if it were not there.
//
// A list that grows downwards: what is further in has all that is asked further out.

#ifndef VERIFY_SIEVE_H
#define VERIFY_SIEVE_H

#include "verify/conjuncts.h"
#include "verify/suppose.h"

// NULL asks for nothing.
typedef struct Sieve Sieve;
struct Sieve {
    const Sieve *next;
    const Expr *condition;
};

// Return the sieve with a condition more; with all of a list; with all but the one at
// `left_out`.
const Sieve *sieve_with(Arena *arena, const Sieve *sieve, const Expr *condition);
const Sieve *sieve_with_all(Arena *arena, const Sieve *sieve, Conjuncts conditions);
const Sieve *sieve_with_others(Arena *arena, const Sieve *sieve, Conjuncts conditions,
                               size_t left_out);

// True if ON drops no row of the left side by what it says of one partner: the row is
// kept without any, or only asked whether it has one (SEMI, ANTI).
bool join_spares_left(const Source *join);

// Returns what a row of one side of the join must meet: `sieve`, which the join's rows
// must, or only `outer` where rows of the other side are kept without it; and ON, unless
// rows of its own side are kept.
const Sieve *sieve_of_side(Arena *arena, const Source *join, const Source *side,
                           const Sieve *sieve, const Sieve *outer);

// Returns what it asks that does not name the source, or one joined in it.
const Sieve *sieve_without(Arena *arena, const Sieve *sieve, const Source *source);

// True if no row of which this holds gets through.
bool sieve_drops(const Sieve *sieve, const Supposition *supposition);

#endif
