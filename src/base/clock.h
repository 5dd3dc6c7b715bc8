// clock.h - the only place that asks what time it is.

#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

// Returns milliseconds since some fixed moment; never goes back.
double clock_ms(void);

// Returns the CPU time this process has used, in milliseconds.
double clock_cpu_ms(void);

#endif
