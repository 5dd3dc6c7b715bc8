// compare.h - do two small results, held in memory, count as the same?
//
// Bags of rows; 1 = 1.0, text is no number, NaN equals itself. Where the original orders,
// its tie groups come in its order. Floats are equal within a tolerance, but only where
// the exact comparison fails. It is relative to the larger of the two, and wider for
// 32-bit floats; where the original's rows have the weight of a sum beside it, also to
// that, since the terms of a sum may cancel (weight.h).

#ifndef VERIFY_COMPARE_H
#define VERIFY_COMPARE_H

#include "engine/engine.h"
#include "verify/ordering.h"

// When two values of a column count as the same, though they are not identical.
typedef struct {
    double tolerance;      // Of floats, as a part of the larger; 0: none.
    double rest;           // And so far apart, since terms that cancel leave rests.
    double epsilon;        // And as a part of the weight in the first row's column
    uint32_t weight;       // `weight`; NO_COLUMN: none.
    const char *collation; // Of texts; NULL: by their bytes.
    bool nests_floats;     // Nested values: their floats are looked at, too.
} Closeness;

typedef enum {
    LIKENESS_SAME,
    LIKENESS_DIFFERENT,
    LIKENESS_NEEDS_FULL, // Ask again with the full query's result (fit.h).
    LIKENESS_UNKNOWN,    // Nothing can be said (the result was cut, the order unknown).
} Likeness;

// Sets `why` to the reason; returns LIKENESS_DIFFERENT.
Likeness likeness_differs(const char **why, const char *reason);

// Compares the candidate's result with the original's. `why` is set where they differ.
Likeness results_compare(Arena *arena, const Ordering *ordering, const Result *original,
                         const Result *candidate, const char **why);

// Returns how close values must be, for each column of both results.
const Closeness *closeness_of(Arena *arena, const Ordering *ordering, const Result *a,
                              const Result *b);

// True if the first `width` columns of both rows, of which the first is the original's,
// are the same; NULL: exactly.
bool rows_same(const Value *a, const Value *b, size_t width, const Closeness *closeness);

// The same for one column.
bool rows_same_in(const Value *a, const Value *b, size_t column,
                  const Closeness *closeness);

// True if the ORDER BY keys of both rows tie. `moved`: floats were added up in another
// order, so that rows near each other in a float key may have changed places: the keys
// behind it say nothing, then.
bool rows_tie(const Ordering *ordering, const Value *a, const Value *b, bool moved);

// Says what became of a query (an "original") instead of a result: "the original fails:
// malformed JSON", "the original did not end within 3 s".
const char *failure_print(Arena *arena, const char *query, const Error *error);

// Returns a copy of the first `width` values and of what they point to.
const Value *row_copy(Arena *arena, const Value *row, size_t width);

// True if both have as many columns, of the same names.
bool results_same_names(const Result *a, const Result *b);

// True if both have as many columns, of the same types.
bool results_same_types(const Result *a, const Result *b);

// True if a column holds truth values in one of them, and other values in the other:
// true is no 1 where an engine has a type for it.
bool results_mix_truths(const Result *a, const Result *b);

#endif
