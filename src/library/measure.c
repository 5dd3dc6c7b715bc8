// measure.c - hone_measure: two queries in interleaved pairs.

#include "library/json.h"
#include "library/optimize_json.h"
#include "library/session.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

enum { PLOT_WIDTH = 48 };

static void report_pair(void *context, size_t pairs, double ratio)
{
    const HoneSession *session = context;
    char stage[32];
    snprintf(stage, sizeof(stage), "pair %zu", pairs);
    session->options.progress(session->options.progress_context, stage, 0);
}

static double longest_of(const Measurement *measured)
{
    double longest = 0;
    for (size_t i = 0; i < measured->pair_count; i++) {
        longest = fmax(longest, run_ms(&measured->before[i], measured->clock));
        longest = fmax(longest, run_ms(&measured->after[i], measured->clock));
    }
    return longest;
}

static void add_bar(Text *text, const char *side, double ms, double longest_ms)
{
    text_addf(text, "  %-6s %10.3f ms  ", side, ms);
    int width = (int)lround(ms / longest_ms * PLOT_WIDTH);
    for (int i = 0; i < (width > 0 ? width : 1); i++)
        text_add(text, side[0] == 'b' ? "#" : "=");
    text_add_char(text, '\n');
}

static const char *describe(Arena *arena, const Measurement *measured)
{
    Text text = text_new(arena);
    double longest_ms = longest_of(measured);
    for (size_t i = 0; i < measured->pair_count; i++) {
        add_bar(&text, "before", run_ms(&measured->before[i], measured->clock),
                longest_ms);
        add_bar(&text, "after", run_ms(&measured->after[i], measured->clock), longest_ms);
    }
    if (measured->cut_off)
        text_add(&text, "  after was cut off at a multiple of before's time\n");
    text_addf(&text,
              "%s: %.3g ms -> %.3g ms  %.3gx (%.3g-%.3g, %s, %zu pairs, %s time)\n",
              outcome_name(measured->outcome), measured->before_ms, measured->after_ms,
              measured->ratio, measured->low, measured->high,
              measured->certified ? "certified" : "not certified", measured->pair_count,
              clock_name(measured->clock));
    text_addf(&text, "  3-run %.3gx", measured->three_run_ratio);
    if (measured->five_run_ratio > 0)
        text_addf(&text, ", 5-run %.3gx", measured->five_run_ratio);
    text_addf(&text, "; noise of before against itself %.1f %%\n", measured->noise * 100);
    return text.bytes;
}

bool hone_measure(HoneSession *session, const char *before, const char *after,
                  size_t pairs, HoneResult **result, HoneError *error)
{
    if (!session_needs_engine(session, error))
        return false;
    Error err;
    HoneResult *made = result_new();
    Measurement measured;
    MeasureOptions options = {
        .clock = session->clock,
        .budget_ms = session->options.budget_ms,
        .timeout_ms = session->options.timeout_ms,
        .max_pairs = pairs,
        .all_pairs = pairs > 0,
        .progress = session->options.progress != NULL ? report_pair : NULL,
        .progress_context = session,
    };
    if (!measure_pair(session->engine, &made->arena, before,
                      after != NULL ? after : before, &options, &measured, &err))
        return result_fail(made, error, NULL, &err);
    made->text = describe(&made->arena, &measured);
    made->json = json_object_new_object();
    json_add_text(made->json, "before", before);
    json_add_text(made->json, "after", after);
    measurement_add(made->json, "measurement", &measured);
    *result = made;
    return true;
}
