// check_types.c - does a column of SQLite hold what its declaration promises?
//
// SQLite enforces types in STRICT tables only. Elsewhere one scan of a table looks at
// every value; what is found holds for today's data, and is said to be no more. A column
// without a value shows nothing.

#include "engine/engine.h"

#include "base/text.h"
#include "engine/name.h"

#include <string.h>

static const char finite_number[] =
    "typeof(%1$s) IN ('integer', 'real') AND "
    "%1$s BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308";

// What all values but NULL must be; ordered by TypeKind. Moments are texts in the one
// form that SQLite's own functions give, so that they order as they should; a decimal
// number is finite.
static const char *const conditions[] = {
    [TYPE_BOOLEAN] = "typeof(%1$s) = 'integer' AND %1$s IN (0, 1)",
    [TYPE_INTEGER] = "typeof(%1$s) = 'integer'",
    [TYPE_DECIMAL] = finite_number,
    [TYPE_FLOAT] = "typeof(%1$s) = 'real'",
    [TYPE_TEXT] = "typeof(%1$s) = 'text'",
    [TYPE_BLOB] = "typeof(%1$s) = 'blob'",
    [TYPE_DATE] = "typeof(%1$s) = 'text' AND %1$s IS date(%1$s)",
    [TYPE_TIME] = "typeof(%1$s) = 'text' AND %1$s IS time(%1$s)",
    [TYPE_TIMESTAMP] = "typeof(%1$s) = 'text' AND %1$s IS datetime(%1$s)",
};

static const char *condition_of(const Column *column, bool wanted)
{
    bool checkable = wanted && column->typed == ASSURANCE_NONE &&
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

// Adds a column for each that is looked at: is one value wrong? NULL where it has none.
static const char *scan_sql(Arena *arena, const Table *table, const bool *wanted)
{
    Text sql = text_new(arena);
    for (size_t i = 0; i < table->column_count; i++) {
        const char *condition = condition_of(&table->columns[i], wanted[i]);
        if (condition == NULL)
            continue;
        const char *name = quote_name(arena, table->columns[i].name);
        text_addf(&sql, "%smax(CASE WHEN %s IS NOT NULL THEN NOT (",
                  sql.length == 0 ? "SELECT " : ", ", name);
        add_condition(&sql, condition, name);
        text_add(&sql, ") END)");
    }
    if (sql.length == 0)
        return NULL;
    text_addf(&sql, " FROM %s", quote_name(arena, table->name));
    return sql.bytes;
}

bool engine_check_types(Engine *engine, Arena *arena, const TypeCheck *check,
                        const Column **columns, Error *err)
{
    const Table *table = check->table;
    bool scans = engine_dialect(engine) == DIALECT_SQLITE && table->kind == TABLE_BASE;
    const char *sql = scans ? scan_sql(arena, table, check->wanted) : NULL;
    *columns = table->columns;
    if (sql == NULL)
        return true;
    Request request = {.sql = sql,
                       .sink = SINK_ROWS,
                       .row_limit = 1,
                       .timeout_ms = check->timeout_ms};
    Result result;
    if (!engine_run(engine, arena, &request, &result, err))
        return fail_while(err, "looking at the values of %s", table->name);
    Column *checked =
        arena_copy(arena, table->columns, table->column_count, sizeof(*table->columns));
    size_t place = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (condition_of(&table->columns[i], check->wanted[i]) == NULL)
            continue;
        const Value *wrong = &result.rows[0][place++];
        if (wrong->kind == VALUE_INTEGER && wrong->integer == 0)
            checked[i].typed = ASSURANCE_CHECKED;
    }
    *columns = checked;
    return true;
}
