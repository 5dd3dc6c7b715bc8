// file.h - whole files of text.

#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"

// Reads a whole file. Fails with ERROR_FILE: not there, not a file, larger than 256 MB,
// no UTF-8, a zero byte in it.
bool file_read(Arena *arena, const char *path, const char **text, Error *err) MUST_CHECK;

// As file_read, of an open file, which stays open. `name` stands for it in messages.
bool file_read_open(Arena *arena, int file, const char *name, const char **text,
                    Error *err) MUST_CHECK;

// Writes a new file. Fails with ERROR_FILE if it exists, unless `force` is set, or can't
// be written; no half file is left.
bool file_write(const char *path, const char *text, bool force, Error *err) MUST_CHECK;

#endif
