// expect.c - counting what holds.

#include "expect.h"

#include <stdarg.h>
#include <stdio.h>

static int passed, failed;

void expect(bool holds, const char *format, ...)
{
    if (holds) {
        passed++;
        return;
    }
    failed++;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED: ");
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

int finish(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
