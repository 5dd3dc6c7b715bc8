// bind_from.c - FROM: tables, derived tables, joins, table functions.
//
// Binding an item gives two things: the bound source, and the list of columns that an
// unqualified name or a `*` can mean through it. A join merges the lists of its sides;
// the columns of USING and NATURAL become one there.
//
// SQLite moves ON into WHERE before it looks at names, and lets a table function's
// arguments name any table of FROM: there, both are bound when all of FROM is known.
// DuckDB looks at an ON with the two sides of its join in sight, and at a derived table
// with what stands before it.

#include "sql/bind.h"

#include "base/text.h"
#include "sql/function.h"

#include <assert.h>
#include <string.h>

// A source whose expressions wait for the rest of FROM.
typedef struct {
    Source *draft;
    const Source *unbound;
} Deferred;

struct From {
    Binder *b;
    Scope *scope;
    const Source **sources;
    ARRAY(Deferred) deferred;
};

static const Source *bind_item(From *from, const Source *source, VisibleList *out);

// Columns

static ScopeColumn column_of(const char *name, uint32_t column, Type type)
{
    return (ScopeColumn){.name = name,
                         .hash = name_hash(name),
                         .column = column,
                         .type = type};
}

// Gives columns of the same name different ones, as the engines do: SQLite a:1, DuckDB
// a_1.
static void number_duplicates(Binder *b, ScopeColumn *columns, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t earlier = 0;
        for (size_t j = 0; j < i; j++)
            if (columns[j].hash == columns[i].hash &&
                text_same_word(columns[j].name, columns[i].name))
                earlier++;
        if (earlier == 0)
            continue;
        const char *name =
            arena_printf(b->arena, b->dialect == DIALECT_SQLITE ? "%s:%zu" : "%s_%zu",
                         columns[i].name, earlier);
        columns[i] = column_of(name, columns[i].column, columns[i].type);
    }
}

// Renames the first columns as in `t (a, b)`.
static void rename_columns(Binder *b, const Source *source, ScopeColumn *columns,
                           size_t count)
{
    if (source->column_name_count > count)
        bind_fail(b, source->offset, "%s has %zu columns, but %zu names",
                  source->alias != NULL ? source->alias : "the table", count,
                  source->column_name_count);
    for (size_t i = 0; i < source->column_name_count && i < count; i++)
        columns[i] =
            column_of(source->column_names[i], columns[i].column, columns[i].type);
}

// Puts the bound source and its columns into scope.
static void add_item(From *from, const Source *bound, ScopeColumn *columns, size_t count,
                     VisibleList *out)
{
    rename_columns(from->b, bound, columns, count);
    ScopeItem item = {.source = bound,
                      .alias = bound->alias,
                      .columns = columns,
                      .column_count = count};
    if (bound->kind == SOURCE_TABLE && !bound->explicit_alias)
        item.schema = bound->table->schema != NULL ? bound->table->schema : "main";
    scope_add(from->b, from->scope, item, out);
}

// The columns of a query's result, the first ones renamed.
static ScopeColumn *output_columns(Binder *b, const Output *outputs, size_t count,
                                   const char *const *names, size_t name_count)
{
    ScopeColumn *columns = arena_new(b->arena, ScopeColumn, count);
    for (size_t i = 0; i < count; i++)
        columns[i] = column_of(i < name_count ? names[i] : outputs[i].name, outputs[i].id,
                               outputs[i].type);
    number_duplicates(b, columns, count);
    return columns;
}

// Puts a source into scope of which only some columns are known, or none.
static void add_vague(From *from, Source *bound, const Output *outputs, size_t count,
                      VisibleList *out)
{
    Binder *b = from->b;
    ARRAY(Output) known = {0};
    bool renamed = bound->column_name_count > 0;
    for (size_t i = 0; i < count && !renamed; i++)
        if (outputs[i].explicit_name)
            array_push(b->arena, &known, outputs[i]);
    from->scope->has_opaque = true;
    b->has_opaque = true;
    ScopeItem item = {.source = bound,
                      .alias = bound->alias,
                      .columns = output_columns(b, known.items, known.count, NULL, 0),
                      .column_count = known.count};
    scope_add(b, from->scope, item, out);
}

