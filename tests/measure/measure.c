// measure.c - the protocol on runs that are made up: what it says and when it stops, and
// how often it calls a query faster than itself.

#include "measure/measure.h"
#include "base/random.h"
#include "expect.h"
#include "measure/interval.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// A runner that makes times up: a base time a side, times a factor drawn for each run.
typedef struct {
    double base_ms[2];
    double cpu_noise, wall_noise; // Standard deviations of the logarithm.
    unsigned spike_percent;       // So many runs take three times as long.
    int fail_run;                 // This run (from 1) fails; 0: none.
    int slow_from;                // From this run on all takes 2.5 times as long.
    int runs;
    Cutoff longest; // The largest that was asked for.
    uint64_t seed;
    Random random; // Seeded at the first run.
} Maker;

static double draw_normal(Random *random)
{
    double u = 1 - random_unit(random), v = random_unit(random);
    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979 * v);
}

static bool make_run(void *context, Side side, Cutoff cutoff, Run *run, Error *err)
{
    Maker *maker = context;
    if (maker->runs == 0)
        maker->random = random_new(maker->seed);
    maker->runs++;
    if (maker->runs == maker->fail_run)
        return fail(err, ERROR_STATEMENT, "no such table");
    double spike = random_chance(&maker->random, maker->spike_percent, 100) ? 3 : 1;
    double base = maker->base_ms[side] * spike;
    if (maker->slow_from > 0 && maker->runs >= maker->slow_from)
        base *= 2.5;
    *run = (Run){
        .elapsed_ms = base * exp(maker->wall_noise * draw_normal(&maker->random)),
        .cpu_ms = base * exp(maker->cpu_noise * draw_normal(&maker->random)),
    };
    maker->longest = (Cutoff){fmax(maker->longest.elapsed_ms, cutoff.elapsed_ms),
                              fmax(maker->longest.cpu_ms, cutoff.cpu_ms)};
    bool is_late = cutoff.elapsed_ms > 0 && run->elapsed_ms > cutoff.elapsed_ms;
    bool is_costly = cutoff.cpu_ms > 0 && run->cpu_ms > cutoff.cpu_ms;
    return is_late || is_costly ? fail(err, ERROR_TIMEOUT, "cut off") : true;
}

static Measurement measure_made(Arena *arena, Maker *maker, MeasureOptions options)
{
    Measurement measurement = {0};
    Error err;
    Runner runner = {.run = make_run, .context = maker};
    if (!measure_runner(arena, runner, &options, &measurement, &err))
        measurement.outcome = OUTCOME_UNCLEAR;
    return measurement;
}

static void test_outcomes(Arena *arena)
{
    Maker maker = {.base_ms = {200, 20}, .cpu_noise = 0.01, .wall_noise = 0.02};
    Measurement m = measure_made(arena, &maker, (MeasureOptions){0});
    expect(m.outcome == OUTCOME_FASTER && m.certified, "ten times faster is a win");
    expect(m.pair_count == 3, "a clear win needs three pairs");
    expect(maker.runs == 13, "three pairs, six runs for the floor and one to warm up");
    expect(m.low < 10 && m.high > 10 && m.low > 5, "the interval holds the truth");
    expect(m.three_run_ratio > 8 && m.five_run_ratio == 0, "three runs, not five");

    maker = (Maker){.base_ms = {20, 30}, .cpu_noise = 0.01, .wall_noise = 0.01};
    m = measure_made(arena, &maker, (MeasureOptions){.warmed = true});
    expect(m.outcome == OUTCOME_SLOWER && m.high < 1, "slower is said to be slower");

    maker = (Maker){.base_ms = {20, 20}, .cpu_noise = 0.01, .wall_noise = 0.01};
    m = measure_made(arena, &maker, (MeasureOptions){.max_pairs = 25});
    expect(m.outcome == OUTCOME_NO_DIFFERENCE, "the same is no difference");
    expect(m.pair_count < 25, "no gain stops early");

    maker = (Maker){.base_ms = {20, 19}, .cpu_noise = 0.5, .wall_noise = 0.5};
    m = measure_made(arena, &maker, (MeasureOptions){0});
    expect(m.outcome == OUTCOME_UNCLEAR && !m.certified, "noise hides a small gain");
    expect(m.pair_count == 25, "all the pairs there are");
    m = measure_made(arena, &maker, (MeasureOptions){.max_pairs = 4});
    expect(m.pair_count == 4 && m.error < 0.02, "the last look counts");
}

