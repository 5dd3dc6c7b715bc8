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

const Query *query_map_first_around(RuleContext *context, const Query *query,
                                    SpotMapper *map)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Around around = {.context = context,
                     .block = query,
                     .sources = select_numbers(context->arena, query->select)};
    return query_map_first_spot(context->arena, query, map, &around);
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
    NumberSet own = select_numbers(arena, inner);
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

const Select *select_without_null_keys(RuleContext *context, const Select *keys)
{
    Arena *arena = context->arena;
    ExprList filter = {0};
    list_add_all(arena, &filter, keys->filter, keys->filter_count);
    for (size_t i = 0; i < keys->output_count; i++) {
        const Expr *key = keys->outputs[i].expr;
        if (expr_never_null(context->facts, keys, key))
            continue;
        const Expr *copy = expr_copy(arena, key, &context->tree->next_id);
        array_push(arena, &filter, expr_is_null(arena, copy, true));
    }
    Select changed = *keys;
    changed.filter = filter.items;
    changed.filter_count = filter.count;
    return select_new(arena, changed);
}

bool list_is_misread(const Tree *tree, const Select *keys)
{
    return tree->dialect == DIALECT_SQLITE && keys->output_count > 1 &&
           keys->filter_count == 0;
}

const Select *select_as_list(RuleContext *context, const Select *keys)
{
    return list_is_misread(context->tree, keys) ? select_without_null_keys(context, keys)
                                                : keys;
}

bool query_is_filter_only(const Query *query)
{
    return query->body == BODY_SELECT && !query_is_grouped(query) &&
           query->select->qualify_count == 0 && query->limit == NULL &&
           query->offset == NULL;
}
