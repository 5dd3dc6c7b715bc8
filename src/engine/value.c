// value.c - values as SQL, as people read them, and in order.

#include "engine/engine.h"

#include "base/text.h"
#include "base/utf8.h"
#include "engine/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Value value_of_text(const char *text)
{
    return (Value){.kind = VALUE_TEXT,
                   .type = TYPE_TEXT,
                   .bytes = text,
                   .length = strlen(text)};
}

// Printing

// The shortest text that is read back as the same number.
static void add_double(Text *text, double number)
{
    char shown[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(shown, sizeof(shown), "%.*g", digits, number);
        if (strtod(shown, NULL) == number)
            break;
    }
    text_add(text, shown);
    if (strpbrk(shown, ".eni") == NULL) // Neither fraction, exponent, nan nor inf.
        text_add(text, ".0");
}

static void add_hex(Text *text, const char *bytes, size_t length, const char *before)
{
    for (size_t i = 0; i < length; i++)
        text_addf(text, "%s%02X", before, (unsigned)(unsigned char)bytes[i]);
}

// True for text that a script can hold as it is: UTF-8 without control characters other
// than tab and line feed.
static bool is_printable(const char *bytes, size_t length)
{
    size_t i = 0;
    while (i < length) {
        unsigned char first = (unsigned char)bytes[i];
        size_t taken = utf8_length(bytes + i, length - i);
        if (taken == 0 || (first < 0x20 && first != '\n' && first != '\t') ||
            first == 0x7f)
            return false;
        i += taken;
    }
    return true;
}

static void add_blob(Text *text, Dialect dialect, const char *bytes, size_t length)
{
    if (dialect == DIALECT_SQLITE) {
        text_add(text, "X'");
        add_hex(text, bytes, length, "");
        text_add_char(text, '\'');
        return;
    }
    text_add_char(text, '\'');
    add_hex(text, bytes, length, "\\x");
    text_add(text, "'::BLOB");
}

static void add_text(Text *text, Dialect dialect, const char *bytes, size_t length)
{
    if (is_printable(bytes, length)) {
        text_add_quoted_bytes(text, bytes, length, '\'');
        return;
    }
    text_add(text, dialect == DIALECT_SQLITE ? "CAST(" : "decode(");
    add_blob(text, dialect, bytes, length);
    text_add(text, dialect == DIALECT_SQLITE ? " AS TEXT)" : ")");
}

static void add_float(Text *text, Dialect dialect, double number)
{
    if (dialect == DIALECT_SQLITE) {
        if (isnan(number))
            text_add(text, "NULL"); // SQLite has none.
        else if (isinf(number))
            text_add(text, number < 0 ? "-9e999" : "9e999");
        else
            add_double(text, number);
        return;
    }
    text_add_char(text, '\'');
    add_double(text, number);
    text_add(text, "'::DOUBLE");
}

static void add_integer(Text *text, Dialect dialect, int64_t integer)
{
    // Its absolute value is no BIGINT.
    if (integer == INT64_MIN && dialect != DIALECT_SQLITE)
        text_add(text, "'-9223372036854775808'::BIGINT");
    else
        text_addf(text, "%" PRId64, integer);
}

// Behind the point of a second: more than six digits are nanoseconds.
static bool has_nanoseconds(const Value *value)
{
    enum { MICROSECOND_DIGITS = 6 };
    const char *point = memchr(value->bytes, '.', value->length);
    return point != NULL && strspn(point + 1, "0123456789") > MICROSECOND_DIGITS;
}

static void add_other(Text *text, const Value *value)
{
    static const char *const casts[] = {
        [TYPE_DATE] = "DATE",           [TYPE_TIME] = "TIME",
        [TYPE_TIMESTAMP] = "TIMESTAMP", [TYPE_TIMESTAMP_ZONED] = "TIMESTAMPTZ",
        [TYPE_INTERVAL] = "INTERVAL",
    };
    if (value->type == TYPE_DECIMAL) {
        text_add_bytes(text, value->bytes, value->length);
        return;
    }
    text_add_quoted_bytes(text, value->bytes, value->length, '\'');
    if (value->type == TYPE_INTEGER)
        text_add(text, "::HUGEINT");
    else if (value->type < COUNT_OF(casts) && casts[value->type] != NULL)
        text_addf(text, "::%s%s", casts[value->type],
                  has_nanoseconds(value) ? "_NS" : "");
}

