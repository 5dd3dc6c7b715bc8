// duckdb_value.h - DuckDB's vectors, read as plain values.
//
// Numbers, texts and blobs come as they are. Everything else (decimals, moments,
// intervals, lists, …) becomes a text that is the same for the same value and that
// DuckDB casts back.

#ifndef ENGINE_WORKER_DUCKDB_VALUE_H
#define ENGINE_WORKER_DUCKDB_VALUE_H

#include "engine/engine.h"
#include "engine/worker/digest.h"
#include "engine/worker/duckdb_api.h"

// What is needed to read the vectors of one type.
typedef struct DuckdbType DuckdbType;
struct DuckdbType {
    duckdb_type id;
    TypeKind kind;
    duckdb_type stored; // Of ENUM and DECIMAL: the integers they are stored as.
    bool is_json;       // A VARCHAR that DuckDB calls JSON.
    uint8_t width, scale;
    idx_t array_size;
    const char *const *names; // Of ENUM values, and of STRUCT and UNION members.
    size_t name_count;
    const DuckdbType *children; // Of nested types.
    size_t child_count;
};

// A vector with what is needed to read it.
typedef struct {
    const DuckdbType *type;
    duckdb_vector vector;
    const void *data;
    const uint64_t *validity; // NULL: no NULLs.
} DuckdbVector;

// Takes a logical type apart and destroys it. Fails with ERROR_UNSUPPORTED.
bool duckdb_type_read(const DuckdbApi *api, Arena *arena, duckdb_logical_type logical,
                      DuckdbType *type, Error *err) MUST_CHECK;

// True if it is a nested type with floats in it, and no decimals, which look like them in
// the text of a value.
bool duckdb_type_nests_floats(const DuckdbType *type);

// Returns it as everybody else knows types.
Type duckdb_type_plain(Arena *arena, const DuckdbType *type);

DuckdbVector duckdb_vector_view(const DuckdbApi *api, const DuckdbType *type,
                                duckdb_vector vector);

// Returns one value. Texts point into the vector (without a NUL) or into `arena`.
Value duckdb_vector_value(const DuckdbApi *api, Arena *arena, const DuckdbVector *vector,
                          idx_t row);

// Puts one value into a digest; one that is often met without a text made for it.
void duckdb_vector_digest(const DuckdbApi *api, Arena *arena, const DuckdbVector *vector,
                          idx_t row, Digester *digester);

// As duckdb_vector_value, but what would have to be made into a text stays without one.
Value duckdb_vector_glance(const DuckdbVector *vector, idx_t row);

#endif
