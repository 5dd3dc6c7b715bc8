// test_print_names.c - whatever the names in a tree are, what is printed means the tree.
//
//     test_print_names DATA [SEEDS [NAME]]
//
// Queries of TPC-DS and of the pairs under DATA are bound, their names scrambled (see
// scramble.h) from as many seeds, printed, and bound again: the trees must be equal, and
// so must the names of the outermost outputs. What is not there is skipped, with its
// count.

#include "base/file.h"
#include "base/text.h"
#include "query/check.h"
#include "scramble.h"
#include "sql/sql.h"

#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_FAILURES = 10, DEFAULT_SEEDS = 4 };

static int passed, failed, skipped;
static uint64_t seeds = DEFAULT_SEEDS;
static const char *only;

static void report(const char *name, uint64_t seed, const char *what, const char *before,
                   const char *after)
{
    if (failed++ < SHOWN_FAILURES)
        printf("FAILED: %s, seed %llu: %s\n%s\n----\n%s\n", name,
               (unsigned long long)seed, what, before, after);
}

// Returns the first name that differs, or NULL. What DuckDB calls some expressions nobody
// knows without asking it; there, to leave the name out again is right.
static const char *other_name(const Query *before, const Query *after)
{
    size_t count;
    const Output *left = query_outputs(before, &count);
    const Output *right = query_outputs(after, &count);
    for (size_t i = 0; i < count; i++) {
        bool left_out = !left[i].explicit_name && !right[i].explicit_name &&
                        right[i].expr != NULL && right[i].expr->kind != EXPR_COLUMN;
        if (strcmp(left[i].name, right[i].name) != 0 && !left_out)
            return right[i].name;
    }
    return NULL;
}

// One query

static void check_seed(Arena *arena, const Tree *tree, const char *name, uint64_t seed)
{
    Error err = {0};
    Random random = random_new(seed);
    Tree scrambled = seed == 0 ? *tree : tree_scramble(arena, tree, &random);
    Tree again;
    const char *before = sql_print(arena, tree, (PrintStyle){0});
    const char *after = sql_print(arena, &scrambled, (PrintStyle){0});
    if (!query_check(&scrambled, &err))
        report(name, seed, err.message, before, "");
    else if (!sql_bind(arena, tree->catalog, after, &again, &err))
        report(name, seed, err.message, before, after);
    else if (!queries_agree(arena, tree->root, again.root))
        report(name, seed, "another tree", before, after);
    else if (other_name(tree->root, again.root) != NULL)
        report(name, seed, other_name(tree->root, again.root), before, after);
    else
        passed++;
}

static void check_query(const Catalog *catalog, const char *name, const char *text)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    Tree tree;
    bool chosen = only == NULL || strcmp(only, name) == 0;
    if (chosen && sql_bind(&arena, catalog, text, &tree, &err) && !tree.has_opaque) {
        for (uint64_t seed = 0; seed <= seeds; seed++)
            check_seed(&arena, &tree, name, seed);
    }
    arena_clear(&arena);
}

// Where queries come from

static void check_folder(const char *data, Dialect dialect, const char *folder)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    const Catalog *catalog;
    const char *path = arena_printf(&arena, "%s/tpcds/%s", data, folder);
    const char *schema, *text;
    DIR *directory = opendir(path);
    if (directory == NULL ||
        !file_read(&arena, arena_printf(&arena, "%s/tpcds/schema.sql", data), &schema,
                   &err) ||
        !sql_read_schema(&arena, dialect, schema, false, &catalog, &err)) {
        skipped++;
        printf("skipped: %s\n", path);
        arena_clear(&arena);
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const char *file = arena_printf(&arena, "%s/%s", path, entry->d_name);
        if (strstr(file, ".sql") != NULL && file_read(&arena, file, &text, &err))
            check_query(catalog, entry->d_name, text);
    }
    closedir(directory);
    arena_clear(&arena);
}

// Checks both sides of a pair: {"id", "schema": […], "left", "right"}.
static void check_pair(json_object *row)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    static const char *const sides[] = {"left", "right"};
    json_object *schema = json_object_object_get(row, "schema");
    const char *id = json_object_get_string(json_object_object_get(row, "id"));
    Text text = text_new(&arena);
    for (size_t i = 0; i < json_object_array_length(schema); i++)
        text_addf(&text, "%s;\n",
                  json_object_get_string(json_object_array_get_idx(schema, i)));
    for (size_t i = 0; i < 2 * COUNT_OF(sides); i++) {
        Dialect dialect = i % 2 == 0 ? DIALECT_SQLITE : DIALECT_DUCKDB;
        const Catalog *catalog;
        json_object *sql = json_object_object_get(row, sides[i / 2]);
        const char *name =
            arena_printf(&arena, "%s %s %s", id, sides[i / 2], dialect_name(dialect));
        if (sql_read_schema(&arena, dialect, text.bytes, true, &catalog, &err))
            check_query(catalog, name, json_object_get_string(sql));
    }
    arena_clear(&arena);
}

static void check_pairs(const char *data, const char *name)
{
    Arena arena = ARENA_EMPTY;
    FILE *file = fopen(arena_printf(&arena, "%s/%s", data, name), "r");
    char *line = NULL;
    size_t capacity = 0;
    if (file == NULL) {
        skipped++;
        printf("skipped: %s/%s\n", data, name);
    }
    while (file != NULL && getline(&line, &capacity, file) > 0) {
        json_object *row = json_tokener_parse(line);
        check_pair(row);
        json_object_put(row);
    }
    free(line);
    if (file != NULL)
        fclose(file);
    arena_clear(&arena);
}

int main(int count, char **arguments)
{
    const char *data = count > 1 ? arguments[1] : "../shared/data";
    if (count > 2)
        seeds = strtoull(arguments[2], NULL, 10);
    only = count > 3 ? arguments[3] : NULL;
    check_folder(data, DIALECT_DUCKDB, "queries");
    check_folder(data, DIALECT_SQLITE, "queries_sqlite");
    check_pairs(data, "attacks/unsound_dev.jsonl");
    check_pairs(data, "attacks/sound_dev.jsonl");
    check_pairs(data, "equiv/calcite.jsonl");
    check_pairs(data, "equiv/literature.jsonl");
    printf("%d skipped\n%d passed, %d failed\n", skipped, passed, failed);
    return failed > 0;
}
