// check.c - is a tree well formed?
//
// One walk that keeps what is visible where it stands: since numbers are unique in a
// tree, a map from number to "what it is, and whether it is in scope just now" is all
// the scopes there are. The first complaint sticks.

#include "query/check.h"

#include "base/array.h"
#include "base/map.h"
#include "base/text.h"
#include "query/walk.h"

// What a number stands for.
typedef struct {
    const Source *source; // One of these three.
    const Cte *cte;
    const Query *owner; // Of an output id: the query that yields it.
    const Query *block; // Of a source: the query in whose FROM it stands.
    bool visible;
} Entry;

// Where in its block an expression stands.
typedef struct {
    const Query *block;
    bool allows_aggregates;
    bool allows_windows;
    bool allows_outputs; // EXPR_OUTPUT
} Place;

typedef struct {
    const Tree *tree;
    Arena *scratch;
    Map entries;
    Place place;
    Error *err;
    bool ok;
} Checker;

static void complain(Checker *c, const char *what, uint64_t number)
{
    if (c->ok)
        c->ok = fail(c->err, ERROR_PLAIN, "malformed tree: %s (number %llu)", what,
                     (unsigned long long)number);
}

static void require(Checker *c, bool holds, const char *what)
{
    if (!holds && c->ok)
        c->ok = fail(c->err, ERROR_PLAIN, "malformed tree: %s", what);
}

// Numbers

static Entry *entry(const Checker *c, uint32_t number)
{
    return map_find_number(&c->entries, number);
}

static void enter(Checker *c, uint32_t number, Entry parts)
{
    if (number == 0 || number >= c->tree->next_id)
        complain(c, "a number that was never handed out", number);
    else if (entry(c, number) != NULL)
        complain(c, "a number that stands twice", number);
    Entry *copy = arena_copy(c->scratch, &parts, 1, sizeof(parts));
    *map_number(&c->entries, number) = copy;
}

static void enter_outputs(Checker *c, const Query *query)
{
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    for (size_t i = 0; i < count; i++) {
        enter(c, outputs[i].id, (Entry){.owner = query});
        require(c, outputs[i].name != NULL, "an output without a name");
        require(c, (outputs[i].expr != NULL) == (query->body == BODY_SELECT),
                "an output's expression is missing, or one too many");
    }
}

static bool query_yields(const Checker *c, const Query *query, uint32_t id)
{
    const Entry *found = entry(c, id);
    return found != NULL && found->owner != NULL && found->owner == query;
}

// Expressions

static void check_query(Checker *c, const Query *query);
static void check_expr(Checker *c, const Expr *expr);

// How many children a kind has, and whether it has a query.
typedef struct {
    size_t least, most;
    bool has_query;
} Shape;

#define MANY SIZE_MAX

static const Shape shapes[EXPR_KIND_COUNT] = {
    [EXPR_COMPARE] = {2, 2, false},      [EXPR_AND] = {2, MANY, false},
    [EXPR_OR] = {2, MANY, false},        [EXPR_NOT] = {1, 1, false},
    [EXPR_IS] = {1, 1, false},           [EXPR_BETWEEN] = {3, 3, false},
    [EXPR_IN_LIST] = {1, MANY, false},   [EXPR_IN_QUERY] = {1, 1, true},
    [EXPR_EXISTS] = {0, 0, true},        [EXPR_SUBQUERY] = {0, 0, true},
    [EXPR_QUANTIFIED] = {1, 1, true},    [EXPR_LIKE] = {2, 3, false},
    [EXPR_OPERATOR] = {1, 2, false},     [EXPR_CALL] = {0, MANY, false},
    [EXPR_AGGREGATE] = {0, MANY, false}, [EXPR_WINDOW] = {0, MANY, false},
    [EXPR_GROUPING] = {0, MANY, false},  [EXPR_CASE] = {2, MANY, false},
    [EXPR_CAST] = {1, 1, false},         [EXPR_COLLATE] = {1, 1, false},
    [EXPR_ROW] = {0, MANY, false},
};

static void check_shape(Checker *c, const Expr *expr)
{
    const Shape *shape = &shapes[expr->kind];
    bool fits = expr->arg_count >= shape->least && expr->arg_count <= shape->most;
    if (expr->kind == EXPR_CASE)
        fits = fits && (expr->arg_count - expr->has_operand - expr->has_else) % 2 == 0;
    if (!fits)
        complain(c, "an expression with the wrong number of children; kind", expr->kind);
    require(c, (expr->query != NULL) == shape->has_query,
            "a subquery is missing, or one too many");
    for (size_t i = 0; i < expr->arg_count; i++) {
        require(c, expr->args[i] != NULL, "an expression with a missing child");
        bool nested = expr->args[i] != NULL && expr->args[i]->kind == expr->kind &&
                      (expr->kind == EXPR_AND || expr->kind == EXPR_OR);
        require(c, !nested, "an AND in an AND, or an OR in an OR");
    }
}

