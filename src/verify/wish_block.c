// wish_block.c - from one row of a block's result to one row of each of its sources.

#include "verify/wish.h"

#include "base/text.h"
#include "query/equal.h"
#include "query/walk.h"

#include <stdint.h>
#include <string.h>

enum {
    STEP_LIMIT = 4000, // Blocks and members in one database.
    DEPTH_LIMIT = 60,
    ENOUGH_ROWS = 60,
    ROW_LIMIT = 640,
    MANY_ROWS = 1200, // To go beyond a LIMIT.
    MEMBER_LIMIT = 60,
    RECURSION_CHANCE = 8, // Of 16: one step more of a recursive CTE.
};

static const Tuple opaque_tuple = {.kind = TUPLE_OPAQUE};
static const Tuple null_tuple = {.kind = TUPLE_NULLS};

static Env *env_new(Wish *wish, Env *outer, const Query *query)
{
    Env *env = arena_new(wish->arena, Env, 1);
    env->outer = outer;
    env->query = query;
    return env;
}

static void bind(Wish *wish, Env *env, uint32_t source, const Tuple *tuple)
{
    array_push(wish->arena, &env->bindings, ((Binding){source, tuple}));
}

static bool is_exhausted(Wish *wish)
{
    size_t rows = wish->plan.beside.kind == BESIDE_MANY ? MANY_ROWS : ROW_LIMIT;
    return ++wish->steps > STEP_LIMIT || wish->depth > DEPTH_LIMIT ||
           wish->rows.count > rows;
}

bool wish_is_full(const Wish *wish)
{
    return wish->rows.count > ENOUGH_ROWS;
}

// Sources

// An earlier row of the same block, of which some tuples are used again.
typedef struct {
    const Env *env; // NULL: there is none.
    uint32_t fresh; // The source that is not, so that the two differ.
    bool is_kept;   // All tuples but that one's are used again.
} Model;

static const Tuple *bound_before(const Model *model, uint32_t source)
{
    const Env *env = model->env;
    for (size_t i = 0; env != NULL && source != model->fresh && i < env->bindings.count;
         i++)
        if (env->bindings.items[i].source == source)
            return env->bindings.items[i].tuple;
    return NULL;
}

typedef struct {
    const Env *env;
    size_t *degrees; // For each binding of `env`.
} Degrees;

static bool count_join(void *context, const Expr *expr)
{
    Degrees *degrees = context;
    if (expr->kind == EXPR_COMPARE && expr->args[0]->kind == EXPR_COLUMN &&
        expr->args[1]->kind == EXPR_COLUMN)
        for (size_t i = 0; i < degrees->env->bindings.count; i++)
            degrees->degrees[i] +=
                expr->args[0]->source == degrees->env->bindings.items[i].source ||
                expr->args[1]->source == degrees->env->bindings.items[i].source;
    return true;
}

// Returns the source that is compared with most others: in a star that is the one in
// the middle, of which there are many rows for one of each other.
static uint32_t busiest_source(Wish *wish, const Env *env)
{
    if (env->bindings.count == 0)
        return 0;
    const Select *select = env->query->select;
    Degrees degrees = {.env = env,
                       .degrees =
                           arena_new(wish->arena, size_t, env->bindings.count + 1)};
    Visitor visitor = {.expr = count_join, .query = walk_stay_out, .context = &degrees};
    for (size_t i = 0; i < select->filter_count; i++)
        walk_expr(select->filter[i], &visitor);
    for (size_t i = 0; i < select->source_count; i++)
        walk_source(select->sources[i], &visitor);
    size_t best = random_below(wish->random, env->bindings.count);
    for (size_t i = 0; i < env->bindings.count; i++)
        if (degrees.degrees[i] > degrees.degrees[best])
            best = i;
    return env->bindings.items[best].source;
}

static Model model_new(Wish *wish, const Env *like)
{
    return (Model){.env = like, .fresh = like == NULL ? 0 : busiest_source(wish, like)};
}

static const Tuple *positioned(Wish *wish, const Tuple *arm, const Output *outputs,
                               size_t width)
{
    if (arm->kind != TUPLE_BLOCK)
        return arm;
    Tuple *tuple = arena_copy(wish->arena, arm, 1, sizeof(*arm));
    tuple->outputs = outputs;
    tuple->width = width < arm->width ? width : arm->width;
    return tuple;
}

// A row of a view: its columns are known by their places.
static const Tuple *view_tuple(Wish *wish, const Table *view)
{
    const Query *query = map_find_number(wish->views, (uintptr_t)view);
    if (query == NULL)
        return &opaque_tuple;
    Output *outputs = arena_new(wish->arena, Output, view->column_count + 1);
    for (uint32_t i = 0; i < view->column_count; i++)
        outputs[i].id = i;
    return positioned(wish, wish_block(wish, query, NULL, NULL), outputs,
                      view->column_count);
}

