// process.c - starting and stopping programs; temporary directories.

#include "base/process.h"
#include "base/directory.h"
#include "base/file.h"
#include "base/machine.h"
#include "expect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_ends(Arena *arena)
{
    Error err;
    Process process = {0};
    char byte;
    expect(process_start("/bin/false", NULL, &process, &err), "start a program");
    expect(recv(process.channel, &byte, 1, 0) == 0, "its end is the channel's end");
    const char *how = process_stop(arena, &process);
    expect(how != NULL && strcmp(how, "exit status 1") == 0, "how it ended");
    expect(process.pid == 0 && process_stop(arena, &process) == NULL, "stop it twice");
    expect(!process_start("/no/such/program", NULL, &process, &err) &&
               err.kind == ERROR_FILE && strstr(err.message, "/no/such/program") != NULL,
           "a program that is not there");
}

// Returns how a script ends that takes its status from the variable.
static const char *ending_with(Arena *arena, const char *script, const char *variable)
{
    Error err;
    char byte;
    Process process = {0};
    expect(process_start(script, variable, &process, &err), "start a script");
    expect(recv(process.channel, &byte, 1, 0) == 0, "its end");
    return process_stop(arena, &process);
}

static void test_variable(Arena *arena)
{
    Error err;
    const char *directory = NULL;
    expect(directory_make_temporary(arena, &directory, &err), "make a directory");
    const char *script = arena_printf(arena, "%s/script", directory);
    expect(file_write(script, "#!/bin/sh\nexit ${STATUS:-7}\n", false, &err) &&
               chmod(script, 0700) == 0,
           "write a script");
    unsetenv("STATUS");
    const char *none = ending_with(arena, script, NULL);
    const char *ours = ending_with(arena, script, "STATUS=3");
    setenv("STATUS", "5", 1);
    const char *theirs = ending_with(arena, script, "STATUS=3");
    unsetenv("STATUS");
    expect(strcmp(none, "exit status 7") == 0, "no variable");
    expect(strcmp(ours, "exit status 3") == 0, "a variable is handed over");
    expect(strcmp(theirs, "exit status 5") == 0, "what the user has set stands");
    directory_remove(directory);
}

static void test_memory(Arena *arena)
{
    Error err;
    Process process = {0};
    expect(process_memory_bytes(&process) == 0, "nobody takes none");
    expect(process_start("/usr/bin/yes", NULL, &process, &err), "start a program");
    expect(process_memory_bytes(&process) > 0, "it takes some memory");
    process_stop(arena, &process);
    expect(process_memory_bytes(&process) == 0, "and gives it back");
    process_reset_peak();
    expect(process_peak_bytes() > 0, "our peak");
}

static void test_cpu(void)
{
    double before_ms = process_cpu_ms(getpid()), after_ms = before_ms;
    for (unsigned i = 0; i < 1000000000u && after_ms <= before_ms; i++)
        after_ms = process_cpu_ms(getpid());
    expect(before_ms > 0 && after_ms > before_ms, "CPU time is used and grows");
    expect(process_cpu_ms((1 << 22) + 1) == 0, "of no process nothing is known");
    expect(process_cpu_count() >= 1, "there is a CPU");
}

static void test_machine(void)
{
    MachineState before = {.at_ms = 1000, .waiting_ms = 50, .ticks = 400, .stolen = 10};
    MachineState after = {.at_ms = 2000, .waiting_ms = 300, .ticks = 600, .stolen = 20};
    expect(fabs(machine_pressure(&before, &after) - 0.25) < 1e-9, "a quarter waited");
    expect(fabs(machine_steal(&before, &after) - 0.05) < 1e-9, "a twentieth stolen");
    expect(isnan(machine_steal(&before, &before)), "no time, no share");
    before.waiting_ms = before.stolen = NAN;
    expect(isnan(machine_pressure(&before, &after)), "what is not known stays so");
    expect(isnan(machine_steal(&before, &after)), "here, too");
    MachineState now = machine_state();
    expect(now.at_ms > 0 && (isnan(now.ticks) || now.ticks > 0), "the machine we are on");
}

static void test_directory(Arena *arena)
{
    Error err;
    const char *path = NULL;
    expect(directory_make_temporary(arena, &path, &err), "make a directory");
    FILE *file = fopen(arena_printf(arena, "%s/a", path), "w");
    expect(file != NULL && fclose(file) == 0, "a file in it");
    directory_remove(path);
    expect(access(path, F_OK) != 0, "gone with what is in it");
    directory_remove(NULL);
    expect(process_directory(arena) != NULL, "where our program is");
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    test_ends(&arena);
    test_variable(&arena);
    test_memory(&arena);
    test_cpu();
    test_machine();
    test_directory(&arena);
    arena_clear(&arena);
    return finish();
}
