// generate.c - every generated database keeps what is enforced or trusted, and breaks
// what is not.

#include "sql/sql.h"
#include "verify/legal.h"

#include <stdio.h>

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
    size_t passed = 0, count = 6;
    bool ok = generate(&arena, (Trust){.foreign_keys = true}, &seen, &err);
    if (!ok)
        printf("%s\n", err.message);
    passed += expect("a schema is read", ok);
    passed += expect("every database is legal", seen.illegal == 0);
    passed += expect("a table is empty", seen.empty > 0);
    passed += expect("SQLite's key of two columns holds NULL", seen.null_keys > 0);
    passed += expect("a row comes twice where no key forbids it", seen.duplicates > 0);
    passed += expect("half a reference is NULL", seen.orphans > 0);
    arena_clear(&arena);
    printf("%zu passed, %zu failed\n", passed, count - passed);
    return passed < count;
}
