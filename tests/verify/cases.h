// cases.h - files of cases, as the tests of the judge read them.
//
// A case is a command with options (name=value), its input, a line of dashes, and what
// is expected, up to an empty line. Lines that begin with # between cases are comments.

#ifndef TESTS_VERIFY_CASES_H
#define TESTS_VERIFY_CASES_H

#include "engine/engine.h"

typedef struct {
    const char *command, *input, *expected;
} Case;

// Returns the file's text, or NULL.
char *read_file(Arena *arena, const char *path);

// Sets `it` to the next case and moves `rest` behind it; false at the end.
bool next_case(Arena *arena, const char **rest, Case *it);

// Returns the value of an option such as "dialect=", or NULL.
const char *option(Arena *arena, const Case *it, const char *name);

// True if there is an engine for the dialect on this machine.
bool is_available(Arena *arena, Dialect dialect);

#endif
