// reach.c - on how many generated databases does a query return rows?
//
//     reach [--mutants] DIALECT SCHEMA.sql TRUST FILE…
//
// For each query the judge's first databases are drawn for the query against itself, and
// one line says on how many of them it returned a row that is not all NULL, which was
// the first, and what drawing them took. A query that returns nothing on any of them
// could not be judged: candidates for it would be lost. TRUST is a list such as
// keys,not_null, or "-". With --mutants the judge then takes the query against itself,
// and the line says how many mutants its databases tell from it.

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "sql/sql.h"
#include "verify/generate.h"
#include "verify/judge.h"
#include "verify/shrink.h"
#include "verify/trial.h"

#include <stdio.h>
#include <string.h>

enum { DATABASES = 50, FAVOUR = 2, FEW = 20 };

typedef struct {
    size_t with_rows, first, refused, failed;
    size_t databases, searched, mutants, killed; // What the judge says.
    double setup_ms, draw_ms;
    char problem[120];
} Reach;

// Runs the query on one database.
static void try_database(Scratch *scratch, Arena *arena, const char *sql,
                         const Database *database, size_t index, Reach *reach)
{
    Request request = {.sql = sql,
                       .sink = SINK_ROWS,
                       .row_limit = 10,
                       .timeout_ms = 2000};
    Answer answer = {0};
    Error err = {0};
    TrialTask task = {database->tables, database->table_count, &request, 1};
    if (!scratch_trial(scratch, arena, &task, &answer, &err)) {
        reach->refused++;
        snprintf(reach->problem, sizeof(reach->problem), "%.100s", err.message);
    } else if (!answer.ok) {
        reach->failed++;
        snprintf(reach->problem, sizeof(reach->problem), "%.100s", answer.error.message);
    } else if (answer.result.row_count > 0 && !answer.result.all_null) {
        if (reach->with_rows++ == 0)
            reach->first = index;
    }
}

static bool make_tables(Scratch *scratch, Arena *arena, const Hints *hints, Reach *reach)
{
    Error err;
    bool made = scratch_clear(scratch, &err) &&
                scratch_execute(scratch, print_tables(arena, hints, true), &err);
    if (!made)
        snprintf(reach->problem, sizeof(reach->problem), "%.100s", err.message);
    return made;
}

static Reach reach_of(Scratch *scratch, const Catalog *catalog, const char *sql)
{
    Arena arena = ARENA_EMPTY;
    Reach reach = {0};
    Random random = random_new(1);
    double started_ms = clock_ms();
    Pair pair = pair_new(&arena, catalog, sql, sql);
    const Hints *hints = hints_new(&arena, &pair);
    Generator *generator = generator_new(&arena, hints);
    reach.setup_ms = clock_ms() - started_ms;
    bool made = make_tables(scratch, &arena, hints, &reach);
    for (size_t i = 0; made && i < DATABASES; i++) {
        Arena inner = ARENA_EMPTY;
        started_ms = clock_ms();
        bool is_empty = i > FEW && reach.with_rows * 10 < i; // As the judge does.
        Database database =
            generator_next(generator, &inner, &random, i, is_empty ? 6 : FAVOUR);
        reach.draw_ms += clock_ms() - started_ms;
        try_database(scratch, &inner, sql, &database, i, &reach);
        arena_clear(&inner);
    }
    arena_clear(&arena);
    return reach;
}

// Judges the query against itself, and counts the mutants that this told apart.
static bool try_mutants(Judge *judge, const char *sql, Reach *reach, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Verdict verdict;
    bool ok = judge_pair(judge, &arena, sql, sql, &verdict, err);
    if (ok) {
        reach->databases = verdict.databases;
        reach->searched = verdict.searched;
        reach->mutants = verdict.mutants;
        reach->killed = verdict.mutants_killed;
    }
    arena_clear(&arena);
    return ok;
}

static void print_reach(const char *path, const Reach *reach, bool with_mutants)
{
    const char *name = strrchr(path, '/');
    printf("%-10s %3zu of %d, first %2zu, %zu refused, %zu failed, %4.1f + %5.1f ms",
           name == NULL ? path : name + 1, reach->with_rows, DATABASES, reach->first,
           reach->refused, reach->failed, reach->setup_ms, reach->draw_ms);
    if (with_mutants)
        printf(", %zu databases (%zu more searched), %zu of %zu mutants",
               reach->databases, reach->searched, reach->killed, reach->mutants);
    printf("  %s\n", reach->problem);
    fflush(stdout);
}

static int run(Dialect dialect, const char *schema, Trust trust, bool with_mutants,
               char **paths, Error *err)
{
    Arena arena = ARENA_EMPTY;
    const Catalog *catalog;
    Scratch *scratch = NULL;
    Judge *judge = NULL;
    EngineOptions options = {.threads = 1};
    JudgeOptions judging = {.seed = 1, .proves_not = true};
    size_t reached = 0, count = 0, mutants = 0, killed = 0;
    if (!sql_read_schema(&arena, dialect, schema, true, &catalog, err) ||
        !scratch_open(dialect, &options, &scratch, err))
        return 2;
    catalog = sql_bind_checks(&arena, catalog_with_trust(&arena, catalog, trust));
    if (with_mutants && !judge_open(catalog, &judging, &judge, err))
        return 2;
    for (; paths[count] != NULL; count++) {
        const char *sql = NULL;
        Reach reach = {0};
        if (file_read(&arena, paths[count], &sql, err))
            reach = reach_of(scratch, catalog, sql);
        else
            snprintf(reach.problem, sizeof(reach.problem), "%.100s", err->message);
        reached += reach.with_rows > 0;
        if (with_mutants && sql != NULL && reach.failed < DATABASES &&
            !try_mutants(judge, sql, &reach, err))
            snprintf(reach.problem, sizeof(reach.problem), "%.100s", err->message);
        mutants += reach.mutants;
        killed += reach.killed;
        print_reach(paths[count], &reach, with_mutants);
    }
    if (with_mutants)
        printf("%zu of %zu mutants told apart\n", killed, mutants);
    printf("%zu of %zu queries returned rows\n", reached, count);
    judge_close(judge);
    scratch_close(scratch);
    arena_clear(&arena);
    return 0;
}

int main(int argc, char **argv)
{
    Arena arena = ARENA_EMPTY;
    Dialect dialect;
    Trust trust = {0};
    Error err = {0};
    bool with_mutants = argc > 1 && strcmp(argv[1], "--mutants") == 0;
    argc -= with_mutants;
    argv += with_mutants;
    const char *schema;
    int status = 2;
    if (argc < 5 || !dialect_find(argv[1], &dialect))
        fprintf(stderr, "usage: reach [--mutants] DIALECT SCHEMA.sql TRUST FILE...\n");
    else if (!file_read(&arena, argv[2], &schema, &err) ||
             (strcmp(argv[3], "-") != 0 && !trust_parse(argv[3], &trust, &err)))
        fprintf(stderr, "reach: %s\n", err.message);
    else if ((status = run(dialect, schema, trust, with_mutants, argv + 4, &err)) != 0)
        fprintf(stderr, "reach: %s\n", err.message);
    arena_clear(&arena);
    return status;
}
