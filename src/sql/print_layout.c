// print_layout.c - one pass backwards that measures, one forwards that writes.

#include "sql/print_layout.h"

#include <assert.h>
#include <string.h>

#define ENDLESS UINT32_MAX

Layout layout_new(Arena *arena)
{
    return (Layout){.arena = arena, .text = text_new(arena)};
}

static void add(Layout *layout, LayoutItem item)
{
    array_push(layout->arena, &layout->items, item);
}

void layout_bytes(Layout *layout, const char *text, size_t length)
{
    uint32_t start = (uint32_t)layout->text.length;
    text_add_bytes(&layout->text, text, length);
    size_t count = layout->items.count;
    LayoutItem *last = count > 0 ? &layout->items.items[count - 1] : NULL;
    if (last != NULL && last->kind == LAYOUT_TEXT)
        last->length += (uint32_t)length;
    else
        add(layout, (LayoutItem){.kind = LAYOUT_TEXT,
                                 .start = start,
                                 .length = (uint32_t)length});
}

void layout_text(Layout *layout, const char *text)
{
    layout_bytes(layout, text, strlen(text));
}

void layout_open(Layout *layout)
{
    add(layout, (LayoutItem){.kind = LAYOUT_OPEN});
}

void layout_close(Layout *layout)
{
    add(layout, (LayoutItem){.kind = LAYOUT_CLOSE});
}

void layout_break(Layout *layout, const char *otherwise)
{
    add(layout,
        (LayoutItem){.kind = LAYOUT_BREAK, .length = (uint32_t)strlen(otherwise)});
}

void layout_fill(Layout *layout)
{
    add(layout, (LayoutItem){.kind = LAYOUT_FILL, .length = 1});
}

void layout_line(Layout *layout)
{
    add(layout, (LayoutItem){.kind = LAYOUT_LINE});
}

void layout_indent(Layout *layout, int columns)
{
    add(layout, (LayoutItem){.kind = LAYOUT_INDENT, .indent = (int8_t)columns});
}

// Measuring. Distances are counted from the end of the text, because that is where the
// pass begins.

// A group that was left open by the pass.
typedef struct {
    uint64_t end;  // Where, behind the group, a line may end.
    uint64_t next; // The same behind the point reached, breaks of the group included.
    bool endless;  // Something in it ends a line in any case.
} Frame;

static uint32_t distance(uint64_t from, uint64_t to)
{
    return from - to < ENDLESS ? (uint32_t)(from - to) : ENDLESS;
}

// Returns how many columns the bytes take: one for each character.
static uint32_t columns_of(const char *bytes, uint32_t length)
{
    uint32_t columns = 0;
    for (uint32_t i = 0; i < length; i++)
        columns += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    return columns;
}

static void measure(Layout *layout)
{
    Arena *arena = layout->arena;
    ARRAY(Frame) frames = {0};
    array_push(arena, &frames, (Frame){0});
    uint64_t here = 0; // Columns from here to the end, if all were on one line.
    uint64_t next = 0; // The same from the next place where a line may end.
    for (size_t i = layout->items.count; i-- > 0;) {
        LayoutItem *item = &layout->items.items[i];
        Frame *top = &frames.items[frames.count - 1];
        switch ((LayoutKind)item->kind) {
        case LAYOUT_TEXT:
            here += columns_of(layout->text.bytes + item->start, item->length);
            break;
        case LAYOUT_FILL:
        case LAYOUT_BREAK:
            here += item->length;
            item->width = distance(here, top->next);
            top->next = next = here;
            break;
        case LAYOUT_LINE:
            top->endless = true;
            top->next = next = here;
            break;
        case LAYOUT_INDENT:
            break;
        case LAYOUT_CLOSE:
            array_push(arena, &frames, ((Frame){.end = next, .next = next}));
            break;
        case LAYOUT_OPEN:
            assert(frames.count > 1);
            frames.count--;
            item->width = top->endless ? ENDLESS : distance(here, top->end);
            frames.items[frames.count - 1].endless |= top->endless;
            break;
        }
    }
    assert(frames.count == 1);
}

// Writing

typedef struct {
    Text text;
    uint32_t width;
    uint32_t column;
    int indent;
    bool at_start; // Of a line: the indentation is still to come.
} Page;

static bool fits(const Page *page, uint32_t width)
{
    uint32_t column = page->at_start ? (uint32_t)page->indent : page->column;
    return width != ENDLESS && (uint64_t)column + width <= page->width;
}

static void write_text(Page *page, const char *bytes, uint32_t length)
{
    if (length == 0)
        return;
    for (int i = 0; page->at_start && i < page->indent; i++)
        text_add_char(&page->text, ' ');
    if (page->at_start)
        page->column = (uint32_t)page->indent;
    page->at_start = false;
    text_add_bytes(&page->text, bytes, length);
    page->column += columns_of(bytes, length);
}

static void end_line(Page *page)
{
    text_add_char(&page->text, '\n');
    page->column = 0;
    page->at_start = true;
}

static void write_break(Page *page, const LayoutItem *item, bool ends_line)
{
    if (ends_line)
        end_line(page);
    else
        write_text(page, " ", item->length);
}

const char *layout_render(Layout *layout, uint32_t width)
{
    measure(layout);
    Page page = {.text = text_new(layout->arena), .width = width};
    ARRAY(bool) broken = {0};
    array_push(layout->arena, &broken, true);
    for (size_t i = 0; i < layout->items.count; i++) {
        const LayoutItem *item = &layout->items.items[i];
        bool is_broken = broken.items[broken.count - 1];
        switch ((LayoutKind)item->kind) {
        case LAYOUT_TEXT:
            write_text(&page, layout->text.bytes + item->start, item->length);
            break;
        case LAYOUT_BREAK:
            write_break(&page, item, is_broken);
            break;
        case LAYOUT_FILL:
            write_break(&page, item, is_broken && !fits(&page, item->width));
            break;
        case LAYOUT_LINE:
            end_line(&page);
            break;
        case LAYOUT_INDENT:
            page.indent += item->indent;
            break;
        case LAYOUT_OPEN:
            array_push(layout->arena, &broken, is_broken && !fits(&page, item->width));
            break;
        case LAYOUT_CLOSE:
            broken.count--;
            break;
        }
    }
    return page.text.bytes;
}
