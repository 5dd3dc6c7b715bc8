// process.c - posix_spawn, waiting, and the numbers in /proc.

#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { DESCRIPTOR_FLOOR = 10 }; // Above those that the child's ends become.

// Makes both ends close on exec, and stand clear of the child's numbers.
static bool pair_open(int ends[2])
{
    int low[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, low) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, DESCRIPTOR_FLOOR);
        close(low[i]);
    }
    if (ends[0] >= 0 && ends[1] >= 0)
        return true;
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
    return false;
}

// Returns our environment with one more variable, unless it has one of that name;
// malloc'ed, NULL if there is no memory.
static char **environment_with(const char *variable)
{
    size_t count = 0, name_length = strcspn(variable, "=") + 1;
    bool is_there = false;
    while (environ[count] != NULL)
        is_there |= strncmp(environ[count++], variable, name_length) == 0;
    char **all = calloc(count + 2, sizeof(*all));
    if (all == NULL)
        return NULL;
    memcpy(all, environ, count * sizeof(*all));
    if (!is_there)
        all[count] = (char *)variable;
    return all;
}

static int spawn(const char *path, const char *variable, int channel, int control,
                 pid_t *pid)
{
    char **more = variable == NULL ? NULL : environment_with(variable);
    if (variable != NULL && more == NULL)
        return ENOMEM;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, channel, PROCESS_CHANNEL);
    posix_spawn_file_actions_adddup2(&actions, control, PROCESS_CONTROL);
    // The caller may have blocked or caught signals; the child starts afresh.
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
    char *const arguments[] = {(char *)path, NULL};
    int status = posix_spawn(pid, path, &actions, &attributes, arguments,
                             more == NULL ? environ : more);
    free(more);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return status;
}

static int open_memory(int pid)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/statm", pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

bool process_start(const char *path, const char *variable, Process *process, Error *err)
{
    int channel[2], control[2];
    if (!pair_open(channel))
        return fail(err, ERROR_FILE, "no socket pair: %s", strerror(errno));
    if (!pair_open(control)) {
        close(channel[0]);
        close(channel[1]);
        return fail(err, ERROR_FILE, "no socket pair: %s", strerror(errno));
    }
    pid_t pid = 0;
    int status = spawn(path, variable, channel[1], control[1], &pid);
    close(channel[1]);
    close(control[1]);
    if (status != 0) {
        close(channel[0]);
        close(control[0]);
        return fail(err, ERROR_FILE, "can't start %s: %s", path, strerror(status));
    }
    *process = (Process){.pid = pid,
                         .channel = channel[0],
                         .control = control[0],
                         .memory = open_memory(pid)};
    return true;
}

const char *process_stop(Arena *arena, Process *process)
{
    if (process->pid == 0)
        return NULL;
    int status = 0;
    pid_t ended = waitpid(process->pid, &status, WNOHANG);
    if (ended == 0) {
        kill(process->pid, SIGKILL);
        while ((ended = waitpid(process->pid, &status, 0)) < 0 && errno == EINTR)
            continue;
    }
    close(process->channel);
    close(process->control);
    if (process->memory >= 0)
        close(process->memory);
    *process = (Process){0};
    if (ended < 0)
        return "gone";
    if (WIFSIGNALED(status))
        return arena_printf(arena, "signal %d (%s)", WTERMSIG(status),
                            strsignal(WTERMSIG(status)));
    return arena_printf(arena, "exit status %d", WEXITSTATUS(status));
}

// CPU

double process_cpu_ms(int pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

int process_cpu_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 1 ? (int)count : 1;
}

// Memory

// Asked for every few milliseconds as long as a query runs, so the file stays open.
size_t process_memory_bytes(const Process *process)
{
    char line[128];
    if (process->pid == 0)
        return 0;
    ssize_t length = pread(process->memory, line, sizeof(line) - 1, 0);
    line[length > 0 ? length : 0] = '\0';
    char *resident;
    (void)strtoull(line, &resident, 10);
    return (size_t)strtoull(resident, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

void process_keep_memory(void)
{
    enum { KEPT_BYTES = 256 << 20, STEP_BYTES = 1 << 20, MAPPED_BYTES = 32 << 20 };
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    (void)mallopt(M_TOP_PAD, STEP_BYTES);
    (void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES); // What is larger is given back.
}

void process_reset_peak(void)
{
    int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t written = write(file, "5", 1); // 5: the peak alone (proc(5)).
    (void)written; // Where it is not allowed the peak is that of the process's life.
    close(file);
}

size_t process_peak_bytes(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    if (file == NULL)
        return 0;
    char line[256];
    size_t kilobytes = 0;
    while (fgets(line, sizeof(line), file) != NULL)
        if (sscanf(line, "VmHWM: %zu kB", &kilobytes) == 1)
            break;
    fclose(file);
    return kilobytes * 1024;
}

// Files

const char *process_directory(Arena *arena)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    return slash == NULL ? NULL : arena_text(arena, path, (size_t)(slash - path));
}
