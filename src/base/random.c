// random.c - xoshiro256**.

#include "base/random.h"

#include <assert.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

Random random_new(uint64_t seed)
{
    Random random;
    for (int i = 0; i < 4; i++)
        random.state[i] = splitmix(&seed);
    return random;
}

uint64_t random_next(Random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t random_below(Random *random, uint64_t limit)
{
    assert(limit > 0);
    // The numbers below `threshold` would make the low remainders a little likelier.
    uint64_t threshold = (0 - limit) % limit;
    uint64_t number = random_next(random);
    while (number < threshold)
        number = random_next(random);
    return number % limit;
}

int64_t random_between(Random *random, int64_t low, int64_t high)
{
    assert(low <= high);
    uint64_t span = (uint64_t)high - (uint64_t)low + 1;
    uint64_t offset = span == 0 ? random_next(random) : random_below(random, span);
    return (int64_t)((uint64_t)low + offset);
}

double random_unit(Random *random)
{
    return (double)(random_next(random) >> 11) * 0x1.0p-53;
}

bool random_chance(Random *random, unsigned numerator, unsigned denominator)
{
    return random_below(random, denominator) < numerator;
}
