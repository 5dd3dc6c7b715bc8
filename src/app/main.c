// main.c - hone: the table of subcommands.

#include "app/command.h"
#include "base/process.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const Command commands[] = {
    {"optimize", COMMAND_OPTIMIZE, command_optimize, "[option …] [FILE|DIR …]",
     "find a faster query that is the same, and prove it"},
    {"check", COMMAND_CHECK, command_check, "[option …] BEFORE.sql AFTER.sql",
     "are two queries the same? a counterexample if not"},
    {"measure", COMMAND_MEASURE, command_measure, "[option …] A.sql [B.sql]",
     "which of two queries is faster, and how sure is that?"},
    {"explain", COMMAND_EXPLAIN, command_explain, "[option …] [FILE]",
     "what a query is made of, what is known of it, which rules apply"},
    {"sql", COMMAND_SQL, command_sql, "[option …] [FILE …]",
     "read SQL and print it back, laid out"},
    {"rules", COMMAND_RULES, command_rules, "[option …] [NAME]",
     "the rewrite rules, and when each is right"},
    {"doctor", COMMAND_DOCTOR, command_doctor, "[option …]",
     "what is installed, what is missing, how to get it"},
    {"demo", COMMAND_DEMO, command_demo, "[option …] DIR",
     "make an online shop and twenty slow queries to try"},
    {"help", COMMAND_HELP, command_help, "[COMMAND]", "say this, or more on one command"},
    {"version", COMMAND_VERSION, command_version, "", "say which version this is"},
};
const size_t command_count = COUNT_OF(commands);

const Command *command_find(const char *name)
{
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

ExitStatus unknown_command(const char *name)
{
    const Command *nearest = &commands[0];
    for (size_t i = 1; i < command_count; i++) {
        if (text_distance(name, commands[i].name) < text_distance(name, nearest->name))
            nearest = &commands[i];
    }
    if (text_distance(name, nearest->name) > 3)
        return complain("no command %.80s; see `hone help`", name);
    return complain("no command %.80s; did you mean %s?", name, nearest->name);
}

// The thread that waits for signals keeps `interrupt` as long as the program runs.
static ExitStatus run(Arena *arena, const Command *command, int count, char **words,
                      Interrupt *interrupt)
{
    Error err;
    Settings settings = {0};
    if (!settings_read(arena, command->bit, count, words, &settings, &err) ||
        !interrupt_start(interrupt, &err))
        return complain("%s", err.message);
    if (settings.help) {
        settings.files.count = 0;
        array_push(arena, &settings.files, command->name);
        command = command_find("help");
    }
    App app = {.arena = arena, .settings = &settings, .interrupt = interrupt};
    return command->run(&app);
}

int main(int count, char **words)
{
    const char *name = count > 1 ? words[1] : "help";
    const Command *command = command_find(name);
    if (command == NULL)
        return (int)unknown_command(name);
    process_keep_memory();
    Arena arena = ARENA_EMPTY;
    Interrupt interrupt = {0};
    int rest = count > 2 ? count - 2 : 0;
    ExitStatus status = run(&arena, command, rest, words + count - rest, &interrupt);
    arena_clear(&arena);
    if (fflush(stdout) != 0 || ferror(stdout))
        return (int)complain("can't write standard output: %s", strerror(errno));
    return (int)status;
}
