// parse_change.c - INSERT, UPDATE, DELETE and MERGE. hone runs none of them; they are
// read to be told apart from what is no SQL, and so nothing is built.

#include "sql/parse_change.h"

#include "sql/parse_create.h"
#include "sql/parse_query.h"

// Pieces

// returning = RETURNING outputs
static void parse_returning(Parser *p)
{
    Select outputs = {0};
    if (accept_word(p, WORD_returning))
        parse_outputs(p, &outputs);
}

static void parse_where(Parser *p)
{
    if (accept_word(p, WORD_where))
        parse_expr(p);
}

static void skip_names(Parser *p)
{
    const char *const *names;
    size_t count;
    parse_name_list(p, &names, &count);
}

// target = name [[AS] alias], where an alias to INSERT INTO needs its AS, as in SQLite
// any does; and SQLite's INDEXED BY
static void parse_target(Parser *p, bool insert)
{
    const char *schema;
    bool sqlite = p->dialect == DIALECT_SQLITE;
    parse_object_name(p, "a table", &schema);
    if (accept_word(p, WORD_as))
        parse_label(p, "an alias");
    else if (!sqlite && !insert && at_name(p) && !at_word(p, WORD_set))
        parse_name(p, "an alias");
    if (!sqlite || insert)
        return;
    if (accept_words(p, WORD_indexed, WORD_by))
        parse_name(p, "an index");
    else
        accept_words(p, WORD_not, WORD_indexed);
}

// conflict_action = OR (ROLLBACK | ABORT | FAIL | IGNORE | REPLACE)
static void parse_or_action(Parser *p)
{
    static const Word actions[] = {WORD_ignore, WORD_replace, WORD_rollback, WORD_abort,
                                   WORD_fail};
    size_t count = p->dialect == DIALECT_SQLITE ? COUNT_OF(actions) : 2;
    if (!accept_word(p, WORD_or))
        return;
    for (size_t i = 0; i < count; i++)
        if (accept_word(p, actions[i]))
            return;
    expected(p, "what to do on a conflict");
}

// value = expr; DEFAULT where the dialect has it
static void parse_value(Parser *p)
{
    if (p->dialect == DIALECT_SQLITE || !accept_word(p, WORD_default))
        parse_expr(p);
}

// assignments = (name | "(" names ")") "=" value {"," …}
static void parse_assignments(Parser *p)
{
    expect_word(p, WORD_set);
    do {
        if (at_symbol(p, "(")) {
            skip_names(p);
        } else {
            parse_name(p, "a column");
            while (p->dialect == DIALECT_POSTGRES && accept_symbol(p, "."))
                parse_label(p, "a field");
        }
        expect_symbol(p, "=");
        parse_value(p);
    } while (accept_comma(p));
}

// INSERT

// upsert = ON CONFLICT [parts [WHERE expr] | ON CONSTRAINT name]
//          DO (NOTHING | UPDATE assignments [WHERE expr])
static bool parse_upsert(Parser *p)
{
    if (!accept_words(p, WORD_on, WORD_conflict))
        return false;
    if (at_symbol(p, "(")) {
        parse_key_columns(p);
        parse_where(p);
    } else if (p->dialect != DIALECT_SQLITE &&
               accept_words(p, WORD_on, WORD_constraint)) {
        parse_name(p, "a constraint");
    }
    expect_word(p, WORD_do);
    if (accept_word(p, WORD_nothing))
        return true;
    expect_word(p, WORD_update);
    parse_assignments(p);
    parse_where(p);
    return true;
}

static bool at_column_list(const Parser *p)
{
    if (!at_symbol(p, "("))
        return false;
    Token next = peek(p, 1);
    bool query = peek_word(p, 1, WORD_select) || peek_word(p, 1, WORD_with) ||
                 peek_word(p, 1, WORD_values) ||
                 (peek_word(p, 1, WORD_from) && p->dialect != DIALECT_SQLITE);
    return !query && next.kind != TOKEN_SYMBOL;
}

// insert = (INSERT [conflict_action] | REPLACE) INTO target [BY (NAME | POSITION)]
// [names]
//          (DEFAULT VALUES | query {upsert}) [returning]
static void parse_insert(Parser *p)
{
    bool replace = accept_word(p, WORD_replace);
    if (!replace) {
        expect_word(p, WORD_insert);
        parse_or_action(p);
    } else if (p->dialect != DIALECT_SQLITE) {
        expected(p, "INSERT");
    }
    expect_word(p, WORD_into);
    parse_target(p, true);
    if (p->dialect == DIALECT_DUCKDB && accept_word(p, WORD_by) &&
        !accept_word(p, WORD_name))
        expect_word(p, WORD_position);
    if (at_column_list(p))
        skip_names(p);
    if (accept_words(p, WORD_default, WORD_values)) {
        if (p->dialect != DIALECT_SQLITE)
            parse_upsert(p);
    } else {
        parse_query(p);
        while (parse_upsert(p) && p->dialect == DIALECT_SQLITE)
            continue;
    }
    parse_returning(p);
}

