// engine.c - databases in workers: running, refusing, reading back.

#include "engine/engine.h"

#include "base/directory.h"
#include "engine/testing.h"

#include <stdio.h>
#include <string.h>

static void test_run_sqlite(Arena *arena, const char *directory)
{
    const char *path = arena_printf(arena, "%s/a.sqlite", directory);
    make_database(DIALECT_SQLITE, path,
                  "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y REAL);"
                  "INSERT INTO a VALUES (1, 'one', 1.5), (2, NULL, 2.0), (3, 'c', NULL)");
    Error err;
    Engine *engine = NULL;
    expect(engine_open(path, NULL, &engine, &err), "open a SQLite file");
    expect(engine_dialect(engine) == DIALECT_SQLITE, "its dialect");
    expect(strncmp(engine_version(engine), "SQLite 3.", 9) == 0, "its version");

    Result result;
    Request request = {.sql = "SELECT id, x, y FROM a ORDER BY id",
                       .sink = SINK_ROWS,
                       .row_limit = 2};
    expect(engine_run(engine, arena, &request, &result, &err), "run a query");
    expect(result.row_count == 3 && result.kept_count == 2, "rows counted and kept");
    expect(result.column_count == 3 && strcmp(result.columns[1].name, "x") == 0 &&
               result.columns[1].type.kind == TYPE_TEXT,
           "columns with their names and types");
    expect(result.rows[0][0].integer == 1 && strcmp(result.rows[0][1].bytes, "one") == 0,
           "values");
    expect(result.rows[1][1].kind == VALUE_NULL && result.rows[1][2].number == 2.0,
           "NULL and floats");
    expect(result.has_float && !result.all_null && result.steps > 0, "counters");
    engine_close(engine);
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    const char *directory = NULL;
    if (!directory_make_temporary(&arena, &directory, &err)) {
        puts(err.message);
        return 1;
    }
    test_run_sqlite(&arena, directory);
    directory_remove(directory);
    arena_clear(&arena);
    return finish();
}
