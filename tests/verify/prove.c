// prove.c - what is proved without a database, and what must not be.
//
//     prove FILE.test …
//
// A case is answered `proved`, or `different` where there is no proof and a database
// tells the two apart, or `unproved`. What is proved goes through databases all the same:
// if they tell the two apart, the answer is WRONG. A database for `different` is looked
// for in SQLite, which is quick, unless the case is of another dialect alone.
//
//     prove dialect=sqlite trust=foreign_keys
//     SELECT u.v FROM u JOIN t ON t.id = u.t_id
//     SELECT v FROM u
//     ----
//     proved

#include "verify/prove.h"
#include "cases.h"
#include "sql/sql.h"
#include "verify/judge.h"

#include <stdio.h>
#include <string.h>

enum {
    PROVED_DATABASES = 12, // For what is proved already.
    OTHER_DATABASES = 200,
};

typedef struct {
    Arena arena;
    const char *schema;
    const Catalog *catalogs[DIALECT_COUNT]; // Of the schema; NULL: not read yet.
    // One judge for what is proved, one for what must be refuted.
    Judge *judges[2][DIALECT_COUNT];
    bool has_engine[DIALECT_COUNT];
    size_t passed, failed, skipped;
} Suite;

static bool refutes(Suite *suite, const Catalog *catalog, const Case *it, bool is_proved,
                    Verdict *verdict, Error *err)
{
    JudgeOptions options = {.seed = 7,
                            .databases = is_proved ? PROVED_DATABASES : OTHER_DATABASES,
                            .only_refutes = true};
    Judge **judge = &suite->judges[is_proved][catalog->dialect];
    const char *right = strchr(it->input, '\n');
    const char *left = arena_text(&suite->arena, it->input, (size_t)(right - it->input));
    if (*judge == NULL && !judge_open(catalog, &options, judge, err))
        return false;
    judge_use(*judge, catalog);
    return judge_pair(*judge, &suite->arena, left, right + 1, verdict, err);
}

static bool answer(Suite *suite, const Case *it, Dialect dialect, const char **got,
                   const char **why, Error *err)
{
    Arena *arena = &suite->arena;
    Trust trust = {0};
    const char *words = option(arena, it, "trust=");
    const char *right = strchr(it->input, '\n');
    const Catalog **read = &suite->catalogs[dialect];
    if (right == NULL)
        return fail(err, ERROR_PLAIN, "a case needs two queries");
    if ((words != NULL && !trust_parse(words, &trust, err)) ||
        (*read == NULL &&
         !sql_read_schema(arena, dialect, suite->schema, true, read, err)))
        return false;
    const Catalog *catalog = catalog_with_trust(arena, *read, trust);
    const char *left = arena_text(arena, it->input, (size_t)(right - it->input));
    Pair pair = pair_new(arena, catalog, left, right + 1);
    if (pair.left.tree == NULL || pair.right.tree == NULL)
        return fail(err, ERROR_NAME, "%s",
                    pair.left.problem ? pair.left.problem : pair.right.problem);
    const char *proof = pair_proof(arena, &pair, false, PROOF_TRIALS);
    Verdict verdict = {.kind = VERDICT_SAME};
    *got = proof != NULL ? "proved" : "unproved";
    *why = proof;
    bool is_left_to_sqlite =
        dialect != DIALECT_SQLITE && option(arena, it, "dialect=") == NULL;
    if (proof == NULL && strcmp(it->expected, "different") == 0 && is_left_to_sqlite)
        *got = it->expected;
    if (proof == NULL && strcmp(it->expected, *got) == 0)
        return true;
    if (!refutes(suite, catalog, it, proof != NULL, &verdict, err))
        return false;
    if (verdict.kind == VERDICT_DIFFERENT)
        *got = proof != NULL ? "WRONG" : "different";
    return true;
}

static void check(Suite *suite, const Case *it, Dialect dialect, const char *path)
{
    if (!suite->has_engine[dialect]) {
        suite->skipped++;
        return;
    }
    Error err = {0};
    const char *got = "error", *why = NULL;
    bool ok = answer(suite, it, dialect, &got, &why, &err);
    bool passed = ok && strcmp(got, it->expected) == 0;
    suite->passed += passed;
    suite->failed += !passed;
    if (!passed)
        printf("%s: %s: %s, not %s (%s)\n%s\n\n", path, dialect_name(dialect),
               ok ? got : "error", it->expected,
               !ok   ? err.message
               : why ? why
                     : "",
               it->input);
}

static void run_case(Suite *suite, const Case *it, const char *path)
{
    if (strcmp(it->command, "schema") == 0) {
        suite->schema = it->input;
        memset(suite->catalogs, 0, sizeof(suite->catalogs));
        return;
    }
    const char *only = option(&suite->arena, it, "dialect=");
    for (Dialect dialect = 0; dialect <= DIALECT_DUCKDB; dialect++)
        if (only == NULL || strcmp(only, dialect_name(dialect)) == 0)
            check(suite, it, dialect, path);
}

int main(int count, char **arguments)
{
    Suite suite = {.schema = ""};
    for (Dialect dialect = 0; dialect <= DIALECT_DUCKDB; dialect++)
        suite.has_engine[dialect] = is_available(&suite.arena, dialect);
    for (int i = 1; i < count; i++) {
        const char *rest = read_file(&suite.arena, arguments[i]);
        Case it;
        if (rest == NULL) {
            printf("can't read %s\n", arguments[i]);
            suite.failed++;
            continue;
        }
        while (next_case(&suite.arena, &rest, &it))
            run_case(&suite, &it, arguments[i]);
    }
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        judge_close(suite.judges[false][i]);
        judge_close(suite.judges[true][i]);
    }
    arena_clear(&suite.arena);
    printf("%zu passed, %zu failed, %zu skipped\n", suite.passed, suite.failed,
           suite.skipped);
    return suite.failed > 0;
}
