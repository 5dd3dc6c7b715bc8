// input.c - reading SQL.

#include "app/input.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char STANDARD_INPUT[] = "standard input";

void input_announce(void)
{
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "reading from standard input; end it with Ctrl-D\n");
}

static bool read_standard_input(Arena *arena, const char **text, Error *err)
{
    input_announce();
    return file_read_open(arena, STDIN_FILENO, STANDARD_INPUT, text, err);
}

bool input_read(Arena *arena, const char *path, const char **text, Error *err)
{
    return strcmp(path, "-") == 0 ? read_standard_input(arena, text, err)
                                  : file_read(arena, path, text, err);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void add_file(Arena *arena, Inputs *inputs, const char *path)
{
    bool is_standard = strcmp(path, "-") == 0;
    Input input = {.name = is_standard ? STANDARD_INPUT : last_part(path),
                   .path = is_standard ? NULL : path};
    if (!input_read(arena, path, &input.text, &input.error))
        input.text = NULL;
    array_push(arena, inputs, input);
}

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), end_length = strlen(end);
    return length > end_length && strcmp(name + length - end_length, end) == 0;
}

static int is_query_file(const struct dirent *entry)
{
    return ends_in(entry->d_name, ".sql") && !ends_in(entry->d_name, ".hone.sql");
}

static void add_directory(Arena *arena, Inputs *inputs, const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_query_file, alphasort);
    for (int i = 0; i < count; i++) {
        add_file(arena, inputs, arena_printf(arena, "%s/%s", path, entries[i]->d_name));
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (count > 0)
        return;
    Input input = {.name = path, .path = path};
    fail(&input.error, ERROR_FILE, "%s: %s", path,
         count < 0 ? strerror(errno) : "there is no .sql file in it");
    array_push(arena, inputs, input);
}

Inputs inputs_read(Arena *arena, const Settings *settings)
{
    Inputs inputs = {0};
    for (size_t i = 0; i < settings->statements.count; i++) {
        bool alone = settings->statements.count == 1;
        Input input = {.name = alone ? "-c" : arena_printf(arena, "-c#%zu", i + 1),
                       .text = settings->statements.items[i]};
        array_push(arena, &inputs, input);
    }
    for (size_t i = 0; i < settings->files.count; i++) {
        const char *path = settings->files.items[i];
        struct stat status;
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            add_directory(arena, &inputs, path);
        else
            add_file(arena, &inputs, path);
    }
    if (inputs.count == 0)
        add_file(arena, &inputs, "-");
    return inputs;
}
