// interpret_from.c - the rows that FROM and WHERE leave.
//
// Nested loops, one item of the comma list inside the other; each condition of WHERE is
// asked as soon as the rows that it names are there, and one that names rows of a single
// item once for each of them.

#include "verify/interpret_tree.h"

#include "base/array.h"

#include <string.h>

enum { SEEN_NO_PARTNER, SEEN_ONE, SEEN_MORE, SEEN_RIGHT_ALONE };

static Tuples item_tuples(Machine *machine, const Block *block, const Item *item);

// Makes the tuple's rows the current ones of leaves `first`, ….
static void enter(const Block *block, size_t first, size_t count, Tuple tuple)
{
    for (size_t i = 0; i < count; i++)
        block->leaves[first + i]->row = tuple[i];
}

void tuple_enter(const Block *block, Tuple tuple)
{
    enter(block, 0, block->leaf_count, tuple);
}

static const Cell **new_tuple(Machine *machine, size_t count)
{
    return arena_new(machine->arena, const Cell *, count + 1);
}

static CellRows leaf_rows(Machine *machine, const Leaf *leaf)
{
    if (leaf->plan != NULL)
        return plan_run(machine, leaf->plan);
    const Database *database = machine->database->database;
    for (size_t i = 0; i < database->table_count; i++)
        if (database->tables[i].table == leaf->table)
            return machine->database->tables[i];
    machine_doubt(machine, "a table that is not in the database");
    return (CellRows){0};
}

static Tuples leaf_tuples(Machine *machine, const Leaf *leaf)
{
    Tuples tuples = {0};
    CellRows rows = leaf_rows(machine, leaf);
    tuples.items = arena_new(machine->arena, Tuple, rows.count + 1);
    const Cell **all = new_tuple(machine, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        all[i] = rows.cells + i * rows.stride;
        tuples.items[tuples.count++] = &all[i];
    }
    return tuples;
}

// A join under way.
typedef struct {
    Machine *machine;
    const Block *block;
    const Item *item;
    Tuples right;
    bool *met; // Which of them have met a row of the left side.
    Tuples joined;
} Join;

// Appends left and right as one tuple; NULL stands for rows of NULL.
static void add_joined(Join *join, Tuple left, Tuple right)
{
    const Item *item = join->item;
    const Cell **tuple = new_tuple(join->machine, item->count);
    size_t left_count = item->left->count;
    for (size_t i = 0; i < item->count; i++) {
        bool is_left = i < left_count;
        Tuple from = is_left ? left : right;
        tuple[i] = from != NULL ? from[is_left ? i : i - left_count]
                                : join->block->leaves[item->first + i]->nulls;
    }
    array_push(join->machine->arena, &join->joined, tuple);
}

// Joins one row of the left side; marks the rows of the right side that it met.
static void join_row(Join *join, Tuple left)
{
    size_t partners = 0;
    const Item *item = join->item;
    bool is_half = item->join == JOIN_SEMI || item->join == JOIN_ANTI;
    enter(join->block, item->left->first, item->left->count, left);
    for (size_t i = 0; i < join->right.count && machine_step(join->machine); i++) {
        enter(join->block, item->right->first, item->right->count, join->right.items[i]);
        if (!nodes_hold(join->machine, item->on, item->on_count))
            continue;
        partners++;
        join->met[i] = true;
        if (!is_half)
            add_joined(join, left, join->right.items[i]);
    }
    machine_see(join->machine, item->site,
                partners > 1 ? SEEN_MORE
                : partners   ? SEEN_ONE
                             : SEEN_NO_PARTNER);
    bool alone =
        (partners == 0 && (join_keeps_left(item->join) || item->join == JOIN_ANTI)) ||
        (partners > 0 && item->join == JOIN_SEMI);
    if (alone)
        add_joined(join, left, NULL);
}

