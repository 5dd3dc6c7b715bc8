// order_joins - inner joins in the order that reads least, kept there by CROSS JOIN.
//
//   before   SELECT * FROM big, middle, small
//            WHERE big.m_id = middle.id AND middle.s_id = small.id AND small.x = 1
//   after    SELECT * FROM small CROSS JOIN middle CROSS JOIN big
//            WHERE big.m_id = middle.id AND middle.s_id = small.id AND small.x = 1
//
// Inner joins yield the same rows in every order, and their conditions may all stand in
// WHERE. SQLite never changes the order of tables around CROSS JOIN (lang_select.html,
// "Special handling of CROSS JOIN"), so it has to take ours: the most filtered table
// first, then again and again the one that adds the fewest rows, by a key if there is
// one.
//
// Why: without statistics the planner guesses, and may walk through the largest table.
//
// Only if
//   (1) all joins are inner: an outer join is not the same in another order.
//   (2) the engine keeps to the order. Others would be given a riddle, not a hint.
//   (3) no item of FROM depends on another (a table function, LATERAL).
//   (4) no aggregate of the block depends on the order of its rows, and no LIMIT cuts off
//       rows that no ORDER BY has put in order: both would see another order.

#include "query/function.h"
#include "query/walk.h"
#include "rewrite/list.h"
#include "rewrite/passing.h"
#include "rewrite/rewrite.h"

enum { TABLE_LIMIT = 24 };

// What is assumed of a table without a row count, and of a key without statistics.
static const double UNKNOWN_ROWS = 10000, ROWS_OF_A_VALUE = 20;

typedef struct {
    const Source *source;
    double rows; // That pass the conditions on this source alone.
    bool placed;
} Item;

typedef struct {
    RuleContext *context;
    Item items[TABLE_LIMIT];
    size_t count;
    ExprList conjuncts;
} Plan;

// Taking FROM apart

// Appends what the joins below join. False if one is not inner, or there are too many.
static bool add_items(Plan *plan, const Source *source)
{
    RuleContext *context = plan->context;
    if (source->kind == SOURCE_JOIN) {
        bool inner = source->join == JOIN_INNER;
        return guard(context, 1, inner) && add_items(plan, source->left) &&
               add_items(plan, source->right);
    }
    bool alone = source->kind != SOURCE_FUNCTION && source->kind != SOURCE_OPAQUE &&
                 !source->lateral;
    if (plan->count == TABLE_LIMIT || !guard(context, 3, alone))
        return false;
    plan->items[plan->count++] = (Item){.source = source};
    return true;
}

typedef struct {
    bool found;
} OrderSearch;

static bool look_at_aggregate(void *data, const Expr *expr)
{
    OrderSearch *search = data;
    bool aggregates = expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW;
    if (aggregates && (expr->function == NULL || expr->function->order_sensitive))
        search->found = true;
    return true;
}

// True if the block's result may depend on the order in which its rows are made.
static bool depends_on_order(const Query *query)
{
    OrderSearch search = {query->limit != NULL && query->order_count == 0};
    Visitor visitor = {.expr = look_at_aggregate, .context = &search};
    for (size_t i = 0; i < query->select->output_count; i++)
        walk_expr(query->select->outputs[i].expr, &visitor);
    for (size_t i = 0; i < query->select->having_count; i++)
        walk_expr(query->select->having[i], &visitor);
    return search.found;
}

// Estimates

// Returns which share of a table's rows the condition is taken to let through.
static double selectivity(const Expr *condition)
{
    switch (condition->kind) {
    case EXPR_COMPARE:
        return condition->compare == COMPARE_EQ ? 0.05 : 0.3;
    case EXPR_BETWEEN:
        return 0.15;
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
    case EXPR_LIKE:
        return 0.1;
    case EXPR_IS:
        return condition->negated ? 0.9 : 0.1;
    default:
        return 0.5;
    }
}

static double table_rows(const Source *source)
{
    bool known = source->kind == SOURCE_TABLE && source->table->row_count >= 0;
    return known ? (double)source->table->row_count + 1 : UNKNOWN_ROWS;
}

