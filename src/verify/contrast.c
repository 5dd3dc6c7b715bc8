// contrast.c - from the place where two trees part to a condition on their rows.
//
// What is the same in both trees is the same node in both, so the way to the place is
// the way along which the nodes differ.

#include "verify/contrast.h"

#include "query/walk.h"
#include "verify/conjuncts.h"

typedef struct {
    Arena *arena;
    bool for_original; // Wanted is where only the original's condition is TRUE.
    Beside beside;     // Found on the way.
} Search;

static const Query *contrast_query(Search *search, const Query *a, const Query *b);

// Conditions

// `=` and IS NOT DISTINCT FROM part where both sides are NULL, `<>` and IS DISTINCT FROM
// where one is.
static const Expr *null_without_value(Search *search, const Expr *wanted)
{
    bool both = wanted->compare == COMPARE_NOT_DISTINCT;
    const Expr *parts[] = {expr_is_null(search->arena, wanted->args[0], false),
                           expr_is_null(search->arena, wanted->args[1], !both)};
    return expr_and(search->arena, parts, 2);
}

static const Expr *one_without_other(Search *search, const Expr *a, const Expr *b)
{
    const Expr *wanted = search->for_original ? a : b;
    const Expr *unwanted = search->for_original ? b : a;
    if (wanted->kind == EXPR_COMPARE && unwanted->kind == EXPR_COMPARE) {
        bool sees_null = comparison_sees_null(wanted->compare);
        if (sees_null && !comparison_sees_null(unwanted->compare))
            return null_without_value(search, wanted);
        if (!sees_null && comparison_sees_null(unwanted->compare))
            return NULL; // Never.
    }
    const Expr *both[] = {wanted, expr_not(search->arena, unwanted)};
    return expr_and(search->arena, both, 2);
}

// Returns the argument in which the two differ, or NULL where they themselves do.
static const Expr *differing_argument(const Expr *a, const Expr *b, const Expr **other)
{
    const Expr *found = NULL;
    if (a->kind != b->kind || a->arg_count != b->arg_count)
        return NULL;
    for (size_t i = 0; i < a->arg_count; i++) {
        if (a->args[i] == b->args[i])
            continue;
        if (found != NULL)
            return NULL;
        found = a->args[i];
        *other = b->args[i];
    }
    if (found == NULL && a->filter != NULL && b->filter != NULL &&
        a->filter != b->filter) {
        *other = b->filter;
        return a->filter;
    }
    return found;
}

// An aggregate without groups always has a row; wanted is one that it counts.
static const Query *counted_rows(Search *search, const Query *query)
{
    if (query->body != BODY_SELECT || !query_is_grouped(query) ||
        query->select->group_count > 0)
        return query;
    Output *output = arena_copy(search->arena, query->select->outputs, 1, sizeof(Output));
    output->expr = expr_integer(search->arena, 1);
    Select select = *query->select;
    select.outputs = output;
    select.output_count = 1;
    select.having_count = 0;
    return query_with_select(search->arena, query, select_new(search->arena, select));
}

// Asks for a row of the subquery on which its two versions disagree; whether the
// condition around it wants rows or none, that is what it goes by.
static const Expr *contrast_subquery(Search *search, const Expr *a, const Expr *b)
{
    const Query *query = contrast_query(search, a->query, b->query);
    if (query == NULL)
        return NULL;
    Expr changed = {.kind = EXPR_EXISTS, .type = TYPE_OF(TYPE_BOOLEAN)};
    if (a->kind == EXPR_IN_QUERY)
        changed = *a;
    changed.negated = false;
    changed.query = counted_rows(search, query);
    return expr_new(search->arena, changed);
}

static bool is_condition(const Expr *expr)
{
    return expr->type.kind == TYPE_BOOLEAN || expr->kind == EXPR_COMPARE ||
           expr->kind == EXPR_AND || expr->kind == EXPR_OR || expr->kind == EXPR_IS ||
           expr->kind == EXPR_BETWEEN || expr->kind == EXPR_IN_LIST ||
           expr->kind == EXPR_LIKE;
}

static const Expr *contrast_condition(Search *search, const Expr *a, const Expr *b);

// Of AND the other parts must hold, of OR they must not, or the difference is not seen.
static const Expr *contrast_in_list(Search *search, const Expr *a, const Expr *part,
                                    const Expr *mutated)
{
    const Expr **parts = arena_new(search->arena, const Expr *, a->arg_count);
    for (size_t i = 0; i < a->arg_count; i++) {
        const Expr *it = a->args[i];
        if (it == part)
            parts[i] = contrast_condition(search, part, mutated);
        else
            parts[i] = a->kind == EXPR_AND ? it : expr_not(search->arena, it);
        if (parts[i] == NULL)
            return NULL;
    }
    return expr_and(search->arena, parts, a->arg_count);
}

