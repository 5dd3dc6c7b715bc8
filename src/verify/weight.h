// weight.h - how far rounding may move a sum.
//
// Floats added up in another order come to another sum. Where the terms cancel, the two
// may differ by far more than a part of themselves: what counts is the sum of their
// magnitudes. Whatever the order, the error of a sum of n terms is at most
// (n - 1) u Σ|x| + O(u²), with u half the machine epsilon (Higham, Accuracy and Stability
// of Numerical Algorithms, 2002, section 4.2). Two orders differ by at most twice that.

#ifndef VERIFY_WEIGHT_H
#define VERIFY_WEIGHT_H

#include "query/query.h"

// Returns an expression for (n - 1) Σ|x|, for what an output adds up: sums and averages,
// also in windows, and what is linear in them. NULL where it is nothing of the kind.
const Expr *expr_weight(Arena *arena, const Tree *tree, const Expr *output,
                        uint32_t *next_id);

#endif
