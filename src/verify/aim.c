// aim.c - from a wish to rows, and which variation comes when.

#include "verify/aim.h"

#include "query/walk.h"
#include "sql/sql.h"
#include "verify/pool.h"
#include "verify/wish.h"

#include <stdlib.h>

enum {
    SIDES = 2,
    CANDIDATE_TURN = 3, // Every so many databases aim at the candidate's tree.
    NULL_TURN = 4,      // Of the goals' turns, the one in which they are NULL.
    ROOTS = 10,         // Rows of the result that are wished for, at most.
    DELAYED_LIMIT = 400,
    LIMIT_ROWS = 120, // More are not made to go beyond a LIMIT.
    LIMIT_TURN = 30,  // Every so many aimed databases do.
};

struct AimTarget {
    Arena *arena;
    const Tree *tree;
    Beside beside;
    Map ctes;  // From number to Cte.
    Map views; // From Table to Query.
    Subqueries subqueries;
    uint32_t next_id;  // For what stands in views.
    size_t conditions; // Met by the last walk.
    size_t goals;      // Tried so far.
};

struct Aim {
    const Hints *hints;
    AimTarget *targets[SIDES];
    size_t target_count;
};

// Set-up

static bool remember_ctes(void *context, const Query *query)
{
    AimTarget *target = context;
    for (size_t i = 0; i < query->cte_count; i++)
        *map_number(&target->ctes, query->ctes[i]->number) = (void *)query->ctes[i];
    return true;
}

static void visit(AimTarget *target, const Query *query);

// A view is bound by itself, and its numbers made fresh.
static bool remember_view(void *context, const Source *source)
{
    AimTarget *target = context;
    const Table *view = source->kind == SOURCE_TABLE ? source->table : NULL;
    if (view == NULL || view->kind != TABLE_VIEW || view->view_sql == NULL)
        return true;
    void **entry = map_number(&target->views, (uintptr_t)view);
    Tree tree;
    Error error;
    if (*entry != NULL ||
        !sql_bind(target->arena, target->tree->catalog, view->view_sql, &tree, &error))
        return true;
    if (target->next_id < tree.next_id) // Above both, or they would meet.
        target->next_id = tree.next_id;
    const Query *query = query_copy(target->arena, tree.root, &target->next_id);
    *entry = (void *)query;
    visit(target, query);
    return true;
}

static void visit(AimTarget *target, const Query *query)
{
    Visitor visitor = {.query = remember_ctes,
                       .source = remember_view,
                       .context = target};
    walk_query(query, &visitor);
}

AimTarget *aim_target_new(Arena *arena, const Tree *tree, Beside beside)
{
    AimTarget *target = arena_new(arena, AimTarget, 1);
    *target = (AimTarget){.arena = arena,
                          .tree = tree,
                          .beside = beside,
                          .ctes = map_new(arena),
                          .views = map_new(arena),
                          .subqueries = {map_new(arena), map_new(arena)},
                          .next_id = tree->next_id};
    visit(target, tree->root);
    return target;
}

Aim *aim_new(Arena *arena, const Hints *hints)
{
    Aim *aim = arena_new(arena, Aim, 1);
    aim->hints = hints;
    for (size_t i = 0; i < COUNT_OF(hints->trees); i++)
        if (hints->trees[i] != NULL)
            aim->targets[aim->target_count++] =
                aim_target_new(arena, hints->trees[i], (Beside){0});
    return aim->target_count > 0 ? aim : NULL;
}

void aim_at_candidate(Aim *aim)
{
    aim->targets[0] = aim->targets[aim->target_count - 1];
    aim->target_count = 1;
}

// Ordinary values

