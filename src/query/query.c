// query.c - making queries and asking about their shape.

#include "query/query.h"

#include "base/error.h"
#include "query/equal.h"
#include "query/walk.h"

const Query *query_new(Arena *arena, Query parts)
{
    return arena_copy(arena, &parts, 1, sizeof(parts));
}

const Select *select_new(Arena *arena, Select parts)
{
    return arena_copy(arena, &parts, 1, sizeof(parts));
}

const Source *source_new(Arena *arena, Source parts)
{
    return arena_copy(arena, &parts, 1, sizeof(parts));
}

bool join_keeps_left(JoinKind kind)
{
    return kind == JOIN_LEFT || kind == JOIN_FULL;
}

bool join_keeps_right(JoinKind kind)
{
    return kind == JOIN_RIGHT || kind == JOIN_FULL;
}

bool set_removes_duplicates(SetOperator op)
{
    return op == SET_UNION || op == SET_INTERSECT || op == SET_EXCEPT;
}

const Query *query_of_select(Arena *arena, Select parts)
{
    return query_new(arena, (Query){.body = BODY_SELECT,
                                    .select = select_new(arena, parts),
                                    .position = NO_OFFSET});
}

const Query *query_with_select(Arena *arena, const Query *query, const Select *select)
{
    if (query->select == select)
        return query;
    Query changed = *query;
    changed.select = select;
    return query_new(arena, changed);
}

// Outputs

const Output *query_outputs(const Query *query, size_t *count)
{
    switch (query->body) {
    case BODY_SELECT:
        *count = query->select->output_count;
        return query->select->outputs;
    case BODY_SET:
        *count = query->set->output_count;
        return query->set->outputs;
    case BODY_VALUES:
        *count = query->values->output_count;
        return query->values->outputs;
    case BODY_OPAQUE:
        break;
    }
    *count = query->opaque_output_count;
    return query->opaque_outputs;
}

size_t query_output_position(const Query *query, uint32_t id)
{
    size_t count, position = 0;
    const Output *outputs = query_outputs(query, &count);
    while (position < count && outputs[position].id != id)
        position++;
    return position;
}

const Output *query_output(const Query *query, uint32_t id)
{
    size_t count, position = query_output_position(query, id);
    const Output *outputs = query_outputs(query, &count);
    return position < count ? &outputs[position] : NULL;
}

// Grouping

static bool has_own_aggregate(const Query *query)
{
    const Select *select = query->select;
    Arena scratch = ARENA_EMPTY;
    NumberSet own = select_numbers(&scratch, select);
    bool found = false;
    for (size_t i = 0; i < select->output_count && !found; i++)
        found = expr_has_aggregate_of(select->outputs[i].expr, own);
    for (size_t i = 0; i < query->order_count && !found; i++)
        found = expr_has_aggregate_of(query->order[i].expr, own);
    for (size_t i = 0; i < select->qualify_count && !found; i++)
        found = expr_has_aggregate_of(select->qualify[i], own);
    arena_clear(&scratch);
    return found;
}

bool query_is_grouped(const Query *query)
{
    if (query->body != BODY_SELECT)
        return false;
    return query->select->group_count > 0 || query->select->having_count > 0 ||
           has_own_aggregate(query);
}

bool select_has_plain_groups(const Select *select)
{
    for (size_t i = 0; i < select->group_count; i++)
        if (select->groups[i].kind != GROUP_KEY)
            return false;
    return true;
}

static bool is_key_of(const GroupItem *items, size_t count, const Expr *expr)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < items[i].expr_count; j++) {
            const Expr *key = items[i].exprs[j];
            if (expr_equal(key, expr))
                return true;
            for (size_t k = 0; key->kind == EXPR_ROW && k < key->arg_count; k++)
                if (expr_equal(key->args[k], expr))
                    return true;
        }
        if (is_key_of(items[i].items, items[i].item_count, expr))
            return true;
    }
    return false;
}

bool select_groups_by(const Select *select, const Expr *expr)
{
    return is_key_of(select->groups, select->group_count, expr);
}

// Columns of sources

// Returns what a derived source's column stands for, and its place; NULL if none.
static const Output *derived_output(const Tree *tree, const Source *source,
                                    uint32_t column, size_t *place)
{
    const Query *query = source_query(tree, source);
    if (query == NULL)
        return NULL;
    *place = query_output_position(query, column);
    return query_output(query, column);
}

static const Output *function_column(const Source *source, uint32_t column, size_t *place)
{
    for (size_t i = 0; i < source->column_count; i++) {
        if (source->columns[i].id == column) {
            *place = i;
            return &source->columns[i];
        }
    }
    return NULL;
}

// A source's column as its consumers see it, but for names that the source gives it.
typedef struct {
    const char *name;
    Type type;
    size_t place;
} SourceColumn;

// Sets `found`; false if the source has no such column.
static bool find_column(const Tree *tree, const Source *source, uint32_t column,
                        SourceColumn *found)
{
    const Output *output = NULL;
    *found = (SourceColumn){.place = column};
    switch (source->kind) {
    case SOURCE_TABLE:
        if (column >= source->table->column_count)
            return false;
        found->name = source->table->columns[column].name;
        found->type = source->table->columns[column].type;
        return true;
    case SOURCE_QUERY:
    case SOURCE_CTE:
        output = derived_output(tree, source, column, &found->place);
        break;
    case SOURCE_FUNCTION:
        output = function_column(source, column, &found->place);
        break;
    case SOURCE_NAME:
    case SOURCE_JOIN:
    case SOURCE_OPAQUE:
        break;
    }
    if (output == NULL)
        return false;
    found->name = output->name;
    found->type = output->type;
    return true;
}

static bool is_rowid(const Source *source, uint32_t column)
{
    return source->kind == SOURCE_TABLE && column == COLUMN_ROWID;
}

static Type column_type(const Tree *tree, const Source *source, uint32_t column)
{
    SourceColumn found;
    if (is_rowid(source, column))
        return (Type){.kind = TYPE_INTEGER, .width = 64, .affinity = AFFINITY_INTEGER};
    return find_column(tree, source, column, &found) ? found.type : TYPE_OF(TYPE_UNKNOWN);
}

static const char *column_name(const Tree *tree, const Source *source, uint32_t column)
{
    SourceColumn found;
    if (is_rowid(source, column))
        return "rowid";
    if (!find_column(tree, source, column, &found))
        return NULL;
    if (found.place < source->column_name_count)
        return source->column_names[found.place];
    const Cte *cte = source->kind == SOURCE_CTE ? tree_cte(tree, source->cte) : NULL;
    return cte != NULL && found.place < cte->column_name_count
               ? cte->column_names[found.place]
               : found.name;
}

const Expr *source_column(Arena *arena, const Tree *tree, const Source *source,
                          uint32_t column)
{
    return expr_new(arena, (Expr){.kind = EXPR_COLUMN,
                                  .qualified = true,
                                  .type = column_type(tree, source, column),
                                  .offset = NO_OFFSET,
                                  .name = column_name(tree, source, column),
                                  .source = source->number,
                                  .column = column});
}
