// legal.h - do the rows keep what is enforced or trusted?

#ifndef VERIFY_LEGAL_H
#define VERIFY_LEGAL_H

#include "verify/generate.h"

// True if both count as equal in a key on this column: collations ignore what they do.
bool values_tie(const Table *table, uint32_t column, Value a, Value b);

// True if the database honours keys, NOT NULL and foreign keys (shrinking changes rows).
// CHECKs, and
// unique indexes with conditions or expressions, are the engine's to judge.
bool database_is_legal(const Hints *hints, const Database *database);

#endif
