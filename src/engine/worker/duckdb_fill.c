// duckdb_fill.c - rows into DuckDB's tables, many small databases a second.
//
// An appender plans an INSERT each time it is closed, which for a few rows costs more
// than all else. They go through a prepared INSERT of lists instead, one a column: its
// plan does not depend on how many rows there are, and a NULL in a list leaves the type
// of the list, or DuckDB would plan anew.

#include "engine/worker/duckdb_database.h"

#include "engine/name.h"

enum { LISTED_ROWS = 500 }; // More go through an appender.

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
bool duckdb_empty(DuckdbDatabase *database, Arena *arena, const WireTable *tables,
                  size_t count, Error *err)
{
    for (size_t i = count; i-- > 0;)
        if (!empty_table(database, arena, &tables[i], err))
            return false;
    return true;
}

// By lists

typedef struct {
    const char *name;
    duckdb_type type;
} ListType;

// Of the values of a column; all that is not here are texts to cast.
static ListType list_type(TypeKind kind)
{
    static const ListType types[] = {
        [TYPE_BOOLEAN] = {"BOOLEAN", DUCKDB_TYPE_BOOLEAN},
        [TYPE_INTEGER] = {"BIGINT", DUCKDB_TYPE_BIGINT},
        [TYPE_FLOAT] = {"DOUBLE", DUCKDB_TYPE_DOUBLE},
        [TYPE_BLOB] = {"BLOB", DUCKDB_TYPE_BLOB},
    };
    if (kind < COUNT_OF(types) && types[kind].name != NULL)
        return types[kind];
    return (ListType){"VARCHAR", DUCKDB_TYPE_VARCHAR};
}

// By name, since the gate would take a list of columns for a call.
static const char *insert_of_lists(Arena *arena, const WireTable *table)
{
    Text sql = text_new(arena);
    text_add(&sql, "INSERT INTO ");
    name_add_table(&sql, table->schema, table->name);
    text_add(&sql, " BY NAME SELECT");
    for (size_t i = 0; i < table->column_count; i++) {
        text_addf(&sql, "%s unnest(CAST($%zu AS %s[])) AS ", i == 0 ? "" : ",", i + 1,
                  list_type(table->types[i]).name);
        name_add(&sql, table->columns[i]);
    }
    return sql.bytes;
}

static duckdb_value value_new(const DuckdbApi *api, const Value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return api->create_null_value();
    case VALUE_BOOLEAN:
        return api->create_bool(value->integer != 0);
    case VALUE_INTEGER:
        return api->create_int64(value->integer);
    case VALUE_FLOAT:
        return api->create_double(value->number);
    case VALUE_TEXT:
    case VALUE_OTHER:
        return api->create_varchar_length(value->bytes, value->length);
    case VALUE_BLOB:
        return api->create_blob((const uint8_t *)value->bytes, value->length);
    }
    return NULL;
}

// Binds one column of `values`, which stand row by row. False where one of them does not
// fit into the list.
static bool bind_list(DuckdbDatabase *database, Arena *arena,
                      duckdb_prepared_statement statement, const WireTable *table,
                      size_t column, const Value *values)
{
    const DuckdbApi *api = &database->api;
    duckdb_value *items = arena_new(arena, duckdb_value, table->row_count);
    bool ok = true;
    for (size_t i = 0; i < table->row_count; i++) {
        items[i] = value_new(api, &values[i * table->column_count + column]);
        ok = ok && items[i] != NULL;
    }
    duckdb_value list = NULL;
    if (ok) {
        duckdb_logical_type type =
            api->create_logical_type(list_type(table->types[column]).type);
        list = api->create_list_value(type, items, table->row_count);
        api->destroy_logical_type(&type);
    }
    ok = list != NULL && api->bind_value(statement, column + 1, list) == DuckDBSuccess;
    api->destroy_value(&list);
    for (size_t i = 0; i < table->row_count; i++)
        api->destroy_value(&items[i]);
    return ok;
}