static const Tuple *table_tuple(Wish *wish, const Source *source)
{
    if (source->table != NULL && source->table->kind == TABLE_VIEW)
        return view_tuple(wish, source->table);
    size_t table = source->table == NULL ? wish->hints->table_count
                                         : hints_table(wish->hints, source->table);
    if (table == wish->hints->table_count)
        return &opaque_tuple;
    Tuple *tuple = arena_new(wish->arena, Tuple, 1);
    *tuple = (Tuple){.kind = TUPLE_ROW, .row = wish_row(wish, table)};
    return tuple;
}

// True if a condition of the block asks another literal of this column than `literal`.
static bool is_excluded(const Select *select, uint32_t source, uint32_t column,
                        const Expr *literal)
{
    for (size_t i = 0; i < select->filter_count; i++) {
        const Expr *conjunct = select->filter[i];
        if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
            continue;
        bool first = expr_is_column(conjunct->args[0], source, column);
        const Expr *other = conjunct->args[first ? 1 : 0];
        if ((first || expr_is_column(conjunct->args[1], source, column)) &&
            other->kind == EXPR_LITERAL && !expr_equal(other, literal))
            return true;
    }
    return false;
}

// True if the arm's constants do not contradict what the block asks of the source.
static bool arm_fits(const Select *select, uint32_t source, const SetOperation *set,
                     const Query *arm)
{
    size_t width;
    const Output *outputs = query_outputs(arm, &width);
    for (size_t i = 0; i < width && i < set->output_count; i++)
        if (outputs[i].expr != NULL && outputs[i].expr->kind == EXPR_LITERAL &&
            is_excluded(select, source, set->outputs[i].id, outputs[i].expr))
            return false;
    return true;
}

// Returns a row of the derived table, from an arm that the block around it does not
// rule out.
static const Tuple *derived_tuple(Wish *wish, const Query *query, Env *env,
                                  const Source *source)
{
    const SetOperation *set = query->set;
    bool is_union =
        query->body == BODY_SET && (set->op == SET_UNION || set->op == SET_UNION_ALL);
    if (!is_union || set->by_name)
        return wish_block(wish, query, env, NULL);
    size_t start = random_below(wish->random, set->arm_count);
    for (size_t i = 0; i < set->arm_count; i++) {
        const Query *arm = set->arms[(start + i) % set->arm_count];
        if (arm_fits(env->query->select, source->number, set, arm))
            return positioned(wish, wish_block(wish, arm, env, NULL), set->outputs,
                              set->output_count);
    }
    return &opaque_tuple;
}

static const Tuple *recursive_tuple(Wish *wish, const Cte *cte, Env *env)
{
    const SetOperation *set = cte->query->set;
    bool again = random_chance(wish->random, RECURSION_CHANCE, 16) && wish->depth < 12;
    size_t arm = 0;
    for (size_t i = 0; i < set->arm_count; i++)
        if ((query_count_cte_uses(set->arms[i], cte->number) > 0) == again)
            arm = i;
    return positioned(wish, wish_block(wish, set->arms[arm], env, NULL), set->outputs,
                      set->output_count);
}

static const Tuple *leaf_tuple(Wish *wish, Env *env, const Source *source)
{
    const Cte *cte = NULL;
    switch (source->kind) {
    case SOURCE_TABLE:
        return table_tuple(wish, source);
    case SOURCE_QUERY:
        return derived_tuple(wish, source->query, env, source);
    case SOURCE_CTE:
        cte = map_find_number(wish->ctes, source->cte);
        if (cte == NULL)
            break;
        return cte->recursive && cte->query->body == BODY_SET
                   ? recursive_tuple(wish, cte, env)
                   : derived_tuple(wish, cte->query, env, source);
    case SOURCE_NAME:
    case SOURCE_JOIN:
    case SOURCE_FUNCTION:
    case SOURCE_OPAQUE:
        break;
    }
    return &opaque_tuple;
}

static void bind_nulls(Wish *wish, Env *env, const Source *source)
{
    if (source->kind == SOURCE_JOIN) {
        bind_nulls(wish, env, source->left);
        bind_nulls(wish, env, source->right);
    } else {
        bind(wish, env, source->number, &null_tuple);
    }
}

// True if the block asks for a NULL in a column of these sources.
static bool wants_nulls(Wish *wish, const Select *select, const Source *side)
{
    NumberSet numbers = source_numbers(wish->arena, side);
    for (size_t i = 0; i < select->filter_count; i++) {
        const Expr *conjunct = select->filter[i];
        if (conjunct->kind == EXPR_IS && conjunct->is == IS_NULL && !conjunct->negated &&
            conjunct->args[0]->kind == EXPR_COLUMN &&
            number_set_has(numbers, conjunct->args[0]->source))
            return true;
    }
    return false;
}

