// token.c - the lexer. One character decides the kind; then we read to its end.
//
// Every reader below gets the scan standing on the token's first byte and returns the
// token. Bytes from 128 on are letters.

#include "sql/token.h"

#include "base/array.h"
#include "base/utf8.h"
#include "sql/dialect.h"

#include <ctype.h>
#include <string.h>

enum { OPERATOR_LIMIT = 63 };

// A text under the lexer. Behind its end, every byte reads as NUL.
typedef struct {
    const DialectTraits *traits;
    const char *text;
    size_t length;
    size_t start; // Of the token.
} Scan;

static char at(const Scan *scan, size_t i)
{
    if (i >= scan->length)
        return '\0';
    return scan->text[i];
}

static Token token_up_to(const Scan *scan, TokenKind kind, size_t end)
{
    return (Token){.kind = (uint8_t)kind,
                   .offset = (uint32_t)scan->start,
                   .length = (uint32_t)(end - scan->start)};
}

static Token bad(const Scan *scan, TokenProblem problem)
{
    Token token = token_up_to(scan, TOKEN_BAD, scan->start + 1);
    token.problem = (uint8_t)problem;
    return token;
}

// Characters

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 128;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
    return is_letter(c) || is_digit(c) || c == '$';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_one_of(const char *set, char c)
{
    return c != '\0' && set != NULL && strchr(set, c) != NULL;
}

// Spaces and comments

// Returns the length of the space at `i`: ASCII, a byte order mark at the start, and
// the no-break, ideographic and zero-width spaces that editors leave behind.
static size_t space_length(const Scan *scan, size_t i)
{
    static const char *const wide[] = {"\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\xAF",
                                       "\xE2\x80\x8B"};
    char c = at(scan, i);
    if (is_space(c))
        return 1;
    if ((unsigned char)c < 128)
        return 0;
    if (i == 0 && scan->length >= 3 && memcmp(scan->text, "\xEF\xBB\xBF", 3) == 0)
        return 3;
    if (!scan->traits->has_free_operators)
        return 0;
    for (size_t k = 0; k < COUNT_OF(wide); k++) {
        size_t length = strlen(wide[k]);
        if (i + length <= scan->length && memcmp(scan->text + i, wide[k], length) == 0)
            return length;
    }
    return 0;
}

static Token read_line_comment(const Scan *scan)
{
    size_t i = scan->start;
    while (i < scan->length && at(scan, i) != '\n')
        i++;
    return token_up_to(scan, TOKEN_COMMENT, i);
}

static Token read_block_comment(const Scan *scan)
{
    size_t depth = 1, i = scan->start + 2;
    while (i < scan->length && depth > 0) {
        if (at(scan, i) == '*' && at(scan, i + 1) == '/') {
            depth--;
            i += 2;
        } else if (scan->traits->nests_comments && at(scan, i) == '/' &&
                   at(scan, i + 1) == '*') {
            depth++;
            i += 2;
        } else {
            i++;
        }
    }
    if (depth > 0 && !scan->traits->open_comments)
        return bad(scan, PROBLEM_COMMENT);
    return token_up_to(scan, TOKEN_COMMENT, i);
}

// Quoted things

// Returns the place behind the closing quote, which is doubled to stand inside; 0 if
// there is none.
static size_t quoted_end(const Scan *scan, size_t open, char quote, bool escapes)
{
    for (size_t i = open + 1; i < scan->length; i++) {
        if (escapes && at(scan, i) == '\\') {
            i++;
        } else if (at(scan, i) == quote) {
            if (at(scan, i + 1) != quote)
                return i + 1;
            i++;
        }
    }
    return 0;
}

// Returns the opening quote of a string that goes on in the next line, or 0.
static size_t continuation(const Scan *scan, size_t end)
{
    bool newline = false;
    size_t i = end;
    for (; is_space(at(scan, i)); i++)
        newline = newline || at(scan, i) == '\n';
    return scan->traits->joins_strings && newline && at(scan, i) == '\'' ? i : 0;
}

