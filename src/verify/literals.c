// literals.c - what literals are worth, and literals out of a text, by its words alone.

#include "verify/literals.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool literals_have(Literals list, const Literal *literal)
{
    for (size_t i = 0; i < list.count; i++) {
        const Literal *old = &list.items[i];
        if (old->is_string == literal->is_string && old->use == literal->use &&
            strcmp(old->text, literal->text) == 0)
            return true;
    }
    return false;
}

void literals_add(Arena *arena, LiteralList *list, Literal literal, size_t limit)
{
    if (!literals_have(literals_of(list), &literal) && list->count < limit)
        array_push(arena, list, literal);
}

Literals literals_of(const LiteralList *list)
{
    return (Literals){list->items, list->count};
}

bool literals_within(Literals inner, Literals outer)
{
    for (size_t i = 0; i < inner.count; i++)
        if (!literals_have(outer, &inner.items[i]))
            return false;
    return true;
}

long literal_whole_number(const Literal *literal)
{
    char *end;
    long value = strtol(literal->text, &end, 10);
    return literal->is_string || *end != '\0' ? -1 : value;
}

static LiteralUse use_of(Comparison compare)
{
    switch (compare) {
    case COMPARE_EQ:
    case COMPARE_LE:
    case COMPARE_GE:
    case COMPARE_NOT_DISTINCT:
        return USE_EQUAL;
    case COMPARE_NE:
    case COMPARE_DISTINCT:
    case COMPARE_GT:
        return USE_ABOVE;
    case COMPARE_LT:
        return USE_BELOW;
    }
    return USE_SEEN;
}

static LiteralUse use_in_call(const char *name)
{
    static const char *const defaults[] = {"coalesce", "ifnull", "nullif"};
    if (strncasecmp(name, "regexp", strlen("regexp")) == 0)
        return USE_REGEX;
    return text_is_one_of(name, defaults, COUNT_OF(defaults)) ? USE_EQUAL : USE_SEEN;
}

LiteralUse literal_use_in(const Expr *expr)
{
    if (expr->kind == EXPR_LIKE)
        return expr->like == LIKE_SIMILAR || expr->like == LIKE_REGEXP ? USE_REGEX
                                                                       : USE_PATTERN;
    if (expr->kind == EXPR_CALL)
        return use_in_call(expr->name);
    if (expr->kind == EXPR_OPERATOR)
        return strcmp(expr->name, "~") == 0 && expr->arg_count == 2 ? USE_REGEX
                                                                    : USE_SEEN;
    if (expr->kind != EXPR_COMPARE)
        return USE_EQUAL;
    bool literal_first = expr->args[0]->kind == EXPR_LITERAL;
    return use_of(literal_first ? comparison_mirrored(expr->compare) : expr->compare);
}

// Reading

// Returns the byte behind the string that starts at `at`, and its value.
static const char *read_string(Arena *arena, const char *at, const char **value)
{
    Text text = text_new(arena);
    char quote = *at++;
    while (*at != '\0' && (*at != quote || at[1] == quote)) {
        at += *at == quote;
        text_add_char(&text, *at++);
    }
    *value = text.bytes;
    return *at == '\0' ? at : at + 1;
}

static const char *skip_comment(const char *at)
{
    bool is_line = at[0] == '-';
    const char *end = strstr(at, is_line ? "\n" : "*/");
    return end == NULL ? at + strlen(at) : end + (is_line ? 1 : 2);
}

static const char *skip_word(const char *at)
{
    while (isalnum((unsigned char)*at) || *at == '_' || *at == '.')
        at++;
    return at;
}

void literals_read(Arena *arena, const char *text, LiteralList *list, size_t limit)
{
    const char *at = text;
    while (*at != '\0') {
        const char *word = NULL;
        if (strncmp(at, "--", 2) == 0 || strncmp(at, "/*", 2) == 0) {
            at = skip_comment(at);
        } else if (*at == '\'' || *at == '"') {
            bool is_string = *at == '\'';
            at = read_string(arena, at, &word);
            if (is_string)
                literals_add(arena, list, (Literal){.is_string = true, .text = word},
                             limit);
        } else if (isdigit((unsigned char)*at) ||
                   (*at == '.' && isdigit((unsigned char)at[1]))) {
            const char *end = skip_word(at);
            word = arena_text(arena, at, (size_t)(end - at));
            literals_add(arena, list, (Literal){.text = word}, limit);
            at = end;
        } else if (isalpha((unsigned char)*at) || *at == '_') {
            at = skip_word(at);
        } else {
            at++;
        }
    }
}
