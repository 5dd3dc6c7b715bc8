// demo.h - the shop: a database to try hone on, and twenty slow queries for it.

#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include "base/error.h"
#include "catalog/type.h"
#include "engine/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    double scale;  // 1: 10,000 users, 50,000 orders; 0: 1. At most 100.
    uint64_t seed; // The same seed makes the same rows.
    bool force;    // Replace what is there.
    EngineOptions engine;
    void (*progress)(void *context, const char *what, double share); // May be NULL.
    void *progress_context;
} DemoOptions;

typedef struct {
    bool sqlite, duckdb; // Made. DuckDB is left out where its library is missing.
    size_t query_count;
    int64_t row_count; // In one database.
} DemoReport;

// Makes DIR/shop.sqlite, DIR/shop.duckdb and DIR/queries/NN_name.sql, and DIR itself if
// need be. Fails with ERROR_FILE where a file exists (and `force` is not set) or can't
// be written. A database has its name only once all is made.
bool demo_make(const char *dir, const DemoOptions *options, DemoReport *report,
               Error *err) MUST_CHECK;

// One of the slow queries.
typedef struct {
    const char *name; // "01_orders_above_own_average"
    const char *sql;  // With the comment that says what is slow, and a final newline.
} DemoQuery;

// Returns all of them; sets `count`.
const DemoQuery *demo_queries(size_t *count);

// Returns the CREATE statements of the shop.
const char *demo_schema(Dialect dialect);

// Fills the tables that demo_schema made, from the seed.
bool demo_fill(Scratch *scratch, const DemoOptions *options, int64_t *row_count,
               Error *err) MUST_CHECK;

#endif
