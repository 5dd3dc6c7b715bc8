// count_to_rank - how many rows of the same table are above this one is its rank.
//
//   before   SELECT a.id, (SELECT count(*) FROM a b WHERE b.k = a.k AND b.v > a.v) FROM a
//   after    SELECT a.id, rank() OVER (PARTITION BY a.k ORDER BY a.v DESC) - 1 FROM a
//
// rank() is one more than the number of rows of the partition that stand before the row's
// peers in the window's order, and these are the rows with a greater v. With `<` the
// order ascends; `>=` and `<=` count the peers, too: count(*) over the frame that ends
// with them. count(DISTINCT b.v) is dense_rank() likewise. If several keys are equated,
// all of them partition. Where a key or v may be NULL, none is above: CASE says so, and
// the NULLs go to the end of the order.
//
// Why: one sort instead of a scan of the table for each of its rows.
//
// Only if
//   (1) the block reads that table alone, with the same filter as the subquery: the rank
//       is among the rows that are there. (What it asks of the keys alone, and that v is
//       there, holds for the rows that are counted, too.)
//   (2) the test for NULL is left out only where NULL cannot come: the comparison drops
//       such rows, a partition keeps them together, and the order puts them at one end.
//   (3) the subquery is such a count over FROM and WHERE, and its other conjuncts are the
//       equalities with the same columns outside.
//   (4) the block does not group: a window sees what is left after grouping.
//   (5) nothing of the block depends on the order of its rows: no LIMIT without ORDER BY,
//       no group_concat.

#include "query/equal.h"
#include "query/function.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/correlation.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

#include <string.h>

typedef struct {
    RuleContext *context;
    const Query *block;
    const Source *outer; // The one table it reads.
} Search;

// What the subquery counts: rows with equal keys and a value on one side of the row's.
typedef struct {
    ExprList keys;      // Columns of the outer table.
    const Expr *value;  // Likewise.
    Comparison compare; // inner value `compare` outer value
    ExprList rest;      // Conjuncts of the subquery that are neither.
    const Expr *count;
    bool plus_one; // One is added, inside of the subquery or outside.
} Counted;

// True if the two are the same column, of the inner and of the outer table.
static bool are_twins(const Expr *inner, const Expr *outer, uint32_t inner_source,
                      uint32_t outer_source)
{
    return inner->kind == EXPR_COLUMN && outer->kind == EXPR_COLUMN &&
           inner->source == inner_source && outer->source == outer_source &&
           inner->column == outer->column;
}

static void sort_conjunct(Search *search, const Expr *conjunct, uint32_t inner,
                          Counted *counted)
{
    Arena *arena = search->context->arena;
    uint32_t outer = search->outer->number;
    bool compares = conjunct->kind == EXPR_COMPARE;
    const Expr *left = compares ? conjunct->args[0] : NULL;
    const Expr *right = compares ? conjunct->args[1] : NULL;
    bool straight = compares && are_twins(left, right, inner, outer);
    bool crossed = compares && are_twins(right, left, inner, outer);
    Comparison compare = COMPARE_EQ;
    if (compares)
        compare = straight ? conjunct->compare : comparison_mirrored(conjunct->compare);
    const Expr *column = straight ? right : left;

    if ((straight || crossed) && compare == COMPARE_EQ) {
        array_push(arena, &counted->keys, column);
    } else if ((straight || crossed) && comparison_orders(compare) &&
               counted->value == NULL) {
        counted->value = column;
        counted->compare = compare;
    } else {
        array_push(arena, &counted->rest, conjunct);
    }
}

static bool is_plus_one(const Expr *expr)
{
    return expr->kind == EXPR_OPERATOR && expr->arg_count == 2 &&
           strcmp(expr->name, "+") == 0 &&
           expr_is_literal(expr->args[1], LITERAL_NUMBER) &&
           strcmp(expr->args[1]->name, "1") == 0;
}

// Returns the subquery that the expression is, but for one that is added, if its value is
// an aggregate of a table, but for the same; NULL otherwise.
static const Query *counting_query(const Expr *expr, Counted *counted)
{
    counted->plus_one = is_plus_one(expr);
    const Expr *subquery = counted->plus_one ? expr->args[0] : expr;
    if (subquery->kind != EXPR_SUBQUERY || subquery->query->body != BODY_SELECT)
        return NULL;
    const Select *select = subquery->query->select;
    counted->count = select->outputs[0].expr;
    if (!counted->plus_one && is_plus_one(counted->count)) {
        counted->plus_one = true;
        counted->count = counted->count->args[0];
    }
    bool is_counting = select->source_count == 1 &&
                       select->sources[0]->kind == SOURCE_TABLE &&
                       counted->count->kind == EXPR_AGGREGATE;
    return is_counting ? subquery->query : NULL;
}

// True if the query is a count of all its rows, or of the different values that are
// compared.
static bool counts_rows(const Search *search, const Query *query, const Counted *counted)
{
    const Select *select = query->select;
    const Expr *count = counted->count;
    bool of_rows = !count->distinct && (count->star || count->arg_count == 0);
    bool of_values = count->distinct && count->arg_count == 1 &&
                     are_twins(count->args[0], counted->value, select->sources[0]->number,
                               search->outer->number);
    return query->limit == NULL && query->offset == NULL && query->cte_count == 0 &&
           select->group_count == 0 && !select->group_all && select->having_count == 0 &&
           select->qualify_count == 0 && strcasecmp(count->name, "count") == 0 &&
           (of_rows || of_values) && count->filter == NULL;
}

