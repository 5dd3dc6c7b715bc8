// cte_uses_to_pivot - a CTE joined with itself, one constant a use, is read once.
//
//   before   WITH w AS (SELECT k, y, sum(x) AS s FROM a GROUP BY k, y)
//            SELECT p.k, p.s, q.s FROM w AS p, w AS q
//            WHERE p.k = q.k AND p.y = 2000 AND q.y = 2001
//   after    WITH w AS (…)
//            SELECT p.k, p.s_1, p.s_2
//            FROM (SELECT k, max(s) FILTER (WHERE y = 2000) AS s_1,
//                         max(s) FILTER (WHERE y = 2001) AS s_2
//                  FROM w WHERE k IS NOT NULL GROUP BY k
//                  HAVING count(*) FILTER (WHERE y = 2000) > 0
//                     AND count(*) FILTER (WHERE y = 2001) > 0) AS p
//
// Each use takes at most one row for a k, its own year's. So a group of k has all the
// rows that the join would put beside each other, and max() over one row is its value,
// NULL or not. Where a use has no row, the join has none, and HAVING drops the group.
//
// Why: without indexes, a join of k uses is k - 1 loops over the CTE; a group is one
// pass.
//
// Only if
//   (1) no two rows of the CTE agree on what is joined and what is constant; else max()
//       picks one of several.
//   (2) a value compared as max() of itself compares as before: SQLite compares a column
//       by its affinity and collation, which a function's result has not. (What is joined
//       stays a column: it is what is grouped by.)
//   (3) the CTE gives the same rows each time: not with random().
//   (4) all joins of the block are inner.
//   (5) rows with a NULL in a joined column are dropped. The test is left out only where
//       NULL cannot come.
//   (6) equal values of a joined column are identical: p.k and q.k may be 1 and 1.0.
//   (7) nothing of the block depends on the order of its rows: no LIMIT without ORDER BY,
//       no group_concat.

#include "query/equal.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/conditions.h"
#include "rewrite/flat.h"
#include "rewrite/rewrite.h"

// One use of the CTE.
typedef struct {
    const Source *source;
    ARRAY(uint32_t) columns; // That the block names; `outputs` hold their values.
    ARRAY(Output) outputs;
} Use;

typedef struct {
    RuleContext *context;
    const Query *block;
    FlatFrom from;
    const Query *cte;
    ARRAY(Use) uses;
    ARRAY(uint32_t) joined;   // The CTE's columns that all uses share.
    ARRAY(uint32_t) constant; // Those that each sets to a constant.
    ARRAY(Output) keys;       // Of the derived table, for `joined`.
    const Source *derived;
} Work;

// Finding it

static bool visit_inconstant(void *context, const Expr *expr)
{
    bool *found = context;
    *found = *found || expr->kind == EXPR_COLUMN || expr->query != NULL ||
             expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW;
    return !*found;
}

static bool is_constant(const Expr *expr)
{
    bool found = false;
    walk_expr(expr, &(Visitor){.expr = visit_inconstant, .context = &found});
    return !found && expr_is_repeatable(expr);
}

// Returns what the conjunct sets the column of the source to; NULL if it does not.
static const Expr *constant_of(const Expr *conjunct, uint32_t source, uint32_t column)
{
    if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
        return NULL;
    for (size_t side = 0; side < 2; side++) {
        const Expr *value = conjunct->args[1 - side];
        if (expr_is_column(conjunct->args[side], source, column) && is_constant(value))
            return value;
    }
    return NULL;
}

static const Expr *constant_in(const Work *work, const Use *use, uint32_t column)
{
    for (size_t i = 0; i < work->from.conjuncts.count; i++)
        if (constant_of(work->from.conjuncts.items[i], use->source->number, column))
            return work->from.conjuncts.items[i];
    return NULL;
}

static bool is_constant_in_all(const Work *work, uint32_t column)
{
    for (size_t u = 0; u < work->uses.count; u++)
        if (constant_in(work, &work->uses.items[u], column) == NULL)
            return false;
    return true;
}

static bool are_equated(const Work *work, const Use *a, const Use *b, uint32_t column)
{
    for (size_t i = 0; i < work->from.conjuncts.count; i++)
        if (equates_column(work->from.conjuncts.items[i], a->source, b->source, column))
            return true;
    return false;
}

