// duckdb.c - running statements in DuckDB.

#include "engine/worker/duckdb_database.h"

#include "engine/worker/duckdb_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Errors

typedef struct {
    const char *prefix; // Of DuckDB's message.
    ErrorKind kind;
} MessageKind;

static const MessageKind message_kinds[] = {
    {"INTERRUPT", ERROR_CANCELLED},
    {"Out of Memory", ERROR_MEMORY},
    {"Permission Error", ERROR_REFUSED},
    {"IO Error", ERROR_FILE},
    {"Serialization Error", ERROR_FILE},
    // After these the database refuses all further work: only a new worker helps.
    {"INTERNAL", ERROR_CRASH},
    {"FATAL", ERROR_CRASH},
};

// Finds where the caret of "LINE 2: …SELECT x…\n        ^" stands in `sql`.
static size_t caret_offset(const char *message, const char *sql)
{
    const char *mark = strstr(message, "\nLINE ");
    int line = 0, prefix = 0;
    if (sql == NULL || mark == NULL || sscanf(mark, "\nLINE %d: %n", &line, &prefix) != 1)
        return NO_OFFSET;
    const char *shown = mark + prefix;
    size_t shown_length = strcspn(shown, "\n");
    const char *caret = strchr(shown + shown_length, '^');
    if (caret == NULL)
        return NO_OFFSET;
    size_t column = (size_t)(caret - (shown + shown_length + 1));
    size_t indent = (size_t)prefix - 1; // "LINE 2: " without the line feed.
    const char *start = sql;
    for (int i = 1; i < line && start != NULL; i++) {
        start = strchr(start, '\n');
        start = start == NULL ? NULL : start + 1;
    }
    // Long lines are cut on the left, which shows as "...".
    if (start == NULL || column < indent || strncmp(shown, "...", 3) == 0)
        return NO_OFFSET;
    size_t offset = (size_t)(start - sql) + column - indent;
    return offset <= strlen(sql) ? offset : NO_OFFSET;
}

bool duckdb_fail(const char *message, const char *sql, Error *err)
{
    ErrorKind kind = ERROR_STATEMENT;
    if (message == NULL)
        message = "DuckDB gives no reason";
    for (size_t i = 0; i < COUNT_OF(message_kinds); i++)
        if (strncmp(message, message_kinds[i].prefix, strlen(message_kinds[i].prefix)) ==
            0)
            kind = message_kinds[i].kind;
    size_t offset = caret_offset(message, sql);
    return fail_at(err, kind, offset, "%.*s", (int)strcspn(message, "\n"), message);
}

// Preparing

static bool check_statement(DuckdbDatabase *database, const char *sql,
                            duckdb_prepared_statement statement, Error *err)
{
    if (database->options.writable)
        return true;
    int kind = (int)database->api.prepared_statement_type(statement);
    return kind == DUCKDB_STATEMENT_TYPE_SELECT ||
           kind == DUCKDB_STATEMENT_TYPE_EXPLAIN ||
           fail(err, ERROR_REFUSED, "not a statement that only reads");
}

bool duckdb_prepare_single(DuckdbDatabase *database, const char *sql,
                           duckdb_prepared_statement *statement, Error *err)
{
    const DuckdbApi *api = &database->api;
    if (*database->options.interrupted)
        return fail(err, ERROR_CANCELLED, "interrupted");
    if (!duckdb_gate_check(database, sql, err))
        return false;
    duckdb_extracted_statements extracted = NULL;
    idx_t count = api->extract_statements(database->connection, sql, &extracted);
    const char *reason = api->extract_statements_error(extracted);
    bool ok = true;
    if (count == 0 && reason != NULL)
        ok = duckdb_fail(reason, sql, err);
    else if (count == 0)
        ok = fail(err, ERROR_STATEMENT, "no statement");
    else if (count > 1)
        ok = fail(err, ERROR_REFUSED, "more than one statement");
    if (ok && api->prepare_extracted_statement(database->connection, extracted, 0,
                                               statement) != DuckDBSuccess)
        ok = duckdb_fail(api->prepare_error(*statement), sql, err);
    ok = ok && check_statement(database, sql, *statement, err);
    if (!ok)
        api->destroy_prepare(statement);
    api->destroy_extracted(&extracted);
    return ok;
}

