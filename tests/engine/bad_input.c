// bad_input.c - files that are no databases, databases in a bad state, statements that
// can't run: each one line that says what is wrong.

#include "base/directory.h"
#include "engine/engine.h"
#include "engine/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *directory;

static const char *make_file(Arena *arena, const char *name, const char *bytes,
                             size_t length)
{
    const char *path = arena_printf(arena, "%s/%s", directory, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        printf("can't write %s\n0 passed, 1 failed\n", path);
        exit(1);
    }
    return path;
}

static void expect_no_open(const char *url, const char *words)
{
    Error err;
    Engine *engine = NULL;
    bool opened = engine_open(url, NULL, &engine, &err);
    expect(!opened, "%s opens", url);
    if (opened) {
        engine_close(engine);
        return;
    }
    expect(err.kind == ERROR_FILE || err.kind == ERROR_UNSUPPORTED, "%s: kind %s", url,
           error_kind_name(err.kind));
    expect(strstr(err.message, words) != NULL && strchr(err.message, '\n') == NULL,
           "%s: %s", url, err.message);
}

static void test_files(Arena *arena)
{
    expect_no_open(arena_printf(arena, "%s/missing.db", directory), "No such file");
    expect_no_open(directory, "not a file");
    expect_no_open("postgres://localhost/x", "no engine for postgres");
    expect_no_open(make_file(arena, "text", "just a text, no database", 24),
                   "is no database of");
    const char *empty = make_file(arena, "empty", "", 0);
    expect_no_open(empty, "it is empty");
    expect_no_open(arena_printf(arena, "duckdb:%s", empty), "not a duckdb database");
    expect_no_open(arena_printf(arena, "sqlite:%s/text", directory),
                   "not a sqlite database");
    char header[4096] = "SQLite format 3";
    expect_no_open(make_file(arena, "cut", header, 50), "not a database");
    memset(header + 16, 0xff, sizeof(header) - 16);
    expect_no_open(make_file(arena, "garbage", header, sizeof(header)), "not a database");
    char duck[4096] = "\1\2\3\4\5\6\7\10DUCK";
    if (available_count() > 1)
        expect_no_open(make_file(arena, "garbage.duckdb", duck, sizeof(duck)), "opening");
}

static void copy_file(const char *from, const char *to)
{
    FILE *source = fopen(from, "rb"), *target = fopen(to, "wb");
    bool ok = source != NULL && target != NULL;
    for (int byte; ok && (byte = getc(source)) != EOF;)
        putc(byte, target);
    expect(ok, "copying %s", from);
    if (source != NULL)
        fclose(source);
    if (target != NULL)
        fclose(target);
}

// A copy taken in the middle of a write, with the journal that would undo it.
static void test_cut_off(Arena *arena)
{
    Error err;
    Scratch *writer = NULL;
    const char *path = arena_printf(arena, "%s/writing", directory);
    const char *copy = arena_printf(arena, "%s/cut-off", directory);
    bool ok = scratch_create(DIALECT_SQLITE, path, NULL, &writer, &err) &&
              scratch_execute(writer,
                              "CREATE TABLE a (x); WITH RECURSIVE r (n) AS (SELECT 1"
                              " UNION ALL SELECT n + 1 FROM r WHERE n < 20000)"
                              " INSERT INTO a SELECT hex(randomblob(300)) FROM r",
                              &err) &&
              scratch_execute(writer, "PRAGMA journal_mode = DELETE", &err) &&
              scratch_execute(writer, "BEGIN; UPDATE a SET x = 'y' || x", &err);
    expect(ok, "a writer: %s", ok ? "" : err.message);
    copy_file(path, copy);
    copy_file(arena_printf(arena, "%s-journal", path),
              arena_printf(arena, "%s-journal", copy));
    expect_no_open(copy, "open it once with sqlite3");
    scratch_close(writer);
}

