// exists_to_in - a correlated [NOT] EXISTS becomes [NOT] IN over a list made once.
//
//   before   SELECT * FROM a WHERE EXISTS (SELECT * FROM b WHERE b.id = a.id AND b.x > 5)
//   after    SELECT * FROM a WHERE a.id IN (SELECT b.id FROM b WHERE b.x > 5)
//
//   before   SELECT * FROM a WHERE NOT EXISTS (SELECT * FROM b WHERE b.id = a.id)
//   after    SELECT * FROM a WHERE a.id IS NULL
//               OR a.id NOT IN (SELECT b.id FROM b WHERE b.id IS NOT NULL)
//
// A row of `b` that EXISTS finds is one whose id equals a.id: so a.id is in the list of
// ids, and the other way round. Several equalities make a row value. EXISTS is never
// NULL; IN is where it finds nothing and a.id or one of the ids is NULL. Where NULL and
// FALSE come to the same, that is no difference; NOT IN gets the tests for NULL that make
// it TRUE or FALSE, less those that are known to hold.
//
// Why: SQLite runs a correlated block for each row of the outermost table, before the
// selective joins; a list is built once and looked up. What is left inside must name
// nothing of the block around, or nothing is won.
//
// Only if
//   (1) EXISTS stands where NULL counts as FALSE, or IN cannot be NULL. So not
//       SELECT EXISTS (SELECT * FROM b WHERE b.id = a.id) FROM a.
//   (2) both sides of the equality compare by the same rules in both places: type,
//       affinity, collation. With b.id COLLATE NOCASE in the table and a.id not,
//       b.id = a.id ignores case and a.id IN (SELECT b.id …) does not.
//   (3) the inner block is FROM and WHERE: EXISTS (SELECT count(*) FROM b WHERE
//       b.id = a.id) is always TRUE.
//   (4) no LIMIT or OFFSET drops the rows: EXISTS (SELECT * FROM b WHERE b.id = a.id
//       LIMIT 1 OFFSET 1) asks for a second one.
//   (5) a test for NULL is left out only where NULL cannot come.
//   (6) the inner block gives the same rows each time: not with random().
//   (7) nothing inside can raise an error: it is run now for rows of `b` without a
//       partner, too, such as CAST(b.text AS INTEGER) > 5 where b.kind = a.kind.
//   (8) a column that is NULL is seen to be. In SELECT count(*), NOT EXISTS (SELECT *
//       FROM b WHERE b.id = a.id) FROM a, over no rows, SQLite takes a.id for NULL and,
//       if it is declared NOT NULL, a.id IS NULL for FALSE.

#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/correlation.h"
#include "rewrite/spot.h"

// Returns the inner block without the pairs' equalities, yielding their inner sides.
static const Query *list_query(RuleContext *context, const Query *inner,
                               const Correlation *correlation)
{
    Arena *arena = context->arena;
    size_t count = correlation->pairs.count;
    Output *outputs = arena_new(arena, Output, count);
    for (size_t i = 0; i < count; i++)
        outputs[i] = output_new(context->tree, correlation->pairs.items[i].inner, "key");

    const Select *old = inner->select;
    Query list = {.with_recursive = inner->with_recursive,
                  .ctes = inner->ctes,
                  .cte_count = inner->cte_count,
                  .body = BODY_SELECT,
                  .position = inner->position};
    Select select = {.outputs = outputs,
                     .output_count = count,
                     .sources = old->sources,
                     .source_count = old->source_count,
                     .filter = correlation->own.items,
                     .filter_count = correlation->own.count};
    list.select = select_new(arena, select);
    return query_new(arena, list);
}

// True if `expr` is never NULL in the rows that are seen at the spot.
static bool never_null_at(const Around *around, const Spot *spot, const Expr *expr)
{
    const Select *seen =
        select_beside(around->context->arena, around->block->select, spot);
    return spot_sees_rows(around->block, spot) &&
           expr_never_null(around->context->facts, seen, expr);
}

