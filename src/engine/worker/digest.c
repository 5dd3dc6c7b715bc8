// digest.c - canonical bytes and their XXH3.

#include "engine/worker/digest.h"

#include "engine/number.h"

#include <assert.h>
#include <xxhash.h>

// In front of each value, so that values of different kinds never meet.
typedef enum {
    TAG_NULL,
    TAG_INTEGER,
    TAG_FLOAT,
    TAG_LONG,
    TAG_TEXT,
    TAG_BLOB,
    TAG_OTHER,
} Tag;

static void put_number(Wire *row, const Value *value)
{
    Number number = number_of(value);
    switch (number.kind) {
    case NUMBER_INTEGER:
        wire_put_u8(row, TAG_INTEGER);
        wire_put_u64(row, (uint64_t)number.integer);
        break;
    case NUMBER_FLOAT:
        wire_put_u8(row, TAG_FLOAT);
        wire_put_double(row, number.number);
        break;
    case NUMBER_LONG:
        wire_put_u8(row, TAG_LONG);
        wire_put_u8(row, number.negative);
        wire_put_u64(row, number.whole_length);
        wire_put_bytes(row, number.whole, number.whole_length);
        wire_put_u64(row, number.fraction_length);
        wire_put_bytes(row, number.fraction, number.fraction_length);
        break;
    }
}

static void put_canonical(Wire *row, const Value *value)
{
    if (value_is_number(value)) {
        put_number(row, value);
        return;
    }
    if (value->kind == VALUE_NULL) {
        wire_put_u8(row, TAG_NULL);
        return;
    }
    if (value->kind == VALUE_OTHER) {
        wire_put_u8(row, TAG_OTHER);
        wire_put_u8(row, value->type);
    } else {
        wire_put_u8(row, value->kind == VALUE_TEXT ? TAG_TEXT : TAG_BLOB);
    }
    wire_put_u64(row, value->length);
    wire_put_bytes(row, value->bytes, value->length);
}

void digester_open(Digester *digester, size_t key_count)
{
    *digester = (Digester){0};
    if (key_count == 0)
        return;
    digester->keys = XXH3_createState();
    assert(digester->keys != NULL);
    XXH3_128bits_reset(digester->keys);
}

void digester_row(Digester *digester, const Value *row, size_t column_count,
                  const uint32_t *keys, size_t key_count)
{
    Wire *bytes = &digester->row;
    wire_clear(bytes);
    for (size_t i = 0; i < column_count; i++)
        put_canonical(bytes, &row[i]);
    XXH128_hash_t hash = XXH3_128bits(bytes->bytes, bytes->length);
    Digest *digest = &digester->digest;
    digest->low += hash.low64;
    digest->high += hash.high64 + (digest->low < hash.low64); // The carry.
    digest->rows++;

    if (key_count == 0)
        return;
    wire_clear(bytes);
    for (size_t i = 0; i < key_count; i++)
        put_canonical(bytes, &row[keys[i]]);
    XXH3_128bits_update(digester->keys, bytes->bytes, bytes->length);
}

Digest digester_close(Digester *digester)
{
    Digest digest = digester->digest;
    if (digester->keys != NULL) {
        XXH128_hash_t hash = XXH3_128bits_digest(digester->keys);
        digest.key_low = hash.low64;
        digest.key_high = hash.high64;
        XXH3_freeState(digester->keys);
    }
    wire_free(&digester->row);
    *digester = (Digester){0};
    return digest;
}
