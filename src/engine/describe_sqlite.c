// describe_sqlite.c - what a SQLite database contains, and what of it is enforced.
//
// SQLite's table-valued pragmas say most; CHECKs, generated expressions and collations
// stand in the text of CREATE TABLE only.

#include "engine/describe.h"

#include "base/array.h"
#include "base/text.h"
#include "engine/name.h"
#include "engine/scan.h"

#include <stdlib.h>
#include <string.h>

enum {
    COUNT_TIMEOUT_MS = 200, // For count(*) of one table; then an estimate must do.
    HIDDEN = 1,             // Values of table_xinfo's column "hidden".
    GENERATED_VIRTUAL = 2,
    GENERATED_STORED = 3,
    CID_EXPRESSION = -2, // In index_xinfo; the rowid is -1.
};

typedef struct {
    Session *session;
    Arena *arena;
    bool has_statistics; // sqlite_stat1 exists.
} Reader;

static const char tables_sql[] =
    "SELECT l.name, l.type, l.strict, l.wr, s.sql"
    "  FROM pragma_table_list AS l LEFT JOIN sqlite_schema AS s"
    "    ON s.name = l.name AND s.type IN ('table', 'view')"
    " WHERE l.schema = 'main' AND l.type <> 'shadow' AND l.name NOT LIKE 'sqlite\\_%' "
    "ESCAPE '\\'"
    " ORDER BY l.name";

enum { TABLE_NAME, TABLE_TYPE, TABLE_STRICT, TABLE_WITHOUT_ROWID, TABLE_SQL };

static const char columns_sql[] =
    "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)"
    " ORDER BY cid";

enum {
    COLUMN_NAME,
    COLUMN_TYPE,
    COLUMN_NOT_NULL,
    COLUMN_DEFAULT,
    COLUMN_PRIMARY, // Its place in the primary key, from 1; 0: none.
    COLUMN_HIDDEN,
};

static const char indexes_sql[] =
    "SELECT name, \"unique\", origin, partial,"
    "  (SELECT sql FROM sqlite_master AS m WHERE m.type = 'index' AND m.name = l.name)"
    "  FROM pragma_index_list(?1) AS l ORDER BY seq";

enum { INDEX_NAME, INDEX_UNIQUE, INDEX_ORIGIN, INDEX_PARTIAL, INDEX_SQL };

static const char index_columns_sql[] =
    "SELECT cid, coll FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno";

static const char foreign_keys_sql[] =
    "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1)"
    " ORDER BY id, seq";

enum { FOREIGN_ID, FOREIGN_TABLE, FOREIGN_FROM, FOREIGN_TO };

// Columns

static const ScannedColumn *scanned_column(const ScannedTable *scanned, const char *name)
{
    for (size_t i = 0; i < scanned->column_count; i++)
        if (text_same_word(scanned->columns[i].name, name))
            return &scanned->columns[i];
    return NULL;
}

// True for the column that is another name of the rowid: always an integer.
static bool is_rowid_alias(const Table *table, const Result *rows, size_t column,
                           bool has_primary_index)
{
    size_t primary = 0;
    for (size_t i = 0; i < rows->kept_count; i++)
        primary += row_integer(rows, i, COLUMN_PRIMARY) > 0;
    return table->has_rowid && primary == 1 && !has_primary_index &&
           row_integer(rows, column, COLUMN_PRIMARY) == 1 &&
           text_same_word(row_text(rows, column, COLUMN_TYPE), "INTEGER");
}

