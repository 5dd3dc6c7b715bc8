// run.c - the runner that asks an engine.

#include "measure/run.h"

#include <math.h>

const double RUN_RESOLUTION_MS = 0.005; // What getrusage and the pipe blur.

const char *clock_name(ClockKind clock)
{
    static const char *const names[] =
        {[CLOCK_AUTO] = "auto", [CLOCK_WALL] = "wall", [CLOCK_CPU] = "cpu"};
    return names[clock];
}

const char *cache_name(CacheKind cache)
{
    return cache == CACHE_COLD ? "cold" : "warm";
}

double run_ms(const Run *run, ClockKind clock)
{
    return fmax(clock == CLOCK_CPU ? run->cpu_ms : run->elapsed_ms, RUN_RESOLUTION_MS);
}

Cutoff cutoff_by(ClockKind clock, double ms)
{
    return clock == CLOCK_CPU ? (Cutoff){.cpu_ms = ms} : (Cutoff){.elapsed_ms = ms};
}

bool measure_once(Engine *engine, const char *sql, CacheKind cache, Cutoff cutoff,
                  Run *run, Error *err)
{
    Arena scratch = ARENA_EMPTY;
    Request request = {.sql = sql,
                       .sink = SINK_COUNT,
                       .timeout_ms = cutoff.elapsed_ms,
                       .cpu_limit_ms = cutoff.cpu_ms};
    Result result;
    if (cache == CACHE_COLD)
        engine_drop_caches(engine);
    bool ok = engine_run(engine, &scratch, &request, &result, err);
    if (ok) {
        *run = (Run){
            .elapsed_ms = result.elapsed_ms,
            .cpu_ms = result.cpu_ms,
            .steps = result.steps,
            .peak_memory_bytes = result.peak_memory_bytes,
        };
    }
    arena_clear(&scratch);
    return ok;
}

static bool run_on_engine(void *context, Side side, Cutoff cutoff, Run *run, Error *err)
{
    const EnginePair *pair = context;
    if (cutoff.elapsed_ms <= 0 ||
        (pair->timeout_ms > 0 && pair->timeout_ms < cutoff.elapsed_ms))
        cutoff.elapsed_ms = pair->timeout_ms;
    return measure_once(pair->engine, pair->sql[side], pair->cache, cutoff, run, err);
}

Runner runner_of(EnginePair *pair)
{
    return (Runner){.run = run_on_engine, .context = pair};
}
