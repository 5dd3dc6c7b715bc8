// test_parse.c - the cases of a text file, run through the reading side of sql/.
//
//     test_parse [--update] FILE…
//
// A case is a command, its input, a line "----", and what comes out, up to an empty
// line. The commands, each with a dialect behind it:
//
//     expr      an expression: its tree in brackets
//     parse     a query: its tree in brackets, or the error and its place
//     split     the statements of a text, one a line
//     schema    CREATE statements: the catalog
//     print     CREATE statements: made again from the catalog

#include "base/array.h"
#include "dump.h"
#include "sql/sql.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *command;
    Dialect dialect;
    const char *input;
    const char *expected;
} Case;

static void add_error(Text *text, const char *input, const Error *err)
{
    size_t line, column;
    text_addf(text, "%s error: %s\n", error_kind_name(err->kind), err->message);
    if (err->offset == NO_OFFSET)
        return;
    sql_line_of(input, err->offset, &line, &column);
    text_addf(text, "line %zu, column %zu\n%s", line, column,
              sql_show_place(text->arena, input, err->offset));
}

// Commands

static void run_parse(Text *text, const Case *c)
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

static void run_expr(Text *text, const Case *c)
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

static void run_split(Text *text, const Case *c)
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

static void run_schema(Text *text, const Case *c)
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

static void run_print(Text *text, const Case *c)
{
    Error err;
    const Catalog *catalog;
    if (!sql_read_schema(text->arena, c->dialect, c->input, true, &catalog, &err))
        add_error(text, c->input, &err);
    else
        text_add(text, sql_print_schema(text->arena, catalog, ASSURANCE_ENFORCED));
}

static const struct {
    const char *name;
    void (*run)(Text *text, const Case *c);
} commands[] = {
    {"expr", run_expr},     {"parse", run_parse}, {"split", run_split},
    {"schema", run_schema}, {"print", run_print},
};

static const char *run(Arena *arena, const Case *c)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strcmp(commands[i].name, c->command) == 0) {
            commands[i].run(&text, c);
            return text.bytes;
        }
    return "no such command\n";
}

// Files

static char *read_file(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    Text text = text_new(arena);
    char chunk[4096];
    size_t length;
    while ((length = fread(chunk, 1, sizeof(chunk), file)) > 0)
        text_add_bytes(&text, chunk, length);
    fclose(file);
    return text.bytes;
}

// Returns the lines from *at up to one that is `end`, and steps over that.
static const char *take_lines(Arena *arena, const char **at, const char *end)
{
    const char *start = *at;
    while (**at != '\0') {
        size_t length = strcspn(*at, "\n");
        const char *line = *at;
        *at += length + ((*at)[length] == '\n');
        if (length == strlen(end) && memcmp(line, end, length) == 0)
            return arena_text(arena, start, (size_t)(line - start));
    }
    return arena_text(arena, start, (size_t)(*at - start));
}

// Reads the next case; false at the end. Lines before it are added to `between`.
static bool next_case(Arena *arena, const char **at, Case *c, Text *between)
{
    char name[32], dialect[32];
    while (**at == '\n' || **at == '#') {
        size_t length = strcspn(*at, "\n");
        text_add_bytes(between, *at, length);
        text_add_char(between, '\n');
        *at += length + ((*at)[length] == '\n');
    }
    if (sscanf(*at, "%31s %31s", name, dialect) != 2 ||
        !dialect_find(dialect, &c->dialect))
        return false;
    *at += strcspn(*at, "\n") + 1;
    c->command = arena_string(arena, name);
    char *input = arena_string(arena, take_lines(arena, at, "----"));
    size_t length = strlen(input);
    if (length > 0)
        input[length - 1] = '\0';
    c->input = input;
    c->expected = take_lines(arena, at, "");
    return true;
}

static void write_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(content, file) == EOF || fclose(file) != 0)
        perror(path);
}

// Runs the cases of a file; returns how many failed, and counts those that passed.
static size_t run_file(const char *path, bool update, size_t *passed)
{
    Arena arena = ARENA_EMPTY;
    size_t failed = 0;
    const char *at = read_file(&arena, path);
    Text written = text_new(&arena);
    Case c;
    if (at == NULL) {
        perror(path);
        return 1;
    }
    while (next_case(&arena, &at, &c, &written)) {
        const char *got = run(&arena, &c);
        text_addf(&written, "%s %s\n%s\n----\n%s\n", c.command, dialect_name(c.dialect),
                  c.input, got);
        bool same = strcmp(got, c.expected) == 0;
        *passed += same;
        failed += !same;
        if (!same && !update)
            printf("%s: %s %s\n%s\n---- expected\n%s---- got\n%s\n", path, c.command,
                   dialect_name(c.dialect), c.input, c.expected, got);
    }
    if (*at != '\0') {
        printf("%s: no case starts with: %.40s\n", path, at);
        failed++;
    } else if (update) {
        write_file(path, written.bytes);
    }
    arena_clear(&arena);
    return failed;
}

int main(int count, char **arguments)
{
    bool update = count > 1 && strcmp(arguments[1], "--update") == 0;
    size_t passed = 0, failed = 0;
    for (int i = update ? 2 : 1; i < count; i++)
        failed += run_file(arguments[i], update, &passed);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0 && !update;
}