static Column read_column(Reader *reader, const Table *table, const Result *rows,
                          size_t i, const ScannedTable *scanned)
{
    const char *name = row_text(rows, i, COLUMN_NAME);
    const char *declared = row_text(rows, i, COLUMN_TYPE);
    Column column = {.name = name,
                     .declared = declared == NULL ? "" : declared,
                     .default_value = row_text(rows, i, COLUMN_DEFAULT),
                     .distinct_count = -1,
                     .null_fraction = -1};
    column.type = type_from_declaration(reader->arena, DIALECT_SQLITE, column.declared);
    const ScannedColumn *text = scanned_column(scanned, name);
    if (text != NULL && text->collation != NULL &&
        !text_same_word(text->collation, "BINARY"))
        column.type.collation = text->collation;
    int64_t hidden = row_integer(rows, i, COLUMN_HIDDEN);
    if (hidden == GENERATED_VIRTUAL || hidden == GENERATED_STORED)
        column.generated = text == NULL || text->generated == NULL ? "" : text->generated;
    if (table->kind != TABLE_BASE)
        return column;
    bool primary = row_integer(rows, i, COLUMN_PRIMARY) > 0;
    // A primary key alone lets NULLs in, for old bugs' sake.
    bool key_not_null = primary && (table->strict || !table->has_rowid);
    column.declared_not_null = row_integer(rows, i, COLUMN_NOT_NULL) || primary;
    if (row_integer(rows, i, COLUMN_NOT_NULL) || key_not_null)
        column.not_null = ASSURANCE_ENFORCED;
    if (table->strict)
        column_make_strict(&column, ASSURANCE_ENFORCED);
    return column;
}

static bool read_columns(Reader *reader, Table *table, bool has_primary_index,
                         const ScannedTable *scanned, Result *rows, Error *err)
{
    if (!describe_rows(reader->session, reader->arena, columns_sql, table->name, rows,
                       err))
        return false;
    Column *columns = arena_new(reader->arena, Column, rows->kept_count);
    size_t count = 0;
    for (size_t i = 0; i < rows->kept_count; i++) {
        if (row_integer(rows, i, COLUMN_HIDDEN) == HIDDEN)
            continue;
        columns[count] = read_column(reader, table, rows, i, scanned);
        if (is_rowid_alias(table, rows, i, has_primary_index)) {
            columns[count].not_null = ASSURANCE_ENFORCED;
            columns[count].typed = ASSURANCE_ENFORCED;
        }
        count++;
    }
    table->columns = columns;
    table->column_count = count;
    return true;
}

// Indexes and keys

typedef struct {
    ARRAY(Index) indexes;
    ARRAY(Key) keys;
} Access;

// True if two rows that agree on the column agree in the index, too.
static bool collation_fits(const Column *column, const char *collation)
{
    return column->type.collation == NULL ||
           text_same_word(column->type.collation, collation);
}

// True if the index compares as the column itself does.
static bool collation_is_own(const Column *column, const char *collation)
{
    const char *own = column->type.collation;
    return text_same_word(own == NULL ? "BINARY" : own, collation);
}

static bool read_index(Reader *reader, const Table *table, const Result *list, size_t i,
                       Access *access, Error *err)
{
    Arena *arena = reader->arena;
    Result parts;
    const char *name = row_text(list, i, INDEX_NAME);
    if (!describe_rows(reader->session, arena, index_columns_sql, name, &parts, err))
        return false;
    uint32_t *columns = arena_new(arena, uint32_t, parts.kept_count);
    bool is_unique = row_integer(list, i, INDEX_UNIQUE);
    bool is_partial = row_integer(list, i, INDEX_PARTIAL);
    bool is_key = is_unique && !is_partial, is_plain = !is_partial;
    for (size_t j = 0; j < parts.kept_count; j++) {
        int64_t ordinal = row_integer(&parts, j, 0);
        bool plain = ordinal >= 0 && (size_t)ordinal < table->column_count;
        columns[j] = plain ? (uint32_t)ordinal : COLUMN_EXPRESSION;
        const char *collation = row_text(&parts, j, 1);
        is_key = is_key && plain && collation_fits(&table->columns[ordinal], collation);
        is_plain =
            is_plain && plain && collation_is_own(&table->columns[ordinal], collation);
    }
    Index index = {.name = name,
                   .unique = is_unique,
                   .partial = is_partial,
                   .columns = columns,
                   .column_count = parts.kept_count};
    if (is_unique && !is_plain)
        index.definition = row_text(list, i, INDEX_SQL);
    array_push(arena, &access->indexes, index);
    Key key = {.name = name,
               .primary = strcmp(row_text(list, i, INDEX_ORIGIN), "pk") == 0,
               .assurance = ASSURANCE_ENFORCED,
               .columns = columns,
               .column_count = parts.kept_count};
    if (is_key)
        array_push(arena, &access->keys, key);
    return true;
}

