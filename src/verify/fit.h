// fit.h - is a result one that the original might have given?
//
// ORDER BY leaves the rows of a tie group in any order, LIMIT and OFFSET may cut through
// one and take any of its rows, WITH TIES takes all of the last, and DISTINCT ON takes,
// of the rows with the same key, any of those that come first. What there is to choose
// from is in the original's full result (Ordering.full).

#ifndef VERIFY_FIT_H
#define VERIFY_FIT_H

#include "verify/compare.h"

// True if the candidate's result is one that the original, whose full query gave `full`,
// might have given.
Likeness results_fit(Arena *arena, const Ordering *ordering, const Result *full,
                     const Result *candidate, const char **why);

// Returns how many rows the original would return of its full result without a LIMIT.
size_t results_place_count(Arena *arena, const Ordering *ordering, const Result *full);

enum { TIES_LIMIT = 20000 }; // Rows of a tie group that fit into memory.

// Results of any size, as they come.
typedef struct {
    Spill *full, *candidate;
    bool is_cut;                 // The full result may have more rows than are stored.
    const ResultColumn *columns; // The candidate's.
    size_t full_width, width;
    const Closeness *closeness; // For spills_choose.
} SpilledFit;

// As results_fit, of spills in sequence. LIKENESS_UNKNOWN where more rows tie than fit
// into memory.
bool spills_fit(const Ordering *ordering, const SpilledFit *it, Likeness *likeness,
                const char **why, Error *err) MUST_CHECK;

// DISTINCT ON, of spills sorted by its columns, which are exact: sets LIKENESS_DIFFERENT
// where the candidate has two rows of one key, or one that is none of those that the
// full result has of its key. The order is not looked at.
bool spills_choose(const Ordering *ordering, const SpilledFit *it, Likeness *likeness,
                   const char **why, Error *err) MUST_CHECK;

#endif
