// mutate.c - queries with a few things broken, from a seed.
//
//     mutate [SEED [ROUNDS [FILE…]]]
//
// Takes the inputs of test files (or a few of its own), drops, doubles, swaps and
// replaces bytes and words in them, and parses what comes out. Nothing may crash, and a
// refusal must have a message and a place inside the text.

#include "base/array.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "case_file.h"
#include "sql/sql.h"
#include "sql/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef ARRAY(const char *) Seeds;

static const char *const own_seeds[] = {
    "WITH RECURSIVE a (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT * FROM a",
    "SELECT sum(x) FILTER (WHERE y) OVER (PARTITION BY a ORDER BY b) FROM t JOIN u "
    "USING (id) LEFT JOIN v ON t.a = v.b WHERE a NOT IN (1, 2) AND b LIKE 'x' ESCAPE '!'",
    "SELECT CASE WHEN a BETWEEN 1 AND 2 THEN CAST(b AS DECIMAL(10, 2)) END FROM (SELECT "
    "1) AS s WHERE EXISTS (SELECT 1) GROUP BY a HAVING count(*) > 1 ORDER BY 1 LIMIT 5",
    "FROM t SELECT [1, 2][1], {'a': b}, x -> x + 1, * EXCLUDE (a), DATE '2000-01-01' "
    "QUALIFY row_number() OVER w = 1 USING SAMPLE 10%",
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'x' CHECK (b <> ''), "
    "FOREIGN KEY (a) REFERENCES u (id) ON DELETE CASCADE); CREATE INDEX i ON t (b)",
};

// Reading

// Adds the inputs of the cases that are there to be parsed.
static void add_inputs(Arena *arena, const char *path, Seeds *seeds)
{
    static const char *const commands[] = {"parse", "schema", "reprint"};
    const char *rest;
    Case it;
    Error err;
    if (!file_read(arena, path, &rest, &err)) {
        printf("%s\n", err.message);
        return;
    }
    while (case_next(arena, &rest, &it)) {
        const char *command = arena_text(arena, it.command, strcspn(it.command, " "));
        if (text_is_one_of(command, commands, COUNT_OF(commands)))
            array_push(arena, seeds, it.input);
    }
}

// Breaking

// Returns the place of some token, or the text's end.
static size_t some_token(Random *random, Dialect dialect, const char *text,
                         size_t *token_length)
{
    size_t length = strlen(text);
    size_t offset = length == 0 ? 0 : random_below(random, length);
    Token token = token_next(dialect, text, length, offset);
    *token_length = token.length;
    return token.offset;
}

static const char *cut_and_join(Arena *arena, const char *text, size_t from, size_t to,
                                const char *middle, size_t middle_length)
{
    Text joined = text_new(arena);
    text_add_bytes(&joined, text, from);
    text_add_bytes(&joined, middle, middle_length);
    text_add(&joined, text + to);
    return joined.bytes;
}

static const char *break_text(Arena *arena, Random *random, Dialect dialect,
                              const char *text, const char *other)
{
    size_t length, other_length;
    size_t at = some_token(random, dialect, text, &length);
    size_t from = some_token(random, dialect, other, &other_length);
    switch (random_below(random, 5)) {
    case 0: // Drop a word.
        return cut_and_join(arena, text, at, at + length, "", 0);
    case 1: // Say it twice.
        return cut_and_join(arena, text, at, at, text + at, length);
    case 2: // Take one from another text.
        return cut_and_join(arena, text, at, at + length, other + from, other_length);
    case 3: // Go on with another text.
        return cut_and_join(arena, text, at, strlen(text), other + from,
                            strlen(other + from));
    default: {
        char byte = (char)random_between(random, 1, 255);
        return cut_and_join(arena, text, at, at + (length > 0), &byte, 1);
    }
    }
}

// Checking

static bool survives(Arena *arena, Dialect dialect, const char *text)
{
    const Query *query;
    const Catalog *catalog;
    Error err = {.message = "", .offset = 0};
    size_t length = strlen(text);
    bool right = sql_parse(arena, dialect, text, &query, &err) ||
                 (err.message[0] != '\0' && err.offset <= length);
    err = (Error){.message = "", .offset = 0};
    right = (sql_read_schema(arena, dialect, text, true, &catalog, &err) ||
             (err.message[0] != '\0' && err.offset <= length)) &&
            right;
    const char *printed;
    err = (Error){.message = "", .offset = 0};
    right = (sql_reprint(arena, dialect, text, &printed, &err) ||
             (err.message[0] != '\0' && err.offset <= length)) &&
            right;
    if (!right)
        printf("%s: %s\n  %s\n", dialect_name(dialect), err.message, text);
    return right;
}

int main(int count, char **arguments)
{
    Arena session = ARENA_EMPTY;
    Seeds seeds = {0};
    Random random = random_new(count > 1 ? strtoull(arguments[1], NULL, 10) : 1);
    size_t rounds = count > 2 ? strtoull(arguments[2], NULL, 10) : 5000;
    size_t failed = 0;

    for (size_t i = 0; i < COUNT_OF(own_seeds); i++)
        array_push(&session, &seeds, own_seeds[i]);
    for (int i = 3; i < count; i++)
        add_inputs(&session, arguments[i], &seeds);
    for (size_t i = 0; i < rounds; i++) {
        Arena arena = ARENA_EMPTY;
        Dialect dialect = (Dialect)random_below(&random, DIALECT_COUNT);
        const char *text = seeds.items[random_below(&random, seeds.count)];
        for (uint64_t steps = 1 + random_below(&random, 4); steps > 0; steps--) {
            const char *other = seeds.items[random_below(&random, seeds.count)];
            text = break_text(&arena, &random, dialect, text, other);
        }
        failed += !survives(&arena, dialect, text);
        arena_clear(&arena);
    }
    arena_clear(&session);
    printf("%zu passed, %zu failed\n", rounds - failed, failed);
    return failed > 0;
}
