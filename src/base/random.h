// random.h - numbers that look random and come again from the same seed.
//
// xoshiro256**, seeded by splitmix64 (Blackman and Vigna, "Scrambled linear
// pseudorandom number generators", 2018). Not for secrets.

#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t state[4]; // Private.
} Random;

Random random_new(uint64_t seed);
uint64_t random_next(Random *random);

// Returns a number below `limit`, which is above 0; each equally likely.
uint64_t random_below(Random *random, uint64_t limit);

// Returns a number from `low` to `high`, both included.
int64_t random_between(Random *random, int64_t low, int64_t high);

// Returns a number in [0, 1).
double random_unit(Random *random);

// True in `numerator` of `denominator` cases.
bool random_chance(Random *random, unsigned numerator, unsigned denominator);

#endif
