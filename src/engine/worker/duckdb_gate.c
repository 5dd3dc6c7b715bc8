// duckdb_gate.c - what a statement may call in DuckDB, besides being a SELECT.
//
// Some table functions change the session for all that come after (logging, profiling),
// run SQL they are given as text, or write a checkpoint, and stand in a plain SELECT.
// The prepared statement does not show them, so their names are looked for in the text:
// anywhere, in strings and comments too, because no lexer of ours is to be outwitted.
// What DuckDB itself lists as a table function and is not on our list is refused. To have
// it list them takes as long as opening a database: it is asked when a statement calls
// what is not known to be harmless. Views and macros may hide such a call: their texts
// are looked at in the same way, and those that have one may not be named at all.

#include "engine/worker/duckdb_database.h"

#include <string.h>
#include <strings.h>

static const char *const allowed[] = {
    "duckdb_columns",
    "duckdb_constraints",
    "duckdb_databases",
    "duckdb_functions",
    "duckdb_indexes",
    "duckdb_keywords",
    "duckdb_schemas",
    "duckdb_sequences",
    "duckdb_settings",
    "duckdb_tables",
    "duckdb_types",
    "duckdb_views",
    "generate_series",
    "glob",
    "icu_calendar_names",
    "json_each",
    "json_tree",
    "pg_timezone_names",
    "pragma_collations",
    "pragma_table_info",
    "pragma_version",
    "range",
    "repeat",
    "repeat_row",
    "summary",
    "test_all_types",
    "test_vector_types",
    "unnest",
    "pragma_storage_info",
};

// What often stands before a parenthesis and never is a table function.
static const char *const ordinary[] = {
    "abs",        "all",          "and",       "any",     "any_value",  "as",
    "avg",        "between",      "by",        "case",    "cast",       "coalesce",
    "count",      "cube",         "date",      "decimal", "dense_rank", "distinct",
    "else",       "except",       "exists",    "extract", "filter",     "first_value",
    "floor",      "from",         "greatest",  "group",   "grouping",   "having",
    "if",         "in",           "intersect", "is",      "join",       "lag",
    "last_value", "lateral",      "lead",      "least",   "length",     "like",
    "lower",      "materialized", "max",       "min",     "mod",        "not",
    "ntile",      "nullif",       "on",        "or",      "over",       "power",
    "rank",       "replace",      "rollup",    "round",   "row",        "row_number",
    "select",     "sets",         "stddev",    "substr",  "substring",  "sum",
    "then",       "timestamp",    "trim",      "union",   "upper",      "using",
    "values",     "varchar",      "when",      "where",   "year",
};

// Plain functions with effects beyond their result.
static const char *const forbidden[] = {"pg_sleep", "setseed", "sleep_ms", "write_log"};

enum { NAME_BYTES = 64 };

static void add_function(DuckdbDatabase *database, const char *table_function)
{
    if (!text_is_one_of(table_function, allowed, COUNT_OF(allowed)))
        array_push(&database->arena, &database->refused,
                   arena_string(&database->arena, table_function));
}

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

// True if what follows a name makes it a call: "(", behind blanks, comments, or the
// quote that ends the name.
static bool is_call(const char *at)
{
    at += *at == '"';
    for (;;) {
        at += strspn(at, " \t\r\n\f\v");
        if (strncmp(at, "--", 2) == 0) {
            at += strcspn(at, "\n");
        } else if (strncmp(at, "/*", 2) == 0) {
            const char *end = strstr(at + 2, "*/");
            if (end == NULL)
                return true;
            at = end + 2;
        } else {
            return *at == '(' || strncmp(at, "*/", 2) == 0; // A comment in a comment.
        }
    }
}

// Returns the rows of two texts that a statement of ours gives.
static bool ask(DuckdbDatabase *database, Arena *arena, const char *sql, Sink *sink,
                Error *err)
{
    Request *request = arena_new(arena, Request, 1);
    *request = (Request){.sql = sql, .sink = SINK_ROWS, .row_limit = SIZE_MAX};
    sink_open(sink, arena, request, NULL);
    bool ok = duckdb_run(database, arena, request, sink, err);
    return sink_end(sink, ok, err);
}

static bool is_refused(const DuckdbDatabase *database, const char *name)
{
    return text_is_one_of(name, forbidden, COUNT_OF(forbidden)) ||
           text_is_one_of(name, database->refused.items, database->refused.count);
}

// True if the text has the name as a word, in any case.
static bool mentions(const char *sql, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = sql; *at != '\0'; at++)
        if (strncasecmp(at, name, length) == 0 && !is_word_byte(at[length]) &&
            (at == sql || !is_word_byte(at[-1])))
            return true;
    return false;
}

