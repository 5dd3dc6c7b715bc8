// pattern.h - what matches a pattern of LIKE, ILIKE or GLOB.

#ifndef VERIFY_PATTERN_H
#define VERIFY_PATTERN_H

#include "base/arena.h"
#include "query/expr.h"

typedef struct {
    char many, one;    // The wildcards.
    int escape;        // -1: none.
    bool ignores_case; // Of ASCII letters.
} Wildcards;

// Returns those of GLOB (`*`, `?`; case matters), or of another kind (`%`, `_`).
Wildcards wildcards_of(LikeKind like, bool ignores_case);

// True if the whole text matches. `one` stands for one character of UTF-8.
bool pattern_matches(const Wildcards *wildcards, const char *text, size_t text_length,
                     const char *pattern, size_t pattern_length);

// Returns a text that matches, `filler` in place of what may be anything.
const char *pattern_fill(Arena *arena, const Wildcards *wildcards, const char *pattern,
                         const char *filler);

#endif
