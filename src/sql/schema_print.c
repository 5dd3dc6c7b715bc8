// schema_print.c - CREATE statements out of a catalog.

#include "base/array.h"
#include "base/text.h"
#include "sql/sql.h"
#include "sql/token.h"

#include <string.h>

typedef enum { NOT_YET, UNDER_WAY, DONE } Progress;

typedef struct {
    Arena *arena;
    const Catalog *catalog;
    Assurance least;
    Progress *progress; // Of each table.
    Text text;
} Printing;

static void add_name(Printing *out, const char *name)
{
    text_add(&out->text, sql_quote_name(out->arena, out->catalog->dialect, name));
}

static void add_table_name(Printing *out, const Table *table)
{
    text_add(&out->text, sql_quote_table(out->arena, out->catalog->dialect, table));
}

static void add_columns(Printing *out, const Table *table, const uint32_t *columns,
                        size_t count)
{
    text_addf(
        &out->text, " (%s)",
        sql_quote_columns(out->arena, out->catalog->dialect, table, columns, count));
}

// They may be defined by each other, in this order.
static void add_types(Printing *out)
{
    for (size_t i = 0; i < out->catalog->type_count; i++) {
        text_add(&out->text, "CREATE TYPE ");
        add_name(out, out->catalog->types[i].name);
        text_addf(&out->text, " AS %s;\n", out->catalog->types[i].definition);
    }
}

// Makes the schemas that tables stand in. SQLite has none to make: its are files.
static void add_schemas(Printing *out)
{
    const Catalog *catalog = out->catalog;
    for (size_t i = 0; i < catalog->table_count; i++) {
        const char *schema = catalog->tables[i].schema;
        size_t first = 0;
        while (!text_same_word(catalog->tables[first].schema, schema))
            first++;
        if (schema == NULL || first < i || catalog->dialect == DIALECT_SQLITE)
            continue;
        text_add(&out->text, "CREATE SCHEMA IF NOT EXISTS ");
        add_name(out, schema);
        text_add(&out->text, ";\n");
    }
}

// Columns. A default matters to no query, and may call what is not there.

static void add_column(Printing *out, const Column *column)
{
    text_add(&out->text, "    ");
    add_name(out, column->name);
    if (column->declared[0] != '\0')
        text_addf(&out->text, " %s", column->declared);
    if (column->generated != NULL)
        text_addf(&out->text, " GENERATED ALWAYS AS (%s)", column->generated);
    if (column->type.collation != NULL) {
        text_add(&out->text, " COLLATE ");
        add_name(out, column->type.collation);
    }
    if (column->not_null >= out->least && column->not_null != ASSURANCE_NONE)
        text_add(&out->text, " NOT NULL");
}

// Constraints

static bool is_kept(const Printing *out, Assurance assurance)
{
    return assurance >= out->least && assurance != ASSURANCE_NONE;
}

// True if PRIMARY KEY may be said: outside SQLite it would make columns NOT NULL of
// which nobody says so.
static bool is_printed_primary(const Printing *out, const Table *table, const Key *key)
{
    if (!key->primary || !is_kept(out, key->assurance))
        return false;
    bool strict = out->catalog->dialect != DIALECT_SQLITE || !table->has_rowid;
    if (!strict && key->column_count == 1 &&
        text_same_word(table->columns[key->columns[0]].declared, "integer"))
        return column_is_rowid(table, key->columns[0]);
    for (size_t i = 0; strict && i < key->column_count; i++)
        if (!is_kept(out, table->columns[key->columns[i]].not_null))
            return false;
    return true;
}

// Returns the number of the table that a foreign key points at, or table_count.
static size_t target_of(const Printing *out, const ForeignKey *key)
{
    size_t i = 0;
    while (i < out->catalog->table_count &&
           (out->catalog->tables[i].kind != TABLE_BASE ||
            !text_same_word(out->catalog->tables[i].name, key->target)))
        i++;
    return i;
}

// True if the target has a key over exactly these columns, as engines demand.
static bool has_target_key(const Printing *out, const Table *target,
                           const ForeignKey *foreign)
{
    for (size_t i = 0; i < target->key_count; i++) {
        const Key *key = &target->keys[i];
        if (is_kept(out, key->assurance) && key->column_count == foreign->column_count &&
            ordinals_equal(key->columns, foreign->target_columns, key->column_count))
            return true;
    }
    return false;
}

static void add_foreign_key(Printing *out, const Table *table, const ForeignKey *key)
{
    size_t number = target_of(out, key);
    if (!is_kept(out, key->assurance) || number == out->catalog->table_count)
        return;
    const Table *target = &out->catalog->tables[number];
    // A table that is not made yet closes a circle: one of its links is left out.
    if ((out->progress[number] != DONE && target != table) ||
        !has_target_key(out, target, key))
        return;
    text_add(&out->text, ",\n    FOREIGN KEY");
    add_columns(out, table, key->columns, key->column_count);
    text_add(&out->text, " REFERENCES ");
    add_table_name(out, target);
    add_columns(out, target, key->target_columns, key->column_count);
}

