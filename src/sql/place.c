// place.c - where in a text something stands, for people.

#include "base/text.h"
#include "sql/sql.h"

#include <string.h>

enum { SHOWN_WIDTH = 88, SHOWN_BEFORE = 60 };

// True for a byte that starts a character (of UTF-8).
static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

static size_t line_start(const char *text, size_t offset)
{
    while (offset > 0 && text[offset - 1] != '\n')
        offset--;
    return offset;
}

void sql_line_of(const char *text, size_t offset, size_t *line, size_t *column)
{
    *line = 1;
    for (const char *c = text; (size_t)(c - text) < offset && *c != '\0'; c++)
        *line += *c == '\n';
    *column = 1;
    for (size_t i = line_start(text, offset); i < offset; i++)
        *column += starts_character(text[i]);
}

// Returns the place `count` characters before (after) one, but not beyond its line.
static size_t step_back(const char *text, size_t start, size_t at, size_t count)
{
    while (at > start && count > 0)
        count -= starts_character(text[--at]);
    return at;
}

static size_t step_forward(const char *text, size_t at, size_t count)
{
    while (text[at] != '\0' && text[at] != '\n' && text[at] != '\r') {
        if (starts_character(text[at]) && count-- == 0)
            break;
        at++;
    }
    return at;
}

const char *sql_show_place(Arena *arena, const char *text, size_t offset)
{
    if (offset == NO_OFFSET)
        return "";
    size_t length = strlen(text);
    if (offset > length)
        offset = length;
    size_t start = line_start(text, offset);
    size_t from = step_back(text, start, offset, SHOWN_BEFORE);
    size_t to = step_forward(text, from, SHOWN_WIDTH - 2);

    Text shown = text_new(arena);
    size_t caret = 0;
    if (from > start)
        text_add(&shown, "…");
    caret += from > start;
    for (size_t i = from; i < to; i++) {
        bool control = (unsigned char)text[i] < ' ';
        text_add_bytes(&shown, control ? " " : text + i, 1);
        caret += i < offset && starts_character(text[i]);
    }
    bool cut = text[to] != '\0' && text[to] != '\n' && text[to] != '\r';
    text_addf(&shown, "%s\n%*s^\n", cut ? "…" : "", (int)caret, "");
    return shown.bytes;
}
