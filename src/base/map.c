// map.c - open addressing with linear probing.

#include "base/map.h"

#include "base/text.h"

#include <assert.h>
#include <stdbool.h>

enum { FIRST_CAPACITY = 16 };

// A slot is empty if it is not `used`.
struct MapSlot {
    const char *word; // NULL in a map of numbers.
    uint64_t key;     // The number, or the word's hash.
    void *value;
    bool used;
};

uint64_t hash_number(uint64_t number)
{
    number ^= number >> 30;
    number *= 0xbf58476d1ce4e5b9u;
    number ^= number >> 27;
    number *= 0x94d049bb133111ebu;
    return number ^ (number >> 31);
}

uint64_t hash_word(const char *word)
{
    uint64_t hash = 0xcbf29ce484222325u; // FNV-1a
    for (const char *p = word; *p != '\0'; p++) {
        unsigned char byte = (unsigned char)*p;
        if (byte >= 'A' && byte <= 'Z')
            byte = (unsigned char)(byte + ('a' - 'A'));
        hash = (hash ^ byte) * 0x100000001b3u;
    }
    return hash;
}

Map map_new(Arena *arena)
{
    return (Map){.arena = arena};
}

// Returns the slot of the key, or the empty one where it would stand.
static struct MapSlot *slot_of(const Map *map, const char *word, uint64_t key)
{
    size_t mask = map->capacity - 1;
    for (size_t i = hash_number(key) & mask;; i = (i + 1) & mask) {
        struct MapSlot *slot = &map->slots[i];
        if (!slot->used)
            return slot;
        if (slot->key == key && (slot->word == word || text_same_word(slot->word, word)))
            return slot;
    }
}

static void grow(Map *map)
{
    Map larger = *map;
    larger.capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 2;
    larger.slots = arena_new(map->arena, struct MapSlot, larger.capacity);
    for (size_t i = 0; i < map->capacity; i++) {
        const struct MapSlot *slot = &map->slots[i];
        if (slot->used)
            *slot_of(&larger, slot->word, slot->key) = *slot;
    }
    *map = larger;
}

static void *find(const Map *map, const char *word, uint64_t key)
{
    if (map->count == 0)
        return NULL;
    const struct MapSlot *slot = slot_of(map, word, key);
    return slot->used ? slot->value : NULL;
}

static void **enter(Map *map, const char *word, uint64_t key)
{
    if (map->count >= map->capacity / 4 * 3)
        grow(map);
    struct MapSlot *slot = slot_of(map, word, key);
    if (!slot->used) {
        *slot = (struct MapSlot){.word = word, .key = key, .used = true};
        map->count++;
    }
    return &slot->value;
}

void *map_find_word(const Map *map, const char *word)
{
    assert(word != NULL);
    return find(map, word, hash_word(word));
}

void *map_find_number(const Map *map, uint64_t number)
{
    return find(map, NULL, number);
}

void **map_word(Map *map, const char *word)
{
    assert(word != NULL);
    return enter(map, word, hash_word(word));
}

void **map_number(Map *map, uint64_t number)
{
    return enter(map, NULL, number);
}
