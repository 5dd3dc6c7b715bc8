// duckdb_database.h - what the files of the DuckDB backend share.

#ifndef ENGINE_WORKER_DUCKDB_DATABASE_H
#define ENGINE_WORKER_DUCKDB_DATABASE_H

#include "base/array.h"
#include "engine/worker/backend.h"
#include "engine/worker/duckdb_api.h"

enum { DUCKDB_STATEMENT_CACHE = 16 };

// A prepared statement kept for its text (scratch databases only).
typedef struct {
    char *sql; // malloc'ed
    duckdb_prepared_statement statement;
    uint64_t used; // When last; the oldest makes room.
} DuckdbCached;

typedef struct {
    DuckdbApi api;
    Arena arena; // Lives as long as the database.
    DatabaseOptions options;
    duckdb_database database;
    duckdb_connection connection;
    bool in_snapshot;
    ARRAY(const char *) refused; // Table functions that no statement may call.
    DuckdbCached cache[DUCKDB_STATEMENT_CACHE];
    uint64_t clock;
} DuckdbDatabase;

// Fills `err` from a message of DuckDB's about `sql` (or NULL) and returns false.
bool duckdb_fail(const char *message, const char *sql, Error *err);

// The gate: takes note of a table function that the library has, and refuses a statement
// that calls one that is not on the list of allowed ones.
void duckdb_gate_add(DuckdbDatabase *database, const char *table_function);
bool duckdb_gate_check(const DuckdbDatabase *database, const char *sql,
                       Error *err) MUST_CHECK;

// Runs statements whose rows nobody wants.
bool duckdb_query_plain(DuckdbDatabase *database, const char *sql, Error *err) MUST_CHECK;

// Prepares the one statement that `sql` must be.
bool duckdb_prepare_single(DuckdbDatabase *database, const char *sql,
                           duckdb_prepared_statement *statement, Error *err) MUST_CHECK;

// Returns a statement from the cache, or prepares it; the cache keeps it. Only for
// statements whose plan does not depend on the data.
bool duckdb_prepare_cached(DuckdbDatabase *database, const char *sql,
                           duckdb_prepared_statement *statement, Error *err) MUST_CHECK;
void duckdb_cache_clear(DuckdbDatabase *database);

// Runs one query into the sink.
bool duckdb_run(void *database, Arena *arena, const Request *request, Sink *sink,
                Error *err);

// Adds the operators of a plan in JSON, one a line, indented by depth.
bool duckdb_plan_add(Text *plan, const char *json, size_t length, Error *err) MUST_CHECK;

// Scratch work (duckdb_scratch.c)
bool duckdb_execute(void *database, const char *sql, Error *err);
bool duckdb_clear(void *database, Error *err);
bool duckdb_fill(void *database, Arena *arena, Wire *tables, size_t count, Error *err);
bool duckdb_append(void *database, Arena *arena, Wire *table, Error *err);
bool duckdb_set_optimizer(void *database, bool on, Error *err);

#endif
