// testing.c - making databases, looking at what became of them.

#include "engine/testing.h"

#include "base/directory.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *make_directory(Arena *arena)
{
    const char *path;
    Error err;
    if (directory_make_temporary(arena, &path, &err))
        return path;
    printf("%s\n0 passed, 1 failed\n", err.message);
    exit(1);
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

size_t available_count(void)
{
    if (engine_is_available(DIALECT_DUCKDB))
        return 2;
    puts("DuckDB's library is missing: its cases are skipped");
    return 1;
}

Dialect available(size_t number)
{
    return number == 0 ? DIALECT_SQLITE : DIALECT_DUCKDB;
}

// FNV-1a.
const char *file_print(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return "no file";
    uint64_t hash = 0xcbf29ce484222325, size = 0;
    for (int byte; (byte = getc(file)) != EOF; size++)
        hash = (hash ^ (uint64_t)byte) * 0x100000001b3;
    fclose(file);
    return arena_printf(arena, "%" PRIu64 " bytes, %016" PRIx64, size, hash);
}

size_t directory_count(const char *path)
{
    DIR *directory = opendir(path);
    size_t count = 0;
    if (directory == NULL)
        return 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}