// Filters

// True if what the block asks of a row holds for all rows that are counted for it, too:
// they agree with it in the keys, and in that v is there.
static bool holds_for_counted(const Search *search, const Counted *counted,
                              const Expr *conjunct)
{
    if (conjunct->kind == EXPR_IS && conjunct->is == IS_NULL && conjunct->negated &&
        expr_equal(conjunct->args[0], counted->value))
        return true;
    if (!expr_names_only(conjunct, &counted->keys) || expr_has_subquery(conjunct))
        return false;
    for (size_t i = 0; i < counted->keys.count; i++)
        if (!tells_no_equals_apart(search->context->tree, conjunct,
                                   counted->keys.items[i]))
            return false;
    return counted->keys.count > 0;
}

static bool same_filter(const Search *search, const Counted *counted, uint32_t inner)
{
    const Select *block = search->block->select;
    uint32_t outer = search->outer->number;
    for (size_t i = 0; i < counted->rest.count; i++)
        if (!has_conjunct_under(block->filter, block->filter_count,
                                counted->rest.items[i], inner, outer))
            return false;
    for (size_t i = 0; i < block->filter_count; i++) {
        const Expr *conjunct = block->filter[i];
        if (!expr_is_repeatable(conjunct) ||
            (!has_conjunct_under(counted->rest.items, counted->rest.count, conjunct,
                                 outer, inner) &&
             !holds_for_counted(search, counted, conjunct)))
            return false;
    }
    return true;
}

// Building

// Adds the test whether there is no value, if that may be; true if it did.
static bool add_null_test(Search *search, ExprList *tests, const Expr *expr)
{
    RuleContext *context = search->context;
    if (guard(context, 2, expr_never_null(context->facts, search->block->select, expr)))
        return false;
    const Expr *copy = expr_copy(context->arena, expr, &context->tree->next_id);
    array_push(context->arena, tests, expr_is_null(context->arena, copy, false));
    return true;
}

// Returns the count over the window; it is one too many where `peers` is false.
static const Expr *over_window(Search *search, const Counted *counted, bool nulls_last,
                               bool peers)
{
    Arena *arena = search->context->arena;
    OrderItem *order = arena_new(arena, OrderItem, 1);
    order->expr = counted->value;
    order->descending = counted->compare == COMPARE_GT || counted->compare == COMPARE_GE;
    order->nulls = nulls_last ? NULLS_LAST : NULLS_DEFAULT;
    Window *window = arena_new(arena, Window, 1);
    *window = (Window){.partition = counted->keys.items,
                       .partition_count = counted->keys.count,
                       .order = order,
                       .order_count = 1};
    bool of_rows = peers && !counted->count->distinct;
    const char *name = counted->count->distinct ? "dense_rank" : "rank";
    return window_new(arena, search->context->tree, of_rows ? "count" : name, of_rows,
                      counted->count->type, window);
}

// Returns what stands for the count, and one more if it is asked for.
static const Expr *rank_expr(Search *search, const Counted *counted)
{
    Arena *arena = search->context->arena;
    const Tree *tree = search->context->tree;
    ExprList tests = {0};
    for (size_t i = 0; i < counted->keys.count; i++)
        add_null_test(search, &tests, counted->keys.items[i]);
    bool nulls_last = add_null_test(search, &tests, counted->value);
    bool peers = counted->compare == COMPARE_GE || counted->compare == COMPARE_LE;
    const Expr *rank = over_window(search, counted, nulls_last, peers);
    if (peers == counted->plus_one)
        rank = operator_new(arena, tree, peers ? "+" : "-", rank, expr_integer(arena, 1));
    if (tests.count == 0)
        return rank;
    return expr_if_else(arena, expr_or(arena, tests.items, tests.count),
                        expr_integer(arena, counted->plus_one ? 1 : 0), rank);
}

static const Expr *as_rank(void *data, const Spot *spot)
{
    Search *search = data;
    RuleContext *context = search->context;
    Counted counted = {0};
    const Query *query = counting_query(spot->expr, &counted);
    if (spot->place != SPOT_OUTPUT || query == NULL ||
        !sources_read_alike(context->tree, query->select->sources[0], search->outer))
        return NULL;
    const Select *inner = query->select;
    uint32_t number = inner->sources[0]->number;
    for (size_t i = 0; i < inner->filter_count; i++)
        sort_conjunct(search, inner->filter[i], number, &counted);
    if (counted.value == NULL)
        return NULL;
    if (!guard(context, 1, same_filter(search, &counted, number)) ||
        !guard(context, 3, counts_rows(search, query, &counted)) ||
        !take_expr(context, spot->expr))
        return NULL;
    return rank_expr(search, &counted);
}

const Query *count_to_rank(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    const Select *select = query->select;
    if (select->source_count != 1 || select->sources[0]->kind != SOURCE_TABLE)
        return NULL;
    if (!guard(context, 4, !query_is_grouped(query)) ||
        !guard(context, 5, !block_depends_on_order(context->facts, query)))
        return NULL;
    Search search = {context, query, select->sources[0]};
    return query_map_first_spot(context->arena, query, as_rank, &search);
}
