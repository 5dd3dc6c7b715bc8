// difference.c - rows one below the other, changed ones side by side.

#include "library/difference.h"

#include "library/evidence.h"

#include "base/figures.h"
#include "base/text.h"

enum { VALUE_WIDTH = 60, JSON_VALUE_WIDTH = 4000, MARK_WIDTH = 12 };

// Text

// "12 rows stand only in the original, 3 only in the candidate"
static void add_counts(Text *text, const Differences *found)
{
    Arena *arena = text->arena;
    bool by_key = found->mismatches != NULL;
    const char *about = found->is_estimated ? "about " : "";
    text_addf(text, "%s%s row%s only in the original, %s%s only in the candidate", about,
              number_print(arena, found->only_left), plural(found->only_left), about,
              number_print(arena, found->only_right));
    if (by_key)
        text_addf(text, ", %s differ", number_print(arena, found->changed));
    bool first = true;
    for (size_t i = 0; by_key && i < found->column_count; i++) {
        if (found->mismatches[i] == 0)
            continue;
        text_addf(text, "%s%s %s", first ? ": in " : ", ", found->columns[i].name,
                  number_print(arena, found->mismatches[i]));
        first = false;
    }
    text_add(text, by_key && found->key_repeats ? "; the key repeats\n" : "\n");
}

// A table with the names on top, each cell as wide as the widest of its column.
typedef struct {
    const Differences *found;
    size_t *widths;
} Sheet;

static size_t shown_width(const char *shown)
{
    size_t width = 0;
    for (; *shown != '\0'; shown++)
        width += ((unsigned char)*shown & 0xc0) != 0x80;
    return width;
}

static void widen(Arena *arena, Sheet *sheet, const Value *row)
{
    for (size_t i = 0; row != NULL && i < sheet->found->column_count; i++) {
        size_t width = shown_width(value_show(arena, row[i], VALUE_WIDTH));
        if (width > sheet->widths[i])
            sheet->widths[i] = width;
    }
}

// Adds a line of names, or of a row's values.
static void add_line(Text *text, const Sheet *sheet, const char *mark, const Value *row)
{
    text_addf(text, "  %-*s", MARK_WIDTH, mark);
    size_t count = sheet->found->column_count;
    for (size_t i = 0; i < count; i++) {
        const char *shown = row != NULL ? value_show(text->arena, row[i], VALUE_WIDTH)
                                        : sheet->found->columns[i].name;
        size_t width = shown_width(shown);
        size_t missing = width < sheet->widths[i] ? sheet->widths[i] - width : 0;
        text_addf(text, "%s%s", i == 0 ? "" : "  ", shown);
        if (i + 1 < count)
            text_addf(text, "%*s", (int)missing, "");
    }
    text_add(text, "\n");
}

const char *differences_print(Arena *arena, const Differences *found)
{
    if (found == NULL)
        return NULL;
    Text text = text_new(arena);
    Sheet sheet = {found, arena_new(arena, size_t, found->column_count + 1)};
    for (size_t i = 0; i < found->column_count; i++)
        sheet.widths[i] = shown_width(found->columns[i].name);
    for (size_t i = 0; i < found->example_count; i++) {
        widen(arena, &sheet, found->examples[i].left);
        widen(arena, &sheet, found->examples[i].right);
    }
    add_counts(&text, found);
    add_line(&text, &sheet, "", NULL);
    for (size_t i = 0; i < found->example_count; i++) {
        const RowPair *pair = &found->examples[i];
        if (pair->left != NULL)
            add_line(&text, &sheet, "original", pair->left);
        if (pair->right != NULL)
            add_line(&text, &sheet, "candidate", pair->right);
    }
    return text.bytes;
}

// JSON

static void add_values(Json *object, const char *field, const Differences *found,
                       const Value *row)
{
    if (row == NULL) {
        json_add_text(object, field, NULL);
        return;
    }
    Arena scratch = ARENA_EMPTY;
    Json *values = json_add_array(object, field);
    for (size_t i = 0; i < found->column_count; i++)
        json_push_text(values, row[i].kind == VALUE_NULL
                                   ? NULL
                                   : value_show(&scratch, row[i], JSON_VALUE_WIDTH));
    arena_clear(&scratch);
}

void differences_add(Json *object, const char *field, const Differences *found)
{
    if (found == NULL) {
        json_add_text(object, field, NULL);
        return;
    }
    Json *made = json_add_object(object, field);
    json_add_count(made, "only_original", found->only_left);
    json_add_count(made, "only_candidate", found->only_right);
    json_add_bool(made, "estimated", found->is_estimated);
    json_add_count(made, "changed", found->changed);
    json_add_bool(made, "key_repeats", found->key_repeats);
    Json *columns = json_add_array(made, "columns");
    for (size_t i = 0; i < found->column_count; i++) {
        Json *column = json_push_object(columns);
        json_add_text(column, "name", found->columns[i].name);
        if (found->mismatches != NULL)
            json_add_count(column, "mismatches", found->mismatches[i]);
    }
    Json *rows = json_add_array(made, "rows");
    for (size_t i = 0; i < found->example_count; i++) {
        Json *row = json_push_object(rows);
        add_values(row, "original", found, found->examples[i].left);
        add_values(row, "candidate", found, found->examples[i].right);
    }
}
