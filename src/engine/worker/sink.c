// sink.c - count, digest, first rows, sorted spill: one line in the table each.

#include "engine/worker/sink.h"

#include "engine/number.h"
#include "engine/worker/document.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { FRAME_SLACK_BYTES = 1 << 20 }; // For the columns and counters beside the rows.

typedef struct {
    void (*open)(Sink *sink, const char *spill_path); // Before the columns are known.
    bool (*row)(Sink *sink, const Value *row, Error *err);
    bool (*end)(Sink *sink, bool ok, Error *err);
} SinkTable;

static void open_nothing(Sink *sink, const char *spill_path)
{
}

static bool row_nothing(Sink *sink, const Value *row, Error *err)
{
    return true;
}

static bool end_nothing(Sink *sink, bool ok, Error *err)
{
    return true;
}

// Digest

static bool row_digest(Sink *sink, const Value *row, Error *err)
{
    for (size_t i = 0; i < sink->result.column_count; i++)
        digester_put(&sink->digester, &row[i]);
    digester_end_row(&sink->digester);
    return true;
}

static const Sketch *keep_sketch(Arena *arena, const Sketch *sketch)
{
    Sketch *kept = arena_copy(arena, sketch, 1, sizeof(*sketch));
    kept->sample = arena_copy(arena, sketch->sample, sketch->sample_length, 1);
    return kept;
}

static bool end_digest(Sink *sink, bool ok, Error *err)
{
    const Digester *digester = &sink->digester;
    sink->result.row_count = digester->digest.rows;
    sink->result.all_null = digester->digest.rows == 0 || digester->all_null;
    for (size_t i = 0; i < digester->column_count; i++)
        sink->columns[i].inexact = digester->inexact[i] || sink->columns[i].nests_floats;
    const Sketcher *sketcher = &digester->sketcher;
    if (sketcher->sketch != NULL && !sketcher->has_stray &&
        digester->digest.rows > sink->request->sketch_above)
        sink->result.sketch = keep_sketch(sink->arena, sketcher->sketch);
    if (digester->blurs)
        sink->result.blur =
            arena_copy(sink->arena, digester->blurrer.blur, 1, sizeof(Blur));
    sink->result.digest = digester_close(&sink->digester);
    return true;
}

// Rows

static bool row_keep(Sink *sink, const Value *row, Error *err)
{
    if (sink->result.kept_count >= sink->request->row_limit)
        return true;
    for (size_t i = 0; i < sink->result.column_count; i++)
        wire_put_value(&sink->kept, &row[i]);
    sink->result.kept_count++;
    if (sink->kept.length > FRAME_LIMIT_BYTES - FRAME_SLACK_BYTES)
        return fail(err, ERROR_MEMORY, "rows of more than %d MB can't be handed over",
                    FRAME_LIMIT_BYTES >> 20);
    return true;
}

// Spill

static void open_spill(Sink *sink, const char *spill_path)
{
    assert(spill_path != NULL);
    sorter_open(&sink->sorter, spill_path, sink->request);
}

static bool row_spill(Sink *sink, const Value *row, Error *err)
{
    return sorter_row(&sink->sorter, row, sink->result.column_count, err);
}

static bool end_spill(Sink *sink, bool ok, Error *err)
{
    if (sink->request->filter != NULL)
        digester_close(&sink->digester);
    return sorter_close(&sink->sorter, ok, err);
}

static const SinkTable sinks[] = {
    [SINK_COUNT] = {open_nothing, row_nothing, end_nothing},
    [SINK_DIGEST] = {open_nothing, row_digest, end_digest},
    [SINK_ROWS] = {open_nothing, row_keep, end_nothing},
    [SINK_SPILL] = {open_spill, row_spill, end_spill},
};

// The interface

void sink_open(Sink *sink, Arena *arena, const Request *request, const char *spill_path)
{
    assert(request->sink < COUNT_OF(sinks));
    *sink = (Sink){.request = request, .arena = arena, .result.all_null = true};
    sinks[request->sink].open(sink, spill_path);
}

// Returns a flag for each column, true for these.
static bool *flags_of(Arena *arena, size_t width, const uint32_t *columns, size_t count)
{
    bool *flags = arena_new(arena, bool, width);
    for (size_t i = 0; i < count; i++)
        if (columns[i] < width)
            flags[columns[i]] = true;
    return flags;
}

// True if numbers in it may be floats, as far as its type tells.
static bool may_hold_floats(const ResultColumn *column)
{
    const Type *type = &column->type;
    return column->nests_floats || type->kind == TYPE_FLOAT ||
           type->kind == TYPE_UNKNOWN || type->affinity == AFFINITY_NUMERIC ||
           type->affinity == AFFINITY_REAL;
}

static void loosen_columns(Sink *sink)
{
    const Request *request = sink->request;
    const bool *named = flags_of(sink->arena, sink->result.column_count, request->loose,
                                 request->loose_count);
    for (size_t i = 0; i < sink->result.column_count; i++) {
        ResultColumn *column = &sink->columns[i];
        column->is_loose =
            named[i] || (!request->is_loose_all && may_hold_floats(column));
        if (column->is_loose)
            sketcher_loosen(&sink->digester.sketcher, i);
    }
}

