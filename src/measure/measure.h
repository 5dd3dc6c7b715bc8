// measure.h - is the candidate faster, by how much, and how sure are we?
//
// Wall time on a shared machine lies: the same query compared with itself by three runs
// each looks "at least 1.10x faster" in one trial of five. So the two are run in
// interleaved pairs, the side that goes first changing; after 3, 5, 9 (15, 25) pairs we
// look at the interval of their ratio and stop at a win, at a loss, or when no gain is
// left to be found, with the error spent over the looks (interval.h).
//
// The original against itself comes first (floor.h): wall time decides only where that is
// steady, and stays so in the pairs; otherwise CPU time does, which says "less work". The
// clock depends on the original's runs alone, never on which one favours the candidate.

#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include "measure/floor.h"

typedef enum {
    OUTCOME_FASTER,        // The whole interval is above the threshold.
    OUTCOME_SLOWER,        // The whole interval is below 1.
    OUTCOME_NO_DIFFERENCE, // The whole interval is below the threshold.
    OUTCOME_UNCLEAR        // Neither, with all the pairs that the budget allowed.
} Outcome;

// "faster", "slower", "no difference", "unclear".
const char *outcome_name(Outcome outcome);

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
    double pressure; // Share of the time in which somebody waited for a CPU; or NAN.
    double steal;    // Share of the CPU time that went to other machines; or NAN.
    ClockKind clock; // The one that decided: WALL or CPU.
    bool certified;  // Stopped at a look by its interval, not by the budget or a cut-off.
    bool cut_off; // `after` ran into a multiple of the original's time and was stopped.
    bool agreed;  // The budget ended it, but each pair by itself was above the threshold.
    Outcome outcome;
} Measurement;

typedef struct {
    ClockKind clock;
    double budget_ms;   // 0: budget_default_ms, unless all_pairs. No pair is begun that
                        // would not end within it.
    double threshold;   // A win is a ratio above this; 0: the default, 1.05.
    size_t max_pairs;   // 0: 25, which is also the most.
    bool warmed;        // `after` has run before: no warm-up.
    const Floor *floor; // Of the original; NULL: it is found out first.
    bool all_pairs;     // Run max_pairs whatever the looks say (`hone measure`).
    void (*progress)(void *context, size_t pairs, double ratio);
    void *progress_context;
} MeasureOptions;

// Runs the two in interleaved pairs and judges. `after` is cut off where a run takes a
// multiple of the original's: OUTCOME_SLOWER. Fails where one of them fails.
bool measure_runner(Arena *arena, Runner runner, const MeasureOptions *options,
                    Measurement *measurement, Error *err) MUST_CHECK;

// Returns the default budget for a query: the larger of 30 s and 12 x the original, at
// most 10 minutes.
double budget_default_ms(double original_ms);

#endif
