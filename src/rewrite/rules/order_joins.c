// order_joins - inner joins in the order that reads least, kept there by CROSS JOIN.
//
//   before   SELECT * FROM big, middle, small
//            WHERE big.m_id = middle.id AND middle.s_id = small.id AND small.x = 1
//   after    SELECT * FROM small CROSS JOIN middle CROSS JOIN big
//            WHERE big.m_id = middle.id AND middle.s_id = small.id AND small.x = 1
//
// Inner joins yield the same rows in every order, and their conditions may all stand in
// WHERE. SQLite never changes the order of tables around CROSS JOIN (lang_select.html,
// "Special handling of CROSS JOIN"), so it has to take ours: the order that reads the
// fewest rows, where each table is reached by a key or an index of its own. If a large
// one would have to be indexed for the query, or read again for each row, the planner is
// left alone: it may know better. Other engines keep to no order and are left alone, and
// so is a block in which an item of FROM depends on another (a table function, LATERAL):
// not every order of those is a query.
//
// Why: without statistics the planner guesses, and may walk through the largest table.
//
// Only if
//   (1) all joins are inner: an outer join is not the same in another order.
//   (2) no aggregate of the block depends on the order of its rows, and no LIMIT cuts off
//       rows that no ORDER BY has put in order: both would see another order. Nor does an
//       output name a column that the group keys do not fix: it is that of some row.

#include "query/walk.h"
#include "rewrite/conditions.h"
#include "rewrite/list.h"
#include "rewrite/passing.h"
#include "rewrite/rewrite.h"

#include <math.h>

enum { TABLE_LIMIT = 24 };

// What is assumed of a table without a row count, and of a key without statistics.
static const double UNKNOWN_ROWS = 10000, ROWS_OF_A_VALUE = 20;

// Costs, in rows that are read one after the other.
static const double LOOKUP = 3, INDEXED_ROW = 10;

// What can be read again and again, or indexed for one query, without much ado.
static const double SMALL_TABLE = 2000;

typedef struct {
    const Source *source;
    double all;  // Its rows,
    double rows; // and those that pass the conditions on it alone.
    bool picked; // Those are found by an index.
    bool placed;
} Item;

// An equality by which rows of one item are found for those of another.
typedef struct {
    size_t item, other;
    double matches;  // For each value.
    bool is_indexed; // Or an index has to be made first.
} Link;

typedef struct {
    RuleContext *context;
    Item items[TABLE_LIMIT];
    size_t count;
    ExprList conjuncts;
    ARRAY(Link) links;
} Plan;

// An order of the items, or the beginning of one.
typedef struct {
    size_t items[TABLE_LIMIT];
    size_t count;
    double rows, cost;
    bool strains; // A large table is read again for each row, or indexed.
} Order;

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
    if (plan->count == TABLE_LIMIT || !alone)
        return false;
    plan->items[plan->count++] = (Item){.source = source};
    return true;
}

// Estimates

// Returns which share of a table's rows the condition is taken to let through.
static double selectivity(const Expr *condition);

static double selectivity_of_all(const Expr *const *conditions, size_t count)
{
    double share = 1;
    for (size_t i = 0; i < count; i++)
        share *= selectivity(conditions[i]);
    return share;
}

// Returns the share for a list of keys: as many as the conditions inside let through.
static double selectivity_of_list(const Query *query)
{
    bool is_filter = query->body == BODY_SELECT && query->select->source_count == 1 &&
                     query->select->filter_count > 0;
    return is_filter
               ? selectivity_of_all(query->select->filter, query->select->filter_count)
               : 0.1;
}

