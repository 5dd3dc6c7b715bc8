// ties.c - further keys behind every order that leaves ties.

#include "verify/ties.h"

#include "base/array.h"
#include "base/text.h"
#include "query/walk.h"
#include "sql/sql.h"
#include "verify/choice.h"

typedef ARRAY(OrderItem) OrderItems;

typedef struct {
    Arena *arena;
    Dialect dialect;
    uint32_t *next_id;
    TieBreak by;
    const Select *select; // While its windows are changed.
} Breaker;

// A table that was put in brackets, with an order.
typedef struct {
    uint32_t source;
    uint32_t first_id; // Of its first column.
} OrderedTable;

typedef struct {
    const Breaker *breaker;
    const Tree *tree;
    ARRAY(OrderedTable) tables;
    bool reads_rowid; // Which only a table has.
} Reorder;

static OrderItem key_new(const Breaker *breaker, const Expr *expr)
{
    bool descends =
        breaker->by == TIES_DESCENDING || breaker->by == TIES_DESCENDING_FROM_LAST;
    return (OrderItem){.expr = expr,
                       .descending = descends,
                       .nulls = descends ? NULLS_LAST : NULLS_FIRST};
}

// Queries

static const Query *with_all_outputs_as_keys(const Breaker *breaker, const Query *query)
{
    size_t width;
    const Output *outputs = query_outputs(query, &width);
    OrderItems order = {0};
    for (size_t i = 0; i < query->order_count; i++)
        array_push(breaker->arena, &order, query->order[i]);
    bool from_last = breaker->by >= TIES_DESCENDING_FROM_LAST;
    for (size_t i = 0; i < width; i++) {
        const Output *it = &outputs[from_last ? width - 1 - i : i];
        Expr output = {.kind = EXPR_OUTPUT,
                       .column = it->id,
                       .name = it->name,
                       .type = it->type,
                       .offset = NO_OFFSET};
        array_push(breaker->arena, &order,
                   key_new(breaker, expr_new(breaker->arena, output)));
    }
    Query changed = *query;
    changed.order = order.items;
    changed.order_count = order.count;
    return query_new(breaker->arena, changed);
}

// Windows and aggregates

// Adds a copy of an expression that depends on its row; a subquery costs too much.
static void add_key(const Breaker *breaker, OrderItems *order, const Expr *expr)
{
    if (expr->kind != EXPR_LITERAL && expr->kind != EXPR_PARAMETER &&
        !expr_has_window(expr) && !expr_has_subquery(expr))
        array_push(breaker->arena, order,
                   key_new(breaker, expr_copy(breaker->arena, expr, breaker->next_id)));
}

static OrderItems items_of(const Breaker *breaker, const OrderItem *order, size_t count)
{
    OrderItems items = {0};
    for (size_t i = 0; i < count; i++)
        array_push(breaker->arena, &items, order[i]);
    return items;
}

// True if further keys change nothing but which of the rows that tie comes first: where
// peers have a value in common, or the frame ends with them, they would do more.
static bool may_order_further(const Expr *expr)
{
    static const char *const by_place[] = {"row_number", "ntile", "lag", "lead"};
    const Window *window = expr->window;
    return window->name == NULL && window->base == NULL &&
           (window->frame == FRAME_ROWS ||
            text_is_one_of(expr->name, by_place, COUNT_OF(by_place)));
}

static const Expr *break_window(void *context, const Expr *expr)
{
    const Breaker *breaker = context;
    if (expr->kind != EXPR_WINDOW || !may_order_further(expr))
        return expr;
    Window window = *expr->window;
    OrderItems order = items_of(breaker, window.order, window.order_count);
    for (size_t i = 0; i < expr->arg_count; i++)
        add_key(breaker, &order, expr->args[i]);
    for (size_t i = 0; i < breaker->select->output_count; i++)
        add_key(breaker, &order, breaker->select->outputs[i].expr);
    window.order = order.items;
    window.order_count = order.count;
    Expr changed = *expr;
    changed.window = arena_copy(breaker->arena, &window, 1, sizeof(window));
    return expr_new(breaker->arena, changed);
}

// Changes the windows of one block; those of its subqueries have been seen.
static const Query *break_windows(Breaker *breaker, const Query *query)
{
    Mapper mapper = {.expr = break_window,
                     .enter_query = walk_stay_out,
                     .context = breaker,
                     .arena = breaker->arena};
    Select select = *query->select;
    breaker->select = query->select;
    Output *outputs = arena_copy(breaker->arena, select.outputs, select.output_count,
                                 sizeof(*select.outputs));
    bool is_same = true;
    for (size_t i = 0; i < select.output_count; i++) {
        outputs[i].expr = map_expr(outputs[i].expr, &mapper);
        is_same = is_same && outputs[i].expr == select.outputs[i].expr;
    }
    const Expr **qualify = arena_copy(breaker->arena, select.qualify,
                                      select.qualify_count, sizeof(*select.qualify));
    for (size_t i = 0; i < select.qualify_count; i++) {
        qualify[i] = map_expr(qualify[i], &mapper);
        is_same = is_same && qualify[i] == select.qualify[i];
    }
    select.outputs = outputs;
    select.qualify = qualify;
    return is_same ? query
                   : query_with_select(breaker->arena, query,
                                       select_new(breaker->arena, select));
}

