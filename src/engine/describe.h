// describe.h - reading a catalogue with the engine's own queries.

#ifndef ENGINE_DESCRIBE_H
#define ENGINE_DESCRIBE_H

#include "engine/session.h"

bool describe(Session *session, Arena *arena, const Catalog **catalog,
              Error *err) MUST_CHECK;

// Sets catalog->settings.
bool describe_settings(Session *session, Arena *arena, Catalog *catalog,
                       Error *err) MUST_CHECK;

// One engine each.
bool describe_sqlite(Session *session, Arena *arena, Catalog *catalog,
                     Error *err) MUST_CHECK;
bool describe_duckdb(Session *session, Arena *arena, Catalog *catalog,
                     Error *err) MUST_CHECK;

// Runs a query of ours and returns all its rows. `name`, if not NULL, is its parameter.
bool describe_rows(Session *session, Arena *arena, const char *sql, const char *name,
                   Result *result, Error *err) MUST_CHECK;

// Returns a value of such a row: a text, NULL for NULL.
const char *row_text(const Result *result, size_t row, size_t column);
int64_t row_integer(const Result *result, size_t row, size_t column);

#endif