static void check_column(Checker *c, const Expr *expr)
{
    const Entry *found = entry(c, expr->source);
    if (found == NULL || found->source == NULL || !found->visible) {
        complain(c, "a column of a source that is not in scope", expr->source);
        return;
    }
    const Source *source = found->source;
    const Entry *cte = source->kind == SOURCE_CTE ? entry(c, source->cte) : NULL;
    bool exists = false;
    switch (source->kind) {
    case SOURCE_TABLE:
        exists =
            expr->column == COLUMN_ROWID || expr->column < source->table->column_count;
        break;
    case SOURCE_QUERY:
        exists = query_yields(c, source->query, expr->column);
        break;
    case SOURCE_CTE:
        exists = cte != NULL && query_yields(c, cte->cte->query, expr->column);
        break;
    case SOURCE_FUNCTION:
        exists = expr->column < source->column_count;
        break;
    case SOURCE_OPAQUE:
        exists = true;
        break;
    case SOURCE_NAME:
    case SOURCE_JOIN:
        break;
    }
    if (!exists)
        complain(c, "a column that its source does not have", expr->column);
}

// What an aggregate refers to, seen from the block in which it is written.
typedef struct {
    const Checker *checker;
    bool own, outer;
} Reach;

static bool reach_column(void *context, const Expr *expr)
{
    Reach *reach = context;
    const Entry *found =
        expr->kind == EXPR_COLUMN ? entry(reach->checker, expr->source) : NULL;
    if (found != NULL && found->block == reach->checker->place.block)
        reach->own = true;
    else if (found != NULL)
        reach->outer = true;
    return true;
}

// True if the aggregate is one of an enclosing block: all its columns are.
static bool aggregates_outside(const Checker *c, const Expr *expr)
{
    Reach reach = {.checker = c};
    Visitor visitor = {.expr = reach_column, .context = &reach};
    walk_expr(expr, &visitor);
    return reach.outer && !reach.own;
}

static void check_order(Checker *c, const OrderItem *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_expr(c, items[i].expr);
}

static void check_exprs(Checker *c, const Expr *const *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_expr(c, exprs[i]);
}

static bool block_defines_window(const Query *block, const char *name)
{
    const Select *select = block != NULL ? block->select : NULL;
    for (size_t i = 0; select != NULL && i < select->window_count; i++) {
        if (text_same_word(select->windows[i]->name, name))
            return true;
    }
    return false;
}

static void check_window(Checker *c, const Window *window)
{
    check_exprs(c, window->partition, window->partition_count);
    check_order(c, window->order, window->order_count);
    if (window->low_expr != NULL)
        check_expr(c, window->low_expr);
    if (window->high_expr != NULL)
        check_expr(c, window->high_expr);
    require(c, window->base == NULL || block_defines_window(c->place.block, window->base),
            "a window that extends one that its block does not define");
}

// Aggregates and window functions: where they may stand, and what in them may.
static void check_fold(Checker *c, const Expr *expr)
{
    Place outside = c->place;
    bool is_window = expr->kind == EXPR_WINDOW;
    if (is_window) {
        require(c, outside.allows_windows, "a window function where none may stand");
        require(c, expr->window != NULL, "a window function without OVER");
    } else {
        require(c, outside.allows_aggregates || aggregates_outside(c, expr),
                "an aggregate where none may stand");
    }
    c->place.allows_windows = false;
    c->place.allows_aggregates = is_window && outside.allows_aggregates;
    check_exprs(c, expr->args, expr->arg_count);
    check_order(c, expr->order, expr->order_count);
    if (expr->filter != NULL)
        check_expr(c, expr->filter);
    if (is_window && expr->window != NULL) {
        const char *name = expr->window->name;
        require(c, name == NULL || block_defines_window(c->place.block, name),
                "a named window that its block does not define");
        check_window(c, expr->window);
    }
    c->place = outside;
}

static void check_subquery(Checker *c, const Expr *expr)
{
    size_t width;
    (void)query_outputs(expr->query, &width);
    const Expr *left = expr->arg_count > 0 ? expr->args[0] : NULL;
    size_t wanted = left != NULL && left->kind == EXPR_ROW ? left->arg_count : 1;
    bool counts = expr->kind == EXPR_IN_QUERY || expr->kind == EXPR_QUANTIFIED;
    require(c, !counts || width == wanted || (left != NULL && left->query != NULL),
            "IN and its subquery differ in width");
    check_query(c, expr->query);
}

