// sqlite_scratch.c - building databases in SQLite, many a second.

#include "engine/worker/sqlite_database.h"

#include "engine/name.h"

bool sqlite_execute(void *context, const char *sql, Error *err)
{
    SqliteDatabase *database = context;
    const char *rest = sql;
    while (*rest != '\0') {
        sqlite3_stmt *statement = NULL;
        const char *start = rest;
        if (!sqlite_prepare(database, start, &statement, &rest, err)) {
            if (err->offset != NO_OFFSET)
                err->offset += (size_t)(start - sql);
            return false;
        }
        int status = SQLITE_ROW;
        while (statement != NULL && (status = sqlite3_step(statement)) == SQLITE_ROW)
            continue;
        bool ok = statement == NULL || status == SQLITE_DONE ||
                  sqlite_fail(database, status, err);
        sqlite3_finalize(statement);
        if (!ok)
            return false;
    }
    return true;
}

bool sqlite_clear(void *context, Error *err)
{
    SqliteDatabase *database = context;
    sqlite_cache_clear(database);
    sqlite3_db_config(database->connection, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
    bool ok = sqlite_run_trusted(database, "VACUUM", err);
    sqlite3_db_config(database->connection, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
    return ok;
}

// Filling

static bool step_cached(SqliteDatabase *database, const char *sql, Error *err)
{
    sqlite3_stmt *statement = NULL;
    database->trusted = true;
    bool ok = sqlite_prepare_cached(database, sql, &statement, err);
    database->trusted = false;
    if (!ok)
        return false;
    int status = sqlite3_step(statement);
    ok = status == SQLITE_DONE || sqlite_fail(database, status, err);
    sqlite3_reset(statement);
    return ok;
}

static bool empty_table(SqliteDatabase *database, Arena *arena, const WireTable *table,
                        Error *err)
{
    Text sql = text_new(arena);
    text_add(&sql, "DELETE FROM ");
    name_add_table(&sql, table->schema, table->name);
    return step_cached(database, sql.bytes, err);
}

static bool insert_rows(SqliteDatabase *database, sqlite3_stmt *statement,
                        const WireTable *table, Wire *rows, Error *err)
{
    for (size_t i = 0; i < table->row_count; i++) {
        for (size_t j = 0; j < table->column_count; j++) {
            Value value = wire_view_value(rows);
            if (!sqlite_bind_value(database, statement, (int)j + 1, &value, err))
                return false;
        }
        int status = sqlite3_step(statement);
        if (status != SQLITE_DONE) {
            sqlite_fail(database, status, err);
            sqlite3_reset(statement);
            return fail_while(err, "row %zu of %s", i + 1, table->name);
        }
        sqlite3_reset(statement);
    }
    return true;
}

static bool insert(SqliteDatabase *database, Arena *arena, const WireTable *table,
                   Wire *rows, Error *err)
{
    if (table->row_count == 0)
        return true;
    Text sql = text_new(arena);
    text_add(&sql, "INSERT INTO ");
    name_add_table(&sql, table->schema, table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        text_add(&sql, i == 0 ? "(" : ", ");
        name_add(&sql, table->columns[i]);
    }
    for (size_t i = 0; i < table->column_count; i++)
        text_add(&sql, i == 0 ? ") VALUES (?" : ", ?");
    text_add_char(&sql, ')');
    sqlite3_stmt *statement = NULL;
    if (!sqlite_prepare_cached(database, sql.bytes, &statement, err))
        return false;
    bool ok = insert_rows(database, statement, table, rows, err);
    sqlite3_clear_bindings(statement);
    return ok;
}

// Empties the tables, the last one first: children stand behind their parents.
static bool empty_all(SqliteDatabase *database, Arena *arena, const WireTable *tables,
                      size_t count, Error *err)
{
    for (size_t i = count; i-- > 0;)
        if (!empty_table(database, arena, &tables[i], err))
            return false;
    return true;
}

bool sqlite_fill(void *context, Arena *arena, Wire *wire, size_t count, Error *err)
{
    SqliteDatabase *database = context;
    WireTable *tables = arena_new(arena, WireTable, count);
    for (size_t i = 0; i < count; i++)
        wire_get_table(wire, arena, &tables[i]);
    if (wire->broken)
        return fail(err, ERROR_PLAIN, "a broken message");
    size_t end = wire->position;
    bool ok = step_cached(database, "BEGIN", err) &&
              empty_all(database, arena, tables, count, err);
    for (size_t i = 0; i < count && ok; i++) {
        wire->position = tables[i].start;
        ok = insert(database, arena, &tables[i], wire, err);
    }
    wire->position = end;
    if (ok && step_cached(database, "COMMIT", err))
        return true;
    Error ignored;
    ok = step_cached(database, "ROLLBACK", &ignored) &&
         empty_all(database, arena, tables, count, &ignored);
    (void)ok; // The first error is the one to tell.
    return false;
}

bool sqlite_append(void *context, Arena *arena, Wire *wire, Error *err)
{
    SqliteDatabase *database = context;
    WireTable table;
    wire_get_table(wire, arena, &table);
    wire->position = table.start;
    if (!step_cached(database, "BEGIN", err))
        return false;
    bool ok = insert(database, arena, &table, wire, err);
    if (ok && step_cached(database, "COMMIT", err))
        return true;
    Error ignored;
    ok = step_cached(database, "ROLLBACK", &ignored);
    (void)ok; // The first error is the one to tell.
    return false;
}
