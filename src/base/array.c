// array.c - doubling.

#include "base/array.h"

#include <string.h>

enum { FIRST_CAPACITY = 8 };

void *array_grow(Arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    void *grown = arena_alloc(arena, *capacity, size);
    if (count > 0)
        memcpy(grown, items, count * size);
    return grown;
}
