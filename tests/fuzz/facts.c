// facts.c - does facts/ keep its promises?
//
// Random queries are bound and asked about; every promise comes with a query that would
// show it broken, which runs on random databases. A promise that is never made fails the
// test, too: "cannot tell" is always right and never useful.
//
//     fuzz_facts [seed [rounds]]

#include "fuzz/promises.h"
#include "fuzz/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_ROUNDS = 1,
    QUERIES_PER_ROUND = 60, // Of each shape.
    SQLITE_DATABASES = 6,   // In each round; DuckDB takes 20 times as long for a query.
    DUCKDB_DATABASES = 2,
    FAILURES_SHOWN = 10,
};

typedef struct {
    World world;
    uint64_t seed;
    size_t asked[PROMISE_COUNT], promised[PROMISE_COUNT], tested[PROMISE_COUNT];
    size_t broken, refused;
    const char *refused_example;
} Fuzz;

static void show_failure(Fuzz *fuzz, const Promise *promise, const char *rows,
                         const char *what)
{
    if (++fuzz->broken > FAILURES_SHOWN)
        return;
    printf("BROKEN: %s (%s, seed %" PRIu64 "): %s\n%s\n-- refuted by\n%s;\n-- on\n%s\n",
           promise_names[promise->kind], dialect_name(fuzz->world.dialect), fuzz->seed,
           what, promise->query, promise->refutation, rows);
}

static void test_promise(Fuzz *fuzz, Arena *arena, const Promise *promise,
                         const char *rows)
{
    Error err;
    Result result;
    Request request = {.sql = promise->refutation, .sink = SINK_ROWS, .row_limit = 1};
    if (!scratch_run(fuzz->world.scratch, arena, &request, &result, &err)) {
        if (promise->kind == PROMISE_CANNOT_RAISE && !is_static_error(&err))
            show_failure(fuzz, promise, rows, err.message);
        fuzz->refused++;
        fuzz->refused_example =
            arena_printf(&fuzz->world.arena, "%s: %s", err.message, promise->refutation);
        return;
    }
    fuzz->tested[promise->kind]++;
    if (result.rows[0][0].integer != 0)
        show_failure(fuzz, promise, rows, "it does not hold");
}

static bool fuzz_round(Fuzz *fuzz, Random *random, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Asking asking = {.arena = &arena, .catalog = fuzz->world.catalog, .random = random};
    ask_catalog(&asking);
    for (int i = 0; i < QUERIES_PER_ROUND; i++) {
        ask_query(&asking);
        ask_block(&asking);
        ask_frame(&asking);
    }
    bool ok = true;
    int databases =
        fuzz->world.dialect == DIALECT_SQLITE ? SQLITE_DATABASES : DUCKDB_DATABASES;
    for (int i = 0; i < databases && ok; i++) {
        Arena scratch = ARENA_EMPTY;
        const char *rows;
        ok = world_fill(&fuzz->world, &scratch, random, &rows, err);
        for (size_t j = 0; ok && j < asking.promises.count; j++)
            test_promise(fuzz, &scratch, &asking.promises.items[j], rows);
        arena_clear(&scratch);
    }
    for (int i = 0; i < PROMISE_COUNT; i++) {
        fuzz->asked[i] += asking.asked[i];
        fuzz->promised[i] += asking.promised[i];
    }
    if (asking.unbound > 0)
        printf("%zu of %d queries did not bind, such as %s\n", asking.unbound,
               3 * QUERIES_PER_ROUND, asking.unbound_example);
    arena_clear(&arena);
    return ok;
}

// Returns how many kinds of promise were made and kept; adds the others to `failed`.
static int report(const Fuzz *fuzz, int *failed)
{
    int passed = 0;
    printf("%s, seed %" PRIu64 "\n", dialect_name(fuzz->world.dialect), fuzz->seed);
    for (int i = 0; i < PROMISE_COUNT; i++) {
        printf("  %-28s asked %6zu, promised %6zu, tested %6zu\n", promise_names[i],
               fuzz->asked[i], fuzz->promised[i], fuzz->tested[i]);
        if (fuzz->tested[i] > 0)
            passed++;
        else
            ++*failed;
    }
    printf("  %zu broken; %zu refutations refused by the engine%s%s\n", fuzz->broken,
           fuzz->refused, fuzz->refused ? ", such as " : "",
           fuzz->refused ? fuzz->refused_example : "");
    *failed += fuzz->broken > 0;
    return passed;
}

// Returns false if the engine's library is not there.
static bool fuzz_dialect(Dialect dialect, uint64_t seed, int rounds, int *passed,
                         int *failed)
{
    Fuzz fuzz = {.seed = seed};
    Error err;
    bool opened = world_open(&fuzz.world, dialect, &err);
    Random random = random_new(seed);
    bool ok = opened;
    for (int i = 0; i < rounds && ok; i++)
        ok = fuzz_round(&fuzz, &random, &err);
    if (!ok)
        printf("%s: %s\n", dialect_name(dialect), err.message);
    if (opened || err.kind != ERROR_FILE) {
        *passed += report(&fuzz, failed);
        *failed += !ok;
    }
    world_close(&fuzz.world);
    return opened || err.kind != ERROR_FILE;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    int rounds = argc > 2 ? atoi(argv[2]) : DEFAULT_ROUNDS;
    int passed = 0, failed = 0;
    if (!fuzz_dialect(DIALECT_SQLITE, seed, rounds, &passed, &failed))
        failed++;
    if (!fuzz_dialect(DIALECT_DUCKDB, seed, rounds, &passed, &failed))
        printf("skipped: DuckDB is not there\n");
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
