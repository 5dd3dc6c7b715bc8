// data_pair.h - two queries on the user's data, while they are compared (data.c).

#ifndef VERIFY_DATA_PAIR_H
#define VERIFY_DATA_PAIR_H

#include "verify/data.h"
#include "verify/differences.h"
#include "verify/documents.h"
#include "verify/pair.h"

enum { FETCH_LIMIT = 20000 }; // Rows of a result that is fetched to be compared.

typedef struct {
    Engine *engine; // The original's.
    Engine *other;  // The candidate's; the same, as a rule.
    Arena *arena;
    Arena runs; // Of what the digests of a run have beside them.
    Pair pair;
    Ordering ordering;
    const DataOptions *options;
    const uint32_t *ignored;
    size_t ignored_count;
    const uint32_t *key;
    Documents documents; // Columns that are JSON on both sides.
    Differences *found;  // All of them, if they were looked for; NULL: not yet.
    Verdict *verdict;
} DataPair;

// Sets the verdict; returns true, since something has been decided.
bool data_conclude(Verdict *verdict, VerdictKind kind, Evidence evidence,
                   const char *reason);

// SAME, or vacuous where the original's result shows nothing.
bool data_conclude_same(Verdict *verdict, const Result *left);

// Returns the request that runs `sql` as the options want its values to count.
Request data_request(const DataPair *it, const char *sql, SinkKind sink);

// Returns what the original is run as, for its rows to be compared.
const char *data_original(const DataPair *it);

// Returns the columns without floats that rounding may have changed, or texts that may
// have stood in for others: in these, rows that are the same are identical.
const uint32_t *data_exact_columns(const DataPair *it, const Result *left,
                                   const Result *right, size_t *count);

// Stores the rows of `original` and of the candidate, as `matching` has them sorted and
// filtered, and sets its left_width.
bool data_spill_both(const DataPair *it, const char *original, Matching *matching,
                     Spill **left, Spill **right, Error *err) MUST_CHECK;

// Looks for rows that differ in what was kept of both results beside their digests;
// leaves `found` without any where that does not show them (engine/sketch.h).
bool data_find_sketched(DataPair *it, const Result *left, const Result *right,
                        Differences *found, Error *err) MUST_CHECK;

// Decides for results of any size, as many rows on both sides, where the original leaves
// open which rows it takes, or their order (fit.h), and sets the verdict.
bool data_fit(DataPair *it, const Result *left, const Result *right,
              Error *err) MUST_CHECK;

// Sets the verdict to what became of fitting the candidate into the original's result.
bool data_conclude_fit(DataPair *it, const Result *left, Likeness likeness,
                       const char *why);

// Sets `tie` to whether both results, read as they come, have the same sequence of keys,
// all of which are visible; `moved` as for rows_tie.
bool data_sequences_tie(const DataPair *it, bool moved, bool *tie, Error *err) MUST_CHECK;

#endif
