// threads.c - the library as a program of its own sees it: a query that never ends is
// cancelled from another thread, progress is told, and a session is used again.

#include <hone.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                              "FROM n) SELECT count(*) FROM n";

static void count_call(void *context, const char *stage, double share)
{
    int *calls = context;
    if (stage[0] != '\0' && share >= 0 && share <= 1)
        (*calls)++;
}

static void *cancel_later(void *session)
{
    usleep(300 * 1000);
    hone_cancel(session);
    return NULL;
}

static void try_cancel(const char *database)
{
    HoneOptions options = {.database = database, .timeout_ms = 60e3};
    HoneSession *session;
    HoneResult *result;
    HoneError error;
    pthread_t thread;
    if (!hone_open(&options, &session, &error))
        return;
    bool started = pthread_create(&thread, NULL, cancel_later, session) == 0;
    bool ok = hone_optimize(session, "endless", endless, &result, &error);
    printf("cancelled: %s\n", ok ? "no" : error.kind);
    if (started)
        pthread_join(thread, NULL);
    hone_close(session);
}

static void try_progress(const char *database)
{
    int calls = 0;
    HoneOptions options = {.database = database,
                           .progress = count_call,
                           .progress_context = &calls};
    HoneSession *session;
    HoneResult *result;
    HoneError error;
    if (!hone_open(&options, &session, &error))
        return;
    for (int i = 0; i < 2; i++) {
        bool ok = hone_optimize(session, "count", "SELECT count(*) AS n FROM users",
                                &result, &error);
        printf("again: %s\n", ok ? hone_result_optimization(result)->reason : "failed");
        hone_result_free(ok ? result : NULL);
    }
    printf("progress: %s\n", calls > 0 ? "told" : "silent");
    hone_close(session);
}

int main(int count, char **words)
{
    if (count < 2)
        return 2;
    try_cancel(words[1]);
    try_progress(words[1]);
    hone_close(NULL);
    hone_result_free(NULL);
    return 0;
}
