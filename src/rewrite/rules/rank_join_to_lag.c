// rank_join_to_lag - a join with the row before, or after, by rank is a window.
//
//   before   WITH w AS (SELECT k, t, x, rank() OVER (PARTITION BY k ORDER BY t) AS n
//                       FROM a)
//            SELECT w.k, w.x, p.x FROM w, w AS p WHERE p.k = w.k AND w.n = p.n + 1
//   after    WITH w AS (…)
//            SELECT w.k, w.x, w.x_before
//            FROM (SELECT w.k, w.n, w.x, lag(w.n) OVER (PARTITION BY w.k ORDER BY w.n)
//                           AS n_before, lag(w.x) OVER (…) AS x_before FROM w) AS w
//            WHERE w.k IS NOT NULL AND w.n = w.n_before + 1
//
// Where no two rows of a partition have the same rank, the row with the next lower rank
// is the only one that the join can find, and the condition on the ranks says whether it
// is lower by one. Any number of such partners, before or after, become windows at once;
// all else that is asked of a partner is asked of the window's values.
//
// Why: a sort that the rank has made already, in place of a join of the CTE with itself.
//
// Only if
//   (1) partition and order of the rank tell all rows apart: among two rows with n = 1,
//       lag() finds one, the join both.
//   (2) the join equates all that the rank is partitioned by; else it crosses partitions.
//   (3) rows with a NULL in a key are dropped: they are one partition, and equal nothing.
//       The test is left out only where NULL cannot come.
//   (4) the CTE gives the same rows each time: not with random().
//   (5) all joins of the block are inner: a partner that a LEFT JOIN makes up has no row
//       before it.
//   (6) nothing of the block depends on the order of its rows: no LIMIT without ORDER BY,
//       no group_concat.

#include "base/text.h"
#include "query/equal.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/flat.h"
#include "rewrite/rewrite.h"

#include <string.h>

// A source with the same CTE as the row's, one rank away.
typedef struct {
    const Source *source;
    bool before;
    ARRAY(Output) windows;   // What the block names of it; expr is the window.
    ARRAY(uint32_t) columns; // The CTE's columns they are made of.
} Partner;

typedef struct {
    RuleContext *context;
    const Query *block;
    FlatFrom from;
    const Source *row; // The source that stays.
    const Query *ranked;
    uint32_t rank;        // The CTE's output that is the rank.
    const Expr *window;   // Its expression.
    ARRAY(uint32_t) keys; // The outputs it is partitioned by.
    bool all_keys_equated;
    ARRAY(Partner) partners;
    const Source *derived;
} Work;

// The rank

static const Output *output_equal_to(const Query *query, const Expr *expr)
{
    const Select *select = query->select;
    for (size_t i = 0; i < select->output_count; i++)
        if (expr_equal(select->outputs[i].expr, expr))
            return &select->outputs[i];
    return NULL;
}

static bool is_rank(const Expr *expr)
{
    static const char *const names[] = {"rank", "row_number", "dense_rank"};
    return expr->kind == EXPR_WINDOW && expr->window->name == NULL &&
           expr->window->base == NULL && expr->window->partition_count > 0 &&
           text_is_one_of(expr->name, names, COUNT_OF(names));
}

// True and notes it if this output of the CTE is a rank within what it also puts out.
static bool find_rank(Work *work, const Query *cte, uint32_t id)
{
    const Output *output = query_output(cte, id);
    if (cte->body != BODY_SELECT || output == NULL || !is_rank(output->expr))
        return false;
    work->ranked = cte;
    work->rank = id;
    work->window = output->expr;
    work->keys.count = 0;
    for (size_t i = 0; i < work->window->window->partition_count; i++) {
        const Output *key = output_equal_to(cte, work->window->window->partition[i]);
        if (key == NULL)
            return false;
        array_push(work->context->arena, &work->keys, key->id);
    }
    return true;
}

// Finding partners

// A side of the condition on the ranks: a column and what is added to it.
typedef struct {
    const Expr *column;
    int offset;
} Side;

static bool is_one(const Expr *expr)
{
    return expr_is_literal(expr, LITERAL_NUMBER) && strcmp(expr->name, "1") == 0;
}

