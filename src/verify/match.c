// match.c - mapping the leaves of one block to those of another.
//
// Under bags two select-project-join blocks are the same if their leaves can be paired
// one to one so that conditions and outputs agree (Chaudhuri and Vardi, "Optimization of
// real conjunctive queries", 1993; that it is necessary, too, does not concern us). Under
// sets a mapping each way is enough, and it need not be one to one (Chandra and Merlin).
// Agreement is implication both ways, so that redundant conditions do no harm.

#include "verify/match.h"

#include "base/array.h"
#include "base/text.h"
#include "query/equal.h"
#include "query/walk.h"
#include "verify/premise.h"

enum { LEAF_LIMIT = 64 }; // Leaves and outer joins of one group.

// Where the result of a block goes decides what of it must agree.
typedef enum {
    USE_ROWS,   // Bag of rows, column by column.
    USE_VALUES, // Set of rows, column by column.
    USE_TABLE,  // Bag of rows; columns are found by what they say.
    USE_EXISTS, // Whether there is one.
} BlockUse;

// A source of the one block for a source of the other.
typedef struct Pairing Pairing;
struct Pairing {
    const Pairing *next;
    uint32_t from, to;
    const Block *from_block; // NULL for a table.
    const uint32_t *columns; // Of the block's outputs: the other's ids, 0 for none.
};

// Two groups whose conditions must agree in the end.
typedef struct GroupPair GroupPair;
struct GroupPair {
    const GroupPair *next;
    const Group *a, *b;
    const Exprs *a_on, *b_on; // Of a FULL JOIN; then there are no groups.
};

// What is still to be paired.
typedef struct Goal Goal;
struct Goal {
    const Goal *rest;
    const Group *a, *b;
    size_t leaf, outer;    // The next ones of `a`.
    uint64_t used, joined; // Leaves and outer joins of `b` that are taken.
};

typedef struct {
    Workshop *workshop;
    const Block *a, *b;
    BlockUse use;
    bool is_homomorphism; // Else one to one.
    uint32_t *columns;    // USE_TABLE: what each output of `a` is in `b`.
} Matching;

// Translating

typedef struct {
    Arena *arena;
    const Pairing *pairings;
} Translation;

static uint32_t paired_column(const Pairing *pairing, uint32_t column)
{
    if (pairing->from_block == NULL)
        return column;
    for (size_t i = 0; i < pairing->from_block->output_count; i++)
        if (pairing->from_block->names[i].id == column)
            return pairing->columns[i];
    return 0;
}

// A column that the other block does not have becomes one that nothing has.
static const Expr *translate_column(void *context, const Expr *column)
{
    const Translation *translation = context;
    const Pairing *pairing = translation->pairings;
    while (pairing != NULL && pairing->from != column->source)
        pairing = pairing->next;
    if (pairing == NULL)
        return NULL;
    Expr changed = *column;
    changed.column = paired_column(pairing, column->column);
    bool is_lost = pairing->from_block != NULL && changed.column == 0;
    changed.source = is_lost ? UINT32_MAX : pairing->to;
    return expr_new(translation->arena, changed);
}

static const Expr *translated(Matching *m, const Pairing *pairings, const Expr *expr)
{
    Translation translation = {m->workshop->arena, pairings};
    return expr_replace_columns(m->workshop->arena, expr, translate_column, &translation);
}

static Exprs list_translated(Matching *m, const Pairing *pairings, const Exprs *list)
{
    Exprs made = {0};
    for (size_t i = 0; i < list->count; i++)
        array_push(m->workshop->arena, &made, translated(m, pairings, list->items[i]));
    return made;
}

// Agreement

// True if the conditions of `b` imply those of `a` and, one to one, the reverse. The
// leaves of both are the same tables, so those of `b` stand for either.
static bool conditions_agree(Matching *m, const Pairing *pairings, const Group *a,
                             const Group *b, const Exprs *a_having, const Exprs *b_having)
{
    Group mapped = *b;
    Exprs having = list_translated(m, pairings, a_having);
    mapped.conjuncts = list_translated(m, pairings, &a->conjuncts);
    Premises *where = premises_new(m->workshop, b, NULL);
    Premises *all = premises_new(m->workshop, b, b_having);
    if (!premises_imply_all(where, &mapped.conjuncts) ||
        !premises_imply_all(all, &having))
        return false;
    if (m->is_homomorphism)
        return true;
    Premises *mapped_where = premises_new(m->workshop, &mapped, NULL);
    Premises *mapped_all = premises_new(m->workshop, &mapped, &having);
    return premises_imply_all(mapped_where, &b->conjuncts) &&
           premises_imply_all(mapped_all, b_having);
}

