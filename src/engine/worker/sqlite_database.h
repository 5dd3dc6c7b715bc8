// sqlite_database.h - what the files of the SQLite backend share.

#ifndef ENGINE_WORKER_SQLITE_DATABASE_H
#define ENGINE_WORKER_SQLITE_DATABASE_H

#include "engine/worker/backend.h"
#include "engine/worker/sqlite_clock.h"
#include "engine/worker/statement_cache.h"

#include <sqlite3.h>

typedef struct {
    sqlite3 *connection;
    DatabaseOptions options;
    SqliteClock *time; // What 'now' is.
    bool in_snapshot;
    bool snapshot_lost;   // Begun again, after an error had ended it.
    bool trusted;         // The statement being prepared is ours: no gate.
    char refusal[160];    // What the gate said; "" if nothing.
    Arena arena;          // Lives as long as the database.
    const char **shadows; // Names of the tables behind virtual tables.
    size_t shadow_count;
    StatementCache cache;
} SqliteDatabase;

// The gate: called by SQLite for everything a statement wants to do.
int sqlite_authorize(void *database, int action, const char *first, const char *second,
                     const char *schema, const char *source);

// Fills `err` from the connection's last error and returns false.
bool sqlite_fail(SqliteDatabase *database, int status, Error *err);

// Prepares the first statement of `sql`; NULL in `statement` if there is none. `rest`,
// if not NULL, is set to the text behind it.
bool sqlite_prepare(SqliteDatabase *database, const char *sql, sqlite3_stmt **statement,
                    const char **rest, Error *err) MUST_CHECK;

// Returns a statement from the cache, or prepares it; the cache keeps it.
bool sqlite_prepare_cached(SqliteDatabase *database, const char *sql,
                           sqlite3_stmt **statement, Error *err) MUST_CHECK;
void sqlite_cache_clear(SqliteDatabase *database);

bool sqlite_bind_value(SqliteDatabase *database, sqlite3_stmt *statement, int position,
                       const Value *value, Error *err) MUST_CHECK;

// Runs a statement of ours, past the gate.
bool sqlite_run_trusted(SqliteDatabase *database, const char *sql, Error *err) MUST_CHECK;

// Scratch work (sqlite_scratch.c)
bool sqlite_execute(void *database, const char *sql, Error *err);
bool sqlite_clear(void *database, Error *err);
bool sqlite_fill(void *database, Arena *arena, Wire *tables, size_t count, Error *err);
bool sqlite_append(void *database, Arena *arena, Wire *table, Error *err);

#endif
