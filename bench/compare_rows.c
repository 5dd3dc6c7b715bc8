// compare_rows.c - what it costs to compare a large result.
//
//     compare_rows sqlite|duckdb FILE ROWS
//
// Makes a table of ROWS rows in FILE, unless it is there. Then two queries are compared
// as `hone check` and `hone optimize` do it: the same rows, the same but for the last
// digits of floats, one row or all of them different, and different rows told one by one.
// Prints the CPU time of all processes, the better of two runs, as a multiple of what
// the engine needs to deliver both results, and how much memory more than for that.

#include "base/text.h"
#include "catalog/type.h"
#include "engine/engine.h"
#include "verify/data.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
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

#define ROW "id, shop, price, day, note, weight "

typedef struct {
    const char *name;
    const char *left, *right;
    bool is_compared; // Else both are only fetched.
    bool is_told;     // In which rows they differ.
} Task;

static const Task tasks[] = {
    {"delivered", "SELECT " ROW "* 1.1e0 FROM wide",
     "SELECT " ROW "* 11e0 / 10 FROM wide", false, false},
    {"the same", "SELECT " ROW "* 1.1e0 FROM wide", "SELECT " ROW "* 1.1e0 FROM wide",
     true, false},
    {"other digits", "SELECT " ROW "* 1.1e0 FROM wide",
     "SELECT " ROW "* 11e0 / 10 FROM wide", true, false},
    {"one differs", "SELECT " ROW "* 1.1e0 FROM wide",
     "SELECT " ROW "* CASE WHEN id = 77 THEN 1.2e0 ELSE 1.1e0 END FROM wide", true,
     false},
    {"all differ", "SELECT " ROW "* 1.1e0 FROM wide", "SELECT " ROW "* 1.2e0 FROM wide",
     true, false},
    {"one is told", "SELECT " ROW "* 1.1e0 FROM wide",
     "SELECT " ROW "* CASE WHEN id = 77 THEN 1.2e0 ELSE 1.1e0 END FROM wide", true, true},
    {"all are told", "SELECT " ROW "* 1.1e0 FROM wide", "SELECT " ROW "* 1.2e0 FROM wide",
     true, true},
};

typedef struct {
    double cpu_ms;
    size_t memory_bytes; // The most that a process had.
} Cost;

static double milliseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

// What this process and those that ended before have used so far.
static Cost cost_now(void)
{
    struct rusage own, others;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &others);
    long memory = own.ru_maxrss > others.ru_maxrss ? own.ru_maxrss : others.ru_maxrss;
    return (Cost){.cpu_ms = milliseconds(own.ru_utime) + milliseconds(own.ru_stime) +
                            milliseconds(others.ru_utime) + milliseconds(others.ru_stime),
                  .memory_bytes = (size_t)memory * 1024};
}

static bool fetch(Engine *engine, Arena *arena, const char *sql, Error *err)
{
    Result result;
    Request request = {.sql = sql, .sink = SINK_COUNT, .timeout_ms = 600e3};
    return engine_run(engine, arena, &request, &result, err);
}

static bool compare(Engine *engine, Arena *arena, const Task *task, Error *err)
{
    const Catalog *catalog;
    Verdict verdict;
    DataOptions options = {.timeout_ms = 600e3, .tells_differences = task->is_told};
    if (!engine_describe(engine, arena, &catalog, err))
        return false;
    QueryPair texts = {catalog, task->left, task->right};
    return judge_on_data(engine, arena, &texts, &options, &verdict, err);
}

// In processes of its own, whose costs count when they have ended.
static bool run(const char *path, const Task *task, Cost *cost, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Engine *engine;
    EngineOptions options = {.timeout_ms = 600e3, .threads = 1};
    Cost before = cost_now();
    if (!engine_open(path, &options, &engine, err))
        return false;
    bool ok = task->is_compared ? compare(engine, &arena, task, err)
                                : fetch(engine, &arena, task->left, err) &&
                                      fetch(engine, &arena, task->right, err);
    engine_close(engine);
    arena_clear(&arena);
    *cost = cost_now();
    cost->cpu_ms -= before.cpu_ms;
    return ok;
}

static bool measure(const char *path, Error *err)
{
    Cost first = {0};
    for (size_t i = 0; i < COUNT_OF(tasks); i++) {
        Cost cost, again;
        if (!run(path, &tasks[i], &cost, err) || !run(path, &tasks[i], &again, err))
            return false;
        cost.cpu_ms = again.cpu_ms < cost.cpu_ms ? again.cpu_ms : cost.cpu_ms;
        first = i == 0 ? cost : first;
        printf("  %-13s %7.0f ms of CPU time  %5.2fx  %+6.1f MB\n", tasks[i].name,
               cost.cpu_ms, cost.cpu_ms / first.cpu_ms,
               ((double)again.memory_bytes - (double)first.memory_bytes) / 1e6);
        fflush(stdout);
    }
    return true;
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
