// map.c - rebuilding a tree with something changed; copies with fresh numbers.
//
// A list is copied when its first changed member is seen, and a node when one of its
// lists or children has another address than before.

#include "query/walk.h"

#include "base/array.h"

#include <assert.h>

// Lists

static const Expr *const *map_exprs(const Expr *const *exprs, size_t count,
                                    const Mapper *mapper)
{
    const Expr **changed = NULL;
    for (size_t i = 0; i < count; i++) {
        const Expr *expr = map_expr(exprs[i], mapper);
        if (expr != exprs[i] && !changed)
            changed = arena_copy(mapper->arena, exprs, count, sizeof(*exprs));
        if (changed)
            changed[i] = expr;
    }
    return changed ? changed : exprs;
}

static const OrderItem *map_order(const OrderItem *order, size_t count,
                                  const Mapper *mapper)
{
    OrderItem *changed = NULL;
    for (size_t i = 0; i < count; i++) {
        const Expr *expr = map_expr(order[i].expr, mapper);
        if (expr != order[i].expr && !changed)
            changed = arena_copy(mapper->arena, order, count, sizeof(*order));
        if (changed)
            changed[i].expr = expr;
    }
    return changed ? changed : order;
}

static const Window *map_window(const Window *window, const Mapper *mapper)
{
    if (!window)
        return NULL;
    Window changed = *window;
    changed.partition = map_exprs(window->partition, window->partition_count, mapper);
    changed.order = map_order(window->order, window->order_count, mapper);
    changed.low_expr = map_expr(window->low_expr, mapper);
    changed.high_expr = map_expr(window->high_expr, mapper);
    if (changed.partition == window->partition && changed.order == window->order &&
        changed.low_expr == window->low_expr && changed.high_expr == window->high_expr)
        return window;
    return arena_copy(mapper->arena, &changed, 1, sizeof(changed));
}

static const Window *const *map_windows(const Window *const *windows, size_t count,
                                        const Mapper *mapper)
{
    const Window **changed = NULL;
    for (size_t i = 0; i < count; i++) {
        const Window *window = map_window(windows[i], mapper);
        if (window != windows[i] && !changed)
            changed = arena_copy(mapper->arena, windows, count, sizeof(*windows));
        if (changed)
            changed[i] = window;
    }
    return changed ? changed : windows;
}

static const Output *map_outputs(const Output *outputs, size_t count,
                                 const Mapper *mapper)
{
    Output *changed = NULL;
    for (size_t i = 0; i < count; i++) {
        const Expr *expr = map_expr(outputs[i].expr, mapper);
        if (expr != outputs[i].expr && !changed)
            changed = arena_copy(mapper->arena, outputs, count, sizeof(*outputs));
        if (changed)
            changed[i].expr = expr;
    }
    return changed ? changed : outputs;
}

static const Source *const *map_sources(const Source *const *sources, size_t count,
                                        const Mapper *mapper)
{
    const Source **changed = NULL;
    for (size_t i = 0; i < count; i++) {
        const Source *source = map_source(sources[i], mapper);
        if (source != sources[i] && !changed)
            changed = arena_copy(mapper->arena, sources, count, sizeof(*sources));
        if (changed)
            changed[i] = source;
    }
    return changed ? changed : sources;
}

static const GroupItem *map_groups(const GroupItem *groups, size_t count,
                                   const Mapper *mapper)
{
    GroupItem *changed = NULL;
    for (size_t i = 0; i < count; i++) {
        GroupItem item = groups[i];
        item.exprs = map_exprs(item.exprs, item.expr_count, mapper);
        item.items = map_groups(item.items, item.item_count, mapper);
        bool same = item.exprs == groups[i].exprs && item.items == groups[i].items;
        if (!same && !changed)
            changed = arena_copy(mapper->arena, groups, count, sizeof(*groups));
        if (changed)
            changed[i] = item;
    }
    return changed ? changed : groups;
}

// Nodes

