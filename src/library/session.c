// session.c - opening, closing, cancelling; errors on their way out.

#include "library/session.h"

#include "base/clock.h"
#include "sql/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef HONE_VERSION
#error "the build says which version this is"
#endif

static const double JUDGE_BUDGET_MS = 60e3; // For one candidate of hone_optimize.
static const double DEFAULT_TIMEOUT_MS = 60e3;

const char *hone_version(void)
{
    return "hone " HONE_VERSION;
}

// Errors

bool report_error(HoneError *error, const char *sql, const Error *err)
{
    if (error == NULL)
        return false;
    *error = (HoneError){.kind = error_kind_name(err->kind)};
    snprintf(error->message, sizeof(error->message), "%s", err->message);
    if (sql == NULL || err->offset == NO_OFFSET || err->offset > strlen(sql))
        return false;
    Arena scratch = ARENA_EMPTY;
    sql_line_of(sql, err->offset, &error->line, &error->column);
    snprintf(error->place, sizeof(error->place), "%s",
             sql_show_place(&scratch, sql, err->offset));
    arena_clear(&scratch);
    return false;
}

bool result_fail(HoneResult *result, HoneError *error, const char *sql, const Error *err)
{
    hone_result_free(result);
    return report_error(error, sql, err);
}

bool session_needs_engine(const HoneSession *session, HoneError *error)
{
    Error err;
    if (session->engine != NULL)
        return true;
    fail(&err, ERROR_PLAIN, "a database is needed here; a schema alone won't do");
    return report_error(error, NULL, &err);
}

bool session_accept(const Gate *gate, const char *sql, HoneError *error)
{
    Error err;
    Accepted accepted;
    Arena scratch = ARENA_EMPTY;
    bool ok = gate->engine != NULL
                  ? query_accept(&scratch, gate, sql, &accepted, &err)
                  : sql_bind(&scratch, gate->catalog, sql, &accepted.tree, &err);
    arena_clear(&scratch);
    return ok || report_error(error, sql, &err);
}

// Opening

EngineOptions session_engine_options(HoneSession *session)
{
    return (EngineOptions){
        .worker_path = session->options.worker,
        .threads = session->options.threads,
        .timeout_ms = session->options.timeout_ms,
        .cancelled = &session->cancelled,
    };
}

double session_timeout_ms(const HoneSession *session)
{
    double timeout_ms = session->options.timeout_ms;
    return timeout_ms > 0 ? timeout_ms : DEFAULT_TIMEOUT_MS;
}

static void copy_options(HoneSession *session, const HoneOptions *options)
{
    HoneOptions copy = *options;
    copy.database = arena_string(&session->arena, options->database);
    copy.schema = arena_string(&session->arena, options->schema);
    copy.dialect = arena_string(&session->arena, options->dialect);
    copy.trust = arena_string(&session->arena, options->trust);
    copy.worker = arena_string(&session->arena, options->worker);
    copy.clock = arena_string(&session->arena, options->clock);
    copy.cache = arena_string(&session->arena, options->cache);
    session->options = copy;
}

static bool read_clock(const char *name, ClockKind *clock, Error *err)
{
    *clock = CLOCK_AUTO;
    if (name == NULL)
        return true;
    for (ClockKind each = CLOCK_AUTO; each <= CLOCK_CPU; each++) {
        if (strcmp(name, clock_name(each)) == 0) {
            *clock = each;
            return true;
        }
    }
    return fail(err, ERROR_PLAIN, "no clock %s: it is auto, wall or cpu", name);
}

static bool read_cache(const char *name, CacheKind *cache, Error *err)
{
    *cache = CACHE_WARM;
    if (name == NULL || strcmp(name, cache_name(CACHE_WARM)) == 0)
        return true;
    *cache = CACHE_COLD;
    return strcmp(name, cache_name(CACHE_COLD)) == 0 ||
           fail(err, ERROR_PLAIN, "no cache %s: it is warm or cold", name);
}

static bool read_words(HoneSession *session, Error *err)
{
    const HoneOptions *options = &session->options;
    if (!read_clock(options->clock, &session->clock, err) ||
        !read_cache(options->cache, &session->cache, err))
        return false;
    if (options->trust != NULL && !trust_parse(options->trust, &session->trust, err))
        return false;
    if (options->dialect != NULL && !dialect_find(options->dialect, &session->dialect))
        return fail(err, ERROR_PLAIN, "no dialect %s: it is sqlite or duckdb",
                    options->dialect);
    return true;
}

