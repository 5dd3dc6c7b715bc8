// interpret_compile.c - queries, sources, grouping sets.

#include "verify/interpret_compile.h"

#include "query/affinity.h"
#include "query/walk.h"
#include "sql/sql.h"
#include "verify/domain.h"

#include <assert.h>
#include <string.h>

enum { DEPTH_LIMIT = 60, KEY_LIMIT = 60, SET_LIMIT = 256, ITEM_SITES = 6 };

void *compile_refuse(Compiler *compiler, const char *why)
{
    if (compiler->why_not == NULL)
        compiler->why_not = why;
    return NULL;
}

uint32_t compile_site(Compiler *compiler, uint32_t count)
{
    uint32_t first = compiler->site_count;
    compiler->site_count += count;
    return first;
}

// Sources

static const Cell *null_row(Arena *arena, uint32_t width)
{
    return arena_new(arena, Cell, width + 1); // CELL_NULL is 0.
}

// Returns NULL where there is none yet.
static Plan *plan_of_cte(const Compiler *compiler, uint32_t number)
{
    for (size_t i = 0; i < compiler->ctes.count; i++)
        if (compiler->cte_numbers.items[i] == number)
            return compiler->ctes.items[i];
    return NULL;
}

static Plan *find_cte(Compiler *compiler, uint32_t number)
{
    Plan *plan = plan_of_cte(compiler, number);
    return plan != NULL
               ? plan
               : compile_refuse(compiler, "a common table expression that reads itself");
}

// A view is bound by itself, and its numbers made fresh.
static Plan *compile_view(Compiler *compiler, const Table *view)
{
    Tree *tree = arena_new(compiler->arena, Tree, 1);
    Error error;
    if (view->view_sql == NULL ||
        !sql_bind(compiler->arena, compiler->tree->catalog, view->view_sql, tree, &error))
        return compile_refuse(compiler, "a view that does not bind");
    if (compiler->next_id < tree->next_id) // Above both, or they would meet.
        compiler->next_id = tree->next_id;
    const Query *copy = query_copy(compiler->arena, tree->root, &compiler->next_id);
    CompileScope *around = compiler->scope;
    compiler->scope = NULL;
    Plan *plan = compile_query(compiler, copy);
    compiler->scope = around;
    return plan;
}

static bool has_generated_column(const Table *table)
{
    for (size_t c = 0; c < table->column_count; c++)
        if (table->columns[c].generated != NULL)
            return true;
    return false;
}

static Leaf *compile_table(Compiler *compiler, const Table *table, Leaf *leaf)
{
    if (table->kind == TABLE_VIEW) {
        leaf->plan = compile_view(compiler, table);
        leaf->width = leaf->plan == NULL ? 0 : leaf->plan->width;
        return leaf;
    }
    if (table->kind != TABLE_BASE || has_generated_column(table))
        return compile_refuse(compiler, "a virtual table or a generated column");
    leaf->table = table;
    leaf->width = (uint32_t)table->column_count + 1;
    return leaf;
}

static Leaf *compile_leaf(Compiler *compiler, const Source *source, NumberSet siblings)
{
    Leaf *leaf = arena_new(compiler->arena, Leaf, 1);
    leaf->number = source->number;
    switch (source->kind) {
    case SOURCE_TABLE:
        leaf = compile_table(compiler, source->table, leaf);
        break;
    case SOURCE_QUERY: {
        NumberSet free = query_free_sources(compiler->arena, source->query);
        leaf->is_lateral = number_set_meets(free, siblings);
        leaf->plan = compile_query(compiler, source->query);
        leaf->outputs = query_outputs(source->query, &leaf->output_count);
        break;
    }
    case SOURCE_CTE: {
        const Cte *cte = tree_cte(compiler->tree, source->cte);
        leaf->plan = find_cte(compiler, source->cte);
        if (cte != NULL)
            leaf->outputs = query_outputs(cte->query, &leaf->output_count);
        break;
    }
    case SOURCE_NAME:
    case SOURCE_JOIN:
    case SOURCE_FUNCTION:
    case SOURCE_OPAQUE:
        return compile_refuse(compiler, "a function in FROM");
    }
    if (leaf == NULL || compiler->why_not != NULL)
        return NULL;
    if (leaf->plan != NULL)
        leaf->width = leaf->plan->width;
    leaf->nulls = leaf->row = null_row(compiler->arena, leaf->width);
    return leaf;
}

