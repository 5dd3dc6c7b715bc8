// sink.h - where the rows of a statement go, inside the worker.

#ifndef ENGINE_WORKER_SINK_H
#define ENGINE_WORKER_SINK_H

#include "base/arena.h"
#include "base/error.h"
#include "engine/engine.h"
#include "engine/wire.h"
#include "engine/worker/digest.h"
#include "engine/worker/sorter.h"

typedef struct {
    const Request *request;
    Arena *arena;
    Result result; // Without rows; those that are kept stand in `kept`.
    Wire kept;
    ResultColumn *columns; // Those of the result.
    Value *masked;         // The row at hand as the request wants it to count.
    bool *is_ignored;      // A flag for each column,
    bool *is_document;     // and another.
    Arena forms;           // Of the row at hand's JSON.
    Digester digester;     // Of a filter, too.
    Sorter sorter;
    bool engine_filters; // Rows come here only if they passed.
} Sink;

// Prepares for the rows of `request`. `spill_path`: where SINK_SPILL writes.
void sink_open(Sink *sink, Arena *arena, const Request *request, const char *spill_path);

// Says what the columns are; before the first row. Fails where a key column is none.
bool sink_columns(Sink *sink, const ResultColumn *columns, size_t count,
                  Error *err) MUST_CHECK;

// True if the next row's values are looked at; else it is enough that they are of the
// right kind, NULL or not, and whole numbers or not.
bool sink_wants_values(const Sink *sink);

// Returns where a whole row may be put value by value, as the engine has them, in place
// of sink_row; NULL where this sink wants sink_row.
Digester *sink_digester(Sink *sink);

// Returns where the first columns of a row may be put, as many as it wants, before it is
// known whether the row is wanted; NULL where sink_row has to look at rows itself, or
// wants all. Such a row is ended by sink_passes, which says whether sink_row wants it.
Digester *sink_filter(Sink *sink);
bool sink_passes(Sink *sink);

// Takes one row; its values may go away afterwards.
bool sink_row(Sink *sink, const Value *row, Error *err) MUST_CHECK;

// Ends it: after the last row, or (`ok` false) after an error. Returns `ok`, or false
// with its own error.
bool sink_end(Sink *sink, bool ok, Error *err) MUST_CHECK;

// Writes the result and the rows that were kept.
void sink_put(const Sink *sink, Wire *reply);
void sink_free(Sink *sink);

#endif