const Expr *map_expr(const Expr *expr, const Mapper *mapper)
{
    if (!expr)
        return NULL;
    Expr changed = *expr;
    changed.args = map_exprs(expr->args, expr->arg_count, mapper);
    changed.query = map_query(expr->query, mapper);
    changed.order = map_order(expr->order, expr->order_count, mapper);
    changed.filter = map_expr(expr->filter, mapper);
    changed.window = map_window(expr->window, mapper);
    if (changed.args != expr->args || changed.query != expr->query ||
        changed.order != expr->order || changed.filter != expr->filter ||
        changed.window != expr->window)
        expr = expr_new(mapper->arena, changed);
    return mapper->expr ? mapper->expr(mapper->context, expr) : expr;
}

const Source *map_source(const Source *source, const Mapper *mapper)
{
    if (!source)
        return NULL;
    Source changed = *source;
    changed.query = map_query(source->query, mapper);
    changed.call = map_expr(source->call, mapper);
    changed.left = map_source(source->left, mapper);
    changed.right = map_source(source->right, mapper);
    changed.on = map_exprs(source->on, source->on_count, mapper);
    if (changed.query != source->query || changed.call != source->call ||
        changed.left != source->left || changed.right != source->right ||
        changed.on != source->on)
        source = source_new(mapper->arena, changed);
    return mapper->source ? mapper->source(mapper->context, source) : source;
}

static const Select *map_select(const Select *select, const Mapper *mapper)
{
    if (!select)
        return NULL;
    Select changed = *select;
    changed.distinct_on =
        map_exprs(select->distinct_on, select->distinct_on_count, mapper);
    changed.outputs = map_outputs(select->outputs, select->output_count, mapper);
    changed.sources = map_sources(select->sources, select->source_count, mapper);
    changed.filter = map_exprs(select->filter, select->filter_count, mapper);
    changed.groups = map_groups(select->groups, select->group_count, mapper);
    changed.having = map_exprs(select->having, select->having_count, mapper);
    changed.windows = map_windows(select->windows, select->window_count, mapper);
    changed.qualify = map_exprs(select->qualify, select->qualify_count, mapper);
    if (changed.distinct_on == select->distinct_on &&
        changed.outputs == select->outputs && changed.sources == select->sources &&
        changed.filter == select->filter && changed.groups == select->groups &&
        changed.having == select->having && changed.windows == select->windows &&
        changed.qualify == select->qualify)
        return select;
    return select_new(mapper->arena, changed);
}

static const SetOperation *map_set(const SetOperation *set, const Mapper *mapper)
{
    const Query **changed = NULL;
    for (size_t i = 0; set && i < set->arm_count; i++) {
        const Query *arm = map_query(set->arms[i], mapper);
        if (arm != set->arms[i] && !changed)
            changed =
                arena_copy(mapper->arena, set->arms, set->arm_count, sizeof(*set->arms));
        if (changed)
            changed[i] = arm;
    }
    if (!changed)
        return set;
    SetOperation *result = arena_copy(mapper->arena, set, 1, sizeof(*set));
    result->arms = changed;
    return result;
}

static const Values *map_values(const Values *values, const Mapper *mapper)
{
    const Expr *const **changed = NULL;
    for (size_t i = 0; values && i < values->row_count; i++) {
        const Expr *const *row = map_exprs(values->rows[i], values->output_count, mapper);
        if (row != values->rows[i] && !changed)
            changed = arena_copy(mapper->arena, values->rows, values->row_count,
                                 sizeof(*values->rows));
        if (changed)
            changed[i] = row;
    }
    if (!changed)
        return values;
    Values *result = arena_copy(mapper->arena, values, 1, sizeof(*values));
    result->rows = changed;
    return result;
}

static const Cte *const *map_ctes(const Cte *const *ctes, size_t count,
                                  const Mapper *mapper)
{
    const Cte **changed = NULL;
    for (size_t i = 0; i < count; i++) {
        const Query *query = map_query(ctes[i]->query, mapper);
        if (query == ctes[i]->query)
            continue;
        if (!changed)
            changed = arena_copy(mapper->arena, ctes, count, sizeof(*ctes));
        Cte *cte = arena_copy(mapper->arena, ctes[i], 1, sizeof(*cte));
        cte->query = query;
        changed[i] = cte;
    }
    return changed ? changed : ctes;
}