// Returns a copy to fill in, with a fresh number.
static Source *draft_of(Binder *b, const Source *source, SourceKind kind)
{
    Source *draft = arena_new(b->arena, Source, 1);
    *draft = *source;
    draft->kind = kind;
    draft->number = b->next_id++;
    return draft;
}

// Tables and CTEs

static CteEntry *find_cte(CteEntry *ctes, const char *name)
{
    for (CteEntry *entry = ctes; entry != NULL; entry = entry->next)
        if (text_same_word(entry->unbound->name, name))
            return entry;
    return NULL;
}

static void fail_unknown_table(From *from, const Source *source)
{
    Binder *b = from->b;
    ARRAY(const char *) names = {0};
    for (CteEntry *e = from->scope->ctes; e != NULL; e = e->next)
        array_push(b->arena, &names, e->unbound->name);
    for (size_t i = 0; i < b->catalog->table_count; i++)
        array_push(b->arena, &names, b->catalog->tables[i].name);
    bind_fail(b, source->offset, "no table %s%s%s",
              source->schema != NULL ? arena_printf(b->arena, "%s.", source->schema) : "",
              source->name,
              closest_names(b->arena, source->name, names.items, names.count));
}

static const Source *bind_cte_reference(From *from, const Source *source, CteEntry *entry,
                                        VisibleList *out)
{
    Binder *b = from->b;
    bind_cte(b, entry, source->offset);
    if (b->failed)
        return source;
    Source *bound = draft_of(b, source, SOURCE_CTE);
    bound->cte = entry->bound->number;
    if (bound->alias == NULL)
        bound->alias = source->name;
    if (entry->bound->query != NULL && query_is_vague(entry->bound->query)) {
        bool renamed = entry->unbound->column_name_count > 0;
        add_vague(from, bound, entry->outputs, renamed ? 0 : entry->output_count, out);
        return bound;
    }
    ScopeColumn *columns =
        output_columns(b, entry->outputs, entry->output_count,
                       entry->unbound->column_names, entry->unbound->column_name_count);
    add_item(from, bound, columns, entry->output_count, out);
    return bound;
}

static const Source *bind_name(From *from, const Source *source, VisibleList *out)
{
    Binder *b = from->b;
    CteEntry *entry =
        source->schema == NULL ? find_cte(from->scope->ctes, source->name) : NULL;
    if (entry != NULL)
        return bind_cte_reference(from, source, entry, out);
    const char *schema = source->schema;
    const Table *table = catalog_table(b->catalog, schema, source->name);
    if (table == NULL && text_same_word(schema, "main"))
        table = catalog_table(b->catalog, NULL, source->name);
    if (table == NULL) {
        fail_unknown_table(from, source);
        return source;
    }
    Source *bound = draft_of(b, source, SOURCE_TABLE);
    bound->table = table;
    if (bound->alias == NULL)
        bound->alias = source->name;
    ScopeColumn *columns = arena_new(b->arena, ScopeColumn, table->column_count);
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] = column_of(table->columns[i].name, i, table->columns[i].type);
    add_item(from, bound, columns, table->column_count, out);
    return bound;
}

// Derived tables and functions

static const Source *bind_subquery(From *from, const Source *source, VisibleList *out)
{
    Binder *b = from->b;
    Source *bound = draft_of(b, source, SOURCE_QUERY);
    if (b->dialect == DIALECT_DUCKDB || source->lateral)
        bound->query = bind_derived(b, from->scope, from->scope->ctes, source->query,
                                    &bound->lateral);
    else
        bound->query =
            bind_query(b, from->scope->parent, from->scope->ctes, source->query);
    if (b->failed)
        return source;
    size_t count;
    const Output *outputs = query_outputs(bound->query, &count);
    if (query_is_vague(bound->query))
        add_vague(from, bound, outputs, count, out);
    else
        add_item(from, bound, output_columns(b, outputs, count, NULL, 0), count, out);
    return bound;
}

