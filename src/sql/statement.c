// statement.c - a text cut into its statements.
//
// A semicolon ends a statement unless it stands in quotes, a comment or the body of one
// of SQLite's triggers, which ends with "; END ;" (as sqlite3_complete has it).

#include "base/array.h"
#include "sql/sql.h"
#include "sql/token.h"

#include <string.h>

// How far we are in recognising CREATE [TEMP] TRIGGER and the end of its body.
typedef enum {
    AT_START,
    AFTER_CREATE,
    IN_PLAIN,
    IN_TRIGGER,
    AFTER_SEMICOLON, // In a trigger.
    AFTER_END,       // In a trigger, behind "; END".
} Progress;

static Progress next_progress(Progress progress, Token token)
{
    bool word = token.kind == TOKEN_WORD;
    switch (progress) {
    case AT_START:
        return word && token.word == WORD_create ? AFTER_CREATE : IN_PLAIN;
    case AFTER_CREATE:
        if (word && (token.word == WORD_temp || token.word == WORD_temporary))
            return AFTER_CREATE;
        return word && token.word == WORD_trigger ? IN_TRIGGER : IN_PLAIN;
    case IN_PLAIN:
        return IN_PLAIN;
    case AFTER_SEMICOLON:
        return word && token.word == WORD_end ? AFTER_END : IN_TRIGGER;
    case IN_TRIGGER:
    case AFTER_END:
        break;
    }
    return IN_TRIGGER;
}

// Reads a token for what it is to a splitter: what has no end runs to the text's end.
static Token read(Dialect dialect, const char *text, size_t length, size_t offset)
{
    Token token = token_next(dialect, text, length, offset);
    bool open = token.problem == PROBLEM_STRING || token.problem == PROBLEM_NAME ||
                token.problem == PROBLEM_COMMENT;
    if (token.kind == TOKEN_BAD && open)
        token.length = (uint32_t)(length - token.offset);
    return token;
}

Statement *sql_split(Arena *arena, Dialect dialect, const char *text, size_t *count)
{
    ARRAY(Statement) statements = {0};
    Statement statement = {.offset = NO_OFFSET};
    size_t length = strlen(text);
    Progress progress = AT_START;

    if (length >= UINT32_MAX) { // Beyond a token's reach: left for the parser to refuse.
        array_push(arena, &statements, ((Statement){0, length}));
        *count = 1;
        return statements.items;
    }
    for (Token token = {0};;) {
        token = read(dialect, text, length, (size_t)token.offset + token.length);
        bool semicolon = token_is_symbol(text, token, ";");
        bool in_body = progress == IN_TRIGGER || progress == AFTER_SEMICOLON;
        if (token.kind == TOKEN_END || (semicolon && !in_body)) {
            if (statement.length > 0)
                array_push(arena, &statements, statement);
            statement = (Statement){.offset = NO_OFFSET};
            progress = AT_START;
            if (token.kind == TOKEN_END)
                break;
            continue;
        }
        if (statement.offset == NO_OFFSET)
            statement.offset = token.offset;
        if (token.kind == TOKEN_COMMENT)
            continue;
        statement.length = token.offset + token.length - statement.offset;
        progress = semicolon ? AFTER_SEMICOLON : next_progress(progress, token);
    }
    *count = statements.count;
    return statements.items;
}
