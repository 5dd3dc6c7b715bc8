// wire.c - putting plain values into bytes and taking them out again.

#include "engine/wire.h"

#include "engine/sketch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum {
    FIRST_CAPACITY = 4096,
    VALUE_ROOM = 2 + sizeof(uint64_t) + 1, // Of a value, beside its bytes.
};

void wire_free(Wire *wire)
{
    free(wire->bytes);
    *wire = WIRE_EMPTY;
}

void wire_clear(Wire *wire)
{
    wire->length = 0;
    wire->position = 0;
    wire->broken = false;
}

// Writing

unsigned char *wire_reserve(Wire *wire, size_t length)
{
    if (wire->bytes == NULL || wire->capacity - wire->length < length) {
        size_t capacity = wire->capacity == 0 ? FIRST_CAPACITY : wire->capacity * 2;
        while (capacity - wire->length < length)
            capacity *= 2;
        unsigned char *bytes = realloc(wire->bytes, capacity);
        if (bytes == NULL) {
            fputs("out of memory\n", stderr);
            abort();
        }
        wire->bytes = bytes;
        wire->capacity = capacity;
    }
    return wire->bytes + wire->length;
}

void wire_put_bytes(Wire *wire, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    memcpy(wire_reserve(wire, length), bytes, length);
    wire->length += length;
}

void wire_put_u8(Wire *wire, unsigned value)
{
    *wire_reserve(wire, 1) = (unsigned char)value;
    wire->length++;
}

void wire_put_u64(Wire *wire, uint64_t value)
{
    wire_put_bytes(wire, &value, sizeof(value));
}

void wire_put_double(Wire *wire, double value)
{
    wire_put_bytes(wire, &value, sizeof(value));
}

void wire_put_string(Wire *wire, const char *string)
{
    wire_put_u8(wire, string != NULL);
    if (string == NULL)
        return;
    size_t length = strlen(string);
    wire_put_u64(wire, length);
    wire_put_bytes(wire, string, length);
}

static unsigned char *add_bytes(unsigned char *to, const void *bytes, size_t length)
{
    if (length > 0)
        memcpy(to, bytes, length);
    return to + length;
}

// Room is made once: databases, and copies of tables, are made of little else.
void wire_put_value(Wire *wire, const Value *value)
{
    uint64_t length = value->length;
    unsigned char *start = wire_reserve(wire, VALUE_ROOM + length), *to = start;
    *to++ = (unsigned char)value->kind;
    *to++ = (unsigned char)value->type;
    switch (value->kind) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
    case VALUE_INTEGER:
        to = add_bytes(to, &value->integer, sizeof(value->integer));
        break;
    case VALUE_FLOAT:
        to = add_bytes(to, &value->number, sizeof(value->number));
        break;
    case VALUE_TEXT:
    case VALUE_BLOB:
    case VALUE_OTHER:
        to = add_bytes(to, &length, sizeof(length));
        to = add_bytes(to, value->bytes, length);
        *to++ = 0; // So that a view of it ends as every value does.
        break;
    }
    wire->length += (size_t)(to - start);
}

void wire_put_type(Wire *wire, Type type)
{
    wire_put_u8(wire, type.kind);
    wire_put_u8(wire, type.scale);
    wire_put_u64(wire, type.width);
    wire_put_u8(wire, type.is_unsigned);
    wire_put_u8(wire, type.affinity);
    wire_put_string(wire, type.name);
    wire_put_string(wire, type.collation);
}

static void put_ordinals(Wire *wire, const uint32_t *ordinals, size_t count)
{
    wire_put_u64(wire, count);
    for (size_t i = 0; i < count; i++)
        wire_put_u64(wire, ordinals[i]);
}

void wire_put_request(Wire *wire, const Request *request)
{
    wire_put_string(wire, request->sql);
    wire_put_u64(wire, request->parameter_count);
    for (size_t i = 0; i < request->parameter_count; i++) {
        wire_put_string(wire, request->parameters[i].name);
        wire_put_u64(wire, request->parameters[i].number);
        wire_put_value(wire, &request->parameters[i].value);
    }
    wire_put_u8(wire, request->sink);
    wire_put_u64(wire, request->row_limit);
    put_ordinals(wire, request->key_columns, request->key_count);
    put_ordinals(wire, request->ignored, request->ignored_count);
    put_ordinals(wire, request->documents, request->document_count);
    wire_put_u8(wire, request->in_sequence);
    wire_put_u8(wire, request->moments_as_texts);
    wire_put_u8(wire, request->blurs);
    wire_put_u64(wire, request->sketch_above);
    put_ordinals(wire, request->loose, request->loose_count);
    wire_put_u8(wire, request->is_loose_all);
    wire_put_u64(wire, request->memory_limit_bytes);
    wire_put_u8(wire, request->filter != NULL);
    if (request->filter != NULL)
        wire_put_bytes(wire, request->filter, sizeof(*request->filter));
}

