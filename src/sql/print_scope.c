// print_scope.c - a map of stacks, and the order in which to undo them.

#include "sql/print_scope.h"

#include <assert.h>

NameScope name_scope_new(Arena *arena)
{
    return (NameScope){.words = map_new(arena)};
}

void name_scope_push(NameScope *scope, const char *word, unsigned depth, void *thing)
{
    Arena *arena = scope->words.arena;
    void **slot = map_word(&scope->words, word);
    Meaning *top = *slot;
    if (top != NULL && top->depth == depth) {
        top->count++;
        return;
    }
    Meaning *meaning = arena_new(arena, Meaning, 1);
    *meaning =
        (Meaning){.outer = top, .word = word, .thing = thing, .depth = depth, .count = 1};
    *slot = meaning;
    array_push(arena, &scope->pushed, meaning);
}

void name_scope_pop(NameScope *scope, size_t count)
{
    assert(scope->pushed.count >= count);
    while (scope->pushed.count > count) {
        const Meaning *meaning = scope->pushed.items[--scope->pushed.count];
        *map_word(&scope->words, meaning->word) = (void *)meaning->outer;
    }
}

const Meaning *name_scope_find(const NameScope *scope, const char *word)
{
    return map_find_word(&scope->words, word);
}
