// list.c - lists with something changed.

#include "rewrite/list.h"

#include "query/equal.h"
#include "query/walk.h"

#include <assert.h>

void list_add_all(Arena *arena, ExprList *list, const Expr *const *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        array_push(arena, list, exprs[i]);
}

bool list_has(const ExprList *list, const Expr *expr)
{
    for (size_t i = 0; i < list->count; i++)
        if (expr_equal(list->items[i], expr))
            return true;
    return false;
}

typedef struct {
    const ExprList *columns;
    bool has_other;
} NameSearch;

static bool look_for_other(void *context, const Expr *expr)
{
    NameSearch *search = context;
    search->has_other |= expr->kind == EXPR_COLUMN && !list_has(search->columns, expr);
    return !search->has_other;
}

bool expr_names_only(const Expr *expr, const ExprList *columns)
{
    NameSearch search = {.columns = columns};
    walk_expr(expr, &(Visitor){.expr = look_for_other, .context = &search});
    return !search.has_other;
}

const Expr *const *exprs_with(Arena *arena, const Expr *const *exprs, size_t count,
                              size_t at, const Expr *expr)
{
    assert(at < count);
    ExprList list = {0};
    list_add_all(arena, &list, exprs, at);
    if (expr != NULL)
        array_push(arena, &list, expr);
    list_add_all(arena, &list, exprs + at + 1, count - at - 1);
    return list.items;
}

const Source *const *sources_with(Arena *arena, const Source *const *sources,
                                  size_t count, size_t at, const Source *source)
{
    assert(at < count);
    ARRAY(const Source *) list = {0};
    for (size_t i = 0; i < count; i++) {
        const Source *item = i == at ? source : sources[i];
        if (item != NULL)
            array_push(arena, &list, item);
    }
    return list.items;
}

const Source *const *sources_and(Arena *arena, const Source *const *sources, size_t count,
                                 const Source *source)
{
    ARRAY(const Source *) list = {0};
    for (size_t i = 0; i < count; i++)
        array_push(arena, &list, sources[i]);
    array_push(arena, &list, source);
    return list.items;
}

static const Source *source_replace(Arena *arena, const Source *source, const Source *old,
                                    const Source *replacement)
{
    if (source == old)
        return replacement;
    if (source->kind != SOURCE_JOIN)
        return source;
    Source changed = *source;
    changed.left = source_replace(arena, source->left, old, replacement);
    changed.right = source_replace(arena, source->right, old, replacement);
    bool same = changed.left == source->left && changed.right == source->right;
    return same ? source : source_new(arena, changed);
}

const Source *const *sources_replace(Arena *arena, const Source *const *sources,
                                     size_t count, const Source *old,
                                     const Source *replacement)
{
    const Source **items = arena_new(arena, const Source *, count);
    for (size_t i = 0; i < count; i++)
        items[i] = source_replace(arena, sources[i], old, replacement);
    return items;
}
