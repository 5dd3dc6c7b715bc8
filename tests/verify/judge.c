// judge.c - runs files of pairs through the judge.
//
//     judge FILE.test …
//
// A case is a command, its input, a line of dashes, and what we expect, up to an empty
// line. `schema` makes the tables of the cases behind it (and says nothing); `judge` has
// two lines, the original and the candidate:
//
//     judge dialect=sqlite trust=foreign_keys
//     SELECT DISTINCT a FROM r
//     SELECT a FROM r
//     ----
//     different
//
// With again=undecided it must be so again at once, for an original that is known. With
// signature=counts names and types of the columns must agree, too, as `optimize`
// wants it. A second line of what is expected is the reason. Without dialect= a pair is
// judged in every dialect whose engine is there. Nothing in a file says on which database
// a pair differs: the judge has to find one.

#include "verify/judge.h"
#include "cases.h"
#include "sql/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    CaseRun run;
    Judge *judges[DIALECT_COUNT], *strict_judges[DIALECT_COUNT];
    Judge *second; // SQLite's: for pairs whose original was judged before,
    Judge *hasty;  // and for those of which nothing but "same" is asked.
} Suite;

// Judging

// Opens the judge where it is not open yet, and turns it to the catalogue.
static bool judge_ready(Judge **judge, const Catalog *catalog, JudgeOptions options,
                        Error *err)
{
    options.seed = 7;
    if (*judge == NULL && !judge_open(catalog, &options, judge, err))
        return false;
    judge_use(*judge, catalog);
    return true;
}

// Judges the pair where another candidate of the original came before (the original
// itself): what that left must not hide a difference.
static bool judge_second(Suite *suite, const Catalog *catalog, const char *left,
                         const char *right, Verdict *verdict, Error *err)
{
    Arena *arena = &suite->run.arena;
    JudgeOptions options = {.only_refutes = true};
    return judge_ready(&suite->second, catalog, options, err) &&
           judge_pair(suite->second, arena, left, left, verdict, err) &&
           judge_pair(suite->second, arena, left, right, verdict, err);
}

// Judges the pair again and again where nothing but "same" is asked: what the original
// leaves to the engine, or where it is unstable, was seen before the last time.
static bool judge_hastily(Suite *suite, const Catalog *catalog, const char *left,
                          const char *right, Verdict *verdict, Error *err)
{
    Arena *arena = &suite->run.arena;
    JudgeOptions options = {.only_refutes = true, .only_same = true};
    return judge_ready(&suite->hasty, catalog, options, err) &&
           judge_pair(suite->hasty, arena, left, left, verdict, err) &&
           judge_pair(suite->hasty, arena, left, right, verdict, err) &&
           judge_pair(suite->hasty, arena, left, right, verdict, err) &&
           (verdict->databases <= 1 ||
            fail(err, ERROR_PLAIN, "looked for more, where it could not be the same"));
}

// True if the reason is that the data does not determine the answer.
static bool leaves_choice(const Verdict *verdict)
{
    return verdict->evidence == EVIDENCE_INCOMPARABLE &&
           strstr(verdict->reason, "the data does not determine") != NULL;
}

static bool judge(Suite *suite, const Case *it, Dialect dialect, Verdict *verdict,
                  Error *err)
{
    Arena *arena = &suite->run.arena;
    const Catalog *catalog;
    Trust trust = {0};
    const char *words = case_option(arena, it, "trust");
    const char *right = strchr(it->input, '\n');
    if (right == NULL)
        return fail(err, ERROR_PLAIN, "a case needs two queries");
    const char *left = arena_text(arena, it->input, (size_t)(right - it->input));
    if ((words != NULL && !trust_parse(words, &trust, err)) ||
        !sql_read_schema(arena, dialect, suite->run.schema, true, &catalog, err))
        return false;
    catalog = catalog_with_trust(arena, catalog, trust);
    JudgeOptions options = {.names_count = case_option(arena, it, "signature") != NULL};
    Judge **judge =
        options.names_count ? &suite->strict_judges[dialect] : &suite->judges[dialect];
    if (!judge_ready(judge, catalog, options, err) ||
        !judge_pair(*judge, arena, left, right + 1, verdict, err))
        return false;
    if (case_option(arena, it, "again") != NULL ||
        (leaves_choice(verdict) && dialect == DIALECT_SQLITE))
        return judge_hastily(suite, catalog, left, right + 1, verdict, err);
    return verdict->kind != VERDICT_DIFFERENT || dialect != DIALECT_SQLITE ||
           options.names_count ||
           judge_second(suite, catalog, left, right + 1, verdict, err);
}

// True if the verdict is what is expected, and so is its reason if that is told.
static bool is_expected(Arena *arena, const char *expected, const char *got,
                        const char *reason)
{
    const char *both = arena_printf(arena, "%s\n%s", got, reason == NULL ? "" : reason);
    return strcmp(got, expected) == 0 || strcmp(both, expected) == 0;
}

static void check(void *context, const Case *it, Dialect dialect)
{
    Suite *suite = context;
    Verdict verdict = {0};
    Error err = {0};
    bool ok = judge(suite, it, dialect, &verdict, &err);
    const char *got = ok ? verdict_name(verdict.kind) : "error";
    const char *reason = ok ? verdict.reason : err.message;
    bool passed = is_expected(&suite->run.arena, it->expected, got, reason);
    suite->run.passed += passed;
    suite->run.failed += !passed;
    if (!passed)
        printf("%s: %s: %s, not %s (%s)\n%s\n\n", suite->run.path, dialect_name(dialect),
               got, it->expected, reason, it->input);
}

int main(int count, char **arguments)
{
    Suite suite = {0};
    cases_run(&suite.run, count - 1, arguments + 1, check, &suite);
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        judge_close(suite.judges[i]);
        judge_close(suite.strict_judges[i]);
    }
    judge_close(suite.second);
    judge_close(suite.hasty);
    return cases_end(&suite.run);
}
