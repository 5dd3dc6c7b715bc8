// compiler.h - what the compiler can check for us.

#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

// The result says whether the call worked; ignoring it is a warning.
#define MUST_CHECK __attribute__((warn_unused_result))

// Argument number `string` is a printf format for the arguments from `first` on.
#define PRINTF_LIKE(string, first)                                                       \
    __attribute__((format(printf, string, first), nonnull(string)))

// The number of elements of an array (not of a pointer).
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
