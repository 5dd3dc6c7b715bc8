// test_parse_corpus.c - do we take what the engines take, and refuse what they refuse?
//
//     test_parse_corpus DATA
//
// DATA/sql holds statements that the engines' own parsers have judged; what is not there
// is skipped, with its count. A few are judged otherwise here, and the table below says
// how many: the test fails when there are more.

#include "base/compiler.h"
#include "sql/sql.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// How many statements of a corpus we may refuse, or take, against the engine's judgement.
// SQLite's refused ones are several statements in one, or failed before SQLite's parser
// saw the part it would have refused; DuckDB's are mostly statements that parse and are
// refused for what they say.
static const struct {
    Dialect dialect;
    size_t refused, taken;
} limits[] = {
    {DIALECT_SQLITE, 10, 0},
    {DIALECT_DUCKDB, 3, 25},
};

typedef struct {
    size_t right, refused, taken;
} Score;

static const char *text_field(json_object *row, const char *name)
{
    json_object *field = NULL;
    json_object_object_get_ex(row, name, &field);
    return json_object_get_string(field);
}

static void judge(Dialect dialect, const char *line, Score *score)
{
    Arena arena = ARENA_EMPTY;
    json_object *row = json_tokener_parse(line), *accepted = NULL;
    const char *sql = text_field(row, "sql");
    const char *printed;
    Error err;
    json_object_object_get_ex(row, "accepted", &accepted);
    bool taken = sql_reprint(&arena, dialect, sql, &printed, &err);
    bool right = taken == json_object_get_boolean(accepted);
    score->right += right;
    score->taken += !right && taken;
    score->refused += !right && !taken;
    if (!right)
        printf("%s wrongly%s%s: %.160s\n", taken ? "taken" : "refused", taken ? "" : ": ",
               taken ? "" : err.message, sql);
    json_object_put(row);
    arena_clear(&arena);
}

// Scores a corpus; false if there is none.
static bool score_file(const char *path, Dialect dialect, Score *score)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) > 0)
        judge(dialect, line, score);
    free(line);
    fclose(file);
    return true;
}

int main(int count, char **arguments)
{
    size_t passed = 0, failed = 0, skipped = 0;
    for (size_t i = 0; i < COUNT_OF(limits) && count > 1; i++) {
        char path[4096];
        Score score = {0};
        const char *dialect = dialect_name(limits[i].dialect);
        snprintf(path, sizeof(path), "%s/sql/%s_dev.jsonl", arguments[1], dialect);
        if (!score_file(path, limits[i].dialect, &score)) {
            skipped++;
            continue;
        }
        printf("%s: %zu right, %zu wrongly refused, %zu wrongly taken\n", dialect,
               score.right, score.refused, score.taken);
        passed += score.right;
        failed += score.refused > limits[i].refused ? score.refused : 0;
        failed += score.taken > limits[i].taken ? score.taken : 0;
    }
    printf("%zu corpora skipped\n", skipped);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0;
}
