// pattern.c - matching the patterns of rules written as data, and building after them.

#include "rewrite/pattern.h"

#include "base/text.h"
#include "query/equal.h"
#include "rewrite/build.h"

#include <string.h>

// Matching expressions

static bool match_expr(const Pattern *pattern, const Expr *expr, PatternMatch *match);

// True if the arguments match in this order, or, with `swapped`, from the last to the
// first.
static bool match_args(const Pattern *pattern, const Expr *expr, PatternMatch *match,
                       bool swapped)
{
    for (size_t i = 0; i < expr->arg_count; i++) {
        size_t at = swapped ? expr->arg_count - 1 - i : i;
        if (!match_expr(&pattern->args[i], expr->args[at], match))
            return false;
    }
    return true;
}

static bool may_swap(const Expr *expr)
{
    bool is_equality = expr->kind == EXPR_COMPARE && expr->compare == COMPARE_EQ;
    bool is_list = expr->kind == EXPR_AND || expr->kind == EXPR_OR;
    return expr->arg_count == 2 && (is_equality || is_list);
}

// True if the names agree: COUNT is count, 'A' is not 'a'.
static bool same_name(const Pattern *pattern, const Expr *expr)
{
    bool is_word = pattern->kind != EXPR_LITERAL || pattern->literal == LITERAL_NULL ||
                   pattern->literal == LITERAL_TRUE || pattern->literal == LITERAL_FALSE;
    if (is_word || pattern->name == NULL || expr->name == NULL)
        return text_same_word(pattern->name, expr->name);
    return strcmp(pattern->name, expr->name) == 0;
}

// True if the node itself is the one of the pattern, its arguments aside.
static bool match_node(const Pattern *pattern, const Expr *expr)
{
    bool is_plain = expr->query == NULL && expr->filter == NULL &&
                    expr->order_count == 0 && expr->window == NULL;
    return is_plain && pattern->kind == expr->kind &&
           pattern->arg_count == expr->arg_count && pattern->compare == expr->compare &&
           pattern->is == expr->is && pattern->literal == expr->literal &&
           pattern->negated == expr->negated && pattern->distinct == expr->distinct &&
           pattern->star == expr->star && pattern->has_operand == expr->has_operand &&
           pattern->has_else == expr->has_else && same_name(pattern, expr);
}

static bool match_expr(const Pattern *pattern, const Expr *expr, PatternMatch *match)
{
    if (pattern->hole > 0) {
        const Expr **found = &match->holes[pattern->hole];
        if (expr->kind == EXPR_ROW || (*found != NULL && !expr_equal(*found, expr)))
            return false;
        *found = *found == NULL ? expr : *found;
        return true;
    }
    if (!match_node(pattern, expr))
        return false;
    PatternMatch before = *match;
    if (match_args(pattern, expr, match, false))
        return true;
    *match = before;
    return may_swap(expr) && match_args(pattern, expr, match, true);
}

// Building expressions

typedef struct {
    const PatternMatch *match;
    uint8_t used; // Bit h: hole h stands somewhere already, and is copied now.
} Building;

static const Expr *hole_expr(Building *building, uint8_t hole)
{
    const Expr *expr = building->match->holes[hole];
    RuleContext *context = building->match->context;
    bool again = (building->used >> hole & 1) != 0;
    building->used |= (uint8_t)(1u << hole);
    return again ? expr_copy(context->arena, expr, &context->tree->next_id) : expr;
}

static const Expr *build_expr(Building *building, const Pattern *pattern)
{
    if (pattern->hole > 0)
        return hole_expr(building, pattern->hole);
    Arena *arena = building->match->context->arena;
    const Expr **args = arena_new(arena, const Expr *, pattern->arg_count);
    for (size_t i = 0; i < pattern->arg_count; i++)
        args[i] = build_expr(building, &pattern->args[i]);
    if (pattern->kind == EXPR_AND)
        return expr_and(arena, args, pattern->arg_count);
    if (pattern->kind == EXPR_OR)
        return expr_or(arena, args, pattern->arg_count);
    if (pattern->kind == EXPR_NOT)
        return expr_not(arena, args[0]);
    if (pattern->kind == EXPR_AGGREGATE && !pattern->star)
        return aggregate_new(arena, building->match->context->tree, pattern->name,
                             args[0]);
    return expr_new(arena, (Expr){.kind = pattern->kind,
                                  .compare = pattern->compare,
                                  .is = pattern->is,
                                  .literal = pattern->literal,
                                  .negated = pattern->negated,
                                  .star = pattern->star,
                                  .has_operand = pattern->has_operand,
                                  .has_else = pattern->has_else,
                                  .name = pattern->name,
                                  .type = TYPE_OF(TYPE_BOOLEAN),
                                  .args = args,
                                  .arg_count = pattern->arg_count,
                                  .offset = NO_OFFSET});
}

