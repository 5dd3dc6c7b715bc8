// moment.c - the calendar (Howard Hinnant, "chrono-compatible low-level date
// algorithms").

#include "verify/moment.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    DAY_SECONDS = 86400,
    ERA_DAYS = 146097,
    EPOCH_SHIFT = 719468,
    QUARTER_MONTHS = 3,
    WEEK_DAYS = 7,
    FIRST_WEEKDAY = 4, // Of 1970-01-01: Thursday.
    FIRST_MICRO_DIGIT = 100000
};

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

// Reads the digits behind a decimal point, as far as microseconds go.
static int32_t read_micro(const char *digits)
{
    int32_t micro = 0;
    for (int32_t worth = FIRST_MICRO_DIGIT; worth > 0 && isdigit((unsigned char)*digits);
         worth /= 10)
        micro += (*digits++ - '0') * worth;
    return micro;
}

// Reads a day as most are written, 2024-02-29: sscanf is slow.
static bool read_usual_day(const char *text, int *year, int *month, int *day)
{
    static const char form[] = "dddd-dd-dd";
    for (size_t i = 0; i < sizeof(form) - 1; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
            return false;
    *year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 +
            (text[3] - '0');
    *month = (text[5] - '0') * 10 + (text[6] - '0');
    *day = (text[8] - '0') * 10 + (text[9] - '0');
    return true;
}

bool moment_read(const char *text, Moment *moment)
{
    enum { USUAL_LENGTH = 10 };
    int year, month, day, hour = 0, minute = 0, second = 0, used = USUAL_LENGTH;
    if (strchr(text, '-') == NULL ||
        (!read_usual_day(text, &year, &month, &day) &&
         sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    int parts = 0, end = 0;
    const char *time = text + used + 1;
    if (text[used] == ' ' || text[used] == 'T')
        parts = sscanf(time, "%2d:%2d:%2d%n", &hour, &minute, &second, &end);
    *moment = moment_of_day(year, month, day);
    moment->has_time = parts > 0;
    moment->second = hour * 3600 + minute * 60 + second;
    if (parts == 3 && time[end] == '.')
        moment->micro = read_micro(time + end + 1);
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
    char *text = arena_printf(arena, "%04d-%02d-%02d %02d:%02d:%02d.%06d", civil.year,
                              civil.month, civil.day, moment.second / 3600,
                              moment.second / 60 % 60, moment.second % 60, moment.micro);
    size_t length = strlen(text);
    while (text[length - 1] == '0' && moment.micro != 0)
        length--;
    text[moment.micro != 0 ? length : strlen("2000-01-01 00:00:00")] = '\0';
    return text;
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

// Parts

MomentPart moment_part_named(const char *word)
{
    static const struct {
        const char *word;
        MomentPart part;
    } parts[] = {{"year", PART_YEAR},         {"%Y", PART_YEAR},
                 {"month", PART_MONTH},       {"%m", PART_MONTH},
                 {"day", PART_DAY},           {"%d", PART_DAY},
                 {"quarter", PART_QUARTER},   {"dow", PART_WEEKDAY},
                 {"weekday", PART_WEEKDAY},   {"dayofweek", PART_WEEKDAY},
                 {"%w", PART_WEEKDAY},        {"doy", PART_YEAR_DAY},
                 {"%j", PART_YEAR_DAY},       {"dayofmonth", PART_DAY},
                 {"hour", PART_HOUR},         {"%H", PART_HOUR},
                 {"minute", PART_MINUTE},     {"%M", PART_MINUTE},
                 {"second", PART_SECOND},     {"%S", PART_SECOND},
                 {"dayofyear", PART_YEAR_DAY}};
    for (size_t i = 0; word != NULL && i < COUNT_OF(parts); i++)
        if (*word == '%' ? strcmp(word, parts[i].word) == 0
                         : text_same_word(word, parts[i].word))
            return parts[i].part;
    return PART_NONE;
}

int moment_part(Moment moment, MomentPart part)
{
    Civil civil = civil_of(moment.day);
    switch (part) {
    case PART_NONE:
        break;
    case PART_YEAR:
        return civil.year;
    case PART_MONTH:
        return civil.month;
    case PART_DAY:
        return civil.day;
    case PART_QUARTER:
        return (civil.month - 1) / QUARTER_MONTHS + 1;
    case PART_WEEKDAY:
        return (int)(((moment.day + FIRST_WEEKDAY) % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS);
    case PART_YEAR_DAY:
        return (int)(moment.day - days_of((Civil){civil.year, 1, 1})) + 1;
    case PART_HOUR:
        return moment.second / 3600;
    case PART_MINUTE:
        return moment.second / 60 % 60;
    case PART_SECOND:
        return moment.second % 60;
    }
    return 0;
}

Moment moment_with_part(Moment moment, MomentPart part, int value)
{
    int now = moment_part(moment, part);
    switch (part) {
    case PART_NONE:
        return moment;
    case PART_YEAR:
        return moment_plus_months(moment, (value - now) * 12);
    case PART_MONTH:
        return moment_plus_months(moment, value - now);
    case PART_QUARTER:
        return moment_plus_months(moment, (value - now) * QUARTER_MONTHS);
    case PART_DAY:
    case PART_WEEKDAY:
    case PART_YEAR_DAY:
        return moment_plus(moment, value - now, 0);
    case PART_HOUR:
        return moment_plus(moment, 0, (value - now) * INT64_C(3600));
    case PART_MINUTE:
        return moment_plus(moment, 0, (value - now) * INT64_C(60));
    case PART_SECOND:
        return moment_plus(moment, 0, value - now);
    }
    return moment;
}

Moment moment_truncate(Moment moment, MomentPart part)
{
    Civil civil = civil_of(moment.day);
    int kept = part == PART_HOUR     ? 3600
               : part == PART_MINUTE ? 60
               : part == PART_SECOND ? 1
                                     : DAY_SECONDS;
    moment.second -= moment.second % kept;
    moment.micro = 0;
    if (part == PART_YEAR)
        civil.month = 1;
    if (part == PART_QUARTER)
        civil.month -= (civil.month - 1) % QUARTER_MONTHS;
    if (part == PART_YEAR || part == PART_QUARTER || part == PART_MONTH)
        moment.day = days_of((Civil){civil.year, civil.month, 1});
    if (part == PART_WEEKDAY)
        moment.day -= (moment_part(moment, part) + WEEK_DAYS - 1) % WEEK_DAYS;
    return moment;
}
