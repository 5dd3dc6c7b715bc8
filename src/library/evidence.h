// evidence.h - what a verdict rests on, in words.

#ifndef LIBRARY_EVIDENCE_H
#define LIBRARY_EVIDENCE_H

#include "facts/facts.h"
#include "verify/judge.h"

// Returns a number with commas: "50,000".
const char *number_print(Arena *arena, uint64_t number);

// Returns "412 databases, 63 of 64 mutants told apart".
const char *databases_print(Arena *arena, const Verdict *verdict);

// Returns "50,000 rows equal on app.db".
const char *rows_print(Arena *arena, const Verdict *verdict, const char *database);

// Returns "users.id is a key", the table named in any case.
const char *assumption_print(Arena *arena, const Assumption *assumption);

#endif
