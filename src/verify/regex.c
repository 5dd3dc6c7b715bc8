// regex.c - a pattern is read and written out at once, by recursive descent: where it
// may repeat or has alternatives, chance decides, and what is not chosen is read without
// being written.

#include "verify/regex.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_LIMIT = 8,  // Of groups; nothing is read from there on.
    MORE_TIMES = 2,   // How often something is repeated beyond what it must be.
    TIMES_LIMIT = 12, // x{1000} is cut short.
    LENGTH_LIMIT = 200,
    STEP_LIMIT = 2000, // Atoms that are written: groups of groups repeat each other.
};

typedef struct {
    Random *random;
    Text text;
    size_t length;
    unsigned depth;
    unsigned steps;
} Example;

static void write_letter(Example *example, char letter, bool writes)
{
    if (!writes || example->length == LENGTH_LIMIT)
        return;
    text_add_char(&example->text, letter);
    example->length++;
}

// Atoms

static char letter_of(Example *example, const char *letters)
{
    return letters[random_below(example->random, strlen(letters))];
}

// \d and its like; any other letter behind a backslash is itself.
static char escaped_letter(Example *example, char name)
{
    static const struct {
        char name;
        const char *letters;
    } classes[] = {{'d', "0123456789"}, {'D', "ab x-"}, {'w', "abZ_059"},
                   {'W', " -.,"},       {'s', " \t"},   {'S', "ab1-"}};
    for (size_t i = 0; i < COUNT_OF(classes); i++)
        if (classes[i].name == name)
            return letter_of(example, classes[i].letters);
    return name == 'n' ? '\n' : name == 't' ? '\t' : name;
}

// What stands between [ and ], or behind [^.
typedef struct {
    const char *at, *end;
} Members;

static bool members_have(Members members, char letter)
{
    for (const char *at = members.at; at < members.end; at++) {
        bool is_range = at + 2 < members.end && at[1] == '-';
        if (is_range ? at[0] <= letter && letter <= at[2] : *at == letter)
            return true;
        at += is_range ? 2 : 0;
    }
    return false;
}

static char random_member(Example *example, Members members)
{
    size_t length = (size_t)(members.end - members.at);
    size_t at = length == 0 ? 0 : random_below(example->random, length);
    const char *it = members.at + at;
    if (length == 0)
        return 'x';
    if (it[0] == '\\' && it + 1 < members.end)
        return escaped_letter(example, it[1]);
    if (it[0] == '-' && at > 0 && at + 1 < length) // Between the ends of a range.
        it--;
    if (it + 2 < members.end && it[1] == '-' && it[0] < it[2])
        return (char)random_between(example->random, it[0], it[2]);
    return *it;
}

static const char *read_class(Example *example, const char *at, bool writes)
{
    static const char strangers[] = "aZ5 -_x";
    bool negated = *at == '^';
    Members members = {at + negated, NULL};
    size_t first = *members.at == ']';
    members.end = members.at + first + strcspn(members.at + first, "]");
    char letter = random_member(example, members);
    for (size_t i = 0; negated && i < strlen(strangers); i++)
        if (!members_have(members, strangers[i]))
            letter = strangers[i];
    write_letter(example, letter, writes);
    return members.end + (*members.end == ']');
}

static const char *read_alternatives(Example *example, const char *at, bool writes);

static const char *read_group(Example *example, const char *at, bool writes)
{
    if (at[0] == '?') { // (?:a), (?i), (?i:a)
        at += strcspn(at, ":)");
        at += *at == ':';
    }
    if (example->depth == DEPTH_LIMIT)
        return at + strlen(at);
    example->depth++;
    at = read_alternatives(example, at, writes);
    example->depth--;
    return at + (*at == ')');
}

static const char *read_atom(Example *example, const char *at, bool writes)
{
    switch (*at) {
    case '^':
    case '$':
        return at + 1;
    case '(':
        return read_group(example, at + 1, writes);
    case '[':
        return read_class(example, at + 1, writes);
    case '.':
        write_letter(example, letter_of(example, "ab1 x"), writes);
        return at + 1;
    case '\\':
        if (at[1] == '\0')
            return at + 1;
        write_letter(example, escaped_letter(example, at[1]), writes);
        return at + 2;
    default:
        write_letter(example, *at, writes);
        return at + 1;
    }
}

// Repetition

// Returns the end of a quantifier, and how often it asks for what stands before it.
static const char *read_times(Example *example, const char *at, size_t *times)
{
    size_t more = random_below(example->random, MORE_TIMES + 1);
    char *end;
    *times = *at == '*' ? more : *at == '+' ? 1 + more : *at == '?' ? more > 0 : 1;
    if (*at == '{' && isdigit((unsigned char)at[1])) {
        size_t low = strtoul(at + 1, &end, 10), high = low;
        if (*end == ',')
            high = isdigit((unsigned char)end[1]) ? strtoul(end + 1, &end, 10)
                                                  : low + MORE_TIMES;
        if (high < low || high > TIMES_LIMIT)
            high = low < TIMES_LIMIT ? TIMES_LIMIT : low;
        *times = low > TIMES_LIMIT ? TIMES_LIMIT
                                   : low + random_below(example->random, high - low + 1);
        at = end + strcspn(end, "}");
        at += *at == '}';
    } else if (*at != '\0' && strchr("*+?", *at) != NULL) {
        at++;
    }
    return at + (*at == '?'); // Which of the matches counts is of no account here.
}

static const char *read_repeated(Example *example, const char *at, bool writes)
{
    size_t times;
    const char *end = read_atom(example, at, false);
    const char *rest = read_times(example, end, &times);
    for (size_t i = 0; writes && i < times && example->steps++ < STEP_LIMIT; i++)
        (void)read_atom(example, at, true);
    return rest;
}

static const char *read_sequence(Example *example, const char *at, bool writes)
{
    while (*at != '\0' && *at != '|' && *at != ')')
        at = read_repeated(example, at, writes);
    return at;
}

static const char *read_alternatives(Example *example, const char *at, bool writes)
{
    size_t count = 1, i = 0;
    const char *end = read_sequence(example, at, false);
    for (; *end == '|'; count++)
        end = read_sequence(example, end + 1, false);
    for (size_t chosen = random_below(example->random, count); writes && i <= chosen; i++)
        at = read_sequence(example, at, i == chosen) + 1;
    return end;
}

const char *regex_example(Arena *arena, Random *random, const char *pattern)
{
    Example example = {.random = random, .text = text_new(arena)};
    const char *at = read_alternatives(&example, pattern, true);
    while (*at != '\0') // A bracket too many.
        at = read_alternatives(&example, at + 1, true);
    return example.text.bytes;
}
