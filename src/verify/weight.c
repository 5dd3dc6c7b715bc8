// weight.c - from a sum to the sum of magnitudes.

#include "verify/weight.h"

#include "base/text.h"
#include "query/walk.h"

#include <string.h>

static const char *const sums[] = {"sum", "total", "fsum", "kahan_sum", "sumkahan"};
static const char *const averages[] = {"avg", "mean", "favg"};

typedef struct {
    Arena *arena;
    Dialect dialect;
    uint32_t *next_id;
} Weigher;

static const Expr *with_argument(const Weigher *weigher, Expr parts, const Expr *argument)
{
    parts.args = arena_copy(weigher->arena, &argument, 1, sizeof(const Expr *));
    parts.arg_count = 1;
    parts.offset = NO_OFFSET;
    return expr_new(weigher->arena, parts);
}

static const Expr *magnitude(const Weigher *weigher, const Expr *expr)
{
    Expr cast = {.kind = EXPR_CAST, .type = {.kind = TYPE_FLOAT, .width = 64}};
    const Expr *copy = expr_copy(weigher->arena, expr, weigher->next_id);
    return with_argument(weigher, (Expr){.kind = EXPR_CALL, .name = "abs"},
                         with_argument(weigher, cast, copy));
}

// Returns the same aggregate by another name, over its whole partition if it is a window.
static const Expr *aggregate(const Weigher *weigher, const Expr *expr, const char *name,
                             const Expr *argument)
{
    Expr parts = {.kind = expr->kind, .name = name};
    if (expr->filter != NULL)
        parts.filter = expr_copy(weigher->arena, expr->filter, weigher->next_id);
    if (expr->kind == EXPR_WINDOW) {
        const Expr *copy = expr_copy(weigher->arena, expr, weigher->next_id);
        Window whole = {.partition = copy->window->partition,
                        .partition_count = copy->window->partition_count};
        parts.window = arena_copy(weigher->arena, &whole, 1, sizeof(whole));
    }
    return with_argument(weigher, parts, argument);
}

static const Expr *weight_of_aggregate(const Weigher *weigher, const Expr *expr)
{
    bool is_average = text_is_one_of(expr->name, averages, COUNT_OF(averages));
    bool is_sum = is_average || text_is_one_of(expr->name, sums, COUNT_OF(sums));
    // A window that another one names may have more to it.
    bool is_known = expr->kind == EXPR_AGGREGATE ||
                    (expr->window->name == NULL && expr->window->base == NULL);
    bool may_round = weigher->dialect == DIALECT_SQLITE || expr->type.kind == TYPE_FLOAT;
    if (!is_sum || !is_known || !may_round || expr->arg_count != 1)
        return NULL;
    const Expr *magnitudes =
        aggregate(weigher, expr, "sum", magnitude(weigher, expr->args[0]));
    if (is_average)
        return magnitudes;
    const Expr *argument = expr_copy(weigher->arena, expr->args[0], weigher->next_id);
    const Expr *additions =
        expr_operator(weigher->arena, "-", aggregate(weigher, expr, "count", argument),
                      expr_integer(weigher->arena, 1));
    return expr_operator(weigher->arena, "*", additions, magnitudes);
}

static const Expr *weight_of(const Weigher *weigher, const Expr *expr);

static const Expr *weight_of_operator(const Weigher *weigher, const Expr *expr)
{
    const Expr *left = weight_of(weigher, expr->args[0]);
    if (expr->arg_count == 1)
        return strcmp(expr->name, "-") == 0 ? left : NULL;
    const Expr *right = weight_of(weigher, expr->args[1]);
    if (strcmp(expr->name, "+") == 0 || strcmp(expr->name, "-") == 0)
        return left == NULL    ? right
               : right == NULL ? left
                               : expr_operator(weigher->arena, "+", left, right);
    bool is_product = strcmp(expr->name, "*") == 0;
    if (is_product && left == NULL && right != NULL &&
        expr_is_literal(expr->args[0], LITERAL_NUMBER))
        return expr_operator(weigher->arena, "*", right,
                             magnitude(weigher, expr->args[0]));
    if ((is_product || strcmp(expr->name, "/") == 0) && left != NULL &&
        expr_is_literal(expr->args[1], LITERAL_NUMBER))
        return expr_operator(weigher->arena, expr->name, left,
                             magnitude(weigher, expr->args[1]));
    return NULL;
}

static const Expr *weight_of(const Weigher *weigher, const Expr *expr)
{
    static const char *const filled[] = {"coalesce", "ifnull"};
    if (expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW)
        return weight_of_aggregate(weigher, expr);
    if (expr->kind == EXPR_OPERATOR && expr->arg_count <= 2)
        return weight_of_operator(weigher, expr);
    bool is_filled =
        expr->kind == EXPR_CALL && text_is_one_of(expr->name, filled, COUNT_OF(filled));
    bool is_cast = expr->kind == EXPR_CAST && expr->type.kind == TYPE_FLOAT;
    return is_filled || is_cast ? weight_of(weigher, expr->args[0]) : NULL;
}

const Expr *expr_weight(Arena *arena, const Tree *tree, const Expr *output,
                        uint32_t *next_id)
{
    Weigher weigher = {.arena = arena, .dialect = tree->dialect, .next_id = next_id};
    return weight_of(&weigher, output);
}
