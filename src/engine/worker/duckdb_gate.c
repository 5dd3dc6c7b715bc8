// duckdb_gate.c - what a statement may call in DuckDB, besides being a SELECT.
//
// Some table functions change the session for all that come after (logging, profiling),
// run SQL they are given as text, or write a checkpoint, and stand in a plain SELECT.
// The prepared statement does not show them, so their names are looked for in the text:
// anywhere, in strings and comments too, because no lexer of ours is to be outwitted.
// What DuckDB itself lists as a table function and is not on our list is refused.

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

// Plain functions with effects beyond their result.
static const char *const forbidden[] = {"setseed", "sleep_ms", "write_log"};

void duckdb_gate_add(DuckdbDatabase *database, const char *table_function)
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

bool duckdb_gate_check(const DuckdbDatabase *database, const char *sql, Error *err)
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
            if (text_is_one_of(name, forbidden, COUNT_OF(forbidden)) ||
                text_is_one_of(name, database->refused.items, database->refused.count))
                return fail_at(err, ERROR_REFUSED, (size_t)(at - sql),
                               "the function %s is not allowed", name);
        }
        at += length;
    }
    return true;
}
