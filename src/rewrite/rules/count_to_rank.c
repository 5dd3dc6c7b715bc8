// count_to_rank - how many rows of the same table are above this one is its rank.
//
//   before   SELECT a.id, (SELECT count(*) FROM a b WHERE b.k = a.k AND b.v > a.v) FROM a
//   after    SELECT a.id, rank() OVER (PARTITION BY a.k ORDER BY a.v DESC) - 1 FROM a
//
// rank() is one more than the number of rows of the partition that stand before the row's
// peers in the window's order, and these are the rows with a greater v. With `<` the
// order ascends; `>=` and `<=` count the peers, too: count(*) over the frame that ends
// with them. If several keys are equated, all of them partition.
//
// Why: one sort instead of a scan of the table for each of its rows.
//
// Only if
//   (1) the block reads that table alone, with the same filter as the subquery: the rank
//       is among the rows that are there.
//   (2) the keys and v are never NULL: the comparison drops such rows, a partition keeps
//       them together, and the order puts them at one end.
//   (3) the subquery is count(*) over FROM and WHERE, and its other conjuncts are the
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

    bool orders = compare == COMPARE_LT || compare == COMPARE_LE ||
                  compare == COMPARE_GT || compare == COMPARE_GE;
    if ((straight || crossed) && compare == COMPARE_EQ) {
        array_push(arena, &counted->keys, column);
    } else if ((straight || crossed) && orders && counted->value == NULL) {
        counted->value = column;
        counted->compare = compare;
    } else {
        array_push(arena, &counted->rest, conjunct);
    }
}

// True if the subquery yields one aggregate over one table.
static bool is_aggregate_of_table(const Query *query)
{
    if (query->body != BODY_SELECT)
        return false;
    const Select *select = query->select;
    return select->output_count == 1 && select->source_count == 1 &&
           select->sources[0]->kind == SOURCE_TABLE &&
           select->outputs[0].expr->kind == EXPR_AGGREGATE;
}

// True if the aggregate counts every row that passes WHERE, and nothing else happens.
static bool counts_rows(const Query *query)
{
    const Select *select = query->select;
    const Expr *count = select->outputs[0].expr;
    return query->limit == NULL && query->offset == NULL && query->cte_count == 0 &&
           select->group_count == 0 && !select->group_all && select->having_count == 0 &&
           select->qualify_count == 0 && strcasecmp(count->name, "count") == 0 &&
           (count->star || count->arg_count == 0) && count->filter == NULL;
}

// True if the conjuncts left over say of the inner table what the block's filter says of
// the outer one.
static bool same_filter(const Search *search, const Counted *counted, uint32_t inner)
{
    const Select *block = search->block->select;
    if (block->filter_count != counted->rest.count)
        return false;
    for (size_t i = 0; i < block->filter_count; i++) {
        if (!expr_equal_under(counted->rest.items[i], block->filter[i], &inner,
                              &search->outer->number, 1) ||
            !expr_is_repeatable(block->filter[i]))
            return false;
    }
    return true;
}

static bool never_null(Search *search, const Counted *counted)
{
    Facts *facts = search->context->facts;
    const Select *select = search->block->select;
    for (size_t i = 0; i < counted->keys.count; i++)
        if (!expr_never_null_in_from(facts, select, counted->keys.items[i]))
            return false;
    return expr_never_null_in_from(facts, select, counted->value);
}

// Returns rank() - 1, or the count of the rows up to and with the peers; one more of
// either if `plus_one`.
static const Expr *rank_expr(Search *search, const Counted *counted, const Expr *count,
                             bool plus_one)
{
    Arena *arena = search->context->arena;
    bool with_peers = counted->compare == COMPARE_GE || counted->compare == COMPARE_LE;
    OrderItem *order = arena_new(arena, OrderItem, 1);
    order->expr = counted->value;
    order->descending = counted->compare == COMPARE_GT || counted->compare == COMPARE_GE;
    Window *window = arena_new(arena, Window, 1);
    *window = (Window){.partition = counted->keys.items,
                       .partition_count = counted->keys.count,
                       .order = order,
                       .order_count = 1};
    const Tree *tree = search->context->tree;
    const Expr *call = window_new(arena, tree, with_peers ? "count" : "rank", with_peers,
                                  count->type, window);
    if (with_peers == !plus_one)
        return call;
    return operator_new(arena, tree, with_peers ? "+" : "-", call,
                        expr_integer(arena, 1));
}

// True for `x + 1`: the place of a row is one more than the number of those above it.
static bool is_plus_one(const Expr *expr)
{
    return expr->kind == EXPR_OPERATOR && expr->arg_count == 2 &&
           strcmp(expr->name, "+") == 0 &&
           expr_is_literal(expr->args[1], LITERAL_NUMBER) &&
           strcmp(expr->args[1]->name, "1") == 0;
}

static const Expr *as_rank(void *data, const Spot *spot)
{
    Search *search = data;
    RuleContext *context = search->context;
    bool plus_one = is_plus_one(spot->expr);
    const Expr *subquery = plus_one ? spot->expr->args[0] : spot->expr;
    if (spot->place != SPOT_OUTPUT || subquery->kind != EXPR_SUBQUERY)
        return NULL;
    const Query *query = subquery->query;
    if (!is_aggregate_of_table(query) ||
        query->select->sources[0]->table != search->outer->table)
        return NULL;
    const Select *inner = query->select;
    if (!guard(context, 3, counts_rows(query)))
        return NULL;

    Counted counted = {0};
    uint32_t number = inner->sources[0]->number;
    for (size_t i = 0; i < inner->filter_count; i++)
        sort_conjunct(search, inner->filter[i], number, &counted);
    if (counted.value == NULL)
        return NULL;
    if (!guard(context, 1, same_filter(search, &counted, number)))
        return NULL;
    if (!guard(context, 2, never_null(search, &counted)))
        return NULL;
    if (!take_expr(context, spot->expr))
        return NULL;
    return rank_expr(search, &counted, inner->outputs[0].expr, plus_one);
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
