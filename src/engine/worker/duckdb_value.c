// duckdb_value.c - reading vectors; texts for what is no number, text or blob.

#include "engine/worker/duckdb_value.h"

#include "base/text.h"
#include "engine/moment_text.h"
#include "engine/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

typedef struct {
    const DuckdbApi *api;
    Arena *arena;
} Context;

static void add_value(const Context *context, Text *text, const DuckdbVector *vector,
                      idx_t row);

// Integers

static Int128 hugeint(duckdb_hugeint stored)
{
    Uint128 bits = ((Uint128)(uint64_t)stored.upper << 64) | stored.lower;
    return (Int128)bits;
}

static Int128 read_integer(const void *data, duckdb_type stored, idx_t row)
{
    switch ((int)stored) {
    case DUCKDB_TYPE_TINYINT:
        return ((const int8_t *)data)[row];
    case DUCKDB_TYPE_SMALLINT:
        return ((const int16_t *)data)[row];
    case DUCKDB_TYPE_INTEGER:
        return ((const int32_t *)data)[row];
    case DUCKDB_TYPE_BIGINT:
        return ((const int64_t *)data)[row];
    case DUCKDB_TYPE_UTINYINT:
        return ((const uint8_t *)data)[row];
    case DUCKDB_TYPE_USMALLINT:
        return ((const uint16_t *)data)[row];
    case DUCKDB_TYPE_UINTEGER:
        return ((const uint32_t *)data)[row];
    case DUCKDB_TYPE_UBIGINT:
        return ((const uint64_t *)data)[row];
    default:
        return hugeint(((const duckdb_hugeint *)data)[row]);
    }
}

// Writes |number| with `scale` digits behind the point.
static void add_digits(Text *text, Uint128 number, unsigned scale)
{
    char digits[48];
    size_t at = sizeof(digits);
    unsigned written = 0;
    do {
        if (written == scale && scale > 0)
            digits[--at] = '.';
        digits[--at] = (char)('0' + (int)(number % 10));
        number /= 10;
        written++;
    } while (number > 0 || written <= scale);
    text_add_bytes(text, digits + at, sizeof(digits) - at);
}

static void add_scaled(Text *text, Int128 number, unsigned scale)
{
    if (number < 0)
        text_add_char(text, '-');
    add_digits(text, number < 0 ? -(Uint128)number : (Uint128)number, scale);
}

// Spans

static void add_unit(Text *text, int32_t count, const char *unit)
{
    if (count != 0)
        text_addf(text, "%s%" PRId32 " %s%s", text->length == 0 ? "" : " ", count, unit,
                  count == 1 || count == -1 ? "" : "s");
}

static void add_interval(Text *text, duckdb_interval interval)
{
    Text units = text_new(text->arena);
    add_unit(&units, interval.months / 12, "year");
    add_unit(&units, interval.months % 12, "month");
    add_unit(&units, interval.days, "day");
    if (interval.micros != 0 || units.length == 0) {
        uint64_t micros =
            interval.micros < 0 ? -(uint64_t)interval.micros : (uint64_t)interval.micros;
        text_add(&units, units.length == 0 ? "" : " ");
        text_add(&units, interval.micros < 0 ? "-" : "");
        text_add_time(&units, (int64_t)(micros / MICROS_A_SECOND),
                      (int64_t)(micros % MICROS_A_SECOND), 6);
    }
    text_add(text, units.bytes);
}

// Microseconds in the upper 40 bits, in the lower 24 how far the offset is below its
// highest value.
static void add_time_zoned(Text *text, uint64_t stored)
{
    enum { OFFSET_BITS = 24, OFFSET_HIGHEST = 16 * 3600 - 1 };
    uint64_t micros = stored >> OFFSET_BITS;
    int offset = OFFSET_HIGHEST - (int)(stored & (((uint64_t)1 << OFFSET_BITS) - 1));
    text_add_time(text, (int64_t)(micros / MICROS_A_SECOND),
                  (int64_t)(micros % MICROS_A_SECOND), 6);
    int size = abs(offset);
    text_addf(text, "%c%02d:%02d:%02d", offset < 0 ? '-' : '+', size / 3600,
              size / 60 % 60, size % 60);
}

