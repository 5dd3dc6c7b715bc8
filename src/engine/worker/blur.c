// blur.c - grids are cut through the bits of doubles: their step grows with the number.

#include "engine/worker/blur.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    STEP_BITS = 22, // Of the mantissa's 52: a step is at most 2^-30 of the number.
    WIDE_BITS = 40, // Of the grid that buckets come from.
    BUCKET_SHIFT = 64 - BLUR_BUCKET_BITS,
};

// Where the edges are. Whole numbers and short fractions stand at the begin of a step if
// nothing is added, so they are moved well away from the edges of all grids.
static const uint64_t edges[BLUR_GRIDS] = {
    (1u << STEP_BITS) / 3, (1u << STEP_BITS) / 3 + (1u << (STEP_BITS - 1))};
static const uint64_t wide_edge = (1ull << WIDE_BITS) / 3;

// What is nearer to zero counts as zero: terms that cancel leave such rests.
static const double rests[BLUR_GRIDS] = {4e-12, 2e-12};
static const double wide_rest = 3e-12;

static void *allocated(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        fputs("hone-worker: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void blurrer_open(Blurrer *blurrer, size_t column_count)
{
    *blurrer = (Blurrer){.blur = allocated(1, sizeof(Blur)),
                         .columns = allocated(column_count + 1, sizeof(uint32_t)),
                         .numbers = allocated(column_count + 1, sizeof(double))};
}

void blurrer_close(Blurrer *blurrer)
{
    free(blurrer->blur);
    free(blurrer->columns);
    free(blurrer->numbers);
    *blurrer = (Blurrer){0};
}

void blurrer_put(Blurrer *blurrer, size_t column, double number)
{
    blurrer->columns[blurrer->float_count] = (uint32_t)column;
    blurrer->numbers[blurrer->float_count++] = number;
}

// Returns the number of the step that the float falls into.
static uint64_t step_of(double number, unsigned bits, uint64_t edge, double rest)
{
    uint64_t stored;
    if (fabs(number) < rest)
        return 0;
    number = isnan(number) ? (double)NAN : number;
    memcpy(&stored, &number, sizeof(stored));
    return (stored + edge) >> bits;
}

// Adds a value to what is about to be mixed; 2^64 over the golden ratio, as a multiplier.
static uint64_t added(uint64_t hash, uint64_t value)
{
    return (hash + value) * 0x9E3779B97F4A7C15u;
}

// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
static uint64_t mixed(uint64_t hash)
{
    hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9u;
    hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBu;
    return hash ^ (hash >> 31);
}

uint64_t row_hash_without(const unsigned char *bytes, const size_t *starts,
                          size_t column_count, const uint32_t *columns, size_t count)
{
    uint64_t hash = 0;
    size_t column = 0;
    for (size_t i = 0; i <= count; i++) {
        size_t end = i < count ? columns[i] : column_count;
        if (end > column)
            hash = XXH3_64bits_withSeed(bytes + starts[column],
                                        starts[end] - starts[column], hash + column);
        column = end + 1;
    }
    return hash;
}

void blurrer_end_row(Blurrer *blurrer, const unsigned char *bytes, const size_t *starts,
                     size_t column_count, uint64_t hash)
{
    if (blurrer->float_count > 0)
        hash = row_hash_without(bytes, starts, column_count, blurrer->columns,
                                blurrer->float_count);
    uint64_t hashes[BLUR_GRIDS] = {hash, hash}, bucket = hash;
    for (size_t i = 0; i < blurrer->float_count; i++) {
        double number = blurrer->numbers[i];
        for (size_t grid = 0; grid < BLUR_GRIDS; grid++)
            hashes[grid] =
                added(hashes[grid], step_of(number, STEP_BITS, edges[grid], rests[grid]));
        bucket = added(bucket, step_of(number, WIDE_BITS, wide_edge, wide_rest));
    }
    blurrer->bucket = (size_t)(mixed(bucket) >> BUCKET_SHIFT);
    uint64_t *sums = blurrer->blur->sums[blurrer->bucket];
    for (size_t grid = 0; grid < BLUR_GRIDS; grid++)
        sums[grid] += mixed(hashes[grid]);
    blurrer->float_count = 0;
}