static Side side_of(const Expr *expr)
{
    if (expr->kind == EXPR_COLUMN)
        return (Side){expr, 0};
    if (expr->kind != EXPR_OPERATOR || expr->arg_count != 2)
        return (Side){0};
    const Expr *left = expr->args[0], *right = expr->args[1];
    bool plus = strcmp(expr->name, "+") == 0;
    if (plus && is_one(left) && right->kind == EXPR_COLUMN)
        return (Side){right, 1};
    if (left->kind != EXPR_COLUMN || !is_one(right))
        return (Side){0};
    if (plus || strcmp(expr->name, "-") == 0)
        return (Side){left, plus ? 1 : -1};
    return (Side){0};
}

// True if the conjunct says that `partner` is one rank before, or after, `row`.
static bool is_next_to(Work *work, const Expr *conjunct, const Source *row,
                       const Source *partner, bool *before)
{
    if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
        return false;
    Side a = side_of(conjunct->args[0]), b = side_of(conjunct->args[1]);
    if (a.column == NULL || b.column == NULL || a.column->column != b.column->column)
        return false;
    if (a.column->source == partner->number && b.column->source == row->number) {
        Side swap = a;
        a = b;
        b = swap;
    }
    // row + a.offset = partner + b.offset
    int distance = a.offset - b.offset;
    if (a.column->source != row->number || b.column->source != partner->number ||
        (distance != 1 && distance != -1) ||
        (work->partners.count > 0 && a.column->column != work->rank) ||
        !find_rank(work, tree_cte(work->context->tree, row->cte)->query,
                   a.column->column))
        return false;
    *before = distance == -1;
    return true;
}

static bool are_keys_equated(const Work *work, const Source *partner)
{
    for (size_t k = 0; k < work->keys.count; k++) {
        bool found = false;
        for (size_t i = 0; i < work->from.conjuncts.count; i++)
            found = found || equates_column(work->from.conjuncts.items[i], work->row,
                                            partner, work->keys.items[k]);
        if (!found)
            return false;
    }
    return true;
}

// True if a conjunct says that the source is one rank before, or after, the row.
static bool is_partner(Work *work, const Source *source, bool *before)
{
    for (size_t i = 0; i < work->from.conjuncts.count; i++)
        if (is_next_to(work, work->from.conjuncts.items[i], work->row, source, before))
            return true;
    return false;
}

static void find_partners(Work *work)
{
    for (size_t p = 0; p < work->from.leaves.count; p++) {
        Partner partner = {.source = work->from.leaves.items[p]};
        if (partner.source == work->row || partner.source->kind != SOURCE_CTE ||
            partner.source->cte != work->row->cte ||
            !is_partner(work, partner.source, &partner.before))
            continue;
        work->all_keys_equated &= are_keys_equated(work, partner.source);
        array_push(work->context->arena, &work->partners, partner);
    }
}

static bool is_in_window(const Window *window, const Expr *expr)
{
    for (size_t i = 0; i < window->partition_count; i++)
        if (expr_equal(expr, window->partition[i]))
            return true;
    for (size_t i = 0; i < window->order_count; i++)
        if (expr_equal(expr, window->order[i].expr))
            return true;
    return false;
}

// True if the CTE groups by nothing else than partition and order.
static bool groups_within_window(const Work *work)
{
    const Select *select = work->ranked->select;
    if (select->group_count == 0 || !select_has_plain_groups(select))
        return false;
    for (size_t i = 0; i < select->group_count; i++)
        if (!is_in_window(work->window->window, select->groups[i].exprs[0]))
            return false;
    return true;
}

// True if no two rows of the CTE agree on what the rank is partitioned and ordered by.
static bool is_rank_unique(const Work *work)
{
    if (groups_within_window(work))
        return true;
    const Window *window = work->window->window;
    ARRAY(uint32_t) ids = {0};
    for (size_t i = 0; i < work->keys.count; i++)
        array_push(work->context->arena, &ids, work->keys.items[i]);
    for (size_t i = 0; i < window->order_count; i++) {
        const Output *output = output_equal_to(work->ranked, window->order[i].expr);
        if (output != NULL)
            array_push(work->context->arena, &ids, output->id);
    }
    return query_is_unique_on(work->context->facts, work->ranked, ids.items, ids.count);
}

// Windows

static const Expr *column_of(const Work *work, const Source *source, uint32_t column)
{
    return source_column(work->context->arena, work->context->tree, source, column);
}

