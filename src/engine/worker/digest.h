// digest.h - hashes of rows in which equal values look equal.
//
// Each value is written in one canonical form (numbers as number.h has them, texts and
// blobs by length and bytes), so that no two different rows have the same bytes; XXH3
// makes 128 bits of a row. The sum of the rows' hashes modulo 2^128 is the same in any
// order, and counts duplicates. The keys of an ORDER BY are hashed in sequence.
//
// A row is put value by value, in the order of its columns, and then ended. Whatever form
// an engine has a number in, it is the same number; days and microseconds are another
// form of a date than its text, so one engine keeps to one of them.

#ifndef ENGINE_WORKER_DIGEST_H
#define ENGINE_WORKER_DIGEST_H

#include "engine/worker/blur.h"
#include "engine/worker/sketcher.h"

typedef struct {
    Digest digest;
    unsigned char *bytes; // The canonical form of the row at hand; malloc'ed.
    size_t length, capacity;
    size_t *starts; // Where in it each column begins, and where the last one ends.
    size_t column_count, column;
    const uint32_t *keys;
    size_t key_count;
    void *sequence; // Hash state of the keys so far; NULL if there are none.
    bool all_null;
    bool *inexact;     // A flag for each column: of one float_is_inexact.
    bool blurs;        // Rounded floats are wanted, too,
    Blurrer blurrer;   // and kept here;
    Sketcher sketcher; // a sketch, likewise.
} Digester;

void digester_open(Digester *digester, size_t column_count, const Request *request);
Digest digester_close(Digester *digester);

void digester_put(Digester *digester, const Value *value);
void digester_put_null(Digester *digester);
void digester_put_integer(Digester *digester, int64_t integer);
void digester_put_float(Digester *digester, double number);
void digester_put_text(Digester *digester, const char *bytes, size_t length);

// The number unscaled / 10^scale.
void digester_put_decimal(Digester *digester, int64_t unscaled, unsigned scale);

// A date as its day, a moment or a time as its microsecond.
void digester_put_moment(Digester *digester, TypeKind type, int64_t moment);

void digester_end_row(Digester *digester);

// Returns a hash of these columns of the row at hand, before it is ended.
uint64_t digester_hash(const Digester *digester, const uint32_t *columns, size_t count);

#endif
