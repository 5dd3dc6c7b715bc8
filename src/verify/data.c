// data.c - digests, fetched rows, sorted spills: the cheapest that decides.

#include "verify/data.h"

#include "verify/choice.h"
#include "verify/data_pair.h"
#include "verify/fit.h"
#include "verify/ties.h"

#include "base/clock.h"

enum {
    FEW_BUCKETS = BLUR_BUCKETS / 8, // In which rows differ: all of these are read.
    SAMPLE_ONE_IN = 64,             // Else so many first, to find one difference.
};

// Running

// The columns whose sequence is compared: the visible keys, or, where keys are hidden,
// all columns.
static void add_key_columns(const DataPair *it, Request *request)
{
    const Ordering *ordering = &it->ordering;
    if (!ordering->is_ordered)
        return;
    size_t count = ordering->all_visible ? ordering->key_count : ordering->width;
    uint32_t *columns = arena_new(it->arena, uint32_t, count + 1);
    for (size_t i = 0; i < count; i++)
        columns[i] = ordering->all_visible ? ordering->keys[i].column : (uint32_t)i;
    request->key_columns = columns;
    request->key_count = count;
}

static bool run_digest(DataPair *it, Engine *engine, const char *sql, Result *result,
                       Error *err)
{
    Request request = data_request(it, sql, SINK_DIGEST);
    add_key_columns(it, &request);
    return engine_run(engine, &it->runs, &request, result, err);
}

// Asks for what shows which rows differ (engine/sketch.h). Texts that tie need not be
// identical; on the second side the columns are those of the first, `left`.
static void ask_for_sketch(DataPair *it, const Result *left, Request *request)
{
    size_t width = left != NULL ? left->column_count : it->ordering.width;
    uint32_t *loose = arena_new(&it->runs, uint32_t, width + 1);
    const char *const *collations = it->ordering.collations;
    for (uint32_t i = 0; i < width; i++) {
        bool ties = collations != NULL && collations[i] != NULL;
        if (left != NULL ? left->columns[i].is_loose : ties)
            loose[request->loose_count++] = i;
    }
    request->blurs = true;
    request->sketch_above = FETCH_LIMIT;
    request->loose = loose;
    request->is_loose_all = left != NULL;
}

// The same for a result that is to be compared: the original's, or (`left`) the
// candidate's beside it.
static bool run_compared(DataPair *it, const Result *left, Result *result, Error *err)
{
    const char *sql = left == NULL ? it->pair.left.text : it->pair.right.text;
    Request request = data_request(it, sql, SINK_DIGEST);
    add_key_columns(it, &request);
    ask_for_sketch(it, left, &request);
    return engine_run(left == NULL ? it->engine : it->other, &it->runs, &request, result,
                      err);
}

static bool is_about_us(ErrorKind kind)
{
    return kind == ERROR_CANCELLED || kind == ERROR_FILE;
}

// Fetched rows

// Cuts a full result that was not fetched whole behind the last tie group that counts.
static bool covers_limit(const Ordering *ordering, Result *full)
{
    if (full->kept_count == full->row_count)
        return true;
    uint64_t end = ordering->offset + ordering->limit;
    if (!ordering->is_limited || !ordering->is_ordered || end >= full->kept_count)
        return false;
    const Value *last = full->rows[full->kept_count - 1], *edge = full->rows[end];
    bool same_group = true;
    for (size_t i = 0; i < ordering->key_count; i++) {
        uint32_t column = ordering->keys[i].column;
        same_group &= value_same(last[column], edge[column]);
    }
    full->row_count = full->kept_count;
    return !same_group;
}

static bool fit_into_full(DataPair *it, const Result *left, const Result *right,
                          Error *err)
{
    Request request = data_request(it, it->ordering.full, SINK_ROWS);
    Result full;
    if (!engine_run(it->engine, it->arena, &request, &full, err))
        return false;
    if (!covers_limit(&it->ordering, &full))
        return data_fit(it, left, right, err);
    const char *why = NULL;
    Likeness likeness = results_fit(it->arena, &it->ordering, &full, right, &why);
    return data_conclude_fit(it, left, likeness, why);
}

