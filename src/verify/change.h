// change.h - which condition is it that a mutant changes?
//
// Most mutants have one condition of WHERE or ON, or an operand of AND, OR or NOT in one,
// that is not the original's. Where that one comes out as the original's does for every
// row that it is asked of, the mutant returns what the original returns: it need not be
// run.

#ifndef VERIFY_CHANGE_H
#define VERIFY_CHANGE_H

#include "query/query.h"

typedef struct {
    const Expr *from;
    const Expr *to; // NULL: it is left out.
} Change;

// Finds the smallest condition in which two trees differ that have all else in common;
// false where they differ in something else.
bool change_find(const Tree *original, const Tree *mutant, Change *change);

#endif
