// statement_cache.h - prepared statements kept for their text (scratch databases only).

#ifndef ENGINE_WORKER_STATEMENT_CACHE_H
#define ENGINE_WORKER_STATEMENT_CACHE_H

#include <stddef.h>
#include <stdint.h>

enum { CACHED_STATEMENTS = 64 };

typedef struct {
    struct {
        char *sql; // malloc'ed; NULL: nothing is kept here.
        void *statement;
        uint64_t used; // When last.
    } entries[CACHED_STATEMENTS];
    uint64_t clock;
} StatementCache;

// Returns the statement kept for this text, or NULL.
void *statement_cache_find(StatementCache *cache, const char *sql);

// Keeps a statement. Returns the one that made room for it, which is no longer kept: the
// one not used for longest; or NULL.
void *statement_cache_keep(StatementCache *cache, const char *sql, void *statement);

// Returns a statement that is no longer kept; NULL when there is none left.
void *statement_cache_drop(StatementCache *cache);

#endif
