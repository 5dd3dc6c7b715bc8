// idle.h - columns that no answer depends on.
//
// Of a table with thirty columns a query mostly names three. In a database made to tell
// two queries apart the others need one value each: the rest of the time goes to drawing,
// sending and loading what nobody looks at.

#ifndef VERIFY_IDLE_H
#define VERIFY_IDLE_H

#include "verify/hints.h"

// Sets ColumnHint.is_idle, once is_used is known, where neither text names the column and
// no key, reference, CHECK, unique index or generated column speaks of it. None is idle
// where a side is not understood, or a view or NATURAL JOIN may read what is not named.
void hints_find_idle(const Pair *pair, Hints *hints);

#endif
