// pool.c - values by domain.

#include "verify/pool.h"

#include "base/array.h"
#include "base/text.h"
#include "verify/moment.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Sums of this many of these stay whole numbers of eighths, exact in any order.
static const double eighths = 8;
static const double exact_limit = 1e12;

typedef struct {
    Arena *arena;
    const Hints *hints;
    Domain domain;
    Section section;
    ARRAY(Value) values[SECTION_COUNT];
} Maker;

// Values

static void add_value(Maker *maker, Value value)
{
    for (size_t s = 0; s < SECTION_COUNT; s++)
        for (size_t i = 0; i < maker->values[s].count; i++) {
            const Value *old = &maker->values[s].items[i];
            if (old->kind == value.kind && value_same(*old, value) && s <= maker->section)
                return;
        }
    array_push(maker->arena, &maker->values[maker->section], value);
}

static void add_bytes(Maker *maker, ValueKind kind, TypeKind type, const char *text)
{
    Value value = {.kind = kind, .type = type, .length = strlen(text)};
    value.bytes = arena_text(maker->arena, text, value.length);
    add_value(maker, value);
}

// True if SQLite would store this text as a number where the affinity is numeric.
static bool looks_numeric(const char *text)
{
    char *end;
    while (isspace((unsigned char)*text))
        text++;
    bool starts =
        isdigit((unsigned char)*text) || *text == '.' || *text == '-' || *text == '+';
    if (!starts)
        return false;
    (void)strtod(text, &end);
    while (isspace((unsigned char)*end))
        end++;
    return *end == '\0';
}

// In SQLite a text in a column of numeric affinity must be one that stays a text.
static void add_text(Maker *maker, const char *text)
{
    Affinity affinity = maker->domain.affinity;
    bool converts = affinity == AFFINITY_INTEGER || affinity == AFFINITY_NUMERIC ||
                    affinity == AFFINITY_REAL;
    if (maker->domain.dialect == DIALECT_SQLITE && converts && looks_numeric(text))
        return;
    add_bytes(maker, VALUE_TEXT, TYPE_TEXT, text);
}

static bool integer_fits(Domain domain, int64_t value)
{
    if (domain.is_unsigned && value < 0)
        return false;
    if (domain.width == 0 || domain.width >= 64)
        return true;
    unsigned bits = domain.width - (domain.is_unsigned ? 0u : 1u);
    int64_t limit = (int64_t)1 << bits;
    return value < limit && value >= -limit;
}

static void add_integer(Maker *maker, int64_t value)
{
    if (maker->domain.affinity == AFFINITY_TEXT) {
        add_bytes(maker, VALUE_TEXT, TYPE_TEXT,
                  arena_printf(maker->arena, "%lld", (long long)value));
    } else if (maker->domain.affinity == AFFINITY_REAL) {
        add_value(
            maker,
            (Value){.kind = VALUE_FLOAT, .type = TYPE_FLOAT, .number = (double)value});
    } else if (integer_fits(maker->domain, value)) {
        add_value(maker,
                  (Value){.kind = VALUE_INTEGER, .type = TYPE_INTEGER, .integer = value});
    }
}

// Where numbers are added up, only those whose sums are exact.
static void add_number(Maker *maker, double number)
{
    bool whole = number == floor(number) && fabs(number) < 9e15;
    bool sqlite = maker->domain.dialect == DIALECT_SQLITE;
    if (maker->hints->traits.sums && isfinite(number)) {
        if (fabs(number) > exact_limit)
            return;
        number = round(number * eighths) / eighths;
    }
    if (sqlite && isnan(number))
        return;
    if (sqlite && whole && maker->domain.affinity != AFFINITY_REAL)
        add_integer(maker, (int64_t)number);
    else
        add_value(maker,
                  (Value){.kind = VALUE_FLOAT, .type = TYPE_FLOAT, .number = number});
}

static void add_decimal(Maker *maker, double number)
{
    unsigned scale = maker->domain.scale;
    unsigned whole_digits = maker->domain.width > scale ? maker->domain.width - scale : 0;
    if (fabs(number) >= pow(10, maker->domain.width == 0 ? 15 : whole_digits))
        return;
    add_bytes(maker, VALUE_OTHER, TYPE_DECIMAL,
              arena_printf(maker->arena, "%.*f", (int)scale, number));
}

