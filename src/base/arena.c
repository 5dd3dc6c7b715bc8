// arena.c - bump allocation out of a list of blocks.

#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SIZE = 2 * 1024, // Of many arenas little more is used.
    BLOCK_SIZE = 32 * 1024,
    SHORT_TEXT = 256,
};

typedef struct ArenaBlock ArenaBlock;
struct ArenaBlock {
    ArenaBlock *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

static size_t round_up(size_t size)
{
    size_t mask = alignof(max_align_t) - 1;
    return (size + mask) & ~mask;
}

static ArenaBlock *block_new(size_t capacity)
{
    ArenaBlock *block = malloc(sizeof(ArenaBlock) + capacity);
    if (block == NULL) {
        fprintf(stderr, "hone: out of memory: %zu bytes\n", capacity);
        abort();
    }
    block->used = 0;
    block->size = capacity;
    return block;
}

// Puts a block with room for at least `size` bytes at the head of the list.
static ArenaBlock *add_block(Arena *arena, size_t size)
{
    ArenaBlock *block = arena->spare;
    size_t usual = arena->blocks == NULL ? FIRST_SIZE : BLOCK_SIZE;
    if (block != NULL && size <= block->size)
        arena->spare = block->next;
    else
        block = block_new(size > usual ? size : usual);
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

// Returns room for `count` objects that are not zero yet.
static void *take(Arena *arena, size_t count, size_t size)
{
    assert(size > 0);
    assert(count < PTRDIFF_MAX / 2 / size); // Room to round up and to add a header.

    size_t bytes = round_up(count * size);
    ArenaBlock *block = arena->blocks;
    if (block == NULL || block->size - block->used < bytes)
        block = add_block(arena, bytes);

    void *memory = block->bytes + block->used;
    block->used += bytes;
    return memory;
}

// Zeroed here and not with the block, of which short-lived arenas use little.
void *arena_alloc(Arena *arena, size_t count, size_t size)
{
    return memset(take(arena, count, size), 0, count * size);
}

void *arena_copy(Arena *arena, const void *objects, size_t count, size_t size)
{
    if (count == 0)
        return NULL;
    return memcpy(take(arena, count, size), objects, count * size);
}

char *arena_text(Arena *arena, const char *text, size_t length)
{
    char *copy = take(arena, length + 1, 1);
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_string(Arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_text(arena, text, strlen(text));
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    char start[SHORT_TEXT];
    va_list arguments;
    va_start(arguments, format);
    int printed = vsnprintf(start, sizeof(start), format, arguments);
    va_end(arguments);
    assert(printed >= 0);

    size_t length = (size_t)printed;
    if (length < sizeof(start))
        return arena_text(arena, start, length);
    char *text = take(arena, length + 1, 1);
    va_start(arguments, format);
    vsnprintf(text, length + 1, format, arguments);
    va_end(arguments);
    return text;
}

static size_t size_of_list(const ArenaBlock *block)
{
    size_t bytes = 0;
    for (; block != NULL; block = block->next)
        bytes += block->size;
    return bytes;
}

size_t arena_size_bytes(const Arena *arena)
{
    return size_of_list(arena->blocks) + size_of_list(arena->spare);
}

static void free_list(ArenaBlock *block)
{
    while (block != NULL) {
        ArenaBlock *next = block->next;
        free(block);
        block = next;
    }
}

void arena_clear(Arena *arena)
{
    free_list(arena->blocks);
    free_list(arena->spare);
    *arena = ARENA_EMPTY;
}

void arena_reset(Arena *arena)
{
    ArenaBlock *block = arena->blocks;
    while (block != NULL) {
        ArenaBlock *next = block->next;
        if (block->size != BLOCK_SIZE) {
            free(block);
        } else {
            block->used = 0;
            block->next = arena->spare;
            arena->spare = block;
        }
        block = next;
    }
    arena->blocks = NULL;
}
