// clock.c - the monotonic clock and the process's own.

#include "base/clock.h"

#include <time.h>

static double read_clock_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

double clock_ms(void)
{
    return read_clock_ms(CLOCK_MONOTONIC);
}

double clock_cpu_ms(void)
{
    return read_clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}