static double selectivity(const Expr *condition)
{
    switch (condition->kind) {
    case EXPR_COMPARE:
        return condition->compare == COMPARE_EQ ? 0.05 : 0.3;
    case EXPR_BETWEEN:
        return 0.15;
    case EXPR_IN_QUERY:
        return condition->negated ? 0.9 : selectivity_of_list(condition->query);
    case EXPR_IN_LIST:
        return condition->negated ? 0.9 : fmin(0.05 * (double)condition->arg_count, 0.5);
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

static bool leads_an_index(const Source *source, const Expr *column)
{
    if (source->kind != SOURCE_TABLE)
        return false;
    const Table *table = source->table;
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].column_count > 0 && !table->indexes[i].partial &&
            table->indexes[i].columns[0] == column->column)
            return true;
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].columns[0] == column->column)
            return true;
    return false;
}

// True if the rows that pass the condition need not be looked for.
static bool finds_rows(const Source *source, const Expr *condition)
{
    bool by_value =
        (condition->kind == EXPR_COMPARE && condition->compare == COMPARE_EQ) ||
        ((condition->kind == EXPR_IN_LIST || condition->kind == EXPR_IN_QUERY) &&
         !condition->negated);
    return by_value && condition->args[0]->kind == EXPR_COLUMN &&
           condition->args[0]->source == source->number &&
           leads_an_index(source, condition->args[0]);
}

// True if the column has each value once; no more than an estimate rests on it.
static bool is_key(const Plan *plan, const Source *source, const Expr *column)
{
    Assumptions unused = {0};
    Facts facts = facts_aside(plan->context->facts, &unused);
    return source_is_unique_on_values(&facts, source, &column->column, 1);
}

static void apply_filter(const Plan *plan, Item *item, const Expr *conjunct)
{
    bool finds = finds_rows(item->source, conjunct);
    item->picked = item->picked || finds;
    item->rows *= selectivity(conjunct);
    if (finds && conjunct->kind == EXPR_COMPARE &&
        is_key(plan, item->source, conjunct->args[0]))
        item->rows = fmin(item->rows, 1);
}

static void estimate_items(Plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        Item *item = &plan->items[i];
        item->all = item->rows = table_rows(item->source);
        for (size_t j = 0; j < plan->conjuncts.count; j++) {
            const Expr *conjunct = plan->conjuncts.items[j];
            NumberSet named = expr_sources(plan->context->arena, conjunct);
            if (named.count == 1 && named.numbers[0] == item->source->number)
                apply_filter(plan, item, conjunct);
        }
    }
}

static size_t item_of(const Plan *plan, uint32_t number)
{
    size_t i = 0;
    while (i < plan->count && plan->items[i].source->number != number)
        i++;
    return i;
}

// Notes how rows of `own`'s source are found by a value of `other`.
static void add_link(Plan *plan, const Expr *own, const Expr *other)
{
    Link link = {.item = item_of(plan, own->source),
                 .other = item_of(plan, other->source)};
    if (link.item == plan->count || link.other == plan->count || link.item == link.other)
        return;
    const Item *item = &plan->items[link.item], *partner = &plan->items[link.other];
    bool is_table = item->source->kind == SOURCE_TABLE;
    double distinct = -1;
    if (is_table && own->column < item->source->table->column_count)
        distinct = item->source->table->columns[own->column].distinct_count;
    link.is_indexed = leads_an_index(item->source, own);
    if (is_key(plan, item->source, own))
        link.matches = 1;
    else if (distinct >= 1)
        link.matches = item->all / distinct;
    else if (is_key(plan, partner->source, other))
        link.matches = fmax(item->all / partner->all, 1);
    else
        link.matches = ROWS_OF_A_VALUE;
    array_push(plan->context->arena, &plan->links, link);
}

static void find_links(Plan *plan)
{
    for (size_t i = 0; i < plan->conjuncts.count; i++) {
        const Expr *conjunct = plan->conjuncts.items[i];
        if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ ||
            conjunct->args[0]->kind != EXPR_COLUMN ||
            conjunct->args[1]->kind != EXPR_COLUMN)
            continue;
        add_link(plan, conjunct->args[0], conjunct->args[1]);
        add_link(plan, conjunct->args[1], conjunct->args[0]);
    }
}

// Choosing

