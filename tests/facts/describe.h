// describe.h - what facts/ knows of a query, as text for the data-driven tests.

#ifndef TESTS_FACTS_DESCRIBE_H
#define TESTS_FACTS_DESCRIBE_H

#include "query/query.h"

// Returns a line for each kind of fact that holds, and what all of them rest on.
const char *facts_describe(Arena *arena, const Tree *tree);

#endif
