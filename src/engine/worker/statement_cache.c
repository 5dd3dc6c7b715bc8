// statement_cache.c - a handful of statements: they are looked through.

#include "engine/worker/statement_cache.h"

#include <stdlib.h>
#include <string.h>

void *statement_cache_find(StatementCache *cache, const char *sql)
{
    for (size_t i = 0; i < CACHED_STATEMENTS; i++)
        if (cache->entries[i].sql != NULL && strcmp(cache->entries[i].sql, sql) == 0) {
            cache->entries[i].used = ++cache->clock;
            return cache->entries[i].statement;
        }
    return NULL;
}

static void *drop(StatementCache *cache, size_t i)
{
    void *statement = cache->entries[i].statement;
    free(cache->entries[i].sql);
    cache->entries[i].sql = NULL;
    cache->entries[i].statement = NULL;
    cache->entries[i].used = 0;
    return statement;
}

void *statement_cache_keep(StatementCache *cache, const char *sql, void *statement)
{
    size_t oldest = 0;
    for (size_t i = 1; i < CACHED_STATEMENTS; i++)
        if (cache->entries[i].used < cache->entries[oldest].used)
            oldest = i;
    void *dropped = drop(cache, oldest);
    cache->entries[oldest].sql = strdup(sql);
    cache->entries[oldest].statement = statement;
    cache->entries[oldest].used = ++cache->clock;
    return dropped;
}

void *statement_cache_drop(StatementCache *cache)
{
    for (size_t i = 0; i < CACHED_STATEMENTS; i++)
        if (cache->entries[i].sql != NULL)
            return drop(cache, i);
    return NULL;
}
