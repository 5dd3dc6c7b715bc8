// measure.c - interleaved pairs, looks, and when to stop.

#include "measure/measure.h"

#include "base/clock.h"
#include "base/machine.h"
#include "measure/interval.h"

#include <assert.h>
#include <math.h>

enum { PAIR_LIMIT = 25 };

static const double DEFAULT_THRESHOLD = 1.05;
static const double CUTOFF_MULTIPLE = 3;   // `after` is stopped at 3 x `before`, …
static const double CUTOFF_LEAST_MS = 100; // … but not where a hiccup could do it.
static const double PRECISE = 1.5;         // Between the ends of an interval.
static const double CHEAP_PAIR_MS = 100;
static const double BUDGET_RUNS = 12; // Of the original.
static const double LEAST_BUDGET_MS = 30e3, MOST_BUDGET_MS = 600e3;

double budget_default_ms(double original_ms)
{
    return fmin(fmax(LEAST_BUDGET_MS, BUDGET_RUNS * original_ms), MOST_BUDGET_MS);
}

const char *outcome_name(Outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_FASTER] = "faster",
        [OUTCOME_SLOWER] = "slower",
        [OUTCOME_NO_DIFFERENCE] = "no difference",
        [OUTCOME_UNCLEAR] = "unclear",
    };
    return names[outcome];
}

// A measurement under way.
typedef struct {
    Runner runner;
    MeasureOptions options;
    MachineState start;
    double deadline_ms; // INFINITY: none.
    Floor floor;
    double pair_ms; // What the next pair is expected to take.
    Run runs[2][PAIR_LIMIT];
    size_t pairs;
    ClockKind clock; // As the original's runs have it so far.
    const Look *look;
    Interval interval;
    bool cut_off;
    bool settled; // A look's interval decided.
    Outcome outcome;
} Trial;

static void times_of(const Trial *trial, Side side, ClockKind clock, double *times)
{
    for (size_t i = 0; i < trial->pairs; i++)
        times[i] = run_ms(&trial->runs[side][i], clock);
}

static double median_of(const Trial *trial, Side side, ClockKind clock)
{
    double times[PAIR_LIMIT];
    times_of(trial, side, clock, times);
    return median(times, trial->pairs);
}

// Of the original in the pairs.
static double pair_noise(const Trial *trial)
{
    double times[PAIR_LIMIT];
    times_of(trial, SIDE_BEFORE, CLOCK_WALL, times);
    return relative_noise(times, trial->pairs);
}

// Wall time decides where the floor allowed it and the pairs are as steady; of a long
// original, which has no floor, they alone tell.
static void settle_clock(Trial *trial)
{
    bool may_be_wall = trial->clock == CLOCK_WALL || !trial->floor.is_known;
    if (trial->options.clock == CLOCK_AUTO)
        trial->clock =
            may_be_wall && pair_noise(trial) <= WALL_NOISE_LIMIT ? CLOCK_WALL : CLOCK_CPU;
}

static void look_at(Trial *trial, const Look *look)
{
    double before[PAIR_LIMIT], after[PAIR_LIMIT];
    settle_clock(trial);
    times_of(trial, SIDE_BEFORE, trial->clock, before);
    times_of(trial, SIDE_AFTER, trial->clock, after);
    trial->look = look;
    trial->interval = interval_of_pairs(look, before, after, RUN_RESOLUTION_MS);
    trial->settled = true;
    if (trial->interval.low > trial->options.threshold) {
        trial->outcome = OUTCOME_FASTER;
    } else if (trial->interval.high < 1) {
        trial->outcome = OUTCOME_SLOWER;
    } else if (trial->interval.high < trial->options.threshold) {
        trial->outcome = OUTCOME_NO_DIFFERENCE;
    } else {
        trial->outcome = OUTCOME_UNCLEAR;
        trial->settled = false;
    }
}

