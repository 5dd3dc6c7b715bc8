// closure.c - what else two rows of a FROM have in common.
//
// Suppose two rows of the joined sources agree on some columns. If these hold a key of a
// source, both are made from the same row of it, and agree on all its columns; an
// equality that both fulfil carries agreement from one side to the other. When all
// sources are reached, the two rows are one: the columns are a key. Agreement is that of
// GROUP BY: NULLs agree, so do 1 and 1.0.
//
// An outer join may pad: give NULLs in place of a row. The sources that one join pads
// together are a region. Nothing may be concluded in a region before it is sure that
// both rows are padded there or neither is: it is aligned then.

#include "facts/inner.h"

#include <assert.h>

typedef struct {
    const Source *source;
    size_t region;
    bool fixed;        // Both rows have the same row of it, or both are padded.
    size_t last_tried; // How many of its columns were known when it was last tried.
} Leaf;

typedef struct {
    size_t keeper_begin, keeper_end; // Leaves of the side that an outer join keeps.
    bool aligned;
} Region;

typedef struct {
    const Expr *expr;
    size_t region;
} Conjunct;

typedef struct {
    size_t leaf;
    KnownColumn column; // never_null: where the leaf is not padded.
} Known;

struct Closure {
    Facts *facts;
    Arena *arena;
    ARRAY(Leaf) leaves;
    ARRAY(Region) regions; // The first holds what is not padded.
    ARRAY(size_t) parents; // By region: the region around it.
    ARRAY(Conjunct) conjuncts;
    ARRAY(Known) known;
};

static const size_t no_leaf = (size_t)-1;

Closure *closure_new(Facts *facts, Arena *arena)
{
    Closure *closure = arena_new(arena, Closure, 1);
    closure->facts = facts;
    closure->arena = arena;
    array_push(arena, &closure->regions, ((Region){.aligned = true}));
    array_push(arena, &closure->parents, 0);
    return closure;
}

// What goes in

static void add_source(Closure *closure, const Source *source, size_t region);

static size_t add_region(Closure *closure, size_t parent, size_t keeper_begin,
                         size_t keeper_end)
{
    Region region = {.keeper_begin = keeper_begin, .keeper_end = keeper_end};
    array_push(closure->arena, &closure->regions, region);
    array_push(closure->arena, &closure->parents, parent);
    return closure->regions.count - 1;
}

static void add_on(Closure *closure, const Source *join, size_t region)
{
    for (size_t i = 0; i < join->on_count; i++) {
        Conjunct conjunct = {join->on[i], region};
        array_push(closure->arena, &closure->conjuncts, conjunct);
    }
}

// One side is kept; where the other has no partner, it is padded.
static void add_outer_join(Closure *closure, const Source *join, const Source *kept,
                           const Source *padded, size_t region)
{
    size_t begin = closure->leaves.count;
    add_source(closure, kept, region);
    size_t inner = add_region(closure, region, begin, closure->leaves.count);
    add_source(closure, padded, inner);
    add_on(closure, join, inner);
}

static void add_join(Closure *closure, const Source *join, size_t region)
{
    switch (join->join) {
    case JOIN_INNER:
    case JOIN_CROSS:
        add_source(closure, join->left, region);
        add_source(closure, join->right, region);
        add_on(closure, join, region);
        break;
    case JOIN_LEFT:
        add_outer_join(closure, join, join->left, join->right, region);
        break;
    case JOIN_RIGHT:
        add_outer_join(closure, join, join->right, join->left, region);
        break;
    case JOIN_FULL:
        add_source(closure, join->left, add_region(closure, region, 0, 0));
        add_source(closure, join->right, add_region(closure, region, 0, 0));
        break;
    case JOIN_SEMI:
    case JOIN_ANTI:
        add_source(closure, join->left, region);
        break;
    }
}

static void add_source(Closure *closure, const Source *source, size_t region)
{
    if (source->kind == SOURCE_JOIN) {
        add_join(closure, source, region);
        return;
    }
    Leaf leaf = {.source = source, .region = region, .last_tried = (size_t)-1};
    array_push(closure->arena, &closure->leaves, leaf);
}

void closure_add_source(Closure *closure, const Source *source)
{
    add_source(closure, source, 0);
}

void closure_add_conjunct(Closure *closure, const Expr *conjunct)
{
    array_push(closure->arena, &closure->conjuncts, ((Conjunct){conjunct, 0}));
}

