// describe.c - catalogues: what is there, and what of it is enforced.

#include "base/text.h"
#include "engine/engine.h"
#include "engine/testing.h"

#include <stdio.h>
#include <string.h>

static void add_columns(Text *text, const Table *table, const uint32_t *columns,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_addf(text, "%s%s", i == 0 ? "(" : ", ",
                  columns[i] == COLUMN_EXPRESSION ? "<expression>"
                                                  : table->columns[columns[i]].name);
    text_add(text, ")");
}

static void add_column(Text *text, const Column *column)
{
    text_addf(text, "  %s %s", column->name, column->declared);
    if (column->not_null != ASSURANCE_NONE)
        text_addf(text, " not null %s", assurance_name(column->not_null));
    if (column->typed != ASSURANCE_NONE)
        text_addf(text, " typed %s", assurance_name(column->typed));
    if (column->type.collation != NULL)
        text_addf(text, " collate %s", column->type.collation);
    if (column->default_value != NULL)
        text_addf(text, " default %s", column->default_value);
    if (column->generated != NULL)
        text_addf(text, " as (%s)", column->generated);
    text_add(text, "\n");
}

static void add_constraints(Text *text, const Catalog *catalog, const Table *table)
{
    for (size_t i = 0; i < table->key_count; i++) {
        text_addf(text, "  %s ", table->keys[i].primary ? "primary" : "key");
        add_columns(text, table, table->keys[i].columns, table->keys[i].column_count);
        text_addf(text, " %s\n", assurance_name(table->keys[i].assurance));
    }
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *foreign = &table->foreign_keys[i];
        text_add(text, "  foreign ");
        add_columns(text, table, foreign->columns, foreign->column_count);
        text_addf(text, " -> %s ", foreign->target);
        add_columns(text, catalog_table(catalog, NULL, foreign->target),
                    foreign->target_columns, foreign->column_count);
        text_addf(text, " %s\n", assurance_name(foreign->assurance));
    }
    for (size_t i = 0; i < table->check_count; i++)
        text_addf(text, "  check %s %s\n", table->checks[i].text,
                  assurance_name(table->checks[i].assurance));
}

static const char *catalog_print(Arena *arena, const Catalog *catalog)
{
    static const char *const kinds[] =
        {[TABLE_BASE] = "table", [TABLE_VIEW] = "view", [TABLE_VIRTUAL] = "virtual"};
    Text text = text_new(arena);
    for (size_t i = 0; i < catalog->table_count; i++) {
        const Table *table = &catalog->tables[i];
        text_addf(&text, "%s %s rows %d%s%s%s\n", kinds[table->kind], table->name,
                  (int)table->row_count, table->strict ? " strict" : "",
                  table->has_rowid ? " rowid" : "", table->analyzed ? " analyzed" : "");
        if (table->view_sql != NULL)
            text_addf(&text, "  %s\n", table->view_sql);
        for (size_t j = 0; j < table->column_count; j++)
            add_column(&text, &table->columns[j]);
        add_constraints(&text, catalog, table);
        for (size_t j = 0; j < table->index_count; j++) {
            const Index *index = &table->indexes[j];
            if (strncmp(index->name, "sqlite_", 7) == 0)
                continue;
            text_addf(&text, "  %s%sindex %s ", index->unique ? "unique " : "",
                      index->partial ? "partial " : "", index->name);
            add_columns(&text, table, index->columns, index->column_count);
            text_add(&text, "\n");
        }
    }
    return text.bytes;
}

typedef struct {
    const char *name;
    Dialect dialect;
    const char *schema;
    const char *expected;
} Case;

