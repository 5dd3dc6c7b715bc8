// choose.h - which values an unknown may have, and which it gets. For unknown.c and
// wish_guess.c.

#ifndef VERIFY_CHOOSE_H
#define VERIFY_CHOOSE_H

#include "verify/unknown.h"

// True if `value`, of the unknown's kind and not NULL, is within what was asked.
bool unknown_admits(const Unknown *unknown, Scalar value);

// True if `value` is what the demand asks for.
bool demand_admits(const Demand *demand, Scalar value);

// Narrows the bounds of those that stand in relations to each other.
void relations_narrow(Unknowns *unknowns);

#endif
