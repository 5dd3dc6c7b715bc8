// documents.c - from an output down to what makes it.

#include "verify/documents.h"

#include "base/text.h"
#include "query/walk.h"

#include <string.h>

enum { DEPTH_LIMIT = 64 }; // Of derived tables in derived tables.

// Functions of SQLite that return JSON or NULL.
static const char *const makers[] = {
    "json",         "json_array",       "json_object",      "json_insert",
    "json_replace", "json_set",         "json_remove",      "json_patch",
    "json_quote",   "json_group_array", "json_group_object"};

static bool type_is_json(Type type)
{
    return type.name != NULL && text_same_word(type.name, "json");
}

static bool output_is_json(const Tree *tree, const Query *query, uint32_t place,
                           unsigned depth);

static bool column_is_json(const Tree *tree, const Expr *column, unsigned depth)
{
    const Source *source = tree_source(tree, column->source);
    const Query *query = source != NULL ? source_query(tree, source) : NULL;
    if (query == NULL)
        return type_is_json(column->type);
    return query_output(query, column->column) != NULL &&
           output_is_json(tree, query,
                          (uint32_t)query_output_position(query, column->column),
                          depth + 1);
}

static bool expr_is_json(const Tree *tree, const Expr *expr, unsigned depth)
{
    if (expr->kind == EXPR_CALL || expr->kind == EXPR_AGGREGATE ||
        expr->kind == EXPR_WINDOW)
        return text_is_one_of(expr->name, makers, COUNT_OF(makers));
    if (expr->kind == EXPR_OPERATOR)
        return strcmp(expr->name, "->") == 0;
    if (expr->kind == EXPR_SUBQUERY)
        return output_is_json(tree, expr->query, 0, depth + 1);
    return expr->kind == EXPR_COLUMN && column_is_json(tree, expr, depth);
}

static bool output_is_json(const Tree *tree, const Query *query, uint32_t place,
                           unsigned depth)
{
    if (depth > DEPTH_LIMIT)
        return false;
    if (query->body == BODY_SELECT)
        return expr_is_json(tree, query->select->outputs[place].expr, depth);
    bool is_json = query->body == BODY_SET;
    for (size_t i = 0; is_json && i < query->set->arm_count; i++)
        is_json = output_is_json(tree, query->set->arms[i], place, depth + 1);
    return is_json;
}

Documents pair_documents(Arena *arena, const Pair *pair)
{
    const Tree *left = pair->left.tree, *right = pair->right.tree;
    if (left == NULL || right == NULL || left->dialect != DIALECT_SQLITE)
        return (Documents){0};
    size_t left_width, right_width;
    (void)query_outputs(left->root, &left_width);
    (void)query_outputs(right->root, &right_width);
    uint32_t *items = arena_new(arena, uint32_t, left_width + 1);
    Documents found = {.items = items};
    for (uint32_t i = 0; i < left_width && i < right_width; i++)
        if (output_is_json(left, left->root, i, 0) &&
            output_is_json(right, right->root, i, 0))
            items[found.count++] = i;
    return found;
}

Documents results_documents(Arena *arena, const Result *a, const Result *b)
{
    uint32_t *items = arena_new(arena, uint32_t, a->column_count + 1);
    Documents found = {.items = items};
    for (uint32_t i = 0; i < a->column_count && i < b->column_count; i++)
        if (a->columns[i].type.kind == TYPE_TEXT &&
            b->columns[i].type.kind == TYPE_TEXT && type_is_json(a->columns[i].type) &&
            type_is_json(b->columns[i].type))
            items[found.count++] = i;
    return found;
}