static bool scalar_of_value(Value value, Scalar *scalar)
{
    Moment moment;
    switch (value.kind) {
    case VALUE_NULL:
    case VALUE_BLOB:
        return false;
    case VALUE_BOOLEAN:
    case VALUE_INTEGER:
        *scalar = scalar_number((double)value.integer);
        return true;
    case VALUE_FLOAT:
        *scalar = scalar_number(value.number);
        return true;
    case VALUE_TEXT:
        *scalar = scalar_text(value.bytes);
        return true;
    case VALUE_OTHER:
        if (value.type == TYPE_DECIMAL)
            *scalar = scalar_number(strtod(value.bytes, NULL));
        else if (type_is_moment(TYPE_OF(value.type)) && moment_read(value.bytes, &moment))
            *scalar = scalar_moment(moment);
        else
            *scalar = scalar_text(value.bytes);
        return true;
    }
    return false;
}

static bool ordinary_scalar(void *context, size_t slot, Scalar *scalar)
{
    const OrdinaryValues *ordinary = context;
    ScalarKind kind = scalar->kind;
    Scalar drawn;
    if (!scalar_of_value(ordinary->draw(ordinary->context, slot), &drawn))
        return false;
    Moment moment;
    if (kind == SCALAR_MOMENT && drawn.kind == SCALAR_TEXT) {
        if (!moment_read(drawn.text, &moment))
            return false;
        drawn = scalar_moment(moment);
    }
    *scalar = drawn;
    return true;
}

// Plans

static Style draw_style(Random *random, bool plain)
{
    static const unsigned null_chances[] = {0, 0, 2, 5}, bound_chances[] = {2, 8, 14};
    Style style = {
        .null_chance = null_chances[random_below(random, COUNT_OF(null_chances))],
        .bound_chance = bound_chances[random_below(random, COUNT_OF(bound_chances))],
        .spread = random_chance(random, 1, 2)};
    style.fractions = !plain && random_chance(random, 1, 4);
    if (plain)
        style.null_chance = 0;
    return style;
}

static Plan draw_plan(Random *random, AimTarget *target, bool plain)
{
    static const unsigned chances[] = {0, 4, 10};
    Plan plan = {.member_chance = chances[random_below(random, COUNT_OF(chances))],
                 .outer_chance = chances[random_below(random, COUNT_OF(chances))],
                 .sibling_chance = chances[random_below(random, COUNT_OF(chances))],
                 .miss_chance = 8,
                 .beside = target->beside};
    if (plain || target->conditions == 0)
        return plan;
    size_t goal = target->goals++;
    plan.has_goal = random_chance(random, 6, 8);
    plan.goal = goal % target->conditions;
    plan.goal_truth =
        goal / target->conditions % NULL_TURN == NULL_TURN - 1 ? TRUTH_NULL : TRUTH_FALSE;
    return plan;
}

size_t rows_beyond_limit(const Query *query)
{
    double rows = 1;
    const Expr *const bounds[] = {query->limit, query->offset};
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        Scalar bound;
        if (bounds[i] == NULL && i > 0)
            continue;
        if (bounds[i] == NULL || bounds[i]->kind != EXPR_LITERAL ||
            !scalar_of_literal(bounds[i], &bound) || bound.kind != SCALAR_NUMBER)
            return 0;
        rows += bound.number;
    }
    return rows > LIMIT_ROWS || query->limit_percent ? 0 : (size_t)rows;
}

// The result's first row as the query asks for it, and others that go against it in one
// condition or none.
static void wish_roots(Wish *wish, AimTarget *target, size_t number)
{
    const Query *root = target->tree->root;
    bool is_first = number < CANDIDATE_TURN, exceeds = number % LIMIT_TURN == 0;
    bool wants_many = target->beside.kind == BESIDE_MANY;
    size_t many = wants_many || (!is_first && exceeds) ? rows_beyond_limit(root) : 0;
    wish->unknowns.style.spread |= many > 0; // Or they would fall into a few groups.
    size_t count = many > 0 ? many : is_first ? 1 : 1 + random_below(wish->random, ROOTS);
    bool misses = count == 1 && !is_first && random_chance(wish->random, 1, 2);
    const Env *like = NULL;
    size_t conditions = 0;
    for (size_t i = 0; i < count && (i < many || !wish_is_full(wish)); i++) {
        bool plain = (i == 0 && !misses) || many > 0;
        wish->plan = draw_plan(wish->random, target, plain);
        wish->conditions = 0;
        // What goes against a condition can't share the rows that meet it.
        bool shares = random_chance(wish->random, wish->plan.has_goal ? 1 : 7, 8);
        const Tuple *tuple =
            wish_block(wish, root, NULL, shares && many == 0 ? like : NULL);
        if (i == 0) {
            conditions = wish->conditions;
            like = tuple->kind == TUPLE_BLOCK && root->body == BODY_SELECT ? tuple->env
                                                                           : NULL;
        }
    }
    target->conditions = conditions;
}

