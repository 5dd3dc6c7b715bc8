// optimize.c - the order of the work: original, candidates, race, winner.

#include "optimize/optimize.h"

#include "base/clock.h"
#include "base/figures.h"
#include "base/text.h"
#include "optimize/race.h"
#include "optimize/sample.h"
#include "optimize/suppose.h"
#include "optimize/typed.h"
#include "sql/sql.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ORIGINAL_RUNS = 5 }; // To certify anything: alone, compared, in three pairs.

static const double DEFAULT_TIMEOUT_MS = 60e3;
static const double PREPARE_AT_LEAST_MS = 1e3; // However small the budget is.
static const double TYPES_SHARE = 0.1;         // Of the budget, to look at columns.
static const double WORTH_ON_WHOLE = 1.2; // Than the time-out, for a winner of a copy.

const char *status_name(Status status)
{
    static const char *const names[] = {
        [STATUS_FASTER] = "faster",
        [STATUS_NOTHING_BETTER] = "nothing better",
        [STATUS_SLOWER] = "slower",
        [STATUS_VACUOUS] = "vacuous",
        [STATUS_INCOMPARABLE] = "incomparable",
    };
    return names[status];
}

const char *fate_name(Fate fate)
{
    static const char *const names[] = {
        [FATE_WON] = "won",           [FATE_GATE] = "not admitted",
        [FATE_REFUTED] = "refuted",   [FATE_UNDECIDED] = "undecided",
        [FATE_FAILED] = "failed",     [FATE_RACE] = "slower",
        [FATE_OUTRUN] = "outrun",     [FATE_DATA] = "differs on the data",
        [FATE_VACUOUS] = "vacuous",   [FATE_UNCERTIFIED] = "not certified",
        [FATE_UNTRIED] = "not tried",
    };
    return names[fate];
}

// The bench

bool workbench_judge(Workbench *bench, Judge **judge, Error *err)
{
    if (bench->judge == NULL &&
        !judge_open(bench->catalog, &bench->judge_options, &bench->judge, err))
        return false;
    if (bench->judged != bench->catalog) // Or it would forget the original.
        judge_use(bench->judge, bench->catalog);
    bench->judged = bench->catalog;
    *judge = bench->judge;
    return true;
}

void workbench_close(Workbench *bench)
{
    judge_close(bench->judge);
    bench->judge = NULL;
    bench->judged = NULL;
    arena_clear(&bench->arena);
    bench->scans = NULL;
}

bool query_accept(Arena *arena, const Gate *gate, const char *sql, Accepted *accepted,
                  Error *err)
{
    Error trouble;
    Result prepared;
    Accepted found = {0};
    bool bound = sql_bind(arena, gate->catalog, sql, &found.tree, &trouble);
    if (!bound && trouble.kind == ERROR_REFUSED) {
        *err = trouble;
        return false;
    }
    if (!engine_prepare(gate->engine, arena, sql, gate->timeout_ms, &prepared, err)) {
        // Our own message has a place and the closest names.
        if (!bound && err->kind == ERROR_STATEMENT)
            *err = trouble;
        return false;
    }
    if (!bound)
        found.rules_off = arena_string(arena, trouble.message);
    *accepted = found;
    return true;
}

// The original

// Returns how long a run of the original may take: with a budget, no longer than leaves
// room to compare and certify something.
static double original_limit_ms(const OptimizeOptions *options)
{
    if (options->budget_ms <= 0)
        return options->timeout_ms;
    return fmin(options->timeout_ms, options->budget_ms / ORIGINAL_RUNS);
}

// Runs the original against itself: the noise floor, and with it the clock. False with
// ERROR_TIMEOUT where it does not end.
static bool run_original(Road *road, Error *err)
{
    const OptimizeOptions *options = road->options;
    EnginePair pair = {.engine = road->bench->engine,
                       .sql = {[SIDE_BEFORE] = road->sql},
                       .cache = options->cache};
    road_report(road, "original");
    if (!floor_take(runner_of(&pair), original_limit_ms(options), &road->floor, err))
        return false;
    road->clock = floor_clock(&road->floor, options->clock);
    road->original = *floor_best(&road->floor, road->clock);
    road->best = &road->original;
    return true;
}

static double budget_for(const OptimizeOptions *options, const Run *original)
{
    return options->budget_ms > 0 ? options->budget_ms
                                  : budget_default_ms(original->elapsed_ms);
}

// What came of it

static const Candidate *with_fate(const Proposals *proposals, Fate fate)
{
    for (size_t i = 0; i < proposals->candidates.count; i++) {
        if (proposals->candidates.items[i]->fate == fate)
            return proposals->candidates.items[i];
    }
    return NULL;
}

// True if the race's winner was slower when it ran again.
static bool was_slower(const Candidate *candidate)
{
    return candidate != NULL && candidate->measurement.outcome == OUTCOME_SLOWER;
}

