// hooks.h - ways to go wrong on purpose, for tests only.
//
// They are in the program hone-worker-hooks, which is never installed; hone-worker is
// built without them.

#ifndef ENGINE_WORKER_HOOKS_H
#define ENGINE_WORKER_HOOKS_H

// Does what the statement says if it is one of "hone: abort", "hone: hang" and
// "hone: allocate 2 GB"; else nothing.
void hook_run(const char *sql);

#endif
