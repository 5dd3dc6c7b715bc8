// bind_message.c - what to say of a name that is unknown or ambiguous: which ones are
// near.

#include "sql/bind.h"

#include "base/text.h"

#include <string.h>

enum {
    SUGGESTION_LIMIT = 3, // Names offered in a message.
    NAME_LIMIT = 1024,    // Names looked at to find them.
};

// Keeps `names` sorted by distance, the nearest first.
typedef struct {
    const char *names[SUGGESTION_LIMIT];
    size_t distances[SUGGESTION_LIMIT];
    size_t count;
} Nearest;

static void nearest_add(Nearest *nearest, const char *name, size_t distance)
{
    for (size_t i = 0; i < nearest->count; i++)
        if (text_same_word(nearest->names[i], name))
            return;
    size_t place = nearest->count;
    while (place > 0 && nearest->distances[place - 1] > distance)
        place--;
    if (place == SUGGESTION_LIMIT)
        return;
    if (nearest->count < SUGGESTION_LIMIT)
        nearest->count++;
    for (size_t i = nearest->count - 1; i > place; i--) {
        nearest->names[i] = nearest->names[i - 1];
        nearest->distances[i] = nearest->distances[i - 1];
    }
    nearest->names[place] = name;
    nearest->distances[place] = distance;
}

const char *closest_names(Arena *arena, const char *name, const char *const *names,
                          size_t count)
{
    Nearest nearest = {0};
    size_t limit = strlen(name) / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        size_t distance = text_distance(name, names[i]);
        if (distance == 0) // Not in sight where it was looked for.
            continue;
        // Near, or one name within the other: "id" for "user_id".
        if (distance <= limit || strcasestr(names[i], name) != NULL)
            nearest_add(&nearest, names[i], distance);
    }
    if (nearest.count == 0)
        return "";
    Text text = text_new(arena);
    for (size_t i = 0; i < nearest.count; i++)
        text_addf(&text, "%s%s", i == 0 ? "; did you mean " : " or ", nearest.names[i]);
    text_add(&text, "?");
    return text.bytes;
}

void fail_ambiguous_name(Binder *b, const Scope *scope, const Expr *name)
{
    Text tables = text_new(b->arena);
    for (size_t i = 0; i < scope->visible.count; i++) {
        const Visible *visible = &scope->visible.items[i];
        if (name->part_count > 0 || !text_same_word(visible->name, name->name))
            continue;
        const char *alias = scope->items.items[visible->members[0].item].alias;
        if (alias != NULL)
            text_addf(&tables, "%s%s.%s", tables.length == 0 ? ": it may be " : " or ",
                      alias, visible->name);
    }
    const char *qualifier =
        name->part_count == 0
            ? ""
            : arena_printf(b->arena, "%s.", name->parts[name->part_count - 1]);
    bind_fail(b, name->offset, "ambiguous column %s%s%s", qualifier, name->name,
              tables.bytes);
}

// Returns the alias that hides a table's own name, or NULL.
static const char *hiding_alias(const Scope *scope, const char *table)
{
    for (const Scope *s = scope; s != NULL; s = s->parent)
        for (size_t i = 0; i < s->items.count; i++) {
            const Source *source = s->items.items[i].source;
            if (source->explicit_alias && text_same_word(source->name, table))
                return source->alias;
        }
    return NULL;
}

static void fail_unknown_qualified(Binder *b, const Scope *scope, const Expr *name)
{
    const char *qualifier = name->parts[name->part_count - 1];
    const char *names[NAME_LIMIT];
    size_t count = 0;
    for (const Scope *s = scope; s != NULL; s = s->parent) {
        const ScopeItem *item = scope_item(s, qualifier);
        if (item == NULL) {
            for (size_t i = 0; i < s->items.count && count < NAME_LIMIT; i++)
                if (s->items.items[i].alias != NULL)
                    names[count++] = s->items.items[i].alias;
            continue;
        }
        count = 0;
        for (size_t i = 0; i < item->column_count && count < NAME_LIMIT; i++)
            names[count++] = item->columns[i].name;
        bind_fail(b, name->offset, "no column %s.%s%s", qualifier, name->name,
                  closest_names(b->arena, name->name, names, count));
        return;
    }
    const char *alias = hiding_alias(scope, qualifier);
    if (alias != NULL)
        bind_fail(b, name->offset, "no table %s in FROM: it is called %s there",
                  qualifier, alias);
    else
        bind_fail(b, name->offset, "no table %s in FROM%s", qualifier,
                  closest_names(b->arena, qualifier, names, count));
}

void fail_unknown_name(Binder *b, const Scope *scope, const Expr *name)
{
    if (name->part_count > 0) {
        fail_unknown_qualified(b, scope, name);
        return;
    }
    const char *names[NAME_LIMIT];
    size_t count = 0;
    for (const Scope *s = scope; s != NULL; s = s->parent)
        for (size_t i = 0; i < s->visible.count && count < NAME_LIMIT; i++)
            names[count++] = s->visible.items[i].name;
    bind_fail(b, name->offset, "no column %s%s", name->name,
              closest_names(b->arena, name->name, names, count));
}