static void bind_source(Wish *wish, Env *env, const Source *source, const Model *model);

static bool lacks_partner(Wish *wish, Env *env, const Source *side)
{
    return wants_nulls(wish, env->query->select, side) ||
           random_chance(wish->random, wish->plan.outer_chance, 16);
}

// Rows of one side of a join that miss their partner in one condition.
static void bind_strangers(Wish *wish, Env *env, const Source *join, const Source *side)
{
    if (join->on_count == 0 || wish_is_full(wish) ||
        !random_chance(wish->random, wish->plan.miss_chance, 16))
        return;
    Env *strangers = env_new(wish, env, env->query);
    Model model = {.env = NULL};
    Plan plan = wish->plan;
    wish_miss_one(wish, join->on_count);
    bind_source(wish, strangers, side, &model);
    (void)wish_conditions(wish, join->on, join->on_count, strangers);
    wish->plan = plan;
}

static void bind_join(Wish *wish, Env *env, const Source *join, const Model *model)
{
    bool left = true, right = join->join != JOIN_ANTI;
    if (join_keeps_left(join->join))
        right = !lacks_partner(wish, env, join->right);
    if (join->join == JOIN_RIGHT || (join->join == JOIN_FULL && right))
        left = !lacks_partner(wish, env, join->left);
    if (left)
        bind_source(wish, env, join->left, model);
    else
        bind_nulls(wish, env, join->left);
    if (right)
        bind_source(wish, env, join->right, model);
    else
        bind_nulls(wish, env, join->right);
    if (left && right)
        (void)wish_conditions(wish, join->on, join->on_count, env);
    else
        bind_strangers(wish, env, join, left ? join->right : join->left);
}

static void bind_source(Wish *wish, Env *env, const Source *source, const Model *model)
{
    if (source->kind == SOURCE_JOIN) {
        bind_join(wish, env, source, model);
        return;
    }
    const Tuple *before = bound_before(model, source->number);
    bool again = before != NULL && (model->is_kept || random_chance(wish->random, 1, 2));
    bind(wish, env, source->number, again ? before : leaf_tuple(wish, env, source));
}

// Blocks

// One row of each source, such that ON and WHERE hold.
static Env *bind_sources(Wish *wish, const Query *query, Env *outer, const Model *model)
{
    const Select *select = query->select;
    Env *env = env_new(wish, outer, query);
    for (size_t i = 0; i < select->source_count; i++)
        bind_source(wish, env, select->sources[i], model);
    (void)wish_conditions(wish, select->filter, select->filter_count, env);
    return env;
}

// Makes the group keys of two members the same: where that is open both may be NULL.
static void join_keys(Wish *wish, const GroupItem *items, size_t count, Env *first,
                      Env *second)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < items[i].expr_count; j++) {
            const Expr *key = items[i].exprs[j];
            bool is_open = wish_place(wish, key, first).kind == PLACE_UNKNOWN;
            (void)wish_compare(wish, is_open ? COMPARE_NOT_DISTINCT : COMPARE_EQ, key,
                               first, key, second);
        }
        join_keys(wish, items[i].items, items[i].item_count, first, second);
    }
}

bool wish_members(Wish *wish, Env *group, size_t count)
{
    const Select *select = group->query->select;
    if (count > MEMBER_LIMIT)
        return false;
    // Rows that have new tuples of several sources are joined with each other's, too.
    Env *first = group->members.items[0];
    Model kept = model_new(wish, first);
    kept.is_kept = random_chance(wish->random, 1, 3);
    while (group->members.count < count) {
        if (is_exhausted(wish))
            return false;
        // Where a key spans several sources, one of them alone would make no other row.
        Model other = model_new(wish, random_chance(wish->random, 1, 2) ? first : NULL);
        Env *member =
            bind_sources(wish, group->query, group->outer, kept.is_kept ? &kept : &other);
        join_keys(wish, select->groups, select->group_count, first, member);
        array_push(wish->arena, &group->members, member);
    }
    return true;
}

static Env *select_env(Wish *wish, const Query *query, Env *outer, const Env *like)
{
    const Select *select = query->select;
    if (like != NULL && like->is_grouped)
        like = like->members.items[0];
    Model model = model_new(wish, like);
    Env *env = bind_sources(wish, query, outer, &model);
    if (query_is_grouped(query)) {
        Env *group = env_new(wish, outer, query);
        group->is_grouped = true;
        array_push(wish->arena, &group->members, env);
        if (random_chance(wish->random, wish->plan.member_chance, 16))
            (void)wish_members(wish, group, 2 + random_below(wish->random, 2));
        env = group;
        (void)wish_conditions(wish, select->having, select->having_count, env);
    }
    (void)wish_conditions(wish, select->qualify, select->qualify_count, env);
    wish_add_sibling(wish, query, env);
    if (wish->unknowns.style.spread)
        wish_touch_outputs(wish, select, env);
    return env;
}

