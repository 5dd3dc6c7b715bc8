// databases.c - on how many databases a second is a pair of queries compared?
//
//     databases [SECONDS]
//
// For a query over two tables and another way to write it: drawn; tried in memory by the
// interpreter, which loads the rows, runs both queries and compares; and confirmed by
// each engine in one scratch database that is used again, with all counted in: drawing
// the rows, clearing, loading, both queries, comparing. SQLite scans backwards and DuckDB
// leaves its optimizer out for every other batch, as under the judge. What is in memory
// is measured in CPU time, the engines by the clock on the wall.

#include "base/clock.h"
#include "base/compiler.h"
#include "sql/sql.h"
#include "verify/interpret.h"
#include "verify/shrink.h"

#include <stdio.h>
#include <stdlib.h>

enum { FAVOUR = 2, BATCH = 8, POOL = 500 };

static const char schema[] =
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, city VARCHAR(20));"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount INTEGER);";
static const char left[] =
    "SELECT c.city, count(*), max(o.amount) FROM customers c"
    " JOIN orders o ON o.customer_id = c.id WHERE o.amount > 2 GROUP BY c.city";
static const char right[] =
    "SELECT city, count(*), max(amount) FROM customers, orders"
    " WHERE customer_id = customers.id AND NOT amount <= 2 GROUP BY city";

typedef struct {
    Arena arena;
    Dialect dialect;
    Pair pair;
    const Hints *hints;
    Generator *generator;
    Ordering ordering;
    Random random;
    double seconds; // How long each is measured.
} Bench;

static void quit(const Error *err)
{
    fprintf(stderr, "databases: %s\n", err->message);
    exit(1);
}

static void prepare(Bench *bench)
{
    Error err;
    const Catalog *catalog;
    if (!sql_read_schema(&bench->arena, bench->dialect, schema, true, &catalog, &err))
        quit(&err);
    bench->pair = pair_new(&bench->arena, catalog, left, right);
    bench->hints = hints_new(&bench->arena, &bench->pair);
    bench->generator = generator_new(&bench->arena, bench->hints);
    bench->ordering = ordering_new(&bench->arena, &bench->pair.left);
    bench->random = random_new(1);
}

// In memory

typedef struct {
    double drawn, tried; // A second.
} InMemory;

static InMemory measure_in_memory(Bench *bench)
{
    const char *why;
    Trace trace;
    CellRows ours, theirs;
    Arena scratch = ARENA_EMPTY, pool = ARENA_EMPTY;
    Branches *branches = branches_new(&bench->arena);
    Interpreter *original =
        interpreter_new(&bench->arena, branches, bench->pair.left.tree, &why);
    Interpreter *candidate =
        interpreter_new(&bench->arena, branches, bench->pair.right.tree, &why);
    size_t drawn = 0, same = 0;
    double draw_ms = 0, try_ms = 0;
    while (draw_ms + try_ms < bench->seconds * 1e3) {
        Database databases[POOL];
        double started_ms = clock_cpu_ms();
        for (size_t i = 0; i < POOL; i++)
            databases[i] =
                generator_next(bench->generator, &pool, &bench->random, drawn++, FAVOUR);
        double drawn_ms = clock_cpu_ms();
        for (size_t i = 0; i < POOL; i++) {
            const LoadedDatabase *loaded =
                database_load(&scratch, branches, bench->dialect, &databases[i]);
            same += interpreter_run(original, &scratch, loaded, &trace, &ours, &why) ==
                        RUN_ROWS &&
                    interpreter_run(candidate, &scratch, loaded, &trace, &theirs, &why) ==
                        RUN_ROWS &&
                    cell_rows_same(&bench->ordering, &ours, &theirs, true);
            arena_reset(&scratch);
        }
        draw_ms += drawn_ms - started_ms;
        try_ms += clock_cpu_ms() - drawn_ms;
        arena_reset(&pool);
    }
    arena_clear(&scratch);
    arena_clear(&pool);
    return (InMemory){.drawn = (double)drawn / draw_ms * 1e3,
                      .tried = (double)same / try_ms * 1e3};
}

// In an engine

static double confirmed_per_second(Bench *bench, Scratch *scratch)
{
    Error err;
    Ring ring = {.arena = &bench->arena,
                 .scratch = scratch,
                 .dialect = bench->dialect,
                 .left = left,
                 .right = right,
                 .ordering = &bench->ordering};
    Arena arena = ARENA_EMPTY;
    size_t same = 0;
    double started_ms = clock_ms(), elapsed_ms = 0;
    for (size_t i = 0; elapsed_ms < bench->seconds * 1e3; i++) {
        Database database =
            generator_next(bench->generator, &arena, &bench->random, i, FAVOUR);
        if (!ring_turn(&ring, i / BATCH % 2 == 1, &err))
            quit(&err);
        same += ring_try(&ring, &arena, &database).likeness == LIKENESS_SAME;
        arena_reset(&arena);
        elapsed_ms = clock_ms() - started_ms;
    }
    arena_clear(&arena);
    return (double)same / elapsed_ms * 1e3;
}

static void measure(Bench *bench)
{
    Error err;
    Scratch *scratch = NULL;
    EngineOptions options = {.threads = 1};
    prepare(bench);
    InMemory in_memory = measure_in_memory(bench);
    printf("%s, databases a second: %.0f drawn, %.0f tried in memory",
           dialect_name(bench->dialect), in_memory.drawn, in_memory.tried);
    fflush(stdout);
    if (!scratch_open(bench->dialect, &options, &scratch, &err))
        printf(", %s\n", err.message);
    else if (!scratch_execute(scratch, print_tables(&bench->arena, bench->hints, true),
                              &err))
        quit(&err);
    else
        printf(", %.0f confirmed by the engine\n", confirmed_per_second(bench, scratch));
    scratch_close(scratch);
    arena_clear(&bench->arena);
}

int main(int count, char **arguments)
{
    static const Dialect dialects[] = {DIALECT_SQLITE, DIALECT_DUCKDB};
    for (size_t i = 0; i < COUNT_OF(dialects); i++) {
        Bench bench = {.dialect = dialects[i],
                       .seconds = count > 1 ? atof(arguments[1]) : 3};
        measure(&bench);
    }
    return 0;
}
