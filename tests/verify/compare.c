// compare.c - bags, order, tie groups, limits, floats.
//
// Rows are written "1 a|2 b": values stand apart by blanks, rows by bars. A number with
// a point is a float, NULL is NULL, all else a text.

#include "verify/fit.h"

#include "base/array.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *order; // "0 1": the key columns; "-": LIMIT alone; "": none. "0 t": the
                       // LIMIT is WITH TIES; "0 d1": DISTINCT ON column 1.
    uint64_t limit, offset;
    const char *full; // The full query's rows, or NULL.
    const char *original, *candidate;
    Likeness expected;
} Case;

static const Case cases[] = {
    {"rows in another order", "", 0, 0, NULL, "1|2", "2|1", LIKENESS_SAME},
    {"a row twice", "", 0, 0, NULL, "1|1|2", "1|2|2", LIKENESS_DIFFERENT},
    {"a row more", "", 0, 0, NULL, "1|1", "1", LIKENESS_DIFFERENT},
    {"another column", "", 0, 0, NULL, "1 1", "1", LIKENESS_DIFFERENT},
    {"one and one point nought", "", 0, 0, NULL, "1", "1.0", LIKENESS_SAME},
    {"a text is no number", "", 0, 0, NULL, "1", "'1", LIKENESS_DIFFERENT},
    {"NULL is no zero", "", 0, 0, NULL, "NULL", "0", LIKENESS_DIFFERENT},
    {"NULL is NULL", "", 0, 0, NULL, "NULL a", "NULL a", LIKENESS_SAME},
    {"NaN is NaN", "", 0, 0, NULL, "nan. 1", "nan. 1", LIKENESS_SAME},
    {"NaN is no number", "", 0, 0, NULL, "nan.", "1.0", LIKENESS_DIFFERENT},
    {"infinities differ", "", 0, 0, NULL, "inf.", "-inf.", LIKENESS_DIFFERENT},
    {"floats nearly the same", "", 0, 0, NULL, "0.1|0.3", "0.30000000000000004|0.1",
     LIKENESS_SAME},
    {"floats not the same", "", 0, 0, NULL, "0.3", "0.3000001", LIKENESS_DIFFERENT},
    {"floats beside exact columns", "", 0, 0, NULL, "0.30000000000000004 a|0.3 b",
     "0.3 a|0.30000000000000004 b", LIKENESS_SAME},
    {"whole numbers get no tolerance", "", 0, 0, NULL, "10000000000000001",
     "10000000000000002", LIKENESS_DIFFERENT},
    {"order kept", "0", 0, 0, NULL, "1 a|2 b", "1 a|2 b", LIKENESS_SAME},
    {"order turned", "0", 0, 0, NULL, "1 a|2 b", "2 b|1 a", LIKENESS_DIFFERENT},
    {"order within a tie group is free", "0", 0, 0, NULL, "1 a|1 b|2 c", "1 b|1 a|2 c",
     LIKENESS_SAME},
    {"second key", "0 1", 0, 0, NULL, "1 a|1 b", "1 b|1 a", LIKENESS_DIFFERENT},
    {"float keys within tolerance tie", "0", 0, 0, NULL, "0.3 a|0.30000000000000004 b",
     "0.30000000000000004 b|0.3 a", LIKENESS_SAME},
    {"hidden key kept", "1", 0, 0, "a 1|b 1|c 2", "a|b|c", "b|a|c", LIKENESS_SAME},
    {"hidden key turned", "1", 0, 0, "a 1|b 1|c 2", "a|b|c", "c|a|b", LIKENESS_DIFFERENT},
    {"limit takes another of a tie group", "0", 2, 0, "1 a|2 b|2 c", "1 a|2 b", "1 a|2 c",
     LIKENESS_SAME},
    {"limit takes a row of no tie group", "0", 2, 0, "1 a|2 b|3 c", "1 a|2 b", "1 a|3 c",
     LIKENESS_DIFFERENT},
    {"limit takes one row twice", "0", 2, 0, "1 a|1 b|1 c", "1 a|1 b", "1 a|1 a",
     LIKENESS_DIFFERENT},
    {"limit takes too few", "0", 2, 0, "1 a|1 b", "1 a|1 b", "1 a", LIKENESS_DIFFERENT},
    {"limit must keep whole groups before the last", "0", 3, 0, "1 a|1 b|2 c|2 d",
     "1 a|1 b|2 c", "1 a|2 c|2 d", LIKENESS_DIFFERENT},
    {"offset cuts a tie group", "0", 1, 1, "1 a|1 b|2 c", "1 b", "1 a", LIKENESS_SAME},
    {"offset skips a row", "0", 1, 1, "1 a|2 b|3 c", "2 b", "3 c", LIKENESS_DIFFERENT},
    {"with ties, the last group whole", "0 t", 2, 0, "1 a|2 b|2 c|3 d", "1 a|2 b|2 c",
     "1 a|2 c|2 b", LIKENESS_SAME},
    {"with ties, a row of it is missing", "0 t", 2, 0, "1 a|2 b|2 c|3 d", "1 a|2 b|2 c",
     "1 a|2 b", LIKENESS_DIFFERENT},
    {"with ties, behind an offset", "0 t", 1, 1, "1 a|2 b|2 c|3 d", "2 b|2 c", "2 c|2 b",
     LIKENESS_SAME},
    {"with ties and less than the limit", "0 t", 9, 0, "1 a|1 b", "1 a|1 b", "1 b|1 a",
     LIKENESS_SAME},
    {"distinct on takes any that tie", "0 d0", 0, 0, "1 a|1 b|2 c", "1 a|2 c", "1 b|2 c",
     LIKENESS_SAME},
    {"distinct on takes none that comes later", "0 1 d0", 0, 0, "1 a x|1 a y|1 b z|2 c v",
     "1 a x|2 c v", "1 b z|2 c v", LIKENESS_DIFFERENT},
    {"distinct on takes one of each", "0 d0", 0, 0, "1 a|1 b|2 c", "1 a|2 c", "1 a|1 b",
     LIKENESS_DIFFERENT},
    {"distinct on by a hidden key", "d1", 0, 0, "a 1|b 1|b 2|c 2", "a|b", "b|c",
     LIKENESS_SAME},
    {"distinct on: one row makes room for another", "d1", 0, 0, "a 1|b 1|a 2|c 3",
     "a|a|c", "c|a|b", LIKENESS_SAME},
    {"distinct on: no room for both", "d1", 0, 0, "a 1|b 1|c 2", "a|c", "a|b",
     LIKENESS_DIFFERENT},
    {"distinct on, then a limit", "1 d0", 1, 0, "2 a|2 b|1 c", "2 a", "1 c",
     LIKENESS_DIFFERENT},
    {"distinct on, then a limit among ties", "1 d0", 1, 0, "2 a x|1 a y|3 b z", "2 a x",
     "1 a y", LIKENESS_SAME},
    {"limit without order takes any", "-", 1, 0, "1|2|3", "1", "3", LIKENESS_SAME},
    {"limit without order takes no other", "-", 1, 0, "1|2|3", "1", "4",
     LIKENESS_DIFFERENT},
};

