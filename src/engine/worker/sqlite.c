// sqlite.c - running statements in SQLite.

#include "engine/worker/sqlite_database.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_TIMEOUT_MS = 1000 };

// Errors

typedef struct {
    int status; // With its details, or without them: any.
    ErrorKind kind;
    const char *advice; // Behind SQLite's own message; or NULL.
} StatusEntry;

static const StatusEntry statuses[] = {
    {SQLITE_AUTH, ERROR_REFUSED, NULL},
    {SQLITE_READONLY_CANTINIT, ERROR_FILE,
     "it is in WAL mode, and its directory can't be written to"},
    {SQLITE_READONLY_DIRECTORY, ERROR_FILE,
     "it is in WAL mode, and its directory can't be written to"},
    {SQLITE_READONLY, ERROR_FILE,
     "a write was cut off and must be undone first: open it once with sqlite3"},
    {SQLITE_INTERRUPT, ERROR_CANCELLED, NULL},
    {SQLITE_NOMEM, ERROR_MEMORY, "the statement went over its memory limit"},
    {SQLITE_BUSY, ERROR_FILE, "another process is writing to it"},
    {SQLITE_LOCKED, ERROR_FILE, "another process is writing to it"},
    {SQLITE_CANTOPEN, ERROR_FILE, "if it is in WAL mode its directory must be writable"},
    {SQLITE_NOTADB, ERROR_FILE, "or it is encrypted"},
    {SQLITE_CORRUPT, ERROR_FILE, NULL},
    {SQLITE_IOERR, ERROR_FILE, NULL},
    {SQLITE_FULL, ERROR_FILE, NULL},
};

bool sqlite_fail(SqliteDatabase *database, int status, Error *err)
{
    // The gate's word counts: behind a virtual table it comes as some other status.
    if (database->refusal[0] != '\0') {
        fail(err, ERROR_REFUSED, "%s", database->refusal);
        database->refusal[0] = '\0';
        return false;
    }
    const char *message = sqlite3_errmsg(database->connection);
    int detailed = sqlite3_extended_errcode(database->connection);
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        if (statuses[i].status == detailed || statuses[i].status == (status & 0xff))
            return fail(err, statuses[i].kind, "%s%s%s", message,
                        statuses[i].advice == NULL ? "" : ": ",
                        statuses[i].advice == NULL ? "" : statuses[i].advice);
    int offset = sqlite3_error_offset(database->connection);
    return fail_at(err, ERROR_STATEMENT, offset < 0 ? NO_OFFSET : (size_t)offset, "%s",
                   message);
}

// Preparing

// Adds what to do about a statement that SQLite does not take. Names that are no columns
// have been found out before, but for texts in double quotes.
static void add_advice(const char *sql, Error *err)
{
    static const struct {
        const char *beginning, *advice;
        bool only_quoted;
    } advices[] = {
        {"no such function:", "those that an application registers are not here", false},
        {"no such collation", "those that an application registers are not here", false},
        {"no such column:", "if it is a text, write it in single quotes", true},
    };
    bool is_quoted = err->offset != NO_OFFSET && sql[err->offset] == '"';
    size_t length = strlen(err->message);
    for (size_t i = 0; i < COUNT_OF(advices); i++) {
        const char *beginning = advices[i].beginning;
        if (strncmp(err->message, beginning, strlen(beginning)) == 0 &&
            (is_quoted || !advices[i].only_quoted))
            snprintf(err->message + length, sizeof(err->message) - length, "; %s",
                     advices[i].advice);
    }
}

bool sqlite_prepare(SqliteDatabase *database, const char *sql, sqlite3_stmt **statement,
                    const char **rest, Error *err)
{
    database->refusal[0] = '\0';
    if (*database->options.interrupted)
        return fail(err, ERROR_CANCELLED, "interrupted");
    int status = sqlite3_prepare_v2(database->connection, sql, -1, statement, rest);
    if (status == SQLITE_OK)
        return true;
    sqlite_fail(database, status, err);
    if (err->kind == ERROR_STATEMENT)
        add_advice(sql, err);
    return false;
}

