// road.c - gate, race, refute, compare on the data, certify.
//
// The judge costs more than a run that is cut off, so only those are refuted that come
// out of the race in front; but nobody sets the pace for others before it was judged, or
// a wrong candidate could drive the right ones out.

#include "optimize/road.h"

#include "base/clock.h"
#include "base/figures.h"
#include "optimize/others.h"
#include "query/check.h"
#include "sql/sql.h"
#include "verify/data.h"

#include <math.h>

enum {
    REPEATS = 2,      // Of a short run in the race.
    FINISH_PAIRS = 4, // One to compare, three to measure.
};

static const double SHORT_RUN_MS = 100;
static const double HEAT_RUN_MS = 250;    // A pair costs less than the judge.
static const double HEAT_SHARE = 0.25;    // Of the budget that is left, for its pairs.
static const double CUTOFF = 1.05;        // Of the best so far, in the race.
static const double MEASURED_LEAST = 1.2; // A gain that three runs may show.
static const double CUTOFF_SLACK_MS = 5;  // A process may be held up for so long.

void road_report(const Road *road, const char *stage)
{
    if (road->options->progress == NULL)
        return;
    double span_ms = road->deadline_ms - road->start_ms;
    double share = span_ms > 0 ? (clock_ms() - road->start_ms) / span_ms : 0;
    road->options->progress(road->options->progress_context, stage,
                            share < 1 ? share : 1);
}

static double left_ms(const Road *road)
{
    return road->deadline_ms - clock_ms();
}

// Returns the time-out of a statement, which the budget may end earlier.
static double timeout_ms(const Road *road)
{
    return fmax(fmin(road->options->timeout_ms, left_ms(road)), 1);
}

// Returns what it takes to compare `run`'s query with the original and to run the least
// number of pairs.
static double finish_ms(const Road *road, const Run *run)
{
    return FINISH_PAIRS * (road->original.elapsed_ms + run->elapsed_ms);
}

bool race_is_over(Road *road)
{
    static const Run nobody = {0};
    if (road->options->cancelled != NULL && *road->options->cancelled)
        road->stopped = true;
    const Run *leader = road->best == &road->original ? &nobody : road->best;
    double step_ms = road->original.elapsed_ms; // What is begun now may take so long.
    if (left_ms(road) < finish_ms(road, leader) + step_ms)
        road->budget_spent = true;
    return road->stopped || road->budget_spent;
}

static bool turn_away(Road *road, Candidate *candidate, Fate fate, const char *reason)
{
    candidate->fate = fate;
    candidate->reason = arena_string(road->arena, reason != NULL ? reason : "");
    return false;
}

// Turns the candidate away for an error; being stopped by the user is not its fault.
static bool turn_away_for(Road *road, Candidate *candidate, Fate fate, const Error *err)
{
    if (err->kind == ERROR_CANCELLED) {
        road->stopped = true;
        fate = FATE_UNTRIED;
    }
    return turn_away(road, candidate, fate, err->message);
}

// The gate

// True if the engine can prepare it and promises the same number of columns.
static bool engine_accepts(Road *road, Candidate *candidate)
{
    Error err;
    Result result = {0};
    size_t expected;
    query_outputs(road->tree->root, &expected);
    if (!engine_prepare(road->bench->engine, road->arena, candidate->sql,
                        fmax(road->deadline_ms - clock_ms(), 1), &result, &err))
        return turn_away_for(road, candidate, FATE_GATE, &err);
    if (result.column_count != expected)
        return turn_away(road, candidate, FATE_GATE, "it has other columns");
    return true;
}

// A candidate goes through the gate as text, like anybody's: parsed and bound afresh.
static bool pass_gate(Road *road, Candidate *candidate)
{
    Error err;
    Tree tree = {0};
    if (!sql_bind(road->arena, road->bench->catalog, candidate->sql, &tree, &err) ||
        !sql_gate(&tree, road->tree, &err) ||
        !query_same_signature(road->tree->root, tree.root, &err))
        return turn_away_for(road, candidate, FATE_GATE, &err);
    return engine_accepts(road, candidate);
}

// Fresh pairs

// True if pairs of runs cost next to nothing, less than the judge in any case.
static bool is_short(const Road *road)
{
    return road->original.elapsed_ms < HEAT_RUN_MS;
}

static void report_pairs(void *context, size_t pairs, double ratio)
{
    road_report(context, "certifying");
}

// True if it is faster for certain, or, where the budget ended before that was known, by
// three runs each that agree: "measured", then, and not "certified".
static bool is_won(const Measurement *measurement)
{
    return measurement->outcome == OUTCOME_FASTER ||
           (measurement->agreed && measurement->three_run_ratio > MEASURED_LEAST);
}

