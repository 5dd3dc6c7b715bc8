// cases.c - going through cases.

#include "cases.h"

#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

bool next_case(Arena *arena, const char **rest, Case *it)
{
    if (!case_next(arena, rest, it))
        return false;
    size_t length = strlen(it->expected);
    it->expected = arena_text(arena, it->expected, length > 0 ? length - 1 : 0);
    return true;
}

static void run_case(CaseRun *run, const Case *it, CaseCheck *check, void *context)
{
    if (strcmp(it->command, "schema") == 0) {
        run->schema = it->input;
        return;
    }
    const char *only = case_option(&run->arena, it, "dialect");
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
