// forbidden.h - outcomes of a comparison that no database has.

#ifndef VERIFY_FORBIDDEN_H
#define VERIFY_FORBIDDEN_H

#include "verify/suppose.h"

// True if what is supposed can't be: a CHECK on a column that is compared forbids it, all
// that a derived column may hold are constants and none of them compares so, or a count
// would be below 0. Of NULLs nothing is said.
bool outcome_is_forbidden(Arena *arena, const Tree *tree, const Supposition *supposition);

#endif
