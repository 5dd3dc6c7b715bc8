// app.c - runs commands as a user types them and compares all they print.
//
//     test_app FILE.case [--update]
//
// A case is a command (a line, or several up to the dashes; run by sh), "----", what it
// prints on standard output and standard error, its exit status if that is not 0, and an
// empty line. Empty lines of the output are left out. Times, ratios and counts that come
// from measuring are masked: 2.41 s becomes # s. The commands run one after the other in
// a new directory with shop.sqlite (below), and shop.duckdb where the library is there;
// cases that name shop.duckdb are skipped where it is not, and those that print nothing
// but "skipped". --update rewrites the file.

#include "base/array.h"
#include "base/directory.h"
#include "base/file.h"
#include "base/text.h"
#include "engine/engine.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char shop[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT);"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL,"
    "    total INTEGER, note TEXT);"
    "CREATE TABLE voids (id INTEGER PRIMARY KEY, x INTEGER);"
    "CREATE TABLE marks (b INTEGER, r REAL, m BLOB);"
    "INSERT INTO marks VALUES (2, 1.5, 'x'), (3, 2.5, 'y'), (NULL, NULL, NULL);"
    "INSERT INTO users WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    "    WHERE i < 400) SELECT i, 'user ' || i, CASE WHEN i % 7 > 0 THEN 'NL' END FROM n;"
    "INSERT INTO orders WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    "    WHERE i < 4000) SELECT i, i * 37 % 400 + 1, i * 7919 % 1000, 'n' FROM n;";

// Cases

typedef struct {
    const char *command;
    const char *expected;
} Case;

typedef struct {
    Arena arena;
    ARRAY(Case) cases;
    const char *head; // What stands before the first case.
} Script;

// Returns the text up to `end` (all of it where there is none) and moves behind it.
static char *take_until(Arena *arena, const char **at, const char *end)
{
    const char *found = strstr(*at, end);
    size_t length = found != NULL ? (size_t)(found - *at) : strlen(*at);
    while (found == NULL && length > 0 && (*at)[length - 1] == '\n')
        length--; // The end of the file.
    char *taken = arena_text(arena, *at, length);
    *at = found != NULL ? found + strlen(end) : *at + strlen(*at);
    return taken;
}

static void read_cases(Script *script, const char *text)
{
    const char *at = text;
    script->head = take_until(&script->arena, &at, "\n\n");
    while (*at != '\0') {
        while (*at == '\n')
            at++;
        if (*at == '\0')
            return;
        Case read = {.command = take_until(&script->arena, &at, "\n----\n")};
        read.expected = *at == '\n' ? "" : take_until(&script->arena, &at, "\n\n");
        array_push(&script->arena, &script->cases, read);
    }
}

// Masking

static bool is_number_byte(char byte)
{
    return isdigit((unsigned char)byte) || byte == '.' || byte == ',';
}

// True if what follows a number says that it was measured, or drawn.
static bool is_measured(const char *after)
{
    static const char *const units[] = {
        " ms",    " s\n",       " s ", "x",       " more searched",
        " pairs", " databases", " %",  " mutants"};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (strncmp(after, units[i], strlen(units[i])) == 0)
            return units[i][0] != 'x' || !isalnum((unsigned char)after[1]);
    }
    return false;
}

// True if a number at `at`, followed by `after`, shall not be compared.
static bool is_masked(const char *after)
{
    size_t skipped =
        strncmp(after, " of ", 4) == 0 ? 4 + strspn(after + 4, "0123456789") : 0;
    return is_measured(after) ||
           (skipped > 4 && strncmp(after + skipped, " mutants", 8) == 0);
}

