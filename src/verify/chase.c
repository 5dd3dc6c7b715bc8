// chase.c - what keys and foreign keys make redundant.
//
// The chase with keys (Aho, Beeri and Ullman; for bags Chirkova and Genesereth, "SQL
// queries in the presence of embedded dependencies"): two leaves of one table that agree
// on a key are one row, and so one leaf. Under bags no other leaf may go, but one whose
// row is there exactly once: the parent of an enforced foreign key, the other side of an
// outer join on a key. The equality that held the leaf stays as a conjunct x = x, which
// is to say x IS NOT NULL.

#include "verify/block.h"

#include "base/array.h"
#include "base/text.h"
#include "query/walk.h"
#include "verify/premise.h"
#include "verify/tame.h"

typedef struct {
    Workshop *workshop;
    Block *block;
    Premises *premises; // Of block->from as it is now.
} Chase;

// Changing the block

static void drop_leaf(Group *group, const Leaf *leaf)
{
    size_t place = (size_t)(leaf - group->leaves.items);
    for (size_t i = place + 1; i < group->leaves.count; i++)
        group->leaves.items[i - 1] = group->leaves.items[i];
    group->leaves.count--;
}

static void drop_outer(Group *group, size_t place)
{
    for (size_t i = place + 1; i < group->outers.count; i++)
        group->outers.items[i - 1] = group->outers.items[i];
    group->outers.count--;
}

// What the columns of one leaf become: those of another, one by one.
typedef struct {
    Arena *arena;
    uint32_t from, to;
    const uint32_t *from_columns, *to_columns; // NULL: the same ones.
    const Expr *const *to_exprs;
    size_t count;
} Move;

static const Expr *move_column(void *context, const Expr *column)
{
    const Move *move = context;
    Expr changed = *column;
    if (column->source != move->from)
        return NULL;
    if (move->from_columns != NULL) {
        for (size_t i = 0; i < move->count; i++)
            if (move->from_columns[i] == column->column)
                return move->to_exprs[i];
        return NULL;
    }
    changed.source = move->to;
    return expr_new(move->arena, changed);
}

// Uses of a leaf

typedef struct {
    uint32_t number;
    size_t uses;      // Everywhere.
    size_t bare_uses; // As an operand of a comparison, or asked whether NULL.
} Uses;

static bool count_use(void *context, const Expr *expr)
{
    Uses *uses = context;
    uses->uses += expr->kind == EXPR_COLUMN && expr->source == uses->number;
    for (size_t i = 0; i < expr->arg_count; i++) {
        bool is_bare = expr->kind == EXPR_COMPARE || expr->kind == EXPR_IS;
        uses->bare_uses += is_bare && expr->args[i]->kind == EXPR_COLUMN &&
                           expr->args[i]->source == uses->number;
    }
    return true;
}

static void count_in_list(Uses *uses, const Exprs *list)
{
    Visitor visitor = {.expr = count_use, .context = uses};
    for (size_t i = 0; i < list->count; i++)
        walk_expr(list->items[i], &visitor);
}

static void count_in_group(Uses *uses, const Group *group, const Group *except)
{
    if (group == except)
        return;
    count_in_list(uses, &group->conjuncts);
    for (size_t i = 0; i < group->leaves.count; i++) {
        const Leaf *leaf = &group->leaves.items[i];
        if (leaf->kind != LEAF_FULL)
            continue;
        count_in_group(uses, leaf->left, except);
        count_in_group(uses, leaf->right, except);
        count_in_list(uses, &leaf->on);
    }
    for (size_t i = 0; i < group->outers.count; i++)
        count_in_group(uses, group->outers.items[i], except);
}

// Counts the references to a leaf in the block, those in the group `except` left out.
static Uses count_uses(const Block *block, uint32_t number, const Group *except)
{
    Uses uses = {.number = number};
    Visitor visitor = {.expr = count_use, .context = &uses};
    count_in_group(&uses, &block->from, except);
    count_in_list(&uses, &block->keys);
    count_in_list(&uses, &block->having);
    for (size_t i = 0; i < block->output_count; i++)
        walk_expr(block->outputs[i], &visitor);
    for (size_t i = 0; i < block->query->order_count; i++)
        walk_expr(block->order[i], &visitor);
    return uses;
}

// Outer joins

static bool rejects_padding(const Exprs *conjuncts, const Leaf *leaf)
{
    if (leaf->kind != LEAF_TABLE)
        return false;
    for (size_t i = 0; i < conjuncts->count; i++)
        for (uint32_t c = 0; c < leaf->table->column_count; c++) {
            Expr column = {.kind = EXPR_COLUMN, .source = leaf->number, .column = c};
            if (condition_rejects_null(conjuncts->items[i], &column))
                return true;
        }
    return false;
}