// Runs `after`, up to a multiple of what the original takes; a cut-off run is an answer,
// not a failure.
static bool run_after(Trial *trial, double multiple, Run *run, Error *err)
{
    Cutoff cutoff = {0};
    double typical_ms = run_ms(floor_best(&trial->floor, trial->clock), trial->clock);
    if (trial->pairs > 0)
        typical_ms = median_of(trial, SIDE_BEFORE, trial->clock);
    if (!trial->options.all_pairs)
        cutoff = cutoff_by(trial->clock, fmax(multiple * typical_ms, CUTOFF_LEAST_MS));
    if (trial->runner.run(trial->runner.context, SIDE_AFTER, cutoff, run, err))
        return true;
    trial->cut_off = !trial->options.all_pairs && err->kind == ERROR_TIMEOUT;
    return trial->cut_off;
}

static bool run_one_pair(Trial *trial, Error *err)
{
    Run before, after;
    bool after_first = trial->pairs % 2 == 1;
    if (after_first && !run_after(trial, CUTOFF_MULTIPLE, &after, err))
        return false;
    if (trial->cut_off)
        return true;
    if (!trial->runner.run(trial->runner.context, SIDE_BEFORE, (Cutoff){0}, &before, err))
        return false;
    if (!after_first && !run_after(trial, CUTOFF_MULTIPLE, &after, err))
        return false;
    if (trial->cut_off)
        return true;
    trial->runs[SIDE_BEFORE][trial->pairs] = before;
    trial->runs[SIDE_AFTER][trial->pairs] = after;
    trial->pair_ms = before.elapsed_ms + after.elapsed_ms;
    trial->pairs++;
    return true;
}

// The floor first, which warms the original, then one run of the other side.
static bool warm_up(Trial *trial, Error *err)
{
    const MeasureOptions *options = &trial->options;
    if (options->floor != NULL)
        trial->floor = *options->floor;
    else if (!floor_take(trial->runner, 0, &trial->floor, err))
        return false;
    trial->clock = floor_clock(&trial->floor, options->clock);
    double typical_ms = floor_best(&trial->floor, CLOCK_WALL)->elapsed_ms;
    double budget_ms = options->budget_ms;
    if (budget_ms <= 0 && !options->all_pairs)
        budget_ms = budget_default_ms(typical_ms);
    if (budget_ms > 0)
        trial->deadline_ms = trial->start.at_ms + budget_ms;
    Run run = {.elapsed_ms = typical_ms};
    if (!options->warmed && !run_after(trial, BUDGET_RUNS, &run, err))
        return false;
    trial->pair_ms = typical_ms + run.elapsed_ms;
    return true;
}

// True if what was decided is known well enough, or to know it better would take long.
static bool is_precise(const Trial *trial)
{
    return trial->interval.high < PRECISE * trial->interval.low ||
           trial->pair_ms > CHEAP_PAIR_MS;
}

static bool is_over(const Trial *trial)
{
    if (trial->cut_off || trial->pairs >= trial->options.max_pairs)
        return true;
    if (trial->settled && !trial->options.all_pairs && is_precise(trial))
        return true;
    return clock_ms() + trial->pair_ms > trial->deadline_ms;
}

static void report_progress(const Trial *trial)
{
    if (trial->options.progress == NULL || trial->pairs == 0)
        return;
    double ratio = median_of(trial, SIDE_BEFORE, CLOCK_WALL) /
                   median_of(trial, SIDE_AFTER, CLOCK_WALL);
    trial->options.progress(trial->options.progress_context, trial->pairs, ratio);
}

static bool run_pairs(Trial *trial, Error *err)
{
    while (!is_over(trial)) {
        if (!run_one_pair(trial, err))
            return false;
        report_progress(trial);
        const Look *look = trial->cut_off ? NULL : look_after(trial->pairs);
        if (look != NULL)
            look_at(trial, look);
    }
    return true;
}

