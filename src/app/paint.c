// paint.c - escapes, units.

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

const char *duration_print(Arena *arena, double ms)
{
    if (ms >= 120e3)
        return arena_printf(arena, "%d m %d s", (int)(ms / 60e3), (int)(ms / 1e3) % 60);
    if (ms >= 999.5)
        return arena_printf(arena, ms >= 99.95e3 ? "%.0f s" : "%.3g s", ms / 1e3);
    if (ms >= 9.95)
        return arena_printf(arena, "%.0f ms", ms);
    return arena_printf(arena, "%.2g ms", ms);
}

const char *ratio_print(Arena *arena, double ratio)
{
    if (ratio >= 9.95)
        return arena_printf(arena, "%.0fx", ratio);
    return arena_printf(arena, ratio >= 1.995 ? "%.1fx" : "%.2fx", ratio);
}

const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}
