// bind_scope.c - which names are in sight, and which column a name means.
//
// A name is looked up block by block, from the innermost outwards; within a block among
// the columns of FROM first, then (in the clauses where the dialect allows it) among the
// names of the select list. A block in which the name means several columns ends the
// search: the engines do not go on to an outer block that knows but one.

#include "sql/bind.h"

#include "base/text.h"
#include "query/equal.h"
#include "sql/function.h"

#include <string.h>

static unsigned char fold(char byte)
{
    return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
}

uint32_t name_hash(const char *name)
{
    uint32_t hash = 2166136261U; // FNV-1a.
    for (; *name != '\0'; name++)
        hash = (hash ^ fold(*name)) * 16777619U;
    return hash;
}

// Building a scope

Scope scope_new(Scope *parent, CteEntry *ctes)
{
    return (Scope){.parent = parent,
                   .ctes = ctes,
                   .depth = parent == NULL ? 1 : parent->depth + 1};
}

void scope_add(Binder *b, Scope *scope, ScopeItem item, VisibleList *visible)
{
    VisibleMember *members = arena_new(b->arena, VisibleMember, item.column_count);
    for (size_t i = 0; i < item.column_count; i++) {
        members[i] = (VisibleMember){.item = scope->items.count, .column = i};
        Visible one = {.name = item.columns[i].name,
                       .hash = item.columns[i].hash,
                       .members = &members[i],
                       .member_count = 1};
        array_push(b->arena, visible, one);
    }
    array_push(b->arena, &scope->items, item);
}

// References

const Expr *scope_item_column(Binder *b, const ScopeItem *item, size_t column,
                              const Expr *written)
{
    const ScopeColumn *found = &item->columns[column];
    Expr expr = {.kind = EXPR_COLUMN,
                 .name = found->name,
                 .source = item->source->number,
                 .column = found->column,
                 .type = found->type,
                 .offset = NO_OFFSET};
    if (written != NULL) {
        expr.qualified = written->part_count > 0;
        expr.offset = written->offset;
        expr.comment = written->comment;
        if (written->kind == EXPR_NAME) {
            expr.name = written->name;
            expr.quoted = written->quoted;
        }
    }
    return expr_new(b->arena, expr);
}

const Expr *scope_column(Binder *b, const Scope *scope, const Visible *visible,
                         const Expr *written)
{
    if (visible->member_count == 1)
        return scope_item_column(b, &scope->items.items[visible->members[0].item],
                                 visible->members[0].column, written);
    const Expr **args = arena_new(b->arena, const Expr *, visible->member_count);
    for (size_t i = 0; i < visible->member_count; i++) {
        const VisibleMember *member = &visible->members[i];
        args[i] =
            scope_item_column(b, &scope->items.items[member->item], member->column, NULL);
    }
    Type type = args[0]->type;
    for (size_t i = 1; i < visible->member_count; i++)
        type = type_common(b->dialect, type, args[i]->type);
    type.affinity = AFFINITY_NONE; // It is a call, and no column.
    type.collation = NULL;
    Expr call = *expr_call(b->arena, "coalesce", type, args, visible->member_count);
    call.function = function_find(b->dialect, call.name, FUNCTION_SCALAR);
    return expr_new(b->arena, call);
}

// Notes which block a reference went to: for laterals, and for aggregates that belong to
// an outer block.
static void note_reference(Binder *b, Scope *from, const Scope *found)
{
    for (Scope *scope = from; scope != found; scope = scope->parent)
        if (scope->in_from_of_parent && scope->parent == found)
            scope->lateral = true;
    for (AggregateFrame *frame = b->aggregates; frame != NULL; frame = frame->outer)
        if (found->depth <= frame->limit && found->depth > frame->deepest)
            frame->deepest = found->depth;
}

// Returns what SQLite calls the rowid: the INTEGER PRIMARY KEY if there is one.
static const char *rowid_name(const Source *source)
{
    const Table *table = source->table;
    for (size_t i = 0; i < table->key_count; i++) {
        const Key *key = &table->keys[i];
        const Column *column = &table->columns[key->columns[0]];
        if (key->primary && key->column_count == 1 &&
            text_same_word(column->declared, "INTEGER"))
            return column->name;
    }
    return "rowid";
}

