// command.h - the subcommands and what they share: sessions, errors, how times look.

#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include "app/input.h"
#include "app/interrupt.h"
#include "app/settings.h"
#include "hone.h"

// How the program ends.
typedef enum {
    STATUS_DONE = 0,
    STATUS_NEGATIVE = 1,  // Done, and the answer is no: they differ.
    STATUS_FAILED = 2,    // It could not be done.
    STATUS_UNDECIDED = 3, // Nobody knows.
} ExitStatus;

// What a command gets.
typedef struct {
    Arena *arena;
    const Settings *settings;
    Interrupt *interrupt;
} App;

typedef struct {
    const char *name;
    CommandBit bit;
    ExitStatus (*run)(const App *app);
    const char *usage;   // Behind the name: "[option …] [FILE|DIR …]"
    const char *summary; // One line.
} Command;

extern const Command commands[];
extern const size_t command_count;

// Returns the command, or NULL.
const Command *command_find(const char *name);

// Complains that there is no such command, and names the nearest.
ExitStatus unknown_command(const char *name);

ExitStatus command_optimize(const App *app);
ExitStatus command_check(const App *app);
ExitStatus command_measure(const App *app);
ExitStatus command_explain(const App *app);
ExitStatus command_sql(const App *app);
ExitStatus command_rules(const App *app);
ExitStatus command_doctor(const App *app);
ExitStatus command_demo(const App *app);
ExitStatus command_help(const App *app);
ExitStatus command_version(const App *app);

// Prints "hone: …" on standard error; returns STATUS_FAILED.
ExitStatus complain(const char *format, ...) PRINTF_LIKE(1, 2);

// Complains of an error in a query called `name`, with its line, column and a caret.
// `first_line` is added where the SQL is a part of a file (from 1).
ExitStatus complain_of(const char *name, size_t first_line, const HoneError *error);

// Opens the session that the settings ask for, and lets Ctrl-C cancel it. On failure
// complains and returns NULL. To be closed with app_close_session.
HoneSession *app_open_session(const App *app, HoneProgress *progress, void *context);
void app_close_session(const App *app, HoneSession *session);

// A file with one query in it.
typedef struct {
    const char *name; // Of the input.
    const char *sql;
    size_t line; // Where it begins, from 1.
} OnlyStatement;

// Finds the one statement of an input; false, with a complaint, unless there is just one.
bool only_statement(const App *app, HoneSession *session, const Input *input,
                    OnlyStatement *statement);

// Complains of an error in it, by its lines in the file.
ExitStatus complain_of_statement(const OnlyStatement *statement, const HoneError *error);

// Calls `use` with each line that is not blank of the first file, or of standard input
// where there is none, until an interrupt. Complains of a file that can't be opened.
typedef void LineUse(const App *app, HoneSession *session, const char *line);
ExitStatus app_each_line(const App *app, HoneSession *session, LineUse *use);

// Fills the options that the settings hold.
bool options_from(const App *app, HoneOptions *options);

// Prints the result as the settings ask: JSON, or text.
void print_result(const App *app, const HoneResult *result);

#endif
