// duckdb_scratch.c - building databases in DuckDB, many a second.

#include "engine/worker/duckdb_database.h"

#include "engine/name.h"

#include <string.h>

bool duckdb_execute(void *context, const char *sql, Error *err)
{
    return duckdb_query_plain(context, sql, err);
}

bool duckdb_set_optimizer(void *context, bool on, Error *err)
{
    DuckdbDatabase *database = context;
    duckdb_cache_clear(database); // Its plans were made under the other setting.
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
    Arena scratch = ARENA_EMPTY;
    Request request = {.sql = list_of_drops, .sink = SINK_ROWS, .row_limit = 1};
    Sink sink;
    duckdb_cache_clear(context);
    sink_open(&sink, &scratch, &request, NULL);
    bool ok = duckdb_run(context, &scratch, &request, &sink, err);
    ok = sink_end(&sink, ok, err);
    if (ok) {
        Value value = wire_view_value(&sink.kept);
        const char *drops = arena_text(&scratch, value.bytes, value.length);
        ok = duckdb_query_plain(context, drops, err);
    }
    sink_free(&sink);
    arena_clear(&scratch);
    return ok;
}

// Filling

static bool empty_table(DuckdbDatabase *database, Arena *arena, const WireTable *table,
                        Error *err)
{
    Text sql = text_new(arena);
    text_add(&sql, "DELETE FROM ");
    name_add_table(&sql, table->schema, table->name);
    duckdb_prepared_statement statement = NULL;
    if (!duckdb_prepare_cached(database, sql.bytes, &statement, err))
        return false;
    duckdb_result result;
    bool ok = database->api.execute_prepared(statement, &result) == DuckDBSuccess;
    if (!ok)
        duckdb_fail(database->api.result_error(&result), NULL, err);
    database->api.destroy_result(&result);
    return ok;
}

// Empties the tables, the last one first: children stand behind their parents. Each
// deletion is its own transaction, because keys are free for others only after it.
static bool empty_all(DuckdbDatabase *database, Arena *arena, const WireTable *tables,
                      size_t count, Error *err)
{
    for (size_t i = count; i-- > 0;)
        if (!empty_table(database, arena, &tables[i], err))
            return false;
    return true;
}

static duckdb_state append_value(const DuckdbApi *api, duckdb_appender appender,
                                 const Value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return api->append_null(appender);
    case VALUE_BOOLEAN:
        return api->append_bool(appender, value->integer != 0);
    case VALUE_INTEGER:
        return api->append_int64(appender, value->integer);
    case VALUE_FLOAT:
        return api->append_double(appender, value->number);
    case VALUE_TEXT:
    case VALUE_OTHER:
        return api->append_varchar_length(appender, value->bytes, value->length);
    case VALUE_BLOB:
        return api->append_blob(appender, value->bytes, value->length);
    }
    return DuckDBError;
}

static bool append_rows(const DuckdbApi *api, duckdb_appender appender,
                        const WireTable *table, Wire *rows)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (api->appender_add_column(appender, table->columns[i]) != DuckDBSuccess)
            return false;
    for (size_t i = 0; i < table->row_count; i++) {
        for (size_t j = 0; j < table->column_count; j++) {
            Value value = wire_view_value(rows);
            if (append_value(api, appender, &value) != DuckDBSuccess)
                return false;
        }
        if (api->appender_end_row(appender) != DuckDBSuccess)
            return false;
    }
    return api->appender_close(appender) == DuckDBSuccess;
}

static bool insert(DuckdbDatabase *database, const WireTable *table, Wire *rows,
                   Error *err)
{
    const DuckdbApi *api = &database->api;
    duckdb_appender appender = NULL;
    bool ok = api->appender_create(database->connection, table->schema, table->name,
                                   &appender) == DuckDBSuccess &&
              append_rows(api, appender, table, rows);
    if (!ok) {
        duckdb_fail(api->appender_error(appender), NULL, err);
        fail_while(err, "table %s", table->name);
    }
    api->appender_destroy(&appender);
    return ok;
}

bool duckdb_fill(void *context, Arena *arena, Wire *wire, size_t count, Error *err)
{
    DuckdbDatabase *database = context;
    WireTable *tables = arena_new(arena, WireTable, count);
    for (size_t i = 0; i < count; i++)
        wire_get_table(wire, arena, &tables[i]);
    if (wire->broken)
        return fail(err, ERROR_PLAIN, "a broken message");
    size_t end = wire->position;
    bool ok = empty_all(database, arena, tables, count, err);
    for (size_t i = 0; i < count && ok; i++) {
        wire->position = tables[i].start;
        ok = tables[i].row_count == 0 || insert(database, &tables[i], wire, err);
    }
    wire->position = end;
    if (ok)
        return true;
    Error ignored; // The first error is the one to tell.
    return empty_all(database, arena, tables, count, &ignored) && false;
}

bool duckdb_append(void *context, Arena *arena, Wire *wire, Error *err)
{
    WireTable table;
    wire_get_table(wire, arena, &table);
    wire->position = table.start;
    return table.row_count == 0 || insert(context, &table, wire, err);
}
