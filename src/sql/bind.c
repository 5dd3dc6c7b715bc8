// bind.c - from names to columns: the entry points, queries, set operations, CTEs.
//
// The binder builds a new tree beside the parsed one. Each block gets a Scope; names are
// resolved in it or in one of those around it (bind_scope.c).
//
// CTEs are bound as they are written; in SQLite, where one may read later ones, those
// first. The bound query lists them in the order in which they were completed, so that
// each stands behind those it reads.

#include "sql/bind.h"

#include "base/text.h"
#include "sql/function.h"
#include "sql/sql.h"

#include <stdarg.h>
#include <stdio.h>

void bind_fail(Binder *b, size_t offset, const char *format, ...)
{
    if (b->failed)
        return;
    char message[sizeof(b->err->message)];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    b->failed = true;
    fail_at(b->err, ERROR_NAME, offset, "%s", message);
}

void bind_unsupported(Binder *b, size_t offset, const char *what)
{
    if (!b->failed)
        fail_at(b->err, ERROR_UNSUPPORTED, offset, "%s", what);
    b->failed = true;
}

// Set operations and VALUES

static Output output_like(Binder *b, const Output *output)
{
    return (Output){.id = b->next_id++,
                    .name = output->name,
                    .quoted = output->quoted,
                    .type = output->type};
}

static Output *outputs_like(Binder *b, const Query *arm, size_t *count)
{
    const Output *outputs = query_outputs(arm, count);
    Output *copies = arena_new(b->arena, Output, *count);
    for (size_t i = 0; i < *count; i++)
        copies[i] = output_like(b, &outputs[i]);
    return copies;
}

bool query_is_vague(const Query *query)
{
    bool vague = query->body == BODY_OPAQUE;
    for (size_t i = 0; query->body == BODY_SET && i < query->set->arm_count; i++)
        vague = vague || query_is_vague(query->set->arms[i]);
    for (size_t i = 0; query->body == BODY_SELECT && i < query->select->output_count; i++)
        vague = vague || query->select->outputs[i].expr->kind == EXPR_OPAQUE;
    return vague;
}

// Widens the types of `outputs` by those of one more arm.
static void add_arm(Binder *b, Output *outputs, size_t count, const Query *arm, size_t n)
{
    size_t width;
    const Output *own = query_outputs(arm, &width);
    if (width != count && query_is_vague(arm))
        return;
    if (width != count)
        bind_fail(b, arm->position,
                  "part %zu of the set operation has %zu columns, the "
                  "first %zu",
                  n + 1, width, count);
    for (size_t i = 0; i < count && !b->failed; i++)
        outputs[i].type = type_common(b->dialect, outputs[i].type, own[i].type);
}

typedef ARRAY(Output) OutputList;

static void add_by_name(Binder *b, OutputList *outputs, const Output *output)
{
    for (size_t i = 0; i < outputs->count; i++)
        if (text_same_word(outputs->items[i].name, output->name)) {
            Type *type = &outputs->items[i].type;
            *type = type_common(b->dialect, *type, output->type);
            return;
        }
    array_push(b->arena, outputs, output_like(b, output));
}

// Returns the outputs of a UNION BY NAME: all names, in the order of first appearance.
static Output *outputs_by_name(Binder *b, const Query *const *arms, size_t arm_count,
                               size_t *count)
{
    OutputList outputs = {0};
    for (size_t i = 0; i < arm_count; i++) {
        size_t width;
        const Output *own = query_outputs(arms[i], &width);
        for (size_t j = 0; j < width; j++)
            add_by_name(b, &outputs, &own[j]);
    }
    *count = outputs.count;
    return outputs.items;
}

