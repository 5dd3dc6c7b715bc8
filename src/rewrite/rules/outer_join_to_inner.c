// outer_join_to_inner - an outer join whose made-up rows are dropped is an inner join.
//
//   before   SELECT * FROM a LEFT JOIN b ON a.id = b.id WHERE b.x > 5
//   after    SELECT * FROM a JOIN b ON a.id = b.id WHERE b.x > 5
//
// A row of `a` without a partner comes out of the LEFT JOIN with NULL in every column of
// `b`. If a condition above is never TRUE for such a row, a join that does not make it
// up gives the same rows. The condition may stand in WHERE, or in the ON of any join that
// the row has to pass: so a chain of joins falls from the top. RIGHT and FULL likewise,
// FULL by one side at a time.
//
// Why: an inner join may be reordered, and lets conditions through to both sides.
//
// Only if
//   (1) the condition is not TRUE when all columns of the made-up side are NULL. So not
//       WHERE b.x IS NULL, coalesce(b.x, 9) > 5, or b.x > 5 OR a.y = 1.
//   (2) the rows pass the condition after they are made up, and are lost if it fails. So
//       not the join's own ON, nor that of another outer join that keeps these rows:
//       a LEFT JOIN b ON a.id = b.id LEFT JOIN c ON b.x = c.x.
//   (3) SQLite: each conjunct of the join's ON names a table of it. One that names none
//       is tested for the whole FROM (3.40.1), and a RIGHT JOIN behind loses its rows:
//       a JOIN b ON 1 = 0 RIGHT JOIN c ON c.x = a.x.

#include "query/walk.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"

// Which conditions the rows of each side of a join have to pass: those that already
// stand above the join, and its ON.
typedef struct {
    bool above_left, on_left, above_right, on_right;
} Passing;

static Passing passing_of(JoinKind join)
{
    switch (join) {
    case JOIN_INNER:
    case JOIN_CROSS:
        return (Passing){true, true, true, true};
    case JOIN_LEFT:
    case JOIN_ANTI:
        return (Passing){.above_left = true, .on_right = true};
    case JOIN_RIGHT:
        return (Passing){.on_left = true, .above_right = true};
    case JOIN_FULL:
        return (Passing){0};
    case JOIN_SEMI:
        return (Passing){.above_left = true, .on_left = true, .on_right = true};
    }
    return (Passing){0};
}

static ExprList conditions_of(Arena *arena, const ExprList *above, bool pass_above,
                              const Source *join, bool pass_on)
{
    ExprList all = {0};
    if (pass_above)
        list_add_all(arena, &all, above->items, above->count);
    if (pass_on)
        list_add_all(arena, &all, join->on, join->on_count);
    return all;
}

static bool rejected(RuleContext *context, const ExprList *conditions, const Source *side)
{
    NumberSet sources = source_numbers(context->arena, side);
    for (size_t i = 0; i < conditions->count; i++)
        if (guard(context, 1,
                  rejects_nulls_of(context->facts, conditions->items[i], sources)))
            return true;
    return false;
}

// True if the engine tests the ON of the join, made an inner one, where it stands.
static bool is_tested_in_place(const RuleContext *context, const Source *join)
{
    Arena *arena = context->arena;
    NumberSet own = source_numbers(arena, join);
    bool all_name = true;
    for (size_t i = 0; i < join->on_count && all_name; i++)
        all_name = number_set_meets(expr_sources(arena, join->on[i]), own);
    return context->tree->dialect != DIALECT_SQLITE || all_name;
}

// Returns what the join may be instead; the kind it has if nothing is known.
static JoinKind kind_without_made_up_rows(RuleContext *context, const Source *join,
                                          const ExprList *above)
{
    ExprList conditions =
        conditions_of(context->arena, above, true, join, guard(context, 2, false));
    bool makes_up_right = join_keeps_left(join->join);
    bool makes_up_left = join_keeps_right(join->join);

    if (!(makes_up_right && makes_up_left) &&
        !guard(context, 3, is_tested_in_place(context, join)))
        return join->join;
    if (makes_up_right && rejected(context, &conditions, join->right))
        return makes_up_left ? JOIN_RIGHT : JOIN_INNER;
    if (makes_up_left && rejected(context, &conditions, join->left))
        return makes_up_right ? JOIN_LEFT : JOIN_INNER;
    return join->join;
}

// Returns the FROM item with one join in it made narrower, or the item itself.
static const Source *narrowed(RuleContext *context, const Source *source,
                              const ExprList *above)
{
    if (source->kind != SOURCE_JOIN)
        return source;
    Source changed = *source;
    changed.join = kind_without_made_up_rows(context, source, above);
    if (changed.join != source->join && take_source(context, source))
        return source_new(context->arena, changed);

    Passing passing = passing_of(source->join);
    ExprList left = conditions_of(context->arena, above, passing.above_left, source,
                                  guard(context, 2, passing.on_left));
    ExprList right = conditions_of(context->arena, above, passing.above_right, source,
                                   passing.on_right);
    changed = *source;
    changed.left = narrowed(context, source->left, &left);
    if (changed.left == source->left)
        changed.right = narrowed(context, source->right, &right);
    if (changed.left == source->left && changed.right == source->right)
        return source;
    return source_new(context->arena, changed);
}

const Query *outer_join_to_inner(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    const Select *select = query->select;
    ExprList filter = {0};
    list_add_all(context->arena, &filter, select->filter, select->filter_count);

    for (size_t i = 0; i < select->source_count; i++) {
        const Source *source = narrowed(context, select->sources[i], &filter);
        if (source == select->sources[i])
            continue;
        Select changed = *select;
        changed.sources = sources_with(context->arena, select->sources,
                                       select->source_count, i, source);
        return query_with_select(context->arena, query,
                                 select_new(context->arena, changed));
    }
    return NULL;
}
