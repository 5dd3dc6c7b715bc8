// data.h - comparing two queries on the user's data.
//
// Digests first: nothing but sums of hashes leaves the worker, whatever the size. Where
// they differ, that may be floats that were added up in another order, a LIMIT that cut
// through a tie group, or a real difference: small results are fetched and compared
// like those of generated databases, large ones by their sorted spills.

#ifndef VERIFY_DATA_H
#define VERIFY_DATA_H

#include "verify/judge.h"

typedef struct {
    double timeout_ms;        // Of each run.
    const Leniency *leniency; // NULL: none.
    const char *const *key; // Columns of the original that name a row, for `differences`.
    size_t key_count;
    Engine *other;          // Where the candidate runs; NULL: where the original does.
    bool tells_differences; // Say in which rows they differ: that costs two more runs.
} DataOptions;

// Compares the two on the user's data, in one snapshot (of each database): bags, order,
// ties, floats. Fails where nothing can be said: a column that is not there, the user
// stopped us, the worker does not start.
bool judge_on_data(Engine *engine, Arena *arena, const QueryPair *texts,
                   const DataOptions *options, Verdict *verdict, Error *err) MUST_CHECK;

#endif
