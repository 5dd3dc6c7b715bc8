// duplicates.c - DISTINCT, GROUP BY without aggregates, and keys say the same thing.

#include "verify/block.h"

#include "base/array.h"
#include "query/walk.h"
#include "verify/premise.h"
#include "verify/tame.h"

// Is the result a set?

typedef struct {
    Workshop *workshop;
    const Block *block;
    Premises *premises;
    bool *is_known; // Of each leaf: its row follows from the row of the result.
    const Key **keys;
} SetSearch;

static bool is_output(const Block *block, const Expr *column)
{
    for (size_t i = 0; i < block->output_count; i++)
        if (block->outputs[i]->kind == EXPR_COLUMN &&
            expr_is_column(block->outputs[i], column->source, column->column))
            return true;
    return false;
}

// True if the value is the same for all rows that give one row of the result: it stands
// in the result, is a constant, comes from outside or of a row that is known.
static bool is_fixed(void *context, const Expr *expr)
{
    const SetSearch *search = context;
    const Group *from = &search->block->from;
    if (expr->kind != EXPR_COLUMN || is_output(search->block, expr))
        return true;
    const Leaf *leaf = group_leaf(from, expr->source);
    return leaf == NULL || search->is_known[leaf - from->leaves.items];
}

static bool fixes_key(SetSearch *search, const Leaf *leaf, const Key *key)
{
    Arena *arena = search->workshop->arena;
    if (!key_is_usable(search->workshop, leaf, key))
        return false;
    for (size_t i = 0; i < key->column_count; i++) {
        const Expr *column = leaf_column(arena, leaf, key->columns[i]);
        if (!premises_any_equal(search->premises, column, is_fixed, search) ||
            !premises_imply(search->premises, expr_is_null(arena, column, true)))
            return false;
    }
    return true;
}

static bool fixes_all_outputs(SetSearch *search, const Leaf *leaf)
{
    const Block *block = leaf->block;
    for (size_t i = 0; i < block->output_count; i++) {
        Expr column = {.kind = EXPR_COLUMN,
                       .source = leaf->number,
                       .column = block->names[i].id,
                       .type = block->names[i].type};
        if (!premises_any_equal(search->premises, &column, is_fixed, search))
            return false;
    }
    return block->is_set;
}

static bool learn_leaf(SetSearch *search, size_t place)
{
    const Leaf *leaf = &search->block->from.leaves.items[place];
    if (search->is_known[place] || leaf->kind == LEAF_FULL)
        return false;
    if (leaf->kind == LEAF_BLOCK)
        return search->is_known[place] = fixes_all_outputs(search, leaf);
    for (size_t k = 0; k < leaf->table->key_count; k++)
        if (fixes_key(search, leaf, &leaf->table->keys[k])) {
            search->keys[place] = &leaf->table->keys[k];
            return search->is_known[place] = true;
        }
    return false;
}

// True if no two rows of the product give the same row of the result.
static bool keys_make_set(Workshop *workshop, const Block *block)
{
    size_t count = block->from.leaves.count, known = 0;
    SetSearch search = {.workshop = workshop,
                        .block = block,
                        .premises = premises_new(workshop, &block->from, NULL),
                        .is_known = arena_new(workshop->arena, bool, count + 1),
                        .keys = arena_new(workshop->arena, const Key *, count + 1)};
    if (block->from.outers.count > 0 || count == 0)
        return false;
    bool learned;
    do {
        learned = false;
        for (size_t i = 0; i < count; i++)
            if (learn_leaf(&search, i)) {
                learned = true;
                known++;
            }
    } while (learned);
    for (size_t i = 0; known == count && i < count; i++)
        if (search.keys[i] != NULL)
            workshop_rely(workshop, block->from.leaves.items[i].table->name,
                          search.keys[i]->name);
    return known == count;
}

// Grouping

static bool is_key(Premises *premises, const Block *block, const Expr *expr)
{
    return premises_same_as_any(premises, expr, block->keys.items, block->keys.count);
}

// True if the condition asks the same of every member of a group, even where the members
// are equal without being the same (1 and 1.0).
static bool is_about_keys(Premises *premises, const Block *block, const Expr *condition)
{
    if (condition->kind != EXPR_COMPARE && condition->kind != EXPR_IS)
        return false;
    for (size_t i = 0; i < condition->arg_count; i++)
        if (condition->args[i]->kind != EXPR_LITERAL &&
            !is_key(premises, block, condition->args[i]))
            return false;
    return condition->kind == EXPR_COMPARE || condition->is == IS_NULL;
}

