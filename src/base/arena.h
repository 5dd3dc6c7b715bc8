// arena.h - memory that is freed all at once.
//
// Everything built while working on one query (tokens, trees, candidates, messages)
// lives in one arena and goes away with it: nothing is freed by hand, and no tree is
// ever half dead.
//
//   - A function that allocates takes the arena first. What it returns lives exactly
//     as long as that arena.
//   - A `const T *` inside a struct is borrowed: it points into the same arena or
//     into one that outlives it. Lifetimes nest: session > query > scratch.
//   - What is not memory (a connection, a file) is closed by the one who opened it.
//
// Running out of memory ends the process with one line on standard error: no caller
// has anything better to do.

#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/compiler.h"

#include <stddef.h>

typedef struct {
    struct ArenaBlock *blocks; // Private. Newest first.
    struct ArenaBlock *spare;  // Private. In use again before others are made.
} Arena;

#define ARENA_EMPTY ((Arena){0})

// Returns room for `count` objects of `type`, all zero. Never NULL.
#define arena_new(arena, type, count) ((type *)arena_alloc(arena, count, sizeof(type)))
void *arena_alloc(Arena *arena, size_t count, size_t size);

// Returns a copy of `count` objects of `size` bytes; NULL when there are none.
void *arena_copy(Arena *arena, const void *objects, size_t count, size_t size);

// Returns a NUL-terminated copy of the first `length` bytes of `text`.
char *arena_text(Arena *arena, const char *text, size_t length);

// Returns a copy of a NUL-terminated string; NULL for NULL.
char *arena_string(Arena *arena, const char *text);

// Returns what printf would print.
char *arena_printf(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

// Returns how many bytes the arena holds, handed out or not.
size_t arena_size_bytes(const Arena *arena);

// Frees everything the arena gave out. It is empty again and may be reused.
void arena_clear(Arena *arena);

// Takes back everything the arena gave out, but keeps the memory for what comes next: for
// loops that fill a scratch arena each time round. arena_clear frees it in the end.
void arena_reset(Arena *arena);

#endif
