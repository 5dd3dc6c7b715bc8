// world.h - the tables that fuzzing works on, and a database to try things in.

#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

#include "base/random.h"
#include "engine/engine.h"

typedef struct {
    Dialect dialect;
    Arena arena; // Lives as long as the world.
    const Catalog *catalog;
    Scratch *scratch;
    const char *schema; // CREATE statements.
} World;

// Opens a scratch database with tables that have keys of all kinds, NULLs where keys
// allow them and, in SQLite, values of any type. Foreign keys hold in the rows that
// world_fill makes, and are trusted.
bool world_open(World *world, Dialect dialect, Error *err) MUST_CHECK;
void world_close(World *world);

// Replaces all rows by random ones; `rows` tells which (INSERT statements in `arena`).
bool world_fill(World *world, Arena *arena, Random *random, const char **rows,
                Error *err) MUST_CHECK;

// True if the engine refused the text, whatever the rows.
bool is_static_error(const Error *err);

#endif
