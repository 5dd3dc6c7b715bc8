// regex.h - texts that match a regular expression.
//
// Of RE2, which DuckDB uses: letters, ., classes, groups, |, * + ? {m,n}, \d \w \s and
// anchors; what else there is counts as letters. The texts are guesses: engines match.

#ifndef VERIFY_REGEX_H
#define VERIFY_REGEX_H

#include "base/arena.h"
#include "base/random.h"

// Returns a text that matches, of those that chance leads to.
const char *regex_example(Arena *arena, Random *random, const char *pattern);

#endif
