// measure.h - is the candidate faster, by how much, and how sure are we?
//
// Wall time on a shared machine lies, so two queries are run in interleaved pairs, and
// what is reported is an interval of their ratio, with the error spent over the looks
// (design, section 6).

#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include "engine/engine.h"

typedef enum { CLOCK_AUTO, CLOCK_WALL, CLOCK_CPU } ClockKind;
typedef enum {
    OUTCOME_FASTER,
    OUTCOME_SLOWER,
    OUTCOME_NO_DIFFERENCE,
    OUTCOME_UNCLEAR
} Outcome;

typedef struct {
    double elapsed_ms;
    double cpu_ms;
    uint64_t steps;
    size_t peak_memory_bytes;
} Run;

typedef struct {
    const Run *before, *after; // The pairs, in the order run; warm-ups left out.
    size_t pair_count;
    double ratio;           // before / after: 2 is twice as fast. Median of the pairs'.
    double low, high;       // Its interval, at 1 - the error left after all looks.
    double three_run_ratio; // First run dropped, two averaged (the seeds' definition).
    double five_run_ratio;  // 5-run trimmed mean; 0 if there were fewer pairs.
    double before_ms, after_ms; // Medians, by the deciding clock.
    double noise;    // The original against itself: spread of its runs, relative.
    ClockKind clock; // The one that decided: WALL or CPU.
    bool certified;  // All looks it needed were had: "certified", else "measured".
    Outcome outcome;
} Measurement;

typedef struct {
    ClockKind clock;
    double budget_ms;  // 0: no limit.
    double timeout_ms; // A run.
    double threshold;  // A win is a ratio above this; default 1.05.
    size_t max_pairs;  // 0: the default (9).
    void (*progress)(void *context, size_t pairs, double ratio);
    void *progress_context;
} MeasureOptions;

// Runs the two in interleaved pairs and judges. `after` may be cut off where a run
// exceeds a multiple of the original's. Fails where one of them fails.
bool measure_pair(Engine *engine, Arena *arena, const char *before, const char *after,
                  const MeasureOptions *options, Measurement *measurement,
                  Error *err) MUST_CHECK;

// One run of a query, cut off after `cutoff_ms` (0: only the time-out): ERROR_TIMEOUT
// then.
bool measure_once(Engine *engine, Arena *arena, const char *sql, double cutoff_ms,
                  Run *run, Error *err) MUST_CHECK;

#endif
