// moment.h - days and seconds, for values around a date in a query.

#ifndef VERIFY_MOMENT_H
#define VERIFY_MOMENT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t day;    // Since 1970-01-01, in the Gregorian calendar.
    int32_t second; // Of that day.
    bool has_time;  // It was written with one.
} Moment;

// Reads YYYY-MM-DD, with [T or blank]HH:MM[:SS] behind it or not; false if it is not one.
bool moment_read(const char *text, Moment *moment);

// Return the day, or the day and the time, as text.
char *moment_print_day(Arena *arena, Moment moment);
char *moment_print(Arena *arena, Moment moment);

Moment moment_of_day(int year, int month, int day);
Moment moment_plus(Moment moment, int64_t days, int64_t seconds);

// Returns the same day of another month, or that month's last day.
Moment moment_plus_months(Moment moment, int months);

// Return the first and the last day of its month.
Moment moment_month_start(Moment moment);
Moment moment_month_end(Moment moment);

#endif