static const Expr *neighbour(const Work *work, const Partner *partner, uint32_t column)
{
    Arena *arena = work->context->arena;
    const Tree *tree = work->context->tree;
    ExprList partition = {0};
    for (size_t k = 0; k < work->keys.count; k++)
        array_push(arena, &partition, column_of(work, work->row, work->keys.items[k]));
    OrderItem order = {.expr = column_of(work, work->row, work->rank)};
    Window window = {.partition = partition.items,
                     .partition_count = partition.count,
                     .order = arena_copy(arena, &order, 1, sizeof(order)),
                     .order_count = 1};
    const char *name = partner->before ? "lag" : "lead";
    const Expr *value = column_of(work, work->row, column);
    return expr_new(
        arena,
        (Expr){.kind = EXPR_WINDOW,
               .name = name,
               .type = value->type,
               .args = arena_copy(arena, &value, 1, sizeof(value)),
               .arg_count = 1,
               .window = arena_copy(arena, &window, 1, sizeof(window)),
               .function = tree->find_function
                               ? tree->find_function(tree->dialect, name, FUNCTION_WINDOW)
                               : NULL,
               .offset = NO_OFFSET});
}

static Partner *partner_of(Work *work, uint32_t source)
{
    for (size_t i = 0; i < work->partners.count; i++)
        if (work->partners.items[i].source->number == source)
            return &work->partners.items[i];
    return NULL;
}

static bool is_name_taken(const Work *work, const char *name)
{
    for (size_t i = 0; i < work->ranked->select->output_count; i++)
        if (text_same_word(work->ranked->select->outputs[i].name, name))
            return true;
    for (size_t p = 0; p < work->partners.count; p++)
        for (size_t i = 0; i < work->partners.items[p].windows.count; i++)
            if (text_same_word(work->partners.items[p].windows.items[i].name, name))
                return true;
    return false;
}

static const char *window_name(const Work *work, const Partner *partner,
                               const Expr *column)
{
    Arena *arena = work->context->arena;
    const char *suffix = partner->before ? "before" : "after";
    const char *name = arena_printf(arena, "%s_%s", column->name, suffix);
    for (int i = 2; is_name_taken(work, name); i++)
        name = arena_printf(arena, "%s_%s_%d", column->name, suffix, i);
    return name;
}

// Returns the output that holds the partner's column; adds it if there is none yet.
static const Output *window_output(Work *work, Partner *partner, const Expr *column)
{
    Arena *arena = work->context->arena;
    for (size_t i = 0; i < partner->columns.count; i++)
        if (partner->columns.items[i] == column->column)
            return &partner->windows.items[i];
    array_push(arena, &partner->columns, column->column);
    array_push(arena, &partner->windows,
               output_new(work->context->tree, neighbour(work, partner, column->column),
                          window_name(work, partner, column)));
    return &partner->windows.items[partner->windows.count - 1];
}

// Building

typedef struct {
    Work *work;
    ARRAY(uint32_t) columns; // Of the row's source, that the block names.
} Naming;

static bool note_column(void *user, const Expr *expr)
{
    Naming *naming = user;
    Work *work = naming->work;
    if (expr->kind != EXPR_COLUMN)
        return true;
    Partner *partner = partner_of(work, expr->source);
    if (partner != NULL)
        window_output(work, partner, expr);
    if (expr->source != work->row->number)
        return true;
    for (size_t i = 0; i < naming->columns.count; i++)
        if (naming->columns.items[i] == expr->column)
            return true;
    array_push(work->context->arena, &naming->columns, expr->column);
    return true;
}

// Returns the derived table that yields what `block` names of the row and its partners.
static const Source *derived_table(Work *work, const Query *block)
{
    Arena *arena = work->context->arena;
    Tree *tree = work->context->tree;
    Naming naming = {.work = work};
    walk_query(block, &(Visitor){.expr = note_column, .context = &naming});
    ARRAY(Output) outputs = {0};
    for (size_t i = 0; i < naming.columns.count; i++) {
        const Expr *column = column_of(work, work->row, naming.columns.items[i]);
        array_push(arena, &outputs, output_new(tree, column, column->name));
    }
    for (size_t p = 0; p < work->partners.count; p++)
        for (size_t i = 0; i < work->partners.items[p].windows.count; i++)
            array_push(arena, &outputs, work->partners.items[p].windows.items[i]);
    Select select = {.outputs = outputs.items,
                     .output_count = outputs.count,
                     .sources = arena_copy(arena, &work->row, 1, sizeof(work->row)),
                     .source_count = 1};
    return derived_new(arena, tree->next_id++, source_called(work->row),
                       query_of_select(arena, select), work->row->offset);
}

