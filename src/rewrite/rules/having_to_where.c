// having_to_where - a condition on group keys drops rows before they are grouped.
//
//   before   SELECT x, sum(y) FROM a GROUP BY x HAVING x > 5 AND sum(y) > 9
//   after    SELECT x, sum(y) FROM a WHERE x > 5 GROUP BY x HAVING sum(y) > 9
//
// All rows of a group agree on the keys, so the condition holds for all of them or for
// none: dropping the rows drops the group, and no other group changes.
//
// Why: fewer rows are grouped, and the condition can use an index or go on into FROM.
//
// Only if
//   (1) there are keys, and nothing but keys: without any, SELECT count(*) FROM a HAVING
//       1 = 0 gives no row, WHERE 1 = 0 gives the row 0; ROLLUP (x) keeps its total.
//   (2) the condition names nothing but keys, and no aggregate.
//   (3) rows of one group give it the same value: GROUP BY x puts 'a' and 'A' together
//       where x is NOCASE, and 1 and 1.0 where it has no type. There it may compare x,
//       but not look into it: HAVING x LIKE 'a%', HAVING typeof(x) = 'integer'.
//   (4) it gives the same value each time: random() was drawn once a group.
//   (5) it cannot raise an error: WHERE may be run in any order.

#include "query/equal.h"
#include "query/walk.h"
#include "rewrite/conditions.h"
#include "rewrite/correlation.h"

typedef struct {
    const Select *select;
    NumberSet sources;
    const Tree *tree;
    const Expr *conjunct;
    bool named_others; // Something that is no key.
    bool looked_into;  // A key whose equal values may differ, and are told apart.
} KeyTest;

static bool visit_expr(void *context, const Expr *expr)
{
    KeyTest *test = context;
    for (size_t i = 0; i < test->select->group_count; i++) {
        const GroupItem *item = &test->select->groups[i];
        if (item->kind != GROUP_KEY || !expr_equal(expr, item->exprs[0]))
            continue;
        test->looked_into |= !tells_no_equals_apart(test->tree, test->conjunct, expr);
        return false;
    }
    test->named_others |=
        expr->kind == EXPR_GROUPING ||
        (expr->kind == EXPR_COLUMN && number_set_has(test->sources, expr->source));
    return true;
}

const Query *having_to_where(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Arena *arena = context->arena;
    const Select *select = query->select;
    bool has_keys = select->group_count > 0 && select_has_plain_groups(select);
    for (size_t i = 0; i < select->having_count; i++) {
        const Expr *conjunct = select->having[i];
        KeyTest test = {.select = select,
                        .sources = select_numbers(arena, select),
                        .tree = context->tree,
                        .conjunct = conjunct};
        walk_expr(conjunct, &(Visitor){.expr = visit_expr, .context = &test});
        if (!guard(context, 1, has_keys) ||
            !guard(context, 2, !test.named_others && !expr_has_aggregate(conjunct)) ||
            !guard(context, 3, !test.looked_into) ||
            !guard(context, 4, expr_is_repeatable(conjunct)) ||
            !guard(context, 5, !expr_may_raise(context->facts, conjunct)) ||
            !take_expr(context, conjunct))
            continue;

        ExprList filter = {0};
        list_add_all(arena, &filter, select->filter, select->filter_count);
        array_push(arena, &filter, conjunct);
        Select changed = *select;
        changed.filter = filter.items;
        changed.filter_count = filter.count;
        changed.having = exprs_with(arena, select->having, select->having_count, i, NULL);
        changed.having_count--;
        return query_with_select(arena, query, select_new(arena, changed));
    }
    return NULL;
}
