// spill.c - reading back what a worker has sorted into a file.

#include "engine/engine.h"

#include "base/directory.h"
#include "engine/engine_session.h"
#include "engine/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct Spill {
    Arena arena;
    const char *directory;
    FILE *file;
    size_t column_count;
    const uint32_t *order;    // order[i]: which column stands at place i of a stored row.
    Wire row;                 // The one at hand,
    Value *values;            // and its values, which point into it.
    const Value *const *rows; // In place of a file: rows in memory,
    size_t row_count, next;   // how many, and which is next.
};

// The keys first, then the other columns, as the worker's sorter has them.
static void order_columns(Spill *spill, const Request *request, size_t column_count)
{
    size_t count = request->key_count + column_count;
    uint32_t *order = arena_new(&spill->arena, uint32_t, count);
    bool *placed = arena_new(&spill->arena, bool, column_count);
    size_t place = 0;
    for (size_t i = 0; i < request->key_count; i++) {
        order[place++] = request->key_columns[i];
        placed[request->key_columns[i]] = true;
    }
    for (size_t i = 0; i < column_count; i++)
        if (!placed[i])
            order[place++] = (uint32_t)i;
    spill->order = order;
    spill->values = arena_new(&spill->arena, Value, column_count);
    spill->column_count = column_count;
}

static bool run(Engine *engine, Arena *arena, const Request *request, Spill *spill,
                Result *result, Error *err)
{
    Session *session = engine_session(engine);
    if (!session_need_temporary(session, err))
        return false;
    spill->directory = arena_printf(&spill->arena, "%s/spill-%llu", session->temporary,
                                    (unsigned long long)session->number);
    if (mkdir(spill->directory, 0700) != 0)
        return fail(err, ERROR_FILE, "making %s: %s", spill->directory, strerror(errno));
    const char *path = arena_printf(&spill->arena, "%s/rows", spill->directory);
    Request spilled = *request;
    spilled.sink = SINK_SPILL;
    if (!engine_run_to(engine, arena, &spilled, path, result, err))
        return false;
    spill->file = fopen(path, "rbe");
    if (spill->file == NULL)
        return fail(err, ERROR_FILE, "reading %s: %s", path, strerror(errno));
    order_columns(spill, request, result->column_count);
    return true;
}

bool engine_run_spilled(Engine *engine, Arena *arena, const Request *request,
                        Result *result, Spill **spill, Error *err)
{
    Arena own = ARENA_EMPTY;
    Spill *opened = arena_new(&own, Spill, 1);
    opened->arena = own;
    if (!run(engine, arena, request, opened, result, err)) {
        spill_close(opened);
        return false;
    }
    *spill = opened;
    return true;
}

Spill *spill_of_rows(const Value *const *rows, size_t count)
{
    Arena own = ARENA_EMPTY;
    Spill *opened = arena_new(&own, Spill, 1);
    opened->arena = own;
    opened->rows = rows;
    opened->row_count = count;
    return opened;
}

bool spill_next(Spill *spill, const Value **row, bool *more, Error *err)
{
    uint64_t length;
    if (spill->file == NULL) {
        *more = spill->next < spill->row_count;
        *row = *more ? spill->rows[spill->next++] : NULL;
        return true;
    }
    wire_clear(&spill->row);
    if (fread(&length, sizeof(length), 1, spill->file) != 1) {
        if (ferror(spill->file))
            return fail(err, ERROR_FILE, "reading stored rows: %s", strerror(errno));
        *more = false;
        return true;
    }
    unsigned char *room = wire_reserve(&spill->row, length);
    if (length > 0 && fread(room, length, 1, spill->file) != 1)
        return fail(err, ERROR_FILE, "reading stored rows: the file is cut off");
    spill->row.length = length;
    for (size_t place = 0; spill->row.position < length && !spill->row.broken; place++)
        spill->values[spill->order[place]] = wire_view_value(&spill->row);
    *row = spill->values;
    *more = true;
    return true;
}

void spill_close(Spill *spill)
{
    if (spill == NULL)
        return;
    if (spill->file != NULL)
        fclose(spill->file);
    if (spill->directory != NULL)
        directory_remove(spill->directory);
    wire_free(&spill->row);
    Arena arena = spill->arena; // The spill lives in it.
    arena_clear(&arena);
}
