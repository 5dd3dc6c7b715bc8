// blur.h - digests of rows whose floats are rounded.
//
// Floats that were added up in another order differ in their last bits, and a digest of
// the rows tells no more than that. Rounded to a grid they are mostly the same; but some
// stand so near an edge that they fall to either side. So each row is hashed by two grids
// whose edges are half a step apart, and the hashes are added up in many buckets: a
// bucket is the same if it is by either grid. Few rows are near an edge, and hardly ever
// do two of them, near one of each grid, meet in a bucket.
//
// A row's bucket comes from its values that are no floats, and from its floats rounded to
// a grid so wide that no value is likely to be near an edge. Where the bucket is another
// one after all, or an integer stands for a whole float, the blurs differ: that only says
// that they tell nothing.

#ifndef ENGINE_WORKER_BLUR_H
#define ENGINE_WORKER_BLUR_H

#include "engine/engine.h"

typedef struct {
    Blur *blur;        // malloc'ed
    uint32_t *columns; // Where floats of the row at hand stand, and these; malloc'ed.
    double *numbers;
    size_t float_count; // 0 after the row is ended.
    size_t bucket;      // Of the last row that was ended.
} Blurrer;

void blurrer_open(Blurrer *blurrer, size_t column_count);
void blurrer_close(Blurrer *blurrer);

// Takes a float of the row at hand; columns ascend.
void blurrer_put(Blurrer *blurrer, size_t column, double number);

// Returns a hash of a row without these columns, which ascend; `bytes` and `starts` as
// below.
uint64_t row_hash_without(const unsigned char *bytes, const size_t *starts,
                          size_t column_count, const uint32_t *columns, size_t count);

// Ends the row: `bytes` are its values in a canonical form, those of column i from
// starts[i] to starts[i + 1]; `hash` is one of them all.
void blurrer_end_row(Blurrer *blurrer, const unsigned char *bytes, const size_t *starts,
                     size_t column_count, uint64_t hash);

#endif
