// cases.h - tests in text files.
//
// The command of a case (case_file.h) has a dialect behind it. One command is always
// there:
//
//     tables    CREATE statements, for the cases of that dialect that follow
//
// `program --update FILE…` writes down what comes out; then read the diff.

#ifndef TESTS_SQL_CASES_H
#define TESTS_SQL_CASES_H

#include "base/text.h"
#include "sql/sql.h"

typedef struct {
    const char *command; // Without the dialect.
    Dialect dialect;
    const char *input;
    const char *tables; // The CREATE statements that hold here; "" for none.
} SqlCase;

typedef struct {
    const char *name;
    void (*run)(Text *text, const SqlCase *c); // Adds what comes out.
} CaseCommand;

// Adds the error, and its place in the input.
void add_error(Text *text, const char *input, const Error *err);

// Runs the files named in the arguments; returns the exit status.
int cases_run(int count, char **arguments, const CaseCommand *commands,
              size_t command_count);

#endif
