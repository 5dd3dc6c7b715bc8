// gate.c - may hone run this query?
//
// A bound tree is a query, so nothing in it writes by itself; what is left to look at
// is what it calls. The list says what is allowed: functions marked SAFE in the tables,
// and those that the original calls. A few are refused even so: they read or write
// files, load code, run SQL of their own, wait, or change the session.
//
// Text that the tree does not understand is allowed only where the original has it word
// for word, and is searched for the forbidden names.

#include "sql/sql.h"

#include "base/array.h"
#include "base/text.h"
#include "query/function.h"
#include "query/walk.h"
#include "sql/function.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name; // A `*` at the end: whatever begins so.
    const char *reason;
} forbidden[] = {
    {"read_*", "reads files"},
    {"readfile", "reads files"},
    {"fsdir", "reads files"},
    {"parquet_*", "reads files"},
    {"sniff_csv", "reads files"},
    {"glob_files", "reads files"},
    {"arrow_scan*", "reads memory"},
    {"seq_scan", "reads memory"},
    {"writefile", "writes files"},
    {"edit", "runs a program"},
    {"load_extension", "loads code"},
    {"fts3_tokenizer", "loads code"},
    {"zipfile", "reads files"},
    {"sqlar_*", "reads files"},
    {"query", "runs SQL of its own"},
    {"query_table", "runs SQL of its own"},
    {"json_execute_serialized_sql", "runs SQL of its own"},
    {"sha3_query", "runs SQL of its own"},
    {"sleep_ms", "waits"},
    {"pg_sleep", "waits"},
    {"usleep", "waits"},
    {"nextval", "changes a sequence"},
    {"setseed", "changes the session"},
    {"write_log", "writes the log"},
    {"sqlite_log", "writes the log"},
    {"checkpoint", "writes the database"},
    {"force_checkpoint", "writes the database"},
    {"enable_*", "changes the session"},
    {"disable_*", "changes the session"},
    {"truncate_duckdb_logs", "changes the session"},
    {"duckdb_secrets", "shows secrets"},
    {"which_secret", "shows secrets"},
    {"getenv", "reads the environment"},
};

// What a query calls, and the texts in it that nobody understands.
typedef struct {
    Arena *arena;
    ARRAY(const char *) names;
    ARRAY(const char *) texts;
} Calls;

typedef struct {
    Dialect dialect;
    Calls original;
    bool only_forbidden; // The first round, so that the worst reason is the one given.
    Error *err;
    bool ok;
} Gate;

// Collecting

// Returns the name of the function that the node calls, or NULL.
static const char *called_name(const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
    case EXPR_OPERATOR:
        return expr->name;
    case EXPR_LIKE:
        if (expr->like == LIKE_MATCH)
            return "match";
        return expr->like == LIKE_REGEXP ? "regexp" : NULL;
    default:
        return NULL;
    }
}

static bool collect_expr(void *context, const Expr *expr)
{
    Calls *calls = context;
    const char *name = called_name(expr);
    if (name != NULL)
        array_push(calls->arena, &calls->names, name);
    if (expr->kind == EXPR_OPAQUE)
        array_push(calls->arena, &calls->texts, expr->name);
    return true;
}

static bool collect_source(void *context, const Source *source)
{
    Calls *calls = context;
    if (source->kind == SOURCE_OPAQUE)
        array_push(calls->arena, &calls->texts, source->text);
    return true;
}

static bool collect_query(void *context, const Query *query)
{
    Calls *calls = context;
    if (query->body == BODY_OPAQUE)
        array_push(calls->arena, &calls->texts, query->opaque);
    return true;
}

// Judging

static bool name_matches(const char *pattern, const char *name, size_t length)
{
    size_t fixed = strcspn(pattern, "*");
    if (length < fixed || (pattern[fixed] == '\0' && length != fixed))
        return false;
    return strncasecmp(pattern, name, fixed) == 0;
}

