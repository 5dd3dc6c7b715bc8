// firings.c - where the rules fire on TPC-DS, and how long that takes.
//
//     firings DATA [--judge]
//
// DATA is the folder with tpcds/ in it; without it everything is skipped. Each query is
// rewritten by each rule alone and by all together. What comes out must print to a text
// that binds to an equal tree, with the columns of the original. With --judge
// (minutes), the judge is asked for a database on which the rows differ.

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "query/check.h"
#include "query/equal.h"
#include "rewrite/rewrite.h"
#include "sql/sql.h"
#include "verify/judge.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUERY_LIMIT = 200, SHOWN_FAILURES = 10 };

typedef struct {
    size_t queries;
    size_t fired[RULE_COUNT];  // In how many queries the rule alone fired.
    size_t steps[RULE_COUNT];  // How often.
    double times[QUERY_LIMIT]; // Parse, bind and all rules, in milliseconds.
    size_t passed, failed;
    Judge *judge; // NULL: not asked.
} Count;

// True unless the judge finds a database on which the two texts differ.
static bool is_accepted(Arena *arena, Judge *judge, const char *before, const char *after)
{
    Verdict verdict;
    Error err;
    if (judge == NULL)
        return true;
    if (!judge_pair(judge, arena, before, after, &verdict, &err)) {
        printf("the judge: %s\n", err.message);
        return false;
    }
    if (verdict.kind == VERDICT_DIFFERENT)
        printf("%s\n%s\n", verdict.reason,
               verdict.counterexample ? verdict.counterexample->script : "");
    return verdict.kind != VERDICT_DIFFERENT;
}

// Counts whether the tree prints to what binds to it: to the same tree, or, where the
// text says more than one (SQLite: FROM a, b LEFT JOIN c), to one that prints the same.
static void check_derivation(Arena *arena, const Catalog *catalog, const Tree *before,
                             const Derivation *derivation, const char *name,
                             const char *rule, Count *count)
{
    const char *printed = sql_print(arena, &derivation->tree, (PrintStyle){0});
    Tree again;
    Error err = {.message = "another tree"};
    if (sql_bind(arena, catalog, printed, &again, &err) &&
        query_same_signature(before->root, again.root, &err) &&
        (query_equal(derivation->tree.root, again.root) ||
         strcmp(printed, sql_print(arena, &again, (PrintStyle){0})) == 0) &&
        is_accepted(arena, count->judge, before->text, printed)) {
        count->passed++;
    } else if (count->failed++ < SHOWN_FAILURES) {
        printf("%s after %s: %s\n%s\n", name, rule, err.message, printed);
    }
}

static void check_query(const Catalog *catalog, const char *name, const char *text,
                        Count *count)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    Tree tree;
    double start = clock_ms();
    if (count->queries == QUERY_LIMIT || !sql_bind(&arena, catalog, text, &tree, &err)) {
        printf("%s: %s\n", name, err.message);
        count->failed++;
        arena_clear(&arena);
        return;
    }
    DeriveOptions options = {.least = ASSURANCE_TRUSTED};
    Derivation all = rewrite_derive(&arena, &tree, &options);
    count->times[count->queries++] = clock_ms() - start;
    check_derivation(&arena, catalog, &tree, &all, name, "all rules", count);

    for (size_t rule = 0; rule < RULE_COUNT; rule++) {
        bool enabled[RULE_COUNT] = {false};
        enabled[rule] = true;
        options.enabled = enabled;
        Derivation alone = rewrite_derive(&arena, &tree, &options);
        if (alone.step_count == 0)
            continue;
        count->fired[rule]++;
        count->steps[rule] += alone.step_count;
        check_derivation(&arena, catalog, &tree, &alone, name, rewrite_rules[rule].name,
                         count);
    }
    arena_clear(&arena);
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_count(const char *title, Count *count)
{
    qsort(count->times, count->queries, sizeof(double), compare_doubles);
    printf("%s: %zu queries; parse, bind and all rules: median %.2f ms, worst %.2f ms\n",
           title, count->queries, count->times[count->queries / 2],
           count->times[count->queries - 1]);
    for (size_t rule = 0; rule < RULE_COUNT; rule++)
        printf("  %-32s %3zu queries, %3zu steps\n", rewrite_rules[rule].name,
               count->fired[rule], count->steps[rule]);
}

// Adds what is found to `passed` and `failed`. True if there was something to look at.
static bool check_folder(const char *data, bool judged, Dialect dialect,
                         const char *folder, const char *trusted, Count *total)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    Count count = {0};
    Trust trust;
    const Catalog *catalog;
    const char *path = arena_printf(&arena, "%s/tpcds/%s", data, folder);
    const char *schema, *text;
    DIR *directory = opendir(path);
    bool ok = directory != NULL &&
              file_read(&arena, arena_printf(&arena, "%s/tpcds/schema.sql", data),
                        &schema, &err) &&
              sql_read_schema(&arena, dialect, schema, false, &catalog, &err) &&
              trust_parse(trusted, &trust, &err);
    if (ok)
        catalog = catalog_with_trust(&arena, catalog, trust);
    JudgeOptions options = {.seed = 1, .names_count = true, .budget_ms = 3000};
    if (ok && judged && !judge_open(catalog, &options, &count.judge, &err))
        printf("the judge: %s\n", err.message);
    for (struct dirent *entry; ok && (entry = readdir(directory)) != NULL;) {
        const char *file = arena_printf(&arena, "%s/%s", path, entry->d_name);
        if (strstr(file, ".sql") != NULL && file_read(&arena, file, &text, &err))
            check_query(catalog, entry->d_name, text, &count);
    }
    if (count.queries > 0)
        print_count(path, &count);
    if (directory != NULL)
        closedir(directory);
    judge_close(count.judge);
    arena_clear(&arena);
    total->passed += count.passed;
    total->failed += count.failed;
    return ok;
}

int main(int count, char **arguments)
{
    const char *data = count > 1 ? arguments[1] : "../shared/data";
    bool judged = count > 2 && strcmp(arguments[2], "--judge") == 0;
    Count total = {0};
    size_t skipped = 0;
    skipped +=
        !check_folder(data, judged, DIALECT_SQLITE, "queries_sqlite", "keys", &total);
    skipped += !check_folder(data, judged, DIALECT_DUCKDB, "queries",
                             "keys,not_null,foreign_keys", &total);
    if (skipped > 0)
        printf("%zu skipped: no %s/tpcds\n", skipped, data);
    printf("%zu passed, %zu failed\n", total.passed, total.failed);
    return total.failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
