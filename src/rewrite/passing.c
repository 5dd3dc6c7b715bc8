// passing.c - going down a FROM clause as long as no row is made up.

#include "rewrite/passing.h"

static bool passes_left(JoinKind join)
{
    return !join_keeps_right(join);
}

static bool passes_right(JoinKind join)
{
    return join == JOIN_INNER || join == JOIN_CROSS || join == JOIN_RIGHT;
}

static void add_conjuncts(Arena *arena, ExprList *list, const Source *source,
                          bool everywhere)
{
    if (source->kind != SOURCE_JOIN)
        return;
    if (everywhere || source->join == JOIN_INNER || source->join == JOIN_CROSS)
        list_add_all(arena, list, source->on, source->on_count);
    if (everywhere || passes_left(source->join))
        add_conjuncts(arena, list, source->left, everywhere);
    if (everywhere || passes_right(source->join))
        add_conjuncts(arena, list, source->right, everywhere);
}

static ExprList conjuncts_of(Arena *arena, const Select *select, bool everywhere)
{
    ExprList list = {0};
    list_add_all(arena, &list, select->filter, select->filter_count);
    for (size_t i = 0; i < select->source_count; i++)
        add_conjuncts(arena, &list, select->sources[i], everywhere);
    return list;
}

ExprList passed_conjuncts(Arena *arena, const Select *select)
{
    return conjuncts_of(arena, select, false);
}

ExprList all_conjuncts(Arena *arena, const Select *select)
{
    return conjuncts_of(arena, select, true);
}

ExprList conjuncts_on(Arena *arena, const ExprList *conjuncts, uint32_t source)
{
    ExprList list = {0};
    for (size_t i = 0; i < conjuncts->count; i++) {
        const Expr *conjunct = conjuncts->items[i];
        NumberSet sources = expr_sources(arena, conjunct);
        if (sources.count == 1 && sources.numbers[0] == source &&
            !expr_has_subquery(conjunct))
            array_push(arena, &list, conjunct);
    }
    return list;
}

// True if the source stands below the FROM item, and is not made up there.
static bool is_kept(const Source *item, uint32_t source)
{
    if (item->kind != SOURCE_JOIN)
        return item->number == source;
    return (passes_left(item->join) && is_kept(item->left, source)) ||
           (passes_right(item->join) && is_kept(item->right, source));
}

bool source_may_be_made_up(const Select *select, uint32_t source)
{
    for (size_t i = 0; i < select->source_count; i++)
        if (is_kept(select->sources[i], source))
            return false;
    return true;
}