// Returns what the pattern makes of the match, with the type of what it replaces.
static const Expr *build_replacement(const PatternMatch *match, const Pattern *pattern)
{
    Building building = {.match = match};
    const Expr *made = build_expr(&building, pattern);
    if (pattern->hole > 0)
        return made;
    const Expr *old = match->spot->expr;
    Expr changed = *made;
    changed.type = old->type;
    changed.offset = old->offset;
    changed.comment = old->comment;
    if (made->kind == EXPR_AGGREGATE) {
        changed.name = old->name;
        changed.function = old->function;
    }
    return expr_new(match->context->arena, changed);
}

// Guards

// True if what stands more often on one side than on the other gives the same each time.
static bool is_even(const PatternMatch *match, const PatternVariant *variant)
{
    for (unsigned hole = 1; hole <= HOLE_LIMIT; hole++) {
        bool uneven = (variant->uneven >> hole & 1) != 0;
        if (uneven && match->holes[hole] != NULL &&
            !expr_is_repeatable(match->holes[hole]))
            return false;
    }
    return true;
}

static bool guards_hold(const PatternMatch *match, const PatternRule *rule)
{
    for (size_t i = 0; i < rule->guard_count; i++) {
        const PatternGuard *asked = &rule->guards[i];
        if (!guard(match->context, asked->number, asked->holds(match, asked->holes)))
            return false;
    }
    return true;
}

// Rules about expressions

typedef struct {
    RuleContext *context;
    const Query *query;
    const PatternRule *rule;
    const PatternVariant *variant;
} Search;

static const Expr *rewrite_spot(void *user, const Spot *spot)
{
    const Search *search = user;
    PatternMatch match = {.context = search->context,
                          .query = search->query,
                          .spot = spot};
    if (!match_expr(search->variant->before, spot->expr, &match) ||
        !is_even(&match, search->variant) || !guards_hold(&match, search->rule) ||
        !take_expr(search->context, spot->expr))
        return NULL;
    return build_replacement(&match, search->variant->after);
}

// Rules about blocks

static bool has_output(const Select *select, const Expr *expr)
{
    for (size_t i = 0; i < select->output_count; i++)
        if (expr_equal(select->outputs[i].expr, expr))
            return true;
    return false;
}

// True if the block groups by what it puts out, in whatever order.
static bool groups_by_outputs(const Select *select)
{
    if (select->group_count == 0 || !select_has_plain_groups(select))
        return false;
    for (size_t i = 0; i < select->output_count; i++)
        if (!select_groups_by(select, select->outputs[i].expr))
            return false;
    for (size_t i = 0; i < select->group_count; i++)
        if (!has_output(select, select->groups[i].exprs[0]))
            return false;
    return true;
}

static bool match_select(const BlockPattern *pattern, const Select *select)
{
    DistinctKind distinct = pattern->distinct ? DISTINCT_ROWS : DISTINCT_NONE;
    if (select->distinct != distinct || select->having_count > 0 ||
        select->qualify_count > 0 || (select->filter_count > 0 && pattern->filter == 0))
        return false;
    if (pattern->groups == 0)
        return select->group_count == 0 && !select->group_all;
    return pattern->groups == pattern->outputs && groups_by_outputs(select);
}

static bool match_block(const BlockPattern *pattern, const Query *query)
{
    if (query->limit != NULL || query->offset != NULL ||
        (query->order_count > 0) != (pattern->order > 0))
        return false;
    if (pattern->is_set)
        return query->body == BODY_SET && query->set->op == pattern->op &&
               !query->set->by_name;
    return query->body == BODY_SELECT && match_select(pattern, query->select);
}

static const Query *build_block(RuleContext *context, const BlockPattern *pattern,
                                const Query *query)
{
    Query changed = *query;
    changed.order_count = pattern->order > 0 ? query->order_count : 0;
    if (pattern->is_set) {
        SetOperation *set = arena_copy(context->arena, query->set, 1, sizeof(*set));
        set->op = pattern->op;
        changed.set = set;
    } else {
        Select select = *query->select;
        select.distinct = pattern->distinct ? DISTINCT_ROWS : DISTINCT_NONE;
        select.group_count = pattern->groups > 0 ? select.group_count : 0;
        select.group_all = pattern->groups > 0 && select.group_all;
        changed.select = select_new(context->arena, select);
    }
    return query_new(context->arena, changed);
}

static const Query *rewrite_block(RuleContext *context, const Query *query,
                                  const PatternRule *rule, const PatternVariant *variant)
{
    PatternMatch match = {.context = context, .query = query};
    if (!match_block(variant->block_before, query) || !guards_hold(&match, rule) ||
        !take_query(context, query))
        return NULL;
    return build_block(context, variant->block_after, query);
}

const Query *pattern_apply(RuleContext *context, const Query *query,
                           const PatternRule *rule)
{
    for (size_t i = 0; i < rule->variant_count; i++) {
        const PatternVariant *variant = &rule->variants[i];
        Search search = {context, query, rule, variant};
        const Query *changed =
            variant->before != NULL
                ? query_map_first_spot(context->arena, query, rewrite_spot, &search)
                : rewrite_block(context, query, rule, variant);
        if (changed != NULL)
            return changed;
    }
    return NULL;
}
