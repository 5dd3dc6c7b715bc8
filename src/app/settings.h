// settings.h - what the user asked for: flags, then HONE_… in the environment, then .env
// in the working directory or the project root, then the default.

#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "base/array.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

// The commands as bits, for the table that says which option goes with which.
typedef enum {
    COMMAND_OPTIMIZE = 1 << 0,
    COMMAND_CHECK = 1 << 1,
    COMMAND_MEASURE = 1 << 2,
    COMMAND_EXPLAIN = 1 << 3,
    COMMAND_SQL = 1 << 4,
    COMMAND_RULES = 1 << 5,
    COMMAND_DOCTOR = 1 << 6,
    COMMAND_DEMO = 1 << 7,
    COMMAND_HELP = 1 << 8,
    COMMAND_VERSION = 1 << 9,
} CommandBit;

typedef struct {
    const char *database;
    const char *schema; // A file.
    const char *dialect;
    const char *trust;
    const char *clock;
    const char *cache;
    const char *worker;
    const char *only;
    const char *out;
    const char *witness;
    const char *ignore_columns, *key, *other_database;
    double tolerance;
    double timeout_ms, budget_ms, total_budget_ms;
    double scale;
    int64_t seed, threads, pairs;
    bool json, jsonl, force, quiet, no_diff, markdown, help;
    ARRAY(const char *) statements; // -c
    ARRAY(const char *) files;
} Settings;

// Reads the words behind the command. Fails with what is wrong and what would be right.
bool settings_read(Arena *arena, CommandBit command, int count, char *const *words,
                   Settings *settings, Error *err) MUST_CHECK;

// Returns the options of a command, one a line, for `hone help`.
const char *settings_describe(Arena *arena, CommandBit command);

#endif
