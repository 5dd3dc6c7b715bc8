// print_layout.h - text that decides by itself where its lines end.
//
// The printer says what belongs together; the layout says what fits (Oppen, "Pretty
// printing", 1980). A group stands on one line if it fits in the width that is left;
// if not, each of its own breaks becomes a new line, and the groups inside it decide for
// themselves:
//
//     layout_open(l);                     SELECT a, b
//     layout_text(l, "SELECT a, b");      FROM t
//     layout_break(l, " ");               or
//     layout_text(l, "FROM t");           SELECT a, b FROM t
//     layout_close(l);
//
// All is kept as one flat list of operations, so that both passes over it are loops, and
// linear in its length.

#ifndef SQL_PRINT_LAYOUT_H
#define SQL_PRINT_LAYOUT_H

#include "base/array.h"
#include "base/text.h"

#include <stdint.h>

typedef enum {
    LAYOUT_TEXT,
    LAYOUT_BREAK, // A new line if its group is broken.
    LAYOUT_FILL,  // A new line if what stands up to the next break does not fit.
    LAYOUT_LINE,  // Always a new line: all groups around it are broken.
    LAYOUT_INDENT,
    LAYOUT_OPEN,
    LAYOUT_CLOSE,
} LayoutKind;

typedef struct {
    uint8_t kind;
    int8_t indent;   // LAYOUT_INDENT: by how much.
    uint32_t length; // Of the text, or of the spaces of an unbroken break.
    uint32_t start;  // Of the text.
    uint32_t width;  // LAYOUT_OPEN, LAYOUT_FILL: columns up to where a line may end.
} LayoutItem;

typedef struct {
    Arena *arena;
    Text text;
    ARRAY(LayoutItem) items;
} Layout;

Layout layout_new(Arena *arena);

// Appends text, which has no new line in it.
void layout_text(Layout *layout, const char *text);
void layout_bytes(Layout *layout, const char *text, size_t length);

void layout_open(Layout *layout);
void layout_close(Layout *layout);

// Append a place where a line may end. Where it does not, `otherwise` stands there: ""
// or " ".
void layout_break(Layout *layout, const char *otherwise);
void layout_fill(Layout *layout);

// Ends the line.
void layout_line(Layout *layout);

// Indents the lines that begin from here on by so many columns more.
void layout_indent(Layout *layout, int columns);

// Returns the text, in lines of at most `width` columns where that can be.
const char *layout_render(Layout *layout, uint32_t width);

#endif
