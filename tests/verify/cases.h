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

// Sets `it` to the next case and moves `rest` behind it; false at the end.
bool next_case(Arena *arena, const char **rest, Case *it);

// Returns the value of an option such as "dialect=", or NULL.
const char *option(Arena *arena, const Case *it, const char *name);

// A run through files of cases. A test counts what passed and failed.
typedef struct {
    Arena arena;
    const char *path;   // Of the file that is being read.
    const char *schema; // The input of the last `schema`.
    bool has_engine[DIALECT_COUNT];
    size_t passed, failed, skipped;
} CaseRun;

// Gives every case but `schema` to `check`, once for each dialect that it may run in
// (all, or that of its option); counts as skipped those that no engine is there for, and
// as failed a file that can't be read.
typedef void CaseCheck(void *context, const Case *it, Dialect dialect);
void cases_run(CaseRun *run, int count, char **paths, CaseCheck *check, void *context);

// Clears the arena and prints the counts; returns the exit status.
int cases_end(CaseRun *run);

#endif
