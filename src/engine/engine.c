// engine.c - a user's database: read-only, always, and in a worker.

#include "engine/engine.h"

#include "engine/describe.h"
#include "engine/engine_session.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// What changes when someone else writes the file.
typedef struct {
    struct timespec modified;
    off_t size;
    ino_t inode;
} FileStamp;

struct Engine {
    Session session;
    const char *path;
    bool in_snapshot;
    uint64_t snapshot_generation; // The worker that holds it.
    FileStamp snapshot_stamp;
    bool snapshot_changed;
};

// Which kind of database a URL means

enum { MAGIC_BYTES = 16 };

typedef struct {
    Dialect dialect;
    const char *scheme;
    size_t magic_offset;
    const char *magic;
} FileKind;

static const FileKind file_kinds[] = {
    {DIALECT_SQLITE, "sqlite:", 0, "SQLite format 3"},
    {DIALECT_DUCKDB, "duckdb:", 8, "DUCK"},
};

static bool read_magic(const char *path, char magic[MAGIC_BYTES], size_t *length,
                       Error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return fail(err, ERROR_FILE, "can't open %s: %s", path, strerror(errno));
    struct stat status;
    bool is_file = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    ssize_t got = is_file ? read(file, magic, MAGIC_BYTES) : -1;
    close(file);
    if (got < 0)
        return fail(err, ERROR_FILE, "%s is not a file that can be read", path);
    *length = (size_t)got;
    return true;
}

