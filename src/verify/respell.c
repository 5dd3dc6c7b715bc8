// respell.c - a letter put in, taken out or exchanged; a piece twice; another word.

#include "verify/respell.h"

#include "base/text.h"
#include "base/utf8.h"

#include <string.h>

enum {
    LETTER_LIMIT = 24,
    CHANGES = 3,
    NEW_WORD_TURN = 6, // Every so many texts are another word,
    WORD_LIMIT = 7,    // of so many letters at most.
    TEXT_LIMIT = 80,   // A text of more bytes does not grow.
};

static bool is_letter(char byte)
{
    return byte >= ' ' && byte <= '~' && byte != '\'' && byte != '\\';
}

static void add_letter(Text *letters, char byte)
{
    if (is_letter(byte) && strchr(letters->bytes, byte) == NULL &&
        strlen(letters->bytes) < LETTER_LIMIT)
        text_add_char(letters, byte);
}

const char *letters_of_strings(Arena *arena, Literals literals)
{
    static const char others[] = " xA1";
    Text letters = text_new(arena);
    for (size_t i = 0; i < literals.count; i++)
        for (const char *at = literals.items[i].text;
             literals.items[i].is_string && *at != '\0'; at++)
            add_letter(&letters, *at);
    bool has_any = letters.bytes[0] != '\0';
    for (const char *at = others; has_any && *at != '\0'; at++)
        add_letter(&letters, *at);
    return letters.bytes;
}

static char random_letter(Random *random, const char *letters)
{
    return letters[random_below(random, strlen(letters))];
}

static const char *new_word(Arena *arena, Random *random, const char *letters)
{
    Text word = text_new(arena);
    size_t few = 1 + random_below(random, 3); // Of all, so that they come again.
    const char *first = letters + random_below(random, strlen(letters));
    for (size_t i = random_below(random, WORD_LIMIT) + 1; i > 0; i--)
        text_add_char(&word, random_chance(random, 1, 2)
                                 ? first[random_below(random, few) % strlen(first)]
                                 : random_letter(random, letters));
    return word.bytes;
}

// Returns a random place where a character begins; the end is one.
static size_t random_place(Random *random, const char *text)
{
    size_t at = random_below(random, strlen(text) + 1);
    while (at > 0 && !utf8_begins(text[at]))
        at--;
    return at;
}

static size_t next_place(const char *text, size_t at)
{
    at += text[at] != '\0';
    while (!utf8_begins(text[at]))
        at++;
    return at;
}

// The text from `low` to `high` becomes `middle`.
static const char *replaced(Arena *arena, const char *text, size_t low, size_t high,
                            const char *middle)
{
    return arena_printf(arena, "%.*s%s%s", (int)low, text, middle, text + high);
}

static const char *changed(Arena *arena, Random *random, const char *letters,
                           const char *text)
{
    size_t low = random_place(random, text), high = next_place(text, low);
    size_t other = random_place(random, text);
    char letter[2] = {random_letter(random, letters), '\0'};
    bool grows = strlen(text) < TEXT_LIMIT;
    switch (random_below(random, 5)) {
    case 0:
        return replaced(arena, text, low, high, "");
    case 1:
        return replaced(arena, text, low, high, letter);
    case 2: // A piece a second time.
        if (low > other) {
            high = low;
            low = other;
        } else {
            high = other;
        }
        return grows ? replaced(arena, text, high, high,
                                arena_text(arena, text + low, high - low))
                     : text;
    case 3: // The other case.
        letter[0] = text_upper(text[low]) != text[low] ? text_upper(text[low])
                                                       : text_lower(text[low]);
        return is_letter(text[low]) ? replaced(arena, text, low, high, letter) : text;
    default:
        return grows ? replaced(arena, text, low, low, letter) : text;
    }
}

Value value_respelled(Arena *arena, Random *random, const char *letters, Value value)
{
    if (value.kind != VALUE_TEXT || letters[0] == '\0')
        return value;
    if (random_chance(random, 1, NEW_WORD_TURN))
        return value_of_text(new_word(arena, random, letters));
    const char *text = value.bytes;
    for (size_t i = 1 + random_below(random, CHANGES); i > 0; i--)
        text = changed(arena, random, letters, text);
    return value_of_text(text);
}