static bool pairs_agree(Matching *m, const Pairing *pairings, const GroupPair *pairs)
{
    static const Exprs none = {0};
    for (const GroupPair *it = pairs; it != NULL; it = it->next) {
        Group a = {.conjuncts = it->a_on ? *it->a_on : none};
        Group b = {.conjuncts = it->b_on ? *it->b_on : none};
        if (!conditions_agree(m, pairings, it->a ? it->a : &a, it->b ? it->b : &b, &none,
                              &none))
            return false;
    }
    return true;
}

static const Expr **outputs_translated(Matching *m, const Pairing *pairings)
{
    const Block *a = m->a;
    const Expr **made = arena_new(m->workshop->arena, const Expr *, a->output_count + 1);
    for (size_t i = 0; i < a->output_count; i++)
        made[i] = translated(m, pairings, a->outputs[i]);
    return made;
}

// Finds for each output of `a` the one of `b` that says the same.
static bool find_columns(Matching *m, Premises *premises, const Expr *const *outputs)
{
    const Block *a = m->a, *b = m->b;
    for (size_t i = 0; i < a->output_count; i++) {
        m->columns[i] = 0;
        for (size_t j = 0; j < b->output_count && m->columns[i] == 0; j++)
            if (premises_same(premises, outputs[i], b->outputs[j]))
                m->columns[i] = b->names[j].id;
    }
    // What DISTINCT looks at must be the same on both sides.
    bool is_distinct = a->is_distinct || b->is_distinct;
    return !is_distinct || premises_same_lists(premises, outputs, a->output_count,
                                               b->outputs, b->output_count);
}

static bool outputs_agree(Matching *m, Premises *premises, const Pairing *pairings)
{
    const Block *a = m->a, *b = m->b;
    const Expr **outputs = outputs_translated(m, pairings);
    if (m->use == USE_EXISTS)
        return true;
    if (m->use == USE_TABLE)
        return find_columns(m, premises, outputs);
    if (a->output_count != b->output_count)
        return false;
    for (size_t i = 0; i < a->output_count; i++)
        if (!premises_same(premises, outputs[i], b->outputs[i]))
            return false;
    return true;
}

// True if the order of `b` is that of `a`, or a finer one.
static bool orders_agree(Matching *m, Premises *premises, const Pairing *pairings)
{
    const Query *a = m->a->query, *b = m->b->query;
    if (m->use != USE_ROWS)
        return true;
    if (a->order_count > b->order_count)
        return false;
    for (size_t i = 0; i < a->order_count; i++)
        if (a->order[i].descending != b->order[i].descending ||
            a->order[i].nulls != b->order[i].nulls ||
            !premises_same(premises, translated(m, pairings, m->a->order[i]),
                           m->b->order[i]))
            return false;
    return true;
}

static bool keys_agree(Matching *m, Premises *premises, const Pairing *pairings)
{
    Exprs keys = list_translated(m, pairings, &m->a->keys);
    const Exprs *others = &m->b->keys;
    return premises_same_lists(premises, keys.items, keys.count, others->items,
                               others->count);
}

// All leaves are paired: does everything else agree?
static bool finish(Matching *m, const Pairing *pairings, const GroupPair *pairs)
{
    Premises *premises = premises_new(m->workshop, &m->b->from, NULL);
    m->workshop->trials++;
    return pairs_agree(m, pairings, pairs) &&
           conditions_agree(m, pairings, &m->a->from, &m->b->from, &m->a->having,
                            &m->b->having) &&
           keys_agree(m, premises, pairings) && outputs_agree(m, premises, pairings) &&
           orders_agree(m, premises, pairings);
}

// Pairing

static bool matches(Workshop *workshop, const Block *a, const Block *b, BlockUse use,
                    uint32_t *columns);

static bool solve(Matching *m, const Goal *goal, const Pairing *pairings,
                  const GroupPair *pairs);

