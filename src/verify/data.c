// data.c - comparing two queries on the user's data.
//
// Digests first: nothing but sums of hashes leaves the worker, whatever the size. Where
// they differ, that may be floats that were added up in another order, a LIMIT that cut
// through a tie group, or a real difference: small results are fetched and compared
// like those of generated databases, large ones by their sorted spills.

#include "verify/compare.h"
#include "verify/judge.h"
#include "verify/pair.h"

#include "base/array.h"
#include "base/clock.h"

enum {
    FETCH_LIMIT = 20000, // Rows of a result that is fetched to be compared.
    SPILL_WINDOW = 256,  // How far apart rows may stand that floats have moved.
};

typedef struct {
    Engine *engine;
    Arena *arena;
    Pair pair;
    Ordering ordering;
    double timeout_ms;
    Verdict *verdict;
} DataPair;

static bool conclude(Verdict *verdict, VerdictKind kind, Evidence evidence,
                     const char *reason)
{
    verdict->kind = kind;
    verdict->evidence = evidence;
    verdict->reason = reason;
    return true;
}

static bool conclude_same(Verdict *verdict, const Result *left)
{
    verdict->rows = left->row_count;
    if (left->row_count == 0)
        return conclude(verdict, VERDICT_UNDECIDED, EVIDENCE_VACUOUS,
                        "the result is empty on this data");
    if (left->all_null)
        return conclude(verdict, VERDICT_UNDECIDED, EVIDENCE_VACUOUS,
                        "the result is only NULL on this data");
    verdict->with_rows = 1;
    return conclude(verdict, VERDICT_SAME, EVIDENCE_DATA, NULL);
}

// Running

static Request request_for(const DataPair *it, const char *sql, SinkKind sink)
{
    return (Request){.sql = sql,
                     .sink = sink,
                     .row_limit = FETCH_LIMIT,
                     .timeout_ms = it->timeout_ms};
}

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

static bool run_digest(const DataPair *it, const char *sql, Result *result, Error *err)
{
    Request request = request_for(it, sql, SINK_DIGEST);
    add_key_columns(it, &request);
    return engine_run(it->engine, it->arena, &request, result, err);
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
    Request request = request_for(it, it->ordering.full, SINK_ROWS);
    Result full;
    if (!engine_run(it->engine, it->arena, &request, &full, err))
        return false;
    const char *why = NULL;
    Likeness likeness = LIKENESS_UNKNOWN;
    if (covers_limit(&it->ordering, &full))
        likeness = results_fit(it->arena, &it->ordering, &full, right, &why);
    if (likeness == LIKENESS_SAME)
        return conclude_same(it->verdict, left);
    if (likeness == LIKENESS_DIFFERENT)
        return conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED, why);
    return conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                    "LIMIT takes some of too many rows that are equal in the order");
}

static bool compare_fetched(DataPair *it, Error *err)
{
    Request request = request_for(it, it->pair.left.text, SINK_ROWS);
    Result left, right;
    if (!engine_run(it->engine, it->arena, &request, &left, err))
        return false;
    request.sql = it->pair.right.text;
    if (!engine_run(it->engine, it->arena, &request, &right, err))
        return false;
    const char *why = NULL;
    switch (results_compare(it->arena, &it->ordering, &left, &right, &why)) {
    case LIKENESS_SAME:
        return conclude_same(it->verdict, &left);
    case LIKENESS_DIFFERENT:
        return conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED, why);
    case LIKENESS_NEEDS_FULL:
        return fit_into_full(it, &left, &right, err);
    case LIKENESS_UNKNOWN:
        break;
    }
    return conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                    it->ordering.is_limited ? "LIMIT whose rows can't be compared"
                                            : "the order of the rows can't be compared");
}

// Spilled rows

typedef ARRAY(const Value *) Waiting;

// Takes a row like this one out of `waiting`; false if there is none.
static bool take_match(Waiting *waiting, const Value *row, size_t width)
{
    for (size_t i = 0; i < waiting->count; i++)
        if (rows_same(waiting->items[i], row, width, true)) {
            waiting->items[i] = waiting->items[--waiting->count];
            return true;
        }
    return false;
}

// Reads both sorted spills side by side; rows that floats have put elsewhere wait.
static bool spills_match(DataPair *it, Spill *left, Spill *right, size_t width,
                         bool *same, Error *err)
{
    Waiting from_left = {0}, from_right = {0};
    bool more = true;
    *same = true;
    while (*same) {
        const Value *row;
        if (!spill_next(left, it->arena, &row, &more, err))
            return false;
        if (!more)
            break;
        if (!take_match(&from_right, row, width))
            array_push(it->arena, &from_left, row);
        if (!spill_next(right, it->arena, &row, &more, err))
            return false;
        if (more && !take_match(&from_left, row, width))
            array_push(it->arena, &from_right, row);
        *same = more && from_left.count <= SPILL_WINDOW;
    }
    *same = *same && from_left.count == 0 && from_right.count == 0;
    return true;
}