static const char *forbidden_reason(const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT_OF(forbidden); i++)
        if (name_matches(forbidden[i].name, name, length))
            return forbidden[i].reason;
    return NULL;
}

static void refuse_name(Gate *gate, size_t offset, const char *name, size_t length,
                        const char *reason)
{
    if (gate->ok)
        gate->ok = fail_at(gate->err, ERROR_REFUSED, offset, "%.*s() %s", (int)length,
                           name, reason);
}

// DuckDB's glob() is a harmless scalar function and a table function that reads folders.
static bool reads_folders(const Gate *gate, const Source *source)
{
    return gate->dialect == DIALECT_DUCKDB && text_same_word(source->call->name, "glob");
}

static void judge_name(Gate *gate, const char *name, const FunctionInfo *function,
                       size_t offset)
{
    const char *reason = forbidden_reason(name, strlen(name));
    if (reason != NULL) {
        refuse_name(gate, offset, name, strlen(name), reason);
        return;
    }
    if (gate->only_forbidden || (function != NULL && function->safe))
        return;
    for (size_t i = 0; i < gate->original.names.count; i++)
        if (text_same_word(gate->original.names.items[i], name))
            return;
    refuse_name(gate, offset, name, strlen(name),
                "is not known to be pure, and the original does not call it");
}

// Looks for forbidden names in text that nobody understands, and for the text itself in
// the original.
static void judge_text(Gate *gate, const char *text, size_t offset)
{
    for (const char *at = text; *at != '\0';) {
        size_t length = 0;
        while (isalnum((unsigned char)at[length]) || at[length] == '_')
            length++;
        if (length == 0) {
            at++;
            continue;
        }
        const char *next = at + length + strspn(at + length, " \t\r\n\"");
        const char *reason = *next == '(' ? forbidden_reason(at, length) : NULL;
        if (reason != NULL)
            refuse_name(gate, offset, at, length, reason);
        at += length;
    }
    if (gate->only_forbidden)
        return;
    for (size_t i = 0; i < gate->original.texts.count; i++)
        if (strcmp(gate->original.texts.items[i], text) == 0)
            return;
    if (gate->ok)
        gate->ok = fail_at(gate->err, ERROR_REFUSED, offset,
                           "not understood, and not part of the original: %.200s", text);
}

static bool judge_expr(void *context, const Expr *expr)
{
    Gate *gate = context;
    const char *name = called_name(expr);
    if (name != NULL)
        judge_name(gate, name, expr->function, expr->offset);
    if (expr->kind == EXPR_OPAQUE)
        judge_text(gate, expr->name, expr->offset);
    return gate->ok;
}

static bool judge_source(void *context, const Source *source)
{
    Gate *gate = context;
    if (source->kind == SOURCE_OPAQUE)
        judge_text(gate, source->text, source->offset);
    if (source->kind == SOURCE_FUNCTION && reads_folders(gate, source))
        refuse_name(gate, source->offset, source->call->name, strlen(source->call->name),
                    "reads files");
    return gate->ok;
}

static bool judge_query(void *context, const Query *query)
{
    Gate *gate = context;
    if (query->body == BODY_OPAQUE)
        judge_text(gate, query->opaque, query->position);
    return gate->ok;
}

bool sql_gate(const Tree *tree, const Tree *original, Error *err)
{
    Arena scratch = ARENA_EMPTY;
    Gate gate = {.dialect = tree->dialect,
                 .original = {.arena = &scratch},
                 .only_forbidden = true,
                 .err = err,
                 .ok = true};
    Visitor collector = {.expr = collect_expr,
                         .source = collect_source,
                         .query = collect_query,
                         .context = &gate.original};
    if (original != NULL)
        walk_query(original->root, &collector);
    Visitor judge = {.expr = judge_expr,
                     .source = judge_source,
                     .query = judge_query,
                     .context = &gate};
    walk_query(tree->root, &judge);
    gate.only_forbidden = false;
    walk_query(tree->root, &judge);
    arena_clear(&scratch);
    return gate.ok;
}
