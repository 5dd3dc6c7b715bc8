// filter_into_cte - rows of a CTE that none of its readers wants are not made.
//
//   before   WITH w AS (SELECT a.k, sum(a.x) AS s FROM a GROUP BY a.k)
//            SELECT * FROM w p, w q WHERE p.k = 1 AND q.k = 2
//   after    WITH w AS (SELECT a.k, sum(a.x) AS s FROM a WHERE a.k = 1 OR a.k = 2
//                       GROUP BY a.k)
//            SELECT * FROM w p, w q WHERE p.k = 1 AND q.k = 2
//
// Each reader drops the rows of w that fail its own filter, so a row that fails all of
// them reaches nobody. The readers keep their filters: a row too many does no harm. In a
// UNION ALL each arm gets the condition; one that compares two texts is decided at once.
//
// Why: an engine makes a CTE that is read twice in full.
//
// Only if
//   (1) every reader has a filter on the CTE's columns that holds for each row it passes
//       on, and no outer join makes rows up in place of the CTE's: a row less there
//       would be a NULL more.
//   (2) the columns asked for are group keys (or constants) of a block that groups, and
//       partition keys of every window: or else the condition would take rows away from
//       the sums and ranks of rows that stay.
//   (3) no LIMIT, OFFSET or DISTINCT ON picks rows, which would be other rows then.
//   (4) the condition gives the same answer twice and cannot fail on the rows it sees
//       now; so with the CTE's columns replaced by what they are made of.
//   (5) those compare by the same rules as the CTE's columns do.
//   (6) values of a group or partition key that are equal pass it together: 'k' and 'K'
//       are one group of a NOCASE column, and w.k GLOB 'K' takes one of them.

#include "query/walk.h"
#include "rewrite/list.h"
#include "rewrite/passing.h"
#include "rewrite/push.h"
#include "rewrite/rewrite.h"

// One reader of the CTE.
typedef struct {
    const Select *select;
    const Source *source;
} Use;

typedef struct {
    RuleContext *context;
    const Cte *cte;
    ARRAY(Use) uses;
} Search;

// Finding the readers

static void find_in_source(Search *search, const Select *select, const Source *source)
{
    if (source->kind == SOURCE_JOIN) {
        find_in_source(search, select, source->left);
        find_in_source(search, select, source->right);
    } else if (source->kind == SOURCE_CTE && source->cte == search->cte->number) {
        array_push(search->context->arena, &search->uses, ((Use){select, source}));
    }
}

static bool find_in_query(void *data, const Query *query)
{
    Search *search = data;
    if (query->body == BODY_SELECT)
        for (size_t i = 0; i < query->select->source_count; i++)
            find_in_source(search, query->select, query->select->sources[i]);
    return true;
}

// What they want

// True if the conjunct may be asked inside of the CTE.
static bool may_go_inside(Search *search, uint32_t source, const Expr *conjunct)
{
    RuleContext *context = search->context;
    Pushed inside = push_condition(context, search->cte->query, source, conjunct);
    return inside.query != NULL && guard(context, 2, inside.of_keys) &&
           guard(context, 3, !inside.picks_rows) &&
           guard(context, 4,
                 inside.harmless && expr_is_repeatable(conjunct) &&
                     !expr_may_raise(context->facts, conjunct)) &&
           guard(context, 5, inside.alike) && guard(context, 6, inside.blind);
}

// Returns what the reader asks of the CTE and may go inside; NULL if that is nothing.
static const Expr *wanted_by(Search *search, const Use *use)
{
    RuleContext *context = search->context;
    uint32_t source = use->source->number;
    if (!guard(context, 1, !source_may_be_made_up(use->select, source)))
        return NULL;
    ExprList conjuncts = passed_conjuncts(context->arena, use->select);
    ExprList on = conjuncts_on(context->arena, &conjuncts, source);
    ExprList filter = {0};
    for (size_t i = 0; i < on.count; i++)
        if (may_go_inside(search, source, on.items[i]))
            array_push(context->arena, &filter, on.items[i]);
    return filter.count == 0 ? NULL
                             : expr_and(context->arena, filter.items, filter.count);
}

// Returns what at least one reader wants, over the columns of the first one's source;
// NULL if one of them wants everything.
static const Expr *wanted_by_any(Search *search)
{
    Arena *arena = search->context->arena;
    ExprList wanted = {0};
    for (size_t i = 0; i < search->uses.count; i++) {
        const Use *use = &search->uses.items[i];
        const Expr *filter = wanted_by(search, use);
        if (filter == NULL)
            return NULL;
        filter = expr_redirect(arena, filter, &use->source->number,
                               &search->uses.items[0].source->number, 1);
        if (!list_has(&wanted, filter))
            array_push(arena, &wanted, filter);
    }
    return expr_or(arena, wanted.items, wanted.count);
}

// Returns the CTE with what its readers want pushed into it; NULL if nothing changes.
static const Query *pushed(RuleContext *context, const Query *query, const Cte *cte)
{
    Search search = {.context = context, .cte = cte};
    Visitor visitor = {.query = find_in_query, .context = &search};
    walk_query(query, &visitor);
    if (search.uses.count == 0 || cte->recursive ||
        search.uses.count != query_count_cte_uses(query, cte->number))
        return NULL;
    const Expr *wanted = wanted_by_any(&search);
    if (wanted == NULL)
        return NULL;
    Pushed inside =
        push_condition(context, cte->query, search.uses.items[0].source->number, wanted);
    return inside.query == cte->query ? NULL : inside.query;
}

const Query *filter_into_cte(RuleContext *context, const Query *query)
{
    for (size_t i = 0; i < query->cte_count; i++) {
        const Query *body = pushed(context, query, query->ctes[i]);
        if (body == NULL || !take_query_once(context, query->ctes[i]->query))
            continue;
        Cte *cte = arena_copy(context->arena, query->ctes[i], 1, sizeof(*cte));
        cte->query = body;
        const Cte **ctes =
            arena_copy(context->arena, query->ctes, query->cte_count, sizeof(*ctes));
        ctes[i] = cte;
        Query changed = *query;
        changed.ctes = ctes;
        return query_new(context->arena, changed);
    }
    return NULL;
}