// Prepares the one statement that `sql` must be.
static bool prepare_single(SqliteDatabase *database, const char *sql,
                           sqlite3_stmt **statement, Error *err)
{
    const char *rest = NULL;
    if (!sqlite_prepare(database, sql, statement, &rest, err))
        return false;
    if (*statement == NULL)
        return fail(err, ERROR_STATEMENT, "no statement");
    sqlite3_stmt *second = NULL;
    Error of_rest = {0};
    bool alone =
        sqlite_prepare(database, rest, &second, NULL, &of_rest) && second == NULL;
    sqlite3_finalize(second);
    bool ok = alone || (of_rest.kind == ERROR_CANCELLED
                            ? fail(err, ERROR_CANCELLED, "%s", of_rest.message)
                            : fail(err, ERROR_REFUSED, "more than one statement"));
    if (ok && !database->options.writable && !sqlite3_stmt_readonly(*statement))
        ok = fail(err, ERROR_REFUSED, "the statement would write");
    if (ok && !database->options.writable && sqlite3_column_count(*statement) == 0)
        ok = fail(err, ERROR_REFUSED, "the statement is no query"); // VACUUM temp
    if (!ok)
        sqlite3_finalize(*statement);
    return ok;
}

void sqlite_cache_clear(SqliteDatabase *database)
{
    sqlite3_stmt *statement;
    while ((statement = statement_cache_drop(&database->cache)) != NULL)
        sqlite3_finalize(statement);
}

bool sqlite_prepare_cached(SqliteDatabase *database, const char *sql,
                           sqlite3_stmt **statement, Error *err)
{
    if (*database->options.interrupted)
        return fail(err, ERROR_CANCELLED, "interrupted");
    *statement = statement_cache_find(&database->cache, sql);
    if (*statement != NULL)
        return true;
    if (!prepare_single(database, sql, statement, err))
        return false;
    sqlite3_finalize(statement_cache_keep(&database->cache, sql, *statement));
    return true;
}

bool sqlite_run_trusted(SqliteDatabase *database, const char *sql, Error *err)
{
    database->trusted = true;
    int status = sqlite3_exec(database->connection, sql, NULL, NULL, NULL);
    database->trusted = false;
    return status == SQLITE_OK || sqlite_fail(database, status, err);
}

// Values

bool sqlite_bind_value(SqliteDatabase *database, sqlite3_stmt *statement, int position,
                       const Value *value, Error *err)
{
    int status = SQLITE_OK;
    switch (value->kind) {
    case VALUE_NULL:
        status = sqlite3_bind_null(statement, position);
        break;
    case VALUE_BOOLEAN:
    case VALUE_INTEGER:
        status = sqlite3_bind_int64(statement, position, value->integer);
        break;
    case VALUE_FLOAT:
        status = sqlite3_bind_double(statement, position, value->number);
        break;
    case VALUE_TEXT:
    case VALUE_OTHER:
        status = sqlite3_bind_text64(statement, position, value->bytes, value->length,
                                     SQLITE_STATIC, SQLITE_UTF8);
        break;
    case VALUE_BLOB:
        status = sqlite3_bind_blob64(statement, position, value->bytes, value->length,
                                     SQLITE_STATIC);
        break;
    }
    return status == SQLITE_OK || sqlite_fail(database, status, err);
}

static const Parameter *find_parameter(const Request *request, const char *name,
                                       int position)
{
    for (size_t i = 0; i < request->parameter_count; i++) {
        const Parameter *parameter = &request->parameters[i];
        if (parameter->name == NULL && parameter->number == (uint32_t)position)
            return parameter;
        if (parameter->name != NULL && name != NULL &&
            (strcmp(parameter->name, name) == 0 ||
             strcmp(parameter->name, name + 1) == 0)) // Without its ":".
            return parameter;
    }
    return NULL;
}

