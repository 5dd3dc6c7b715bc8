// choice.h - what a query leaves to the engine.
//
// Some answers are not determined by the data: any_value() takes any value of its group,
// string_agg() without ORDER BY puts its texts in any order, row_number() numbers rows
// that tie as it likes, a LIMIT below the top takes any of them. A query with such a
// thing in it may still have one answer alone (a key decides, or the choice is not to be
// seen in the result): whether it matters is found out by running it.

#ifndef VERIFY_CHOICE_H
#define VERIFY_CHOICE_H

#include "verify/pair.h"

// Returns what in the query may be left to the engine, as a phrase ("any_value() takes
// any value of its group"), or NULL if there is certainly nothing. What ORDER BY, LIMIT
// and DISTINCT ON leave open at the top is not counted: compare.h knows what they allow;
// nor is which row a scalar subquery of SQLite takes, which is documented to be the
// first.
const char *side_open_choice(Arena *arena, const Side *side);

// Returns the reason for an answer that can't be compared because of such a choice.
const char *choice_reason(Arena *arena, const char *choice);

#endif