// Sets `name` to the next one that the text calls, from `at` on; returns what follows it,
// or NULL.
static const char *next_call(const char *at, char name[NAME_BYTES], size_t *length)
{
    while (*at != '\0') {
        *length = 0;
        while (is_word_byte(at[*length]))
            ++*length;
        const char *end = at + (*length > 0 ? *length : 1);
        if (*length > 0 && *length < NAME_BYTES && is_call(end)) {
            memcpy(name, at, *length);
            name[*length] = '\0';
            return end;
        }
        at = end;
    }
    return NULL;
}

static bool text_is_harmless(const DuckdbDatabase *database, const char *text)
{
    char name[NAME_BYTES];
    size_t length;
    for (size_t i = 0; i < database->stored.count; i++)
        if (mentions(text, database->stored.items[i]))
            return false;
    while ((text = next_call(text, name, &length)) != NULL)
        if (is_refused(database, name))
            return false;
    return true;
}

// Learning

// Notes the names of the texts that call what is refused, or one of those that do.
static bool add_stored(DuckdbDatabase *database, const Sink *asked)
{
    bool added = false;
    Wire wire = asked->kept;
    for (size_t i = 0; i < asked->result.kept_count; i++) {
        const char *name = wire_view_value(&wire).bytes;
        const char *text = wire_view_value(&wire).bytes;
        if (name == NULL || text == NULL ||
            text_is_one_of(name, database->stored.items, database->stored.count) ||
            text_is_harmless(database, text))
            continue;
        array_push(&database->arena, &database->stored,
                   arena_string(&database->arena, name));
        added = true;
    }
    return added;
}

static bool learn_stored(DuckdbDatabase *database, const char *sql, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Sink sink;
    bool ok = ask(database, &arena, sql, &sink, err);
    while (ok && add_stored(database, &sink)) {
    }
    sink_free(&sink);
    arena_clear(&arena);
    return ok;
}

// Asks the library which table functions it has, and what macros there are.
static bool learn_functions(DuckdbDatabase *database, Error *err)
{
    if (database->knows_functions)
        return true;
    Arena arena = ARENA_EMPTY;
    Sink sink;
    database->knows_functions = true; // It calls one that is allowed.
    bool ok = ask(database, &arena,
                  "SELECT DISTINCT function_name FROM duckdb_functions()"
                  " WHERE function_type = 'table' AND internal",
                  &sink, err);
    for (size_t i = 0; ok && i < sink.result.kept_count; i++)
        add_function(database, wire_view_value(&sink.kept).bytes);
    sink_free(&sink);
    arena_clear(&arena);
    ok = ok && learn_stored(database,
                            "SELECT function_name, macro_definition"
                            " FROM duckdb_functions() WHERE NOT internal",
                            err);
    database->knows_functions = ok;
    return ok;
}

// Views are named where nothing is called, so the database is asked before all else.
static bool learn_views(DuckdbDatabase *database, Error *err)
{
    if (database->knows_views || database->options.writable)
        return true;
    static const char views[] =
        "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal";
    Arena arena = ARENA_EMPTY;
    Sink sink;
    database->knows_views = true;
    bool ok = ask(database, &arena, views, &sink, err);
    bool any = ok && sink.result.kept_count > 0;
    sink_free(&sink);
    arena_clear(&arena);
    ok = ok &&
         (!any || (learn_functions(database, err) && learn_stored(database, views, err)));
    database->knows_views = ok;
    return ok;
}

// Checking

static bool may_call(DuckdbDatabase *database, const char *name, size_t offset,
                     Error *err)
{
    if (text_is_one_of(name, ordinary, COUNT_OF(ordinary)))
        return true;
    if (!text_is_one_of(name, allowed, COUNT_OF(allowed)) &&
        !learn_functions(database, err))
        return false;
    return !is_refused(database, name) ||
           fail_at(err, ERROR_REFUSED, offset, "the function %s is not allowed", name);
}

bool duckdb_gate_check(DuckdbDatabase *database, const char *sql, Error *err)
{
    char name[NAME_BYTES];
    size_t length;
    if (!learn_views(database, err))
        return false;
    for (const char *at = sql; (at = next_call(at, name, &length)) != NULL;)
        if (!may_call(database, name, (size_t)(at - sql) - length, err))
            return false;
    for (size_t i = 0; i < database->stored.count; i++)
        if (mentions(sql, database->stored.items[i]))
            return fail(err, ERROR_REFUSED, "%s calls a function that is not allowed",
                        database->stored.items[i]);
    return true;
}