bool sink_columns(Sink *sink, const ResultColumn *columns, size_t count, Error *err)
{
    sink->columns = arena_copy(sink->arena, columns, count, sizeof(*columns));
    sink->result.columns = sink->columns;
    sink->result.column_count = count;
    for (size_t i = 0; i < sink->request->key_count; i++)
        if (sink->request->key_columns[i] >= count)
            return fail(err, ERROR_STATEMENT, "no column %u to order by: there are %zu",
                        (unsigned)sink->request->key_columns[i] + 1, count);
    for (size_t i = 0; i < count; i++)
        sink->columns[i].inexact = columns[i].nests_floats;
    sink->masked = arena_new(sink->arena, Value, count);
    const Request *request = sink->request;
    sink->is_ignored =
        flags_of(sink->arena, count, request->ignored, request->ignored_count);
    sink->is_document =
        flags_of(sink->arena, count, request->documents, request->document_count);
    if (request->sink == SINK_DIGEST) {
        digester_open(&sink->digester, count, request);
        loosen_columns(sink);
    }
    if (request->filter != NULL)
        digester_open(&sink->digester, request->filter->width,
                      &(Request){.sink = SINK_DIGEST, .blurs = true});
    return request->filter == NULL || request->filter->width <= count ||
           fail(err, ERROR_STATEMENT, "a filter of %zu columns, where there are %zu",
                request->filter->width, count);
}

// True if values do not count as they come.
static bool has_mask(const Sink *sink)
{
    const Request *request = sink->request;
    return request->ignored_count > 0 || request->document_count > 0 ||
           request->moments_as_texts;
}

Digester *sink_digester(Sink *sink)
{
    return sink->request->sink == SINK_DIGEST && !has_mask(sink) ? &sink->digester : NULL;
}

Digester *sink_filter(Sink *sink)
{
    if (sink->request->filter == NULL || has_mask(sink))
        return NULL;
    sink->engine_filters = true;
    return &sink->digester;
}

bool sink_passes(Sink *sink)
{
    const Request *request = sink->request;
    const RowFilter *filter = request->filter;
    bool passes =
        filter->one_in <= 1 ||
        digester_hash(&sink->digester, request->key_columns, request->key_count) %
                filter->one_in ==
            0;
    digester_end_row(&sink->digester);
    size_t bucket = sink->digester.blurrer.bucket;
    return passes && (filter->buckets[bucket / 64] >> (bucket % 64) & 1) != 0;
}

bool sink_wants_values(const Sink *sink)
{
    switch (sink->request->sink) {
    case SINK_COUNT:
        return false;
    case SINK_ROWS:
        return sink->result.kept_count < sink->request->row_limit;
    case SINK_DIGEST:
    case SINK_SPILL:
        return true;
    }
    return true;
}

// Returns a value of a JSON column in a form that is the same for the same document. A
// column that SQLite gives NUMERIC affinity holds numbers as such.
static Value document(Sink *sink, Value value)
{
    if (value.kind == VALUE_INTEGER)
        value.bytes = arena_printf(&sink->forms, "%" PRId64, value.integer);
    else if (value.kind == VALUE_FLOAT && isfinite(value.number))
        value.bytes = arena_printf(&sink->forms, "%.17g", value.number);
    else if (value.kind != VALUE_TEXT)
        return value;
    size_t length = value.kind == VALUE_TEXT ? value.length : strlen(value.bytes);
    const char *form = document_form(&sink->forms, value.bytes, length, &length);
    if (form == NULL)
        return value;
    return (
        Value){.kind = VALUE_TEXT, .type = TYPE_TEXT, .bytes = form, .length = length};
}

// Returns the row as the request wants it to count.
static const Value *mask(Sink *sink, const Value *row)
{
    if (!has_mask(sink))
        return row;
    arena_reset(&sink->forms);
    for (size_t i = 0; i < sink->result.column_count; i++) {
        Value *value = &sink->masked[i];
        *value = sink->is_ignored[i] ? (Value){.kind = VALUE_NULL} : row[i];
        if (sink->request->moments_as_texts && value->kind == VALUE_OTHER &&
            !value_is_number(value))
            value->kind = VALUE_TEXT;
        if (sink->is_document[i])
            *value = document(sink, *value);
    }
    return sink->masked;
}

static bool row_passes(Sink *sink, const Value *row)
{
    if (sink->request->filter == NULL || sink->engine_filters)
        return true;
    for (size_t i = 0; i < sink->digester.column_count; i++)
        digester_put(&sink->digester, &row[i]);
    return sink_passes(sink);
}

static void note_values(Sink *sink, const Value *row)
{
    Result *result = &sink->result;
    for (size_t i = 0; i < result->column_count; i++) {
        result->all_null = result->all_null && row[i].kind == VALUE_NULL;
        if (row[i].kind == VALUE_FLOAT && float_is_inexact(row[i].number))
            sink->columns[i].inexact = true;
    }
}

bool sink_row(Sink *sink, const Value *row, Error *err)
{
    Result *result = &sink->result;
    row = mask(sink, row);
    if (!row_passes(sink, row))
        return true;
    result->row_count++;
    if (sink->request->sink != SINK_DIGEST) // Which finds it out by itself.
        note_values(sink, row);
    return sinks[sink->request->sink].row(sink, row, err);
}

bool sink_end(Sink *sink, bool ok, Error *err)
{
    Error ignored; // The first error is the one to tell.
    return sinks[sink->request->sink].end(sink, ok, ok ? err : &ignored) && ok;
}

void sink_put(const Sink *sink, Wire *reply)
{
    wire_put_result(reply, &sink->result);
    wire_put_bytes(reply, sink->kept.bytes, sink->kept.length);
}

void sink_free(Sink *sink)
{
    wire_free(&sink->kept);
    arena_clear(&sink->forms);
}
