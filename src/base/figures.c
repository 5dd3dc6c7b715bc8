// figures.c - two or three digits, as many as a measurement is good for.

#include "base/figures.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

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
    if (ratio > 0 && ratio < 0.095)
        return arena_printf(arena, "%.2gx", ratio);
    return arena_printf(arena, ratio >= 1.995 ? "%.1fx" : "%.2fx", ratio);
}

const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

const char *number_print(Arena *arena, uint64_t number)
{
    char digits[24];
    int count = snprintf(digits, sizeof(digits), "%" PRIu64, number);
    Text text = text_new(arena);
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            text_add_char(&text, ',');
        text_add_char(&text, digits[i]);
    }
    return text.bytes;
}
