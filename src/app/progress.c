// progress.c - one line that is written over.

#include "app/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR_WIDTH = 20, REDRAW_MS = 80 };

Progress progress_new(bool quiet)
{
    return (Progress){.quiet = quiet, .is_terminal = isatty(STDERR_FILENO) != 0};
}

void progress_begin(Progress *progress, const char *name, size_t number, size_t count)
{
    progress->name = name;
    progress->number = number;
    progress->count = count;
    progress->shown_ms = 0;
    if (!progress->quiet && !progress->is_terminal && count > 1)
        fprintf(stderr, "[%zu/%zu] %s\n", number, count, name);
}

void progress_show(void *context, const char *stage, double share)
{
    Progress *progress = context;
    double now_ms = clock_ms();
    if (progress->quiet || !progress->is_terminal ||
        now_ms - progress->shown_ms < REDRAW_MS)
        return;
    progress->shown_ms = now_ms;
    int filled = (int)(share * BAR_WIDTH);
    fprintf(stderr, "\r\033[K[");
    for (int i = 0; i < BAR_WIDTH; i++)
        fputc(i < filled ? '#' : '.', stderr);
    fprintf(stderr, "] ");
    if (progress->count > 1)
        fprintf(stderr, "%zu/%zu ", progress->number, progress->count);
    fprintf(stderr, "%.40s: %.24s", progress->name != NULL ? progress->name : "", stage);
    fflush(stderr);
}

void progress_wipe(Progress *progress)
{
    if (!progress->quiet && progress->is_terminal && progress->shown_ms > 0)
        fprintf(stderr, "\r\033[K");
    fflush(stderr);
}
