// moment.c - the calendar (Howard Hinnant, "chrono-compatible low-level date
// algorithms").

#include "verify/moment.h"

#include <stdio.h>

enum { DAY_SECONDS = 86400, ERA_DAYS = 146097, EPOCH_SHIFT = 719468 };

typedef struct {
    int year, month, day;
} Civil;

static int64_t days_of(Civil civil)
{
    int64_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t shifted = civil.month + (civil.month > 2 ? -3 : 9);
    int64_t of_year = (153 * shifted + 2) / 5 + civil.day - 1;
    int64_t day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_SHIFT;
}

static Civil civil_of(int64_t days)
{
    int64_t shifted = days + EPOCH_SHIFT;
    int64_t era = (shifted >= 0 ? shifted : shifted - ERA_DAYS + 1) / ERA_DAYS;
    int64_t of_era = shifted - era * ERA_DAYS;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int64_t real_month = month < 10 ? month + 3 : month - 9;
    return (Civil){.year = (int)(year + era * 400 + (real_month <= 2)),
                   .month = (int)real_month,
                   .day = (int)(of_year - (153 * month + 2) / 5 + 1)};
}

bool moment_read(const char *text, Moment *moment)
{
    int year, month, day, hour = 0, minute = 0, second = 0, used = 0;
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3)
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    int parts = 0;
    if (text[used] == ' ' || text[used] == 'T')
        parts = sscanf(text + used + 1, "%2d:%2d:%2d", &hour, &minute, &second);
    *moment = moment_of_day(year, month, day);
    moment->has_time = parts > 0;
    moment->second = hour * 3600 + minute * 60 + second;
    return true;
}

char *moment_print_day(Arena *arena, Moment moment)
{
    Civil civil = civil_of(moment.day);
    return arena_printf(arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

char *moment_print(Arena *arena, Moment moment)
{
    Civil civil = civil_of(moment.day);
    return arena_printf(arena, "%04d-%02d-%02d %02d:%02d:%02d", civil.year, civil.month,
                        civil.day, moment.second / 3600, moment.second / 60 % 60,
                        moment.second % 60);
}

Moment moment_of_day(int year, int month, int day)
{
    return (Moment){.day = days_of((Civil){year, month, day})};
}

Moment moment_plus(Moment moment, int64_t days, int64_t seconds)
{
    int64_t second = moment.second + seconds;
    int64_t carry = (second >= 0 ? second : second - DAY_SECONDS + 1) / DAY_SECONDS;
    moment.day += days + carry;
    moment.second = (int32_t)(second - carry * DAY_SECONDS);
    return moment;
}

Moment moment_month_start(Moment moment)
{
    Civil civil = civil_of(moment.day);
    moment.day -= civil.day - 1;
    return moment;
}

Moment moment_month_end(Moment moment)
{
    Civil civil = civil_of(moment.day);
    bool last = civil.month == 12;
    Civil next = {civil.year + last, last ? 1 : civil.month + 1, 1};
    moment.day = days_of(next) - 1;
    return moment;
}

Moment moment_plus_months(Moment moment, int months)
{
    Civil civil = civil_of(moment.day);
    int total = civil.year * 12 + civil.month - 1 + months;
    Moment first = moment;
    first.day = days_of((Civil){total / 12, total % 12 + 1, 1});
    int64_t wanted = first.day + civil.day - 1;
    int64_t last = moment_month_end(first).day;
    moment.day = wanted < last ? wanted : last;
    return moment;
}
