// testing.h - what the tests of engine/ share.

#ifndef TESTS_ENGINE_TESTING_H
#define TESTS_ENGINE_TESTING_H

#include "base/arena.h"
#include "engine/engine.h"
#include "expect.h"

// The engines that are there: SQLite, and DuckDB where its library is.
size_t available_count(void);
Dialect available(size_t number);

// Makes a temporary directory; ends the program where that fails.
const char *make_directory(Arena *arena);

// Makes a database file with these statements; ends the program where that fails.
void make_database(Dialect dialect, const char *path, const char *sql);

// Returns the size and a hash of a file's bytes, as text.
const char *file_print(Arena *arena, const char *path);

// Returns how many entries a directory has.
size_t directory_count(const char *path);

#endif
