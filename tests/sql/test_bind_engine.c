// test_bind_engine.c - does the binder take names as the engines do?
//
//     test_bind_engine FILE… DATA
//
// Each FILE is a list of queries for one dialect, a line each; the first line names the
// dialect, lines with a semicolon at the end make the tables. DATA is the folder with
// attacks/ and equiv/ in it; without it those are skipped.
//
// Every query runs on empty tables. What the engine accepts the binder must bind, to
// columns of the same names and (as far as both know them) types; what the engine
// refuses for a name, the binder must refuse. In DATA, DuckDB's names are not compared:
// some of its printing is beyond us (bind_name.c).

#include "base/text.h"
#include "engine/engine.h"
#include "query/check.h"
#include "sql/sql.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_LIMIT = 65536 };

typedef struct {
    Scratch *scratch[DIALECT_COUNT]; // NULL where the engine is missing.
    Arena arena;                     // What belongs to one schema.
    char *schema;                    // The one that is loaded; NULL for none.
    const Catalog *catalog;
    size_t passed, failed, skipped;
} Suite;

// What the engine says of a query.
typedef struct {
    bool accepted;
    bool refused_name;
    Result result;
    Error err;
} Verdict;

static void report(Suite *suite, Dialect dialect, const char *sql, const char *what,
                   const char *detail)
{
    suite->failed++;
    printf("FAILED (%s): %s: %s\n  %s\n", dialect_name(dialect), what, detail, sql);
}

// Asking the engine

static bool is_name_error(const char *message)
{
    static const char *const signs[] = {"no such column",    "no such table",
                                        "ambiguous column",  "Ambiguous reference",
                                        "not found in FROM", "Table with name"};
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (strstr(message, signs[i]) != NULL)
            return true;
    return false;
}

static Verdict ask(Suite *suite, Arena *arena, Dialect dialect, const char *sql)
{
    Verdict verdict = {0};
    Request request = {.sql = sql, .sink = SINK_COUNT, .timeout_ms = 10000};
    verdict.accepted = scratch_run(suite->scratch[dialect], arena, &request,
                                   &verdict.result, &verdict.err);
    verdict.refused_name = !verdict.accepted && is_name_error(verdict.err.message);
    return verdict;
}

// Makes the tables in the engine and reads them into the catalog; false where the engine
// or we do not take them.
static bool load_schema(Suite *suite, Dialect dialect, const char *schema)
{
    Error err;
    const char *key = arena_printf(&suite->arena, "%s:%s", dialect_name(dialect), schema);
    if (suite->schema != NULL && strcmp(suite->schema, key) == 0)
        return suite->catalog != NULL;
    free(suite->schema);
    suite->schema = strdup(key);
    suite->catalog = NULL;
    arena_clear(&suite->arena);
    const Catalog *catalog;
    bool loaded = scratch_clear(suite->scratch[dialect], &err) &&
                  scratch_execute(suite->scratch[dialect], schema, &err) &&
                  sql_read_schema(&suite->arena, dialect, schema, true, &catalog, &err);
    if (loaded)
        suite->catalog = catalog;
    return loaded;
}

// Comparing

static bool types_agree(Type ours, Type theirs)
{
    bool known = ours.kind != TYPE_UNKNOWN && ours.kind != TYPE_NULL &&
                 theirs.kind != TYPE_UNKNOWN && theirs.kind != TYPE_OTHER &&
                 ours.kind != TYPE_OTHER;
    return !known || (ours.kind == theirs.kind && ours.width == theirs.width &&
                      ours.scale == theirs.scale);
}

// Returns what is wrong with the columns, or NULL.
static const char *compare_columns(Arena *arena, const Tree *tree, const Result *result,
                                   bool names)
{
    size_t count;
    const Output *outputs = query_outputs(tree->root, &count);
    if (count != result->column_count)
        return arena_printf(arena, "%zu columns, not %zu", count, result->column_count);
    for (size_t i = 0; i < count; i++) {
        const ResultColumn *theirs = &result->columns[i];
        if (names && strcmp(outputs[i].name, theirs->name) != 0)
            return arena_printf(arena, "column %zu is %s, not %s", i + 1, outputs[i].name,
                                theirs->name);
        if (tree->dialect == DIALECT_DUCKDB &&
            !types_agree(outputs[i].type, theirs->type))
            return arena_printf(arena, "column %zu is %s, not %s", i + 1,
                                type_print(arena, tree->dialect, outputs[i].type),
                                type_print(arena, tree->dialect, theirs->type));
    }
    return NULL;
}

