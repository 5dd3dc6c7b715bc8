// scan.c - tokens and parentheses of CREATE statements.

#include "engine/scan.h"

#include "base/array.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

// Tokens

typedef enum { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_SIGN } TokenKind;

typedef struct {
    TokenKind kind;
    const char *start;
    size_t length;
} Token;

typedef struct {
    Arena *arena;
    const char *at; // Behind `token`.
    Token token;
    int depth; // Of parentheses around `token`; those themselves stand outside.
} Scan;

static const char *skip_blank(const char *at)
{
    for (;;) {
        at += strspn(at, " \t\r\n\f\v");
        if (strncmp(at, "--", 2) == 0) {
            at += strcspn(at, "\n");
        } else if (strncmp(at, "/*", 2) == 0) {
            const char *end = strstr(at + 2, "*/");
            at = end == NULL ? at + strlen(at) : end + 2;
        } else {
            return at;
        }
    }
}

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '$' ||
           (unsigned char)byte >= 0x80;
}

// Returns the end of what is quoted from `at` on; a doubled quote does not end it.
static const char *quoted_end(const char *at)
{
    char close = *at;
    if (close == '[')
        close = ']';
    for (at++; *at != '\0'; at++) {
        if (*at != close)
            continue;
        if (close == ']' || at[1] != close)
            return at + 1;
        at++;
    }
    return at;
}

static void next(Scan *scan)
{
    if (scan->token.kind == TOKEN_SIGN && *scan->token.start == '(')
        scan->depth++;
    const char *start = skip_blank(scan->at);
    const char *end = start;
    TokenKind kind = TOKEN_SIGN;
    if (*start == '\0') {
        kind = TOKEN_END;
    } else if (strchr("'\"`[", *start) != NULL) {
        kind = TOKEN_QUOTED;
        end = quoted_end(start);
    } else if (is_word_byte(*start)) {
        kind = TOKEN_WORD;
        while (is_word_byte(*end))
            end++;
    } else {
        end = start + 1;
        if (*start == ')')
            scan->depth--;
    }
    scan->at = end;
    scan->token = (Token){kind, start, (size_t)(end - start)};
}

static Scan scan_start(Arena *arena, const char *sql)
{
    Scan scan = {.arena = arena, .at = sql == NULL ? "" : sql};
    next(&scan);
    return scan;
}

static bool at_end(const Scan *scan)
{
    return scan->token.kind == TOKEN_END;
}

static bool is_sign(const Scan *scan, char sign)
{
    return scan->token.kind == TOKEN_SIGN && *scan->token.start == sign;
}

static bool is_word(const Scan *scan, const char *word)
{
    return scan->token.kind == TOKEN_WORD && strlen(word) == scan->token.length &&
           text_same_word(arena_text(scan->arena, scan->token.start, scan->token.length),
                          word);
}

// Returns the name that the token is, without its quotes.
static const char *token_name(const Scan *scan)
{
    const Token *token = &scan->token;
    if (token->kind != TOKEN_QUOTED)
        return arena_text(scan->arena, token->start, token->length);
    char close = token->start[token->length - 1];
    char *name = arena_text(scan->arena, token->start + 1, token->length - 1);
    size_t length = 0;
    for (const char *from = name; *from != '\0'; from++) {
        if (*from == close && from[1] != close)
            break;
        from += *from == close;
        name[length++] = *from;
    }
    name[length] = '\0';
    return name;
}

static const char *trimmed(Arena *arena, const char *start, const char *end)
{
    while (start < end && strchr(" \t\r\n", *start) != NULL)
        start++;
    while (end > start && strchr(" \t\r\n", end[-1]) != NULL)
        end--;
    return arena_text(arena, start, (size_t)(end - start));
}

// At "(": steps behind the ")" that belongs to it and returns what stands between.
static const char *take_parentheses(Scan *scan)
{
    int depth = scan->depth;
    const char *start = scan->at;
    next(scan);
    while (!at_end(scan) && !(is_sign(scan, ')') && scan->depth == depth))
        next(scan);
    const char *text = trimmed(scan->arena, start, scan->token.start);
    next(scan);
    return text;
}

