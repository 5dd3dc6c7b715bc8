// place.c - where in a text something stands, for people.

#include "base/text.h"
#include "base/utf8.h"
#include "sql/sql.h"

#include <string.h>

enum { SHOWN_WIDTH = 88, SHOWN_BEFORE = 60 };

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
        *column += utf8_begins(text[i]);
}

// Returns the place `count` characters before (after) one, but not beyond its line.
static size_t step_back(const char *text, size_t start, size_t at, size_t count)
{
    while (at > start && count > 0)
        count -= utf8_begins(text[--at]);
    return at;
}

static size_t step_forward(const char *text, size_t at, size_t count)
{
    while (text[at] != '\0' && text[at] != '\n' && text[at] != '\r') {
        if (utf8_begins(text[at]) && count-- == 0)
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
        caret += i < offset && utf8_begins(text[i]);
    }
    bool cut = text[to] != '\0' && text[to] != '\n' && text[to] != '\r';
    text_addf(&shown, "%s\n%*s^\n", cut ? "…" : "", (int)caret, "");
    return shown.bytes;
}