// Goes down to the part, or the subquery, in which two conditions differ.
static const Expr *contrast_condition(Search *search, const Expr *a, const Expr *b)
{
    const Expr *mutated, *part = differing_argument(a, b, &mutated);
    if (a->kind == b->kind && a->query != NULL && b->query != NULL &&
        a->query != b->query)
        return contrast_subquery(search, a, b);
    if (part != NULL && (a->kind == EXPR_AND || a->kind == EXPR_OR))
        return contrast_in_list(search, a, part, mutated);
    if (part != NULL && a->kind == EXPR_NOT)
        return contrast_condition(search, mutated, part);
    const Expr *inner_b = b;
    for (const Expr *x = a; x != NULL; x = differing_argument(x, inner_b, &inner_b))
        if (x->query != NULL && inner_b->query != NULL && x->query != inner_b->query)
            return contrast_subquery(search, x, inner_b);
    if (is_condition(a) && is_condition(b))
        return one_without_other(search, a, b);
    return search->for_original ? NULL
                                : expr_compare(search->arena, COMPARE_DISTINCT, a, b);
}

// Goes down to the innermost condition in which two values differ.
static const Expr *contrast_value(Search *search, const Expr *a, const Expr *b)
{
    const Expr *condition = a, *mutated = b;
    for (const Expr *x = a, *y = b; x != NULL; x = differing_argument(x, y, &y))
        if (is_condition(x) && is_condition(y)) {
            condition = x;
            mutated = y;
        }
    return contrast_condition(search, condition, mutated);
}

// Lists of conjuncts

// Replaces the conjunct of the original in which the lists differ, or which the mutant
// lacks.
static bool contrast_list(Search *search, Conjuncts a, Conjuncts b, Conjuncts *made)
{
    size_t place = conjuncts_first_difference(a, b);
    if (place == a.count || (a.count != b.count && search->for_original))
        return false;
    const Expr *condition =
        a.count == b.count ? contrast_condition(search, a.items[place], b.items[place])
                           : expr_not(search->arena, a.items[place]);
    if (condition == NULL)
        return false;
    const Expr **items =
        arena_copy(search->arena, a.items, a.count, sizeof(const Expr *));
    items[place] = condition;
    *made = (Conjuncts){items, a.count};
    return true;
}

static Conjuncts with_condition(Search *search, Conjuncts list, const Expr *condition)
{
    const Expr **items = arena_new(search->arena, const Expr *, list.count + 1);
    for (size_t i = 0; i < list.count; i++)
        items[i] = list.items[i];
    items[list.count] = condition;
    return (Conjuncts){items, list.count + 1};
}

// Sources

static const Source *contrast_source(Search *search, const Source *a, const Source *b);

// A join of another kind is asked for as it is: rows without partners are among those
// that are drawn for it.
static const Source *contrast_join(Search *search, const Source *a, const Source *b)
{
    Source changed = *a;
    Conjuncts on = conjuncts_of_join(a), other = conjuncts_of_join(b);
    if (a->join != b->join)
        return search->for_original ? NULL : b;
    if (a->left != b->left)
        changed.left = contrast_source(search, a->left, b->left);
    else if (a->right != b->right)
        changed.right = contrast_source(search, a->right, b->right);
    else if (!contrast_list(search, on, other, &on))
        return NULL;
    changed.on = on.items;
    return changed.left == NULL || changed.right == NULL
               ? NULL
               : source_new(search->arena, changed);
}

static const Source *contrast_source(Search *search, const Source *a, const Source *b)
{
    if (a->kind == SOURCE_JOIN && b->kind == SOURCE_JOIN)
        return contrast_join(search, a, b);
    if (a->kind != SOURCE_QUERY || b->kind != SOURCE_QUERY)
        return NULL;
    Source changed = *a;
    changed.query = contrast_query(search, a->query, b->query);
    return changed.query == NULL ? NULL : source_new(search->arena, changed);
}

static bool contrast_sources(Search *search, const Select *a, const Select *b,
                             Select *made)
{
    for (size_t i = 0; i < a->source_count; i++) {
        if (a->sources[i] == b->sources[i])
            continue;
        const Source *source = contrast_source(search, a->sources[i], b->sources[i]);
        const Source **sources = arena_copy(search->arena, a->sources, a->source_count,
                                            sizeof(const Source *));
        sources[i] = source;
        made->sources = sources;
        return source != NULL;
    }
    return false;
}

// Blocks

