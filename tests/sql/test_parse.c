// test_parse.c - the cases of a text file, run through the reading side of sql/.
//
//     test_parse [--update] FILE…
//
// The commands, each with a dialect behind it (cases.h):
//
//     expr      an expression: its tree in brackets
//     parse     a query: its tree in brackets, or the error and its place
//     split     the statements of a text, one a line
//     schema    CREATE statements: the catalog
//     reprint   any statement: itself, or the error
//     print     CREATE statements: made again from the catalog

#include "base/compiler.h"
#include "cases.h"
#include "dump.h"

// Commands

static void run_parse(Text *text, const SqlCase *c)
{
    Error err;
    const Query *query;
    if (!sql_parse(text->arena, c->dialect, c->input, &query, &err)) {
        add_error(text, c->input, &err);
        return;
    }
    dump_query(text, query);
    text_add_char(text, '\n');
}

static void run_expr(Text *text, const SqlCase *c)
{
    Error err;
    const Query *query;
    const char *sql = arena_printf(text->arena, "SELECT %s", c->input);
    if (!sql_parse(text->arena, c->dialect, sql, &query, &err)) {
        text_addf(text, "error: %s\n", err.message);
        return;
    }
    for (size_t i = 0; i < query->select->output_count; i++) {
        dump_expr(text, query->select->outputs[i].expr);
        text_add_char(text, '\n');
    }
}

static void run_split(Text *text, const SqlCase *c)
{
    size_t count;
    const Statement *statements = sql_split(text->arena, c->dialect, c->input, &count);
    for (size_t i = 0; i < count; i++) {
        text_add_char(text, '<');
        for (size_t k = 0; k < statements[i].length; k++) {
            char byte = c->input[statements[i].offset + k];
            text_add_char(text, byte == '\n' ? '|' : byte);
        }
        text_add(text, ">\n");
    }
}

static void add_key(Text *text, const Table *table, const Key *key)
{
    text_addf(text, "  %s %s %s:", assurance_name(key->assurance),
              key->primary ? "primary" : "unique", key->name);
    for (size_t i = 0; i < key->column_count; i++)
        text_addf(text, " %s", table->columns[key->columns[i]].name);
    text_add_char(text, '\n');
}

static void add_foreign_key(Text *text, const Catalog *catalog, const Table *table,
                            const ForeignKey *key)
{
    const Table *target = catalog_table(catalog, NULL, key->target);
    text_addf(text, "  %s foreign %s:", assurance_name(key->assurance), key->name);
    for (size_t i = 0; i < key->column_count; i++)
        text_addf(text, " %s", table->columns[key->columns[i]].name);
    text_addf(text, " -> %s", key->target);
    for (size_t i = 0; i < key->column_count; i++)
        text_addf(text, " %s", target->columns[key->target_columns[i]].name);
    text_add_char(text, '\n');
}

static void add_column(Text *text, const Column *column)
{
    text_addf(text, "  %s <%s>", column->name, column->declared);
    if (column->type.collation != NULL)
        text_addf(text, " collate %s", column->type.collation);
    if (column->declared_not_null || column->not_null != ASSURANCE_NONE)
        text_addf(text, " not-null=%s", assurance_name(column->not_null));
    text_addf(text, " typed=%s", assurance_name(column->typed));
    if (column->default_value != NULL)
        text_addf(text, " default=%s", column->default_value);
    if (column->generated != NULL)
        text_addf(text, " generated=%s", column->generated);
    text_add_char(text, '\n');
}

static void add_table(Text *text, const Catalog *catalog, const Table *table)
{
    text_addf(text, "%s%s%s%s\n", table->name, table->kind == TABLE_VIEW ? " view" : "",
              table->strict ? " strict" : "", table->has_rowid ? " rowid" : "");
    for (size_t i = 0; i < table->column_count; i++)
        add_column(text, &table->columns[i]);
    for (size_t i = 0; i < table->key_count; i++)
        add_key(text, table, &table->keys[i]);
    for (size_t i = 0; i < table->foreign_key_count; i++)
        add_foreign_key(text, catalog, table, &table->foreign_keys[i]);
    for (size_t i = 0; i < table->check_count; i++)
        text_addf(text, "  %s check %s: %s\n", assurance_name(table->checks[i].assurance),
                  table->checks[i].name, table->checks[i].text);
    for (size_t i = 0; i < table->index_count; i++)
        text_addf(text, "  index %s%s%s\n", table->indexes[i].name,
                  table->indexes[i].unique ? " unique" : "",
                  table->indexes[i].partial ? " partial" : "");
}

static void run_schema(Text *text, const SqlCase *c)
{
    Error err;
    const Catalog *catalog;
    if (!sql_read_schema(text->arena, c->dialect, c->input, true, &catalog, &err)) {
        add_error(text, c->input, &err);
        return;
    }
    for (size_t i = 0; i < catalog->table_count; i++)
        add_table(text, catalog, &catalog->tables[i]);
}

static void run_reprint(Text *text, const SqlCase *c)
{
    Error err;
    const char *printed;
    if (!sql_reprint(text->arena, c->dialect, c->input, &printed, &err))
        add_error(text, c->input, &err);
    else
        text_addf(text, "%s\n", printed);
}

static void run_print(Text *text, const SqlCase *c)
{
    Error err;
    const Catalog *catalog;
    if (!sql_read_schema(text->arena, c->dialect, c->input, true, &catalog, &err))
        add_error(text, c->input, &err);
    else
        text_add(text, sql_print_schema(text->arena, catalog, ASSURANCE_ENFORCED));
}

int main(int count, char **arguments)
{
    static const CaseCommand commands[] = {
        {"expr", run_expr},     {"parse", run_parse}, {"split", run_split},
        {"schema", run_schema}, {"print", run_print}, {"reprint", run_reprint},
    };
    return cases_run(count, arguments, commands, COUNT_OF(commands));
}