static bool in_is_never_null(const Around *around, const Spot *spot,
                             const Correlation *correlation, const Query *list)
{
    for (size_t i = 0; i < correlation->pairs.count; i++) {
        const KeyPair *pair = &correlation->pairs.items[i];
        if (!never_null_at(around, spot, pair->outer) ||
            !expr_never_null(around->context->facts, list->select, pair->inner))
            return false;
    }
    return true;
}

static bool raises(const Around *around, const Correlation *correlation,
                   const Query *list)
{
    for (size_t i = 0; i < correlation->pairs.count; i++)
        if (expr_may_raise(around->context->facts, correlation->pairs.items[i].outer))
            return true;
    return query_may_raise(around->context->facts, list);
}

static bool is_repeatable(const Correlation *correlation, const Query *list)
{
    for (size_t i = 0; i < correlation->pairs.count; i++)
        if (!expr_is_repeatable(correlation->pairs.items[i].outer))
            return false;
    return query_is_repeatable(list);
}

// Returns NOT IN with the tests that keep it from being NULL.
static const Expr *not_in(const Around *around, const Spot *spot,
                          const Correlation *correlation, const Query *list)
{
    RuleContext *context = around->context;
    Arena *arena = context->arena;
    ExprList operands = {0}, parts = {0};
    for (size_t i = 0; i < correlation->pairs.count; i++) {
        const Expr *outer = correlation->pairs.items[i].outer;
        array_push(arena, &operands, outer);
        if (guard(context, 5, never_null_at(around, spot, outer)))
            continue;
        const Expr *copy = expr_copy(arena, outer, &context->tree->next_id);
        array_push(arena, &parts, expr_is_null(arena, copy, false));
    }
    const Query *values = list;
    if (!guard(context, 5, false))
        values = query_with_select(arena, list,
                                   select_without_null_keys(context, list->select));
    array_push(arena, &parts,
               expr_in_query(arena, operands.items, operands.count, values, true,
                             spot->expr->offset));
    return expr_or(arena, parts.items, parts.count);
}

static const Expr *in_or_not_in(const Around *around, const Spot *spot,
                                const Correlation *correlation, const Query *list)
{
    if (spot->expr->negated)
        return not_in(around, spot, correlation, list);
    Arena *arena = around->context->arena;
    ExprList operands = {0};
    for (size_t i = 0; i < correlation->pairs.count; i++)
        array_push(arena, &operands, correlation->pairs.items[i].outer);
    const Select *keys = select_as_list(around->context, list->select);
    return expr_in_query(arena, operands.items, operands.count,
                         query_with_select(arena, list, keys), false, spot->expr->offset);
}

static const Expr *to_in(void *user, const Spot *spot)
{
    const Around *around = user;
    RuleContext *context = around->context;
    const Expr *exists = spot->expr;
    if (exists->kind != EXPR_EXISTS || exists->query->body != BODY_SELECT)
        return NULL;
    const Query *inner = exists->query;
    Correlation correlation =
        correlation_of(context->arena, inner->select, around->sources);
    if (correlation.pairs.count == 0 || correlation.mixed.count > 0)
        return NULL;
    const Query *list = list_query(context, inner, &correlation);
    if (number_set_meets(query_free_sources(context->arena, list), around->sources))
        return NULL;

    bool is_grouped = query_is_grouped(inner) || inner->select->qualify_count > 0;
    if (!guard(context, 1,
               spot->in_filter || exists->negated ||
                   in_is_never_null(around, spot, &correlation, list)) ||
        !guard(context, 2, pairs_compare_alike(context->facts, &correlation)) ||
        !guard(context, 3, !is_grouped) || !guard(context, 4, limit_keeps_a_row(inner)) ||
        !guard(context, 6, is_repeatable(&correlation, list)) ||
        !guard(context, 7, !raises(around, &correlation, list)) ||
        !guard(context, 8, !spot_may_see_nothing(around->block, spot)) ||
        !take_expr(context, exists))
        return NULL;
    return in_or_not_in(around, spot, &correlation, list);
}

const Query *exists_to_in(RuleContext *context, const Query *query)
{
    return query_map_first_around(context, query, to_in);
}
