// robust.c - whatever a statement does to its worker: an error line, soon, and the next
// statement runs. The database stays byte for byte what it was.

#include "base/clock.h"
#include "base/directory.h"
#include "engine/engine.h"
#include "engine/testing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANY_ENGINE = -1, LATE_MS = 1000, CANCEL_AFTER_MS = 150 };

typedef struct {
    int dialect; // Or ANY_ENGINE.
    const char *sql;
    double timeout_ms;
    size_t memory_mb;
    unsigned kinds; // 1 << ErrorKind: any of these is as good.
} Case;

enum {
    CRASH = 1 << ERROR_CRASH,
    TIMEOUT = 1 << ERROR_TIMEOUT,
    MEMORY = 1 << ERROR_MEMORY,
};

static const Case cases[] = {
    {ANY_ENGINE, "hone: abort", 5000, 0, CRASH},
    {ANY_ENGINE, "hone: hang", 200, 0, TIMEOUT},
    {ANY_ENGINE, "hone: allocate 2 GB", 60000, 256, MEMORY},
    {ANY_ENGINE,
     "SELECT count(*) FROM a, a AS b, a AS c, a AS d, a AS e, a AS f, a AS g, a AS h"
     " WHERE a.id + b.id * c.id + d.id * e.id + f.id * g.id + h.id = -1",
     300, 0, TIMEOUT},
    {ANY_ENGINE,
     "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
     " SELECT count(*) FROM r",
     300, 1024, TIMEOUT},
    {DIALECT_SQLITE, "SELECT hex(zeroblob(4e8))", 50, 0, TIMEOUT},
    {DIALECT_SQLITE, "SELECT hex(zeroblob(4e8))", 20000, 256, MEMORY},
    {DIALECT_SQLITE,
     "SELECT group_concat(hex(zeroblob(1000000))) FROM a, (VALUES (1), (2))", 20000, 256,
     MEMORY},
    {DIALECT_DUCKDB, "SELECT length(repeat(repeat('x', 1000000), 4000))", 20000, 256,
     MEMORY},
    // A string of some GB.
    {DIALECT_SQLITE, "SELECT printf('%.*c', 2000000000, 'x')", 300, 256, TIMEOUT},
    {DIALECT_SQLITE, "SELECT count(replace(hex(zeroblob(1000000)), '0', hex(id))) FROM a",
     20000, 16, MEMORY},
    {DIALECT_DUCKDB, "SELECT repeat('x', 4000000000)", 20000, 256, MEMORY},
    // One opcode, one call of a function: nothing asks whether it is to stop.
    {DIALECT_SQLITE,
     "SELECT instr(hex(zeroblob(4000000)), hex(zeroblob(1000000)) || '1')", 300, 0,
     TIMEOUT},
    {DIALECT_DUCKDB,
     "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000)) FROM a", 300, 0,
     TIMEOUT},
    // Sorted on disk, and cut off: what it wrote is gone, too.
    {DIALECT_SQLITE,
     "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
     " SELECT n FROM r ORDER BY hex(n) || n DESC",
     600, 1024, TIMEOUT},
    {DIALECT_DUCKDB,
     "SELECT i FROM range(1000000000) AS t(i) ORDER BY hash(i), i::VARCHAR || 'x'", 1500,
     200, TIMEOUT | MEMORY}, // Whichever comes first.
};

static bool answers(Engine *engine, Arena *arena)
{
    Error err;
    Result result;
    Request request = {.sql = "SELECT count(*) FROM a",
                       .sink = SINK_ROWS,
                       .row_limit = 1};
    return engine_run(engine, arena, &request, &result, &err) &&
           result.rows[0][0].integer == 100;
}

static void test_case(Engine *engine, Arena *arena, const Case *tested)
{
    Error err;
    Result result;
    Request request = {.sql = tested->sql,
                       .timeout_ms = tested->timeout_ms,
                       .memory_limit_bytes = tested->memory_mb << 20};
    double start_ms = clock_ms();
    bool ok = engine_run(engine, arena, &request, &result, &err);
    double late_ms = clock_ms() - start_ms - tested->timeout_ms;
    expect(!ok && (tested->kinds & 1u << err.kind) != 0, "%s: %s, %s", tested->sql,
           ok ? "no error" : error_kind_name(err.kind), ok ? "" : err.message);
    expect(ok || strchr(err.message, '\n') == NULL, "%s: one line", tested->sql);
    expect(late_ms < LATE_MS, "%s: %g ms behind its deadline", tested->sql, late_ms);
    expect(answers(engine, arena), "the query after %s runs", tested->sql);
}

// Stopping from outside

typedef struct {
    volatile int cancelled;
} Flag;

static void *raise_flag(void *context)
{
    Flag *flag = context;
    usleep(CANCEL_AFTER_MS * 1000);
    flag->cancelled = 1;
    return NULL;
}

