// check_types.c - does a column of SQLite hold what its declaration promises?
//
// SQLite enforces types in STRICT tables only. Elsewhere one scan of a table looks at
// every value; what is found holds for today's data, and is said to be no more.

#include "engine/engine.h"

#include "base/text.h"
#include "engine/name.h"

#include <string.h>

// What all values but NULL must be; ordered by TypeKind. Moments are texts in the one
// form that SQLite's own functions give, so that they order as they should.
static const char *const conditions[] = {
    [TYPE_BOOLEAN] = "typeof(%1$s) = 'integer' AND %1$s IN (0, 1)",
    [TYPE_INTEGER] = "typeof(%1$s) = 'integer'",
    [TYPE_DECIMAL] = "typeof(%1$s) IN ('integer', 'real')",
    [TYPE_FLOAT] = "typeof(%1$s) = 'real'",
    [TYPE_TEXT] = "typeof(%1$s) = 'text'",
    [TYPE_BLOB] = "typeof(%1$s) = 'blob'",
    [TYPE_DATE] = "typeof(%1$s) = 'text' AND %1$s IS date(%1$s)",
    [TYPE_TIME] = "typeof(%1$s) = 'text' AND %1$s IS time(%1$s)",
    [TYPE_TIMESTAMP] = "typeof(%1$s) = 'text' AND %1$s IS datetime(%1$s)",
};

static const char *condition_of(const Column *column)
{
    bool checkable = column->typed == ASSURANCE_NONE &&
                     (size_t)column->type.kind < COUNT_OF(conditions);
    return checkable ? conditions[column->type.kind] : NULL;
}

static const char *quote_name(Arena *arena, const char *name)
{
    Text text = text_new(arena);
    name_add(&text, name);
    return text.bytes;
}

// Adds `pattern` with the name where it says %1$s.
static void add_condition(Text *sql, const char *pattern, const char *name)
{
    static const char hole[] = "%1$s";
    for (const char *at; (at = strstr(pattern, hole)) != NULL;
         pattern = at + strlen(hole)) {
        text_add_bytes(sql, pattern, (size_t)(at - pattern));
        text_add(sql, name);
    }
    text_add(sql, pattern);
}

// Returns a query with one column for each that can be checked: is one value wrong?
// NULL if there is nothing to check.
static const char *scan_sql(Arena *arena, const Table *table)
{
    Text sql = text_new(arena);
    for (size_t i = 0; i < table->column_count; i++) {
        const char *condition = condition_of(&table->columns[i]);
        if (condition == NULL)
            continue;
        const char *name = quote_name(arena, table->columns[i].name);
        text_addf(&sql, "%smax(%s IS NOT NULL AND NOT (",
                  sql.length == 0 ? "SELECT " : ", ", name);
        add_condition(&sql, condition, name);
        text_add(&sql, "))");
    }
    if (sql.length == 0)
        return NULL;
    text_addf(&sql, " FROM %s", quote_name(arena, table->name));
    return sql.bytes;
}

static bool check_table(Engine *engine, Arena *arena, Table *table, Error *err)
{
    const char *sql = scan_sql(arena, table);
    if (sql == NULL || table->kind != TABLE_BASE)
        return true;
    Request request = {.sql = sql, .sink = SINK_ROWS, .row_limit = 1};
    Result result;
    if (!engine_run(engine, arena, &request, &result, err))
        return fail_while(err, "looking at the values of %s", table->name);
    Column *columns =
        arena_copy(arena, table->columns, table->column_count, sizeof(*table->columns));
    size_t place = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (condition_of(&table->columns[i]) == NULL)
            continue;
        if (result.rows[0][place++].integer == 0) // Or NULL: the table is empty.
            columns[i].typed = ASSURANCE_CHECKED;
    }
    table->columns = columns;
    return true;
}

static bool is_asked_for(const Table *table, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_same_word(table->name, names[i]))
            return true;
    return false;
}

bool engine_check_types(Engine *engine, Arena *arena, const Catalog *catalog,
                        const char *const *tables, size_t count, const Catalog **checked,
                        Error *err)
{
    if (catalog->dialect != DIALECT_SQLITE) {
        *checked = catalog;
        return true;
    }
    Table *copies = arena_copy(arena, catalog->tables, catalog->table_count,
                               sizeof(*catalog->tables));
    for (size_t i = 0; i < catalog->table_count; i++)
        if (is_asked_for(&copies[i], tables, count) &&
            !check_table(engine, arena, &copies[i], err))
            return false;
    Catalog *copy = arena_copy(arena, catalog, 1, sizeof(*catalog));
    copy->tables = copies;
    *checked = copy;
    return true;
}
