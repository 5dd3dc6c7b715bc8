// pattern.c - greedy, with one place to come back to: a later wildcard makes an earlier
// one free.

#include "verify/pattern.h"

#include "base/text.h"
#include "base/utf8.h"

#include <ctype.h>

typedef struct {
    const char *at, *end;
} Slice;

// Takes one character of UTF-8.
static void slice_skip(Slice *slice)
{
    slice->at++;
    while (slice->at < slice->end && !utf8_begins(*slice->at))
        slice->at++;
}

static bool same_byte(const Wildcards *wildcards, char a, char b)
{
    return a == b || (wildcards->ignores_case &&
                      (tolower)((unsigned char)a) == (tolower)((unsigned char)b));
}

Wildcards wildcards_of(LikeKind like, bool ignores_case)
{
    if (like == LIKE_GLOB)
        return (Wildcards){.many = '*', .one = '?', .escape = -1};
    return (
        Wildcards){.many = '%', .one = '_', .escape = -1, .ignores_case = ignores_case};
}

// Takes a character of the text and what stands for it in the pattern, if they fit.
static bool slice_step(const Wildcards *wildcards, Slice *text, Slice *pattern,
                       bool escaped)
{
    const char *wanted = pattern->at + escaped;
    if (text->at == text->end || wanted >= pattern->end)
        return false;
    if (!escaped && *wanted == wildcards->one)
        slice_skip(text);
    else if (same_byte(wildcards, *text->at, *wanted))
        text->at++;
    else
        return false;
    pattern->at = wanted + 1;
    return true;
}

static bool slice_matches(const Wildcards *wildcards, Slice text, Slice pattern)
{
    Slice back_text = text, back_pattern = {NULL, NULL};
    for (;;) {
        bool escaped = pattern.at + 1 < pattern.end &&
                       *pattern.at == (char)wildcards->escape && wildcards->escape >= 0;
        if (!escaped && pattern.at < pattern.end && *pattern.at == wildcards->many) {
            pattern.at++;
            back_pattern = pattern;
            back_text = text;
            continue;
        }
        if (text.at == text.end && pattern.at == pattern.end)
            return true;
        if (slice_step(wildcards, &text, &pattern, escaped))
            continue;
        if (back_pattern.at == NULL || back_text.at == back_text.end)
            return false;
        slice_skip(&back_text);
        text = back_text;
        pattern = back_pattern;
    }
}

bool pattern_matches(const Wildcards *wildcards, const char *text, size_t text_length,
                     const char *pattern, size_t pattern_length)
{
    return slice_matches(wildcards, (Slice){text, text + text_length},
                         (Slice){pattern, pattern + pattern_length});
}

const char *pattern_fill(Arena *arena, const Wildcards *wildcards, const char *pattern,
                         const char *filler)
{
    Text text = text_new(arena);
    for (; *pattern != '\0'; pattern++)
        if (*pattern == wildcards->many)
            text_add(&text, filler);
        else
            text_add_bytes(&text, *pattern == wildcards->one ? "q" : pattern, 1);
    return text.bytes;
}
