// text.h - a string under construction, kept in an arena.

#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"
#include "base/compiler.h"

#include <stdbool.h>

typedef struct {
    Arena *arena;
    char *bytes; // Never NULL, always NUL-terminated; valid until the next append.
    size_t length;
    size_t capacity;
} Text;

Text text_new(Arena *arena);
void text_add(Text *text, const char *more);
void text_add_bytes(Text *text, const char *bytes, size_t length);
void text_add_char(Text *text, char byte);
void text_addf(Text *text, const char *format, ...) PRINTF_LIKE(2, 3);

// Add the value between two marks, one inside doubled, as SQL writes names and strings.
void text_add_quoted(Text *text, const char *value, char mark);
void text_add_quoted_bytes(Text *text, const char *bytes, size_t length, char mark);

// Drops everything behind the first `length` bytes.
void text_cut(Text *text, size_t length);

// Drops what is behind the first `length` bytes, and the rest of a character that this
// would cut through; a "…" stands in its place.
void text_shorten(Text *text, size_t length);

// Return the letter in upper or lower case; what is no letter of ASCII, as it is.
char text_upper(char byte);
char text_lower(char byte);

// Compare without regard to the case of ASCII letters. NULL equals only NULL.
bool text_same_word(const char *a, const char *b);
bool text_is_one_of(const char *word, const char *const *words, size_t count);

// Returns the last line of a text that does not end one.
const char *text_last_line(const char *text);

// Returns how many edits (insert, delete, replace, swap) turn `a` into `b`, letters
// compared without case; for "did you mean". Damerau-Levenshtein, restricted.
size_t text_distance(const char *a, const char *b);

#endif
