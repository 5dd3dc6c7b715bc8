// text.c - growing strings, and comparing names.

#include "base/text.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FIRST_CAPACITY = 64, DISTANCE_LIMIT = 63 };

Text text_new(Arena *arena)
{
    char *bytes = arena_new(arena, char, FIRST_CAPACITY);
    return (Text){.arena = arena, .bytes = bytes, .capacity = FIRST_CAPACITY};
}

// Makes room for `more` bytes and the NUL behind them.
static void reserve(Text *text, size_t more)
{
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return;
    size_t capacity = text->capacity * 2 > needed ? text->capacity * 2 : needed;
    char *bytes = arena_new(text->arena, char, capacity);
    memcpy(bytes, text->bytes, text->length + 1);
    text->bytes = bytes;
    text->capacity = capacity;
}

void text_add_bytes(Text *text, const char *bytes, size_t length)
{
    reserve(text, length);
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(Text *text, const char *more)
{
    text_add_bytes(text, more, strlen(more));
}

void text_add_char(Text *text, char byte)
{
    text_add_bytes(text, &byte, 1);
}

void text_addf(Text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);

    reserve(text, (size_t)length);
    va_start(arguments, format);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

void text_add_quoted_bytes(Text *text, const char *bytes, size_t length, char mark)
{
    text_add_char(text, mark);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == mark)
            text_add_char(text, mark);
        text_add_char(text, bytes[i]);
    }
    text_add_char(text, mark);
}

void text_add_quoted(Text *text, const char *value, char mark)
{
    text_add_quoted_bytes(text, value, strlen(value), mark);
}

void text_cut(Text *text, size_t length)
{
    assert(length <= text->length);
    text->length = length;
    text->bytes[length] = '\0';
}

void text_shorten(Text *text, size_t length)
{
    while (length > 0 && !utf8_begins(text->bytes[length]))
        length--;
    text_cut(text, length);
    text_add(text, "…");
}

char text_upper(char byte)
{
    return (char)(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
}

char text_lower(char byte)
{
    return (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

bool text_same_word(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcasecmp(a, b) == 0;
}

bool text_is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_same_word(word, words[i]))
            return true;
    return false;
}

const char *text_last_line(const char *text)
{
    const char *end = strrchr(text, '\n');
    return end == NULL ? text : end + 1;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t text_distance(const char *a, const char *b)
{
    size_t length_a = smaller(strlen(a), DISTANCE_LIMIT);
    size_t length_b = smaller(strlen(b), DISTANCE_LIMIT);
    size_t cost[DISTANCE_LIMIT + 1][DISTANCE_LIMIT + 1];

    for (size_t i = 0; i <= length_a; i++)
        cost[i][0] = i;
    for (size_t j = 0; j <= length_b; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        for (size_t j = 1; j <= length_b; j++) {
            char x = text_lower(a[i - 1]), y = text_lower(b[j - 1]);
            size_t best = smaller(cost[i - 1][j], cost[i][j - 1]) + 1;
            best = smaller(best, cost[i - 1][j - 1] + (x != y));
            if (i > 1 && j > 1 && x == text_lower(b[j - 2]) && y == text_lower(a[i - 2]))
                best = smaller(best, cost[i - 2][j - 2] + 1);
            cost[i][j] = best;
        }
    }
    return cost[length_a][length_b];
}
