// sqlite_clock.h - a clock for SQLite that can be stopped.
//
// datetime('now') is one value while a statement runs, and another in the next. What is
// to be compared has to see the same, so the clock stands still from a snapshot's
// beginning to its end, and in a scratch database for good. SQLite asks its file system
// (VFS) for the time: ours is the default one but for that.

#ifndef ENGINE_WORKER_SQLITE_CLOCK_H
#define ENGINE_WORKER_SQLITE_CLOCK_H

#include "base/error.h"

#include <stdbool.h>

typedef struct SqliteClock SqliteClock;

// Makes and registers a file system whose clock runs. NULL if there is no memory.
SqliteClock *sqlite_clock_new(void);

// After the last connection that uses it is closed; NULL is allowed.
void sqlite_clock_free(SqliteClock *clock);

// Returns the name by which sqlite3_open_v2 finds it.
const char *sqlite_clock_name(const SqliteClock *clock);

void sqlite_clock_stop(SqliteClock *clock);
void sqlite_clock_start(SqliteClock *clock);

#endif
