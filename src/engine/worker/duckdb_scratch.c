// duckdb_scratch.c - writing to databases of our own in DuckDB.

#include "engine/worker/duckdb_database.h"

bool duckdb_execute(void *context, const char *sql, Error *err)
{
    DuckdbDatabase *database = context;
    database->is_blank = false;
    return duckdb_stage_keep(database, err) && duckdb_query_plain(database, sql, err);
}

// What is in the cache was planned without the optimizer, and stays valid.
bool duckdb_set_optimizer(void *context, bool on, Error *err)
{
    DuckdbDatabase *database = context;
    database->is_unoptimized = !on;
    return duckdb_query_plain(
        database, on ? "PRAGMA enable_optimizer" : "PRAGMA disable_optimizer", err);
}

// What is there, as DROP statements: views first, and tables before those they refer to.
static const char list_of_drops[] =
    "SELECT coalesce(string_agg('DROP ' || kind || ' \"' || replace(name, '\"', '\"\"') "
    "|| '\"', '; ' ORDER BY rank, oid DESC), 'SELECT 1') FROM ("
    "SELECT 1 AS rank, 'VIEW' AS kind, view_name AS name, view_oid AS oid "
    "FROM duckdb_views() WHERE NOT internal UNION ALL "
    "SELECT 2, 'TABLE', table_name, table_oid FROM duckdb_tables() WHERE NOT internal "
    "UNION ALL SELECT 3, 'SEQUENCE', sequence_name, sequence_oid FROM duckdb_sequences() "
    "UNION ALL SELECT 4, 'TYPE', type_name, type_oid FROM duckdb_types() "
    "WHERE NOT internal AND type_oid IS NOT NULL)";

// The schema itself can't be dropped.
bool duckdb_clear(void *context, Error *err)
{
    DuckdbDatabase *database = context;
    Arena scratch = ARENA_EMPTY;
    Request request = {.sql = list_of_drops, .sink = SINK_ROWS, .row_limit = 1};
    Sink sink;
    if (database->is_blank)
        return true;
    duckdb_stage_drop(database);
    duckdb_cache_clear(database);
    sink_open(&sink, &scratch, &request, NULL);
    bool ok = duckdb_run(database, &scratch, &request, &sink, err);
    ok = sink_end(&sink, ok, err);
    if (ok) {
        Value value = wire_view_value(&sink.kept);
        const char *drops = arena_text(&scratch, value.bytes, value.length);
        ok = duckdb_query_plain(database, drops, err);
    }
    sink_free(&sink);
    arena_clear(&scratch);
    database->is_blank = ok;
    return ok;
}