// Binds a table function's arguments, and finds out whether they name its neighbours.
static void bind_arguments(From *from, Source *bound, const Source *unbound)
{
    Binder *b = from->b;
    Expr call = *unbound->call;
    call.args = bind_exprs(b, from->scope, call.args, call.arg_count);
    call.function = function_find(b->dialect, call.name, FUNCTION_TABLE);
    if (b->failed)
        return;
    bound->call = expr_new(b->arena, call);
    NumberSet used = expr_sources(b->arena, bound->call);
    bool behind = false;
    for (size_t i = 0; i < from->scope->items.count; i++) {
        const Source *other = from->scope->items.items[i].source;
        behind = behind || other == bound;
        if (!number_set_has(used, other->number))
            continue;
        bound->lateral = true;
        if (behind)
            bind_unsupported(b, unbound->offset,
                             "a table function that reads a table behind it");
    }
}

static const Source *bind_function(From *from, const Source *source, VisibleList *out)
{
    Binder *b = from->b;
    size_t count;
    const Output *outputs =
        table_function_columns(b->arena, b->dialect, source->call, &count);
    Source *bound = draft_of(b, source, SOURCE_FUNCTION);
    if (bound->alias == NULL)
        bound->alias = source->call->name;
    if (b->dialect == DIALECT_SQLITE) {
        Deferred deferred = {.draft = bound, .unbound = source};
        array_push(b->arena, &from->deferred, deferred);
    } else {
        bind_arguments(from, bound, source);
    }
    if (outputs == NULL) {
        from->scope->has_opaque = true;
        b->has_opaque = true;
        return bound;
    }
    bound->columns = outputs;
    bound->column_count = count;
    ScopeColumn *columns = arena_new(b->arena, ScopeColumn, count);
    for (size_t i = 0; i < count; i++)
        columns[i] = column_of(outputs[i].name, outputs[i].id, outputs[i].type);
    add_item(from, bound, columns, count, out);
    return bound;
}

// Joins

static const Visible *find_visible(const VisibleList *list, const char *name,
                                   size_t *count)
{
    const Visible *found = NULL;
    uint32_t hash = name_hash(name);
    *count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].hash == hash && text_same_word(list->items[i].name, name)) {
            if (found == NULL)
                found = &list->items[i];
            (*count)++;
        }
    return found;
}

static Visible merged(Binder *b, const Source *join, const Visible *left,
                      const Visible *right)
{
    if (join->join == JOIN_RIGHT)
        return (Visible){left->name, left->hash, right->members, right->member_count};
    if (join->join != JOIN_FULL)
        return *left;
    size_t count = left->member_count + right->member_count;
    VisibleMember *members = arena_new(b->arena, VisibleMember, count);
    memcpy(members, left->members, left->member_count * sizeof(*members));
    memcpy(members + left->member_count, right->members,
           right->member_count * sizeof(*members));
    return (Visible){left->name, left->hash, members, count};
}

// Returns the names that NATURAL joins by: those both sides have, in the left's order.
static void natural_names(Binder *b, Source *join, const VisibleList *left,
                          const VisibleList *right)
{
    ARRAY(const char *) names = {0};
    for (size_t i = 0; i < left->count; i++) {
        size_t count;
        if (find_visible(right, left->items[i].name, &count) != NULL)
            array_push(b->arena, &names, left->items[i].name);
    }
    if (names.count == 0 && b->dialect == DIALECT_DUCKDB)
        bind_fail(b, join->offset, "NATURAL JOIN of tables without a common column");
    join->using_names = names.items;
    join->using_count = names.count;
}

