// document.h - JSON in a form that is the same for the same value.
//
// Objects are sorted by their keys (members of one key stay in their order), arrays keep
// theirs; blanks between tokens are left out, escapes are resolved, and 1, 1.0 and 10e-1
// are one number, never rounded. (RFC 8259.)

#ifndef ENGINE_WORKER_DOCUMENT_H
#define ENGINE_WORKER_DOCUMENT_H

#include "base/arena.h"

// Returns the form of a text of `length` bytes and sets `form_length`; NULL where it is
// no JSON, or nested deeper than 500.
const char *document_form(Arena *arena, const char *text, size_t length,
                          size_t *form_length);

#endif
