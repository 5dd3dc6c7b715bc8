// block.h - a query opened up: which rows it is made of, and what it makes of them.
//
// Inner joins and derived tables that only select, project and join are dissolved (bags
// stay bags), so that two ways to write a join come to one list of leaves and one list
// of conjuncts. The rows of a group are
//
//     the product of its leaves, each outer join's rows added to that in turn (NULLs
//     where its ON finds none), and of that the rows on which every conjunct is TRUE.
//
// Outer joins stand behind all leaves because (a LEFT JOIN b ON p) JOIN c is
// (a JOIN c) LEFT JOIN b ON p, and a filter on the preserved side may wait until after.

#ifndef VERIFY_BLOCK_H
#define VERIFY_BLOCK_H

#include "query/walk.h"
#include "verify/normal.h"

typedef struct Block Block;
typedef struct Group Group;

typedef enum { LEAF_TABLE, LEAF_BLOCK, LEAF_FULL } LeafKind;

// What a group is a product of.
typedef struct {
    LeafKind kind;
    uint32_t number;           // Of the source whose columns it has; 0 for LEAF_FULL.
    const Table *table;        // LEAF_TABLE
    const Block *block;        // LEAF_BLOCK: grouped, DISTINCT, a set operation, …
    const Group *left, *right; // LEAF_FULL: a FULL JOIN of two groups,
    Exprs on;                  // and its condition.
} Leaf;

struct Group {
    struct {
        Leaf *items;
        size_t count;
        size_t capacity;
    } leaves;
    struct {
        const Group **items; // The NULL-supplying sides, ON among their conjuncts.
        size_t count;
        size_t capacity;
    } outers;
    Exprs conjuncts;
};

struct Block {
    BodyKind body;
    const Query *query; // What it was made of: order, limit, offset, VALUES.
    size_t output_count;
    const Output *names;  // Names and ids of the outputs.
    const Expr **outputs; // BODY_SELECT
    Group from;
    bool is_distinct;
    bool is_set; // No two rows agree: by DISTINCT, or because keys say so.
    bool is_grouped;
    Exprs keys, having;
    const Expr **order; // The expressions of query->order.
    SetOperator op;     // BODY_SET
    const Block **arms; // BODY_SET
    size_t arm_count;
};

// How blocks are made and simplified; lives as long as `arena`.
typedef struct {
    Arena *arena;
    Dialect dialect;
    bool uses_keys; // Also foreign keys. Without them nothing needs to be relied on.
    size_t trials, trial_limit; // Mappings of sources that were looked at.
    // The names of the constraints relied on, each once.
    struct {
        const char **items;
        size_t count;
        size_t capacity;
    } relied;
} Workshop;

// Returns the block of a query in normal form (tree_normal), derived tables dissolved.
Block *block_new(Workshop *workshop, const Query *query);

// Drops what the keys and foreign keys make redundant: a second copy of the same row, an
// outer join to a key that nothing reads, a parent that is only there to exist. Only
// constraints that are enforced or trusted count.
void block_chase(Workshop *workshop, Block *block);

// Says in one way that rows come once: sets is_set, drops the grouping where DISTINCT
// says the same, and dissolves DISTINCT below DISTINCT.
void block_simplify_duplicates(Workshop *workshop, Block *block);

// Appends the leaves, outer joins and conjuncts of `more`.
void group_append(Arena *arena, Group *group, const Group *more);

// Returns the column of a LEAF_TABLE.
const Expr *leaf_column(Arena *arena, const Leaf *leaf, uint32_t column);

// True if the key may be relied on: no two rows that are equal on its columns, none of
// them NULL, are different rows.
bool key_is_usable(const Workshop *workshop, const Leaf *leaf, const Key *key);

// Replaces each column below that `replace` answers for.
void block_replace(Workshop *workshop, Block *block, ColumnReplacer *replace,
                   void *context);

// True if the column is never NULL in the rows that leave the product of the leaves.
bool group_column_not_null(const Group *group, const Expr *column);

// Returns the leaf with this number in the product (not in an outer join), or NULL.
const Leaf *group_leaf(const Group *group, uint32_t number);

// Returns how sure it is that the column holds values of its type; the leaf may stand
// anywhere in the group.
Assurance group_column_typed(const Group *group, const Expr *column);

// Notes that the proof relies on a constraint.
void workshop_rely(Workshop *workshop, const char *table, const char *constraint);

#endif
