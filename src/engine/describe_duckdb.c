// describe_duckdb.c - what a DuckDB database contains. All its constraints are enforced.

#include "engine/describe.h"

#include "base/array.h"
#include "base/text.h"
#include "engine/scan.h"

#include <string.h>

// Between names in one text: no name has it.
#define SEPARATOR "\x1f"

typedef struct {
    Arena *arena;
    Result tables, columns, constraints, indexes;
} Reader;

static const char tables_sql[] =
    "SELECT schema_name, table_name, sql, estimated_size, false"
    "  FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal"
    " UNION ALL "
    "SELECT schema_name, view_name, sql, -1, true"
    "  FROM duckdb_views() WHERE database_name = current_database() AND NOT internal"
    " ORDER BY 1, 2";

enum { TABLE_SCHEMA, TABLE_NAME, TABLE_SQL, TABLE_SIZE, TABLE_IS_VIEW };

static const char columns_sql[] =
    "SELECT schema_name, table_name, column_name, data_type, column_default"
    "  FROM duckdb_columns() WHERE database_name = current_database() AND NOT internal"
    " ORDER BY schema_name, table_name, column_index";

enum { COLUMN_NAME = 2, COLUMN_TYPE, COLUMN_DEFAULT };

static const char constraints_sql[] =
    "SELECT schema_name, table_name, constraint_type, constraint_name, expression,"
    "       array_to_string(constraint_column_names, chr(31)),"
    "       referenced_table, array_to_string(referenced_column_names, chr(31))"
    "  FROM duckdb_constraints() WHERE database_name = current_database()"
    " ORDER BY schema_name, table_name, constraint_index";

enum {
    CONSTRAINT_TYPE = 2,
    CONSTRAINT_NAME,
    CONSTRAINT_EXPRESSION,
    CONSTRAINT_COLUMNS,
    CONSTRAINT_TARGET,
    CONSTRAINT_TARGET_COLUMNS,
};

static const char indexes_sql[] =
    "SELECT schema_name, table_name, index_name, is_unique, sql"
    "  FROM duckdb_indexes() WHERE database_name = current_database()"
    " ORDER BY schema_name, table_name, index_name";

enum { INDEX_NAME = 2, INDEX_UNIQUE, INDEX_SQL };

// True if row `i` of a result is about the table (its first two columns name it).
static bool is_about(const Result *rows, size_t i, const char *schema, const char *name)
{
    return strcmp(row_text(rows, i, 0), schema) == 0 &&
           strcmp(row_text(rows, i, 1), name) == 0;
}

// Names in one text, as ordinals. False if one is no column of the table.
static bool resolve(Arena *arena, const Table *table, const char *names,
                    const uint32_t **columns, size_t *count)
{
    ARRAY(uint32_t) found = {0};
    while (names != NULL && *names != '\0') {
        size_t length = strcspn(names, SEPARATOR);
        uint32_t column = table_column(table, arena_text(arena, names, length));
        if (column == COLUMN_NONE)
            return false;
        array_push(arena, &found, column);
        names += length + (names[length] != '\0');
    }
    *columns = found.items;
    *count = found.count;
    return found.count > 0;
}

// Columns

static void read_columns(Reader *reader, const char *schema, Table *table,
                         const ScannedTable *scanned)
{
    Arena *arena = reader->arena;
    ARRAY(Column) columns = {0};
    for (size_t i = 0; i < reader->columns.kept_count; i++) {
        if (!is_about(&reader->columns, i, schema, table->name))
            continue;
        Column column = {.name = row_text(&reader->columns, i, COLUMN_NAME),
                         .declared = row_text(&reader->columns, i, COLUMN_TYPE),
                         .default_value = row_text(&reader->columns, i, COLUMN_DEFAULT),
                         .typed = ASSURANCE_ENFORCED,
                         .distinct_count = -1,
                         .null_fraction = -1};
        column.type = type_from_declaration(arena, DIALECT_DUCKDB, column.declared);
        for (size_t j = 0; j < scanned->column_count; j++) {
            if (!text_same_word(scanned->columns[j].name, column.name))
                continue;
            column.generated = scanned->columns[j].generated;
            column.type.collation = scanned->columns[j].collation;
        }
        if (column.generated != NULL)
            column.default_value = NULL; // DuckDB says the expression there, too.
        array_push(arena, &columns, column);
    }
    table->columns = columns.items;
    table->column_count = columns.count;
}

