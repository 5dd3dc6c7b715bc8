// aim.h - databases made backwards from what a query asks for.
//
// Random rows do not get through five joins and twelve constants. So the tree is read
// the other way round, from the result to the tables: for one row of the result to be,
// there must be one row of each source, and what ON, WHERE and HAVING say must hold of
// their values; a derived table, a CTE, EXISTS, IN or a scalar subquery asks the same of
// its own sources. What is asked of each value is collected first (unknown.h), equal ones
// joined, rows that agree in a key made one row, and values chosen last. Where something
// can't be met or is not understood, that demand is left to chance: the engine judges.
// (After Binnig, Kossmann, Lo: "Reverse query processing", 2007; Shah et al.: "Generating
// test data for killing SQL mutants" (XData), 2011.)
//
// The variations are the point: one condition made false, or NULL, or only just true; an
// outer join without a partner; a second row in the group; ties; rows that differ from
// those that match in one table only.

#ifndef VERIFY_AIM_H
#define VERIFY_AIM_H

#include "base/random.h"
#include "engine/engine.h"
#include "verify/hints.h"

// A row of which only some values are decided: is_set[c] says which.
typedef struct {
    Value *values;
    bool *is_set;
} AimedRow;

typedef struct {
    AimedRow *rows;
    size_t row_count;
} AimedTable;

typedef struct Aim Aim;

// Draws an ordinary value of a column (its place in Hints.columns).
typedef struct {
    Value (*draw)(void *context, size_t column);
    void *context;
} OrdinaryValues;

// Returns NULL where neither side is bound: nothing to aim at.
Aim *aim_new(Arena *arena, const Hints *hints);

// From now on aims at the candidate alone, where it is bound.
void aim_at_candidate(Aim *aim);

// Returns rows for each of Hints.tables; `number` goes through the variations.
AimedTable *aim_draw(Aim *aim, Arena *arena, Random *random, size_t number,
                     const OrdinaryValues *ordinary);

typedef enum {
    BESIDE_NOTHING, // Or what chance adds.
    BESIDE_TIE,     // A row that agrees in the first `keys` of ORDER BY, not in the next.
    BESIDE_TWIN,    // A row that agrees in all outputs.
    BESIDE_GROUP,   // A row that agrees in all keys of GROUP BY but the last.
    BESIDE_MANY,    // More rows than LIMIT lets through.
} BesideKind;

// What is asked for beside one row of a query in the tree.
typedef struct {
    BesideKind kind;
    const Query *query; // BESIDE_MANY: the root.
    size_t keys;
} Beside;

// Returns how many rows are one more than the query lets through; 0 where it has no
// limit, or a large one.
size_t rows_beyond_limit(const Query *query);

// Likewise for another tree over the same tables, which must outlive the target.
typedef struct AimTarget AimTarget;
AimTarget *aim_target_new(Arena *arena, const Tree *tree, Beside beside);
AimedTable *aim_draw_at(Aim *aim, AimTarget *target, Arena *arena, Random *random,
                        size_t number, const OrdinaryValues *ordinary);

#endif
