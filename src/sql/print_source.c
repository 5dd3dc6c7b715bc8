// print_source.c - FROM: tables, derived tables and joins.

#include "sql/print.h"

#include "base/text.h"

#include <string.h>

static void put_source(Printer *p, const Source *source);

// Names

static void put_column_names(Printer *p, const char *const *names, size_t count)
{
    put(p, "(");
    for (size_t i = 0; i < count; i++) {
        put(p, i > 0 ? ", " : "");
        put_name(p, names[i]);
    }
    put(p, ")");
}

// Prints the alias behind a source that is called `name` without one.
static void put_alias(Printer *p, const Source *source, const char *name)
{
    const char *alias = names_source(p->names, source);
    if (alias == NULL)
        return;
    // Columns are spelled as the user's own alias is.
    bool is_same = source->explicit_alias ? name != NULL && strcmp(alias, name) == 0
                                          : text_same_word(alias, name);
    bool is_kept = source->explicit_alias && !names_are_bound(p->names);
    if (is_same && source->column_name_count == 0 && !is_kept)
        return;
    put(p, " AS ");
    put_name(p, alias);
    if (source->column_name_count > 0)
        put_column_names(p, source->column_names, source->column_name_count);
}

static void put_table(Printer *p, const Source *source)
{
    const char *name = source->name;
    if (source->kind == SOURCE_CTE)
        name = names_cte_read(p->names, source);
    else if (name == NULL)
        name = source->table->name;
    if (source->schema != NULL) {
        put_name(p, source->schema);
        put(p, ".");
    }
    put_name(p, name);
    put_alias(p, source, name);
    if (source->text != NULL) { // INDEXED BY i
        put(p, " ");
        put(p, source->text);
    }
}

// VALUES whose columns have names of their own take them from the alias where they can.
static void put_derived(Printer *p, const Source *source)
{
    bool names_values = values_are_renamed(p, source->query, NULL) &&
                        names_source(p->names, source) != NULL &&
                        source->column_name_count == 0 && p->dialect != DIALECT_SQLITE;
    put(p, source->lateral ? "LATERAL " : "");
    if (!names_values) {
        put_subquery(p, source->query, NULL);
        put_alias(p, source, NULL);
        return;
    }
    const Values *values = source->query->values;
    Query bare = *source->query;
    Values unnamed = *values;
    unnamed.outputs = NULL;
    bare.values = &unnamed;
    put_subquery(p, &bare, NULL);
    put(p, " AS ");
    put_name(p, names_source(p->names, source));
    put(p, "(");
    for (size_t i = 0; i < values->output_count; i++) {
        const char *used = names_output_used(p->names, &values->outputs[i]);
        put(p, i > 0 ? ", " : "");
        put_name(p, used != NULL ? used : values_column_name(p, i));
    }
    put(p, ")");
}

static void put_function(Printer *p, const Source *source)
{
    // A bound one is lateral by what it refers to; there the word is left out.
    put(p, source->lateral && source->number == 0 ? "LATERAL " : "");
    if (source->schema != NULL) {
        put_name(p, source->schema);
        put(p, ".");
    }
    put_expr(p, source->call, LEVEL_NONE);
    put_alias(p, source, source->call->name);
}

// Joins

static const char *join_words(const Printer *p, const Source *join)
{
    static const char *const words[] = {
        [JOIN_INNER] = "JOIN",       [JOIN_LEFT] = "LEFT JOIN",
        [JOIN_RIGHT] = "RIGHT JOIN", [JOIN_FULL] = "FULL JOIN",
        [JOIN_CROSS] = "CROSS JOIN", [JOIN_SEMI] = "SEMI JOIN",
        [JOIN_ANTI] = "ANTI JOIN",
    };
    bool needs_condition = p->dialect != DIALECT_SQLITE;
    bool has_condition = join->on_count > 0 || join->using_count > 0 || join->natural;
    if (needs_condition && join->join == JOIN_INNER && !has_condition)
        return words[JOIN_CROSS];
    if (needs_condition && join->join == JOIN_CROSS && has_condition)
        return words[JOIN_INNER];
    return words[join->join];
}

static void put_condition(Printer *p, const Source *join)
{
    if (names_has_natural(p->names, join))
        return;
    if (names_has_using(p->names, join)) {
        put(p, " USING ");
        put_column_names(p, join->using_names, join->using_count);
        return;
    }
    bool is_sided = join->join != JOIN_INNER && join->join != JOIN_CROSS;
    if (join->on_count == 0) {
        put(p, is_sided && p->dialect != DIALECT_SQLITE ? " ON TRUE" : "");
        return;
    }
    layout_open(&p->layout);
    layout_indent(&p->layout, PRINT_INDENT);
    layout_break(&p->layout, " ");
    put_conjuncts(p, "ON", join->on, join->on_count);
    layout_indent(&p->layout, -PRINT_INDENT);
    layout_close(&p->layout);
}

