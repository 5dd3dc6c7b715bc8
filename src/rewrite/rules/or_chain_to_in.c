// or_chain_to_in - equalities of one expression, joined by OR, are one IN.
//
//   before   SELECT * FROM a WHERE a.x = 1 OR a.x = 2 OR a.y = 3
//   after    SELECT * FROM a WHERE a.x IN (1, 2) OR a.y = 3
//
// IN is defined as that chain of ORs, NULLs included, so it may stand anywhere. Lists
// that stand in the chain already are taken up: a.x = 1 OR a.x IN (2, 3).
//
// Why: one look-up in an index or a hash table in place of many comparisons, or of a
// scan.
//
// Only if
//   (1) the expression gives the same value each time: random() = 1 OR random() = 2
//       draws twice.
//   (2) the items are literals of one type: a list has one type for all its items, and
//       in SQLite no affinity; a.x = b.x OR a.x = 1 compares a text in a.x with a number
//       in b.x as numbers, a.x IN (b.x, 1) does not. Nor
//       may an item name a collation: a.x = 'k' COLLATE NOCASE OR a.x = 'l'.

#include "query/equal.h"
#include "rewrite/list.h"
#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

// One disjunct seen as `operand IN (items)`.
typedef struct {
    const Expr *operand; // NULL: it is something else.
    const Expr *const *items;
    size_t count;
} Membership;

static bool is_value(const Expr *expr)
{
    return expr_is_constant(expr) && !expr_is_literal(expr, LITERAL_NULL);
}

static Membership membership_of(const Expr *disjunct)
{
    if (disjunct->kind == EXPR_IN_LIST && !disjunct->negated)
        return (Membership){disjunct->args[0], disjunct->args + 1,
                            disjunct->arg_count - 1};
    if (disjunct->kind != EXPR_COMPARE || disjunct->compare != COMPARE_EQ)
        return (Membership){0};
    if (is_value(disjunct->args[0]) && !is_value(disjunct->args[1]))
        return (Membership){disjunct->args[1], disjunct->args, 1};
    return (Membership){disjunct->args[0], disjunct->args + 1, 1};
}

static bool is_one_type(const ExprList *items)
{
    const Expr *first = items->items[0];
    for (size_t i = 0; i < items->count; i++) {
        const Expr *item = items->items[i];
        if (item->kind != EXPR_LITERAL || item->literal != first->literal ||
            item->literal == LITERAL_NULL || item->type.kind != first->type.kind)
            return false;
    }
    return true;
}

// What is gathered from a chain: the items for one operand, and all other disjuncts with
// a NULL where the IN shall stand.
typedef struct {
    const Expr *operand;
    ExprList items;
    ExprList others;
    size_t taken;
} Chain;

static Chain chain_of(Arena *arena, const Expr * or, size_t start)
{
    Chain chain = {.operand = membership_of(or->args[start]).operand};
    for (size_t i = 0; i < or->arg_count; i++) {
        Membership part = membership_of(or->args[i]);
        bool fits =
            i >= start && part.operand != NULL && expr_equal(part.operand, chain.operand);
        if (!fits || i == start)
            array_push(arena, &chain.others, fits ? NULL : or->args[i]);
        if (!fits)
            continue;
        list_add_all(arena, &chain.items, part.items, part.count);
        chain.taken++;
    }
    return chain;
}

static const Expr *in_list(Arena *arena, const Chain *chain, size_t offset)
{
    ExprList args = {0};
    array_push(arena, &args, chain->operand);
    list_add_all(arena, &args, chain->items.items, chain->items.count);
    return expr_new(arena, (Expr){.kind = EXPR_IN_LIST,
                                  .type = TYPE_OF(TYPE_BOOLEAN),
                                  .args = args.items,
                                  .arg_count = args.count,
                                  .offset = offset});
}

static const Expr *to_in(void *user, const Spot *spot)
{
    RuleContext *context = user;
    const Expr * or = spot->expr;
    for (size_t i = 0; or->kind == EXPR_OR && i + 1 < or->arg_count; i++) {
        if (membership_of(or->args[i]).operand == NULL)
            continue;
        Chain chain = chain_of(context->arena, or, i);
        if (chain.taken < 2 || !guard(context, 1, expr_is_repeatable(chain.operand)) ||
            !guard(context, 2, is_one_type(&chain.items)) ||
            !take_expr(context, or->args[i]))
            continue;
        for (size_t k = 0; k < chain.others.count; k++)
            if (chain.others.items[k] == NULL)
                chain.others.items[k] =
                    in_list(context->arena, &chain, or->args[i]->offset);
        return expr_or(context->arena, chain.others.items, chain.others.count);
    }
    return NULL;
}

const Query *or_chain_to_in(RuleContext *context, const Query *query)
{
    return query_map_first_spot(context->arena, query, to_in, context);
}
