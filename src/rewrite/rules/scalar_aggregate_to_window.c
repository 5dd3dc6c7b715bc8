// scalar_aggregate_to_window - an aggregate over the rows of a row's key is a window.
//
//   before   SELECT a.id, a.x FROM a WHERE a.x > (SELECT avg(o.x) FROM a AS o
//                                                  WHERE o.id = a.id)
//   after    SELECT a.id, a.x
//            FROM (SELECT o.id, o.x, avg(o.x) OVER (PARTITION BY o.id) AS avg_x
//                  FROM a AS o WHERE o.id IS NOT NULL) AS a
//            WHERE a.x > a.avg_x
//
// The subquery and the row range over the same table and agree on the key, so the rows
// that the subquery reads are the row's own partition. Conditions on the other rows
// become FILTER; those that the block has, too, and those on the key alone, go into the
// derived table, where they drop what no aggregate sees, or whole partitions.
//
// Where the subquery reads the rows up to the row's own, or from it on, the window is in
// that order, and its frame ends with the row's peers:
//
//   before   SELECT a.id, (SELECT sum(o.x) FROM a AS o WHERE o.id = a.id AND o.t <= a.t)
//            FROM a
//   after    SELECT a.id, a.sum_x
//            FROM (SELECT o.id, sum(o.x) OVER (PARTITION BY o.id ORDER BY o.t) AS sum_x
//                  FROM a AS o) AS a
//
// With `<` and `>` that is done for count(*) alone, as rank() - 1: frames that end before
// the peers are slow. [NOT] EXISTS with such a comparison asks whether the count is 0.
//
// Why: the table is read once, and nothing is joined.
//
// Only if
//   (1) a row whose key is NULL is left alone: NULLs are one partition, but o.id = a.id
//       finds none of them. Where it can be, and the condition is lost without a row (avg
//       yields NULL), the test goes into the derived table; else CASE says what the
//       aggregate yields over nothing. Likewise the value that is compared.
//   (2) nothing takes the aggregate's row away: HAVING, LIMIT 1 OFFSET 1.
//   (3) the subquery gives the same value each time: not with random(), nor group_concat,
//       which depends on the order of the rows.
//   (4) nothing inside can raise an error: it is run now for all rows of the table.
//   (5) a condition of the block goes inside only if no aggregate sees the rows it drops:
//       with WHERE a.y = 1 around, avg still counts the rows with another y.
//   (6) the value names no collation; as in scalar_aggregate_to_join.
//   (7) nothing of the block depends on the order of its rows: no LIMIT without ORDER BY,
//       no group_concat.
//   (8) values that are NULL stand at the end of the order: no other row reads them.

#include "rewrite/aggregate.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/correlation.h"

typedef struct {
    RuleContext *context;
    const Query *block;
    NumberSet sources; // Of the block's FROM.
    ScalarAggregate scalar;
    const Source *row, *other; // The block's source, and the subquery's.
    const Source *derived;     // What takes the place of `row`.
    const Expr *value, *bound; // The columns of `other` and `row` that are compared by
    Comparison compare;        // an order (`value` compare `bound`); NULL: none are.
    const Select *seen;        // The block as facts about its rows must see it.
    bool drops_null_keys;
    bool tests_null_keys;
} Work;

// Finding it

// True if the conjunct compares a column of the one source of `inner` with the same
// column of another source by an order; notes them.
static bool is_bound(Work *work, const Select *inner, const Expr *conjunct)
{
    if (conjunct->kind != EXPR_COMPARE || !comparison_orders(conjunct->compare) ||
        conjunct->args[0]->kind != EXPR_COLUMN ||
        conjunct->args[1]->kind != EXPR_COLUMN ||
        conjunct->args[0]->column != conjunct->args[1]->column)
        return false;
    uint32_t own = inner->sources[0]->number;
    bool swapped = conjunct->args[1]->source == own;
    work->value = conjunct->args[swapped];
    work->bound = conjunct->args[!swapped];
    work->compare = swapped ? comparison_mirrored(conjunct->compare) : conjunct->compare;
    return work->value->source == own && work->bound->source != own;
}

