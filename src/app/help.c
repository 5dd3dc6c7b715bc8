// help.c - hone help and hone version.

#include "app/command.h"

#include <stdio.h>

static void list_commands(void)
{
    printf("hone makes SQL faster and proves it.\n\nusage: hone COMMAND [option …]\n\n");
    for (size_t i = 0; i < command_count; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].summary);
    printf(
        "\nSettings: an option, else HONE_… in the environment, else .env here or in\n"
        "the project root. Exit status: 0 done, 1 the answer is no, 2 it could not be\n"
        "done, 3 undecided. `hone help COMMAND` says more; start with `hone demo "
        "DIR`.\n");
}

ExitStatus command_help(const App *app)
{
    if (app->settings->files.count == 0) {
        list_commands();
        return STATUS_DONE;
    }
    const char *name = app->settings->files.items[0];
    const Command *command = command_find(name);
    if (command == NULL)
        return unknown_command(name);
    printf("hone %s%s%s\n\n%s\n\n%s", command->name, command->usage[0] != '\0' ? " " : "",
           command->usage, command->summary, settings_describe(app->arena, command->bit));
    return STATUS_DONE;
}

ExitStatus command_version(const App *app)
{
    puts(hone_version());
    return STATUS_DONE;
}
