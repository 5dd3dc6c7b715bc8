// fixed_text.h - texts that functions leave as they are.
//
// Where a query compares a function of a text with a text (reverse(s) = s, upper(s) = s,
// substr(s, 1, 3) = substr(s, 4, 3)) no literal says which texts pass: palindromes do,
// those in one case, and those that repeat themselves.

#ifndef VERIFY_FIXED_TEXT_H
#define VERIFY_FIXED_TEXT_H

#include "verify/hints.h"

// Returns such texts, some as long as the sizes say, some that begin as the strings among
// the literals do; sets `count`.
const char *const *fixed_texts(Arena *arena, Literals literals, const size_t *sizes,
                               size_t size_count, size_t *count);

#endif
