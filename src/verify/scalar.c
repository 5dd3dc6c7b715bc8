// scalar.c - values by what they mean.

#include "verify/scalar.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MONTH_DAYS = 30, QUARTER_MONTHS = 3 };

static const double second_micros = 1e6;

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
                    .number = (double)moment.day * day_seconds + moment.second +
                              moment.micro / second_micros};
}

Moment scalar_to_moment(Scalar scalar)
{
    double day = floor(scalar.number / day_seconds);
    double of_day = scalar.number - day * day_seconds;
    Moment moment = {.day = (int64_t)day, .second = (int32_t)of_day};
    moment.micro = (int32_t)fmin((of_day - moment.second) * second_micros + 0.5, 999999);
    moment.has_time = moment.second != 0 || moment.micro != 0;
    return moment;
}

// Literals

// HH:MM[:SS], where nothing else is written.
static bool read_clock(const char *text, double *days)
{
    unsigned hours, minutes, seconds = 0;
    if (sscanf(text, "%u:%u:%u", &hours, &minutes, &seconds) < 2)
        return false;
    *days = (hours * 3600.0 + minutes * 60.0 + seconds) / day_seconds;
    return true;
}

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
    double count;
    if (unit == NULL && read_clock(text, &count))
        return count;
    count = strtod(text, &end);
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
