// paint.h - colours where they are wanted.

#ifndef APP_PAINT_H
#define APP_PAINT_H

#include "base/arena.h"

#include <stdbool.h>

typedef enum { PAINT_PLAIN, PAINT_GOOD, PAINT_BAD, PAINT_DIM, PAINT_STRONG } Paint;

// True if standard output is a terminal and NO_COLOR is not set.
bool paint_wanted(void);

// Returns the text in a colour, if `wanted`.
const char *painted(Arena *arena, bool wanted, Paint paint, const char *text);

#endif
