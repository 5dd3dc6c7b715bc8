// period.h - years, months and days as they are written: '2024', '2024-05', '2024-05-17'.

#ifndef BASE_PERIOD_H
#define BASE_PERIOD_H

#include "base/arena.h"

#include <stdbool.h>

typedef enum { PERIOD_YEAR, PERIOD_MONTH, PERIOD_DAY } PeriodUnit;

typedef struct {
    const char *first_day; // "2024-05-01"
    const char *day_after; // "2024-06-01": the first that is no longer part of it.
} Period;

// True if `text` is a period of this unit in the years 1 to 9998 of the Gregorian
// calendar, written with all its digits; sets `period`.
bool period_parse(Arena *arena, const char *text, PeriodUnit unit, Period *period);

#endif
