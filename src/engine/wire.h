// wire.h - messages between us and a worker.
//
// A Wire is a buffer that is written from one end and read from the other. Numbers are
// in the machine's own order: both sides run on one machine, from one build. Reading
// past the end, or a length that can't be, makes it `broken`; from then on all that is
// read is zero, so that readers check once, at the end.

#ifndef ENGINE_WIRE_H
#define ENGINE_WIRE_H

#include "base/arena.h"
#include "base/error.h"
#include "engine/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    unsigned char *bytes; // malloc'ed; wire_free.
    size_t length;
    size_t capacity;
    size_t position; // Of the next byte read.
    bool broken;
} Wire;

#define WIRE_EMPTY ((Wire){0})

void wire_free(Wire *wire);
void wire_clear(Wire *wire); // Keeps the memory.

// Writing

void wire_put_bytes(Wire *wire, const void *bytes, size_t length);
void wire_put_u8(Wire *wire, unsigned value);
void wire_put_u64(Wire *wire, uint64_t value);
void wire_put_double(Wire *wire, double value);
void wire_put_string(Wire *wire, const char *string); // NULL is kept.
void wire_put_value(Wire *wire, const Value *value);
void wire_put_type(Wire *wire, Type type);
void wire_put_request(Wire *wire, const Request *request);
void wire_put_table_rows(Wire *wire, const TableRows *rows);
void wire_put_table_head(Wire *wire, const Table *table,
                         size_t row_count);             // Rows follow.
void wire_put_result(Wire *wire, const Result *result); // Its rows follow, if any.
void wire_put_error(Wire *wire, const Error *err);

// Makes room for `length` more bytes and returns where they go; wire->length is the
// caller's to raise.
unsigned char *wire_reserve(Wire *wire, size_t length);

// Reading

unsigned wire_get_u8(Wire *wire);
uint64_t wire_get_u64(Wire *wire);
double wire_get_double(Wire *wire);

// Returns a count of things that are at least one byte each.
size_t wire_get_count(Wire *wire);

// Strings and bytes are copied into the arena.
const char *wire_get_string(Wire *wire, Arena *arena);
Value wire_get_value(Wire *wire, Arena *arena);

// As above, but texts and blobs point into the wire.
Value wire_view_value(Wire *wire);

Type wire_get_type(Wire *wire, Arena *arena);
void wire_get_request(Wire *wire, Arena *arena, Request *request);
void wire_get_result(Wire *wire, Arena *arena, Result *result);      // With its rows.
void wire_get_result_head(Wire *wire, Arena *arena, Result *result); // They come next.
void wire_get_error(Wire *wire, Error *err);

// A table to fill as the worker sees it: names, and its rows still in the wire.
typedef struct {
    const char *schema; // NULL: the default one.
    const char *name;
    const char *const *columns; // Generated ones left out.
    const TypeKind *types;      // What their values look like; TYPE_OTHER: texts.
    size_t column_count;
    size_t row_count; // Each row column_count values, one after the other.
    size_t start;     // Where in the wire the first value stands.
} WireTable;

// Leaves the wire behind the table's last value.
void wire_get_table(Wire *wire, Arena *arena, WireTable *table);

// Messages

typedef enum {
    OPERATION_ABOUT,     // -> which engines there are
    OPERATION_OPEN,      // a database -> version
    OPERATION_RUN,       // a Request -> Result, rows
    OPERATION_PREPARE,   // SQL -> Result with columns only
    OPERATION_EXPLAIN,   // SQL -> text
    OPERATION_EXECUTE,   // statements
    OPERATION_CLEAR,     //
    OPERATION_FILL,      // tables
    OPERATION_APPEND,    // one table
    OPERATION_TRIAL,     // settled, tables, Requests -> for each an error or a Result
    OPERATION_TRIALS,    // a Request, then of each settled, tables -> the same, or an end
    OPERATION_BEGIN,     // a snapshot
    OPERATION_END,       //
    OPERATION_OPTIMIZER, // on or off
    OPERATION_CLOSE,     // the database, in good order
} Operation;

// What stands in front of each message on the channel.
typedef struct {
    uint64_t length; // Of the payload.
    uint64_t number; // Of the request; its reply has the same.
    uint32_t operation;
    uint32_t failed; // In a reply: 1, and the payload is an error.
} Frame;

enum {
    FRAME_LIMIT_BYTES = 1 << 28, // No message is longer.
    // Raised with every change of what messages look like; the worker refuses to open a
    // database for a program that speaks another.
    WIRE_VERSION = 7,
};

// Sends a frame and its payload; false if the other side is gone.
bool wire_send(int channel, const Frame *frame, const Wire *payload);

#endif
