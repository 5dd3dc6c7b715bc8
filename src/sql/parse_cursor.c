// parse_cursor.c - where the parser stands, names, comments and errors.

#include "sql/parse.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

Parser parser_new(Arena *arena, Dialect dialect, const char *text, Error *err)
{
    Parser p = {
        .arena = arena,
        .dialect = dialect,
        .traits = dialect_traits(dialect),
        .text = text,
        .list = token_list(arena, dialect, text),
        .err = err,
    };
    p.token = p.list.tokens[0];
    return p;
}

// Cursor

Token advance(Parser *p)
{
    Token token = p->token;
    if (!p->failed && p->position + 1 < p->list.count)
        p->token = p->list.tokens[++p->position];
    return token;
}

void go_to(Parser *p, size_t position)
{
    if (p->failed)
        return;
    p->position = position;
    p->token = p->list.tokens[position];
}

void refuse(Parser *p, ErrorKind kind, size_t offset, const char *format, ...)
{
    if (p->failed)
        return;
    char message[sizeof(p->err->message)];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    fail_at(p->err, kind, offset, "%s", message);
    p->failed = true;
    p->position = p->list.count - 1;
    p->token = (Token){.kind = TOKEN_END, .offset = p->list.tokens[p->position].offset};
}

void expected(Parser *p, const char *what)
{
    enum { SHOWN = 40 };
    Token token = p->token;
    int length = (int)(token.length < SHOWN ? token.length : SHOWN);
    if (token.kind == TOKEN_BAD)
        refuse(p, ERROR_SYNTAX, token.offset, "found %s", token_problem(token));
    else if (token.kind == TOKEN_END)
        refuse(p, ERROR_SYNTAX, token.offset, "expected %s, found the end", what);
    else
        refuse(p, ERROR_SYNTAX, token.offset, "expected %s, found %.*s%s", what, length,
               p->text + token.offset, token.length > SHOWN ? "…" : "");
}

Token peek(const Parser *p, size_t ahead)
{
    size_t last = p->list.count - 1;
    if (p->failed)
        return p->token;
    return p->list.tokens[p->position + ahead < last ? p->position + ahead : last];
}

bool peek_symbol(const Parser *p, size_t ahead, const char *symbol)
{
    return token_is_symbol(p->text, peek(p, ahead), symbol);
}

bool peek_word(const Parser *p, size_t ahead, Word word)
{
    Token token = peek(p, ahead);
    return token.kind == TOKEN_WORD && token.word == word;
}

bool at_symbol(const Parser *p, const char *symbol)
{
    return token_is_symbol(p->text, p->token, symbol);
}

bool peek_letters(const Parser *p, size_t ahead, const char *letters)
{
    Token token = peek(p, ahead);
    return token.kind == TOKEN_WORD && strlen(letters) == token.length &&
           strncasecmp(p->text + token.offset, letters, token.length) == 0;
}

bool at_letters(const Parser *p, const char *letters)
{
    return peek_letters(p, 0, letters);
}

bool accept_word(Parser *p, Word word)
{
    if (!at_word(p, word))
        return false;
    advance(p);
    return true;
}

bool accept_symbol(Parser *p, const char *symbol)
{
    if (!at_symbol(p, symbol))
        return false;
    advance(p);
    return true;
}

bool accept_words(Parser *p, Word first, Word second)
{
    if (!at_word(p, first) || !peek_word(p, 1, second))
        return false;
    advance(p);
    advance(p);
    return true;
}

void expect_word(Parser *p, Word word)
{
    if (accept_word(p, word))
        return;
    char upper[64] = "";
    const char *lower = word_text(word);
    for (size_t i = 0; lower[i] != '\0' && i + 1 < sizeof(upper); i++)
        upper[i] = (char)(lower[i] >= 'a' && lower[i] <= 'z' ? lower[i] - 32 : lower[i]);
    expected(p, upper);
}

void expect_symbol(Parser *p, const char *symbol)
{
    if (!accept_symbol(p, symbol))
        expected(p, symbol);
}

void skip_brackets(Parser *p, const char *open, const char *close)
{
    size_t depth = 0;
    if (!at_symbol(p, open))
        expected(p, open);
    do {
        if (at_symbol(p, open))
            depth++;
        else if (at_symbol(p, close))
            depth--;
        else if (p->token.kind == TOKEN_END || p->token.kind == TOKEN_BAD ||
                 at_symbol(p, ";"))
            expected(p, close);
        advance(p);
    } while (depth > 0 && !p->failed);
}

