// sqlite_gate.c - what a statement may do in SQLite: a list of what is allowed.
//
// The file is opened read-only and query_only is set, but either can be got around (an
// attached file is writable, a PRAGMA unsets query_only), so this list is the lock that
// counts.

#include "engine/worker/sqlite_database.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *name;
    bool with_argument; // PRAGMA name(argument) only reads, too.
} PragmaEntry;

static const PragmaEntry read_pragmas[] = {
    {"application_id", false},  {"collation_list", false}, {"compile_options", false},
    {"data_version", false},    {"database_list", false},  {"encoding", false},
    {"foreign_key_list", true}, {"foreign_keys", false},   {"freelist_count", false},
    {"function_list", false},   {"index_info", true},      {"index_list", true},
    {"index_xinfo", true},      {"module_list", false},    {"page_count", false},
    {"page_size", false},       {"pragma_list", false},    {"schema_version", false},
    {"table_info", true},       {"table_list", true},      {"table_xinfo", true},
    {"user_version", false},
};

// Settings that a script for a scratch database may make; none reaches another file.
static const char *const scratch_pragmas[] = {
    "analysis_limit",      "application_id",     "automatic_index",
    "case_sensitive_like", "encoding",           "foreign_keys",
    "journal_mode",        "recursive_triggers", "user_version",
};

// What to call it in an error line.
static const char *const action_names[] = {
    [SQLITE_CREATE_INDEX] = "CREATE INDEX",
    [SQLITE_CREATE_TABLE] = "CREATE TABLE",
    [SQLITE_CREATE_TEMP_INDEX] = "CREATE INDEX",
    [SQLITE_CREATE_TEMP_TABLE] = "CREATE TABLE",
    [SQLITE_CREATE_TEMP_TRIGGER] = "CREATE TRIGGER",
    [SQLITE_CREATE_TEMP_VIEW] = "CREATE VIEW",
    [SQLITE_CREATE_TRIGGER] = "CREATE TRIGGER",
    [SQLITE_CREATE_VIEW] = "CREATE VIEW",
    [SQLITE_CREATE_VTABLE] = "CREATE TABLE",
    [SQLITE_DELETE] = "DELETE",
    [SQLITE_DROP_INDEX] = "DROP INDEX",
    [SQLITE_DROP_TABLE] = "DROP TABLE",
    [SQLITE_DROP_TRIGGER] = "DROP TRIGGER",
    [SQLITE_DROP_VIEW] = "DROP VIEW",
    [SQLITE_DROP_VTABLE] = "DROP TABLE",
    [SQLITE_INSERT] = "INSERT",
    [SQLITE_PRAGMA] = "this PRAGMA",
    [SQLITE_TRANSACTION] = "a transaction of its own",
    [SQLITE_UPDATE] = "UPDATE",
    [SQLITE_ATTACH] = "ATTACH",
    [SQLITE_DETACH] = "DETACH",
    [SQLITE_ALTER_TABLE] = "ALTER TABLE",
    [SQLITE_REINDEX] = "REINDEX",
    [SQLITE_ANALYZE] = "ANALYZE",
    [SQLITE_FUNCTION] = "this function",
    [SQLITE_SAVEPOINT] = "a transaction of its own",
};

static bool may_read_pragma(const char *name, const char *argument)
{
    for (size_t i = 0; i < COUNT_OF(read_pragmas); i++)
        if (text_same_word(read_pragmas[i].name, name))
            return argument == NULL || read_pragmas[i].with_argument;
    return false;
}

static bool may_set_in_scratch(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(scratch_pragmas); i++)
        if (text_same_word(scratch_pragmas[i], name))
            return true;
    return false;
}

// Functions that reach outside the statement: other code, other files, raw pointers.
static bool may_call(const char *name)
{
    static const char *const forbidden[] = {"edit", "fts3_tokenizer", "load_extension",
                                            "readfile", "writefile"};
    for (size_t i = 0; i < COUNT_OF(forbidden); i++)
        if (text_same_word(forbidden[i], name))
            return false;
    return true;
}

static bool may_in_scratch(int action, const char *name)
{
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
        return false;
    case SQLITE_PRAGMA:
        return may_set_in_scratch(name);
    default:
        return true;
    }
}

// Writing that SQLite itself prepares, and never runs, when a virtual table is opened:
// declaring it updates the schema table, and R-Trees prepare all they may need on their
// shadow tables. A statement that does run one of these is not read-only, and refused
// as a whole for that; the schema tables are guarded by SQLite as well.
static bool may_prepare(const SqliteDatabase *database, int action, const char *table)
{
    if (action == SQLITE_UPDATE && (text_same_word(table, "sqlite_master") ||
                                    text_same_word(table, "sqlite_temp_master")))
        return true;
    if (action != SQLITE_INSERT && action != SQLITE_UPDATE && action != SQLITE_DELETE)
        return false;
    for (size_t i = 0; i < database->shadow_count; i++)
        if (text_same_word(database->shadows[i], table))
            return true;
    return false;
}

static void note_refusal(SqliteDatabase *database, int action, const char *name)
{
    bool known = action >= 0 && (size_t)action < COUNT_OF(action_names) &&
                 action_names[action] != NULL;
    const char *what = known ? action_names[action] : "this statement";
    if (name == NULL)
        snprintf(database->refusal, sizeof(database->refusal), "%s is not allowed", what);
    else
        snprintf(database->refusal, sizeof(database->refusal), "%s (%s) is not allowed",
                 what, name);
}

int sqlite_authorize(void *context, int action, const char *first, const char *second,
                     const char *schema, const char *source)
{
    SqliteDatabase *database = context;
    bool allowed = database->trusted;
    const char *name = NULL; // Of the pragma or function, for the message.
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        name = second;
        allowed = may_call(name);
        break;
    case SQLITE_PRAGMA:
        name = first;
        allowed = allowed || may_read_pragma(name, second);
        break;
    default:
        allowed = allowed || may_prepare(database, action, first);
        break;
    }
    if (!allowed && database->options.writable && action != SQLITE_FUNCTION)
        allowed = may_in_scratch(action, first);
    if (allowed)
        return SQLITE_OK;
    note_refusal(database, action, name);
    return SQLITE_DENY;
}
