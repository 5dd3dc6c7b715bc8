// directory.h - temporary directories, and taking them away again.

#ifndef BASE_DIRECTORY_H
#define BASE_DIRECTORY_H

#include "base/arena.h"
#include "base/error.h"

// Makes a new directory that only we may enter, in TMPDIR or /tmp; returns its path.
bool directory_make_temporary(Arena *arena, const char **path, Error *err) MUST_CHECK;

// Removes the directory and all in it, as far as possible. NULL is allowed.
void directory_remove(const char *path);

#endif
