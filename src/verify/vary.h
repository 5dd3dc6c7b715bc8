// vary.h - a database like another one.

#ifndef VERIFY_VARY_H
#define VERIFY_VARY_H

#include "verify/generate.h"

// Returns the database with a few small changes: a value from another row, from another
// column of its class or from `other`, NULL, one more or less, the other sign; a row
// twice, or left out.
// False where what comes of it breaks a constraint. CHECKs are the engine's to judge.
bool database_varied(Arena *arena, const Hints *hints, const Database *database,
                     const Database *other, Random *random, Database *varied);

// Returns a copy that shares nothing with the database.
Database database_copied(Arena *arena, const Database *database);

#endif