// Adds a number as the domain can hold it.
static void add_numeric(Maker *maker, double number)
{
    switch (maker->domain.kind) {
    case DOMAIN_INTEGER:
        if (number == floor(number) && fabs(number) < 9e15)
            add_integer(maker, (int64_t)number);
        else if (maker->domain.is_mixed)
            add_number(maker, number);
        break;
    case DOMAIN_FLOAT:
        add_number(maker, number);
        break;
    case DOMAIN_DECIMAL:
        add_decimal(maker, number);
        break;
    case DOMAIN_BOOLEAN:
    case DOMAIN_TEXT:
    case DOMAIN_BLOB:
    case DOMAIN_DATE:
    case DOMAIN_TIME:
    case DOMAIN_TIMESTAMP:
    case DOMAIN_OTHER:
        break;
    }
}

// Moments

static void add_moment(Maker *maker, Moment moment)
{
    DomainKind kind = maker->domain.kind;
    bool sqlite = maker->domain.dialect == DIALECT_SQLITE;
    ValueKind value = sqlite || kind == DOMAIN_TEXT ? VALUE_TEXT : VALUE_OTHER;
    bool with_time = kind == DOMAIN_TIMESTAMP || (kind != DOMAIN_DATE && moment.has_time);
    TypeKind type = value == VALUE_TEXT ? TYPE_TEXT : maker->domain.type;
    add_bytes(maker, value, type,
              with_time ? moment_print(maker->arena, moment)
                        : moment_print_day(maker->arena, moment));
}

static void add_moments_around(Maker *maker, Moment moment)
{
    add_moment(maker, moment);
    add_moment(maker, moment_plus(moment, -1, 0));
    add_moment(maker, moment_plus(moment, 1, 0));
    if (maker->domain.kind != DOMAIN_DATE) {
        Moment timed = moment;
        timed.has_time = true;
        add_moment(maker, timed);
        add_moment(maker, moment_plus(timed, 0, -1));
        add_moment(maker, moment_plus(timed, 0, 1));
        add_moment(maker, moment_plus(timed, 0, 12 * 3600));
    }
    add_moment(maker, moment_month_start(moment));
    add_moment(maker, moment_month_end(moment));
    add_moment(maker, moment_plus_months(moment, 1));
    add_moment(maker, moment_plus_months(moment, -1));
    add_moment(maker, moment_plus_months(moment, 12));
}

static void add_year(Maker *maker, long year)
{
    int number = (int)year;
    add_moment(maker, moment_of_day(number, 1, 1));
    add_moment(maker, moment_of_day(number, 12, 31));
    add_moment(maker, moment_of_day(number, 6, 15));
    add_moment(maker, moment_plus(moment_of_day(number, 1, 1), -1, 0));
    add_moment(maker, moment_of_day(number + 1, 1, 1));
}

// Texts

// Adds texts that match a LIKE pattern, and some that miss it narrowly.
static void add_matches(Maker *maker, const char *pattern)
{
    static const char *const fillers[][2] = {{"", "q"}, {"x", "q"}, {"ab c", "_"}};
    for (size_t i = 0; i < COUNT_OF(fillers); i++) {
        Text text = text_new(maker->arena);
        for (const char *at = pattern; *at != '\0'; at++) {
            if (*at == '%' || *at == '*')
                text_add(&text, fillers[i][0]);
            else if (*at == '_' || *at == '?')
                text_add(&text, fillers[i][1]);
            else
                text_add_char(&text, *at);
        }
        add_text(maker, text.bytes);
    }
}

static char *text_recased(Arena *arena, const char *text, int recase(int))
{
    char *copy = arena_string(arena, text);
    for (char *at = copy; *at != '\0'; at++)
        *at = (char)recase((unsigned char)*at);
    return copy;
}

static void add_texts_around(Maker *maker, const char *text)
{
    Arena *arena = maker->arena;
    size_t length = strlen(text);
    add_text(maker, text);
    add_matches(maker, text);
    add_text(maker, text_recased(arena, text, toupper));
    add_text(maker, text_recased(arena, text, tolower));
    add_text(maker, arena_printf(arena, "%s ", text));
    add_text(maker, arena_printf(arena, " %s", text));
    add_text(maker, arena_printf(arena, "%sx", text));
    add_text(maker, arena_printf(arena, "x%s", text));
    if (length > 0) {
        char *last = arena_string(arena, text);
        last[length - 1]++; // The next text of this length.
        add_text(maker, (last[length - 1] & 0x80) == 0 ? last : text);
        add_text(maker, arena_text(arena, text, length - 1));
        add_text(maker, text + 1 - ((text[0] & 0x80) != 0));
    }
}

