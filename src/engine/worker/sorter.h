// sorter.h - sorts more rows than fit in memory.
//
// Rows are collected up to a fixed size, sorted and written as a run; at the end the
// runs are merged into one file. In sequence, they are only collected and written. A
// file is rows one after the other, each its length and its values as wire.h writes
// them, in the order in which they are compared: the key columns first, then the others.

#ifndef ENGINE_WORKER_SORTER_H
#define ENGINE_WORKER_SORTER_H

#include "base/error.h"
#include "engine/engine.h"
#include "engine/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t rank; // Of its first value (value_rank).
    size_t offset;
} SorterRow;

typedef struct {
    const char *path;     // Of the result; runs stand beside it.
    const uint32_t *keys; // Columns compared before all others.
    size_t key_count;
    bool in_sequence; // Not sorted at all.
    Wire rows;        // Those not yet written, as in the file;
    SorterRow *order; // where each begins; malloc'ed.
    size_t count, capacity;
    size_t first_run, end_run; // Runs that stand in files.
} Sorter;

void sorter_open(Sorter *sorter, const char *path, const Request *request);
bool sorter_row(Sorter *sorter, const Value *row, size_t column_count,
                Error *err) MUST_CHECK;

// Writes the sorted file, or (`keep` false) removes what there is.
bool sorter_close(Sorter *sorter, bool keep, Error *err) MUST_CHECK;

#endif
