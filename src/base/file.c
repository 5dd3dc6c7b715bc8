// file.c - reading to the end, and writing beside what is there.

#include "base/file.h"

#include "base/text.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, LIMIT_BYTES = 256 * 1024 * 1024 };

// Reading

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

bool file_read_open(Arena *arena, int file, const char *name, const char **text,
                    Error *err)
{
    Text read = text_new(arena);
    if (!read_all(file, name, &read, err) || !check_text(name, &read, err))
        return false;
    *text = read.bytes;
    return true;
}

bool file_read(Arena *arena, const char *path, const char **text, Error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fail(err, ERROR_FILE, "can't open %s: %s", path, strerror(errno));
    bool ok = file_read_open(arena, file, path, text, err);
    close(file);
    return ok;
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
