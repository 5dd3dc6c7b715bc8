// compare.c - bags, tie groups, tolerance.

#include "verify/compare.h"

#include "base/text.h"
#include "engine/number.h"
#include "verify/collation.h"
#include "verify/nested_floats.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { GROUP_WINDOW = 1000 }; // How far apart rows may stand that floats have moved.

static const double usual_tolerance = 1e-9;  // Of 64-bit floats.
static const double narrow_tolerance = 1e-5; // Of 32-bit floats.
static const double usual_rest = 1e-11;      // Of both.

// A row on its way through qsort.
typedef struct {
    const Value *values;
    const bool *inexact; // Columns in which a float stands: these sort last.
    size_t width;
} SortRow;

// Values and rows

static double double_of(Value value)
{
    if (value.kind == VALUE_FLOAT)
        return value.number;
    if (value.kind == VALUE_INTEGER)
        return (double)value.integer;
    return strtod(value.bytes, NULL);
}

static bool is_number(Value value)
{
    return value.kind == VALUE_FLOAT || value.kind == VALUE_INTEGER ||
           (value.kind == VALUE_OTHER && value.type == TYPE_DECIMAL);
}

// How far rounding may have moved a float of the original's row.
static double leeway_of(const Value *row, const Closeness *closeness)
{
    if (closeness->weight == NO_COLUMN || !is_number(row[closeness->weight]))
        return 0;
    double leeway = fabs(double_of(row[closeness->weight])) * closeness->epsilon;
    return isfinite(leeway) ? leeway : 0;
}

static bool floats_near(Value a, Value b, const Closeness *closeness, double leeway)
{
    double tolerance = closeness->tolerance;
    bool any_float = a.kind == VALUE_FLOAT || b.kind == VALUE_FLOAT;
    if (tolerance <= 0 || !any_float || !is_number(a) || !is_number(b))
        return false;
    double x = double_of(a), y = double_of(b);
    if (!isfinite(x) || !isfinite(y))
        return false;
    return fabs(x - y) <= fmax(fabs(x), fabs(y)) * tolerance + closeness->rest + leeway;
}

static bool nested_near(Value a, Value b, const Closeness *closeness)
{
    return closeness->nests_floats && closeness->tolerance > 0 && a.kind == VALUE_OTHER &&
           b.kind == VALUE_OTHER && a.type == TYPE_OTHER && b.type == TYPE_OTHER &&
           nested_floats_near(a.bytes, b.bytes, closeness->tolerance, closeness->rest);
}

bool rows_same_in(const Value *a, const Value *b, size_t column,
                  const Closeness *closeness)
{
    return value_same(a[column], b[column]) ||
           floats_near(a[column], b[column], closeness, leeway_of(a, closeness)) ||
           collation_ties(closeness->collation, a[column], b[column]) ||
           nested_near(a[column], b[column], closeness);
}

static Closeness closeness_new(const Ordering *ordering, size_t column, bool is_narrow)
{
    double usual = is_narrow ? narrow_tolerance : usual_tolerance;
    bool weighs = ordering->weighs && ordering->weights != NULL &&
                  column < ordering->width && ordering->tolerance <= 0;
    double asked = ordering->tolerance;
    return (Closeness){.tolerance = asked > 0 ? asked : usual,
                       .rest = asked > 0 && asked < usual_tolerance
                                   ? usual_rest / usual_tolerance * asked
                                   : usual_rest,
                       .epsilon = is_narrow ? (double)FLT_EPSILON : DBL_EPSILON,
                       .weight = weighs ? ordering->weights[column] : NO_COLUMN};
}

static bool is_narrow(const Result *result, size_t column)
{
    const Type *type =
        result->columns != NULL ? &result->columns[column].type : &(Type){0};
    return type->kind == TYPE_FLOAT && type->width == 32;
}

static bool nests_floats(const Result *result, size_t column)
{
    return result->columns != NULL && column < result->column_count &&
           result->columns[column].nests_floats;
}

const Closeness *closeness_of(Arena *arena, const Ordering *ordering, const Result *a,
                              const Result *b)
{
    Closeness *closeness = arena_new(arena, Closeness, a->column_count + 1);
    for (size_t i = 0; i < a->column_count; i++) {
        bool narrow = is_narrow(a, i) || (i < b->column_count && is_narrow(b, i));
        closeness[i] = closeness_new(ordering, i, narrow);
        closeness[i].nests_floats = nests_floats(a, i) || nests_floats(b, i);
        if (ordering->is_exact && ordering->tolerance <= 0)
            closeness[i].tolerance = 0;
        if (ordering->collations != NULL && i < ordering->width)
            closeness[i].collation = ordering->collations[i];
    }
    return closeness;
}

