// duckdb_api.h - DuckDB's C interface, as far as we use it, found at run time.
//
// Names, numbers and layouts are DuckDB's own (its duckdb.h), so that its manual reads
// on; there is no such header where only the library is installed.

#ifndef ENGINE_WORKER_DUCKDB_API_H
#define ENGINE_WORKER_DUCKDB_API_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t idx_t;
typedef enum { DuckDBSuccess = 0, DuckDBError = 1 } duckdb_state;

typedef struct duckdb_database_object *duckdb_database;
typedef struct duckdb_connection_object *duckdb_connection;
typedef struct duckdb_config_object *duckdb_config;
typedef struct duckdb_extracted_statements_object *duckdb_extracted_statements;
typedef struct duckdb_prepared_statement_object *duckdb_prepared_statement;
typedef struct duckdb_pending_result_object *duckdb_pending_result;
typedef struct duckdb_logical_type_object *duckdb_logical_type;
typedef struct duckdb_data_chunk_object *duckdb_data_chunk;
typedef struct duckdb_vector_object *duckdb_vector;
typedef struct duckdb_value_object *duckdb_value;
typedef struct duckdb_appender_object *duckdb_appender;

typedef struct {
    idx_t deprecated_column_count;
    idx_t deprecated_row_count;
    idx_t deprecated_rows_changed;
    void *deprecated_columns;
    char *deprecated_error_message;
    void *internal_data;
} duckdb_result;

typedef enum {
    DUCKDB_TYPE_BOOLEAN = 1,
    DUCKDB_TYPE_TINYINT = 2,
    DUCKDB_TYPE_SMALLINT = 3,
    DUCKDB_TYPE_INTEGER = 4,
    DUCKDB_TYPE_BIGINT = 5,
    DUCKDB_TYPE_UTINYINT = 6,
    DUCKDB_TYPE_USMALLINT = 7,
    DUCKDB_TYPE_UINTEGER = 8,
    DUCKDB_TYPE_UBIGINT = 9,
    DUCKDB_TYPE_FLOAT = 10,
    DUCKDB_TYPE_DOUBLE = 11,
    DUCKDB_TYPE_TIMESTAMP = 12,
    DUCKDB_TYPE_DATE = 13,
    DUCKDB_TYPE_TIME = 14,
    DUCKDB_TYPE_INTERVAL = 15,
    DUCKDB_TYPE_HUGEINT = 16,
    DUCKDB_TYPE_VARCHAR = 17,
    DUCKDB_TYPE_BLOB = 18,
    DUCKDB_TYPE_DECIMAL = 19,
    DUCKDB_TYPE_TIMESTAMP_S = 20,
    DUCKDB_TYPE_TIMESTAMP_MS = 21,
    DUCKDB_TYPE_TIMESTAMP_NS = 22,
    DUCKDB_TYPE_ENUM = 23,
    DUCKDB_TYPE_LIST = 24,
    DUCKDB_TYPE_STRUCT = 25,
    DUCKDB_TYPE_MAP = 26,
    DUCKDB_TYPE_UUID = 27,
    DUCKDB_TYPE_UNION = 28,
    DUCKDB_TYPE_BIT = 29,
    DUCKDB_TYPE_TIME_TZ = 30,
    DUCKDB_TYPE_TIMESTAMP_TZ = 31,
    DUCKDB_TYPE_UHUGEINT = 32,
    DUCKDB_TYPE_ARRAY = 33,
    DUCKDB_TYPE_BIGNUM = 35,
    DUCKDB_TYPE_SQLNULL = 36,
    DUCKDB_TYPE_TIME_NS = 39,
    DUCKDB_TYPE_GEOMETRY = 40,
    DUCKDB_TYPE_VARIANT = 41,
} duckdb_type;

typedef enum {
    DUCKDB_STATEMENT_TYPE_SELECT = 1,
    DUCKDB_STATEMENT_TYPE_EXPLAIN = 4,
} duckdb_statement_type;

typedef struct {
    uint64_t lower;
    int64_t upper;
} duckdb_hugeint;

typedef struct {
    int32_t months;
    int32_t days;
    int64_t micros;
} duckdb_interval;

typedef struct {
    uint64_t offset;
    uint64_t length;
} duckdb_list_entry;

// A string or blob in a vector: up to 12 bytes stand in it, longer ones behind a pointer.
typedef struct {
    uint32_t length;
    char prefix[4];
    union {
        char rest[8];
        const char *pointer;
    } end;
} duckdb_string_t;

enum { DUCKDB_INLINE_LENGTH = 12 };

// The table of functions, one member a line of duckdb_api.def.
typedef struct {
    void *library;
    const char *path; // Where it was found.
// NOLINTNEXTLINE(bugprone-macro-parentheses): a type and parameters take none.
#define DUCKDB_FUNCTION(result, name, arguments) result(*name) arguments;
#include "engine/duckdb_api.def"
#undef DUCKDB_FUNCTION
} DuckdbApi;

// Finds the library: HONE_DUCKDB_LIBRARY, else the system's, else the one that
// scripts/deps.sh keeps. Fails with ERROR_FILE, saying how to get it or what it lacks.
bool duckdb_api_load(Arena *arena, DuckdbApi *api, Error *err) MUST_CHECK;

#endif
