// fit_spilled.c - results of any size: tie group by tie group, read from both side by
// side; of DISTINCT ON also key by key.

#include "verify/fit.h"

#include "base/array.h"

typedef struct {
    const Ordering *ordering;
    const SpilledFit *it;
    uint64_t first, end; // Which rows of the full result count, by its LIMIT.
    uint64_t position;   // Of the next row of the original's result without LIMIT.
    const Value *next;   // It; NULL at the end.
    Arena arena;         // Of the tie group at hand.
    Result group, part;  // Its rows, and the candidate's in its place.
    const char **why;
    Error *err;
} Walk;

// Sets `row` to the next one, or NULL at the end.
static bool read_next(Spill *spill, const Value **row, Error *err)
{
    bool more;
    if (!spill_next(spill, row, &more, err))
        return false;
    if (!more)
        *row = NULL;
    return true;
}

static bool advance(Walk *walk)
{
    return read_next(walk->it->full, &walk->next, walk->err);
}

typedef ARRAY(const Value *) Rows;

static Result result_of(const Rows *rows, const ResultColumn *columns, size_t width)
{
    return (Result){.columns = columns,
                    .column_count = width,
                    .rows = rows->items,
                    .row_count = rows->count,
                    .kept_count = rows->count};
}

// Reads the next tie group; false in `fits` if it is too large.
static bool read_group(Walk *walk, bool *fits)
{
    Rows rows = {0};
    *fits = true;
    do {
        array_push(&walk->arena, &rows,
                   row_copy(&walk->arena, walk->next, walk->it->full_width));
        *fits = rows.count <= TIES_LIMIT;
        if (!advance(walk))
            return false;
    } while (*fits && walk->next != NULL &&
             rows_tie(walk->ordering, rows.items[0], walk->next, false));
    walk->group = result_of(&rows, NULL, walk->it->full_width);
    walk->position += results_place_count(&walk->arena, walk->ordering, &walk->group);
    return true;
}

// Reads the candidate's rows that stand where rows of the group may.
static bool read_part(Walk *walk, uint64_t count, bool *enough)
{
    Rows rows = {0};
    bool more = true;
    while (rows.count < count && more) {
        const Value *row;
        if (!spill_next(walk->it->candidate, &row, &more, walk->err))
            return false;
        if (more)
            array_push(&walk->arena, &rows, row_copy(&walk->arena, row, walk->it->width));
    }
    *enough = more;
    walk->part = result_of(&rows, walk->it->columns, walk->it->width);
    return true;
}

// Compares the group at hand, which begins at `begin`, with the candidate's rows.
static bool compare_group(Walk *walk, uint64_t begin, Likeness *likeness)
{
    uint64_t low = begin > walk->first ? begin : walk->first;
    uint64_t high = walk->position < walk->end || walk->ordering->with_ties
                        ? walk->position
                        : walk->end;
    bool enough = true;
    *likeness = LIKENESS_SAME;
    if (low >= high)
        return true;
    if (!read_part(walk, high - low, &enough))
        return false;
    if (!enough) {
        *likeness = likeness_differs(walk->why, "the number of rows differs");
        return true;
    }
    Ordering within = *walk->ordering;
    within.key_count = 0; // All of them tie.
    within.is_limited = true;
    within.with_ties = false;
    within.offset = low - begin;
    within.limit = high - low;
    *likeness = results_fit(&walk->arena, &within, &walk->group, &walk->part, walk->why);
    return true;
}

static bool compare_groups(Walk *walk, Likeness *likeness)
{
    *likeness = LIKENESS_SAME;
    while (walk->next != NULL && walk->position < walk->end &&
           *likeness == LIKENESS_SAME) {
        uint64_t begin = walk->position;
        bool fits;
        arena_reset(&walk->arena);
        if (!read_group(walk, &fits))
            return false;
        bool is_whole = walk->next != NULL || !walk->it->is_cut;
        if (!fits || !is_whole)
            *likeness = LIKENESS_UNKNOWN;
        else if (!compare_group(walk, begin, likeness))
            return false;
    }
    return true;
}

bool spills_fit(const Ordering *ordering, const SpilledFit *it, Likeness *likeness,
                const char **why, Error *err)
{
    *likeness = LIKENESS_UNKNOWN;
    if (ordering->takes_first && !ordering->only_first)
        return true;
    Ordering weighing = *ordering;
    weighing.weighs = true;
    Walk walk = {.ordering = &weighing,
                 .it = it,
                 .first = ordering->is_limited ? ordering->offset : 0,
                 .end = UINT64_MAX,
                 .why = why,
                 .err = err};
    if (ordering->is_limited && ordering->limit < UINT64_MAX - walk.first)
        walk.end = walk.first + ordering->limit;
    bool ok = advance(&walk) && compare_groups(&walk, likeness);
    if (ok && *likeness == LIKENESS_SAME) {
        bool enough;
        ok = read_part(&walk, 1, &enough);
        if (ok && enough)
            *likeness = likeness_differs(why, "the number of rows differs");
    }
    arena_clear(&walk.arena);
    return ok;
}

// DISTINCT ON

// Two spills side by side, sorted by the columns `on`.
typedef struct {
    const Ordering *ordering;
    const SpilledFit *it;
    const Value *full, *row; // The next of each; NULL at the end.
    Arena arena;             // Of the candidate's row before.
    const Value *before;
    Error *err;
} KeyWalk;

static int compare_on(const Ordering *ordering, const Value *a, const Value *b)
{
    int order = 0;
    for (size_t i = 0; i < ordering->on_count && order == 0; i++)
        order = value_compare(a[ordering->on[i]], b[ordering->on[i]]);
    return order;
}

// Reads on in the full result until a row is the candidate's, or the key's are behind.
static bool find_choice(KeyWalk *walk, bool *found)
{
    *found = false;
    while (walk->full != NULL && !*found) {
        int order = compare_on(walk->ordering, walk->full, walk->row);
        if (order > 0)
            break;
        *found = order == 0 &&
                 rows_same(walk->full, walk->row, walk->it->width, walk->it->closeness);
        if (!read_next(walk->it->full, &walk->full, walk->err))
            return false;
    }
    return true;
}

// Goes to the candidate's next row; says whether its key is another one.
static bool go_on(KeyWalk *walk, bool *is_new)
{
    arena_reset(&walk->arena);
    walk->before = row_copy(&walk->arena, walk->row, walk->it->width);
    if (!read_next(walk->it->candidate, &walk->row, walk->err))
        return false;
    *is_new =
        walk->row == NULL || compare_on(walk->ordering, walk->before, walk->row) != 0;
    return true;
}

static bool choose_by_key(KeyWalk *walk, Likeness *likeness, const char **why)
{
    *likeness = LIKENESS_SAME;
    while (walk->row != NULL && *likeness == LIKENESS_SAME) {
        bool found, is_new;
        if (!find_choice(walk, &found) || !go_on(walk, &is_new))
            return false;
        if (!found || !is_new)
            *likeness = likeness_differs(why, found ? "two rows have one key"
                                                    : "a row is none of the original's");
    }
    return true;
}

bool spills_choose(const Ordering *ordering, const SpilledFit *it, Likeness *likeness,
                   const char **why, Error *err)
{
    KeyWalk walk = {.ordering = ordering, .it = it, .err = err};
    bool ok = read_next(it->full, &walk.full, err) &&
              read_next(it->candidate, &walk.row, err) &&
              choose_by_key(&walk, likeness, why);
    arena_clear(&walk.arena);
    return ok;
}