// Bytes

static const char *string_bytes(const duckdb_string_t *string)
{
    const char *inlined = (const char *)string + offsetof(duckdb_string_t, prefix);
    return string->length <= DUCKDB_INLINE_LENGTH ? inlined : string->end.pointer;
}

static void add_quoted(Text *text, const char *bytes, size_t length)
{
    text_add_char(text, '\'');
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\'' || bytes[i] == '\\')
            text_add_char(text, '\\');
        text_add_char(text, bytes[i]);
    }
    text_add_char(text, '\'');
}

static void add_hex(Text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        text_addf(text, "\\x%02X", (unsigned)(unsigned char)bytes[i]);
}

// The first byte says how many bits of the second are not in use.
static void add_bits(Text *text, const char *bytes, size_t length)
{
    unsigned unused = (unsigned char)bytes[0];
    for (size_t i = 8 + unused; i < length * 8; i++)
        text_add_char(text, (bytes[i / 8] >> (7 - i % 8)) & 1 ? '1' : '0');
}

static void add_uuid(Text *text, duckdb_hugeint stored)
{
    uint64_t upper = (uint64_t)stored.upper ^ ((uint64_t)1 << 63); // Flipped to sort.
    text_addf(text, "%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%012" PRIx64,
              upper >> 32, (upper >> 16) & 0xffff, upper & 0xffff, stored.lower >> 48,
              stored.lower & 0xffffffffffff);
}

// Nested types

static void add_elements(const Context *context, Text *text, const DuckdbVector *elements,
                         idx_t start, idx_t count)
{
    text_add_char(text, '[');
    for (idx_t i = 0; i < count; i++) {
        text_add(text, i == 0 ? "" : ", ");
        add_value(context, text, elements, start + i);
    }
    text_add_char(text, ']');
}

static DuckdbVector member(const Context *context, const DuckdbVector *vector,
                           const DuckdbType *type, idx_t number)
{
    duckdb_vector child = context->api->struct_vector_get_child(vector->vector, number);
    return duckdb_vector_view(context->api, type, child);
}

static void add_struct(const Context *context, Text *text, const DuckdbVector *vector,
                       idx_t row)
{
    const DuckdbType *type = vector->type;
    text_add_char(text, '{');
    for (size_t i = 0; i < type->child_count; i++) {
        DuckdbVector child = member(context, vector, &type->children[i], i);
        text_add(text, i == 0 ? "" : ", ");
        add_quoted(text, type->names[i], strlen(type->names[i]));
        text_add(text, ": ");
        add_value(context, text, &child, row);
    }
    text_add_char(text, '}');
}

// A list of structs of key and value.
static void add_map(const Context *context, Text *text, const DuckdbVector *vector,
                    idx_t row)
{
    duckdb_list_entry entry = ((const duckdb_list_entry *)vector->data)[row];
    DuckdbVector entries = {.type = vector->type,
                            .vector =
                                context->api->list_vector_get_child(vector->vector)};
    DuckdbVector keys = member(context, &entries, &vector->type->children[0], 0);
    DuckdbVector values = member(context, &entries, &vector->type->children[1], 1);
    text_add_char(text, '{');
    for (idx_t i = entry.offset; i < entry.offset + entry.length; i++) {
        text_add(text, i == entry.offset ? "" : ", ");
        add_value(context, text, &keys, i);
        text_add_char(text, '=');
        add_value(context, text, &values, i);
    }
    text_add_char(text, '}');
}

// A struct of a tag and one member for each alternative.
static void add_union(const Context *context, Text *text, const DuckdbVector *vector,
                      idx_t row)
{
    static const DuckdbType tag_type = {.id = DUCKDB_TYPE_UTINYINT, .kind = TYPE_INTEGER};
    DuckdbVector tags = member(context, vector, &tag_type, 0);
    size_t tag = ((const uint8_t *)tags.data)[row];
    if (tag >= vector->type->child_count)
        return;
    DuckdbVector chosen = member(context, vector, &vector->type->children[tag], tag + 1);
    text_addf(text, "%s: ", vector->type->names[tag]);
    add_value(context, text, &chosen, row);
}

