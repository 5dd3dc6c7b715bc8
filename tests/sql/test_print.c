// test_print.c - the cases of a text file, run through the printer.
//
//     test_print [--update] FILE…
//
// The commands, each with a dialect behind it:
//
//     print     a query, parsed and printed
//     line      the same on one line
//     bound     a query, bound to the tables of the file and printed
//     renamed   the same with other names in the tree, as a rule might leave them: the
//               first line of the input has them, "old>new …", for aliases, CTEs and
//               outputs; "bare" unqualifies all columns, "unnamed" takes away AS. What
//               is printed must bind to the same tree, unless it is "reshaped".

#include "cases.h"
#include "query/equal.h"
#include "query/walk.h"
#include "sql/sql.h"

#include <string.h>

static void print(Text *text, const SqlCase *c, PrintStyle style)
{
    Error err;
    const Query *query;
    if (!sql_parse(text->arena, c->dialect, c->input, &query, &err))
        add_error(text, c->input, &err);
    else
        text_addf(text, "%s\n", sql_print_query(text->arena, c->dialect, query, style));
}

static void run_print(Text *text, const SqlCase *c)
{
    print(text, c, (PrintStyle){0});
}

static void run_line(Text *text, const SqlCase *c)
{
    print(text, c, (PrintStyle){.one_line = true});
}

static bool bind(Text *text, const SqlCase *c, const char *sql, Tree *tree)
{
    Error err;
    const Catalog *catalog;
    if (sql_read_schema(text->arena, c->dialect, c->tables, true, &catalog, &err) &&
        sql_bind(text->arena, catalog, sql, tree, &err))
        return true;
    add_error(text, sql, &err);
    return false;
}

static void run_bound(Text *text, const SqlCase *c)
{
    Tree tree;
    if (bind(text, c, c->input, &tree))
        text_addf(text, "%s\n", sql_print(text->arena, &tree, (PrintStyle){0}));
}

// Renaming

typedef struct {
    Arena *arena;
    const char *changes; // "old>new …"
    size_t length;
    bool bare, unnamed;
} Renaming;

// Returns the name that stands behind `name` in the list of changes, or `name`.
static const char *renamed(const Renaming *r, const char *name)
{
    size_t length = name == NULL ? 0 : strlen(name);
    const char *end = r->changes + r->length;
    for (const char *at = r->changes; length > 0 && at < end;) {
        size_t word = strcspn(at, " \n");
        if (word > length && at[length] == '>' && strncmp(at, name, length) == 0)
            return arena_text(r->arena, at + length + 1, word - length - 1);
        at += word + 1;
    }
    return name;
}

static bool has_word(const Renaming *r, const char *word)
{
    const char *found = strstr(r->changes, word);
    return found != NULL && found < r->changes + r->length;
}

static const Expr *rename_expr(void *context, const Expr *expr)
{
    const Renaming *r = context;
    Expr changed = *expr;
    changed.qualified = expr->qualified && !r->bare;
    return expr->kind == EXPR_COLUMN ? expr_new(r->arena, changed) : expr;
}

static const Source *rename_source(void *context, const Source *source)
{
    const Renaming *r = context;
    Source changed = *source;
    changed.alias = renamed(r, source->alias);
    if (changed.alias != NULL && changed.alias[0] == '\0')
        changed.alias = NULL;
    return source_new(r->arena, changed);
}

static const Output *rename_outputs(const Renaming *r, const Output *outputs,
                                    size_t count)
{
    Output *changed = arena_copy(r->arena, outputs, count, sizeof(*outputs));
    for (size_t i = 0; i < count; i++) {
        changed[i].name = renamed(r, outputs[i].name);
        changed[i].explicit_name = outputs[i].explicit_name && !r->unnamed;
    }
    return changed;
}

static const Query *rename_query(void *context, const Query *query)
{
    const Renaming *r = context;
    Query changed = *query;
    if (query->body == BODY_SELECT) {
        Select select = *query->select;
        select.outputs = rename_outputs(r, select.outputs, select.output_count);
        changed.select = select_new(r->arena, select);
    } else if (query->body == BODY_SET) {
        SetOperation set = *query->set;
        set.outputs = rename_outputs(r, set.outputs, set.output_count);
        changed.set = arena_copy(r->arena, &set, 1, sizeof(set));
    } else if (query->body == BODY_VALUES) {
        Values values = *query->values;
        values.outputs = rename_outputs(r, values.outputs, values.output_count);
        changed.values = arena_copy(r->arena, &values, 1, sizeof(values));
    }
    const Cte **ctes = arena_new(r->arena, const Cte *, query->cte_count);
    for (size_t i = 0; i < query->cte_count; i++) {
        Cte cte = *query->ctes[i];
        cte.name = renamed(r, cte.name);
        ctes[i] = arena_copy(r->arena, &cte, 1, sizeof(cte));
    }
    changed.ctes = ctes;
    return query_new(r->arena, changed);
}

static void run_renamed(Text *text, const SqlCase *c)
{
    Tree tree, again;
    size_t length = strcspn(c->input, "\n");
    const char *sql = c->input + length + 1;
    Renaming renaming = {.arena = text->arena, .changes = c->input, .length = length};
    renaming.bare = has_word(&renaming, "bare");
    renaming.unnamed = has_word(&renaming, "unnamed");
    Mapper mapper = {.expr = rename_expr,
                     .query = rename_query,
                     .source = rename_source,
                     .context = &renaming,
                     .arena = text->arena};
    if (!bind(text, c, sql, &tree))
        return;
    tree.root = map_query(tree.root, &mapper);
    const char *printed = sql_print(text->arena, &tree, (PrintStyle){0});
    text_addf(text, "%s\n", printed);
    if (bind(text, c, printed, &again) && !has_word(&renaming, "reshaped") &&
        !query_equal(tree.root, again.root))
        text_add(text, "WRONG: it binds to another tree\n");
}

int main(int count, char **arguments)
{
    static const CaseCommand commands[] = {
        {"print", run_print},
        {"line", run_line},
        {"bound", run_bound},
        {"renamed", run_renamed},
    };
    return cases_run(count, arguments, commands, COUNT_OF(commands));
}
