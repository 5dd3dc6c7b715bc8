// engine.c - databases in workers: running, refusing, reading back.

#include "engine/engine.h"

#include "base/directory.h"
#include "engine/testing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void expect_values(Arena *arena, const Result *result, size_t row,
                          const char *const *expected)
{
    for (size_t i = 0; i < result->column_count; i++) {
        const char *shown = value_show(arena, result->rows[row][i], 0);
        expect(strcmp(shown, expected[i]) == 0, "row %zu, column %s: %s, not %s", row,
               result->columns[i].name, shown, expected[i]);
    }
}

// The same file, statements and answers in each engine.
static void test_run(Arena *arena, Dialect dialect, const char *directory)
{
    const char *path = arena_printf(arena, "%s/run.db", directory);
    make_database(dialect, path,
                  "CREATE TABLE a (id INTEGER PRIMARY KEY, x VARCHAR(20), y DOUBLE);"
                  "INSERT INTO a VALUES (1, 'one', 1.5), (2, NULL, 2.0), (3, 'c', NULL)");
    Error err;
    Engine *engine = NULL;
    if (!engine_open(path, NULL, &engine, &err)) {
        expect(false, "open %s: %s", path, err.message);
        return;
    }
    expect(engine_dialect(engine) == dialect, "the dialect, from the first bytes");
    expect(strstr(engine_version(engine), " ") != NULL, "the version");

    Result result = {0};
    Request request = {.sql = "SELECT id, x, y FROM a ORDER BY id",
                       .sink = SINK_ROWS,
                       .row_limit = 2};
    expect(engine_run(engine, arena, &request, &result, &err), "run: %s", err.message);
    expect(result.row_count == 3 && result.kept_count == 2, "rows counted and kept");
    expect(result.column_count == 3 && strcmp(result.columns[1].name, "x") == 0 &&
               result.columns[1].type.kind == TYPE_TEXT,
           "columns with their names and types");
    expect_values(arena, &result, 0, (const char *const[]){"1", "'one'", "1.5"});
    expect_values(arena, &result, 1, (const char *const[]){"2", "NULL", "2.0"});
    expect(!result.columns[0].inexact && result.columns[2].inexact,
           "where a float came by");
    expect(!result.all_null, "not only NULL");
    expect((result.steps > 0) == (dialect == DIALECT_SQLITE), "steps, in SQLite");
    expect(result.peak_memory_bytes > 0 && result.elapsed_ms > 0, "counters");

    const char *plan = NULL;
    bool explained = engine_explain(
        engine, arena, "SELECT count(*) FROM a JOIN a AS b ON b.y = a.y", &plan, &err);
    expect(explained, "explain: %s", explained ? "" : err.message);
    expect(explained && strstr(plan, "\n") != NULL && strstr(plan, "SCAN") != NULL,
           "a plan: %s", explained ? plan : "");

    const Catalog *catalog = NULL;
    bool described = engine_describe(engine, arena, &catalog, &err);
    expect(described, "describe: %s", described ? "" : err.message);
    const Table *table = described ? catalog_table(catalog, NULL, "a") : NULL;
    expect(table != NULL && table->column_count == 3 && table->row_count == 3 &&
               table->key_count == 1 && table->keys[0].primary,
           "the catalogue has the table and its key");
    engine_close(engine);
    remove(path);
}

static void test_parameters(Arena *arena, Dialect dialect)
{
    Error err;
    Scratch *scratch = NULL;
    Result result = {0};
    if (!scratch_open(dialect, NULL, &scratch, &err)) {
        expect(false, "open scratch: %s", err.message);
        return;
    }
    Parameter parameters[] = {
        {.name = "low", .value = {.kind = VALUE_INTEGER, .integer = 5}},
        {.name = "word", .value = {.kind = VALUE_TEXT, .bytes = "a'b", .length = 3}},
    };
    Request request = {.sql = "SELECT $low + 1, $word",
                       .parameters = parameters,
                       .parameter_count = 2,
                       .sink = SINK_ROWS,
                       .row_limit = 1};
    expect(scratch_run(scratch, arena, &request, &result, &err), "%s", err.message);
    expect_values(arena, &result, 0, (const char *const[]){"6", "'a''b'"});
    request.parameter_count = 1;
    expect(!scratch_run(scratch, arena, &request, &result, &err) &&
               strstr(err.message, "no value for parameter") != NULL,
           "a missing parameter is an error");
    scratch_close(scratch);
}

