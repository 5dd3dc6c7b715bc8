// sieve.c - lists of conditions that share their ends.

#include "verify/sieve.h"

const Sieve *sieve_with(Arena *arena, const Sieve *sieve, const Expr *condition)
{
    Sieve *longer = arena_new(arena, Sieve, 1);
    *longer = (Sieve){sieve, condition};
    return longer;
}

const Sieve *sieve_with_others(Arena *arena, const Sieve *sieve, Conjuncts conditions,
                               size_t left_out)
{
    for (size_t i = 0; i < conditions.count; i++)
        if (i != left_out)
            sieve = sieve_with(arena, sieve, conditions.items[i]);
    return sieve;
}

const Sieve *sieve_with_all(Arena *arena, const Sieve *sieve, Conjuncts conditions)
{
    return sieve_with_others(arena, sieve, conditions, conditions.count);
}

bool join_spares_left(const Source *join)
{
    return join_keeps_left(join->join) || join->join == JOIN_SEMI ||
           join->join == JOIN_ANTI;
}

const Sieve *sieve_of_side(Arena *arena, const Source *join, const Source *side,
                           const Sieve *sieve, const Sieve *outer)
{
    bool is_left = side == join->left;
    bool keeps_left = join_spares_left(join), keeps_right = join_keeps_right(join->join);
    const Sieve *base = (is_left ? keeps_right : keeps_left) ? outer : sieve;
    bool is_kept = is_left ? keeps_left : keeps_right;
    return is_kept ? base : sieve_with_all(arena, base, conjuncts_of_join(join));
}

const Sieve *sieve_without(Arena *arena, const Sieve *sieve, const Source *source)
{
    const Sieve *kept = NULL;
    NumberSet numbers = source_numbers(arena, source);
    for (; sieve != NULL; sieve = sieve->next)
        if (!number_set_meets(expr_sources(arena, sieve->condition), numbers))
            kept = sieve_with(arena, kept, sieve->condition);
    return kept;
}

bool sieve_drops(const Sieve *sieve, const Supposition *supposition)
{
    for (; sieve != NULL; sieve = sieve->next)
        if ((suppose(supposition, sieve->condition).may & MAY_TRUE) == 0)
            return true;
    return false;
}