typedef ARRAY(Leaf *) Leaves;

// Leaves of the item so far stand in the block's scope while ON is compiled.
static const Item *compile_item(Compiler *compiler, const Source *source, Leaves *leaves,
                                NumberSet siblings)
{
    Item *item = arena_new(compiler->arena, Item, 1);
    item->first = leaves->count;
    if (source->kind != SOURCE_JOIN) {
        item->leaf = compile_leaf(compiler, source, siblings);
        if (item->leaf == NULL)
            return NULL;
        array_push(compiler->arena, leaves, item->leaf);
        item->count = 1;
        item->is_lateral = item->leaf->is_lateral;
    } else {
        item->join = source->join;
        item->site = compile_site(compiler, ITEM_SITES);
        item->left = compile_item(compiler, source->left, leaves, siblings);
        item->right = item->left == NULL
                          ? NULL
                          : compile_item(compiler, source->right, leaves, siblings);
        if (item->right == NULL)
            return NULL;
        item->count = leaves->count - item->first;
        item->is_lateral = item->left->is_lateral || item->right->is_lateral;
    }
    Block *block = compiler->scope->block;
    block->leaves = leaves->items;
    block->leaf_count = leaves->count;
    if (source->kind == SOURCE_JOIN) {
        item->on = compile_conditions(compiler, source->on, source->on_count, false);
        item->on_count = source->on_count;
    }
    return item;
}

static void compile_from(Compiler *compiler, const Select *select)
{
    Arena *arena = compiler->arena;
    Block *block = compiler->scope->block;
    NumberSet siblings = select_numbers(arena, select);
    Leaves leaves = {0};
    const Item **items = arena_new(arena, const Item *, select->source_count + 1);
    for (size_t i = 0; i < select->source_count && compiler->why_not == NULL; i++)
        items[i] = compile_item(compiler, select->sources[i], &leaves, siblings);
    block->items = items;
    block->item_count = select->source_count;
}

static bool names_item(const Block *block, NumberSet sources, size_t i)
{
    const Item *item = block->items[i];
    for (size_t l = item->first; l < item->first + item->count; l++)
        if (number_set_has(sources, block->leaves[l]->number))
            return true;
    return false;
}

// Returns how many items of FROM must have a current row before the condition can be
// asked.
static size_t level_of(const Block *block, NumberSet sources)
{
    for (size_t i = block->item_count; i > 0; i--)
        if (names_item(block, sources, i - 1))
            return i;
    return block->item_count == 0 ? 0 : 1;
}

static bool is_local(const Block *block, NumberSet sources, size_t level)
{
    for (size_t i = 0; i + 1 < level; i++)
        if (names_item(block, sources, i))
            return false;
    return level > 0 && !block->items[level - 1]->is_lateral;
}

static void compile_filter(Compiler *compiler, const Select *select)
{
    Arena *arena = compiler->arena;
    Block *block = compiler->scope->block;
    block->filter =
        compile_conditions(compiler, select->filter, select->filter_count, false);
    size_t *levels = arena_new(arena, size_t, select->filter_count + 1);
    bool *are_local = arena_new(arena, bool, select->filter_count + 1);
    for (size_t i = 0; i < select->filter_count; i++) {
        NumberSet sources = expr_sources(arena, select->filter[i]);
        levels[i] = level_of(block, sources);
        are_local[i] = is_local(block, sources, levels[i]);
    }
    block->filter_levels = levels;
    block->filter_is_local = are_local;
    block->filter_count = select->filter_count;
}

// Grouping sets: each is the set of keys that are there, as bits.

typedef ARRAY(uint64_t) KeySets;
typedef ARRAY(const Expr *) KeyExprs;

static uint64_t bit_of_key(Compiler *compiler, KeyExprs *keys, const Expr *expr)
{
    if (expr->kind == EXPR_ROW) {
        uint64_t bits = 0;
        for (size_t i = 0; i < expr->arg_count; i++)
            bits |= bit_of_key(compiler, keys, expr->args[i]);
        return bits;
    }
    size_t at = 0;
    while (at < keys->count && !expr_equal(keys->items[at], expr))
        at++;
    if (at == KEY_LIMIT) {
        compile_refuse(compiler, "very many group keys");
        return 0;
    }
    if (at == keys->count)
        array_push(compiler->arena, keys, expr);
    return UINT64_C(1) << at;
}

