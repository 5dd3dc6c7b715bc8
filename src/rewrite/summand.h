// summand.h - one aggregate in two steps: over rows, and over what comes of those.
//
// count(a.x) is the sum of the counts of parts, avg(a.x) the sum of sums divided by the
// sum of counts.

#ifndef REWRITE_SUMMAND_H
#define REWRITE_SUMMAND_H

#include "rewrite/rewrite.h"

typedef enum {
    SUMMAND_SUM,
    SUMMAND_COUNT,
    SUMMAND_LEAST,
    SUMMAND_GREATEST,
    SUMMAND_AVERAGE
} SummandKind;

// One aggregate, and what the groups yield for it.
typedef struct {
    const Expr *aggregate;
    SummandKind kind;
    const Expr *pivot; // sum(CASE WHEN p.y = 1 THEN a.x END): the CASE, which can be
                       // asked of the groups; or NULL.
    const Expr *value; // What is aggregated: the argument, or the THEN. NULL: rows.
    Output outputs[2];
    size_t output_count;
    bool splits;  // It is not DISTINCT, or that makes no difference.
    bool ordered; // min and max go by the same order in both steps.
    bool finite;  // No sum of a group is NULL for being infinity minus infinity.
} Summand;

// True and fills `summand`, but for its outputs, if there is a way to take the aggregate
// in two steps.
bool summand_read(const Tree *tree, const Expr *aggregate, Summand *summand);

// Sets what the groups yield, under names that end in `number`.
void summand_add_outputs(RuleContext *context, Summand *summand, size_t number);

// Returns what the aggregate is over the groups, which the source with this number
// yields. `may_be_empty`: there may be none, and a row all the same.
const Expr *summand_over_groups(RuleContext *context, const Summand *summand,
                                uint32_t source, bool may_be_empty);

// Returns the source's column for an output.
const Expr *output_column(Arena *arena, uint32_t source, const Output *output);

#endif
