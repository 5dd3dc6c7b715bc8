// digest.c - canonical bytes and their XXH3.

#include "engine/worker/digest.h"

#include "engine/number.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

// Bytes

static void *grown(void *bytes, size_t size)
{
    bytes = realloc(bytes, size);
    if (bytes == NULL) {
        fputs("hone-worker: out of memory\n", stderr);
        abort();
    }
    return bytes;
}

static void make_room(Digester *digester, size_t needed)
{
    digester->capacity = 2 * needed + SKETCH_PADDING;
    digester->bytes = grown(digester->bytes, digester->capacity);
}

// Begins the next column with a tag, and makes room for `size` bytes behind it.
static inline unsigned char *begin(Digester *digester, Tag tag, size_t size)
{
    assert(digester->column < digester->column_count);
    size_t needed = digester->length + 1 + size;
    if (needed + SKETCH_PADDING > digester->capacity)
        make_room(digester, needed);
    digester->all_null = digester->all_null && tag == TAG_NULL;
    digester->starts[digester->column++] = digester->length;
    unsigned char *at = digester->bytes + digester->length;
    digester->length = needed;
    *at = (unsigned char)tag;
    return at + 1;
}

static void put_eight(Digester *digester, Tag tag, const void *bytes)
{
    memcpy(begin(digester, tag, 8), bytes, 8);
}

static unsigned char *add_bytes(unsigned char *at, const void *bytes, uint64_t length)
{
    memcpy(at, &length, sizeof(length));
    at += sizeof(length);
    if (length > 0)
        memcpy(at, bytes, length);
    return at + length;
}

// Values

void digester_put_null(Digester *digester)
{
    begin(digester, TAG_NULL, 0);
}

void digester_put_integer(Digester *digester, int64_t integer)
{
    put_eight(digester, TAG_INTEGER, &integer);
}

void digester_put_float(Digester *digester, double number)
{
    Number canonical =
        number_of(&(Value){.kind = VALUE_FLOAT, .type = TYPE_FLOAT, .number = number});
    if (canonical.kind == NUMBER_INTEGER)
        put_eight(digester, TAG_INTEGER, &canonical.integer);
    else
        put_eight(digester, TAG_FLOAT, &canonical.number);
    if (float_is_inexact(number))
        digester->inexact[digester->column - 1] = true;
    if (!digester->sketcher.is_loose[digester->column - 1])
        digester->sketcher.has_stray = true;
    if (digester->blurs)
        blurrer_put(&digester->blurrer, digester->column - 1, number);
}

void digester_put_text(Digester *digester, const char *bytes, size_t length)
{
    add_bytes(begin(digester, TAG_TEXT, sizeof(uint64_t) + length), bytes, length);
}

// A number whose digits no other form holds.
static void put_long(Digester *digester, const Number *number)
{
    size_t size =
        1 + 2 * sizeof(uint64_t) + number->whole_length + number->fraction_length;
    unsigned char *at = begin(digester, TAG_LONG, size);
    *at++ = number->negative;
    at = add_bytes(at, number->whole, number->whole_length);
    add_bytes(at, number->fraction, number->fraction_length);
}

void digester_put_moment(Digester *digester, TypeKind type, int64_t moment)
{
    unsigned char *at = begin(digester, TAG_MOMENT, 1 + sizeof(moment));
    *at = (unsigned char)type;
    memcpy(at + 1, &moment, sizeof(moment));
}

static void put_number(Digester *digester, const Value *value)
{
    Number number = number_of(value);
    switch (number.kind) {
    case NUMBER_INTEGER:
        put_eight(digester, TAG_INTEGER, &number.integer);
        break;
    case NUMBER_FLOAT:
        put_eight(digester, TAG_FLOAT, &number.number);
        break;
    case NUMBER_LONG:
        put_long(digester, &number);
        break;
    }
}