// An outer join whose NULLs no row survives with is an inner one.
static bool outer_to_inner(Chase *chase)
{
    Group *from = &chase->block->from;
    Arena *arena = chase->workshop->arena;
    for (size_t i = 0; i < from->outers.count; i++) {
        const Group *right = from->outers.items[i];
        bool rejects = false;
        for (size_t j = 0; j < right->leaves.count; j++)
            rejects |= rejects_padding(&from->conjuncts, &right->leaves.items[j]);
        if (!rejects)
            continue;
        drop_outer(from, i);
        for (size_t j = 0; j < right->leaves.count; j++)
            array_push(arena, &from->leaves, right->leaves.items[j]);
        for (size_t j = 0; j < right->outers.count; j++)
            array_push(arena, &from->outers, right->outers.items[j]);
        for (size_t j = 0; j < right->conjuncts.count; j++)
            array_push(arena, &from->conjuncts, right->conjuncts.items[j]);
        return true;
    }
    return false;
}

static bool is_not_of(void *context, const Expr *expr)
{
    const uint32_t *number = context;
    return expr->kind != EXPR_COLUMN || expr->source != *number;
}

// Returns a key that the ON fixes by what is not of the leaf itself, or NULL.
static const Key *key_fixed_by_on(Chase *chase, const Group *right)
{
    const Leaf *leaf = &right->leaves.items[0];
    Premises *premises = premises_new(chase->workshop, right, NULL);
    uint32_t number = leaf->number;
    for (size_t k = 0; k < leaf->table->key_count; k++) {
        const Key *key = &leaf->table->keys[k];
        size_t fixed = 0;
        for (size_t i = 0; i < key->column_count; i++)
            fixed += premises_any_equal(
                premises, leaf_column(chase->workshop->arena, leaf, key->columns[i]),
                is_not_of, &number);
        if (key_is_usable(chase->workshop, leaf, key) && fixed == key->column_count)
            return key;
    }
    return NULL;
}

// An outer join that nothing reads adds no row if it meets at most one; under DISTINCT
// it need not even do that.
static bool drop_unread_outer(Chase *chase)
{
    Block *block = chase->block;
    for (size_t i = 0; i < block->from.outers.count; i++) {
        const Group *right = block->from.outers.items[i];
        const Leaf *leaf = &right->leaves.items[0];
        bool is_single = right->leaves.count == 1 && right->outers.count == 0 &&
                         leaf->kind == LEAF_TABLE;
        if (!is_single || count_uses(block, leaf->number, right).uses > 0)
            continue;
        const Key *key = key_fixed_by_on(chase, right);
        bool is_set = block->is_distinct && !block->is_grouped;
        if (key == NULL && !is_set)
            continue;
        if (!is_set)
            workshop_rely(chase->workshop, leaf->table->name, key->name);
        drop_outer(&block->from, i);
        return true;
    }
    return false;
}

// Keys

static bool agree_on(Chase *chase, const Leaf *a, const Leaf *b, const Key *key)
{
    for (size_t i = 0; i < key->column_count; i++)
        if (!premises_equal(chase->premises,
                            leaf_column(chase->workshop->arena, a, key->columns[i]),
                            leaf_column(chase->workshop->arena, b, key->columns[i])))
            return false;
    return key_is_usable(chase->workshop, a, key);
}

static const Key *shared_key(Chase *chase, const Leaf *a, const Leaf *b)
{
    if (a->kind != LEAF_TABLE || b->kind != LEAF_TABLE || a->table != b->table)
        return NULL;
    for (size_t k = 0; k < a->table->key_count; k++)
        if (agree_on(chase, a, b, &a->table->keys[k]))
            return &a->table->keys[k];
    return NULL;
}

static bool merge_same_row(Chase *chase)
{
    Block *block = chase->block;
    for (size_t j = 1; j < block->from.leaves.count; j++)
        for (size_t i = 0; i < j; i++) {
            const Leaf *kept = &block->from.leaves.items[i];
            const Leaf *other = &block->from.leaves.items[j];
            const Key *key = shared_key(chase, kept, other);
            if (key == NULL)
                continue;
            Move move = {.arena = chase->workshop->arena,
                         .from = other->number,
                         .to = kept->number};
            workshop_rely(chase->workshop, kept->table->name, key->name);
            drop_leaf(&block->from, other);
            block_replace(chase->workshop, block, move_column, &move);
            return true;
        }
    return false;
}

// Foreign keys

