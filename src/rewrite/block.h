// block.h - the query blocks of a tree, and who reads them.
//
// A block is any Query node: the root, a derived table, a subquery of an expression, an
// arm of a set operation, a CTE.

#ifndef REWRITE_BLOCK_H
#define REWRITE_BLOCK_H

#include "base/array.h"
#include "query/query.h"

typedef struct {
    const Query *query;
    bool in_set; // See RuleContext.
    bool is_root;
} Block;

typedef ARRAY(Block) Blocks;

// Returns all blocks of a tree, those inside before those around them.
Blocks blocks_of(Arena *arena, const Query *root);

// True if there is something in or below the block that we do not understand. It may
// name anything it can see, so nothing it sees may change.
bool query_has_opaque(const Query *query);

#endif
