// full_join_to_union - a FULL JOIN is a LEFT JOIN, and what of the right side is left.
//
//   before   SELECT a.x, b.y FROM a FULL JOIN b ON a.k = b.k
//   after    SELECT a.a_x, a.b_y
//            FROM (SELECT a.x AS a_x, b.y AS b_y FROM a LEFT JOIN b ON a.k = b.k
//                  UNION ALL
//                  SELECT NULL, b.y FROM b LEFT JOIN a ON a.k = b.k WHERE a.k IS NULL)
//                 AS a
//
// The LEFT JOIN has all pairs and the rows of `a` without a partner. A row of `b` without
// one gets NULL for a.k from the second join; one with a partner does not, since a.k of a
// partner is not NULL.
//
// Why: SQLite makes an index for a LEFT JOIN that has none, and none for a FULL JOIN,
// which is a loop in a loop. (Elsewhere nothing is gained, and nothing done.)
//
// Only if
//   (1) ON rejects NULL in some column of the left side: so not ON a.k IS b.k.
//   (2) both sides and ON give the same each time: not with random().
//   (3) nothing depends on the order of the rows: no LIMIT without ORDER BY, no
//       group_concat, no column beside aggregates that the group keys do not fix.

#include "base/text.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"

typedef struct {
    RuleContext *context;
    const Source *join;
    const Expr *tested; // The left side's column that no pair has NULL in.
    ExprList columns;   // Of both sides that the block names,
    const char **names; // and what they are called in the derived table.
    ARRAY(Output) outputs;
    const Source *derived;
} Work;

// Finding it

static bool is_leaf(const Source *source)
{
    return source->kind == SOURCE_TABLE || source->kind == SOURCE_CTE ||
           (source->kind == SOURCE_QUERY && !source->lateral);
}

// Returns the first FULL JOIN of two leaves below the FROM item, or NULL.
static const Source *full_join(const Source *source)
{
    if (source->kind != SOURCE_JOIN)
        return NULL;
    if (source->join == JOIN_FULL && source->using_count == 0 && source->on_count > 0 &&
        is_leaf(source->left) && is_leaf(source->right))
        return source;
    const Source *left = full_join(source->left);
    return left != NULL ? left : full_join(source->right);
}

static bool note_column(void *data, const Expr *expr)
{
    Work *work = data;
    bool is_side =
        expr->kind == EXPR_COLUMN && (expr->source == work->join->left->number ||
                                      expr->source == work->join->right->number);
    if (is_side && !list_has(&work->columns, expr))
        array_push(work->context->arena, &work->columns, expr);
    return true;
}

// Finds the column to be tested: one of the left side that ON names. False if ON may hold
// where it is NULL.
static bool find_tested(Work *work)
{
    work->columns = (ExprList){0};
    for (size_t i = 0; i < work->join->on_count; i++)
        walk_expr(work->join->on[i], &(Visitor){.expr = note_column, .context = work});
    for (size_t i = 0; i < work->columns.count; i++) {
        const Expr *column = work->columns.items[i];
        if (column->source != work->join->left->number)
            continue;
        if (work->tested == NULL)
            work->tested = column;
        for (size_t j = 0; j < work->join->on_count; j++)
            if (rejects_null_column(work->context->facts, work->join->on[j], column)) {
                work->tested = column;
                return true;
            }
    }
    return false;
}

static bool is_repeatable(const Work *work)
{
    const Tree *tree = work->context->tree;
    for (size_t i = 0; i < work->join->on_count; i++)
        if (!expr_is_repeatable(work->join->on[i]))
            return false;
    return source_is_repeatable(tree, work->join->left) &&
           source_is_repeatable(tree, work->join->right);
}

static bool has_subquery(const Source *join)
{
    for (size_t i = 0; i < join->on_count; i++)
        if (expr_has_subquery(join->on[i]))
            return true;
    return false;
}

// The derived table

static bool is_taken(const Work *work, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_same_word(work->names[i], name))
            return true;
    return false;
}

static void name_columns(Work *work)
{
    Arena *arena = work->context->arena;
    work->names = arena_new(arena, const char *, work->columns.count);
    for (size_t i = 0; i < work->columns.count; i++) {
        const Expr *column = work->columns.items[i];
        bool is_left = column->source == work->join->left->number;
        const char *side = source_called(is_left ? work->join->left : work->join->right);
        const char *name = arena_printf(arena, "%s_%s", side, column->name);
        for (unsigned n = 2; is_taken(work, i, name); n++)
            name = arena_printf(arena, "%s_%s_%u", side, column->name, n);
        work->names[i] = name;
    }
}

