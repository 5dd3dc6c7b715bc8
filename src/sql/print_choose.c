// print_choose.c - the walk that chooses names.
//
// It goes through the tree as the engines look names up: CTEs, then FROM, then what sees
// FROM. Name scopes say what each word means where the walk is. Fresh names are handed
// out at its end, when all others are known, so that they clash with none.

#include "sql/print_naming.h"

#include "query/walk.h"

// Queries

static void see_groups(Names *n, const GroupItem *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        names_see_all(n, items[i].exprs, items[i].expr_count);
        see_groups(n, items[i].items, items[i].item_count);
    }
}

static void see_order(Names *n, const OrderItem *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        names_see_key(n, items[i].expr);
}

static void see_window(Names *n, const Window *window)
{
    names_see_all(n, window->partition, window->partition_count);
    for (size_t i = 0; i < window->order_count; i++)
        names_see(n, window->order[i].expr);
    names_see(n, window->low_expr);
    names_see(n, window->high_expr);
}

// Puts the names of outputs into scope: their own, and those they are printed with.
static void push_labels(Names *n, const Select *select)
{
    const Block *block = n->block;
    for (size_t i = 0; i < select->output_count; i++) {
        const Output *output = &select->outputs[i];
        const OutputName *label = names_find_output(n, block->labels[i].id);
        if (output->name != NULL)
            name_scope_push(&n->labels, output->name, block->depth, (void *)output);
        if (label != NULL && !text_same_word(label->name, output->name))
            name_scope_push(&n->labels, label->name, block->depth, (void *)output);
    }
}

static void name_select(Names *n, const Query *query)
{
    const Select *select = query->select;
    Block *block = n->block;
    size_t columns = n->columns.pushed.count;
    size_t aliases = n->aliases.pushed.count;
    size_t labels = n->labels.pushed.count;
    push_labels(n, select);
    names_enter_from(n, select); // SQLite looks at outputs even in ON.
    names_enter_list(n, select);
    names_see_all(n, select->filter, select->filter_count);
    block->sees_outputs = true;
    see_groups(n, select->groups, select->group_count);
    names_see_all(n, select->having, select->having_count);
    for (size_t i = 0; i < select->window_count; i++)
        see_window(n, select->windows[i]);
    names_see_all(n, select->qualify, select->qualify_count);
    for (size_t i = 0; i < select->distinct_on_count; i++)
        names_see_key(n, select->distinct_on[i]);
    see_order(n, query->order, query->order_count);
    name_scope_pop(&n->labels, labels);
    name_scope_pop(&n->aliases, aliases);
    name_scope_pop(&n->columns, columns);
}

static void name_body(Names *n, const Query *query)
{
    switch (query->body) {
    case BODY_SELECT:
        name_select(n, query);
        break;
    case BODY_SET:
        for (size_t i = 0; i < query->set->arm_count; i++)
            names_enter_query(n, query->set->arms[i], ROLE_NAMELESS,
                              i == 0 ? n->block->labels : NULL);
        see_order(n, query->order, query->order_count);
        break;
    case BODY_VALUES:
        for (size_t i = 0; i < query->values->row_count; i++)
            names_see_all(n, query->values->rows[i], query->values->output_count);
        see_order(n, query->order, query->order_count);
        break;
    case BODY_OPAQUE:
        break;
    }
}

// Puts a CTE's name into scope, unless the same WITH has another of that name.
static void push_cte(Names *n, CteName *name)
{
    const Meaning *other = name_scope_find(&n->with, name->name);
    if (other != NULL && other->depth == n->block->depth && other->thing != name)
        name->is_hidden = true;
    else if (other == NULL || other->thing != name)
        name_scope_push(&n->with, name->name, n->block->depth, name);
}

// In SQLite and after RECURSIVE a CTE sees all of its WITH; else those before it.
static void name_ctes(Names *n, const Query *query)
{
    bool any_order = n->dialect == DIALECT_SQLITE || query->with_recursive;
    for (size_t i = 0; i < query->cte_count; i++) {
        CteName *name = arena_new(n->arena, CteName, 1);
        *name = (CteName){query->ctes[i], query->ctes[i]->name, false};
        names_take(n, name->name);
        *map_number(&n->ctes, query->ctes[i]->number) = name;
        names_enter_outputs(n, query->ctes[i]->query, ROLE_SOURCE);
        if (any_order || query->ctes[i]->recursive)
            push_cte(n, name);
    }
    for (size_t i = 0; i < query->cte_count; i++) {
        names_enter_query(n, query->ctes[i]->query, ROLE_SOURCE, NULL);
        push_cte(n, map_find_number(&n->ctes, query->ctes[i]->number));
    }
}

void names_enter_query(Names *n, const Query *query, Role role, const Output *labels)
{
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    Block block = {.outer = n->block,
                   .query = query,
                   .labels = labels != NULL ? labels : outputs,
                   .depth = n->block == NULL ? 1 : n->block->depth + 1};
    size_t with = n->with.pushed.count;
    n->block = &block;
    if (count > 0 && names_find_output(n, outputs[0].id) == NULL)
        names_enter_outputs(n, query, role);
    name_ctes(n, query);
    name_body(n, query);
    n->block = block.outer;
    names_see(n, query->limit);
    names_see(n, query->offset);
    name_scope_pop(&n->with, with);
}

// Choosing

// Hands out the fresh names; all others are known now.
static bool finish_source(void *context, const Source *source)
{
    Names *n = context;
    SourceName *s = names_find_source(n, source->number);
    if (s != NULL && s->follows != NULL && s->follows->is_hidden)
        s->alias = s->follows->name;
    else if (s != NULL && s->is_hidden)
        s->alias = names_fresh(n, s->alias != NULL ? s->alias : "derived");
    return true;
}

static bool finish_query(void *context, const Query *query)
{
    Names *n = context;
    for (size_t i = 0; i < query->cte_count; i++) {
        CteName *name = map_find_number(&n->ctes, query->ctes[i]->number);
        if (name != NULL && name->is_hidden)
            name->name = names_fresh(n, name->name);
    }
    return true;
}

static bool query_is_bound(const Query *query)
{
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    return outputs != NULL && count > 0 && outputs[0].id != 0;
}

Names *names_choose(Arena *arena, Dialect dialect, const Query *root)
{
    Names *n = arena_new(arena, Names, 1);
    *n = (Names){.arena = arena, .dialect = dialect, .is_bound = query_is_bound(root)};
    Map *maps[] = {&n->sources, &n->ctes,  &n->outputs,  &n->qualified, &n->uses,
                   &n->stars,   &n->joins, &n->naturals, &n->merged,    &n->taken};
    for (size_t i = 0; i < COUNT_OF(maps); i++)
        *maps[i] = map_new(arena);
    n->columns = name_scope_new(arena);
    n->aliases = name_scope_new(arena);
    n->labels = name_scope_new(arena);
    n->with = name_scope_new(arena);
    if (!n->is_bound)
        return n;
    names_enter_query(n, root, ROLE_ROOT, NULL);
    Visitor visitor = {.source = finish_source, .query = finish_query, .context = n};
    walk_query(root, &visitor);
    return n;
}
