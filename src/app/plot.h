// plot.h - values as dots on a line, for a terminal of 80 columns.

#ifndef APP_PLOT_H
#define APP_PLOT_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

// A range of values, all above 0, over a number of columns: by their logarithms where
// they span more than a few times their size.
typedef struct {
    double low, high;
    bool is_log;
    int width;
} Axis;

// Returns an axis that the values from `least` to `most` fit on, with some room beside.
Axis axis_new(double least, double most, int width);

// Returns the column of a value, from 0 to width - 1; beyond the ends, the end.
int axis_column(const Axis *axis, double value);

// Appends one row, as wide as the axis: a dot for each value, larger where several fall
// together, and a bar at the median.
void plot_dots(Text *text, const Axis *axis, const double *values, size_t count,
               double median);

// Appends two rows: a line with ticks, and the ticks' values as `print` writes them. Both
// are indented.
void plot_scale(Text *text, const Axis *axis, int indent,
                const char *(*print)(Arena *arena, double value));

// Appends one row: the interval from `low` to `high` with its middle, and a mark at
// `reference`.
void plot_interval(Text *text, const Axis *axis, double low, double middle, double high,
                   double reference);

#endif