static void add_rowid_key(Reader *reader, const Table *table, const Result *rows,
                          Access *access)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (!is_rowid_alias(table, rows, i, false))
            continue;
        uint32_t ordinal = (uint32_t)i;
        Key key = {.name = "primary key",
                   .primary = true,
                   .assurance = ASSURANCE_ENFORCED,
                   .columns = arena_copy(reader->arena, &ordinal, 1, sizeof(ordinal)),
                   .column_count = 1};
        array_push(reader->arena, &access->keys, key);
    }
}

static bool read_access(Reader *reader, Table *table, const Result *list,
                        const Result *rows, bool has_primary_index, Error *err)
{
    Access access = {0};
    if (!has_primary_index)
        add_rowid_key(reader, table, rows, &access);
    for (size_t i = 0; i < list->kept_count; i++)
        if (!read_index(reader, table, list, i, &access, err))
            return false;
    table->indexes = access.indexes.items;
    table->index_count = access.indexes.count;
    table->keys = access.keys.items;
    table->key_count = access.keys.count;
    return true;
}

// Checks

static void read_checks(Reader *reader, Table *table, const ScannedTable *scanned)
{
    Check *checks = arena_new(reader->arena, Check, scanned->check_count);
    for (size_t i = 0; i < scanned->check_count; i++) {
        const ScannedCheck *check = &scanned->checks[i];
        checks[i] = (Check){.name = check->name != NULL
                                        ? check->name
                                        : arena_printf(reader->arena, "check %zu", i + 1),
                            .assurance = ASSURANCE_ENFORCED,
                            .text = check->text};
    }
    table->checks = checks;
    table->check_count = scanned->check_count;
}

// Row counts

static bool estimate(Reader *reader, const char *table, int64_t *rows, Error *err)
{
    Result result;
    if (!describe_rows(reader->session, reader->arena,
                       "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = ?1"
                       " ORDER BY 1 DESC LIMIT 1",
                       table, &result, err))
        return false;
    if (result.kept_count > 0)
        *rows = row_integer(&result, 0, 0);
    return true;
}

static bool ask_number(Reader *reader, const Table *table, const char *what,
                       int64_t *number)
{
    Text sql = text_new(reader->arena);
    text_addf(&sql, "SELECT %s FROM ", what);
    name_add(&sql, table->name);
    Request request = {.sql = sql.bytes,
                       .sink = SINK_ROWS,
                       .row_limit = 1,
                       .timeout_ms = COUNT_TIMEOUT_MS};
    Result result;
    Error slow;
    if (!session_run(reader->session, reader->arena, &request, NULL, &result, &slow))
        return false;
    *number = row_integer(&result, 0, 0);
    return true;
}

// Counts, if that is quick; else the highest rowid must do.
static void count_rows(Reader *reader, Table *table)
{
    if (!ask_number(reader, table, "count(*)", &table->row_count) && table->has_rowid &&
        !ask_number(reader, table, "max(rowid)", &table->row_count))
        table->row_count = ROWS_UNKNOWN;
}

static bool read_row_count(Reader *reader, Table *table, Error *err)
{
    table->row_count = ROWS_UNKNOWN;
    if (table->kind == TABLE_VIEW)
        return true;
    if (reader->has_statistics && !estimate(reader, table->name, &table->row_count, err))
        return false;
    table->analyzed = table->row_count != ROWS_UNKNOWN;
    if (!table->analyzed)
        count_rows(reader, table);
    return true;
}

// Foreign keys: SQLite enforces them only where a writer asks for it, and never looks
// back at rows that are there.

// The end of the rows of the foreign key that begins at `i`.
static size_t foreign_end(const Result *rows, size_t i)
{
    size_t end = i;
    while (end < rows->kept_count &&
           row_integer(rows, end, FOREIGN_ID) == row_integer(rows, i, FOREIGN_ID))
        end++;
    return end;
}

static const Key *primary_key(const Table *table)
{
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].primary)
            return &table->keys[i];
    return NULL;
}

