// mutate.c - making mutants, one small mistake each.
//
// A pass over the tree counts the places where a mistake can be made; another pass for
// each of them makes it there and nowhere else.

#include "verify/mutate.h"

#include "base/text.h"
#include "query/walk.h"
#include "sql/sql.h"
#include "verify/prove.h"
#include "verify/uniqueness.h"
#include "verify/unseen.h"

#include <stdlib.h>
#include <string.h>

enum {
    MUTANT_TRIALS = 30, // Its sources stand as they do in the original.
};

static const double mutant_timeout_ms = 60;

typedef struct {
    Arena *arena;
    const Harmless *harmless;
    size_t target; // Which place; SIZE_MAX: none, only count.
    size_t seen;
    const char *what; // Of the mistake made.
} Mutator;

// True at the place where the mistake is to be made.
static bool is_here(Mutator *mutator, const char *what)
{
    if (mutator->seen++ != mutator->target)
        return false;
    mutator->what = what;
    return true;
}

// Expressions

static const Comparison wrong_comparisons[][2] = {
    [COMPARE_EQ] = {COMPARE_NOT_DISTINCT, COMPARE_GE},
    [COMPARE_NE] = {COMPARE_DISTINCT, COMPARE_GT},
    [COMPARE_LT] = {COMPARE_LE, COMPARE_NE},
    [COMPARE_LE] = {COMPARE_LT, COMPARE_EQ},
    [COMPARE_GT] = {COMPARE_GE, COMPARE_NE},
    [COMPARE_GE] = {COMPARE_GT, COMPARE_EQ},
    [COMPARE_DISTINCT] = {COMPARE_NE, COMPARE_NE},
    [COMPARE_NOT_DISTINCT] = {COMPARE_EQ, COMPARE_EQ},
};

static const struct {
    const char *right, *wrong;
} wrong_aggregates[] = {{"min", "max"},
                        {"max", "min"},
                        {"sum", "max"},
                        {"avg", "min"},
                        {"count", "max"},
                        {"rank", "dense_rank"},
                        {"dense_rank", "row_number"},
                        {"row_number", "rank"}};

static const Expr *mutate_comparison(Mutator *mutator, const Expr *expr)
{
    Expr changed = *expr;
    const Comparison *wrong = wrong_comparisons[expr->compare];
    for (size_t i = 0; i < 2 && (i == 0 || wrong[i] != wrong[0]); i++) {
        bool treats_null_alike =
            comparison_sees_null(expr->compare) == comparison_sees_null(wrong[i]);
        if (!treats_null_alike && is_harmless(mutator->harmless, HARMLESS_NULLS, expr))
            continue;
        if (is_here(mutator, "comparison")) {
            changed.compare = wrong[i];
            return expr_new(mutator->arena, changed);
        }
    }
    return expr;
}

static const Expr *mutate_connective(Mutator *mutator, const Expr *expr)
{
    if (!is_here(mutator, expr->kind == EXPR_AND ? "AND" : "OR"))
        return expr;
    return expr->kind == EXPR_AND ? expr_or(mutator->arena, expr->args, expr->arg_count)
                                  : expr_and(mutator->arena, expr->args, expr->arg_count);
}

static const Expr *mutate_negation(Mutator *mutator, const Expr *expr, const char *what)
{
    if (!is_here(mutator, what))
        return expr;
    Expr changed = *expr;
    changed.negated = !expr->negated;
    return expr_new(mutator->arena, changed);
}

static const Expr *mutate_literal(Mutator *mutator, const Expr *expr)
{
    char *end;
    if (expr->literal != LITERAL_NUMBER)
        return expr;
    long long value = strtoll(expr->name, &end, 10);
    if (*end != '\0' || value < 0 || value > INT32_MAX)
        return expr;
    Expr changed = *expr;
    for (int step = value > 0 ? -1 : 1; step <= 1; step += 2)
        if (is_here(mutator, "constant")) {
            changed.name = arena_printf(mutator->arena, "%lld", value + step);
            return expr_new(mutator->arena, changed);
        }
    return expr;
}

