// diff.h - what changed between two texts, line by line.

#ifndef APP_DIFF_H
#define APP_DIFF_H

#include "base/arena.h"

#include <stdbool.h>

// Returns a unified diff with all lines that did not change around it, coloured if
// `color`: lines of `before` alone with -, of `after` alone with +.
const char *diff_lines(Arena *arena, const char *before, const char *after, bool color);

#endif