static bool url_resolve(const char *url, Dialect *dialect, const char **path, Error *err)
{
    const FileKind *named = NULL;
    *path = url;
    for (size_t i = 0; i < COUNT_OF(file_kinds) && named == NULL; i++)
        if (strncmp(url, file_kinds[i].scheme, strlen(file_kinds[i].scheme)) == 0)
            named = &file_kinds[i];
    if (named != NULL)
        *path = url + strlen(named->scheme);
    if (named == NULL && strstr(url, "://") != NULL)
        return fail(err, ERROR_UNSUPPORTED,
                    "no engine for %.*s: a database is sqlite:PATH, duckdb:PATH or PATH",
                    (int)strcspn(url, ":"), url);

    char magic[MAGIC_BYTES];
    size_t length = 0;
    if (!read_magic(*path, magic, &length, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(file_kinds); i++) {
        const FileKind *kind = &file_kinds[i];
        size_t end = kind->magic_offset + strlen(kind->magic);
        if ((named != NULL && named != kind) || length < end ||
            memcmp(magic + kind->magic_offset, kind->magic, strlen(kind->magic)) != 0)
            continue;
        *dialect = kind->dialect;
        return true;
    }
    if (named == NULL)
        return fail(err, ERROR_FILE, "%s is no database of SQLite or DuckDB%s", *path,
                    length == 0 ? ": it is empty" : "");
    if (length == 0 && named->dialect == DIALECT_SQLITE) {
        *dialect = DIALECT_SQLITE; // An empty file is a database without tables.
        return true;
    }
    return fail(err, ERROR_FILE, "%s is not a %.*s database", *path,
                (int)strlen(named->scheme) - 1, named->scheme);
}

// Opening

bool engine_open(const char *url, const EngineOptions *options, Engine **engine,
                 Error *err)
{
    const char *path = NULL;
    Opening opening = {0};
    if (!url_resolve(url, &opening.dialect, &path, err))
        return false;
    char *absolute = realpath(path, NULL); // The worker's directory may come to differ.
    if (absolute == NULL)
        return fail(err, ERROR_FILE, "can't open %s: %s", path, strerror(errno));
    opening.path = absolute;
    Session session = {0};
    bool ok = session_open(&session, &opening, options, err);
    free(absolute);
    if (!ok)
        return fail_while(err, "opening %s", path);
    Engine *opened = arena_new(&session.arena, Engine, 1);
    opened->path = session.opening.path;
    opened->session = session;
    *engine = opened;
    return true;
}

void engine_close(Engine *engine)
{
    if (engine == NULL)
        return;
    Session session = engine->session; // The engine lives in the session's arena.
    session_close(&session);
}

Dialect engine_dialect(const Engine *engine)
{
    return engine->session.opening.dialect;
}

const char *engine_version(const Engine *engine)
{
    return engine->session.version;
}

// Snapshots

static FileStamp stamp_take(const Engine *engine)
{
    FileStamp stamp = {0};
    struct stat status;
    if (stat(engine->path, &status) == 0)
        stamp = (FileStamp){status.st_mtim, status.st_size, status.st_ino};
    return stamp;
}

static bool stamp_same(const FileStamp *a, const FileStamp *b)
{
    return a->modified.tv_sec == b->modified.tv_sec &&
           a->modified.tv_nsec == b->modified.tv_nsec && a->size == b->size &&
           a->inode == b->inode;
}

static bool begin(Engine *engine, Error *err)
{
    Limits limits = {0};
    wire_clear(&engine->session.request);
    if (!session_call(&engine->session, OPERATION_BEGIN, &limits, err))
        return false;
    engine->snapshot_generation = engine->session.generation;
    return true;
}

bool engine_begin_snapshot(Engine *engine, Error *err)
{
    if (!begin(engine, err))
        return false;
    engine->in_snapshot = true;
    engine->snapshot_changed = false;
    engine->snapshot_stamp = stamp_take(engine);
    return true;
}

// A snapshot dies with its worker. The next one begins another, and if the file is no
// longer what it was, says so.
static bool snapshot_renew(Engine *engine, Error *err)
{
    bool alive = engine->session.process.pid != 0 &&
                 engine->snapshot_generation == engine->session.generation;
    if (!engine->in_snapshot || alive)
        return true;
    if (!begin(engine, err))
        return false;
    FileStamp now = stamp_take(engine);
    if (!stamp_same(&now, &engine->snapshot_stamp))
        engine->snapshot_changed = true;
    return true;
}

bool engine_end_snapshot(Engine *engine, bool *changed, Error *err)
{
    if (!snapshot_renew(engine, err))
        return false;
    Limits limits = {0};
    wire_clear(&engine->session.request);
    engine->in_snapshot = false;
    if (!session_call(&engine->session, OPERATION_END, &limits, err))
        return false;
    bool held = wire_get_u8(&engine->session.reply);
    FileStamp now = stamp_take(engine);
    *changed =
        engine->snapshot_changed || (!held && !stamp_same(&now, &engine->snapshot_stamp));
    return true;
}

// Running

bool engine_describe(Engine *engine, Arena *arena, const Catalog **catalog, Error *err)
{
    return snapshot_renew(engine, err) && describe(&engine->session, arena, catalog, err);
}

Session *engine_session(Engine *engine)
{
    return &engine->session;
}

bool engine_run_to(Engine *engine, Arena *arena, const Request *request,
                   const char *spill_path, Result *result, Error *err)
{
    return snapshot_renew(engine, err) &&
           session_run(&engine->session, arena, request, spill_path, result, err);
}

bool engine_ask(Engine *engine, const Request *request, Error *err)
{
    return snapshot_renew(engine, err) &&
           session_ask(&engine->session, request, NULL, err);
}

bool engine_run(Engine *engine, Arena *arena, const Request *request, Result *result,
                Error *err)
{
    assert(request->sink != SINK_SPILL); // engine_run_spilled hands the file over.
    return engine_run_to(engine, arena, request, NULL, result, err);
}

static void drop_pages(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return; // There is no log beside the file.
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
}

void engine_drop_caches(Engine *engine)
{
    static const char *const logs[] = {"", "-wal", ".wal"}; // SQLite's, DuckDB's.
    Arena scratch = ARENA_EMPTY;
    session_discard_worker(&engine->session);
    for (size_t i = 0; i < COUNT_OF(logs); i++)
        drop_pages(arena_printf(&scratch, "%s%s", engine->path, logs[i]));
    arena_clear(&scratch);
}

// Sends the statement to the worker, for all but running it.
static bool send_statement(Engine *engine, Operation operation, const char *sql,
                           double timeout_ms, Error *err)
{
    Session *session = &engine->session;
    Limits limits = {.timeout_ms = timeout_ms};
    if (!snapshot_renew(engine, err))
        return false;
    wire_clear(&session->request);
    wire_put_string(&session->request, sql);
    return session_call(session, operation, &limits, err);
}

bool engine_prepare(Engine *engine, Arena *arena, const char *sql, double timeout_ms,
                    Result *result, Error *err)
{
    if (!send_statement(engine, OPERATION_PREPARE, sql, timeout_ms, err)) {
        double limit_ms =
            timeout_ms > 0 ? timeout_ms : engine->session.options.timeout_ms;
        return err->kind == ERROR_TIMEOUT &&
               fail(err, ERROR_TIMEOUT,
                    "the statement could not be prepared within %.3g s", limit_ms / 1e3);
    }
    wire_get_result(&engine->session.reply, arena, result);
    return true;
}

bool engine_explain(Engine *engine, Arena *arena, const char *sql, const char **plan,
                    Error *err)
{
    if (!send_statement(engine, OPERATION_EXPLAIN, sql, 0, err))
        return false;
    *plan = wire_get_string(&engine->session.reply, arena);
    return true;
}
