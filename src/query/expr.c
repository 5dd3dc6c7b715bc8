// expr.c - making expressions.

#include "query/expr.h"

#include "base/array.h"
#include "base/error.h"

#include <inttypes.h>
#include <string.h>

const Expr *expr_new(Arena *arena, Expr parts)
{
    return arena_copy(arena, &parts, 1, sizeof(parts));
}

static const Expr *node_new(Arena *arena, Expr parts, const Expr *const *args,
                            size_t count)
{
    parts.offset = NO_OFFSET;
    parts.args = arena_copy(arena, args, count, sizeof(const Expr *));
    parts.arg_count = count;
    return expr_new(arena, parts);
}

const Expr *expr_compare(Arena *arena, Comparison compare, const Expr *left,
                         const Expr *right)
{
    Expr parts = {.kind = EXPR_COMPARE,
                  .compare = compare,
                  .type = TYPE_OF(TYPE_BOOLEAN)};
    return node_new(arena, parts, (const Expr *const[]){left, right}, 2);
}

// True if the value is TRUE, FALSE or NULL, so that two NOTs come to nothing.
static bool is_predicate(const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_COMPARE:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_QUANTIFIED:
        return true;
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
    case EXPR_LITERAL:
    case EXPR_PARAMETER:
    case EXPR_SUBQUERY:
    case EXPR_LIKE: // SQLite's like() may be an application's own function.
    case EXPR_OPERATOR:
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
    case EXPR_GROUPING:
    case EXPR_CASE:
    case EXPR_CAST:
    case EXPR_COLLATE:
    case EXPR_ROW:
    case EXPR_OPAQUE:
        return false;
    }
    return false;
}

static bool has_negated_form(const Expr *expr)
{
    return expr->kind == EXPR_IS || expr->kind == EXPR_BETWEEN ||
           expr->kind == EXPR_IN_LIST || expr->kind == EXPR_IN_QUERY ||
           expr->kind == EXPR_EXISTS || expr->kind == EXPR_LIKE;
}

const Expr *expr_not(Arena *arena, const Expr *operand)
{
    if (has_negated_form(operand)) {
        Expr flipped = *operand;
        flipped.negated = !operand->negated;
        return expr_new(arena, flipped);
    }
    if (operand->kind == EXPR_NOT && is_predicate(operand->args[0]))
        return operand->args[0];
    Expr parts = {.kind = EXPR_NOT, .type = TYPE_OF(TYPE_BOOLEAN)};
    return node_new(arena, parts, &operand, 1);
}

const Expr *expr_is_null(Arena *arena, const Expr *operand, bool negated)
{
    Expr parts = {.kind = EXPR_IS,
                  .is = IS_NULL,
                  .negated = negated,
                  .type = TYPE_OF(TYPE_BOOLEAN)};
    return node_new(arena, parts, &operand, 1);
}

// Literals and calls

static const Expr *literal_new(Arena *arena, LiteralKind literal, const char *name,
                               Type type)
{
    Expr parts = {.kind = EXPR_LITERAL, .literal = literal, .name = name, .type = type};
    return node_new(arena, parts, NULL, 0);
}

const Expr *expr_integer(Arena *arena, int64_t value)
{
    bool small = value >= INT32_MIN && value <= INT32_MAX;
    Type type = {.kind = TYPE_INTEGER, .width = small ? 32 : 64};
    return literal_new(arena, LITERAL_NUMBER, arena_printf(arena, "%" PRId64, value),
                       type);
}

const Expr *expr_string(Arena *arena, const char *value)
{
    return literal_new(arena, LITERAL_STRING, arena_string(arena, value),
                       TYPE_OF(TYPE_TEXT));
}

const Expr *expr_null(Arena *arena)
{
    return literal_new(arena, LITERAL_NULL, NULL, TYPE_OF(TYPE_NULL));
}

const Expr *expr_call(Arena *arena, const char *function, Type type,
                      const Expr *const *args, size_t arg_count)
{
    Expr parts = {.kind = EXPR_CALL, .name = function, .type = type};
    return node_new(arena, parts, args, arg_count);
}

const Expr *expr_operator(Arena *arena, const char *name, const Expr *left,
                          const Expr *right)
{
    const Expr *args[] = {left, right};
    Expr parts = {.kind = EXPR_OPERATOR, .name = name, .type = left->type};
    return node_new(arena, parts, args, 2);
}

// AND and OR

typedef ARRAY(const Expr *) Exprs;

