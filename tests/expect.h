// expect.h - what the unit tests share: checks are counted, those that fail are told.

#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include "base/compiler.h"

#include <stdbool.h>

// Counts a check, and says what did not hold.
void expect(bool holds, const char *format, ...) PRINTF_LIKE(2, 3);

// Prints "N passed, N failed"; returns the exit status.
int finish(void);

#endif