// Returns one arm: both sides joined, or the right side where the left has no partner.
static const Query *arm(Work *work, bool is_rest)
{
    Arena *arena = work->context->arena;
    Tree *tree = work->context->tree;
    size_t count = work->columns.count;
    Source *join = arena_copy(arena, work->join, 1, sizeof(*join));
    join->join = JOIN_LEFT;
    join->number = tree->next_id++;
    if (is_rest) {
        join->left = work->join->right;
        join->right = work->join->left;
    }
    Output *outputs = arena_new(arena, Output, count);
    for (size_t i = 0; i < count; i++) {
        const Expr *column = work->columns.items[i];
        bool made_up = is_rest && column->source == work->join->left->number;
        const Expr *value = made_up ? expr_null(arena) : expr_new(arena, *column);
        outputs[i] = output_new(tree, value, work->names[i]);
        outputs[i].name = work->names[i];
        outputs[i].explicit_name = !is_rest;
    }
    const Source *source = join;
    Select select = {.outputs = outputs,
                     .output_count = count,
                     .sources = arena_copy(arena, &source, 1, sizeof(source)),
                     .source_count = 1};
    if (is_rest) {
        const Expr *test = expr_is_null(arena, expr_new(arena, *work->tested), false);
        select.filter = arena_copy(arena, &test, 1, sizeof(test));
        select.filter_count = 1;
    }
    const Query *query = query_of_select(arena, select);
    return is_rest ? query_copy(arena, query, &tree->next_id) : query;
}

static void make_derived(Work *work)
{
    Arena *arena = work->context->arena;
    Tree *tree = work->context->tree;
    name_columns(work);
    for (size_t i = 0; i < work->columns.count; i++)
        array_push(arena, &work->outputs,
                   ((Output){.id = tree->next_id++,
                             .name = work->names[i],
                             .type = work->columns.items[i]->type}));
    const Query **arms = arena_new(arena, const Query *, 2);
    arms[0] = arm(work, false);
    arms[1] = arm(work, true);
    SetOperation set = {.op = SET_UNION_ALL,
                        .arms = arms,
                        .arm_count = 2,
                        .outputs = work->outputs.items,
                        .output_count = work->outputs.count};
    Query query = {.body = BODY_SET,
                   .set = arena_copy(arena, &set, 1, sizeof(set)),
                   .position = NO_OFFSET};
    work->derived = source_new(arena, (Source){.kind = SOURCE_QUERY,
                                               .number = tree->next_id++,
                                               .alias = source_called(work->join->left),
                                               .explicit_alias = true,
                                               .query = query_new(arena, query),
                                               .comment = work->join->comment,
                                               .offset = work->join->offset});
}

static const Expr *exchange_column(void *data, const Expr *column)
{
    const Work *work = data;
    for (size_t i = 0; i < work->columns.count; i++)
        if (expr_is_column(column, work->columns.items[i]->source,
                           work->columns.items[i]->column))
            return source_column(work->context->arena, work->context->tree, work->derived,
                                 work->outputs.items[i].id);
    return NULL;
}

// Returns the block over the derived table. The left side stands for it until no column
// of either is named any more.
static const Query *exchanged(Work *work, const Query *query)
{
    Arena *arena = work->context->arena;
    const Source *stand_in = work->join->left;
    Select select = *query->select;
    select.sources =
        sources_replace(arena, select.sources, select.source_count, work->join, stand_in);
    query = query_with_select(arena, query, select_new(arena, select));
    work->columns = (ExprList){0};
    walk_query(query, &(Visitor){.expr = note_column, .context = work});
    if (work->columns.count == 0)
        note_column(work, work->tested);
    make_derived(work);
    query = query_replace_columns(arena, query, exchange_column, work);
    select = *query->select;
    select.sources = sources_replace(arena, select.sources, select.source_count, stand_in,
                                     work->derived);
    return query_with_select(arena, query, select_new(arena, select));
}

const Query *full_join_to_union(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT || context->tree->dialect != DIALECT_SQLITE)
        return NULL;
    Work work = {.context = context};
    const Select *select = query->select;
    for (size_t i = 0; i < select->source_count && work.join == NULL; i++)
        work.join = full_join(select->sources[i]);
    if (work.join == NULL || has_subquery(work.join))
        return NULL;
    if (!guard(context, 1, find_tested(&work)) || work.tested == NULL ||
        !guard(context, 2, is_repeatable(&work)) ||
        !guard(context, 3, !block_depends_on_order(context->facts, query)) ||
        !take_source(context, work.join))
        return NULL;
    return exchanged(&work, query);
}