// Documents with the keys that the queries' strings name ("$.a", "a").
static void add_documents(Maker *maker)
{
    static const char *const shapes[] = {
        "{\"%s\": 1}",     "{\"%s\": \"1\"}",  "{\"%s\": null}",
        "{\"%s\": \"a\"}", "{\"%s\": [1, 2]}", "{\"%s\": 2}",
        "{\"%s\": true}",  "{\"%s\": 1.5}",    "{\"%s\": {\"%s\": 1}}"};
    static const char *const plain[] = {"{}", "[]", "[1, 2]", "[2, 1]", "{ }", "[1,2]"};
    const Literals *seen = &maker->hints->seen;
    for (size_t i = 0; i < seen->count; i++) {
        const char *key = seen->items[i].text;
        key += strncmp(key, "$.", 2) == 0 ? 2 : 0;
        size_t length = strspn(key, "abcdefghijklmnopqrstuvwxyz_"
                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        if (!seen->items[i].is_string || length == 0)
            continue;
        key = arena_text(maker->arena, key, length);
        for (size_t j = 0; j < COUNT_OF(shapes); j++) {
            Text text = text_new(maker->arena);
            for (const char *at = shapes[j]; *at != '\0'; at++)
                if (strncmp(at, "%s", 2) == 0) {
                    text_add(&text, key);
                    at++;
                } else {
                    text_add_char(&text, *at);
                }
            add_text(maker, text.bytes);
        }
    }
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        add_text(maker, plain[i]);
}

// Literals

static void add_number_literal(Maker *maker, const Literal *literal, bool around)
{
    char *end;
    double number = strtod(literal->text, &end);
    if (*end != '\0')
        return;
    long long exact = strtoll(literal->text, &end, 10);
    if (*end == '\0' && maker->domain.kind == DOMAIN_INTEGER) {
        for (int step = around ? -1 : 0; step <= (around ? 1 : 0); step++)
            add_integer(maker, (int64_t)((uint64_t)exact + (uint64_t)(int64_t)step));
        if (around)
            add_integer(maker, -exact);
        if (around && maker->domain.is_mixed)
            for (int half = -1; half <= 1; half += 2)
                add_number(maker, number + half * 0.5);
        if (around && maker->hints->traits.sums && exact > 1) { // Parts of a sum.
            add_integer(maker, exact / 2);
            add_numeric(maker, number * 2);
        }
    } else {
        add_numeric(maker, number);
        if (around) {
            add_numeric(maker, floor(number));
            add_numeric(maker, ceil(number));
            add_numeric(maker, number - 1);
            add_numeric(maker, number + 1);
            add_numeric(maker, number + 0.5);
            add_numeric(maker, -number);
            double step = maker->domain.kind == DOMAIN_DECIMAL
                              ? pow(10, -maker->domain.scale)
                              : 1e-7;
            if (maker->domain.kind != DOMAIN_INTEGER) {
                add_numeric(maker, number - step);
                add_numeric(maker, number + step);
            }
        }
    }
    if (maker->domain.kind == DOMAIN_TEXT)
        add_text(maker, literal->text);
}

static bool holds_texts(Domain domain)
{
    return domain.kind == DOMAIN_TEXT || domain.is_mixed;
}

static bool holds_moments(Domain domain)
{
    return domain.kind == DOMAIN_DATE || domain.kind == DOMAIN_TIMESTAMP;
}

static void add_literal_around(Maker *maker, const Literal *literal)
{
    Moment moment;
    bool is_moment = literal->is_string && moment_read(literal->text, &moment);
    char *end;
    long year = strtol(literal->text, &end, 10);
    if (is_moment && (holds_moments(maker->domain) || holds_texts(maker->domain)))
        add_moments_around(maker, moment);
    else if (year > 1800 && year < 2200 && holds_moments(maker->domain))
        add_year(maker, year);
    if (literal->is_string && holds_texts(maker->domain))
        add_texts_around(maker, literal->text);
    add_number_literal(maker, literal, true);
}

// The values that make a comparison with the literal true.
static void add_wanted(Maker *maker, const Literal *literal)
{
    if (literal->use == USE_SEEN)
        return;
    int step = literal->use == USE_BELOW ? -1 : literal->use == USE_ABOVE ? 1 : 0;
    Moment moment;
    if (literal->is_string && moment_read(literal->text, &moment) &&
        (holds_moments(maker->domain) || holds_texts(maker->domain))) {
        add_moment(maker, moment_plus(moment, step, 0));
    } else if (literal->is_string && holds_texts(maker->domain)) {
        if (literal->use == USE_PATTERN)
            add_matches(maker, literal->text);
        else
            add_text(maker, step > 0 ? arena_printf(maker->arena, "%sx", literal->text)
                                     : literal->text);
    } else {
        double number = strtod(literal->text, NULL) + step;
        Literal shifted = {.text = step == 0
                                       ? literal->text
                                       : arena_printf(maker->arena, "%.15g", number)};
        add_number_literal(maker, &shifted, false);
    }
}

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
        "a",  "ab", "ba", "b", "",   " ",   "A",    "B",   "abc", "a ",
        "bc", "c",  " a", "1", "10", "9",   "2",    "Abc", "_",   "2024-01-31",
        "%",  "x",  "é",  "É", "01", "1.0", "it's", "-1",  "a_c", "aXc"};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        add_text(maker, texts[i]);
}