static const char *masked(Arena *arena, const char *text)
{
    Text made = text_new(arena);
    for (const char *at = text; *at != '\0';) {
        size_t length = 0;
        bool starts = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
        while (starts && isdigit((unsigned char)at[0]) && is_number_byte(at[length]))
            length++;
        if (length > 0 && is_masked(at + length))
            text_add_char(&made, '#');
        else if (length > 0)
            text_add_bytes(&made, at, length);
        else if (at[0] != '\n' || (at > text && at[-1] != '\n'))
            text_add_char(&made, at[0]);
        at += length > 0 ? length : 1;
    }
    while (made.length > 0 && made.bytes[made.length - 1] == '\n')
        text_cut(&made, made.length - 1);
    return made.bytes;
}

// Running

static const char *run(Arena *arena, const char *command)
{
    fflush(stdout);
    FILE *pipe = popen(arena_printf(arena, "{ %s\n} </dev/null 2>&1", command), "r");
    if (pipe == NULL) {
        perror("popen");
        exit(2);
    }
    Text text = text_new(arena);
    char chunk[4096];
    size_t got;
    while ((got = fread(chunk, 1, sizeof(chunk), pipe)) > 0)
        text_add_bytes(&text, chunk, got);
    int status = pclose(pipe);
    if (text.length > 0 && text.bytes[text.length - 1] != '\n')
        text_add_char(&text, '\n');
    if (WIFSIGNALED(status))
        text_addf(&text, "signal %d\n", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        text_addf(&text, "status %d\n", WEXITSTATUS(status));
    return masked(arena, text.bytes);
}

static bool make_shop(Dialect dialect, const char *path)
{
    Error err;
    Scratch *scratch = NULL;
    bool ok = scratch_create(dialect, path, &(EngineOptions){0}, &scratch, &err) &&
              scratch_execute(scratch, shop, &err);
    scratch_close(scratch);
    if (!ok)
        printf("# no %s: %s\n", path, err.message);
    return ok;
}

static bool write_cases(Script *script, const char *path, Error *err)
{
    Text text = text_new(&script->arena);
    text_addf(&text, "%s\n", script->head);
    for (size_t i = 0; i < script->cases.count; i++)
        text_addf(&text, "\n%s\n----\n%s\n", script->cases.items[i].command,
                  script->cases.items[i].expected);
    return file_write(path, text.bytes, true, err);
}

static int run_script(Script *script, bool update, bool has_duckdb)
{
    int passed = 0, failed = 0, skipped = 0;
    for (size_t i = 0; i < script->cases.count; i++) {
        Case *each = &script->cases.items[i];
        if (!has_duckdb && strstr(each->command, "shop.duckdb") != NULL) {
            skipped++;
            continue;
        }
        const char *got = run(&script->arena, each->command);
        if (strcmp(got, "skipped\n") == 0) {
            skipped++;
            continue;
        }
        bool same = strcmp(got, each->expected) == 0;
        passed += same;
        failed += !same;
        if (!same && !update)
            printf("FAILED: %s\n--- expected\n%s\n--- got\n%s\n\n", each->command,
                   each->expected, got);
        if (update)
            each->expected = got;
    }
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    return failed;
}

int main(int count, char **words)
{
    if (count < 2)
        return 2;
    Script script = {0};
    Error err;
    const char *directory, *cases;
    bool update = count > 2 && strcmp(words[2], "--update") == 0;
    char *path = realpath(words[1], NULL);
    if (!file_read(&script.arena, words[1], &cases, &err)) {
        printf("%s\n", err.message);
        return 2;
    }
    read_cases(&script, cases);
    if (path == NULL || !directory_make_temporary(&script.arena, &directory, &err) ||
        chdir(directory) != 0 || !make_shop(DIALECT_SQLITE, "shop.sqlite"))
        return 2;
    bool has_duckdb = make_shop(DIALECT_DUCKDB, "shop.duckdb");
    int failed = run_script(&script, update, has_duckdb);
    if (update && !write_cases(&script, path, &err))
        printf("%s\n", err.message);
    if (chdir("/") == 0)
        directory_remove(directory);
    free(path);
    arena_clear(&script.arena);
    return failed > 0 && !update;
}