static void add_nested(const Context *context, Text *text, const DuckdbVector *vector,
                       idx_t row)
{
    const DuckdbApi *api = context->api;
    const DuckdbType *children = vector->type->children;
    switch ((int)vector->type->id) {
    case DUCKDB_TYPE_LIST: {
        duckdb_list_entry entry = ((const duckdb_list_entry *)vector->data)[row];
        DuckdbVector elements =
            duckdb_vector_view(api, children, api->list_vector_get_child(vector->vector));
        add_elements(context, text, &elements, entry.offset, entry.length);
        break;
    }
    case DUCKDB_TYPE_ARRAY: {
        DuckdbVector elements = duckdb_vector_view(
            api, children, api->array_vector_get_child(vector->vector));
        idx_t size = vector->type->array_size;
        add_elements(context, text, &elements, row * size, size);
        break;
    }
    case DUCKDB_TYPE_STRUCT:
        add_struct(context, text, vector, row);
        break;
    case DUCKDB_TYPE_MAP:
        add_map(context, text, vector, row);
        break;
    default:
        add_union(context, text, vector, row);
        break;
    }
}

// Values

// The text of a value that is no number, text or blob.
static void add_other(const Context *context, Text *text, const DuckdbVector *vector,
                      idx_t row)
{
    const DuckdbType *type = vector->type;
    const void *data = vector->data;
    const duckdb_string_t *string = NULL;
    int64_t wide = 0;
    switch ((int)type->id) {
    case DUCKDB_TYPE_UHUGEINT:
        add_digits(text, (Uint128)hugeint(((const duckdb_hugeint *)data)[row]), 0);
        return;
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UBIGINT:
        add_scaled(text, read_integer(data, type->id, row), 0);
        return;
    case DUCKDB_TYPE_DECIMAL:
        add_scaled(text, read_integer(data, type->stored, row), type->scale);
        return;
    case DUCKDB_TYPE_DATE:
        wide = ((const int32_t *)data)[row];
        if (!text_add_infinity(text, wide, INT32_MAX))
            text_add_date(text, wide);
        return;
    case DUCKDB_TYPE_TIME:
        wide = ((const int64_t *)data)[row];
        text_add_time(text, wide / MICROS_A_SECOND, wide % MICROS_A_SECOND, 6);
        return;
    case DUCKDB_TYPE_TIME_NS:
        wide = ((const int64_t *)data)[row];
        text_add_time(text, wide / NANOS_A_SECOND, wide % NANOS_A_SECOND, 9);
        return;
    case DUCKDB_TYPE_TIME_TZ:
        add_time_zoned(text, ((const uint64_t *)data)[row]);
        return;
    case DUCKDB_TYPE_TIMESTAMP_S:
        text_add_timestamp(text, ((const int64_t *)data)[row], 1, 0);
        return;
    case DUCKDB_TYPE_TIMESTAMP_MS:
        text_add_timestamp(text, ((const int64_t *)data)[row], 1000, 3);
        return;
    case DUCKDB_TYPE_TIMESTAMP_NS:
        text_add_timestamp(text, ((const int64_t *)data)[row], NANOS_A_SECOND, 9);
        return;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
        text_add_timestamp(text, ((const int64_t *)data)[row], MICROS_A_SECOND, 6);
        text_add(text, type->id == DUCKDB_TYPE_TIMESTAMP_TZ ? "+00" : "");
        return;
    case DUCKDB_TYPE_INTERVAL:
        add_interval(text, ((const duckdb_interval *)data)[row]);
        return;
    case DUCKDB_TYPE_UUID:
        add_uuid(text, ((const duckdb_hugeint *)data)[row]);
        return;
    case DUCKDB_TYPE_BIT:
        string = &((const duckdb_string_t *)data)[row];
        add_bits(text, string_bytes(string), string->length);
        return;
    case DUCKDB_TYPE_BIGNUM:
    case DUCKDB_TYPE_GEOMETRY:
        string = &((const duckdb_string_t *)data)[row];
        add_hex(text, string_bytes(string), string->length);
        return;
    case DUCKDB_TYPE_ENUM:
        text_add(text, type->names[(size_t)read_integer(data, type->stored, row)]);
        return;
    default:
        add_nested(context, text, vector, row);
        return;
    }
}