static void test_clock(Arena *arena)
{
    Maker maker = {.base_ms = {90, 60}, .cpu_noise = 0.005, .wall_noise = 0.4};
    Measurement m = measure_made(arena, &maker, (MeasureOptions){0});
    expect(m.clock == CLOCK_CPU && m.outcome == OUTCOME_FASTER,
           "CPU where wall is noisy");
    expect(m.noise > 0.05, "the noise is told");
    maker = (Maker){.base_ms = {90, 60}, .cpu_noise = 0.4, .wall_noise = 0.005};
    m = measure_made(arena, &maker, (MeasureOptions){0});
    expect(m.clock == CLOCK_WALL && m.outcome == OUTCOME_FASTER, "wall where steady");
    m = measure_made(arena, &maker, (MeasureOptions){.clock = CLOCK_CPU});
    expect(m.clock == CLOCK_CPU, "the clock that is asked for");
}

// The floor decides first; the pairs of the original may only take wall time away again.
static void test_floor(Arena *arena)
{
    Maker maker = {.base_ms = {50, 50}, .cpu_noise = 0.01, .wall_noise = 0.02};
    Runner runner = {.run = make_run, .context = &maker};
    Floor floor;
    Error err;
    expect(floor_take(runner, 0, &floor, &err) && maker.runs == 6, "one to warm up");
    expect(floor.count == 5 && floor.is_known && floor.noise < 0.05, "a steady floor");
    expect(floor_clock(&floor, CLOCK_AUTO) == CLOCK_WALL, "wall time may decide");
    expect(floor_clock(&floor, CLOCK_CPU) == CLOCK_CPU, "unless told otherwise");
    maker = (Maker){.base_ms = {50, 25}, .cpu_noise = 0.01, .wall_noise = 0.5};
    Measurement m = measure_made(arena, &maker, (MeasureOptions){.floor = &floor});
    expect(m.clock == CLOCK_CPU && m.outcome == OUTCOME_FASTER, "the pairs are noisy");

    maker = (Maker){.base_ms = {5000, 5000}, .wall_noise = 0.01};
    expect(floor_take(runner, 0, &floor, &err) && maker.runs == 1, "long ones run once");
    expect(floor.count == 1 && !floor.is_known, "which is no floor");
    expect(floor_clock(&floor, CLOCK_AUTO) == CLOCK_CPU, "so CPU time is safer");
    maker = (Maker){.base_ms = {5000, 500}, .wall_noise = 0.01};
    m = measure_made(arena, &maker, (MeasureOptions){.floor = &floor});
    expect(m.clock == CLOCK_WALL, "but steady pairs may give wall time back");
    maker = (Maker){.base_ms = {50, 50}, .wall_noise = 0.01};
    expect(!floor_take(runner, 20, &floor, &err) && err.kind == ERROR_TIMEOUT,
           "an original that does not end");
}

static void test_cutoff(Arena *arena)
{
    Maker maker = {.base_ms = {100, 100}, .cpu_noise = 0.01, .wall_noise = 0.01};
    Measurement m = measure_made(arena, &maker, (MeasureOptions){.warmed = true});
    expect(maker.longest.elapsed_ms > 250 && maker.longest.elapsed_ms < 350,
           "cut off at 3 x");
    maker = (Maker){.base_ms = {100, 100}, .cpu_noise = 0.01, .wall_noise = 0.5};
    m = measure_made(arena, &maker, (MeasureOptions){.warmed = true});
    expect(maker.longest.cpu_ms > 250 && maker.longest.elapsed_ms == 0,
           "by CPU time where that decides");
    maker = (Maker){.base_ms = {100, 800}, .wall_noise = 0.01};
    m = measure_made(arena, &maker, (MeasureOptions){.warmed = true});
    expect(m.outcome == OUTCOME_SLOWER && m.cut_off, "a hopeless run is cut off");
    expect(m.pair_count == 0 && !m.certified, "and ends the measurement");
    maker = (Maker){.base_ms = {100, 5000}, .wall_noise = 0.01};
    m = measure_made(arena, &maker, (MeasureOptions){0});
    expect(m.cut_off && maker.runs == 7, "already where it should warm up");
}

