// block.c - opening queries up.

#include "verify/block.h"

#include "base/array.h"
#include "base/text.h"
#include "query/walk.h"

// What a column of a dissolved derived table stands for.
typedef struct {
    uint32_t source, column;
    const Expr *expr;
} Substitution;

typedef struct {
    Workshop *workshop;
    struct {
        Substitution *items;
        size_t count;
        size_t capacity;
    } substitutions;
} Builder;

// Questions about groups

const Leaf *group_leaf(const Group *group, uint32_t number)
{
    for (size_t i = 0; i < group->leaves.count; i++)
        if (number != 0 && group->leaves.items[i].number == number)
            return &group->leaves.items[i];
    return NULL;
}

bool group_column_not_null(const Group *group, const Expr *column)
{
    const Leaf *leaf = group_leaf(group, column->source);
    if (leaf == NULL || leaf->kind != LEAF_TABLE)
        return false;
    if (column->column == COLUMN_ROWID)
        return true;
    return leaf->table->columns[column->column].not_null >= ASSURANCE_TRUSTED;
}

Assurance group_column_typed(const Group *group, const Expr *column)
{
    const Leaf *leaf = group_leaf(group, column->source);
    if (leaf != NULL && leaf->kind == LEAF_TABLE)
        return column->column == COLUMN_ROWID
                   ? ASSURANCE_ENFORCED
                   : leaf->table->columns[column->column].typed;
    Assurance found = ASSURANCE_NONE;
    for (size_t i = 0; i < group->outers.count && found == ASSURANCE_NONE; i++)
        found = group_column_typed(group->outers.items[i], column);
    return found;
}

const Expr *leaf_column(Arena *arena, const Leaf *leaf, uint32_t column)
{
    const Column *it = &leaf->table->columns[column];
    Expr parts = {.kind = EXPR_COLUMN,
                  .source = leaf->number,
                  .column = column,
                  .name = it->name,
                  .type = it->type};
    return expr_new(arena, parts);
}

bool key_is_usable(const Workshop *workshop, const Leaf *leaf, const Key *key)
{
    for (size_t i = 0; i < key->column_count; i++) {
        Type type = leaf->table->columns[key->columns[i]].type;
        bool is_float = type.kind == TYPE_FLOAT || type.kind == TYPE_INTERVAL;
        if (workshop->dialect != DIALECT_SQLITE && is_float)
            return false;
    }
    return workshop->uses_keys && key->assurance >= ASSURANCE_TRUSTED &&
           key->column_count > 0;
}

void group_append(Arena *arena, Group *group, const Group *more)
{
    for (size_t i = 0; i < more->leaves.count; i++)
        array_push(arena, &group->leaves, more->leaves.items[i]);
    for (size_t i = 0; i < more->outers.count; i++)
        array_push(arena, &group->outers, more->outers.items[i]);
    for (size_t i = 0; i < more->conjuncts.count; i++)
        array_push(arena, &group->conjuncts, more->conjuncts.items[i]);
}

void workshop_rely(Workshop *workshop, const char *table, const char *constraint)
{
    const char *name = arena_printf(workshop->arena, "%s of %s", constraint, table);
    for (size_t i = 0; i < workshop->relied.count; i++)
        if (text_same_word(workshop->relied.items[i], name))
            return;
    array_push(workshop->arena, &workshop->relied, name);
}

// Replacing

typedef struct {
    Workshop *workshop;
    ColumnReplacer *replace;
    void *context;
} Replacing;

static const Expr *replaced(const Replacing *it, const Expr *expr)
{
    return expr_replace_columns(it->workshop->arena, expr, it->replace, it->context);
}

static Exprs list_replaced(const Replacing *it, const Exprs *list)
{
    Exprs made = {0};
    for (size_t i = 0; i < list->count; i++)
        array_push(it->workshop->arena, &made, replaced(it, list->items[i]));
    return made;
}