// Whole numbers that may not fit into 64 bits come as texts.
static TypeKind kind_of_values(Type type)
{
    bool is_wide = type.kind == TYPE_INTEGER &&
                   (type.width > 64 || (type.width == 64 && type.is_unsigned));
    return is_wide ? TYPE_OTHER : type.kind;
}

static size_t stored_columns(const Table *table)
{
    size_t stored = 0;
    for (size_t i = 0; i < table->column_count; i++)
        stored += table->columns[i].generated == NULL;
    return stored;
}

void wire_put_table_head(Wire *wire, const Table *table, size_t row_count)
{
    wire_put_string(wire, table->schema);
    wire_put_string(wire, table->name);
    wire_put_u64(wire, stored_columns(table));
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].generated == NULL) {
            wire_put_string(wire, table->columns[i].name);
            wire_put_u8(wire, kind_of_values(table->columns[i].type));
        }
    wire_put_u64(wire, row_count);
}

void wire_put_table_rows(Wire *wire, const TableRows *rows)
{
    size_t stored = stored_columns(rows->table);
    wire_put_table_head(wire, rows->table, rows->row_count);
    for (size_t i = 0; i < rows->row_count; i++)
        for (size_t j = 0; j < stored; j++)
            wire_put_value(wire, &rows->rows[i][j]);
}

static void put_sketch(Wire *wire, const Sketch *sketch)
{
    wire_put_bytes(wire, sketch->cells, sizeof(sketch->cells));
    wire_put_u64(wire, sketch->limit);
    wire_put_u64(wire, sketch->sample_length);
    wire_put_bytes(wire, sketch->sample, sketch->sample_length);
}

void wire_put_result(Wire *wire, const Result *result)
{
    wire_put_u64(wire, result->column_count);
    for (size_t i = 0; i < result->column_count; i++) {
        wire_put_string(wire, result->columns[i].name);
        wire_put_type(wire, result->columns[i].type);
        wire_put_u8(wire, result->columns[i].inexact);
        wire_put_u8(wire, result->columns[i].nests_floats);
        wire_put_u8(wire, result->columns[i].is_loose);
    }
    wire_put_u64(wire, result->row_count);
    wire_put_u8(wire, result->all_null);
    wire_put_bytes(wire, &result->digest, sizeof(result->digest));
    wire_put_u8(wire, result->blur != NULL);
    if (result->blur != NULL)
        wire_put_bytes(wire, result->blur, sizeof(*result->blur));
    wire_put_u8(wire, result->sketch != NULL);
    if (result->sketch != NULL)
        put_sketch(wire, result->sketch);
    wire_put_u64(wire, result->kept_count);
    wire_put_double(wire, result->elapsed_ms);
    wire_put_double(wire, result->cpu_ms);
    wire_put_u64(wire, result->peak_memory_bytes);
    wire_put_u64(wire, result->steps);
}

void wire_put_error(Wire *wire, const Error *err)
{
    wire_put_u8(wire, err->kind);
    wire_put_u64(wire, err->offset);
    wire_put_string(wire, err->message);
}

// Reading

// Returns where the next `length` bytes stand and steps over them; NULL if there are
// not so many.
static const unsigned char *take(Wire *wire, size_t length)
{
    if (wire->broken || wire->length - wire->position < length) {
        wire->broken = true;
        return NULL;
    }
    const unsigned char *bytes = wire->bytes + wire->position;
    wire->position += length;
    return bytes;
}

static void get_bytes(Wire *wire, void *bytes, size_t length)
{
    const unsigned char *from = take(wire, length);
    if (from == NULL)
        memset(bytes, 0, length);
    else
        memcpy(bytes, from, length);
}

unsigned wire_get_u8(Wire *wire)
{
    const unsigned char *byte = take(wire, 1);
    return byte == NULL ? 0 : *byte;
}