// Constraints

typedef struct {
    ARRAY(Key) keys;
    ARRAY(Check) checks;
    ARRAY(ForeignKey) foreign_keys;
    ARRAY(Index) indexes;
} Found;

// A key holds byte by byte: under a collation two of its texts may be alike.
static bool is_binary(const Table *table, const uint32_t *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (table->columns[columns[i]].type.collation != NULL)
            return false;
    return true;
}

static void read_key(Reader *reader, const Table *table, size_t i, Found *found)
{
    const Result *rows = &reader->constraints;
    Key key = {.name = row_text(rows, i, CONSTRAINT_NAME),
               .assurance = ASSURANCE_ENFORCED};
    key.primary = strcmp(row_text(rows, i, CONSTRAINT_TYPE), "PRIMARY KEY") == 0;
    if (key.name == NULL)
        key.name = "key";
    if (resolve(reader->arena, table, row_text(rows, i, CONSTRAINT_COLUMNS), &key.columns,
                &key.column_count) &&
        is_binary(table, key.columns, key.column_count))
        array_push(reader->arena, &found->keys, key);
}

static void read_not_null(Reader *reader, Table *table, size_t i)
{
    const uint32_t *columns = NULL;
    size_t count = 0;
    if (!resolve(reader->arena, table,
                 row_text(&reader->constraints, i, CONSTRAINT_COLUMNS), &columns, &count))
        return;
    Column *raised = arena_copy(reader->arena, table->columns, table->column_count,
                                sizeof(*table->columns));
    for (size_t j = 0; j < count; j++) {
        raised[columns[j]].declared_not_null = true;
        raised[columns[j]].not_null = ASSURANCE_ENFORCED;
    }
    table->columns = raised;
}

static void read_constraint(Reader *reader, Table *table, size_t i, Found *found)
{
    const Result *rows = &reader->constraints;
    const char *type = row_text(rows, i, CONSTRAINT_TYPE);
    const char *name = row_text(rows, i, CONSTRAINT_NAME);
    if (strcmp(type, "NOT NULL") == 0) {
        read_not_null(reader, table, i);
    } else if (strcmp(type, "CHECK") == 0) {
        Check check = {.name = name == NULL ? "check" : name,
                       .assurance = ASSURANCE_ENFORCED,
                       .text = row_text(rows, i, CONSTRAINT_EXPRESSION)};
        array_push(reader->arena, &found->checks, check);
    } else if (strcmp(type, "PRIMARY KEY") == 0 || strcmp(type, "UNIQUE") == 0) {
        read_key(reader, table, i, found);
    }
}

// Behind all tables, because they name each other.
static void read_foreign_keys(Reader *reader, const Catalog *catalog, const char *schema,
                              Table *table)
{
    const Result *rows = &reader->constraints;
    Found found = {0};
    for (size_t i = 0; i < rows->kept_count; i++) {
        const char *name = row_text(rows, i, CONSTRAINT_NAME);
        if (!is_about(rows, i, schema, table->name) ||
            strcmp(row_text(rows, i, CONSTRAINT_TYPE), "FOREIGN KEY") != 0)
            continue;
        const Table *target =
            catalog_table(catalog, table->schema, row_text(rows, i, CONSTRAINT_TARGET));
        ForeignKey foreign = {.name = name == NULL ? "foreign key" : name,
                              .assurance = ASSURANCE_ENFORCED};
        size_t target_count = 0;
        if (target == NULL ||
            !resolve(reader->arena, table, row_text(rows, i, CONSTRAINT_COLUMNS),
                     &foreign.columns, &foreign.column_count) ||
            !resolve(reader->arena, target, row_text(rows, i, CONSTRAINT_TARGET_COLUMNS),
                     &foreign.target_columns, &target_count) ||
            target_count != foreign.column_count)
            continue;
        foreign.target = target->name;
        array_push(reader->arena, &found.foreign_keys, foreign);
    }
    table->foreign_keys = found.foreign_keys.items;
    table->foreign_key_count = found.foreign_keys.count;
}

