// print_names.c - the names of columns and outputs, and the answers the printer gets.

#include "sql/print_naming.h"

#include <string.h>

void *names_mark(void)
{
    static const char there = 1;
    return (void *)(uintptr_t)&there;
}

// Fresh names

void names_take(Names *n, const char *name)
{
    void **slot = map_word(&n->taken, name);
    if (*slot == NULL)
        *slot = (void *)(uintptr_t)1;
}

const char *names_fresh(Names *n, const char *base)
{
    if (map_find_word(&n->taken, base) == NULL) {
        names_take(n, base);
        return base;
    }
    for (;;) {
        void **slot = map_word(&n->taken, base);
        uintptr_t number = (uintptr_t)*slot + 1;
        *slot = (void *)number;
        const char *name = arena_printf(n->arena, "%s_%zu", base, (size_t)number);
        if (map_find_word(&n->taken, name) == NULL) {
            names_take(n, name);
            return name;
        }
    }
}

// Columns of sources

size_t named_width(const SourceName *s)
{
    size_t count = 0;
    if (s->query != NULL)
        (void)query_outputs(s->query, &count);
    else if (s->source->kind == SOURCE_TABLE)
        count = s->source->table->column_count;
    else if (s->source->kind == SOURCE_FUNCTION)
        count = s->source->column_count;
    return count;
}

OutputName *names_find_output(const Names *n, uint32_t id)
{
    return map_find_number(&n->outputs, id);
}

static size_t column_position(const Names *n, const SourceName *s, uint32_t column)
{
    if (s->query == NULL)
        return column;
    const OutputName *found = names_find_output(n, column);
    return found == NULL ? SIZE_MAX : found->position;
}

uint32_t named_column(const SourceName *s, size_t position)
{
    if (s->query == NULL)
        return (uint32_t)position;
    size_t count;
    return query_outputs(s->query, &count)[position].id;
}

const char *named_column_name(const Names *n, const SourceName *s, size_t position)
{
    if (position < s->source->column_name_count)
        return s->source->column_names[position];
    if (position < s->name_count)
        return s->names[position];
    if (position >= named_width(s))
        return NULL;
    if (s->query != NULL)
        return names_find_output(n, named_column(s, position))->name;
    if (s->source->kind == SOURCE_TABLE)
        return s->source->table->columns[position].name;
    return s->source->columns[position].name;
}

SourceName *names_find_source(const Names *n, uint32_t number)
{
    return map_find_number(&n->sources, number);
}

const char *names_column_text(const Names *n, const Expr *column)
{
    const SourceName *s = names_find_source(n, column->source);
    const char *name = NULL;
    if (s != NULL && column->column != COLUMN_ROWID)
        name = named_column_name(n, s, column_position(n, s, column->column));
    if (name == NULL)
        return column->name != NULL ? column->name : "rowid";
    return text_same_word(name, column->name) ? column->name : name;
}

// Outputs

void names_enter_outputs(Names *n, const Query *query, Role role)
{
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    Map seen = map_new(n->arena);
    for (size_t i = 0; i < count; i++) {
        OutputName *name = arena_new(n->arena, OutputName, 1);
        const char *own = outputs[i].name != NULL ? outputs[i].name : "column";
        *name =
            (OutputName){.output = &outputs[i], .name = own, .position = i, .role = role};
        if (role == ROLE_SOURCE) {
            void **slot = map_word(&seen, own);
            name->is_fresh = *slot != NULL || outputs[i].name == NULL;
            *slot = names_mark();
            names_take(n, own);
        }
        *map_number(&n->outputs, outputs[i].id) = name;
    }
    for (size_t i = 0; i < count; i++) {
        OutputName *name = names_find_output(n, outputs[i].id);
        if (name->is_fresh)
            name->name = names_fresh(n, name->name);
    }
}

void names_use_column(Names *n, const SourceName *s, uint32_t column)
{
    OutputName *found = s->query != NULL ? names_find_output(n, column) : NULL;
    if (found != NULL && found->position >= s->name_count &&
        found->position >= s->source->column_name_count)
        found->is_used = true;
}