uint64_t wire_get_u64(Wire *wire)
{
    uint64_t value;
    get_bytes(wire, &value, sizeof(value));
    return value;
}

double wire_get_double(Wire *wire)
{
    double value;
    get_bytes(wire, &value, sizeof(value));
    return value;
}

size_t wire_get_count(Wire *wire)
{
    size_t count = wire_get_u64(wire);
    if (count > wire->length - wire->position)
        wire->broken = true;
    return wire->broken ? 0 : count;
}

const char *wire_get_string(Wire *wire, Arena *arena)
{
    if (!wire_get_u8(wire))
        return NULL;
    size_t length = wire_get_count(wire);
    const unsigned char *bytes = take(wire, length);
    return arena_text(arena, bytes == NULL ? "" : (const char *)bytes,
                      bytes == NULL ? 0 : length);
}

Value wire_view_value(Wire *wire)
{
    Value value = {.kind = (ValueKind)wire_get_u8(wire),
                   .type = (TypeKind)wire_get_u8(wire)};
    switch (value.kind) {
    case VALUE_NULL:
        break;
    case VALUE_BOOLEAN:
    case VALUE_INTEGER:
        get_bytes(wire, &value.integer, sizeof(value.integer));
        break;
    case VALUE_FLOAT:
        value.number = wire_get_double(wire);
        break;
    case VALUE_TEXT:
    case VALUE_BLOB:
    case VALUE_OTHER:
        value.length = wire_get_count(wire);
        value.bytes = (const char *)take(wire, value.length + 1);
        break;
    }
    if (wire->broken)
        return (Value){.kind = VALUE_NULL};
    return value;
}

Value wire_get_value(Wire *wire, Arena *arena)
{
    Value value = wire_view_value(wire);
    if (value.bytes != NULL)
        value.bytes = arena_text(arena, value.bytes, value.length);
    return value;
}

Type wire_get_type(Wire *wire, Arena *arena)
{
    Type type = {.kind = (TypeKind)wire_get_u8(wire)};
    type.scale = (uint8_t)wire_get_u8(wire);
    type.width = (uint16_t)wire_get_u64(wire);
    type.is_unsigned = wire_get_u8(wire);
    type.affinity = (Affinity)wire_get_u8(wire);
    type.name = wire_get_string(wire, arena);
    type.collation = wire_get_string(wire, arena);
    return type;
}

static const uint32_t *get_ordinals(Wire *wire, Arena *arena, size_t *count)
{
    *count = wire_get_count(wire);
    uint32_t *ordinals = arena_new(arena, uint32_t, *count);
    for (size_t i = 0; i < *count; i++)
        ordinals[i] = (uint32_t)wire_get_u64(wire);
    return ordinals;
}

void wire_get_request(Wire *wire, Arena *arena, Request *request)
{
    *request = (Request){.sql = wire_get_string(wire, arena)};
    request->parameter_count = wire_get_count(wire);
    Parameter *parameters = arena_new(arena, Parameter, request->parameter_count);
    for (size_t i = 0; i < request->parameter_count; i++) {
        parameters[i].name = wire_get_string(wire, arena);
        parameters[i].number = (uint32_t)wire_get_u64(wire);
        parameters[i].value = wire_get_value(wire, arena);
    }
    request->parameters = parameters;
    request->sink = (SinkKind)wire_get_u8(wire);
    request->row_limit = wire_get_u64(wire);
    request->key_columns = get_ordinals(wire, arena, &request->key_count);
    request->ignored = get_ordinals(wire, arena, &request->ignored_count);
    request->documents = get_ordinals(wire, arena, &request->document_count);
    request->in_sequence = wire_get_u8(wire);
    request->moments_as_texts = wire_get_u8(wire);
    request->blurs = wire_get_u8(wire);
    request->sketch_above = wire_get_u64(wire);
    request->loose = get_ordinals(wire, arena, &request->loose_count);
    request->is_loose_all = wire_get_u8(wire);
    request->memory_limit_bytes = wire_get_u64(wire);
    if (wire_get_u8(wire)) {
        RowFilter *filter = arena_new(arena, RowFilter, 1);
        get_bytes(wire, filter, sizeof(*filter));
        request->filter = filter;
    }
}