const char *value_print(Arena *arena, Dialect dialect, Value value)
{
    Text text = text_new(arena);
    switch (value.kind) {
    case VALUE_NULL:
        text_add(&text, "NULL");
        break;
    case VALUE_BOOLEAN:
        if (dialect == DIALECT_SQLITE)
            text_add(&text, value.integer ? "1" : "0");
        else
            text_add(&text, value.integer ? "TRUE" : "FALSE");
        break;
    case VALUE_INTEGER:
        add_integer(&text, dialect, value.integer);
        break;
    case VALUE_FLOAT:
        add_float(&text, dialect, value.number);
        break;
    case VALUE_TEXT:
        add_text(&text, dialect, value.bytes, value.length);
        break;
    case VALUE_BLOB:
        add_blob(&text, dialect, value.bytes, value.length);
        break;
    case VALUE_OTHER:
        add_other(&text, &value);
        break;
    }
    return text.bytes;
}

const char *value_show(Arena *arena, Value value, size_t width)
{
    Text text = text_new(arena);
    switch (value.kind) {
    case VALUE_NULL:
        text_add(&text, "NULL");
        break;
    case VALUE_BOOLEAN:
        text_add(&text, value.integer ? "true" : "false");
        break;
    case VALUE_INTEGER:
        text_addf(&text, "%" PRId64, value.integer);
        break;
    case VALUE_FLOAT:
        add_double(&text, value.number);
        break;
    case VALUE_TEXT:
        text_add_quoted_bytes(&text, value.bytes, value.length, '\'');
        break;
    case VALUE_BLOB:
        add_blob(&text, DIALECT_SQLITE, value.bytes, value.length);
        break;
    case VALUE_OTHER:
        text_add_bytes(&text, value.bytes, value.length);
        break;
    }
    if (text.length > width && width > 0) {
        text_shorten(&text, width);
    }
    return text.bytes;
}

// Comparing

static int value_class(const Value *value)
{
    if (value->kind == VALUE_NULL)
        return 0;
    if (value_is_number(value))
        return 1;
    return value->kind == VALUE_TEXT ? 2 : value->kind == VALUE_BLOB ? 3 : 4;
}

int value_compare(Value a, Value b)
{
    int a_class = value_class(&a), b_class = value_class(&b);
    if (a_class != b_class)
        return a_class < b_class ? -1 : 1;
    if (a_class == 0)
        return 0;
    if (a_class == 1) {
        Number left = number_of(&a), right = number_of(&b);
        return number_compare(&left, &right);
    }
    if (a_class == 4 && a.type != b.type)
        return a.type < b.type ? -1 : 1;
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common == 0 ? 0 : memcmp(a.bytes, b.bytes, common);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

// The first bytes, as a number.
static uint64_t leading_bytes(const char *bytes, size_t length)
{
    unsigned char first[8] = {0};
    uint64_t number = 0;
    if (length > 0)
        memcpy(first, bytes, length < sizeof(first) ? length : sizeof(first));
    for (size_t i = 0; i < sizeof(first); i++)
        number = number << 8 | first[i];
    return number;
}

// The bits of doubles, but for the sign, are in the order of the numbers.
static uint64_t double_rank(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    return bits >> 63 != 0 ? ~bits : bits | UINT64_C(1) << 63;
}

uint64_t value_rank(Value value)
{
    enum { CLASS_BITS = 3, TYPE_BITS = 6 };
    int class = value_class(&value);
    uint64_t rank = 0;
    if (class == 1) {
        Number number = number_of(&value);
        rank = double_rank(number_near(&number)) >> CLASS_BITS;
    } else if (class == 4) {
        rank = (uint64_t)value.type << (64 - CLASS_BITS - TYPE_BITS) |
               leading_bytes(value.bytes, value.length) >> (CLASS_BITS + TYPE_BITS);
    } else if (class > 1) {
        rank = leading_bytes(value.bytes, value.length) >> CLASS_BITS;
    }
    return (uint64_t) class << (64 - CLASS_BITS) | rank;
}

bool value_same(Value a, Value b)
{
    return value_compare(a, b) == 0;
}

bool digest_same_rows(const Digest *a, const Digest *b)
{
    return a->rows == b->rows && a->low == b->low && a->high == b->high;
}

size_t blurs_differ(const Blur *a, const Blur *b, uint64_t buckets[BLUR_BUCKETS / 64])
{
    size_t count = 0;
    memset(buckets, 0, BLUR_BUCKETS / 8);
    for (size_t i = 0; i < BLUR_BUCKETS; i++)
        if (a->sums[i][0] != b->sums[i][0] && a->sums[i][1] != b->sums[i][1]) {
            buckets[i / 64] |= UINT64_C(1) << (i % 64);
            count++;
        }
    return count;
}

bool digest_same_keys(const Digest *a, const Digest *b)
{
    return a->key_low == b->key_low && a->key_high == b->key_high;
}