// Returns the subquery without such a comparison; itself if it has none.
static const Expr *without_bound(Work *work, const Expr *node)
{
    Arena *arena = work->context->arena;
    work->value = NULL;
    if (node->kind != EXPR_SUBQUERY || node->query->body != BODY_SELECT ||
        node->query->select->source_count != 1)
        return node;
    Select inner = *node->query->select;
    size_t at = 0;
    while (at < inner.filter_count && !is_bound(work, &inner, inner.filter[at]))
        at++;
    if (at == inner.filter_count) {
        work->value = NULL;
        return node;
    }
    inner.filter = exprs_with(arena, inner.filter, inner.filter_count, at, NULL);
    inner.filter_count--;
    Expr changed = *node;
    changed.query = query_with_select(arena, node->query, select_new(arena, inner));
    return expr_new(arena, changed);
}

// Returns `(SELECT count(*) …)` for an EXISTS over FROM and WHERE; another node as it is.
static const Expr *counted(const Work *work, const Expr *node)
{
    Arena *arena = work->context->arena;
    Tree *tree = work->context->tree;
    if (node->kind != EXPR_EXISTS || !query_is_filter_only(node->query))
        return node;
    const Select *inner = node->query->select;
    Output *output = arena_new(arena, Output, 1);
    *output = output_new(tree, aggregate_new(arena, tree, "count", NULL), "n");
    Select select = {.outputs = output,
                     .output_count = 1,
                     .sources = inner->sources,
                     .source_count = inner->source_count,
                     .filter = inner->filter,
                     .filter_count = inner->filter_count};
    Query query = *node->query;
    query.select = select_new(arena, select);
    query.order = NULL;
    query.order_count = 0;
    return expr_new(arena, (Expr){.kind = EXPR_SUBQUERY,
                                  .type = output->type,
                                  .query = query_new(arena, query),
                                  .offset = node->offset});
}

static bool find_aggregates(Work *work, const Expr *node)
{
    const Expr *plain = without_bound(work, counted(work, node));
    if (node->kind == EXPR_EXISTS && work->value == NULL)
        return false;
    if (!scalar_aggregate_of(work->context->arena, plain, work->sources, &work->scalar))
        return false;
    work->scalar.node = node;
    return work->value != NULL || work->scalar.correlation.pairs.count > 0;
}

// True if the window can be written: `<` and `>` leave out the peers.
static bool has_frame(const Work *work)
{
    if (work->value == NULL || work->compare == COMPARE_LE || work->compare == COMPARE_GE)
        return true;
    for (size_t i = 0; i < work->scalar.aggregates.count; i++)
        if (!work->scalar.aggregates.items[i].aggregate->star)
            return false;
    return work->scalar.correlation.own.count == 0;
}

// True if every join on the way from the FROM item to the source keeps its rows as they
// are, none made up.
static bool is_never_made_up(const Source *source, uint32_t number)
{
    if (source->kind != SOURCE_JOIN)
        return source->number == number;
    bool keeps_left = source->join == JOIN_INNER || source->join == JOIN_CROSS ||
                      source->join == JOIN_LEFT;
    bool keeps_right = source->join == JOIN_INNER || source->join == JOIN_CROSS;
    return (keeps_left && is_never_made_up(source->left, number)) ||
           (keeps_right && is_never_made_up(source->right, number));
}

static bool find_row(Work *work)
{
    const Select *select = work->block->select;
    const Correlation *correlation = &work->scalar.correlation;
    const Expr *first =
        work->value != NULL ? work->bound : correlation->pairs.items[0].outer;
    if (work->scalar.query->select->source_count != 1 ||
        work->scalar.query->cte_count > 0 || first->kind != EXPR_COLUMN)
        return false;
    work->other = work->scalar.query->select->sources[0];
    work->row = select_source(select, first->source);
    if (work->row == NULL || work->row->kind != SOURCE_TABLE ||
        !sources_read_alike(work->context->tree, work->row, work->other))
        return false;
    for (size_t i = 0; i < correlation->pairs.count; i++) {
        const KeyPair *pair = &correlation->pairs.items[i];
        if (!expr_is_column(pair->inner, work->other->number, pair->inner->column) ||
            !expr_is_column(pair->outer, work->row->number, pair->inner->column))
            return false;
    }
    if (work->value != NULL && work->bound->source != work->row->number)
        return false;
    bool found = false;
    for (size_t i = 0; i < select->source_count; i++)
        found = found || is_never_made_up(select->sources[i], work->row->number);
    return found;
}

