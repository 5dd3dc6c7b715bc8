// collation.h - the orders of texts that SQLite brings with it.

#ifndef VERIFY_COLLATION_H
#define VERIFY_COLLATION_H

#include "engine/engine.h"

typedef enum { COLLATE_BINARY, COLLATE_NOCASE, COLLATE_RTRIM, COLLATE_OTHER } Collation;

// Returns the collation of this name; NULL: BINARY.
Collation collation_find(const char *name);

// Orders two texts: negative, 0, positive. COLLATE_OTHER goes by their bytes.
int collation_compare(Collation collation, const char *a, size_t a_length, const char *b,
                      size_t b_length);

// True if both are texts, and equal to the collation of this name. False where only the
// bytes count: BINARY, NULL, and what we do not know.
bool collation_ties(const char *name, Value a, Value b);

#endif