static void check_expr(Checker *c, const Expr *expr)
{
    if (expr == NULL) {
        require(c, false, "a missing expression");
        return;
    }
    check_shape(c, expr);
    if (!c->ok)
        return;
    switch (expr->kind) {
    case EXPR_NAME:
    case EXPR_STAR:
        require(c, false, "a name that is not bound");
        break;
    case EXPR_COLUMN:
        check_column(c, expr);
        break;
    case EXPR_OUTPUT:
        require(c,
                c->place.allows_outputs && query_yields(c, c->place.block, expr->column),
                "an output where none of its block may stand");
        break;
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
        check_fold(c, expr);
        return;
    case EXPR_GROUPING:
        require(c, c->place.allows_aggregates, "grouping() where it may not stand");
        break;
    case EXPR_LITERAL:
        require(c, expr->literal < LITERAL_NUMBER || expr->name != NULL,
                "a literal without its text");
        break;
    case EXPR_PARAMETER:
        require(c, expr->number != 0, "a parameter without a number");
        break;
    default:
        break;
    }
    check_exprs(c, expr->args, expr->arg_count);
    if (expr->query != NULL)
        check_subquery(c, expr);
}

static void check_conjuncts(Checker *c, const Expr *const *conjuncts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        require(c, conjuncts[i] == NULL || conjuncts[i]->kind != EXPR_AND,
                "an AND in a list of conjuncts");
    check_exprs(c, conjuncts, count);
}

// FROM

typedef ARRAY(const Source *) Leaves;

// Collects the sources that joins join, from left to right, and numbers all.
static void collect_leaves(Checker *c, const Source *source, Leaves *leaves)
{
    if (source == NULL) {
        require(c, false, "a missing source");
        return;
    }
    enter(c, source->number, (Entry){.source = source, .block = c->place.block});
    if (source->kind != SOURCE_JOIN) {
        array_push(c->scratch, leaves, source);
        return;
    }
    collect_leaves(c, source->left, leaves);
    collect_leaves(c, source->right, leaves);
}

static void show(Checker *c, const Leaves *leaves, size_t from, size_t to, bool visible)
{
    for (size_t i = from; i < to; i++) {
        Entry *found = entry(c, leaves->items[i]->number);
        if (found != NULL)
            found->visible = visible;
    }
}

static void check_leaf(Checker *c, const Source *source)
{
    const Entry *cte = NULL;
    switch (source->kind) {
    case SOURCE_NAME:
        require(c, false, "a table name that is not bound");
        break;
    case SOURCE_TABLE:
        require(c, source->table != NULL, "a table source without its table");
        break;
    case SOURCE_QUERY:
        check_query(c, source->query);
        break;
    case SOURCE_CTE:
        cte = entry(c, source->cte);
        if (cte == NULL || cte->cte == NULL || !cte->visible)
            complain(c, "a CTE that is not in scope", source->cte);
        break;
    case SOURCE_FUNCTION:
        check_expr(c, source->call);
        break;
    case SOURCE_JOIN:
    case SOURCE_OPAQUE:
        break;
    }
}

// Checks the ON of joins below `source`, whose leaves begin at `first`; returns where
// they end. ON sees the two sides of its join; in SQLite, all of FROM.
static size_t check_joins(Checker *c, const Source *source, const Leaves *leaves,
                          size_t first)
{
    if (source->kind != SOURCE_JOIN)
        return first + 1;
    size_t middle = check_joins(c, source->left, leaves, first);
    size_t end = check_joins(c, source->right, leaves, middle);
    bool sees_all = c->tree->dialect == DIALECT_SQLITE;
    size_t from = sees_all ? 0 : first, to = sees_all ? leaves->count : end;
    show(c, leaves, from, to, true);
    check_conjuncts(c, source->on, source->on_count);
    show(c, leaves, from, to, false);
    require(c, source->join != JOIN_CROSS || source->using_count == 0,
            "a CROSS JOIN with USING");
    return end;
}

static void check_from(Checker *c, const Select *select, Leaves *leaves)
{
    for (size_t i = 0; i < select->source_count; i++)
        collect_leaves(c, select->sources[i], leaves);
    for (size_t i = 0; c->ok && i < leaves->count; i++) {
        bool lateral = leaves->items[i]->lateral;
        show(c, leaves, 0, lateral ? i : 0, true);
        check_leaf(c, leaves->items[i]);
        show(c, leaves, 0, lateral ? i : 0, false);
    }
    size_t first = 0;
    for (size_t i = 0; c->ok && i < select->source_count; i++)
        first = check_joins(c, select->sources[i], leaves, first);
}

// Queries

static void check_groups(Checker *c, const GroupItem *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        require(c, items[i].kind != GROUP_KEY || items[i].expr_count == 1,
                "a group key that is not one expression");
        check_exprs(c, items[i].exprs, items[i].expr_count);
        check_groups(c, items[i].items, items[i].item_count);
    }
}

