// push.h - a condition on the rows of a query, asked of the rows that it reads.

#ifndef REWRITE_PUSH_H
#define REWRITE_PUSH_H

#include "rewrite/rewrite.h"

typedef struct {
    const Query *query; // With the condition; NULL if that can't be written.
    bool of_keys;       // It is about group keys or constants of each block that groups,
                        // and partition keys of every window.
    bool picks_rows;    // A LIMIT, OFFSET or DISTINCT ON picks rows.
    bool harmless;      // What is asked gives the same answer twice and cannot fail.
    bool alike;         // What the columns are made of compares by the same rules.
    bool blind; // Of values that are equal, as GROUP BY, DISTINCT and PARTITION BY
                // see it, it is TRUE for all or for none.
} Pushed;

// Returns the query with the condition in the WHERE of its block, or of each arm of its
// UNION ALL; the query itself if that says nothing new. The condition names columns of
// `source`, which reads the query. If all of these hold, it is TRUE for the same rows as
// before, and only rows for which it is not are missing or (in a block that makes one row
// of everything) changed. The rule asks for them as conditions of its own.
Pushed push_condition(RuleContext *context, const Query *query, uint32_t source,
                      const Expr *condition);

#endif
