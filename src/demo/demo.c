// demo.c - making the shop's directory.

#include "demo/demo.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_directory(const char *path, Error *err)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    return fail(err, ERROR_FILE, "can't make the directory %s: %s", path,
                strerror(errno));
}

static bool write_queries(Arena *arena, const char *dir, size_t *count, Error *err)
{
    const char *folder = arena_printf(arena, "%s/queries", dir);
    bool ok = make_directory(folder, err);
    const DemoQuery *queries = demo_queries(count);
    for (size_t i = 0; i < *count && ok; i++)
        ok = file_write(arena_printf(arena, "%s/%s.sql", folder, queries[i].name),
                        queries[i].sql, true, err);
    return ok;
}

// True if nothing is at `path` any more.
static bool make_way(const char *path, bool force, Error *err)
{
    if (access(path, F_OK) != 0)
        return true;
    if (!force)
        return fail(err, ERROR_FILE, "%s exists; --force replaces it", path);
    return unlink(path) == 0 ||
           fail(err, ERROR_FILE, "can't replace %s: %s", path, strerror(errno));
}

static bool make_database(Dialect dialect, const char *path, const DemoOptions *options,
                          int64_t *row_count, Error *err)
{
    Scratch *scratch;
    if (!make_way(path, options->force, err) ||
        !scratch_create(dialect, path, &options->engine, &scratch, err))
        return false;
    bool ok = scratch_execute(scratch, demo_schema(dialect), err) &&
              demo_fill(scratch, options, row_count, err);
    scratch_close(scratch);
    if (ok)
        return true;
    unlink(path);
    return fail_while(err, "making %s", path);
}

bool demo_make(const char *dir, const DemoOptions *options, DemoReport *report,
               Error *err)
{
    Arena arena = ARENA_EMPTY;
    DemoReport made = {.sqlite = true, .duckdb = engine_is_available(DIALECT_DUCKDB)};
    const char *sqlite_path = arena_printf(&arena, "%s/shop.sqlite", dir);
    const char *duckdb_path = arena_printf(&arena, "%s/shop.duckdb", dir);
    bool ok = make_directory(dir, err) &&
              make_database(DIALECT_SQLITE, sqlite_path, options, &made.row_count, err) &&
              (!made.duckdb || make_database(DIALECT_DUCKDB, duckdb_path, options,
                                             &made.row_count, err)) &&
              write_queries(&arena, dir, &made.query_count, err);
    if (ok)
        *report = made;
    arena_clear(&arena);
    return ok;
}