void closure_add_select(Closure *closure, const Select *select)
{
    for (size_t i = 0; i < select->source_count; i++)
        closure_add_source(closure, select->sources[i]);
    for (size_t i = 0; i < select->filter_count; i++)
        closure_add_conjunct(closure, select->filter[i]);
}

static size_t leaf_of(const Closure *closure, uint32_t source)
{
    for (size_t i = 0; i < closure->leaves.count; i++)
        if (closure->leaves.items[i].source->number == source)
            return i;
    return no_leaf;
}

static Known *known_find(const Closure *closure, size_t leaf, uint32_t column)
{
    for (size_t i = 0; i < closure->known.count; i++) {
        Known *known = &closure->known.items[i];
        if (known->leaf == leaf && known->column.column == column)
            return known;
    }
    return NULL;
}

// True if that is news.
static bool know(Closure *closure, size_t leaf, uint32_t column, bool never_null)
{
    Known *known = known_find(closure, leaf, column);
    if (known) {
        bool news = never_null && !known->column.never_null;
        known->column.never_null |= never_null;
        // What was tried without it may succeed with it.
        if (news)
            closure->leaves.items[leaf].last_tried = (size_t)-1;
        return news;
    }
    Known added = {leaf, {column, never_null}};
    array_push(closure->arena, &closure->known, added);
    return true;
}

void closure_add_column(Closure *closure, uint32_t source, uint32_t column,
                        bool never_null)
{
    size_t leaf = leaf_of(closure, source);
    if (leaf != no_leaf)
        know(closure, leaf, column, never_null);
}

// What is known

// True if both rows have not only equal but the same values in all that `expr` names.
static bool is_identical(const Closure *closure, const Expr *expr)
{
    if (!expr_is_deterministic(expr))
        return false;
    NumberSet sources = expr_sources(closure->arena, expr);
    for (size_t i = 0; i < sources.count; i++) {
        size_t leaf = leaf_of(closure, sources.numbers[i]);
        // A source of a query around this one has one row for all of ours.
        if (leaf != no_leaf && !closure->leaves.items[leaf].fixed)
            return false;
    }
    return true;
}

bool closure_knows(const Closure *closure, const Expr *expr)
{
    if (expr->kind == EXPR_COLUMN) {
        size_t leaf = leaf_of(closure, expr->source);
        if (leaf != no_leaf && known_find(closure, leaf, expr->column))
            return true;
    }
    return is_identical(closure, expr);
}

bool closure_is_one_row(const Closure *closure)
{
    for (size_t i = 0; i < closure->leaves.count; i++)
        if (!closure->leaves.items[i].fixed)
            return false;
    return true;
}

// Regions

static bool is_within(const Closure *closure, size_t region, size_t outer)
{
    while (region != outer && region != 0)
        region = closure->parents.items[region];
    return region == outer;
}

static bool keeper_is_fixed(const Closure *closure, const Region *region)
{
    if (region->keeper_begin == region->keeper_end)
        return false;
    for (size_t i = region->keeper_begin; i < region->keeper_end; i++)
        if (!closure->leaves.items[i].fixed)
            return false;
    return true;
}

// True if a conjunct that holds wherever the leaf is not padded turns NULLs away.
static bool is_rejected(const Closure *closure, const Leaf *leaf, uint32_t column)
{
    Expr null = {.kind = EXPR_COLUMN, .source = leaf->source->number, .column = column};
    for (size_t i = 0; i < closure->conjuncts.count; i++) {
        const Conjunct *conjunct = &closure->conjuncts.items[i];
        if (is_within(closure, leaf->region, conjunct->region) &&
            predicate_rejects(closure->facts, conjunct->expr, &null))
            return true;
    }
    return false;
}

// True if the column is not NULL in a row that is not padded in the region.
static bool tells_padding(const Closure *closure, size_t region, const Known *known)
{
    const Leaf *leaf = &closure->leaves.items[known->leaf];
    if (leaf->region != region)
        return false;
    if (known->column.never_null ||
        source_column_never_null(closure->facts, leaf->source, known->column.column))
        return true;
    return is_rejected(closure, leaf, known->column.column);
}

// A column that is NULL in a padded row only shows whether the row is padded; and if the
// kept side is the same row, it has partners or has none.
static bool align(Closure *closure, size_t number)
{
    Region *region = &closure->regions.items[number];
    if (region->aligned)
        return false;
    region->aligned = keeper_is_fixed(closure, region);
    for (size_t i = 0; i < closure->known.count && !region->aligned; i++)
        region->aligned = tells_padding(closure, number, &closure->known.items[i]);
    return region->aligned;
}

