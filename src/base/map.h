// map.h - from a name or a number to a thing.
//
//     Map columns = map_new(arena);
//     *map_word(&columns, "id") = column;            // makes the entry
//     const Column *found = map_find_word(&columns, "ID");
//
// Words are compared without regard to the case of ASCII letters, as SQL's names are;
// the map keeps the pointer, not a copy. A map holds words or numbers, not both. An
// empty map takes no memory, and nothing can be taken out again.

#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    Arena *arena;
    struct MapSlot *slots; // Private. A power of two of them, at most 3/4 in use.
    size_t capacity;
    size_t count;
} Map;

Map map_new(Arena *arena);

// Return the value, or NULL if there is no such entry.
void *map_find_word(const Map *map, const char *word);
void *map_find_number(const Map *map, uint64_t number);

// Return where the value stands, NULL in a new entry. Valid until the next new entry.
void **map_word(Map *map, const char *word);
void **map_number(Map *map, uint64_t number);

// Returns a hash of a word that does not depend on the case of its ASCII letters.
uint64_t hash_word(const char *word);

// Returns `number` with its bits well mixed.
uint64_t hash_number(uint64_t number);

#endif