static Group group_replaced(const Replacing *it, const Group *group)
{
    Arena *arena = it->workshop->arena;
    Group made = {.conjuncts = list_replaced(it, &group->conjuncts)};
    for (size_t i = 0; i < group->leaves.count; i++) {
        Leaf leaf = group->leaves.items[i];
        if (leaf.kind == LEAF_FULL) {
            Group left = group_replaced(it, leaf.left);
            Group right = group_replaced(it, leaf.right);
            leaf.left = arena_copy(arena, &left, 1, sizeof(left));
            leaf.right = arena_copy(arena, &right, 1, sizeof(right));
            leaf.on = list_replaced(it, &leaf.on);
        }
        array_push(arena, &made.leaves, leaf);
    }
    for (size_t i = 0; i < group->outers.count; i++) {
        Group outer = group_replaced(it, group->outers.items[i]);
        const Group *copy = arena_copy(arena, &outer, 1, sizeof(outer));
        array_push(arena, &made.outers, copy);
    }
    return made;
}

void block_replace(Workshop *workshop, Block *block, ColumnReplacer *replace,
                   void *context)
{
    Replacing it = {workshop, replace, context};
    block->from = group_replaced(&it, &block->from);
    block->keys = list_replaced(&it, &block->keys);
    block->having = list_replaced(&it, &block->having);
    for (size_t i = 0; block->outputs != NULL && i < block->output_count; i++)
        block->outputs[i] = replaced(&it, block->outputs[i]);
    for (size_t i = 0; i < block->query->order_count; i++)
        block->order[i] = replaced(&it, block->order[i]);
}

static const Expr *substitute(void *context, const Expr *column)
{
    const Builder *builder = context;
    for (size_t i = 0; i < builder->substitutions.count; i++) {
        const Substitution *it = &builder->substitutions.items[i];
        if (expr_is_column(column, it->source, it->column))
            return it->expr;
    }
    return NULL;
}

// FROM

// What an expression is compared and computed by must not change when it stands where
// the column stood.
static bool keeps_type(const Builder *builder, const Output *name, const Expr *expr)
{
    bool is_known = name->type.kind != TYPE_UNKNOWN;
    return type_equal(name->type, expr->type) &&
           (is_known || builder->workshop->dialect == DIALECT_SQLITE);
}

// True if the rows of the derived table are those of its FROM, each once. Where an outer
// join may put NULLs in their place, only columns may be read from it.
static bool can_dissolve(const Builder *builder, const Block *block, bool is_nullable)
{
    bool is_plain = block->body == BODY_SELECT && !block->is_grouped &&
                    !block->is_distinct && block->query->limit == NULL &&
                    block->query->offset == NULL && block->from.leaves.count > 0;
    for (size_t i = 0; is_plain && i < block->output_count; i++)
        is_plain = keeps_type(builder, &block->names[i], block->outputs[i]) &&
                   (!is_nullable || block->outputs[i]->kind == EXPR_COLUMN);
    return is_plain;
}

static void add_derived(Builder *builder, Group *group, const Source *source,
                        bool is_nullable)
{
    Arena *arena = builder->workshop->arena;
    const Block *block = block_new(builder->workshop, source->query);
    if (!can_dissolve(builder, block, is_nullable)) {
        Leaf leaf = {.kind = LEAF_BLOCK, .number = source->number, .block = block};
        array_push(arena, &group->leaves, leaf);
        return;
    }
    group_append(arena, group, &block->from);
    for (size_t i = 0; i < block->output_count; i++) {
        Substitution made = {source->number, block->names[i].id, block->outputs[i]};
        array_push(arena, &builder->substitutions, made);
    }
}

static void add_source(Builder *builder, Group *group, const Source *source,
                       bool is_nullable);

static const Group *side_new(Builder *builder, const Source *source)
{
    Group *group = arena_new(builder->workshop->arena, Group, 1);
    add_source(builder, group, source, true);
    return group;
}

static void add_all(Arena *arena, Exprs *conjuncts, const Expr *const *conditions,
                    size_t count)
{
    for (size_t i = 0; i < count; i++)
        conjuncts_add(arena, conjuncts, conditions[i]);
}

