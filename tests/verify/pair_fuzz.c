// pair_fuzz.c - a judge for each engine, and the counting.

#include "pair_fuzz.h"

#include "sql/sql.h"

#include <stdio.h>
#include <stdlib.h>

static bool fuzz_open(Fuzz *fuzz, const FuzzPlan *plan, uint64_t seed, Error *err)
{
    JudgeOptions options = {.seed = seed,
                            .databases = plan->databases,
                            .only_refutes = true};
    Trust trust = {.foreign_keys = true};
    for (Dialect dialect = 0; dialect <= DIALECT_DUCKDB; dialect++) {
        if (!engine_is_available(dialect))
            continue;
        const Catalog *catalog;
        if (!sql_read_schema(&fuzz->arena, dialect, plan->schemas[dialect], true,
                             &catalog, err))
            return false;
        catalog = sql_bind_checks(&fuzz->arena,
                                  catalog_with_trust(&fuzz->arena, catalog, trust));
        fuzz->catalogs[dialect] = catalog;
        if (!judge_open(catalog, &options, &fuzz->judges[dialect], err))
            return false;
    }
    return fuzz->judges[DIALECT_SQLITE] != NULL || fail(err, ERROR_PLAIN, "no SQLite");
}

void fuzz_judge(Fuzz *fuzz, Arena *arena, Dialect dialect, const char *left,
                const char *right, const char *what)
{
    Verdict verdict;
    Error err;
    fuzz->judged++;
    if (!judge_pair(fuzz->judges[dialect], arena, left, right, &verdict, &err)) {
        fuzz->failed++;
        printf("%s\n%s\n%s\n\n", err.message, left, right);
    } else if (verdict.kind == VERDICT_DIFFERENT) {
        fuzz->wrong++;
        printf("WRONG (%s, %s)\n%s\n%s\n%s\n\n", dialect_name(dialect), what, left, right,
               verdict.counterexample->script);
    }
}

int fuzz_run(const FuzzPlan *plan, int count, char **arguments)
{
    Fuzz fuzz = {0};
    Error err;
    size_t attempts = count > 1 ? strtoul(arguments[1], NULL, 10) : 0;
    uint64_t seed = count > 2 ? strtoul(arguments[2], NULL, 10) : 1;
    Random random = random_new(seed);
    if (!fuzz_open(&fuzz, plan, seed, &err)) {
        printf("%s\n0 passed, 1 failed\n", err.message);
        return 1;
    }
    for (size_t i = 0; i < attempts; i++) {
        bool is_turn = i % plan->duckdb_share == 0 && fuzz.judges[DIALECT_DUCKDB] != NULL;
        plan->attempt(&fuzz, plan->tally, is_turn ? DIALECT_DUCKDB : DIALECT_SQLITE,
                      &random);
    }
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        judge_close(fuzz.judges[i]);
    arena_clear(&fuzz.arena);
    fuzz.failed += !plan->sum_up(plan->tally);
    printf("%zu passed, %zu failed\n", fuzz.judged - fuzz.wrong,
           fuzz.wrong + fuzz.failed);
    return fuzz.wrong + fuzz.failed > 0;
}