static const Case cases[] = {
    {"SQLite: what NOT NULL and keys promise", DIALECT_SQLITE,
     "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT NOT NULL);"
     "CREATE TABLE b (id TEXT PRIMARY KEY, x);"
     "CREATE TABLE c (id TEXT PRIMARY KEY, n INT) WITHOUT ROWID;"
     "CREATE TABLE d (id TEXT PRIMARY KEY, n INT, v ANY) STRICT;"
     "CREATE TABLE e (id INTEGER PRIMARY KEY DESC);"
     "CREATE TABLE f (id INT PRIMARY KEY);"
     "INSERT INTO a VALUES (1, 'x'), (2, 'y')",
     "table a rows 2 rowid\n"
     "  id INTEGER not null enforced typed enforced\n"
     "  x TEXT not null enforced\n"
     "  primary (id) enforced\n"
     "table b rows 0 rowid\n"
     "  id TEXT\n"
     "  x \n"
     "  primary (id) enforced\n"
     "table c rows 0\n"
     "  id TEXT not null enforced\n"
     "  n INT\n"
     "  primary (id) enforced\n"
     "table d rows 0 strict rowid\n"
     "  id TEXT not null enforced typed enforced\n"
     "  n INT typed enforced\n"
     "  v ANY\n"
     "  primary (id) enforced\n"
     "table e rows 0 rowid\n"
     "  id INTEGER\n"
     "  primary (id) enforced\n"
     "table f rows 0 rowid\n"
     "  id INT\n"
     "  primary (id) enforced\n"},
    {"SQLite: which unique indexes are keys", DIALECT_SQLITE,
     "CREATE TABLE a (x TEXT, y TEXT COLLATE NOCASE, z INT, UNIQUE (x, y));"
     "CREATE UNIQUE INDEX a1 ON a (x);"
     "CREATE UNIQUE INDEX a2 ON a (x) WHERE z > 0;"
     "CREATE UNIQUE INDEX a3 ON a (lower(x));"
     "CREATE UNIQUE INDEX a4 ON a (y COLLATE BINARY);"
     "CREATE UNIQUE INDEX a5 ON a (x COLLATE NOCASE, z);"
     "CREATE INDEX a6 ON a (z, x DESC)",
     "table a rows 0 rowid\n"
     "  x TEXT\n"
     "  y TEXT collate NOCASE\n"
     "  z INT\n"
     "  key (x, z) enforced\n"
     "  key (x) enforced\n"
     "  key (x, y) enforced\n"
     "  index a6 (z, x)\n"
     "  unique index a5 (x, z)\n"
     "  unique index a4 (y)\n"
     "  unique index a3 (<expression>)\n"
     "  unique partial index a2 (x)\n"
     "  unique index a1 (x)\n"},
    {"SQLite: what stands in the text alone", DIALECT_SQLITE,
     "CREATE TABLE \"a b\" (id INTEGER PRIMARY KEY, -- a comment, with CHECK (1\n"
     "  \"x\"\"y\" TEXT DEFAULT ('(,') CHECK (length(\"x\"\"y\") < 5), /* , */\n"
     "  [z] INT CONSTRAINT positive CHECK(z > 0 AND z IN (1, 2)),\n"
     "  w AS (z + 1), v INT GENERATED ALWAYS AS (z * (2 + 1)) STORED,\n"
     "  CONSTRAINT last CHECK (z <> ')' ));",
     "table a b rows 0 rowid\n"
     "  id INTEGER not null enforced typed enforced\n"
     "  x\"y TEXT default '(,'\n"
     "  z INT\n"
     "  w  as (z + 1)\n"
     "  v INT as (z * (2 + 1))\n"
     "  primary (id) enforced\n"
     "  check length(\"x\"\"y\") < 5 enforced\n"
     "  check z > 0 AND z IN (1, 2) enforced\n"
     "  check z <> ')' enforced\n"},
    {"SQLite: foreign keys, views, statistics", DIALECT_SQLITE,
     "CREATE TABLE p (id INTEGER PRIMARY KEY);"
     "CREATE TABLE a (pid INT REFERENCES p, q REFERENCES missing (x), r REFERENCES P "
     "(ID));"
     "CREATE VIEW v (n) AS SELECT count(*) FROM a AS b;"
     "CREATE VIRTUAL TABLE f USING fts5 (t);"
     "INSERT INTO p VALUES (1), (2), (3); ANALYZE",
     "table a rows 0 rowid\n"
     "  pid INT\n"
     "  q \n"
     "  r \n"
     "  foreign (r) -> p (id) none\n"
     "  foreign (pid) -> p (id) none\n"
     "virtual f rows 0 rowid\n"
     "  t \n"
     "table p rows 3 rowid analyzed\n"
     "  id INTEGER not null enforced typed enforced\n"
     "  primary (id) enforced\n"
     "view v rows -1\n"
     "  SELECT count(*) FROM a AS b\n"
     "  n \n"},
    {"DuckDB: all is enforced", DIALECT_DUCKDB,
     "CREATE TABLE p (id INTEGER PRIMARY KEY, \"odd, name\" VARCHAR UNIQUE);"
     "CREATE TABLE a (id INTEGER, x VARCHAR COLLATE NOCASE NOT NULL DEFAULT 'q',"
     "  y INT GENERATED ALWAYS AS (id + 1), pid INTEGER REFERENCES p (id),"
     "  CHECK (id > 0), UNIQUE (id, x));"
     "CREATE UNIQUE INDEX a1 ON a (pid, id); CREATE INDEX a2 ON a (lower(x));"
     "CREATE VIEW v AS SELECT id AS n FROM a; INSERT INTO p VALUES (1, NULL)",
     "table a rows 0 rowid analyzed\n"
     "  id INTEGER typed enforced\n"
     "  x VARCHAR not null enforced typed enforced collate NOCASE default 'q'\n"
     "  y INTEGER typed enforced as ((id + 1))\n"
     "  pid INTEGER typed enforced\n"
     "  key (pid, id) enforced\n"
     "  foreign (pid) -> p (id) enforced\n"
     "  check (id > 0) enforced\n"
     "  unique index a1 (pid, id)\n"
     "  index a2 (<expression>)\n"
     "table p rows 1 rowid analyzed\n"
     "  id INTEGER not null enforced typed enforced\n"
     "  odd, name VARCHAR typed enforced\n"
     "  primary (id) enforced\n"
     "  key (odd, name) enforced\n"
     "view v rows -1\n"
     "  SELECT id AS n FROM a\n"
     "  n INTEGER typed enforced\n"},
};

