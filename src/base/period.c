// period.c - a little calendar.

#include "base/period.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (leap && month == 2);
}

// True if the text looks like the pattern, in which 0 stands for any digit.
static bool looks_like(const char *text, const char *pattern)
{
    if (strlen(text) != strlen(pattern))
        return false;
    for (size_t i = 0; pattern[i] != '\0'; i++) {
        bool fits = pattern[i] == '0' ? isdigit((unsigned char)text[i]) != 0
                                      : text[i] == pattern[i];
        if (!fits)
            return false;
    }
    return true;
}

static const char *write_day(Arena *arena, int year, int month, int day)
{
    return arena_printf(arena, "%04d-%02d-%02d", year, month, day);
}

bool period_parse(Arena *arena, const char *text, PeriodUnit unit, Period *period)
{
    static const char *const patterns[] = {"0000", "0000-00", "0000-00-00"};
    if (!looks_like(text, patterns[unit]))
        return false;
    int year = atoi(text);
    int month = unit >= PERIOD_MONTH ? atoi(text + 5) : 1;
    int day = unit >= PERIOD_DAY ? atoi(text + 8) : 1;
    if (year < 1 || year > 9998 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month))
        return false;

    period->first_day = write_day(arena, year, month, day);
    bool month_ends =
        unit == PERIOD_MONTH || (unit == PERIOD_DAY && day == days_in_month(year, month));
    if (unit == PERIOD_DAY && !month_ends) {
        day++;
    } else {
        day = 1;
        month = month_ends ? month + 1 : 13;
    }
    if (month > 12) {
        month = 1;
        year++;
    }
    period->day_after = write_day(arena, year, month, day);
    return true;
}