static bool any_distinct(const ScalarAggregate *scalar)
{
    for (size_t i = 0; i < scalar->aggregates.count; i++)
        if (scalar->aggregates.items[i].aggregate->distinct ||
            scalar->aggregates.items[i].aggregate->filter != NULL)
            return true;
    return false;
}

static ExprList key_columns(const Work *work)
{
    ExprList columns = {0};
    for (size_t i = 0; i < work->scalar.correlation.pairs.count; i++)
        array_push(work->context->arena, &columns,
                   work->scalar.correlation.pairs.items[i].outer);
    return columns;
}

// Returns the row's columns that the subquery compares: where one is NULL, it finds no
// rows.
static ExprList compared_columns(const Work *work)
{
    ExprList columns = key_columns(work);
    if (work->value != NULL)
        array_push(work->context->arena, &columns, work->bound);
    return columns;
}

static bool keys_never_null(const Work *work)
{
    ExprList columns = compared_columns(work);
    for (size_t i = 0; i < columns.count; i++)
        if (!expr_never_null(work->context->facts, work->seen, columns.items[i]))
            return false;
    return true;
}

// Conditions

// Returns a copy of a condition on the row, as one on the other.
static const Expr *as_other(const Work *work, const Expr *condition)
{
    RuleContext *context = work->context;
    return expr_redirect(context->arena,
                         expr_copy(context->arena, condition, &context->tree->next_id),
                         &work->row->number, &work->other->number, 1);
}

// True if the condition names the row's keys and nothing else, and cannot tell apart
// keys that are one partition.
static bool is_on_keys(const Work *work, const Expr *condition)
{
    ExprList keys = key_columns(work);
    const Correlation *correlation = &work->scalar.correlation;
    for (size_t i = 0; i < correlation->pairs.count; i++)
        if (!equality_is_identity(work->context->tree, correlation->pairs.items[i].inner))
            return false;
    return expr_names_only(condition, &keys);
}

// True if the condition is on the row alone and may be tested in the derived table.
static bool goes_inside(const Work *work, const Expr *condition)
{
    NumberSet named = expr_sources(work->context->arena, condition);
    if (named.count != 1 || named.numbers[0] != work->row->number ||
        expr_has_subquery(condition) || !expr_is_repeatable(condition))
        return false;
    const ExprList *own = &work->scalar.correlation.own;
    bool unseen = has_conjunct_under(own->items, own->count, condition, work->row->number,
                                     work->other->number) ||
                  is_on_keys(work, condition);
    return guard(work->context, 5, unseen);
}

static ExprList inside_conditions(const Work *work)
{
    Arena *arena = work->context->arena;
    ExprList inside = {0};
    const Select *select = work->block->select;
    for (size_t i = 0; i < select->filter_count; i++)
        if (goes_inside(work, select->filter[i]))
            array_push(arena, &inside, as_other(work, select->filter[i]));
    ExprList columns = compared_columns(work);
    for (size_t i = 0; work->drops_null_keys && i < columns.count; i++)
        array_push(arena, &inside,
                   expr_is_null(arena, as_other(work, columns.items[i]), true));
    return inside;
}

// Returns what FILTER must still test; NULL for nothing.
static const Expr *filter_of(const Work *work, const ExprList *inside)
{
    Arena *arena = work->context->arena;
    const ExprList *own = &work->scalar.correlation.own;
    ExprList rest = {0};
    for (size_t i = 0; i < own->count; i++)
        if (!has_conjunct_under(inside->items, inside->count, own->items[i],
                                work->other->number, work->other->number))
            array_push(arena, &rest,
                       expr_copy(arena, own->items[i], &work->context->tree->next_id));
    return rest.count > 0 ? expr_and(arena, rest.items, rest.count) : NULL;
}

// The derived table

typedef struct {
    const Work *work;
    ARRAY(uint32_t) columns;
} Columns;

