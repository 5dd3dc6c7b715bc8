// type.h - SQL types, as far as reasoning about queries needs them.

#ifndef CATALOG_TYPE_H
#define CATALOG_TYPE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum { DIALECT_SQLITE, DIALECT_DUCKDB, DIALECT_POSTGRES } Dialect;
enum { DIALECT_COUNT = DIALECT_POSTGRES + 1 };

// "sqlite", "duckdb", "postgres".
const char *dialect_name(Dialect dialect);

// True and sets `dialect` if `name` is one of these names.
bool dialect_find(const char *name, Dialect *dialect);

typedef enum {
    TYPE_UNKNOWN, // Nothing is known, or any value may stand here (SQLite).
    TYPE_NULL,    // The type of a bare NULL.
    TYPE_BOOLEAN,
    TYPE_INTEGER, // width: 8, 16, 32, 64, 128 bits.
    TYPE_DECIMAL, // width: precision; scale.
    TYPE_FLOAT,   // width: 32, 64 bits.
    TYPE_TEXT,    // width: the n of VARCHAR(n), 0 if none.
    TYPE_BLOB,
    TYPE_DATE,
    TYPE_TIME,
    TYPE_TIMESTAMP,
    TYPE_TIMESTAMP_ZONED,
    TYPE_INTERVAL,
    TYPE_OTHER, // Lists, structs, enums, JSON, …: see `name`.
} TypeKind;

// SQLite's column affinities (datatype3.html, section 3); AFFINITY_NONE elsewhere.
typedef enum {
    AFFINITY_NONE, // An expression without one, or another dialect.
    AFFINITY_BLOB,
    AFFINITY_TEXT,
    AFFINITY_NUMERIC,
    AFFINITY_INTEGER,
    AFFINITY_REAL,
} Affinity;

// A type, passed by value.
typedef struct {
    TypeKind kind;
    uint8_t scale;
    uint16_t width;
    bool is_unsigned;
    Affinity affinity;
    const char *name;      // As written or as the engine calls it; NULL if made up.
    const char *collation; // NULL: the dialect's binary order.
} Type;

#define TYPE_OF(type_kind) ((Type){.kind = (type_kind)})

// Returns what a declared type, such as "VARCHAR(20)" or "UNSIGNED BIG INT", means in
// `dialect`. Never fails: what is not known is TYPE_OTHER, in SQLite TYPE_UNKNOWN or by
// affinity. In SQLite `kind` says what the declaration promises, not what the engine
// enforces: a column may hold any value unless its table is STRICT.
Type type_from_declaration(Arena *arena, Dialect dialect, const char *declared);

// Returns the type as it is written in CAST in `dialect`.
const char *type_print(Arena *arena, Dialect dialect, Type type);

// True if the affinity makes numbers of texts that look like them (SQLite).
bool affinity_is_numeric(Affinity affinity);

bool type_is_number(Type type); // INTEGER, DECIMAL, FLOAT
bool type_is_moment(Type type); // DATE, TIME, TIMESTAMP, …

// True if two values of these types compare by the same rules: same kind, affinity and
// collation. Widths and scales may differ.
bool type_compares_alike(Type a, Type b);

// True if both are the same in every field that the engine can show (name apart).
bool type_equal(Type a, Type b);

#endif
