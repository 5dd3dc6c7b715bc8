// run.h - one run of a query: what it took, by which clock, from which cache.

#ifndef MEASURE_RUN_H
#define MEASURE_RUN_H

#include "engine/engine.h"

typedef enum { CLOCK_AUTO, CLOCK_WALL, CLOCK_CPU } ClockKind;

// Warm: whatever earlier runs have left in memory. Cold: before each run the database's
// pages are dropped from the system's cache (engine_drop_caches) and a fresh worker opens
// it, so that the engine's own cache is empty as well.
typedef enum { CACHE_WARM, CACHE_COLD } CacheKind;

// "auto", "wall", "cpu"; "warm", "cold".
const char *clock_name(ClockKind clock);
const char *cache_name(CacheKind cache);

typedef struct {
    double elapsed_ms;
    double cpu_ms;
    uint64_t steps;
    size_t peak_memory_bytes;
} Run;

// Returns the run's time by a clock, not below what the clock resolves.
double run_ms(const Run *run, ClockKind clock);

// The least difference in time that is believed.
extern const double RUN_RESOLUTION_MS;

// When a run has taken long enough to be stopped; 0: never.
typedef struct {
    double elapsed_ms;
    double cpu_ms;
} Cutoff;

// Returns the cut-off at `ms` by this clock.
Cutoff cutoff_by(ClockKind clock, double ms);

// Whoever runs the two sides of a comparison. A run that is cut off fails with
// ERROR_TIMEOUT.
typedef enum { SIDE_BEFORE, SIDE_AFTER } Side;
typedef struct {
    bool (*run)(void *context, Side side, Cutoff cutoff, Run *run, Error *err);
    void *context;
} Runner;

// The two sides as queries on an engine; the runner's context.
typedef struct {
    Engine *engine;
    const char *sql[2]; // By Side.
    double timeout_ms;  // 0: the engine's default.
    CacheKind cache;
} EnginePair;

Runner runner_of(EnginePair *pair);

// One run of a query, results fetched in full. `cutoff`.elapsed_ms 0: the engine's
// time-out.
bool measure_once(Engine *engine, const char *sql, CacheKind cache, Cutoff cutoff,
                  Run *run, Error *err) MUST_CHECK;

#endif