static bool note_column(void *user, const Expr *expr)
{
    Columns *columns = user;
    if (expr == columns->work->scalar.node)
        return false; // Its value alone will be left.
    if (expr->kind != EXPR_COLUMN || expr->source != columns->work->row->number)
        return true;
    for (size_t i = 0; i < columns->columns.count; i++)
        if (columns->columns.items[i] == expr->column)
            return true;
    array_push(columns->work->context->arena, &columns->columns, expr->column);
    return true;
}

// Returns the order of the window, and notes how many columns it has: those that are not
// there come last, where no other row reads them.
static const OrderItem *window_order(const Work *work, size_t *count)
{
    RuleContext *context = work->context;
    *count = work->value != NULL;
    if (work->value == NULL)
        return NULL;
    const Select *inner = work->scalar.query->select;
    bool present = work->drops_null_keys ||
                   expr_never_null_in_from(context->facts, inner, work->value);
    OrderItem *order = arena_new(context->arena, OrderItem, 1);
    order->expr = expr_copy(context->arena, work->value, &context->tree->next_id);
    order->descending = work->compare == COMPARE_GT || work->compare == COMPARE_GE;
    order->nulls = guard(context, 8, present) ? NULLS_DEFAULT : NULLS_LAST;
    return order;
}

static const Expr *window_of(const Work *work, const Expr *aggregate, const Expr *filter)
{
    Arena *arena = work->context->arena;
    Tree *tree = work->context->tree;
    ExprList partition = {0};
    for (size_t i = 0; i < work->scalar.correlation.pairs.count; i++)
        array_push(arena, &partition,
                   expr_copy(arena, work->scalar.correlation.pairs.items[i].inner,
                             &tree->next_id));
    Window window = {.partition = partition.items, .partition_count = partition.count};
    window.order = window_order(work, &window.order_count);
    const Window *over = arena_copy(arena, &window, 1, sizeof(window));
    if (work->value != NULL &&
        (work->compare == COMPARE_LT || work->compare == COMPARE_GT))
        return operator_new(arena, tree, "-",
                            window_new(arena, tree, "rank", false, aggregate->type, over),
                            expr_integer(arena, 1));
    Expr expr = *aggregate;
    expr.kind = EXPR_WINDOW;
    expr.filter = filter ? expr_copy(arena, filter, &tree->next_id) : NULL;
    expr.window = over;
    return expr_new(arena, expr);
}

// Returns the window where the row has what the subquery compares, and what the aggregate
// yields over nothing where it has not.
static const Expr *window_or_nothing(const Work *work, const Aggregate *aggregate,
                                     const Expr *filter)
{
    RuleContext *context = work->context;
    const Expr *window = window_of(work, aggregate->aggregate, filter);
    if (!work->tests_null_keys)
        return window;
    ExprList columns = compared_columns(work), tests = {0};
    for (size_t i = 0; i < columns.count; i++)
        if (!expr_never_null(context->facts, work->seen, columns.items[i]))
            array_push(
                context->arena, &tests,
                expr_is_null(context->arena, as_other(work, columns.items[i]), false));
    return expr_if_else(
        context->arena, expr_or(context->arena, tests.items, tests.count),
        expr_copy(context->arena, aggregate->nothing, &context->tree->next_id), window);
}

static Output window_output(const Work *work, const Aggregate *aggregate,
                            const Expr *filter)
{
    Arena *arena = work->context->arena;
    const char *name = aggregate->name;
    while (table_column(work->row->table, name) != COLUMN_NONE)
        name = arena_printf(arena, "%s_all", name);
    return output_new(work->context->tree, window_or_nothing(work, aggregate, filter),
                      name);
}

// Returns the derived table: the columns that the block names, then the windows.
static const Source *derived_table(const Work *work)
{
    Arena *arena = work->context->arena;
    Tree *tree = work->context->tree;
    Columns columns = {.work = work};
    Visitor visitor = {.expr = note_column, .context = &columns};
    walk_query(work->block, &visitor);
    walk_expr(work->scalar.value, &visitor);
    ExprList inside = inside_conditions(work);
    const Expr *filter = filter_of(work, &inside);

    ARRAY(Output) outputs = {0};
    for (size_t i = 0; i < columns.columns.count; i++) {
        const Expr *column =
            source_column(arena, tree, work->other, columns.columns.items[i]);
        array_push(arena, &outputs, output_new(tree, column, column->name));
    }
    for (size_t i = 0; i < work->scalar.aggregates.count; i++)
        array_push(arena, &outputs,
                   window_output(work, &work->scalar.aggregates.items[i], filter));
    Select select = {.outputs = outputs.items,
                     .output_count = outputs.count,
                     .sources = arena_copy(arena, &work->other, 1, sizeof(work->other)),
                     .source_count = 1,
                     .filter = inside.items,
                     .filter_count = inside.count};
    return derived_new(arena, tree->next_id++, source_called(work->row),
                       query_of_select(arena, select), work->row->offset);
}

