// aim.c - do the databases reach what the queries ask for?
//
//     aim FILE.test
//
// `schema` makes the tables of the cases behind it. `reach` has a query a line: the
// databases are drawn for the first, and each of them must return a row that is not all
// NULL on as many of the first 40 as the line in its place expects:
//
//     reach dialect=sqlite trust=foreign_keys
//     SELECT a.x FROM a JOIN b ON b.x = a.x WHERE b.y > 1000
//     SELECT a.x FROM a JOIN b ON b.x = a.x WHERE NOT b.y > 1000
//     ----
//     10
//     5
//
// So the first says that the query is reached, and the others that one of its conditions
// was made false, a partner was missing, and so on.

#include "base/text.h"
#include "cases.h"
#include "sql/sql.h"
#include "verify/shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATABASES = 40, QUERIES = 16, FAVOUR = 2 };

typedef struct {
    CaseRun run;
    Scratch *scratches[DIALECT_COUNT];
} Suite;

typedef struct {
    const char *sql[QUERIES];
    size_t count;
    size_t reached[QUERIES];
    size_t refused;
} Reach;

static void split_lines(Arena *arena, const char *text, Reach *reach)
{
    while (*text != '\0' && reach->count < QUERIES) {
        size_t length = strcspn(text, "\n");
        reach->sql[reach->count++] = arena_text(arena, text, length);
        text += length + (text[length] == '\n');
    }
}

static bool run_on(Scratch *scratch, Arena *arena, const Database *database, Reach *reach,
                   Error *err)
{
    Request requests[QUERIES];
    Answer answers[QUERIES] = {0};
    for (size_t i = 0; i < reach->count; i++)
        requests[i] = (Request){.sql = reach->sql[i],
                                .sink = SINK_ROWS,
                                .row_limit = 4,
                                .timeout_ms = 2000};
    TrialTask task = {database->tables, database->table_count, requests, reach->count};
    if (!scratch_trial(scratch, arena, &task, answers, err)) {
        reach->refused++;
        return true;
    }
    for (size_t i = 0; i < reach->count; i++) {
        const Result *result = &answers[i].result;
        if (!answers[i].ok)
            return fail(err, ERROR_STATEMENT, "%s: %s", reach->sql[i],
                        answers[i].error.message);
        reach->reached[i] += result->row_count > 0 && !result->all_null;
    }
    return true;
}

static bool admits_rows(void *context, const TableRows *rows)
{
    Error err;
    return scratch_fill(context, rows, 1, &err);
}

// Nothing is known of a CHECK by itself.
static bool passes_check(void *context, const CheckProbe *probe, bool *passes)
{
    return false;
}

static bool draw_and_run(Suite *suite, const Catalog *catalog, Reach *reach, Error *err)
{
    Arena *arena = &suite->run.arena;
    Pair pair = pair_new(arena, catalog, reach->sql[0], reach->sql[0]);
    const Hints *hints = hints_new(arena, &pair);
    Generator *generator = generator_new(arena, hints);
    Random random = random_new(3);
    Scratch **scratch = &suite->scratches[catalog->dialect];
    EngineOptions options = {.threads = 1};
    if (pair.left.tree == NULL)
        return fail(err, ERROR_SYNTAX, "%s", pair.left.problem);
    if ((*scratch == NULL && !scratch_open(catalog->dialect, &options, scratch, err)) ||
        !scratch_clear(*scratch, err) ||
        !scratch_execute(*scratch, print_tables(arena, hints, true), err))
        return false;
    RowJudge rows = {admits_rows, passes_check, *scratch};
    generator_probe(generator, &random, &rows);
    bool ok = true;
    for (size_t i = 0; ok && i < DATABASES; i++) {
        Database database = generator_next(generator, arena, &random, i, FAVOUR);
        ok = run_on(*scratch, arena, &database, reach, err);
    }
    return ok;
}

static bool reach(Suite *suite, const Case *it, Dialect dialect, Reach *reach, Error *err)
{
    const Catalog *catalog;
    Trust trust = {0};
    const char *words = case_option(&suite->run.arena, it, "trust");
    split_lines(&suite->run.arena, it->input, reach);
    return (words == NULL || trust_parse(words, &trust, err)) &&
           sql_read_schema(&suite->run.arena, dialect, suite->run.schema, true, &catalog,
                           err) &&
           draw_and_run(
               suite,
               sql_bind_checks(&suite->run.arena,
                               catalog_with_trust(&suite->run.arena, catalog, trust)),
               reach, err);
}

static void check(void *context, const Case *it, Dialect dialect)
{
    Suite *suite = context;
    Reach found = {0};
    Error err = {0};
    bool ok = reach(suite, it, dialect, &found, &err);
    const char *expected = it->expected;
    bool passed = ok && found.refused == 0;
    for (size_t i = 0; ok && i < found.count; i++) {
        char *end;
        size_t least = (size_t)strtoul(expected, &end, 10);
        bool reached = end != expected && found.reached[i] >= least;
        expected = end;
        passed &= reached;
        if (!reached)
            printf("%s: %zu of %d, not %zu: %s\n", dialect_name(dialect),
                   found.reached[i], DATABASES, least, found.sql[i]);
    }
    if (!ok || found.refused > 0)
        printf("%s: %zu refused: %s\n%s\n", dialect_name(dialect), found.refused,
               err.message, it->input);
    suite->run.passed += passed;
    suite->run.failed += !passed;
}

int main(int count, char **arguments)
{
    Suite suite = {0};
    cases_run(&suite.run, count - 1, arguments + 1, check, &suite);
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        scratch_close(suite.scratches[i]);
    return cases_end(&suite.run);
}
