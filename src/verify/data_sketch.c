// data_sketch.c - rows that differ, from sketches of both results: no query runs again.

#include "verify/data_pair.h"

#include "engine/sketch.h"

#include <math.h>
#include <stdlib.h>

// Sorting

typedef struct {
    const Matching *matching;
    size_t width;
} RowOrder;

// As the rows of a spill: by the sorted columns, then by all others.
static int compare_rows(const void *left, const void *right, void *context)
{
    const RowOrder *by = context;
    const Value *a = *(const Value *const *)left, *b = *(const Value *const *)right;
    int order = 0;
    for (size_t i = 0; i < by->matching->sorted_count && order == 0; i++)
        order = value_compare(a[by->matching->sorted[i]], b[by->matching->sorted[i]]);
    for (size_t i = 0; i < by->width && order == 0; i++)
        order = value_compare(a[i], b[i]);
    return order;
}

static Spill *sorted_spill(Arena *arena, const Value *const *rows, size_t count,
                           RowOrder *by)
{
    const Value **sorted = arena_copy(arena, rows, count, sizeof(*rows));
    if (count > 1)
        qsort_r(sorted, count, sizeof(*sorted), compare_rows, by);
    return spill_of_rows(sorted, count);
}

// Finding

// Returns about how many rows there are of which `count` are in the share: to two digits,
// where some are not.
static uint64_t scaled(uint64_t count, double share)
{
    uint64_t whole = (uint64_t)llround((double)count / share), unit = 1;
    while (share < 1 && whole / unit >= 100)
        unit *= 10;
    return (whole + unit / 2) / unit * unit;
}

static bool find_among(DataPair *it, const Result *left, const SketchedRows *rows,
                       const Matching *matching, Differences *found, Error *err)
{
    *found = (Differences){.columns = left->columns, .column_count = left->column_count};
    if (rows->share <= 0)
        return true;
    RowOrder by = {matching, left->column_count};
    Spill *left_rows = sorted_spill(&it->runs, rows->left, rows->left_count, &by);
    Spill *right_rows = sorted_spill(&it->runs, rows->right, rows->right_count, &by);
    bool ok = differences_find(it->arena, left_rows, right_rows, matching, found, err);
    spill_close(left_rows);
    spill_close(right_rows);
    if (found->is_crowded)
        found->only_left = found->only_right = 0;
    found->only_left = scaled(found->only_left, rows->share);
    found->only_right = scaled(found->only_right, rows->share);
    found->is_estimated = rows->share < 1;
    return ok;
}

static void limit_count(uint64_t *count, uint64_t most)
{
    *count = *count < most ? *count : most;
}

bool data_find_sketched(DataPair *it, const Result *left, const Result *right,
                        Differences *found, Error *err)
{
    *found = (Differences){.columns = left->columns, .column_count = left->column_count};
    if (left->sketch == NULL || right->sketch == NULL || it->ordering.weighs)
        return true;
    Matching matching = {.closeness = closeness_of(it->arena, &it->ordering, left, right),
                         .left_width = left->column_count};
    matching.sorted = data_exact_columns(it, left, right, &matching.sorted_count);
    SketchedRows rows = sketch_regions(&it->runs, left, right);
    if (!find_among(it, left, &rows, &matching, found, err))
        return false;
    if (differences_any(found) && !found->is_estimated)
        return true;
    Differences sampled;
    rows = sketch_samples(&it->runs, left, right);
    if (!find_among(it, left, &rows, &matching, &sampled, err))
        return false;
    if (sampled.example_count >= found->example_count && differences_any(&sampled))
        *found = sampled;
    limit_count(&found->only_left, left->row_count); // An estimate may be beyond.
    limit_count(&found->only_right, right->row_count);
    return true;
}