// UPDATE and DELETE

static void skip_from(Parser *p)
{
    const Source *const *sources;
    size_t count;
    parse_from(p, &sources, &count);
}

// SQLite, where it is built so: [ORDER BY …] [LIMIT …]
static void parse_change_tail(Parser *p)
{
    Query query = {0};
    if (p->dialect == DIALECT_SQLITE)
        parse_tail(p, &query);
}

// update = UPDATE target assignments [FROM sources] [WHERE expr] [returning]
static void parse_update(Parser *p)
{
    expect_word(p, WORD_update);
    if (p->dialect == DIALECT_SQLITE)
        parse_or_action(p);
    parse_target(p, false);
    parse_assignments(p);
    if (accept_word(p, WORD_from))
        skip_from(p);
    parse_where(p);
    parse_returning(p);
    parse_change_tail(p);
}

// delete = DELETE FROM target [USING sources] [WHERE expr] [returning]
static void parse_delete(Parser *p)
{
    expect_word(p, WORD_delete);
    expect_word(p, WORD_from);
    parse_target(p, false);
    if (p->dialect != DIALECT_SQLITE && accept_word(p, WORD_using))
        skip_from(p);
    parse_where(p);
    parse_returning(p);
    parse_change_tail(p);
}

// MERGE

// merge_update = UPDATE [SET "*" | assignments | BY (NAME | POSITION)]
static void parse_merge_update(Parser *p)
{
    advance(p);
    if (at_word(p, WORD_set) && peek_symbol(p, 1, "*")) {
        advance(p);
        advance(p);
    } else if (at_word(p, WORD_set)) {
        parse_assignments(p);
    } else if (accept_word(p, WORD_by) && !accept_word(p, WORD_name)) {
        expect_word(p, WORD_position);
    }
}

// merge_insert = INSERT ["*" | [BY NAME] [names] [VALUES "(" … ")" | DEFAULT VALUES]]
static void parse_merge_insert(Parser *p)
{
    advance(p);
    if (accept_symbol(p, "*"))
        return;
    if (accept_word(p, WORD_by) && !accept_word(p, WORD_name))
        expect_word(p, WORD_position);
    if (at_symbol(p, "("))
        skip_names(p);
    if (accept_words(p, WORD_default, WORD_values) || !accept_word(p, WORD_values))
        return;
    expect_symbol(p, "(");
    do {
        parse_value(p);
    } while (accept_comma(p));
    expect_symbol(p, ")");
}

// branch = WHEN [NOT] MATCHED [BY (SOURCE | TARGET)] [AND expr] THEN action
static void parse_merge_branch(Parser *p)
{
    expect_word(p, WORD_when);
    accept_word(p, WORD_not);
    expect_word(p, WORD_matched);
    if (accept_word(p, WORD_by) && !accept_word(p, WORD_source) &&
        !accept_word(p, WORD_target))
        expected(p, "SOURCE or TARGET");
    if (accept_word(p, WORD_and))
        parse_expr(p);
    expect_word(p, WORD_then);
    if (at_word(p, WORD_update)) {
        parse_merge_update(p);
    } else if (at_word(p, WORD_insert)) {
        parse_merge_insert(p);
    } else if (at_letters(p, "error")) {
        advance(p);
        if (!at_word(p, WORD_when) && !at_word(p, WORD_returning) &&
            p->token.kind != TOKEN_END && !at_symbol(p, ";"))
            parse_expr(p);
    } else if (!accept_word(p, WORD_delete)) {
        expect_word(p, WORD_do);
        expect_word(p, WORD_nothing);
    }
}

// merge = MERGE INTO target USING source (ON expr | USING names) branch {branch}
static void parse_merge(Parser *p)
{
    expect_word(p, WORD_merge);
    expect_word(p, WORD_into);
    parse_target(p, false);
    expect_word(p, WORD_using);
    skip_from(p);
    if (accept_word(p, WORD_using)) {
        skip_names(p);
    } else {
        expect_word(p, WORD_on);
        parse_expr(p);
    }
    do {
        parse_merge_branch(p);
    } while (at_word(p, WORD_when));
    parse_returning(p);
}

// The whole

bool at_change(const Parser *p)
{
    return at_word(p, WORD_insert) || at_word(p, WORD_update) ||
           at_word(p, WORD_delete) ||
           (at_word(p, WORD_replace) && p->dialect == DIALECT_SQLITE) ||
           (at_word(p, WORD_merge) && p->dialect != DIALECT_SQLITE);
}

void parse_change(Parser *p)
{
    if (at_word(p, WORD_insert) || at_word(p, WORD_replace))
        parse_insert(p);
    else if (at_word(p, WORD_update))
        parse_update(p);
    else if (at_word(p, WORD_delete))
        parse_delete(p);
    else if (p->dialect != DIALECT_SQLITE)
        parse_merge(p);
    else
        expected(p, "INSERT, UPDATE or DELETE");
}
