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
    CaseRun run;
    const char *schema;                     // That the catalogues are of.
    const Catalog *catalogs[DIALECT_COUNT]; // NULL: not read yet.
    // One judge for what is proved, one for what must be refuted.
    Judge *judges[2][DIALECT_COUNT];
} Suite;

static bool refutes(Suite *suite, const Catalog *catalog, const Case *it, bool is_proved,
                    Verdict *verdict, Error *err)
{
    JudgeOptions options = {.seed = 7,
                            .databases = is_proved ? PROVED_DATABASES : OTHER_DATABASES,
                            .only_refutes = true};
    Judge **judge = &suite->judges[is_proved][catalog->dialect];
    const char *right = strchr(it->input, '\n');
    const char *left =
        arena_text(&suite->run.arena, it->input, (size_t)(right - it->input));
    if (*judge == NULL && !judge_open(catalog, &options, judge, err))
        return false;
    judge_use(*judge, catalog);
    return judge_pair(*judge, &suite->run.arena, left, right + 1, verdict, err);
}

static bool answer(Suite *suite, const Case *it, Dialect dialect, const char **got,
                   const char **why, Error *err)
{
    Arena *arena = &suite->run.arena;
    Trust trust = {0};
    const char *words = case_option(arena, it, "trust");
    const char *right = strchr(it->input, '\n');
    const Catalog **read = &suite->catalogs[dialect];
    if (right == NULL)
        return fail(err, ERROR_PLAIN, "a case needs two queries");
    if ((words != NULL && !trust_parse(words, &trust, err)) ||
        (*read == NULL &&
         !sql_read_schema(arena, dialect, suite->run.schema, true, read, err)))
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
        dialect != DIALECT_SQLITE && case_option(arena, it, "dialect") == NULL;
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

static void check(void *context, const Case *it, Dialect dialect)
{
    Suite *suite = context;
    if (suite->schema != suite->run.schema)
        memset(suite->catalogs, 0, sizeof(suite->catalogs));
    suite->schema = suite->run.schema;
    Error err = {0};
    const char *got = "error", *why = NULL;
    bool ok = answer(suite, it, dialect, &got, &why, &err);
    bool passed = ok && strcmp(got, it->expected) == 0;
    suite->run.passed += passed;
    suite->run.failed += !passed;
    if (!passed)
        printf("%s: %s: %s, not %s (%s)\n%s\n\n", suite->run.path, dialect_name(dialect),
               ok ? got : "error", it->expected,
               !ok   ? err.message
               : why ? why
                     : "",
               it->input);
}

int main(int count, char **arguments)
{
    Suite suite = {0};
    cases_run(&suite.run, count - 1, arguments + 1, check, &suite);
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        judge_close(suite.judges[false][i]);
        judge_close(suite.judges[true][i]);
    }
    return cases_end(&suite.run);
}
