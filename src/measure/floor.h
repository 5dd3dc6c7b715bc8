// floor.h - the noise floor: the original against itself, before anything is compared.
//
// Two runs of the same query differ by what the machine does besides. What that comes to
// decides which clock may be believed, and how small a gain can be seen at all.

#ifndef MEASURE_FLOOR_H
#define MEASURE_FLOOR_H

#include "measure/run.h"

enum { FLOOR_RUNS = 5 };

typedef struct {
    Run runs[FLOOR_RUNS]; // In the order run, the warm-up left out.
    size_t count;         // At least 1: of a long original the warm-up itself.
    double noise;         // Of wall time, relative (relative_noise); 0 where count is 1.
    bool is_known;        // There were enough runs to tell.
} Floor;

// Above this much noise wall time decides nothing.
extern const double WALL_NOISE_LIMIT;

// Runs the original (SIDE_BEFORE) once to warm up and, where that was short, a few times
// more. `timeout_ms` (0: the runner's own) bounds each run: ERROR_TIMEOUT.
bool floor_take(Runner runner, double timeout_ms, Floor *floor, Error *err) MUST_CHECK;

// Returns the clock that may decide: the one that is wanted; for CLOCK_AUTO wall time
// where it is known to be steady, else CPU time.
ClockKind floor_clock(const Floor *floor, ClockKind wanted);

// Returns the quickest run by this clock.
const Run *floor_best(const Floor *floor, ClockKind clock);

#endif