static const Pairing *pair_leaves(Matching *m, const Leaf *a, const Leaf *b,
                                  const Pairing *pairings)
{
    Pairing made = {.next = pairings, .from = a->number, .to = b->number};
    if (a->kind == LEAF_TABLE && a->table != b->table)
        return NULL;
    if (a->kind == LEAF_BLOCK) {
        uint32_t *columns =
            arena_new(m->workshop->arena, uint32_t, a->block->output_count + 1);
        if (!matches(m->workshop, a->block, b->block, USE_TABLE, columns))
            return NULL;
        made.from_block = a->block;
        made.columns = columns;
    }
    return arena_copy(m->workshop->arena, &made, 1, sizeof(made));
}

static const Goal *goal_new(Matching *m, Goal parts)
{
    return arena_copy(m->workshop->arena, &parts, 1, sizeof(parts));
}

static const GroupPair *pair_new_groups(Matching *m, GroupPair parts)
{
    return arena_copy(m->workshop->arena, &parts, 1, sizeof(parts));
}

// The sides of a FULL JOIN, as they stand or exchanged.
static bool try_full(Matching *m, const Leaf *a, const Leaf *b, const Goal *rest,
                     const Pairing *pairings, const GroupPair *pairs)
{
    const GroupPair *with_on =
        pair_new_groups(m, (GroupPair){.next = pairs, .a_on = &a->on, .b_on = &b->on});
    for (int turn = 0; turn < 2; turn++) {
        const Group *left = turn == 0 ? b->left : b->right;
        const Group *right = turn == 0 ? b->right : b->left;
        const Goal *second = goal_new(m, (Goal){rest, a->right, right, 0, 0, 0, 0});
        const Goal *first = goal_new(m, (Goal){second, a->left, left, 0, 0, 0, 0});
        const GroupPair *lefts =
            pair_new_groups(m, (GroupPair){.next = with_on, .a = a->left, .b = left});
        const GroupPair *both =
            pair_new_groups(m, (GroupPair){.next = lefts, .a = a->right, .b = right});
        if (solve(m, first, pairings, both))
            return true;
    }
    return false;
}

static bool try_leaf(Matching *m, const Goal *goal, size_t place, const Pairing *pairings,
                     const GroupPair *pairs)
{
    const Leaf *a = &goal->a->leaves.items[goal->leaf];
    const Leaf *b = &goal->b->leaves.items[place];
    Goal next = *goal;
    next.leaf++;
    next.used |= (uint64_t)1 << place;
    bool is_taken = (goal->used >> place & 1) != 0 && !m->is_homomorphism;
    if (is_taken || a->kind != b->kind)
        return false;
    if (a->kind == LEAF_FULL)
        return try_full(m, a, b, goal_new(m, next), pairings, pairs);
    const Pairing *more = pair_leaves(m, a, b, pairings);
    return more != NULL && solve(m, goal_new(m, next), more, pairs);
}

static bool try_outer(Matching *m, const Goal *goal, size_t place,
                      const Pairing *pairings, const GroupPair *pairs)
{
    const Group *a = goal->a->outers.items[goal->outer];
    const Group *b = goal->b->outers.items[place];
    Goal next = *goal;
    next.outer++;
    next.joined |= (uint64_t)1 << place;
    if ((goal->joined >> place & 1) != 0)
        return false;
    const Goal *inner = goal_new(m, (Goal){goal_new(m, next), a, b, 0, 0, 0, 0});
    return solve(m, inner, pairings,
                 pair_new_groups(m, (GroupPair){.next = pairs, .a = a, .b = b}));
}

static bool has_same_shape(const Matching *m, const Group *a, const Group *b)
{
    if (a->leaves.count + a->outers.count > LEAF_LIMIT ||
        b->leaves.count + b->outers.count > LEAF_LIMIT)
        return false;
    return m->is_homomorphism ||
           (a->leaves.count == b->leaves.count && a->outers.count == b->outers.count);
}

