// merge_scalar_blocks - several numbers of one table are read off in one scan.
//
//   before   SELECT (SELECT count(*) FROM a WHERE a.x = 1),
//                   (SELECT sum(a.y) FROM a WHERE a.x = 2)
//   after    SELECT count(*) FILTER (WHERE a.x = 1), sum(a.y) FILTER (WHERE a.x = 2)
//            FROM a WHERE a.x = 1 OR a.x = 2
//
// An aggregate without GROUP BY yields one row, whatever it reads, and with FILTER it
// sees the rows that its own WHERE let through. Rows that no block wants are dropped
// first; conditions that all share stay in WHERE. In a block that reads tables itself
// the one row is joined to each of its rows as a derived table.
//
// Why: one scan instead of one for every number.
//
// Only if
//   (1) each block is aggregates over FROM and WHERE, without GROUP BY, HAVING, DISTINCT,
//       LIMIT or OFFSET: then it yields exactly one row.
//   (2) each reads the same tables in the same way, and nothing of the block around it.
//   (3) nothing in them is volatile.
//   (4) conditions and arguments cannot fail on the rows of another block.
//   (5) the block around does not group (what it outputs would have to be grouped, too).
//   (6) no value names a collation. A subquery's value has none in SQLite: (SELECT max(t)
//       COLLATE NOCASE FROM a) = 'K' tells 'k' and 'K' apart.

#include "query/equal.h"
#include "query/walk.h"
#include "rewrite/build.h"
#include "rewrite/correlation.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

enum { BLOCK_LIMIT = 64 };

typedef struct {
    const Expr *subquery; // EXPR_SUBQUERY
    const Select *select;
    NumberSet sources;
    ExprList own; // Conjuncts that not all blocks share, in the first block's numbers.
} Block;

typedef struct {
    RuleContext *context;
    const Query *query;
    Block blocks[BLOCK_LIMIT];
    size_t count;
} Search;

// One block

static bool is_one_row(const Query *query)
{
    const Select *select = query->select;
    return query->limit == NULL && query->offset == NULL && select->group_count == 0 &&
           !select->group_all && select->having_count == 0 &&
           select->qualify_count == 0 && select->distinct == DISTINCT_NONE &&
           query->cte_count == 0;
}

// True if the expression is made of aggregates and constants: no column stands outside
// of an aggregate, no window, no subquery.
static bool is_made_of_aggregates(const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_AGGREGATE:
        return expr->order_count == 0 && !expr_has_subquery(expr);
    case EXPR_COLUMN:
    case EXPR_WINDOW:
    case EXPR_SUBQUERY:
    case EXPR_EXISTS:
    case EXPR_IN_QUERY:
    case EXPR_QUANTIFIED:
    case EXPR_GROUPING:
    case EXPR_OPAQUE:
        return false;
    default:
        break;
    }
    for (size_t i = 0; i < expr->arg_count; i++)
        if (!is_made_of_aggregates(expr->args[i]))
            return false;
    return true;
}

// Returns the block's FROM alone, as a query that can be compared.
static const Query *from_of(Arena *arena, const Select *select)
{
    Output *output = arena_new(arena, Output, 1);
    *output = (Output){.expr = expr_integer(arena, 1), .name = "1"};
    return query_of_select(arena, (Select){.outputs = output,
                                           .output_count = 1,
                                           .sources = select->sources,
                                           .source_count = select->source_count});
}

static bool reads_the_same(Arena *arena, const Select *a, const Select *b)
{
    return query_equal(from_of(arena, a), from_of(arena, b));
}

static bool cannot_fail(RuleContext *context, const Select *select)
{
    bool safe = !expr_may_raise(context->facts, select->outputs[0].expr);
    for (size_t i = 0; i < select->filter_count && safe; i++)
        safe = !expr_may_raise(context->facts, select->filter[i]);
    return safe;
}

// True if the subquery is a block that could be merged with others.
static bool is_candidate(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT || query->select->output_count != 1 ||
        query->select->source_count == 0)
        return false;
    const Expr *output = query->select->outputs[0].expr;
    if (!is_made_of_aggregates(output) || !expr_has_aggregate(output))
        return false;
    return guard(context, 1, is_one_row(query)) &&
           guard(context, 2, query_free_sources(context->arena, query).count == 0) &&
           guard(context, 3, query_is_repeatable(query)) &&
           guard(context, 4, cannot_fail(context, query->select)) &&
           guard(context, 6, !expr_has_collate(output));
}

