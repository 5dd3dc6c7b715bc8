// measure.c - interleaved pairs, looks, and when to stop.

#include "measure/measure.h"

#include "base/clock.h"
#include "measure/interval.h"

#include <assert.h>
#include <math.h>

enum { DEFAULT_PAIRS = 9, PAIR_LIMIT = 25 };

static const double DEFAULT_THRESHOLD = 1.05;
static const double WALL_NOISE_LIMIT = 0.05; // Above it, CPU time decides.
static const double RESOLUTION_MS = 0.005;   // What getrusage and the pipe blur.
static const double CUTOFF_MULTIPLE = 3;     // `after` is stopped at 3 x `before`, …
static const double CUTOFF_LEAST_MS = 100;   // … but not where a hiccup could do it.

const char *clock_name(ClockKind clock)
{
    static const char *const names[] =
        {[CLOCK_AUTO] = "auto", [CLOCK_WALL] = "wall", [CLOCK_CPU] = "cpu"};
    return names[clock];
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

double run_ms(const Run *run, ClockKind clock)
{
    return fmax(clock == CLOCK_CPU ? run->cpu_ms : run->elapsed_ms, RESOLUTION_MS);
}

// A measurement under way.
typedef struct {
    Runner runner;
    MeasureOptions options;
    double start_ms;
    Run runs[2][PAIR_LIMIT];
    size_t pairs;
    ClockKind clock; // CLOCK_AUTO until the first look.
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

static double wall_noise(const Trial *trial)
{
    double times[PAIR_LIMIT];
    times_of(trial, SIDE_BEFORE, CLOCK_WALL, times);
    return relative_noise(times, trial->pairs);
}

static void fix_clock(Trial *trial)
{
    if (trial->clock == CLOCK_AUTO)
        trial->clock = wall_noise(trial) <= WALL_NOISE_LIMIT ? CLOCK_WALL : CLOCK_CPU;
}

static void look_at(Trial *trial, const Look *look)
{
    double before[PAIR_LIMIT], after[PAIR_LIMIT];
    fix_clock(trial);
    times_of(trial, SIDE_BEFORE, trial->clock, before);
    times_of(trial, SIDE_AFTER, trial->clock, after);
    trial->look = look;
    trial->interval = interval_of_pairs(look, before, after, RESOLUTION_MS);
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

// Returns after how long a run of `after` is hopeless. 0 before the first pair.
static double cutoff_ms(const Trial *trial)
{
    if (trial->pairs == 0 || trial->options.all_pairs)
        return 0;
    double typical_ms = median_of(trial, SIDE_BEFORE, CLOCK_WALL);
    return fmax(CUTOFF_MULTIPLE * typical_ms, CUTOFF_LEAST_MS);
}

// Runs `after`; a cut-off run is an answer, not a failure.
static bool run_after(Trial *trial, Run *run, Error *err)
{
    double cutoff = cutoff_ms(trial);
    if (trial->runner.run(trial->runner.context, SIDE_AFTER, cutoff, run, err))
        return true;
    trial->cut_off = cutoff > 0 && err->kind == ERROR_TIMEOUT;
    return trial->cut_off;
}

static bool run_one_pair(Trial *trial, Error *err)
{
    Run before, after;
    bool after_first = trial->pairs % 2 == 1;
    if (after_first && !run_after(trial, &after, err))
        return false;
    if (trial->cut_off)
        return true;
    if (!trial->runner.run(trial->runner.context, SIDE_BEFORE, 0, &before, err))
        return false;
    if (!after_first && !run_after(trial, &after, err))
        return false;
    if (trial->cut_off)
        return true;
    trial->runs[SIDE_BEFORE][trial->pairs] = before;
    trial->runs[SIDE_AFTER][trial->pairs] = after;
    trial->pairs++;
    return true;
}

static bool warm_up(Trial *trial, Error *err)
{
    Run run;
    return trial->options.warmed ||
           (trial->runner.run(trial->runner.context, SIDE_BEFORE, 0, &run, err) &&
            trial->runner.run(trial->runner.context, SIDE_AFTER, 0, &run, err));
}

static bool is_over(const Trial *trial)
{
    if (trial->cut_off || trial->pairs >= trial->options.max_pairs)
        return true;
    if (trial->settled && !trial->options.all_pairs)
        return true;
    // Two pairs say nothing: at least three are run, whatever they cost.
    return trial->pairs >= measure_looks[0].pairs && trial->options.budget_ms > 0 &&
           clock_ms() - trial->start_ms > trial->options.budget_ms;
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
        fix_clock(trial);
        measurement.noise = wall_noise(trial);
        measurement.before_ms = median_of(trial, SIDE_BEFORE, trial->clock);
        measurement.after_ms = median_of(trial, SIDE_AFTER, trial->clock);
        measurement.ratio = measurement.before_ms / measurement.after_ms;
        measurement.agreed = trial->outcome == OUTCOME_UNCLEAR && !trial->cut_off &&
                             trial->pairs < trial->options.max_pairs &&
                             pairs_agree(trial);
        fill_official(trial, &measurement);
    }
    measurement.clock = trial->clock;
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
        .start_ms = clock_ms(),
        .clock = options->clock,
        .outcome = OUTCOME_UNCLEAR,
    };
    if (trial.options.max_pairs == 0)
        trial.options.max_pairs = DEFAULT_PAIRS;
    assert(trial.options.max_pairs <= PAIR_LIMIT);
    if (trial.options.threshold <= 0)
        trial.options.threshold = DEFAULT_THRESHOLD;
    if (!warm_up(&trial, err) || !run_pairs(&trial, err))
        return false;
    *measurement = measurement_of(arena, &trial);
    return true;
}
