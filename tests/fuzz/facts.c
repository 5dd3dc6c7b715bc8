// facts.c - does facts/ keep its promises?
//
// Random queries are bound and asked about; every promise comes with a query that would
// show it broken, which runs on random databases. A promise that is never made fails the
// test, too: "cannot tell" is always right and never useful.
//
//     fuzz_facts [seed [rounds]]

#include "engine/engine.h"
#include "fuzz/promises.h"
#include "fuzz/query_maker.h"
#include "sql/sql.h"

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

static const char *const common_tables =
    "CREATE TABLE r (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER NOT NULL, c TEXT, "
    "d INTEGER UNIQUE);"
    "CREATE TABLE s (id INTEGER PRIMARY KEY, r_id INTEGER REFERENCES r (id), "
    "a INTEGER, c TEXT NOT NULL, UNIQUE (a, c));"
    "CREATE TABLE u (k1 INTEGER NOT NULL, k2 INTEGER NOT NULL, a INTEGER, c TEXT, "
    "PRIMARY KEY (k1, k2));"
    "CREATE TABLE n (a INTEGER, b INTEGER, c TEXT, e DOUBLE);";

// Where keys hold values of any type, and NULL in a primary key.
static const char *const sqlite_tables =
    "CREATE TABLE m (t TEXT UNIQUE, f TEXT COLLATE NOCASE UNIQUE, x UNIQUE, "
    "q NUMERIC UNIQUE);"
    "CREATE TABLE p (k TEXT PRIMARY KEY, a INTEGER, b BLOB);";

typedef struct {
    Dialect dialect;
    Arena arena; // Of the session.
    const Catalog *catalog;
    Scratch *scratch;
    uint64_t seed;
    size_t asked[PROMISE_COUNT], promised[PROMISE_COUNT], tested[PROMISE_COUNT];
    size_t broken, refused;
    const char *refused_example;
} Fuzz;

static bool fuzz_open(Fuzz *fuzz, Dialect dialect, uint64_t seed, Error *err)
{
    *fuzz = (Fuzz){.dialect = dialect, .seed = seed};
    const char *schema = arena_printf(&fuzz->arena, "%s%s", common_tables,
                                      dialect == DIALECT_SQLITE ? sqlite_tables : "");
    if (!sql_read_schema(&fuzz->arena, dialect, schema, true, &fuzz->catalog, err) ||
        !scratch_open(dialect, NULL, &fuzz->scratch, err))
        return false;
    // The rows that we make honour foreign keys, which SQLite does not see to.
    Trust trust = {.foreign_keys = true};
    fuzz->catalog = catalog_with_trust(&fuzz->arena, fuzz->catalog, trust);
    return scratch_execute(fuzz->scratch, schema, err);
}

static void show_failure(Fuzz *fuzz, const Promise *promise, const char *rows,
                         const char *what)
{
    if (++fuzz->broken > FAILURES_SHOWN)
        return;
    printf("BROKEN: %s (%s, seed %" PRIu64 "): %s\n%s\n-- refuted by\n%s;\n-- on\n%s\n",
           promise_names[promise->kind], dialect_name(fuzz->dialect), fuzz->seed, what,
           promise->query, promise->refutation, rows);
}

// True if the engine refused the text, whatever the rows: no fault of the promise.
static bool is_static(const Error *err)
{
    static const char *const starts[] = {"no such", "Binder Error", "Not implemented",
                                         "misuse of", "ON clause references"};
    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (strncmp(err->message, starts[i], strlen(starts[i])) == 0)
            return true;
    return err->kind != ERROR_STATEMENT;
}

static void test_promise(Fuzz *fuzz, Arena *arena, const Promise *promise,
                         const char *rows)
{
    Error err;
    Result result;
    Request request = {.sql = promise->refutation, .sink = SINK_ROWS, .row_limit = 1};
    if (!scratch_run(fuzz->scratch, arena, &request, &result, &err)) {
        if (promise->kind == PROMISE_CANNOT_RAISE && !is_static(&err))
            show_failure(fuzz, promise, rows, err.message);
        fuzz->refused++;
        fuzz->refused_example =
            arena_printf(&fuzz->arena, "%s: %s", err.message, promise->refutation);
        return;
    }
    fuzz->tested[promise->kind]++;
    if (result.rows[0][0].integer != 0)
        show_failure(fuzz, promise, rows, "it does not hold");
}

static bool fill(Fuzz *fuzz, const char *rows, Error *err)
{
    for (size_t i = fuzz->catalog->table_count; i-- > 0;) {
        const char *clear =
            arena_printf(&fuzz->arena, "DELETE FROM %s", fuzz->catalog->tables[i].name);
        if (!scratch_execute(fuzz->scratch, clear, err))
            return false;
    }
    return scratch_execute(fuzz->scratch, *rows ? rows : "SELECT 1", err);
}

static bool fuzz_round(Fuzz *fuzz, Random *random, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Asking asking = {.arena = &arena, .catalog = fuzz->catalog, .random = random};
    ask_catalog(&asking);
    for (int i = 0; i < QUERIES_PER_ROUND; i++) {
        ask_query(&asking);
        ask_block(&asking);
        ask_frame(&asking);
    }
    bool ok = true;
    int databases = fuzz->dialect == DIALECT_SQLITE ? SQLITE_DATABASES : DUCKDB_DATABASES;
    for (int i = 0; i < databases && ok; i++) {
        Arena scratch = ARENA_EMPTY;
        const char *rows = make_rows(&scratch, fuzz->catalog, random);
        ok = fill(fuzz, rows, err);
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
    printf("%s, seed %" PRIu64 "\n", dialect_name(fuzz->dialect), fuzz->seed);
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

// Returns false if the engine is not there.
static bool fuzz_dialect(Dialect dialect, uint64_t seed, int rounds, int *passed,
                         int *failed)
{
    Fuzz fuzz;
    Error err;
    if (!fuzz_open(&fuzz, dialect, seed, &err)) {
        printf("%s: %s\n", dialect_name(dialect), err.message);
        scratch_close(fuzz.scratch);
        arena_clear(&fuzz.arena);
        return false;
    }
    Random random = random_new(seed);
    for (int i = 0; i < rounds; i++) {
        if (!fuzz_round(&fuzz, &random, &err)) {
            printf("%s: %s\n", dialect_name(dialect), err.message);
            ++*failed;
            break;
        }
    }
    *passed += report(&fuzz, failed);
    scratch_close(fuzz.scratch);
    arena_clear(&fuzz.arena);
    return true;
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