// Notes the subquery if it goes with those found before. Changes nothing.
static const Expr *collect(void *data, const Spot *spot)
{
    Search *search = data;
    RuleContext *context = search->context;
    const Expr *expr = spot->expr;
    if (expr->kind != EXPR_SUBQUERY || search->count == BLOCK_LIMIT ||
        (spot->place != SPOT_OUTPUT && spot->place != SPOT_WHERE) ||
        !is_candidate(context, expr->query))
        return NULL;
    const Select *select = expr->query->select;
    if (search->count > 0 &&
        !guard(context, 2,
               reads_the_same(context->arena, search->blocks[0].select, select)))
        return NULL;
    search->blocks[search->count++] = (Block){
        .subquery = expr,
        .select = select,
        .sources = select_numbers(context->arena, select),
    };
    return NULL;
}

// Moving a block's expressions onto the first block's sources

// Returns a copy of the expression that reads the first block's sources.
static const Expr *moved(Search *search, const Block *block, const Expr *expr)
{
    Arena *arena = search->context->arena;
    const Expr *copy = expr_copy(arena, expr, &search->context->tree->next_id);
    return expr_redirect(arena, copy, block->sources.numbers,
                         search->blocks[0].sources.numbers, block->sources.count);
}

static bool block_has(Search *search, const Block *block, const Expr *condition)
{
    for (size_t i = 0; i < block->select->filter_count; i++)
        if (expr_equal(moved(search, block, block->select->filter[i]), condition))
            return true;
    return false;
}

static bool all_have(Search *search, const Expr *condition)
{
    for (size_t i = 1; i < search->count; i++)
        if (!block_has(search, &search->blocks[i], condition))
            return false;
    return true;
}

static void add_own(Search *search, Block *block, const ExprList *shared)
{
    for (size_t i = 0; i < block->select->filter_count; i++) {
        const Expr *condition = moved(search, block, block->select->filter[i]);
        if (!list_has(shared, condition))
            array_push(search->context->arena, &block->own, condition);
    }
}

// Splits the blocks' filters: returns what all share, and leaves the rest in `own`.
static ExprList split_filters(Search *search)
{
    Arena *arena = search->context->arena;
    ExprList shared = {0};
    const Select *first = search->blocks[0].select;
    for (size_t i = 0; i < first->filter_count; i++)
        if (all_have(search, first->filter[i]))
            array_push(arena, &shared, first->filter[i]);
    for (size_t i = 0; i < search->count; i++)
        add_own(search, &search->blocks[i], &shared);
    return shared;
}

// Building the merged block

typedef struct {
    Search *search;
    const Block *block;
} Filtering;

static const Expr *add_filter(void *data, const Expr *expr)
{
    const Filtering *filtering = data;
    if (expr->kind != EXPR_AGGREGATE || filtering->block->own.count == 0)
        return expr;
    RuleContext *context = filtering->search->context;
    ExprList conditions = {0};
    for (size_t i = 0; i < filtering->block->own.count; i++)
        array_push(context->arena, &conditions,
                   expr_copy(context->arena, filtering->block->own.items[i],
                             &context->tree->next_id));
    if (expr->filter != NULL)
        array_push(context->arena, &conditions, expr->filter);
    Expr changed = *expr;
    changed.filter = expr_and(context->arena, conditions.items, conditions.count);
    return expr_new(context->arena, changed);
}

// Returns what the block outputs, over the merged FROM.
static const Expr *merged_output(Search *search, const Block *block)
{
    Filtering filtering = {search, block};
    Mapper mapper = {.expr = add_filter,
                     .context = &filtering,
                     .arena = search->context->arena};
    return map_expr(moved(search, block, block->select->outputs[0].expr), &mapper);
}

// True if another block wants every row that this one wants, and was or will be asked.
static bool is_wanted_anyway(const Search *search, size_t number)
{
    const ExprList *own = &search->blocks[number].own;
    for (size_t i = 0; i < search->count; i++) {
        const ExprList *other = &search->blocks[i].own;
        bool within = i != number;
        for (size_t j = 0; j < other->count && within; j++)
            within = list_has(own, other->items[j]);
        if (within && (other->count < own->count || i < number))
            return true;
    }
    return false;
}