const char *scope_column_name(const Scope *scope, const Expr *column)
{
    for (const Scope *s = scope; s != NULL; s = s->parent)
        for (size_t i = 0; i < s->items.count; i++) {
            const ScopeItem *item = &s->items.items[i];
            if (item->source->number != column->source)
                continue;
            if (column->column == COLUMN_ROWID)
                return rowid_name(item->source);
            for (size_t j = 0; j < item->column_count; j++)
                if (item->columns[j].column == column->column)
                    return item->columns[j].name;
        }
    return NULL;
}

// Looking up

static bool is_rowid(Dialect dialect, const char *name)
{
    if (text_same_word(name, "rowid"))
        return true;
    return dialect == DIALECT_SQLITE &&
           (text_same_word(name, "oid") || text_same_word(name, "_rowid_"));
}

static bool has_rowid(Dialect dialect, const Source *source)
{
    if (source->kind != SOURCE_TABLE || source->table->kind != TABLE_BASE)
        return false;
    return dialect == DIALECT_DUCKDB ||
           (dialect == DIALECT_SQLITE && source->table->has_rowid);
}

static const Expr *rowid_of(Binder *b, const ScopeItem *item, const Expr *written)
{
    Type type = {.kind = TYPE_INTEGER, .width = 64};
    if (b->dialect == DIALECT_SQLITE)
        type.affinity = AFFINITY_INTEGER;
    return expr_new(b->arena, (Expr){.kind = EXPR_COLUMN,
                                     .name = written->name,
                                     .quoted = written->quoted,
                                     .source = item->source->number,
                                     .column = COLUMN_ROWID,
                                     .qualified = written->part_count > 0,
                                     .type = type,
                                     .offset = written->offset,
                                     .comment = written->comment});
}

// True if the parts before the column's name mean this item.
static bool item_is_named(const ScopeItem *item, const Expr *name)
{
    if (item->alias == NULL ||
        !text_same_word(item->alias, name->parts[name->part_count - 1]))
        return false;
    if (name->part_count == 1)
        return true;
    return item->schema != NULL &&
           text_same_word(item->schema, name->parts[name->part_count - 2]);
}

// DuckDB's ON may name what stands before its join in the FROM list, as a lateral join.
static const char on_reaches_out[] = "an ON that names a table outside of its join";

// Returns the place of the column in the item, or its column_count.
static size_t item_column(const ScopeItem *item, const char *name, uint32_t hash)
{
    size_t i = 0;
    while (i < item->column_count && (item->columns[i].hash != hash ||
                                      !text_same_word(item->columns[i].name, name)))
        i++;
    return i;
}

// Looks at the items from `first` to before `last`.
static const Expr *find_in_items(Binder *b, const Scope *scope, size_t first, size_t last,
                                 const Expr *name, bool *ambiguous)
{
    const Expr *found = NULL;
    const ScopeItem *named = NULL;
    uint32_t hash = name_hash(name->name);
    for (size_t i = first; i < last; i++) {
        const ScopeItem *item = &scope->items.items[i];
        if (item->hidden || !item_is_named(item, name))
            continue;
        named = item;
        size_t column = item_column(item, name->name, hash);
        if (column == item->column_count)
            continue;
        if (found != NULL) {
            *ambiguous = true;
            return NULL;
        }
        found = scope_item_column(b, item, column, name);
    }
    if (found == NULL && named != NULL && is_rowid(b->dialect, name->name) &&
        has_rowid(b->dialect, named->source))
        return rowid_of(b, named, name);
    return found;
}

static const Expr *find_qualified(Binder *b, const Scope *scope, const Expr *name,
                                  bool *ambiguous)
{
    const Expr *found =
        find_in_items(b, scope, scope->item_start, scope->items.count, name, ambiguous);
    if (found == NULL && !*ambiguous && scope->item_start > 0) {
        found = find_in_items(b, scope, 0, scope->item_start, name, ambiguous);
        if (found != NULL)
            bind_unsupported(b, name->offset, on_reaches_out);
    }
    return found;
}

static const Visible *find_visible(const VisibleList *list, const Expr *name,
                                   bool *ambiguous)
{
    const Visible *found = NULL;
    uint32_t hash = name_hash(name->name);
    for (size_t i = 0; i < list->count; i++) {
        const Visible *visible = &list->items[i];
        if (visible->hash != hash || !text_same_word(visible->name, name->name))
            continue;
        if (found != NULL) {
            *ambiguous = true;
            return NULL;
        }
        found = visible;
    }
    return found;
}

static const Visible *find_beside(Binder *b, const Scope *scope, const Expr *name,
                                  bool *ambiguous)
{
    const Visible *found = find_visible(scope->beside, name, ambiguous);
    if (found != NULL)
        bind_unsupported(b, name->offset, on_reaches_out);
    return found;
}

