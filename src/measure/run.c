// run.c - the runner that asks an engine.

#include "measure/measure.h"

typedef struct {
    Engine *engine;
    const char *sql[2];
    double timeout_ms;
} EnginePair;

bool measure_once(Engine *engine, const char *sql, double cutoff_ms, Run *run, Error *err)
{
    Arena scratch = ARENA_EMPTY;
    Request request = {.sql = sql, .sink = SINK_COUNT, .timeout_ms = cutoff_ms};
    Result result;
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

static bool run_on_engine(void *context, Side side, double cutoff_ms, Run *run,
                          Error *err)
{
    const EnginePair *pair = context;
    double limit_ms = pair->timeout_ms;
    if (cutoff_ms > 0 && (limit_ms <= 0 || cutoff_ms < limit_ms))
        limit_ms = cutoff_ms;
    return measure_once(pair->engine, pair->sql[side], limit_ms, run, err);
}

bool measure_pair(Engine *engine, Arena *arena, const char *before, const char *after,
                  const MeasureOptions *options, Measurement *measurement, Error *err)
{
    EnginePair pair = {.engine = engine,
                       .sql = {[SIDE_BEFORE] = before, [SIDE_AFTER] = after},
                       .timeout_ms = options->timeout_ms};
    Runner runner = {.run = run_on_engine, .context = &pair};
    return measure_runner(arena, runner, options, measurement, err);
}
