// compare_rows.c - what it costs to compare a large result.
//
//     compare_rows sqlite|duckdb FILE ROWS
//
// Makes a table of ROWS rows in FILE, unless it is there. Then the same result is
// fetched and only counted, which is what the engine needs to deliver it; digested, as
// every comparison begins; and sorted and stored, as is done where that can't tell.
// Prints wall and CPU times, the better of two, as multiples of the first as well, and
// how much more memory each takes.

#include "base/text.h"
#include "catalog/type.h"
#include "engine/engine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char sqlite_rows[] =
    "CREATE TABLE wide (id INTEGER, shop INTEGER, price NUMERIC, day TEXT, note TEXT,"
    " weight REAL); WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
    " WHERE i + 1 < %s) INSERT INTO wide SELECT i, i %% 1000, i * 7919 %% 100000 / 100.0,"
    " date('2020-01-01', (i %% 1500) || ' days'), 'note ' || (i %% 5000),"
    " i * 31 %% 10007 / 8.0 FROM n;";
static const char duckdb_rows[] =
    "CREATE TABLE wide AS SELECT i AS id, (i %% 1000)::INTEGER AS shop,"
    " (i * 7919 %% 100000 / 100.0)::DECIMAL(12, 2) AS price,"
    " DATE '2020-01-01' + (i %% 1500)::INTEGER AS day, 'note ' || (i %% 5000) AS note,"
    " (i * 31 %% 10007) / 8.0::DOUBLE AS weight FROM range(%s) AS t(i);";

static bool make_rows(Arena *arena, Dialect dialect, const char *path, const char *rows,
                      Error *err)
{
    Scratch *scratch;
    EngineOptions options = {.timeout_ms = 600e3};
    const char *format = dialect == DIALECT_SQLITE ? sqlite_rows : duckdb_rows;
    size_t size = strlen(format) + strlen(rows);
    char *sql = arena_new(arena, char, size);
    snprintf(sql, size, format, rows);
    if (!scratch_create(dialect, path, &options, &scratch, err))
        return false;
    bool ok = scratch_execute(scratch, sql, err);
    scratch_close(scratch);
    return ok;
}

typedef struct {
    double elapsed_ms, cpu_ms;
    size_t memory_bytes;
} Cost;

// The better of two runs: the first one reads the file.
static bool run(Engine *engine, Arena *arena, SinkKind sink, Cost *cost, Error *err)
{
    Request request = {.sql = "SELECT * FROM wide",
                       .sink = sink,
                       .blurs = sink == SINK_DIGEST,
                       .timeout_ms = 600e3};
    for (int i = 0; i < 2; i++) {
        Result result;
        Spill *spill = NULL;
        bool ok = sink == SINK_SPILL
                      ? engine_run_spilled(engine, arena, &request, &result, &spill, err)
                      : engine_run(engine, arena, &request, &result, err);
        spill_close(spill);
        if (!ok)
            return false;
        if (i == 0 || result.elapsed_ms < cost->elapsed_ms)
            cost->elapsed_ms = result.elapsed_ms;
        if (i == 0 || result.cpu_ms < cost->cpu_ms)
            cost->cpu_ms = result.cpu_ms;
        cost->memory_bytes = result.peak_memory_bytes;
    }
    return true;
}

static bool measure(const char *path, Error *err)
{
    static const struct {
        SinkKind sink;
        const char *name;
    } sinks[] = {{SINK_COUNT, "fetched"},
                 {SINK_DIGEST, "digested"},
                 {SINK_SPILL, "sorted"}};
    Arena arena = ARENA_EMPTY;
    Engine *engine;
    EngineOptions options = {.timeout_ms = 600e3};
    if (!engine_open(path, &options, &engine, err))
        return false;
    Cost costs[COUNT_OF(sinks)] = {0};
    bool ok = true;
    for (size_t i = 0; i < COUNT_OF(sinks) && ok; i++) {
        ok = run(engine, &arena, sinks[i].sink, &costs[i], err);
        if (ok)
            printf("  %-9s %7.0f ms  %5.2fx  %7.0f ms of CPU time  %5.2fx  %+6.1f MB\n",
                   sinks[i].name, costs[i].elapsed_ms,
                   costs[i].elapsed_ms / costs[0].elapsed_ms, costs[i].cpu_ms,
                   costs[i].cpu_ms / costs[0].cpu_ms,
                   ((double)costs[i].memory_bytes - (double)costs[0].memory_bytes) / 1e6);
        fflush(stdout);
    }
    engine_close(engine);
    arena_clear(&arena);
    return ok;
}

int main(int argc, char **argv)
{
    Dialect dialect;
    if (argc != 4 || !dialect_find(argv[1], &dialect)) {
        fprintf(stderr, "usage: compare_rows sqlite|duckdb FILE ROWS\n");
        return 2;
    }
    Arena arena = ARENA_EMPTY;
    Error err;
    bool ok =
        access(argv[2], R_OK) == 0 || make_rows(&arena, dialect, argv[2], argv[3], &err);
    ok = ok && measure(argv[2], &err);
    if (!ok)
        fprintf(stderr, "compare_rows: %s\n", err.message);
    arena_clear(&arena);
    return ok ? 0 : 1;
}
