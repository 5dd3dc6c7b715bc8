// multiply.h - a database several times over.
//
// What it takes for one row to come out of many joins is hard to find, and easy to
// repeat: copies of its rows with other keys, joined to each other as the first are, to
// what is not copied as the first are, too. So a database on which a query returns a row
// becomes one on which it returns more than its LIMIT lets through, or two that differ in
// one column alone. Whether it does is for the interpreter, and the engine, to say.

#ifndef VERIFY_MULTIPLY_H
#define VERIFY_MULTIPLY_H

#include "verify/aim.h"
#include "verify/generate.h"

// What other values are made for, beside the keys that copies need.
typedef enum {
    RENEW_KEYS,   // Nothing.
    RENEW_GROUPS, // What the queries group by.
    RENEW_ALL,    // What they name, but for what stands beside a literal.
    RENEW_COUNT,
} Renewal;

typedef struct {
    size_t seed; // Rows are copied for other values of this column's class, and
    size_t odd;  // of this column alone; SIZE_MAX: of none. Places in Hints.columns.
    Renewal renewal;
    size_t copies; // With the rows that are there already.
} Multiplication;

// Sets `list` to what may bring about what is asked for (BESIDE_MANY, BESIDE_TIE), each
// for two copies; returns how many.
size_t multiplications_for(Arena *arena, const Hints *hints, const Tree *tree,
                           Beside beside, const Multiplication **list);

// Makes a database of which all values are the given one's or `arena`'s. False where
// other values can't be made, or nothing is copied.
bool database_multiplied(Arena *arena, const Hints *hints, const Database *database,
                         const Multiplication *how, Database *made);

#endif
