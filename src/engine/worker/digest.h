// digest.h - hashes of rows in which equal values look equal.
//
// Each value is written in one canonical form (numbers as number.h has them, texts and
// blobs by length and bytes), so that no two different rows have the same bytes; XXH3
// makes 128 bits of a row. The sum of the rows' hashes modulo 2^128 is the same in any
// order, and counts duplicates. The keys of an ORDER BY are hashed in sequence.

#ifndef ENGINE_WORKER_DIGEST_H
#define ENGINE_WORKER_DIGEST_H

#include "engine/engine.h"
#include "engine/wire.h"

typedef struct {
    Digest digest;
    Wire row;   // The canonical form of the row at hand.
    void *keys; // Hash state of the sequence; NULL if there are no keys.
} Digester;

void digester_open(Digester *digester, size_t key_count);
void digester_row(Digester *digester, const Value *row, size_t column_count,
                  const uint32_t *keys, size_t key_count);
Digest digester_close(Digester *digester);

#endif