static Tuples join_tuples(Machine *machine, const Block *block, const Item *item)
{
    Join join = {.machine = machine, .block = block, .item = item};
    Tuples left = item_tuples(machine, block, item->left);
    bool is_lateral = item->right->is_lateral;
    for (size_t i = 0; i < left.count && machine->unsure == NULL; i++) {
        if (i == 0 || is_lateral) {
            enter(block, item->left->first, item->left->count, left.items[i]);
            join.right = item_tuples(machine, block, item->right);
            join.met = arena_new(machine->arena, bool, join.right.count + 1);
        }
        join_row(&join, left.items[i]);
    }
    if (item->join != JOIN_RIGHT && item->join != JOIN_FULL)
        return join.joined;
    if (is_lateral)
        machine_doubt(machine, "a lateral right join");
    if (left.count == 0)
        join.right = item_tuples(machine, block, item->right);
    for (size_t i = 0; i < join.right.count; i++)
        if (join.met == NULL || !join.met[i]) {
            machine_see(machine, item->site, SEEN_RIGHT_ALONE);
            add_joined(&join, NULL, join.right.items[i]);
        }
    return join.joined;
}

static Tuples item_tuples(Machine *machine, const Block *block, const Item *item)
{
    return item->leaf != NULL ? leaf_tuples(machine, item->leaf)
                              : join_tuples(machine, block, item);
}

// The comma list

typedef struct {
    Machine *machine;
    const Block *block;
    Tuples *each;      // Of the items that do not depend on others.
    bool *is_filtered; // By the conditions that name rows of the item alone.
    const Cell **current;
    Tuples found;
} Descent;

static bool level_holds(const Descent *descent, size_t level, bool is_local)
{
    const Block *block = descent->block;
    for (size_t i = 0; i < block->filter_count; i++)
        if (block->filter_levels[i] == level && block->filter_is_local[i] == is_local &&
            node_truth(descent->machine, block->filter[i]) != TRUTH_TRUE)
            return false;
    return true;
}

// Returns the rows of an item that are worth going on with.
static Tuples tuples_at(Descent *descent, size_t level)
{
    const Block *block = descent->block;
    const Item *item = block->items[level];
    Tuples *each = &descent->each[level];
    size_t kept = 0;
    if (item->is_lateral)
        return item_tuples(descent->machine, block, item);
    if (descent->is_filtered[level])
        return *each;
    for (size_t i = 0; i < each->count && machine_step(descent->machine); i++) {
        enter(block, item->first, item->count, each->items[i]);
        if (level_holds(descent, level + 1, true))
            each->items[kept++] = each->items[i];
    }
    each->count = kept;
    descent->is_filtered[level] = true;
    return *each;
}

// Recursion is as deep as FROM is long.
static void descend(Descent *descent, size_t level)
{
    Machine *machine = descent->machine;
    const Block *block = descent->block;
    if (!machine_step(machine) || !level_holds(descent, level, false))
        return;
    if (level == block->item_count) {
        const Cell **tuple = new_tuple(machine, block->leaf_count);
        if (block->leaf_count > 0)
            memcpy(tuple, descent->current, block->leaf_count * sizeof(*tuple));
        array_push(machine->arena, &descent->found, tuple);
        return;
    }
    const Item *item = block->items[level];
    Tuples tuples = tuples_at(descent, level);
    for (size_t i = 0; i < tuples.count && machine->unsure == NULL; i++) {
        enter(block, item->first, item->count, tuples.items[i]);
        memcpy(descent->current + item->first, tuples.items[i],
               item->count * sizeof(*descent->current));
        descend(descent, level + 1);
    }
}

Tuples block_tuples(Machine *machine, const Block *block)
{
    Descent descent = {.machine = machine,
                       .block = block,
                       .each = arena_new(machine->arena, Tuples, block->item_count + 1),
                       .is_filtered =
                           arena_new(machine->arena, bool, block->item_count + 1),
                       .current = new_tuple(machine, block->leaf_count)};
    for (size_t i = 0; i < block->item_count; i++)
        if (!block->items[i]->is_lateral)
            descent.each[i] = item_tuples(machine, block, block->items[i]);
    descend(&descent, 0);
    return descent.found;
}