static bool bind(SqliteDatabase *database, sqlite3_stmt *statement,
                 const Request *request, Error *err)
{
    int count = sqlite3_bind_parameter_count(statement);
    for (int i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);
        const Parameter *parameter = find_parameter(request, name, i);
        if (parameter == NULL && name != NULL)
            return fail(err, ERROR_STATEMENT,
                        "no value for parameter %s: write it into the query", name);
        if (parameter == NULL)
            return fail(err, ERROR_STATEMENT,
                        "no value for parameter %d: write it into the query", i);
        if (!sqlite_bind_value(database, statement, i, &parameter->value, err))
            return false;
    }
    return true;
}

// False if memory ran out.
static bool read_value(sqlite3_stmt *statement, int column, Value *value)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        *value = (Value){.kind = VALUE_INTEGER,
                         .type = TYPE_INTEGER,
                         .integer = sqlite3_column_int64(statement, column)};
        return true;
    case SQLITE_FLOAT:
        *value = (Value){.kind = VALUE_FLOAT,
                         .type = TYPE_FLOAT,
                         .number = sqlite3_column_double(statement, column)};
        return true;
    case SQLITE_TEXT:
        *value = (Value){.kind = VALUE_TEXT, .type = TYPE_TEXT};
        value->bytes = (const char *)sqlite3_column_text(statement, column);
        value->length = (size_t)sqlite3_column_bytes(statement, column);
        return value->bytes != NULL;
    case SQLITE_BLOB:
        *value = (Value){.kind = VALUE_BLOB, .type = TYPE_BLOB};
        value->bytes = sqlite3_column_blob(statement, column);
        value->length = (size_t)sqlite3_column_bytes(statement, column);
        if (value->bytes == NULL)
            value->bytes = "";
        return true;
    default:
        *value = (Value){.kind = VALUE_NULL};
        return true;
    }
}

// Snapshots

// Reading the schema takes the lock that BEGIN alone does not.
static bool begin_transaction(SqliteDatabase *database, Error *err)
{
    if (sqlite_run_trusted(database, "BEGIN; SELECT count(*) FROM sqlite_schema", err))
        return true;
    Error ignored;
    bool ended = sqlite_run_trusted(database, "ROLLBACK", &ignored);
    (void)ended; // BEGIN itself may have failed.
    return false;
}

// Running out of memory or disk ends a transaction; what follows begins another.
static void snapshot_renew(SqliteDatabase *database)
{
    Error ignored;
    if (!database->in_snapshot || !sqlite3_get_autocommit(database->connection))
        return;
    database->snapshot_lost = true;
    database->in_snapshot = begin_transaction(database, &ignored);
}

static bool begin(void *context, Error *err)
{
    SqliteDatabase *database = context;
    database->snapshot_lost = false;
    database->in_snapshot = begin_transaction(database, err);
    if (database->in_snapshot)
        sqlite_clock_stop(database->time);
    return database->in_snapshot;
}

static bool end(void *context, bool *held, Error *err)
{
    SqliteDatabase *database = context;
    bool open = !sqlite3_get_autocommit(database->connection);
    *held = open && !database->snapshot_lost;
    database->in_snapshot = false;
    sqlite_clock_start(database->time);
    return !open || sqlite_run_trusted(database, "COMMIT", err);
}

// Running

static bool describe_columns(sqlite3_stmt *statement, Sink *sink, Error *err)
{
    int count = sqlite3_column_count(statement);
    ResultColumn *columns = arena_new(sink->arena, ResultColumn, (size_t)count);
    for (int i = 0; i < count; i++) {
        const char *declared = sqlite3_column_decltype(statement, i);
        columns[i].name = arena_string(sink->arena, sqlite3_column_name(statement, i));
        if (declared != NULL)
            columns[i].type =
                type_from_declaration(sink->arena, DIALECT_SQLITE, declared);
    }
    return sink_columns(sink, columns, (size_t)count, err);
}

