// subquery_beside_group - a subquery about group keys is asked of the groups, outside.
//
//   before   SELECT a.k, count(*) AS n, (SELECT max(b.x) FROM b WHERE b.k = a.k) AS m
//            FROM a GROUP BY a.k HAVING count(*) > 1
//   after    SELECT a.k, a.n, (SELECT max(b.x) FROM b WHERE b.k = a.k) AS m
//            FROM (SELECT a.k, count(*) AS n FROM a GROUP BY a.k
//                  HAVING count(*) > 1) AS a
//
// A grouping block yields a row for each group, and outputs see nothing of it but keys
// and aggregates. Both are handed on as columns, and the rest is made of those columns as
// it was of them. A condition of HAVING with such a subquery is asked in WHERE then; the
// others stay.
//
// Why: a block that does not group can be joined, so that the subquery is run once for
// all keys (scalar_aggregate_to_join).
//
// Only if
//   (1) keys that the subquery names are identical where they are equal. Which of 'k' and
//       'K' a group of a NOCASE column shows is left to the plan.
//   (2) no LIMIT takes some of the groups before an ORDER BY has put them in order.
//   (3) what is handed on names no collation: a.t = max(a.u COLLATE NOCASE) goes by it,
//       a comparison of two columns by that of the left one.

#include "base/text.h"
#include "query/equal.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/correlation.h"

typedef struct {
    RuleContext *context;
    const Select *select;
    NumberSet own;         // The sources of the block's FROM.
    ExprList handed_on;    // Keys and aggregates that are named outside,
    ARRAY(Output) outputs; // and the columns they become.
    uint32_t number;       // Of the derived table.
    const char *name;      // Of the output being moved: its aggregate may take it.
    bool possible;
    bool found; // A subquery that names a key.
    bool identical;
    bool names_collation;
} Work;

static bool is_own(const Work *work, const Expr *expr)
{
    return expr->kind == EXPR_COLUMN && number_set_has(work->own, expr->source);
}

static bool has_name(const Work *work, const char *name)
{
    for (size_t i = 0; i < work->outputs.count; i++)
        if (text_same_word(work->outputs.items[i].name, name))
            return true;
    return false;
}

// Returns the derived table's column for a key or an aggregate of the block.
static const Expr *handed_on(Work *work, const Expr *expr)
{
    Arena *arena = work->context->arena;
    size_t i = 0;
    work->names_collation |= expr_has_collate(expr);
    while (i < work->handed_on.count && !expr_equal(work->handed_on.items[i], expr))
        i++;
    if (i == work->handed_on.count) {
        const char *name = work->name;
        if (name == NULL || has_name(work, name))
            name = arena_printf(arena, "value_%zu", i + 1);
        const Expr *copy = expr_copy(arena, expr, &work->context->tree->next_id);
        Output output = output_new(work->context->tree, copy, name);
        if (has_name(work, output.name)) {
            output.name = arena_printf(arena, "value_%zu", i + 1);
            output.explicit_name = true;
        }
        array_push(arena, &work->handed_on, expr);
        array_push(arena, &work->outputs, output);
    }
    const Output *output = &work->outputs.items[i];
    return expr_new(arena, (Expr){.kind = EXPR_COLUMN,
                                  .name = output->name,
                                  .quoted = output->quoted,
                                  .qualified = true,
                                  .type = output->type,
                                  .source = work->number,
                                  .column = output->id,
                                  .offset = expr->offset});
}

// Inside subqueries

static const Expr *replace_key(void *data, const Expr *column)
{
    Work *work = data;
    if (!is_own(work, column))
        return NULL;
    if (!select_groups_by(work->select, column)) {
        work->possible = false;
        return NULL;
    }
    work->found = true;
    work->identical =
        work->identical && equality_is_identity(work->context->tree, column);
    return handed_on(work, column);
}

// An aggregate in a subquery that is over the rows of this block is none of its own.
static bool look_inside(void *data, const Expr *expr)
{
    Work *work = data;
    if (expr->kind == EXPR_AGGREGATE &&
        number_set_meets(expr_sources(work->context->arena, expr), work->own))
        work->possible = false;
    return true;
}

static const Query *moved_query(Work *work, const Query *query)
{
    walk_query(query, &(Visitor){.expr = look_inside, .context = work});
    work->name = NULL;
    return query_replace_columns(work->context->arena, query, replace_key, work);
}

