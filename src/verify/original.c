// original.c - making, recognising and closing an original.

#include "verify/original.h"

#include "verify/choice.h"
#include "verify/vary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { UNSTABLE_KEPT = 3 };

Original *original_new(const Catalog *catalog, const char *left, const char *right)
{
    Original *original = calloc(1, sizeof(*original));
    assert(original != NULL);
    Arena *arena = &original->arena;
    original->pair =
        pair_new(arena, catalog, arena_string(arena, left), arena_string(arena, right));
    original->hints = hints_new(arena, &original->pair);
    original->ordering = ordering_new(arena, &original->pair.left);
    original->generator = generator_new(arena, original->hints);
    original->choice = side_open_choice(arena, &original->pair.left);
    for (size_t by = 0; by < TIE_BREAKS; by++)
        original->untied[by] =
            side_with_ties_broken(arena, &original->pair.left, (TieBreak)by);
    return original;
}

void original_close(Original *original)
{
    if (original == NULL)
        return;
    arena_clear(&original->arena);
    free(original);
}

bool original_is_of(const Original *original, const Pair *pair)
{
    return original->pair.catalog == pair->catalog &&
           strcmp(original->pair.left.text, pair->left.text) == 0;
}

bool original_shows(const Original *original, const Database *database)
{
    for (size_t i = 0; i < original->exhibits.count; i++)
        if (original->exhibits.items[i].database.tables == database->tables)
            return true;
    return false;
}

void original_note_unstable(Original *original, const Database *database, bool reversed)
{
    Arena *arena = &original->arena;
    if (original->unstable.count < UNSTABLE_KEPT)
        array_push(arena, &original->unstable,
                   ((Unstable){database_copied(arena, database), reversed}));
}