// Results

static Value read_value(Arena *arena, const char *word)
{
    bool is_float = strchr(word, '.') != NULL;
    bool is_number = isdigit((unsigned char)word[0]) || word[0] == '-' || is_float;
    if (strcmp(word, "NULL") == 0)
        return (Value){.kind = VALUE_NULL};
    if (is_float)
        return (Value){.kind = VALUE_FLOAT, .number = strtod(word, NULL)};
    if (is_number)
        return (Value){.kind = VALUE_INTEGER, .integer = strtoll(word, NULL, 10)};
    word += word[0] == '\'';
    return (Value){.kind = VALUE_TEXT,
                   .bytes = arena_string(arena, word),
                   .length = strlen(word)};
}

static const Value *read_row(Arena *arena, char *text, size_t *width)
{
    ARRAY(Value) values = {0};
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest))
        array_push(arena, &values, read_value(arena, word));
    *width = values.count;
    return values.items;
}

static Result read_result(Arena *arena, const char *text)
{
    Result result = {0};
    ARRAY(const Value *) rows = {0};
    char *rest = NULL, *copy = arena_string(arena, text);
    for (char *row = strtok_r(copy, "|", &rest); row != NULL;
         row = strtok_r(NULL, "|", &rest))
        array_push(arena, &rows, read_row(arena, row, &result.column_count));
    result.rows = rows.items;
    result.row_count = result.kept_count = rows.count;
    return result;
}

static Ordering read_ordering(Arena *arena, const Case *it, size_t width)
{
    Ordering ordering = {.width = width,
                         .has_counts = true,
                         .limit = it->limit,
                         .offset = it->offset,
                         .full = it->full,
                         .is_limited = it->limit > 0,
                         .all_visible = true};
    OrderKey *keys = arena_new(arena, OrderKey, 4);
    uint32_t *on = arena_new(arena, uint32_t, 4);
    for (const char *at = it->order; *at != '\0'; at++) {
        uint32_t column = (uint32_t)(*at - '0');
        ordering.takes_first |= *at == 'd';
        ordering.with_ties |= *at == 't';
        if (isdigit((unsigned char)*at) && at > it->order && at[-1] == 'd') {
            on[ordering.on_count++] = column;
        } else if (isdigit((unsigned char)*at)) {
            keys[ordering.key_count++] = (OrderKey){.column = column};
            ordering.all_visible &= column < width;
        }
    }
    ordering.on = on;
    ordering.keys = keys;
    ordering.is_ordered = ordering.key_count > 0;
    return ordering;
}

static bool passes(const Case *it)
{
    Arena arena = ARENA_EMPTY;
    Result original = read_result(&arena, it->original);
    Result candidate = read_result(&arena, it->candidate);
    Ordering ordering = read_ordering(&arena, it, original.column_count);
    const char *why = NULL;
    Likeness likeness = results_compare(&arena, &ordering, &original, &candidate, &why);
    if (likeness == LIKENESS_NEEDS_FULL) {
        Result full = read_result(&arena, it->full);
        likeness = results_fit(&arena, &ordering, &full, &candidate, &why);
    }
    bool ok =
        likeness == it->expected && (likeness == LIKENESS_DIFFERENT) == (why != NULL);
    if (!ok)
        printf("%s: %d, not %d\n", it->name, (int)likeness, (int)it->expected);
    arena_clear(&arena);
    return ok;
}

int main(void)
{
    size_t passed = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        passed += passes(&cases[i]);
    printf("%zu passed, %zu failed\n", passed, COUNT_OF(cases) - passed);
    return passed < COUNT_OF(cases);
}
