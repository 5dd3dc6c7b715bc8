// test_bind.c - the cases of a text file, run through the binder and the gate.
//
//     test_bind [--update] FILE…
//
// The commands, each with a dialect behind it (cases.h); all use the case's tables:
//
//     bind      a query: its bound tree in brackets, then its columns with their types.
//               A column is shown behind the alias of its source; of several sources
//               that are called alike the second is t#2. An error with its place.
//     gate      two queries, the original and a candidate, with a line "--" between
//               them: "allowed", or why not. An original "-" is none.
//     check     nothing: the CHECKs of the tables, bound

#include "base/array.h"
#include "cases.h"
#include "dump.h"
#include "query/check.h"
#include "query/walk.h"

#include <string.h>

// Labels

typedef struct {
    Arena *arena;
    const Tree *tree;
    ARRAY(const Source *) sources; // All but joins, as they are written.
} Labels;

static bool add_source(void *context, const Source *source)
{
    Labels *labels = context;
    if (source->kind != SOURCE_JOIN)
        array_push(labels->arena, &labels->sources, source);
    return true;
}

static const char *label_of(const Labels *labels, uint32_t number)
{
    size_t place = 0;
    while (place < labels->sources.count &&
           labels->sources.items[place]->number != number)
        place++;
    if (place == labels->sources.count)
        return "?";
    const char *alias = labels->sources.items[place]->alias;
    size_t same = 1;
    for (size_t i = 0; i < place; i++)
        same += text_same_word(labels->sources.items[i]->alias, alias);
    if (alias == NULL)
        alias = "";
    return same == 1 ? alias : arena_printf(labels->arena, "%s#%zu", alias, same);
}

static const Expr *show_expr(void *context, const Expr *expr)
{
    const Labels *labels = context;
    if (expr->kind != EXPR_COLUMN && expr->kind != EXPR_OUTPUT)
        return expr;
    const char **parts = arena_new(labels->arena, const char *, 1);
    parts[0] = expr->kind == EXPR_OUTPUT ? "output" : label_of(labels, expr->source);
    return expr_new(
        labels->arena,
        (Expr){.kind = EXPR_NAME, .parts = parts, .part_count = 1, .name = expr->name});
}

static const Source *show_source(void *context, const Source *source)
{
    const Labels *labels = context;
    Source shown = *source;
    if (source->kind != SOURCE_JOIN)
        shown.alias = label_of(labels, source->number);
    return source_new(labels->arena, shown);
}

// Returns the tree with names for columns, for dump_query.
static const Query *with_labels(Arena *arena, const Tree *tree)
{
    Labels labels = {.arena = arena, .tree = tree};
    Visitor visitor = {.source = add_source, .context = &labels};
    walk_query(tree->root, &visitor);
    return map_query(tree->root, &(Mapper){.expr = show_expr,
                                           .source = show_source,
                                           .context = &labels,
                                           .arena = arena});
}

// Types

static void add_type(Text *text, Type type)
{
    static const char *const kinds[] = {
        [TYPE_UNKNOWN] = "?",           [TYPE_NULL] = "null",
        [TYPE_BOOLEAN] = "boolean",     [TYPE_INTEGER] = "int",
        [TYPE_DECIMAL] = "decimal",     [TYPE_FLOAT] = "float",
        [TYPE_TEXT] = "text",           [TYPE_BLOB] = "blob",
        [TYPE_DATE] = "date",           [TYPE_TIME] = "time",
        [TYPE_TIMESTAMP] = "timestamp", [TYPE_TIMESTAMP_ZONED] = "timestamptz",
        [TYPE_INTERVAL] = "interval",   [TYPE_OTHER] = "other",
    };
    static const char *const affinities[] = {
        [AFFINITY_NONE] = "",        [AFFINITY_BLOB] = "~blob",
        [AFFINITY_TEXT] = "~text",   [AFFINITY_NUMERIC] = "~numeric",
        [AFFINITY_INTEGER] = "~int", [AFFINITY_REAL] = "~real",
    };
    text_addf(text, "%s%s", type.is_unsigned ? "u" : "", kinds[type.kind]);
    if (type.kind == TYPE_INTEGER || type.kind == TYPE_FLOAT)
        text_addf(text, "%u", type.width);
    if (type.kind == TYPE_DECIMAL)
        text_addf(text, "(%u,%u)", type.width, type.scale);
    text_add(text, affinities[type.affinity]);
    if (type.collation != NULL)
        text_addf(text, " collate %s", type.collation);
}

static void add_columns(Text *text, const Query *query)
{
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    for (size_t i = 0; i < count; i++) {
        text_addf(text, "%s: ", outputs[i].name);
        add_type(text, outputs[i].type);
        text_add_char(text, '\n');
    }
}

// Commands

// Reads the case's tables; adds the error where they do not parse.
static bool read_tables(Text *text, const SqlCase *c, const Catalog **catalog)
{
    Error err;
    if (sql_read_schema(text->arena, c->dialect, c->tables, true, catalog, &err))
        return true;
    add_error(text, c->tables, &err);
    return false;
}

static bool bind(Text *text, const Catalog *catalog, const char *sql, Tree *tree)
{
    Error err;
    if (sql_bind(text->arena, catalog, sql, tree, &err))
        return true;
    add_error(text, sql, &err);
    return false;
}

static void run_bind(Text *text, const SqlCase *c)
{
    Error err;
    const Catalog *catalog;
    Tree tree;
    if (!read_tables(text, c, &catalog) || !bind(text, catalog, c->input, &tree))
        return;
    if (!query_check(&tree, &err))
        text_addf(text, "%s\n", err.message);
    dump_query(text, with_labels(text->arena, &tree));
    text_addf(text, "\n%s", tree.has_opaque ? "opaque\n" : "");
    add_columns(text, tree.root);
}

static void run_gate(Text *text, const SqlCase *c)
{
    static const char separator[] = "\n--\n";
    Error err;
    const Catalog *catalog;
    Tree original, candidate;
    const char *cut = strstr(c->input, separator);
    if (cut == NULL) {
        text_add(text, "two queries are needed\n");
        return;
    }
    const char *left = arena_text(text->arena, c->input, (size_t)(cut - c->input));
    const char *right = cut + strlen(separator);
    bool alone = strcmp(left, "-") == 0;
    if (!read_tables(text, c, &catalog) ||
        (!alone && !bind(text, catalog, left, &original)) ||
        !bind(text, catalog, right, &candidate))
        return;
    if (sql_gate(&candidate, alone ? NULL : &original, &err))
        text_add(text, "allowed\n");
    else
        add_error(text, right, &err);
}

static void run_check(Text *text, const SqlCase *c)
{
    const Catalog *catalog;
    if (!read_tables(text, c, &catalog))
        return;
    catalog = sql_bind_checks(text->arena, catalog);
    for (size_t i = 0; i < catalog->table_count; i++)
        for (size_t j = 0; j < catalog->tables[i].check_count; j++) {
            const Check *check = &catalog->tables[i].checks[j];
            text_addf(text, "%s: ", catalog->tables[i].name);
            if (check->expr != NULL)
                dump_expr(text, check->expr);
            text_add_char(text, '\n');
        }
}

int main(int count, char **arguments)
{
    static const CaseCommand commands[] = {
        {"bind", run_bind},
        {"gate", run_gate},
        {"check", run_check},
    };
    return cases_run(count, arguments, commands, COUNT_OF(commands));
}
