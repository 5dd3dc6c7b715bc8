// dimension_filter_to_key - what is asked of a dimension is asked of the fact's key, too.
//
//   before   SELECT * FROM f, d WHERE f.d_id = d.id AND d.y = 2000
//   after    SELECT * FROM f, d WHERE f.d_id = d.id AND d.y = 2000
//                AND f.d_id IN (SELECT d.id FROM d WHERE d.y = 2000)
//
// A row that comes out has a partner d with d.id = f.d_id and d.y = 2000, and that
// partner's id is in the list: the new condition is TRUE for every row that the others
// let through, so it removes none.
//
// Why: the rows of the fact are thrown away while it is read, before any join.
//
// Only if
//   (1) the equality and the filter hold for every row that comes out: they are conjuncts
//       of WHERE, or of the ON of an inner join that no outer join makes rows up for.
//   (2) both sides of the equality compare by the same rules: IN takes collation and
//       affinity from the left side, = may take them from the right.
//   (3) the filter asks of the dimension alone, gives the same answer twice, and cannot
//       fail on a row of it that the join would not have reached.
//   (4) no row is locked away: the dimension is a table (a CTE may be volatile).

#include "query/equal.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/correlation.h"
#include "rewrite/list.h"
#include "rewrite/passing.h"
#include "rewrite/rewrite.h"

typedef struct {
    RuleContext *context;
    const Query *query;
    ExprList conjuncts; // Those that hold for every row that comes out.
} Search;

// Returns the conjuncts on the dimension that may be asked a second time.
static ExprList filter_of(Search *search, const Source *dimension)
{
    RuleContext *context = search->context;
    ExprList on = conjuncts_on(context->arena, &search->conjuncts, dimension->number);
    ExprList filter = {0};
    for (size_t i = 0; i < on.count; i++)
        if (guard(context, 3,
                  expr_is_repeatable(on.items[i]) &&
                      !expr_may_raise(context->facts, on.items[i])))
            array_push(context->arena, &filter, on.items[i]);
    return filter;
}

// Returns (SELECT d.id FROM d WHERE filter), with fresh numbers.
static const Query *key_list(Search *search, const Source *dimension, const Expr *key,
                             const ExprList *filter)
{
    RuleContext *context = search->context;
    Source *source = arena_copy(context->arena, dimension, 1, sizeof(*source));
    source->comment = NULL;
    const Source **sources = arena_new(context->arena, const Source *, 1);
    sources[0] = source;
    Output *output = arena_new(context->arena, Output, 1);
    *output = output_new(context->tree, key, "key");
    Select list = {.outputs = output,
                   .output_count = 1,
                   .sources = sources,
                   .source_count = 1,
                   .filter = filter->items,
                   .filter_count = filter->count};
    return query_copy(context->arena, query_of_select(context->arena, list),
                      &context->tree->next_id);
}

static bool is_there(const Search *search, const Expr *condition)
{
    const Select *select = search->query->select;
    for (size_t i = 0; i < select->filter_count; i++)
        if (expr_equal(select->filter[i], condition))
            return true;
    return false;
}

// Returns the condition on the fact's key; NULL if there is none to be had.
static const Expr *key_condition(Search *search, const Expr *equality, const Expr *fact,
                                 const Expr *key)
{
    RuleContext *context = search->context;
    const Source *dimension = select_source(search->query->select, key->source);
    if (dimension == NULL || key->source == fact->source ||
        select_source(search->query->select, fact->source) == NULL)
        return NULL;
    if (!guard(context, 4, dimension->kind == SOURCE_TABLE))
        return NULL;
    if (!source_is_unique_on_values(context->facts, dimension, &key->column, 1))
        return NULL; // Not a dimension: the list would be as long as the table.
    ExprList filter = filter_of(search, dimension);
    if (filter.count == 0)
        return NULL;
    if (!guard(context, 2, exprs_compare_alike(context->facts, fact, key)))
        return NULL;
    const Expr *condition =
        expr_in_query(context->arena, &fact, 1, key_list(search, dimension, key, &filter),
                      false, NO_OFFSET);
    if (is_there(search, condition) || !take_expr_once(context, equality))
        return NULL;
    return condition;
}

static const Expr *find_condition(Search *search)
{
    for (size_t i = 0; i < search->conjuncts.count; i++) {
        const Expr *equality = search->conjuncts.items[i];
        if (equality->kind != EXPR_COMPARE || equality->compare != COMPARE_EQ)
            continue;
        const Expr *left = equality->args[0], *right = equality->args[1];
        if (left->kind != EXPR_COLUMN || right->kind != EXPR_COLUMN)
            continue;
        const Expr *condition = key_condition(search, equality, left, right);
        if (condition == NULL)
            condition = key_condition(search, equality, right, left);
        if (condition != NULL)
            return condition;
    }
    return NULL;
}

const Query *dimension_filter_to_key(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Select select = *query->select;
    Search search = {.context = context, .query = query};
    search.conjuncts = guard(context, 1, false)
                           ? all_conjuncts(context->arena, &select)
                           : passed_conjuncts(context->arena, &select);
    const Expr *condition = find_condition(&search);
    if (condition == NULL)
        return NULL;

    ExprList filter = {0};
    list_add_all(context->arena, &filter, select.filter, select.filter_count);
    array_push(context->arena, &filter, condition);
    select.filter = filter.items;
    select.filter_count = filter.count;
    return query_with_select(context->arena, query, select_new(context->arena, select));
}