// Runs pairs until it is certain that the candidate is faster, or it is turned away.
static bool certify(Road *road, Candidate *candidate, double budget_ms)
{
    Error err;
    MeasureOptions options = {
        .clock = road->options->clock,
        .budget_ms = fmax(budget_ms, 1),
        .warmed = true,
        .floor = &road->floor,
        .progress = report_pairs,
        .progress_context = road,
    };
    EnginePair pair = {
        .engine = road->bench->engine,
        .sql = {[SIDE_BEFORE] = road->sql, [SIDE_AFTER] = candidate->sql},
        .timeout_ms = timeout_ms(road),
        .cache = road->options->cache,
    };
    Measurement *measurement = &candidate->measurement;
    if (!measure_runner(road->arena, runner_of(&pair), &options, measurement, &err))
        return turn_away_for(road, candidate, FATE_FAILED, &err);
    if (is_won(measurement))
        return true;
    if (measurement->cut_off)
        return turn_away(road, candidate, FATE_UNCERTIFIED,
                         "cut off on fresh runs, at a multiple of the original's time");
    if (isinf(measurement->high))
        return turn_away(road, candidate, FATE_UNCERTIFIED,
                         "the budget ended before enough fresh runs");
    return turn_away(road, candidate, FATE_UNCERTIFIED,
                     arena_printf(road->arena, "%s on fresh runs: %s (%s-%s)",
                                  outcome_name(measurement->outcome),
                                  ratio_print(road->arena, measurement->ratio),
                                  ratio_print(road->arena, measurement->low),
                                  ratio_print(road->arena, measurement->high)));
}

// The judge

// Returns how long the judge may take: its own limit, and no more than what is left.
static double judge_time_ms(const Road *road)
{
    double most_ms = road->bench->judge_options.budget_ms;
    double budget_ms = fmax(left_ms(road), 1);
    return most_ms > 0 ? fmin(most_ms, budget_ms) : budget_ms;
}

static bool pass_judge(Road *road, Candidate *candidate)
{
    Error err;
    Judge *judge = NULL;
    road_report(road, "refuting");
    if (!workbench_judge(road->bench, &judge, &err))
        return turn_away_for(road, candidate, FATE_UNDECIDED, &err);
    judge_limit(judge, judge_time_ms(road));
    if (!judge_pair(judge, road->arena, road->sql, candidate->sql, &candidate->refutation,
                    &err))
        return turn_away_for(road, candidate, FATE_UNDECIDED, &err);
    switch (candidate->refutation.kind) {
    case VERDICT_SAME:
        return true;
    case VERDICT_DIFFERENT:
        return turn_away(road, candidate, FATE_REFUTED, candidate->refutation.reason);
    case VERDICT_UNDECIDED:
        return turn_away(road, candidate, FATE_UNDECIDED, candidate->refutation.reason);
    }
    return false;
}

// The race

static double lead_ms(const Road *road)
{
    return run_ms(road->best, road->clock);
}

static bool lose_race(Road *road, Candidate *candidate)
{
    double part =
        run_ms(&candidate->run, road->clock) / run_ms(&road->original, road->clock);
    if (part < 1)
        return turn_away(road, candidate, FATE_OUTRUN,
                         arena_printf(road->arena, "%s in one run; another is faster",
                                      ratio_print(road->arena, 1 / part)));
    return turn_away(
        road, candidate, FATE_RACE,
        arena_printf(road->arena, "%.2fx the original's time in one run", part));
}

// Returns when a run has lost against the best so far. Wall time decides only where it is
// steady, but a process may be held up even so.
static Cutoff race_cutoff(const Road *road)
{
    double limit_ms = lead_ms(road) * CUTOFF;
    if (road->clock == CLOCK_WALL)
        limit_ms *= 1 + 3 * road->floor.noise;
    Cutoff cutoff = cutoff_by(road->clock, limit_ms + CUTOFF_SLACK_MS);
    if (cutoff.elapsed_ms <= 0)
        cutoff.elapsed_ms = timeout_ms(road);
    return cutoff;
}

// Runs it once more in the race; `best` is the quicker of this run and those before.
static bool run_in_race(Road *road, Candidate *candidate, Cutoff cutoff, Run *best,
                        Error *err)
{
    Run run;
    double start_ms = clock_ms();
    bool ok = measure_once(road->bench->engine, candidate->sql, road->options->cache,
                           cutoff, &run, err);
    candidate->race_ms += clock_ms() - start_ms;
    if (ok &&
        (best->elapsed_ms <= 0 || run_ms(&run, road->clock) < run_ms(best, road->clock)))
        *best = run;
    return ok;
}

// Runs it once, or, where that costs nothing, again: a hiccup shall not decide.
static bool run_heats(Road *road, Candidate *candidate, Cutoff cutoff, Run *best,
                      Error *err)
{
    if (!run_in_race(road, candidate, cutoff, best, err))
        return false;
    Cutoff none = {.elapsed_ms = timeout_ms(road)};
    for (int i = 0; i < REPEATS && best->elapsed_ms < SHORT_RUN_MS; i++) {
        if (!run_in_race(road, candidate, none, best, err))
            return false;
    }
    return true;
}