// Checks one name of USING and returns its two sides.
static bool using_sides(Binder *b, const Source *join, const char *name,
                        const VisibleList *left, const VisibleList *right,
                        const Visible *sides[2])
{
    size_t left_count, right_count;
    sides[0] = find_visible(left, name, &left_count);
    sides[1] = find_visible(right, name, &right_count);
    if (sides[0] == NULL || sides[1] == NULL) {
        bind_fail(b, join->offset, "no column %s on the %s side of the join, for USING",
                  name, sides[0] == NULL ? "left" : "right");
        return false;
    }
    // SQLite takes the first of several on the left.
    if (right_count > 1 || (left_count > 1 && b->dialect != DIALECT_SQLITE)) {
        bind_fail(b, join->offset,
                  "ambiguous column %s on the %s side of the join, "
                  "for USING",
                  name, left_count > 1 ? "left" : "right");
        return false;
    }
    return true;
}

// Makes USING's equalities, and merges the columns in `left`; those that stay of the
// right side are left in `right`.
static void bind_using(From *from, Source *join, VisibleList *left, VisibleList *right)
{
    Binder *b = from->b;
    const Expr **on = arena_new(b->arena, const Expr *, join->using_count);
    for (size_t i = 0; i < join->using_count && !b->failed; i++) {
        const Visible *sides[2];
        if (!using_sides(b, join, join->using_names[i], left, right, sides))
            return;
        Expr place = {.kind = EXPR_NAME,
                      .name = join->using_names[i],
                      .offset = join->offset};
        on[i] = expr_compare(b->arena, COMPARE_EQ,
                             scope_column(b, from->scope, sides[0], &place),
                             scope_column(b, from->scope, sides[1], &place));
        left->items[sides[0] - left->items] = merged(b, join, sides[0], sides[1]);
        size_t gone = (size_t)(sides[1] - right->items);
        assert(right->items != NULL && right->count > gone);
        right->count--;
        for (size_t j = gone; j < right->count; j++)
            right->items[j] = right->items[j + 1];
    }
    join->on = on;
    join->on_count = join->using_count;
    if (join->join == JOIN_CROSS && join->using_count > 0)
        join->join = JOIN_INNER;
}

static VisibleList visible_concat(Arena *arena, const VisibleList *a,
                                  const VisibleList *b)
{
    VisibleList both = {.items = arena_new(arena, Visible, a->count + b->count),
                        .count = a->count + b->count,
                        .capacity = a->count + b->count};
    if (a->count > 0)
        memcpy(both.items, a->items, a->count * sizeof(*both.items));
    if (b->count > 0)
        memcpy(both.items + a->count, b->items, b->count * sizeof(*both.items));
    return both;
}

// Binds ON with nothing but the join's two sides in sight.
static void bind_on(From *from, Source *join, const Source *unbound, size_t start,
                    VisibleList visible)
{
    Scope *scope = from->scope;
    VisibleList saved_visible = scope->visible;
    size_t saved_start = scope->item_start;
    scope->visible = visible;
    scope->item_start = start;
    scope->beside = start > 0 ? &saved_visible : NULL;
    join->on_count = unbound->on_count;
    join->on = bind_conjuncts(from->b, scope, unbound->on, &join->on_count);
    scope->visible = saved_visible;
    scope->item_start = saved_start;
    scope->beside = NULL;
}

// (a JOIN b) AS q hides the names inside: it is a derived table of all their columns.
static const Source *bind_named_join(From *from, const Source *source, VisibleList *out)
{
    Arena *arena = from->b->arena;
    Source inner = *source;
    inner.alias = NULL;
    inner.column_name_count = 0;
    const Source **sources = arena_new(arena, const Source *, 1);
    sources[0] = source_new(arena, inner);
    Output *star = arena_new(arena, Output, 1);
    star->expr = expr_new(arena, (Expr){.kind = EXPR_STAR, .offset = source->offset});
    Select all = {.outputs = star,
                  .output_count = 1,
                  .sources = sources,
                  .source_count = 1};
    Source derived = {.kind = SOURCE_QUERY,
                      .alias = source->alias,
                      .explicit_alias = true,
                      .column_names = source->column_names,
                      .column_name_count = source->column_name_count,
                      .query = query_of_select(arena, all),
                      .offset = source->offset,
                      .comment = source->comment};
    return bind_subquery(from, source_new(arena, derived), out);
}