static void add_outer(Builder *builder, Group *group, const Source *join,
                      const Source *preserved, const Source *other, bool is_nullable)
{
    Arena *arena = builder->workshop->arena;
    Group *right = arena_new(arena, Group, 1);
    add_source(builder, group, preserved, is_nullable);
    add_source(builder, right, other, true);
    add_all(arena, &right->conjuncts, join->on, join->on_count);
    const Group *made = right;
    array_push(arena, &group->outers, made);
}

static void add_join(Builder *builder, Group *group, const Source *join, bool is_nullable)
{
    Arena *arena = builder->workshop->arena;
    Leaf full = {.kind = LEAF_FULL};
    switch (join->join) {
    case JOIN_LEFT:
        add_outer(builder, group, join, join->left, join->right, is_nullable);
        break;
    case JOIN_RIGHT:
        add_outer(builder, group, join, join->right, join->left, is_nullable);
        break;
    case JOIN_FULL:
        full.left = side_new(builder, join->left);
        full.right = side_new(builder, join->right);
        add_all(arena, &full.on, join->on, join->on_count);
        array_push(arena, &group->leaves, full);
        break;
    case JOIN_INNER:
    case JOIN_CROSS:
    case JOIN_SEMI: // Not tame.
    case JOIN_ANTI:
        add_source(builder, group, join->left, is_nullable);
        add_source(builder, group, join->right, is_nullable);
        add_all(arena, &group->conjuncts, join->on, join->on_count);
        break;
    }
}

static void add_source(Builder *builder, Group *group, const Source *source,
                       bool is_nullable)
{
    Leaf table = {.kind = LEAF_TABLE, .number = source->number, .table = source->table};
    if (source->kind == SOURCE_JOIN)
        add_join(builder, group, source, is_nullable);
    else if (source->kind == SOURCE_QUERY)
        add_derived(builder, group, source, is_nullable);
    else
        array_push(builder->workshop->arena, &group->leaves, table);
}

// SELECT

// An output fixes the type of a bare constant, which would otherwise take that of what
// it meets: so it stays apart from the constant itself.
static const Expr *output_new(Workshop *workshop, const Output *output)
{
    if (workshop->dialect == DIALECT_SQLITE || output->expr->kind != EXPR_LITERAL)
        return output->expr;
    Expr parts = {.kind = EXPR_CAST, .type = output->type, .arg_count = 1};
    parts.args = arena_copy(workshop->arena, &output->expr, 1, sizeof(output->expr));
    return expr_new(workshop->arena, parts);
}

static const Expr *order_new(const Block *block, const Expr *expr)
{
    for (size_t i = 0; expr->kind == EXPR_OUTPUT && i < block->output_count; i++)
        if (block->names[i].id == expr->column)
            return block->outputs[i];
    return expr;
}

static void open_select(Workshop *workshop, Block *block, const Query *query)
{
    Arena *arena = workshop->arena;
    const Select *select = query->select;
    Builder builder = {.workshop = workshop};
    block->is_distinct = select->distinct == DISTINCT_ROWS;
    block->is_grouped = query_is_grouped(query);
    block->outputs = arena_new(arena, const Expr *, block->output_count + 1);
    for (size_t i = 0; i < block->output_count; i++)
        block->outputs[i] = output_new(workshop, &select->outputs[i]);
    for (size_t i = 0; i < query->order_count; i++)
        block->order[i] = order_new(block, query->order[i].expr);
    for (size_t i = 0; i < select->source_count; i++)
        add_source(&builder, &block->from, select->sources[i], false);
    add_all(arena, &block->from.conjuncts, select->filter, select->filter_count);
    for (size_t i = 0; i < select->group_count; i++)
        array_push(arena, &block->keys, select->groups[i].exprs[0]);
    add_all(arena, &block->having, select->having, select->having_count);
    block_replace(workshop, block, substitute, &builder);
    block_chase(workshop, block);
    block_simplify_duplicates(workshop, block);
}

// Set operations

