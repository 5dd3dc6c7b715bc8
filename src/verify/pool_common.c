// pool_common.c - values that all pools of a kind share, and those that nobody expects.

#include "verify/maker.h"

#include "base/text.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { OTHER_VALUES = 8 };

// Common values

static void add_common_numbers(Maker *maker)
{
    static const double whole[] = {0, 1, 2, 3, -1, 5, 10, 20, 4, -2, 100};
    static const double parts[] = {0.5,  1.5,   2.5,  -0.5, -1.5,   0.25, 0.125, 1.25,
                                   0.75, 33.33, 0.01, 0.99, 1.0001, 0.1,  0.0049};
    for (size_t i = 0; i < COUNT_OF(whole); i++)
        add_numeric(maker, whole[i]);
    if (maker->domain.kind != DOMAIN_INTEGER)
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            add_numeric(maker, parts[i]);
}

static void add_common_texts(Maker *maker)
{
    static const char *const texts[] = {
        "a", "ab", "ba", "b",   "",     " ",  "A",   "B",   "abc",        "a ", "bc",
        "c", " a", "1",  "10",  "9",    "2",  "Abc", "_",   "2024-01-31", "%",  "x",
        "é", "É",  "01", "1.0", "it's", "-1", "a_c", "aXc", "abca"};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        add_text(maker, texts[i]);
}

static void add_common_moments(Maker *maker)
{
    static const int days[][3] = {
        {2024, 1, 31}, {2024, 2, 29}, {2024, 1, 1}, {2023, 12, 31}, {2023, 2, 28},
        {2024, 3, 31}, {2024, 2, 1},  {2000, 1, 1}, {1999, 12, 31}, {2024, 1, 15},
        {2024, 3, 1},  {2000, 2, 29}, {2021, 1, 3}, {2024, 12, 30}};
    // Half past, the last second, and a quarter to.
    static const int seconds[] = {12 * 3600 + 1800, 86399, 6 * 3600 + 2700};
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        Moment day = moment_of_day(days[i][0], days[i][1], days[i][2]);
        add_moment(maker, day);
        Moment timed = moment_plus(day, 0, seconds[i % COUNT_OF(seconds)]);
        timed.has_time = true;
        if (maker->domain.kind == DOMAIN_TIMESTAMP)
            add_moment(maker, timed);
        if (i == 1)
            add_moment_and_half(maker, timed);
    }
}

static void add_common_times(Maker *maker)
{
    static const char *const times[] = {"00:00:00", "12:00:00", "23:59:59", "08:30:00"};
    bool sqlite = maker->domain.dialect == DIALECT_SQLITE;
    for (size_t i = 0; i < COUNT_OF(times); i++)
        add_bytes(maker, sqlite ? VALUE_TEXT : VALUE_OTHER, TYPE_TIME, times[i]);
}

static void add_common_bytes(Maker *maker)
{
    static const char *const blobs[] = {"a", "b", "ab", "", "A", "\x01", "éb"};
    static const char with_nul[] = "a\0b";
    for (size_t i = 0; i < COUNT_OF(blobs); i++)
        add_bytes(maker, VALUE_BLOB, TYPE_BLOB, blobs[i]);
    add_value(maker, (Value){.kind = VALUE_BLOB,
                             .type = TYPE_BLOB,
                             .bytes = with_nul,
                             .length = sizeof(with_nul) - 1});
}

static void add_booleans(Maker *maker)
{
    add_boolean(maker, false);
    add_boolean(maker, true);
}

// The values of an ENUM stand in its name.
static void add_named_values(Maker *maker, const char *name)
{
    for (const char *at = strchr(name, '\''); at != NULL; at = strchr(at, '\'')) {
        const char *end = strchr(at + 1, '\'');
        if (end == NULL)
            return;
        add_bytes(maker, VALUE_OTHER, maker->domain.type,
                  arena_text(maker->arena, at + 1, (size_t)(end - at - 1)));
        at = end + 1;
    }
}

// Spans of time as long as the queries say, or a second more or less.
static void add_spans(Maker *maker)
{
    for (size_t i = 0; i < maker->hints->span_count; i++)
        for (int step = -1; step <= 1; step++)
            add_bytes(maker, VALUE_OTHER, maker->domain.type,
                      arena_printf(maker->arena, "%.0f seconds",
                                   maker->hints->spans[i] + step));
}

static void add_common_others(Maker *maker)
{
    static const struct {
        const char *word; // In the type's name.
        const char *values[OTHER_VALUES];
    } others[] = {
        {"UUID",
         {"00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002",
          "ffffffff-ffff-ffff-ffff-ffffffffffff"}},
        {"BIT", {"0", "1", "010", "1010", "111"}},
        {"TIMETZ", {"12:00:00+00", "12:00:00+02", "10:00:00+00", "23:30:00-05"}},
        {"TIME WITH", {"12:00:00+00", "12:00:00+02", "10:00:00+00", "23:30:00-05"}},
        {"INTERVAL", // Equal ones are not the same: 1 month, 30 days, 720 hours.
         {"1 day", "1 month", "30 days", "24 hours", "720 hours", "1 year", "00:00:00",
          "36 hours"}}};
    const char *name = maker->domain.name == NULL ? "" : maker->domain.name;
    if (strncasecmp(name, "enum", 4) == 0)
        add_named_values(maker, name);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        for (size_t j = 0; j < OTHER_VALUES && others[i].values[j] != NULL &&
                           strncasecmp(name, others[i].word, strlen(others[i].word)) == 0;
             j++)
            add_bytes(maker, VALUE_OTHER, maker->domain.type, others[i].values[j]);
    if (maker->domain.type == TYPE_INTERVAL)
        add_spans(maker);
    add_nested(maker, name);
    if (strcasestr(name, "json") != NULL)
        add_documents(maker);
}

