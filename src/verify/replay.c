// replay.c - a scratch database made by a script.

#include "verify/replay.h"

#include "base/clock.h"
#include "sql/sql.h"
#include "verify/pair.h"
#include "verify/trial.h"

#include <string.h>
#include <strings.h>

static const double RUN_TIMEOUT_MS = 10e3;

static const char *skip_comments(const char *sql)
{
    while (sql[0] == '-' && sql[1] == '-') {
        sql += strcspn(sql, "\n");
        sql += strspn(sql, " \t\r\n");
    }
    return sql;
}

// True if the statement makes the database, and is not one of the two queries.
static bool makes_something(const char *sql)
{
    static const char *const words[] = {"create", "insert"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strncasecmp(sql, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

// As scripts of ours do where the two differ only then.
static bool turns_optimizer_off(const char *sql)
{
    return strcasecmp(sql, "PRAGMA reverse_unordered_selects = 1") == 0 ||
           strcasecmp(sql, "PRAGMA disable_optimizer") == 0;
}

static bool run_script(Scratch *scratch, Arena *arena, Dialect dialect,
                       const char *script, Error *err)
{
    size_t count, made = 0;
    const Statement *statements = sql_split(arena, dialect, script, &count);
    for (size_t i = 0; i < count; i++) {
        const char *sql = skip_comments(
            arena_text(arena, script + statements[i].offset, statements[i].length));
        if (turns_optimizer_off(sql) && !scratch_set_optimizer(scratch, false, err))
            return false;
        if (!makes_something(sql))
            continue;
        if (!scratch_execute(scratch, sql, err))
            return fail_while(err, "running the kept counterexample");
        made++;
    }
    return made > 0 || fail(err, ERROR_PLAIN,
                            "the kept counterexample holds no CREATE and no INSERT");
}

static bool compare(Ring *ring, Arena *arena, const char *script, Verdict *verdict)
{
    const char *why = NULL;
    Answer left = ring_run(ring, arena, ring->left, RUN_TIMEOUT_MS);
    Answer right = ring_run(ring, arena, ring->right, RUN_TIMEOUT_MS);
    verdict->databases = 1;
    if (ring_learns_documents(ring, &left, &right))
        return compare(ring, arena, script, verdict);
    if (ring_compare(ring, arena, &left, &right, &why) != LIKENESS_DIFFERENT)
        return true;
    Counterexample *example = arena_new(arena, Counterexample, 1);
    example->script = script;
    verdict->kind = VERDICT_DIFFERENT;
    verdict->evidence = EVIDENCE_REFUTED;
    verdict->reason = arena_printf(arena, "%s, on the counterexample that was kept", why);
    verdict->counterexample = example;
    return true;
}

bool judge_on_script(Arena *arena, const QueryPair *texts, const char *script,
                     const ReplayOptions *options, Verdict *verdict, Error *err)
{
    double started_ms = clock_ms();
    Verdict result = {.kind = VERDICT_UNDECIDED};
    const Leniency *leniency = &options->leniency;
    Dialect dialect = texts->catalog->dialect;
    Pair pair = pair_new(arena, texts->catalog, texts->left, texts->right);
    Ordering ordering = ordering_new(arena, &pair.left);
    ordering.tolerance = leniency->tolerance;
    Ring ring = {.arena = arena,
                 .documents = pair_documents(arena, &pair),
                 .dialect = dialect,
                 .left = texts->left,
                 .right = texts->right,
                 .ordering = &ordering,
                 .ignored_count = leniency->ignored_count};
    if (!pair_find_outputs(arena, &pair, leniency->ignored, leniency->ignored_count,
                           &ring.ignored, err) ||
        !scratch_open(dialect, &options->engine, &ring.scratch, err))
        return false;
    bool ok = scratch_settle(ring.scratch, texts->catalog, err) &&
              run_script(ring.scratch, arena, dialect, script, err) &&
              compare(&ring, arena, script, &result);
    scratch_close(ring.scratch);
    result.elapsed_ms = clock_ms() - started_ms;
    if (ok)
        *verdict = result;
    return ok;
}
