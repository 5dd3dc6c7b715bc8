// build.c - making outputs, IN and calls.

#include "rewrite/build.h"

Output output_new(Tree *tree, const Expr *expr, const char *name)
{
    bool is_column = expr->kind == EXPR_COLUMN;
    return (Output){.id = tree->next_id++,
                    .expr = expr,
                    .name = is_column ? expr->name : name,
                    .quoted = is_column && expr->quoted,
                    .explicit_name = !is_column,
                    .type = expr->type};
}

const Expr *expr_in_query(Arena *arena, const Expr *const *operands, size_t count,
                          const Query *query, bool negated, size_t offset)
{
    const Expr *operand = operands[0];
    if (count > 1)
        operand = expr_new(arena, (Expr){.kind = EXPR_ROW,
                                         .args = operands,
                                         .arg_count = count,
                                         .offset = NO_OFFSET});
    const Expr **args = arena_new(arena, const Expr *, 1);
    args[0] = operand;
    return expr_new(arena, (Expr){.kind = EXPR_IN_QUERY,
                                  .type = TYPE_OF(TYPE_BOOLEAN),
                                  .args = args,
                                  .arg_count = 1,
                                  .query = query,
                                  .negated = negated,
                                  .offset = offset});
}

static const FunctionInfo *info_of(const Tree *tree, const char *name, FunctionKind kind)
{
    if (tree->find_function == NULL)
        return NULL;
    return tree->find_function(tree->dialect, name, kind);
}

const Expr *call_new(Arena *arena, const Tree *tree, const char *name,
                     const Expr *const *args, size_t arg_count)
{
    return expr_new(arena,
                    (Expr){.kind = EXPR_CALL,
                           .name = name,
                           .type = args[0]->type,
                           .args = arena_copy(arena, args, arg_count, sizeof(*args)),
                           .arg_count = arg_count,
                           .function = info_of(tree, name, FUNCTION_SCALAR),
                           .offset = NO_OFFSET});
}

const Expr *aggregate_new(Arena *arena, const Tree *tree, const char *name,
                          const Expr *arg)
{
    Type type = arg->type;
    type.affinity = AFFINITY_NONE;
    type.collation = NULL;
    return expr_new(arena, (Expr){.kind = EXPR_AGGREGATE,
                                  .name = name,
                                  .type = type,
                                  .args = arena_copy(arena, &arg, 1, sizeof(arg)),
                                  .arg_count = 1,
                                  .function = info_of(tree, name, FUNCTION_AGGREGATE),
                                  .offset = NO_OFFSET});
}