// Returns the union of the sets whose number is a bit of `mask`.
static uint64_t union_of(const uint64_t *sets, size_t mask)
{
    uint64_t all = 0;
    for (size_t i = 0; mask >> i != 0; i++)
        all |= (mask >> i & 1) != 0 ? sets[i] : 0;
    return all;
}

static void add_sets(Compiler *compiler, KeySets more, KeySets *sets)
{
    for (size_t i = 0; i < more.count; i++)
        array_push(compiler->arena, sets, more.items[i]);
}

static KeySets sets_of_item(Compiler *compiler, KeyExprs *keys, const GroupItem *item)
{
    KeySets sets = {0};
    uint64_t all = 0, bits[KEY_LIMIT];
    size_t count = item->expr_count < KEY_LIMIT ? item->expr_count : KEY_LIMIT;
    for (size_t i = 0; i < count; i++)
        all |= bits[i] = bit_of_key(compiler, keys, item->exprs[i]);
    switch (item->kind) {
    case GROUP_KEY:
    case GROUP_EMPTY:
        array_push(compiler->arena, &sets, all);
        break;
    case GROUP_ROLLUP:
        for (size_t length = count + 1; length > 0; length--)
            array_push(compiler->arena, &sets,
                       union_of(bits, ((size_t)1 << (length - 1)) - 1));
        break;
    case GROUP_CUBE:
        for (size_t mask = 0; count < 8 && mask < (size_t)1 << count; mask++)
            array_push(compiler->arena, &sets, union_of(bits, mask));
        break;
    case GROUP_SETS:
        for (size_t i = 0; i < item->item_count; i++)
            add_sets(compiler, sets_of_item(compiler, keys, &item->items[i]), &sets);
        break;
    }
    return sets;
}

// Items stand side by side: every set of one with every set of the next.
static KeySets all_sets(Compiler *compiler, KeyExprs *keys, const Select *select)
{
    KeySets sets = {0};
    array_push(compiler->arena, &sets, (uint64_t)0);
    for (size_t i = 0; i < select->group_count && sets.count <= SET_LIMIT; i++) {
        KeySets more = sets_of_item(compiler, keys, &select->groups[i]), product = {0};
        for (size_t j = 0; j < sets.count; j++)
            for (size_t k = 0; k < more.count; k++)
                array_push(compiler->arena, &product, sets.items[j] | more.items[k]);
        sets = product;
    }
    if (sets.count > SET_LIMIT)
        compile_refuse(compiler, "very many grouping sets");
    return sets;
}

static void compile_groups(Compiler *compiler, const Select *select)
{
    Block *block = compiler->scope->block;
    KeyExprs keys = {0};
    KeySets sets = all_sets(compiler, &keys, select);
    Comparer *comparers = arena_new(compiler->arena, Comparer, keys.count + 1);
    for (size_t i = 0; i < keys.count; i++)
        comparers[i] = comparer_of_one(compiler->tree->dialect, keys.items[i]);
    uint64_t every = (UINT64_C(1) << keys.count) - 1;
    for (size_t i = 0; i < sets.count; i++)
        sets.items[i] = every & ~sets.items[i];
    block->keys = compile_exprs(compiler, keys.items, keys.count);
    block->key_exprs = keys.items;
    block->key_comparers = comparers;
    block->key_count = keys.count;
    block->absent = sets.items;
    block->set_count = sets.count;
}

// Blocks

static void compile_outputs(Compiler *compiler, const Select *select)
{
    Block *block = compiler->scope->block;
    const Node **nodes =
        arena_new(compiler->arena, const Node *, select->output_count + 1);
    for (size_t i = 0; i < select->output_count && compiler->why_not == NULL; i++)
        nodes[i] = compile_expr(compiler, select->outputs[i].expr);
    block->outputs = nodes;
    block->output_count = select->output_count;
}

static void compile_distinct_on(Compiler *compiler, const Select *select, Plan *plan)
{
    size_t count = select->distinct_on_count;
    Comparer *comparers = arena_new(compiler->arena, Comparer, count + 1);
    for (size_t i = 0; i < count; i++)
        comparers[i] = comparer_of_one(compiler->tree->dialect, select->distinct_on[i]);
    plan->distinct_on = compile_exprs(compiler, select->distinct_on, count);
    plan->on_comparers = comparers;
    plan->on_count = count;
}