// HAVING conditions on keys become conditions of WHERE.
static void push_having(Workshop *workshop, Block *block)
{
    Premises *premises = premises_new(workshop, &block->from, NULL);
    Exprs kept = {0};
    for (size_t i = 0; i < block->having.count; i++) {
        const Expr *condition = block->having.items[i];
        if (block->keys.count > 0 && is_about_keys(premises, block, condition))
            array_push(workshop->arena, &block->from.conjuncts, condition);
        else
            array_push(workshop->arena, &kept, condition);
    }
    block->having = kept;
}

// True if all groups are told apart by the result. Then each row comes once.
static bool shows_all_keys(Workshop *workshop, const Block *block)
{
    Premises *premises = premises_new(workshop, &block->from, NULL);
    for (size_t i = 0; i < block->keys.count; i++)
        if (!premises_same_as_any(premises, block->keys.items[i], block->outputs,
                                  block->output_count))
            return false;
    return true;
}

static bool shows_only_keys(Workshop *workshop, const Block *block)
{
    Premises *premises = premises_new(workshop, &block->from, NULL);
    for (size_t i = 0; i < block->query->order_count; i++)
        if (!is_key(premises, block, block->order[i]))
            return false;
    for (size_t i = 0; i < block->output_count; i++)
        if (!is_key(premises, block, block->outputs[i]))
            return false;
    return block->keys.count > 0;
}

static void simplify_grouping(Workshop *workshop, Block *block)
{
    push_having(workshop, block);
    bool is_set = shows_all_keys(workshop, block);
    if (block->having.count == 0 && shows_only_keys(workshop, block) &&
        (is_set || block->is_distinct)) {
        block->is_grouped = false;
        block->is_distinct = true;
        block->keys = (Exprs){0};
    } else if (is_set) {
        block->is_distinct = false;
    }
    block->is_set = is_set || block->is_distinct;
}

// DISTINCT below DISTINCT

static bool is_plain_set(Workshop *workshop, const Leaf *leaf)
{
    const Block *block = leaf->block;
    bool is_plain = leaf->kind == LEAF_BLOCK && block->body == BODY_SELECT &&
                    block->is_distinct && !block->is_grouped &&
                    block->query->limit == NULL && block->query->offset == NULL;
    // Of values that are equal and not the same, DISTINCT keeps any one.
    for (size_t i = 0; is_plain && i < block->output_count; i++) {
        const Expr *output = block->outputs[i];
        Assurance typed = output->kind == EXPR_COLUMN
                              ? group_column_typed(&block->from, output)
                              : ASSURANCE_NONE;
        is_plain = type_equal(block->names[i].type, output->type) &&
                   type_is_exact(workshop->dialect, output->type, typed);
    }
    return is_plain;
}

static const Expr *read_through(void *context, const Expr *column)
{
    const Leaf *leaf = context;
    if (column->source != leaf->number)
        return NULL;
    for (size_t i = 0; i < leaf->block->output_count; i++)
        if (leaf->block->names[i].id == column->column)
            return leaf->block->outputs[i];
    return NULL;
}

static bool dissolve_set(Workshop *workshop, Block *block)
{
    for (size_t i = 0; i < block->from.leaves.count; i++) {
        Leaf leaf = block->from.leaves.items[i];
        if (!is_plain_set(workshop, &leaf))
            continue;
        for (size_t j = i + 1; j < block->from.leaves.count; j++)
            block->from.leaves.items[j - 1] = block->from.leaves.items[j];
        block->from.leaves.count--;
        group_append(workshop->arena, &block->from, &leaf.block->from);
        block_replace(workshop, block, read_through, &leaf);
        return true;
    }
    return false;
}

void block_simplify_duplicates(Workshop *workshop, Block *block)
{
    if (block->is_grouped) {
        simplify_grouping(workshop, block);
        block_chase(workshop, block);
    }
    if (block->is_grouped)
        return;
    bool is_set_by_keys = keys_make_set(workshop, block);
    block->is_set = block->is_distinct || is_set_by_keys;
    if (!block->is_set)
        return;
    bool changed = false;
    while (dissolve_set(workshop, block))
        changed = true;
    // What was dissolved may say that rows come once only together with DISTINCT.
    block->is_distinct = !is_set_by_keys || changed;
    block_chase(workshop, block);
}
