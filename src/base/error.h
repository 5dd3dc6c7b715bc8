// error.h - how a function says no.
//
// Three kinds of failure, three answers:
//
//   a bug            assert() stops the program where the mistake is.
//   out of memory    the arena stops the program; see arena.h.
//   the world        Bad SQL, a lost connection, a time-out. The function returns
//                    false and says why in an Error.
//
// A function that the world can fail returns bool, takes `Error *err` last, and fills
// it if and only if it returns false. On failure its other outputs are untouched.
// "Not found" is an answer, not a failure: return NULL.

#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

// What a caller may want to tell apart. Everything else is ERROR_PLAIN.
typedef enum {
    ERROR_PLAIN,
    ERROR_SYNTAX, // The text is not SQL of the dialect; has an offset.
    ERROR_NAME,   // An unknown or ambiguous table, column or function; has an offset.
    ERROR_UNSUPPORTED, // Right, perhaps, but beyond us.
    ERROR_STATEMENT,   // The engine refused or failed the statement.
    ERROR_REFUSED,     // Not a read-only statement: we refused it.
    ERROR_TIMEOUT,     // The deadline passed.
    ERROR_MEMORY,      // The statement went over its memory limit.
    ERROR_CRASH,       // The worker died.
    ERROR_CANCELLED,   // The user stopped us.
    ERROR_FILE,        // A file or database that can't be opened, read or written.
} ErrorKind;

typedef struct {
    char message[512]; // One line, lower case, no full stop: "no column t.x".
    ErrorKind kind;
    size_t offset; // In bytes from the start of the SQL text; NO_OFFSET if nowhere.
} Error;

#define NO_OFFSET ((size_t)-1)

// Fill `err` and return false, so that a function can fail in one line:
//     return fail(err, ERROR_NAME, "no table %s", name);
bool fail(Error *err, ErrorKind kind, const char *format, ...) PRINTF_LIKE(3, 4);
bool fail_at(Error *err, ErrorKind kind, size_t offset, const char *format, ...)
    PRINTF_LIKE(4, 5);

// Puts what we were doing in front of why it failed, and returns false:
//     "reading shop.sqlite: file is not a database"
bool fail_while(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);

// Returns a kind's name: "syntax", "timeout", …
const char *error_kind_name(ErrorKind kind);

#endif
