// judge.c - opening, preparing a pair, and the verdict.

#include "verify/judge.h"

#include "base/clock.h"
#include "base/text.h"
#include "sql/sql.h"
#include "verify/bout.h"
#include "verify/choice.h"
#include "verify/prove.h"
#include "verify/shrink.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *evidence_name(Evidence evidence)
{
    static const char *const names[] = {
        [EVIDENCE_NONE] = "none",       [EVIDENCE_REFUTED] = "refuted",
        [EVIDENCE_PROVED] = "proved",   [EVIDENCE_BOUNDED] = "bounded",
        [EVIDENCE_DATA] = "data",       [EVIDENCE_SAMPLE] = "sample",
        [EVIDENCE_VACUOUS] = "vacuous", [EVIDENCE_INCOMPARABLE] = "incomparable",
    };
    return names[evidence];
}

const char *verdict_name(VerdictKind kind)
{
    static const char *const names[] = {"same", "different", "undecided"};
    return names[kind];
}

// Opening

bool judge_open(const Catalog *catalog, const JudgeOptions *options, Judge **judge,
                Error *err)
{
    Scratch *scratch;
    EngineOptions engine = options->engine;
    engine.threads = 1; // A few rows: another thread would only be waited for.
    if (!scratch_open(catalog->dialect, &engine, &scratch, err))
        return fail_while(err, "opening a scratch database");
    if (!scratch_settle(scratch, catalog, err)) {
        scratch_close(scratch);
        return fail_while(err, "setting up a scratch database");
    }
    Judge *made = calloc(1, sizeof(*made));
    assert(made != NULL);
    *made = (Judge){.catalog = catalog,
                    .dialect = catalog->dialect,
                    .options = *options,
                    .scratch = scratch};
    *judge = made;
    return true;
}

void judge_close(Judge *judge)
{
    if (judge == NULL)
        return;
    scratch_close(judge->scratch);
    original_close(judge->original);
    arena_clear(&judge->arena);
    free(judge);
}

static void forget_original(Judge *judge)
{
    original_close(judge->original);
    judge->original = NULL;
}

void judge_use(Judge *judge, const Catalog *catalog)
{
    assert(catalog->dialect == judge->dialect);
    forget_original(judge);
    judge->catalog = catalog;
}

void judge_limit(Judge *judge, double budget_ms)
{
    judge->options.budget_ms = budget_ms;
}

void judge_allow(Judge *judge, const Leniency *leniency)
{
    judge->leniency = *leniency;
    forget_original(judge);
}

bool bout_make_tables(Bout *bout, Error *err)
{
    Judge *judge = bout->judge;
    if (bout->has_tables)
        return true;
    const char *tables = print_tables(bout->arena, bout->hints, true);
    bout->has_tables = judge->tables != NULL && strcmp(judge->tables, tables) == 0;
    if (bout->has_tables)
        return true;
    judge->tables = NULL;
    arena_clear(&judge->arena);
    if (!scratch_clear(judge->scratch, err) ||
        !scratch_execute(judge->scratch, tables, err))
        return fail_while(err, "making the tables in the scratch database");
    judge->tables = arena_string(&judge->arena, tables);
    bout->has_tables = true;
    return true;
}

// The engine as a judge of rows

static bool admits_rows(void *context, const TableRows *rows)
{
    Bout *bout = context;
    Error error;
    TrialTask task = {.tables = rows, .table_count = 1};
    return bout_make_tables(bout, &error) &&
           scratch_trial(bout->judge->scratch, bout->arena, &task, NULL, &error);
}

// Returns a query for the numbers of the rows that do not fail the CHECK.
static const char *check_query(Arena *arena, Dialect dialect, const CheckProbe *probe)
{
    const uint32_t *columns = probe->columns;
    Text sql = text_new(arena);
    text_add(&sql, "WITH probe (probe_number");
    for (size_t c = 0; c < probe->column_count; c++)
        text_addf(&sql, ", %s",
                  sql_quote_name(arena, dialect, probe->table->columns[columns[c]].name));
    text_add(&sql, ") AS (VALUES ");
    for (size_t i = 0; i < probe->row_count; i++) {
        text_addf(&sql, "%s(%zu", i == 0 ? "" : ", ", i);
        for (size_t c = 0; c < probe->column_count; c++)
            text_addf(&sql, ", %s",
                      value_print(arena, dialect, probe->rows[i][columns[c]]));
        text_add(&sql, ")");
    }
    text_addf(&sql, ") SELECT probe_number FROM probe WHERE coalesce((%s), 1 = 1)",
              probe->check->text);
    return sql.bytes;
}

static bool rows_pass_check(void *context, const CheckProbe *probe, bool *passes)
{
    Bout *bout = context;
    Judge *judge = bout->judge;
    Arena arena = ARENA_EMPTY;
    Request request = {.sql = check_query(&arena, judge->dialect, probe),
                       .sink = SINK_ROWS,
                       .row_limit = probe->row_count};
    Result result;
    Error error;
    bool ok = scratch_run(judge->scratch, &arena, &request, &result, &error);
    for (size_t i = 0; ok && i < result.kept_count; i++)
        passes[result.rows[i][0].integer] = true;
    arena_clear(&arena);
    return ok;
}

// Preparing