// Binds the arms. `entry`, where not NULL, is the CTE that this is the text of: if it
// is recursive, its columns are those of the first arm, and the others may read it.
static const Query *bind_set(Binder *b, Scope *parent, CteEntry *ctes, const Query *query,
                             Query bound, CteEntry *entry)
{
    SetOperation set = *query->set;
    const Query **arms = arena_new(b->arena, const Query *, set.arm_count);
    arms[0] =
        bind_query(b, parent, entry != NULL ? entry->anchor_sees : ctes, set.arms[0]);
    if (b->failed)
        return query;
    Output *outputs = outputs_like(b, arms[0], &set.output_count);
    if (entry != NULL) {
        entry->outputs = outputs;
        entry->output_count = set.output_count;
    }
    for (size_t i = 1; i < set.arm_count && !b->failed; i++) {
        arms[i] = bind_query(b, parent, ctes, set.arms[i]);
        if (!b->failed && !set.by_name && !query_is_vague(arms[0]))
            add_arm(b, outputs, set.output_count, arms[i], i);
    }
    if (b->failed)
        return query;
    set.arms = arms;
    set.outputs = set.by_name ? outputs_by_name(b, arms, set.arm_count, &set.output_count)
                              : outputs;
    bound.set = arena_copy(b->arena, &set, 1, sizeof(set));
    bound.order = bind_output_order(b, query, &bound, &bound.order_count);
    return query_new(b->arena, bound);
}

static const Query *bind_values(Binder *b, Scope *scope, const Query *query, Query bound)
{
    Values *values = arena_new(b->arena, Values, 1);
    *values = *query->values;
    const Expr *const **rows =
        arena_new(b->arena, const Expr *const *, values->row_count);
    Output *outputs = arena_new(b->arena, Output, values->output_count);
    for (size_t j = 0; j < values->output_count; j++)
        outputs[j] = (Output){.id = b->next_id++,
                              .name = b->dialect == DIALECT_DUCKDB
                                          ? arena_printf(b->arena, "col%zu", j)
                                          : arena_printf(b->arena, "column%zu", j + 1)};
    scope->place = PLACE_OUTPUTS;
    for (size_t i = 0; i < values->row_count && !b->failed; i++) {
        rows[i] = bind_exprs(b, scope, values->rows[i], values->output_count);
        for (size_t j = 0; j < values->output_count && !b->failed; j++)
            outputs[j].type =
                i == 0 ? rows[i][j]->type
                       : type_common(b->dialect, outputs[j].type, rows[i][j]->type);
    }
    if (b->failed)
        return query;
    values->rows = rows;
    values->outputs = outputs;
    bound.values = values;
    bound.order = bind_output_order(b, query, &bound, &bound.order_count);
    return query_new(b->arena, bound);
}

// Queries

static CteEntry *bind_with(Binder *b, Scope *parent, CteEntry *ctes, const Query *query,
                           Query *bound);

// `entry`: the CTE that this is the text of, or NULL.
static const Query *bind_query_of(Binder *b, Scope *parent, CteEntry *ctes,
                                  const Query *query, CteEntry *entry)
{
    Query bound = *query;
    if (query->cte_count > 0)
        ctes = bind_with(b, parent, ctes, query, &bound);
    Scope scope = scope_new(parent, ctes);
    const Query *result = query;
    if (b->failed)
        return query;
    Scope outside = {.ctes = ctes, .depth = 1, .place = PLACE_LIMIT};
    if (query->limit != NULL)
        bound.limit = bind_expr(b, &outside, query->limit);
    if (query->offset != NULL)
        bound.offset = bind_expr(b, &outside, query->offset);
    switch (query->body) {
    case BODY_SELECT:
        result = bind_select(b, &scope, query, bound);
        break;
    case BODY_SET:
        result = bind_set(b, parent, ctes, query, bound, entry);
        break;
    case BODY_VALUES:
        result = bind_values(b, &scope, query, bound);
        break;
    case BODY_OPAQUE:
        b->has_opaque = true;
        break;
    }
    return result;
}

const Query *bind_query(Binder *b, Scope *parent, CteEntry *ctes, const Query *query)
{
    return bind_query_of(b, parent, ctes, query, NULL);
}

const Query *bind_derived(Binder *b, Scope *parent, CteEntry *ctes, const Query *query,
                          bool *lateral)
{
    Scope frame = scope_new(parent, ctes);
    frame.in_from_of_parent = true;
    const Query *bound = bind_query(b, &frame, ctes, query);
    *lateral = *lateral || frame.lateral;
    return bound;
}

// CTEs