// True if no item of a list can start here.
static bool at_list_end(const Parser *p)
{
    static const Word ends[] = {
        WORD_from,      WORD_where,   WORD_group,  WORD_having, WORD_order,
        WORD_limit,     WORD_union,   WORD_except, WORD_using,  WORD_select,
        WORD_intersect, WORD_qualify, WORD_with,   WORD_offset, WORD_window,
    };
    if (p->token.kind == TOKEN_END || at_symbol(p, ")") || at_symbol(p, "]") ||
        at_symbol(p, "}") || at_symbol(p, ";"))
        return true;
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (at_word(p, ends[i]))
            return true;
    return false;
}

bool accept_comma(Parser *p)
{
    if (!accept_symbol(p, ","))
        return false;
    return p->dialect != DIALECT_DUCKDB || !at_list_end(p);
}

// Depth

static bool too_deep(Parser *p)
{
    refuse(p, ERROR_SYNTAX, p->token.offset, "nested deeper than %d levels", DEPTH_LIMIT);
    return false;
}

bool enter(Parser *p)
{
    if (p->depth == DEPTH_LIMIT)
        return too_deep(p);
    p->depth++;
    if (p->depth > p->deepest)
        p->deepest = p->depth;
    return true;
}

void leave(Parser *p)
{
    p->depth--;
}

unsigned chain_begin(Parser *p)
{
    unsigned saved = p->deepest;
    p->deepest = p->depth;
    return saved;
}

void deepen(Parser *p)
{
    if (p->deepest >= DEPTH_LIMIT)
        too_deep(p);
    p->deepest++;
}

void chain_end(Parser *p, unsigned saved)
{
    if (saved > p->deepest)
        p->deepest = saved;
}

// Names

bool at_name(const Parser *p)
{
    if (p->token.kind == TOKEN_WORD)
        return dialect_allows_name(p->dialect, (Word)p->token.word);
    return p->token.kind == TOKEN_NAME;
}

bool at_bare_alias(const Parser *p)
{
    if (p->token.kind == TOKEN_WORD)
        return dialect_allows_bare_alias(p->dialect, (Word)p->token.word);
    return p->token.kind == TOKEN_NAME ||
           (p->token.kind == TOKEN_STRING && p->dialect == DIALECT_SQLITE);
}

bool at_source_alias(const Parser *p)
{
    if (p->dialect == DIALECT_SQLITE) {
        if (at_word(p, WORD_window) &&
            (peek(p, 1).kind == TOKEN_WORD || peek(p, 1).kind == TOKEN_NAME))
            return false;
        return at_bare_alias(p);
    }
    return at_name(p) || p->token.kind == TOKEN_STRING;
}

static const char *take_name(Parser *p)
{
    Token token = advance(p);
    char *name = arena_string(p->arena, token_value(p->arena, p->text, token));
    if (token.kind == TOKEN_WORD && p->traits->folds_names)
        for (char *c = name; *c != '\0'; c++)
            if (*c >= 'A' && *c <= 'Z')
                *c = (char)(*c + 32);
    return name;
}

const char *parse_name(Parser *p, const char *what)
{
    if (!at_name(p) && !(p->token.kind == TOKEN_STRING && p->dialect == DIALECT_SQLITE)) {
        expected(p, what);
        return "";
    }
    return take_name(p);
}

const char *parse_label(Parser *p, const char *what)
{
    bool word = p->token.kind == TOKEN_WORD &&
                (p->dialect != DIALECT_SQLITE ||
                 dialect_class(p->dialect, (Word)p->token.word) != CLASS_RESERVED);
    if (!word && p->token.kind != TOKEN_NAME && p->token.kind != TOKEN_STRING) {
        expected(p, what);
        return "";
    }
    return take_name(p);
}

const char *parse_collation(Parser *p)
{
    const char *name = p->dialect == DIALECT_SQLITE ? parse_label(p, "a collation's name")
                                                    : parse_name(p, "a collation's name");
    while (p->dialect != DIALECT_SQLITE && accept_symbol(p, "."))
        name = arena_printf(p->arena, "%s.%s", name, parse_label(p, "a collation"));
    return name;
}

void parse_name_list(Parser *p, const char *const **names, size_t *count)
{
    NameArray list = {0};
    expect_symbol(p, "(");
    do {
        bool string = p->token.kind == TOKEN_STRING && p->dialect == DIALECT_DUCKDB;
        const char *what = "a column's name";
        array_push(p->arena, &list, string ? parse_label(p, what) : parse_name(p, what));
    } while (accept_comma(p));
    expect_symbol(p, ")");
    *names = list.items;
    *count = list.count;
}