static bool all_undecided(const Proposals *proposals)
{
    for (size_t i = 0; i < proposals->candidates.count; i++) {
        if (proposals->candidates.items[i]->fate != FATE_UNDECIDED)
            return false;
    }
    return proposals->candidates.count > 0;
}

// Returns "5 candidates, none held: 3 slower, 2 refuted", or "1 candidate, slower".
static const char *tell_fates(Arena *arena, const Proposals *proposals)
{
    size_t counts[FATE_COUNT] = {0};
    size_t count = proposals->candidates.count;
    for (size_t i = 0; i < count; i++)
        counts[proposals->candidates.items[i]->fate]++;
    Text text = text_new(arena);
    if (count == 1)
        return arena_printf(arena, "1 candidate, %s",
                            fate_name(proposals->candidates.items[0]->fate));
    text_addf(&text, "%zu candidates, none held", count);
    bool first = true;
    for (Fate fate = FATE_WON; fate < FATE_COUNT; fate++) {
        if (counts[fate] > 0)
            text_addf(&text, "%s%zu %s", first ? ": " : ", ", counts[fate],
                      fate_name(fate));
        first = first && counts[fate] == 0;
    }
    return text.bytes;
}

static void conclude(Arena *arena, const Proposals *proposals, Optimization *result)
{
    size_t count = proposals->candidates.count;
    const Candidate *vacuous = with_fate(proposals, FATE_VACUOUS);
    const Candidate *uncertified = with_fate(proposals, FATE_UNCERTIFIED);
    if (result->winner != NULL) {
        result->status = STATUS_FASTER;
    } else if (count == 0) {
        result->reason = result->stopped ? "stopped before a rule was tried"
                                         : "no rule applies to this query";
    } else if (result->best_so_far != NULL) {
        double ratio = result->original.elapsed_ms / result->best_so_far->run.elapsed_ms;
        result->reason = arena_printf(
            arena, "stopped; the best so far was %s in one run, not certified",
            ratio_print(arena, ratio));
    } else if (vacuous != NULL) {
        result->status = STATUS_VACUOUS;
        result->reason = vacuous->reason;
    } else if (was_slower(uncertified)) {
        result->status = STATUS_SLOWER;
        result->reason = uncertified->reason;
    } else if (all_undecided(proposals)) {
        result->status = STATUS_INCOMPARABLE;
        result->reason = proposals->candidates.items[0]->reason;
    } else {
        result->reason = tell_fates(arena, proposals);
    }
}

static bool note_missing_statistics(void *context, const Source *source)
{
    bool *missing = context;
    const Table *table = source->kind == SOURCE_TABLE ? source->table : NULL;
    if (table != NULL && table->kind == TABLE_BASE && !table->analyzed)
        *missing = true;
    return true;
}

static bool lacks_statistics(const Tree *tree)
{
    bool missing = false;
    Visitor visitor = {.source = note_missing_statistics, .context = &missing};
    walk_query(tree->root, &visitor);
    return missing;
}

// Looks at the columns that the original reads, and binds it again to what was found.
static bool check_types(Road *road, Optimization *result, Error *err)
{
    Workbench *bench = road->bench;
    const Catalog *before = bench->catalog;
    road_report(road, "looking at types");
    TableColumns reads = {0};
    tree_add_reads(road->arena, road->tree, &reads);
    if (!workbench_check_types(bench, road->arena, &reads,
                               result->budget_ms * TYPES_SHARE, &result->types_trouble,
                               err))
        return false;
    if (bench->catalog == before)
        return true;
    Tree *again = arena_new(road->arena, Tree, 1);
    road->tree = again;
    return sql_bind(road->arena, bench->catalog, road->sql, again, err);
}

// Settles the budget by the original's time, and looks at the data's types. Sets
// road->stopped where the user stopped us.
static bool set_out(Road *road, Optimization *result, Error *err)
{
    result->budget_ms = budget_for(road->options, &result->original);
    road->deadline_ms = road->start_ms + result->budget_ms;
    if (road->tree == NULL)
        return true;
    result->statistics_missing = lacks_statistics(road->tree);
    road->stopped = !check_types(road, result, err);
    return !road->stopped || err->kind == ERROR_CANCELLED;
}

// What was compared on a copy is evidence of a copy.
static void mark_sampled(Proposals *proposals)
{
    for (size_t i = 0; i < proposals->candidates.count; i++) {
        Verdict *data = &proposals->candidates.items[i]->data;
        if (data->evidence == EVIDENCE_DATA)
            data->evidence = EVIDENCE_SAMPLE;
    }
}

// Sends the candidates down the road.
static void optimize_candidates(Road *road, Optimization *result)
{
    Proposals proposals = proposals_new(road->arena, road->tree);
    race_run(road, &proposals);
    result->winner = race_finish(road, &proposals);
    result->stopped = road->stopped;
    if (result->stopped && result->winner == NULL)
        result->best_so_far = race_best(road, &proposals);
    result->budget_spent = road->budget_spent;
    result->candidates = (const Candidate *const *)proposals.candidates.items;
    result->candidate_count = proposals.candidates.count;
    if (road->sample != NULL)
        mark_sampled(&proposals);
    conclude(road->arena, &proposals, result);
}

