// moment.h - days and times: the calendar, and parts of a moment.

#ifndef VERIFY_MOMENT_H
#define VERIFY_MOMENT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t day;    // Since 1970-01-01, in the Gregorian calendar.
    int32_t second; // Of that day.
    int32_t micro;  // Of that second, 0 to 999999.
    bool has_time;  // It was written with one.
} Moment;

// Reads YYYY-MM-DD, with [T or blank]HH:MM[:SS[.ffffff]] behind it or not; false if it is
// not one. What follows is not looked at.
bool moment_read(const char *text, Moment *moment);

// Return the day, or the day and the time, as text, without zeros behind a fraction.
char *moment_print_day(Arena *arena, Moment moment);
char *moment_print(Arena *arena, Moment moment);

Moment moment_of_day(int year, int month, int day);
Moment moment_plus(Moment moment, int64_t days, int64_t seconds);

// Returns the same day of another month, or that month's last day.
Moment moment_plus_months(Moment moment, int months);

// Return the first and the last day of its month.
Moment moment_month_start(Moment moment);
Moment moment_month_end(Moment moment);

typedef enum {
    PART_NONE,
    PART_YEAR,
    PART_MONTH,
    PART_DAY,
    PART_QUARTER,
    PART_WEEKDAY, // Sunday is 0.
    PART_YEAR_DAY,
    PART_HOUR,
    PART_MINUTE,
    PART_SECOND,
} MomentPart;

// Returns the part of a moment that a word ("month", "%m") names, or PART_NONE.
MomentPart moment_part_named(const char *word);

int moment_part(Moment moment, MomentPart part);

// Returns a moment near `moment` of which the part is `value`, where there is one.
Moment moment_with_part(Moment moment, MomentPart part, int value);

// Returns the first moment of its year, quarter, month, day, hour, minute or second;
// PART_WEEKDAY: of its week, which begins on Monday.
Moment moment_truncate(Moment moment, MomentPart part);

#endif