static Token read_string(const Scan *scan, size_t open, bool escapes)
{
    size_t end = quoted_end(scan, open, '\'', escapes);
    for (size_t next; end != 0 && (next = continuation(scan, end)) != 0;)
        end = quoted_end(scan, next, '\'', escapes);
    if (end == 0)
        return bad(scan, PROBLEM_STRING);
    return token_up_to(scan, TOKEN_STRING, end);
}

static Token read_quoted_name(const Scan *scan, char quote)
{
    size_t end = 0;
    if (quote == ']') {
        const char *close =
            memchr(scan->text + scan->start, ']', scan->length - scan->start);
        end = close == NULL ? 0 : (size_t)(close - scan->text) + 1;
    } else {
        end = quoted_end(scan, scan->start, quote, false);
    }
    if (end == 0)
        return bad(scan, PROBLEM_NAME);
    if (end == scan->start + 2 && scan->traits->has_free_operators)
        return bad(scan, PROBLEM_EMPTY_NAME);
    return token_up_to(scan, TOKEN_NAME, end);
}

static Token read_blob(const Scan *scan)
{
    size_t i = scan->start + 2;
    while (isxdigit((unsigned char)at(scan, i)))
        i++;
    bool even = (i - scan->start) % 2 == 0;
    if (at(scan, i) != '\'' || (!even && !scan->traits->has_free_operators))
        return bad(scan, PROBLEM_BLOB);
    return token_up_to(scan, TOKEN_BLOB, i + 1);
}

// Returns the place behind $tag$, or 0 if no such mark starts at `i`.
static size_t dollar_mark(const Scan *scan, size_t i)
{
    size_t k = i + 1;
    if (!is_digit(at(scan, k)))
        while (is_letter(at(scan, k)) || is_digit(at(scan, k)))
            k++;
    return at(scan, k) == '$' ? k + 1 : 0;
}

static Token read_dollar_string(const Scan *scan, size_t body)
{
    size_t mark = body - scan->start;
    for (size_t i = body; i + mark <= scan->length; i++)
        if (at(scan, i) == '$' &&
            memcmp(scan->text + i, scan->text + scan->start, mark) == 0)
            return token_up_to(scan, TOKEN_STRING, i + mark);
    return bad(scan, PROBLEM_STRING);
}

// Numbers, words, parameters

static size_t digits_end(const Scan *scan, size_t i)
{
    bool underscore = scan->traits->has_number_underscore;
    while (is_digit(at(scan, i)) ||
           (underscore && at(scan, i) == '_' && is_digit(at(scan, i + 1))))
        i++;
    return i;
}

static Token read_hexadecimal(const Scan *scan)
{
    size_t i = scan->start + 2;
    while (isxdigit((unsigned char)at(scan, i)) ||
           (scan->traits->has_number_underscore && at(scan, i) == '_'))
        i++;
    return is_word_char(at(scan, i)) ? bad(scan, PROBLEM_NUMBER)
                                     : token_up_to(scan, TOKEN_NUMBER, i);
}

static Token read_number(const Scan *scan)
{
    size_t i = scan->start;
    if (at(scan, i) == '0' && (at(scan, i + 1) | 32) == 'x' &&
        isxdigit((unsigned char)at(scan, i + 2)))
        return read_hexadecimal(scan);
    i = digits_end(scan, i);
    bool range = scan->traits->has_free_operators && at(scan, i + 1) == '.'; // 1..2
    if (at(scan, i) == '.' && !range)
        i = digits_end(scan, i + 1);
    if ((at(scan, i) | 32) == 'e') {
        size_t exponent = i + 1 + (at(scan, i + 1) == '+' || at(scan, i + 1) == '-');
        if (is_digit(at(scan, exponent)))
            i = digits_end(scan, exponent);
    }
    if (is_word_char(at(scan, i)))
        return bad(scan, PROBLEM_NUMBER);
    return token_up_to(scan, TOKEN_NUMBER, i);
}

static Token read_word(const Scan *scan)
{
    size_t i = scan->start;
    while (is_word_char(at(scan, i)) &&
           (is_letter(at(scan, i)) == false || space_length(scan, i) == 0))
        i++;
    return token_up_to(scan, TOKEN_WORD, i);
}