static const Source *bind_join(From *from, const Source *source, VisibleList *out)
{
    Binder *b = from->b;
    // DuckDB takes no notice of the alias.
    if (source->alias != NULL && b->dialect != DIALECT_DUCKDB)
        return bind_named_join(from, source, out);
    Scope *scope = from->scope;
    Source *join = draft_of(b, source, SOURCE_JOIN);
    join->alias = NULL;
    join->explicit_alias = false;
    join->column_name_count = 0;
    VisibleList left = {0}, right = {0};
    size_t start = scope->items.count;
    join->left = bind_item(from, source->left, &left);
    VisibleList saved = scope->visible;
    size_t middle = scope->items.count;
    if (b->dialect != DIALECT_SQLITE)
        scope->visible = visible_concat(b->arena, &saved, &left);
    join->right = bind_item(from, source->right, &right);
    scope->visible = saved;
    if (b->failed)
        return source;
    if (source->natural)
        natural_names(b, join, &left, &right);
    if (source->natural || source->using_count > 0) {
        bind_using(from, join, &left, &right);
    } else if (b->dialect == DIALECT_SQLITE) {
        Deferred deferred = {.draft = join, .unbound = source};
        array_push(b->arena, &from->deferred, deferred);
    } else {
        bind_on(from, join, source, start, visible_concat(b->arena, &left, &right));
    }
    bool one_sided = join->join == JOIN_SEMI || join->join == JOIN_ANTI;
    for (size_t i = middle; one_sided && i < scope->items.count; i++)
        scope->items.items[i].hidden = true;
    VisibleList both = one_sided ? left : visible_concat(b->arena, &left, &right);
    *out = visible_concat(b->arena, out, &both);
    return join;
}

static const Source *bind_opaque(From *from, const Source *source)
{
    from->scope->has_opaque = true;
    from->b->has_opaque = true;
    return draft_of(from->b, source, SOURCE_OPAQUE);
}

static const Source *bind_item(From *from, const Source *source, VisibleList *out)
{
    if (from->b->failed)
        return source;
    switch (source->kind) {
    case SOURCE_NAME:
    case SOURCE_TABLE:
    case SOURCE_CTE:
        return bind_name(from, source, out);
    case SOURCE_QUERY:
        return bind_subquery(from, source, out);
    case SOURCE_JOIN:
        return bind_join(from, source, out);
    case SOURCE_FUNCTION:
        return bind_function(from, source, out);
    case SOURCE_OPAQUE:
        return bind_opaque(from, source);
    }
    return source;
}

From *bind_from(Binder *b, Scope *scope, const Select *select)
{
    From *from = arena_new(b->arena, From, 1);
    from->b = b;
    from->scope = scope;
    from->sources = arena_new(b->arena, const Source *, select->source_count);
    scope->place = PLACE_FROM;
    for (size_t i = 0; i < select->source_count && !b->failed; i++) {
        VisibleList out = {0};
        from->sources[i] = bind_item(from, select->sources[i], &out);
        scope->visible = visible_concat(b->arena, &scope->visible, &out);
    }
    return from;
}

const Source *const *bind_from_rest(From *from)
{
    from->scope->place = PLACE_FROM;
    for (size_t i = 0; i < from->deferred.count && !from->b->failed; i++) {
        Source *draft = from->deferred.items[i].draft;
        const Source *unbound = from->deferred.items[i].unbound;
        if (draft->kind == SOURCE_FUNCTION)
            bind_arguments(from, draft, unbound);
        else
            bind_on(from, draft, unbound, 0, from->scope->visible);
    }
    return from->sources;
}
