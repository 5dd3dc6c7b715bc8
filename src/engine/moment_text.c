// moment_text.c - the Gregorian calendar, written down.

#include "engine/moment_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// Adds the number with at least so many digits.
static void add_padded(Text *text, int64_t number, size_t width)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0 || sizeof(digits) - at < width);
    text_add_bytes(text, digits + at, sizeof(digits) - at);
}

enum {
    SECONDS_A_DAY = 86400,
    DAYS_TO_MARCH_0000 = 719468, // From 0000-03-01 to 1970-01-01.
    DAYS_AN_ERA = 146097,        // 400 years.
};

// By Howard Hinnant's days algorithm.
void text_add_date(Text *text, int64_t days)
{
    days += DAYS_TO_MARCH_0000;
    int64_t era = (days >= 0 ? days : days - (DAYS_AN_ERA - 1)) / DAYS_AN_ERA;
    int64_t day_of_era = days - era * DAYS_AN_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                           day_of_era / (DAYS_AN_ERA - 1)) /
                          365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2);
    add_padded(text, year > 0 ? year : 1 - year, 4);
    text_add_char(text, '-');
    add_padded(text, month, 2);
    text_add_char(text, '-');
    add_padded(text, day, 2);
    if (year <= 0)
        text_add(text, " (BC)");
}

void text_add_time(Text *text, int64_t seconds, int64_t fraction, int digits)
{
    add_padded(text, seconds / 3600, 2);
    text_add_char(text, ':');
    add_padded(text, seconds / 60 % 60, 2);
    text_add_char(text, ':');
    add_padded(text, seconds % 60, 2);
    if (fraction == 0)
        return;
    char shown[24];
    int length = snprintf(shown, sizeof(shown), ".%0*" PRId64, digits, fraction);
    while (length > 1 && shown[length - 1] == '0')
        length--;
    text_add_bytes(text, shown, (size_t)length);
}

bool text_add_infinity(Text *text, int64_t stored, int64_t highest)
{
    if (stored != highest && stored != -highest)
        return false;
    text_add(text, stored > 0 ? "infinity" : "-infinity");
    return true;
}

void text_add_timestamp(Text *text, int64_t stored, int64_t parts, int digits)
{
    if (text_add_infinity(text, stored, INT64_MAX))
        return;
    int64_t seconds = stored / parts;
    int64_t fraction = stored % parts;
    if (fraction < 0) {
        fraction += parts;
        seconds--;
    }
    int64_t days = seconds / SECONDS_A_DAY;
    int64_t of_day = seconds % SECONDS_A_DAY;
    if (of_day < 0) {
        of_day += SECONDS_A_DAY;
        days--;
    }
    Text date = text_new(text->arena);
    text_add_date(&date, days);
    const char *era = strstr(date.bytes, " (BC)");
    text_add_bytes(text, date.bytes, era == NULL ? date.length : date.length - 5);
    text_add_char(text, ' ');
    text_add_time(text, of_day, fraction, digits);
    text_add(text, era == NULL ? "" : era);
}