// SQLite's $a::b(c): Tcl's names. Returns 0 if the bracket is not closed.
static size_t tcl_name_end(const Scan *scan, size_t i)
{
    while (at(scan, i) == ':' && at(scan, i + 1) == ':') {
        i += 2;
        while (is_word_char(at(scan, i)))
            i++;
    }
    if (at(scan, i) != '(')
        return i;
    size_t k = i + 1;
    while (k < scan->length && !is_space(at(scan, k)) && !is_one_of("()", at(scan, k)))
        k++;
    return at(scan, k) == ')' ? k + 1 : 0;
}

static Token read_parameter(const Scan *scan)
{
    char mark = at(scan, scan->start);
    size_t i = scan->start + 1;
    if (mark == '?') {
        while (is_digit(at(scan, i)))
            i++;
        return token_up_to(scan, TOKEN_PARAMETER, i);
    }
    bool tcl = mark == '$' && !scan->traits->has_free_operators;
    if (tcl && at(scan, i) == ':' && at(scan, i + 1) == ':')
        i += 2;
    while (is_word_char(at(scan, i)))
        i++;
    if (tcl)
        i = tcl_name_end(scan, i);
    if (i <= scan->start + 1)
        return bad(scan, PROBLEM_PARAMETER);
    return token_up_to(scan, TOKEN_PARAMETER, i);
}

// Symbols

// PostgreSQL's rule: the longest run of operator characters, cut before a comment; it
// may end in + or - only if it has one of ~ ! @ # % ^ & | ` ? in it. As there, no
// operator is longer than a name, and so a row of signs is read in linear time.
static Token read_operator(const Scan *scan)
{
    size_t start = scan->start, end = start;
    bool may_end_in_sign = false;
    while (end < start + OPERATOR_LIMIT &&
           is_one_of(scan->traits->operator_characters, at(scan, end))) {
        char c = at(scan, end), next = at(scan, end + 1);
        if ((c == '-' && next == '-') || (c == '/' && next == '*'))
            break;
        may_end_in_sign = may_end_in_sign || is_one_of("~!@#%^&|`?", c);
        end++;
    }
    while (end > start + 1 && !may_end_in_sign &&
           (at(scan, end - 1) == '+' || at(scan, end - 1) == '-'))
        end--;
    return token_up_to(scan, TOKEN_SYMBOL, end);
}

static Token read_symbol(const Scan *scan)
{
    size_t left = scan->length - scan->start;
    for (size_t i = 0; scan->traits->symbols[i] != NULL; i++) {
        const char *symbol = scan->traits->symbols[i];
        size_t length = strlen(symbol);
        if (length <= left && memcmp(scan->text + scan->start, symbol, length) == 0)
            return token_up_to(scan, TOKEN_SYMBOL, scan->start + length);
    }
    if (is_one_of(scan->traits->operator_characters, at(scan, scan->start)))
        return read_operator(scan);
    return bad(scan, PROBLEM_CHARACTER);
}

// Tokens

// Reads what a letter in front of a quote makes: X'0a', E'\n'.
static bool read_prefixed(const Scan *scan, Token *token)
{
    if (at(scan, scan->start + 1) != '\'')
        return false;
    char prefix = (char)(at(scan, scan->start) | 32);
    if (prefix == 'x')
        *token = read_blob(scan);
    else if (prefix == 'e' && scan->traits->has_escape_strings)
        *token = read_string(scan, scan->start + 1, true);
    else
        return false;
    return true;
}

static Token read_dollar(const Scan *scan)
{
    size_t body = scan->traits->has_dollar_strings ? dollar_mark(scan, scan->start) : 0;
    return body != 0 ? read_dollar_string(scan, body) : read_parameter(scan);
}