// Begins with an original that is not known yet.
static void meet_original(Bout *bout)
{
    Judge *judge = bout->judge;
    forget_original(judge);
    Original *original = original_new(judge->catalog, bout->ring.left, bout->ring.right);
    judge->original = bout->original = original;
    original->ordering.is_exact = !original->hints->traits.sums;
    original->ordering.tolerance = judge->leniency.tolerance;
    original->ordering.collations = NULL; // Another representative makes it unstable.
    bout->hints = original->hints;
    bout->generator = original->generator;
    bout->is_first = true;
    RowJudge rows = {admits_rows, rows_pass_check, bout};
    generator_probe(bout->generator, &bout->random, &rows);
    if (!judge->options.only_refutes)
        original->mutants = mutants_new(&original->arena, &original->pair.left);
    if (judge->leniency.ignored_count == 0) // The interpreter compares whole rows.
        original->search = search_new(&original->arena, &original->pair, bout->hints,
                                      &original->ordering, &original->mutants);
    bout->search = original->search;
}

// True if the judge knows the original, and drew databases for it that serve this
// candidate; sets the hints of this pair, then.
static bool knows_original(Bout *bout)
{
    const Original *known = bout->judge->original;
    if (known == NULL || !original_is_of(known, &bout->pair))
        return false;
    bout->hints = hints_new(bout->arena, &bout->pair);
    return hints_within(bout->hints, known->hints);
}

// Goes on with one that is known. Its mutants have been told apart before.
static void meet_again(Bout *bout)
{
    bout->original = bout->judge->original;
    bout->generator = generator_new(bout->arena, bout->hints);
    generator_follow(bout->generator, bout->original->generator);
    if (bout->original->search != NULL)
        bout->search = search_new(bout->arena, &bout->pair, bout->hints,
                                  &bout->original->ordering, &bout->none);
}

static bool prepare_bout(Bout *bout, const char *left, const char *right, Error *err)
{
    Judge *judge = bout->judge;
    bout->ring =
        (Ring){.right_untied = candidate_with_ties_broken(bout->arena, &bout->pair),
               .arena = bout->arena,
               .documents = pair_documents(bout->arena, &bout->pair),
               .scratch = judge->scratch,
               .dialect = judge->dialect,
               .left = left,
               .right = right,
               .names_count = judge->options.names_count};
    bout->ring.ignored_count = judge->leniency.ignored_count;
    if (!pair_find_outputs(bout->arena, &bout->pair, judge->leniency.ignored,
                           judge->leniency.ignored_count, &bout->ring.ignored, err))
        return false;
    (knows_original(bout) ? meet_again : meet_original)(bout);
    bout->ring.ordering = &bout->original->ordering;
    bout->ring.left_untied = bout->original->untied;
    return true;
}

// Where the engine does not take the tables (a type that only the user's database has).
static bool give_up(Bout *bout, const Error *error, Verdict *verdict)
{
    bout_decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                arena_string(bout->arena, error->message));
    bout->verdict->elapsed_ms = clock_ms() - bout->started_ms;
    *verdict = *bout->verdict;
    return true;
}

// Returns why the candidate can't be found to be the same, where that is known of the
// original and nothing else is asked; or NULL.
static const char *why_never_same(const Bout *bout)
{
    const Original *known = bout->judge->original;
    bool is_known = known != NULL && original_is_of(known, &bout->pair);
    return bout->judge->options.only_same && is_known && known->choice_shows
               ? choice_reason(bout->arena, known->choice)
               : NULL;
}

// Runs both on databases, and says what that is worth.
static bool judge_on_databases(Bout *bout, const char *left, const char *right,
                               Error *err)
{
    bool decided = false;
    Verdict *verdict = bout->verdict;
    bool ok =
        prepare_bout(bout, left, right, err) && bout_run_schedule(bout, &decided, err);
    arena_clear(&bout->scratch);
    if (!ok) {
        forget_original(bout->judge);
        return false;
    }
    if (bout->search != NULL && search_is_trusted(bout->search))
        verdict->searched = search_tried(bout->search);
    verdict->mutants = mutants_counted(&bout->original->mutants);
    verdict->mutants_killed = verdict->mutants - mutants_left(&bout->original->mutants);
    verdict->mutants_out_of_reach = mutants_out_of_reach(&bout->original->mutants);
    if (!decided)
        bout_decide_at_end(bout);
    bool is_told = bout->judge->options.only_same && bout->original->choice_shows;
    if (bout->is_first && !is_told && (decided || bout_is_over(bout)))
        forget_original(bout->judge); // Too little was seen of it.
    return true;
}

bool judge_pair(Judge *judge, Arena *arena, const char *left, const char *right,
                Verdict *verdict, Error *err)
{
    Verdict result = {0};
    Bout bout = {.judge = judge,
                 .arena = arena,
                 .verdict = &result,
                 .random = random_new(judge->options.seed),
                 .started_ms = clock_ms(),
                 .pair = pair_new(arena, judge->catalog, left, right)};
    const char *proof =
        judge->options.only_refutes || judge->options.proves_not
            ? NULL
            : pair_proof(arena, &bout.pair, judge->options.names_count, PROOF_TRIALS);
    const char *why_never = proof == NULL ? why_never_same(&bout) : NULL;
    if (proof != NULL)
        bout_decide(&bout, VERDICT_SAME, EVIDENCE_PROVED, proof);
    else if (why_never != NULL)
        bout_decide(&bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE, why_never);
    else if (!judge_on_databases(&bout, left, right, err))
        return err->kind == ERROR_STATEMENT && give_up(&bout, err, verdict);
    result.elapsed_ms = clock_ms() - bout.started_ms;
    *verdict = result;
    return true;
}
