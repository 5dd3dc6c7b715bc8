// world.c - tables for fuzzing.

#include "fuzz/world.h"

#include "fuzz/query_maker.h"
#include "sql/sql.h"

#include <string.h>

static const char *const common_tables =
    "CREATE TABLE r (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER NOT NULL, c TEXT, "
    "d INTEGER UNIQUE);\n"
    "CREATE TABLE s (id INTEGER PRIMARY KEY, r_id INTEGER REFERENCES r (id), "
    "a INTEGER, c TEXT NOT NULL, UNIQUE (a, c));\n"
    "CREATE TABLE u (k1 INTEGER NOT NULL, k2 INTEGER NOT NULL, a INTEGER, c TEXT, "
    "PRIMARY KEY (k1, k2));\n"
    "CREATE TABLE n (a INTEGER, b INTEGER, c TEXT, e DOUBLE);\n";

// Where keys hold values of any type, and a primary key NULLs; and where types are sure.
// The CHECK of w.stamp lets pass what is no time: it comes to NULL. p.b and p.f have
// equal values that are not the same.
static const char *const sqlite_tables =
    "CREATE TABLE m (t TEXT UNIQUE, f TEXT COLLATE NOCASE UNIQUE, x UNIQUE, "
    "q NUMERIC UNIQUE);\n"
    "CREATE TABLE p (k TEXT PRIMARY KEY, a INTEGER, b BLOB, f TEXT COLLATE NOCASE);\n"
    "CREATE TABLE z (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER, "
    "c TEXT NOT NULL) STRICT;\n"
    "CREATE TABLE w (id INTEGER PRIMARY KEY, a INTEGER, "
    "day TEXT CHECK (day IS date(day)), "
    "stamp TEXT CHECK (stamp = datetime(stamp)));\n";

static const char *const duckdb_tables =
    "CREATE TABLE w (id INTEGER PRIMARY KEY, a INTEGER, day DATE, stamp TIMESTAMP);\n";

bool world_open(World *world, Dialect dialect, Error *err)
{
    *world = (World){.dialect = dialect};
    world->schema =
        arena_printf(&world->arena, "%s%s", common_tables,
                     dialect == DIALECT_SQLITE ? sqlite_tables : duckdb_tables);
    if (!sql_read_schema(&world->arena, dialect, world->schema, true, &world->catalog,
                         err) ||
        !scratch_open(dialect, NULL, &world->scratch, err))
        return false;
    world->catalog = sql_bind_checks(&world->arena, world->catalog);
    // The rows that we make honour foreign keys, which SQLite does not see to.
    Trust trust = {.foreign_keys = true};
    world->catalog = catalog_with_trust(&world->arena, world->catalog, trust);
    return scratch_execute(world->scratch, world->schema, err);
}

void world_close(World *world)
{
    scratch_close(world->scratch);
    arena_clear(&world->arena);
}

bool world_fill(World *world, Arena *arena, Random *random, const char **rows, Error *err)
{
    *rows = make_rows(arena, world->catalog, random);
    for (size_t i = world->catalog->table_count; i-- > 0;) {
        const char *clear =
            arena_printf(arena, "DELETE FROM %s", world->catalog->tables[i].name);
        if (!scratch_execute(world->scratch, clear, err))
            return false;
    }
    return scratch_execute(world->scratch, **rows ? *rows : "SELECT 1", err);
}

bool is_static_error(const Error *err)
{
    static const char *const starts[] = {"no such", "Binder Error", "Not implemented",
                                         "misuse of", "ON clause references"};
    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (strncmp(err->message, starts[i], strlen(starts[i])) == 0)
            return true;
    return err->kind != ERROR_STATEMENT;
}
