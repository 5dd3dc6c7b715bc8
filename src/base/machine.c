// machine.c - /proc/pressure/cpu and /proc/stat (proc(5)).

#include "base/machine.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>

static double read_waiting_ms(void)
{
    FILE *file = fopen("/proc/pressure/cpu", "re");
    if (file == NULL)
        return NAN;
    unsigned long long total_us = 0;
    int fields =
        fscanf(file, "some avg10=%*f avg60=%*f avg300=%*f total=%llu", &total_us);
    fclose(file);
    return fields == 1 ? (double)total_us / 1e3 : NAN;
}

// The columns of the first line: user, nice, system, idle, iowait, irq, softirq, steal;
// what follows is counted in user already.
enum { STEAL_COLUMN = 7, COLUMN_COUNT = 8 };

static void read_ticks(MachineState *state)
{
    state->ticks = state->stolen = NAN;
    FILE *file = fopen("/proc/stat", "re");
    if (file == NULL)
        return;
    double ticks = 0, stolen = 0;
    int read = fscanf(file, "cpu") == 0 ? 0 : -1;
    unsigned long long column;
    while (read >= 0 && read < COLUMN_COUNT && fscanf(file, "%llu", &column) == 1) {
        ticks += (double)column;
        stolen = read == STEAL_COLUMN ? (double)column : stolen;
        read++;
    }
    fclose(file);
    if (read == COLUMN_COUNT) {
        state->ticks = ticks;
        state->stolen = stolen;
    }
}

MachineState machine_state(void)
{
    MachineState state = {.at_ms = clock_ms(), .waiting_ms = read_waiting_ms()};
    read_ticks(&state);
    return state;
}

static double share(double part, double whole)
{
    return whole > 0 ? fmin(fmax(part / whole, 0), 1) : NAN;
}

double machine_pressure(const MachineState *before, const MachineState *after)
{
    double waited_ms = after->waiting_ms - before->waiting_ms;
    return isnan(waited_ms) ? NAN : share(waited_ms, after->at_ms - before->at_ms);
}

double machine_steal(const MachineState *before, const MachineState *after)
{
    double stolen = after->stolen - before->stolen;
    return isnan(stolen) ? NAN : share(stolen, after->ticks - before->ticks);
}
