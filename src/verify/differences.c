// differences.c - a merge of two sorted results.

#include "verify/differences.h"

#include <string.h>

enum { WAITING_LIMIT = 256 }; // How far apart rows may stand that floats have moved.

// A row that has not found its like yet.
typedef struct {
    Arena arena;
    const Value *values;
} Held;

// One result, as far as it is read.
typedef struct {
    Spill *spill;
    size_t width;
    const Value *row; // The next one; NULL at the end.
    Held *waiting;    // Of the group at hand, the oldest first.
    size_t waiting_count;
    Held last; // With a key: the row before.
} Stream;

typedef struct {
    Arena *arena;
    const Matching *matching;
    Differences *differences;
    uint64_t *mismatches;
    Stream left, right;
    uint32_t loose; // The first column that is not sorted by, or NO_COLUMN.
    Error *err;
} Merge;

// Rows

static int compare_sorted(const Merge *merge, const Value *a, const Value *b)
{
    const Matching *matching = merge->matching;
    int order = 0;
    for (size_t i = 0; i < matching->sorted_count && order == 0; i++) {
        uint32_t column = matching->sorted[i];
        order = value_compare(a[column], b[column]);
    }
    return order;
}

// The rest of the row behind what both are sorted by.
static int compare_loose(const Merge *merge, const Value *a, const Value *b)
{
    int order = 0;
    for (size_t i = merge->loose; i < merge->right.width && order == 0; i++)
        order = value_compare(a[i], b[i]);
    return order;
}

static bool advance(Merge *merge, Stream *side)
{
    bool more = true;
    if (!spill_next(side->spill, &side->row, &more, merge->err))
        return false;
    if (!more)
        side->row = NULL;
    return true;
}

// Differences

static size_t examples_with(const Differences *found, bool left, bool right)
{
    size_t count = 0;
    for (size_t i = 0; i < found->example_count; i++)
        count += (found->examples[i].left != NULL) == left &&
                 (found->examples[i].right != NULL) == right;
    return count;
}

static void keep_example(Merge *merge, const Value *left, const Value *right)
{
    Differences *found = merge->differences;
    size_t width = found->column_count;
    if (examples_with(found, left != NULL, right != NULL) == EXAMPLE_COUNT)
        return;
    found->examples[found->example_count++] = (RowPair){
        .left = left == NULL ? NULL : row_copy(merge->arena, left, width),
        .right = right == NULL ? NULL : row_copy(merge->arena, right, width),
    };
}

static void note_alone(Merge *merge, const Stream *side, const Value *row)
{
    bool is_left = side == &merge->left;
    merge->differences->only_left += is_left;
    merge->differences->only_right += !is_left;
    keep_example(merge, is_left ? row : NULL, is_left ? NULL : row);
}

bool differences_any(const Differences *differences)
{
    return differences->only_left > 0 || differences->only_right > 0 ||
           differences->changed > 0;
}

static bool is_decided(const Merge *merge)
{
    const Differences *found = merge->differences;
    return merge->matching->is_part
               ? found->only_right > 0
               : merge->matching->first_only && differences_any(found);
}

// Groups

static void drop_waiting(Stream *side, size_t place)
{
    arena_clear(&side->waiting[place].arena);
    side->waiting_count--;
    memmove(&side->waiting[place], &side->waiting[place + 1],
            (side->waiting_count - place) * sizeof(*side->waiting));
}

static void give_up_waiting(Merge *merge, Stream *side)
{
    while (side->waiting_count > 0) {
        note_alone(merge, side, side->waiting[0].values);
        drop_waiting(side, 0);
    }
}

// Rows that wait belong to one group; the next one's have nothing to find there.
static void leave_group(Merge *merge, const Value *row)
{
    const Stream *waiting = merge->left.waiting_count > 0 ? &merge->left : &merge->right;
    if (waiting->waiting_count == 0 ||
        (row != NULL && compare_sorted(merge, waiting->waiting[0].values, row) == 0))
        return;
    give_up_waiting(merge, &merge->left);
    give_up_waiting(merge, &merge->right);
}

// True if a row that waits is too far from the one that the other side has next, and so
// from all behind it. What the weight of a sum allows, or a collation, is not in order;
// nor are texts of nested values by their floats.
static bool is_left_behind(const Merge *merge, const Value *held, const Value *next)
{
    uint32_t column = merge->loose;
    if (next == NULL)
        return true;
    const Closeness *closeness = &merge->matching->closeness[column];
    bool is_ordered = closeness->weight == NO_COLUMN && closeness->collation == NULL &&
                      !closeness->nests_floats;
    return is_ordered && value_compare(held[column], next[column]) < 0 &&
           !rows_same_in(held, next, column, closeness);
}

static void give_up_behind(Merge *merge, Stream *side, const Stream *other)
{
    while (side->waiting_count > 0 &&
           is_left_behind(merge, side->waiting[0].values, other->row)) {
        note_alone(merge, side, side->waiting[0].values);
        drop_waiting(side, 0);
    }
}

static bool take_match(const Merge *merge, Stream *other, const Value *row)
{
    size_t width = merge->differences->column_count;
    bool is_left = other == &merge->right;
    for (size_t i = 0; i < other->waiting_count; i++) {
        const Value *held = other->waiting[i].values;
        if (rows_same(is_left ? row : held, is_left ? held : row, width,
                      merge->matching->closeness)) {
            drop_waiting(other, i);
            return true;
        }
    }
    return false;
}

