// evidence.h - what a verdict rests on, in words.

#ifndef LIBRARY_EVIDENCE_H
#define LIBRARY_EVIDENCE_H

#include "facts/facts.h"
#include "rewrite/rewrite.h"
#include "verify/judge.h"

// Returns "412 databases, on 3 of which the original fails (division by zero), 63 of 64
// mutants told apart", and how many are out of reach.
const char *databases_print(Arena *arena, const Verdict *verdict);

// Returns "50,000 rows equal on app.db".
const char *rows_print(Arena *arena, const Verdict *verdict, const char *database);

// Returns what a verdict relies on because a scan showed it: "orders.total holds REAL
// values".
const char *checked_print(Arena *arena, TableColumn column);

// Returns "; relies on the types of orders.total, orders.user_id (checked)", with many
// columns only how many; "" where a verdict relies on no such thing.
const char *all_checked_print(Arena *arena, const Verdict *verdict);

// Returns "users.id is a key", the table named in any case.
const char *assumption_print(Arena *arena, const Assumption *assumption);

// "or_chain_to_in, exists_to_in": each rule that fired, once.
const char *rule_names_print(Arena *arena, const Derivation *derivation);

#endif
