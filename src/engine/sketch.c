// sketch.c - reading rows out of the difference of two sketches.

#include "engine/sketch.h"

#include "base/array.h"
#include "base/text.h"
#include "engine/moment_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL // One function of it, and nothing to link.
#include <xxhash.h>

typedef ARRAY(const Value *) Rows;

// The bytes of a row, as far as they are read.
typedef struct {
    Arena *arena;
    const ResultColumn *columns;
    size_t column_count;
    const unsigned char *bytes;
    size_t length, position;
    bool broken; // They are no row.
} Reader;

// Bytes

static const void *take(Reader *reader, uint64_t length)
{
    if (reader->broken || length > reader->length - reader->position) {
        reader->broken = true;
        return NULL;
    }
    const void *taken = reader->bytes + reader->position;
    reader->position += length;
    return taken;
}

static unsigned take_byte(Reader *reader)
{
    const unsigned char *byte = take(reader, 1);
    return byte == NULL ? 0 : *byte;
}

static uint64_t take_word(Reader *reader)
{
    uint64_t word = 0;
    const void *bytes = take(reader, sizeof(word));
    if (bytes != NULL)
        memcpy(&word, bytes, sizeof(word));
    return word;
}

static Value take_bytes(Reader *reader, ValueKind kind, TypeKind type)
{
    uint64_t length = take_word(reader);
    const char *bytes = take(reader, length);
    if (bytes == NULL)
        return (Value){.kind = VALUE_NULL};
    return (Value){.kind = kind,
                   .type = type,
                   .bytes = arena_text(reader->arena, bytes, length),
                   .length = length};
}

// Values

static Value text_value(const Text *text, TypeKind type)
{
    return (Value){.kind = VALUE_OTHER,
                   .type = type,
                   .bytes = text->bytes,
                   .length = text->length};
}

// True if its numbers have a fixed number of digits behind the point; not in SQLite.
static bool has_scale(const Type *type)
{
    return type->kind == TYPE_DECIMAL && type->affinity == AFFINITY_NONE;
}

static Value integer_value(Arena *arena, const Type *type, int64_t integer)
{
    Value value = {.kind = VALUE_INTEGER, .type = TYPE_INTEGER, .integer = integer};
    if (type->kind == TYPE_BOOLEAN) {
        value.kind = VALUE_BOOLEAN;
        value.type = TYPE_BOOLEAN;
    } else if (type->kind == TYPE_FLOAT) {
        value.kind = VALUE_FLOAT;
        value.type = TYPE_FLOAT;
        value.number = (double)integer;
    } else if (has_scale(type)) {
        Text text = text_new(arena);
        text_addf(&text, "%" PRId64 "%s%0*d", integer, type->scale > 0 ? "." : "",
                  type->scale, 0);
        text.length -= type->scale == 0; // The zero that is one digit at least.
        text.bytes[text.length] = '\0';
        return text_value(&text, TYPE_DECIMAL);
    }
    return value;
}

static Value float_value(Arena *arena, const Type *type, double number)
{
    if (!has_scale(type))
        return (Value){.kind = VALUE_FLOAT, .type = TYPE_FLOAT, .number = number};
    Text text = text_new(arena);
    text_addf(&text, "%.*f", type->scale, number);
    return text_value(&text, TYPE_DECIMAL);
}

static Value take_long(Reader *reader, const Type *type)
{
    bool negative = take_byte(reader);
    Value whole = take_bytes(reader, VALUE_TEXT, TYPE_TEXT);
    Value fraction = take_bytes(reader, VALUE_TEXT, TYPE_TEXT);
    size_t digits = has_scale(type) ? type->scale : fraction.length;
    Text text = text_new(reader->arena);
    text_addf(&text, "%s%s%s%s", negative ? "-" : "",
              whole.length == 0 ? "0" : whole.bytes, digits > 0 ? "." : "",
              fraction.length > 0 ? fraction.bytes : "");
    for (size_t i = fraction.length; i < digits; i++)
        text_add_char(&text, '0'); // Those that say nothing were left out.
    return text_value(&text, digits > 0 ? TYPE_DECIMAL : TYPE_INTEGER);
}

static Value take_moment(Reader *reader)
{
    TypeKind type = (TypeKind)take_byte(reader);
    int64_t moment = (int64_t)take_word(reader);
    Text text = text_new(reader->arena);
    if (type == TYPE_DATE && !text_add_infinity(&text, moment, INT32_MAX))
        text_add_date(&text, moment);
    else if (type == TYPE_TIME)
        text_add_time(&text, moment / MICROS_A_SECOND, moment % MICROS_A_SECOND, 6);
    else if (type != TYPE_DATE)
        text_add_timestamp(&text, moment, MICROS_A_SECOND, 6);
    text_add(&text, type == TYPE_TIMESTAMP_ZONED ? "+00" : "");
    return text_value(&text, type);
}