// Returns the WHERE of the merged block: what all share, and that one block at least
// wants the row.
static ExprList merged_filter(Search *search)
{
    Arena *arena = search->context->arena;
    ExprList filter = split_filters(search);
    ExprList wanted = {0};
    for (size_t i = 0; i < search->count; i++) {
        const Block *block = &search->blocks[i];
        if (block->own.count == 0)
            return filter; // It wants every row.
        if (!is_wanted_anyway(search, i))
            array_push(arena, &wanted,
                       expr_and(arena, block->own.items, block->own.count));
    }
    array_push(arena, &filter, expr_or(arena, wanted.items, wanted.count));
    return filter;
}

static const Query *replace_subqueries(Search *search, const Query *query,
                                       const Expr *const *replacements)
{
    Arena *arena = search->context->arena;
    Select select = *query->select;
    Output *outputs =
        arena_copy(arena, select.outputs, select.output_count, sizeof(*outputs));
    const Expr **filter = arena_new(arena, const Expr *, select.filter_count + 1);
    for (size_t i = 0; i < select.filter_count; i++)
        filter[i] = select.filter[i];
    for (size_t b = 0; b < search->count; b++) {
        const Expr *old = search->blocks[b].subquery;
        for (size_t i = 0; i < select.output_count; i++)
            outputs[i].expr =
                expr_replace_node(arena, outputs[i].expr, old, replacements[b]);
        for (size_t i = 0; i < select.filter_count; i++)
            filter[i] = expr_replace_node(arena, filter[i], old, replacements[b]);
    }
    select.outputs = outputs;
    select.filter = filter;
    return query_with_select(arena, query, select_new(arena, select));
}

// The block around reads nothing itself: it becomes the merged block.
static const Query *merged_alone(Search *search)
{
    Arena *arena = search->context->arena;
    ExprList filter = merged_filter(search);
    const Expr **outputs = arena_new(arena, const Expr *, search->count);
    for (size_t i = 0; i < search->count; i++)
        outputs[i] = merged_output(search, &search->blocks[i]);
    const Query *query = replace_subqueries(search, search->query, outputs);
    Select select = *query->select;
    select.sources = search->blocks[0].select->sources;
    select.source_count = search->blocks[0].select->source_count;
    select.filter = filter.items;
    select.filter_count = filter.count;
    return query_with_select(arena, query, select_new(arena, select));
}

// The block around reads tables: the merged block becomes one row beside them.
static const Query *merged_beside(Search *search)
{
    RuleContext *context = search->context;
    Arena *arena = context->arena;
    ExprList filter = merged_filter(search);
    Output *outputs = arena_new(arena, Output, search->count);
    for (size_t i = 0; i < search->count; i++) {
        const Expr *expr = merged_output(search, &search->blocks[i]);
        outputs[i] =
            output_new(context->tree, expr, arena_printf(arena, "value_%zu", i + 1));
    }
    Select merged = {.outputs = outputs,
                     .output_count = search->count,
                     .sources = search->blocks[0].select->sources,
                     .source_count = search->blocks[0].select->source_count,
                     .filter = filter.items,
                     .filter_count = filter.count};
    const Source *source = derived_new(arena, context->tree->next_id++, "totals",
                                       query_of_select(arena, merged), NO_OFFSET);
    const Expr **columns = arena_new(arena, const Expr *, search->count);
    for (size_t i = 0; i < search->count; i++)
        columns[i] = source_column(arena, context->tree, source, outputs[i].id);

    const Query *query = replace_subqueries(search, search->query, columns);
    Select select = *query->select;
    keep_stars(arena, context->tree, &select);
    const Source **sources = arena_new(arena, const Source *, select.source_count + 1);
    for (size_t i = 0; i < select.source_count; i++)
        sources[i] = select.sources[i];
    sources[select.source_count++] = source;
    select.sources = sources;
    return query_with_select(arena, query, select_new(arena, select));
}

const Query *merge_scalar_blocks(RuleContext *context, const Query *query)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Search search = {.context = context, .query = query};
    query_map_first_spot(context->arena, query, collect, &search);
    if (search.count < 2)
        return NULL;
    if (!guard(context, 5, !query_is_grouped(query)))
        return NULL;
    if (!take_expr(context, search.blocks[0].subquery))
        return NULL;
    const Select *select = query->select;
    bool reads_nothing = select->source_count == 0 && select->filter_count == 0 &&
                         select->distinct == DISTINCT_NONE;
    return reads_nothing ? merged_alone(&search) : merged_beside(&search);
}
