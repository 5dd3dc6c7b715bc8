// replay.h - a counterexample that was kept, tried again.

#ifndef VERIFY_REPLAY_H
#define VERIFY_REPLAY_H

#include "verify/judge.h"

typedef struct {
    EngineOptions engine; // For the scratch worker.
    Leniency leniency;
} ReplayOptions;

// Compares the two on the database that a script makes, which may be one of ours
// (Counterexample.script): what it queries is passed over. The verdict is DIFFERENT with
// that script, or UNDECIDED without evidence. Fails where the script does not run.
bool judge_on_script(Arena *arena, const QueryPair *texts, const char *script,
                     const ReplayOptions *options, Verdict *verdict,
                     Error *err) MUST_CHECK;

#endif
