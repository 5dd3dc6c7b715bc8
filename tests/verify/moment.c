// moment.c - the calendar around leap days and month ends.

#include "verify/moment.h"

#include "base/compiler.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *from;
    int days, seconds, months; // Added.
    const char *expected;
} Case;

static const Case cases[] = {
    {"1970-01-01", 0, 0, 0, "1970-01-01 00:00:00"},
    {"2024-02-28", 1, 0, 0, "2024-02-29 00:00:00"},
    {"2023-02-28", 1, 0, 0, "2023-03-01 00:00:00"},
    {"2000-03-01", -1, 0, 0, "2000-02-29 00:00:00"},
    {"1900-03-01", -1, 0, 0, "1900-02-28 00:00:00"},
    {"2024-01-01", 0, -1, 0, "2023-12-31 23:59:59"},
    {"2024-12-31 23:59:59", 0, 1, 0, "2025-01-01 00:00:00"},
    {"2024-01-31", 0, 0, 1, "2024-02-29 00:00:00"},
    {"2023-01-31", 0, 0, 1, "2023-02-28 00:00:00"},
    {"2024-03-31", 0, 0, -1, "2024-02-29 00:00:00"},
    {"2023-12-15T08:30", 0, 0, 12, "2024-12-15 08:30:00"},
    {"2024-12-31 23:59:59.250", 0, 1, 0, "2025-01-01 00:00:00.25"},
    {"2024-12-31 23:59:59.000001", 0, -1, 0, "2024-12-31 23:59:58.000001"},
};

static const struct {
    const char *from;
    MomentPart part;
    const char *expected;
} cuts[] = {
    {"2024-05-31 23:59:59.5", PART_YEAR, "2024-01-01 00:00:00"},
    {"2024-05-31 23:59:59.5", PART_QUARTER, "2024-04-01 00:00:00"},
    {"2024-05-31 23:59:59.5", PART_MONTH, "2024-05-01 00:00:00"},
    {"2024-03-03 01:00:00", PART_WEEKDAY, "2024-02-26 00:00:00"},
    {"2024-02-26 01:00:00", PART_WEEKDAY, "2024-02-26 00:00:00"},
    {"1969-12-31 23:59:59.5", PART_HOUR, "1969-12-31 23:00:00"},
    {"2024-05-31 23:59:59.5", PART_SECOND, "2024-05-31 23:59:59"},
};

static const char *const no_moments[] = {"",           "2024", "2024-13-01",
                                         "2024-00-10", "abc",  "2024-01-40"};

static bool passes(Arena *arena, const Case *it)
{
    Moment moment;
    if (!moment_read(it->from, &moment))
        return false;
    moment = moment_plus(moment_plus_months(moment, it->months), it->days, it->seconds);
    const char *got = moment_print(arena, moment);
    if (strcmp(got, it->expected) != 0)
        printf("%s: %s, not %s\n", it->from, got, it->expected);
    return strcmp(got, it->expected) == 0;
}

static bool cuts_right(Arena *arena, size_t i)
{
    Moment moment;
    if (!moment_read(cuts[i].from, &moment))
        return false;
    const char *got = moment_print(arena, moment_truncate(moment, cuts[i].part));
    if (strcmp(got, cuts[i].expected) != 0)
        printf("%s: %s, not %s\n", cuts[i].from, got, cuts[i].expected);
    return strcmp(got, cuts[i].expected) == 0;
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    size_t passed = 0, count = COUNT_OF(cases) + COUNT_OF(cuts) + COUNT_OF(no_moments);
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        passed += passes(&arena, &cases[i]);
    for (size_t i = 0; i < COUNT_OF(cuts); i++)
        passed += cuts_right(&arena, i);
    for (size_t i = 0; i < COUNT_OF(no_moments); i++) {
        Moment moment;
        passed += !moment_read(no_moments[i], &moment);
    }
    arena_clear(&arena);
    printf("%zu passed, %zu failed\n", passed, count - passed);
    return passed < count;
}