static const Expr *break_aggregate(const Breaker *breaker, const Expr *expr)
{
    bool is_open = breaker->dialect == DIALECT_DUCKDB && expr->function != NULL &&
                   expr->function->order_sensitive && expr->form == FORM_PLAIN;
    if (!is_open)
        return expr;
    OrderItems order = items_of(breaker, expr->order, expr->order_count);
    for (size_t i = 0; i < expr->arg_count; i++)
        add_key(breaker, &order, expr->args[i]);
    if (order.count == expr->order_count)
        return expr;
    Expr changed = *expr;
    changed.order = order.items;
    changed.order_count = order.count;
    return expr_new(breaker->arena, changed);
}

static const Expr *break_subquery(const Breaker *breaker, const Expr *expr)
{
    const Query *query = expr->query;
    bool has_one_row = query->body == BODY_VALUES || query->limit != NULL ||
                       (query_is_grouped(query) && query->select->group_count == 0);
    if (breaker->dialect != DIALECT_SQLITE || has_one_row)
        return expr;
    Query first = *with_all_outputs_as_keys(breaker, query);
    first.limit = expr_integer(breaker->arena, 1);
    Expr changed = *expr;
    changed.query = query_new(breaker->arena, first);
    return expr_new(breaker->arena, changed);
}

static const Expr *break_expr(void *context, const Expr *expr)
{
    if (expr->kind == EXPR_AGGREGATE)
        return break_aggregate(context, expr);
    return expr->kind == EXPR_SUBQUERY ? break_subquery(context, expr) : expr;
}

static const Query *break_query(void *context, const Query *query)
{
    Breaker *breaker = context;
    bool is_select = query->body == BODY_SELECT;
    bool takes_any = is_select && query->select->distinct == DISTINCT_ON;
    bool has_ties = takes_any || (query->limit != NULL && !query->with_ties &&
                                  query->body != BODY_OPAQUE);
    if (has_ties)
        query = with_all_outputs_as_keys(breaker, query);
    return is_select ? break_windows(breaker, query) : query;
}

// Tables

// Orders by (rowid + offset) * factor % modulus. The numbers are such that small rowids
// come in orders that have little in common, each with another one first.
static void add_scattering_key(const Breaker *breaker, Query *query, uint32_t source)
{
    static const struct {
        int64_t offset, factor, modulus;
    } scatters[SCATTERS] = {{2, 3, 7}, {4, 5, 11}, {1, 4, 7}, {3, 6, 13}};
    size_t which = breaker->by - TIES_SCATTERED;
    const Expr rowid = {.kind = EXPR_COLUMN,
                        .source = source,
                        .column = COLUMN_ROWID,
                        .name = "rowid",
                        .offset = NO_OFFSET};
    Arena *arena = breaker->arena;
    const Expr *key = expr_new(arena, rowid);
    key = expr_operator(arena, "+", key, expr_integer(arena, scatters[which].offset));
    key = expr_operator(arena, "*", key, expr_integer(arena, scatters[which].factor));
    key = expr_operator(arena, "%", key, expr_integer(arena, scatters[which].modulus));
    OrderItem item = {.expr = key};
    query->order = arena_copy(arena, &item, 1, sizeof(item));
    query->order_count = 1;
}

// Returns `SELECT a, b FROM t ORDER BY a, b LIMIT -1`, whose outputs have the ids from
// `first_id` on. The LIMIT keeps SQLite from taking it apart.
static const Query *ordered_table(const Reorder *reorder, const Source *source,
                                  uint32_t first_id)
{
    const Breaker *breaker = reorder->breaker;
    Arena *arena = breaker->arena;
    size_t width = source->table->column_count;
    Source inner = {.kind = SOURCE_TABLE,
                    .number = (*breaker->next_id)++,
                    .schema = source->schema,
                    .name = source->name,
                    .table = source->table,
                    .offset = NO_OFFSET};
    const Source **sources = arena_new(arena, const Source *, 1);
    Output *outputs = arena_new(arena, Output, width);
    sources[0] = source_new(arena, inner);
    for (size_t i = 0; i < width; i++) {
        const Expr *column = source_column(arena, reorder->tree, sources[0], (uint32_t)i);
        outputs[i] = (Output){.id = first_id + (uint32_t)i,
                              .expr = column,
                              .name = column->name,
                              .type = column->type};
    }
    Select select = {.outputs = outputs,
                     .output_count = width,
                     .sources = sources,
                     .source_count = 1};
    Query query = *query_of_select(arena, select);
    if (breaker->by < TIES_SCATTERED || !source->table->has_rowid)
        query = *with_all_outputs_as_keys(breaker, &query);
    else
        add_scattering_key(breaker, &query, inner.number);
    query.limit = expr_integer(arena, -1);
    return query_new(arena, query);
}

