// sqlite_clock.c - the default file system with another clock.

#include "engine/worker/sqlite_clock.h"

#include <sqlite3.h>
#include <stdlib.h>

static const double millis_a_day = 86400000.0;

// The file system comes first, so that SQLite's pointer to it is one to the whole. A copy
// of the default one works as it does: it keeps what it needs in the copied fields.
struct SqliteClock {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    bool is_stopped;
    sqlite3_int64 stopped_at; // Milliseconds of the Julian day, as SQLite counts.
};

static int read_real(SqliteClock *clock, sqlite3_int64 *now)
{
    if (clock->real->iVersion >= 2 && clock->real->xCurrentTimeInt64 != NULL)
        return clock->real->xCurrentTimeInt64(clock->real, now);
    double days;
    int status = clock->real->xCurrentTime(clock->real, &days);
    *now = (sqlite3_int64)(days * millis_a_day);
    return status;
}

static int read_millis(sqlite3_vfs *vfs, sqlite3_int64 *now)
{
    SqliteClock *clock = (SqliteClock *)vfs;
    *now = clock->stopped_at;
    return clock->is_stopped ? SQLITE_OK : read_real(clock, now);
}

static int read_days(sqlite3_vfs *vfs, double *now)
{
    sqlite3_int64 millis;
    int status = read_millis(vfs, &millis);
    *now = (double)millis / millis_a_day;
    return status;
}

SqliteClock *sqlite_clock_new(void)
{
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    SqliteClock *clock = real == NULL ? NULL : calloc(1, sizeof(*clock));
    if (clock == NULL)
        return NULL;
    clock->vfs = *real;
    clock->vfs.zName = "hone-clock";
    clock->vfs.pNext = NULL;
    clock->vfs.xCurrentTime = read_days;
    clock->vfs.xCurrentTimeInt64 = read_millis;
    clock->real = real;
    if (sqlite3_vfs_register(&clock->vfs, 0) == SQLITE_OK)
        return clock;
    free(clock);
    return NULL;
}

void sqlite_clock_free(SqliteClock *clock)
{
    if (clock != NULL)
        sqlite3_vfs_unregister(&clock->vfs);
    free(clock);
}

const char *sqlite_clock_name(const SqliteClock *clock)
{
    return clock->vfs.zName;
}

void sqlite_clock_stop(SqliteClock *clock)
{
    clock->is_stopped = read_real(clock, &clock->stopped_at) == SQLITE_OK;
}

void sqlite_clock_start(SqliteClock *clock)
{
    clock->is_stopped = false;
}