static void compile_order(Compiler *compiler, const Query *query, Plan *plan)
{
    const Query *around = compiler->query;
    Plan *plan_around = compiler->plan;
    compiler->query = query;
    compiler->plan = plan;
    plan->order = compile_keys(compiler, query->order, query->order_count);
    plan->order_count = query->order_count;
    if (query->body == BODY_SELECT && query->select->distinct == DISTINCT_ON)
        compile_distinct_on(compiler, query->select, plan);
    compiler->query = around;
    compiler->plan = plan_around;
}

static void compile_select(Compiler *compiler, const Query *query, Plan *plan)
{
    const Select *select = query->select;
    Block *block = arena_new(compiler->arena, Block, 1);
    CompileScope scope = {.parent = compiler->scope, .block = block};
    *block = (Block){.select = select,
                     .is_grouped = query_is_grouped(query),
                     .is_distinct = select->distinct == DISTINCT_ROWS,
                     .site = compile_site(compiler, 8)};
    compiler->scope = &scope;
    plan->block = block;
    compile_from(compiler, select);
    if (compiler->why_not == NULL)
        compile_filter(compiler, select);
    if (compiler->why_not == NULL && block->is_grouped)
        compile_groups(compiler, select);
    scope.is_after_grouping = block->is_grouped;
    if (compiler->why_not == NULL) {
        block->having = compile_exprs(compiler, select->having, select->having_count);
        block->having_count = select->having_count;
        compile_outputs(compiler, select);
        block->qualify = compile_exprs(compiler, select->qualify, select->qualify_count);
        block->qualify_count = select->qualify_count;
        compile_order(compiler, query, plan);
    }
    block->aggregates = scope.aggregates.items;
    block->aggregate_count = scope.aggregates.count;
    block->windows = scope.windows.items;
    block->window_count = scope.windows.count;
    compiler->scope = scope.parent;
}

static void compile_set(Compiler *compiler, const Query *query, Plan *plan)
{
    const SetOperation *set = query->set;
    Plan **arms = arena_new(compiler->arena, Plan *, set->arm_count);
    if (set->by_name)
        compile_refuse(compiler, "a set operation by name");
    for (size_t i = 0; i < set->arm_count && compiler->why_not == NULL; i++)
        arms[i] = compile_query(compiler, set->arms[i]);
    plan->set = set->op;
    plan->arms = arms;
    plan->arm_count = set->arm_count;
    compile_order(compiler, query, plan);
}

static void compile_values(Compiler *compiler, const Query *query, Plan *plan)
{
    const Values *values = query->values;
    const Node *const **rows =
        arena_new(compiler->arena, const Node *const *, values->row_count + 1);
    for (size_t i = 0; i < values->row_count && compiler->why_not == NULL; i++)
        rows[i] = compile_exprs(compiler, values->rows[i], values->output_count);
    plan->values = rows;
    plan->value_count = values->row_count;
    compile_order(compiler, query, plan);
}

// How the columns of the result compare where rows do: as those of the first arm.
static const Comparer *compile_columns(Compiler *compiler, const Query *query)
{
    size_t count;
    while (query->body == BODY_SET)
        query = query->set->arms[0];
    const Output *outputs = query_outputs(query, &count);
    Comparer *columns = arena_new(compiler->arena, Comparer, count + 1);
    for (size_t i = 0; i < count && query->body == BODY_SELECT; i++)
        columns[i] = comparer_of_one(compiler->tree->dialect, outputs[i].expr);
    return columns;
}

// Common branches

// A subquery that depends on no other block, as it was first compiled.
typedef struct {
    Plan *plan;
    ARRAY(uint32_t) ctes; // That it reads and does not define,
    ARRAY(Plan *) plans;  // and what these were compiled to.
} Branch;

typedef struct {
    Compiler *compiler;
    Branch *branch;
} BranchReads;

static bool note_cte(void *context, const Source *source)
{
    BranchReads *reads = context;
    if (source->kind == SOURCE_CTE) {
        array_push(reads->compiler->arena, &reads->branch->ctes, source->cte);
        array_push(reads->compiler->arena, &reads->branch->plans,
                   plan_of_cte(reads->compiler, source->cte));
    }
    return true;
}

