// paint.c - escapes.

#include "app/paint.h"

#include <stdlib.h>
#include <unistd.h>

bool paint_wanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) != 0 && (no_color == NULL || no_color[0] == '\0');
}

const char *painted(Arena *arena, bool wanted, Paint paint, const char *text)
{
    static const char *const escapes[] = {
        [PAINT_PLAIN] = "",      [PAINT_GOOD] = "\033[32m",  [PAINT_BAD] = "\033[31m",
        [PAINT_DIM] = "\033[2m", [PAINT_STRONG] = "\033[1m",
    };
    if (!wanted || paint == PAINT_PLAIN)
        return text;
    return arena_printf(arena, "%s%s\033[0m", escapes[paint], text);
}