void add_common(Maker *maker)
{
    switch (maker->domain.kind) {
    case DOMAIN_INTEGER:
    case DOMAIN_FLOAT:
    case DOMAIN_DECIMAL:
        add_common_numbers(maker);
        break;
    case DOMAIN_TEXT:
        add_common_texts(maker);
        break;
    case DOMAIN_BLOB:
        add_common_bytes(maker);
        break;
    case DOMAIN_BOOLEAN:
        add_booleans(maker);
        break;
    case DOMAIN_DATE:
    case DOMAIN_TIMESTAMP:
        add_common_moments(maker);
        break;
    case DOMAIN_TIME:
        add_common_times(maker);
        break;
    case DOMAIN_OTHER:
        add_common_others(maker);
        break;
    }
}

// Wild values

// All nines: nothing that is wider fits into the type, and no sum of two.
static void add_widest_decimal(Maker *maker)
{
    unsigned digits = maker->domain.width, scale = maker->domain.scale;
    Text text = text_new(maker->arena);
    for (unsigned i = 0; i < digits; i++)
        text_add(&text, i + scale == digits && i > 0 ? ".9" : "9");
    if (!maker->domain.is_mixed && digits > scale)
        add_bytes(maker, VALUE_OTHER, TYPE_DECIMAL, text.bytes);
}

static void add_wild_numbers(Maker *maker)
{
    static const double floats[] = {1e16, -1e16, 0.1, 0.3};
    static const double unbounded[] = {1e308, (double)INFINITY, -(double)INFINITY,
                                       (double)NAN};
    if (maker->domain.kind == DOMAIN_INTEGER) {
        add_integer(maker, 1000000);
        add_integer(maker, 127);
        if (!maker->hints->traits.sums) { // Not the same as floats, nor near an end.
            add_integer(maker, 9007199254740993);
            add_integer(maker, 9007199254740992);
        }
        if (!maker->hints->traits.computes && !maker->hints->traits.sums) {
            add_integer(maker, INT32_MAX);
            add_integer(maker, INT32_MIN);
            add_integer(maker, INT64_MAX);
            add_integer(maker, INT64_MIN + 1);
        } else if (maker->hints->traits.sums) {
            add_integer(maker, 16777217);
        }
    } else if (maker->domain.kind == DOMAIN_DECIMAL) {
        if (!maker->hints->traits.computes && !maker->hints->traits.sums)
            add_widest_decimal(maker);
    } else if (maker->domain.kind == DOMAIN_FLOAT) {
        for (size_t i = 0; i < COUNT_OF(floats); i++)
            add_numeric(maker, floats[i]);
        // A window takes what leaves its frame off the sum: infinity does not come off.
        bool is_bounded = maker->domain.is_finite || maker->hints->traits.sums_in_windows;
        for (size_t i = 0; i < COUNT_OF(unbounded) && !is_bounded; i++)
            add_number(maker, unbounded[i]);
        if (!maker->hints->traits.sums_in_windows)
            add_number(maker, -0.0);
    }
}

// SQLite: what a column takes that it does not declare.
static void add_mixed(Maker *maker)
{
    static const char *const texts[] = {"abc", "", "a", "A", " ", "12abc", "1e"};
    static const char *const moments[] = {"2024-01-31", "2024-1-5", "2024-02-29 10:00:00",
                                          "2024-01-31 00:00:00"};
    static const double numbers[] = {1.5, -0.5, 2.5, 0.5, 1.625, 0.25};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        add_text(maker, texts[i]);
    if (holds_moments(maker->domain)) {
        for (size_t i = 0; i < COUNT_OF(moments); i++)
            add_text(maker, moments[i]);
        add_integer(maker, 2024);
        add_integer(maker, 0);
    }
    if (maker->domain.affinity != AFFINITY_TEXT) {
        for (size_t i = 0; i < COUNT_OF(numbers); i++)
            add_number(maker, numbers[i]);
        add_integer(maker, 2);
    } else {
        add_text(maker, "a text of more than twenty letters");
    }
    add_bytes(maker, VALUE_BLOB, TYPE_BLOB, "a");
}

// DuckDB has days before and after all others, whose year is NULL.
static void add_wild_moments(Maker *maker)
{
    bool is_day = maker->domain.type == TYPE_DATE || maker->domain.type == TYPE_TIMESTAMP;
    if (maker->domain.dialect != DIALECT_DUCKDB || !is_day)
        return;
    add_bytes(maker, VALUE_OTHER, maker->domain.type, "infinity");
    add_bytes(maker, VALUE_OTHER, maker->domain.type, "-infinity");
}

// Letters of which only one case is another letter's: ſ and s are both S above.
static void add_wild_letters(Maker *maker)
{
    static const char *const letters[] = {"s", "ſ", "S", "ß", "ẞ", "i", "ı"};
    bool folds = maker->hints->traits.folds_text && maker->domain.kind == DOMAIN_TEXT;
    for (size_t i = 0; folds && i < COUNT_OF(letters); i++)
        if (maker->domain.dialect != DIALECT_SQLITE)
            add_text(maker, letters[i]);
}

void add_wild(Maker *maker)
{
    add_wild_letters(maker);
    add_wild_numbers(maker);
    add_wild_moments(maker);
    if (maker->domain.is_mixed) {
        add_mixed(maker);
        if (maker->hints->traits.reads_json)
            add_documents(maker);
    }
}
