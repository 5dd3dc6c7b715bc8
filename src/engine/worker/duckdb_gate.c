// duckdb_gate.c - what a statement may call in DuckDB, besides being a SELECT.
//
// Some table functions change the session for all that come after (logging, profiling),
// run SQL they are given as text, or write a checkpoint, and stand in a plain SELECT.
// The prepared statement does not show them, so their names are looked for in the text:
// anywhere, in strings and comments too, because no lexer of ours is to be outwitted.
// What DuckDB itself lists as a table function and is not on our list is refused. To have
// it list them takes as long as opening a database: it is asked when a statement calls
// what is not known to be harmless.

#include "engine/worker/duckdb_database.h"

#include <string.h>

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
static const char *const forbidden[] = {"setseed", "sleep_ms", "write_log"};

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

// Asks the library which table functions it has.
static bool learn_functions(DuckdbDatabase *database, Error *err)
{
    if (database->knows_functions)
        return true;
    Arena arena = ARENA_EMPTY;
    Request request = {.sql = "SELECT DISTINCT function_name FROM duckdb_functions()"
                              " WHERE function_type = 'table' AND internal",
                       .sink = SINK_ROWS,
                       .row_limit = SIZE_MAX};
    Sink sink;
    sink_open(&sink, &arena, &request, NULL);
    database->knows_functions = true; // It calls one that is allowed.
    bool ok = duckdb_run(database, &arena, &request, &sink, err);
    ok = sink_end(&sink, ok, err);
    for (size_t i = 0; ok && i < sink.result.kept_count; i++)
        add_function(database, wire_view_value(&sink.kept).bytes);
    sink_free(&sink);
    arena_clear(&arena);
    database->knows_functions = ok;
    return ok;
}

static bool may_call(DuckdbDatabase *database, const char *name, size_t offset,
                     Error *err)
{
    if (text_is_one_of(name, ordinary, COUNT_OF(ordinary)))
        return true;
    if (!text_is_one_of(name, allowed, COUNT_OF(allowed)) &&
        !learn_functions(database, err))
        return false;
    if (!text_is_one_of(name, forbidden, COUNT_OF(forbidden)) &&
        !text_is_one_of(name, database->refused.items, database->refused.count))
        return true;
    return fail_at(err, ERROR_REFUSED, offset, "the function %s is not allowed", name);
}

bool duckdb_gate_check(DuckdbDatabase *database, const char *sql, Error *err)
{
    enum { NAME_LIMIT = 64 };
    for (const char *at = sql; *at != '\0';) {
        if (!is_word_byte(*at)) {
            at++;
            continue;
        }
        size_t length = 0;
        while (is_word_byte(at[length]))
            length++;
        char name[NAME_LIMIT];
        if (length < NAME_LIMIT && is_call(at + length)) {
            memcpy(name, at, length);
            name[length] = '\0';
            if (!may_call(database, name, (size_t)(at - sql), err))
                return false;
        }
        at += length;
    }
    return true;
}
