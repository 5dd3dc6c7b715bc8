// others.c - the same steps on other literals: compare, then a few pairs.

#include "optimize/others.h"

#include "base/clock.h"
#include "optimize/propose.h"
#include "sql/sql.h"
#include "verify/data.h"

#include <math.h>

enum {
    OTHER_LIMIT = 4, // So many other values are measured.
    SHORT_PAIRS = 3, // Of runs; of long ones a single pair.
};

static const double SHORT_RUN_MS = 250;
static const double OTHERS_SHARE = 0.2;    // Of the budget.
static const double COMPARE_SHARE = 0.3;   // Of what is left of that.
static const double FETCH_LIMIT_MS = 2000; // For the values of one column.

// The pair on other values.
typedef struct {
    const char *words;
    const char *before, *after;
} Variant;

static double others_deadline_ms(const Road *road)
{
    double share_ms = OTHERS_SHARE * (road->deadline_ms - road->start_ms);
    return fmin(road->deadline_ms, clock_ms() + share_ms);
}

// Finds out which values there are, once for a query. A column that takes too long to
// look at has none.
static void find_values(Road *road, double deadline_ms)
{
    if (road->compared != NULL)
        return;
    road->compared = arena_new(road->arena, ComparedColumns, 1);
    *road->compared = compared_columns(road->arena, road->tree);
    for (size_t i = 0; i < road->compared->count; i++) {
        Error ignored;
        double limit_ms = fmin(deadline_ms - clock_ms(), FETCH_LIMIT_MS);
        if (limit_ms > 0 && !compared_fetch(road->bench->engine, road->arena, limit_ms,
                                            &road->compared->items[i], &ignored))
            road->compared->items[i].value_count = 0;
    }
}

static bool same_rules(const Derivation *a, const Derivation *b)
{
    if (a->step_count != b->step_count)
        return false;
    for (size_t i = 0; i < a->step_count; i++) {
        if (a->steps[i].rule != b->steps[i].rule)
            return false;
    }
    return true;
}

// Makes the pair for this set of values. False where the rules make something else of
// them: a literal that decided about a rule is a part of the query's shape.
static bool make_variant(Road *road, const Candidate *candidate, size_t number,
                         Variant *variant)
{
    Tree varied;
    if (!compared_vary(road->arena, road->tree, road->compared, number, &varied,
                       &variant->words))
        return false;
    Derivation derivation = candidate_derive(road->arena, &varied, candidate);
    if (!same_rules(&derivation, &candidate->derivation))
        return false;
    variant->before = varied.text;
    variant->after = sql_print(road->arena, &derivation.tree, (PrintStyle){0});
    return true;
}

// Compares the pair. False where nothing came of it: it failed, or took too long. One
// that would take all the time leaves some for the others.
static bool compare(Road *road, const Variant *variant, double deadline_ms,
                    Verdict *verdict)
{
    Error error;
    double limit_ms =
        fmin(road->options->timeout_ms, COMPARE_SHARE * (deadline_ms - clock_ms()));
    if (limit_ms <= 0 || road->stopped)
        return false;
    DataOptions options = {.timeout_ms = limit_ms};
    QueryPair texts = {road->bench->catalog, variant->before, variant->after};
    bool ok = judge_on_data(road->bench->engine, road->arena, &texts, &options, verdict,
                            &error);
    road->stopped = !ok && error.kind == ERROR_CANCELLED;
    return ok && verdict->kind != VERDICT_UNDECIDED;
}

static const char *tell_difference(Road *road, const Variant *variant,
                                   const Verdict *verdict)
{
    return arena_printf(road->arena, "differs with %s: %s", variant->words,
                        verdict->reason);
}

const char *others_show_rows(Road *road, Candidate *candidate, bool *differs)
{
    *differs = false;
    double deadline_ms = others_deadline_ms(road);
    find_values(road, deadline_ms);
    for (size_t i = 0; i < VARIANT_COUNT; i++) {
        Variant variant;
        Verdict verdict;
        if (!make_variant(road, candidate, i, &variant) ||
            !compare(road, &variant, deadline_ms, &verdict))
            continue;
        *differs = verdict.kind == VERDICT_DIFFERENT;
        if (*differs)
            return tell_difference(road, &variant, &verdict);
        if (verdict.evidence != EVIDENCE_DATA)
            continue;
        candidate->shown = (OtherRun){.values = variant.words, .rows = verdict.rows};
        return NULL;
    }
    return candidate->data.reason;
}

// Runs both sides in turn, `time_ms` by side; false where one failed or time ran out.
static bool run_pair(Road *road, const Variant *variant, ClockKind clock,
                     double deadline_ms, double time_ms[2])
{
    const char *const sql[] =
        {[SIDE_BEFORE] = variant->before, [SIDE_AFTER] = variant->after};
    for (Side side = SIDE_BEFORE; side <= SIDE_AFTER; side++) {
        Error error;
        Run run;
        double limit_ms = fmin(road->options->timeout_ms, deadline_ms - clock_ms());
        if (limit_ms <= 0 || road->stopped)
            return false;
        if (!measure_once(road->bench->engine, sql[side], road->options->cache,
                          cutoff_by(CLOCK_WALL, limit_ms), &run, &error)) {
            road->stopped = error.kind == ERROR_CANCELLED;
            return false;
        }
        time_ms[side] += run_ms(&run, clock);
    }
    return true;
}

// Sets `ratio` from a few pairs, or, of long runs, a single one.
static bool measure(Road *road, const Candidate *candidate, const Variant *variant,
                    double deadline_ms, double *ratio)
{
    double time_ms[2] = {0};
    int pairs = road->original.elapsed_ms < SHORT_RUN_MS ? SHORT_PAIRS : 1;
    for (int i = 0; i < pairs; i++) {
        if (!run_pair(road, variant, candidate->measurement.clock, deadline_ms, time_ms))
            return false;
    }
    *ratio = time_ms[SIDE_BEFORE] / time_ms[SIDE_AFTER];
    return true;
}

const char *others_measure(Road *road, Candidate *candidate)
{
    OtherRuns *others = &candidate->others;
    double deadline_ms = others_deadline_ms(road);
    find_values(road, deadline_ms);
    OtherRun *runs = arena_new(road->arena, OtherRun, OTHER_LIMIT);
    others->runs = runs;
    for (size_t i = 0; i < VARIANT_COUNT && others->count < OTHER_LIMIT; i++) {
        Variant variant;
        Verdict verdict;
        double ratio;
        if (!make_variant(road, candidate, i, &variant))
            continue;
        bool is_compared = compare(road, &variant, deadline_ms, &verdict);
        if (is_compared && verdict.kind == VERDICT_DIFFERENT)
            return tell_difference(road, &variant, &verdict);
        if (!is_compared || !measure(road, candidate, &variant, deadline_ms, &ratio)) {
            others->unmeasured++;
            continue;
        }
        runs[others->count++] =
            (OtherRun){.values = variant.words, .rows = verdict.rows, .ratio = ratio};
        if (others->count == 1 || ratio < others->worst_ratio)
            others->worst_ratio = ratio;
    }
    return NULL;
}