static bool compare_fetched(DataPair *it, Error *err)
{
    Request request = data_request(it, data_original(it), SINK_ROWS);
    Result left, right;
    if (!engine_run(it->engine, it->arena, &request, &left, err))
        return false;
    if (it->ordering.weighs)
        left.column_count = it->ordering.width;
    request.sql = it->pair.right.text;
    if (!engine_run(it->other, it->arena, &request, &right, err))
        return false;
    const char *why = NULL;
    switch (results_compare(it->arena, &it->ordering, &left, &right, &why)) {
    case LIKENESS_SAME:
        return data_conclude_same(it->verdict, &left);
    case LIKENESS_DIFFERENT:
        return data_conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED, why);
    case LIKENESS_NEEDS_FULL:
        return fit_into_full(it, &left, &right, err);
    case LIKENESS_UNKNOWN:
        break;
    }
    return data_conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                         it->ordering.is_limited
                             ? "LIMIT whose rows can't be compared"
                             : "the order of the rows can't be compared");
}

// Spilled rows

// True if what rounding pairs is within the tolerance that is asked for.
static bool may_blur(const DataPair *it)
{
    return it->ordering.tolerance <= 0 || it->ordering.tolerance >= BLUR_STEP;
}

static bool find_by(DataPair *it, const Result *left, Matching *matching,
                    Differences *found, Error *err)
{
    Spill *left_rows = NULL, *right_rows = NULL;
    *found = (Differences){.columns = left->columns, .column_count = left->column_count};
    bool ok =
        data_spill_both(it, data_original(it), matching, &left_rows, &right_rows, err) &&
        differences_find(it->arena, left_rows, right_rows, matching, found, err);
    spill_close(left_rows);
    spill_close(right_rows);
    return ok;
}

// Finds where the results differ, from what their digests say of their columns and rows.
// With a key all rows are read: it may be none.
static bool find_differences(DataPair *it, const Result *left, const Result *right,
                             bool first_only, Differences *found, Error *err)
{
    RowFilter filter = {.one_in = 1, .width = left->column_count};
    size_t differing = blurs_differ(left->blur, right->blur, filter.buckets);
    Matching matching = {
        .closeness = closeness_of(it->arena, &it->ordering, left, right),
        .sorted = it->key,
        .sorted_count = it->options->key_count,
        .by_key = it->options->key_count > 0 && !first_only,
        .first_only = first_only,
    };
    if (!matching.by_key)
        matching.sorted = data_exact_columns(it, left, right, &matching.sorted_count);
    if (!matching.by_key && may_blur(it))
        matching.filter = &filter;
    bool samples = first_only && matching.filter != NULL && matching.sorted_count > 0 &&
                   differing > FEW_BUCKETS;
    if (samples) { // Of rows that belong together both are in the sample, or neither is.
        filter.one_in = SAMPLE_ONE_IN;
        if (!find_by(it, left, &matching, found, err))
            return false;
        if (differences_any(found))
            return true;
        filter.one_in = 1;
    }
    return find_by(it, left, &matching, found, err);
}

// True if a column's values don't stand in the order of the floats in them.
static bool nests_floats(const Result *result)
{
    for (size_t i = 0; i < result->column_count; i++)
        if (result->columns[i].nests_floats)
            return true;
    return false;
}

