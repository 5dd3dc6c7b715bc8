// differences.h - in which rows two results differ, however large they are.
//
// Both are stored sorted by the same columns and read side by side, so that memory does
// not grow with them. Rows that agree in these columns are a group. Within it rows are
// matched to the nearest tolerance, since floats that were added up in another order
// may have moved them.

#ifndef VERIFY_DIFFERENCES_H
#define VERIFY_DIFFERENCES_H

#include "verify/compare.h"
#include "verify/judge.h"

// How both results are sorted, and how their rows are matched.
typedef struct {
    const Closeness *closeness;
    size_t left_width;      // Of a stored row of the original's, weights and all.
    const uint32_t *sorted; // The columns by which both are sorted first.
    size_t sorted_count;
    const RowFilter *filter; // Which rows are stored; NULL: all.
    bool in_sequence;        // Sorted not at all.
    bool by_key;             // These are a key: rows are matched by it alone.
    bool first_only;         // Stop at the first difference.
    bool is_part;            // The original's may be more: stop at the first row of the
                             // candidate that is none of them.
} Matching;

// Fills `differences`, whose columns are set; examples are copied into the arena.
bool differences_find(Arena *arena, Spill *left, Spill *right, const Matching *matching,
                      Differences *differences, Error *err) MUST_CHECK;

bool differences_any(const Differences *differences);

#endif
