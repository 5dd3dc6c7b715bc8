// walk.c - the visitor, and the questions that are one walk.

#include "query/walk.h"

#include "base/array.h"

#include <stdlib.h>

// Children

static void walk_exprs(const Expr *const *exprs, size_t count, const Visitor *visitor)
{
    for (size_t i = 0; i < count; i++)
        walk_expr(exprs[i], visitor);
}

static void walk_order(const OrderItem *order, size_t count, const Visitor *visitor)
{
    for (size_t i = 0; i < count; i++)
        walk_expr(order[i].expr, visitor);
}

static void walk_window(const Window *window, const Visitor *visitor)
{
    if (!window)
        return;
    walk_exprs(window->partition, window->partition_count, visitor);
    walk_order(window->order, window->order_count, visitor);
    walk_expr(window->low_expr, visitor);
    walk_expr(window->high_expr, visitor);
}

void walk_expr(const Expr *expr, const Visitor *visitor)
{
    if (!expr || (visitor->expr && !visitor->expr(visitor->context, expr)))
        return;
    walk_exprs(expr->args, expr->arg_count, visitor);
    walk_query(expr->query, visitor);
    walk_order(expr->order, expr->order_count, visitor);
    walk_expr(expr->filter, visitor);
    walk_window(expr->window, visitor);
}

void walk_source(const Source *source, const Visitor *visitor)
{
    if (!source || (visitor->source && !visitor->source(visitor->context, source)))
        return;
    walk_query(source->query, visitor);
    walk_expr(source->call, visitor);
    walk_source(source->left, visitor);
    walk_source(source->right, visitor);
    walk_exprs(source->on, source->on_count, visitor);
}

static void walk_groups(const GroupItem *groups, size_t count, const Visitor *visitor)
{
    for (size_t i = 0; i < count; i++) {
        walk_exprs(groups[i].exprs, groups[i].expr_count, visitor);
        walk_groups(groups[i].items, groups[i].item_count, visitor);
    }
}

static void walk_select(const Select *select, const Visitor *visitor)
{
    walk_exprs(select->distinct_on, select->distinct_on_count, visitor);
    for (size_t i = 0; i < select->output_count; i++)
        walk_expr(select->outputs[i].expr, visitor);
    for (size_t i = 0; i < select->source_count; i++)
        walk_source(select->sources[i], visitor);
    walk_exprs(select->filter, select->filter_count, visitor);
    walk_groups(select->groups, select->group_count, visitor);
    walk_exprs(select->having, select->having_count, visitor);
    for (size_t i = 0; i < select->window_count; i++)
        walk_window(select->windows[i], visitor);
    walk_exprs(select->qualify, select->qualify_count, visitor);
}

void walk_query(const Query *query, const Visitor *visitor)
{
    if (!query || (visitor->query && !visitor->query(visitor->context, query)))
        return;
    for (size_t i = 0; i < query->cte_count; i++)
        walk_query(query->ctes[i]->query, visitor);
    if (query->select)
        walk_select(query->select, visitor);
    for (size_t i = 0; query->set && i < query->set->arm_count; i++)
        walk_query(query->set->arms[i], visitor);
    for (size_t i = 0; query->values && i < query->values->row_count; i++)
        walk_exprs(query->values->rows[i], query->values->output_count, visitor);
    walk_order(query->order, query->order_count, visitor);
    walk_expr(query->limit, visitor);
    walk_expr(query->offset, visitor);
}

void walk_results(const Query *query, const Visitor *visitor)
{
    const Select *select = query->select;
    for (size_t i = 0; i < select->output_count; i++)
        walk_expr(select->outputs[i].expr, visitor);
    walk_exprs(select->having, select->having_count, visitor);
    walk_exprs(select->qualify, select->qualify_count, visitor);
    walk_order(query->order, query->order_count, visitor);
}

bool walk_stay_out(void *context, const Query *query)
{
    return false;
}

// Sources and CTEs that are named, and those that are made

typedef struct {
    Arena scratch;
    ARRAY(uint32_t) named, made;
} Numbers;

static bool numbers_visit_expr(void *context, const Expr *expr)
{
    Numbers *numbers = context;
    if (expr->kind == EXPR_COLUMN)
        array_push(&numbers->scratch, &numbers->named, expr->source);
    return true;
}