// Indexes

static void read_index(Reader *reader, const Table *table, size_t i, Found *found)
{
    const Result *rows = &reader->indexes;
    const char *sql = row_text(rows, i, INDEX_SQL);
    const char *name = row_text(rows, i, INDEX_NAME);
    ARRAY(uint32_t) columns = {0};
    bool plain = true;
    size_t count = scan_index_count(reader->arena, sql);
    for (size_t j = 0; j < count; j++) {
        const char *column = scan_index_column(reader->arena, sql, j);
        uint32_t ordinal = column == NULL ? COLUMN_NONE : table_column(table, column);
        plain = plain && ordinal != COLUMN_NONE;
        array_push(reader->arena, &columns,
                   ordinal == COLUMN_NONE ? COLUMN_EXPRESSION : ordinal);
    }
    Index index = {.name = name,
                   .unique = row_integer(rows, i, INDEX_UNIQUE),
                   .columns = columns.items,
                   .column_count = columns.count};
    if (index.unique && !plain)
        index.definition = sql;
    array_push(reader->arena, &found->indexes, index);
    if (!index.unique || !plain || count == 0 || !is_binary(table, columns.items, count))
        return;
    Key key = {.name = name,
               .assurance = ASSURANCE_ENFORCED,
               .columns = columns.items,
               .column_count = columns.count};
    array_push(reader->arena, &found->keys, key);
}

// Tables

static void read_table(Reader *reader, size_t row, Table *table)
{
    const Result *tables = &reader->tables;
    const char *schema = row_text(tables, row, TABLE_SCHEMA);
    const char *sql = row_text(tables, row, TABLE_SQL);
    bool is_view = row_integer(tables, row, TABLE_IS_VIEW);
    *table = (Table){.name = row_text(tables, row, TABLE_NAME),
                     .schema = strcmp(schema, "main") == 0 ? NULL : schema,
                     .kind = is_view ? TABLE_VIEW : TABLE_BASE,
                     .view_sql = is_view ? scan_view(reader->arena, sql) : NULL,
                     .row_count = row_integer(tables, row, TABLE_SIZE),
                     .analyzed = !is_view, // DuckDB keeps statistics as it writes.
                     .has_rowid = !is_view};
    ScannedTable scanned = {0};
    if (!is_view)
        scanned = scan_table(reader->arena, sql);
    read_columns(reader, schema, table, &scanned);
    Found found = {0};
    for (size_t i = 0; i < reader->constraints.kept_count; i++)
        if (is_about(&reader->constraints, i, schema, table->name))
            read_constraint(reader, table, i, &found);
    for (size_t i = 0; i < reader->indexes.kept_count; i++)
        if (is_about(&reader->indexes, i, schema, table->name))
            read_index(reader, table, i, &found);
    table->keys = found.keys.items;
    table->key_count = found.keys.count;
    table->checks = found.checks.items;
    table->check_count = found.checks.count;
    table->indexes = found.indexes.items;
    table->index_count = found.indexes.count;
}

bool describe_duckdb(Session *session, Arena *arena, Catalog *catalog, Error *err)
{
    Reader reader = {.arena = arena};
    if (!describe_rows(session, arena, tables_sql, NULL, &reader.tables, err) ||
        !describe_rows(session, arena, columns_sql, NULL, &reader.columns, err) ||
        !describe_rows(session, arena, constraints_sql, NULL, &reader.constraints, err) ||
        !describe_rows(session, arena, indexes_sql, NULL, &reader.indexes, err))
        return false;
    Table *tables = arena_new(arena, Table, reader.tables.kept_count);
    for (size_t i = 0; i < reader.tables.kept_count; i++)
        read_table(&reader, i, &tables[i]);
    catalog->tables = tables;
    catalog->table_count = reader.tables.kept_count;
    for (size_t i = 0; i < catalog->table_count; i++)
        read_foreign_keys(&reader, catalog, row_text(&reader.tables, i, TABLE_SCHEMA),
                          &tables[i]);
    return true;
}