static Order order_from(const Plan *plan, size_t first)
{
    const Item *item = &plan->items[first];
    return (Order){.items = {first},
                   .count = 1,
                   .rows = item->rows,
                   .cost = item->picked ? item->rows : item->all};
}

// Returns the order with one more item, reached in the cheapest way there is.
static Order order_with(const Plan *plan, const Order *order, size_t next)
{
    const Item *item = &plan->items[next];
    double passing = item->rows / item->all;
    double read = item->picked ? LOOKUP + item->rows : item->all;
    double best_cost = order->rows * read, best_rows = order->rows * item->rows;
    bool strains = read > SMALL_TABLE && order->rows > 1;
    for (size_t i = 0; i < plan->links.count; i++) {
        const Link *link = &plan->links.items[i];
        if (link->item != next || !plan->items[link->other].placed)
            continue;
        double build = link->is_indexed ? 0 : item->all * INDEXED_ROW;
        double cost = build + order->rows * (LOOKUP + link->matches);
        if (cost < best_cost) {
            best_cost = cost;
            strains =
                build > SMALL_TABLE * INDEXED_ROW && item->source->kind == SOURCE_TABLE;
        }
        best_rows = fmin(best_rows, order->rows * link->matches * passing);
    }
    Order longer = *order;
    longer.items[longer.count++] = next;
    longer.rows = best_rows;
    longer.cost += best_cost;
    longer.strains = longer.strains || strains;
    return longer;
}

// Returns the order that begins with this item and goes on with what costs least.
static Order greedy_order(Plan *plan, size_t first)
{
    for (size_t i = 0; i < plan->count; i++)
        plan->items[i].placed = i == first;
    Order order = order_from(plan, first);
    while (order.count < plan->count) {
        Order best = {0};
        for (size_t i = 0; i < plan->count; i++) {
            if (plan->items[i].placed)
                continue;
            Order longer = order_with(plan, &order, i);
            if (best.count == 0 || longer.cost + longer.rows < best.cost + best.rows)
                best = longer;
        }
        order = best;
        plan->items[order.items[order.count - 1]].placed = true;
    }
    return order;
}

static Order best_order(Plan *plan)
{
    Order best = {0};
    for (size_t i = 0; i < plan->count; i++) {
        Order order = greedy_order(plan, i);
        if (best.count == 0 || order.cost < best.cost)
            best = order;
    }
    return best;
}

// Returns the items as one chain of CROSS JOINs.
static const Source *chain(const Plan *plan, const Order *order)
{
    const Source *joined = plan->items[order->items[0]].source;
    for (size_t i = 1; i < order->count; i++)
        joined = source_new(plan->context->arena,
                            (Source){.kind = SOURCE_JOIN,
                                     .number = plan->context->tree->next_id++,
                                     .join = JOIN_CROSS,
                                     .left = joined,
                                     .right = plan->items[order->items[i]].source,
                                     .offset = NO_OFFSET});
    return joined;
}

const Query *order_joins(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT || context->tree->dialect != DIALECT_SQLITE)
        return NULL;
    Select select = *query->select;
    Plan plan = {.context = context};
    for (size_t i = 0; i < select.source_count; i++)
        if (!add_items(&plan, select.sources[i]))
            return NULL;
    if (plan.count < 2)
        return NULL;
    if (!guard(context, 2, !block_depends_on_order(context->facts, query)))
        return NULL;
    plan.conjuncts = all_conjuncts(context->arena, &select);
    estimate_items(&plan);
    find_links(&plan);
    Order order = best_order(&plan);
    if (order.strains || !take_query(context, query))
        return NULL;
    const Source **sources = arena_new(context->arena, const Source *, 1);
    sources[0] = chain(&plan, &order);
    select.sources = sources;
    select.source_count = 1;
    select.filter = plan.conjuncts.items;
    select.filter_count = plan.conjuncts.count;
    return query_with_select(context->arena, query, select_new(context->arena, select));
}
