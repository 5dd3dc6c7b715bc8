// hooks.c - a library's bugs, imitated: it aborts, it hangs, it takes all memory.

#include "engine/worker/hooks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP_BYTES = 1 << 20, STEPS = 2048 };

// Touches what it takes: memory that nobody writes to costs nothing.
static void take_memory(void)
{
    char *taken[STEPS];
    for (size_t i = 0; i < STEPS; i++) {
        taken[i] = malloc(STEP_BYTES);
        if (taken[i] != NULL)
            memset(taken[i], 1, STEP_BYTES);
        usleep(200);
    }
    for (size_t i = 0; i < STEPS; i++)
        free(taken[i]);
}

void hook_run(const char *sql)
{
    if (strcmp(sql, "hone: abort") == 0)
        abort();
    if (strcmp(sql, "hone: allocate 2 GB") == 0)
        take_memory();
    while (strcmp(sql, "hone: hang") == 0)
        pause(); // No interrupt gets through to it.
}