static bool numbers_visit_source(void *context, const Source *source)
{
    Numbers *numbers = context;
    array_push(&numbers->scratch, &numbers->made, source->number);
    return true;
}

static bool ctes_visit_query(void *context, const Query *query)
{
    Numbers *numbers = context;
    for (size_t i = 0; i < query->cte_count; i++)
        array_push(&numbers->scratch, &numbers->made, query->ctes[i]->number);
    return true;
}

static bool ctes_visit_source(void *context, const Source *source)
{
    Numbers *numbers = context;
    if (source->kind == SOURCE_CTE)
        array_push(&numbers->scratch, &numbers->named, source->cte);
    return true;
}

static int number_compare(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

// Sorts in place and drops repetitions.
static NumberSet set_of(uint32_t *numbers, size_t count)
{
    if (count == 0)
        return (NumberSet){0};
    qsort(numbers, count, sizeof(*numbers), number_compare);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++)
        if (numbers[i] != numbers[kept - 1])
            numbers[kept++] = numbers[i];
    return (NumberSet){numbers, kept};
}

// Returns what was named and not made, in `arena`; frees the rest.
static NumberSet numbers_free(Arena *arena, Numbers *numbers)
{
    NumberSet named = set_of(numbers->named.items, numbers->named.count);
    NumberSet made = set_of(numbers->made.items, numbers->made.count);
    uint32_t *rest = arena_new(arena, uint32_t, named.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < named.count; i++)
        if (!number_set_has(made, named.numbers[i]))
            rest[count++] = named.numbers[i];
    arena_clear(&numbers->scratch);
    return (NumberSet){rest, count};
}

static Visitor sources_visitor(Numbers *numbers)
{
    return (Visitor){.expr = numbers_visit_expr,
                     .source = numbers_visit_source,
                     .context = numbers};
}

NumberSet expr_sources(Arena *arena, const Expr *expr)
{
    Numbers numbers = {.scratch = ARENA_EMPTY};
    Visitor visitor = sources_visitor(&numbers);
    walk_expr(expr, &visitor);
    return numbers_free(arena, &numbers);
}

NumberSet query_free_sources(Arena *arena, const Query *query)
{
    Numbers numbers = {.scratch = ARENA_EMPTY};
    Visitor visitor = sources_visitor(&numbers);
    walk_query(query, &visitor);
    return numbers_free(arena, &numbers);
}

NumberSet query_free_ctes(Arena *arena, const Query *query)
{
    Numbers numbers = {.scratch = ARENA_EMPTY};
    walk_query(query, &(Visitor){.query = ctes_visit_query,
                                 .source = ctes_visit_source,
                                 .context = &numbers});
    return numbers_free(arena, &numbers);
}

// FROM

NumberSet source_numbers(Arena *arena, const Source *source)
{
    if (source->kind == SOURCE_JOIN)
        return number_set_union(arena, source_numbers(arena, source->left),
                                source_numbers(arena, source->right));
    return number_set_with(arena, (NumberSet){0}, source->number);
}

NumberSet select_numbers(Arena *arena, const Select *select)
{
    NumberSet all = {0};
    for (size_t i = 0; i < select->source_count; i++)
        all = number_set_union(arena, all, source_numbers(arena, select->sources[i]));
    return all;
}

static const Source *find_below(const Source *source, uint32_t number)
{
    if (source->number == number)
        return source;
    if (source->kind != SOURCE_JOIN)
        return NULL;
    const Source *found = find_below(source->left, number);
    return found ? found : find_below(source->right, number);
}

const Source *select_source(const Select *select, uint32_t number)
{
    const Source *found = NULL;
    for (size_t i = 0; i < select->source_count && !found; i++)
        found = find_below(select->sources[i], number);
    return found;
}

// Looking through a whole tree

typedef struct {
    uint32_t number;
    const Source *source;
    const Cte *cte;
    size_t uses;
} Search;

static bool search_visit_source(void *context, const Source *source)
{
    Search *search = context;
    if (source->number == search->number)
        search->source = source;
    return !search->source;
}

static bool search_visit_open_query(void *context, const Query *query)
{
    const Search *search = context;
    return !search->source;
}

const Source *tree_source(const Tree *tree, uint32_t number)
{
    Search search = {.number = number};
    walk_query(tree->root, &(Visitor){.query = search_visit_open_query,
                                      .source = search_visit_source,
                                      .context = &search});
    return search.source;
}