// Inserts a few rows. Sets `fits` to false, with nothing done, where a value is not of
// its column's type.
static bool insert_lists(DuckdbDatabase *database, Arena *arena, const WireTable *table,
                         Wire *rows, bool *fits, Error *err)
{
    const DuckdbApi *api = &database->api;
    size_t count = table->row_count * table->column_count;
    duckdb_prepared_statement statement = NULL;
    if (!duckdb_prepare_cached(database, insert_of_lists(arena, table), &statement, err))
        return false;
    Value *values = arena_new(arena, Value, count);
    for (size_t i = 0; i < count; i++)
        values[i] = wire_view_value(rows);
    *fits = true;
    for (size_t i = 0; i < table->column_count && *fits; i++)
        *fits = bind_list(database, arena, statement, table, i, values);
    if (!*fits)
        return true;
    duckdb_result result;
    bool ok = api->execute_prepared(statement, &result) == DuckDBSuccess;
    if (!ok) {
        duckdb_fail(api->result_error(&result), NULL, err);
        fail_while(err, "table %s", table->name);
    }
    api->destroy_result(&result);
    return ok;
}

// True if an appender can't make a column's values of the texts that we have.
static bool needs_lists(const WireTable *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->types[i] == TYPE_INTERVAL)
            return true;
    return false;
}

static bool insert_many_lists(DuckdbDatabase *database, Arena *arena,
                              const WireTable *table, Wire *rows, Error *err)
{
    WireTable part = *table;
    for (size_t done = 0; done < table->row_count; done += part.row_count) {
        size_t left = table->row_count - done;
        bool fits;
        part.row_count = left < LISTED_ROWS ? left : LISTED_ROWS;
        if (!insert_lists(database, arena, &part, rows, &fits, err))
            return false;
        if (!fits)
            return fail(err, ERROR_STATEMENT, "table %s: a value is not of its type",
                        table->name);
    }
    return true;
}

// By an appender

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

static bool insert_appended(DuckdbDatabase *database, const WireTable *table, Wire *rows,
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

// Filling

bool duckdb_insert(DuckdbDatabase *database, Arena *arena, const WireTable *table,
                   Wire *wire, Error *err)
{
    bool fits = false;
    wire->position = table->start;
    if (table->row_count == 0)
        return true;
    if (table->row_count <= LISTED_ROWS &&
        !insert_lists(database, arena, table, wire, &fits, err))
        return false;
    wire->position = table->start;
    return fits || insert_appended(database, table, wire, err);
}

const WireTable *duckdb_read_tables(Arena *arena, Wire *wire, size_t count, Error *err)
{
    WireTable *tables = arena_new(arena, WireTable, count + 1);
    for (size_t i = 0; i < count; i++)
        wire_get_table(wire, arena, &tables[i]);
    if (!wire->broken)
        return tables;
    fail(err, ERROR_PLAIN, "a broken message");
    return NULL;
}

bool duckdb_fill(void *context, Arena *arena, Wire *wire, size_t count, Error *err)
{
    DuckdbDatabase *database = context;
    const WireTable *tables = duckdb_read_tables(arena, wire, count, err);
    if (tables == NULL || !duckdb_stage_keep(database, err))
        return false;
    size_t end = wire->position;
    bool ok = duckdb_empty(database, arena, tables, count, err);
    for (size_t i = 0; i < count && ok; i++)
        ok = duckdb_insert(database, arena, &tables[i], wire, err);
    wire->position = end;
    if (ok)
        return true;
    Error ignored; // The first error is the one to tell.
    ok = duckdb_empty(database, arena, tables, count, &ignored);
    (void)ok;
    return false;
}

bool duckdb_append(void *context, Arena *arena, Wire *wire, Error *err)
{
    DuckdbDatabase *database = context;
    WireTable table;
    wire_get_table(wire, arena, &table);
    wire->position = table.start;
    if (!duckdb_stage_keep(database, err))
        return false;
    if (table.row_count == 0)
        return true;
    return needs_lists(&table) ? insert_many_lists(database, arena, &table, wire, err)
                               : insert_appended(database, &table, wire, err);
}
