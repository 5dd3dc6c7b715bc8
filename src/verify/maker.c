// maker.c - values by domain.

#include "verify/maker.h"

#include "base/text.h"
#include "verify/moment.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HALF_MICROS = 500000 };

// Sums of this many of these stay whole numbers of eighths, exact in any order.
static const double eighths = 8;
static const double exact_limit = 1e12;

bool holds_texts(Domain domain)
{
    return domain.kind == DOMAIN_TEXT || domain.is_mixed;
}

bool holds_moments(Domain domain)
{
    return domain.kind == DOMAIN_DATE || domain.kind == DOMAIN_TIMESTAMP;
}

// Values

static uint64_t value_hash(Value value)
{
    uint64_t hash = hash_number((uint64_t)value.kind + 1), bits;
    memcpy(&bits, &value.number, sizeof(bits));
    hash = hash_number(hash ^ (uint64_t)value.integer);
    hash = hash_number(hash ^ bits);
    for (size_t i = 0; i < value.length; i++)
        hash = (hash ^ (unsigned char)value.bytes[i]) * 0x100000001b3u; // FNV-1a
    return hash;
}

void add_value(Maker *maker, Value value)
{
    if (maker->seen != NULL) {
        void **entry = map_number(maker->seen, value_hash(value));
        if (*entry != NULL)
            return;
        *entry = maker;
    }
    array_push(maker->arena, &maker->values[maker->section], value);
}

void add_bytes(Maker *maker, ValueKind kind, TypeKind type, const char *text)
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

void add_text(Maker *maker, const char *text)
{
    bool converts = affinity_is_numeric(maker->domain.affinity);
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

void add_integer(Maker *maker, int64_t value)
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

void add_number(Maker *maker, double number)
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

void add_numeric(Maker *maker, double number)
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
    case DOMAIN_BLOB:
    case DOMAIN_DATE:
    case DOMAIN_TIME:
    case DOMAIN_TIMESTAMP:
        if (maker->domain.is_mixed)
            add_number(maker, number);
        break;
    case DOMAIN_TEXT:
    case DOMAIN_OTHER:
        break;
    }
}

void add_boolean(Maker *maker, bool truth)
{
    bool sqlite = maker->domain.dialect == DIALECT_SQLITE;
    add_value(maker, (Value){.kind = sqlite ? VALUE_INTEGER : VALUE_BOOLEAN,
                             .type = sqlite ? TYPE_INTEGER : TYPE_BOOLEAN,
                             .integer = truth});
}

// Moments

void add_moment(Maker *maker, Moment moment)
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

void add_moment_and_half(Maker *maker, Moment moment)
{
    if (maker->domain.kind != DOMAIN_TIMESTAMP)
        return;
    bool sqlite = maker->domain.dialect == DIALECT_SQLITE;
    moment.micro = HALF_MICROS;
    add_bytes(maker, sqlite ? VALUE_TEXT : VALUE_OTHER,
              sqlite ? TYPE_TEXT : maker->domain.type,
              moment_print(maker->arena, moment));
}

// Texts

// Adds a text that matches: `many` times `filler` for each % of LIKE and * of GLOB, and
// `dot` where a regular expression has any letter but a new line.
static void add_match(Maker *maker, const char *pattern, const char *filler, size_t many,
                      const char *one, const char *dot)
{
    Text text = text_new(maker->arena);
    for (const char *at = pattern; *at != '\0'; at++) {
        bool is_many = *at == '%' || *at == '*';
        for (size_t i = 0; is_many && i < many; i++)
            text_add(&text, filler);
        if (*at == '_' || *at == '?')
            text_add(&text, one);
        else if (*at == '.')
            text_add(&text, dot);
        else if (!is_many)
            text_add_char(&text, *at);
    }
    add_text(maker, text.bytes);
}

// Adds texts of about as many letters as a number in the queries says.
static void add_long_matches(Maker *maker, const char *pattern)
{
    size_t fixed = 0, wild = 0;
    for (const char *at = pattern; *at != '\0'; at++) {
        wild += *at == '%' || *at == '*';
        fixed += *at != '%' && *at != '*';
    }
    for (size_t i = 0; wild > 0 && i < maker->hints->size_count; i++)
        for (size_t size = maker->hints->sizes[i] - 1; size <= maker->hints->sizes[i] + 1;
             size++)
            if (size > fixed + wild && (size - fixed) % wild == 0)
                add_match(maker, pattern, "z", (size - fixed) / wild, "q", ".");
}

void add_matches(Maker *maker, const char *pattern)
{
    add_match(maker, pattern, "", 1, "q", ".");
    add_match(maker, pattern, "x", 1, "q", ".");
    add_match(maker, pattern, "ab c", 1, "_", ".");
    add_match(maker, pattern, "\n", 1, "\n", "\n");
    add_long_matches(maker, pattern);
}
