// process.c - starting and stopping programs; temporary directories.

#include "base/process.h"
#include "base/directory.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int passed, failed;

static void expect(bool holds, const char *what)
{
    if (holds)
        passed++;
    else
        failed++;
    if (!holds)
        printf("FAILED: %s\n", what);
}

static void test_ends(Arena *arena)
{
    Error err;
    Process process = {0};
    char byte;
    expect(process_start("/bin/false", &process, &err), "start a program");
    expect(recv(process.channel, &byte, 1, 0) == 0, "its end is the channel's end");
    const char *how = process_stop(arena, &process);
    expect(how != NULL && strcmp(how, "exit status 1") == 0, "how it ended");
    expect(process.pid == 0 && process_stop(arena, &process) == NULL, "stop it twice");
    expect(!process_start("/no/such/program", &process, &err) && err.kind == ERROR_FILE &&
               strstr(err.message, "/no/such/program") != NULL,
           "a program that is not there");
}

static void test_memory(void)
{
    expect(process_memory_bytes(getpid()) > 0, "we take some memory");
    expect(process_memory_bytes(-1) == 0, "nobody takes none");
    process_reset_peak();
    expect(process_peak_bytes() > 0, "our peak");
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
    test_memory();
    test_directory(&arena);
    arena_clear(&arena);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
