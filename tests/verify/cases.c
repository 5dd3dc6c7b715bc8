// cases.c - reading cases.

#include "cases.h"

#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

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

static void run_case(CaseRun *run, const Case *it, CaseCheck *check, void *context)
{
    if (strcmp(it->command, "schema") == 0) {
        run->schema = it->input;
        return;
    }
    const char *only = option(&run->arena, it, "dialect=");
    for (Dialect dialect = 0; dialect <= DIALECT_DUCKDB; dialect++) {
        if (only != NULL && strcmp(only, dialect_name(dialect)) != 0)
            continue;
        if (run->has_engine[dialect])
            check(context, it, dialect);
        else
            run->skipped++;
    }
}

void cases_run(CaseRun *run, int count, char **paths, CaseCheck *check, void *context)
{
    run->schema = "";
    for (Dialect dialect = 0; dialect <= DIALECT_DUCKDB; dialect++)
        run->has_engine[dialect] = engine_is_available(dialect);
    for (int i = 0; i < count; i++) {
        const char *rest;
        Case it;
        Error err;
        run->path = paths[i];
        if (!file_read(&run->arena, paths[i], &rest, &err)) {
            printf("%s\n", err.message);
            run->failed++;
            continue;
        }
        while (next_case(&run->arena, &rest, &it))
            run_case(run, &it, check, context);
    }
}

int cases_end(CaseRun *run)
{
    arena_clear(&run->arena);
    printf("%zu passed, %zu failed, %zu skipped\n", run->passed, run->failed,
           run->skipped);
    return run->failed > 0;
}
