// sketch.c - rows read out of sketches are those that the engine hands over.

#include "engine/sketch.h"

#include "base/directory.h"
#include "base/text.h"
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 3000, SHOWN = 400 };

// Rows of `id` and values of every type, some of them long; the second side has another
// row for id 77.
typedef struct {
    Dialect dialect;
    const char *setup;
    const char *changed; // In place of a column.
} Suite;

static const Suite suites[] = {
    {DIALECT_SQLITE,
     "CREATE TABLE t (id INTEGER, n NUMERIC, r REAL, s TEXT, b BLOB, x);"
     "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3000) "
     "INSERT INTO t SELECT i, i / 4.0, i * 1.1, CASE WHEN i % 3 > 0 THEN 'text ' || i "
     "END,"
     " zeroblob(i % 5), CASE i % 4 WHEN 0 THEN i WHEN 1 THEN 'x' WHEN 2 THEN i / 8.0 + "
     "0.1 END "
     "FROM c",
     "SELECT id, n, r + (id = 77), s, b, x FROM t"},
    {DIALECT_DUCKDB,
     "CREATE TABLE t AS SELECT i::INTEGER AS id, i * 1.1::DOUBLE AS f, (i / 3.0)::FLOAT "
     "AS "
     "narrow, (i / 8.0)::DECIMAL(12, 3) AS price, (i * 100)::DECIMAL(18, 0) AS whole, (i "
     "* 10000000000)::DECIMAL(30, 10) AS wide, "
     "(i::HUGEINT * 1000000000000000000000) AS huge, (i / 7.0)::DECIMAL(38, 20) AS long, "
     "i % 2 = 0 AS flag, 'text ' || i AS note, ('b' || i)::BLOB AS bytes, DATE "
     "'1969-12-25' "
     "+ i::INTEGER AS day, TIME '00:00:00.5' + to_seconds(i) AS hour, TIMESTAMP "
     "'1969-12-31 23:59:59.25' + to_minutes(i) AS moment, TIMESTAMPTZ '2024-02-29 "
     "10:00:00+00' + to_hours(i) AS zoned, to_days(i::INTEGER) AS span, "
     "CASE WHEN i % 3 > 0 THEN [i, NULL] END AS list, CASE WHEN i % 100 = 0 THEN "
     "DATE 'infinity' END AS never, CASE WHEN i % 50 = 0 THEN 'nan'::DOUBLE WHEN i % 50 "
     "= 1 "
     "THEN i END AS rare FROM range(1, 3001) AS r(i)",
     "SELECT * REPLACE (price + (id = 77)::INTEGER AS price) FROM t"},
};

static const char *show(Arena *arena, const Value *row, size_t width)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < width; i++)
        text_addf(&text, "%s%s", i > 0 ? " | " : "", value_show(arena, row[i], SHOWN));
    return text.bytes;
}

static bool run(Engine *engine, Arena *arena, Request request, Result *result)
{
    Error err = {0};
    bool ok = engine_run(engine, arena, &request, result, &err);
    expect(ok, "%s: %s", request.sql, err.message);
    return ok;
}

static bool run_sketched(Engine *engine, Arena *arena, const char *sql,
                         const Result *first, Result *result)
{
    uint32_t loose[64];
    Request request = {.sql = sql,
                       .sink = SINK_DIGEST,
                       .blurs = true,
                       .sketch_above = ROWS - 1,
                       .loose = loose,
                       .is_loose_all = first != NULL};
    for (uint32_t i = 0; first != NULL && i < first->column_count; i++)
        if (first->columns[i].is_loose)
            loose[request.loose_count++] = i;
    return run(engine, arena, request, result) && result->sketch != NULL;
}

// The row of each side for id 77, and no other, is in a region.
static void test_regions(Engine *engine, Arena *arena, const Suite *suite,
                         const Result sides[2])
{
    const char *const texts[] = {"SELECT * FROM t", suite->changed};
    SketchedRows rows = sketch_regions(arena, &sides[0], &sides[1]);
    size_t width = sides[0].column_count;
    expect(rows.share == 1 && rows.left_count == 1 && rows.right_count == 1,
           "%s: one row differs on each side, not %zu and %zu in %g",
           dialect_name(suite->dialect), rows.left_count, rows.right_count, rows.share);
    const Value *const found[] = {rows.left_count > 0 ? rows.left[0] : NULL,
                                  rows.right_count > 0 ? rows.right[0] : NULL};
    for (size_t i = 0; i < 2; i++) {
        Result whole;
        const char *sql =
            arena_printf(arena, "SELECT * FROM (%s) AS q WHERE id = 77", texts[i]);
        if (found[i] == NULL ||
            !run(engine, arena, (Request){.sql = sql, .sink = SINK_ROWS, .row_limit = 1},
                 &whole))
            continue;
        const char *wanted = show(arena, whole.rows[0], width);
        const char *got = show(arena, found[i], width);
        expect(strcmp(wanted, got) == 0, "%s\nnot %s", wanted, got);
    }
}

// So few rows are all in the sample, and are what the engine hands over.
static void test_samples(Engine *engine, Arena *arena, const Result sides[2])
{
    Result whole;
    SketchedRows rows = sketch_samples(arena, &sides[0], &sides[1]);
    expect(rows.share == 1 && rows.left_count == ROWS && rows.right_count == ROWS,
           "all rows are in the sample, not %zu and %zu", rows.left_count,
           rows.right_count);
    if (!run(engine, arena,
             (Request){.sql = "SELECT * FROM t", .sink = SINK_ROWS, .row_limit = ROWS},
             &whole))
        return;
    size_t width = whole.column_count, differing = 0;
    for (size_t i = 0; i < rows.left_count; i++) {
        const char *wanted = show(arena, whole.rows[i], width);
        const char *got = show(arena, rows.left[i], width);
        if (strcmp(wanted, got) != 0 && differing++ == 0)
            printf("%s\nnot %s\n", wanted, got);
    }
    expect(differing == 0, "%zu rows of the sample differ", differing);
}

// A float in a column that was not to have any.
static void test_stray(Engine *engine, Arena *arena, const Result *first)
{
    Result result;
    const char *sql = "SELECT 0.5e0 AS id, n, r, s, b, x FROM t";
    expect(!run_sketched(engine, arena, sql, first, &result),
           "a stray float leaves no sketch");
}

static void test_suite(Arena *arena, const char *directory, const Suite *suite)
{
    const char *path =
        arena_printf(arena, "%s/%s", directory, dialect_name(suite->dialect));
    Engine *engine;
    Error err = {0};
    make_database(suite->dialect, path, suite->setup);
    bool ok = engine_open(path, &(EngineOptions){.threads = 1}, &engine, &err);
    expect(ok, "open: %s", err.message);
    if (!ok)
        return;
    Result sides[2];
    ok = run_sketched(engine, arena, "SELECT * FROM t", NULL, &sides[0]) &&
         run_sketched(engine, arena, suite->changed, &sides[0], &sides[1]);
    expect(ok, "both have a sketch");
    if (ok) {
        test_regions(engine, arena, suite, sides);
        test_samples(engine, arena, sides);
    }
    if (ok && suite->dialect == DIALECT_SQLITE)
        test_stray(engine, arena, &sides[0]);
    engine_close(engine);
    remove(path);
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    const char *directory = make_directory(&arena);
    for (size_t i = 0; i < available_count(); i++)
        for (size_t j = 0; j < COUNT_OF(suites); j++)
            if (suites[j].dialect == available(i))
                test_suite(&arena, directory, &suites[j]);
    directory_remove(directory);
    arena_clear(&arena);
    return finish();
}