// Which function the wrong name is; NULL where the tree does not know any.
static const FunctionInfo *find_function(const Mutator *mutator, const Expr *expr,
                                         const char *name)
{
    const Tree *tree = mutator->harmless->tree;
    if (tree->find_function == NULL)
        return NULL;
    const FunctionInfo *window =
        expr->kind == EXPR_WINDOW
            ? tree->find_function(tree->dialect, name, FUNCTION_WINDOW)
            : NULL;
    return window != NULL ? window
                          : tree->find_function(tree->dialect, name, FUNCTION_AGGREGATE);
}

static bool is_extreme(const char *name)
{
    return text_same_word(name, "min") || text_same_word(name, "max");
}

static const Expr *mutate_aggregate(Mutator *mutator, const Expr *expr)
{
    Expr changed = *expr;
    bool is_of_key = is_harmless(mutator->harmless, HARMLESS_KEY, expr);
    bool ignores_copies =
        (expr->function != NULL && expr->function->ignores_duplicates) ||
        (is_of_key && text_same_word(expr->name, "avg"));
    if (expr->arg_count == 1 && !expr->star && expr->kind == EXPR_AGGREGATE &&
        !ignores_copies && is_here(mutator, "DISTINCT in an aggregate")) {
        changed.distinct = !expr->distinct;
        return expr_new(mutator->arena, changed);
    }
    for (size_t i = 0; i < COUNT_OF(wrong_aggregates); i++)
        if (!expr->star && text_same_word(expr->name, wrong_aggregates[i].right) &&
            !(is_of_key && is_extreme(expr->name)) && is_here(mutator, "aggregate")) {
            changed.name = wrong_aggregates[i].wrong;
            changed.function = find_function(mutator, expr, changed.name);
            return expr_new(mutator->arena, changed);
        }
    if (expr->filter != NULL && is_here(mutator, "FILTER")) {
        changed.filter = NULL;
        return expr_new(mutator->arena, changed);
    }
    return expr;
}

static const OrderItem *turned_order(Arena *arena, const OrderItem *order, size_t count,
                                     size_t which)
{
    OrderItem *items = arena_copy(arena, order, count, sizeof(*order));
    items[which].descending = !items[which].descending;
    return items;
}

// Ranks and their kin look at the whole partition.
static bool has_frame(const Expr *expr)
{
    static const char *const frameless[] = {"row_number",   "rank",      "dense_rank",
                                            "percent_rank", "cume_dist", "ntile",
                                            "lag",          "lead"};
    return !text_is_one_of(expr->name, frameless, COUNT_OF(frameless));
}

static bool frame_is_whole(const Window *window)
{
    return window->low == BOUND_UNBOUNDED_PRECEDING &&
           window->high == BOUND_UNBOUNDED_FOLLOWING;
}

static const Expr *mutate_window(Mutator *mutator, const Expr *expr)
{
    if (expr->window == NULL || expr->window->name != NULL)
        return expr;
    bool has_peers = !is_harmless(mutator->harmless, HARMLESS_PEERS, expr);
    bool shows_frame = has_frame(expr) && has_peers;
    Window window = *expr->window;
    if (window.partition_count > 0 && is_here(mutator, "PARTITION BY"))
        window.partition_count--;
    else if (window.order_count > 0 && is_here(mutator, "window order"))
        window.order = turned_order(mutator->arena, window.order, window.order_count, 0);
    else if (window.order_count > 0 && window.frame == FRAME_NONE && shows_frame &&
             is_here(mutator, "frame")) {
        window.frame = FRAME_ROWS;
        window.low = BOUND_UNBOUNDED_PRECEDING;
        window.high = BOUND_CURRENT_ROW;
    } else if (window.frame == FRAME_ROWS && window.low_expr == NULL &&
               window.high_expr == NULL && shows_frame && !frame_is_whole(&window) &&
               is_here(mutator, "frame"))
        window.frame = FRAME_RANGE;
    else if (has_peers || has_frame(expr))
        return mutate_aggregate(mutator, expr);
    else
        return expr;
    Expr changed = *expr;
    changed.window = arena_copy(mutator->arena, &window, 1, sizeof(window));
    return expr_new(mutator->arena, changed);
}