static const Expr *find_unqualified(Binder *b, const Scope *scope, const Expr *name,
                                    bool *ambiguous)
{
    const Visible *found = find_visible(&scope->visible, name, ambiguous);
    if (found == NULL && !*ambiguous && scope->beside != NULL)
        found = find_beside(b, scope, name, ambiguous);
    if (*ambiguous)
        return NULL;
    if (found != NULL)
        return scope_column(b, scope, found, name);
    bool single = scope->items.count == scope->item_start + 1;
    if (single && is_rowid(b->dialect, name->name)) {
        const ScopeItem *item = &scope->items.items[scope->item_start];
        if (has_rowid(b->dialect, item->source))
            return rowid_of(b, item, name);
    }
    return NULL;
}

const Expr *scope_find(Binder *b, Scope *scope, const Expr *name, bool *ambiguous)
{
    *ambiguous = false;
    return name->part_count > 0 ? find_qualified(b, scope, name, ambiguous)
                                : find_unqualified(b, scope, name, ambiguous);
}

const ScopeItem *scope_item(const Scope *scope, const char *qualifier)
{
    for (size_t i = scope->item_start; i < scope->items.count; i++) {
        const ScopeItem *item = &scope->items.items[i];
        if (!item->hidden && text_same_word(item->alias, qualifier))
            return item;
    }
    return NULL;
}

// Names of the select list

static bool place_sees_aliases(Dialect dialect, Place place)
{
    switch (place) {
    case PLACE_FROM: // SQLite moves ON into WHERE before it looks at names.
        return dialect == DIALECT_SQLITE;
    case PLACE_OUTPUTS:
    case PLACE_QUALIFY:
        return dialect == DIALECT_DUCKDB;
    case PLACE_WHERE:
    case PLACE_GROUP:
    case PLACE_HAVING:
    case PLACE_ORDER:
        return dialect != DIALECT_POSTGRES;
    case PLACE_WINDOW:
    case PLACE_LIMIT:
        return false;
    }
    return false;
}

// Returns the output that `name` is an alias of, or NULL.
static const Output *find_alias(Dialect dialect, const Scope *scope, const Expr *name)
{
    bool blocked = dialect == DIALECT_DUCKDB && scope->in_aggregate;
    if (name->part_count > 0 || blocked || !place_sees_aliases(dialect, scope->place))
        return NULL;
    const Output *found = NULL;
    for (size_t i = 0; i < scope->output_count; i++) {
        if (!scope->outputs[i].explicit_name ||
            !text_same_word(scope->outputs[i].name, name->name))
            continue;
        found = &scope->outputs[i];
        if (dialect != DIALECT_DUCKDB) // There the last of several counts.
            break;
    }
    return found;
}

// In DuckDB's HAVING a column that is no group key gives way to an alias.
static bool alias_goes_first(Dialect dialect, const Scope *scope, const Expr *column)
{
    if (dialect != DIALECT_DUCKDB || scope->place != PLACE_HAVING)
        return false;
    for (size_t i = 0; i < scope->group_keys.count; i++)
        if (expr_equal(scope->group_keys.items[i], column))
            return false;
    return true;
}

// Returns what the alias stands for: in ORDER BY the output itself, elsewhere a copy of
// its expression.
static const Expr *use_alias(Binder *b, const Scope *from, const Scope *scope,
                             const Output *output, const Expr *name)
{
    if (scope->place == PLACE_ORDER && from == scope)
        return expr_new(b->arena, (Expr){.kind = EXPR_OUTPUT,
                                         .name = output->name,
                                         .quoted = output->quoted,
                                         .column = output->id,
                                         .type = output->type,
                                         .offset = name->offset,
                                         .comment = name->comment});
    bool may_aggregate = scope->place == PLACE_OUTPUTS || scope->place == PLACE_HAVING ||
                         scope->place == PLACE_QUALIFY;
    if ((!may_aggregate || scope->in_aggregate) && expr_has_aggregate(output->expr))
        bind_fail(b, name->offset, "%s is an aggregate, which cannot stand here",
                  name->name);
    else if (scope->place != PLACE_OUTPUTS && scope->place != PLACE_QUALIFY &&
             expr_has_window(output->expr))
        bind_fail(b, name->offset, "%s is a window function, which cannot stand here",
                  name->name);
    return expr_copy(b->arena, output->expr, &b->next_id);
}

// Names that are not columns

