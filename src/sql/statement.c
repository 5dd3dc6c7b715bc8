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

// What has been read of the statement under way.
typedef struct {
    Statement statement; // Its offset is NO_OFFSET before its first token or comment.
    Progress progress;
} Reading;

static const Reading nothing_read = {.statement = {.offset = NO_OFFSET}};

// True if the token ends the statement; else it becomes a part of it.
static bool ends(Reading *reading, const char *text, Token token)
{
    Statement *statement = &reading->statement;
    bool semicolon = token_is_symbol(text, token, ";");
    bool in_body =
        reading->progress == IN_TRIGGER || reading->progress == AFTER_SEMICOLON;
    if (token.kind == TOKEN_END || (semicolon && !in_body))
        return true;
    if (statement->offset == NO_OFFSET)
        statement->offset = token.offset;
    if (token.kind != TOKEN_COMMENT || statement->length > 0)
        statement->length = token.offset + token.length - statement->offset;
    if (token.kind == TOKEN_COMMENT)
        return false;
    reading->progress =
        semicolon ? AFTER_SEMICOLON : next_progress(reading->progress, token);
    return false;
}

Statement *sql_split(Arena *arena, Dialect dialect, const char *text, size_t *count)
{
    ARRAY(Statement) statements = {0};
    size_t length = strlen(text);
    if (length >= UINT32_MAX) { // Beyond a token's reach: left for the parser to refuse.
        array_push(arena, &statements, ((Statement){0, length}));
        *count = 1;
        return statements.items;
    }
    Reading reading = nothing_read;
    Token token = {0};
    do {
        token = read(dialect, text, length, (size_t)token.offset + token.length);
        if (!ends(&reading, text, token))
            continue;
        if (reading.statement.length > 0)
            array_push(arena, &statements, reading.statement);
        reading = nothing_read;
    } while (token.kind != TOKEN_END);
    *count = statements.count;
    return statements.items;
}