void digester_put_decimal(Digester *digester, int64_t unscaled, unsigned scale)
{
    Number number;
    if (number_of_scaled(unscaled, scale, &number)) {
        if (number.kind == NUMBER_INTEGER)
            put_eight(digester, TAG_INTEGER, &number.integer);
        else
            put_eight(digester, TAG_FLOAT, &number.number);
    } else {
        char digits[48];
        bool negative = unscaled < 0;
        uint64_t size = negative ? -(uint64_t)unscaled : (uint64_t)unscaled;
        int length = snprintf(digits, sizeof(digits), "%s%0*llu.", negative ? "-" : "",
                              (int)scale + 1, (unsigned long long)size);
        size_t point = (size_t)length - 1 - scale;
        memmove(digits + point + 1, digits + point, scale);
        digits[point] = '.';
        put_number(digester, &(Value){.kind = VALUE_OTHER,
                                      .type = TYPE_DECIMAL,
                                      .bytes = digits,
                                      .length = (size_t)length});
    }
}

void digester_put(Digester *digester, const Value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        digester_put_null(digester);
        break;
    case VALUE_BOOLEAN:
    case VALUE_INTEGER:
        digester_put_integer(digester, value->integer);
        break;
    case VALUE_FLOAT:
        digester_put_float(digester, value->number);
        break;
    case VALUE_TEXT:
        digester_put_text(digester, value->bytes, value->length);
        break;
    case VALUE_BLOB:
        add_bytes(begin(digester, TAG_BLOB, sizeof(uint64_t) + value->length),
                  value->bytes, value->length);
        break;
    case VALUE_OTHER:
        if (value_is_number(value)) {
            put_number(digester, value);
            break;
        }
        unsigned char *at =
            begin(digester, TAG_OTHER, 1 + sizeof(uint64_t) + value->length);
        *at = (unsigned char)value->type;
        add_bytes(at + 1, value->bytes, value->length);
        break;
    }
}

// Rows

void digester_open(Digester *digester, size_t column_count, const Request *request)
{
    *digester = (Digester){.column_count = column_count,
                           .keys = request->key_columns,
                           .key_count = request->key_count,
                           .all_null = true,
                           .blurs = request->blurs};
    if (digester->blurs)
        blurrer_open(&digester->blurrer, column_count);
    digester->starts = grown(NULL, (column_count + 1) * sizeof(*digester->starts));
    sketcher_open(&digester->sketcher, column_count, request->sketch_above > 0);
    digester->inexact = grown(NULL, column_count + 1);
    memset(digester->inexact, 0, column_count + 1);
    if (digester->key_count == 0)
        return;
    digester->sequence = XXH3_createState();
    assert(digester->sequence != NULL);
    XXH3_128bits_reset(digester->sequence);
}

void digester_end_row(Digester *digester)
{
    assert(digester->column == digester->column_count);
    digester->starts[digester->column] = digester->length;
    XXH128_hash_t hash = XXH3_128bits(digester->bytes, digester->length);
    Digest *digest = &digester->digest;
    digest->low += hash.low64;
    digest->high += hash.high64 + (digest->low < hash.low64); // The carry.
    digest->rows++;
    for (size_t i = 0; i < digester->key_count; i++) {
        const size_t *start = &digester->starts[digester->keys[i]];
        XXH3_128bits_update(digester->sequence, digester->bytes + start[0],
                            start[1] - start[0]);
    }
    if (digester->blurs)
        blurrer_end_row(&digester->blurrer, digester->bytes, digester->starts,
                        digester->column_count, hash.low64);
    if (digester->sketcher.sketch != NULL)
        sketcher_take(&digester->sketcher,
                      &(SketcherRow){.bytes = digester->bytes,
                                     .starts = digester->starts,
                                     .column_count = digester->column_count,
                                     .low = hash.low64,
                                     .high = hash.high64});
    digester->length = 0;
    digester->column = 0;
}

uint64_t digester_hash(const Digester *digester, const uint32_t *columns, size_t count)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++) {
        size_t start = digester->starts[columns[i]], next = columns[i] + 1;
        size_t end = next < digester->column ? digester->starts[next] : digester->length;
        hash = XXH3_64bits_withSeed(digester->bytes + start, end - start, hash);
    }
    return hash;
}

Digest digester_close(Digester *digester)
{
    Digest digest = digester->digest;
    if (digester->sequence != NULL) {
        XXH128_hash_t hash = XXH3_128bits_digest(digester->sequence);
        digest.key_low = hash.low64;
        digest.key_high = hash.high64;
        XXH3_freeState(digester->sequence);
    }
    free(digester->bytes);
    free(digester->starts);
    free(digester->inexact);
    sketcher_close(&digester->sketcher);
    blurrer_close(&digester->blurrer);
    *digester = (Digester){0};
    return digest;
}
