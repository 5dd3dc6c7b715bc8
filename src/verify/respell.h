// respell.h - texts a few letters away from others.
//
// What functions and patterns ask of a text is often none of the queries' strings: where
// blanks are cut off, pieces replaced and places counted, a letter more, one less, or the
// same piece twice makes the difference. Letters come from the strings themselves.

#ifndef VERIFY_RESPELL_H
#define VERIFY_RESPELL_H

#include "base/random.h"
#include "engine/engine.h"
#include "verify/literals.h"

// Returns the letters of the strings, each once, and a few others; "" where there is no
// string.
const char *letters_of_strings(Arena *arena, Literals literals);

// Returns a text with one to three small changes, or another word of these letters; the
// value as it is where it is no text or there are no letters.
Value value_respelled(Arena *arena, Random *random, const char *letters, Value value);

#endif
