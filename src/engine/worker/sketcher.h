// sketcher.h - makes the sketch of a result, row by row (engine/sketch.h).

#ifndef ENGINE_WORKER_SKETCHER_H
#define ENGINE_WORKER_SKETCHER_H

#include "engine/sketch.h"

typedef struct {
    Sketch *sketch;  // malloc'ed; NULL where none is wanted.
    size_t capacity; // Of its sample.
    bool *is_loose;  // A flag for each column; malloc'ed.
    uint32_t *loose; // Those with the flag,
    size_t loose_count;
    bool has_stray; // A float stood in another: the sketch tells nothing.
} Sketcher;

void sketcher_open(Sketcher *sketcher, size_t column_count, bool is_wanted);

// Makes a column loose, before the first row; columns ascend.
void sketcher_loosen(Sketcher *sketcher, size_t column);
void sketcher_close(Sketcher *sketcher);

// A row in a canonical form, behind which there are SKETCH_PADDING bytes of room.
typedef struct {
    unsigned char *bytes;
    const size_t *starts; // Where in them each column begins, and the last one ends.
    size_t column_count;
    uint64_t low, high; // Its hash.
} SketcherRow;

enum { SKETCH_PADDING = 16 };

void sketcher_take(Sketcher *sketcher, const SketcherRow *row);

#endif