static void test_limits(Arena *arena)
{
    Maker maker = {.base_ms = {0, 0}};
    Measurement m = measure_made(arena, &maker, (MeasureOptions){0});
    expect(m.outcome != OUTCOME_FASTER && m.high > 1.5, "no time at all proves nothing");
    maker = (Maker){.base_ms = {20, 19}, .cpu_noise = 0.5, .wall_noise = 0.5};
    m = measure_made(arena, &maker, (MeasureOptions){.budget_ms = 1e-6});
    expect(m.pair_count == 0 && !m.certified, "no pair is begun that would not end");
    expect(m.outcome == OUTCOME_UNCLEAR && !m.agreed, "and nothing is said");
    m = measure_made(arena, &maker, (MeasureOptions){.all_pairs = true, .max_pairs = 15});
    expect(m.pair_count == 15, "all pairs if asked for");
    expect(m.three_run_ratio > 0 && m.five_run_ratio > 0, "three runs and five");
    maker = (Maker){.base_ms = {450, 290},
                    .cpu_noise = 0.15,
                    .wall_noise = 0.15,
                    .slow_from = 12};
    m = measure_made(arena, &maker, (MeasureOptions){.budget_ms = 1500});
    expect(m.outcome == OUTCOME_UNCLEAR && m.agreed && m.pair_count == 3,
           "three pairs agree, and the budget ends");
    maker = (Maker){.base_ms = {90, 58}, .cpu_noise = 0.15, .wall_noise = 0.15};
    m = measure_made(arena, &maker, (MeasureOptions){.max_pairs = 3});
    expect(!m.agreed, "to have had all the pairs is not to be out of budget");
    expect(budget_default_ms(100) == 30e3 && budget_default_ms(5e3) == 60e3 &&
               budget_default_ms(100e3) == 600e3,
           "the default budget");

    Error err;
    maker = (Maker){.base_ms = {1, 1}, .fail_run = 4};
    Runner runner = {.run = make_run, .context = &maker};
    bool ok = measure_runner(arena, runner, &(MeasureOptions){0}, &m, &err);
    expect(!ok && strcmp(err.message, "no such table") == 0, "a failure is passed on");
}

static void test_protocols(void)
{
    double before[] = {90, 10, 30, 20, 40}, after[] = {1, 2, 3, 4, 100};
    expect(fabs(three_run_ratio(before, after, 5) - 40.0 / 5) < 1e-9, "three runs");
    expect(fabs(five_run_ratio(before, after, 5) - 90.0 / 9) < 1e-9, "five runs");
    expect(three_run_ratio(before, after, 2) == 0, "too few");
    expect(median(before, 5) == 30 && median(before, 4) == 25, "median");
    double drift[] = {100, 110, 121, 133.1}, steady[] = {100, 100, 100, 100};
    expect(relative_noise(steady, 4) == 0 && relative_noise(drift, 4) < 0.08, "noise");
}

static void test_looks(void)
{
    double spent = 0;
    for (size_t i = 0; i < measure_look_count; i++)
        spent += measure_looks[i].error;
    expect(fabs(spent - 0.05) < 1e-12, "the looks spend 5 %% together");
    expect(look_after(9)->pairs == 9 && look_after(4) == NULL, "looks are found");
    expect(fabs(error_spent(look_after(9)) - 0.035) < 1e-12, "error spent by nine pairs");
}

// A query against itself, `trials` times: how often is it called faster?
static double false_win_rate(Arena *arena, Maker maker, size_t max_pairs, int trials)
{
    int wins = 0;
    for (int i = 0; i < trials; i++) {
        MeasureOptions options = {.max_pairs = max_pairs};
        Measurement m = measure_made(arena, &maker, options);
        wins += m.outcome == OUTCOME_FASTER;
        arena_clear(arena);
    }
    return (double)wins / trials;
}

static void test_against_itself(Arena *arena)
{
    static const struct {
        const char *name;
        Maker maker;
    } machines[] = {
        {"quiet",
         {.base_ms = {50, 50}, .cpu_noise = 0.01, .wall_noise = 0.02, .seed = 1}},
        {"busy", {.base_ms = {50, 50}, .cpu_noise = 0.05, .wall_noise = 0.3, .seed = 2}},
        {"spikes",
         {.base_ms = {50, 50},
          .cpu_noise = 0.03,
          .wall_noise = 0.1,
          .spike_percent = 15,
          .seed = 3}},
    };
    for (size_t i = 0; i < COUNT_OF(machines); i++) {
        Maker maker = machines[i].maker;
        double nine = false_win_rate(arena, maker, 9, 4000);
        double all = false_win_rate(arena, maker, 25, 4000);
        printf("# %s: false wins %.2f %% (9 pairs), %.2f %% (25 pairs)\n",
               machines[i].name, nine * 100, all * 100);
        expect(nine <= 0.0175 && all <= 0.025, "%s", machines[i].name);
    }
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    test_protocols();
    test_looks();
    test_outcomes(&arena);
    test_clock(&arena);
    test_floor(&arena);
    test_cutoff(&arena);
    test_limits(&arena);
    test_against_itself(&arena);
    arena_clear(&arena);
    return finish();
}
