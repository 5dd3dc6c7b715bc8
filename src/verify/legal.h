// legal.h - do the rows keep what is enforced or trusted?

#ifndef VERIFY_LEGAL_H
#define VERIFY_LEGAL_H

#include "verify/generate.h"

// True if both count as equal in a key on this column: collations ignore what they do.
bool values_tie(const Table *table, uint32_t column, Value a, Value b);

// Columns in which no two rows agree, as a key or a unique index says.
typedef struct {
    const Table *table;
    const uint32_t *columns;
    size_t count;
    bool exactly; // An index of another collation than the column's: the engine knows
                  // which; no collation tells values apart that are the same.
} Unique;

Unique unique_of_key(const Table *table, const Key *key);

// What a unique index without a condition forbids.
Unique unique_of_index(const Table *table, const Index *index);

// True if the values are equal in this column, and neither is NULL.
bool unique_ties(const Unique *unique, uint32_t column, Value a, Value b);

// True if what the row of table `t` (in Hints.tables) refers to is there.
bool row_refers_well(const Hints *hints, const Database *database, size_t t,
                     const Value *row);

// True if the database honours keys, NOT NULL and foreign keys (shrinking changes rows).
// CHECKs, and unique indexes with conditions or expressions, are the engine's to judge.
bool database_is_legal(const Hints *hints, const Database *database);

#endif
