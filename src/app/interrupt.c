// interrupt.c - a thread that waits for signals as one waits for a file.

#include "app/interrupt.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { STATUS_INTERRUPTED = 130 };

static void cancel_watched(Interrupt *interrupt)
{
    pthread_mutex_lock(&interrupt->lock);
    if (interrupt->seen || interrupt->session == NULL)
        _exit(STATUS_INTERRUPTED);
    interrupt->seen = true;
    hone_cancel(interrupt->session);
    pthread_mutex_unlock(&interrupt->lock);
}

static void *read_signals(void *context)
{
    Interrupt *interrupt = context;
    struct signalfd_siginfo info;
    while (read(interrupt->file, &info, sizeof(info)) == (ssize_t)sizeof(info))
        cancel_watched(interrupt);
    return NULL;
}

bool interrupt_start(Interrupt *interrupt, Error *err)
{
    pthread_t thread;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    bool ok = pthread_mutex_init(&interrupt->lock, NULL) == 0 &&
              pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0;
    interrupt->file = ok ? signalfd(-1, &signals, SFD_CLOEXEC) : -1;
    if (interrupt->file < 0 ||
        pthread_create(&thread, NULL, read_signals, interrupt) != 0)
        return fail(err, ERROR_PLAIN, "can't wait for signals");
    pthread_detach(thread);
    return true;
}

void interrupt_watch(Interrupt *interrupt, HoneSession *session)
{
    pthread_mutex_lock(&interrupt->lock);
    interrupt->session = session;
    if (session != NULL && interrupt->seen)
        hone_cancel(session);
    pthread_mutex_unlock(&interrupt->lock);
}

bool interrupt_seen(Interrupt *interrupt)
{
    pthread_mutex_lock(&interrupt->lock);
    bool seen = interrupt->seen;
    pthread_mutex_unlock(&interrupt->lock);
    return seen;
}
