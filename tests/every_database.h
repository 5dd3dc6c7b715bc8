// every_database.h - two queries on all small databases, one after the other.

#ifndef TESTS_EVERY_DATABASE_H
#define TESTS_EVERY_DATABASE_H

#include "engine/engine.h"

typedef struct {
    size_t tried;           // Databases that the engine took: constraints hold.
    const char *difference; // On the first where they differ: why, and its rows; or NULL.
} EveryDatabase;

// Runs both on every database of at most two rows a table, each value one of the comma
// list `values` (NULL, 0, 'a'); in a column with a type only those that fit. Fails where
// nothing can be tried, or where there are too many.
bool every_database_try(Arena *arena, const Catalog *catalog, const char *values,
                        const char *left, const char *right, EveryDatabase *result,
                        Error *err) MUST_CHECK;

#endif