static const Expr *mutate_call(Mutator *mutator, const Expr *expr)
{
    bool has_fallback = expr->arg_count > 1 && (text_same_word(expr->name, "coalesce") ||
                                                text_same_word(expr->name, "ifnull"));
    if (has_fallback && is_here(mutator, "COALESCE"))
        return expr->args[0];
    return expr;
}

static const Expr *mutate_expr(void *context, const Expr *expr)
{
    Mutator *mutator = context;
    if (is_harmless(mutator->harmless, HARMLESS_VALUE, expr))
        return expr;
    switch (expr->kind) {
    case EXPR_COMPARE:
        return mutate_comparison(mutator, expr);
    case EXPR_AND:
    case EXPR_OR:
        return mutate_connective(mutator, expr);
    case EXPR_NOT:
        return is_here(mutator, "NOT") ? expr->args[0] : expr;
    case EXPR_IS:
        return mutate_negation(mutator, expr, "NULL test");
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_LIKE:
        return mutate_negation(mutator, expr, "NOT");
    case EXPR_LITERAL:
        return mutate_literal(mutator, expr);
    case EXPR_AGGREGATE:
        return mutate_aggregate(mutator, expr);
    case EXPR_WINDOW:
        return mutate_window(mutator, expr);
    case EXPR_CALL:
        return mutate_call(mutator, expr);
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
    case EXPR_PARAMETER:
    case EXPR_SUBQUERY:
    case EXPR_QUANTIFIED:
    case EXPR_OPERATOR:
    case EXPR_GROUPING:
    case EXPR_CASE:
    case EXPR_CAST:
    case EXPR_COLLATE:
    case EXPR_ROW:
    case EXPR_OPAQUE:
        return expr;
    }
    return expr;
}

// Sources

static const Source *mutate_source(void *context, const Source *source)
{
    static const struct {
        JoinKind kind;
        HarmlessKind harmless; // Where the mistake is none.
    } wrong_joins[][2] = {
        [JOIN_INNER] = {{JOIN_LEFT, HARMLESS_NULL_RIGHT},
                        {JOIN_RIGHT, HARMLESS_NULL_LEFT}},
        [JOIN_LEFT] = {{JOIN_INNER, HARMLESS_NULL_RIGHT},
                       {JOIN_FULL, HARMLESS_NULL_LEFT}},
        [JOIN_RIGHT] = {{JOIN_INNER, HARMLESS_NULL_LEFT},
                        {JOIN_FULL, HARMLESS_NULL_RIGHT}},
        [JOIN_FULL] = {{JOIN_LEFT, HARMLESS_NULL_LEFT},
                       {JOIN_RIGHT, HARMLESS_NULL_RIGHT}},
        [JOIN_SEMI] = {{JOIN_ANTI, HARMLESS_COUNT}, {JOIN_INNER, HARMLESS_COUNT}},
        [JOIN_ANTI] = {{JOIN_SEMI, HARMLESS_COUNT}, {JOIN_LEFT, HARMLESS_COUNT}}};
    Mutator *mutator = context;
    if (source->kind != SOURCE_JOIN || source->join == JOIN_CROSS)
        return source;
    for (size_t i = 0; i < 2; i++) {
        HarmlessKind harmless = wrong_joins[source->join][i].harmless;
        if (harmless != HARMLESS_COUNT &&
            is_harmless(mutator->harmless, harmless, source))
            continue;
        if (is_here(mutator, "join kind")) {
            Source changed = *source;
            changed.join = wrong_joins[source->join][i].kind;
            return source_new(mutator->arena, changed);
        }
    }
    return source;
}

// Blocks

static const Expr *const *without(Arena *arena, const Expr *const *items, size_t count,
                                  size_t which)
{
    const Expr **kept = arena_new(arena, const Expr *, count);
    for (size_t i = 0, j = 0; i < count; i++)
        if (i != which)
            kept[j++] = items[i];
    return kept;
}