// Conjuncts

// Carries agreement from `other` to the column `target` over an equality.
static bool carry(Closure *closure, const Conjunct *conjunct, const Expr *target,
                  const Expr *other, bool never_null)
{
    if (target->kind != EXPR_COLUMN)
        return false;
    size_t leaf = leaf_of(closure, target->source);
    // Where both rows are padded, ON says nothing of the side that is kept.
    if (leaf == no_leaf ||
        !is_within(closure, closure->leaves.items[leaf].region, conjunct->region))
        return false;
    bool carries = is_identical(closure, other)
                       ? equality_pins(closure->facts, target, other)
                       : other->kind == EXPR_COLUMN && closure_knows(closure, other) &&
                             equality_transfers(closure->facts, target, other);
    return carries && know(closure, leaf, target->column, never_null);
}

static bool use_conjunct(Closure *closure, const Conjunct *conjunct)
{
    if (!closure->regions.items[conjunct->region].aligned)
        return false;
    const Expr *expr = conjunct->expr;
    // x IN (y) is x = +y in SQLite: it does not convert as y = x would.
    if (expr->kind == EXPR_IN_LIST && !expr->negated && expr->arg_count == 2 &&
        expr->args[1]->kind == EXPR_LITERAL)
        return carry(closure, conjunct, expr->args[0], expr->args[1], true);
    if (expr->kind == EXPR_COMPARE) {
        bool equal = expr->compare == COMPARE_EQ;
        if (!equal && expr->compare != COMPARE_NOT_DISTINCT)
            return false;
        bool left = carry(closure, conjunct, expr->args[0], expr->args[1], equal);
        return carry(closure, conjunct, expr->args[1], expr->args[0], equal) || left;
    }
    if (expr->kind != EXPR_IS || expr->is != IS_NULL || expr->negated ||
        expr->args[0]->kind != EXPR_COLUMN)
        return false;
    // Both are NULL; in a region, also where both are padded.
    size_t leaf = leaf_of(closure, expr->args[0]->source);
    if (leaf == no_leaf ||
        !is_within(closure, closure->leaves.items[leaf].region, conjunct->region))
        return false;
    return know(closure, leaf, expr->args[0]->column, false);
}

// Leaves

static size_t known_count(const Closure *closure, size_t leaf)
{
    size_t count = 0;
    for (size_t i = 0; i < closure->known.count; i++)
        count += closure->known.items[i].leaf == leaf;
    return count;
}

// Returns what is known of a leaf, with what the conjuncts say of NULLs.
static KnownColumns known_of(const Closure *closure, size_t leaf)
{
    KnownColumn *columns =
        arena_new(closure->arena, KnownColumn, closure->known.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < closure->known.count; i++) {
        KnownColumn column = closure->known.items[i].column;
        if (closure->known.items[i].leaf != leaf)
            continue;
        column.never_null |=
            is_rejected(closure, &closure->leaves.items[leaf], column.column);
        columns[count++] = column;
    }
    return (KnownColumns){columns, count};
}

// A LATERAL source is another for each row that it looks at.
static bool depends_on_open(const Closure *closure, const Source *source)
{
    NumberSet needed = {0};
    if (source->kind == SOURCE_QUERY)
        needed = query_free_sources(closure->arena, source->query);
    for (size_t i = 0; i < needed.count; i++) {
        size_t leaf = leaf_of(closure, needed.numbers[i]);
        if (leaf != no_leaf && !closure->leaves.items[leaf].fixed)
            return true;
    }
    return false;
}

static bool fix(Closure *closure, size_t number)
{
    Leaf *leaf = &closure->leaves.items[number];
    if (leaf->fixed || !closure->regions.items[leaf->region].aligned ||
        depends_on_open(closure, leaf->source))
        return false;
    size_t count = known_count(closure, number);
    if (count == leaf->last_tried)
        return false;
    leaf->last_tried = count;
    leaf->fixed =
        source_is_unique(closure->facts, leaf->source, known_of(closure, number));
    return leaf->fixed;
}

void closure_complete(Closure *closure)
{
    bool news = true;
    while (news && question_may_go_on(closure->facts)) {
        news = false;
        for (size_t i = 0; i < closure->regions.count; i++)
            news |= align(closure, i);
        for (size_t i = 0; i < closure->conjuncts.count; i++)
            news |= use_conjunct(closure, &closure->conjuncts.items[i]);
        for (size_t i = 0; i < closure->leaves.count; i++)
            news |= fix(closure, i);
    }
}
