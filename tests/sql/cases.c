// cases.c - running the cases of a file, and writing them down.

#include "cases.h"

#include "base/compiler.h"
#include "base/file.h"
#include "case_file.h"

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

static const char *run_case(Arena *arena, Run *run, SqlCase *c)
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

// Reads the command and the dialect behind it.
static bool read_command(Arena *arena, const Case *it, SqlCase *c)
{
    char name[32], dialect[32];
    *c = (SqlCase){.input = it->input};
    if (sscanf(it->command, "%31s %31s", name, dialect) != 2 ||
        !dialect_find(dialect, &c->dialect))
        return false;
    c->command = arena_string(arena, name);
    return true;
}

static void judge_case(Run *run, const char *path, const Case *it, const char *got)
{
    bool same = strcmp(got, it->expected) == 0;
    run->passed += same;
    run->failed += !same;
    if (!same && !run->update)
        printf("%s: %s\n%s\n---- expected\n%s---- got\n%s\n", path, it->command,
               it->input, it->expected, got);
}

static void run_file(Run *run, const char *path)
{
    Arena arena = ARENA_EMPTY;
    const char *rest;
    Text written = text_new(&arena);
    Case it;
    SqlCase c;
    Error err;
    bool ok = file_read(&arena, path, &rest, &err);
    while (ok && case_next(&arena, &rest, &it)) {
        if (!read_command(&arena, &it, &c)) {
            ok = fail(&err, ERROR_PLAIN, "%s: no command: %s", path, it.command);
            break;
        }
        const char *got = run_case(&arena, run, &c);
        text_addf(&written, "%s%s\n%s\n----\n%s\n", it.before, it.command, it.input, got);
        judge_case(run, path, &it, got);
    }
    if (ok && run->update)
        ok = file_write(path, written.bytes, true, &err);
    if (!ok)
        printf("%s\n", err.message);
    run->failed += !ok;
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
