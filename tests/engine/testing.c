// testing.c - counting checks, making databases.

#include "engine/testing.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int passed, failed;

void expect(bool holds, const char *format, ...)
{
    if (holds) {
        passed++;
        return;
    }
    failed++;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED: ");
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

int finish(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}

void make_database(Dialect dialect, const char *path, const char *sql)
{
    Error err;
    Scratch *scratch = NULL;
    if (!scratch_create(dialect, path, NULL, &scratch, &err) ||
        !scratch_execute(scratch, sql, &err)) {
        printf("%s\n0 passed, 1 failed\n", err.message);
        exit(1);
    }
    scratch_close(scratch);
}

static bool is_available(Dialect dialect)
{
    Arena arena = ARENA_EMPTY;
    const EngineInfo *infos = NULL;
    size_t count = engine_list(&arena, &infos);
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || (infos[i].dialect == dialect && infos[i].available);
    arena_clear(&arena);
    return found;
}

size_t available_count(void)
{
    if (is_available(DIALECT_DUCKDB))
        return 2;
    puts("DuckDB's library is missing: its cases are skipped");
    return 1;
}

Dialect available(size_t number)
{
    return number == 0 ? DIALECT_SQLITE : DIALECT_DUCKDB;
}
