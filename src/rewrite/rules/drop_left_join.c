// drop_left_join - a LEFT JOIN that neither adds rows nor is asked for columns goes away.
//
//   before   SELECT a.id, a.x FROM a LEFT JOIN b ON b.id = a.b_id
//   after    SELECT a.id, a.x FROM a
//
// A LEFT JOIN keeps every row on its left, once for each partner and once if there is
// none. With at most one partner each row comes out once, whatever the partner is. A
// column of the right side that is named anywhere else (an output, a condition, an order,
// a subquery) keeps the join where it is: without it there would be no query.
//
// Why: queries made by tools and views join what only some of their readers ask for.
//
// Only if
//   (1) each row has at most one partner: the columns that ON equates with the left side
//       are a key of the right side, and no two values of it are equal to the same one
//       (in SQLite '1' and 1 both are to a number, in a column without a type); or else
//       whoever reads the block ignores duplicates.
//   (2) nothing in the right side or ON is volatile.

#include "query/walk.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"

typedef struct {
    RuleContext *context;
    const Query *query;
    bool duplicates_ignored;
} Search;

static bool has_one_partner(Search *search, const Source *join)
{
    if (search->duplicates_ignored)
        return true;
    return source_has_one_partner(search->context->facts, join->right, join->on,
                                  join->on_count);
}

static bool is_repeatable(const Source *join)
{
    for (size_t i = 0; i < join->on_count; i++)
        if (!expr_is_repeatable(join->on[i]))
            return false;
    const Source *right = join->right;
    bool plain = right->kind == SOURCE_TABLE || right->kind == SOURCE_CTE;
    return plain || (right->kind == SOURCE_QUERY && query_is_repeatable(right->query));
}

static const Query *without_join(Search *search, const Source *join)
{
    Arena *arena = search->context->arena;
    Select select = *search->query->select;
    select.sources =
        sources_replace(arena, select.sources, select.source_count, join, join->left);
    return query_with_select(arena, search->query, select_new(arena, select));
}

// Returns the block without the first join below `source` that is not needed, or NULL.
static const Query *drop_below(Search *search, const Source *source)
{
    if (source->kind != SOURCE_JOIN)
        return NULL;
    RuleContext *context = search->context;
    bool outer = source->join == JOIN_LEFT && source->using_count == 0;
    if (outer && guard(context, 1, has_one_partner(search, source)) &&
        guard(context, 2, is_repeatable(source))) {
        const Query *without = without_join(search, source);
        NumberSet named = query_free_sources(context->arena, without);
        NumberSet dropped = source_numbers(context->arena, source->right);
        if (!number_set_meets(named, dropped) && take_source(context, source))
            return without;
    }
    const Query *left = drop_below(search, source->left);
    return left != NULL ? left : drop_below(search, source->right);
}

const Query *drop_left_join(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Search search = {context, query,
                     select_ignores_duplicates(query->select, context->in_set)};
    for (size_t i = 0; i < query->select->source_count; i++) {
        const Query *without = drop_below(&search, query->select->sources[i]);
        if (without != NULL)
            return without;
    }
    return NULL;
}