// Depth-first: pairs the next leaf or outer join of the first goal, then the rest.
static bool solve(Matching *m, const Goal *goal, const Pairing *pairings,
                  const GroupPair *pairs)
{
    if (m->workshop->trials > m->workshop->trial_limit)
        return false;
    if (goal == NULL)
        return finish(m, pairings, pairs);
    if (!has_same_shape(m, goal->a, goal->b))
        return false;
    if (goal->leaf < goal->a->leaves.count) {
        for (size_t i = 0; i < goal->b->leaves.count; i++)
            if (try_leaf(m, goal, i, pairings, pairs))
                return true;
        return false;
    }
    if (goal->outer < goal->a->outers.count) {
        for (size_t i = 0; i < goal->b->outers.count; i++)
            if (try_outer(m, goal, i, pairings, pairs))
                return true;
        return false;
    }
    return solve(m, goal->rest, pairings, pairs);
}

// SELECT

static bool maps_into(Workshop *workshop, const Block *a, const Block *b, BlockUse use,
                      bool is_homomorphism, uint32_t *columns)
{
    Matching m = {workshop, a, b, use, is_homomorphism, columns};
    Goal start = {.a = &a->from, .b = &b->from};
    return solve(&m, &start, NULL, NULL);
}

static bool has_only_inner_joins(const Block *block)
{
    bool is_inner = block->from.outers.count == 0;
    for (size_t i = 0; i < block->from.leaves.count; i++)
        is_inner = is_inner && block->from.leaves.items[i].kind != LEAF_FULL;
    return is_inner;
}

static bool selects_match(Workshop *workshop, const Block *a, const Block *b,
                          BlockUse use, uint32_t *columns)
{
    bool as_set = use == USE_VALUES || use == USE_EXISTS || (a->is_set && b->is_set);
    if (a->is_grouped != b->is_grouped || (a->is_distinct != b->is_distinct && !as_set))
        return false;
    if (maps_into(workshop, a, b, use, false, columns))
        return true;
    bool maps_both_ways = as_set && !a->is_grouped && use != USE_TABLE &&
                          has_only_inner_joins(a) && has_only_inner_joins(b) &&
                          a->query->order_count == 0;
    return maps_both_ways && maps_into(workshop, a, b, use, true, columns) &&
           maps_into(workshop, b, a, use, true, columns);
}

// Set operations

static bool arms_cover(Workshop *workshop, const Block *const *a, size_t a_count,
                       const Block *const *b, size_t b_count)
{
    for (size_t i = 0; i < a_count; i++) {
        bool found = false;
        for (size_t j = 0; j < b_count && !found; j++)
            found = matches(workshop, a[i], b[j], USE_VALUES, NULL);
        if (!found)
            return false;
    }
    return true;
}

static bool arms_pair(Workshop *workshop, const Block *const *a, const Block *const *b,
                      size_t count)
{
    bool *is_used = arena_new(workshop->arena, bool, count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < count &&
               (is_used[j] || !matches(workshop, a[i], b[j], USE_ROWS, NULL)))
            j++;
        if (j == count)
            return false;
        is_used[j] = true;
    }
    return true;
}

static bool arms_match(Workshop *workshop, const Block *a, const Block *b)
{
    const Block *const *left = a->arms, *const *right = b->arms;
    size_t left_count = a->arm_count, right_count = b->arm_count;
    bool is_except = a->op == SET_EXCEPT || a->op == SET_EXCEPT_ALL;
    bool is_bag = !set_removes_duplicates(a->op);
    if (is_except) {
        if (!matches(workshop, left[0], right[0], is_bag ? USE_ROWS : USE_VALUES, NULL))
            return false;
        left++, right++, left_count--, right_count--;
    }
    if (is_bag)
        return left_count == right_count && arms_pair(workshop, left, right, left_count);
    return arms_cover(workshop, left, left_count, right, right_count) &&
           arms_cover(workshop, right, right_count, left, left_count);
}

static size_t output_place(const Block *block, const Expr *expr)
{
    size_t place = 0;
    while (place < block->output_count &&
           (expr->kind != EXPR_OUTPUT || block->names[place].id != expr->column))
        place++;
    return place;
}

static bool set_orders_agree(const Block *a, const Block *b)
{
    const Query *left = a->query, *right = b->query;
    if (left->order_count > right->order_count)
        return false;
    for (size_t i = 0; i < left->order_count; i++) {
        size_t place = output_place(a, left->order[i].expr);
        if (place == a->output_count || place != output_place(b, right->order[i].expr) ||
            left->order[i].descending != right->order[i].descending ||
            left->order[i].nulls != right->order[i].nulls)
            return false;
    }
    return true;
}

