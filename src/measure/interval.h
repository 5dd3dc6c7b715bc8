// interval.h - what a handful of paired runs says about the ratio of two queries.
//
// Times of a query are skewed and multiply (a busy machine makes everything slower by a
// factor), so the logarithms of the pairs' ratios are averaged and Student's t gives the
// interval: of the ratio of geometric means, with a pair's common slowness cancelled
// (Kalibera and Jones, "Rigorous benchmarking in reasonable time", 2013, section 7).
//
// Looking after 3, 5, 9, 15 and 25 pairs and stopping when one likes what one sees makes
// a 5 % test wrong far more often. So each look spends a part of the 5 %, fixed before
// (Lan and DeMets, "Discrete sequential boundaries for clinical trials", 1983), and the
// parts add up to it: by Bonferroni's inequality the intervals of all looks hold together
// with at least 95 %, whenever one stops ("repeated confidence intervals", Jennison and
// Turnbull, 1989). Bootstrap and rank methods need more pairs than we can pay: three
// pairs can't give a rank interval beyond 75 %.

#ifndef MEASURE_INTERVAL_H
#define MEASURE_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t pairs;    // The look is after this many.
    double error;    // The part of the 5 % spent here, both sides together.
    double quantile; // Student's t for `pairs` - 1 degrees of freedom at error / 2.
} Look;

extern const Look measure_looks[];
extern const size_t measure_look_count;

// Returns the look that falls on this many pairs, or NULL.
const Look *look_after(size_t pairs);

// Returns the error spent over the looks up to and with this one.
double error_spent(const Look *look);

typedef struct {
    double ratio;     // before / after: the geometric mean of the pairs' ratios.
    double low, high; // At 1 - look->error.
} Interval;

// Returns the interval at `look` from its pairs of times, all above 0. `resolution` is
// the least difference the clock shows: ratios that agree better than it allows are not
// believed to.
Interval interval_of_pairs(const Look *look, const double *before, const double *after,
                           double resolution);

// Returns the median of `count` > 0 values.
double median(const double *values, size_t count);

// Returns how far the values lie apart, relative to their size: the standard deviation
// of one's logarithm, from differences of neighbours (so that a slow drift, which pairs
// cancel, does not count). 0 for fewer than two.
double relative_noise(const double *values, size_t count);

// The two protocols the papers use, on the first runs of both sides: the first of three
// dropped, the others averaged; the fastest and slowest of five dropped, the others
// averaged. 0 where there are too few runs.
double three_run_ratio(const double *before, const double *after, size_t count);
double five_run_ratio(const double *before, const double *after, size_t count);

#endif
