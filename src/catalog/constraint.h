// constraint.h - a constraint by itself, whether a table has it or not.

#ifndef CATALOG_CONSTRAINT_H
#define CATALOG_CONSTRAINT_H

#include "catalog/catalog.h"

typedef enum {
    CONSTRAINT_NOT_NULL,    // Of one column.
    CONSTRAINT_KEY,         // No two rows agree on all columns, none of them NULL.
    CONSTRAINT_FOREIGN_KEY, // What is in the columns, unless NULL, is in the target's.
} ConstraintKind;

typedef struct {
    ConstraintKind kind;
    const Table *table;
    const uint32_t *columns; // Ordinals in the table.
    size_t column_count;
    const Table *target;            // Of a foreign key,
    const uint32_t *target_columns; // with as many columns.
} Constraint;

// "users.email is NOT NULL", "orders (day, number) is a key", "orders.user_id references
// users".
const char *constraint_print(Arena *arena, const Constraint *constraint);

// True if both say the same of the same table.
bool constraint_equal(const Constraint *a, const Constraint *b);

// True if the table says so itself, whether or not anybody holds the data to it.
bool constraint_is_declared(const Constraint *constraint);

// True if the table says so, enforced or trusted.
bool constraint_is_believed(const Constraint *constraint);

// Returns `catalog` as if the user vouched for these constraints of its tables too
// (ASSURANCE_TRUSTED). Which tables they are of goes by name.
const Catalog *catalog_supposing(Arena *arena, const Catalog *catalog,
                                 const Constraint *constraints, size_t count);

#endif
