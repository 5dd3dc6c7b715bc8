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

static bool fill_new(Dialect dialect, const char *path, const DemoOptions *options,
                     int64_t *row_count, Error *err)
{
    Scratch *scratch;
    if (!scratch_create(dialect, path, &options->engine, &scratch, err))
        return false;
    bool ok = scratch_execute(scratch, demo_schema(dialect), err) &&
              demo_fill(scratch, options, row_count, err);
    scratch_close(scratch);
    return ok;
}

// A database that is made beside its place and moved there once all is whole: a run that
// was stopped leaves nothing that looks like a shop.
typedef struct {
    Dialect dialect;
    const char *path, *beside;
    const char *log; // DuckDB's, of the one beside.
} Place;

static Place place_of(Arena *arena, Dialect dialect, const char *dir)
{
    const char *path = arena_printf(arena, "%s/shop.%s", dir, dialect_name(dialect));
    return (Place){dialect, path, arena_printf(arena, "%s.new", path),
                   arena_printf(arena, "%s.new.wal", path)};
}

static bool make_database(const Place *place, const DemoOptions *options,
                          int64_t *row_count, Error *err)
{
    if (!options->force && access(place->path, F_OK) == 0)
        return fail(err, ERROR_FILE, "%s exists; --force replaces it", place->path);
    unlink(place->beside); // Both of a run that was stopped.
    unlink(place->log);
    return fill_new(place->dialect, place->beside, options, row_count, err) ||
           fail_while(err, "making %s", place->path);
}

static bool move_databases(const Place *places, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (rename(places[i].beside, places[i].path) != 0)
            return fail(err, ERROR_FILE, "can't make %s: %s", places[i].path,
                        strerror(errno));
    }
    return true;
}

bool demo_make(const char *dir, const DemoOptions *options, DemoReport *report,
               Error *err)
{
    Arena arena = ARENA_EMPTY;
    DemoReport made = {.sqlite = true, .duckdb = engine_is_available(DIALECT_DUCKDB)};
    const Place places[] = {place_of(&arena, DIALECT_SQLITE, dir),
                            place_of(&arena, DIALECT_DUCKDB, dir)};
    size_t count = made.duckdb ? 2 : 1;
    bool ok = make_directory(dir, err);
    for (size_t i = 0; i < count && ok; i++)
        ok = make_database(&places[i], options, &made.row_count, err);
    ok = ok && write_queries(&arena, dir, &made.query_count, err) &&
         move_databases(places, count, err);
    for (size_t i = 0; i < count && !ok; i++)
        unlink(places[i].beside);
    if (ok)
        *report = made;
    arena_clear(&arena);
    return ok;
}
