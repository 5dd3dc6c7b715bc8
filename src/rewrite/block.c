// block.c - collecting the blocks of a tree.

#include "rewrite/block.h"

#include "facts/facts.h"
#include "query/walk.h"

typedef struct {
    Arena *arena;
    Blocks *blocks;
    const Query *block; // The one whose parts are being visited.
    bool parts_in_set;  // Its own FROM may be read as a set.
} Collector;

static void collect(Arena *arena, Blocks *blocks, Block block);

static bool on_query(void *context, const Query *query)
{
    Collector *collector = context;
    return query == collector->block;
}

static bool on_expr(void *context, const Expr *expr)
{
    Collector *collector = context;
    bool as_set = expr->kind == EXPR_EXISTS || expr->kind == EXPR_IN_QUERY ||
                  expr->kind == EXPR_QUANTIFIED;
    if (expr->query != NULL)
        collect(collector->arena, collector->blocks,
                (Block){.query = expr->query, .in_set = as_set});
    return true;
}

static bool on_source(void *context, const Source *source)
{
    Collector *collector = context;
    if (source->kind == SOURCE_QUERY)
        collect(collector->arena, collector->blocks,
                (Block){.query = source->query, .in_set = collector->parts_in_set});
    return true;
}

// True if an arm of the operator may have its duplicates removed, given that of the
// whole.
static bool arm_in_set(SetOperator op, bool whole_in_set)
{
    return set_removes_duplicates(op) || (op == SET_UNION_ALL && whole_in_set);
}

static void collect(Arena *arena, Blocks *blocks, Block block)
{
    const Query *query = block.query;
    // Behind a LIMIT, which rows are there depends on how many stood before them.
    block.in_set = block.in_set && query->limit == NULL && query->offset == NULL;
    Collector collector = {.arena = arena, .blocks = blocks, .block = query};

    for (size_t i = 0; i < query->cte_count; i++)
        collect(arena, blocks, (Block){.query = query->ctes[i]->query});
    if (query->body == BODY_SELECT)
        collector.parts_in_set = select_ignores_duplicates(query->select, block.in_set) &&
                                 query_is_repeatable(query);
    for (size_t i = 0; query->body == BODY_SET && i < query->set->arm_count; i++)
        collect(arena, blocks,
                (Block){.query = query->set->arms[i],
                        .in_set = arm_in_set(query->set->op, block.in_set)});

    Visitor visitor = {.expr = on_expr,
                       .query = on_query,
                       .source = on_source,
                       .context = &collector};
    walk_query(query, &visitor);
    array_push(arena, blocks, block);
}

Blocks blocks_of(Arena *arena, const Query *root)
{
    Blocks blocks = {0};
    collect(arena, &blocks, (Block){.query = root, .is_root = true});
    return blocks;
}

// Opaque nodes

static bool note_opaque_expr(void *context, const Expr *expr)
{
    bool *found = context;
    *found = *found || expr->kind == EXPR_OPAQUE;
    return !*found;
}

static bool note_opaque_query(void *context, const Query *query)
{
    bool *found = context;
    *found = *found || query->body == BODY_OPAQUE;
    return !*found;
}

static bool note_opaque_source(void *context, const Source *source)
{
    bool *found = context;
    *found = *found || source->kind == SOURCE_OPAQUE;
    return !*found;
}

bool query_has_opaque(const Query *query)
{
    bool found = false;
    Visitor visitor = {.expr = note_opaque_expr,
                       .query = note_opaque_query,
                       .source = note_opaque_source,
                       .context = &found};
    walk_query(query, &visitor);
    return found;
}
