// compared.c - which literals are given other values, and which values.

#include "optimize/compared.h"
#include "expect.h"
#include "sql/sql.h"

#include <string.h>

static void expect_text(const char *got, const char *expected, const char *what)
{
    expect(strcmp(got, expected) == 0, "%s\n  expected %s\n  got      %s", what, expected,
           got);
}

static const char schema[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, r REAL, s TEXT);"
    "CREATE TABLE u (t_id INTEGER, d TEXT)";

// What the data of every column is made of: 10 to 90, and texts a to i.
enum { VALUE_COUNT = 9 };

static void fill(Arena *arena, ComparedColumn *column)
{
    Value *values = arena_new(arena, Value, VALUE_COUNT);
    TypeKind type = column->table->columns[column->column].type.kind;
    for (int i = 0; i < VALUE_COUNT; i++) {
        values[i] = (Value){.kind = VALUE_INTEGER, .integer = (i + 1) * 10};
        if (type == TYPE_TEXT)
            values[i] = (Value){.kind = VALUE_TEXT,
                                .bytes = arena_printf(arena, "%c", 'a' + i),
                                .length = 1};
        else if (type == TYPE_FLOAT)
            values[i] = (Value){.kind = VALUE_FLOAT, .number = i + 0.5};
    }
    column->values = values;
    column->value_count = VALUE_COUNT;
    column->frequent = 2;
    column->rare = 6;
}

// Returns the query with other values, on one line; why not where there are none.
static const char *vary(Arena *arena, const char *sql, size_t variant)
{
    Error err;
    Tree tree, varied;
    const Catalog *catalog;
    const char *words;
    if (!sql_read_schema(arena, DIALECT_SQLITE, schema, true, &catalog, &err) ||
        !sql_bind(arena, catalog, sql, &tree, &err))
        return arena_string(arena, err.message);
    ComparedColumns columns = compared_columns(arena, &tree);
    for (size_t i = 0; i < columns.count; i++)
        fill(arena, &columns.items[i]);
    if (!compared_vary(arena, &tree, &columns, variant, &varied, &words))
        return "nothing changes";
    return arena_printf(arena, "%s | %s",
                        sql_print(arena, &varied, (PrintStyle){.one_line = true}), words);
}

static const struct {
    const char *what;
    size_t variant;
    const char *sql, *expected;
} cases[] = {
    {"the most frequent value first", 0, "SELECT id FROM t WHERE x = 5",
     "SELECT id FROM t WHERE x = 30 | t.x: 5 -> 30"},
    {"then the rarest", 1, "SELECT id FROM t WHERE 5 < x",
     "SELECT id FROM t WHERE 70 < x | t.x: 5 -> 70"},
    {"the value it has already is no other", 0, "SELECT id FROM t WHERE x = 30",
     "nothing changes"},
    {"select list, LIMIT and arithmetic stay", 0,
     "SELECT 5 AS five, x + 5 AS y FROM t WHERE x = 5 AND id + 5 > 7 LIMIT 5",
     "SELECT 5 AS five, x + 5 AS y FROM t WHERE x = 30 AND id + 5 > 7 LIMIT 5 | "
     "t.x: 5 -> 30"},
    {"a range keeps its order, narrow", 0, "SELECT id FROM t WHERE x BETWEEN 1 AND 9",
     "SELECT id FROM t WHERE x BETWEEN 40 AND 50 | t.x: 1 -> 40, t.x: 9 -> 50"},
    {"and wide", 1, "SELECT id FROM t WHERE x < 9 AND x >= 1",
     "SELECT id FROM t WHERE x < 90 AND x >= 10 | t.x: 1 -> 10, t.x: 9 -> 90"},
    {"equal literals stay equal", 2, "SELECT id FROM t WHERE x IN (7, 3) OR x = 7",
     "SELECT id FROM t WHERE x IN (20, 10) OR x = 20 | t.x: 3 -> 10, t.x: 7 -> 20"},
    {"texts are texts", 0, "SELECT id FROM t WHERE s <> 'zz'",
     "SELECT id FROM t WHERE s <> 'c' | t.s: zz -> c"},
    {"a number is no text", 0, "SELECT id FROM t WHERE s = 5", "nothing changes"},
    {"a whole number stays one", 0, "SELECT id FROM t WHERE r > 5", "nothing changes"},
    {"others need not", 0, "SELECT id FROM t WHERE r > 5.5",
     "SELECT id FROM t WHERE r > 2.5 | t.r: 5.5 -> 2.5"},
    {"through a subquery and a join", 0,
     "SELECT q.id FROM (SELECT id, x AS y FROM t) q JOIN u ON u.t_id = q.id"
     " AND q.y = 5",
     "SELECT q.id FROM (SELECT id, x AS y FROM t) AS q JOIN u ON u.t_id = q.id AND"
     " q.y = 30 | t.x: 5 -> 30"},
    {"in a subquery", 0,
     "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE t_id = id AND d = 'q')",
     "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE t_id = id AND d = 'c') | "
     "u.d: q -> c"},
    {"through a CTE that reads itself", 0,
     "WITH RECURSIVE n(i) AS (SELECT id FROM t UNION ALL SELECT i + 1 FROM n"
     " WHERE i < 5) SELECT i FROM n WHERE i = 3",
     "nothing changes"},
};

int main(void)
{
    Arena arena = ARENA_EMPTY;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_text(vary(&arena, cases[i].sql, cases[i].variant), cases[i].expected,
                    cases[i].what);
    arena_clear(&arena);
    return finish();
}
