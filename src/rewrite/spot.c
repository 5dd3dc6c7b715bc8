// spot.c - finding and replacing one expression of a block.

#include "rewrite/spot.h"

#include "query/walk.h"

typedef struct {
    Arena *arena;
    SpotMapper *map;
    void *context;
    const Select *select;
    Spot spot; // Place, number and conjunct of what is being looked at.
    bool changed;
} Search;

static const Expr *map_expr_at(Search *search, const Expr *expr, bool in_filter);

// True if NULL and FALSE come to the same in the argument.
static bool argument_in_filter(const Expr *expr, size_t argument, bool in_filter)
{
    if (expr->kind == EXPR_AND || expr->kind == EXPR_OR)
        return in_filter;
    if (expr->kind != EXPR_CASE || expr->has_operand)
        return false;
    bool is_else = expr->has_else && argument + 1 == expr->arg_count;
    return argument % 2 == 0 && !is_else;
}

// Returns AND and OR flat over the arguments, NOT as `negated` where there is such a
// form.
static const Expr *rebuilt(Arena *arena, const Expr *expr, const Expr *const *args)
{
    if (expr->kind == EXPR_AND)
        return expr_and(arena, args, expr->arg_count);
    if (expr->kind == EXPR_OR)
        return expr_or(arena, args, expr->arg_count);
    return expr->kind == EXPR_NOT ? expr_not(arena, args[0])
                                  : expr_with_args(arena, expr, args);
}

static const Expr *map_args(Search *search, const Expr *expr, bool in_filter)
{
    for (size_t i = 0; i < expr->arg_count; i++) {
        const Expr *arg =
            map_expr_at(search, expr->args[i], argument_in_filter(expr, i, in_filter));
        if (search->changed)
            return rebuilt(
                search->arena, expr,
                exprs_with(search->arena, expr->args, expr->arg_count, i, arg));
    }
    return expr;
}

static const Expr *map_expr_at(Search *search, const Expr *expr, bool in_filter)
{
    bool is_key = search->spot.place != SPOT_ON && search->spot.place != SPOT_WHERE &&
                  select_groups_by(search->select, expr);
    if (is_key)
        return expr; // It would no longer be the key.
    Spot spot = search->spot;
    spot.expr = expr;
    spot.in_filter = in_filter;
    const Expr *replacement = search->map(search->context, &spot);
    if (replacement != NULL) {
        search->changed = true;
        return replacement;
    }
    return map_args(search, expr, in_filter);
}

// Maps a list of conjuncts; a conjunct that becomes an AND is laid out in the list.
static void map_conjuncts(Search *search, SpotPlace place, const Expr *const **conjuncts,
                          size_t *count)
{
    for (size_t i = 0; i < *count && !search->changed; i++) {
        search->spot = (Spot){.place = place, .number = i, .conjunct = (*conjuncts)[i]};
        const Expr *expr = map_expr_at(search, (*conjuncts)[i], true);
        if (!search->changed)
            continue;
        ExprList list = {0};
        list_add_all(search->arena, &list, *conjuncts, i);
        if (expr->kind == EXPR_AND)
            list_add_all(search->arena, &list, expr->args, expr->arg_count);
        else
            array_push(search->arena, &list, expr);
        list_add_all(search->arena, &list, *conjuncts + i + 1, *count - i - 1);
        *conjuncts = list.items;
        *count = list.count;
        return;
    }
}

static const Source *map_source_at(Search *search, const Source *source)
{
    if (source->kind != SOURCE_JOIN)
        return source;
    Source changed = *source;
    changed.left = map_source_at(search, source->left);
    if (!search->changed)
        changed.right = map_source_at(search, source->right);
    if (!search->changed)
        map_conjuncts(search, SPOT_ON, &changed.on, &changed.on_count);
    return search->changed ? source_new(search->arena, changed) : source;
}

static void map_sources(Search *search, Select *select)
{
    for (size_t i = 0; i < select->source_count && !search->changed; i++) {
        const Source *source = map_source_at(search, select->sources[i]);
        if (search->changed)
            select->sources = sources_with(search->arena, select->sources,
                                           select->source_count, i, source);
    }
}

static void map_outputs(Search *search, Select *select)
{
    for (size_t i = 0; i < select->output_count && !search->changed; i++) {
        search->spot = (Spot){.place = SPOT_OUTPUT,
                              .number = i,
                              .conjunct = select->outputs[i].expr};
        const Expr *expr = map_expr_at(search, select->outputs[i].expr, false);
        if (!search->changed)
            continue;
        Output *outputs = arena_copy(search->arena, select->outputs, select->output_count,
                                     sizeof(*outputs));
        outputs[i].expr = expr;
        select->outputs = outputs;
    }
}

const Query *query_map_first_spot(Arena *arena, const Query *query, SpotMapper *map,
                                  void *context)
{
    if (query->body != BODY_SELECT)
        return NULL;
    Search search = {.arena = arena,
                     .map = map,
                     .context = context,
                     .select = query->select};
    Select select = *query->select;
    map_sources(&search, &select);
    if (!search.changed)
        map_conjuncts(&search, SPOT_WHERE, &select.filter, &select.filter_count);
    if (!search.changed)
        map_outputs(&search, &select);
    if (!search.changed)
        map_conjuncts(&search, SPOT_HAVING, &select.having, &select.having_count);
    if (!search.changed)
        map_conjuncts(&search, SPOT_QUALIFY, &select.qualify, &select.qualify_count);
    if (!search.changed)
        return NULL;
    return query_with_select(arena, query, select_new(arena, select));
}

bool spot_sees_rows(const Query *query, const Spot *spot)
{
    return spot->place == SPOT_WHERE ||
           (spot->place == SPOT_OUTPUT && !query_is_grouped(query));
}

bool spot_may_see_nothing(const Query *query, const Spot *spot)
{
    bool is_behind_groups = spot->place != SPOT_ON && spot->place != SPOT_WHERE;
    bool has_keys =
        query->select->group_count > 0 && select_has_plain_groups(query->select);
    return is_behind_groups && query_is_grouped(query) && !has_keys;
}

const Select *select_beside(Arena *arena, const Select *select, const Spot *spot)
{
    if (spot->place != SPOT_WHERE)
        return select;
    Select rest = *select;
    rest.filter = exprs_with(arena, rest.filter, rest.filter_count, spot->number, NULL);
    rest.filter_count--;
    return select_new(arena, rest);
}

typedef struct {
    const Expr *old, *replacement;
} Exchange;

static const Expr *exchange_node(void *context, const Expr *expr)
{
    const Exchange *exchange = context;
    return expr == exchange->old ? exchange->replacement : expr;
}

const Expr *expr_replace_node(Arena *arena, const Expr *expr, const Expr *old,
                              const Expr *replacement)
{
    Exchange exchange = {old, replacement};
    Mapper mapper = {.expr = exchange_node, .context = &exchange, .arena = arena};
    return map_expr(expr, &mapper);
}