// The copy had no winner: nothing is known of the original, which did not end.
static void tell_of_copy(const Road *road, const char *did_not_end, Optimization *result)
{
    if (result->winner != NULL || result->best_so_far != NULL)
        return;
    result->status = STATUS_INCOMPARABLE;
    result->reason = arena_printf(road->arena, "%s; on a copy (%s): %s", did_not_end,
                                  result->sample, result->reason);
}

// Runs the winner of the copy on the whole: it has to end there, well before the
// original was stopped.
static void run_on_whole(Road *road, Optimization *result)
{
    Error error;
    Cutoff cutoff = {.elapsed_ms = result->original.elapsed_ms / WORTH_ON_WHOLE};
    road_report(road, "the whole");
    if (measure_once(road->bench->engine, result->winner->sql, road->options->cache,
                     cutoff, &result->whole, &error)) {
        result->at_least = result->original.elapsed_ms / result->whole.elapsed_ms;
        return;
    }
    result->reason = arena_printf(
        road->arena, "did not end within %.3g s; %s on a copy (%s), but on the whole: %s",
        result->original.elapsed_ms / 1e3,
        ratio_print(road->arena, result->winner->measurement.ratio), result->sample,
        error.message);
    result->status = STATUS_INCOMPARABLE;
    result->winner = NULL;
}

// An original that does not end is tried on a copy on which it does.
static bool optimize_on_sample(Road *road, Optimization *result, Error *err)
{
    Error error;
    Sample sample;
    result->original = (Run){.elapsed_ms = original_limit_ms(road->options)};
    result->status = STATUS_INCOMPARABLE;
    result->reason = arena_printf(road->arena, "did not end within %.3g s",
                                  result->original.elapsed_ms / 1e3);
    if (!set_out(road, result, err))
        return false;
    if (road->tree == NULL || road->stopped)
        return true;
    road_report(road, "copying");
    if (!sample_open(road, &sample, &error)) {
        result->reason =
            arena_printf(road->arena, "%s, and %s", result->reason, error.message);
        return true;
    }
    Road part = *road;
    part.bench = &sample.bench;
    part.sample = result->sample = sample.words;
    part.deadline_ms -= result->original.elapsed_ms; // For the run on the whole.
    const char *did_not_end = result->reason;
    if (run_original(&part, &error)) {
        result->status = STATUS_NOTHING_BETTER;
        optimize_candidates(&part, result);
        tell_of_copy(road, did_not_end, result);
    } else {
        result->reason = arena_printf(road->arena, "%s, and on a copy (%s): %s",
                                      result->reason, sample.words, error.message);
    }
    sample_close(road, &sample);
    if (result->winner != NULL)
        run_on_whole(road, result);
    return true;
}

// Takes the original down its part of the road and the candidates after it.
static bool optimize_bound(Road *road, Optimization *result, Error *err)
{
    if (!run_original(road, err))
        return err->kind == ERROR_TIMEOUT && optimize_on_sample(road, result, err);
    result->original = road->original;
    if (!set_out(road, result, err))
        return false;
    if (road->tree == NULL)
        result->reason =
            arena_printf(road->arena, "measured only, no rules: %s", result->rules_off);
    else
        optimize_candidates(road, result);
    if (road->tree != NULL && !road->stopped)
        suppose_missing(road, result);
    result->stopped |= road->stopped;
    return true;
}

bool optimize_query(Workbench *bench, Arena *arena, const char *sql,
                    const OptimizeOptions *options, Optimization *result, Error *err)
{
    OptimizeOptions settled = *options;
    if (settled.timeout_ms <= 0)
        settled.timeout_ms = DEFAULT_TIMEOUT_MS;
    double cpu_ms = clock_cpu_ms();
    Accepted accepted;
    Road road = {
        .bench = bench,
        .arena = arena,
        .options = &settled,
        .sql = sql,
        .start_ms = clock_ms(),
    };
    road.deadline_ms = road.start_ms + budget_for(&settled, &(Run){0});
    Gate gate = {bench->engine, bench->catalog,
                 fmax(original_limit_ms(&settled), PREPARE_AT_LEAST_MS)};
    if (!query_accept(arena, &gate, sql, &accepted, err))
        return false;
    Optimization made = {.sql = sql,
                         .status = STATUS_NOTHING_BETTER,
                         .rules_off = accepted.rules_off};
    if (made.rules_off == NULL) {
        road.tree = &accepted.tree;
        made.printed = sql_print(arena, &accepted.tree, (PrintStyle){0});
    }
    if (!optimize_bound(&road, &made, err))
        return false;
    made.elapsed_ms = clock_ms() - road.start_ms;
    made.cpu_ms = clock_cpu_ms() - cpu_ms;
    *result = made;
    return true;
}
