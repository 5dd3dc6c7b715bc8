// pattern_conditions.c - what rules written as data may ask.

#include "base/text.h"
#include "rewrite/conditions.h"
#include "rewrite/correlation.h"
#include "rewrite/pattern.h"

#include <stdlib.h>

bool pattern_in_filter(const PatternMatch *match, const uint8_t *holes)
{
    return match->spot != NULL && match->spot->in_filter;
}

bool pattern_in_set(const PatternMatch *match, const uint8_t *holes)
{
    return match->context->in_set;
}

bool pattern_never_null(const PatternMatch *match, const uint8_t *holes)
{
    const Select *select =
        select_beside(match->context->arena, match->query->select, match->spot);
    return expr_never_null(match->context->facts, select, match->holes[holes[0]]);
}

bool pattern_of_this_block(const PatternMatch *match, const uint8_t *holes)
{
    Arena *arena = match->context->arena;
    return number_set_within(expr_sources(arena, match->holes[holes[0]]),
                             select_numbers(arena, match->query->select));
}

bool pattern_differ(const PatternMatch *match, const uint8_t *holes)
{
    const Expr *a = match->holes[holes[0]], *b = match->holes[holes[1]];
    if (a->kind != EXPR_LITERAL || b->kind != EXPR_LITERAL)
        return false;
    if (a->literal == LITERAL_NUMBER && b->literal == LITERAL_NUMBER)
        return strtod(a->name, NULL) != strtod(b->name, NULL);
    if (a->literal == LITERAL_STRING && b->literal == LITERAL_STRING)
        return !text_same_word(a->name, b->name);
    return (a->literal == LITERAL_TRUE && b->literal == LITERAL_FALSE) ||
           (a->literal == LITERAL_FALSE && b->literal == LITERAL_TRUE);
}

bool pattern_no_bare_column(const PatternMatch *match, const uint8_t *holes)
{
    return !names_bare_column(match->context->facts, match->query);
}

bool pattern_no_truth_value(const PatternMatch *match, const uint8_t *holes)
{
    const Expr *expr = match->holes[holes[0]];
    while (expr->kind == EXPR_COLLATE)
        expr = expr->args[0];
    return expr->kind != EXPR_LITERAL ||
           (expr->literal != LITERAL_TRUE && expr->literal != LITERAL_FALSE);
}

static bool select_is_identical(const Tree *tree, const Select *select)
{
    for (size_t i = 0; i < select->output_count; i++)
        if (!equality_is_identity(tree, select->outputs[i].expr))
            return false;
    return true;
}

// True if the columns of both hold values of one form: 1 in the one, 1.0 in the other
// are equal and not identical.
static bool have_same_types(const Select *a, const Select *b)
{
    for (size_t i = 0; i < a->output_count; i++)
        if (!type_equal(a->outputs[i].expr->type, b->outputs[i].expr->type))
            return false;
    return true;
}

bool pattern_outputs_are_identical(const PatternMatch *match, const uint8_t *holes)
{
    const Query *query = match->query;
    const Tree *tree = match->context->tree;
    if (query->body == BODY_SELECT)
        return select_is_identical(tree, query->select);
    for (size_t i = 0; query->body == BODY_SET && i < query->set->arm_count; i++) {
        const Query *arm = query->set->arms[i];
        if (arm->body != BODY_SELECT || !select_is_identical(tree, arm->select) ||
            !have_same_types(query->set->arms[0]->select, arm->select))
            return false;
    }
    return query->body == BODY_SET;
}

bool pattern_list_is_read_right(const PatternMatch *match, const uint8_t *holes)
{
    return match->query->body != BODY_SELECT ||
           !list_is_misread(match->context->tree, match->query->select);
}
