// optimize.c - hone_optimize: the pipeline's outcome as structs and in words.

#include "library/evidence.h"
#include "library/optimize_json.h"
#include "library/session.h"
#include "library/supposing.h"

#include "base/clock.h"
#include "base/figures.h"
#include "base/text.h"

#include <string.h>

static void add_assumptions(Text *text, const Assumptions *assumptions)
{
    for (size_t i = 0; i < assumptions->count; i++) {
        const Assumption *each = &assumptions->items[i];
        text_addf(text, "%s%s (%s)", i == 0 ? "; relies on: " : ", ",
                  assumption_print(text->arena, each), assurance_name(each->assurance));
    }
}

// "a correlated aggregate is computed once (scalar_aggregate_to_join); relies on: …"
static const char *why_of(Arena *arena, const Derivation *derivation)
{
    Text text = text_new(arena);
    bool seen[RULE_COUNT] = {0};
    for (size_t i = 0; i < derivation->step_count; i++) {
        RuleId rule = derivation->steps[i].rule;
        if (!seen[rule])
            text_addf(&text, "%s%s (%s)", text.length > 0 ? "; " : "",
                      rewrite_rules[rule].summary, rewrite_rules[rule].name);
        seen[rule] = true;
    }
    add_assumptions(&text, &derivation->assumptions);
    return text.bytes;
}

static const char *same_of(Arena *arena, const Candidate *winner, const char *database)
{
    const char *rows = rows_print(arena, &winner->data, database);
    if (winner->shown.values != NULL)
        rows =
            arena_printf(arena, "no row on %s, but %s equal with %s", database,
                         number_print(arena, winner->shown.rows), winner->shown.values);
    return arena_printf(arena, "%s; %s%s", databases_print(arena, &winner->refutation),
                        rows, all_checked_print(arena, &winner->refutation));
}

static const char *not_examined_of(Arena *arena, const Optimization *made)
{
    return arena_printf(
        arena, "examined: indexes, settings%s%s%s%s",
        made->statistics_missing ? "; statistics are missing (run ANALYZE)" : "",
        made->types_trouble != NULL ? "; " : "",
        made->types_trouble != NULL ? made->types_trouble : "",
        made->budget_spent ? "; the budget ran out before all was tried" : "");
}

static HoneCandidate candidate_view(Arena *arena, const Candidate *candidate)
{
    return (HoneCandidate){
        .sql = candidate->sql,
        .rules = rule_names_print(arena, &candidate->derivation),
        .fate = fate_name(candidate->fate),
        .reason = candidate->reason,
    };
}

static void add_winner(Arena *arena, HoneOptimization *view, const Candidate *winner,
                       const char *database)
{
    const Measurement *measured = &winner->measurement;
    view->faster = winner->sql;
    view->before_ms = measured->before_ms;
    view->after_ms = measured->after_ms;
    view->ratio = measured->ratio;
    view->low = measured->low;
    view->high = measured->high;
    view->evidence = measured->certified ? "certified" : "measured (3-run)";
    view->pairs = measured->pair_count;
    view->three_run_ratio = measured->three_run_ratio;
    view->five_run_ratio = measured->five_run_ratio;
    view->clock = clock_name(measured->clock);
    view->other_values = winner->others.count;
    view->other_values_unmeasured = winner->others.unmeasured;
    view->worst_ratio = winner->others.worst_ratio;
    view->why = why_of(arena, &winner->derivation);
    view->same = same_of(arena, winner, database);
}

// The original did not end: what it took is a bound, and the winner ran on the whole.
static void add_sample(HoneOptimization *view, const Optimization *made)
{
    view->sample = made->sample;
    view->before_ms = made->original.elapsed_ms;
    view->after_ms = made->whole.elapsed_ms;
    view->at_least = made->at_least;
}

static const HoneOptimization *view_of(Arena *arena, const HoneSession *session,
                                       const char *name, const Optimization *made)
{
    static const HoneStatus statuses[] = {
        [STATUS_FASTER] = HONE_FASTER,
        [STATUS_NOTHING_BETTER] = HONE_NOTHING_BETTER,
        [STATUS_SLOWER] = HONE_SLOWER,
        [STATUS_VACUOUS] = HONE_VACUOUS,
        [STATUS_INCOMPARABLE] = HONE_INCOMPARABLE,
    };
    HoneCandidate *candidates = arena_new(arena, HoneCandidate, made->candidate_count);
    for (size_t i = 0; i < made->candidate_count; i++)
        candidates[i] = candidate_view(arena, made->candidates[i]);
    const char *database = session_database_name(session);
    if (made->sample != NULL)
        database = arena_printf(arena, "a copy (%s)", made->sample);
    HoneOptimization *view = arena_new(arena, HoneOptimization, 1);
    *view = (HoneOptimization){
        .name = name,
        .status = statuses[made->status],
        .reason = made->reason,
        .sql = made->sql,
        .printed = made->printed,
        .before_ms = made->original.elapsed_ms,
        .supposing = supposing_print(arena, session->bench.catalog->dialect, made),
        .not_examined = not_examined_of(arena, made),
        .candidates = candidates,
        .candidate_count = made->candidate_count,
        .stopped = made->stopped,
        .best_so_far = made->best_so_far != NULL ? made->best_so_far->sql : NULL,
    };
    if (made->winner != NULL)
        add_winner(arena, view, made->winner, database);
    if (made->winner != NULL && made->sample != NULL)
        add_sample(view, made);
    return view;
}

// Sets the budget of one query, so that all together stay within the total.
static bool share_budget(const HoneSession *session, OptimizeOptions *options, Error *err)
{
    options->budget_ms = session->options.budget_ms;
    double total_ms = session->options.total_budget_ms;
    if (total_ms <= 0)
        return true;
    double left_ms = total_ms - (clock_ms() - session->start_ms);
    if (left_ms <= 0)
        return fail(err, ERROR_TIMEOUT, "not tried: the total budget of %.3g s is spent",
                    total_ms / 1e3);
    if (options->budget_ms <= 0 || options->budget_ms > left_ms)
        options->budget_ms = left_ms;
    return true;
}

bool hone_optimize(HoneSession *session, const char *name, const char *sql,
                   HoneResult **result, HoneError *error)
{
    if (!session_needs_engine(session, error))
        return false;
    Error err;
    HoneResult *made = result_new();
    OptimizeOptions options = {
        .clock = session->clock,
        .cache = session->cache,
        .timeout_ms = session->options.timeout_ms,
        .cancelled = &session->cancelled,
        .progress = session->options.progress,
        .progress_context = session->options.progress_context,
    };
    Optimization optimization;
    const char *kept = arena_string(&made->arena, sql);
    if (!share_budget(session, &options, &err) ||
        !optimize_query(&session->bench, &made->arena, kept, &options, &optimization,
                        &err))
        return result_fail(made, error, sql, &err);
    made->optimization =
        view_of(&made->arena, session, arena_string(&made->arena, name), &optimization);
    made->json = optimization_json(session, made->optimization, &optimization);
    *result = made;
    return true;
}
