// scalar.c - values by what they mean.

#include "verify/scalar.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MONTH_DAYS = 30, QUARTER_MONTHS = 3, FIRST_WEEKDAY = 4, SECONDS_OF_DAY = 86400 };

Scalar scalar_number(double number)
{
    return (Scalar){.kind = SCALAR_NUMBER, .number = number};
}

Scalar scalar_text(const char *text)
{
    return (Scalar){.kind = SCALAR_TEXT, .text = text};
}

Scalar scalar_moment(Moment moment)
{
    return (Scalar){.kind = SCALAR_MOMENT,
                    .number = (double)moment.day * day_seconds + moment.second};
}

Moment scalar_to_moment(Scalar scalar)
{
    double day = floor(scalar.number / day_seconds);
    Moment moment = {.day = (int64_t)day};
    moment.second = (int32_t)(scalar.number - day * day_seconds);
    moment.has_time = moment.second != 0;
    return moment;
}

// Literals

static double interval_days(const char *text, const char *unit)
{
    static const struct {
        const char *unit;
        double days;
    } units[] = {{"day", 1},
                 {"week", 7},
                 {"month", MONTH_DAYS},
                 {"quarter", QUARTER_MONTHS * MONTH_DAYS},
                 {"year", 365},
                 {"hour", 1.0 / 24},
                 {"minute", 1.0 / 1440},
                 {"second", 1.0 / 86400}};
    char *end;
    double count = strtod(text, &end);
    while (isspace((unsigned char)*end))
        end++;
    const char *word = unit == NULL ? end : unit;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (strncasecmp(word, units[i].unit, strlen(units[i].unit)) == 0)
            return count * units[i].days;
    return count;
}

bool scalar_of_literal(const Expr *literal, Scalar *scalar)
{
    Moment moment;
    switch (literal->literal) {
    case LITERAL_NULL:
        *scalar = (Scalar){.kind = SCALAR_NULL};
        return true;
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        *scalar = scalar_number(literal->literal == LITERAL_TRUE);
        return true;
    case LITERAL_NUMBER:
        *scalar = scalar_number(strtod(literal->name, NULL));
        return true;
    case LITERAL_STRING:
        *scalar = scalar_text(literal->name);
        return true;
    case LITERAL_TYPED:
        if (!type_is_moment(literal->type) || !moment_read(literal->name, &moment))
            return false;
        *scalar = scalar_moment(moment);
        return true;
    case LITERAL_INTERVAL:
        *scalar = scalar_number(interval_days(literal->name, literal->unit));
        return true;
    case LITERAL_BLOB:
        break;
    }
    return false;
}

bool scalar_convert(Arena *arena, Scalar scalar, ScalarKind kind, Scalar *converted)
{
    Moment moment;
    char *end;
    *converted = scalar;
    if (scalar.kind == kind || scalar.kind == SCALAR_NULL)
        return true;
    if (kind == SCALAR_TEXT) {
        if (scalar.kind == SCALAR_NUMBER) {
            *converted = scalar_text(arena_printf(arena, "%.15g", scalar.number));
        } else {
            moment = scalar_to_moment(scalar);
            *converted = scalar_text(moment.has_time ? moment_print(arena, moment)
                                                     : moment_print_day(arena, moment));
        }
        return true;
    }
    if (scalar.kind != SCALAR_TEXT)
        return false;
    if (kind == SCALAR_MOMENT) {
        if (!moment_read(scalar.text, &moment))
            return false;
        *converted = scalar_moment(moment);
        return true;
    }
    *converted = scalar_number(strtod(scalar.text, &end));
    return *scalar.text != '\0' && *end == '\0';
}

int scalar_compare(Scalar a, Scalar b)
{
    if (a.kind == SCALAR_TEXT && b.kind == SCALAR_TEXT)
        return strcmp(a.text, b.text);
    return (a.number > b.number) - (a.number < b.number);
}

// Parts of moments

MomentPart moment_part_named(const char *word)
{
    static const struct {
        const char *word;
        MomentPart part;
    } parts[] = {
        {"year", PART_YEAR},         {"%Y", PART_YEAR},        {"month", PART_MONTH},
        {"%m", PART_MONTH},          {"day", PART_DAY},        {"%d", PART_DAY},
        {"quarter", PART_QUARTER},   {"dow", PART_WEEKDAY},    {"weekday", PART_WEEKDAY},
        {"dayofweek", PART_WEEKDAY}, {"%w", PART_WEEKDAY},     {"doy", PART_YEAR_DAY},
        {"%j", PART_YEAR_DAY},       {"dayofmonth", PART_DAY}, {"hour", PART_HOUR},
        {"%H", PART_HOUR},           {"minute", PART_MINUTE},  {"%M", PART_MINUTE},
        {"second", PART_SECOND},     {"%S", PART_SECOND}};
    for (size_t i = 0; word != NULL && i < COUNT_OF(parts); i++)
        if (*word == '%' ? strcmp(word, parts[i].word) == 0
                         : text_same_word(word, parts[i].word))
            return parts[i].part;
    return PART_NONE;
}

static int year_of(Moment moment)
{
    int year = 1970 + (int)floor((double)moment.day / 365.2425);
    while (moment_of_day(year + 1, 1, 1).day <= moment.day)
        year++;
    while (moment_of_day(year, 1, 1).day > moment.day)
        year--;
    return year;
}

static int month_of(Moment moment, int year)
{
    int month = 12;
    while (moment_of_day(year, month, 1).day > moment.day)
        month--;
    return month;
}

int moment_part(Moment moment, MomentPart part)
{
    int year = year_of(moment), month = month_of(moment, year);
    switch (part) {
    case PART_NONE:
        break;
    case PART_YEAR:
        return year;
    case PART_MONTH:
        return month;
    case PART_DAY:
        return (int)(moment.day - moment_of_day(year, month, 1).day) + 1;
    case PART_QUARTER:
        return (month - 1) / QUARTER_MONTHS + 1;
    case PART_WEEKDAY:
        return (int)(((moment.day + FIRST_WEEKDAY) % 7 + 7) % 7);
    case PART_YEAR_DAY:
        return (int)(moment.day - moment_of_day(year, 1, 1).day) + 1;
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
        return moment_plus(moment, 0, (value - now) * 3600);
    case PART_MINUTE:
        return moment_plus(moment, 0, (value - now) * 60);
    case PART_SECOND:
        return moment_plus(moment, 0, value - now);
    }
    return moment;
}