static void compare_delayed(Wish *wish)
{
    wish->is_late = true;
    for (size_t i = 0; i < wish->delayed.count && i < DELAYED_LIMIT; i++) {
        const Delayed *it = &wish->delayed.items[i];
        if (wish_guess(wish, i))
            continue;
        (void)wish_compare(wish, it->op, it->left, it->left_env, it->right,
                           it->right_env);
    }
}

// Rows

static AimedRow aimed_row(Wish *wish, Arena *arena, const WishRow *row)
{
    const Hints *hints = wish->hints;
    const Table *table = hints->tables[row->table];
    AimedRow aimed = {.values = arena_new(arena, Value, table->column_count + 1),
                      .is_set = arena_new(arena, bool, table->column_count + 1)};
    for (uint32_t c = 0; c < table->column_count; c++) {
        if (row->cells[c] == CELL_NONE)
            continue;
        Scalar scalar = unknown_choose(&wish->unknowns, row->cells[c]);
        Domain domain = domain_of(hints->catalog->dialect, table, c);
        aimed.is_set[c] = pool_value(arena, hints, domain, scalar, &aimed.values[c]);
    }
    return aimed;
}

static AimedTable *aimed_tables(Wish *wish, Arena *arena)
{
    size_t count = wish->hints->table_count;
    AimedTable *tables = arena_new(arena, AimedTable, count + 1);
    for (size_t i = 0; i < wish->rows.count; i++)
        tables[wish->rows.items[i].table].row_count += !wish->rows.items[i].is_gone;
    for (size_t t = 0; t < count; t++) {
        tables[t].rows = arena_new(arena, AimedRow, tables[t].row_count + 1);
        tables[t].row_count = 0;
    }
    for (size_t i = 0; i < wish->rows.count; i++) {
        const WishRow *row = &wish->rows.items[i];
        AimedTable *table = &tables[row->table];
        if (!row->is_gone)
            table->rows[table->row_count++] = aimed_row(wish, arena, row);
    }
    return tables;
}

AimedTable *aim_draw_at(Aim *aim, AimTarget *target, Arena *arena, Random *random,
                        size_t number, const OrdinaryValues *ordinary)
{
    Wish wish = {.arena = arena,
                 .random = random,
                 .hints = aim->hints,
                 .ctes = &target->ctes,
                 .views = &target->views,
                 .subqueries = &target->subqueries,
                 .unknowns = {.arena = arena,
                              .random = random,
                              .style = draw_style(random, number < CANDIDATE_TURN),
                              .ordinary = ordinary_scalar,
                              .context = (void *)ordinary}};
    wish_roots(&wish, target, number);
    wish_keep_keys(&wish);
    wish_make_single(&wish);
    compare_delayed(&wish);
    wish_keep_keys(&wish);
    return aimed_tables(&wish, arena);
}

AimedTable *aim_draw(Aim *aim, Arena *arena, Random *random, size_t number,
                     const OrdinaryValues *ordinary)
{
    bool at_candidate = number % CANDIDATE_TURN == CANDIDATE_TURN - 1;
    AimTarget *target = aim->targets[at_candidate ? aim->target_count - 1 : 0];
    return aim_draw_at(aim, target, arena, random, number, ordinary);
}
