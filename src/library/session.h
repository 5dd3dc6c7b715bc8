// session.h - what stands behind the handles of hone.h.

#ifndef LIBRARY_SESSION_H
#define LIBRARY_SESSION_H

#include "base/arena.h"
#include "base/error.h"
#include "hone.h"
#include "optimize/optimize.h"

#include <json-c/json.h>

struct HoneSession {
    Arena arena;
    HoneOptions options; // Strings copied.
    ClockKind clock;
    CacheKind cache;
    Trust trust;
    Engine *engine;         // NULL: only a schema, or nothing.
    Dialect dialect;        // Of the engine or the schema.
    const Catalog *catalog; // NULL: neither database nor schema.
    const char *note;       // See hone_note.
    Workbench bench;
    Judge *judges[DIALECT_COUNT]; // For hone_check*: names don't count.
    double start_ms;
    volatile int cancelled;
};

struct HoneResult {
    Arena arena;
    struct json_object *json; // NULL: it has no such form.
    const char *text;         // Likewise.
    const HoneOptimization *optimization;
    const HoneCheck *check;
    const HoneMeasurement *measurement;
    const HoneStatement *statements;
    size_t statement_count;
};

// Returns a result with nothing in it.
HoneResult *result_new(void);

// Translates an Error; `sql` (may be NULL) is what its offset is in. Returns false.
bool report_error(HoneError *error, const char *sql, const Error *err);

// Frees the result and reports the error: for the end of a function that failed.
bool result_fail(HoneResult *result, HoneError *error, const char *sql, const Error *err);

// Returns the engine options of a session.
EngineOptions session_engine_options(HoneSession *session);

// Returns how long a statement may take.
double session_timeout_ms(const HoneSession *session);

// Fails unless the session has a database.
bool session_needs_engine(const HoneSession *session, HoneError *error);

// True if the text is a query that could be run there; fails in our own words, which have
// a place and the closest names. Without an engine it has to bind.
bool session_accept(const Gate *gate, const char *sql, HoneError *error) MUST_CHECK;

// Sets `judge` to the one for checks in this dialect, turned to the catalogue.
bool session_judge(HoneSession *session, const Catalog *catalog, Judge **judge,
                   Error *err) MUST_CHECK;

// Returns the last part of a database's path, for people.
const char *url_short_name(const char *url);

// Returns the database's name for people: the last part of its path.
const char *session_database_name(const HoneSession *session);

#endif
