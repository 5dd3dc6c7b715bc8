// change.c - two trees side by side, down to where they part.
//
// What two trees have in common they share, so a difference is one of pointers.

#include "verify/change.h"

static bool find_in_query(const Query *a, const Query *b, Change *change);

// Finds a condition in the subqueries of two expressions.
static bool find_in_expr(const Expr *a, const Expr *b, Change *change)
{
    if (a == b || a == NULL || b == NULL || a->kind != b->kind ||
        a->arg_count != b->arg_count)
        return false;
    if (a->query != b->query)
        return find_in_query(a->query, b->query, change);
    for (size_t i = 0; i < a->arg_count; i++)
        if (a->args[i] != b->args[i])
            return find_in_expr(a->args[i], b->args[i], change);
    return false;
}

// Leaves the operands of AND, OR and NOT aside that are the same.
static Change narrowed(Change change)
{
    const Expr *a = change.from, *b = change.to;
    while (b != NULL && a->kind == b->kind && a->arg_count == b->arg_count &&
           a->negated == b->negated &&
           (a->kind == EXPR_AND || a->kind == EXPR_OR || a->kind == EXPR_NOT)) {
        size_t at = 0;
        while (at < a->arg_count && a->args[at] == b->args[at])
            at++;
        if (at == a->arg_count)
            break;
        a = a->args[at];
        b = b->args[at];
        change = (Change){.from = a, .to = b};
    }
    return change;
}

static bool find_in_conditions(const Expr *const *a, size_t a_count, const Expr *const *b,
                               size_t b_count, Change *change)
{
    size_t at = 0;
    while (at < a_count && at < b_count && a[at] == b[at])
        at++;
    if (at == a_count)
        return false;
    if (a_count == b_count && find_in_expr(a[at], b[at], change))
        return true;
    *change = narrowed((Change){.from = a[at], .to = a_count == b_count ? b[at] : NULL});
    return a_count == b_count || a_count == b_count + 1;
}

static bool find_in_source(const Source *a, const Source *b, Change *change)
{
    if (a == b || a->kind != b->kind)
        return false;
    if (a->kind == SOURCE_QUERY)
        return find_in_query(a->query, b->query, change);
    return a->kind == SOURCE_JOIN && a->join == b->join &&
           (find_in_source(a->left, b->left, change) ||
            find_in_source(a->right, b->right, change) ||
            find_in_conditions(a->on, a->on_count, b->on, b->on_count, change));
}

static bool find_in_select(const Select *a, const Select *b, Change *change)
{
    for (size_t i = 0; i < a->source_count; i++)
        if (a->sources[i] != b->sources[i])
            return find_in_source(a->sources[i], b->sources[i], change);
    if (find_in_conditions(a->filter, a->filter_count, b->filter, b->filter_count,
                           change))
        return true;
    for (size_t i = 0; i < a->output_count && i < b->output_count; i++)
        if (find_in_expr(a->outputs[i].expr, b->outputs[i].expr, change))
            return true;
    for (size_t i = 0; i < a->having_count && i < b->having_count; i++)
        if (find_in_expr(a->having[i], b->having[i], change))
            return true;
    return false;
}

static bool find_in_query(const Query *a, const Query *b, Change *change)
{
    if (a == b || a == NULL || b == NULL || a->body != b->body ||
        a->cte_count != b->cte_count)
        return false;
    for (size_t i = 0; i < a->cte_count; i++)
        if (a->ctes[i]->query != b->ctes[i]->query)
            return find_in_query(a->ctes[i]->query, b->ctes[i]->query, change);
    if (a->body == BODY_SELECT)
        return find_in_select(a->select, b->select, change);
    for (size_t i = 0; a->body == BODY_SET && i < a->set->arm_count; i++)
        if (a->set->arms[i] != b->set->arms[i])
            return find_in_query(a->set->arms[i], b->set->arms[i], change);
    return false;
}

bool change_find(const Tree *original, const Tree *mutant, Change *change)
{
    return find_in_query(original->root, mutant->root, change);
}
