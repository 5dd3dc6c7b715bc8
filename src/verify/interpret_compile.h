// interpret_compile.h - from a tree to what interpret_tree.h describes.

#ifndef VERIFY_INTERPRET_COMPILE_H
#define VERIFY_INTERPRET_COMPILE_H

#include "base/array.h"
#include "query/equal.h"
#include "verify/interpret_tree.h"

// A block being compiled, and those around it.
typedef struct CompileScope CompileScope;
struct CompileScope {
    CompileScope *parent;
    Block *block;
    bool is_after_grouping; // What is compiled sees groups, not rows.
    ARRAY(Aggregate) aggregates;
    ARRAY(WindowCall) windows;
};

typedef struct {
    Arena *arena;
    Branches *branches;
    const Tree *tree;
    bool is_mixed; // tree_is_mixed
    CompileScope *scope;
    const char *why_not; // The first thing that it does not know.
    uint32_t site_count;
    uint32_t next_id;   // For the sources of views.
    unsigned depth;     // Of queries in queries.
    const Query *query; // Whose ORDER BY is compiled, and its plan.
    Plan *plan;
    const Change *changes; // To watch; may be NULL.
    unsigned change_count;
    uint64_t watches; // Those that are.
    ARRAY(Plan *) ctes;
    ARRAY(uint32_t) cte_numbers;
    ARRAY(uint32_t) working; // Numbers of recursive CTEs whose arms are being compiled.
} Compiler;

// Says that the tree is beyond the interpreter; returns NULL.
void *compile_refuse(Compiler *compiler, const char *why);

// Returns the first of `count` new numbers for the trace.
uint32_t compile_site(Compiler *compiler, uint32_t count);

Plan *compile_query(Compiler *compiler, const Query *query);

// The same, even if it was compiled before; `is_fixed`: its rows depend on the tables
// alone.
Plan *compile_new_query(Compiler *compiler, const Query *query, bool is_fixed);

// interpret_cte.c
void compile_ctes(Compiler *compiler, const Query *query);

// True if the rows of the query change from step to step of a recursion around it.
bool compile_is_recursed(const Compiler *compiler, const Query *query);

// interpret_node.c
const Node *compile_expr(Compiler *compiler, const Expr *expr);
const Node *const *compile_exprs(Compiler *compiler, const Expr *const *exprs,
                                 size_t count);
const SortKey *compile_keys(Compiler *compiler, const OrderItem *items, size_t count);

// interpret_watch.c

// As compile_exprs, for conditions of WHERE and ON, or `are_parts`, operands of AND, OR
// and NOT: of those that have changes, what they come to is watched.
const Node *const *compile_conditions(Compiler *compiler, const Expr *const *exprs,
                                      size_t count, bool are_parts);

// How values of an expression are grouped and sorted.
Comparer comparer_of_one(Dialect dialect, const Expr *expr);

#endif
