// progress.h - what is going on, on standard error: a bar where it is a terminal.

#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool quiet;
    bool is_terminal;
    const char *name; // Of the query under way.
    size_t number, count;
    double shown_ms; // When the bar was drawn last.
} Progress;

Progress progress_new(bool quiet);

// Begins with the next of `count` pieces of work.
void progress_begin(Progress *progress, const char *name, size_t number, size_t count);

// A HoneProgress; its context is the Progress.
void progress_show(void *context, const char *stage, double share);

// Wipes the bar, before something else is printed.
void progress_wipe(Progress *progress);

#endif