// False if it names a table or column that is not there.
static bool resolve_foreign(Arena *arena, const Catalog *catalog, const Table *table,
                            const Result *rows, size_t start, ForeignKey *foreign)
{
    size_t count = foreign_end(rows, start) - start;
    const Table *target =
        catalog_table(catalog, NULL, row_text(rows, start, FOREIGN_TABLE));
    const Key *primary = target == NULL ? NULL : primary_key(target);
    uint32_t *columns = arena_new(arena, uint32_t, count);
    uint32_t *target_columns = arena_new(arena, uint32_t, count);
    for (size_t i = 0; i < count && target != NULL; i++) {
        const char *to = row_text(rows, start + i, FOREIGN_TO);
        columns[i] = table_column(table, row_text(rows, start + i, FOREIGN_FROM));
        if (to != NULL)
            target_columns[i] = table_column(target, to);
        else if (primary != NULL && primary->column_count == count)
            target_columns[i] = primary->columns[i];
        else
            return false;
        if (columns[i] == COLUMN_NONE || target_columns[i] == COLUMN_NONE)
            return false;
    }
    if (target == NULL)
        return false;
    *foreign =
        (ForeignKey){.name = arena_printf(arena, "foreign key to %s", target->name),
                     .assurance = ASSURANCE_NONE,
                     .columns = columns,
                     .target = target->name,
                     .target_columns = target_columns,
                     .column_count = count};
    return true;
}

static bool read_foreign_keys(Reader *reader, const Catalog *catalog, Table *table,
                              Error *err)
{
    Result rows;
    if (!describe_rows(reader->session, reader->arena, foreign_keys_sql, table->name,
                       &rows, err))
        return false;
    ForeignKey *found = arena_new(reader->arena, ForeignKey, rows.kept_count);
    size_t count = 0;
    for (size_t i = 0; i < rows.kept_count; i = foreign_end(&rows, i))
        if (resolve_foreign(reader->arena, catalog, table, &rows, i, &found[count]))
            count++;
    table->foreign_keys = found;
    table->foreign_key_count = count;
    return true;
}

// Tables

static TableKind table_kind(const char *type)
{
    return strcmp(type, "view") == 0      ? TABLE_VIEW
           : strcmp(type, "virtual") == 0 ? TABLE_VIRTUAL
                                          : TABLE_BASE;
}

static bool read_table(Reader *reader, const Result *tables, size_t i, Table *table,
                       Error *err)
{
    Arena *arena = reader->arena;
    *table = (Table){.name = row_text(tables, i, TABLE_NAME),
                     .kind = table_kind(row_text(tables, i, TABLE_TYPE)),
                     .strict = row_integer(tables, i, TABLE_STRICT)};
    const char *sql = row_text(tables, i, TABLE_SQL);
    table->has_rowid =
        table->kind != TABLE_VIEW && !row_integer(tables, i, TABLE_WITHOUT_ROWID);
    if (table->kind == TABLE_VIEW)
        table->view_sql = scan_view(arena, sql);
    ScannedTable scanned = {0};
    if (table->kind == TABLE_BASE)
        scanned = scan_table(arena, sql);
    Result list, rows;
    if (!describe_rows(reader->session, arena, indexes_sql, table->name, &list, err))
        return false;
    bool has_primary_index = false;
    for (size_t j = 0; j < list.kept_count; j++)
        has_primary_index =
            has_primary_index || strcmp(row_text(&list, j, INDEX_ORIGIN), "pk") == 0;
    if (!read_columns(reader, table, has_primary_index, &scanned, &rows, err) ||
        !read_access(reader, table, &list, &rows, has_primary_index, err))
        return false;
    read_checks(reader, table, &scanned);
    return read_row_count(reader, table, err);
}

bool describe_sqlite(Session *session, Arena *arena, Catalog *catalog, Error *err)
{
    Reader reader = {.session = session, .arena = arena};
    Result rows, statistics;
    if (!describe_rows(session, arena, tables_sql, NULL, &rows, err) ||
        !describe_rows(session, arena,
                       "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'", NULL,
                       &statistics, err))
        return false;
    reader.has_statistics = statistics.kept_count > 0;
    Table *tables = arena_new(arena, Table, rows.kept_count);
    size_t count = 0;
    for (size_t i = 0; i < rows.kept_count; i++) {
        if (read_table(&reader, &rows, i, &tables[count], err))
            count++;
        else if (table_kind(row_text(&rows, i, TABLE_TYPE)) == TABLE_BASE)
            return false; // A broken view or a module we lack breaks nothing else.
    }
    catalog->tables = tables;
    catalog->table_count = count;
    for (size_t i = 0; i < count; i++)
        if (tables[i].kind == TABLE_BASE &&
            !read_foreign_keys(&reader, catalog, &tables[i], err))
            return false;
    return true;
}
