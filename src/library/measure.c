// measure.c - hone_measure: two queries in interleaved pairs.

#include "library/json.h"
#include "library/optimize_json.h"
#include "library/session.h"

#include <stdio.h>

static void report_pair(void *context, size_t pairs, double share)
{
    const HoneSession *session = context;
    char stage[32];
    snprintf(stage, sizeof(stage), "pair %zu", pairs);
    session->options.progress(session->options.progress_context, stage, share);
}

static const double *times_of(Arena *arena, const Run *runs, size_t count,
                              ClockKind clock)
{
    double *times = arena_new(arena, double, count);
    for (size_t i = 0; i < count; i++)
        times[i] = run_ms(&runs[i], clock);
    return times;
}

static const HoneMeasurement *view_of(Arena *arena, const Measurement *measured,
                                      CacheKind cache)
{
    size_t count = measured->pair_count;
    HoneMeasurement *view = arena_new(arena, HoneMeasurement, 1);
    *view = (HoneMeasurement){
        .outcome = outcome_name(measured->outcome),
        .certified = measured->certified,
        .cut_off = measured->cut_off,
        .clock = clock_name(measured->clock),
        .cache = cache_name(cache),
        .pairs = count,
        .before_runs_ms = times_of(arena, measured->before, count, measured->clock),
        .after_runs_ms = times_of(arena, measured->after, count, measured->clock),
        .before_ms = measured->before_ms,
        .after_ms = measured->after_ms,
        .ratio = measured->ratio,
        .low = measured->low,
        .high = measured->high,
        .three_run_ratio = measured->three_run_ratio,
        .five_run_ratio = measured->five_run_ratio,
        .noise = measured->noise,
        .pressure = measured->pressure,
        .steal = measured->steal,
    };
    return view;
}

bool hone_measure(HoneSession *session, const char *before, const char *after,
                  size_t pairs, HoneResult **result, HoneError *error)
{
    if (!session_needs_engine(session, error) ||
        !session_accept(session->engine, session->catalog, before, error))
        return false;
    if (after != NULL &&
        !session_accept(session->engine, session->catalog, after, error)) {
        if (error != NULL)
            error->in_second = true;
        return false;
    }
    Error err;
    HoneResult *made = result_new();
    Measurement measured;
    MeasureOptions options = {
        .clock = session->clock,
        .budget_ms = session->options.budget_ms,
        .max_pairs = pairs,
        .all_pairs = pairs > 0,
        .progress = session->options.progress != NULL ? report_pair : NULL,
        .progress_context = session,
    };
    EnginePair pair = {
        .engine = session->engine,
        .sql = {[SIDE_BEFORE] = before, [SIDE_AFTER] = after != NULL ? after : before},
        .timeout_ms = session->options.timeout_ms,
        .cache = session->cache,
    };
    if (!measure_runner(&made->arena, runner_of(&pair), &options, &measured, &err))
        return result_fail(made, error, NULL, &err);
    made->measurement = view_of(&made->arena, &measured, session->cache);
    made->json = json_object_new_object();
    json_add_text(made->json, "before", before);
    json_add_text(made->json, "after", after);
    json_add_text(made->json, "cache", cache_name(session->cache));
    measurement_add(made->json, "measurement", &measured);
    *result = made;
    return true;
}
