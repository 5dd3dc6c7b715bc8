// fixed_text.c - palindromes and repetitions.

#include "verify/fixed_text.h"

#include "base/array.h"
#include "base/text.h"

#include <string.h>

enum {
    SIZES = 4,    // Of those that the queries name,
    STRINGS = 3,  // and of their strings.
    LETTERS = 26, // Then the alphabet begins again.
};

typedef ARRAY(const char *) Texts;

static char letter(size_t i)
{
    return (char)('a' + i % LETTERS);
}

// abcba
static const char *palindrome(Arena *arena, size_t length)
{
    char *text = arena_new(arena, char, length + 1);
    for (size_t i = 0; i < length; i++)
        text[i] = letter(i < length - 1 - i ? i : length - 1 - i);
    return text;
}

// abcabc
static const char *repetition(Arena *arena, size_t period)
{
    char *text = arena_new(arena, char, 2 * period + 1);
    for (size_t i = 0; i < 2 * period; i++)
        text[i] = letter(i % period);
    return text;
}

// Returns the text without wildcards, and itself backwards behind it; NULL where letters
// take more than a byte.
static const char *mirrored(Arena *arena, const char *text)
{
    Text made = text_new(arena);
    for (const char *at = text; *at != '\0'; at++) {
        if ((*at & 0x80) != 0)
            return NULL;
        if (*at != '%' && *at != '_')
            text_add_char(&made, *at);
    }
    size_t length = strlen(made.bytes);
    for (size_t i = length; i > 0; i--)
        text_add_char(&made, made.bytes[i - 1]);
    return length > 0 ? made.bytes : NULL;
}

const char *const *fixed_texts(Arena *arena, Literals literals, const size_t *sizes,
                               size_t size_count, size_t *count)
{
    static const char *const usual[] = {"aba",   "abba", "AB", "a b",
                                        "abcba", "11",   "",   "A"};
    Texts texts = {0};
    for (size_t i = 0; i < size_count && i < SIZES; i++) {
        array_push(arena, &texts, palindrome(arena, sizes[i]));
        array_push(arena, &texts, palindrome(arena, sizes[i] + 1));
        array_push(arena, &texts, repetition(arena, sizes[i]));
    }
    size_t strings = 0;
    for (size_t i = 0; i < literals.count && strings < STRINGS; i++) {
        const char *text = literals.items[i].text;
        const char *made = literals.items[i].is_string ? mirrored(arena, text) : NULL;
        if (made == NULL)
            continue;
        array_push(arena, &texts, made);
        strings++;
    }
    for (size_t i = 0; i < COUNT_OF(usual); i++)
        array_push(arena, &texts, usual[i]);
    *count = texts.count;
    return texts.items;
}
