// uniqueness.c - keys of orders and groups that decide, rows that differ anyhow.

#include "verify/uniqueness.h"

#include "query/equal.h"
#include "verify/determine.h"

// True if rows of the block that agree in these expressions are in one group.
static bool fixes_group(const Tree *tree, const Select *select, const Expr *const *given,
                        size_t count)
{
    for (size_t g = 0; g < select->group_count; g++) {
        const Expr *key = select->groups[g].exprs[0];
        bool is_given = block_column_is_fixed(tree, select, given, count, key);
        for (size_t i = 0; i < count && !is_given; i++)
            is_given = expr_equal(given[i], key);
        if (!is_given)
            return false;
    }
    return true;
}

// Returns the expressions that the first items of ORDER BY stand for.
static const Expr **order_keys(Arena *arena, const Query *query, size_t count)
{
    const Expr **keys = arena_new(arena, const Expr *, count + 1);
    for (size_t i = 0; i < count; i++) {
        keys[i] = query->order[i].expr;
        const Output *output =
            keys[i]->kind == EXPR_OUTPUT ? query_output(query, keys[i]->column) : NULL;
        if (output != NULL && output->expr != NULL)
            keys[i] = output->expr;
    }
    return keys;
}

bool order_decides(const Harmless *harmless, const Query *query, size_t key_count)
{
    if (query->body != BODY_SELECT || !select_has_plain_groups(query->select) ||
        harmless->is_blind)
        return false;
    Arena scratch = ARENA_EMPTY;
    const Expr **keys = order_keys(&scratch, query, key_count);
    bool decides =
        query_is_grouped(query)
            ? fixes_group(harmless->tree, query->select, keys, key_count)
            : block_row_is_fixed(harmless->tree, query->select, keys, key_count);
    arena_clear(&scratch);
    return decides;
}

bool order_key_follows(const Harmless *harmless, const Query *query, size_t key)
{
    if (query->body != BODY_SELECT || query_is_grouped(query) || harmless->is_blind)
        return false;
    Arena scratch = ARENA_EMPTY;
    const Expr **keys = order_keys(&scratch, query, key + 1);
    bool follows =
        keys[key]->type.collation == NULL &&
        block_column_is_fixed(harmless->tree, query->select, keys, key, keys[key]);
    arena_clear(&scratch);
    return follows;
}

bool arms_are_apart(const Harmless *harmless, const SetOperation *set)
{
    return !harmless->is_blind && union_is_unique(harmless->tree, set);
}

bool has_unique_rows(const Harmless *harmless, const Query *query)
{
    if (harmless->is_blind)
        return false;
    if (query->body != BODY_SELECT)
        return query_rows_are_unique(harmless->tree, query);
    Select select = *query->select;
    Query plain = *query;
    select.distinct = DISTINCT_NONE;
    plain.select = &select;
    return query_rows_are_unique(harmless->tree, &plain);
}

bool last_group_key_decides(const Harmless *harmless, const Select *select)
{
    if (select->group_count < 2 || !select_has_plain_groups(select) || harmless->is_blind)
        return true;
    Arena scratch = ARENA_EMPTY;
    const Expr **others = arena_new(&scratch, const Expr *, select->group_count);
    size_t count = select->group_count - 1;
    for (size_t i = 0; i < count; i++)
        others[i] = select->groups[i].exprs[0];
    bool follows = block_column_is_fixed(harmless->tree, select, others, count,
                                         select->groups[count].exprs[0]);
    arena_clear(&scratch);
    return !follows;
}