// What is shown differs: that becomes a condition of WHERE, or of HAVING where it is
// about groups.
static bool contrast_outputs(Search *search, const Select *a, const Select *b,
                             Select *made)
{
    for (size_t i = 0; i < a->output_count && i < b->output_count; i++) {
        const Expr *own = a->outputs[i].expr, *other = b->outputs[i].expr;
        if (own == other)
            continue;
        const Expr *condition = contrast_value(search, own, other);
        if (condition == NULL || expr_has_window(condition))
            return false;
        Conjuncts filter = conjuncts_of_filter(a);
        Conjuncts having = conjuncts_of_having(a);
        if (expr_has_aggregate(condition)) {
            having = with_condition(search, having, condition);
            made->having = having.items;
            made->having_count = having.count;
        } else {
            filter = with_condition(search, filter, condition);
            made->filter = filter.items;
            made->filter_count = filter.count;
        }
        return true;
    }
    return false;
}

// Conditions and what is shown are the same: the block makes something else of its rows.
static bool contrast_shape(Search *search, const Query *a, const Query *b)
{
    if (a->select->group_count != b->select->group_count)
        search->beside = (Beside){BESIDE_GROUP, a, b->select->group_count};
    else if (a->select->distinct != b->select->distinct)
        search->beside = (Beside){BESIDE_TWIN, a, 0};
    return search->beside.query != NULL && !search->for_original;
}

static bool contrast_select(Search *search, const Query *query, const Query *mutant,
                            Select *made)
{
    const Select *a = query->select, *b = mutant->select;
    Conjuncts filter = conjuncts_of_filter(a), filter_b = conjuncts_of_filter(b);
    Conjuncts having = conjuncts_of_having(a), having_b = conjuncts_of_having(b);
    *made = *a;
    bool done = false;
    if (conjuncts_differ(filter, filter_b))
        done = contrast_list(search, filter, filter_b, &filter);
    else if (conjuncts_differ(having, having_b))
        done = contrast_list(search, having, having_b, &having);
    else
        return contrast_sources(search, a, b, made) ||
               contrast_outputs(search, a, b, made) ||
               contrast_shape(search, query, mutant);
    made->filter = filter.items;
    made->having = having.items;
    return done;
}

static bool contrast_arms(Search *search, const SetOperation *a, const SetOperation *b,
                          SetOperation *made)
{
    *made = *a;
    for (size_t i = 0; i < a->arm_count; i++) {
        if (a->arms[i] == b->arms[i])
            continue;
        const Query **arms =
            arena_copy(search->arena, a->arms, a->arm_count, sizeof(const Query *));
        arms[i] = contrast_query(search, a->arms[i], b->arms[i]);
        made->arms = arms;
        return arms[i] != NULL;
    }
    return false;
}

static bool contrast_ctes(Search *search, const Query *a, const Query *b, Query *made)
{
    for (size_t i = 0; i < a->cte_count; i++) {
        if (a->ctes[i] == b->ctes[i])
            continue;
        Cte changed = *a->ctes[i];
        changed.query = contrast_query(search, a->ctes[i]->query, b->ctes[i]->query);
        const Cte **ctes =
            arena_copy(search->arena, a->ctes, a->cte_count, sizeof(const Cte *));
        ctes[i] = arena_copy(search->arena, &changed, 1, sizeof(changed));
        made->ctes = ctes;
        return changed.query != NULL;
    }
    return false;
}

// The same rows, ordered or cut off in another way.
static const Query *contrast_order(Search *search, const Query *a, const Query *b)
{
    for (size_t i = 0; a->order != b->order && i < a->order_count; i++)
        if (a->order[i].descending != b->order[i].descending)
            search->beside = (Beside){BESIDE_TIE, a, i};
    if (a->limit != b->limit)
        search->beside = (Beside){BESIDE_MANY, a, 0};
    return search->beside.query != NULL && !search->for_original ? a : NULL;
}

static const Query *contrast_query(Search *search, const Query *a, const Query *b)
{
    Query made = *a;
    if (contrast_ctes(search, a, b, &made))
        return query_new(search->arena, made);
    if (a->body == BODY_SELECT && b->body == BODY_SELECT && a->select != b->select) {
        Select select;
        if (!contrast_select(search, a, b, &select))
            return NULL;
        return search->beside.query == a
                   ? a
                   : query_with_select(search->arena, a,
                                       select_new(search->arena, select));
    }
    if (a->body == BODY_SET && b->body == BODY_SET && a->set != b->set) {
        SetOperation set;
        if (!contrast_arms(search, a->set, b->set, &set))
            return NULL;
        made.set = arena_copy(search->arena, &set, 1, sizeof(set));
        return query_new(search->arena, made);
    }
    return contrast_order(search, a, b);
}

size_t contrasts_of(Arena *arena, const Tree *original, const Tree *mutant,
                    Contrast contrasts[CONTRAST_LIMIT])
{
    size_t count = 0;
    for (int turn = 0; turn < CONTRAST_LIMIT; turn++) {
        Search search = {arena, .for_original = turn == 1};
        const Query *root = contrast_query(&search, original->root, mutant->root);
        if (root == NULL)
            continue;
        contrasts[count] = (Contrast){*original, search.beside};
        contrasts[count++].tree.root = root;
    }
    return count;
}