// True if rows that the other side has still to come may be like this one.
static bool may_find_like(const Merge *merge, const Value *row, const Stream *other)
{
    return merge->loose != NO_COLUMN && other->row != NULL &&
           compare_sorted(merge, row, other->row) == 0;
}

static void let_wait(Merge *merge, Stream *side, const Stream *other)
{
    give_up_behind(merge, side, other);
    if (side->waiting_count == WAITING_LIMIT) {
        merge->differences->is_crowded = true;
        note_alone(merge, side, side->waiting[0].values);
        drop_waiting(side, 0);
    }
    Held held = {.arena = ARENA_EMPTY};
    held.values = row_copy(&held.arena, side->row, side->width);
    side->waiting[side->waiting_count++] = held;
}

// Finds the like of the next row of `side` among those of `other` that wait, or lets it
// wait itself.
static bool place_row(Merge *merge, Stream *side, Stream *other)
{
    leave_group(merge, side->row);
    if (!take_match(merge, other, side->row)) {
        if (may_find_like(merge, side->row, other))
            let_wait(merge, side, other);
        else
            note_alone(merge, side, side->row);
    }
    return advance(merge, side);
}

// Which side's next row comes first, by the sorted columns alone.
static int compare_next(const Merge *merge)
{
    const Value *left = merge->left.row, *right = merge->right.row;
    return left == NULL ? 1 : right == NULL ? -1 : compare_sorted(merge, left, right);
}

static bool next_match(const Merge *merge)
{
    return merge->left.waiting_count == 0 && merge->right.waiting_count == 0 &&
           rows_same(merge->left.row, merge->right.row, merge->right.width,
                     merge->matching->closeness);
}

static bool merge_bags(Merge *merge)
{
    Stream *left = &merge->left, *right = &merge->right;
    while ((left->row != NULL || right->row != NULL) && !is_decided(merge)) {
        int order = compare_next(merge);
        if (order == 0 && next_match(merge)) {
            if (!advance(merge, left) || !advance(merge, right))
                return false;
            continue;
        }
        if (order == 0)
            order = compare_loose(merge, left->row, right->row);
        if (order <= 0 && !place_row(merge, left, right))
            return false;
        if (order >= 0 && !place_row(merge, right, left))
            return false;
    }
    leave_group(merge, NULL);
    return true;
}

// Keys

static void compare_changed(Merge *merge)
{
    const Value *left = merge->left.row, *right = merge->right.row;
    bool differs = false;
    for (size_t i = 0; i < merge->differences->column_count; i++) {
        if (rows_same_in(left, right, i, &merge->matching->closeness[i]))
            continue;
        merge->mismatches[i]++;
        differs = true;
    }
    if (!differs)
        return;
    merge->differences->changed++;
    keep_example(merge, left, right);
}

// Goes to the next row, and looks whether its key is that of the one before.
static bool advance_key(Merge *merge, Stream *side)
{
    arena_clear(&side->last.arena);
    side->last.values = row_copy(&side->last.arena, side->row, side->width);
    if (!advance(merge, side))
        return false;
    if (side->row != NULL && compare_sorted(merge, side->last.values, side->row) == 0)
        merge->differences->key_repeats = true;
    return true;
}

static bool merge_by_key(Merge *merge)
{
    Stream *left = &merge->left, *right = &merge->right;
    while (left->row != NULL || right->row != NULL) {
        int order = compare_next(merge);
        if (order == 0)
            compare_changed(merge);
        else
            note_alone(merge, order < 0 ? left : right,
                       order < 0 ? left->row : right->row);
        if ((order <= 0 && !advance_key(merge, left)) ||
            (order >= 0 && !advance_key(merge, right)))
            return false;
    }
    return true;
}

// The interface

static void side_close(Stream *side)
{
    while (side->waiting_count > 0)
        drop_waiting(side, side->waiting_count - 1);
    arena_clear(&side->last.arena);
}

// Returns the first column that is none of those sorted by, or NO_COLUMN.
static uint32_t first_loose(const Matching *matching, size_t width)
{
    for (uint32_t column = 0; column < width; column++) {
        size_t i = 0;
        while (i < matching->sorted_count && matching->sorted[i] != column)
            i++;
        if (i == matching->sorted_count)
            return column;
    }
    return NO_COLUMN;
}

static bool merge_run(Merge *merge)
{
    merge->left.waiting = arena_new(merge->arena, Held, WAITING_LIMIT);
    merge->right.waiting = arena_new(merge->arena, Held, WAITING_LIMIT);
    bool ok = advance(merge, &merge->left) && advance(merge, &merge->right) &&
              (merge->matching->by_key ? merge_by_key(merge) : merge_bags(merge));
    side_close(&merge->left);
    side_close(&merge->right);
    return ok;
}

bool differences_find(Arena *arena, Spill *left, Spill *right, const Matching *matching,
                      Differences *differences, Error *err)
{
    size_t width = differences->column_count;
    Merge merge = {.arena = arena,
                   .matching = matching,
                   .differences = differences,
                   .mismatches = arena_new(arena, uint64_t, width),
                   .left = {.spill = left, .width = matching->left_width},
                   .right = {.spill = right, .width = width},
                   .loose = first_loose(matching, width),
                   .err = err};
    differences->mismatches = matching->by_key ? merge.mismatches : NULL;
    return merge_run(&merge);
}