bool rows_same(const Value *a, const Value *b, size_t width, const Closeness *closeness)
{
    for (size_t i = 0; i < width; i++)
        if (closeness == NULL ? !value_same(a[i], b[i])
                              : !rows_same_in(a, b, i, &closeness[i]))
            return false;
    return true;
}

const char *failure_print(Arena *arena, const char *query, const Error *error)
{
    // The message of a time-out says by itself that it did not end.
    const char *how = error->kind == ERROR_TIMEOUT ? "" : "fails: ";
    return arena_printf(arena, "the %s %s%s", query, how, error->message);
}

const Value *row_copy(Arena *arena, const Value *row, size_t width)
{
    Value *copy = arena_copy(arena, row, width, sizeof(*row));
    for (size_t i = 0; i < width; i++)
        if (copy[i].bytes != NULL)
            copy[i].bytes = arena_text(arena, copy[i].bytes, copy[i].length);
    return copy;
}

bool results_same_names(const Result *a, const Result *b)
{
    if (a->column_count != b->column_count)
        return false;
    for (size_t i = 0; i < a->column_count; i++)
        if (!text_same_word(a->columns[i].name, b->columns[i].name))
            return false;
    return true;
}

bool results_same_types(const Result *a, const Result *b)
{
    if (a->column_count != b->column_count)
        return false;
    for (size_t i = 0; i < a->column_count; i++)
        if (!type_equal(a->columns[i].type, b->columns[i].type))
            return false;
    return true;
}

static bool has_truths(const Result *result, size_t column, bool wanted)
{
    for (size_t i = 0; i < result->kept_count; i++) {
        ValueKind kind = result->rows[i][column].kind;
        if (kind != VALUE_NULL && (kind == VALUE_BOOLEAN) == wanted)
            return true;
    }
    return false;
}

bool results_mix_truths(const Result *a, const Result *b)
{
    if (a->column_count != b->column_count)
        return false;
    for (size_t i = 0; i < a->column_count; i++)
        if ((has_truths(a, i, true) && has_truths(b, i, false)) ||
            (has_truths(a, i, false) && has_truths(b, i, true)))
            return true;
    return false;
}

// Bags