// Pages behind the first are overwritten: opening works, reading them does not.
static void test_corrupt(Arena *arena)
{
    Error err;
    Engine *engine = NULL;
    Result result;
    const char *path = arena_printf(arena, "%s/corrupt", directory);
    make_database(DIALECT_SQLITE, path,
                  "CREATE TABLE a (x); WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL"
                  " SELECT n + 1 FROM r WHERE n < 2000)"
                  " INSERT INTO a SELECT hex(randomblob(20)) FROM r");
    FILE *file = fopen(path, "r+b");
    fseek(file, 4096, SEEK_SET);
    for (int i = 0; i < 8192; i++)
        putc(0xa5, file);
    fclose(file);
    Request request = {.sql = "SELECT count(x) FROM a"};
    bool opened = engine_open(path, NULL, &engine, &err);
    expect(opened, "a corrupt table does not hinder opening");
    if (!opened)
        return;
    bool ran = engine_run(engine, arena, &request, &result, &err);
    expect(!ran && err.kind == ERROR_FILE && strstr(err.message, "malformed") != NULL,
           "reading it: %s", ran ? "no error" : err.message);
    request.sql = "SELECT 1";
    expect(engine_run(engine, arena, &request, &result, &err), "the next query runs");
    engine_close(engine);
}

static void test_locked(Arena *arena, Dialect dialect)
{
    Error err;
    Scratch *writer = NULL;
    const char *path =
        arena_printf(arena, "%s/locked-%s", directory, dialect_name(dialect));
    bool locked =
        scratch_create(dialect, path, NULL, &writer, &err) &&
        scratch_execute(writer, "CREATE TABLE a (x INT)", &err) &&
        (dialect != DIALECT_SQLITE || scratch_execute(writer, "BEGIN EXCLUSIVE", &err));
    expect(locked, "a writer: %s", locked ? "" : err.message);
    if (dialect == DIALECT_DUCKDB && locked)
        locked = scratch_execute(writer, "CHECKPOINT", &err);
    if (locked)
        expect_no_open(path, "lock");
    scratch_close(writer);
    Engine *engine = NULL;
    expect(engine_open(path, NULL, &engine, &err), "it opens when the writer is gone");
    engine_close(engine);
}

// Statements

typedef struct {
    int dialect; // -1: any.
    const char *sql;
    const char *words;
    size_t offset; // Of the place in `sql`, or NO_OFFSET.
} Case;

static const Case cases[] = {
    {-1, "", "no statement", NO_OFFSET},
    {-1, " -- nothing\n ; ", "no statement", NO_OFFSET},
    {DIALECT_SQLITE, "SELECT x FROM a WHER x = 1 2", "syntax error", 21},
    {DIALECT_DUCKDB, "SELECT x FROM a WHER x = 1 2", "syntax error", 21},
    {DIALECT_SQLITE, "SELECT y FROM a", "no such column: y", 7},
    {DIALECT_DUCKDB, "SELECT y\nFROM a", "\"y\" not found", 7},
    {DIALECT_SQLITE, "SELECT x FROM b", "no such table: b", NO_OFFSET},
    {DIALECT_DUCKDB, "SELECT x\nFROM b", "b does not exist", 14},
    {DIALECT_SQLITE, "SELECT shop_discount(x) FROM a", "no such function", 7},
    {DIALECT_DUCKDB, "SELECT shop_discount(x) FROM a", "shop_discount does not exist", 7},
    {DIALECT_SQLITE, "SELECT x FROM a ORDER BY x COLLATE german",
     "no such collation sequence: german", NO_OFFSET},
    {DIALECT_SQLITE, "SELECT \"no column\" FROM a", "no such column", 7},
    {DIALECT_SQLITE, "SELECT abs(-9223372036854775807 - 1)", "integer overflow",
     NO_OFFSET},
    {DIALECT_DUCKDB, "SELECT CAST(x AS INTEGER) FROM (VALUES ('q')) AS v (x)",
     "Conversion Error", NO_OFFSET},
    {DIALECT_DUCKDB, "SELECT '\xff\xfe'", "unicode", NO_OFFSET},
    {-1, "SELECT $missing", "no value for parameter $missing", NO_OFFSET},
};

