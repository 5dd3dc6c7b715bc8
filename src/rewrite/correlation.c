// correlation.c - sorting conjuncts.

#include "rewrite/correlation.h"

// True if `a` can be the inner side and `b` the outer.
static bool is_pair(Arena *arena, const Expr *a, const Expr *b, NumberSet inner,
                    NumberSet outer)
{
    if (expr_has_subquery(a) || expr_has_subquery(b))
        return false;
    NumberSet of_a = expr_sources(arena, a);
    NumberSet of_b = expr_sources(arena, b);
    return of_a.count > 0 && number_set_within(of_a, inner) &&
           number_set_meets(of_b, outer) && !number_set_meets(of_b, inner);
}

NumberSet select_sources(Arena *arena, const Select *select)
{
    NumberSet all = {0};
    for (size_t i = 0; i < select->source_count; i++)
        all = number_set_union(arena, all, source_numbers(arena, select->sources[i]));
    return all;
}

// Puts the conjunct, which names the block around, among the pairs or the mixed ones.
static void sort_tie(Arena *arena, Correlation *correlation, const Expr *conjunct,
                     NumberSet own, NumberSet outer)
{
    bool is_equality = conjunct->kind == EXPR_COMPARE && conjunct->compare == COMPARE_EQ;
    const Expr *left = is_equality ? conjunct->args[0] : NULL;
    const Expr *right = is_equality ? conjunct->args[1] : NULL;
    if (is_equality && is_pair(arena, left, right, own, outer))
        array_push(arena, &correlation->pairs, ((KeyPair){left, right, conjunct}));
    else if (is_equality && is_pair(arena, right, left, own, outer))
        array_push(arena, &correlation->pairs, ((KeyPair){right, left, conjunct}));
    else
        array_push(arena, &correlation->mixed, conjunct);
}

Correlation correlation_of(Arena *arena, const Select *inner, NumberSet outer)
{
    Correlation correlation = {0};
    NumberSet own = select_sources(arena, inner);
    for (size_t i = 0; i < inner->filter_count; i++) {
        const Expr *conjunct = inner->filter[i];
        if (number_set_meets(expr_sources(arena, conjunct), outer))
            sort_tie(arena, &correlation, conjunct, own, outer);
        else
            array_push(arena, &correlation.own, conjunct);
    }
    return correlation;
}

bool pairs_compare_alike(Facts *facts, const Correlation *correlation)
{
    for (size_t i = 0; i < correlation->pairs.count; i++)
        if (!exprs_compare_alike(facts, correlation->pairs.items[i].inner,
                                 correlation->pairs.items[i].outer))
            return false;
    return true;
}

bool query_is_filter_only(const Query *query)
{
    return query->body == BODY_SELECT && !query_is_grouped(query) &&
           query->select->qualify_count == 0 && query->limit == NULL &&
           query->offset == NULL;
}
