// fit_spilled.c - tie group by tie group, read from both results side by side.

#include "verify/fit.h"

#include "base/array.h"

typedef struct {
    const Ordering *ordering;
    const SpilledFit *it;
    uint64_t first, end; // Which rows of the full result count, by its LIMIT.
    uint64_t position;   // Of the next row of the full result.
    const Value *next;   // It; NULL at the end.
    Arena arena;         // Of the tie group at hand.
    Result group, part;  // Its rows, and the candidate's in its place.
    const char **why;
    Error *err;
} Walk;

static bool advance(Walk *walk)
{
    bool more;
    if (!spill_next(walk->it->full, &walk->next, &more, walk->err))
        return false;
    if (!more)
        walk->next = NULL;
    return true;
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
        walk->position++;
        *fits = rows.count <= TIES_LIMIT;
        if (!advance(walk))
            return false;
    } while (*fits && walk->next != NULL &&
             rows_tie(walk->ordering, rows.items[0], walk->next, false));
    walk->group = result_of(&rows, NULL, walk->it->full_width);
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
    if (ordering->takes_first)
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
