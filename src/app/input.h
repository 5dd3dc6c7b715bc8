// input.h - the SQL to work on: from files, directories, -c or standard input.

#ifndef APP_INPUT_H
#define APP_INPUT_H

#include "app/settings.h"

// One text and where it came from.
typedef struct {
    const char
        *name; // "slow.sql"; "-c", "-c#2" or "standard input" where there is no file.
    const char *path; // NULL where there is no file.
    const char *text; // NULL: it could not be read, see `error`.
    Error error;
} Input;

typedef ARRAY(Input) Inputs;

// Reads all that the settings name; of a directory its *.sql files by name, those that we
// wrote (*.hone.sql) left out. A file that can't be read is an Input with its error, so
// that the others can go on.
Inputs inputs_read(Arena *arena, const Settings *settings);

// Reads a whole file, or standard input for "-". Fails with ERROR_FILE: not there, not a
// file, not text.
bool file_read(Arena *arena, const char *path, const char **text, Error *err) MUST_CHECK;

// Writes a new file. Fails with ERROR_FILE if it exists, unless `force` is set, or can't
// be written; no half file is left.
bool file_write(const char *path, const char *text, bool force, Error *err) MUST_CHECK;

#endif
