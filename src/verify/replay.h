// replay.h - a counterexample that was kept, tried again.

#ifndef VERIFY_REPLAY_H
#define VERIFY_REPLAY_H

#include "verify/judge.h"

// Compares the two on the database that a script makes, which may be one of ours
// (Counterexample.script): what it queries is passed over. The verdict is DIFFERENT with
// that script, or UNDECIDED without evidence. Fails where the script does not run.
bool judge_on_script(Arena *arena, const EngineOptions *engine, const Catalog *catalog,
                     const char *script, const char *left, const char *right,
                     const Leniency *leniency, Verdict *verdict, Error *err) MUST_CHECK;

#endif
