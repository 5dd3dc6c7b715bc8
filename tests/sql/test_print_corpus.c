// test_print_corpus.c - what the printer prints is read back as the same tree.
//
//     test_print_corpus DATA
//
// DATA is the folder with tpcds/ and sql/ in it; what is not there is skipped, with its
// count. All TPC-DS queries, and every statement of the corpora that its engine and our
// parser take as a query, go through parse, print, parse; the trees must be equal, and
// printing the second one must give the same text again. TPC-DS is bound against its
// schema, too, and what is printed of the bound tree must bind to an equal one.

#include "base/file.h"
#include "base/text.h"
#include "query/check.h"
#include "query/equal.h"
#include "sql/sql.h"

#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_FAILURES = 10 };

static int passed, failed, skipped;

static void report(const char *what, const char *name, const char *text,
                   const char *detail)
{
    if (failed++ < SHOWN_FAILURES)
        printf("FAILED: %s: %s\n%s\n%s\n", name, what, text, detail);
}

// Parsed trees

static void check_parsed(Dialect dialect, const char *name, const char *text)
{
    Arena arena = ARENA_EMPTY;
    Error err = {0};
    const Query *first, *second;
    static const PrintStyle styles[] = {{0}, {.one_line = true}};
    if (!sql_parse(&arena, dialect, text, &first, &err)) {
        arena_clear(&arena);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(styles); i++) {
        const char *printed = sql_print_query(&arena, dialect, first, styles[i]);
        if (!sql_parse(&arena, dialect, printed, &second, &err)) {
            report(err.message, name, text, printed);
        } else if (!query_equal(first, second)) {
            report("another tree", name, text, printed);
        } else if (i == 0 && strcmp(sql_print_query(&arena, dialect, second, styles[i]),
                                    printed) != 0) {
            report("printed otherwise the second time", name, printed,
                   sql_print_query(&arena, dialect, second, styles[i]));
        } else {
            passed++;
        }
    }
    arena_clear(&arena);
}

static void check_corpus(const char *data, Dialect dialect)
{
    Arena arena = ARENA_EMPTY;
    const char *path =
        arena_printf(&arena, "%s/sql/%s_dev.jsonl", data, dialect_name(dialect));
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        skipped++;
        printf("skipped: %s\n", path);
        arena_clear(&arena);
        return;
    }
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) > 0) {
        json_object *row = json_tokener_parse(line);
        json_object *id = json_object_object_get(row, "id");
        json_object *sql = json_object_object_get(row, "sql");
        json_object *accepted = json_object_object_get(row, "accepted");
        if (json_object_get_boolean(accepted))
            check_parsed(dialect, json_object_get_string(id),
                         json_object_get_string(sql));
        json_object_put(row);
    }
    free(line);
    fclose(file);
    arena_clear(&arena);
}

// Bound trees

static void check_bound(const Catalog *catalog, const char *name, const char *text)
{
    Arena arena = ARENA_EMPTY;
    Error err = {0};
    Tree first, second;
    const char *printed = "";
    if (!sql_bind(&arena, catalog, text, &first, &err)) {
        report(err.message, name, text, "does not bind");
        arena_clear(&arena);
        return;
    }
    printed = sql_print(&arena, &first, (PrintStyle){0});
    if (first.has_opaque || !query_check(&first, &err))
        report(first.has_opaque ? "something is opaque" : err.message, name, text, "");
    else if (!sql_bind(&arena, catalog, printed, &second, &err))
        report(err.message, name, text, printed);
    else if (!query_equal_named(first.root, second.root) ||
             !query_same_signature(first.root, second.root, &err))
        report("another bound tree", name, text, printed);
    else if (strcmp(sql_print(&arena, &second, (PrintStyle){0}), printed) != 0)
        report("printed otherwise the second time", name, printed,
               sql_print(&arena, &second, (PrintStyle){0}));
    else
        passed++;
    arena_clear(&arena);
}

static void check_tpcds(const char *data, Dialect dialect, const char *folder)
{
    Arena arena = ARENA_EMPTY;
    Error err = {0};
    const Catalog *catalog = NULL;
    const char *schema, *text;
    const char *path = arena_printf(&arena, "%s/tpcds/%s", data, folder);
    DIR *directory = opendir(path);
    if (directory == NULL ||
        !file_read(&arena, arena_printf(&arena, "%s/tpcds/schema.sql", data), &schema,
                   &err)) {
        skipped++;
        printf("skipped: %s\n", path);
    } else if (!sql_read_schema(&arena, dialect, schema, false, &catalog, &err)) {
        report(err.message, "schema", schema, "");
    }
    for (struct dirent *entry; catalog != NULL && (entry = readdir(directory)) != NULL;) {
        const char *file = arena_printf(&arena, "%s/%s", path, entry->d_name);
        if (strstr(file, ".sql") == NULL || !file_read(&arena, file, &text, &err))
            continue;
        check_parsed(dialect, entry->d_name, text);
        check_bound(catalog, entry->d_name, text);
    }
    if (directory != NULL)
        closedir(directory);
    arena_clear(&arena);
}

int main(int count, char **arguments)
{
    const char *data = count > 1 ? arguments[1] : "../shared/data";
    for (int dialect = 0; dialect < DIALECT_COUNT; dialect++)
        check_corpus(data, (Dialect)dialect);
    check_tpcds(data, DIALECT_DUCKDB, "queries");
    check_tpcds(data, DIALECT_SQLITE, "queries_sqlite");
    printf("%d skipped\n%d passed, %d failed\n", skipped, passed, failed);
    return failed > 0;
}