// The limit of a run is none of the catalogue's.
static void test_limit(Arena *arena, Dialect dialect)
{
    Error err;
    Scratch *scratch = NULL;
    const Catalog *catalog = NULL;
    EngineOptions options = {.timeout_ms = 1e-3};
    bool ok = scratch_open(dialect, &options, &scratch, &err) &&
              scratch_describe(scratch, arena, &catalog, &err);
    expect(ok, "%s: %s", dialect_name(dialect), ok ? "" : err.message);
    scratch_close(scratch);
}

static void test_case(Arena *arena, const Case *tested)
{
    Error err;
    Scratch *scratch = NULL;
    const Catalog *catalog = NULL;
    bool ok = scratch_open(tested->dialect, NULL, &scratch, &err) &&
              scratch_execute(scratch, tested->schema, &err) &&
              scratch_describe(scratch, arena, &catalog, &err);
    expect(ok, "%s: %s", tested->name, ok ? "" : err.message);
    if (ok) {
        const char *printed = catalog_print(arena, catalog);
        expect(strcmp(printed, tested->expected) == 0, "%s:\n%s-- expected:\n%s",
               tested->name, printed, tested->expected);
    }
    scratch_close(scratch);
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    size_t engines = available_count();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (size_t j = 0; j < engines; j++)
            if (available(j) == cases[i].dialect)
                test_case(&arena, &cases[i]);
    for (size_t j = 0; j < engines; j++)
        test_limit(&arena, available(j));
    arena_clear(&arena);
    return finish();
}
