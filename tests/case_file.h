// case_file.h - files of cases, which several runners read.
//
// A case is a line with a command and its options (name=value), the input, a line "----",
// and what is expected, up to an empty line. Lines between cases are empty or begin with
// #.

#ifndef TESTS_CASE_FILE_H
#define TESTS_CASE_FILE_H

#include "base/arena.h"

#include <stdbool.h>

typedef struct {
    const char *before;   // The lines in front of it, as they stand.
    const char *command;  // The whole line.
    const char *input;    // Without its last newline.
    const char *expected; // With all its newlines.
} Case;

// Cuts the next case off the front of `rest`; false where there is none. `before` is set
// in any case.
bool case_next(Arena *arena, const char **rest, Case *it);

// Returns the value of an option, or NULL.
const char *case_option(Arena *arena, const Case *it, const char *name);

#endif