static void estimate_items(Plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        Item *item = &plan->items[i];
        ExprList on =
            conjuncts_on(plan->context->arena, &plan->conjuncts, item->source->number);
        item->rows = table_rows(item->source);
        for (size_t j = 0; j < on.count; j++)
            item->rows *= selectivity(on.items[j]);
    }
}

static bool is_placed(const Plan *plan, uint32_t number)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->items[i].source->number == number)
            return plan->items[i].placed;
    return false;
}

static bool leads_an_index(const Table *table, uint32_t column)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].column_count > 0 && !table->indexes[i].partial &&
            table->indexes[i].columns[0] == column)
            return true;
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].columns[0] == column)
            return true;
    return false;
}

// Returns the column of the item that the conjunct equates with a placed one, or NULL.
static const Expr *joining_column(const Plan *plan, const Item *item,
                                  const Expr *conjunct)
{
    if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
        return NULL;
    for (size_t side = 0; side < 2; side++) {
        const Expr *own = conjunct->args[side], *other = conjunct->args[1 - side];
        if (own->kind == EXPR_COLUMN && other->kind == EXPR_COLUMN &&
            own->source == item->source->number && is_placed(plan, other->source))
            return own;
    }
    return NULL;
}

// Returns how many rows the item is taken to add to each row there is already.
static double rows_added(Plan *plan, const Item *item)
{
    double all = table_rows(item->source);
    double best = item->rows;
    for (size_t i = 0; i < plan->conjuncts.count; i++) {
        const Expr *column = joining_column(plan, item, plan->conjuncts.items[i]);
        if (column == NULL)
            continue;
        bool is_table = item->source->kind == SOURCE_TABLE;
        double rows = ROWS_OF_A_VALUE * 5; // By an index that has to be made first.
        if (is_table && leads_an_index(item->source->table, column->column))
            rows = ROWS_OF_A_VALUE;
        if (source_is_unique_on_values(plan->context->facts, item->source,
                                       &column->column, 1))
            rows = 1;
        rows *= item->rows / all;
        best = rows < best ? rows : best;
    }
    return best;
}

static size_t next_item(Plan *plan, bool first)
{
    size_t best = plan->count;
    double least = 0;
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->items[i].placed)
            continue;
        double rows = first ? plan->items[i].rows : rows_added(plan, &plan->items[i]);
        if (best == plan->count || rows < least) {
            best = i;
            least = rows;
        }
    }
    return best;
}

// Returns the items as one chain of CROSS JOINs.
static const Source *chain(Plan *plan)
{
    const Source *joined = NULL;
    for (size_t i = 0; i < plan->count; i++) {
        Item *item = &plan->items[next_item(plan, i == 0)];
        item->placed = true;
        if (joined == NULL) {
            joined = item->source;
            continue;
        }
        joined = source_new(plan->context->arena,
                            (Source){.kind = SOURCE_JOIN,
                                     .number = plan->context->tree->next_id++,
                                     .join = JOIN_CROSS,
                                     .left = joined,
                                     .right = item->source,
                                     .offset = NO_OFFSET});
    }
    return joined;
}

const Query *order_joins(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Select select = *query->select;
    Plan plan = {.context = context};
    for (size_t i = 0; i < select.source_count; i++)
        if (!add_items(&plan, select.sources[i]))
            return NULL;
    if (plan.count < 2)
        return NULL;
    if (!guard(context, 2, context->tree->dialect == DIALECT_SQLITE))
        return NULL;
    if (!guard(context, 4, !depends_on_order(query)))
        return NULL;
    if (!take_query(context, query))
        return NULL;

    plan.conjuncts = all_conjuncts(context->arena, &select);
    estimate_items(&plan);
    const Source **sources = arena_new(context->arena, const Source *, 1);
    sources[0] = chain(&plan);
    select.sources = sources;
    select.source_count = 1;
    select.filter = plan.conjuncts.items;
    select.filter_count = plan.conjuncts.count;
    return query_with_select(context->arena, query, select_new(context->arena, select));
}