static void add_constraints(Printing *out, const Table *table)
{
    for (size_t i = 0; i < table->key_count; i++) {
        const Key *key = &table->keys[i];
        if (!is_kept(out, key->assurance))
            continue;
        bool primary = is_printed_primary(out, table, key);
        text_addf(&out->text, ",\n    %s", primary ? "PRIMARY KEY" : "UNIQUE");
        add_columns(out, table, key->columns, key->column_count);
    }
    for (size_t i = 0; i < table->check_count; i++)
        if (is_kept(out, table->checks[i].assurance))
            text_addf(&out->text, ",\n    CHECK (%s)", table->checks[i].text);
    for (size_t i = 0; i < table->foreign_key_count; i++)
        add_foreign_key(out, table, &table->foreign_keys[i]);
}

// Tables

static bool has_printed_primary(const Printing *out, const Table *table)
{
    for (size_t i = 0; i < table->key_count; i++)
        if (is_printed_primary(out, table, &table->keys[i]))
            return true;
    return false;
}

static void add_table(Printing *out, size_t number)
{
    const Table *table = &out->catalog->tables[number];
    if (out->progress[number] != NOT_YET || table->kind != TABLE_BASE ||
        table->column_count == 0)
        return;
    out->progress[number] = UNDER_WAY;
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        size_t target = target_of(out, &table->foreign_keys[i]);
        if (target < out->catalog->table_count &&
            is_kept(out, table->foreign_keys[i].assurance))
            add_table(out, target);
    }
    text_add(&out->text, "CREATE TABLE ");
    add_table_name(out, table);
    text_add(&out->text, " (\n");
    for (size_t i = 0; i < table->column_count; i++) {
        text_add(&out->text, i == 0 ? "" : ",\n");
        add_column(out, &table->columns[i]);
    }
    add_constraints(out, table);
    text_add(&out->text, "\n)");
    bool sqlite = out->catalog->dialect == DIALECT_SQLITE;
    bool without = sqlite && !table->has_rowid && has_printed_primary(out, table);
    if (sqlite && table->strict)
        text_add(&out->text, without ? " STRICT, WITHOUT ROWID" : " STRICT");
    else if (without)
        text_add(&out->text, " WITHOUT ROWID");
    text_add(&out->text, ";\n");
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].definition != NULL)
            text_addf(&out->text, "%s;\n", table->indexes[i].definition);
    out->progress[number] = DONE;
}

// Views

// True if one view's text names the other: it must be made after it.
static bool names_view(const Printing *out, const Table *view, const Table *other)
{
    const char *sql = view->view_sql;
    size_t length = strlen(sql);
    Token token = {0};
    do {
        size_t offset = (size_t)token.offset + token.length;
        token = token_next(out->catalog->dialect, sql, length, offset);
        if ((token.kind == TOKEN_WORD || token.kind == TOKEN_NAME) &&
            text_same_word(token_value(out->arena, sql, token), other->name))
            return true;
    } while (token.kind != TOKEN_END && token.kind != TOKEN_BAD);
    return false;
}

static void add_view(Printing *out, size_t number)
{
    const Table *view = &out->catalog->tables[number];
    if (out->progress[number] != NOT_YET || view->kind != TABLE_VIEW ||
        view->view_sql == NULL)
        return;
    out->progress[number] = UNDER_WAY;
    for (size_t i = 0; i < out->catalog->table_count; i++) {
        const Table *other = &out->catalog->tables[i];
        if (i != number && other->kind == TABLE_VIEW && names_view(out, view, other))
            add_view(out, i);
    }
    text_add(&out->text, "CREATE VIEW ");
    add_table_name(out, view);
    for (size_t i = 0; i < view->column_count; i++) {
        text_add(&out->text, i == 0 ? " (" : ", ");
        add_name(out, view->columns[i].name);
    }
    text_addf(&out->text, "%s AS %s;\n", view->column_count > 0 ? ")" : "",
              view->view_sql);
    out->progress[number] = DONE;
}

const char *sql_print_schema(Arena *arena, const Catalog *catalog, Assurance assurance)
{
    Printing out = {
        .arena = arena,
        .catalog = catalog,
        .least = assurance,
        .progress = arena_new(arena, Progress, catalog->table_count + 1),
        .text = text_new(arena),
    };
    add_schemas(&out);
    add_types(&out);
    for (size_t i = 0; i < catalog->table_count; i++)
        add_table(&out, i);
    for (size_t i = 0; i < catalog->table_count; i++)
        add_view(&out, i);
    return out.text.bytes;
}
