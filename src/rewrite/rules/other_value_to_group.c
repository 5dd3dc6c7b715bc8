// other_value_to_group - "another row with this key and a different value", by grouping.
//
//   before   SELECT * FROM a WHERE EXISTS (SELECT * FROM a AS o
//                                           WHERE o.id = a.id AND o.x <> a.x)
//   after    SELECT * FROM a WHERE a.x IS NOT NULL AND a.id IN
//              (SELECT o.id FROM a AS o GROUP BY o.id HAVING min(o.x) < max(o.x))
//
// Both range over the same table, so the row of `a` is itself one of the rows with its
// id: there is one with a different value if and only if there are two values at all, and
// then one of them differs from a.x. A row whose x or id is NULL equals nothing and
// differs from nothing. NOT EXISTS likewise, TRUE for those rows. Several keys make a row
// value; the roles of <> may be exchanged.
//
// Why: one pass over the table in place of a look-up and a scan of each row's group.
//
// Only if
//   (1) conditions that the other row must meet, the row itself is known to meet, too: in
//       EXISTS (SELECT * FROM a AS o WHERE o.id = a.id AND o.x <> a.x AND o.y > 5) the
//       one row with y > 5 may be the other.
//   (2) a test for NULL is left out only where NULL cannot come.
//   (3) < orders values as <> tells them apart. Not for a NOCASE column, where min and
//       max of 'a' and 'A' are compared with case.
//   (4) EXISTS stands where NULL counts as FALSE.
//   (5) the conditions give the same value each time: not with random().
//   (6) they cannot raise an error: they are run now for all rows of the table.
//   (7) a column that is NULL is seen to be: not in an output beside count(*), where over
//       no rows SQLite takes a.x for NULL and, if it is declared NOT NULL, a.x IS NULL
//       for FALSE.

#include "query/equal.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/correlation.h"
#include "rewrite/spot.h"

// EXISTS taken apart. `row` is a source of the block around, `other` the subquery's own.
typedef struct {
    const Source *row, *other;
    Correlation correlation;
    const Expr *row_value, *other_value; // The two sides of <>.
} OtherRow;

static bool is_same_column(const Expr *other, const Expr *row, const OtherRow *found)
{
    return other->kind == EXPR_COLUMN && row->kind == EXPR_COLUMN &&
           other->source == found->other->number && row->source == found->row->number &&
           other->column == row->column;
}

// Finds the conjunct `other.x <> row.x`, in either order.
static bool find_values(const Expr *conjunct, OtherRow *found)
{
    if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_NE)
        return false;
    const Expr *left = conjunct->args[0], *right = conjunct->args[1];
    bool swapped = is_same_column(right, left, found);
    if (!swapped && !is_same_column(left, right, found))
        return false;
    found->other_value = swapped ? right : left;
    found->row_value = swapped ? left : right;
    return true;
}

static bool other_row_of(const Around *around, const Query *query, OtherRow *found)
{
    if (!query_is_filter_only(query) || query->cte_count > 0 ||
        query->select->source_count != 1)
        return false;
    *found = (OtherRow){.other = query->select->sources[0],
                        .correlation = correlation_of(around->context->arena,
                                                      query->select, around->sources)};
    const Correlation *correlation = &found->correlation;
    if (correlation->pairs.count == 0 || correlation->mixed.count != 1 ||
        correlation->pairs.items[0].outer->kind != EXPR_COLUMN)
        return false;
    found->row =
        select_source(around->block->select, correlation->pairs.items[0].outer->source);
    if (found->row == NULL ||
        !sources_read_alike(around->context->tree, found->row, found->other))
        return false;
    for (size_t i = 0; i < correlation->pairs.count; i++)
        if (!is_same_column(correlation->pairs.items[i].inner,
                            correlation->pairs.items[i].outer, found))
            return false;
    return find_values(correlation->mixed.items[0], found);
}

// True if the row meets all conditions that the other row must meet.
static bool row_meets_conditions(const Around *around, const Spot *spot,
                                 const OtherRow *found)
{
    const ExprList *own = &found->correlation.own;
    for (size_t i = 0; i < own->count; i++)
        if (spot->place != SPOT_WHERE ||
            !has_conjunct_under(around->block->select->filter,
                                around->block->select->filter_count, own->items[i],
                                found->other->number, found->row->number))
            return false;
    return true;
}

