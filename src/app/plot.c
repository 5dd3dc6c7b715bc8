// plot.c - columns and the characters in them.

#include "app/plot.h"

#include <math.h>
#include <string.h>

enum { LABEL_GAP = 2 }; // Between the labels of two ticks.

static const double LOG_FROM = 4;     // Spans of more than this many times.
static const double MARGIN = 0.04;    // Of the width, beside the outermost values.
static const double LEAST_SPAN = 1.2; // A scale that shows less shows mere noise.

Axis axis_new(double least, double most, int width)
{
    if (most < least * LEAST_SPAN) {
        double middle = sqrt(least * most);
        least = middle / sqrt(LEAST_SPAN);
        most = middle * sqrt(LEAST_SPAN);
    }
    Axis axis = {.is_log = most > LOG_FROM * least, .width = width};
    double margin = axis.is_log ? pow(most / least, MARGIN) : (most - least) * MARGIN;
    axis.low = axis.is_log ? least / margin : fmax(least - margin, 0);
    axis.high = axis.is_log ? most * margin : most + margin;
    return axis;
}

int axis_column(const Axis *axis, double value)
{
    double part = axis->is_log ? log(value / axis->low) / log(axis->high / axis->low)
                               : (value - axis->low) / (axis->high - axis->low);
    double column = floor(fmin(fmax(part, 0), 1) * axis->width);
    return (int)fmin(column, axis->width - 1);
}

void plot_dots(Text *text, const Axis *axis, const double *values, size_t count,
               double median)
{
    static const char *const dots[] = {" ", "·", "•", "●"}; // None, one, two, more.
    int bar = axis_column(axis, median);
    for (int column = 0; column < axis->width; column++) {
        size_t here = 0;
        for (size_t i = 0; i < count; i++)
            here += axis_column(axis, values[i]) == column;
        text_add(text, column == bar ? "┃" : dots[here < 3 ? here : 3]);
    }
}

// Ticks

// Returns the first of 1, 2, 5, 10, … times a power of ten that is not below `value`.
static double round_up(double value)
{
    static const double steps[] = {1, 2, 5, 10};
    double power = pow(10, floor(log10(value)));
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        if (steps[i] * power >= value * (1 - 1e-9))
            return steps[i] * power;
    }
    return 10 * power;
}

// Returns the tick behind this one.
static double next_tick(const Axis *axis, double tick, double step)
{
    return axis->is_log ? round_up(tick * 1.01) : tick + step;
}

static double first_tick(const Axis *axis, double step)
{
    return axis->is_log ? round_up(axis->low) : ceil(axis->low / step) * step;
}

// A line with ticks, and the labels below it.
typedef struct {
    Text *line;
    Text labels;
    const Axis *axis;
    int drawn;   // Columns of the line.
    int written; // Columns of the labels.
} Scale;

// Draws the line up to a column.
static void scale_extend(Scale *scale, int column)
{
    for (; scale->drawn < column; scale->drawn++)
        text_add(scale->line, "─");
}

// Adds a tick, if there is room for its label.
static void scale_add(Scale *scale, int column, const char *label)
{
    int end = column + (int)strlen(label);
    bool fits = scale->written == 0 || column >= scale->written + LABEL_GAP;
    if (!fits || end > scale->axis->width)
        return;
    scale_extend(scale, column);
    text_add(scale->line, "┴");
    scale->drawn++;
    text_addf(&scale->labels, "%*s%s", column - scale->written, "", label);
    scale->written = end;
}

void plot_scale(Text *text, const Axis *axis, int indent,
                const char *(*print)(Arena *arena, double value))
{
    enum { TICKS = 5 };
    double step = round_up((axis->high - axis->low) / TICKS);
    Scale scale = {.line = text, .labels = text_new(text->arena), .axis = axis};
    text_addf(text, "%*s", indent, "");
    double tick = first_tick(axis, step);
    while (tick <= axis->high) {
        scale_add(&scale, axis_column(axis, tick), print(text->arena, tick));
        tick = next_tick(axis, tick, step);
    }
    scale_extend(&scale, axis->width);
    text_addf(text, "\n%*s%s\n", indent, "", scale.labels.bytes);
}

void plot_interval(Text *text, const Axis *axis, double low, double middle, double high,
                   double reference)
{
    int from = axis_column(axis, low), to = axis_column(axis, high);
    int at = axis_column(axis, middle), mark = axis_column(axis, reference);
    for (int column = 0; column < axis->width; column++) {
        if (column == at)
            text_add(text, "●");
        else if (column == mark)
            text_add(text, "┊");
        else if (column == from)
            text_add(text, "├");
        else if (column == to)
            text_add(text, "┤");
        else
            text_add(text, column > from && column < to ? "─" : " ");
    }
}