void duckdb_cache_clear(DuckdbDatabase *database)
{
    duckdb_prepared_statement statement;
    while ((statement = statement_cache_drop(&database->cache)) != NULL)
        database->api.destroy_prepare(&statement);
}

bool duckdb_prepare_cached(DuckdbDatabase *database, const char *sql,
                           duckdb_prepared_statement *statement, Error *err)
{
    if (*database->options.interrupted)
        return fail(err, ERROR_CANCELLED, "interrupted");
    *statement = statement_cache_find(&database->cache, sql);
    if (*statement != NULL)
        return true;
    if (!duckdb_prepare_single(database, sql, statement, err))
        return false;
    duckdb_prepared_statement dropped =
        statement_cache_keep(&database->cache, sql, *statement);
    if (dropped != NULL)
        database->api.destroy_prepare(&dropped);
    return true;
}

bool duckdb_query_plain(DuckdbDatabase *database, const char *sql, Error *err)
{
    duckdb_result result;
    bool ok = database->api.query(database->connection, sql, &result) == DuckDBSuccess;
    if (!ok)
        duckdb_fail(database->api.result_error(&result), sql, err);
    database->api.destroy_result(&result);
    return ok;
}

// Parameters

static duckdb_state bind_value(const DuckdbApi *api, duckdb_prepared_statement statement,
                               idx_t position, const Value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return api->bind_null(statement, position);
    case VALUE_BOOLEAN:
        return api->bind_boolean(statement, position, value->integer != 0);
    case VALUE_INTEGER:
        return api->bind_int64(statement, position, value->integer);
    case VALUE_FLOAT:
        return api->bind_double(statement, position, value->number);
    case VALUE_TEXT:
    case VALUE_OTHER:
        return api->bind_varchar_length(statement, position, value->bytes, value->length);
    case VALUE_BLOB:
        return api->bind_blob(statement, position, value->bytes, value->length);
    }
    return DuckDBError;
}

static const Parameter *find_parameter(const Request *request, const char *name,
                                       idx_t position)
{
    for (size_t i = 0; i < request->parameter_count; i++) {
        const Parameter *parameter = &request->parameters[i];
        const char *given = parameter->name;
        if (given == NULL && parameter->number == position)
            return parameter;
        if (given != NULL && name != NULL &&
            (text_same_word(given, name) || text_same_word(given + 1, name)))
            return parameter; // With its "$" or without.
    }
    return NULL;
}

static bool bind(DuckdbDatabase *database, duckdb_prepared_statement statement,
                 const Request *request, Error *err)
{
    const DuckdbApi *api = &database->api;
    idx_t count = api->nparams(statement);
    for (idx_t i = 1; i <= count; i++) {
        char *name = (char *)api->parameter_name(statement, i);
        const Parameter *parameter = find_parameter(request, name, i);
        bool ok = parameter != NULL &&
                  bind_value(api, statement, i, &parameter->value) == DuckDBSuccess;
        if (parameter == NULL)
            fail(err, ERROR_STATEMENT,
                 "no value for parameter $%s: write it into the query",
                 name == NULL ? "?" : name);
        else if (!ok)
            duckdb_fail(api->prepare_error(statement), request->sql, err);
        api->free(name);
        if (!ok)
            return false;
    }
    return true;
}

// Rows

typedef struct {
    DuckdbDatabase *database;
    Arena *arena;
    Sink *sink;
    size_t column_count;
    DuckdbType *types;
} Fetch;

static bool describe_columns(Fetch *fetch, duckdb_result *result, Error *err)
{
    const DuckdbApi *api = &fetch->database->api;
    fetch->column_count = api->column_count(result);
    fetch->types = arena_new(fetch->arena, DuckdbType, fetch->column_count);
    ResultColumn *columns = arena_new(fetch->arena, ResultColumn, fetch->column_count);
    for (size_t i = 0; i < fetch->column_count; i++) {
        columns[i].name = arena_string(fetch->arena, api->column_name(result, i));
        if (!duckdb_type_read(api, fetch->arena, api->column_logical_type(result, i),
                              &fetch->types[i], err))
            return fail_while(err, "column %s", columns[i].name);
        columns[i].type = duckdb_type_plain(fetch->arena, &fetch->types[i]);
        columns[i].nests_floats = duckdb_type_nests_floats(&fetch->types[i]);
    }
    return sink_columns(fetch->sink, columns, fetch->column_count, err);
}