// True if DISTINCT, there or not, is to be seen in the result: some row may come twice.
static bool shows_duplicates(const Mutator *mutator, const Query *query)
{
    return query->select->distinct != DISTINCT_ON && !query_is_grouped(query) &&
           !is_harmless(mutator->harmless, HARMLESS_DUPLICATES, query) &&
           !has_unique_rows(mutator->harmless, query);
}

// Makes a mistake in the block itself; true if it did.
static bool mutate_select(Mutator *mutator, const Query *query, Select *select)
{
    for (size_t i = 0; i < select->filter_count; i++)
        if (is_here(mutator, "dropped condition")) {
            select->filter =
                without(mutator->arena, select->filter, select->filter_count--, i);
            return true;
        }
    for (size_t i = 0; i < select->having_count; i++)
        if (is_here(mutator, "dropped HAVING")) {
            select->having =
                without(mutator->arena, select->having, select->having_count--, i);
            return true;
        }
    if (shows_duplicates(mutator, query) && is_here(mutator, "DISTINCT")) {
        select->distinct =
            select->distinct == DISTINCT_NONE ? DISTINCT_ROWS : DISTINCT_NONE;
        return true;
    }
    if (select->group_count > 1 && !select->group_all &&
        last_group_key_decides(mutator->harmless, select) &&
        is_here(mutator, "dropped group key")) {
        select->group_count--;
        return true;
    }
    return false;
}

static const Query *mutate_set(Mutator *mutator, const Query *query)
{
    static const SetOperator wrong_operators[] = {
        [SET_UNION] = SET_UNION_ALL,  [SET_UNION_ALL] = SET_UNION,
        [SET_INTERSECT] = SET_EXCEPT, [SET_INTERSECT_ALL] = SET_INTERSECT,
        [SET_EXCEPT] = SET_INTERSECT, [SET_EXCEPT_ALL] = SET_EXCEPT};
    bool joins = query->set->op == SET_UNION || query->set->op == SET_UNION_ALL;
    if (joins && (is_harmless(mutator->harmless, HARMLESS_DUPLICATES, query) ||
                  arms_are_apart(mutator->harmless, query->set)))
        return query;
    if (!is_here(mutator, "set operation"))
        return query;
    SetOperation set = *query->set;
    Query changed = *query;
    set.op = wrong_operators[set.op];
    changed.set = arena_copy(mutator->arena, &set, 1, sizeof(set));
    return query_new(mutator->arena, changed);
}

static const Query *mutate_order(Mutator *mutator, const Query *query)
{
    Query changed = *query;
    if (is_harmless(mutator->harmless, HARMLESS_LIMIT, query))
        return query;
    bool shows_order =
        query->limit != NULL || !is_harmless(mutator->harmless, HARMLESS_ORDER, query);
    for (size_t i = 0; shows_order && i < query->order_count; i++) {
        if (!order_key_follows(mutator->harmless, query, i) &&
            is_here(mutator, "order")) {
            changed.order =
                turned_order(mutator->arena, query->order, query->order_count, i);
            return query_new(mutator->arena, changed);
        }
        // Behind a key nothing is left to order.
        shows_order = !order_decides(mutator->harmless, query, i + 1);
    }
    if (query->limit != NULL && is_here(mutator, "LIMIT")) {
        changed.limit = changed.offset = NULL;
        return query_new(mutator->arena, changed);
    }
    return query;
}

static const Query *mutate_query(void *context, const Query *query)
{
    Mutator *mutator = context;
    if (query->body == BODY_SELECT) {
        Select select = *query->select;
        if (mutate_select(mutator, query, &select))
            return query_with_select(mutator->arena, query,
                                     select_new(mutator->arena, select));
    } else if (query->body == BODY_SET) {
        const Query *changed = mutate_set(mutator, query);
        if (changed != query)
            return changed;
    }
    return mutate_order(mutator, query);
}

// All of them

static const Query *mutate(Mutator *mutator, const Query *root)
{
    Mapper mapper = {.expr = mutate_expr,
                     .query = mutate_query,
                     .source = mutate_source,
                     .context = mutator,
                     .arena = mutator->arena};
    return map_query(root, &mapper);
}

