// environment.h - variables: those of the process, then those of .env files.

#ifndef APP_ENVIRONMENT_H
#define APP_ENVIRONMENT_H

#include "base/array.h"

typedef struct {
    const char *name, *value;
} Variable;

typedef struct {
    ARRAY(Variable) variables; // Of .env; the first of a name counts.
} Environment;

// Reads .env in the working directory and in the project root (the nearest directory
// upwards with a .git); none is an answer, too.
Environment environment_read(Arena *arena);

// Returns the value, or NULL; an empty one counts as none.
const char *environment_get(const Environment *environment, const char *name);

#endif