static bool search_visit_query(void *context, const Query *query)
{
    Search *search = context;
    for (size_t i = 0; i < query->cte_count && !search->cte; i++)
        if (query->ctes[i]->number == search->number)
            search->cte = query->ctes[i];
    return !search->cte;
}

const Cte *tree_cte(const Tree *tree, uint32_t number)
{
    Search search = {.number = number};
    walk_query(tree->root, &(Visitor){.query = search_visit_query, .context = &search});
    return search.cte;
}

static const Query *query_behind(const Tree *tree, const Source *source, bool recursive)
{
    if (source->kind == SOURCE_QUERY)
        return source->query;
    const Cte *cte = source->kind == SOURCE_CTE ? tree_cte(tree, source->cte) : NULL;
    return cte != NULL && (recursive || !cte->recursive) ? cte->query : NULL;
}

const Query *source_query(const Tree *tree, const Source *source)
{
    return query_behind(tree, source, true);
}

const Query *source_plain_query(const Tree *tree, const Source *source)
{
    return query_behind(tree, source, false);
}

static bool search_visit_use(void *context, const Source *source)
{
    Search *search = context;
    search->uses += source->kind == SOURCE_CTE && source->cte == search->number;
    return true;
}

size_t query_count_cte_uses(const Query *query, uint32_t cte)
{
    Search search = {.number = cte};
    walk_query(query, &(Visitor){.source = search_visit_use, .context = &search});
    return search.uses;
}

// Aggregates and windows

// An aggregate in a subquery belongs to the block around it if it names sources, but none
// that is made on the way.
typedef struct {
    Arena scratch;
    Numbers made; // Sources made below the expression.
    NumberSet inner;
    const NumberSet *own; // The block's sources; NULL if not known.
    bool found;
} AggregateSearch;

static bool search_visit_aggregate(void *context, const Expr *expr)
{
    AggregateSearch *search = context;
    if (expr->kind == EXPR_AGGREGATE) {
        NumberSet sources = expr_sources(&search->scratch, expr);
        search->found |= sources.count > 0 && !number_set_meets(sources, search->inner) &&
                         (!search->own || number_set_meets(sources, *search->own));
    }
    return !search->found;
}

// One of the block's level that names nothing, such as count(*), is the block's own.
static bool search_visit_level(void *context, const Expr *expr)
{
    AggregateSearch *search = context;
    if (expr->kind == EXPR_AGGREGATE)
        search->found |= !search->own || expr_sources(&search->scratch, expr).count == 0;
    return !search->found;
}

static bool has_aggregate(const Expr *expr, const NumberSet *own)
{
    AggregateSearch search = {.own = own};
    walk_expr(expr, &(Visitor){.expr = search_visit_level,
                               .query = walk_stay_out,
                               .context = &search});
    if (!search.found) {
        walk_expr(expr,
                  &(Visitor){.source = numbers_visit_source, .context = &search.made});
        search.inner = set_of(search.made.made.items, search.made.made.count);
        walk_expr(expr, &(Visitor){.expr = search_visit_aggregate, .context = &search});
    }
    arena_clear(&search.made.scratch);
    arena_clear(&search.scratch);
    return search.found;
}

bool expr_has_aggregate(const Expr *expr)
{
    return has_aggregate(expr, NULL);
}

bool expr_has_aggregate_of(const Expr *expr, NumberSet own)
{
    return has_aggregate(expr, &own);
}

static bool visit_window(void *context, const Expr *expr)
{
    bool *found = context;
    *found |= expr->kind == EXPR_WINDOW;
    return !*found;
}

bool expr_has_window(const Expr *expr)
{
    bool found = false;
    walk_expr(
        expr,
        &(Visitor){.expr = visit_window, .query = walk_stay_out, .context = &found});
    return found;
}

static bool visit_collate(void *context, const Expr *expr)
{
    bool *found = context;
    *found |= expr->kind == EXPR_COLLATE;
    return !*found;
}

bool expr_has_collate(const Expr *expr)
{
    bool found = false;
    walk_expr(expr, &(Visitor){.expr = visit_collate, .context = &found});
    return found;
}

static bool visit_subquery(void *context, const Query *query)
{
    *(bool *)context = true;
    return false;
}

bool expr_has_subquery(const Expr *expr)
{
    bool found = false;
    walk_expr(expr, &(Visitor){.query = visit_subquery, .context = &found});
    return found;
}