static bool is_key_of(Chase *chase, const Leaf *parent, const ForeignKey *foreign)
{
    for (size_t k = 0; k < parent->table->key_count; k++) {
        const Key *key = &parent->table->keys[k];
        size_t found = 0;
        for (size_t i = 0; i < key->column_count; i++)
            for (size_t j = 0; j < foreign->column_count; j++)
                found += key->columns[i] == foreign->target_columns[j];
        if (found == foreign->column_count && found == key->column_count &&
            key_is_usable(chase->workshop, parent, key))
            return true;
    }
    return false;
}

static bool is_same_schema(const Table *a, const Table *b)
{
    bool is_default = a->schema == NULL && b->schema == NULL;
    return is_default || text_same_word(a->schema, b->schema);
}

// True if the conjuncts join the child's foreign key with all of what it points to.
static bool is_joined(Chase *chase, const Leaf *child, const Leaf *parent,
                      const ForeignKey *foreign)
{
    if (foreign->assurance < ASSURANCE_TRUSTED || child == parent ||
        !text_same_word(foreign->target, parent->table->name) ||
        !is_same_schema(child->table, parent->table))
        return false;
    for (size_t i = 0; i < foreign->column_count; i++)
        if (!premises_equal(
                chase->premises,
                leaf_column(chase->workshop->arena, child, foreign->columns[i]),
                leaf_column(chase->workshop->arena, parent, foreign->target_columns[i])))
            return false;
    return foreign->column_count > 0 && is_key_of(chase, parent, foreign);
}

static bool is_exact(const Chase *chase, const Leaf *leaf, uint32_t column)
{
    const Column *it = &leaf->table->columns[column];
    return type_is_exact(chase->workshop->dialect, it->type, it->typed);
}

// True if what is read of the parent may as well be read of the child.
static bool can_stand_in(Chase *chase, const Leaf *child, const Leaf *parent,
                         const ForeignKey *foreign)
{
    bool all_exact = true;
    for (size_t i = 0; i < foreign->column_count; i++) {
        uint32_t from = foreign->target_columns[i], to = foreign->columns[i];
        all_exact =
            all_exact && is_exact(chase, parent, from) && is_exact(chase, child, to) &&
            type_equal(parent->table->columns[from].type, child->table->columns[to].type);
    }
    Uses uses = count_uses(chase->block, parent->number, NULL);
    return all_exact || uses.uses == uses.bare_uses;
}

static bool drop_parent(Chase *chase, const Leaf *child, const Leaf *parent,
                        const ForeignKey *foreign)
{
    Block *block = chase->block;
    Arena *arena = chase->workshop->arena;
    if (!is_joined(chase, child, parent, foreign) ||
        !can_stand_in(chase, child, parent, foreign))
        return false;
    const Expr **columns = arena_new(arena, const Expr *, foreign->column_count);
    for (size_t i = 0; i < foreign->column_count; i++)
        columns[i] = leaf_column(chase->workshop->arena, child, foreign->columns[i]);
    Move move = {.arena = arena,
                 .from = parent->number,
                 .from_columns = foreign->target_columns,
                 .to_exprs = columns,
                 .count = foreign->column_count};
    Block changed = *block;
    changed.outputs = arena_copy(arena, block->outputs, block->output_count + 1,
                                 sizeof(*block->outputs));
    changed.order = arena_copy(arena, block->order, block->query->order_count + 1,
                               sizeof(*block->order));
    block_replace(chase->workshop, &changed, move_column, &move);
    if (count_uses(&changed, parent->number, NULL).uses > 0)
        return false;
    workshop_rely(chase->workshop, child->table->name, foreign->name);
    const Leaf *dropped = group_leaf(&changed.from, parent->number);
    drop_leaf(&changed.from, dropped);
    *block = changed;
    return true;
}

static bool drop_any_parent(Chase *chase)
{
    const Group *from = &chase->block->from;
    for (size_t c = 0; c < from->leaves.count; c++)
        for (size_t p = 0; p < from->leaves.count; p++) {
            const Leaf *child = &from->leaves.items[c];
            const Leaf *parent = &from->leaves.items[p];
            bool are_tables = child->kind == LEAF_TABLE && parent->kind == LEAF_TABLE;
            for (size_t k = 0; are_tables && k < child->table->foreign_key_count; k++)
                if (drop_parent(chase, child, parent, &child->table->foreign_keys[k]))
                    return true;
        }
    return false;
}

// Steps

typedef bool Step(Chase *chase);
static Step *const steps[] = {outer_to_inner, drop_unread_outer, merge_same_row,
                              drop_any_parent};

// Each step takes an outer join or a leaf away, so it ends.
void block_chase(Workshop *workshop, Block *block)
{
    bool changed;
    do {
        Chase chase = {workshop, block, premises_new(workshop, &block->from, NULL)};
        changed = false;
        for (size_t i = 0; i < COUNT_OF(steps) && !changed; i++)
            changed = steps[i](&chase);
    } while (changed);
}
