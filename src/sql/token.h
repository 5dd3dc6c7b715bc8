// token.h - SQL text cut into words.
//
// token_next reads one token wherever the reader stands, so that a text can be scanned
// without being understood (sql_split). token_list cuts a whole text at once: the
// parser looks ahead and goes back in it at no cost. Comments are no tokens of the list;
// they stand beside it, each with the token it stands before.

#ifndef SQL_TOKEN_H
#define SQL_TOKEN_H

#include "base/arena.h"
#include "catalog/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    TOKEN_END,
    TOKEN_WORD,      // select, t, customer_id
    TOKEN_NAME,      // "t", and in SQLite [t] and `t`
    TOKEN_STRING,    // 'it''s', E'\n', $$it's$$
    TOKEN_BLOB,      // X'0aff'
    TOKEN_NUMBER,    // 42, 3.14, 1e5, 0xff
    TOKEN_PARAMETER, // ?, ?1, :a, @a, $a, $1
    TOKEN_SYMBOL,    // ( ) , . and operators
    TOKEN_COMMENT,   // Never in a list.
    TOKEN_BAD,       // Not SQL; `problem` says why.
} TokenKind;

typedef enum {
    WORD_NONE, // Not a keyword in any dialect.
#define KEYWORD(word, sqlite, duckdb, postgres) WORD_##word,
#include "sql/keywords.def"
#undef KEYWORD
    WORD_COUNT,
} Word;

typedef enum {
    PROBLEM_NONE,
    PROBLEM_CHARACTER,
    PROBLEM_STRING,
    PROBLEM_NAME,
    PROBLEM_EMPTY_NAME,
    PROBLEM_COMMENT,
    PROBLEM_NUMBER,
    PROBLEM_BLOB,
    PROBLEM_PARAMETER,
    PROBLEM_UTF8,
    PROBLEM_SIZE,
} TokenProblem;

// A token is a slice of the text it was read from.
typedef struct {
    uint8_t kind;    // TokenKind
    uint8_t problem; // TokenProblem
    uint16_t word;   // Word
    uint32_t offset;
    uint32_t length;
} Token;

typedef struct {
    uint32_t offset;
    uint32_t length;
    uint32_t token; // The number of the token behind it.
} Comment;

typedef struct {
    const char *text;
    const Token *tokens; // The last is TOKEN_END or TOKEN_BAD.
    size_t count;
    const Comment *comments;
    size_t comment_count;
} TokenList;

// Returns the token, comments included, at or after `offset`; spaces are passed over.
// `length` is that of the whole text. A bad token is at least one byte long.
Token token_next(Dialect dialect, const char *text, size_t length, size_t offset);

// Returns the tokens of a text, up to the first bad one. Invalid UTF-8 is bad.
TokenList token_list(Arena *arena, Dialect dialect, const char *text);

// Returns what is wrong with a bad token: "a string without its closing quote".
const char *token_problem(Token token);

// Returns the keyword that these letters are, in any case, or WORD_NONE.
Word word_find(const char *letters, size_t length);

// Returns a keyword in lower case.
const char *word_text(Word word);

// True if the token is this symbol.
bool token_is_symbol(const char *text, Token token, const char *symbol);

// Returns the name that a word or a quoted name stands for, or the value of a string,
// quotes and escapes removed; of a blob, its digits; of other tokens, their text.
const char *token_value(Arena *arena, const char *text, Token token);

#endif
