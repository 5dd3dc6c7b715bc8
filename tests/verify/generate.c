// generate.c - every generated database keeps what is enforced or trusted, and breaks
// what is not.

#include "base/text.h"
#include "sql/sql.h"
#include "verify/legal.h"

#include <stdio.h>
#include <string.h>

enum { DATABASES = 600 };

static const char schema[] =
    "CREATE TABLE region (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE shop (a INTEGER, b INTEGER, region INTEGER REFERENCES region (id),"
    "  twice INTEGER GENERATED ALWAYS AS (a * 2), PRIMARY KEY (a, b));"
    "CREATE TABLE sale (a INTEGER, b INTEGER, price INTEGER,"
    "  FOREIGN KEY (a, b) REFERENCES shop (a, b));"
    "CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL"
    "  REFERENCES tree (id));";

static const char query[] =
    "SELECT * FROM region, shop, sale, tree WHERE price > 3 AND name = 'x'";

// What was seen somewhere: each of it must be.
typedef struct {
    size_t illegal, empty, null_keys, duplicates, orphans;
} Sightings;

static bool rows_equal(const TableRows *rows, size_t i, size_t j, size_t width)
{
    for (size_t c = 0; c < width; c++)
        if (!value_same(rows->rows[i][c], rows->rows[j][c]))
            return false;
    return true;
}

static void look(const Hints *hints, const Database *database, Sightings *seen)
{
    const TableRows *shop = &database->tables[1], *sale = &database->tables[2];
    seen->illegal += !database_is_legal(hints, database);
    seen->empty += database->tables[0].row_count == 0;
    for (size_t i = 0; i < shop->row_count; i++)
        seen->null_keys += shop->rows[i][0].kind == VALUE_NULL;
    for (size_t i = 0; i < sale->row_count; i++) {
        seen->orphans += (sale->rows[i][0].kind == VALUE_NULL) !=
                         (sale->rows[i][1].kind == VALUE_NULL);
        for (size_t j = 0; j < i; j++)
            seen->duplicates += rows_equal(sale, i, j, 3);
    }
}

static bool generate(Arena *arena, Trust trust, Sightings *seen, Error *err)
{
    const Catalog *catalog;
    if (!sql_read_schema(arena, DIALECT_SQLITE, schema, true, &catalog, err))
        return false;
    catalog = catalog_with_trust(arena, catalog, trust);
    Pair pair = pair_new(arena, catalog, query, query);
    const Hints *hints = hints_new(arena, &pair);
    Generator *generator = generator_new(arena, hints);
    Random random = random_new(11);
    for (size_t i = 0; i < DATABASES; i++) {
        Database database = generator_next(generator, arena, &random, i, i % 8);
        look(hints, &database, seen);
    }
    return true;
}

// Which columns of `t` hold one value, whatever is drawn.
typedef struct {
    const char *schema, *left, *right;
    const char *idle; // Their names, each with a blank behind it.
} IdleCase;

static const IdleCase idle_cases[] = {
    {"CREATE TABLE t (a, b, c)", "SELECT a FROM t", "SELECT a FROM t WHERE b = 1", "c "},
    {"CREATE TABLE t (a, b, c)", "SELECT a FROM t", "SELECT a FROM t", "b c "},
    {"CREATE TABLE t (a, b, c)", "SELECT a FROM t", "SELECT * FROM t", ""},
    {"CREATE TABLE t (a, b, c)", "SELECT a FROM t", "SELECT a FROM t NATURAL JOIN t u",
     ""},
    {"CREATE TABLE t (a, b, c)", "SELECT a FROM t", "SELECT nothing FROM t", ""},
    {"CREATE TABLE t (a, \"b c\", d)", "SELECT a FROM t", "SELECT a FROM t", "d "},
    {"CREATE TABLE t (a, b, c, UNIQUE (b))", "SELECT a FROM t", "SELECT a FROM t", "c "},
    {"CREATE TABLE t (a, b, c, CHECK (b > 0))", "SELECT a FROM t", "SELECT a FROM t",
     "c "},
    {"CREATE TABLE t (a, b, c AS (b + 1))", "SELECT a FROM t", "SELECT a FROM t", ""},
    {"CREATE TABLE t (a, b, c); CREATE UNIQUE INDEX i ON t (a) WHERE b > 1",
     "SELECT a FROM t", "SELECT a FROM t", ""},
    {"CREATE TABLE p (x PRIMARY KEY); CREATE TABLE t (a, b REFERENCES p (x), c)",
     "SELECT a FROM t", "SELECT a FROM t", "c "},
    {"CREATE TABLE t (a, b, c); CREATE VIEW v AS SELECT b FROM t", "SELECT a FROM t, v",
     "SELECT a FROM t, v", ""},
};

static bool is_idle_as_said(Arena *arena, const IdleCase *it, Error *err)
{
    const Catalog *catalog;
    if (!sql_read_schema(arena, DIALECT_SQLITE, it->schema, true, &catalog, err))
        return false;
    Pair pair = pair_new(arena, catalog, it->left, it->right);
    const Hints *hints = hints_new(arena, &pair);
    size_t t = hints_table(hints, catalog_table(catalog, NULL, "t"));
    Text idle = text_new(arena);
    for (size_t c = 0; c < hints->tables[t]->column_count; c++)
        if (hints->columns[hints->first[t] + c].is_idle)
            text_addf(&idle, "%s ", hints->tables[t]->columns[c].name);
    bool same = strcmp(idle.bytes, it->idle) == 0;
    if (!same)
        printf("%s, %s: idle are %s\n", it->schema, it->right, idle.bytes);
    return same;
}

static size_t expect(const char *what, bool holds)
{
    if (!holds)
        printf("not so: %s\n", what);
    return holds;
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    Error err = {0};
    Sightings seen = {0};
    size_t passed = 0, count = 6 + COUNT_OF(idle_cases);
    bool ok = generate(&arena, (Trust){.foreign_keys = true}, &seen, &err);
    if (!ok)
        printf("%s\n", err.message);
    passed += expect("a schema is read", ok);
    passed += expect("every database is legal", seen.illegal == 0);
    passed += expect("a table is empty", seen.empty > 0);
    passed += expect("SQLite's key of two columns holds NULL", seen.null_keys > 0);
    passed += expect("a row comes twice where no key forbids it", seen.duplicates > 0);
    passed += expect("half a reference is NULL", seen.orphans > 0);
    for (size_t i = 0; i < COUNT_OF(idle_cases); i++)
        passed += is_idle_as_said(&arena, &idle_cases[i], &err);
    arena_clear(&arena);
    printf("%zu passed, %zu failed\n", passed, count - passed);
    return passed < count;
}
