// measure.c - hone_measure: two queries in interleaved pairs.

#include "library/json.h"
#include "library/optimize_json.h"
#include "library/session.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>

static const double STATEMENT_AT_LEAST_MS = 1e3; // However small the budget is.

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

// Returns how long a statement may take, with `left_ms` left of a budget that was given.
static double statement_limit_ms(const HoneSession *session, double left_ms)
{
    double timeout_ms = session_timeout_ms(session);
    return session->options.budget_ms > 0
               ? fmin(timeout_ms, fmax(left_ms, STATEMENT_AT_LEAST_MS))
               : timeout_ms;
}

static bool accept_both(const HoneSession *session, const char *before, const char *after,
                        HoneError *error)
{
    double start_ms = clock_ms(), budget_ms = session->options.budget_ms;
    Gate gate = {session->engine, session->catalog,
                 statement_limit_ms(session, budget_ms)};
    if (!session_accept(&gate, before, error))
        return false;
    gate.timeout_ms = statement_limit_ms(session, budget_ms - (clock_ms() - start_ms));
    if (after == NULL || session_accept(&gate, after, error))
        return true;
    if (error != NULL)
        error->in_second = true;
    return false;
}

bool hone_measure(HoneSession *session, const char *before, const char *after,
                  size_t pairs, HoneResult **result, HoneError *error)
{
    double start_ms = clock_ms();
    if (!session_needs_engine(session, error) ||
        !accept_both(session, before, after, error))
        return false;
    Error err;
    HoneResult *made = result_new();
    Measurement measured;
    double left_ms = session->options.budget_ms - (clock_ms() - start_ms);
    MeasureOptions options = {
        .clock = session->clock,
        .budget_ms = session->options.budget_ms > 0 ? fmax(left_ms, 1) : 0,
        .max_pairs = pairs,
        .all_pairs = pairs > 0,
        .progress = session->options.progress != NULL ? report_pair : NULL,
        .progress_context = session,
    };
    EnginePair pair = {
        .engine = session->engine,
        .sql = {[SIDE_BEFORE] = before, [SIDE_AFTER] = after != NULL ? after : before},
        .timeout_ms = statement_limit_ms(session, left_ms),
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
