// process.h - other programs, and what the system knows about running ones.
//
// With directory.c and machine.c the only place that is Linux's alone (/proc): a port
// begins here.

#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

// A program we started, with two sockets to it: what is asked and answered goes over
// the first; the second interrupts, and its end tells the child that we are gone. In the
// child they are the descriptors PROCESS_CHANNEL and PROCESS_CONTROL.
typedef struct {
    int pid; // 0: none runs.
    int channel;
    int control;
    int memory; // Where the system says how much it holds; -1 if it does not.
} Process;

enum { PROCESS_CHANNEL = 3, PROCESS_CONTROL = 4 };

// Starts `path` without arguments, in a process group of its own (so that Ctrl-C reaches
// only us), standard input and output closed off, with our environment and `variable`
// ("NAME=value", or NULL) if there is none of its name. Fails with ERROR_FILE.
bool process_start(const char *path, const char *variable, Process *process,
                   Error *err) MUST_CHECK;

// Kills it if it still runs, waits for it and closes the sockets. Returns how it ended
// ("signal 6 (Aborted)", "exit status 3"), in `arena`; NULL if none ran.
const char *process_stop(Arena *arena, Process *process);

// Returns the memory the process holds (resident), in bytes; 0 if not known.
size_t process_memory_bytes(const Process *process);

// Makes this process keep the memory that it frees, for itself to use again: to give it
// back and ask for it anew is slow, where as much is needed a moment later.
void process_keep_memory(void);

// Returns the CPU time all threads of the process have used, in milliseconds; 0 if not
// known.
double process_cpu_ms(int pid);

// Returns how many CPUs the machine has, at least 1.
int process_cpu_count(void);

// Our own peak of resident memory since the last reset, in bytes; 0 if not known.
void process_reset_peak(void);
size_t process_peak_bytes(void);

// Returns the directory of the running program's file; NULL if not known.
const char *process_directory(Arena *arena);

#endif