static Token read_token(const Scan *scan)
{
    size_t i = scan->start;
    char c = at(scan, i), next = at(scan, i + 1);
    Token prefixed;
    if (c == '-' && next == '-')
        return read_line_comment(scan);
    if (c == '/' && next == '*' && (!scan->traits->open_comments || i + 2 < scan->length))
        return read_block_comment(scan);
    if (is_letter(c))
        return read_prefixed(scan, &prefixed) ? prefixed : read_word(scan);
    if (is_digit(c) || (c == '.' && is_digit(next)))
        return read_number(scan);
    if (c == '\'')
        return read_string(scan, i, false);
    if (c == '"')
        return read_quoted_name(scan, '"');
    if (c == '`' && scan->traits->quotes_with_backtick)
        return read_quoted_name(scan, '`');
    if (c == '[' && scan->traits->quotes_with_bracket)
        return read_quoted_name(scan, ']');
    if (c == '$')
        return read_dollar(scan);
    if (is_one_of(scan->traits->parameter_marks, c))
        return read_parameter(scan);
    return read_symbol(scan);
}

Token token_next(Dialect dialect, const char *text, size_t length, size_t offset)
{
    Scan scan = {
        .traits = dialect_traits(dialect),
        .text = text,
        .length = length,
        .start = offset,
    };
    size_t space;
    while ((space = space_length(&scan, scan.start)) > 0)
        scan.start += space;
    if (scan.start >= length)
        return (Token){.kind = TOKEN_END, .offset = (uint32_t)length};
    Token token = read_token(&scan);
    if (token.kind == TOKEN_WORD)
        token.word = (uint16_t)word_find(text + token.offset, token.length);
    return token;
}

static Token check_utf8(const Scan *scan, Token token)
{
    for (size_t i = token.offset; i < token.offset + token.length;) {
        size_t length = utf8_length(scan->text + i, scan->length - i);
        if (length == 0) {
            token = (Token){.kind = TOKEN_BAD, .offset = (uint32_t)i, .length = 1};
            token.problem = PROBLEM_UTF8;
            return token;
        }
        i += length;
    }
    return token;
}

typedef struct {
    Arena *arena;
    ARRAY(Token) tokens;
    ARRAY(Comment) comments;
} Listing;

static void add_token(Listing *listing, Token token)
{
    if (token.kind == TOKEN_COMMENT) {
        uint32_t behind = (uint32_t)listing->tokens.count;
        Comment comment = {token.offset, token.length, behind};
        array_push(listing->arena, &listing->comments, comment);
    } else {
        array_push(listing->arena, &listing->tokens, token);
    }
}

TokenList token_list(Arena *arena, Dialect dialect, const char *text)
{
    Listing listing = {.arena = arena};
    Scan scan = {.traits = dialect_traits(dialect), .text = text, .length = strlen(text)};
    Token token = {.kind = TOKEN_COMMENT};

    if (scan.length >= UINT32_MAX) {
        token = (Token){.kind = TOKEN_BAD, .problem = PROBLEM_SIZE};
        add_token(&listing, token);
    }
    while (token.kind != TOKEN_END && token.kind != TOKEN_BAD) {
        size_t offset = (size_t)token.offset + token.length;
        token = token_next(dialect, text, scan.length, offset);
        token = check_utf8(&scan, token);
        add_token(&listing, token);
    }
    return (TokenList){.text = text,
                       .tokens = listing.tokens.items,
                       .count = listing.tokens.count,
                       .comments = listing.comments.items,
                       .comment_count = listing.comments.count};
}

const char *token_problem(Token token)
{
    static const char *const problems[] = {
        [PROBLEM_NONE] = "",
        [PROBLEM_CHARACTER] = "a character that means nothing here",
        [PROBLEM_STRING] = "a string without its closing quote",
        [PROBLEM_NAME] = "a quoted name without its closing quote",
        [PROBLEM_EMPTY_NAME] = "a quoted name without a letter",
        [PROBLEM_COMMENT] = "a comment without its end",
        [PROBLEM_NUMBER] = "a number that runs into a word",
        [PROBLEM_BLOB] = "a blob that is not pairs of hexadecimal digits",
        [PROBLEM_PARAMETER] = "a parameter without a name",
        [PROBLEM_UTF8] = "invalid UTF-8",
        [PROBLEM_SIZE] = "a text of 4 GB or more",
    };
    return problems[token.problem];
}

bool token_is_symbol(const char *text, Token token, const char *symbol)
{
    return token.kind == TOKEN_SYMBOL && token.length == strlen(symbol) &&
           memcmp(text + token.offset, symbol, token.length) == 0;
}