// Returns the place behind the last token consumed.
static size_t consumed_end(const Parser *p)
{
    Token last = p->list.tokens[p->position == 0 ? 0 : p->position - 1];
    return (size_t)last.offset + last.length;
}

const char *text_since(Parser *p, size_t position)
{
    size_t start = p->list.tokens[position].offset, end = consumed_end(p);
    if (p->failed || end <= start)
        return "";
    while (p->next_comment < p->list.comment_count &&
           p->list.comments[p->next_comment].token < p->position)
        p->next_comment++;
    return arena_text(p->arena, p->text + start, end - start);
}

// Comments

// Returns how far from the start of its line the comment stands, as far as that matters.
static size_t comment_indentation(const Parser *p, Comment comment)
{
    enum { FARTHEST = 200 };
    size_t indentation = 0;
    while (indentation < comment.offset && indentation < FARTHEST &&
           p->text[comment.offset - indentation - 1] != '\n')
        indentation++;
    return indentation;
}

// Adds the comment's text, its further lines moved to the left as far as its first.
static void add_comment(Parser *p, Text *comments, Comment comment)
{
    const char *at = p->text + comment.offset, *end = at + comment.length;
    while (end > at && strchr(" \t\r\n", end[-1]) != NULL)
        end--;
    if (comments->length > 0)
        text_add_char(comments, '\n');
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    size_t indentation = line_end == NULL ? 0 : comment_indentation(p, comment);
    while (line_end != NULL) {
        text_add_bytes(comments, at, (size_t)(line_end + 1 - at));
        at = line_end + 1;
        for (size_t i = 0; i < indentation && (*at == ' ' || *at == '\t'); i++)
            at++;
        line_end = memchr(at, '\n', (size_t)(end - at));
    }
    text_add_bytes(comments, at, (size_t)(end - at));
}

// True if no line ends between the end of a token and the comment.
static bool same_line(const Parser *p, size_t token, Comment comment)
{
    Token before = p->list.tokens[token];
    size_t end = (size_t)before.offset + before.length;
    return end <= comment.offset &&
           memchr(p->text + end, '\n', comment.offset - end) == NULL;
}

// True if a line ends behind the comment: it is the last thing in its line.
static bool ends_line(const Parser *p, Comment comment)
{
    const char *c = p->text + comment.offset + comment.length;
    while (*c == ' ' || *c == '\t' || *c == '\r')
        c++;
    return *c == '\n' || *c == '\0';
}

const char *take_comments(Parser *p)
{
    if (p->next_comment == p->list.comment_count ||
        p->list.comments[p->next_comment].token > p->position || p->failed)
        return NULL;
    Text comments = text_new(p->arena);
    while (p->next_comment < p->list.comment_count &&
           p->list.comments[p->next_comment].token <= p->position)
        add_comment(p, &comments, p->list.comments[p->next_comment++]);
    return comments.bytes;
}

// True if the next comment belongs to what was read last.
static bool comment_belongs(const Parser *p)
{
    Comment comment = p->list.comments[p->next_comment];
    if (comment.token < p->position)
        return true;
    bool behind_comma = at_symbol(p, ",") && comment.token == p->position + 1;
    if (comment.token != p->position && !behind_comma)
        return false;
    size_t token = behind_comma ? p->position : p->position - 1;
    return ends_line(p, comment) && same_line(p, token, comment) &&
           peek(p, behind_comma ? 1 : 0).kind != TOKEN_END;
}

const char *finish_comments(Parser *p, const char *before)
{
    if (p->failed || p->position == 0 || p->next_comment == p->list.comment_count ||
        !comment_belongs(p))
        return before;
    Text comments = text_new(p->arena);
    if (before != NULL)
        text_add(&comments, before);
    while (p->next_comment < p->list.comment_count && comment_belongs(p))
        add_comment(p, &comments, p->list.comments[p->next_comment++]);
    return comments.bytes;
}

// Nodes

const Expr *make_expr(Parser *p, Expr parts)
{
    return arena_copy(p->arena, &parts, 1, sizeof(parts));
}

const Expr *opaque_since(Parser *p, size_t position)
{
    return make_expr(p, (Expr){.kind = EXPR_OPAQUE,
                               .name = text_since(p, position),
                               .offset = p->list.tokens[position].offset});
}

const Expr *literal_string(Parser *p, const char *value, size_t offset)
{
    return make_expr(p, (Expr){.kind = EXPR_LITERAL,
                               .literal = LITERAL_STRING,
                               .name = value,
                               .offset = offset});
}
