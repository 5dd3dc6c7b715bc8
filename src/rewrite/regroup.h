// regroup.h - aggregates in two steps: over groups of one part of FROM, then over those.
//
// SELECT d.y, sum(f.x) FROM f, d WHERE f.d_id = d.id GROUP BY d.y is
//
//     SELECT d.y, sum(f.sum_1)
//     FROM (SELECT f.d_id, sum(f.x) AS sum_1 FROM f GROUP BY f.d_id) AS f, d
//     WHERE f.d_id = d.id GROUP BY d.y
//
// Which parts of FROM are grouped first is for the rule to say.

#ifndef REWRITE_REGROUP_H
#define REWRITE_REGROUP_H

#include "query/walk.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/summand.h"

// One item of FROM, inner joins opened: a table, a derived table, or a join that is not
// inner, which stays whole.
typedef struct {
    const Source *source;
    NumberSet numbers; // Of the sources in it.
    bool summed;       // An aggregate needs the rows themselves.
    bool inside;       // It is grouped first. Set by the rule.
} Part;

typedef struct {
    RuleContext *context;
    const Query *query;
    ARRAY(Part) parts;
    ExprList conjuncts; // Of WHERE, and of ON where a join was opened.
    ARRAY(Summand) summands;
    uint32_t number;      // Of the derived table.
    ARRAY(Output) keys;   // What it is grouped by,
    ExprList key_columns; // and which columns those were.
    // What the rule must ask for, beside what is asked below.
    bool all_inner; // No join that was opened is an outer one.
    bool splits;    // No aggregate is DISTINCT where that makes a difference.
    bool ordered;   // min and max go by the same order in both steps.
    bool finite;    // No sum of a group is NULL for being infinity minus infinity.
    bool grouped;   // Outside of aggregates nothing is named but group keys.
} Regroup;

// True and fills `regroup` if the block groups rows of FROM and WHERE, and there is a way
// to take each of its aggregates in two steps. With `open_all` outer joins are opened.
bool regroup_read(RuleContext *context, const Query *query, bool open_all,
                  Regroup *regroup);

// Returns the part with this source in it; NULL: it is not of this FROM.
Part *regroup_part(const Regroup *regroup, uint32_t source);

// To be asked once the rule has said what is inside:

// Finds what the groups have to be told apart by. False if there is nothing to tell
// apart.
bool regroup_find_keys(Regroup *regroup);

// True if key values that are equal are identical, so that what is asked of one row of a
// group is asked of all.
bool regroup_keys_are_identical(const Regroup *regroup);

// True if nothing that is computed earlier than before is volatile or may fail.
bool regroup_is_harmless(const Regroup *regroup);

// Returns the block in two steps.
const Query *regroup_build(Regroup *regroup);

#endif