static Plan *find_branch(const Compiler *compiler, const Query *query)
{
    const Branch *branch =
        map_find_number(&compiler->branches->compiled, (uintptr_t)query);
    bool same = branch != NULL;
    for (size_t i = 0; same && i < branch->ctes.count; i++)
        same = plan_of_cte(compiler, branch->ctes.items[i]) == branch->plans.items[i];
    return same ? branch->plan : NULL;
}

// Called before the query's own CTEs are compiled: those have no plan here, nor where it
// is looked for.
static Branch *branch_new(Compiler *compiler, const Query *query)
{
    Branch *branch = arena_new(compiler->arena, Branch, 1);
    BranchReads reads = {compiler, branch};
    Visitor visitor = {.source = note_cte, .context = &reads};
    walk_query(query, &visitor);
    return branch;
}

static void keep_branch(Compiler *compiler, const Query *query, Branch *branch,
                        Plan *plan)
{
    void **entry = map_number(&compiler->branches->compiled, (uintptr_t)query);
    branch->plan = plan;
    if (*entry == NULL)
        *entry = branch;
}

Plan *compile_new_query(Compiler *compiler, const Query *query, bool is_fixed)
{
    if (query->body == BODY_OPAQUE || query->with_ties || query->limit_percent)
        return compile_refuse(compiler, "a query of unknown form");
    if (++compiler->depth > DEPTH_LIMIT)
        return compile_refuse(compiler, "deep nesting");
    size_t width;
    (void)query_outputs(query, &width);
    Plan *plan = arena_new(compiler->arena, Plan, 1);
    *plan = (Plan){.body = query->body,
                   .width = (uint32_t)width,
                   .is_fixed = is_fixed,
                   .site = compile_site(compiler, 12)};
    compile_ctes(compiler, query);
    if (compiler->why_not == NULL && query->limit != NULL)
        plan->limit = compile_expr(compiler, query->limit);
    if (compiler->why_not == NULL && query->offset != NULL)
        plan->offset = compile_expr(compiler, query->offset);
    if (compiler->why_not != NULL)
        return NULL;
    plan->columns = compile_columns(compiler, query);
    if (query->body == BODY_SELECT)
        compile_select(compiler, query, plan);
    else if (query->body == BODY_SET)
        compile_set(compiler, query, plan);
    else
        compile_values(compiler, query, plan);
    compiler->depth--;
    return compiler->why_not == NULL ? plan : NULL;
}

Plan *compile_query(Compiler *compiler, const Query *query)
{
    if (query_free_sources(compiler->arena, query).count > 0 ||
        compile_is_recursed(compiler, query))
        return compile_new_query(compiler, query, false);
    Plan *plan = find_branch(compiler, query);
    if (plan != NULL)
        return plan;
    Branch *branch = branch_new(compiler, query);
    plan = compile_new_query(compiler, query, true);
    if (plan != NULL)
        keep_branch(compiler, query, branch, plan);
    return plan;
}

Interpreter *interpreter_new(Arena *arena, Branches *branches, const Tree *tree,
                             const char **why_not)
{
    return interpreter_new_watching(arena, branches, tree, NULL, 0, why_not);
}

Interpreter *interpreter_new_watching(Arena *arena, Branches *branches, const Tree *tree,
                                      const Change *changes, size_t change_count,
                                      const char **why_not)
{
    Compiler compiler = {.arena = arena,
                         .branches = branches,
                         .tree = tree,
                         .is_mixed = tree_is_mixed(tree),
                         .next_id = tree->next_id + 1,
                         .changes = changes,
                         .change_count = (unsigned)change_count};
    assert(change_count <= CHANGE_LIMIT);
    if (tree->has_opaque)
        compile_refuse(&compiler, "a construct that is not understood");
    Plan *plan = compiler.why_not == NULL ? compile_query(&compiler, tree->root) : NULL;
    *why_not = compiler.why_not;
    if (plan == NULL)
        return NULL;
    Interpreter *interpreter = arena_new(arena, Interpreter, 1);
    *interpreter = (Interpreter){.plan = plan,
                                 .dialect = tree->dialect,
                                 .watches = compiler.watches};
    return interpreter;
}