static bool fetch(SqliteDatabase *database, sqlite3_stmt *statement, Sink *sink,
                  Error *err)
{
    size_t count = sink->result.column_count;
    Value *row = arena_new(sink->arena, Value, count);
    for (;;) {
        int status = sqlite3_step(statement);
        if (status == SQLITE_DONE)
            return true;
        if (status != SQLITE_ROW)
            return sqlite_fail(database, status, err);
        for (size_t i = 0; i < count; i++)
            if (!read_value(statement, (int)i, &row[i]))
                return fail(err, ERROR_MEMORY, "a value is too large for the limit");
        if (!sink_row(sink, row, err))
            return false;
    }
}

static bool run(void *context, Arena *arena, const Request *request, Sink *sink,
                Error *err)
{
    SqliteDatabase *database = context;
    size_t limit = request->memory_limit_bytes > 0 ? request->memory_limit_bytes
                                                   : database->options.memory_limit_bytes;
    sqlite3_hard_heap_limit64((sqlite3_int64)limit);
    sqlite3_stmt *statement = NULL;
    bool cached = database->options.writable;
    if (!(cached ? sqlite_prepare_cached(database, request->sql, &statement, err)
                 : prepare_single(database, request->sql, &statement, err)))
        return false;
    snapshot_renew(database);
    bool ok = bind(database, statement, request, err) &&
              describe_columns(statement, sink, err) &&
              fetch(database, statement, sink, err);
    sink->result.steps =
        (uint64_t)sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    if (cached) {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    } else {
        sqlite3_finalize(statement);
    }
    return ok;
}

static bool prepare(void *context, Arena *arena, const char *sql, Sink *sink, Error *err)
{
    sqlite3_stmt *statement = NULL;
    if (!prepare_single(context, sql, &statement, err))
        return false;
    bool ok = describe_columns(statement, sink, err);
    sqlite3_finalize(statement);
    return ok;
}

// Plans

enum { PLAN_DEPTH = 64 };

// EXPLAIN QUERY PLAN gives each line its own number and its parent's.
static bool explain(void *context, Arena *arena, const char *sql, Text *plan, Error *err)
{
    SqliteDatabase *database = context;
    sqlite3_stmt *statement = NULL;
    const char *explained = arena_printf(arena, "EXPLAIN QUERY PLAN %s", sql);
    if (!prepare_single(database, explained, &statement, err)) {
        if (err->offset != NO_OFFSET && err->offset >= strlen(explained) - strlen(sql))
            err->offset -= strlen(explained) - strlen(sql);
        return false;
    }
    int parents[PLAN_DEPTH];
    size_t depth = 0;
    int status;
    while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
        int parent = sqlite3_column_int(statement, 1);
        while (depth > 0 && parents[depth - 1] != parent)
            depth--;
        text_addf(plan, "%*s%s\n", 2 * (int)depth, "",
                  (const char *)sqlite3_column_text(statement, 3));
        if (depth < PLAN_DEPTH)
            parents[depth++] = sqlite3_column_int(statement, 0);
    }
    bool ok = status == SQLITE_DONE || sqlite_fail(database, status, err);
    sqlite3_finalize(statement);
    return ok;
}

// Opening

static void about(Arena *arena, EngineInfo *info)
{
    info->available = true;
    info->version = sqlite3_libversion();
}

static void interrupt(void *context)
{
    SqliteDatabase *database = context;
    sqlite3_interrupt(database->connection);
}

static void close_database(void *context)
{
    SqliteDatabase *database = context;
    sqlite_cache_clear(database);
    sqlite3_close(database->connection);
    sqlite_clock_free(database->time);
    arena_clear(&database->arena);
    free(database);
}

static const char settings_reading[] = "PRAGMA query_only = ON";