static void digest_rows(Fetch *fetch, Digester *digester, const DuckdbVector *vectors,
                        idx_t size, Arena *texts)
{
    for (idx_t i = 0; i < size; i++) {
        for (size_t j = 0; j < fetch->column_count; j++)
            duckdb_vector_digest(&fetch->database->api, texts, &vectors[j], i, digester);
        digester_end_row(digester);
    }
}

// True if the row is to be taken; only then are its values made.
static bool passes(const Fetch *fetch, Digester *filter, const DuckdbVector *vectors,
                   idx_t row, Arena *texts)
{
    if (filter == NULL)
        return true;
    for (size_t j = 0; j < filter->column_count; j++)
        duckdb_vector_digest(&fetch->database->api, texts, &vectors[j], row, filter);
    return sink_passes(fetch->sink);
}

static bool take_rows_of(Fetch *fetch, const DuckdbVector *vectors, idx_t size,
                         Arena *texts, Error *err)
{
    const DuckdbApi *api = &fetch->database->api;
    Value *row = arena_new(texts, Value, fetch->column_count);
    Digester *filter = sink_filter(fetch->sink);
    bool ok = true;
    for (idx_t i = 0; i < size && ok; i++) {
        if (!passes(fetch, filter, vectors, i, texts))
            continue;
        bool whole = sink_wants_values(fetch->sink);
        for (size_t j = 0; j < fetch->column_count; j++)
            row[j] = whole ? duckdb_vector_value(api, texts, &vectors[j], i)
                           : duckdb_vector_glance(&vectors[j], i);
        ok = sink_row(fetch->sink, row, err);
    }
    return ok;
}

static bool take_chunk(Fetch *fetch, duckdb_data_chunk chunk, Error *err)
{
    const DuckdbApi *api = &fetch->database->api;
    Arena texts = ARENA_EMPTY; // Of this chunk's values.
    DuckdbVector *vectors = arena_new(&texts, DuckdbVector, fetch->column_count);
    for (size_t i = 0; i < fetch->column_count; i++)
        vectors[i] = duckdb_vector_view(api, &fetch->types[i],
                                        api->data_chunk_get_vector(chunk, i));
    idx_t size = api->data_chunk_get_size(chunk);
    Digester *digester = sink_digester(fetch->sink);
    bool ok = true;
    if (digester != NULL)
        digest_rows(fetch, digester, vectors, size, &texts);
    else
        ok = take_rows_of(fetch, vectors, size, &texts, err);
    arena_clear(&texts);
    return ok;
}

static bool take_rows(Fetch *fetch, duckdb_result *result, const char *sql, Error *err)
{
    const DuckdbApi *api = &fetch->database->api;
    for (;;) {
        duckdb_data_chunk chunk = api->fetch_chunk(*result);
        if (chunk == NULL) {
            const char *reason = api->result_error(result);
            return reason == NULL || *reason == '\0' || duckdb_fail(reason, sql, err);
        }
        bool ok = take_chunk(fetch, chunk, err);
        api->destroy_data_chunk(&chunk);
        if (!ok)
            return false;
    }
}

// Executes it so that rows are made as they are fetched, not kept in memory.
static bool run_statement(DuckdbDatabase *database, Arena *arena,
                          duckdb_prepared_statement statement, const char *sql,
                          Sink *sink, Error *err)
{
    const DuckdbApi *api = &database->api;
    duckdb_pending_result pending = NULL;
    duckdb_result result = {0};
    bool ok = api->pending_prepared_streaming(statement, &pending) == DuckDBSuccess;
    if (!ok) {
        duckdb_fail(api->pending_error(pending), sql, err);
    } else if (api->execute_pending(pending, &result) != DuckDBSuccess) {
        const char *reason = api->result_error(&result);
        ok = duckdb_fail(reason == NULL ? api->pending_error(pending) : reason, sql, err);
    }
    Fetch fetch = {.database = database, .arena = arena, .sink = sink};
    ok = ok && describe_columns(&fetch, &result, err) &&
         take_rows(&fetch, &result, sql, err);
    api->destroy_result(&result);
    api->destroy_pending(&pending);
    return ok;
}