static int compare_columns(const SortRow *a, const SortRow *b, bool inexact)
{
    for (size_t i = 0; i < a->width; i++) {
        if (a->inexact[i] != inexact)
            continue;
        int order = value_compare(a->values[i], b->values[i]);
        if (order == 0 && a->values[i].kind != b->values[i].kind &&
            !value_same(a->values[i], b->values[i]))
            order = a->values[i].kind < b->values[i].kind ? -1 : 1;
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_rows(const void *left, const void *right)
{
    const SortRow *a = left, *b = right;
    int order = compare_columns(a, b, false);
    return order != 0 ? order : compare_columns(a, b, true);
}

static SortRow *sorted_rows(Arena *arena, const Result *result, const bool *inexact)
{
    SortRow *rows = arena_new(arena, SortRow, result->kept_count + 1);
    for (size_t i = 0; i < result->kept_count; i++)
        rows[i] = (SortRow){result->rows[i], inexact, result->column_count};
    if (result->kept_count > 1)
        qsort(rows, result->kept_count, sizeof(*rows), compare_rows);
    return rows;
}

static void mark_inexact(const Result *result, bool *inexact)
{
    for (size_t i = 0; i < result->kept_count; i++)
        for (size_t j = 0; j < result->column_count; j++)
            inexact[j] |= result->rows[i][j].kind == VALUE_FLOAT &&
                          float_is_inexact(result->rows[i][j].number);
}

// True if the rows of `some` are those of `all`, in any order. Each row takes the first
// that is near it; groups are small wherever there are exact columns.
static bool groups_same(Arena *arena, const SortRow *some, const SortRow *all,
                        size_t count, const Closeness *closeness)
{
    size_t width = some->width, in_place = 0;
    while (in_place < count &&
           rows_same(some[in_place].values, all[in_place].values, width, closeness))
        in_place++;
    if (in_place == count)
        return true;
    bool *taken = arena_new(arena, bool, count);
    size_t first = 0; // All before it are taken.
    for (size_t i = 0; i < count; i++) {
        size_t j = first;
        size_t limit = first + GROUP_WINDOW < count ? first + GROUP_WINDOW : count;
        while (j < limit &&
               (taken[j] || !rows_same(some[i].values, all[j].values, width, closeness)))
            j++;
        if (j == limit)
            return false;
        taken[j] = true;
        while (first < count && taken[first])
            first++;
    }
    return true;
}

static bool bags_same(Arena *arena, const Result *a, const Result *b,
                      const Closeness *closeness)
{
    if (a->row_count != b->row_count)
        return false;
    size_t width = a->column_count;
    bool *inexact = arena_new(arena, bool, width + 1);
    mark_inexact(a, inexact);
    mark_inexact(b, inexact);
    for (size_t i = 0; i < width; i++)
        inexact[i] |= closeness[i].collation != NULL || closeness[i].nests_floats;
    const SortRow *left = sorted_rows(arena, a, inexact);
    const SortRow *right = sorted_rows(arena, b, inexact);
    size_t end = 0;
    for (size_t begin = 0; begin < a->kept_count; begin = end) {
        end = begin + 1;
        while (end < a->kept_count &&
               compare_columns(&left[begin], &left[end], false) == 0)
            end++;
        if (!groups_same(arena, left + begin, right + begin, end - begin, closeness))
            return false;
    }
    return true;
}

// Order

bool rows_tie(const Ordering *ordering, const Value *a, const Value *b, bool moved)
{
    for (size_t i = 0; i < ordering->key_count; i++) {
        const OrderKey *key = &ordering->keys[i];
        const Value *value = &a[key->column];
        Closeness closeness = closeness_new(ordering, key->column, key->is_narrow);
        closeness.collation = key->collation;
        if (!rows_same_in(a, b, key->column, &closeness))
            return false;
        if (moved && value->kind == VALUE_FLOAT && float_is_inexact(value->number))
            return true;
    }
    return true;
}

static bool same_key_sequence(const Ordering *ordering, const Result *a, const Result *b,
                              bool moved)
{
    for (size_t i = 0; i < a->kept_count; i++)
        if (!rows_tie(ordering, a->rows[i], b->rows[i], moved))
            return false;
    return true;
}

static bool same_row_sequence(const Result *a, const Result *b)
{
    if (a->row_count != b->row_count)
        return false;
    for (size_t i = 0; i < a->kept_count; i++)
        if (!rows_same(a->rows[i], b->rows[i], a->column_count, NULL))
            return false;
    return true;
}

Likeness likeness_differs(const char **why, const char *reason)
{
    *why = reason;
    return LIKENESS_DIFFERENT;
}

Likeness results_compare(Arena *arena, const Ordering *ordering, const Result *original,
                         const Result *candidate, const char **why)
{
    if (original->column_count != candidate->column_count)
        return likeness_differs(why, "the number of columns differs");
    if (original->kept_count < original->row_count ||
        candidate->kept_count < candidate->row_count)
        return LIKENESS_UNKNOWN;
    if (same_row_sequence(original, candidate))
        return LIKENESS_SAME;
    const Closeness *closeness = closeness_of(arena, ordering, original, candidate);
    if (ordering->is_unknown)
        return bags_same(arena, original, candidate, closeness) ? LIKENESS_SAME
                                                                : LIKENESS_UNKNOWN;
    if (ordering->is_limited || ordering->takes_first)
        return ordering_is_comparable(ordering) ? LIKENESS_NEEDS_FULL : LIKENESS_UNKNOWN;
    if (original->row_count != candidate->row_count)
        return likeness_differs(why, "the number of rows differs");
    if (!bags_same(arena, original, candidate, closeness))
        return likeness_differs(why, "the rows differ");
    if (!ordering->is_ordered)
        return LIKENESS_SAME;
    if (!ordering->all_visible)
        return ordering->full != NULL ? LIKENESS_NEEDS_FULL : LIKENESS_UNKNOWN;
    Ordering exact = {.is_exact = true, .width = ordering->width};
    bool moved = !bags_same(arena, original, candidate,
                            closeness_of(arena, &exact, original, candidate));
    if (!same_key_sequence(ordering, original, candidate, moved))
        return likeness_differs(why, "the order of the rows differs");
    return LIKENESS_SAME;
}