// True and sets `value` if the integer has at most 64 bits.
static bool read_small(Int128 integer, Value *value)
{
    if (integer < INT64_MIN || integer > INT64_MAX)
        return false;
    *value =
        (Value){.kind = VALUE_INTEGER, .type = TYPE_INTEGER, .integer = (int64_t)integer};
    return true;
}

static Value string_value(const duckdb_string_t *string, bool is_text)
{
    return (Value){.kind = is_text ? VALUE_TEXT : VALUE_BLOB,
                   .type = is_text ? TYPE_TEXT : TYPE_BLOB,
                   .bytes = string_bytes(string),
                   .length = string->length};
}

static Value float_value(double number)
{
    return (Value){.kind = VALUE_FLOAT, .type = TYPE_FLOAT, .number = number};
}

static bool is_null(const DuckdbVector *vector, idx_t row)
{
    return vector->type->id == DUCKDB_TYPE_SQLNULL ||
           (vector->validity != NULL &&
            (vector->validity[row / 64] >> (row % 64) & 1) == 0);
}

// True and sets `value` if it is one that needs no text made for it.
static bool read_plain(const DuckdbVector *vector, idx_t row, Value *value)
{
    const void *data = vector->data;
    *value = (Value){.kind = VALUE_NULL};
    if (is_null(vector, row))
        return true;
    switch ((int)vector->type->id) {
    case DUCKDB_TYPE_BOOLEAN:
        *value = (Value){.kind = VALUE_BOOLEAN,
                         .type = TYPE_BOOLEAN,
                         .integer = ((const uint8_t *)data)[row] != 0};
        return true;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
        return read_small(read_integer(data, vector->type->id, row), value);
    case DUCKDB_TYPE_FLOAT:
        *value = float_value((double)((const float *)data)[row]);
        return true;
    case DUCKDB_TYPE_DOUBLE:
        *value = float_value(((const double *)data)[row]);
        return true;
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BLOB:
        *value = string_value(&((const duckdb_string_t *)data)[row],
                              vector->type->id == DUCKDB_TYPE_VARCHAR);
        return true;
    default:
        return false;
    }
}

Value duckdb_vector_glance(const DuckdbVector *vector, idx_t row)
{
    Value value;
    return read_plain(vector, row, &value)
               ? value
               : (Value){.kind = VALUE_OTHER, .type = vector->type->kind, .bytes = ""};
}

Value duckdb_vector_value(const DuckdbApi *api, Arena *arena, const DuckdbVector *vector,
                          idx_t row)
{
    Value value;
    if (read_plain(vector, row, &value))
        return value;
    Context context = {.api = api, .arena = arena};
    Text text = text_new(arena);
    add_other(&context, &text, vector, row);
    return (Value){.kind = VALUE_OTHER,
                   .type = vector->type->kind,
                   .bytes = text.bytes,
                   .length = text.length};
}

// True and sets `micros` to the moment; false where that would lose something.
static bool read_moment(const DuckdbVector *vector, idx_t row, int64_t *micros)
{
    int64_t stored = ((const int64_t *)vector->data)[row];
    bool is_infinite = stored == INT64_MAX || stored == -INT64_MAX;
    int64_t factor = 1;
    switch ((int)vector->type->id) {
    case DUCKDB_TYPE_TIMESTAMP_S:
        factor = MICROS_A_SECOND;
        break;
    case DUCKDB_TYPE_TIMESTAMP_MS:
        factor = MICROS_A_SECOND / 1000;
        break;
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIME_NS:
        if (!is_infinite && stored % 1000 != 0)
            return false;
        stored = is_infinite ? stored : stored / 1000;
        break;
    default:
        break;
    }
    *micros = stored;
    return is_infinite || !__builtin_mul_overflow(stored, factor, micros);
}