// True if equalities of this column lead from the first use to every other: each use that
// is reached moves behind those that were, until none is left.
static bool is_joined_in_all(const Work *work, uint32_t column)
{
    size_t count = work->uses.count, reached = 1;
    const Use **order = arena_new(work->context->arena, const Use *, count);
    for (size_t i = 0; i < count; i++)
        order[i] = &work->uses.items[i];
    for (size_t from = 0; from < reached; from++)
        for (size_t i = reached; i < count; i++) {
            if (!are_equated(work, order[from], order[i], column))
                continue;
            const Use *use = order[i];
            order[i] = order[reached];
            order[reached++] = use;
        }
    return reached == count;
}

// Gathers the uses of the CTE that `source` reads, and what they share. True if there is
// something to do.
static bool gather(Work *work, const Source *source)
{
    Arena *arena = work->context->arena;
    work->uses.count = work->joined.count = work->constant.count = 0;
    if (source->kind != SOURCE_CTE || source->text != NULL)
        return false;
    work->cte = tree_cte(work->context->tree, source->cte)->query;
    for (size_t i = 0; i < work->from.leaves.count; i++) {
        const Source *leaf = work->from.leaves.items[i];
        if (leaf->kind == SOURCE_CTE && leaf->cte == source->cte && leaf->text == NULL)
            array_push(arena, &work->uses, (Use){.source = leaf});
    }
    size_t count;
    const Output *outputs = query_outputs(work->cte, &count);
    for (size_t i = 0; work->uses.count > 1 && i < count; i++) {
        if (is_joined_in_all(work, outputs[i].id))
            array_push(arena, &work->joined, outputs[i].id);
        else if (is_constant_in_all(work, outputs[i].id))
            array_push(arena, &work->constant, outputs[i].id);
    }
    return work->joined.count > 0 && work->constant.count > 0;
}

// Conditions

static bool is_unique(const Work *work)
{
    ARRAY(uint32_t) ids = {0};
    for (size_t i = 0; i < work->joined.count; i++)
        array_push(work->context->arena, &ids, work->joined.items[i]);
    for (size_t i = 0; i < work->constant.count; i++)
        array_push(work->context->arena, &ids, work->constant.items[i]);
    return query_is_unique_on(work->context->facts, work->cte, ids.items, ids.count);
}

static const Use *use_of(const Work *work, uint32_t source)
{
    for (size_t i = 0; i < work->uses.count; i++)
        if (work->uses.items[i].source->number == source)
            return &work->uses.items[i];
    return NULL;
}

