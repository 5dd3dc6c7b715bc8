// environment.c - .env files: NAME=VALUE lines, # comments, quotes around a value.

#include "app/environment.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Returns the text between `start` and `end` without blanks around it.
static const char *trimmed(Arena *arena, const char *start, const char *end)
{
    while (start < end && isspace((unsigned char)*start))
        start++;
    while (start < end && isspace((unsigned char)end[-1]))
        end--;
    return arena_text(arena, start, (size_t)(end - start));
}

static const char *unquoted(Arena *arena, const char *value)
{
    size_t length = strlen(value);
    if (length >= 2 && (value[0] == '"' || value[0] == '\'') &&
        value[length - 1] == value[0])
        return arena_text(arena, value + 1, length - 2);
    return value;
}

static void read_line(Arena *arena, Environment *environment, const char *line)
{
    static const char export[] = "export ";
    line = trimmed(arena, line, line + strlen(line));
    if (strncmp(line, export, sizeof(export) - 1) == 0)
        line += sizeof(export) - 1;
    const char *equals = strchr(line, '=');
    if (line[0] == '#' || equals == NULL)
        return;
    Variable variable = {
        .name = trimmed(arena, line, equals),
        .value = unquoted(arena, trimmed(arena, equals + 1, line + strlen(line))),
    };
    array_push(arena, &environment->variables, variable);
}

static void read_file(Arena *arena, Environment *environment, const char *directory)
{
    FILE *file = fopen(arena_printf(arena, "%s/.env", directory), "re");
    if (file == NULL)
        return;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) >= 0)
        read_line(arena, environment, line);
    free(line);
    fclose(file);
}

// Returns the nearest directory from `start` upwards that has a .git, or NULL.
static const char *project_root(Arena *arena, const char *start)
{
    char *directory = arena_string(arena, start);
    for (;;) {
        if (access(arena_printf(arena, "%s/.git", directory), F_OK) == 0)
            return directory;
        char *slash = strrchr(directory, '/');
        if (slash == NULL || slash == directory)
            return NULL;
        *slash = '\0';
    }
}

Environment environment_read(Arena *arena)
{
    Environment environment = {0};
    char here[PATH_MAX];
    if (getcwd(here, sizeof(here)) == NULL)
        return environment;
    read_file(arena, &environment, here);
    const char *root = project_root(arena, here);
    if (root != NULL && strcmp(root, here) != 0)
        read_file(arena, &environment, root);
    return environment;
}

const char *environment_get(const Environment *environment, const char *name)
{
    const char *value = getenv(name);
    if (value != NULL && value[0] != '\0')
        return value;
    for (size_t i = 0; i < environment->variables.count; i++) {
        const Variable *variable = &environment->variables.items[i];
        if (strcmp(variable->name, name) == 0 && variable->value[0] != '\0')
            return variable->value;
    }
    return NULL;
}
