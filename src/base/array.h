// array.h - arrays that grow in an arena.
//
//     ARRAY(const Expr *) conjuncts = {0};
//     array_push(arena, &conjuncts, expr);
//     for (size_t i = 0; i < conjuncts.count; i++) use(conjuncts.items[i]);

#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include "base/arena.h"

#define ARRAY(type)                                                                      \
    struct {                                                                             \
        type *items;                                                                     \
        size_t count;                                                                    \
        size_t capacity;                                                                 \
    }

// Appends `item`. The elements may move: keep indexes, not pointers.
#define array_push(arena, array, item)                                                   \
    ((array)->items = array_grow(arena, (array)->items, (array)->count,                  \
                                 &(array)->capacity, sizeof(*(array)->items)),           \
     (void)((array)->items[(array)->count++] = (item)))

// Returns `items`, or a copy of them with room for one more.
void *array_grow(Arena *arena, void *items, size_t count, size_t *capacity, size_t size);

#endif
