// fit.c - rows of the candidate find their places in the original's result.
//
// A place is one row of the original's result, which may be any of several rows. Places
// that tie in the order are a class; the candidate's rows at these positions must go
// into places of the class, each into its own: a matching in a bipartite graph, found by
// augmenting paths (Kuhn 1955).

#include "verify/fit.h"

#include <stdlib.h>

// A row of the original's result: one of these, which tie and stand in sequence in
// Places.rows.
typedef struct {
    size_t first, count;
} Place;

typedef struct {
    const Result *full;
    size_t *rows; // Numbers of rows in the full result.
    Place *places;
    size_t place_count;
} Places;

static const Value *row_of(const Places *places, size_t place, size_t number)
{
    return places->full->rows[places->rows[places->places[place].first + number]];
}

// DISTINCT ON

typedef struct {
    const Ordering *ordering;
    const Value *values;
    size_t number; // In the full result.
} KeyedRow;

static int compare_keys(const void *left, const void *right)
{
    const KeyedRow *a = left, *b = right;
    int order = 0;
    for (size_t i = 0; i < a->ordering->on_count && order == 0; i++) {
        uint32_t column = a->ordering->on[i];
        order = value_compare(a->values[column], b->values[column]);
    }
    return order;
}

static int compare_keyed(const void *left, const void *right)
{
    const KeyedRow *a = left, *b = right;
    int order = compare_keys(a, b);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static int compare_places(const void *left, const void *right)
{
    // The numbers of a place stand in `rows`, in the order of the full result.
    const size_t *a = *(size_t *const *)left, *b = *(size_t *const *)right;
    return (*a > *b) - (*a < *b);
}

// Puts the places into the order in which the full result has their first rows.
static void sort_places(Arena *arena, Places *places)
{
    size_t **firsts = arena_new(arena, size_t *, places->place_count + 1);
    size_t *counts = arena_new(arena, size_t, places->full->row_count + 1);
    for (size_t i = 0; i < places->place_count; i++) {
        firsts[i] = &places->rows[places->places[i].first];
        counts[places->places[i].first] = places->places[i].count;
    }
    qsort(firsts, places->place_count, sizeof(*firsts), compare_places);
    for (size_t i = 0; i < places->place_count; i++) {
        size_t first = (size_t)(firsts[i] - places->rows);
        places->places[i] = (Place){first, counts[first]};
    }
}

// One place for each combination of keys: the rows that tie with its first one.
static void find_groups(Arena *arena, const Ordering *ordering, Places *places)
{
    size_t count = places->full->row_count;
    KeyedRow *keyed = arena_new(arena, KeyedRow, count + 1);
    for (size_t i = 0; i < count; i++)
        keyed[i] = (KeyedRow){ordering, places->full->rows[i], i};
    if (count > 1)
        qsort(keyed, count, sizeof(*keyed), compare_keyed);
    size_t end = 0;
    for (size_t begin = 0; begin < count; begin = end) {
        Place place = {.first = begin};
        for (end = begin; end < count && compare_keys(&keyed[begin], &keyed[end]) == 0;
             end++) {
            places->rows[end] = keyed[end].number;
            bool ties = rows_tie(ordering, keyed[begin].values, keyed[end].values, false);
            place.count += place.count == end - begin && ties;
        }
        places->places[places->place_count++] = place;
    }
    sort_places(arena, places);
}

static Places places_new(Arena *arena, const Ordering *ordering, const Result *full)
{
    Places places = {.full = full,
                     .rows = arena_new(arena, size_t, full->row_count + 1),
                     .places = arena_new(arena, Place, full->row_count + 1)};
    if (ordering->takes_first) {
        find_groups(arena, ordering, &places);
        return places;
    }
    places.place_count = full->row_count;
    for (size_t i = 0; i < full->row_count; i++) {
        places.rows[i] = i;
        places.places[i] = (Place){i, 1};
    }
    return places;
}

// Matching

static const size_t nobody = SIZE_MAX;

// Places from one to before another, and who has them.
typedef struct {
    Arena *arena;
    const Places *places;
    size_t begin, count;
    bool has_choice; // Places may hold one of several rows.
    const Result *candidate;
    const Closeness *closeness;
    size_t *owner;   // A row of the candidate, or nobody.
    size_t *reached; // In a search: from which row.
    bool *seen;
    size_t *taken;   // Of a row: its place,
    bool *has_place; // if it has one.
} Class;

static bool fits(const Class *class, size_t row, size_t place)
{
    const Value *values = class->candidate->rows[row];
    size_t width = class->candidate->column_count;
    for (size_t i = 0; i < class->places->places[class->begin + place].count; i++)
        if (rows_same(row_of(class->places, class->begin + place, i), values, width,
                      class->closeness))
            return true;
    return false;
}

// A row on its way through qsort.
typedef struct {
    const Value *values;
    size_t width;
    size_t number; // Of the place, or of the candidate's row.
} SortedRow;

static int compare_sorted(const void *left, const void *right)
{
    const SortedRow *a = left, *b = right;
    int order = 0;
    for (size_t i = 0; i < a->width && order == 0; i++)
        order = value_compare(a->values[i], b->values[i]);
    return order;
}

// Gives rows the places that hold the same, where a place holds one row only. What is
// left to the search is little, then.
static void take_identical(Class *class, uint64_t low, uint64_t high)
{
    size_t width = class->candidate->column_count, count = (size_t)(high - low);
    SortedRow *rows = arena_new(class->arena, SortedRow, count + 1);
    SortedRow *places = arena_new(class->arena, SortedRow, class->count + 1);
    for (size_t i = 0; i < count; i++)
        rows[i] = (SortedRow){class->candidate->rows[low + i], width, (size_t)low + i};
    for (size_t i = 0; i < class->count; i++)
        places[i] = (SortedRow){row_of(class->places, class->begin + i, 0), width, i};
    if (count > 1)
        qsort(rows, count, sizeof(*rows), compare_sorted);
    if (class->count > 1)
        qsort(places, class->count, sizeof(*places), compare_sorted);
    for (size_t i = 0, j = 0; i < count && j < class->count;) {
        int order = compare_sorted(&rows[i], &places[j]);
        if (order == 0 && rows_same(rows[i].values, places[j].values, width, NULL)) {
            class->owner[places[j].number] = rows[i].number;
            class->taken[rows[i].number] = places[j].number;
            class->has_place[rows[i].number] = true;
        }
        i += order <= 0;
        j += order >= 0;
    }
}

static bool take_free(Class *class, size_t row, size_t *free_from)
{
    while (*free_from < class->count && class->owner[*free_from] != nobody)
        ++*free_from;
    for (size_t place = *free_from; place < class->count; place++) {
        if (class->owner[place] != nobody || !fits(class, row, place))
            continue;
        class->owner[place] = row;
        class->taken[row] = place;
        return true;
    }
    return false;
}

// Hands places on, along the path by which `place` was reached.
static void hand_on(Class *class, size_t row, size_t place)
{
    for (;;) {
        size_t from = class->reached[place], before = class->taken[from];
        class->owner[place] = from;
        class->taken[from] = place;
        if (from == row)
            return;
        place = before;
    }
}

// Reaches the places where the mover would fit. Returns one that is free, or nobody where
// all have owners: those wait in the queue.
static size_t reach_from(Class *class, size_t mover, size_t *queue, size_t *tail)
{
    for (size_t place = 0; place < class->count; place++) {
        if (class->seen[place] || !fits(class, mover, place))
            continue;
        class->seen[place] = true;
        class->reached[place] = mover;
        if (class->owner[place] == nobody)
            return place;
        queue[(*tail)++] = class->owner[place];
    }
    return nobody;
}

// Finds a place for the row by having others move.
static bool take_by_moving(Class *class, size_t row)
{
    size_t *queue = arena_new(class->arena, size_t, class->count + 1);
    size_t head = 0, tail = 0, place = nobody;
    for (size_t i = 0; i < class->count; i++)
        class->seen[i] = false;
    queue[tail++] = row;
    while (head < tail && place == nobody)
        place = reach_from(class, queue[head++], queue, &tail);
    if (place == nobody)
        return false;
    hand_on(class, row, place);
    return true;
}

// True if the candidate's rows [low, high) go into the places, each into its own.
static bool rows_fit(Class *class, uint64_t low, uint64_t high)
{
    size_t free_from = 0;
    Arena *arena = class->arena;
    class->owner = arena_new(arena, size_t, class->count + 1);
    class->reached = arena_new(arena, size_t, class->count + 1);
    class->seen = arena_new(arena, bool, class->count + 1);
    for (size_t i = 0; i < class->count; i++)
        class->owner[i] = nobody;
    if (!class->has_choice)
        take_identical(class, low, high);
    for (uint64_t row = low; row < high; row++)
        if (!class->has_place[row] && !take_free(class, row, &free_from) &&
            !take_by_moving(class, row))
            return false;
    return true;
}

size_t results_place_count(Arena *arena, const Ordering *ordering, const Result *full)
{
    return ordering->takes_first ? places_new(arena, ordering, full).place_count
                                 : full->row_count;
}

static bool places_tie(const Places *places, const Ordering *ordering, size_t a, size_t b)
{
    return rows_tie(ordering, row_of(places, a, 0), row_of(places, b, 0), false);
}

// Returns how many rows there are behind `first`.
static uint64_t rows_left(const Ordering *ordering, const Places *places, uint64_t first)
{
    uint64_t count = places->place_count;
    uint64_t left = count > first ? count - first : 0;
    if (!ordering->is_limited || ordering->limit >= left)
        return left;
    uint64_t end = first + ordering->limit;
    while (ordering->with_ties && end > first && end < count &&
           places_tie(places, ordering, end - 1, end))
        end++;
    return end - first;
}

Likeness results_fit(Arena *arena, const Ordering *ordering, const Result *full,
                     const Result *candidate, const char **why)
{
    if (full->kept_count < full->row_count)
        return LIKENESS_UNKNOWN;
    Ordering weighing = *ordering;
    weighing.weighs = true;
    ordering = &weighing;
    Places places = places_new(arena, ordering, full);
    uint64_t first = ordering->is_limited ? ordering->offset : 0;
    uint64_t left = rows_left(ordering, &places, first);
    if (candidate->row_count != left)
        return likeness_differs(why, "the number of rows differs");
    Class class = {.arena = arena,
                   .places = &places,
                   .candidate = candidate,
                   .closeness = closeness_of(arena, ordering, candidate, full),
                   .has_choice = ordering->takes_first,
                   .taken = arena_new(arena, size_t, left + 1),
                   .has_place = arena_new(arena, bool, left + 1)};
    size_t end = 0;
    for (size_t begin = 0; begin < places.place_count; begin = end) {
        end = begin + 1;
        while (end < places.place_count && places_tie(&places, ordering, begin, end))
            end++;
        uint64_t low = begin > first ? begin : first;
        uint64_t high = end < first + left ? end : first + left;
        if (low >= high)
            continue;
        class.begin = begin;
        class.count = end - begin;
        if (!rows_fit(&class, low - first, high - first))
            return likeness_differs(why, ordering->is_ordered
                                             ? "the rows of a tie group differ"
                                             : "a row is none of the original's");
    }
    return LIKENESS_SAME;
}
