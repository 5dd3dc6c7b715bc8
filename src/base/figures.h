// figures.h - times, ratios and counts as people read them.

#ifndef BASE_FIGURES_H
#define BASE_FIGURES_H

#include "base/arena.h"

#include <stdint.h>

// Returns "2.41 s", "38 ms", "0.42 ms", "3 m 20 s".
const char *duration_print(Arena *arena, double ms);

// Returns "63x", "2.1x", "1.07x", "0.0013x".
const char *ratio_print(Arena *arena, double ratio);

// Returns the number with commas: "1,234,567".
const char *number_print(Arena *arena, uint64_t number);

// Returns the "s" of a word behind this number, or "".
const char *plural(size_t count);

#endif
