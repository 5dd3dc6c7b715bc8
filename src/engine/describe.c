// describe.c - the catalogue of an engine, and a look at what SQLite does not enforce.

#include "engine/describe.h"

#include <string.h>

// A user's limit is for a run of a query, and may be far shorter.
enum { CATALOG_TIMEOUT_MS = 60000 };

bool describe_rows(Session *session, Arena *arena, const char *sql, const char *name,
                   Result *result, Error *err)
{
    Parameter parameter = {.number = 1, .value = {.kind = VALUE_TEXT, .type = TYPE_TEXT}};
    Request request = {.sql = sql,
                       .sink = SINK_ROWS,
                       .row_limit = SIZE_MAX,
                       .timeout_ms = CATALOG_TIMEOUT_MS};
    if (name != NULL) {
        parameter.value.bytes = name;
        parameter.value.length = strlen(name);
        request.parameters = &parameter;
        request.parameter_count = 1;
    }
    return session_run(session, arena, &request, NULL, result, err);
}

const char *row_text(const Result *result, size_t row, size_t column)
{
    const Value *value = &result->rows[row][column];
    return value->kind == VALUE_TEXT ? value->bytes : NULL;
}

int64_t row_integer(const Result *result, size_t row, size_t column)
{
    return result->rows[row][column].integer;
}

bool describe(Session *session, Arena *arena, const Catalog **catalog, Error *err)
{
    Catalog *made = arena_new(arena, Catalog, 1);
    made->dialect = session->opening.dialect;
    made->version = arena_string(arena, session->version);
    bool ok = made->dialect == DIALECT_DUCKDB
                  ? describe_duckdb(session, arena, made, err)
                  : describe_sqlite(session, arena, made, err);
    if (!ok || !describe_settings(session, arena, made, err))
        return fail_while(err, "reading the catalogue");
    *catalog = made;
    return true;
}
