// data_fit.c - which rows the original takes, and their order, in results of any size.
//
// Tie groups that fit into memory are compared one after the other, as both results come.
// Where a group is too large for that, all keys that are to be seen must come in the same
// sequence; then each class of rows that tie is as large on both sides, and it is enough
// that the candidate's rows are some of the original's whole result, which a merge of the
// two, sorted, finds out. Of DISTINCT ON the same holds key by key.

#include "verify/data_pair.h"
#include "verify/fit.h"

bool data_conclude_fit(DataPair *it, const Result *left, Likeness likeness,
                       const char *why)
{
    if (likeness == LIKENESS_SAME)
        return data_conclude_same(it->verdict, left);
    if (likeness == LIKENESS_DIFFERENT)
        return data_conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED, why);
    return data_conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                         it->ordering.takes_first
                             ? "DISTINCT ON takes some of too many rows"
                             : "too many rows are equal in the order to compare them");
}

// Both read in sequence.
static bool fit_in_sequence(const DataPair *it, const Result *left, Likeness *likeness,
                            const char **why, Error *err)
{
    const Ordering *ordering = &it->ordering;
    Request request = data_request(it, ordering->full, SINK_SPILL);
    uint64_t needed = ordering->offset + TIES_LIMIT + 1; // And what the LIMIT takes.
    bool is_cut = ordering->is_limited && !ordering->takes_first &&
                  ordering->limit < INT64_MAX - needed;
    if (is_cut)
        request.sql = arena_printf(it->arena, "%s LIMIT %llu", ordering->full,
                                   (unsigned long long)needed + ordering->limit);
    request.in_sequence = true;
    Result full, result;
    SpilledFit fit = {.columns = left->columns, .width = left->column_count};
    bool ok = engine_run_spilled(it->engine, it->arena, &request, &full, &fit.full, err);
    request.sql = it->pair.right.text;
    ok = ok &&
         engine_run_spilled(it->other, it->arena, &request, &result, &fit.candidate, err);
    if (ok) {
        fit.is_cut = is_cut && full.row_count == needed + ordering->limit;
        fit.full_width = full.column_count;
        ok = spills_fit(ordering, &fit, likeness, why, err);
    }
    spill_close(fit.full);
    spill_close(fit.candidate);
    return ok;
}

bool data_sequences_tie(const DataPair *it, bool moved, bool *tie, Error *err)
{
    Spill *left = NULL, *right = NULL;
    bool ok = data_spill_both(it, data_original(it), &(Matching){.in_sequence = true},
                              &left, &right, err);
    *tie = true;
    while (ok && *tie) {
        const Value *left_row, *right_row;
        bool left_more = true, right_more = true;
        ok = spill_next(left, &left_row, &left_more, err) &&
             spill_next(right, &right_row, &right_more, err);
        if (!ok || !left_more || !right_more)
            break;
        *tie = rows_tie(&it->ordering, left_row, right_row, moved);
    }
    spill_close(left);
    spill_close(right);
    return ok;
}

// Sorted

static bool are_in(const uint32_t *columns, size_t count, const uint32_t *all,
                   size_t all_count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < all_count; j++)
            found += columns[i] == all[j];
    return found == count;
}

// Sets `likeness` to whether the candidate's rows, in whatever order, are some that the
// original may take.
static bool fit_sorted(const DataPair *it, const Result *left, Matching *matching,
                       Likeness *likeness, const char **why, Error *err)
{
    const Ordering *ordering = &it->ordering;
    SpilledFit fit = {.width = left->column_count, .closeness = matching->closeness};
    Differences found = {.columns = left->columns, .column_count = left->column_count};
    bool ok =
        data_spill_both(it, ordering->full, matching, &fit.full, &fit.candidate, err);
    if (ok && ordering->takes_first)
        ok = spills_choose(ordering, &fit, likeness, why, err);
    else if (ok)
        ok = differences_find(it->arena, fit.full, fit.candidate, matching, &found, err);
    spill_close(fit.full);
    spill_close(fit.candidate);
    if (!ok || ordering->takes_first)
        return ok;
    *likeness = found.only_right == 0 ? LIKENESS_SAME
                : found.is_crowded    ? LIKENESS_UNKNOWN
                                      : likeness_differs(why, "a row is none of the "
                                                                 "original's");
    return true;
}

// The whole, where a tie group is too large for memory.
static bool fit_by_sorting(const DataPair *it, const Result *left, const Result *right,
                           Likeness *likeness, const char **why, Error *err)
{
    Ordering ordering = it->ordering;
    ordering.weighs = true;
    Matching matching = {.closeness = closeness_of(it->arena, &ordering, left, right),
                         .is_part = true};
    size_t exact_count;
    const uint32_t *exact = data_exact_columns(it, left, right, &exact_count);
    matching.sorted = ordering.takes_first ? ordering.on : exact;
    matching.sorted_count = ordering.takes_first ? ordering.on_count : exact_count;
    bool is_visible = !ordering.is_ordered || ordering.all_visible;
    bool has_keys = !ordering.takes_first ||
                    (ordering.only_first &&
                     are_in(ordering.on, ordering.on_count, exact, exact_count));
    bool tie = true;
    if (!is_visible || !has_keys)
        return true;
    if (ordering.is_ordered &&
        !data_sequences_tie(it, exact_count < left->column_count, &tie, err))
        return false;
    if (tie)
        return fit_sorted(it, left, &matching, likeness, why, err);
    *likeness = likeness_differs(why, "the order of the rows differs");
    return true;
}

bool data_fit(DataPair *it, const Result *left, const Result *right, Error *err)
{
    const char *why = NULL;
    Likeness likeness = LIKENESS_UNKNOWN;
    // Without an order all rows tie, and more than these would have been fetched.
    bool may_fit = it->ordering.is_ordered;
    return (!may_fit || fit_in_sequence(it, left, &likeness, &why, err)) &&
           (likeness != LIKENESS_UNKNOWN ||
            fit_by_sorting(it, left, right, &likeness, &why, err)) &&
           data_conclude_fit(it, left, likeness, why);
}
