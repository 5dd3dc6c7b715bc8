// token_value.c - what a token stands for, and which words are keywords.

#include "base/text.h"
#include "sql/token.h"

#include <string.h>

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

// Keywords

static const char *const words[WORD_COUNT] = {
#define KEYWORD(word, sqlite, duckdb, postgres) [WORD_##word] = #word,
#include "sql/keywords.def"
#undef KEYWORD
};

enum { LONGEST_WORD = 32 };

Word word_find(const char *letters, size_t length)
{
    char word[LONGEST_WORD + 1];
    if (length > LONGEST_WORD)
        return WORD_NONE;
    for (size_t i = 0; i < length; i++)
        word[i] = lower(letters[i]);
    word[length] = '\0';

    size_t low = WORD_NONE + 1, high = WORD_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(word, words[middle]);
        if (order == 0)
            return (Word)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return WORD_NONE;
}

const char *word_text(Word word)
{
    return word == WORD_NONE ? "" : words[word];
}

// Values

// Adds a code point as UTF-8.
static void add_code_point(Text *value, unsigned long point)
{
    if (point < 0x80) {
        text_add_char(value, (char)point);
    } else if (point < 0x800) {
        text_add_char(value, (char)(0xC0 | (point >> 6)));
        text_add_char(value, (char)(0x80 | (point & 0x3F)));
    } else {
        if (point >= 0x10000) {
            text_add_char(value, (char)(0xF0 | (point >> 18)));
            text_add_char(value, (char)(0x80 | ((point >> 12) & 0x3F)));
        } else {
            text_add_char(value, (char)(0xE0 | (point >> 12)));
        }
        text_add_char(value, (char)(0x80 | ((point >> 6) & 0x3F)));
        text_add_char(value, (char)(0x80 | (point & 0x3F)));
    }
}

// Returns the value of a digit of any base up to 16; 16 for what is none.
static int digit_value(char c)
{
    c = lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

// Reads up to `most` digits of a base; returns how many there were.
static size_t read_code(const char *text, size_t most, int base, unsigned long *point)
{
    size_t count = 0;
    for (*point = 0; count < most; count++) {
        int digit = digit_value(text[count]);
        if (digit >= base)
            break;
        *point = *point * (unsigned long)base + (unsigned long)digit;
    }
    return count;
}

// Adds what the escape behind a backslash stands for; returns its length.
static size_t add_escape(Text *value, const char *text)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const char *letter = *text == '\0' ? NULL : strchr(letters, *text);
    unsigned long point = 0;
    size_t count = 0;
    if (letter != NULL) {
        text_add_char(value, meanings[letter - letters]);
        return 1;
    }
    if (*text == 'x' && (count = read_code(text + 1, 2, 16, &point)) > 0) {
        text_add_char(value, (char)point);
        return count + 1;
    }
    if (*text == 'u' || *text == 'U') {
        count = read_code(text + 1, *text == 'u' ? 4 : 8, 16, &point);
        add_code_point(value, point);
        return count + 1;
    }
    if ((count = read_code(text, 3, 8, &point)) > 0) {
        text_add_char(value, (char)point);
        return count;
    }
    text_add_char(value, *text);
    return 1;
}

// Adds the pieces of a quoted text, each between two quotes; between the pieces of a
// string that is joined over lines stands only space.
static void add_quoted(Text *value, const char *text, size_t length, bool escapes)
{
    char quote = *text;
    if (quote == '[')
        quote = ']';
    for (size_t i = 1; i < length; i++) {
        if (escapes && text[i] == '\\') {
            i += add_escape(value, text + i + 1);
        } else if (text[i] != quote) {
            text_add_char(value, text[i]);
        } else if (i + 1 < length && text[i + 1] == quote) {
            text_add_char(value, quote);
            i++;
        } else {
            while (i + 1 < length && text[i + 1] != quote)
                i++;
            i++;
        }
    }
}

static const char *dollar_value(Arena *arena, const char *text, size_t length)
{
    const char *second = memchr(text + 1, '$', length - 1);
    size_t mark = (size_t)(second - text) + 1;
    return arena_text(arena, text + mark, length - 2 * mark);
}

const char *token_value(Arena *arena, const char *text, Token token)
{
    const char *start = text + token.offset;
    Text value;
    switch ((TokenKind)token.kind) {
    case TOKEN_STRING:
        if (*start == '$')
            return dollar_value(arena, start, token.length);
        value = text_new(arena);
        if (*start == '\'')
            add_quoted(&value, start, token.length, false);
        else
            add_quoted(&value, start + 1, token.length - 1, true);
        return value.bytes;
    case TOKEN_NAME:
        value = text_new(arena);
        add_quoted(&value, start, token.length, false);
        return value.bytes;
    case TOKEN_BLOB:
        return arena_text(arena, start + 2, token.length - 3);
    case TOKEN_END:
    case TOKEN_WORD:
    case TOKEN_NUMBER:
    case TOKEN_PARAMETER:
    case TOKEN_SYMBOL:
    case TOKEN_COMMENT:
    case TOKEN_BAD:
        break;
    }
    return arena_text(arena, start, token.length);
}
