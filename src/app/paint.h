// paint.h - colours where they are wanted, and how times and ratios are written.

#ifndef APP_PAINT_H
#define APP_PAINT_H

#include "base/arena.h"

#include <stdbool.h>

typedef enum { PAINT_PLAIN, PAINT_GOOD, PAINT_BAD, PAINT_DIM, PAINT_STRONG } Paint;

// True if standard output is a terminal and NO_COLOR is not set.
bool paint_wanted(void);

// Returns the text in a colour, if `wanted`.
const char *painted(Arena *arena, bool wanted, Paint paint, const char *text);

// Returns "2.41 s", "38 ms", "0.42 ms", "3 m 20 s".
const char *duration_print(Arena *arena, double ms);

// Returns "63x", "2.1x", "1.07x".
const char *ratio_print(Arena *arena, double ratio);

// Returns the "s" of a word behind this number, or "".
const char *plural(size_t count);

#endif
