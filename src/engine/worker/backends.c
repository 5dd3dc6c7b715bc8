// backends.c - the engines this worker was built with.

#include "engine/worker/backend.h"

const Backend *const backends[] = {
    &backend_sqlite,
    &backend_duckdb,
};
const size_t backend_count = COUNT_OF(backends);

const Backend *backend_find(Dialect dialect)
{
    for (size_t i = 0; i < COUNT_OF(backends); i++)
        if (backends[i]->dialect == dialect)
            return backends[i];
    return NULL;
}