static void judge(Suite *suite, Dialect dialect, const char *sql, bool names)
{
    Arena arena = ARENA_EMPTY;
    Error err = {0};
    Tree tree;
    Verdict verdict = ask(suite, &arena, dialect, sql);
    bool bound = sql_bind(&arena, suite->catalog, sql, &tree, &err);
    const char *wrong = NULL;
    if (bound && verdict.accepted && !tree.has_opaque)
        wrong = compare_columns(&arena, &tree, &verdict.result, names);
    if (verdict.accepted && !bound)
        report(suite, dialect, sql, "the engine takes it", err.message);
    else if (verdict.refused_name && bound && !tree.has_opaque)
        report(suite, dialect, sql, "the engine refuses it", verdict.err.message);
    else if (wrong != NULL)
        report(suite, dialect, sql, "columns", wrong);
    else if (bound && !query_check(&tree, &err))
        report(suite, dialect, sql, "check", err.message);
    else if (verdict.accepted || verdict.refused_name)
        suite->passed++;
    else
        suite->skipped++; // Refused for something that is not about names.
    arena_clear(&arena);
}

// Lists of queries

static void run_list(Suite *suite, const char *path)
{
    static char line[LINE_LIMIT];
    Arena arena = ARENA_EMPTY;
    Text schema = text_new(&arena);
    Dialect dialect = DIALECT_SQLITE;
    bool named = false;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        suite->failed++;
        return;
    }
    while (fgets(line, sizeof(line), file) != NULL) {
        size_t length = strcspn(line, "\n");
        line[length] = '\0';
        if (length == 0 || line[0] == '#')
            continue;
        if (!named)
            named = dialect_find(line, &dialect);
        else if (suite->scratch[dialect] == NULL)
            suite->skipped++;
        else if (line[length - 1] == ';')
            text_addf(&schema, "%s\n", line);
        else if (load_schema(suite, dialect, schema.bytes))
            judge(suite, dialect, line, true);
        else
            report(suite, dialect, schema.bytes, "the tables", "are refused");
    }
    fclose(file);
    arena_clear(&arena);
}

// Pairs

static const char *text_field(struct json_object *object, const char *name)
{
    struct json_object *field;
    return json_object_object_get_ex(object, name, &field) ? json_object_get_string(field)
                                                           : NULL;
}

static void run_pair(Suite *suite, struct json_object *pair)
{
    Arena arena = ARENA_EMPTY;
    Text schema = text_new(&arena);
    struct json_object *statements;
    const char *sides[] = {text_field(pair, "left"), text_field(pair, "right")};
    if (!json_object_object_get_ex(pair, "schema", &statements))
        return;
    for (size_t i = 0; i < json_object_array_length(statements); i++)
        text_addf(&schema, "%s;\n",
                  json_object_get_string(json_object_array_get_idx(statements, i)));
    for (int d = 0; d < DIALECT_COUNT; d++) {
        if (suite->scratch[d] == NULL)
            continue;
        bool loaded = load_schema(suite, (Dialect)d, schema.bytes);
        for (size_t i = 0; i < COUNT_OF(sides); i++)
            if (loaded && sides[i] != NULL)
                judge(suite, (Dialect)d, sides[i], d == DIALECT_SQLITE);
            else
                suite->skipped++;
    }
    arena_clear(&arena);
}

static void run_pairs(Suite *suite, const char *folder, const char *name)
{
    static char line[LINE_LIMIT];
    Arena arena = ARENA_EMPTY;
    FILE *file = fopen(arena_printf(&arena, "%s/%s", folder, name), "r");
    if (file == NULL)
        printf("%s/%s is not there: skipped\n", folder, name);
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        struct json_object *pair = json_tokener_parse(line);
        if (pair != NULL)
            run_pair(suite, pair);
        json_object_put(pair);
    }
    if (file != NULL)
        fclose(file);
    arena_clear(&arena);
}

int main(int count, char **arguments)
{
    static const char *const pairs[] = {"attacks/sound_dev.jsonl",
                                        "attacks/unsound_dev.jsonl",
                                        "equiv/calcite.jsonl", "equiv/literature.jsonl"};
    Suite suite = {0};
    for (int d = DIALECT_SQLITE; d <= DIALECT_DUCKDB; d++) {
        Error err;
        if (!scratch_open((Dialect)d, NULL, &suite.scratch[d], &err)) {
            suite.scratch[d] = NULL;
            printf("%s is skipped: %s\n", dialect_name((Dialect)d), err.message);
        }
    }
    for (int i = 1; i + 1 < count; i++)
        run_list(&suite, arguments[i]);
    for (size_t i = 0; count > 1 && i < COUNT_OF(pairs); i++)
        run_pairs(&suite, arguments[count - 1], pairs[i]);
    for (int d = 0; d < DIALECT_COUNT; d++)
        scratch_close(suite.scratch[d]);
    free(suite.schema);
    arena_clear(&suite.arena);
    printf("%zu skipped\n%zu passed, %zu failed\n", suite.skipped, suite.passed,
           suite.failed);
    return suite.failed > 0;
}
