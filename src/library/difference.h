// difference.h - rows in which two results differ, for people and as JSON.

#ifndef LIBRARY_DIFFERENCE_H
#define LIBRARY_DIFFERENCE_H

#include "library/json.h"
#include "verify/judge.h"

// Returns lines that say how many rows differ, with examples; NULL if there are none.
const char *differences_print(Arena *arena, const Differences *differences);

// Adds them as an object; null if there are none.
void differences_add(Json *object, const char *field, const Differences *differences);

#endif