static void test_cancel(const char *path, Arena *arena)
{
    Error err;
    Result result;
    Engine *engine = NULL;
    Flag flag = {0};
    EngineOptions options = {.cancelled = &flag.cancelled};
    if (!engine_open(path, &options, &engine, &err)) {
        expect(false, "open: %s", err.message);
        return;
    }
    pthread_t thread;
    pthread_create(&thread, NULL, raise_flag, &flag);
    Request request = {.sql = cases[3].sql};
    double start_ms = clock_ms();
    bool ok = engine_run(engine, arena, &request, &result, &err);
    expect(!ok && err.kind == ERROR_CANCELLED, "a raised flag stops a query: %s",
           ok ? "no error" : err.message);
    expect(clock_ms() - start_ms < CANCEL_AFTER_MS + LATE_MS, "and promptly");
    pthread_join(thread, NULL);
    flag.cancelled = 0;
    expect(answers(engine, arena), "the query after a stopped one runs");
    engine_close(engine);
}

// Scratch databases come back as far as they can

static void test_scratch(Arena *arena, Dialect dialect)
{
    Error err;
    Result result;
    Scratch *scratch = NULL;
    bool ok = scratch_open(dialect, NULL, &scratch, &err) &&
              scratch_execute(scratch, "CREATE TABLE a (x INTEGER)", &err) &&
              scratch_execute(scratch, "INSERT INTO a VALUES (7)", &err);
    expect(ok, "scratch: %s", ok ? "" : err.message);
    if (!ok)
        return;
    Request abort_it = {.sql = "hone: abort"};
    Request read_it = {.sql = "SELECT x FROM a", .sink = SINK_ROWS, .row_limit = 5};
    expect(!scratch_run(scratch, arena, &abort_it, &result, &err) &&
               err.kind == ERROR_CRASH,
           "the scratch worker dies");
    expect(scratch_run(scratch, arena, &read_it, &result, &err) &&
               result.row_count == 1 && result.rows[0][0].integer == 7,
           "what was executed is repeated");

    Value value = {.kind = VALUE_INTEGER, .integer = 8};
    const Value *row = &value;
    Column column = {.name = "x"};
    Table table = {.name = "a", .columns = &column, .column_count = 1};
    TableRows rows = {.table = &table, .rows = &row, .row_count = 1};
    expect(scratch_fill(scratch, &rows, 1, &err), "fill");
    expect(!scratch_run(scratch, arena, &abort_it, &result, &err), "it dies again");
    expect(!scratch_run(scratch, arena, &read_it, &result, &err) &&
               err.kind == ERROR_CRASH && strstr(err.message, "lost") != NULL,
           "rows that were filled are said to be lost");
    expect(scratch_fill(scratch, &rows, 1, &err) &&
               scratch_run(scratch, arena, &read_it, &result, &err) &&
               result.rows[0][0].integer == 8,
           "and can be filled again");

    Answer answers_[2];
    Request hanging[] = {{.sql = "hone: hang", .timeout_ms = 100}, read_it};
    hanging[1].timeout_ms = 100;
    expect(!scratch_trial(scratch, arena, &(TrialTask){&rows, 1, hanging, 2}, answers_,
                          &err) &&
               err.kind == ERROR_TIMEOUT,
           "a trial that hangs ends");
    Request endless[] = {read_it, {.sql = cases[4].sql, .timeout_ms = 300}};
    expect(scratch_trial(scratch, arena, &(TrialTask){&rows, 1, endless, 2}, answers_,
                         &err) &&
               answers_[0].ok && !answers_[1].ok &&
               answers_[1].error.kind == ERROR_TIMEOUT,
           "a trial names the request that did not end");
    scratch_close(scratch);
}

static void test_engine(Dialect dialect, const char *directory)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    Engine *engine = NULL;
    const char *path = arena_printf(&arena, "%s/%s", directory, dialect_name(dialect));
    make_database(dialect, path,
                  "CREATE TABLE a AS WITH RECURSIVE r (id) AS"
                  " (SELECT 1 UNION ALL SELECT id + 1 FROM r WHERE id < 100)"
                  " SELECT id FROM r");
    const char *before = file_print(&arena, path);
    if (!engine_open(path, NULL, &engine, &err)) {
        expect(false, "open: %s", err.message);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (cases[i].dialect == ANY_ENGINE || cases[i].dialect == (int)dialect)
            test_case(engine, &arena, &cases[i]);
    engine_close(engine);
    test_cancel(path, &arena);
    test_scratch(&arena, dialect);
    expect(strcmp(before, file_print(&arena, path)) == 0, "the file is what it was");
    remove(path);
    expect(directory_count(directory) == 0, "nothing is left behind in %s", directory);
    arena_clear(&arena);
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    const char *directory = make_directory(&arena);
    setenv("TMPDIR", directory, 1); // To see what the workers leave behind.
    size_t engines = available_count();
    for (size_t i = 0; i < engines; i++)
        test_engine(available(i), directory);
    directory_remove(directory);
    arena_clear(&arena);
    return finish();
}