// Steps to the first "(" outside all others.
static void find_list(Scan *scan)
{
    while (!at_end(scan) && !is_sign(scan, '('))
        next(scan);
}

// Tables

typedef struct {
    ARRAY(ScannedColumn) columns;
    ARRAY(ScannedCheck) checks;
} Found;

static bool is_constraint_word(const Scan *scan)
{
    static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK",
                                        "FOREIGN"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (is_word(scan, words[i]))
            return true;
    return false;
}

// One item of the list, up to its comma or the end of the list.
static void scan_item(Scan *scan, Found *found)
{
    ScannedColumn column = {0};
    const char *constraint = NULL; // The name in front of what follows.
    if (!is_constraint_word(scan)) {
        column.name = token_name(scan);
        next(scan);
    }
    while (!at_end(scan) && scan->depth > 0 && !is_sign(scan, ',')) {
        if (is_word(scan, "CONSTRAINT")) {
            next(scan);
            constraint = token_name(scan);
            next(scan);
            continue;
        }
        bool check = is_word(scan, "CHECK"), as = is_word(scan, "AS");
        bool collate = is_word(scan, "COLLATE");
        bool list = is_sign(scan, '(');
        if (!list)
            next(scan);
        if (collate)
            column.collation = token_name(scan);
        const char *inside = is_sign(scan, '(') ? take_parentheses(scan) : NULL;
        if (check && inside != NULL)
            array_push(scan->arena, &found->checks,
                       ((ScannedCheck){.name = constraint, .text = inside}));
        else if (as && inside != NULL)
            column.generated = inside;
        constraint = NULL;
    }
    if (column.name != NULL)
        array_push(scan->arena, &found->columns, column);
}

ScannedTable scan_table(Arena *arena, const char *sql)
{
    Found found = {0};
    Scan scan = scan_start(arena, sql);
    find_list(&scan);
    next(&scan);
    while (!at_end(&scan) && scan.depth > 0) {
        scan_item(&scan, &found);
        if (is_sign(&scan, ','))
            next(&scan);
    }
    return (ScannedTable){.columns = found.columns.items,
                          .column_count = found.columns.count,
                          .checks = found.checks.items,
                          .check_count = found.checks.count};
}

// Indexes and views

size_t scan_index_count(Arena *arena, const char *sql)
{
    Scan scan = scan_start(arena, sql);
    find_list(&scan);
    next(&scan);
    size_t count = at_end(&scan) ? 0 : 1;
    for (; !at_end(&scan) && scan.depth > 0; next(&scan))
        count += is_sign(&scan, ',') && scan.depth == 1;
    return count;
}

const char *scan_index_column(Arena *arena, const char *sql, size_t number)
{
    Scan scan = scan_start(arena, sql);
    find_list(&scan);
    next(&scan);
    for (size_t i = 0; i < number && !at_end(&scan); i++) {
        while (!at_end(&scan) && !(is_sign(&scan, ',') && scan.depth == 1))
            next(&scan);
        next(&scan);
    }
    if (scan.token.kind != TOKEN_WORD && scan.token.kind != TOKEN_QUOTED)
        return NULL;
    const char *name = token_name(&scan);
    next(&scan);
    return is_sign(&scan, ',') || is_sign(&scan, ')') ? name : NULL;
}

const char *scan_view(Arena *arena, const char *sql)
{
    Scan scan = scan_start(arena, sql);
    while (!at_end(&scan) && !(is_word(&scan, "AS") && scan.depth == 0))
        next(&scan);
    if (at_end(&scan))
        return NULL;
    const char *end = scan.at + strlen(scan.at);
    while (end > scan.at && strchr(" \t\r\n;", end[-1]) != NULL)
        end--;
    return trimmed(arena, scan.at, end);
}