static bool is_among(const uint32_t *ids, size_t count, uint32_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

typedef struct {
    const Work *work;
    bool found;
} Search;

// Finds columns of the uses that max() would change: with a collation anywhere; with an
// affinity where it may count.
static bool visit_column(void *user, const Expr *expr)
{
    Search *search = user;
    const Work *work = search->work;
    if (expr->kind == EXPR_COLUMN && use_of(work, expr->source) != NULL &&
        !is_among(work->joined.items, work->joined.count, expr->column))
        search->found |=
            expr->type.collation != NULL || (expr->type.affinity != AFFINITY_NONE &&
                                             expr->type.affinity != AFFINITY_BLOB);
    return !search->found;
}

// True if the derived table says what the conjunct does. (A second constant for a column
// is not said by it.)
static bool belongs_to_uses(const Work *work, const Expr *conjunct)
{
    for (size_t a = 0; a < work->uses.count; a++) {
        const Source *use = work->uses.items[a].source;
        for (size_t i = 0; i < work->constant.count; i++)
            if (conjunct ==
                constant_in(work, &work->uses.items[a], work->constant.items[i]))
                return true;
        for (size_t b = a + 1; b < work->uses.count; b++)
            for (size_t i = 0; i < work->joined.count; i++)
                if (equates_column(conjunct, use, work->uses.items[b].source,
                                   work->joined.items[i]))
                    return true;
    }
    return false;
}

// True if no comparison will see a value of a use without its affinity or collation. What
// the root puts out as it is is not compared any more.
static bool compares_as_before(const Work *work, const Query *rest)
{
    Search search = {.work = work};
    Visitor visitor = {.expr = visit_column, .context = &search};
    Select select = *rest->select;
    Output *outputs = arena_copy(work->context->arena, select.outputs,
                                 select.output_count, sizeof(*outputs));
    for (size_t i = 0; i < select.output_count; i++) {
        const Expr *expr = outputs[i].expr;
        bool is_plain = work->context->is_root && select.distinct == DISTINCT_NONE &&
                        expr->kind == EXPR_COLUMN && expr->type.collation == NULL;
        if (is_plain)
            outputs[i].expr = expr_null(work->context->arena);
    }
    select.outputs = outputs;
    walk_query(query_with_select(work->context->arena, rest,
                                 select_new(work->context->arena, select)),
               &visitor);
    return !search.found;
}

static bool keys_are_identical(const Work *work)
{
    for (size_t i = 0; i < work->joined.count; i++) {
        const Expr *column =
            source_column(work->context->arena, work->context->tree,
                          work->uses.items[0].source, work->joined.items[i]);
        if (!equality_is_identity(work->context->tree, column))
            return false;
    }
    return true;
}

// Building. The derived table reads the CTE by the first use's source.

static const Expr *column_of(const Work *work, uint32_t column)
{
    return source_column(work->context->arena, work->context->tree,
                         work->uses.items[0].source, column);
}

// Returns the condition that picks the use's row out of its group.
static const Expr *picks(const Work *work, const Use *use)
{
    Arena *arena = work->context->arena;
    ExprList parts = {0};
    for (size_t i = 0; i < work->constant.count; i++) {
        uint32_t column = work->constant.items[i];
        const Expr *conjunct = constant_in(work, use, column);
        const Expr *value = constant_of(conjunct, use->source->number, column);
        bool left = conjunct->args[1] == value;
        const Expr *copy = expr_copy(arena, value, &work->context->tree->next_id);
        array_push(arena, &parts,
                   expr_compare(arena, COMPARE_EQ, left ? column_of(work, column) : copy,
                                left ? copy : column_of(work, column)));
    }
    return expr_and(arena, parts.items, parts.count);
}

static const Expr *filtered(const Work *work, const Use *use, const Expr *aggregate)
{
    Expr parts = *aggregate;
    parts.filter = picks(work, use);
    return expr_new(work->context->arena, parts);
}

static const Expr *count_of(const Work *work, const Use *use)
{
    Arena *arena = work->context->arena;
    const Expr *any = expr_integer(arena, 0);
    Expr count = *aggregate_new(arena, work->context->tree, "count", any);
    count.args = NULL;
    count.arg_count = 0;
    count.star = true;
    count.type = (Type){.kind = TYPE_INTEGER, .width = 64};
    return expr_compare(arena, COMPARE_GT, filtered(work, use, &count), any);
}

// Returns the output that holds the use's column; adds it if there is none yet.
static uint32_t output_of(Work *work, Use *use, const Expr *column)
{
    Arena *arena = work->context->arena;
    for (size_t i = 0; i < work->joined.count; i++)
        if (work->joined.items[i] == column->column)
            return work->keys.items[i].id;
    for (size_t i = 0; i < use->columns.count; i++)
        if (use->columns.items[i] == column->column)
            return use->outputs.items[i].id;
    size_t number = (size_t)(use - work->uses.items) + 1;
    const Expr *value =
        aggregate_new(arena, work->context->tree, "max", column_of(work, column->column));
    Output output = output_new(work->context->tree, filtered(work, use, value),
                               arena_printf(arena, "%s_%zu", column->name, number));
    array_push(arena, &use->columns, column->column);
    array_push(arena, &use->outputs, output);
    return output.id;
}

static bool note_column(void *user, const Expr *expr)
{
    Work *work = user;
    Use *use = expr->kind == EXPR_COLUMN ? (Use *)use_of(work, expr->source) : NULL;
    if (use != NULL)
        output_of(work, use, expr);
    return true;
}

static void build_keys(Work *work)
{
    work->keys.count = 0;
    for (size_t i = 0; i < work->joined.count; i++) {
        const Expr *key = column_of(work, work->joined.items[i]);
        array_push(work->context->arena, &work->keys,
                   output_new(work->context->tree, key, key->name));
    }
}

static ExprList null_tests(const Work *work)
{
    Arena *arena = work->context->arena;
    ExprList tests = {0};
    for (size_t i = 0; i < work->joined.count; i++) {
        uint32_t id = work->joined.items[i];
        if (!guard(work->context, 5,
                   output_never_null(work->context->facts, work->cte, id)))
            array_push(arena, &tests, expr_is_null(arena, column_of(work, id), true));
    }
    return tests;
}

static const Source *derived_table(Work *work)
{
    Arena *arena = work->context->arena;
    Tree *tree = work->context->tree;
    const Source *source = work->uses.items[0].source;
    ARRAY(Output) outputs = {0};
    ARRAY(GroupItem) groups = {0};
    ExprList having = {0}, filter = null_tests(work);
    for (size_t i = 0; i < work->keys.count; i++) {
        const Expr *key = column_of(work, work->joined.items[i]);
        array_push(arena, &groups, group_key_new(arena, key));
        array_push(arena, &outputs, work->keys.items[i]);
    }
    for (size_t u = 0; u < work->uses.count; u++) {
        const Use *use = &work->uses.items[u];
        for (size_t i = 0; i < use->outputs.count; i++)
            array_push(arena, &outputs, use->outputs.items[i]);
        array_push(arena, &having, count_of(work, use));
    }
    Select select = {.outputs = outputs.items,
                     .output_count = outputs.count,
                     .sources = arena_copy(arena, &source, 1, sizeof(source)),
                     .source_count = 1,
                     .filter = filter.items,
                     .filter_count = filter.count,
                     .groups = groups.items,
                     .group_count = groups.count,
                     .having = having.items,
                     .having_count = having.count};
    return derived_new(arena, tree->next_id++, source_called(source),
                       query_of_select(arena, select), source->offset);
}

static const Expr *exchange_column(void *user, const Expr *column)
{
    Work *work = user;
    Use *use = (Use *)use_of(work, column->source);
    if (use == NULL)
        return NULL;
    return source_column(work->context->arena, work->context->tree, work->derived,
                         output_of(work, use, column));
}

// Returns the block without the uses but the first, and without what ties them.
static const Query *without_uses(const Work *work, size_t *place)
{
    Arena *arena = work->context->arena;
    ARRAY(const Source *) sources = {0};
    ExprList filter = {0};
    for (size_t i = 0; i < work->from.leaves.count; i++) {
        const Source *leaf = work->from.leaves.items[i];
        if (leaf == work->uses.items[0].source)
            *place = sources.count;
        if (use_of(work, leaf->number) == NULL || leaf == work->uses.items[0].source)
            array_push(arena, &sources, leaf);
    }
    for (size_t i = 0; i < work->from.conjuncts.count; i++)
        if (!belongs_to_uses(work, work->from.conjuncts.items[i]))
            array_push(arena, &filter, work->from.conjuncts.items[i]);
    Select select = *work->block->select;
    select.sources = sources.items;
    select.source_count = sources.count;
    select.filter = filter.items;
    select.filter_count = filter.count;
    return query_with_select(arena, work->block, select_new(arena, select));
}

static const Query *pivoted(Work *work)
{
    RuleContext *context = work->context;
    Arena *arena = context->arena;
    size_t place = 0;
    const Query *rest = without_uses(work, &place);
    if (!guard(context, 1, is_unique(work)) ||
        !guard(context, 2, compares_as_before(work, rest)) ||
        !guard(context, 3, query_is_repeatable(work->cte)) ||
        !guard(context, 4, !work->from.any_outer) ||
        !guard(context, 6, keys_are_identical(work)) ||
        !guard(context, 7, !block_depends_on_order(context->facts, work->block)) ||
        !take_source(context, work->uses.items[0].source))
        return NULL;
    build_keys(work);
    walk_query(rest, &(Visitor){.expr = note_column, .context = work});
    work->derived = derived_table(work);
    rest = query_replace_columns(arena, rest, exchange_column, work);
    Select select = *rest->select;
    select.sources =
        sources_with(arena, select.sources, select.source_count, place, work->derived);
    return query_with_select(arena, rest, select_new(arena, select));
}

const Query *cte_uses_to_pivot(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Work work = {.context = context,
                 .block = query,
                 .from = flat_from(context->arena, query->select)};
    for (size_t i = 0; !work.from.any_lateral && i < work.from.leaves.count; i++) {
        const Query *result =
            gather(&work, work.from.leaves.items[i]) ? pivoted(&work) : NULL;
        if (result != NULL)
            return result;
    }
    return NULL;
}