// True if the value was put without a Value being made.
static bool digest_directly(const DuckdbVector *vector, idx_t row, Digester *digester)
{
    const DuckdbType *type = vector->type;
    const void *data = vector->data;
    const duckdb_string_t *string;
    int64_t micros;
    switch ((int)type->id) {
    case DUCKDB_TYPE_INTEGER:
        digester_put_integer(digester, ((const int32_t *)data)[row]);
        return true;
    case DUCKDB_TYPE_BIGINT:
        digester_put_integer(digester, ((const int64_t *)data)[row]);
        return true;
    case DUCKDB_TYPE_DOUBLE:
        digester_put_float(digester, ((const double *)data)[row]);
        return true;
    case DUCKDB_TYPE_VARCHAR:
        string = &((const duckdb_string_t *)data)[row];
        digester_put_text(digester, string_bytes(string), string->length);
        return true;
    case DUCKDB_TYPE_DECIMAL: {
        Int128 unscaled = read_integer(data, type->stored, row);
        if (unscaled < INT64_MIN || unscaled > INT64_MAX)
            return false;
        digester_put_decimal(digester, (int64_t)unscaled, type->scale);
        return true;
    }
    case DUCKDB_TYPE_DATE:
        digester_put_moment(digester, TYPE_DATE, ((const int32_t *)data)[row]);
        return true;
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIME_NS:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
        if (!read_moment(vector, row, &micros))
            return false;
        digester_put_moment(digester, type->kind, micros);
        return true;
    default:
        return false;
    }
}

void duckdb_vector_digest(const DuckdbApi *api, Arena *arena, const DuckdbVector *vector,
                          idx_t row, Digester *digester)
{
    if (!is_null(vector, row) && digest_directly(vector, row, digester))
        return;
    Value value = duckdb_vector_value(api, arena, vector, row);
    digester_put(digester, &value);
}

// A number as number.h has it, so that equal ones look equal.
static void add_number(Text *text, const Value *value)
{
    Number number = number_of(value);
    switch (number.kind) {
    case NUMBER_INTEGER:
        text_addf(text, "%" PRId64, number.integer);
        break;
    case NUMBER_FLOAT:
        text_add(text, value_show(text->arena, float_value(number.number), 0));
        break;
    case NUMBER_LONG:
        text_add(text, number.negative ? "-" : "");
        text_add(text, number.whole_length == 0 ? "0" : "");
        text_add_bytes(text, number.whole, number.whole_length);
        text_add(text, number.fraction_length > 0 ? "." : "");
        text_add_bytes(text, number.fraction, number.fraction_length);
        break;
    }
}

// A value inside a nested one: texts are quoted there, so that they end where they end.
static void add_value(const Context *context, Text *text, const DuckdbVector *vector,
                      idx_t row)
{
    Value value = duckdb_vector_value(context->api, context->arena, vector, row);
    bool is_text = value.kind == VALUE_TEXT || vector->type->id == DUCKDB_TYPE_ENUM;
    if (is_text)
        add_quoted(text, value.bytes, value.length);
    else if (value_is_number(&value) && value.kind != VALUE_BOOLEAN)
        add_number(text, &value);
    else if (value.kind == VALUE_OTHER)
        text_add_bytes(text, value.bytes, value.length);
    else
        text_add(text, value_show(context->arena, value, 0));
}

DuckdbVector duckdb_vector_view(const DuckdbApi *api, const DuckdbType *type,
                                duckdb_vector vector)
{
    return (DuckdbVector){.type = type,
                          .vector = vector,
                          .data = api->vector_get_data(vector),
                          .validity = api->vector_get_validity(vector)};
}