static bool sets_match(Workshop *workshop, const Block *a, const Block *b, BlockUse use,
                       uint32_t *columns)
{
    if (a->op != b->op || a->output_count != b->output_count)
        return false;
    for (size_t i = 0; i < a->output_count; i++) {
        if (!type_equal(a->names[i].type, b->names[i].type))
            return false;
        if (columns != NULL)
            columns[i] = b->names[i].id;
    }
    return (use != USE_ROWS || set_orders_agree(a, b)) && arms_match(workshop, a, b);
}

// Blocks

static bool values_match(const Block *a, const Block *b, uint32_t *columns)
{
    for (size_t i = 0; columns != NULL && i < a->output_count; i++)
        columns[i] = i < b->output_count ? b->names[i].id : 0;
    return query_equal(a->query, b->query);
}

static bool is_same_expr(const Expr *a, const Expr *b)
{
    return a == NULL || b == NULL ? a == b : expr_equal(a, b);
}

static bool matches(Workshop *workshop, const Block *a, const Block *b, BlockUse use,
                    uint32_t *columns)
{
    if (a->body != b->body || !is_same_expr(a->query->limit, b->query->limit) ||
        !is_same_expr(a->query->offset, b->query->offset))
        return false;
    switch (a->body) {
    case BODY_SELECT:
        return selects_match(workshop, a, b, use, columns);
    case BODY_SET:
        return sets_match(workshop, a, b, use, columns);
    case BODY_VALUES:
        return values_match(a, b, columns);
    case BODY_OPAQUE:
        break;
    }
    return false;
}

bool query_matches(Workshop *workshop, const Query *a, const Query *b, ExprKind place)
{
    BlockUse use = place == EXPR_EXISTS     ? USE_EXISTS
                   : place == EXPR_IN_QUERY ? USE_VALUES
                                            : USE_ROWS;
    if (a == b)
        return true;
    return matches(workshop, block_new(workshop, a), block_new(workshop, b), use, NULL);
}

bool block_matches(Workshop *workshop, const Block *a, const Block *b)
{
    return matches(workshop, a, b, USE_ROWS, NULL);
}

// True if the expression is count(DISTINCT k) of a key k of the group.
static bool counts_key(Premises *premises, const Block *block, const Expr *expr)
{
    bool is_count = expr->kind == EXPR_AGGREGATE && expr->distinct &&
                    expr->arg_count == 1 && text_same_word(expr->name, "count");
    return is_count && premises_same_as_any(premises, expr->args[0], block->keys.items,
                                            block->keys.count);
}

// Returns the conditions of HAVING, and that a group has at most one value of a key.
static Exprs having_with_bounds(Workshop *workshop, const Block *block)
{
    Premises *premises = premises_new(workshop, &block->from, NULL);
    Arena *arena = workshop->arena;
    Exprs all = {0};
    for (size_t i = 0; i < block->having.count; i++) {
        const Expr *condition = block->having.items[i];
        array_push(arena, &all, condition);
        for (size_t j = 0; j < condition->arg_count; j++)
            if (counts_key(premises, block, condition->args[j]))
                array_push(arena, &all,
                           expr_compare(arena, COMPARE_LE, condition->args[j],
                                        expr_integer(arena, 1)));
    }
    return all;
}

static bool is_empty_select(Workshop *workshop, const Block *block)
{
    if (block->is_grouped && block->keys.count == 0)
        return false;
    for (size_t i = 0; i < block->from.leaves.count; i++) {
        const Leaf *leaf = &block->from.leaves.items[i];
        if (leaf->kind == LEAF_BLOCK && block_is_empty(workshop, leaf->block))
            return true;
    }
    Exprs having = having_with_bounds(workshop, block);
    return premises_contradict(premises_new(workshop, &block->from, &having));
}

bool block_is_empty(Workshop *workshop, const Block *block)
{
    bool is_union = block->op == SET_UNION || block->op == SET_UNION_ALL;
    if (block->body == BODY_SELECT)
        return is_empty_select(workshop, block);
    if (block->body != BODY_SET)
        return false;
    for (size_t i = 0; i < block->arm_count; i++) {
        bool is_empty = block_is_empty(workshop, block->arms[i]);
        bool is_first_only = block->op == SET_EXCEPT || block->op == SET_EXCEPT_ALL;
        if (is_empty != is_union || is_first_only)
            return is_empty;
    }
    return is_union;
}
