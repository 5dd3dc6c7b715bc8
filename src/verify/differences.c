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
    return merge->matching->first_only && differences_any(merge->differences);
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

// Finds the like of the next row of `side` among those of `other` that wait, or lets it
// wait itself.
static bool place_row(Merge *merge, Stream *side, Stream *other)
{
    leave_group(merge, side->row);
    if (!take_match(merge, other, side->row)) {
        if (side->waiting_count == WAITING_LIMIT) {
            note_alone(merge, side, side->waiting[0].values);
            drop_waiting(side, 0);
        }
        Held held = {.arena = ARENA_EMPTY};
        held.values = row_copy(&held.arena, side->row, side->width);
        side->waiting[side->waiting_count++] = held;
    }
    return advance(merge, side);
}

static bool merge_bags(Merge *merge)
{
    Stream *left = &merge->left, *right = &merge->right;
    size_t width = merge->differences->column_count;
    while ((left->row != NULL || right->row != NULL) && !is_decided(merge)) {
        int order = left->row == NULL    ? 1
                    : right->row == NULL ? -1
                                         : compare_sorted(merge, left->row, right->row);
        bool all_matched = left->waiting_count == 0 && right->waiting_count == 0;
        if (order == 0 && all_matched &&
            rows_same(left->row, right->row, width, merge->matching->closeness)) {
            if (!advance(merge, left) || !advance(merge, right))
                return false;
            continue;
        }
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
        int order = left->row == NULL    ? 1
                    : right->row == NULL ? -1
                                         : compare_sorted(merge, left->row, right->row);
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

bool differences_find(Arena *arena, Spill *left, Spill *right, const Matching *matching,
                      Differences *differences, Error *err)
{
    Merge merge = {.arena = arena,
                   .matching = matching,
                   .differences = differences,
                   .mismatches = arena_new(arena, uint64_t, differences->column_count),
                   .left = {.spill = left, .width = matching->left_width},
                   .right = {.spill = right, .width = differences->column_count},
                   .err = err};
    merge.left.waiting = arena_new(arena, Held, WAITING_LIMIT);
    merge.right.waiting = arena_new(arena, Held, WAITING_LIMIT);
    differences->mismatches = matching->by_key ? merge.mismatches : NULL;
    bool ok = advance(&merge, &merge.left) && advance(&merge, &merge.right) &&
              (matching->by_key ? merge_by_key(&merge) : merge_bags(&merge));
    side_close(&merge.left);
    side_close(&merge.right);
    return ok;
}