static bool pass_race(Road *road, Candidate *candidate)
{
    Error err;
    Cutoff cutoff = race_cutoff(road);
    Run run = {0};
    if (!run_heats(road, candidate, cutoff, &run, &err)) {
        if (err.kind != ERROR_TIMEOUT)
            return turn_away_for(road, candidate, FATE_FAILED, &err);
        bool by_cpu = cutoff.cpu_ms > 0;
        double limit_ms = by_cpu ? cutoff.cpu_ms : cutoff.elapsed_ms;
        const char *reason = arena_printf(
            road->arena, "cut off after %s%s, slower than %s",
            duration_print(road->arena, limit_ms), by_cpu ? " of CPU time" : "",
            road->best == &road->original ? "the original" : "the best");
        return turn_away(road, candidate, FATE_RACE, reason);
    }
    candidate->run = run;
    return run_ms(&run, road->clock) <= lead_ms(road) * CUTOFF ||
           lose_race(road, candidate);
}

// Where a few pairs of runs cost less than the judge, they go first: most candidates
// whose lead is small have none. The winner's own pairs are run afresh.
static bool pass_heat(Road *road, Candidate *candidate)
{
    if (!is_short(road))
        return true;
    bool is_faster = certify(road, candidate, left_ms(road) * HEAT_SHARE);
    if (is_faster)
        candidate->measurement = (Measurement){0};
    return is_faster;
}

// One that comes out of the race in front may win, but is not the winner yet.
static void put_in_front(Road *road, Candidate *candidate)
{
    double ratio =
        run_ms(&road->original, road->clock) / run_ms(&candidate->run, road->clock);
    candidate->fate = FATE_OUTRUN;
    candidate->in_front = true;
    candidate->reason =
        arena_printf(road->arena, "%s in one run; another is as fast, or simpler",
                     ratio_print(road->arena, ratio));
}

void road_enter(Road *road, Candidate *candidate)
{
    road_report(road, "checking");
    if (!pass_gate(road, candidate))
        return;
    road_report(road, "racing");
    if (!pass_race(road, candidate))
        return;
    bool leads = run_ms(&candidate->run, road->clock) < lead_ms(road);
    if (leads && !pass_heat(road, candidate))
        return;
    if (leads && !pass_judge(road, candidate))
        return;
    if (leads)
        road->best = &candidate->run;
    put_in_front(road, candidate);
}

void road_rerun(Road *road, Candidate *candidate)
{
    Error err;
    Cutoff cutoff = {.elapsed_ms = timeout_ms(road)};
    road_report(road, "racing");
    if (run_in_race(road, candidate, cutoff, &candidate->run, &err) &&
        run_ms(&candidate->run, road->clock) <= lead_ms(road) * CUTOFF)
        put_in_front(road, candidate);
}

// On the user's data

// An empty result shows nothing. The steps are rules whose conditions hold, so rows on
// other values of the literals are enough beside them.
static bool pass_empty(Road *road, Candidate *candidate)
{
    bool differs;
    const char *why_not = others_show_rows(road, candidate, &differs);
    return why_not == NULL ||
           turn_away(road, candidate, differs ? FATE_DATA : FATE_VACUOUS, why_not);
}

// What was certified holds on other values, too; how much is gained there is told.
static bool pass_others(Road *road, Candidate *candidate)
{
    road_report(road, "other values");
    const char *difference = others_measure(road, candidate);
    return difference == NULL || turn_away(road, candidate, FATE_DATA, difference);
}

static bool pass_data(Road *road, Candidate *candidate)
{
    Error err;
    Verdict *data = &candidate->data;
    DataOptions options = {.timeout_ms = timeout_ms(road)};
    QueryPair texts = {road->bench->catalog, road->sql, candidate->sql};
    if (!judge_on_data(road->bench->engine, road->arena, &texts, &options, data, &err))
        return turn_away_for(road, candidate, FATE_FAILED, &err);
    if (data->evidence == EVIDENCE_VACUOUS)
        return pass_empty(road, candidate);
    if (data->kind == VERDICT_DIFFERENT)
        return turn_away(road, candidate, FATE_DATA, data->reason);
    if (data->kind == VERDICT_UNDECIDED)
        return turn_away(road, candidate, FATE_UNDECIDED, data->reason);
    return true;
}

static bool pass_deadline(Road *road, Candidate *candidate)
{
    if (left_ms(road) >= finish_ms(road, &candidate->run))
        return true;
    road->budget_spent = true;
    return turn_away(road, candidate, FATE_UNCERTIFIED,
                     "what was left of the budget was too little to certify it");
}

// What can't be certified is not judged.
static bool pass_finish(Road *road, Candidate *candidate)
{
    bool is_judged = candidate->refutation.evidence != EVIDENCE_NONE;
    if (!pass_deadline(road, candidate) ||
        (!is_judged && !(pass_judge(road, candidate) && pass_deadline(road, candidate))))
        return false;
    road_report(road, "comparing");
    return pass_data(road, candidate) && certify(road, candidate, left_ms(road)) &&
           pass_others(road, candidate);
}

void road_finish(Road *road, Candidate *candidate)
{
    bool won = pass_finish(road, candidate);
    candidate->in_front = !won && candidate->fate == FATE_UNTRIED; // We were stopped.
    if (!won)
        return;
    candidate->fate = FATE_WON;
    candidate->reason = NULL;
}
