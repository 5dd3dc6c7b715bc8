// build.c - making outputs, keys, derived tables, IN and calls.

#include "rewrite/build.h"

#include "base/array.h"

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

Output output_one(Arena *arena, Tree *tree)
{
    Output output = output_new(tree, expr_integer(arena, 1), "1");
    output.explicit_name = false;
    return output;
}

GroupItem group_key_new(Arena *arena, const Expr *expr)
{
    return (GroupItem){.kind = GROUP_KEY,
                       .exprs = arena_copy(arena, &expr, 1, sizeof(expr)),
                       .expr_count = 1};
}

const Source *derived_new(Arena *arena, uint32_t number, const char *alias,
                          const Query *query, size_t offset)
{
    return source_new(arena, (Source){.kind = SOURCE_QUERY,
                                      .number = number,
                                      .alias = alias,
                                      .explicit_alias = true,
                                      .query = query,
                                      .offset = offset});
}

const char *source_called(const Source *source)
{
    while (source->kind == SOURCE_JOIN)
        source = source->left;
    return source->alias != NULL ? source->alias : source->name;
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
    Type type = arg != NULL ? arg->type : (Type){.kind = TYPE_INTEGER, .width = 64};
    type.affinity = AFFINITY_NONE;
    type.collation = NULL;
    return expr_new(arena, (Expr){.kind = EXPR_AGGREGATE,
                                  .name = name,
                                  .type = type,
                                  .star = arg == NULL,
                                  .args = arena_copy(arena, &arg, 1, sizeof(arg)),
                                  .arg_count = arg != NULL,
                                  .function = info_of(tree, name, FUNCTION_AGGREGATE),
                                  .offset = NO_OFFSET});
}

const char *aggregate_called(const Expr *aggregate)
{
    return aggregate->function != NULL ? aggregate->function->name : aggregate->name;
}

static bool is_star_for_all(const Select *select, uint32_t id)
{
    for (size_t i = 0; i < select->star_count; i++)
        if (select->stars[i].id == id)
            return select->stars[i].source == 0;
    return false;
}

void keep_stars(Arena *arena, Tree *tree, Select *select)
{
    Output *outputs =
        arena_copy(arena, select->outputs, select->output_count, sizeof(*outputs));
    ARRAY(Star) stars = {0};
    for (size_t i = 0; i < select->star_count; i++)
        array_push(arena, &stars, select->stars[i]);
    for (size_t i = 0; i < select->output_count; i++) {
        const Output *old = &select->outputs[i];
        if (old->expr->kind != EXPR_COLUMN || !is_star_for_all(select, old->star))
            continue;
        bool goes_on = i > 0 && old[-1].star == old->star &&
                       old[-1].expr->source == old->expr->source;
        if (!goes_on)
            array_push(arena, &stars,
                       ((Star){.id = tree->next_id++, .source = old->expr->source}));
        outputs[i].star = stars.items[stars.count - 1].id;
    }
    select->outputs = outputs;
    select->stars = stars.items;
    select->star_count = stars.count;
}

const Expr *window_new(Arena *arena, const Tree *tree, const char *name, bool star,
                       Type type, const Window *window)
{
    FunctionKind kind = star ? FUNCTION_AGGREGATE : FUNCTION_WINDOW;
    return expr_new(arena, (Expr){.kind = EXPR_WINDOW,
                                  .name = name,
                                  .star = star,
                                  .type = type,
                                  .window = window,
                                  .function = info_of(tree, name, kind),
                                  .offset = NO_OFFSET});
}

const Expr *operator_new(Arena *arena, const Tree *tree, const char *name,
                         const Expr *left, const Expr *right)
{
    Expr parts = *expr_operator(arena, name, left, right);
    parts.function = info_of(tree, name, FUNCTION_SCALAR);
    return expr_new(arena, parts);
}

const Expr *expr_if_else(Arena *arena, const Expr *condition, const Expr *yes,
                         const Expr *no)
{
    const Expr *args[] = {condition, yes, no};
    return expr_new(arena,
                    (Expr){.kind = EXPR_CASE,
                           .type = no->type,
                           .args = arena_copy(arena, args, COUNT_OF(args), sizeof(*args)),
                           .arg_count = COUNT_OF(args),
                           .has_else = true,
                           .offset = NO_OFFSET});
}