const Query *map_query(const Query *query, const Mapper *mapper)
{
    if (!query || (mapper->enter_query && !mapper->enter_query(mapper->context, query)))
        return query;
    Query changed = *query;
    changed.ctes = map_ctes(query->ctes, query->cte_count, mapper);
    changed.select = map_select(query->select, mapper);
    changed.set = map_set(query->set, mapper);
    changed.values = map_values(query->values, mapper);
    changed.order = map_order(query->order, query->order_count, mapper);
    changed.limit = map_expr(query->limit, mapper);
    changed.offset = map_expr(query->offset, mapper);
    if (changed.ctes != query->ctes || changed.select != query->select ||
        changed.set != query->set || changed.values != query->values ||
        changed.order != query->order || changed.limit != query->limit ||
        changed.offset != query->offset)
        query = query_new(mapper->arena, changed);
    return mapper->query ? mapper->query(mapper->context, query) : query;
}

// Copies

// What the numbers made below a node become, and the sources that have them.
typedef struct {
    Arena *arena;
    Arena scratch;
    uint32_t limit;   // Numbers are below it.
    uint32_t *fresh;  // By old number; 0: not made below.
    bool *is_derived; // By a source's old number: its columns are Output.ids.
    uint32_t *next_id;
} Copier;

static void copier_renumber(Copier *copier, uint32_t number)
{
    assert(number < copier->limit);
    copier->fresh[number] = (*copier->next_id)++;
}

static uint32_t copier_number(const Copier *copier, uint32_t number)
{
    bool made_below = number < copier->limit && copier->fresh[number] != 0;
    return made_below ? copier->fresh[number] : number;
}

static bool copier_see_source(void *context, const Source *source)
{
    Copier *copier = context;
    copier_renumber(copier, source->number);
    copier->is_derived[source->number] =
        source->kind == SOURCE_QUERY || source->kind == SOURCE_CTE;
    return true;
}

static bool copier_see_query(void *context, const Query *query)
{
    Copier *copier = context;
    for (size_t i = 0; i < query->cte_count; i++)
        copier_renumber(copier, query->ctes[i]->number);
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    for (size_t i = 0; i < count; i++)
        copier_renumber(copier, outputs[i].id);
    return true;
}

// Every node is made anew, changed or not: none may stand twice in a tree.
static const Expr *copier_expr(void *context, const Expr *expr)
{
    const Copier *copier = context;
    Expr copy = *expr;
    if (expr->kind == EXPR_OUTPUT)
        copy.column = copier_number(copier, expr->column);
    if (expr->kind == EXPR_COLUMN) {
        copy.source = copier_number(copier, expr->source);
        if (copy.source != expr->source && copier->is_derived[expr->source])
            copy.column = copier_number(copier, expr->column);
    }
    return expr_new(copier->arena, copy);
}

static const Source *copier_source(void *context, const Source *source)
{
    const Copier *copier = context;
    Source copy = *source;
    copy.number = copier_number(copier, source->number);
    if (source->kind == SOURCE_CTE)
        copy.cte = copier_number(copier, source->cte);
    return source_new(copier->arena, copy);
}

static const Output *copier_outputs(const Copier *copier, const Output *outputs,
                                    size_t count)
{
    Output *copy = arena_copy(copier->arena, outputs, count, sizeof(*outputs));
    for (size_t i = 0; i < count; i++)
        copy[i].id = copier_number(copier, outputs[i].id);
    return copy;
}

static const Select *copier_select(const Copier *copier, const Select *select)
{
    Select copy = *select;
    copy.outputs = copier_outputs(copier, select->outputs, select->output_count);
    Star *stars =
        arena_copy(copier->arena, select->stars, select->star_count, sizeof(*stars));
    for (size_t i = 0; i < select->star_count; i++)
        stars[i].source = copier_number(copier, stars[i].source);
    copy.stars = stars;
    return select_new(copier->arena, copy);
}

static const Query *copier_query(void *context, const Query *query)
{
    const Copier *copier = context;
    Query copy = *query;
    const Cte **ctes = arena_new(copier->arena, const Cte *, query->cte_count);
    for (size_t i = 0; i < query->cte_count; i++) {
        Cte *cte = arena_copy(copier->arena, query->ctes[i], 1, sizeof(*cte));
        cte->number = copier_number(copier, cte->number);
        ctes[i] = cte;
    }
    copy.ctes = ctes;
    if (query->select)
        copy.select = copier_select(copier, query->select);
    if (query->set) {
        SetOperation *set = arena_copy(copier->arena, query->set, 1, sizeof(*set));
        set->outputs = copier_outputs(copier, set->outputs, set->output_count);
        copy.set = set;
    }
    if (query->values) {
        Values *values = arena_copy(copier->arena, query->values, 1, sizeof(*values));
        values->outputs = copier_outputs(copier, values->outputs, values->output_count);
        copy.values = values;
    }
    copy.opaque_outputs =
        copier_outputs(copier, query->opaque_outputs, query->opaque_output_count);
    return query_new(copier->arena, copy);
}

