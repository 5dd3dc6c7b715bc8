// input.c - reading and writing files of SQL.

#include "app/input.h"

#include "base/text.h"
#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, LIMIT_BYTES = 256 * 1024 * 1024 };

static const char STANDARD_INPUT[] = "standard input";

// Text

// Fails unless the bytes are text that SQL can be.
static bool check_text(const char *name, const Text *text, Error *err)
{
    size_t line = 1;
    for (size_t i = 0; i < text->length;) {
        const char *at = text->bytes + i;
        size_t length = utf8_length(at, text->length - i);
        if (length == 0)
            return fail(err, ERROR_FILE, "%s:%zu: not valid UTF-8: byte 0x%02X", name,
                        line, (unsigned char)*at);
        if (*at == '\0')
            return fail(err, ERROR_FILE, "%s:%zu: not text: a zero byte", name, line);
        line += *at == '\n';
        i += length;
    }
    return true;
}

static bool read_all(int file, const char *name, Text *text, Error *err)
{
    char chunk[CHUNK_BYTES];
    for (;;) {
        ssize_t got = read(file, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(err, ERROR_FILE, "can't read %s: %s", name, strerror(errno));
        if (got == 0)
            return true;
        text_add_bytes(text, chunk, (size_t)got);
        if (text->length > LIMIT_BYTES)
            return fail(err, ERROR_FILE, "%s is larger than %d MB", name,
                        LIMIT_BYTES / 1024 / 1024);
    }
}

static bool read_standard_input(Arena *arena, const char **text, Error *err)
{
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "reading from standard input; end it with Ctrl-D\n");
    Text read = text_new(arena);
    if (!read_all(STDIN_FILENO, STANDARD_INPUT, &read, err) ||
        !check_text(STANDARD_INPUT, &read, err))
        return false;
    *text = read.bytes;
    return true;
}

bool file_read(Arena *arena, const char *path, const char **text, Error *err)
{
    if (strcmp(path, "-") == 0)
        return read_standard_input(arena, text, err);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fail(err, ERROR_FILE, "can't open %s: %s", path, strerror(errno));
    Text read = text_new(arena);
    bool ok = read_all(file, path, &read, err) && check_text(path, &read, err);
    close(file);
    if (ok)
        *text = read.bytes;
    return ok;
}

// Inputs

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void add_file(Arena *arena, Inputs *inputs, const char *path)
{
    bool is_standard = strcmp(path, "-") == 0;
    Input input = {.name = is_standard ? STANDARD_INPUT : last_part(path),
                   .path = is_standard ? NULL : path};
    if (!file_read(arena, path, &input.text, &input.error))
        input.text = NULL;
    array_push(arena, inputs, input);
}

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), end_length = strlen(end);
    return length > end_length && strcmp(name + length - end_length, end) == 0;
}

static int is_query_file(const struct dirent *entry)
{
    return ends_in(entry->d_name, ".sql") && !ends_in(entry->d_name, ".hone.sql");
}

static void add_directory(Arena *arena, Inputs *inputs, const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_query_file, alphasort);
    for (int i = 0; i < count; i++) {
        add_file(arena, inputs, arena_printf(arena, "%s/%s", path, entries[i]->d_name));
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (count > 0)
        return;
    Input input = {.name = path, .path = path};
    fail(&input.error, ERROR_FILE, "%s: %s", path,
         count < 0 ? strerror(errno) : "there is no .sql file in it");
    array_push(arena, inputs, input);
}

Inputs inputs_read(Arena *arena, const Settings *settings)
{
    Inputs inputs = {0};
    for (size_t i = 0; i < settings->statements.count; i++) {
        bool alone = settings->statements.count == 1;
        Input input = {.name = alone ? "-c" : arena_printf(arena, "-c#%zu", i + 1),
                       .text = settings->statements.items[i]};
        array_push(arena, &inputs, input);
    }
    for (size_t i = 0; i < settings->files.count; i++) {
        const char *path = settings->files.items[i];
        struct stat status;
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            add_directory(arena, &inputs, path);
        else
            add_file(arena, &inputs, path);
    }
    if (inputs.count == 0)
        add_file(arena, &inputs, "-");
    return inputs;
}

// Writing

static bool write_all(int file, const char *text)
{
    size_t length = strlen(text), done = 0;
    while (done < length) {
        ssize_t wrote = write(file, text + done, length - done);
        if (wrote < 0 && errno != EINTR)
            return false;
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

// Writes to an open file, and closes it. `path` names it in the message.
static bool write_and_close(int file, const char *path, const char *text, Error *err)
{
    bool ok = write_all(file, text);
    int trouble = errno;
    if (close(file) != 0 && ok) {
        ok = false;
        trouble = errno;
    }
    return ok || fail(err, ERROR_FILE, "can't write %s: %s", path, strerror(trouble));
}

static bool can_not_write(const char *path, Error *err)
{
    return fail(err, ERROR_FILE, "can't write %s: %s", path, strerror(errno));
}

// Writes beside the file that is there, which stays until all is written.
static bool file_replace(const char *path, const char *text, mode_t mode, Error *err)
{
    char beside[PATH_MAX];
    if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside))
        return fail(err, ERROR_FILE, "can't write %s: the name is too long", path);
    int file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0777);
    if (file < 0)
        return can_not_write(beside, err);
    bool ok = write_and_close(file, path, text, err);
    if (ok && rename(beside, path) != 0)
        ok = can_not_write(path, err);
    if (!ok)
        unlink(beside);
    return ok;
}

bool file_write(const char *path, const char *text, bool force, Error *err)
{
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (exists && !force)
        return fail(err, ERROR_FILE, "%s exists; --force writes over it", path);
    if (exists && S_ISREG(status.st_mode))
        return file_replace(path, text, status.st_mode, err);
    // What is no file (a terminal, a pipe) stays.
    int file = open(path, O_WRONLY | O_CLOEXEC | (exists ? 0 : O_CREAT | O_EXCL), 0666);
    if (file < 0)
        return can_not_write(path, err);
    bool ok = write_and_close(file, path, text, err);
    if (!ok && !exists)
        unlink(path);
    return ok;
}
