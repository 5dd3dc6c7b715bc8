// diff.c - the longest common subsequence of lines. Queries are short: the quadratic
// table is fine, and beyond its limit all of one and all of the other is shown.

#include "app/diff.h"

#include "app/paint.h"
#include "base/array.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum { TABLE_LIMIT = 4 * 1024 * 1024 };

typedef ARRAY(const char *) Lines;

static Lines lines_of(Arena *arena, const char *text)
{
    Lines lines = {0};
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        const char *line = arena_text(arena, text, length);
        array_push(arena, &lines, line);
        text += length + (text[length] == '\n');
    }
    return lines;
}

// Two lists of lines and, for each pair of places, how many lines are common from there.
typedef struct {
    Lines before, after;
    uint32_t *common; // (before.count + 1) x (after.count + 1); NULL: too large.
} Table;

static uint32_t *cell(const Table *table, size_t i, size_t j)
{
    return &table->common[i * (table->after.count + 1) + j];
}

static bool same_line(const Table *table, size_t i, size_t j)
{
    return strcmp(table->before.items[i], table->after.items[j]) == 0;
}

static void fill(Arena *arena, Table *table)
{
    size_t rows = table->before.count, columns = table->after.count;
    if ((rows + 1) * (columns + 1) > TABLE_LIMIT)
        return;
    table->common = arena_new(arena, uint32_t, (rows + 1) * (columns + 1));
    for (size_t i = rows; i-- > 0;) {
        for (size_t j = columns; j-- > 0;) {
            uint32_t down = *cell(table, i + 1, j), right = *cell(table, i, j + 1);
            *cell(table, i, j) = same_line(table, i, j) ? *cell(table, i + 1, j + 1) + 1
                                 : down > right         ? down
                                                        : right;
        }
    }
}

static void add_line(Text *text, bool color, const char *mark, const char *line)
{
    Paint paint = mark[0] == '+' ? PAINT_GOOD : mark[0] == '-' ? PAINT_BAD : PAINT_PLAIN;
    const char *marked = arena_printf(text->arena, "%s%s", mark, line);
    text_addf(text, "%s\n", painted(text->arena, color, paint, marked));
}

const char *diff_lines(Arena *arena, const char *before, const char *after, bool color)
{
    Table table = {.before = lines_of(arena, before), .after = lines_of(arena, after)};
    fill(arena, &table);
    Text text = text_new(arena);
    size_t i = 0, j = 0;
    while (i < table.before.count || j < table.after.count) {
        bool both = i < table.before.count && j < table.after.count;
        if (both && table.common != NULL && same_line(&table, i, j)) {
            add_line(&text, color, " ", table.before.items[i]);
            i++;
            j++;
        } else if (j == table.after.count ||
                   (both && (table.common == NULL ||
                             *cell(&table, i + 1, j) >= *cell(&table, i, j + 1)))) {
            add_line(&text, color, "-", table.before.items[i++]);
        } else {
            add_line(&text, color, "+", table.after.items[j++]);
        }
    }
    return text.bytes;
}