static bool compare_spilled(DataPair *it, const Result *left, const Result *right,
                            Error *err)
{
    RowFilter filter;
    if (may_blur(it) && blurs_differ(left->blur, right->blur, filter.buckets) == 0)
        return data_conclude_same(it->verdict, left);
    bool tells = it->options->tells_differences && it->options->key_count == 0;
    Differences *found = arena_new(it->arena, Differences, 1);
    if (!data_find_sketched(it, left, right, found, err) ||
        (!differences_any(found) &&
         !find_differences(it, left, right, !tells, found, err)))
        return false;
    it->found = tells ? found : NULL;
    if (found->is_crowded && nests_floats(left))
        return data_conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                             "too many rows are near each other to tell them apart");
    if (differences_any(found))
        return data_conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                             "the rows differ");
    return data_conclude_same(it->verdict, left);
}

// Order

// Ends the comparison of two bags that are the same by their order.
static bool compare_order(DataPair *it, const Result *left, const Result *right,
                          Error *err)
{
    bool tie, moved = !digest_same_rows(&left->digest, &right->digest);
    if (!it->ordering.all_visible && it->ordering.full != NULL)
        return data_fit(it, left, right, err);
    if (!it->ordering.all_visible)
        return data_conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                             "the order of the rows can't be compared");
    if (!data_sequences_tie(it, moved, &tie, err))
        return false;
    if (!tie)
        return data_conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                             "the order of the rows differs");
    return data_conclude_same(it->verdict, left);
}

// Digests

static bool is_inexact(const DataPair *it, const Result *result)
{
    for (size_t i = 0; i < result->column_count; i++) {
        const char *const *collations = it->ordering.collations;
        if (result->columns[i].inexact || (collations != NULL && collations[i] != NULL))
            return true;
    }
    return false;
}

static bool keys_agree(const DataPair *it, const Result *left, const Result *right)
{
    return !it->ordering.is_ordered || digest_same_keys(&left->digest, &right->digest);
}

static bool compare_unequal(DataPair *it, const Result *left, const Result *right,
                            Error *err)
{
    const Ordering *ordering = &it->ordering;
    if (left->column_count != right->column_count)
        return data_conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                             "the number of columns differs");
    if (left->row_count <= FETCH_LIMIT && right->row_count <= FETCH_LIMIT)
        return compare_fetched(it, err);
    if (left->row_count != right->row_count)
        return data_conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                             "the number of rows differs");
    bool chooses = ordering->is_limited || ordering->takes_first;
    if (chooses && ordering->full != NULL && ordering->has_counts)
        return data_fit(it, left, right, err);
    if (chooses || ordering->is_unknown)
        return data_conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                             "LIMIT over too many rows to compare");
    bool same_rows = digest_same_rows(&left->digest, &right->digest);
    if (!same_rows && !is_inexact(it, left) && !is_inexact(it, right))
        return data_conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                             "the rows differ");
    if (!same_rows && !compare_spilled(it, left, right, err))
        return false;
    bool decided = !same_rows && it->verdict->kind != VERDICT_SAME;
    if (decided || !ordering->is_ordered || keys_agree(it, left, right))
        return decided || data_conclude_same(it->verdict, left);
    return compare_order(it, left, right, err);
}

// True if the original, as `sql` has it, gives the rows that it gave, or, where it may
// choose among rows at the top, some that it might have given.
static bool gives_same_rows(DataPair *it, const char *sql, const Result *first,
                            bool *same, Error *err)
{
    const Ordering *ordering = &it->ordering;
    bool chooses = ordering->is_limited || ordering->takes_first;
    Request request = data_request(it, ordering->full, SINK_ROWS);
    Result again, full;
    const char *why;
    *same = true;
    if (chooses && (ordering->full == NULL || !ordering->has_counts))
        return true;
    if (chooses && !engine_run(it->engine, it->arena, &request, &full, err))
        return !is_about_us(err->kind);
    request.sql = sql;
    bool ran = chooses ? engine_run(it->engine, it->arena, &request, &again, err)
                       : run_digest(it, it->engine, sql, &again, err);
    if (!ran)
        return !is_about_us(err->kind); // A text of ours may be beyond the engine.
    *same = chooses ? !covers_limit(ordering, &full) ||
                          results_fit(it->arena, ordering, &full, &again, &why) !=
                              LIKENESS_DIFFERENT
                    : digest_same_rows(&first->digest, &again.digest);
    return true;
}