static const Expr *exchange_column(void *user, const Expr *column)
{
    Work *work = user;
    Partner *partner = partner_of(work, column->source);
    if (partner == NULL && column->source != work->row->number)
        return NULL;
    if (partner != NULL)
        return column_of(work, work->derived, window_output(work, partner, column)->id);
    const Select *select = work->derived->query->select;
    for (size_t i = 0; i < select->output_count; i++)
        if (expr_is_column(select->outputs[i].expr, column->source, column->column))
            return column_of(work, work->derived, select->outputs[i].id);
    return NULL;
}

static bool equates_keys(const Work *work, const Expr *conjunct)
{
    for (size_t p = 0; p < work->partners.count; p++)
        for (size_t k = 0; k < work->keys.count; k++)
            if (equates_column(conjunct, work->row, work->partners.items[p].source,
                               work->keys.items[k]))
                return true;
    return false;
}

// Returns the conditions of the block without those that equate keys, and with the tests
// for NULL that come with them.
static ExprList remaining_conditions(const Work *work)
{
    Arena *arena = work->context->arena;
    ExprList rest = {0};
    for (size_t k = 0; k < work->keys.count; k++) {
        const Expr *key = column_of(work, work->row, work->keys.items[k]);
        bool known =
            output_never_null(work->context->facts, work->ranked, work->keys.items[k]);
        if (!guard(work->context, 3, known))
            array_push(arena, &rest, expr_is_null(arena, key, true));
    }
    for (size_t i = 0; i < work->from.conjuncts.count; i++)
        if (!equates_keys(work, work->from.conjuncts.items[i]))
            array_push(arena, &rest, work->from.conjuncts.items[i]);
    return rest;
}

static const Query *rebuilt(Work *work)
{
    Arena *arena = work->context->arena;
    ExprList filter = remaining_conditions(work);
    ARRAY(const Source *) sources = {0};
    size_t place = 0;
    for (size_t i = 0; i < work->from.leaves.count; i++) {
        const Source *leaf = work->from.leaves.items[i];
        if (leaf == work->row)
            place = sources.count;
        if (partner_of(work, leaf->number) == NULL)
            array_push(arena, &sources, leaf);
    }
    Select select = *work->block->select;
    select.sources = sources.items;
    select.source_count = sources.count;
    select.filter = filter.items;
    select.filter_count = filter.count;
    const Query *block = query_with_select(arena, work->block, select_new(arena, select));
    work->derived = derived_table(work, block);
    block = query_replace_columns(arena, block, exchange_column, work);
    select = *block->select;
    select.sources =
        sources_with(arena, select.sources, select.source_count, place, work->derived);
    return query_with_select(arena, block, select_new(arena, select));
}

// True if the row's source has partners, and all conditions hold.
static bool is_opportunity(Work *work)
{
    RuleContext *context = work->context;
    work->partners.count = 0;
    work->all_keys_equated = true;
    if (work->row->kind != SOURCE_CTE || work->from.any_lateral)
        return false;
    const Query *cte = tree_cte(context->tree, work->row->cte)->query;
    find_partners(work);
    return work->partners.count > 0 && guard(context, 1, is_rank_unique(work)) &&
           guard(context, 2, work->all_keys_equated) &&
           guard(context, 4, query_is_repeatable(cte)) &&
           guard(context, 5, !work->from.any_outer) &&
           guard(context, 6, !block_depends_on_order(context->facts, work->block)) &&
           take_source(context, work->row);
}

const Query *rank_join_to_lag(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Work work = {.context = context,
                 .block = query,
                 .from = flat_from(context->arena, query->select)};
    for (size_t i = 0; i < work.from.leaves.count; i++) {
        work.row = work.from.leaves.items[i];
        if (is_opportunity(&work))
            return rebuilt(&work);
    }
    return NULL;
}