// Reads the catalogue of the database, with what the user's schema adds to it.
static bool open_database(HoneSession *session, Error *err)
{
    EngineOptions options = session_engine_options(session);
    if (!engine_open(session->options.database, &options, &session->engine, err))
        return false;
    session->dialect = engine_dialect(session->engine);
    const Catalog *declared = NULL;
    if (!engine_describe(session->engine, &session->arena, &session->catalog, err))
        return false;
    if (session->options.schema == NULL)
        return true;
    if (!sql_read_schema(&session->arena, session->dialect, session->options.schema,
                         false, &declared, err))
        return fail_while(err, "reading the schema");
    const char *lacks = catalog_lacks(&session->arena, session->catalog, declared);
    if (lacks != NULL)
        session->note =
            arena_printf(&session->arena, "%s lacks what the schema declares: %s",
                         session_database_name(session), lacks);
    session->catalog = catalog_with_declared(&session->arena, session->catalog, declared);
    return true;
}

static bool open_schema(HoneSession *session, Error *err)
{
    if (session->options.dialect == NULL)
        return fail(err, ERROR_PLAIN,
                    "a schema without a database needs a dialect: sqlite or duckdb");
    if (session->dialect != DIALECT_SQLITE && session->dialect != DIALECT_DUCKDB)
        return fail(err, ERROR_PLAIN, "no engine for the dialect %s: sqlite or duckdb",
                    session->options.dialect);
    return sql_read_schema(&session->arena, session->dialect, session->options.schema,
                           true, &session->catalog, err) ||
           fail_while(err, "reading the schema");
}

static bool open_session(HoneSession *session, Error *err)
{
    if (!read_words(session, err))
        return false;
    if (session->options.database != NULL && !open_database(session, err))
        return false;
    if (session->options.database == NULL && session->options.schema != NULL &&
        !open_schema(session, err))
        return false;
    if (session->catalog == NULL)
        return true;
    session->catalog =
        catalog_with_trust(&session->arena, session->catalog, session->trust);
    session->catalog = sql_bind_checks(&session->arena, session->catalog);
    session->bench = (Workbench){
        .engine = session->engine,
        .catalog = session->catalog,
        .judge_options = {.seed = session->options.seed,
                          .budget_ms = JUDGE_BUDGET_MS,
                          .names_count = true,
                          .only_same = true,
                          .engine = session_engine_options(session)},
    };
    return true;
}

bool hone_open(const HoneOptions *options, HoneSession **session, HoneError *error)
{
    HoneSession *opened = calloc(1, sizeof(*opened));
    if (opened == NULL) {
        fprintf(stderr, "hone: out of memory\n");
        abort();
    }
    Error err;
    opened->start_ms = clock_ms();
    copy_options(opened, options);
    if (!open_session(opened, &err)) {
        hone_close(opened);
        return report_error(error, err.kind == ERROR_SYNTAX ? options->schema : NULL,
                            &err);
    }
    *session = opened;
    return true;
}

const char *hone_note(const HoneSession *session)
{
    return session->note;
}

void hone_close(HoneSession *session)
{
    if (session == NULL)
        return;
    workbench_close(&session->bench);
    for (int i = 0; i < DIALECT_COUNT; i++)
        judge_close(session->judges[i]);
    engine_close(session->engine);
    arena_clear(&session->arena);
    free(session);
}

void hone_cancel(HoneSession *session)
{
    session->cancelled = 1;
}

bool session_judge(HoneSession *session, const Catalog *catalog, Judge **judge,
                   Error *err)
{
    Judge **kept = &session->judges[catalog->dialect];
    JudgeOptions options = {.seed = session->options.seed,
                            .engine = session_engine_options(session)};
    if (*kept == NULL && !judge_open(catalog, &options, kept, err))
        return false;
    judge_use(*kept, catalog);
    *judge = *kept;
    return true;
}

const char *url_short_name(const char *url)
{
    const char *slash = strrchr(url, '/'), *colon = strrchr(url, ':');
    return slash != NULL ? slash + 1 : colon != NULL ? colon + 1 : url;
}

const char *session_database_name(const HoneSession *session)
{
    const char *url = session->options.database;
    return url != NULL ? url_short_name(url) : "the schema";
}