void wire_get_table(Wire *wire, Arena *arena, WireTable *table)
{
    *table = (WireTable){.schema = wire_get_string(wire, arena)};
    table->name = wire_get_string(wire, arena);
    table->column_count = wire_get_count(wire);
    const char **columns = arena_new(arena, const char *, table->column_count);
    TypeKind *types = arena_new(arena, TypeKind, table->column_count);
    for (size_t i = 0; i < table->column_count; i++) {
        columns[i] = wire_get_string(wire, arena);
        types[i] = (TypeKind)wire_get_u8(wire);
    }
    table->columns = columns;
    table->types = types;
    table->row_count = table->column_count == 0 ? 0 : wire_get_count(wire);
    table->start = wire->position;
    for (size_t i = 0; i < table->row_count * table->column_count && !wire->broken; i++)
        wire_view_value(wire);
}

static const Value *const *get_rows(Wire *wire, Arena *arena, const Result *result)
{
    const Value **rows = arena_new(arena, const Value *, result->kept_count);
    for (size_t i = 0; i < result->kept_count; i++) {
        Value *row = arena_new(arena, Value, result->column_count);
        for (size_t j = 0; j < result->column_count; j++)
            row[j] = wire_get_value(wire, arena);
        rows[i] = row;
    }
    return rows;
}

static const Sketch *get_sketch(Wire *wire, Arena *arena)
{
    Sketch *sketch = arena_new(arena, Sketch, 1);
    get_bytes(wire, sketch->cells, sizeof(sketch->cells));
    sketch->limit = wire_get_u64(wire);
    sketch->sample_length = wire_get_count(wire);
    sketch->sample = arena_new(arena, unsigned char, sketch->sample_length);
    get_bytes(wire, sketch->sample, sketch->sample_length);
    return sketch;
}

void wire_get_result_head(Wire *wire, Arena *arena, Result *result)
{
    *result = (Result){.column_count = wire_get_count(wire)};
    ResultColumn *columns = arena_new(arena, ResultColumn, result->column_count);
    for (size_t i = 0; i < result->column_count; i++) {
        columns[i].name = wire_get_string(wire, arena);
        columns[i].type = wire_get_type(wire, arena);
        columns[i].inexact = wire_get_u8(wire);
        columns[i].nests_floats = wire_get_u8(wire);
        columns[i].is_loose = wire_get_u8(wire);
    }
    result->columns = columns;
    result->row_count = wire_get_u64(wire);
    result->all_null = wire_get_u8(wire);
    get_bytes(wire, &result->digest, sizeof(result->digest));
    if (wire_get_u8(wire)) {
        Blur *blur = arena_new(arena, Blur, 1);
        get_bytes(wire, blur, sizeof(*blur));
        result->blur = blur;
    }
    if (wire_get_u8(wire))
        result->sketch = get_sketch(wire, arena);
    result->kept_count = wire_get_count(wire);
    result->elapsed_ms = wire_get_double(wire);
    result->cpu_ms = wire_get_double(wire);
    result->peak_memory_bytes = wire_get_u64(wire);
    result->steps = wire_get_u64(wire);
}

void wire_get_result(Wire *wire, Arena *arena, Result *result)
{
    wire_get_result_head(wire, arena, result);
    result->rows = get_rows(wire, arena, result);
}

void wire_get_error(Wire *wire, Error *err)
{
    err->kind = (ErrorKind)wire_get_u8(wire);
    err->offset = wire_get_u64(wire);
    Arena scratch = ARENA_EMPTY;
    const char *message = wire_get_string(wire, &scratch);
    snprintf(err->message, sizeof(err->message), "%s", message ? message : "");
    arena_clear(&scratch);
}

// Messages

// Sends all of it; MSG_NOSIGNAL, because a dead worker is an answer, not a signal.
bool wire_send(int channel, const Frame *frame, const Wire *payload)
{
    struct iovec parts[2] = {{.iov_base = (void *)frame, .iov_len = sizeof(*frame)},
                             {.iov_base = payload->bytes, .iov_len = payload->length}};
    size_t left = sizeof(*frame) + payload->length;
    while (left > 0) {
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = COUNT_OF(parts)};
        ssize_t sent = sendmsg(channel, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        left -= (size_t)sent;
        for (size_t i = 0; i < COUNT_OF(parts) && sent > 0; i++) {
            size_t part =
                (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + part;
            parts[i].iov_len -= part;
            sent -= (ssize_t)part;
        }
    }
    return true;
}
