// interpret_select.c - one SELECT: groups, HAVING, windows, outputs, DISTINCT.

#include "verify/interpret_tree.h"

#include "base/array.h"

#include <string.h>

enum { SEEN_NO_ROW, SEEN_ROW, SEEN_ROWS, SEEN_SINGLE_GROUP, SEEN_LARGE_GROUP };

typedef struct {
    Context *items;
    size_t count, capacity;
} Contexts;

void block_enter(Block *block, const Context *context)
{
    if (context->tuple != NULL)
        tuple_enter(block, context->tuple);
    block->group = context->group;
    block->window_cells = context->windows;
}

// Groups

// A group while it grows.
typedef struct {
    Group group;
    Tuples members;
} Bucket;
typedef struct {
    Bucket *items;
    size_t count, capacity;
} Buckets;

static bool same_keys(Machine *machine, const Block *block, uint64_t absent,
                      const Cell *a, const Cell *b)
{
    for (size_t i = 0; i < block->key_count; i++)
        if ((absent >> i & 1) == 0 &&
            !cells_group(machine, block->key_comparers[i], a[i], b[i]))
            return false;
    return true;
}

// Which of several spellings a group shows ('a' or 'A') is the engine's to choose.
static void check_spelling(Machine *machine, const Block *block, uint64_t absent,
                           const Cell *a, const Cell *b)
{
    for (size_t i = 0; i < block->key_count; i++)
        if ((absent >> i & 1) == 0 && !cell_identical(a[i], b[i]))
            machine_doubt(machine, "a group with several spellings of its key");
}

static void add_to_buckets(Machine *machine, const Block *block, uint64_t absent,
                           const Cell *keys, Tuple tuple, Buckets *buckets)
{
    size_t at = 0;
    while (at < buckets->count &&
           !same_keys(machine, block, absent, keys, buckets->items[at].group.keys))
        at++;
    if (at == buckets->count) {
        Bucket bucket = {.group = {.keys = keys, .absent = absent}};
        array_push(machine->arena, buckets, bucket);
    } else {
        check_spelling(machine, block, absent, keys, buckets->items[at].group.keys);
    }
    array_push(machine->arena, &buckets->items[at].members, tuple);
}

static void compute_aggregates(Machine *machine, Block *block, Group *group)
{
    Cell *cells = arena_new(machine->arena, Cell, block->aggregate_count + 1);
    Input input = {.block = block, .members = group->members, .count = group->count};
    for (size_t i = 0; i < block->aggregate_count && machine->unsure == NULL; i++)
        cells[i] = aggregate_compute(machine, &block->aggregates[i], &input);
    group->aggregates = cells;
    machine_see(machine, block->site,
                group->count > 1 ? SEEN_LARGE_GROUP : SEEN_SINGLE_GROUP);
}

static const Cell *keys_of(Machine *machine, Block *block, Tuple tuple)
{
    Cell *keys = arena_new(machine->arena, Cell, block->key_count + 1);
    tuple_enter(block, tuple);
    for (size_t i = 0; i < block->key_count; i++)
        keys[i] = node_value(machine, block->keys[i]);
    return keys;
}

static void add_groups(Machine *machine, Block *block, uint64_t absent,
                       const Tuples *tuples, const Cell *const *keys, Contexts *contexts)
{
    Buckets buckets = {0};
    for (size_t i = 0; i < tuples->count && machine->unsure == NULL; i++)
        add_to_buckets(machine, block, absent, keys[i], tuples->items[i], &buckets);
    if (buckets.count == 0 && absent == (UINT64_C(1) << block->key_count) - 1) {
        Cell *none = arena_new(machine->arena, Cell, block->key_count + 1);
        Bucket empty = {.group = {.keys = none, .absent = absent}};
        array_push(machine->arena, &buckets, empty);
    }
    for (size_t i = 0; i < buckets.count && machine->unsure == NULL; i++) {
        Group *group = arena_new(machine->arena, Group, 1);
        *group = buckets.items[i].group;
        group->members = buckets.items[i].members.items;
        group->count = buckets.items[i].members.count;
        compute_aggregates(machine, block, group);
        Context context = {.tuple = group->count > 0 ? group->members[0] : NULL,
                           .group = group};
        array_push(machine->arena, contexts, context);
    }
}

static Contexts grouped_contexts(Machine *machine, Block *block, const Tuples *tuples)
{
    Contexts contexts = {0};
    const Cell **keys = arena_new(machine->arena, const Cell *, tuples->count + 1);
    for (size_t i = 0; i < tuples->count && machine->unsure == NULL; i++)
        keys[i] = keys_of(machine, block, tuples->items[i]);
    for (size_t s = 0; s < block->set_count && machine->unsure == NULL; s++)
        add_groups(machine, block, block->absent[s], tuples, keys, &contexts);
    return contexts;
}

static Contexts plain_contexts(Machine *machine, const Tuples *tuples)
{
    Contexts contexts = {.items = arena_new(machine->arena, Context, tuples->count + 1),
                         .count = tuples->count};
    for (size_t i = 0; i < tuples->count; i++)
        contexts.items[i].tuple = tuples->items[i];
    return contexts;
}

static void keep_those_that_hold(Machine *machine, Block *block, Contexts *contexts,
                                 const Node *const *conditions, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < contexts->count && machine->unsure == NULL; i++) {
        block_enter(block, &contexts->items[i]);
        if (nodes_hold(machine, conditions, count))
            contexts->items[kept++] = contexts->items[i];
    }
    contexts->count = kept;
}

// Outputs

static void add_output(Machine *machine, Block *block, Plan *plan, CellRows *rows)
{
    Cell *row = rows_add(machine, rows);
    for (size_t i = 0; i < block->output_count; i++)
        row[i] = node_value(machine, block->outputs[i]);
    plan->output = row;
    for (size_t i = 0; i < plan->order_count; i++)
        row[block->output_count + i] = node_value(machine, plan->order[i].node);
    for (size_t i = 0; i < plan->on_count; i++)
        row[block->output_count + plan->order_count + i] =
            node_value(machine, plan->distinct_on[i]);
}

void block_run(Machine *machine, Block *block, Plan *plan, CellRows *rows)
{
    const Group *group = block->group; // An arm of this block may be running.
    const Cell *windows = block->window_cells;
    Tuples tuples = block_tuples(machine, block);
    Contexts contexts = block->is_grouped ? grouped_contexts(machine, block, &tuples)
                                          : plain_contexts(machine, &tuples);
    if (block->having_count > 0)
        keep_those_that_hold(machine, block, &contexts, block->having,
                             block->having_count);
    if (block->window_count > 0 && machine->unsure == NULL)
        windows_compute(machine, block, contexts.items, contexts.count);
    if (block->qualify_count > 0)
        keep_those_that_hold(machine, block, &contexts, block->qualify,
                             block->qualify_count);
    for (size_t i = 0; i < contexts.count && machine->unsure == NULL; i++) {
        block_enter(block, &contexts.items[i]);
        add_output(machine, block, plan, rows);
    }
    if (block->is_distinct)
        rows_distinct(machine, plan, rows);
    machine_see(machine, block->site,
                rows->count > 1    ? SEEN_ROWS
                : rows->count == 1 ? SEEN_ROW
                                   : SEEN_NO_ROW);
    block->group = group;
    block->window_cells = windows;
}