static void test_statement(Engine *engine, Arena *arena, const Case *tested)
{
    Error err;
    Result result;
    Request request = {.sql = tested->sql};
    bool ran = engine_run(engine, arena, &request, &result, &err);
    expect(!ran, "%s: no error", tested->sql);
    if (ran)
        return;
    expect(err.kind == ERROR_STATEMENT, "%s: %s", tested->sql, error_kind_name(err.kind));
    expect(strstr(err.message, tested->words) != NULL && !strchr(err.message, '\n'),
           "%s: %s", tested->sql, err.message);
    expect(tested->offset == NO_OFFSET || err.offset == tested->offset,
           "%s: offset %zd, not %zd", tested->sql, (ssize_t)err.offset,
           (ssize_t)tested->offset);
}

static void test_empty(Engine *engine, Arena *arena)
{
    Error err;
    Result result;
    Request request = {.sql = "SELECT * FROM a", .sink = SINK_DIGEST};
    expect(engine_run(engine, arena, &request, &result, &err) && result.row_count == 0 &&
               result.all_null && result.column_count == 1 && result.digest.rows == 0,
           "a table without rows");
    request = (Request){.sql = "SELECT sum(x) FROM a", .sink = SINK_ROWS, .row_limit = 1};
    expect(engine_run(engine, arena, &request, &result, &err) && result.row_count == 1 &&
               result.all_null && result.rows[0][0].kind == VALUE_NULL,
           "a sum over no rows");
}

static void test_statements(Arena *arena, Dialect dialect)
{
    Error err;
    Engine *engine = NULL;
    const char *path = arena_printf(arena, "%s/%s", directory, dialect_name(dialect));
    make_database(dialect, path, "CREATE TABLE a (x INT)");
    chmod(path, 0444);
    if (!engine_open(path, NULL, &engine, &err)) {
        expect(false, "open a file that can't be written: %s", err.message);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (cases[i].dialect < 0 || cases[i].dialect == (int)dialect)
            test_statement(engine, arena, &cases[i]);
    test_empty(engine, arena);
    engine_close(engine);
}

// SQLite stores any bytes as text; they come back as they are.
static void test_bytes(Arena *arena)
{
    Error err;
    Scratch *scratch = NULL;
    Result result;
    Request request = {.sql = "SELECT CAST(X'ff00fe' AS TEXT), X''",
                       .sink = SINK_ROWS,
                       .row_limit = 1};
    bool ran = scratch_open(DIALECT_SQLITE, NULL, &scratch, &err) &&
               scratch_run(scratch, arena, &request, &result, &err);
    expect(ran, "bytes: %s", ran ? "" : err.message);
    if (ran) {
        const Value *value = &result.rows[0][0];
        expect(value->length == 3 && memcmp(value->bytes, "\xff\0\xfe", 3) == 0,
               "texts that are no UTF-8, with a NUL inside");
        const char *printed = value_print(arena, DIALECT_SQLITE, *value);
        expect(strcmp(printed, "CAST(X'FF00FE' AS TEXT)") == 0, "print: %s", printed);
        expect(result.rows[0][1].length == 0, "an empty blob");
    }
    scratch_close(scratch);
}

static void test_unwritable(Arena *arena)
{
    Error err;
    Scratch *scratch = NULL;
    const char *path = arena_printf(arena, "%s/no/such/directory.db", directory);
    expect(!scratch_create(DIALECT_SQLITE, path, NULL, &scratch, &err) &&
               err.kind == ERROR_FILE,
           "a new file where there is no directory");
    path = make_file(arena, "there", "x", 1);
    expect(!scratch_create(DIALECT_SQLITE, path, NULL, &scratch, &err) &&
               strstr(err.message, "exists") != NULL,
           "a new file never replaces one");
    setenv("TMPDIR", "/proc/no-such-place", 1);
    Engine *engine = NULL;
    if (available_count() > 1) {
        path = arena_printf(arena, "%s/duckdb", directory);
        expect(!engine_open(path, NULL, &engine, &err) &&
                   strstr(err.message, "no temporary directory") != NULL,
               "nowhere to write intermediate results");
    }
    unsetenv("TMPDIR");
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    directory = make_directory(&arena);
    test_files(&arena);
    test_corrupt(&arena);
    test_cut_off(&arena);
    size_t engines = available_count();
    for (size_t i = 0; i < engines; i++) {
        test_locked(&arena, available(i));
        test_statements(&arena, available(i));
    }
    test_bytes(&arena);
    test_unwritable(&arena);
    directory_remove(directory);
    arena_clear(&arena);
    return finish();
}
