// cases.c - reading the cases of a file, running them, and writing them down.

#include "cases.h"

#include "base/compiler.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

void add_error(Text *text, const char *input, const Error *err)
{
    size_t line, column;
    text_addf(text, "%s error: %s\n", error_kind_name(err->kind), err->message);
    if (err->offset == NO_OFFSET)
        return;
    sql_line_of(input, err->offset, &line, &column);
    text_addf(text, "line %zu, column %zu\n%s", line, column,
              sql_show_place(text->arena, input, err->offset));
}

// What a file is run with.
typedef struct {
    const CaseCommand *commands;
    size_t command_count;
    const char *tables[DIALECT_COUNT]; // The last `tables` of each dialect.
    bool update;
    size_t passed;
    size_t failed;
} Run;

static const char *run_case(Arena *arena, Run *run, Case *c)
{
    Text text = text_new(arena);
    if (strcmp(c->command, "tables") == 0) {
        run->tables[c->dialect] = c->input;
        return text.bytes;
    }
    c->tables = run->tables[c->dialect] != NULL ? run->tables[c->dialect] : "";
    for (size_t i = 0; i < run->command_count; i++)
        if (strcmp(run->commands[i].name, c->command) == 0) {
            run->commands[i].run(&text, c);
            return text.bytes;
        }
    return "no such command\n";
}

// Files

// Returns the lines from *at up to one that is `end`, and steps over that.
static const char *take_lines(Arena *arena, const char **at, const char *end)
{
    const char *start = *at;
    while (**at != '\0') {
        size_t length = strcspn(*at, "\n");
        const char *line = *at;
        *at += length + ((*at)[length] == '\n');
        if (length == strlen(end) && memcmp(line, end, length) == 0)
            return arena_text(arena, start, (size_t)(line - start));
    }
    return arena_text(arena, start, (size_t)(*at - start));
}

// Reads the next case; false at the end. Lines before it are added to `between`.
static bool next_case(Arena *arena, const char **at, Case *c, Text *between)
{
    char name[32], dialect[32];
    while (**at == '\n' || **at == '#') {
        size_t length = strcspn(*at, "\n");
        text_add_bytes(between, *at, length);
        text_add_char(between, '\n');
        *at += length + ((*at)[length] == '\n');
    }
    if (sscanf(*at, "%31s %31s", name, dialect) != 2 ||
        !dialect_find(dialect, &c->dialect))
        return false;
    *at += strcspn(*at, "\n") + 1;
    c->command = arena_string(arena, name);
    char *input = arena_string(arena, take_lines(arena, at, "----"));
    size_t length = strlen(input);
    if (length > 0)
        input[length - 1] = '\0';
    c->input = input;
    c->expected = take_lines(arena, at, "");
    return true;
}

static void judge_case(Run *run, const char *path, const Case *c, const char *got)
{
    bool same = strcmp(got, c->expected) == 0;
    run->passed += same;
    run->failed += !same;
    if (!same && !run->update)
        printf("%s: %s %s\n%s\n---- expected\n%s---- got\n%s\n", path, c->command,
               dialect_name(c->dialect), c->input, c->expected, got);
}

static void run_file(Run *run, const char *path)
{
    Arena arena = ARENA_EMPTY;
    const char *at;
    Text written = text_new(&arena);
    Case c;
    Error err;
    if (!file_read(&arena, path, &at, &err)) {
        printf("%s\n", err.message);
        run->failed++;
        return;
    }
    while (next_case(&arena, &at, &c, &written)) {
        const char *got = run_case(&arena, run, &c);
        text_addf(&written, "%s %s\n%s\n----\n%s\n", c.command, dialect_name(c.dialect),
                  c.input, got);
        judge_case(run, path, &c, got);
    }
    if (*at != '\0') {
        printf("%s: no case starts with: %.40s\n", path, at);
        run->failed++;
    } else if (run->update && !file_write(path, written.bytes, true, &err)) {
        printf("%s\n", err.message);
        run->failed++;
    }
    arena_clear(&arena);
    memset(run->tables, 0, sizeof(run->tables));
}

int cases_run(int count, char **arguments, const CaseCommand *commands,
              size_t command_count)
{
    Run run = {.commands = commands, .command_count = command_count};
    run.update = count > 1 && strcmp(arguments[1], "--update") == 0;
    for (int i = run.update ? 2 : 1; i < count; i++)
        run_file(&run, arguments[i]);
    printf("%zu passed, %zu failed\n", run.passed, run.failed);
    return run.failed > 0 && !run.update;
}
