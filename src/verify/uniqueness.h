// uniqueness.h - where rows differ anyhow, so that it makes no difference to ask for it.
//
// Nothing is certain of a blind Harmless: its mutants are made all the same.

#ifndef VERIFY_UNIQUENESS_H
#define VERIFY_UNIQUENESS_H

#include "verify/harmless.h"

// True if no two rows of the query agree in the first keys of its order.
bool order_decides(const Harmless *harmless, const Query *query, size_t key_count);

// True if rows that agree in the keys before this one agree in it, too.
bool order_key_follows(const Harmless *harmless, const Query *query, size_t key);

// True if the arms of UNION and UNION ALL make the same.
bool arms_are_apart(const Harmless *harmless, const SetOperation *set);

// True if no row of the query can come twice, with or without its DISTINCT.
bool has_unique_rows(const Harmless *harmless, const Query *query);

// True if rows that agree in all keys of GROUP BY but the last may differ in that.
bool last_group_key_decides(const Harmless *harmless, const Select *select);

#endif
