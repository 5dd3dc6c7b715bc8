// harmless.h - where a mistake in a query would change nothing.
//
// A mutant that means the same as the original can't be told apart, and would make the
// databases look worse than they are. What can be shown to be such by looking at the
// tree is found here, once for a tree; the rest stays among the mutants.

#ifndef VERIFY_HARMLESS_H
#define VERIFY_HARMLESS_H

#include "base/array.h"
#include "query/walk.h"

typedef enum {
    HARMLESS_DUPLICATES, // A query: whoever reads it ignores duplicates.
    HARMLESS_ORDER,      // A query: its order shows only under a LIMIT.
    HARMLESS_LIMIT,      // A query: only whether it has a row is asked.
    HARMLESS_VALUE,      // An expression: nobody reads it.
    HARMLESS_NULLS,      // A comparison: it asks the same whether or not NULL is a value.
    HARMLESS_PEERS,      // A window call: no two rows of it are peers.
    HARMLESS_KEY,        // An aggregate call: of a key, the same in all rows of a group.
    HARMLESS_NULL_LEFT,  // A join: rows with NULLs for its left side are dropped later,
    HARMLESS_NULL_RIGHT, // or for its right side.
    HARMLESS_UNCERTAIN,  // A comparison of groups, where all may be NULL: not harmless.
    HARMLESS_COUNT,
} HarmlessKind;

typedef struct {
    const Tree *tree;
    bool is_blind; // Nothing is found harmless: for tests of what is.
    ARRAY(const void *) nodes[HARMLESS_COUNT];
    NumberSet alone; // Sources that are the only one of their block.
    NumberSet
        nullable; // Those of which a join makes columns NULL, whatever the tables say.
} Harmless;

Harmless harmless_in(Arena *arena, const Tree *tree);

// True if a mistake of this kind at the node (a Query or an Expr) changes nothing.
bool is_harmless(const Harmless *harmless, HarmlessKind kind, const void *node);

// True if an operand of the comparison, or of the IN, is never NULL there.
bool operand_is_never_null(const Harmless *harmless, const Expr *expr,
                           const Expr *operand);

#endif