// An error ends the transaction for all that follows in it.
static void snapshot_renew(DuckdbDatabase *database)
{
    Error ignored;
    if (!database->in_snapshot)
        return;
    bool ended = duckdb_query_plain(database, "ROLLBACK", &ignored);
    database->in_snapshot =
        ended && duckdb_query_plain(database, "BEGIN TRANSACTION", &ignored);
}

// DuckDB's plans rest on the data they were made for (a filter that no row of then could
// pass is planned as empty), and aren't made again when the data changes. It is the
// optimizer that looks at the data: without it there is only the catalogue to rest on,
// and a change of that makes DuckDB plan anew.
static bool keeps_plans(const DuckdbDatabase *database)
{
    return database->is_unoptimized && database->stage.state != STAGE_NONE;
}

bool duckdb_run(void *context, Arena *arena, const Request *request, Sink *sink,
                Error *err)
{
    DuckdbDatabase *database = context;
    duckdb_prepared_statement statement = NULL;
    bool kept = keeps_plans(database);
    bool ok = duckdb_stage_restore(database, arena, err) &&
              (kept ? duckdb_prepare_cached
                    : duckdb_prepare_single)(database, request->sql, &statement, err) &&
              bind(database, statement, request, err) &&
              run_statement(database, arena, statement, request->sql, sink, err);
    if (!kept)
        database->api.destroy_prepare(&statement);
    if (!ok) {
        snapshot_renew(database);
        duckdb_stage_lose(database);
    }
    return ok;
}

static bool prepare(void *context, Arena *arena, const char *sql, Sink *sink, Error *err)
{
    DuckdbDatabase *database = context;
    const DuckdbApi *api = &database->api;
    duckdb_prepared_statement statement = NULL;
    if (!duckdb_prepare_single(database, sql, &statement, err))
        return false;
    size_t count = api->prepared_statement_column_count(statement);
    ResultColumn *columns = arena_new(arena, ResultColumn, count);
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        char *name = (char *)api->prepared_statement_column_name(statement, i);
        columns[i].name = arena_string(arena, name);
        api->free(name);
        DuckdbType type;
        ok = duckdb_type_read(api, arena,
                              api->prepared_statement_column_logical_type(statement, i),
                              &type, err);
        if (ok)
            columns[i].type = duckdb_type_plain(arena, &type);
    }
    api->destroy_prepare(&statement);
    return ok && sink_columns(sink, columns, count, err);
}

// Plans

// EXPLAIN returns one row: which plan it is, and the plan.
static bool explain(void *context, Arena *arena, const char *sql, Text *plan, Error *err)
{
    DuckdbDatabase *database = context;
    static const char prefix[] = "EXPLAIN (FORMAT json) ";
    Request request = {.sql = arena_printf(arena, "%s%s", prefix, sql),
                       .sink = SINK_ROWS,
                       .row_limit = 1};
    Sink sink;
    sink_open(&sink, arena, &request, NULL);
    bool ok = duckdb_run(database, arena, &request, &sink, err);
    if (!ok && err->offset != NO_OFFSET && err->offset >= strlen(prefix))
        err->offset -= strlen(prefix);
    ok = sink_end(&sink, ok, err);
    if (ok) {
        wire_view_value(&sink.kept);
        Value json = wire_view_value(&sink.kept);
        ok = duckdb_plan_add(plan, json.bytes, json.length, err);
    }
    sink_free(&sink);
    return ok;
}

// Snapshots

static bool begin(void *context, Error *err)
{
    DuckdbDatabase *database = context;
    database->in_snapshot = duckdb_query_plain(database, "BEGIN TRANSACTION", err);
    return database->in_snapshot;
}

// Nobody else can write the file while we have it open.
static bool end(void *context, bool *held, Error *err)
{
    DuckdbDatabase *database = context;
    bool was_open = database->in_snapshot;
    database->in_snapshot = false;
    *held = true;
    return !was_open || duckdb_query_plain(database, "COMMIT", err);
}

// Opening

static void about(Arena *arena, EngineInfo *info)
{
    DuckdbApi api;
    Error err;
    info->available = duckdb_api_load(arena, &api, &err);
    if (!info->available) {
        info->advice = arena_string(arena, err.message);
        return;
    }
    const char *version = api.library_version();
    info->version = arena_string(arena, version + (*version == 'v'));
    info->path = api.path;
}

static void interrupt(void *context)
{
    DuckdbDatabase *database = context;
    database->api.interrupt(database->connection);
}

