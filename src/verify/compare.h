// compare.h - do two small results, held in memory, count as the same?
//
// Bags of rows; 1 = 1.0, text is no number, NaN equals itself. Where the original orders,
// its tie groups come in its order. Floats are equal within a tolerance, but only where
// the exact comparison fails.

#ifndef VERIFY_COMPARE_H
#define VERIFY_COMPARE_H

#include "engine/engine.h"
#include "verify/ordering.h"

typedef enum {
    LIKENESS_SAME,
    LIKENESS_DIFFERENT,
    LIKENESS_NEEDS_FULL, // Ask again with the full query's result.
    LIKENESS_UNKNOWN,    // Nothing can be said (the result was cut, the order unknown).
} Likeness;

// Compares the candidate's result with the original's. `why` is set where they differ.
Likeness results_compare(Arena *arena, const Ordering *ordering, const Result *original,
                         const Result *candidate, const char **why);

// The second try: is the candidate's result one that the original, whose full query gave
// `full`, might have given?
Likeness results_fit(Arena *arena, const Ordering *ordering, const Result *full,
                     const Result *candidate, const char **why);

// True if the first `width` columns of both rows are the same; `nearly`: floats within
// the tolerance.
bool rows_same(const Value *a, const Value *b, size_t width, bool nearly);

// True if the columns of both results have the same names.
bool results_same_names(const Result *a, const Result *b);

#endif