// A statement that fails, or ends at its deadline, does not end the snapshot for others.
static void test_snapshot(Arena *arena, Dialect dialect, const char *directory)
{
    static const char *const failing[] = {
        "SELECT nothing FROM a",
        "SELECT CAST(x AS INTEGER) / 0 + abs(-9223372036854775807 - 1) FROM a",
        ("WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
         " SELECT count(*) FROM r"),
    };
    Error err;
    Result result;
    Engine *engine = NULL;
    bool changed = true;
    const char *path = arena_printf(arena, "%s/snapshot.db", directory);
    make_database(dialect, path, "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('q')");
    bool ok =
        engine_open(path, NULL, &engine, &err) && engine_begin_snapshot(engine, &err);
    expect(ok, "begin a snapshot: %s", ok ? "" : err.message);
    if (!ok)
        return;
    for (size_t i = 0; i < COUNT_OF(failing); i++) {
        Request request = {.sql = failing[i], .timeout_ms = 100};
        expect(!engine_run(engine, arena, &request, &result, &err), "%s", failing[i]);
        request = (Request){.sql = "SELECT x FROM a"};
        ok = engine_run(engine, arena, &request, &result, &err);
        expect(ok && result.row_count == 1, "in the snapshot after %s: %s", failing[i],
               ok ? "" : err.message);
    }
    expect(engine_end_snapshot(engine, &changed, &err) && !changed, "nothing changed");
    engine_close(engine);
    remove(path);
}

// A writer that commits inside a snapshot is not seen there.
static void test_held_snapshot(Arena *arena, const char *directory)
{
    Error err;
    Result before, inside, after;
    Engine *engine = NULL;
    Scratch *writer = NULL;
    bool changed = true;
    const char *path = arena_printf(arena, "%s/held.db", directory);
    Request request = {.sql = "SELECT x FROM a", .timeout_ms = 5000};
    bool ok =
        scratch_create(DIALECT_SQLITE, path, NULL, &writer, &err) &&
        scratch_execute(writer, "CREATE TABLE a (x); INSERT INTO a VALUES (1)", &err) &&
        engine_open(path, NULL, &engine, &err) && engine_begin_snapshot(engine, &err) &&
        engine_run(engine, arena, &request, &before, &err);
    expect(ok, "a snapshot beside a writer: %s", ok ? "" : err.message);
    if (!ok)
        return;
    expect(!scratch_execute(writer, "INSERT INTO a VALUES (2)", &err),
           "a reader's snapshot keeps a writer out");
    ok = engine_run(engine, arena, &request, &inside, &err) &&
         engine_end_snapshot(engine, &changed, &err) &&
         scratch_execute(writer, "INSERT INTO a VALUES (2)", &err) &&
         engine_run(engine, arena, &request, &after, &err);
    expect(ok && before.row_count == 1 && inside.row_count == 1 && !changed &&
               after.row_count == 2,
           "and what is written afterwards is seen: %s", ok ? "" : err.message);
    engine_close(engine);
    scratch_close(writer);
    remove(path);
}

// A DuckDB file is closed when there is no work, so that others can write it; then it is
// opened again, with what they wrote.
static void test_idle(Arena *arena, const char *directory)
{
    enum { IDLE_MS = 100, LONG_MS = 600 };
    Error err;
    Result result;
    Engine *engine = NULL;
    EngineOptions options = {.idle_ms = IDLE_MS};
    const char *path = arena_printf(arena, "%s/idle.db", directory);
    make_database(DIALECT_DUCKDB, path,
                  "CREATE TABLE a (x INT); INSERT INTO a VALUES (1)");
    bool ok = engine_open(path, &options, &engine, &err);
    expect(ok, "open: %s", ok ? "" : err.message);
    if (!ok)
        return;
    Request request = {.sql = "SELECT x FROM a"};
    expect(engine_begin_snapshot(engine, &err), "a snapshot");
    usleep(LONG_MS * 1000);
    Engine *other = NULL;
    bool changed = true;
    expect(engine_run(engine, arena, &request, &result, &err) && result.row_count == 1 &&
               engine_end_snapshot(engine, &changed, &err) && !changed,
           "a snapshot is held, however long");
    usleep(LONG_MS * 1000);
    expect(remove(path) == 0, "the file makes room for another");
    make_database(DIALECT_DUCKDB, path,
                  "CREATE TABLE a (x INT); INSERT INTO a VALUES (1), (2)");
    ok = engine_run(engine, arena, &request, &result, &err);
    expect(ok && result.row_count == 2, "read again, with what was written: %s",
           ok ? "" : err.message);
    ok = engine_open(path, NULL, &other, &err);
    expect(ok, "another reader: %s", ok ? "" : err.message);
    engine_close(other);
    engine_close(engine);
    remove(path);
}

