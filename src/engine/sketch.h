// sketch.h - which rows stand in one of two results only, without running them again.
//
// Beside its digest a result keeps a sketch. A row goes into one of many cells, which
// have the number, the sum of the hashes and the exclusive or of the bytes of all their
// rows. Rows that both results have cancel when one sketch is taken from the other; where
// a single row is left in a cell, its bytes are to be read there, and its hash says that
// it is one (an invertible Bloom lookup table: Goodrich and Mitzenmacher 2011; to compare
// two sets: Eppstein, Goodrich, Uyeda and Varghese 2011).
//
// The cells are in regions. A row's region comes from its columns that are not loose:
// those that hold no float, which rounding may change, and no text that ties with others.
// So rows that count as the same are in the same region, while the cell within it comes
// from the whole row: of a region of which every cell can be read we know all rows that
// differ. That tells few of them. Where many differ some of these are among the rows kept
// whole, as many as fit of those whose columns that are not loose have the lowest hashes.
//
// Which columns are loose is settled before the first row, by their types, for both
// results alike. Where a float comes in another one after all, there is no sketch.

#ifndef ENGINE_SKETCH_H
#define ENGINE_SKETCH_H

#include "engine/engine.h"

// In front of each value of a row, so that values of different kinds never meet.
typedef enum {
    TAG_NULL,
    TAG_INTEGER, // 8 bytes
    TAG_FLOAT,   // 8 bytes
    TAG_LONG,   // 1: negative; digits before and behind the point, each after its length.
    TAG_TEXT,   // Length, bytes.
    TAG_BLOB,   // Length, bytes.
    TAG_OTHER,  // TypeKind, length, bytes.
    TAG_MOMENT, // TypeKind, 8 bytes: days or microseconds.
} Tag;

enum {
    SKETCH_REGIONS = 64,
    SKETCH_REGION_CELLS = 16,
    SKETCH_CELLS = SKETCH_REGIONS * SKETCH_REGION_CELLS,
    SKETCH_ROW_BYTES = 232, // Longer rows can't be read out of a cell.
    SKETCH_SAMPLE_BYTES = 2 << 20,
};

typedef struct {
    uint64_t low, high; // Sum modulo 2^128 of the rows' hashes.
    uint64_t count;
    unsigned char bytes[SKETCH_ROW_BYTES]; // In the form of digest.h, zeros behind it.
} SketchCell;

struct Sketch {
    SketchCell cells[SKETCH_CELLS];
    uint64_t limit; // Rows whose hash is below it are in the sample: each the hash, the
    unsigned char *sample; // length and the bytes.
    size_t sample_length;
};

// Rows of two results; those that both have may be among them.
typedef struct {
    const Value *const *left, *const *right;
    size_t left_count, right_count;
    double share; // Of all rows that differ, what part is here, in the mean; 1: all.
} SketchedRows;

// Returns the rows of the regions that can be read whole, and of the sample. NULL in
// `rows` and `share` 0 where there are none. Values are as the columns' types have them.
SketchedRows sketch_regions(Arena *arena, const Result *left, const Result *right);
SketchedRows sketch_samples(Arena *arena, const Result *left, const Result *right);

#endif
