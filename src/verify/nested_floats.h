// nested_floats.h - lists, structs and maps whose floats rounding has moved.

#ifndef VERIFY_NESTED_FLOATS_H
#define VERIFY_NESTED_FLOATS_H

#include <stdbool.h>

// True if the texts of two nested values differ in floats alone, and in each by no more
// than `tolerance` of the larger, and `rest`. Whole numbers are floats only beside one
// that is not whole; what is within quotes, moments and UUIDs are none.
bool nested_floats_near(const char *a, const char *b, double tolerance, double rest);

#endif
