// test_print_tpcds.c - engines read what we print as they read what people wrote.
//
//     test_print_tpcds DATA FILE
//
// DuckDB: the Parquet files under DATA/tpcds are loaded without keys into a new database
// FILE; every TPC-DS query and its printed form, with its own names and with scrambled
// ones (scramble.h), must give the same rows, under the same column names. SQLite: the
// same on empty tables, for its own texts of the queries. What is not there (data,
// library) is skipped, with its count.

#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/worker/duckdb_api.h"
#include "scramble.h"
#include "sql/sql.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int passed, failed, skipped;

static void report(const char *name, const char *what, const char *text)
{
    failed++;
    printf("FAILED: %s: %s\n%s\n", name, what, text);
}

// Loading

static bool run(const DuckdbApi *api, duckdb_connection connection, const char *sql,
                Error *err)
{
    duckdb_result result;
    bool ok = api->query(connection, sql, &result) == DuckDBSuccess;
    if (!ok)
        fail(err, ERROR_STATEMENT, "%s", api->result_error(&result));
    api->destroy_result(&result);
    return ok;
}

static bool load_tables(const DuckdbApi *api, duckdb_connection connection,
                        const char *data, const Catalog *catalog, Error *err)
{
    Arena arena = ARENA_EMPTY;
    bool ok = true;
    for (size_t i = 0; i < catalog->table_count && ok; i++) {
        const char *name = catalog->tables[i].name;
        ok = run(api, connection,
                 arena_printf(&arena,
                              "CREATE TABLE %s AS FROM '%s/tpcds/parquet/%s.parquet'",
                              name, data, name),
                 err);
    }
    arena_clear(&arena);
    return ok;
}

static bool make_database(const char *path, const char *data, const Catalog *catalog,
                          Error *err)
{
    Arena arena = ARENA_EMPTY;
    DuckdbApi api;
    duckdb_database database = NULL;
    duckdb_connection connection = NULL;
    char *message = NULL;
    unlink(path);
    if (!duckdb_api_load(&arena, &api, err))
        return false;
    bool ok = api.open_ext(path, &database, NULL, &message) == DuckDBSuccess &&
              api.connect(database, &connection) == DuckDBSuccess;
    if (!ok)
        fail(err, ERROR_FILE, "%s", message != NULL ? message : "no connection");
    ok = ok && load_tables(&api, connection, data, catalog, err);
    if (connection != NULL)
        api.disconnect(&connection);
    if (database != NULL)
        api.close(&database);
    arena_clear(&arena);
    return ok;
}

// Comparing

typedef bool Runner(void *database, Arena *arena, const Request *request, Result *result,
                    Error *err);

static bool run_engine(void *database, Arena *arena, const Request *request,
                       Result *result, Error *err)
{
    return engine_run(database, arena, request, result, err);
}

static bool run_scratch(void *database, Arena *arena, const Request *request,
                        Result *result, Error *err)
{
    return scratch_run(database, arena, request, result, err);
}

// Returns what differs, or NULL.
static const char *difference(const Result *left, const Result *right)
{
    if (left->column_count != right->column_count)
        return "another number of columns";
    for (size_t i = 0; i < left->column_count; i++)
        if (strcmp(left->columns[i].name, right->columns[i].name) != 0)
            return right->columns[i].name;
    if (left->row_count != right->row_count)
        return "another number of rows";
    return digest_same_rows(&left->digest, &right->digest) ? NULL : "other rows";
}

static void compare_printed(Runner *runner, void *database, Arena *arena,
                            const Result *expected, const char *name, const Tree *tree)
{
    Error err = {0};
    Result result;
    const char *printed = sql_print(arena, tree, (PrintStyle){0});
    Request request = {.sql = printed, .sink = SINK_DIGEST};
    if (!runner(database, arena, &request, &result, &err))
        report(name, err.message, printed);
    else if (difference(expected, &result) != NULL)
        report(name, difference(expected, &result), printed);
    else
        passed++;
}

static void compare(const Catalog *catalog, Runner *runner, void *database,
                    const char *name, const char *text)
{
    Arena arena = ARENA_EMPTY;
    Error err = {0};
    Tree tree;
    Result expected;
    Request request = {.sql = text, .sink = SINK_DIGEST};
    Random random = random_new(hash_word(name));
    if (!sql_bind(&arena, catalog, text, &tree, &err)) {
        report(name, err.message, text);
    } else if (!runner(database, &arena, &request, &expected, &err)) {
        printf("skipped: %s: %s\n", name, err.message);
        skipped++;
    } else {
        Tree scrambled = tree_scramble(&arena, &tree, &random);
        compare_printed(runner, database, &arena, &expected, name, &tree);
        compare_printed(runner, database, &arena, &expected, name, &scrambled);
    }
    arena_clear(&arena);
}

static void compare_folder(const Catalog *catalog, Runner *runner, void *database,
                           const char *path)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    const char *text;
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        const char *file = arena_printf(&arena, "%s/%s", path, entry->d_name);
        if (strstr(file, ".sql") != NULL && file_read(&arena, file, &text, &err))
            compare(catalog, runner, database, entry->d_name, text);
    }
    if (directory != NULL)
        closedir(directory);
    arena_clear(&arena);
}

// Engines

static void test_duckdb(const char *data, const char *path, const char *schema)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    const Catalog *catalog;
    Engine *engine = NULL;
    EngineOptions options = {.threads = 1}; // So that sums of floats come out the same.
    bool ok =
        sql_read_schema(&arena, DIALECT_DUCKDB, schema, false, &catalog, &err) &&
        make_database(path, data, catalog, &err) &&
        engine_open(arena_printf(&arena, "duckdb:%s", path), &options, &engine, &err);
    if (ok) {
        compare_folder(catalog, run_engine, engine,
                       arena_printf(&arena, "%s/tpcds/queries", data));
    } else {
        printf("skipped: DuckDB: %s\n", err.message);
        skipped++;
    }
    engine_close(engine);
    unlink(path);
    arena_clear(&arena);
}

static void test_sqlite(const char *data, const char *schema)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    const Catalog *catalog;
    Scratch *scratch = NULL;
    bool ok = sql_read_schema(&arena, DIALECT_SQLITE, schema, true, &catalog, &err) &&
              scratch_open(DIALECT_SQLITE, NULL, &scratch, &err) &&
              scratch_execute(scratch, schema, &err);
    if (ok)
        compare_folder(catalog, run_scratch, scratch,
                       arena_printf(&arena, "%s/tpcds/queries_sqlite", data));
    else
        report("SQLite", err.message, "");
    scratch_close(scratch);
    arena_clear(&arena);
}

int main(int count, char **arguments)
{
    Arena arena = ARENA_EMPTY;
    const char *data = count > 1 ? arguments[1] : "../shared/data";
    const char *path = count > 2 ? arguments[2] : "print_tpcds.duckdb";
    const char *schema;
    Error err;
    if (!file_read(&arena, arena_printf(&arena, "%s/tpcds/schema.sql", data), &schema,
                   &err)) {
        printf("skipped: no %s/tpcds\n", data);
        skipped++;
    } else {
        test_sqlite(data, schema);
        test_duckdb(data, path, schema);
    }
    arena_clear(&arena);
    printf("%d skipped\n%d passed, %d failed\n", skipped, passed, failed);
    return failed > 0;
}
