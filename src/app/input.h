// input.h - the SQL to work on: from files, directories, -c or standard input.

#ifndef APP_INPUT_H
#define APP_INPUT_H

#include "app/settings.h"

// One text and where it came from.
typedef struct {
    const char *name; // "slow.sql", "-c", "-c#2", "standard input"
    const char *path; // NULL where there is no file.
    const char *text; // NULL: it could not be read, see `error`.
    Error error;
} Input;

typedef ARRAY(Input) Inputs;

// Reads all that the settings name; of a directory its *.sql files by name, those that we
// wrote (*.hone.sql) left out. A file that can't be read is an Input with its error, so
// that the others can go on.
Inputs inputs_read(Arena *arena, const Settings *settings);

// Says on a terminal that standard input is read.
void input_announce(void);

// Reads a whole file as file_read does, or standard input for "-".
bool input_read(Arena *arena, const char *path, const char **text, Error *err) MUST_CHECK;

#endif
