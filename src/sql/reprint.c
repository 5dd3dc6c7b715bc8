// reprint.c - any statement, read and printed back. Queries are printed by the printer,
// all else as it stands.

#include "sql/parse_change.h"
#include "sql/parse_create.h"
#include "sql/parse_query.h"
#include "sql/sql.h"

#include <assert.h>

// True if a statement that changes data stands behind WITH: WITH … INSERT.
static bool parse_with_change(Parser *p)
{
    Query with = {0};
    bool opaque;
    if (!at_word(p, WORD_with))
        return false;
    parse_with(p, &with, &opaque);
    bool change = !p->failed && at_change(p);
    if (change)
        parse_change(p);
    return change;
}

// True if the text is a statement other than a query; then `p` stands behind it, or has
// failed in it.
static bool parse_other(Parser *p)
{
    if (at_create(p)) {
        parse_create(p);
        return true;
    }
    if (at_change(p)) {
        parse_change(p);
        return true;
    }
    return parse_with_change(p);
}

bool sql_reprint(Arena *arena, Dialect dialect, const char *text, const char **printed,
                 Error *err)
{
    Error reason = {0};
    Parser p = parser_new(arena, dialect, text, &reason);
    if (!parse_other(&p)) {
        const Query *query;
        if (!sql_parse(arena, dialect, text, &query, err))
            return false;
        *printed = sql_print_query(arena, dialect, query, (PrintStyle){0});
        return true;
    }
    if (accept_symbol(&p, ";") && p.token.kind != TOKEN_END)
        expected(&p, "one statement only");
    if (p.token.kind != TOKEN_END)
        expected(&p, "the end");
    if (p.failed) {
        *err = reason;
        return false;
    }
    size_t count;
    const Statement *statement = sql_split(arena, dialect, text, &count);
    assert(count == 1);
    *printed = arena_text(arena, text + statement->offset, statement->length);
    return true;
}