void bind_cte(Binder *b, CteEntry *entry, size_t offset)
{
    if (entry->bound->query != NULL || b->failed)
        return;
    if (entry->in_progress) {
        if (entry->outputs == NULL)
            bind_fail(b, offset, "circular reference: %s", entry->unbound->name);
        return;
    }
    const Query *query = entry->unbound->query;
    entry->in_progress = true;
    const Query *bound = bind_query_of(b, entry->parent, entry->sees, query,
                                       query->body == BODY_SET ? entry : NULL);
    entry->in_progress = false;
    if (b->failed)
        return;
    entry->bound->query = bound;
    entry->bound->recursive = query_count_cte_uses(bound, entry->bound->number) > 0;
    entry->outputs = query_outputs(bound, &entry->output_count);
    bool extra =
        entry->unbound->column_name_count > entry->output_count && !query_is_vague(bound);
    if (extra && b->dialect != DIALECT_DUCKDB) // DuckDB takes no notice of them.
        bind_fail(b, query->position, "%s has %zu columns, but %zu names",
                  entry->unbound->name, entry->output_count,
                  entry->unbound->column_name_count);
    array_push(b->arena, entry->completed, (const Cte *)entry->bound);
}

static CteEntry *cte_entry(Binder *b, Scope *parent, const Cte *unbound,
                           CteList *completed)
{
    CteEntry *entry = arena_new(b->arena, CteEntry, 1);
    entry->unbound = unbound;
    entry->bound = arena_new(b->arena, Cte, 1);
    *entry->bound = *unbound;
    entry->bound->query = NULL;
    entry->bound->number = b->next_id++;
    entry->parent = parent;
    entry->completed = completed;
    return entry;
}

static void check_cte_names(Binder *b, const Query *query)
{
    for (size_t i = 1; i < query->cte_count; i++)
        for (size_t j = 0; j < i; j++)
            if (text_same_word(query->ctes[i]->name, query->ctes[j]->name))
                bind_fail(b, query->ctes[i]->query->position, "two CTEs are called %s",
                          query->ctes[i]->name);
}

// Binds the CTEs of the query; returns `ctes` with them in front.
static CteEntry *bind_with(Binder *b, Scope *parent, CteEntry *ctes, const Query *query,
                           Query *bound)
{
    check_cte_names(b, query);
    CteList completed = {0};
    ARRAY(CteEntry *) entries = {0};
    for (size_t i = 0; i < query->cte_count; i++) {
        CteEntry *entry = cte_entry(b, parent, query->ctes[i], &completed);
        entry->next = ctes;
        entry->sees = entry->anchor_sees = ctes;
        if (query->with_recursive && query->ctes[i]->query->body == BODY_SET)
            entry->sees = entry;
        array_push(b->arena, &entries, entry);
        ctes = entry;
        if (b->dialect != DIALECT_SQLITE)
            bind_cte(b, entry, NO_OFFSET);
    }
    for (size_t i = 0; b->dialect == DIALECT_SQLITE && i < query->cte_count; i++)
        entries.items[i]->sees = entries.items[i]->anchor_sees = ctes;
    for (size_t i = 0; b->dialect == DIALECT_SQLITE && i < query->cte_count; i++)
        bind_cte(b, entries.items[i], NO_OFFSET);
    bound->ctes = completed.items;
    bound->cte_count = completed.count;
    return ctes;
}

// Entry points

bool sql_bind_query(Arena *arena, const Catalog *catalog, const char *text,
                    const Query *query, Tree *tree, Error *err)
{
    Binder b = {.arena = arena,
                .catalog = catalog,
                .dialect = catalog->dialect,
                .text = text,
                .next_id = 1,
                .err = err};
    const Query *bound = bind_query(&b, NULL, NULL, query);
    if (b.failed)
        return false;
    *tree = (Tree){.root = bound,
                   .catalog = catalog,
                   .dialect = catalog->dialect,
                   .next_id = b.next_id,
                   .parameter_count = b.parameter_count,
                   .text = text,
                   .has_opaque = b.has_opaque,
                   .find_function = function_find};
    return true;
}

bool sql_bind(Arena *arena, const Catalog *catalog, const char *text, Tree *tree,
              Error *err)
{
    const Query *query;
    return sql_parse(arena, catalog->dialect, text, &query, err) &&
           sql_bind_query(arena, catalog, text, query, tree, err);
}
