// backend.h - what an engine must be able to do inside the worker.
//
// One table a database library: adding an engine is a file with such a table and its
// line in backends.c.

#ifndef ENGINE_WORKER_BACKEND_H
#define ENGINE_WORKER_BACKEND_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/wire.h"
#include "engine/worker/sink.h"

typedef struct {
    const char *path; // NULL: in memory.
    bool writable;    // Else nothing may change, whatever the statement says.
    bool create;      // A file that must not be there yet.
    int threads;      // 0: as many as there are.
    size_t memory_limit_bytes;
    const char *temporary; // A directory for large intermediate results; or NULL.
    const char *readable_directory;   // Of files that may be read; NULL: none.
    const volatile bool *interrupted; // Between statements: stop.
} DatabaseOptions;

typedef struct {
    const char *name;
    Dialect dialect;
    bool blocks_writers; // As long as the file is open nobody else can write it.

    // Fills version and path, or advice.
    void (*about)(Arena *arena, EngineInfo *info);
    bool (*open)(const DatabaseOptions *options, void **database, Error *err);
    void (*close)(void *database);
    void (*interrupt)(void *database); // Called from another thread.

    bool (*run)(void *database, Arena *arena, const Request *request, Sink *sink,
                Error *err);
    bool (*prepare)(void *database, Arena *arena, const char *sql, Sink *sink,
                    Error *err);
    bool (*explain)(void *database, Arena *arena, const char *sql, Text *plan,
                    Error *err);
    // A snapshot; `held` says whether all since begin() read the same one.
    bool (*begin)(void *database, Error *err);
    bool (*end)(void *database, bool *held, Error *err);

    // For databases opened writable.
    bool (*execute)(void *database, const char *sql, Error *err);
    bool (*clear)(void *database, Error *err);
    // `tables` holds `count` tables, each followed by its rows.
    bool (*fill)(void *database, Arena *arena, Wire *tables, size_t count, Error *err);
    // The same, faster perhaps, for rows that are only read, by the statements that run
    // before a call of another kind.
    bool (*stage)(void *database, Arena *arena, Wire *tables, size_t count, Error *err);
    bool (*append)(void *database, Arena *arena, Wire *table, Error *err);
    bool (*set_optimizer)(void *database, bool on, Error *err);
} Backend;

extern const Backend backend_sqlite;
extern const Backend backend_duckdb;

// All of them.
extern const Backend *const backends[];
extern const size_t backend_count;

// Returns the one for a dialect, or NULL.
const Backend *backend_find(Dialect dialect);

#endif
