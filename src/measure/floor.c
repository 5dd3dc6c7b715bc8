// floor.c - a few runs of the original, and how far they lie apart.

#include "measure/floor.h"

#include "measure/interval.h"

enum { KNOWN_FROM = 3 }; // Fewer runs agree by chance.

static const double LONG_RUN_MS = 2000; // Longer ones run once.
static const double ENOUGH_MS = 2000;   // For all of them.

const double WALL_NOISE_LIMIT = 0.05;

bool floor_take(Runner runner, double timeout_ms, Floor *floor, Error *err)
{
    Floor taken = {0};
    Cutoff cutoff = {.elapsed_ms = timeout_ms};
    double times[FLOOR_RUNS], spent_ms = 0;
    Run run;
    if (!runner.run(runner.context, SIDE_BEFORE, cutoff, &run, err))
        return false;
    bool is_long = run.elapsed_ms > LONG_RUN_MS;
    while (!is_long && taken.count < FLOOR_RUNS && spent_ms < ENOUGH_MS) {
        if (!runner.run(runner.context, SIDE_BEFORE, cutoff, &run, err))
            return false;
        spent_ms += run.elapsed_ms;
        times[taken.count] = run_ms(&run, CLOCK_WALL);
        taken.runs[taken.count++] = run;
    }
    if (is_long)
        taken.runs[taken.count++] = run;
    else
        taken.noise = relative_noise(times, taken.count);
    taken.is_known = taken.count >= KNOWN_FROM;
    *floor = taken;
    return true;
}

ClockKind floor_clock(const Floor *floor, ClockKind wanted)
{
    if (wanted != CLOCK_AUTO)
        return wanted;
    return floor->is_known && floor->noise <= WALL_NOISE_LIMIT ? CLOCK_WALL : CLOCK_CPU;
}

const Run *floor_best(const Floor *floor, ClockKind clock)
{
    const Run *best = &floor->runs[0];
    for (size_t i = 1; i < floor->count; i++) {
        if (run_ms(&floor->runs[i], clock) < run_ms(best, clock))
            best = &floor->runs[i];
    }
    return best;
}