static bool compare_spilled(DataPair *it, Error *err)
{
    Spill *left = NULL, *right = NULL;
    Result first, second;
    bool same = false;
    Request request = request_for(it, it->pair.left.text, SINK_SPILL);
    bool ok = engine_run_spilled(it->engine, it->arena, &request, &first, &left, err);
    request.sql = it->pair.right.text;
    ok = ok &&
         engine_run_spilled(it->engine, it->arena, &request, &second, &right, err) &&
         spills_match(it, left, right, first.column_count, &same, err);
    spill_close(left);
    spill_close(right);
    if (!ok)
        return false;
    if (!same)
        return conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                        "the rows differ");
    return conclude_same(it->verdict, &first);
}

// Digests

static bool keys_agree(const DataPair *it, const Result *left, const Result *right)
{
    return !it->ordering.is_ordered || digest_same_keys(&left->digest, &right->digest);
}

static bool compare_unequal(DataPair *it, const Result *left, const Result *right,
                            Error *err)
{
    const Ordering *ordering = &it->ordering;
    if (left->column_count != right->column_count)
        return conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                        "the number of columns differs");
    if (left->row_count <= FETCH_LIMIT && right->row_count <= FETCH_LIMIT)
        return compare_fetched(it, err);
    if (left->row_count != right->row_count)
        return conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                        "the number of rows differs");
    if (ordering->is_limited || ordering->is_unknown)
        return conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                        "LIMIT over too many rows to compare");
    bool same_rows = digest_same_rows(&left->digest, &right->digest);
    if (same_rows && ordering->all_visible)
        return conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                        "the order of the rows differs");
    if (same_rows)
        return conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                        "the order of the rows can't be compared");
    if (!left->has_float && !right->has_float)
        return conclude(it->verdict, VERDICT_DIFFERENT, EVIDENCE_REFUTED,
                        "the rows differ");
    if (!keys_agree(it, left, right))
        return conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                        "the order by floats can't be compared");
    return compare_spilled(it, err);
}

// An original that gives another result the second time shows nothing.
static bool recheck_original(DataPair *it, const Result *left, Error *err)
{
    Result again;
    if (!run_digest(it, it->pair.left.text, &again, err))
        return false;
    if (it->ordering.is_limited || left->has_float)
        return true;
    if (!digest_same_rows(&left->digest, &again.digest) || !keys_agree(it, left, &again))
        return conclude(it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                        "the original is not deterministic");
    return true;
}

static bool compare_on_data(DataPair *it, Error *err)
{
    Result left, right;
    Error error = {0};
    if (!run_digest(it, it->pair.left.text, &left, &error)) {
        if (is_about_us(error.kind))
            return fail(err, error.kind, "%s", error.message);
        const char *how = error.kind == ERROR_TIMEOUT ? "did not end" : "fails";
        return conclude(
            it->verdict, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
            arena_printf(it->arena, "the original %s: %s", how, error.message));
    }
    if (!run_digest(it, it->pair.right.text, &right, &error)) {
        if (is_about_us(error.kind))
            return fail(err, error.kind, "%s", error.message);
        bool raises = error.kind == ERROR_STATEMENT;
        return conclude(
            it->verdict, raises ? VERDICT_DIFFERENT : VERDICT_UNDECIDED,
            raises ? EVIDENCE_REFUTED : EVIDENCE_INCOMPARABLE,
            arena_printf(it->arena, "the candidate fails: %s", error.message));
    }
    if (left.column_count == right.column_count &&
        digest_same_rows(&left.digest, &right.digest) && keys_agree(it, &left, &right) &&
        !it->ordering.is_unknown)
        return conclude_same(it->verdict, &left);
    if (!compare_unequal(it, &left, &right, err))
        return false;
    return it->verdict->kind != VERDICT_DIFFERENT || recheck_original(it, &left, err);
}

bool judge_on_data(Engine *engine, Arena *arena, const Catalog *catalog, const char *left,
                   const char *right, double timeout_ms, Verdict *verdict, Error *err)
{
    double started_ms = clock_ms();
    Verdict result = {.databases = 1};
    DataPair it = {.engine = engine,
                   .arena = arena,
                   .pair = pair_new(arena, catalog, left, right),
                   .timeout_ms = timeout_ms,
                   .verdict = &result};
    it.ordering = ordering_new(arena, &it.pair.left);
    Traits traits = pair_traits(arena, &it.pair);
    bool ok = true, changed = false;
    if (traits.volatile_call != NULL) {
        conclude(&result, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                 arena_printf(arena, "%s is volatile", traits.volatile_call));
    } else {
        Error ignored;
        ok = engine_begin_snapshot(engine, err) && compare_on_data(&it, err);
        if (!ok)
            (void)!engine_end_snapshot(engine, &changed, &ignored);
        else
            ok = engine_end_snapshot(engine, &changed, err);
    }
    if (!ok)
        return false;
    if (changed && result.kind != VERDICT_SAME)
        conclude(&result, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                 "the data changed while it was compared");
    result.elapsed_ms = clock_ms() - started_ms;
    *verdict = result;
    return true;
}