// Rows go from a user's database into one of our own as they are.
static void expect_copied(Arena *arena, Scratch *scratch, Engine *engine)
{
    static const Column columns[] = {
        {.name = "id", .type = {.kind = TYPE_INTEGER, .width = 32}},
        {.name = "twice", .type = {.kind = TYPE_INTEGER}, .generated = "id * 2"},
        {.name = "x", .type = {.kind = TYPE_TEXT}},
        {.name = "y", .type = {.kind = TYPE_FLOAT}},
    };
    static const Table table = {.name = "a",
                                .columns = columns,
                                .column_count = COUNT_OF(columns)};
    Error err = {0};
    Result result = {0};
    uint64_t rows = 0;
    Request taken = {.sql = "SELECT id, x, y FROM a ORDER BY id",
                     .sink = SINK_ROWS,
                     .row_limit = 2};
    Request all = {.sql = "SELECT * FROM a ORDER BY id",
                   .sink = SINK_ROWS,
                   .row_limit = 9};
    expect(!scratch_append_from(scratch, &table, engine, &taken, &rows, &err) &&
               err.kind == ERROR_UNSUPPORTED,
           "more rows than asked for are none");
    taken.row_limit = 3;
    bool ok = scratch_append_from(scratch, &table, engine, &taken, &rows, &err) &&
              scratch_run(scratch, arena, &all, &result, &err);
    expect(ok && rows == 3 && result.kept_count == 3, "three rows: %s", err.message);
    for (size_t i = 0; ok && i < result.kept_count; i++)
        expect_values(arena, &result, i,
                      (const char *const[][4]){{"1", "2", "'one'", "1.5"},
                                               {"2", "4", "NULL", "2.0"},
                                               {"3", "6", "''", "NULL"}}[i]);
    taken.sql = "SELECT id, x, y FROM a WHERE id > 5";
    ok = scratch_append_from(scratch, &table, engine, &taken, &rows, &err) &&
         scratch_run(scratch, arena, &all, &result, &err);
    expect(ok && rows == 0 && result.kept_count == 3, "none is none");
}

static void test_copy(Arena *arena, Dialect dialect, const char *directory)
{
    static const char schema[] = "CREATE TABLE a (id INTEGER, twice INTEGER AS (id * 2), "
                                 "x VARCHAR(20), y DOUBLE)";
    Error err;
    Engine *engine = NULL;
    Scratch *scratch = NULL;
    const char *path =
        arena_printf(arena, "%s/copy-%s", directory, dialect_name(dialect));
    make_database(dialect, path,
                  arena_printf(arena,
                               "%s; INSERT INTO a (id, x, y) VALUES "
                               "(1, 'one', 1.5), (2, NULL, 2.0), (3, '', NULL)",
                               schema));
    bool ok = engine_open(path, NULL, &engine, &err) &&
              scratch_open(dialect, NULL, &scratch, &err) &&
              scratch_execute(scratch, schema, &err);
    expect(ok, "copy: %s", ok ? "" : err.message);
    if (ok)
        expect_copied(arena, scratch, engine);
    scratch_close(scratch);
    engine_close(engine);
    remove(path);
}

static void test_engine(Arena *arena, Dialect dialect, const char *directory)
{
    test_run(arena, dialect, directory);
    test_parameters(arena, dialect);
    test_snapshot(arena, dialect, directory);
    test_copy(arena, dialect, directory);
    if (dialect == DIALECT_DUCKDB)
        test_idle(arena, directory);
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    const char *directory = make_directory(&arena);
    size_t engines = available_count();
    for (size_t i = 0; i < engines; i++)
        test_engine(&arena, available(i), directory);
    test_held_snapshot(&arena, directory);
    directory_remove(directory);
    arena_clear(&arena);
    return finish();
}