// True if the arms of the inner operation may stand among those of the outer one. The
// types that each operation brings its arms to must be the same.
static bool can_join_arms(const Block *outer, const Block *inner, bool is_first)
{
    bool is_associative = outer->op != SET_EXCEPT && outer->op != SET_EXCEPT_ALL;
    if (inner->body != BODY_SET || !(is_associative || is_first))
        return false;
    if (inner->op != outer->op && !(outer->op == SET_UNION && inner->op == SET_UNION_ALL))
        return false;
    for (size_t i = 0; i < outer->output_count; i++)
        if (!type_equal(outer->names[i].type, inner->names[i].type))
            return false;
    return inner->query->limit == NULL && inner->query->offset == NULL;
}

static void add_arm(Workshop *workshop, Block *block, const Query *arm, bool is_first)
{
    const Block *made = block_new(workshop, arm);
    if (can_join_arms(block, made, is_first))
        for (size_t i = 0; i < made->arm_count; i++)
            block->arms[block->arm_count++] = made->arms[i];
    else
        block->arms[block->arm_count++] = made;
}

static size_t count_arms(const Query *query)
{
    size_t count = 0;
    if (query->body != BODY_SET)
        return 1;
    for (size_t i = 0; i < query->set->arm_count; i++)
        count += count_arms(query->set->arms[i]);
    return count;
}

// SQLite may read what a set operation gives with the affinity of one arm. Where the
// others have another, values that were different may be the same then.
static bool arms_agree(Dialect dialect, const SetOperation *set)
{
    for (size_t i = 0; dialect == DIALECT_SQLITE && i < set->arm_count; i++) {
        size_t count;
        const Output *outputs = query_outputs(set->arms[i], &count);
        for (size_t j = 0; j < count && j < set->output_count; j++) {
            Type type = outputs[j].type;
            if (type.kind != TYPE_NULL && type.affinity != set->outputs[j].type.affinity)
                return false;
        }
    }
    return true;
}

static void open_set(Workshop *workshop, Block *block, const Query *query)
{
    const SetOperation *set = query->set;
    block->op = set->op;
    block->arms = arena_new(workshop->arena, const Block *, count_arms(query));
    for (size_t i = 0; i < set->arm_count; i++)
        add_arm(workshop, block, set->arms[i], i == 0);
    block->is_set = set_removes_duplicates(set->op) && arms_agree(workshop->dialect, set);
    for (size_t i = 0; i < query->order_count; i++)
        block->order[i] = query->order[i].expr;
}

// SELECT * FROM (a UNION b) says nothing of its own.
static Block *unwrapped(Workshop *workshop, Block *block)
{
    const Group *from = &block->from;
    bool is_bare = block->body == BODY_SELECT && !block->is_grouped &&
                   from->leaves.count == 1 && from->outers.count == 0 &&
                   from->conjuncts.count == 0 && block->query->order_count == 0 &&
                   block->query->limit == NULL && block->query->offset == NULL;
    if (!is_bare || from->leaves.items[0].kind != LEAF_BLOCK)
        return block;
    const Leaf *leaf = &from->leaves.items[0];
    if (leaf->block->output_count != block->output_count ||
        (block->is_distinct && !leaf->block->is_set))
        return block;
    for (size_t i = 0; i < block->output_count; i++)
        if (!expr_is_column(block->outputs[i], leaf->number, leaf->block->names[i].id) ||
            !type_equal(block->names[i].type, leaf->block->names[i].type))
            return block;
    Block *inner = arena_new(workshop->arena, Block, 1);
    *inner = *leaf->block;
    inner->names = block->names;
    return inner;
}

Block *block_new(Workshop *workshop, const Query *query)
{
    Block *block = arena_new(workshop->arena, Block, 1);
    block->body = query->body;
    block->query = query;
    block->names = query_outputs(query, &block->output_count);
    block->order = arena_new(workshop->arena, const Expr *, query->order_count + 1);
    if (query->body == BODY_SELECT)
        open_select(workshop, block, query);
    else if (query->body == BODY_SET)
        open_set(workshop, block, query);
    return unwrapped(workshop, block);
}