// Returns the subquery's value over the windows.
static const Expr *value_of(const Work *work)
{
    Arena *arena = work->context->arena;
    const Select *select = work->derived->query->select;
    size_t count = work->scalar.aggregates.count;
    const Expr **columns = arena_new(arena, const Expr *, count);
    for (size_t i = 0; i < count; i++)
        columns[i] = source_column(arena, work->context->tree, work->derived,
                                   select->outputs[select->output_count - count + i].id);
    const Expr *value = scalar_aggregate_value(arena, &work->scalar, columns);
    const Expr *node = work->scalar.node;
    if (node->kind != EXPR_EXISTS)
        return value;
    return expr_compare(arena, node->negated ? COMPARE_EQ : COMPARE_GT, value,
                        expr_integer(arena, 0));
}

// True if the condition around the spot is lost where the subquery finds no rows.
static bool is_lost_over_nothing(const Work *work, const Spot *spot)
{
    if (spot->expr->kind == EXPR_EXISTS)
        return spot->place == SPOT_WHERE && spot->conjunct == spot->expr &&
               !spot->expr->negated;
    return rejects_nothing(work->context->facts, spot, &work->scalar);
}

static const Expr *to_window(void *user, const Spot *spot)
{
    Work *work = user;
    RuleContext *context = work->context;
    if (!spot_sees_rows(work->block, spot) || !find_aggregates(work, spot->expr) ||
        !find_row(work) || any_distinct(&work->scalar) || !has_frame(work))
        return NULL;
    const ScalarAggregate *scalar = &work->scalar;
    work->seen = select_beside(context->arena, work->block->select, spot);
    bool never_null = keys_never_null(work);
    work->drops_null_keys = !never_null && is_lost_over_nothing(work, spot);
    work->tests_null_keys = !guard(context, 1, never_null || work->drops_null_keys);
    if ((work->tests_null_keys && !scalar_aggregate_is_known(scalar)) ||
        !guard(context, 2, scalar_aggregate_has_row(scalar)) ||
        !guard(context, 3, scalar_aggregate_is_repeatable(scalar)) ||
        !guard(context, 4, !query_may_raise(context->facts, scalar->query)) ||
        !guard(context, 6, !expr_has_collate(scalar->value)) ||
        !guard(context, 7, !block_depends_on_order(context->facts, work->block)) ||
        !take_expr(context, spot->expr))
        return NULL;
    work->derived = derived_table(work);
    return value_of(work);
}

// Putting it in the place of the row's source

static const Source *exchange_source(void *user, const Source *source)
{
    const Work *work = user;
    return source == work->row ? work->derived : source;
}

static const Expr *exchange_column(void *user, const Expr *column)
{
    const Work *work = user;
    if (column->source != work->row->number)
        return NULL;
    const Select *select = work->derived->query->select;
    for (size_t i = 0; i < select->output_count; i++) {
        const Output *output = &select->outputs[i];
        if (!expr_is_column(output->expr, work->other->number, column->column))
            continue;
        Expr expr = *source_column(work->context->arena, work->context->tree,
                                   work->derived, output->id);
        expr.offset = column->offset;
        expr.qualified = column->qualified;
        return expr_new(work->context->arena, expr);
    }
    return NULL;
}

const Query *scalar_aggregate_to_window(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Arena *arena = context->arena;
    Work work = {.context = context,
                 .block = query,
                 .sources = select_numbers(arena, query->select)};
    const Query *result = query_map_first_spot(arena, query, to_window, &work);
    if (result == NULL)
        return NULL;
    Mapper mapper = {.source = exchange_source, .context = &work, .arena = arena};
    return query_replace_columns(arena, map_query(result, &mapper), exchange_column,
                                 &work);
}