static const Tuple *select_tuple(Wish *wish, const Query *query, Env *outer,
                                 const Env *like)
{
    const Select *select = query->select;
    Tuple *tuple = arena_new(wish->arena, Tuple, 1);
    const Expr **exprs = arena_new(wish->arena, const Expr *, select->output_count + 1);
    for (size_t i = 0; i < select->output_count; i++)
        exprs[i] = select->outputs[i].expr;
    *tuple = (Tuple){.kind = TUPLE_BLOCK,
                     .outputs = select->outputs,
                     .exprs = exprs,
                     .width = select->output_count,
                     .env = select_env(wish, query, outer, like)};
    return tuple;
}

// Both arms of an INTERSECT yield the row; of an EXCEPT only the first does.
static const Tuple *set_tuple(Wish *wish, const Query *query, Env *outer, const Env *like)
{
    const SetOperation *set = query->set;
    bool is_union = set->op == SET_UNION || set->op == SET_UNION_ALL;
    bool meets = set->op == SET_INTERSECT || set->op == SET_INTERSECT_ALL;
    size_t arm = is_union ? random_below(wish->random, set->arm_count) : 0;
    const Tuple *first = wish_block(wish, set->arms[arm], outer, like);
    for (size_t i = 1; i < set->arm_count && !is_union && !meets; i++)
        wish_near_miss(wish, set->arms[i], outer);
    for (size_t i = 1; i < set->arm_count && meets; i++) {
        const Tuple *other = wish_block(wish, set->arms[i], outer, NULL);
        for (size_t c = 0; c < first->width && c < other->width; c++)
            (void)wish_compare(wish, COMPARE_EQ, first->exprs[c], first->env,
                               other->exprs[c], other->env);
    }
    return set->by_name ? &opaque_tuple
                        : positioned(wish, first, set->outputs, set->output_count);
}

static const Tuple *values_tuple(Wish *wish, const Values *values, Env *outer)
{
    if (values->row_count == 0)
        return &opaque_tuple;
    Tuple *tuple = arena_new(wish->arena, Tuple, 1);
    *tuple = (Tuple){.kind = TUPLE_BLOCK,
                     .outputs = values->outputs,
                     .exprs = values->rows[random_below(wish->random, values->row_count)],
                     .width = values->output_count,
                     .env = outer};
    return tuple;
}

const Tuple *wish_block(Wish *wish, const Query *query, Env *outer, const Env *like)
{
    const Tuple *tuple = &opaque_tuple;
    if (is_exhausted(wish))
        return tuple;
    wish->depth++;
    switch (query->body) {
    case BODY_SELECT:
        tuple = select_tuple(wish, query, outer, like);
        break;
    case BODY_SET:
        tuple = set_tuple(wish, query, outer, like);
        break;
    case BODY_VALUES:
        tuple = values_tuple(wish, query->values, outer);
        break;
    case BODY_OPAQUE:
        break;
    }
    wish->depth--;
    return tuple;
}

// Returns the first query met that is equal to this one: found by its bytes, which takes
// long enough to be done once for each.
static const Query *first_equal(Subqueries *subqueries, const Query *query)
{
    void **first = map_number(&subqueries->by_bytes, query_fingerprint(query));
    if (*first == NULL)
        *first = (void *)query;
    return query_equal(*first, query) ? *first : query;
}

static const Subquery *subquery_of(Wish *wish, const Query *query)
{
    Map *known = &wish->subqueries->known;
    const Subquery *found = map_find_number(known, (uintptr_t)query);
    if (found != NULL)
        return found;
    bool depends = query_free_sources(wish->arena, query).count > 0;
    Subquery *made = arena_new(known->arena, Subquery, 1);
    *made = (Subquery){.first = depends ? query : first_equal(wish->subqueries, query),
                       .depends = depends};
    *map_number(known, (uintptr_t)query) = made;
    return made;
}

const Tuple *wish_answer(Wish *wish, const Query *query, Env *env)
{
    const Subquery *subquery = subquery_of(wish, query);
    const Env *answered_in = subquery->depends ? env : NULL;
    for (size_t i = 0; i < wish->answered.count; i++) {
        const Answered *old = &wish->answered.items[i];
        if (old->query == subquery->first && old->env == answered_in)
            return old->tuple;
    }
    const Tuple *tuple = wish_block(wish, query, env, NULL);
    array_push(wish->arena, &wish->answered,
               ((Answered){subquery->first, answered_in, tuple}));
    return tuple;
}
