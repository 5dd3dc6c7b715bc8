// cases.c - reading cases.

#include "cases.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

char *read_file(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    Text text = text_new(arena);
    char chunk[4096];
    while (fgets(chunk, sizeof(chunk), file) != NULL)
        text_add(&text, chunk);
    fclose(file);
    return text.bytes;
}

// Returns the lines up to one that is `stop`, and goes behind it.
static char *lines_until(Arena *arena, const char **rest, const char *stop)
{
    Text lines = text_new(arena);
    while (**rest != '\0') {
        size_t length = strcspn(*rest, "\n");
        const char *line = arena_text(arena, *rest, length);
        *rest += length + ((*rest)[length] == '\n');
        if (strcmp(line, stop) == 0)
            break;
        text_addf(&lines, "%s%s", lines.length == 0 ? "" : "\n", line);
    }
    return lines.bytes;
}

bool next_case(Arena *arena, const char **rest, Case *it)
{
    for (;;) {
        size_t length = strcspn(*rest, "\n");
        if (**rest == '\0')
            return false;
        const char *line = arena_text(arena, *rest, length);
        *rest += length + ((*rest)[length] == '\n');
        if (length == 0 || line[0] == '#')
            continue;
        it->command = line;
        it->input = lines_until(arena, rest, "----");
        it->expected = lines_until(arena, rest, "");
        return true;
    }
}

const char *option(Arena *arena, const Case *it, const char *name)
{
    const char *at = strstr(it->command, name);
    if (at == NULL)
        return NULL;
    at += strlen(name);
    return arena_text(arena, at, strcspn(at, " "));
}

bool is_available(Arena *arena, Dialect dialect)
{
    const EngineInfo *infos;
    size_t count = engine_list(arena, &infos);
    for (size_t i = 0; i < count; i++)
        if (infos[i].dialect == dialect)
            return infos[i].available;
    return false;
}
