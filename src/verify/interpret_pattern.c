// interpret_pattern.c - LIKE, ILIKE, GLOB.

#include "verify/interpret_tree.h"

#include <ctype.h>
#include <string.h>

typedef struct {
    const char *at, *end;
} Slice;

// Takes one character of UTF-8.
static void slice_skip(Slice *slice)
{
    slice->at++;
    while (slice->at < slice->end && (*slice->at & 0xC0) == 0x80)
        slice->at++;
}

typedef struct {
    char many, one; // The wildcards.
    int escape;     // -1: none.
    bool ignores_case;
} Wildcards;

static bool same_byte(const Wildcards *wildcards, char a, char b)
{
    return a == b || (wildcards->ignores_case &&
                      tolower((unsigned char)a) == tolower((unsigned char)b));
}

// Greedy with one place to come back to: a later wildcard makes an earlier one free.
static bool text_matches(const Wildcards *wildcards, Slice text, Slice pattern)
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
        const char *wanted = pattern.at + escaped;
        if (text.at < text.end && wanted < pattern.end) {
            if (!escaped && *wanted == wildcards->one) {
                slice_skip(&text);
                pattern.at = wanted + 1;
                continue;
            }
            if (same_byte(wildcards, *text.at, *wanted)) {
                text.at++;
                pattern.at = wanted + 1;
                continue;
            }
        }
        if (back_pattern.at == NULL || back_text.at == back_text.end)
            return false;
        slice_skip(&back_text);
        text = back_text;
        pattern = back_pattern;
    }
}

static Slice slice_of(Cell text)
{
    return (Slice){text.bytes, text.bytes + text.length};
}

static bool has_bytes_beyond_ascii(Cell text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((text.bytes[i] & 0x80) != 0)
            return true;
    return false;
}

static bool find_wildcards(const Machine *machine, LikeKind like, Cell pattern,
                           Wildcards *wildcards)
{
    bool is_sqlite = machine_is_sqlite(machine);
    *wildcards = (Wildcards){.many = '%',
                             .one = '_',
                             .escape = -1,
                             .ignores_case = is_sqlite || like == LIKE_ILIKE};
    if (like == LIKE_GLOB)
        *wildcards = (Wildcards){.many = '*', .one = '?', .escape = -1};
    bool has_set = like == LIKE_GLOB && memchr(pattern.bytes, '[', pattern.length);
    return (like == LIKE_LIKE || like == LIKE_ILIKE || like == LIKE_GLOB) && !has_set &&
           !(like == LIKE_ILIKE && has_bytes_beyond_ascii(pattern));
}

Cell evaluate_like(Machine *machine, const Node *node)
{
    Cell cells[3] = {{0}};
    bool known = true;
    for (size_t i = 0; i < node->arg_count && i < COUNT_OF(cells); i++) {
        cells[i] = node_value(machine, node->args[i]);
        if (cells[i].kind == CELL_NULL)
            return cell_null();
        if (cells[i].kind == CELL_BLOB ||
            (!machine_is_sqlite(machine) && cells[i].kind != CELL_TEXT))
            known = false;
        cells[i] = cell_to_text(machine->arena, machine->dialect, cells[i], &known);
    }
    Wildcards wildcards;
    known = known && find_wildcards(machine, node->expr->like, cells[1], &wildcards) &&
            (node->arg_count < 3 || cells[2].length == 1);
    if (!known)
        return machine_doubt(machine, "a pattern");
    if (node->arg_count == 3)
        wildcards.escape = (unsigned char)cells[2].bytes[0];
    bool matches = text_matches(&wildcards, slice_of(cells[0]), slice_of(cells[1]));
    return cell_truth(machine->dialect, matches != node->expr->negated);
}
