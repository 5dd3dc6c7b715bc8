// interrupt.h - Ctrl-C: the work under way ends with the best so far; a second one, or
// one while there is no work to save, ends the program at once.

#ifndef APP_INTERRUPT_H
#define APP_INTERRUPT_H

#include "base/error.h"
#include "hone.h"

#include <pthread.h>

typedef struct {
    pthread_mutex_t lock;
    HoneSession *session; // What an interrupt cancels. Under the lock.
    bool seen;            // Likewise.
    int file;             // The signalfd.
} Interrupt;

// Blocks SIGINT and SIGTERM for the whole program and starts the thread that reads them
// from a signalfd. Call once, before any other thread is started; `interrupt` must live
// until the program ends.
bool interrupt_start(Interrupt *interrupt, Error *err) MUST_CHECK;

// Names the session that an interrupt cancels; NULL: none.
void interrupt_watch(Interrupt *interrupt, HoneSession *session);

// True once the user has interrupted us.
bool interrupt_seen(Interrupt *interrupt);

#endif
