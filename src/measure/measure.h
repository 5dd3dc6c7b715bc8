// measure.h - is the candidate faster, by how much, and how sure are we?
//
// Wall time on a shared machine lies: the same query compared with itself by three runs
// each looks "at least 1.10x faster" in one trial of five. So the two are run in
// interleaved pairs, the side that goes first changing; after 3, 5, 9 (15, 25) pairs we
// look at the interval of their ratio and stop at a win, at a loss, or when no gain is
// left to be found, with the error spent over the looks (interval.h).
//
// Which clock decides is fixed at the first look, by the original alone: wall time where
// the original against itself is steady, else CPU time, which says "less work". What the
// measurement says does not depend on which clock favours the candidate.

#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include "engine/engine.h"

typedef enum { CLOCK_AUTO, CLOCK_WALL, CLOCK_CPU } ClockKind;
typedef enum {
    OUTCOME_FASTER,        // The whole interval is above the threshold.
    OUTCOME_SLOWER,        // The whole interval is below 1.
    OUTCOME_NO_DIFFERENCE, // The whole interval is below the threshold.
    OUTCOME_UNCLEAR        // Neither, with all the pairs that the budget allowed.
} Outcome;

// "auto", "wall", "cpu"; "faster", "slower", "no difference", "unclear".
const char *clock_name(ClockKind clock);
const char *outcome_name(Outcome outcome);

typedef struct {
    double elapsed_ms;
    double cpu_ms;
    uint64_t steps;
    size_t peak_memory_bytes;
} Run;

typedef struct {
    const Run *before, *after; // The pairs, in the order run; warm-ups left out.
    size_t pair_count;
    double ratio;           // before / after: 2 is twice as fast.
    double low, high;       // Its interval; 0 and infinity before the first look.
    double error;           // The interval may be wrong in at most this part of cases.
    double three_run_ratio; // First run dropped, two averaged, wall time; 0: fewer pairs.
    double five_run_ratio;  // 5-run trimmed mean, wall time; 0: fewer pairs.
    double before_ms, after_ms; // Medians, by the deciding clock.
    double noise;               // The original against itself, wall time, relative.
    ClockKind clock;            // The one that decided: WALL or CPU.
    bool certified; // Stopped at a look by its interval, not by the budget or a cut-off.
    bool cut_off;   // `after` ran into a multiple of the original's time and was stopped.
    bool agreed; // The budget ended it, but each pair by itself was above the threshold.
    Outcome outcome;
} Measurement;

// Whoever runs the two sides. `cutoff_ms` 0: only the runner's own time-out; where the
// run takes longer, it fails with ERROR_TIMEOUT.
typedef enum { SIDE_BEFORE, SIDE_AFTER } Side;
typedef struct {
    bool (*run)(void *context, Side side, double cutoff_ms, Run *run, Error *err);
    void *context;
} Runner;

typedef struct {
    ClockKind clock;
    double budget_ms;  // 0: no limit.
    double timeout_ms; // A run; 0: the engine's default.
    double threshold;  // A win is a ratio above this; 0: the default, 1.05.
    size_t max_pairs;  // 0: the default (9). At most 25.
    bool warmed;       // Both have run before: no warm-up.
    bool all_pairs;    // Run max_pairs whatever the looks say (`hone measure`).
    void (*progress)(void *context, size_t pairs, double ratio);
    void *progress_context;
} MeasureOptions;

// Runs the two in interleaved pairs and judges. `after` is cut off where a run takes a
// multiple of the original's: OUTCOME_SLOWER. Fails where one of them fails.
bool measure_pair(Engine *engine, Arena *arena, const char *before, const char *after,
                  const MeasureOptions *options, Measurement *measurement,
                  Error *err) MUST_CHECK;

// As measure_pair, with another runner.
bool measure_runner(Arena *arena, Runner runner, const MeasureOptions *options,
                    Measurement *measurement, Error *err) MUST_CHECK;

// One run of a query, results fetched in full, cut off after `cutoff_ms` (0: the engine's
// time-out): ERROR_TIMEOUT then.
bool measure_once(Engine *engine, const char *sql, double cutoff_ms, Run *run,
                  Error *err) MUST_CHECK;

// Returns the run's time by a clock, not below what the clock resolves.
double run_ms(const Run *run, ClockKind clock);

#endif