static void add_common_moments(Maker *maker)
{
    static const int days[][3] = {{2024, 1, 31},  {2024, 2, 29}, {2024, 1, 1},
                                  {2023, 12, 31}, {2023, 2, 28}, {2024, 3, 31},
                                  {2024, 2, 1},   {2000, 1, 1},  {1999, 12, 31},
                                  {2024, 1, 15},  {2024, 3, 1}};
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        Moment day = moment_of_day(days[i][0], days[i][1], days[i][2]);
        add_moment(maker, day);
        Moment timed = moment_plus(day, 0, i % 2 == 0 ? 12 * 3600 + 1800 : 86399);
        timed.has_time = true;
        if (maker->domain.kind == DOMAIN_TIMESTAMP)
            add_moment(maker, timed);
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
    static const char *const blobs[] = {"a", "b", "ab", "", "A"};
    for (size_t i = 0; i < COUNT_OF(blobs); i++)
        add_bytes(maker, VALUE_BLOB, TYPE_BLOB, blobs[i]);
}

static void add_boolean(Maker *maker, bool truth)
{
    bool sqlite = maker->domain.dialect == DIALECT_SQLITE;
    add_value(maker, (Value){.kind = sqlite ? VALUE_INTEGER : VALUE_BOOLEAN,
                             .type = sqlite ? TYPE_INTEGER : TYPE_BOOLEAN,
                             .integer = truth});
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

static void add_common_others(Maker *maker)
{
    static const struct {
        const char *word; // In the type's name.
        const char *values[3];
    } others[] = {
        {"UUID",
         {"00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002",
          "ffffffff-ffff-ffff-ffff-ffffffffffff"}},
        {"[]", {"[]", "[1]", "[1, 2]"}}};
    const char *name = maker->domain.name == NULL ? "" : maker->domain.name;
    if (strncasecmp(name, "enum", 4) == 0)
        add_named_values(maker, name);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        for (size_t j = 0; j < 3 && strcasestr(name, others[i].word) != NULL; j++)
            add_bytes(maker, VALUE_OTHER, maker->domain.type, others[i].values[j]);
    if (maker->hints->traits.reads_json || strcasestr(name, "json") != NULL)
        add_documents(maker);
}

static void add_common(Maker *maker)
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

static void add_wild_numbers(Maker *maker)
{
    static const double floats[] = {1e16, -1e16, 0.1, 0.3, 1e308};
    if (maker->domain.kind == DOMAIN_INTEGER) {
        add_integer(maker, 1000000);
        add_integer(maker, 127);
        if (!maker->hints->traits.computes && !maker->hints->traits.sums) {
            add_integer(maker, 9007199254740993);
            add_integer(maker, 9007199254740992);
            add_integer(maker, INT32_MAX);
            add_integer(maker, INT32_MIN);
            add_integer(maker, INT64_MAX);
            add_integer(maker, INT64_MIN + 1);
        } else if (maker->hints->traits.sums) {
            add_integer(maker, 16777217);
        }
    } else if (maker->domain.kind == DOMAIN_FLOAT) {
        for (size_t i = 0; i < COUNT_OF(floats); i++)
            add_numeric(maker, floats[i]);
        if (!maker->hints->traits.sums_in_windows &&
            !(maker->hints->traits.sums && maker->domain.dialect == DIALECT_SQLITE)) {
            add_number(maker, (double)INFINITY);
            add_number(maker, (double)-INFINITY);
            add_number(maker, (double)NAN);
            add_number(maker, -0.0);
        }
    }
}

// SQLite: what a column takes that it does not declare.
static void add_mixed(Maker *maker)
{
    static const char *const texts[] = {"abc", "", "a", "A", " "};
    static const char *const moments[] = {"2024-01-31", "2024-1-5", "2024-02-29 10:00:00",
                                          "2024-01-31 00:00:00"};
    static const double numbers[] = {1.5, -0.5, 2.5, 0.5};
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

static void add_wild(Maker *maker)
{
    add_wild_numbers(maker);
    if (maker->domain.is_mixed) {
        add_mixed(maker);
        if (maker->hints->traits.reads_json)
            add_documents(maker);
    }
}

// Assembly

static void add_near(Maker *maker, Literals near)
{
    maker->section = SECTION_WANTED;
    for (size_t i = 0; i < near.count; i++)
        add_wanted(maker, &near.items[i]);
    maker->section = SECTION_NEAR;
    for (size_t i = 0; i < near.count; i++)
        add_literal_around(maker, &near.items[i]);
    if (maker->hints->traits.reads_json && holds_texts(maker->domain))
        add_documents(maker);
}

Pool pool_new(Arena *arena, const Hints *hints, Domain domain, Literals near)
{
    Maker maker = {.arena = arena, .hints = hints, .domain = domain};
    add_near(&maker, near);
    maker.section = SECTION_COMMON;
    add_common(&maker);
    for (size_t i = 0; i < hints->seen.count; i++)
        add_literal_around(&maker, &hints->seen.items[i]);
    maker.section = SECTION_WILD;
    add_wild(&maker);

    ARRAY(Value) all = {0};
    Pool pool = {0};
    for (size_t s = 0; s < SECTION_COUNT; s++) {
        for (size_t i = 0; i < maker.values[s].count; i++)
            array_push(arena, &all, maker.values[s].items[i]);
        pool.end[s] = all.count;
    }
    pool.values = all.items;
    return pool;
}

bool pool_borrow(Arena *arena, const Hints *hints, Domain domain, Value value,
                 bool nudged, Value *borrowed)
{
    Maker maker = {.arena = arena, .hints = hints, .domain = domain};
    Moment moment;
    bool has_text = value.kind == VALUE_TEXT || value.kind == VALUE_OTHER;
    if (has_text && value.type != TYPE_DECIMAL) {
        if (holds_texts(domain))
            add_text(&maker, value.bytes);
        else if (holds_moments(domain) && moment_read(value.bytes, &moment))
            add_moment(&maker, moment_plus(moment, nudged, 0));
    } else {
        double number = value.kind == VALUE_FLOAT     ? value.number
                        : value.kind == VALUE_INTEGER ? (double)value.integer
                        : has_text                    ? strtod(value.bytes, NULL)
                                                      : (double)NAN;
        if (isfinite(number))
            add_numeric(&maker, number + (nudged ? pow(10, -domain.scale) : 0));
    }
    bool found = maker.values[0].count > 0;
    if (found)
        *borrowed = maker.values[0].items[0];
    return found;
}

bool pool_value(Arena *arena, const Hints *hints, Domain domain, Scalar scalar,
                Value *value)
{
    Maker maker = {.arena = arena, .hints = hints, .domain = domain};
    switch (scalar.kind) {
    case SCALAR_NULL:
        *value = (Value){.kind = VALUE_NULL, .type = TYPE_NULL};
        return true;
    case SCALAR_NUMBER:
        if (domain.kind == DOMAIN_BOOLEAN)
            add_boolean(&maker, scalar.number != 0);
        else if (domain.kind == DOMAIN_TEXT)
            add_text(&maker, arena_printf(arena, "%.15g", scalar.number));
        else
            add_numeric(&maker, scalar.number);
        break;
    case SCALAR_MOMENT:
        add_moment(&maker, scalar_to_moment(scalar));
        break;
    case SCALAR_TEXT:
        if (domain.kind == DOMAIN_OTHER)
            add_bytes(&maker, VALUE_OTHER, domain.type, scalar.text);
        else if (holds_texts(domain))
            add_text(&maker, scalar.text);
        break;
    }
    bool found = maker.values[0].count > 0;
    if (found)
        *value = maker.values[0].items[0];
    return found;
}