// True if the original has one bag of rows only, whatever the engine does.
static bool is_settled(DataPair *it)
{
    const Side *side = &it->pair.left;
    return side->tree != NULL && !side->tree->has_opaque && !it->ordering.is_limited &&
           !it->ordering.takes_first && side_open_choice(it->arena, side) == NULL;
}

// An original that may as well give another result shows nothing.
static bool recheck_original(DataPair *it, const Result *left, const Result *right,
                             Error *err)
{
    if (is_inexact(it, left))
        return true;
    bool same = !digest_same_rows(&left->digest, &right->digest) && is_settled(it);
    if (!same && !gives_same_rows(it, it->pair.left.text, left, &same, err))
        return false;
    if (!same)
        return data_conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                             "the original is not deterministic");
    for (size_t by = 0; by < TIE_BREAKS && same; by++) {
        const char *untied =
            side_with_ties_broken(it->arena, &it->pair.left, (TieBreak)by);
        if (untied != NULL && !gives_same_rows(it, untied, left, &same, err))
            return false;
    }
    if (same)
        return true;
    const char *choice = side_open_choice(it->arena, &it->pair.left);
    return data_conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                         choice == NULL
                             ? "the original leaves open which of equal rows it takes"
                             : choice_reason(it->arena, choice));
}

// The results go away before the verdict.
static const ResultColumn *copy_columns(Arena *arena, const Result *result)
{
    ResultColumn *columns =
        arena_copy(arena, result->columns, result->column_count, sizeof(*columns));
    for (size_t i = 0; i < result->column_count; i++) {
        columns[i].name = arena_string(arena, columns[i].name);
        columns[i].type.name = arena_string(arena, columns[i].type.name);
        columns[i].type.collation = arena_string(arena, columns[i].type.collation);
    }
    return columns;
}

// Says in which rows they differ, if that was asked for.
static bool tell_differences(DataPair *it, const Result *left, const Result *right,
                             Error *err)
{
    if (!it->options->tells_differences || left->column_count != right->column_count)
        return true;
    if (it->found == NULL) {
        it->found = arena_new(it->arena, Differences, 1);
        if (it->options->key_count == 0 &&
            !data_find_sketched(it, left, right, it->found, err))
            return false;
        if (!differences_any(it->found) &&
            !find_differences(it, left, right, false, it->found, err))
            return false;
    }
    it->found->columns = copy_columns(it->arena, left);
    if (differences_any(it->found))
        it->verdict->differences = it->found;
    return true;
}

static bool conclude_failure(DataPair *it, bool of_candidate, const Error *error,
                             Error *err)
{
    if (is_about_us(error->kind))
        return fail(err, error->kind, "%s", error->message);
    bool raises = of_candidate && error->kind == ERROR_STATEMENT;
    return data_conclude(
        it->verdict, raises ? VERDICT_DIFFERENT : VERDICT_UNDECIDED,
        raises ? EVIDENCE_REFUTED : EVIDENCE_INCOMPARABLE,
        failure_print(it->arena, of_candidate ? "candidate" : "original", error));
}

// True if the weights of sums may change that the rows differ.
static bool may_weigh(const DataPair *it, const Result *left, const Result *right)
{
    const Ordering *ordering = &it->ordering;
    bool is_whole =
        ordering->all_visible && !ordering->is_limited && !ordering->takes_first;
    return ordering->weights != NULL && ordering->full != NULL && is_whole &&
           ordering->tolerance <= 0 && left->row_count == right->row_count &&
           (is_inexact(it, left) || is_inexact(it, right));
}

