// case_file.c - cutting a text into cases.

#include "case_file.h"

#include <string.h>

// Cuts the next line off the front of `rest`; returns its length without the newline.
static size_t next_line(const char **rest)
{
    size_t length = strcspn(*rest, "\n");
    *rest += length + ((*rest)[length] == '\n');
    return length;
}

// Cuts lines off the front of `rest` up to one that is `end`, and that one, too. Returns
// them with their newlines.
static char *lines_until(Arena *arena, const char **rest, const char *end)
{
    const char *start = *rest, *line = *rest;
    while (*line != '\0') {
        size_t length = next_line(rest);
        if (length == strlen(end) && memcmp(line, end, length) == 0)
            break;
        line = *rest;
    }
    return arena_text(arena, start, (size_t)(line - start));
}

bool case_next(Arena *arena, const char **rest, Case *it)
{
    const char *start = *rest;
    while (**rest == '\n' || **rest == '#')
        next_line(rest);
    *it = (Case){.before = arena_text(arena, start, (size_t)(*rest - start))};
    if (**rest == '\0')
        return false;
    const char *command = *rest;
    it->command = arena_text(arena, command, next_line(rest));
    char *input = lines_until(arena, rest, "----");
    size_t length = strlen(input);
    if (length > 0)
        input[length - 1] = '\0';
    it->input = input;
    it->expected = lines_until(arena, rest, "");
    return true;
}

const char *case_option(Arena *arena, const Case *it, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strchr(it->command, ' '); at != NULL; at = strchr(at, ' ')) {
        at++;
        if (strncmp(at, name, length) == 0 && at[length] == '=')
            return arena_text(arena, at + length + 1, strcspn(at + length + 1, " "));
    }
    return NULL;
}
