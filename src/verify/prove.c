// prove.c - identical trees, and filters that nothing passes.

#include "verify/prove.h"

#include "query/equal.h"
#include "query/walk.h"

#include <stdlib.h>

static bool read_number(const Expr *expr, double *number)
{
    if (!expr_is_literal(expr, LITERAL_NUMBER))
        return false;
    char *end;
    *number = strtod(expr->name, &end);
    return *end == '\0';
}

static bool holds(Comparison compare, double left, double right)
{
    switch (compare) {
    case COMPARE_EQ:
    case COMPARE_NOT_DISTINCT:
        return left == right;
    case COMPARE_NE:
    case COMPARE_DISTINCT:
        return left != right;
    case COMPARE_LT:
        return left < right;
    case COMPARE_LE:
        return left <= right;
    case COMPARE_GT:
        return left > right;
    case COMPARE_GE:
        return left >= right;
    }
    return true;
}

static bool has_null(const Expr *expr, size_t first)
{
    for (size_t i = first; i < expr->arg_count; i++)
        if (expr_is_literal(expr->args[i], LITERAL_NULL))
            return true;
    return false;
}

static bool comparison_never_true(const Expr *expr)
{
    double left, right;
    bool is_strict =
        expr->compare != COMPARE_DISTINCT && expr->compare != COMPARE_NOT_DISTINCT;
    if (is_strict && has_null(expr, 0))
        return true;
    return read_number(expr->args[0], &left) && read_number(expr->args[1], &right) &&
           !holds(expr->compare, left, right);
}

// True if both say of the same column that it equals a number, and not the same one.
static bool contradict(const Expr *a, const Expr *b)
{
    double x, y;
    return a->kind == EXPR_COMPARE && b->kind == EXPR_COMPARE &&
           a->compare == COMPARE_EQ && b->compare == COMPARE_EQ &&
           a->args[0]->kind == EXPR_COLUMN && expr_equal(a->args[0], b->args[0]) &&
           read_number(a->args[1], &x) && read_number(b->args[1], &y) && x != y;
}

static bool never_true(const Expr *expr);

static bool all_never_true(const Expr *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!never_true(items[i]))
            return false;
    return count > 0;
}

static bool any_never_true(const Expr *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (never_true(items[i]))
            return true;
        for (size_t j = 0; j < i; j++)
            if (contradict(items[i], items[j]))
                return true;
    }
    return false;
}

// True if the condition is FALSE or NULL whatever the row.
static bool never_true(const Expr *expr)
{
    double number;
    if (expr_is_literal(expr, LITERAL_FALSE) || expr_is_literal(expr, LITERAL_NULL))
        return true;
    if (read_number(expr, &number))
        return number == 0;
    if (expr->kind == EXPR_COMPARE)
        return comparison_never_true(expr);
    if (expr->kind == EXPR_IN_LIST)
        return expr_is_literal(expr->args[0], LITERAL_NULL) ||
               (expr->negated && has_null(expr, 1));
    if (expr->kind == EXPR_AND)
        return any_never_true(expr->args, expr->arg_count);
    if (expr->kind == EXPR_OR)
        return all_never_true(expr->args, expr->arg_count);
    return false;
}

// True if the query has a filter that no row passes and makes no row of its own.
static bool is_empty(const Query *query)
{
    if (query->body != BODY_SELECT)
        return false;
    const Select *select = query->select;
    bool makes_row = query_is_grouped(query) &&
                     (select->group_count == 0 || !select_has_plain_groups(select));
    return !makes_row && any_never_true(select->filter, select->filter_count);
}

static bool is_same(const Query *left, const Query *right, bool names_count)
{
    return names_count ? query_equal_named(left, right) : query_equal(left, right);
}

const char *pair_proof(const Pair *pair, bool names_count)
{
    const Tree *left = pair->left.tree, *right = pair->right.tree;
    size_t left_width, right_width;
    if (left == NULL || right == NULL || left->has_opaque || right->has_opaque)
        return NULL;
    if (is_same(left->root, right->root, names_count))
        return "the trees are the same";
    (void)query_outputs(left->root, &left_width);
    (void)query_outputs(right->root, &right_width);
    if (!names_count && left_width == right_width && is_empty(left->root) &&
        is_empty(right->root))
        return "neither can return a row";
    return NULL;
}
