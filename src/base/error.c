// error.c - filling in an Error. A message too long for it is cut, never lost.

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static void fill(Error *err, ErrorKind kind, size_t offset, const char *format,
                 va_list arguments)
{
    vsnprintf(err->message, sizeof(err->message), format, arguments);
    err->kind = kind;
    err->offset = offset;
}

bool fail(Error *err, ErrorKind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(err, kind, NO_OFFSET, format, arguments);
    va_end(arguments);
    return false;
}

bool fail_at(Error *err, ErrorKind kind, size_t offset, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(err, kind, offset, format, arguments);
    va_end(arguments);
    return false;
}

bool fail_while(Error *err, const char *format, ...)
{
    Error reason = *err;

    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(err->message, sizeof(err->message), format, arguments);
    va_end(arguments);

    int room = (int)sizeof(err->message) - 1 - used;
    if (used >= 0 && room > 2)
        snprintf(err->message + used, (size_t)room + 1, ": %.*s", room - 2,
                 reason.message);
    return false;
}

const char *error_kind_name(ErrorKind kind)
{
    static const char *const names[] = {
        [ERROR_PLAIN] = "error",         [ERROR_SYNTAX] = "syntax",
        [ERROR_NAME] = "name",           [ERROR_UNSUPPORTED] = "unsupported",
        [ERROR_STATEMENT] = "statement", [ERROR_REFUSED] = "refused",
        [ERROR_TIMEOUT] = "timeout",     [ERROR_MEMORY] = "memory",
        [ERROR_CRASH] = "crash",         [ERROR_CANCELLED] = "cancelled",
        [ERROR_FILE] = "file",
    };
    return names[kind];
}