static Mutant mutant_new(Arena *arena, const Tree *tree, const Harmless *harmless,
                         size_t target)
{
    Mutator mutator = {.arena = arena, .harmless = harmless, .target = target};
    Tree changed = *tree;
    changed.root = mutate(&mutator, tree->root);
    PrintStyle style = {.one_line = true, .no_comments = true};
    return (Mutant){.what = mutator.what,
                    .sql = sql_print(arena, &changed, style),
                    .tree = changed};
}

static Mutants mutants_of(Arena *arena, const Side *original, bool is_blind)
{
    Mutants mutants = {0};
    if (original->tree == NULL || original->tree->has_opaque)
        return mutants;
    Harmless *harmless = arena_new(arena, Harmless, 1);
    *harmless = harmless_in(arena, original->tree);
    harmless->is_blind = is_blind;
    Mutator counter = {.arena = arena, .harmless = harmless, .target = SIZE_MAX};
    (void)mutate(&counter, original->tree->root);
    size_t places = counter.seen;
    size_t count = places < MUTANT_LIMIT ? places : MUTANT_LIMIT;
    mutants.items = arena_new(arena, Mutant, count + 1);
    for (size_t i = 0; i < count; i++)
        mutants.items[i] =
            mutant_new(arena, original->tree, harmless, i * places / count);
    mutants.count = count;
    mutants.harmless = harmless;
    return mutants;
}

Mutants mutants_new(Arena *arena, const Side *original)
{
    return mutants_of(arena, original, false);
}

Mutants mutants_of_all_places(Arena *arena, const Side *original)
{
    return mutants_of(arena, original, true);
}

static bool mutant_counts(const Mutant *mutant)
{
    return !mutant->refused && !mutant->equal && !mutant->is_far;
}

bool mutant_is_left(const Mutant *mutant)
{
    return mutant_counts(mutant) && !mutant->killed;
}

void mutants_leave_equal_out(Mutants *mutants, const Pair *pair, const bool *told_apart)
{
    Arena scratch = ARENA_EMPTY;
    const Prover *prover = prover_new(&scratch, pair->left.tree);
    for (size_t i = 0; i < mutants->count; i++) {
        Mutant *mutant = &mutants->items[i];
        if (!mutant_is_left(mutant) || mutant->is_proof_tried ||
            (told_apart != NULL && told_apart[i]))
            continue;
        mutant->is_proof_tried = true;
        mutant->equal = mutant_is_unseen(mutants->harmless, &mutant->tree) ||
                        prover_proves(prover, &mutant->tree, MUTANT_TRIALS);
        mutant->is_far =
            !mutant->equal && mutant_is_out_of_reach(mutants->harmless, &mutant->tree);
    }
    arena_clear(&scratch);
}

void mutants_run(Mutants *mutants, const size_t *which, size_t which_count, Ring *ring,
                 Arena *arena, const Answer *original)
{
    size_t count = which == NULL ? mutants->count : which_count;
    for (size_t i = 0; i < count; i++) {
        Mutant *mutant = &mutants->items[which == NULL ? i : which[i]];
        if (!mutant_is_left(mutant))
            continue;
        Answer answer = ring_run(ring, arena, mutant->sql, mutant_timeout_ms);
        const char *why;
        mutant->refused = !answer.ok && (error_is_refusal(&answer.error) ||
                                         answer.error.kind == ERROR_TIMEOUT);
        mutant->killed = !mutant->refused && ring_compare(ring, arena, original, &answer,
                                                          &why) == LIKENESS_DIFFERENT;
    }
}

size_t mutants_counted(const Mutants *mutants)
{
    size_t counted = 0;
    for (size_t i = 0; i < mutants->count; i++)
        counted += mutant_counts(&mutants->items[i]);
    return counted;
}

size_t mutants_out_of_reach(const Mutants *mutants)
{
    size_t far = 0;
    for (size_t i = 0; i < mutants->count; i++)
        far += mutants->items[i].is_far;
    return far;
}

size_t mutants_left(const Mutants *mutants)
{
    size_t left = 0;
    for (size_t i = 0; i < mutants->count; i++)
        left += mutant_is_left(&mutants->items[i]);
    return left;
}