// SQLite: FROM a, b LEFT JOIN c is a chain, in which the comma is a join like others.
// With commas alone it is a list, and not this tree.
static bool is_comma(const Printer *p, const Source *join, bool under_join)
{
    return p->dialect == DIALECT_SQLITE && under_join && join->join == JOIN_INNER &&
           join->on_count == 0 && join->using_count == 0 && !join->natural;
}

// True if a join was given a name, (a JOIN b …) AS j; bound, it needs none.
static bool has_alias(const Printer *p, const Source *join)
{
    return join->alias != NULL && !names_are_bound(p->names);
}

// Returns the comment of what a FROM item begins with.
static const char *first_comment(const Printer *p, const Source *source)
{
    while (source->kind == SOURCE_JOIN && !has_alias(p, source))
        source = source->left;
    return source->kind != SOURCE_JOIN ? source->comment : NULL;
}

static void put_right_side(Printer *p, const Source *source)
{
    if (source->kind != SOURCE_JOIN || has_alias(p, source)) {
        put_source(p, source);
        return;
    }
    open_brackets(p, "(");
    put_comment(p, first_comment(p, source));
    put_source(p, source);
    close_brackets(p, ")");
}

// Prints a join; the places where its lines may end belong to the group around it. The
// caller has printed the first comment.
static void put_join(Printer *p, const Source *join, bool under_join)
{
    bool comma = is_comma(p, join, under_join);
    if (join->left->kind == SOURCE_JOIN && !has_alias(p, join->left))
        put_join(p, join->left, under_join || !comma);
    else
        put_source(p, join->left);
    put(p, comma ? "," : "");
    layout_break(&p->layout, " ");
    put_comment(p, join->right->comment);
    if (!comma) {
        put(p, names_has_natural(p->names, join) ? "NATURAL " : "");
        put(p, join_words(p, join));
        put(p, " ");
    }
    put_right_side(p, join->right);
    if (!comma)
        put_condition(p, join);
}

static void put_source(Printer *p, const Source *source)
{
    switch (source->kind) {
    case SOURCE_NAME:
    case SOURCE_TABLE:
    case SOURCE_CTE:
        put_table(p, source);
        break;
    case SOURCE_QUERY:
        put_derived(p, source);
        break;
    case SOURCE_FUNCTION:
        put_function(p, source);
        break;
    case SOURCE_JOIN:
        if (!has_alias(p, source)) {
            put_join(p, source, false);
            break;
        }
        open_brackets(p, "(");
        put_comment(p, first_comment(p, source->left));
        put_join(p, source, false);
        close_brackets(p, ")");
        put_alias(p, source, NULL);
        break;
    case SOURCE_OPAQUE:
        put(p, source->text);
        break;
    }
}

// FROM

// True if a join below keeps all rows of its right side.
static bool has_kept_right(const Source *source)
{
    if (source->kind != SOURCE_JOIN)
        return false;
    return join_keeps_right(source->join) || has_kept_right(source->left) ||
           has_kept_right(source->right);
}

// An item of the comma list. SQLite would take what stands before the comma into a join
// that follows it.
static void put_item(Printer *p, const Source *source, bool is_first)
{
    bool brackets = p->dialect == DIALECT_SQLITE && !is_first && has_kept_right(source);
    put_comment(p, first_comment(p, source));
    if (brackets)
        open_brackets(p, "(");
    else
        layout_open(&p->layout);
    put_source(p, source);
    if (brackets)
        close_brackets(p, ")");
    else
        layout_close(&p->layout);
}

void put_from(Printer *p, const Select *select)
{
    if (select->source_count == 1) {
        put_comment(p, first_comment(p, select->sources[0]));
        put(p, "FROM ");
        put_source(p, select->sources[0]);
        return;
    }
    put(p, "FROM");
    layout_open(&p->layout);
    layout_indent(&p->layout, PRINT_INDENT);
    layout_break(&p->layout, " ");
    for (size_t i = 0; i < select->source_count; i++) {
        if (i > 0)
            put_comma(p);
        put_item(p, select->sources[i], i == 0);
    }
    layout_indent(&p->layout, -PRINT_INDENT);
    layout_close(&p->layout);
}