// Returns the literal that SQLite takes an unknown name for, or NULL: "text" in double
// quotes, TRUE and FALSE.
static const Expr *name_as_literal(Binder *b, const Expr *name)
{
    if (b->dialect != DIALECT_SQLITE || name->part_count > 0)
        return NULL;
    Expr literal = {.kind = EXPR_LITERAL,
                    .offset = name->offset,
                    .name = name->name,
                    .comment = name->comment};
    if (name->quoted && name->offset != NO_OFFSET && b->text[name->offset] == '"') {
        literal.literal = LITERAL_STRING;
        literal.type = TYPE_OF(TYPE_TEXT);
        return expr_new(b->arena, literal);
    }
    bool is_true = text_same_word(name->name, "true");
    if (name->quoted || (!is_true && !text_same_word(name->name, "false")))
        return NULL;
    literal.literal = is_true ? LITERAL_TRUE : LITERAL_FALSE;
    literal.type = (Type){.kind = TYPE_INTEGER, .width = 64};
    return expr_new(b->arena, literal);
}

// Returns the name as text that may mean a column of an opaque FROM item.
static const Expr *name_as_opaque(Binder *b, const Expr *name)
{
    Text text = text_new(b->arena);
    for (size_t i = 0; i < name->part_count; i++)
        text_addf(&text, "%s.", name->parts[i]);
    text_addf(&text, name->quoted ? "\"%s\"" : "%s", name->name);
    b->has_opaque = true;
    return expr_new(b->arena, (Expr){.kind = EXPR_OPAQUE,
                                     .name = text.bytes,
                                     .offset = name->offset,
                                     .comment = name->comment});
}

// DuckDB: a.b where `a` is no table but a column is the field b of a struct.
static const Expr *name_as_field(Binder *b, Scope *scope, const Expr *name)
{
    if (b->dialect != DIALECT_DUCKDB || name->part_count == 0)
        return NULL;
    Expr prefix = *name;
    prefix.part_count--;
    prefix.name = name->parts[prefix.part_count];
    const Expr *operand = NULL;
    bool ambiguous = false;
    for (Scope *s = scope; s != NULL && operand == NULL && !ambiguous; s = s->parent) {
        operand = scope_find(b, s, &prefix, &ambiguous);
        if (operand != NULL)
            note_reference(b, scope, s);
    }
    if (operand == NULL)
        operand = ambiguous ? NULL : name_as_field(b, scope, &prefix);
    bool nested = operand != NULL && (operand->type.kind == TYPE_OTHER ||
                                      operand->type.kind == TYPE_UNKNOWN);
    if (!nested)
        return NULL;
    const Expr *args[] = {operand, expr_string(b->arena, name->name)};
    Expr field = *expr_call(b->arena, "struct_extract", TYPE_OF(TYPE_UNKNOWN), args, 2);
    field.form = FORM_FIELD;
    field.function = function_find(b->dialect, field.name, FUNCTION_SCALAR);
    field.offset = name->offset;
    field.comment = name->comment;
    return expr_new(b->arena, field);
}

// DuckDB: the name of a table alone is its whole row.
static bool is_whole_row(Dialect dialect, const Scope *scope, const Expr *name)
{
    bool found = false;
    for (const Scope *s = scope; s != NULL && !found; s = s->parent)
        found = name->part_count == 0 && scope_item(s, name->name) != NULL;
    return found && dialect == DIALECT_DUCKDB;
}

const Expr *scope_resolve(Binder *b, Scope *scope, const Expr *name)
{
    bool opaque = false;
    for (Scope *s = scope; s != NULL; s = s->parent) {
        bool ambiguous = false;
        const Expr *found = scope_find(b, s, name, &ambiguous);
        if (ambiguous) {
            fail_ambiguous_name(b, s, name);
            return name;
        }
        const Output *alias = NULL;
        if (found == NULL || alias_goes_first(b->dialect, s, found))
            alias = find_alias(b->dialect, s, name);
        if (found != NULL || alias != NULL) {
            note_reference(b, scope, s);
            return alias != NULL ? use_alias(b, scope, s, alias, name) : found;
        }
        opaque = opaque || s->has_opaque;
    }
    if (opaque || is_whole_row(b->dialect, scope, name))
        return name_as_opaque(b, name);
    const Expr *other = name_as_literal(b, name);
    if (other == NULL)
        other = name_as_field(b, scope, name);
    if (other != NULL)
        return other;
    fail_unknown_name(b, scope, name);
    return name;
}