static const Expr *list_new(Arena *arena, ExprKind kind, const Expr *const *parts,
                            size_t count)
{
    Exprs flat = {0};
    for (size_t i = 0; i < count; i++) {
        if (parts[i]->kind != kind) {
            array_push(arena, &flat, parts[i]);
            continue;
        }
        for (size_t j = 0; j < parts[i]->arg_count; j++)
            array_push(arena, &flat, parts[i]->args[j]);
    }
    if (flat.count == 1)
        return flat.items[0];
    Type boolean = TYPE_OF(TYPE_BOOLEAN);
    if (flat.count == 0)
        return literal_new(arena, kind == EXPR_AND ? LITERAL_TRUE : LITERAL_FALSE, NULL,
                           boolean);
    Expr list = {.kind = kind, .type = boolean};
    return node_new(arena, list, flat.items, flat.count);
}

const Expr *expr_and(Arena *arena, const Expr *const *parts, size_t count)
{
    return list_new(arena, EXPR_AND, parts, count);
}

const Expr *expr_or(Arena *arena, const Expr *const *parts, size_t count)
{
    return list_new(arena, EXPR_OR, parts, count);
}

// Nodes as they are

const Expr *expr_with_args(Arena *arena, const Expr *expr, const Expr *const *args)
{
    size_t same = 0;
    while (same < expr->arg_count && expr->args[same] == args[same])
        same++;
    if (same == expr->arg_count)
        return expr;
    Expr changed = *expr;
    changed.args = arena_copy(arena, args, expr->arg_count, sizeof(const Expr *));
    return expr_new(arena, changed);
}

bool expr_is_literal(const Expr *expr, LiteralKind literal)
{
    return expr->kind == EXPR_LITERAL && expr->literal == literal;
}

bool expr_is_column(const Expr *expr, uint32_t source, uint32_t column)
{
    return expr->kind == EXPR_COLUMN && expr->source == source && expr->column == column;
}

bool expr_is_constant(const Expr *expr)
{
    return expr->kind == EXPR_LITERAL || expr->kind == EXPR_PARAMETER;
}

const Expr *expr_below_casts(const Expr *expr)
{
    while (expr->kind == EXPR_CAST ||
           (expr->kind == EXPR_OPERATOR && expr->arg_count == 1 &&
            strcmp(expr->name, "+") == 0))
        expr = expr->args[0];
    return expr;
}

// Comparisons

Comparison comparison_mirrored(Comparison compare)
{
    switch (compare) {
    case COMPARE_LT:
        return COMPARE_GT;
    case COMPARE_LE:
        return COMPARE_GE;
    case COMPARE_GT:
        return COMPARE_LT;
    case COMPARE_GE:
        return COMPARE_LE;
    case COMPARE_EQ:
    case COMPARE_NE:
    case COMPARE_DISTINCT:
    case COMPARE_NOT_DISTINCT:
        break;
    }
    return compare;
}

Comparison comparison_negated(Comparison compare)
{
    switch (compare) {
    case COMPARE_EQ:
        return COMPARE_NE;
    case COMPARE_NE:
        return COMPARE_EQ;
    case COMPARE_LT:
        return COMPARE_GE;
    case COMPARE_LE:
        return COMPARE_GT;
    case COMPARE_GT:
        return COMPARE_LE;
    case COMPARE_GE:
        return COMPARE_LT;
    case COMPARE_DISTINCT:
        return COMPARE_NOT_DISTINCT;
    case COMPARE_NOT_DISTINCT:
        break;
    }
    return COMPARE_DISTINCT;
}

bool comparison_orders(Comparison compare)
{
    return compare == COMPARE_LT || compare == COMPARE_LE || compare == COMPARE_GT ||
           compare == COMPARE_GE;
}

bool comparison_sees_null(Comparison compare)
{
    return compare == COMPARE_DISTINCT || compare == COMPARE_NOT_DISTINCT;
}

Truth truth_not(Truth truth)
{
    return truth == TRUTH_NULL   ? TRUTH_NULL
           : truth == TRUTH_TRUE ? TRUTH_FALSE
                                 : TRUTH_TRUE;
}

bool comparison_holds(Comparison compare, int order)
{
    switch (compare) {
    case COMPARE_EQ:
    case COMPARE_NOT_DISTINCT:
        return order == 0;
    case COMPARE_NE:
    case COMPARE_DISTINCT:
        return order != 0;
    case COMPARE_LT:
        return order < 0;
    case COMPARE_LE:
        return order <= 0;
    case COMPARE_GT:
        return order > 0;
    case COMPARE_GE:
        return order >= 0;
    }
    return false;
}