// Returns the noise of all of the original's runs, those of the floor and of the pairs.
static double noise_of(const Trial *trial)
{
    double floor = trial->floor.noise, pairs = pair_noise(trial);
    double floor_weight = trial->floor.count > 1 ? (double)trial->floor.count - 1 : 0;
    double pair_weight = trial->pairs > 1 ? (double)trial->pairs - 1 : 0;
    double weight = fmax(floor_weight + pair_weight, 1);
    double squares = floor_weight * floor * floor + pair_weight * pairs * pairs;
    return sqrt(squares / weight);
}

// True if no pair speaks against a win, though there are too few to be certain.
static bool pairs_agree(const Trial *trial)
{
    for (size_t i = 0; i < trial->pairs; i++) {
        double before_ms = run_ms(&trial->runs[SIDE_BEFORE][i], trial->clock);
        double after_ms = run_ms(&trial->runs[SIDE_AFTER][i], trial->clock);
        if (before_ms <= after_ms * trial->options.threshold)
            return false;
    }
    return trial->pairs >= measure_looks[0].pairs;
}

static void fill_official(const Trial *trial, Measurement *measurement)
{
    double before[PAIR_LIMIT], after[PAIR_LIMIT];
    times_of(trial, SIDE_BEFORE, CLOCK_WALL, before);
    times_of(trial, SIDE_AFTER, CLOCK_WALL, after);
    measurement->three_run_ratio = three_run_ratio(before, after, trial->pairs);
    measurement->five_run_ratio = five_run_ratio(before, after, trial->pairs);
}

static Measurement measurement_of(Arena *arena, Trial *trial)
{
    Measurement measurement = {
        .before = arena_copy(arena, trial->runs[SIDE_BEFORE], trial->pairs, sizeof(Run)),
        .after = arena_copy(arena, trial->runs[SIDE_AFTER], trial->pairs, sizeof(Run)),
        .pair_count = trial->pairs,
        .high = INFINITY,
        .error = 1,
        .certified = trial->settled && !trial->cut_off,
        .cut_off = trial->cut_off,
        .outcome = trial->cut_off ? OUTCOME_SLOWER : trial->outcome,
    };
    if (trial->pairs > 0) {
        if (trial->look == NULL)
            settle_clock(trial);
        measurement.before_ms = median_of(trial, SIDE_BEFORE, trial->clock);
        measurement.after_ms = median_of(trial, SIDE_AFTER, trial->clock);
        measurement.ratio = measurement.before_ms / measurement.after_ms;
        measurement.agreed = trial->outcome == OUTCOME_UNCLEAR && !trial->cut_off &&
                             trial->pairs < trial->options.max_pairs &&
                             pairs_agree(trial);
        fill_official(trial, &measurement);
    }
    MachineState end = machine_state();
    measurement.clock = trial->clock;
    measurement.noise = noise_of(trial);
    measurement.pressure = machine_pressure(&trial->start, &end);
    measurement.steal = machine_steal(&trial->start, &end);
    if (trial->look != NULL) {
        measurement.ratio = trial->interval.ratio;
        measurement.low = trial->interval.low;
        measurement.high = trial->interval.high;
        measurement.error = error_spent(trial->look);
    }
    return measurement;
}

bool measure_runner(Arena *arena, Runner runner, const MeasureOptions *options,
                    Measurement *measurement, Error *err)
{
    Trial trial = {
        .runner = runner,
        .options = *options,
        .start = machine_state(),
        .deadline_ms = INFINITY,
        .outcome = OUTCOME_UNCLEAR,
    };
    if (trial.options.max_pairs == 0)
        trial.options.max_pairs = PAIR_LIMIT;
    assert(trial.options.max_pairs <= PAIR_LIMIT);
    if (trial.options.threshold <= 0)
        trial.options.threshold = DEFAULT_THRESHOLD;
    if (!warm_up(&trial, err) || !run_pairs(&trial, err))
        return false;
    *measurement = measurement_of(arena, &trial);
    return true;
}
