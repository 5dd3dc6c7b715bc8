// nested_floats.c - one walk over both texts.

#include "verify/nested_floats.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// True if an item that begins as a number starts here, of the text from `start` on; the
// minutes of a moment are none.
static bool at_number(const char *start, const char *at)
{
    return (at == start || strchr("[{ =", at[-1]) != NULL) &&
           isdigit((unsigned char)at[*at == '-' ? 1 : 0]);
}

// True if the text of an item ends here; that of a moment or a UUID goes on.
static bool ends_item(const char *at)
{
    return *at == '\0' || strchr(",]}=", *at) != NULL;
}

// Goes past a number on each side; false where they are not near.
static bool pass_numbers(const char **a, const char **b, double tolerance, double rest)
{
    char *a_end, *b_end;
    double x = strtod(*a, &a_end), y = strtod(*b, &b_end);
    size_t a_length = (size_t)(a_end - *a), b_length = (size_t)(b_end - *b);
    bool same = a_length == b_length && memcmp(*a, *b, a_length) == 0;
    bool has_fraction = strcspn(*a, ".e") < a_length || strcspn(*b, ".e") < b_length;
    bool may_differ = has_fraction && ends_item(a_end) && ends_item(b_end);
    *a = a_end;
    *b = b_end;
    return same || (may_differ && isfinite(x) && isfinite(y) &&
                    fabs(x - y) <= fmax(fabs(x), fabs(y)) * tolerance + rest);
}

bool nested_floats_near(const char *a, const char *b, double tolerance, double rest)
{
    const char *a_start = a, *b_start = b;
    bool quoted = false, escaped = false;
    while (*a != '\0' && *b != '\0') {
        if (!quoted && at_number(a_start, a) && at_number(b_start, b)) {
            if (!pass_numbers(&a, &b, tolerance, rest))
                return false;
            continue;
        }
        if (*a != *b)
            return false;
        quoted ^= *a == '\'' && !escaped;
        escaped = *a == '\\' && !escaped;
        a++;
        b++;
    }
    return *a == *b;
}