static Value take_value(Reader *reader, const Type *type)
{
    double number;
    uint64_t word;
    TypeKind kind;
    switch (take_byte(reader)) {
    case TAG_NULL:
        return (Value){.kind = VALUE_NULL};
    case TAG_INTEGER:
        return integer_value(reader->arena, type, (int64_t)take_word(reader));
    case TAG_FLOAT:
        word = take_word(reader);
        memcpy(&number, &word, sizeof(number));
        return float_value(reader->arena, type, number);
    case TAG_LONG:
        return take_long(reader, type);
    case TAG_TEXT:
        return take_bytes(reader, VALUE_TEXT, TYPE_TEXT);
    case TAG_BLOB:
        return take_bytes(reader, VALUE_BLOB, TYPE_BLOB);
    case TAG_OTHER:
        kind = (TypeKind)take_byte(reader);
        return take_bytes(reader, VALUE_OTHER, kind);
    case TAG_MOMENT:
        return take_moment(reader);
    }
    reader->broken = true;
    return (Value){.kind = VALUE_NULL};
}

// Returns the row, or NULL if the bytes are none. Sets `length` to how many it takes.
static const Value *read_row(Arena *arena, const Result *result,
                             const unsigned char *bytes, size_t *length)
{
    Reader reader = {.arena = arena, .bytes = bytes, .length = *length};
    Value *row = arena_new(arena, Value, result->column_count);
    for (size_t i = 0; i < result->column_count && !reader.broken; i++)
        row[i] = take_value(&reader, &result->columns[i].type);
    *length = reader.position;
    return reader.broken ? NULL : row;
}

// Regions

static SketchCell cell_without(const SketchCell *a, const SketchCell *b)
{
    SketchCell rest = {.low = a->low - b->low, .count = a->count - b->count};
    rest.high = a->high - b->high - (a->low < b->low); // What was borrowed.
    for (size_t i = 0; i < SKETCH_ROW_BYTES; i++)
        rest.bytes[i] = a->bytes[i] ^ b->bytes[i];
    return rest;
}

// Returns the one row that is left in a cell, or NULL.
static const Value *only_row(Arena *arena, const Result *result, const SketchCell *cell)
{
    size_t length = SKETCH_ROW_BYTES;
    const Value *row =
        cell->count == 1 ? read_row(arena, result, cell->bytes, &length) : NULL;
    if (row == NULL)
        return NULL;
    XXH128_hash_t hash = XXH3_128bits(cell->bytes, length);
    return hash.low64 == cell->low && hash.high64 == cell->high ? row : NULL;
}

// Adds the rows of a region; false if one of its cells can't be read.
static bool read_region(Arena *arena, const Result *left, const Result *right,
                        size_t region, Rows sides[2])
{
    static const SketchCell empty;
    for (size_t i = 0; i < SKETCH_REGION_CELLS; i++) {
        const SketchCell *a = &left->sketch->cells[region * SKETCH_REGION_CELLS + i];
        const SketchCell *b = &right->sketch->cells[region * SKETCH_REGION_CELLS + i];
        SketchCell rest = cell_without(a, b);
        if (memcmp(&rest, &empty, sizeof(rest)) == 0)
            continue;
        bool is_left = rest.count == 1;
        if (!is_left)
            rest = cell_without(b, a);
        const Value *row = only_row(arena, is_left ? left : right, &rest);
        if (row == NULL)
            return false;
        array_push(arena, &sides[is_left ? 0 : 1], row);
    }
    return true;
}

static SketchedRows rows_of(const Rows sides[2], double share)
{
    return (SketchedRows){.left = sides[0].items,
                          .left_count = sides[0].count,
                          .right = sides[1].items,
                          .right_count = sides[1].count,
                          .share = share};
}

SketchedRows sketch_regions(Arena *arena, const Result *left, const Result *right)
{
    Rows sides[2] = {0};
    size_t readable = 0;
    for (size_t region = 0; region < SKETCH_REGIONS; region++) {
        size_t counts[2] = {sides[0].count, sides[1].count};
        if (read_region(arena, left, right, region, sides)) {
            readable++;
            continue;
        }
        sides[0].count = counts[0];
        sides[1].count = counts[1];
    }
    return rows_of(sides, (double)readable / SKETCH_REGIONS);
}

// Samples

// Returns the rows of the sample whose hash is below the limit; hash and length stand in
// front of each.
static Rows read_sample(Arena *arena, const Result *result, uint64_t limit)
{
    Rows rows = {0};
    const Sketch *sketch = result->sketch;
    uint64_t hash, length;
    for (size_t at = 0; at < sketch->sample_length; at += length) {
        memcpy(&hash, sketch->sample + at, sizeof(hash));
        memcpy(&length, sketch->sample + at + sizeof(hash), sizeof(length));
        at += sizeof(hash) + sizeof(length);
        size_t room = length;
        const Value *row =
            hash < limit ? read_row(arena, result, sketch->sample + at, &room) : NULL;
        if (row != NULL)
            array_push(arena, &rows, row);
    }
    return rows;
}

SketchedRows sketch_samples(Arena *arena, const Result *left, const Result *right)
{
    uint64_t limit = left->sketch->limit < right->sketch->limit ? left->sketch->limit
                                                                : right->sketch->limit;
    Rows sides[2] = {read_sample(arena, left, limit), read_sample(arena, right, limit)};
    return rows_of(sides, ldexp((double)limit, -64));
}