static const Expr *copy_of(RuleContext *context, const Expr *expr)
{
    return expr_copy(context->arena, expr, &context->tree->next_id);
}

// Adds a test for NULL unless it is known to hold.
static void add_null_test(RuleContext *context, ExprList *tests, const Select *select,
                          const Expr *expr, bool negated)
{
    if (!guard(context, 2, expr_never_null(context->facts, select, expr)))
        array_push(context->arena, tests,
                   expr_is_null(context->arena, copy_of(context, expr), negated));
}

// Returns SELECT keys FROM other [WHERE own] GROUP BY keys HAVING min(x) < max(x).
static const Query *groups_query(RuleContext *context, const OtherRow *found,
                                 bool without_null)
{
    Arena *arena = context->arena;
    size_t count = found->correlation.pairs.count;
    Output *outputs = arena_new(arena, Output, count);
    GroupItem *groups = arena_new(arena, GroupItem, count);
    const Expr **having = arena_new(arena, const Expr *, 1);
    having[0] = expr_compare(
        arena, COMPARE_LT, aggregate_new(arena, context->tree, "min", found->other_value),
        aggregate_new(arena, context->tree, "max", copy_of(context, found->other_value)));
    Select select = {.outputs = outputs,
                     .output_count = count,
                     .sources = arena_copy(arena, &found->other, 1, sizeof(found->other)),
                     .source_count = 1,
                     .filter = found->correlation.own.items,
                     .filter_count = found->correlation.own.count,
                     .groups = groups,
                     .group_count = count,
                     .having = having,
                     .having_count = 1};
    ExprList filter = {0};
    list_add_all(arena, &filter, select.filter, select.filter_count);
    for (size_t i = 0; i < count; i++) {
        const Expr *key = found->correlation.pairs.items[i].inner;
        groups[i] = group_key_new(arena, copy_of(context, key));
        outputs[i] = output_new(context->tree, key, key->name);
        if (without_null)
            add_null_test(context, &filter, &select, key, true);
    }
    select.filter = filter.items;
    select.filter_count = filter.count;
    return query_of_select(arena, select);
}

static const Expr *by_groups(const Around *around, const Spot *spot,
                             const OtherRow *found)
{
    RuleContext *context = around->context;
    Arena *arena = context->arena;
    bool negated = spot->expr->negated;
    // Elsewhere than in WHERE, other rows are seen than those the facts speak of.
    const Select *seen = spot->place == SPOT_WHERE
                             ? select_beside(arena, around->block->select, spot)
                             : &(const Select){0};
    ExprList parts = {0}, operands = {0};
    add_null_test(context, &parts, seen, found->row_value, !negated);
    for (size_t i = 0; i < found->correlation.pairs.count; i++) {
        const Expr *outer = found->correlation.pairs.items[i].outer;
        array_push(arena, &operands, outer);
        if (negated)
            add_null_test(context, &parts, seen, outer, false);
    }
    const Query *groups = groups_query(context, found, negated);
    array_push(arena, &parts,
               expr_in_query(arena, operands.items, operands.count, groups, negated,
                             spot->expr->offset));
    return negated ? expr_or(arena, parts.items, parts.count)
                   : expr_and(arena, parts.items, parts.count);
}

static const Expr *to_groups(void *user, const Spot *spot)
{
    const Around *around = user;
    RuleContext *context = around->context;
    OtherRow found;
    if (spot->expr->kind != EXPR_EXISTS ||
        !other_row_of(around, spot->expr->query, &found))
        return NULL;
    const Query *groups = groups_query(context, &found, false);
    if (!guard(context, 1, row_meets_conditions(around, spot, &found)) ||
        !guard(context, 3, order_tells_apart(context->tree, found.other_value)) ||
        !guard(context, 4, spot->in_filter || spot->expr->negated) ||
        !guard(context, 5, query_is_repeatable(spot->expr->query)) ||
        !guard(context, 6, !query_may_raise(context->facts, groups)) ||
        !guard(context, 7, !spot_may_see_nothing(around->block, spot)) ||
        !take_expr(context, spot->expr))
        return NULL;
    return by_groups(around, spot, &found);
}

const Query *other_value_to_group(RuleContext *context, const Query *query)
{
    return query_map_first_around(context, query, to_groups);
}
