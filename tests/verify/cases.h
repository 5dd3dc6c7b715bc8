// cases.h - files of cases, as the tests of the judge read them.

#ifndef TESTS_VERIFY_CASES_H
#define TESTS_VERIFY_CASES_H

#include "case_file.h"
#include "engine/engine.h"

// As case_next; what is expected comes without its last newline.
bool next_case(Arena *arena, const char **rest, Case *it);

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
