// statement.c - any bytes at all, through parser, binder, printer and all rules.
//
// For libFuzzer, which keeps what reaches new code (llvm.org/docs/LibFuzzer.html):
//
//     sh scripts/fuzz.sh [SECONDS [CORPUS]]
//
// The first byte chooses the dialect (s: SQLite), the rest is the text. Nothing may
// crash. What is refused has a message; what binds is well formed, prints, and binds
// again to a tree that prints alike; what the rules make of it does so, too.

#include "base/text.h"
#include "query/check.h"
#include "rewrite/rewrite.h"
#include "sql/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_TEXT = 4096, MOST_STEPS = 40 };

static const char schema[] =
    "CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, y TEXT, z DOUBLE, day DATE);"
    "CREATE TABLE b (id INTEGER NOT NULL, a_id INTEGER REFERENCES a (id), x INTEGER,"
    " y VARCHAR(10) NOT NULL, z DECIMAL(7, 2), PRIMARY KEY (id, y));"
    "CREATE TABLE c (k INTEGER UNIQUE, v TEXT COLLATE NOCASE CHECK (v <> ''));"
    "CREATE VIEW v AS SELECT a.id, b.x FROM a JOIN b ON b.a_id = a.id;";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static _Noreturn void give_up(const char *what, const char *sql, const Error *err)
{
    fprintf(stderr, "%s: %s\n%s\n", what, err != NULL ? err->message : "", sql);
    abort();
}

// Prints the tree, binds what came out, and prints that. Without comments: in SQLite one
// behind a column belongs to its name.
static void check_printing(Arena *arena, const Tree *tree)
{
    Error err;
    if (!query_check(tree, &err))
        give_up("not well formed", tree->text, &err);
    const char *once = sql_print(arena, tree, (PrintStyle){.no_comments = true});
    Tree again;
    if (!sql_bind(arena, tree->catalog, once, &again, &err))
        give_up("what was printed does not bind", once, &err);
    const char *twice = sql_print(arena, &again, (PrintStyle){.no_comments = true});
    if (!tree->has_opaque && strcmp(once, twice) != 0)
        give_up("printed otherwise the second time", twice, NULL);
}

static void check_text(Arena *arena, Dialect dialect, const char *text)
{
    Error err;
    const Catalog *catalog;
    if (!sql_read_schema(arena, dialect, schema, true, &catalog, &err))
        give_up("the schema", schema, &err);
    catalog = sql_bind_checks(arena, catalog);
    const char *printed;
    if (!sql_reprint(arena, dialect, text, &printed, &err) && err.message[0] == '\0')
        give_up("refused without a word", text, NULL);
    Tree tree;
    if (!sql_bind(arena, catalog, text, &tree, &err))
        return;
    check_printing(arena, &tree);
    DeriveOptions options = {.step_limit = MOST_STEPS};
    Derivation derivation = rewrite_derive(arena, &tree, &options);
    if (derivation.step_count > 0)
        check_printing(arena, &derivation.tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2 || length > LONGEST_TEXT || memchr(bytes, '\0', length) != NULL)
        return 0;
    Arena arena = ARENA_EMPTY;
    Dialect dialect = bytes[0] == 's' ? DIALECT_SQLITE : DIALECT_DUCKDB;
    const char *text = arena_text(&arena, (const char *)bytes + 1, length - 1);
    check_text(&arena, dialect, text);
    arena_clear(&arena);
    return 0;
}