static const Source *order_table(void *context, const Source *source)
{
    Reorder *reorder = context;
    const Breaker *breaker = reorder->breaker;
    if (source->kind != SOURCE_TABLE || source->table->kind != TABLE_BASE)
        return source;
    OrderedTable ordered = {.source = source->number, .first_id = *breaker->next_id};
    *breaker->next_id += (uint32_t)source->table->column_count;
    array_push(breaker->arena, &reorder->tables, ordered);
    Source changed = *source;
    changed.kind = SOURCE_QUERY;
    changed.query = ordered_table(reorder, source, ordered.first_id);
    changed.alias = source->alias != NULL ? source->alias : source->name;
    changed.explicit_alias = true;
    changed.table = NULL;
    changed.text = NULL;
    return source_new(breaker->arena, changed);
}

static const Expr *find_ordered_column(void *context, const Expr *column)
{
    Reorder *reorder = context;
    for (size_t i = 0; i < reorder->tables.count; i++) {
        if (reorder->tables.items[i].source != column->source)
            continue;
        reorder->reads_rowid |= column->column == COLUMN_ROWID;
        Expr changed = *column;
        changed.column = reorder->tables.items[i].first_id + column->column;
        return expr_new(reorder->breaker->arena, changed);
    }
    return NULL;
}

// Returns the query over tables whose rows come in another order. SQLite groups rows as
// they come, and those of a table with an INTEGER PRIMARY KEY come by it.
static const Query *with_tables_ordered(Breaker *breaker, const Tree *tree)
{
    Reorder reorder = {.breaker = breaker, .tree = tree};
    Mapper mapper = {.source = order_table, .context = &reorder, .arena = breaker->arena};
    const Query *root = map_query(tree->root, &mapper);
    root = query_replace_columns(breaker->arena, root, find_ordered_column, &reorder);
    return reorder.reads_rowid ? tree->root : root;
}

// The whole

// True if the rows of a query that asks for no order come in one as they are read: from a
// derived table, a CTE or VALUES alone. SQL does not promise it, the engines keep it.
static bool keeps_an_order(const Tree *tree, const Query *query)
{
    if (query->order_count > 0 || query->body == BODY_VALUES)
        return true;
    const Select *select = query->body == BODY_SELECT ? query->select : NULL;
    if (select == NULL || select->source_count != 1 || query_is_grouped(query) ||
        select->distinct != DISTINCT_NONE)
        return false;
    const Source *source = select->sources[0];
    const Query *inner = source_plain_query(tree, source);
    return source->kind == SOURCE_FUNCTION ||
           (inner != NULL && keeps_an_order(tree, inner));
}

static const char *print_broken(Arena *arena, const Side *side, TieBreak by, bool orders)
{
    if (side->tree == NULL || side->tree->has_opaque)
        return NULL;
    Tree broken = *side->tree;
    const Query *root = broken.root;
    Breaker breaker = {.arena = arena,
                       .dialect = broken.dialect,
                       .next_id = &broken.next_id,
                       .by = by};
    Mapper mapper = {.expr = break_expr,
                     .query = break_query,
                     .context = &breaker,
                     .arena = arena};
    bool has_keys = by < TIES_SCATTERED;
    if (has_keys)
        broken.root = map_query(root, &mapper);
    if (has_keys && root->limit == NULL && (root->order_count > 0 || orders))
        broken.root = with_all_outputs_as_keys(&breaker, broken.root);
    if (broken.dialect == DIALECT_SQLITE && side_open_choice(arena, side) != NULL)
        broken.root = with_tables_ordered(&breaker, &broken);
    if (broken.root == root)
        return NULL;
    return sql_print(arena, &broken, (PrintStyle){.one_line = true, .no_comments = true});
}

const char *side_with_ties_broken(Arena *arena, const Side *side, TieBreak by)
{
    return print_broken(arena, side, by, false);
}

const char *candidate_with_ties_broken(Arena *arena, const Pair *pair)
{
    const Tree *left = pair->left.tree, *right = pair->right.tree;
    bool lacks_order = left != NULL && left->root->order_count > 0 && right != NULL &&
                       !keeps_an_order(right, right->root);
    return print_broken(arena, &pair->right, TIES_DESCENDING, lacks_order);
}