static void close_database(void *context)
{
    DuckdbDatabase *database = context;
    duckdb_cache_clear(database);
    duckdb_stage_free(database);
    if (database->connection != NULL)
        database->api.disconnect(&database->connection);
    if (database->database != NULL)
        database->api.close(&database->database);
    arena_clear(&database->arena);
    free(database);
}

static bool set_option(DuckdbDatabase *database, duckdb_config config, const char *name,
                       const char *value, Error *err)
{
    return database->api.set_config(config, name, value) == DuckDBSuccess ||
           fail(err, ERROR_FILE, "DuckDB knows no setting %s = %s", name, value);
}

// Nothing outside the database can be reached, and no extension loaded; after that the
// settings themselves are locked.
static bool configure(DuckdbDatabase *database, duckdb_config config, Error *err)
{
    const DatabaseOptions *options = &database->options;
    Arena *arena = &database->arena;
    bool ok =
        set_option(database, config, "access_mode",
                   options->writable ? "READ_WRITE" : "READ_ONLY", err) &&
        set_option(database, config, "autoload_known_extensions", "false", err) &&
        set_option(database, config, "autoinstall_known_extensions", "false", err) &&
        set_option(database, config, "allow_community_extensions", "false", err) &&
        set_option(database, config, "memory_limit",
                   arena_printf(arena, "%zuB", options->memory_limit_bytes), err);
    if (ok && options->temporary != NULL)
        ok = set_option(database, config, "temp_directory", options->temporary, err);
    if (ok && options->threads > 0)
        ok = set_option(database, config, "threads",
                        arena_printf(arena, "%d", options->threads), err);
    // A directory can be allowed only while all of them are (lock_settings).
    return ok && (options->readable_directory != NULL ||
                  set_option(database, config, "enable_external_access", "false", err));
}

static bool open_file(DuckdbDatabase *database, Error *err)
{
    const DuckdbApi *api = &database->api;
    duckdb_config config = NULL;
    if (api->create_config(&config) != DuckDBSuccess)
        return fail(err, ERROR_MEMORY, "no memory for DuckDB's settings");
    char *reason = NULL;
    bool ok = configure(database, config, err);
    if (ok && api->open_ext(database->options.path, &database->database, config,
                            &reason) != DuckDBSuccess) {
        ok = duckdb_fail(reason, NULL, err);
        err->kind = ERROR_FILE;
    }
    api->free(reason);
    api->destroy_config(&config);
    return ok;
}

static bool lock_settings(DuckdbDatabase *database, Error *err)
{
    const char *directory = database->options.readable_directory;
    if (directory != NULL) {
        Value path = {.kind = VALUE_TEXT,
                      .bytes = directory,
                      .length = strlen(directory)};
        const char *sql = arena_printf(
            &database->arena,
            "SET allowed_directories = [%s]; SET enable_external_access = false",
            value_print(&database->arena, DIALECT_DUCKDB, path));
        if (!duckdb_query_plain(database, sql, err))
            return false;
    }
    return duckdb_query_plain(database, "SET lock_configuration = true", err);
}

static bool open_database(const DatabaseOptions *options, void **opened, Error *err)
{
    DuckdbDatabase *database = calloc(1, sizeof(*database));
    if (database == NULL)
        return fail(err, ERROR_MEMORY, "out of memory");
    database->options = *options;
    database->is_blank = options->path == NULL;
    bool ok = duckdb_api_load(&database->arena, &database->api, err) &&
              open_file(database, err);
    if (ok &&
        database->api.connect(database->database, &database->connection) != DuckDBSuccess)
        ok = fail(err, ERROR_FILE, "DuckDB gives no connection");
    if (ok && lock_settings(database, err)) {
        *opened = database;
        return true;
    }
    close_database(database);
    return false;
}

const Backend backend_duckdb = {
    .name = "DuckDB",
    .dialect = DIALECT_DUCKDB,
    .blocks_writers = true,
    .about = about,
    .open = open_database,
    .close = close_database,
    .interrupt = interrupt,
    .run = duckdb_run,
    .prepare = prepare,
    .explain = explain,
    .begin = begin,
    .end = end,
    .execute = duckdb_execute,
    .clear = duckdb_clear,
    .fill = duckdb_fill,
    .stage = duckdb_stage,
    .append = duckdb_append,
    .set_optimizer = duckdb_set_optimizer,
};