static Copier copier_new(Arena *arena, uint32_t *next_id)
{
    Copier copier = {.arena = arena,
                     .scratch = ARENA_EMPTY,
                     .limit = *next_id,
                     .next_id = next_id};
    copier.fresh = arena_new(&copier.scratch, uint32_t, *next_id);
    copier.is_derived = arena_new(&copier.scratch, bool, *next_id);
    return copier;
}

static Visitor copier_visitor(Copier *copier)
{
    return (Visitor){.query = copier_see_query,
                     .source = copier_see_source,
                     .context = copier};
}

static Mapper copier_mapper(Copier *copier)
{
    return (Mapper){.expr = copier_expr,
                    .query = copier_query,
                    .source = copier_source,
                    .context = copier,
                    .arena = copier->arena};
}

const Query *query_copy(Arena *arena, const Query *query, uint32_t *next_id)
{
    Copier copier = copier_new(arena, next_id);
    Visitor visitor = copier_visitor(&copier);
    Mapper mapper = copier_mapper(&copier);
    walk_query(query, &visitor);
    const Query *copy = map_query(query, &mapper);
    arena_clear(&copier.scratch);
    return copy;
}

const Expr *expr_copy(Arena *arena, const Expr *expr, uint32_t *next_id)
{
    Copier copier = copier_new(arena, next_id);
    Visitor visitor = copier_visitor(&copier);
    Mapper mapper = copier_mapper(&copier);
    walk_expr(expr, &visitor);
    const Expr *copy = map_expr(expr, &mapper);
    arena_clear(&copier.scratch);
    return copy;
}

// Replacing

typedef struct {
    ColumnReplacer *replace;
    void *context;
} Replacement;

static const Expr *replace_column(void *context, const Expr *expr)
{
    const Replacement *replacement = context;
    if (expr->kind != EXPR_COLUMN)
        return expr;
    const Expr *other = replacement->replace(replacement->context, expr);
    return other ? other : expr;
}

const Expr *expr_replace_columns(Arena *arena, const Expr *expr, ColumnReplacer *replace,
                                 void *context)
{
    Replacement replacement = {replace, context};
    Mapper mapper = {.expr = replace_column, .context = &replacement, .arena = arena};
    return map_expr(expr, &mapper);
}

const Query *query_replace_columns(Arena *arena, const Query *query,
                                   ColumnReplacer *replace, void *context)
{
    Replacement replacement = {replace, context};
    Mapper mapper = {.expr = replace_column, .context = &replacement, .arena = arena};
    return map_query(query, &mapper);
}

typedef struct {
    Arena *arena;
    const uint32_t *from, *to;
    size_t count;
} Redirection;

static const Expr *redirect_column(void *context, const Expr *column)
{
    const Redirection *redirection = context;
    for (size_t i = 0; i < redirection->count; i++)
        if (column->source == redirection->from[i]) {
            Expr changed = *column;
            changed.source = redirection->to[i];
            return expr_new(redirection->arena, changed);
        }
    return NULL;
}

const Expr *expr_redirect(Arena *arena, const Expr *expr, const uint32_t *from,
                          const uint32_t *to, size_t count)
{
    Redirection redirection = {arena, from, to, count};
    return expr_replace_columns(arena, expr, redirect_column, &redirection);
}

typedef struct {
    const Query *old, *replacement;
} QueryReplacement;

static const Query *replace_query(void *context, const Query *query)
{
    const QueryReplacement *replace = context;
    return query == replace->old ? replace->replacement : query;
}

const Query *query_replace(Arena *arena, const Query *root, const Query *old,
                           const Query *replacement)
{
    QueryReplacement replace = {old, replacement};
    Mapper mapper = {.query = replace_query, .context = &replace, .arena = arena};
    return map_query(root, &mapper);
}
