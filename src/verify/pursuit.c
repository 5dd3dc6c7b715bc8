// pursuit.c - databases for the mutants that chance did not tell apart.

#include "verify/search_state.h"

#include "verify/contrast.h"
#include "verify/multiply.h"
#include "verify/vary.h"

enum {
    BASES = 2,          // Databases that are multiplied for a mutant.
    CONTRAST_DRAWS = 6, // For each mutant that the first draws left, and contrast.
};

// Limits in steps of the interpreter.
enum {
    AIM_STEPS = 4000000,    // For the mutants.
    MULTIPLY_STEPS = 60000, // For one of them, of databases that are there.
};

// Most mutants are told apart by the first databases; of the rest many are no mistakes.
static void leave_equal_mutants_out(Search *search)
{
    mutants_leave_equal_out(search->mutants, search->pair, search->told_apart);
    search->left_count = 0;
    for (size_t i = 0; i < search->mutants->count; i++) {
        if (search->mutants->items[i].equal || search->mutants->items[i].is_far)
            search->mutant_runs[i] = NULL;
        search->left_count += search->mutant_runs[i] != NULL && !search->told_apart[i];
    }
}

// Draws what should tell a mutant apart.
static void aim_at_mutant(Search *search, size_t mutant, const Contrast *contrast,
                          size_t draws, Generator *generator, Random *random)
{
    Arena arena = ARENA_EMPTY;
    AimTarget *target = aim_target_new(search->arena, &contrast->tree, contrast->beside);
    search->aimed_at = mutant;
    for (size_t i = 0; i < draws && !search->told_apart[mutant]; i++) {
        Database drawn = generator_aim(generator, target, &arena, random, i);
        (void)search_try(search, &arena, database_copied(search->arena, &drawn));
        arena_reset(&arena);
    }
    search->aimed_at = SIZE_MAX;
    arena_clear(&arena);
}

// Returns databases on which the original returned something: the smallest, then the one
// on which it returned most; the same where it is one.
static size_t bases_of(const Search *search, Drawn bases[BASES])
{
    const Drawn *smallest = NULL, *fullest = NULL;
    for (size_t i = 0; i < search->drawn.count; i++) {
        const Drawn *it = &search->drawn.items[i];
        if (!it->left_sure || it->left.count == 0)
            continue;
        if (smallest == NULL ||
            database_steps(&it->database) < database_steps(&smallest->database))
            smallest = it;
        if (fullest == NULL || it->left.count > fullest->left.count)
            fullest = it;
    }
    if (smallest == NULL)
        return 0;
    bases[0] = *smallest;
    bases[1] = *fullest;
    return smallest == fullest ? 1 : BASES;
}

// Tries one database several times over: for rows beyond a LIMIT, as many times as it
// takes, where two copies of it give more rows than one. True if it is tried.
static bool try_multiplied(Search *search, Arena *arena, const Drawn *base,
                           Multiplication how, size_t rows_wanted)
{
    Database made;
    const Hints *hints = search->hints;
    if (!database_multiplied(arena, hints, &base->database, &how, &made))
        return false;
    if (rows_wanted > 0) {
        size_t rows = search_count_rows(search, arena, &made);
        if (rows <= base->left.count)
            return false;
        how.copies = rows_wanted / (rows - base->left.count) + 2;
        if (!database_multiplied(arena, hints, &base->database, &how, &made))
            return false;
    }
    search->is_large = rows_wanted > 0;
    (void)search_try(search, arena, database_copied(search->arena, &made));
    search->is_large = false;
    return true;
}

// Makes what should tell a mutant apart of databases that are there.
static void multiply_for_mutant(Search *search, size_t mutant, const Contrast *contrast)
{
    Arena arena = ARENA_EMPTY;
    const Multiplication *list;
    Drawn bases[BASES];
    bool is_large = contrast->beside.kind == BESIDE_MANY, is_done = false;
    size_t rows = is_large ? rows_beyond_limit(contrast->tree.root) : 0;
    size_t base_count = bases_of(search, bases);
    size_t count = multiplications_for(search->arena, search->hints, &contrast->tree,
                                       contrast->beside, &list);
    size_t most = search->steps + MULTIPLY_STEPS;
    search->aimed_at = mutant;
    for (size_t i = 0; i < count * base_count && !is_done && search->steps < most; i++) {
        bool is_tried =
            try_multiplied(search, &arena, &bases[i / count], list[i % count], rows);
        is_done = search->told_apart[mutant] || (is_tried && is_large);
        arena_reset(&arena);
    }
    search->aimed_at = SIZE_MAX;
    arena_clear(&arena);
}

// Asks for what is beside a row of the result in databases that are there, or for all
// that tells mutants apart in new ones. One large database will do for all mutants that
// want one; the engine is to run it where it is too large for here.
static void aim_or_multiply(Search *search, bool multiplies, Generator *generator,
                            Random *random)
{
    size_t most = search->steps + AIM_STEPS;
    bool has_large = false;
    for (size_t i = 0; i < search->mutants->count && search->steps < most; i++) {
        if (search->mutant_runs[i] == NULL || search->told_apart[i])
            continue;
        Contrast *contrasts = arena_new(search->arena, Contrast, CONTRAST_LIMIT);
        size_t count = contrasts_of(search->arena, search->pair->left.tree,
                                    &search->mutants->items[i].tree, contrasts);
        for (size_t c = 0; c < count && search->steps < most; c++) {
            bool is_large = contrasts[c].beside.kind == BESIDE_MANY;
            size_t draws = !is_large ? CONTRAST_DRAWS : !has_large;
            if (!multiplies)
                aim_at_mutant(search, i, &contrasts[c], draws, generator, random);
            else if (draws > 0)
                multiply_for_mutant(search, i, &contrasts[c]);
            has_large |= is_large;
        }
    }
}

// What is asked for a mutant is mostly had at once, or never. To multiply what is there
// takes less, but something must be there.
void search_pursue_mutants(Search *search, Generator *generator, Random *random)
{
    leave_equal_mutants_out(search);
    Drawn bases[BASES];
    bool has_base = bases_of(search, bases) > 0;
    aim_or_multiply(search, has_base, generator, random);
    aim_or_multiply(search, !has_base, generator, random);
}
