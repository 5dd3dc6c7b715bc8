// sketcher.c - a few words a row.

#include "engine/worker/sketcher.h"

#include "engine/worker/blur.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SAMPLE_BYTES = 64 << 10,
    WORD_BYTES = 8,
    SAMPLE_HEAD_BYTES = 16, // In front of a row of the sample: its hash and its length.
};

static_assert(SKETCH_ROW_BYTES % sizeof(uint64_t) == 0, "cells are whole words");
static_assert(SKETCH_PADDING >= sizeof(uint64_t), "a row can be read in whole words");

static void *grown(void *memory, size_t size)
{
    memory = realloc(memory, size);
    if (memory == NULL) {
        fputs("hone-worker: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void sketcher_open(Sketcher *sketcher, size_t column_count, bool is_wanted)
{
    *sketcher =
        (Sketcher){.is_loose = grown(NULL, column_count + 1),
                   .loose = grown(NULL, (column_count + 1) * sizeof(*sketcher->loose))};
    memset(sketcher->is_loose, 0, column_count + 1);
    if (!is_wanted)
        return;
    sketcher->sketch = grown(NULL, sizeof(Sketch));
    memset(sketcher->sketch, 0, sizeof(Sketch));
    sketcher->sketch->limit = UINT64_MAX;
}

void sketcher_loosen(Sketcher *sketcher, size_t column)
{
    sketcher->is_loose[column] = true;
    sketcher->loose[sketcher->loose_count++] = (uint32_t)column;
}

void sketcher_close(Sketcher *sketcher)
{
    if (sketcher->sketch != NULL)
        free(sketcher->sketch->sample);
    free(sketcher->sketch);
    free(sketcher->is_loose);
    free(sketcher->loose);
    *sketcher = (Sketcher){0};
}

// Cells

static void add_to_cell(SketchCell *cell, const SketcherRow *row)
{
    size_t length = row->starts[row->column_count];
    cell->low += row->low;
    cell->high += row->high + (cell->low < row->low); // The carry.
    cell->count++;
    memset(row->bytes + length, 0, SKETCH_PADDING);
    length = length < SKETCH_ROW_BYTES ? length : SKETCH_ROW_BYTES;
    for (size_t at = 0; at < length; at += WORD_BYTES) {
        uint64_t kept, word;
        memcpy(&kept, cell->bytes + at, WORD_BYTES);
        memcpy(&word, row->bytes + at, WORD_BYTES);
        kept ^= word;
        memcpy(cell->bytes + at, &kept, WORD_BYTES);
    }
}

// Sample

// Returns the bytes of the row of the sample that begins at `at`, head and all.
static size_t sample_row_bytes(const Sketch *sketch, size_t at)
{
    uint64_t length;
    memcpy(&length, sketch->sample + at + sizeof(length), sizeof(length));
    return SAMPLE_HEAD_BYTES + length;
}

// Keeps those whose hashes are below half the limit, until they take half the room.
static void thin_out(Sketch *sketch)
{
    while (sketch->sample_length > SKETCH_SAMPLE_BYTES / 2) {
        size_t kept = 0, next;
        sketch->limit /= 2;
        for (size_t at = 0; at < sketch->sample_length; at = next) {
            uint64_t hash;
            next = at + sample_row_bytes(sketch, at);
            memcpy(&hash, sketch->sample + at, sizeof(hash));
            if (hash >= sketch->limit)
                continue;
            memmove(sketch->sample + kept, sketch->sample + at, next - at);
            kept += next - at;
        }
        sketch->sample_length = kept;
    }
}

static void add_to_sample(Sketcher *sketcher, const SketcherRow *row, uint64_t hash)
{
    Sketch *sketch = sketcher->sketch;
    uint64_t length = row->starts[row->column_count];
    size_t needed = sketch->sample_length + SAMPLE_HEAD_BYTES + length;
    if (needed > sketcher->capacity) {
        sketcher->capacity =
            needed < FIRST_SAMPLE_BYTES ? FIRST_SAMPLE_BYTES : 2 * needed;
        sketch->sample = grown(sketch->sample, sketcher->capacity);
    }
    unsigned char *at = sketch->sample + sketch->sample_length;
    memcpy(at, &hash, sizeof(hash));
    memcpy(at + sizeof(hash), &length, sizeof(length));
    memcpy(at + SAMPLE_HEAD_BYTES, row->bytes, length);
    sketch->sample_length = needed;
    if (needed > SKETCH_SAMPLE_BYTES)
        thin_out(sketch);
}

void sketcher_take(Sketcher *sketcher, const SketcherRow *row)
{
    uint64_t hash = row->low;
    if (sketcher->loose_count > 0)
        hash = row_hash_without(row->bytes, row->starts, row->column_count,
                                sketcher->loose, sketcher->loose_count);
    size_t region = (size_t)(hash % SKETCH_REGIONS);
    size_t cell = (size_t)(row->high % SKETCH_REGION_CELLS);
    add_to_cell(&sketcher->sketch->cells[region * SKETCH_REGION_CELLS + cell], row);
    if (hash < sketcher->sketch->limit)
        add_to_sample(sketcher, row, hash);
}
