// interval.c - Student's t on the logarithms of paired ratios.

#include "measure/interval.h"

#include "base/compiler.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PAIR_LIMIT = 25 };

const Look measure_looks[] = {
    {3, 0.0100, 9.9248},  {5, 0.0100, 4.6041},  {9, 0.0150, 3.0851},
    {15, 0.0075, 3.1218}, {25, 0.0075, 2.9199},
};
const size_t measure_look_count = COUNT_OF(measure_looks);

const Look *look_after(size_t pairs)
{
    for (size_t i = 0; i < measure_look_count; i++) {
        if (measure_looks[i].pairs == pairs)
            return &measure_looks[i];
    }
    return NULL;
}

double error_spent(const Look *look)
{
    double spent = 0;
    for (const Look *each = measure_looks; each <= look; each++)
        spent += each->error;
    return spent;
}

Interval interval_of_pairs(const Look *look, const double *before, const double *after,
                           double resolution)
{
    size_t n = look->pairs;
    assert(n >= 3 && n <= PAIR_LIMIT);
    double logs[PAIR_LIMIT], mean = 0, blur = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        assert(before[i] > 0 && after[i] > 0);
        logs[i] = log(before[i] / after[i]);
        mean += logs[i] / (double)n;
        blur += (resolution / before[i] + resolution / after[i]) / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        squares += (logs[i] - mean) * (logs[i] - mean);
    double deviation = fmax(sqrt(squares / (double)(n - 1)), blur);
    double half = look->quantile * deviation / sqrt((double)n);
    return (
        Interval){.ratio = exp(mean), .low = exp(mean - half), .high = exp(mean + half)};
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(const double *values, size_t count)
{
    assert(count > 0 && count <= PAIR_LIMIT);
    double sorted[PAIR_LIMIT];
    memcpy(sorted, values, count * sizeof(*values));
    qsort(sorted, count, sizeof(*sorted), compare_doubles);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

double relative_noise(const double *values, size_t count)
{
    if (count < 2)
        return 0;
    double squares = 0;
    for (size_t i = 1; i < count; i++) {
        double difference = log(values[i] / values[i - 1]);
        squares += difference * difference;
    }
    return sqrt(squares / (2 * (double)(count - 1)));
}

double three_run_ratio(const double *before, const double *after, size_t count)
{
    return count < 3 ? 0 : (before[1] + before[2]) / (after[1] + after[2]);
}

// Returns the sum of the middle three of five.
static double trimmed_sum(const double *runs)
{
    double low = runs[0], high = runs[0], sum = 0;
    for (size_t i = 0; i < 5; i++) {
        low = fmin(low, runs[i]);
        high = fmax(high, runs[i]);
        sum += runs[i];
    }
    return sum - low - high;
}

double five_run_ratio(const double *before, const double *after, size_t count)
{
    return count < 5 ? 0 : trimmed_sum(before) / trimmed_sum(after);
}