// Looks once more at rows that differ, now with how far rounding may move their sums.
static bool compare_weighing(DataPair *it, const Result *left, const Result *right,
                             Error *err)
{
    Verdict before = *it->verdict;
    it->ordering.weighs = true;
    if (compare_unequal(it, left, right, err))
        return true;
    if (is_about_us(err->kind))
        return false;
    it->ordering.weighs = false; // Our text of it may be beyond the engine.
    *it->verdict = before;
    return true;
}

static bool compare_on_data(DataPair *it, Error *err)
{
    Result left, right;
    Error error = {0};
    if (!run_compared(it, NULL, &left, &error))
        return conclude_failure(it, false, &error, err);
    if (!run_compared(it, &left, &right, &error))
        return conclude_failure(it, true, &error, err);
    it->ordering = ordering_counted(&it->ordering, left.row_count);
    if (left.column_count == right.column_count &&
        digest_same_rows(&left.digest, &right.digest) && keys_agree(it, &left, &right) &&
        !it->ordering.is_unknown)
        return data_conclude_same(it->verdict, &left);
    Documents found = results_documents(it->arena, &left, &right);
    if (found.count > it->documents.count) {
        it->documents = found; // Once more, now that they count by value.
        return compare_on_data(it, err);
    }
    if (!compare_unequal(it, &left, &right, err))
        return false;
    if (it->verdict->kind == VERDICT_DIFFERENT && may_weigh(it, &left, &right) &&
        !compare_weighing(it, &left, &right, err))
        return false;
    if (it->verdict->kind != VERDICT_DIFFERENT)
        return true;
    return recheck_original(it, &left, &right, err) &&
           (it->verdict->kind != VERDICT_DIFFERENT ||
            tell_differences(it, &left, &right, err));
}

// Compares in one snapshot of each database.
static bool compare_held(DataPair *it, bool *changed, Error *err)
{
    Error ignored;
    bool moved = false;
    *changed = false;
    if (!engine_begin_snapshot(it->engine, err))
        return false;
    bool ok = it->other == it->engine || engine_begin_snapshot(it->other, err);
    ok = ok && compare_on_data(it, err);
    if (!engine_end_snapshot(it->engine, changed, ok ? err : &ignored))
        ok = false;
    if (it->other != it->engine &&
        !engine_end_snapshot(it->other, &moved, ok ? err : &ignored))
        ok = false;
    *changed |= moved;
    return ok;
}

static bool find_columns(DataPair *it, Error *err)
{
    const Leniency *leniency = it->options->leniency;
    if (leniency != NULL) {
        it->ordering.tolerance = leniency->tolerance;
        it->ignored_count = leniency->ignored_count;
        if (!pair_find_outputs(it->arena, &it->pair, leniency->ignored,
                               leniency->ignored_count, &it->ignored, err))
            return false;
    }
    return pair_find_outputs(it->arena, &it->pair, it->options->key,
                             it->options->key_count, &it->key, err);
}

bool judge_on_data(Engine *engine, Arena *arena, const QueryPair *texts,
                   const DataOptions *options, Verdict *verdict, Error *err)
{
    double started_ms = clock_ms();
    Verdict result = {.databases = 1};
    DataPair it = {.engine = engine,
                   .other = options->other != NULL ? options->other : engine,
                   .arena = arena,
                   .pair = pair_new(arena, texts->catalog, texts->left, texts->right),
                   .options = options,
                   .verdict = &result};
    it.ordering = ordering_new(arena, &it.pair.left);
    it.documents = pair_documents(arena, &it.pair);
    Traits traits = pair_traits(arena, &it.pair);
    bool changed = false;
    if (!find_columns(&it, err))
        return false;
    if (traits.volatile_call != NULL)
        data_conclude(&result, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                      arena_printf(arena, "%s is volatile", traits.volatile_call));
    else if (!compare_held(&it, &changed, err))
        return false;
    arena_clear(&it.runs);
    if (changed && result.kind != VERDICT_SAME)
        data_conclude(&result, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                      "the data changed while it was compared");
    result.elapsed_ms = clock_ms() - started_ms;
    *verdict = result;
    return true;
}
