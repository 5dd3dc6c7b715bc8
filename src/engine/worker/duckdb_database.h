// duckdb_database.h - what the files of the DuckDB backend share.

#ifndef ENGINE_WORKER_DUCKDB_DATABASE_H
#define ENGINE_WORKER_DUCKDB_DATABASE_H

#include "base/array.h"
#include "engine/worker/backend.h"
#include "engine/worker/duckdb_api.h"
#include "engine/worker/statement_cache.h"

// Rows in an open transaction (duckdb_stage.c).
typedef struct {
    enum {
        STAGE_NONE,
        STAGE_OPEN, // They are there.
        STAGE_LOST, // An error ended the transaction.
    } state;
    Wire wire;     // The tables with their rows, as they came.
    bool is_stuck; // A transaction that is of no use any more may still be open.
    size_t count;
    ARRAY(const char *) empty; // Tables of which it is known that no row is committed.
    Arena arena;               // Of their names.
} DuckdbStage;

typedef struct {
    DuckdbApi api;
    Arena arena; // Lives as long as the database.
    DatabaseOptions options;
    duckdb_database database;
    duckdb_connection connection;
    bool in_snapshot;
    bool is_blank; // Nothing was made in it.
    bool is_unoptimized;
    DuckdbStage stage;
    bool knows_functions;        // The library was asked for
    ARRAY(const char *) refused; // the functions that no statement may call,
    bool knows_views;            // and the database for
    ARRAY(const char *) stored;  // its views and macros that call one of them.
    StatementCache cache;
} DuckdbDatabase;

// Fills `err` from a message of DuckDB's about `sql` (or NULL) and returns false.
bool duckdb_fail(const char *message, const char *sql, Error *err);

// The gate: refuses a statement that calls one of the library's table functions that is
// not on the list of allowed ones.
bool duckdb_gate_check(DuckdbDatabase *database, const char *sql, Error *err) MUST_CHECK;

// Runs statements whose rows nobody wants.
bool duckdb_query_plain(DuckdbDatabase *database, const char *sql, Error *err) MUST_CHECK;

// Prepares the one statement that `sql` must be.
bool duckdb_prepare_single(DuckdbDatabase *database, const char *sql,
                           duckdb_prepared_statement *statement, Error *err) MUST_CHECK;

// Returns a statement from the cache, or prepares it; the cache keeps it. Only for
// statements whose plan does not depend on the data, and never for the same text with the
// optimizer and without.
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
bool duckdb_set_optimizer(void *database, bool on, Error *err);

// Rows (duckdb_fill.c)
bool duckdb_fill(void *database, Arena *arena, Wire *tables, size_t count, Error *err);
bool duckdb_append(void *database, Arena *arena, Wire *table, Error *err);

// Returns `count` tables with their rows still in the wire; NULL on failure.
const WireTable *duckdb_read_tables(Arena *arena, Wire *wire, size_t count, Error *err);

// Deletes all rows of these tables.
bool duckdb_empty(DuckdbDatabase *database, Arena *arena, const WireTable *tables,
                  size_t count, Error *err) MUST_CHECK;

// Inserts the rows of one table.
bool duckdb_insert(DuckdbDatabase *database, Arena *arena, const WireTable *table,
                   Wire *wire, Error *err) MUST_CHECK;

// Rows of a trial (duckdb_stage.c): the backend's stage(), and what happens to them.
bool duckdb_stage(void *database, Arena *arena, Wire *tables, size_t count, Error *err);
bool duckdb_stage_restore(DuckdbDatabase *database, Arena *arena, Error *err) MUST_CHECK;
void duckdb_stage_lose(DuckdbDatabase *database); // After an error in a statement.
void duckdb_stage_drop(DuckdbDatabase *database);
bool duckdb_stage_keep(DuckdbDatabase *database, Error *err) MUST_CHECK; // Before others.
void duckdb_stage_free(DuckdbDatabase *database);

#endif
