// measure.c - hone measure: two queries against each other, or one against itself.

#include "app/command.h"
#include "app/input.h"
#include "app/paint.h"
#include "app/plot.h"
#include "app/progress.h"
#include "base/figures.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    PAIR_LIMIT = 25,
    NAME_WIDTH = 16, // Of a side's name, in front of its dots.
    PLOT_WIDTH = 52, // With a time behind it that makes 80 columns.
};

// What is drawn, and of what.
typedef struct {
    const App *app;
    const HoneMeasurement *made;
    const char *names[2];
    bool color;
} Drawing;

// The runs

static Axis time_axis(const HoneMeasurement *made)
{
    double least = made->before_runs_ms[0], most = least;
    for (size_t i = 0; i < made->pairs; i++) {
        least = fmin(least, fmin(made->before_runs_ms[i], made->after_runs_ms[i]));
        most = fmax(most, fmax(made->before_runs_ms[i], made->after_runs_ms[i]));
    }
    return axis_new(least, most, PLOT_WIDTH);
}

static void add_side(const Drawing *drawing, Text *text, const Axis *axis, int side)
{
    const HoneMeasurement *made = drawing->made;
    Arena *arena = drawing->app->arena;
    const double *runs = side == 0 ? made->before_runs_ms : made->after_runs_ms;
    double median_ms = side == 0 ? made->before_ms : made->after_ms;
    bool is_quick = side == 1 && strcmp(made->outcome, "faster") == 0;
    Text dots = text_new(arena);
    plot_dots(&dots, axis, runs, made->pairs, median_ms);
    text_addf(
        text, "%-*.*s%s %s\n", NAME_WIDTH, NAME_WIDTH - 1, drawing->names[side],
        painted(arena, drawing->color, is_quick ? PAINT_GOOD : PAINT_STRONG, dots.bytes),
        duration_print(arena, median_ms));
}

static void add_runs(const Drawing *drawing, Text *text)
{
    Arena *arena = drawing->app->arena;
    Axis axis = time_axis(drawing->made);
    Text scale = text_new(arena);
    add_side(drawing, text, &axis, 0);
    add_side(drawing, text, &axis, 1);
    plot_scale(&scale, &axis, NAME_WIDTH, duration_print);
    text_add(text, painted(arena, drawing->color, PAINT_DIM, scale.bytes));
}

// What they say

static void add_ratio(const Drawing *drawing, Text *text)
{
    const HoneMeasurement *made = drawing->made;
    Arena *arena = drawing->app->arena;
    if (made->low <= 0 || isinf(made->high))
        return; // Not enough pairs for an interval.
    Axis axis = axis_new(fmin(made->low, 1), fmax(made->high, 1), PLOT_WIDTH);
    text_addf(text, "\n%-*s", NAME_WIDTH, "before / after");
    plot_interval(text, &axis, made->low, made->ratio, made->high, 1);
    text_addf(text, " %s\n", ratio_print(arena, made->ratio));
    Text scale = text_new(arena);
    plot_scale(&scale, &axis, NAME_WIDTH, ratio_print);
    text_add(text, painted(arena, drawing->color, PAINT_DIM, scale.bytes));
}

static void add_verdict(const Drawing *drawing, Text *text)
{
    const HoneMeasurement *made = drawing->made;
    Arena *arena = drawing->app->arena;
    bool by_cpu = strcmp(made->clock, "cpu") == 0;
    Paint paint = strcmp(made->outcome, "faster") == 0   ? PAINT_GOOD
                  : strcmp(made->outcome, "slower") == 0 ? PAINT_BAD
                                                         : PAINT_STRONG;
    text_addf(text, "\n%s", painted(arena, drawing->color, paint, made->outcome));
    if (made->cut_off)
        text_add(text, ": cut off at a multiple of the other's time");
    if (made->pairs == 0) {
        text_add(text,
                 made->cut_off ? "\n" : ": the budget ended before a pair had run\n");
        return;
    }
    text_addf(text, "  %s -> %s  %s%s  (", duration_print(arena, made->before_ms),
              duration_print(arena, made->after_ms), ratio_print(arena, made->ratio),
              by_cpu ? " by CPU time" : "");
    if (!isinf(made->high))
        text_addf(text, "%s-%s, ", ratio_print(arena, made->low),
                  ratio_print(arena, made->high));
    text_addf(text, "%s, %zu pair%s)\n", made->certified ? "certified" : "not certified",
              made->pairs, plural(made->pairs));
}

