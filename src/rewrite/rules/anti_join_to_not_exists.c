// anti_join_to_not_exists - a LEFT JOIN that only keeps rows without a partner says so.
//
//   before   SELECT a.id FROM a LEFT JOIN b ON b.id = a.id AND b.x > 5
//            WHERE b.id IS NULL
//   after    SELECT a.id FROM a
//            WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.id = a.id AND b.x > 5)
//
// A row of `a` without a partner comes out of the join once, with NULLs; one with
// partners comes out with them, and the test for NULL drops it.
//
// Why: NOT EXISTS ends at the first partner, and other rules make a list or a window of
// it: among them the row with the greatest value of its key.
//
// Only if
//   (1) what is asked for NULL is not NULL in a partner: a NOT NULL column, or one that
//       ON compares. So not LEFT JOIN b ON b.id = a.id WHERE b.x IS NULL.
//   (2) the join's rows reach WHERE as they are: it stands on no side for which another
//       outer join makes rows up.
//   (3) ON and the right side give the same each time: not with random().
// A column of the right side that is named anywhere else keeps the join where it is:
// without it there would be no query.

#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"

typedef struct {
    RuleContext *context;
    const Query *query;
} Search;

// Returns the number of the conjunct of WHERE that asks whether a column of the source is
// NULL which no partner has NULL in; filter_count if there is none.
static size_t find_test(Search *search, const Source *join)
{
    RuleContext *context = search->context;
    const Select *select = search->query->select;
    const Select *partners =
        select_new(context->arena, (Select){.sources = &join->right,
                                            .source_count = 1,
                                            .filter = join->on,
                                            .filter_count = join->on_count});
    size_t i = 0;
    for (; i < select->filter_count; i++) {
        const Expr *conjunct = select->filter[i];
        if (conjunct->kind != EXPR_IS || conjunct->is != IS_NULL || conjunct->negated)
            continue;
        const Expr *column = conjunct->args[0];
        if (column->kind == EXPR_COLUMN && column->source == join->right->number &&
            guard(context, 1, expr_never_null(context->facts, partners, column)))
            break;
    }
    return i;
}

static bool is_repeatable(const Search *search, const Source *join)
{
    for (size_t i = 0; i < join->on_count; i++)
        if (!expr_is_repeatable(join->on[i]))
            return false;
    return source_is_repeatable(search->context->tree, join->right);
}

static const Expr *not_exists(Search *search, const Source *join, size_t offset)
{
    Arena *arena = search->context->arena;
    Output *output = arena_new(arena, Output, 1);
    *output = output_one(arena, search->context->tree);
    const Query *partners = query_of_select(
        arena,
        (Select){.outputs = output,
                 .output_count = 1,
                 .sources = arena_copy(arena, &join->right, 1, sizeof(join->right)),
                 .source_count = 1,
                 .filter = join->on,
                 .filter_count = join->on_count});
    return expr_new(arena, (Expr){.kind = EXPR_EXISTS,
                                  .type = TYPE_OF(TYPE_BOOLEAN),
                                  .query = partners,
                                  .negated = true,
                                  .offset = offset});
}

// Returns the block without the join; NULL if it is no such join, or is needed.
static const Query *without_join(Search *search, const Source *join)
{
    RuleContext *context = search->context;
    Arena *arena = context->arena;
    bool is_leaf = join->right->kind == SOURCE_TABLE || join->right->kind == SOURCE_CTE ||
                   join->right->kind == SOURCE_QUERY;
    if (join->join != JOIN_LEFT || join->using_count > 0 || join->natural || !is_leaf ||
        join->right->lateral)
        return NULL;
    size_t test = find_test(search, join);
    Select select = *search->query->select;
    if (test == select.filter_count)
        return NULL;
    const Expr *asked = select.filter[test];
    select.sources =
        sources_replace(arena, select.sources, select.source_count, join, join->left);
    select.filter = exprs_with(arena, select.filter, select.filter_count, test,
                               expr_integer(arena, 1));
    const Query *rest =
        query_with_select(arena, search->query, select_new(arena, select));
    if (number_set_has(query_free_sources(arena, rest), join->right->number) ||
        !guard(context, 3, is_repeatable(search, join)) || !take_source(context, join))
        return NULL;
    select.filter = exprs_with(arena, select.filter, select.filter_count, test,
                               not_exists(search, join, asked->offset));
    return query_with_select(arena, search->query, select_new(arena, select));
}

static const Query *look_below(Search *search, const Source *source)
{
    if (source->kind != SOURCE_JOIN)
        return NULL;
    const Query *result = without_join(search, source);
    if (result != NULL)
        return result;
    bool is_inner = source->join == JOIN_INNER || source->join == JOIN_CROSS;
    RuleContext *context = search->context;
    if (guard(context, 2, is_inner || source->join == JOIN_LEFT))
        result = look_below(search, source->left);
    if (result == NULL && guard(context, 2, is_inner))
        result = look_below(search, source->right);
    return result;
}

const Query *anti_join_to_not_exists(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Search search = {context, query};
    for (size_t i = 0; i < query->select->source_count; i++) {
        const Query *result = look_below(&search, query->select->sources[i]);
        if (result != NULL)
            return result;
    }
    return NULL;
}