// A file of ours is worth nothing until it is complete: no journal beside it, no waiting
// for disks. A defensive connection cannot be without any journal.
static const char settings_writing[] = "PRAGMA journal_mode = MEMORY;"
                                       "PRAGMA synchronous = OFF";

static int take_shadow(void *context, int count, char **values, char **names)
{
    SqliteDatabase *database = context;
    database->shadows[database->shadow_count++] =
        arena_string(&database->arena, values[0]);
    return 0;
}

// Only a user's database: a scratch database may write anyway.
static bool find_shadows(SqliteDatabase *database, Error *err)
{
    static const char sql[] = "SELECT name FROM pragma_table_list WHERE type = 'shadow'"
                              " LIMIT 1000";
    enum { SHADOW_LIMIT = 1000 };
    database->shadows = arena_new(&database->arena, const char *, SHADOW_LIMIT);
    database->trusted = true;
    int status = sqlite3_exec(database->connection, sql, take_shadow, database, NULL);
    database->trusted = false;
    return status == SQLITE_OK || sqlite_fail(database, status, err);
}

static bool configure(SqliteDatabase *database, Error *err)
{
    sqlite3 *connection = database->connection;
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
    sqlite3_busy_timeout(connection, BUSY_TIMEOUT_MS);
    sqlite3_hard_heap_limit64((sqlite3_int64)database->options.memory_limit_bytes);
    sqlite3_set_authorizer(connection, sqlite_authorize, database);
    return sqlite_run_trusted(
               database, database->options.writable ? settings_writing : settings_reading,
               err) &&
           sqlite_run_trusted(database, "SELECT count(*) FROM sqlite_schema", err) &&
           (database->options.writable || find_shadows(database, err));
}

static bool open_database(const DatabaseOptions *options, void **opened, Error *err)
{
    SqliteDatabase *database = calloc(1, sizeof(*database));
    if (database == NULL)
        return fail(err, ERROR_MEMORY, "out of memory");
    database->options = *options;
    int flags = !options->writable      ? SQLITE_OPEN_READONLY
                : options->path == NULL ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY
                                        : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const char *path = options->path == NULL ? ":memory:" : options->path;
    // One thread works here; sqlite3_interrupt needs no lock.
    flags |= SQLITE_OPEN_NOMUTEX;
    database->time = sqlite_clock_new();
    if (database->time == NULL) {
        free(database);
        return fail(err, ERROR_MEMORY, "out of memory");
    }
    if (options->writable)
        sqlite_clock_stop(database->time);
    int status = sqlite3_open_v2(path, &database->connection, flags,
                                 sqlite_clock_name(database->time));
    bool ok = status == SQLITE_OK || sqlite_fail(database, status, err);
    if (ok && configure(database, err)) {
        *opened = database;
        return true;
    }
    close_database(database);
    return false;
}

// SQLite's planner has no such switch; but it can be told to scan backwards where no
// order is asked for, and to make no index of its own, which keeps rows in its order.
// That shows who relies on one.
static bool set_optimizer(void *context, bool on, Error *err)
{
    return sqlite_run_trusted(context,
                              on ? "PRAGMA reverse_unordered_selects = 0;"
                                   "PRAGMA automatic_index = 1"
                                 : "PRAGMA reverse_unordered_selects = 1;"
                                   "PRAGMA automatic_index = 0",
                              err);
}

const Backend backend_sqlite = {
    .name = "SQLite",
    .dialect = DIALECT_SQLITE,
    .about = about,
    .open = open_database,
    .close = close_database,
    .interrupt = interrupt,
    .run = run,
    .prepare = prepare,
    .explain = explain,
    .begin = begin,
    .end = end,
    .execute = sqlite_execute,
    .clear = sqlite_clear,
    .fill = sqlite_fill,
    .stage = sqlite_fill,
    .append = sqlite_append,
    .set_optimizer = set_optimizer,
};
