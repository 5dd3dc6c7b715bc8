// utf8.h - characters in bytes.

#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

// Returns how many bytes the character at `bytes` has, of which `left` may be read; 0 if
// that is not valid UTF-8: cut short, overlong, a surrogate, beyond U+10FFFF.
size_t utf8_length(const char *bytes, size_t left);

// True for a byte that begins a character.
bool utf8_begins(char byte);

#endif
