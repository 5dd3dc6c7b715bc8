// print_scope.h - names that hide each other: a stack of meanings for each word.

#ifndef SQL_PRINT_SCOPE_H
#define SQL_PRINT_SCOPE_H

#include "base/array.h"
#include "base/map.h"

// What a word means in the block at `depth`.
typedef struct Meaning Meaning;
struct Meaning {
    const Meaning *outer; // What it means further out; or NULL.
    const char *word;
    void *thing; // The first that was pushed at this depth.
    unsigned depth;
    unsigned count; // How many were pushed at this depth.
};

typedef struct {
    Map words;
    ARRAY(Meaning *) pushed;
} NameScope;

NameScope name_scope_new(Arena *arena);

// Adds a meaning. A second one at the same depth only counts: the word is ambiguous.
void name_scope_push(NameScope *scope, const char *word, unsigned depth, void *thing);

// Takes away all that was pushed since the scope had `count` meanings.
void name_scope_pop(NameScope *scope, size_t count);

// Returns the innermost meaning, or NULL.
const Meaning *name_scope_find(const NameScope *scope, const char *word);

#endif