// Answers

bool names_are_bound(const Names *names)
{
    return names->is_bound;
}

const char *names_source(const Names *names, const Source *source)
{
    const SourceName *s = names_find_source(names, source->number);
    return s != NULL ? s->alias : source->alias;
}

const char *names_cte_read(const Names *names, const Source *source)
{
    const CteName *name = map_find_number(&names->ctes, source->cte);
    return name != NULL ? name->name : source->name;
}

const char *names_cte(const Names *names, const Cte *cte)
{
    const CteName *name = map_find_number(&names->ctes, cte->number);
    return name != NULL ? name->name : cte->name;
}

ColumnName names_column(const Names *names, const Expr *column)
{
    const SourceName *s = names_find_source(names, column->source);
    bool qualified = column->qualified ||
                     map_find_number(&names->qualified, (uintptr_t)column) != NULL;
    return (ColumnName){.qualifier = qualified && s != NULL ? s->alias : NULL,
                        .name = names_column_text(names, column)};
}

// True if the name of the output is not for us to choose.
static bool name_counts(const OutputName *name)
{
    return name->role == ROLE_ROOT || name->is_used;
}

// Returns what the engine calls an output that is a column, or NULL.
static const char *column_label(const Names *names, const Expr *expr)
{
    if (expr->kind != EXPR_COLUMN)
        return map_find_number(&names->merged, (uintptr_t)expr);
    const SourceName *s = names_find_source(names, expr->source);
    const char *name = NULL;
    if (s != NULL && expr->column != COLUMN_ROWID)
        name = named_column_name(names, s, column_position(names, s, expr->column));
    return name != NULL ? name : expr->name;
}

const char *names_output(const Names *names, const Output *output, const Output *label)
{
    const OutputName *name = label == NULL ? NULL : names_find_output(names, label->id);
    if (!names->is_bound || name == NULL)
        return output->explicit_name ? output->name : NULL;
    bool explicit = output->explicit_name;
    if (name->role == ROLE_NAMELESS)
        return explicit ? output->name : NULL;
    const char *own = column_label(names, output->expr);
    if (explicit || own == NULL)
        return explicit || name_counts(name) ? name->name : NULL;
    // Where the user sees it, the case of its letters counts. Others get it even if
    // nobody uses it: its own name might be that of another one.
    bool same = name->role == ROLE_ROOT ? strcmp(own, name->name) == 0
                                        : text_same_word(own, name->name);
    return same ? NULL : name->name;
}

const char *names_output_used(const Names *names, const Output *label)
{
    const OutputName *name = names_find_output(names, label->id);
    return name != NULL && name_counts(name) ? name->name : NULL;
}

const StarRun *names_star(const Names *names, const Select *select, const Output *labels,
                          size_t first)
{
    const StarRun *run =
        map_find_number(&names->stars, (uintptr_t)&select->outputs[first]);
    if (run == NULL)
        return NULL;
    for (size_t i = first; i < first + run->count; i++) {
        const OutputName *name = names_find_output(names, labels[i].id);
        bool differs = !text_same_word(name->name, select->outputs[i].name);
        if (differs && (name_counts(name) || names->dialect == DIALECT_POSTGRES))
            return NULL;
    }
    return run;
}

bool names_has_using(const Names *names, const Source *join)
{
    if (!names->is_bound)
        return join->using_count > 0;
    return map_find_number(&names->joins, join->number) != NULL;
}

bool names_has_natural(const Names *names, const Source *join)
{
    if (!names->is_bound)
        return join->natural;
    return map_find_number(&names->naturals, join->number) != NULL;
}

const char *names_merged(const Names *names, const Expr *call)
{
    return map_find_number(&names->merged, (uintptr_t)call);
}

OutputUse names_output_use(const Names *names, const Expr *output)
{
    const OutputUse *use = map_find_number(&names->uses, (uintptr_t)output);
    if (use != NULL)
        return *use;
    return (OutputUse){.style = OUTPUT_BY_NAME, .name = output->name};
}