// Returns the expression over the derived table's columns.
static const Expr *moved(Work *work, const Expr *expr)
{
    Arena *arena = work->context->arena;
    if (expr->kind == EXPR_AGGREGATE || select_groups_by(work->select, expr))
        return handed_on(work, expr);
    if (is_own(work, expr) || expr->kind == EXPR_WINDOW || expr->kind == EXPR_GROUPING)
        work->possible = false;
    work->name = NULL;
    Expr changed = *expr;
    if (expr->query != NULL)
        changed.query = moved_query(work, expr->query);
    const Expr **args = arena_new(arena, const Expr *, expr->arg_count + 1);
    for (size_t i = 0; i < expr->arg_count; i++)
        args[i] = moved(work, expr->args[i]);
    changed.args = args;
    return expr_new(arena, changed);
}

// True if a subquery below names a source of this block.
static bool asks_of_keys(const Work *work, const Expr *expr)
{
    Arena *arena = work->context->arena;
    if (expr->query != NULL &&
        number_set_meets(query_free_sources(arena, expr->query), work->own))
        return true;
    for (size_t i = 0; i < expr->arg_count; i++)
        if (asks_of_keys(work, expr->args[i]))
            return true;
    return false;
}

// The two blocks

static const Source *derived_table(const Work *work, const ExprList *having)
{
    Select inner = *work->select;
    inner.outputs = work->outputs.items;
    inner.output_count = work->outputs.count;
    inner.stars = NULL;
    inner.star_count = 0;
    inner.distinct = DISTINCT_NONE;
    inner.group_all = false;
    inner.having = having->items;
    inner.having_count = having->count;
    Arena *arena = work->context->arena;
    return derived_new(arena, work->number, source_called(inner.sources[0]),
                       query_of_select(arena, inner), NO_OFFSET);
}

static const Output *moved_outputs(Work *work)
{
    const Select *select = work->select;
    Output *outputs = arena_copy(work->context->arena, select->outputs,
                                 select->output_count, sizeof(*outputs));
    for (size_t i = 0; i < select->output_count; i++) {
        work->name = outputs[i].name;
        outputs[i].expr = moved(work, outputs[i].expr);
        if (outputs[i].expr->kind == EXPR_COLUMN)
            outputs[i].explicit_name =
                !text_same_word(outputs[i].expr->name, outputs[i].name);
        outputs[i].star = 0;
    }
    return outputs;
}

static const OrderItem *moved_order(Work *work, const Query *query)
{
    OrderItem *order = arena_new(work->context->arena, OrderItem, query->order_count + 1);
    for (size_t i = 0; i < query->order_count; i++) {
        order[i] = query->order[i];
        work->name = NULL;
        order[i].expr = moved(work, order[i].expr);
    }
    return order;
}

static const Query *moved_out(Work *work, const Query *query)
{
    Arena *arena = work->context->arena;
    ExprList stays = {0}, leaves = {0};
    for (size_t i = 0; i < work->select->having_count; i++) {
        const Expr *conjunct = work->select->having[i];
        work->name = NULL;
        if (asks_of_keys(work, conjunct))
            array_push(arena, &leaves, moved(work, conjunct));
        else
            array_push(arena, &stays, conjunct);
    }
    Select outer = {.outputs = moved_outputs(work),
                    .output_count = work->select->output_count,
                    .distinct = work->select->distinct,
                    .source_count = 1,
                    .filter = leaves.items,
                    .filter_count = leaves.count};
    Query changed = *query;
    changed.order = moved_order(work, query);
    if (!work->possible || !work->found)
        return NULL;
    const Source *derived = derived_table(work, &stays);
    outer.sources = arena_copy(arena, &derived, 1, sizeof(derived));
    changed.select = select_new(arena, outer);
    return query_new(arena, changed);
}

const Query *subquery_beside_group(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    const Select *select = query->select;
    if (select->group_count == 0 || !select_has_plain_groups(select) ||
        select->source_count == 0 || select->distinct == DISTINCT_ON ||
        select->window_count > 0 || select->qualify_count > 0 ||
        query_free_sources(context->arena, query).count > 0)
        return NULL;
    Work work = {.context = context,
                 .select = select,
                 .own = select_numbers(context->arena, select),
                 .number = context->tree->next_id++,
                 .possible = true,
                 .identical = true};
    const Query *result = moved_out(&work, query);
    if (result == NULL || !guard(context, 1, work.identical) ||
        !guard(context, 2, query->limit == NULL || query->order_count > 0) ||
        !guard(context, 3, !work.names_collation) || !take_query(context, query))
        return NULL;
    return result;
}