// Where the time went that is nobody's fault, and which clock that left.
static void add_noise(const Drawing *drawing, Text *text)
{
    const HoneMeasurement *made = drawing->made;
    text_addf(text, "  noise    %.1f %%, the first query against itself by wall time\n",
              made->noise * 100);
    text_addf(text, "  machine  %s cache", made->cache);
    if (!isnan(made->pressure))
        text_addf(text, "; a task waited for a CPU %.0f %% of the time",
                  made->pressure * 100);
    if (!isnan(made->steal) && made->steal >= 0.005)
        text_addf(text, "\n  stolen   %.0f %% of the time, by other machines",
                  made->steal * 100);
    text_add(text, "\n");
    if (made->three_run_ratio > 0)
        text_addf(text, "  wall     3-run %s",
                  ratio_print(drawing->app->arena, made->three_run_ratio));
    if (made->five_run_ratio > 0)
        text_addf(text, ", 5-run %s",
                  ratio_print(drawing->app->arena, made->five_run_ratio));
    if (made->three_run_ratio > 0)
        text_add(text, "\n");
}

static void draw(const App *app, const Inputs *inputs, const HoneMeasurement *made)
{
    bool alone = inputs->count < 2;
    const char *first = inputs->items[0].name;
    const char *second = alone ? "itself" : inputs->items[1].name;
    bool alike = !alone && (inputs->items[0].path == NULL || strcmp(first, second) == 0);
    Drawing drawing = {.app = app,
                       .made = made,
                       .names = {alike ? "before" : first, alike ? "after" : second},
                       .color = paint_wanted()};
    Text text = text_new(app->arena);
    if (made->pairs > 0) {
        add_runs(&drawing, &text);
        add_ratio(&drawing, &text);
    }
    add_verdict(&drawing, &text);
    add_noise(&drawing, &text);
    fputs(text.bytes, stdout);
}

static ExitStatus measure(const App *app, HoneSession *session, const Inputs *inputs,
                          Progress *progress)
{
    HoneError error;
    HoneResult *result;
    bool alone = inputs->count < 2;
    OnlyStatement before, after = {0};
    if (!only_statement(app, session, &inputs->items[0], &before) ||
        (!alone && !only_statement(app, session, &inputs->items[1], &after)))
        return STATUS_FAILED;
    progress_begin(progress, inputs->items[0].name, 1, 1);
    bool ok = hone_measure(session, before.sql, after.sql, (size_t)app->settings->pairs,
                           &result, &error);
    progress_wipe(progress);
    if (!ok)
        return complain_of_statement(error.in_second ? &after : &before, &error);
    if (app->settings->json)
        print_result(app, result);
    else
        draw(app, inputs, hone_result_measurement(result));
    hone_result_free(result);
    return STATUS_DONE;
}

ExitStatus command_measure(const App *app)
{
    const Settings *settings = app->settings;
    if (settings->database == NULL)
        return complain("no database: name it with --db URL or in HONE_DB");
    if (settings->pairs > PAIR_LIMIT)
        return complain("--pairs takes at most %d", PAIR_LIMIT);
    Inputs inputs = inputs_read(app->arena, settings);
    if (inputs.count > 2)
        return complain("one or two queries are wanted, not %zu", inputs.count);
    for (size_t i = 0; i < inputs.count; i++) {
        if (inputs.items[i].text == NULL)
            return complain("%s", inputs.items[i].error.message);
    }
    Progress progress = progress_new(settings->quiet);
    HoneSession *session = app_open_session(app, progress_show, &progress);
    if (session == NULL)
        return STATUS_FAILED;
    ExitStatus status = measure(app, session, &inputs, &progress);
    app_close_session(app, session);
    return status;
}
