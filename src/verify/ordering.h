// ordering.h - which row orders, and which rows under a LIMIT, the original allows.
//
// ORDER BY fixes the order of tie groups, not of the rows within one; LIMIT and OFFSET
// may cut through a tie group and take any of its rows; DISTINCT ON takes any of those
// that come first. To know the groups we need the keys: as columns of the result where
// they are there, else from the "full" query, which is the original with the missing keys
// added and without LIMIT, OFFSET and DISTINCT ON.

#ifndef VERIFY_ORDERING_H
#define VERIFY_ORDERING_H

#include "verify/pair.h"

typedef struct {
    uint32_t column;       // In the full query's result.
    const char *collation; // NULL: none but the binary one.
    bool is_narrow;        // A 32-bit float.
} OrderKey;

#define NO_COLUMN UINT32_MAX

typedef struct {
    bool is_ordered; // ORDER BY at the top.
    bool is_limited; // LIMIT or OFFSET at the top.
    bool has_counts; // `limit` and `offset` are known,
    bool has_offset; // or `offset` alone: the LIMIT is no literal.
    uint64_t limit;  // UINT64_MAX: none.
    uint64_t offset;
    const OrderKey *keys;
    size_t key_count;
    bool all_visible; // Every key is a column of the original's result.
    size_t width;     // Of the original's result: hidden keys stand behind it.
    bool with_ties;   // The LIMIT takes all rows that tie with its last.
    // DISTINCT ON: of the full query's rows that agree in the columns `on`, one that ties
    // with the first.
    bool takes_first;
    const uint32_t *on;
    size_t on_count;
    bool only_first;  // And the full query's rows of a key all tie.
    const char *full; // NULL where it can't be made (hidden keys under DISTINCT).
    bool is_exact;    // Floats are compared without tolerance: nothing is summed up.
    double tolerance; // Else relative, of floats; 0: the default of compare.h.
    // Of each column, where any of several equal texts may stand for all (GROUP BY under
    // NOCASE); NULL, or NULL there: by its bytes.
    const char *const *collations;
    // Of each output, the column of the full query's result that says how far rounding
    // may move it (weight.h), or NO_COLUMN; NULL where all are.
    const uint32_t *weights;
    bool weighs;     // The original's rows are the full query's, with these columns.
    bool is_unknown; // The original does not bind, and orders or limits.
} Ordering;

Ordering ordering_new(Arena *arena, const Side *original);

// Returns the ordering with the LIMIT known where its OFFSET is: `rows`, as many as the
// original has returned.
Ordering ordering_counted(const Ordering *ordering, uint64_t rows);

// False where results that are not identical can't be compared: which rows the LIMIT may
// take, or in what order, is not known.
bool ordering_is_comparable(const Ordering *ordering);

#endif
