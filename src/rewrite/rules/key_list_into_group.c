// key_list_into_group - a grouping derived table groups only the keys that are wanted.
//
//   before   SELECT * FROM (SELECT a.k, sum(a.x) AS s FROM a GROUP BY a.k) g
//            WHERE g.k IN (SELECT b.k FROM b WHERE b.y = 1)
//   after    SELECT * FROM (SELECT a.k, sum(a.x) AS s FROM a
//                           WHERE a.k IN (SELECT b.k FROM b WHERE b.y = 1)
//                           GROUP BY a.k) g
//
// A group is kept or dropped as a whole by a condition on its key, so dropping its rows
// before they are grouped leaves the other groups as they are.
//
// Why: no engine moves a condition with a subquery below GROUP BY, and the list is often
// much shorter than the table.
//
// Only if
//   (1) no outer join makes rows up in place of the derived table's: a group less there
//       would be a NULL more.
//   (2) the columns asked for are group keys where a block groups, partition keys of
//       each window. Not a constant of a block that makes one row of everything.
//   (3) no LIMIT, OFFSET or DISTINCT ON picks rows, which would be other rows then.
//   (4) the condition gives the same answer twice and cannot fail on the rows it meets.
//   (5) what the columns are made of compares by the same rules as they do.
//   (6) key values that are equal are asked the same: in a NOCASE column 'k' and 'K' make
//       one group, and only one of g.k || '' IN ('k').

#include "query/walk.h"
#include "rewrite/list.h"
#include "rewrite/passing.h"
#include "rewrite/push.h"
#include "rewrite/rewrite.h"

// Returns the derived table in FROM that the conjunct asks of, and of nothing else.
static const Source *asked_of(RuleContext *context, const Select *select,
                              const Expr *conjunct)
{
    NumberSet sources = expr_sources(context->arena, conjunct);
    if (sources.count != 1)
        return NULL;
    const Source *source = select_source(select, sources.numbers[0]);
    bool derived = source != NULL && source->kind == SOURCE_QUERY && !source->lateral;
    return derived ? source : NULL;
}

// True if the query makes one row of all it reads.
static bool is_one_group(const Query *query)
{
    return query->body == BODY_SELECT && query->select->group_count == 0 &&
           query_is_grouped(query);
}

// Returns the block with conjunct `at` asked inside of the derived table instead.
static const Query *moved(RuleContext *context, const Query *query, size_t at,
                          const Source *source, const Query *inside)
{
    Select select = *query->select;
    Source changed = *source;
    changed.query = inside;
    select.sources = sources_replace(context->arena, select.sources, select.source_count,
                                     source, source_new(context->arena, changed));
    select.filter =
        exprs_with(context->arena, select.filter, select.filter_count, at, NULL);
    select.filter_count--;
    return query_with_select(context->arena, query, select_new(context->arena, select));
}

const Query *key_list_into_group(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    const Select *select = query->select;
    for (size_t i = 0; i < select->filter_count; i++) {
        const Expr *conjunct = select->filter[i];
        const Source *source =
            conjunct->kind == EXPR_IN_QUERY ? asked_of(context, select, conjunct) : NULL;
        if (source == NULL ||
            !guard(context, 1, !source_may_be_made_up(select, source->number)) ||
            !guard(context, 2, !is_one_group(source->query)))
            continue;
        Pushed inside = push_condition(context, source->query, source->number, conjunct);
        if (inside.query != NULL && guard(context, 2, inside.of_keys) &&
            guard(context, 3, !inside.picks_rows) && guard(context, 4, inside.harmless) &&
            guard(context, 5, inside.alike) && guard(context, 6, inside.blind) &&
            take_expr(context, conjunct))
            return moved(context, query, i, source, inside.query);
    }
    return NULL;
}