static void check_outputs(Checker *c, const Select *select)
{
    require(c, select->output_count > 0 || c->tree->dialect == DIALECT_POSTGRES,
            "a query without outputs");
    for (size_t i = 0; i < select->output_count; i++) {
        const Output *output = &select->outputs[i];
        check_expr(c, output->expr);
        bool found = output->star == 0;
        for (size_t j = 0; !found && j < select->star_count; j++)
            found = select->stars[j].id == output->star;
        require(c, found, "an output of a star that is not there");
    }
}

static void check_select(Checker *c, const Query *query)
{
    const Select *select = query->select;
    Leaves leaves = {0};
    check_from(c, select, &leaves);
    if (!c->ok)
        return;

    show(c, &leaves, 0, leaves.count, true);
    check_conjuncts(c, select->filter, select->filter_count);
    check_groups(c, select->groups, select->group_count);
    c->place.allows_aggregates = true;
    check_conjuncts(c, select->having, select->having_count);
    for (size_t i = 0; i < select->window_count; i++)
        check_window(c, select->windows[i]);
    c->place.allows_windows = true;
    check_outputs(c, select);
    check_conjuncts(c, select->qualify, select->qualify_count);
    c->place.allows_outputs = true;
    check_exprs(c, select->distinct_on, select->distinct_on_count);
    check_order(c, query->order, query->order_count);
    show(c, &leaves, 0, leaves.count, false);
}

static void check_set(Checker *c, const Query *query)
{
    const SetOperation *set = query->set;
    require(c, set->arm_count >= 2, "a set operation with fewer than two arms");
    for (size_t i = 0; c->ok && i < set->arm_count; i++) {
        size_t width;
        (void)query_outputs(set->arms[i], &width);
        require(c, width == set->output_count || set->by_name,
                "an arm of another width than its set operation");
        check_query(c, set->arms[i]);
    }
    c->place.allows_outputs = true;
    check_order(c, query->order, query->order_count);
}

static void check_values(Checker *c, const Query *query)
{
    const Values *values = query->values;
    require(c, values->row_count > 0, "VALUES without a row");
    for (size_t i = 0; c->ok && i < values->row_count; i++)
        check_exprs(c, values->rows[i], values->output_count);
    c->place.allows_outputs = true;
    check_order(c, query->order, query->order_count);
}

static void show_cte(Checker *c, const Cte *cte, bool visible)
{
    Entry *found = entry(c, cte->number);
    if (found != NULL)
        found->visible = visible;
}

// In SQLite and after RECURSIVE, a CTE may read one that stands behind it.
static void check_ctes(Checker *c, const Query *query)
{
    bool any_order = c->tree->dialect == DIALECT_SQLITE || query->with_recursive;
    for (size_t i = 0; i < query->cte_count; i++) {
        require(c, query->ctes[i]->name != NULL, "a CTE without a name");
        enter(c, query->ctes[i]->number,
              (Entry){.cte = query->ctes[i], .visible = any_order});
    }
    for (size_t i = 0; c->ok && i < query->cte_count; i++) {
        const Cte *cte = query->ctes[i];
        show_cte(c, cte, cte->recursive);
        check_query(c, cte->query);
        show_cte(c, cte, true);
    }
}

static void check_body(Checker *c, const Query *query)
{
    switch (query->body) {
    case BODY_SELECT:
        check_select(c, query);
        break;
    case BODY_SET:
        check_set(c, query);
        break;
    case BODY_VALUES:
        check_values(c, query);
        break;
    case BODY_OPAQUE:
        require(c, query->opaque != NULL, "an opaque query without its text");
        break;
    }
}

static void check_query(Checker *c, const Query *query)
{
    if (query == NULL) {
        require(c, false, "a missing query");
        return;
    }
    Place outside = c->place;
    c->place = (Place){.block = query};
    enter_outputs(c, query);
    check_ctes(c, query);
    if (c->ok)
        check_body(c, query);
    c->place = (Place){.block = query};
    if (query->limit != NULL)
        check_expr(c, query->limit);
    if (query->offset != NULL)
        check_expr(c, query->offset);
    for (size_t i = 0; i < query->cte_count; i++)
        show_cte(c, query->ctes[i], false);
    c->place = outside;
}

bool query_check(const Tree *tree, Error *err)
{
    Arena scratch = ARENA_EMPTY;
    Checker checker = {.tree = tree,
                       .scratch = &scratch,
                       .entries = map_new(&scratch),
                       .err = err,
                       .ok = true};
    check_query(&checker, tree->root);
    arena_clear(&scratch);
    return checker.ok && query_fits_dialect(tree, err);
}
