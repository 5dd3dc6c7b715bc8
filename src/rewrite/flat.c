// flat.c - opening the joins of a FROM.

#include "rewrite/flat.h"

static void open_joins(Arena *arena, FlatFrom *flat, const Source *source)
{
    if (source->kind != SOURCE_JOIN) {
        array_push(arena, &flat->leaves, source);
        flat->any_lateral |= source->lateral || source->kind == SOURCE_FUNCTION;
        return;
    }
    flat->any_outer |= source->join != JOIN_INNER && source->join != JOIN_CROSS;
    open_joins(arena, flat, source->left);
    open_joins(arena, flat, source->right);
    list_add_all(arena, &flat->conjuncts, source->on, source->on_count);
}

FlatFrom flat_from(Arena *arena, const Select *select)
{
    FlatFrom flat = {0};
    for (size_t i = 0; i < select->source_count; i++)
        open_joins(arena, &flat, select->sources[i]);
    list_add_all(arena, &flat.conjuncts, select->filter, select->filter_count);
    return flat;
}

bool equates_column(const Expr *conjunct, const Source *a, const Source *b,
                    uint32_t column)
{
    if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
        return false;
    const Expr *left = conjunct->args[0], *right = conjunct->args[1];
    return (expr_is_column(left, a->number, column) &&
            expr_is_column(right, b->number, column)) ||
           (expr_is_column(left, b->number, column) &&
            expr_is_column(right, a->number, column));
}
