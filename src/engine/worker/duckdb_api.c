// duckdb_api.c - finding DuckDB's library and the functions in it.

#include "engine/worker/duckdb_api.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADVICE                                                                           \
    "run scripts/deps.sh, install libduckdb.so, or set HONE_DUCKDB_LIBRARY to its path"

// To find its own functions only as they are called halves the time that loading takes.
enum { LIBRARY_FLAGS = RTLD_LAZY | RTLD_LOCAL };

typedef struct {
    const char *name;
    size_t offset; // Of its pointer in DuckdbApi.
} Symbol;

static const Symbol symbols[] = {
#define DUCKDB_FUNCTION(result, name, arguments)                                         \
    {"duckdb_" #name, offsetof(DuckdbApi, name)},
#include "engine/duckdb_api.def"
#undef DUCKDB_FUNCTION
};

// Where scripts/deps.sh keeps it; NULL if there is no home.
static const char *cache_path(Arena *arena)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    if (cache != NULL && *cache == '/')
        return arena_printf(arena, "%s/hone/libduckdb.so", cache);
    const char *home = getenv("HOME");
    if (home == NULL || *home == '\0')
        return NULL;
    return arena_printf(arena, "%s/.cache/hone/libduckdb.so", home);
}

static void *library_open(Arena *arena, const char **path, Error *err)
{
    const char *named = getenv("HONE_DUCKDB_LIBRARY");
    if (named != NULL && *named != '\0') {
        *path = named;
        void *library = dlopen(named, LIBRARY_FLAGS);
        if (library == NULL)
            fail(err, ERROR_FILE, "HONE_DUCKDB_LIBRARY: %s", dlerror());
        return library;
    }
    *path = "libduckdb.so";
    void *library = dlopen(*path, LIBRARY_FLAGS);
    if (library != NULL)
        return library;
    *path = cache_path(arena);
    if (*path == NULL || access(*path, R_OK) != 0) {
        fail(err, ERROR_FILE, "DuckDB's library is missing: " ADVICE);
        return NULL;
    }
    library = dlopen(*path, LIBRARY_FLAGS);
    if (library == NULL)
        fail(err, ERROR_FILE, "DuckDB's library does not load: %s", dlerror());
    return library;
}

bool duckdb_api_load(Arena *arena, DuckdbApi *api, Error *err)
{
    const char *path = NULL;
    void *library = library_open(arena, &path, err);
    if (library == NULL)
        return false;
    DuckdbApi found = {.library = library, .path = arena_string(arena, path)};
    for (size_t i = 0; i < COUNT_OF(symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (symbol == NULL) {
            dlclose(library);
            return fail(err, ERROR_FILE,
                        "%s has no %s: too old, or not DuckDB's library; " ADVICE, path,
                        symbols[i].name);
        }
        // ISO C knows no cast from an object's pointer to a function's.
        memcpy((char *)&found + symbols[i].offset, &symbol, sizeof(symbol));
    }
    *api = found;
    return true;
}
