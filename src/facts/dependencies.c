// dependencies.c - what is fixed by what, and what is constant.

#include "facts/inner.h"

#include "query/equal.h"

static void add_known(Closure *closure, const Expr *const *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (exprs[i]->kind == EXPR_COLUMN)
            closure_add_column(closure, exprs[i]->source, exprs[i]->column, false);
}

static bool is_among(const Expr *const *exprs, size_t count, const Expr *expr)
{
    for (size_t i = 0; i < count; i++)
        if (expr_equal(exprs[i], expr) && expr_is_repeatable(expr))
            return true;
    return false;
}

bool determines(Facts *facts, const Select *select, const Expr *const *from, size_t count,
                const Expr *expr)
{
    Question question = question_begin(facts);
    Arena scratch = ARENA_EMPTY;
    Closure *closure = closure_new(facts, &scratch);
    closure_add_select(closure, select);
    add_known(closure, from, count);
    closure_complete(closure);
    bool certain = is_among(from, count, expr) || closure_knows(closure, expr);
    arena_clear(&scratch);
    return question_end(facts, question, certain);
}

bool select_is_unique_on(Facts *facts, const Select *select, const Expr *const *columns,
                         size_t count)
{
    Question question = question_begin(facts);
    Arena scratch = ARENA_EMPTY;
    Closure *closure = closure_new(facts, &scratch);
    closure_add_select(closure, select);
    add_known(closure, columns, count);
    closure_complete(closure);
    bool certain = closure_is_one_row(closure);
    arena_clear(&scratch);
    return question_end(facts, question, certain);
}

// Constants

typedef ARRAY(const Expr *) Exprs;

static void add_certain(Arena *arena, Exprs *conjuncts, const Source *source)
{
    if (source->kind != SOURCE_JOIN)
        return;
    bool inner = source->join == JOIN_INNER || source->join == JOIN_CROSS;
    for (size_t i = 0; inner && i < source->on_count; i++)
        array_push(arena, conjuncts, source->on[i]);
    if (source->join != JOIN_RIGHT && source->join != JOIN_FULL)
        add_certain(arena, conjuncts, source->left);
    if (inner || source->join == JOIN_RIGHT)
        add_certain(arena, conjuncts, source->right);
}

// Returns what every row that passes the filter fulfils.
static Exprs certain_conjuncts(Arena *arena, const Select *select)
{
    Exprs conjuncts = {0};
    for (size_t i = 0; i < select->filter_count; i++)
        array_push(arena, &conjuncts, select->filter[i]);
    for (size_t i = 0; i < select->source_count; i++)
        add_certain(arena, &conjuncts, select->sources[i]);
    return conjuncts;
}

static bool is_constant(const Expr *expr)
{
    return expr_is_constant(expr) && !expr_is_literal(expr, LITERAL_NULL);
}

// Returns the other side if the conjunct is `expr = …`; NULL if not.
static const Expr *equal_to(const Expr *conjunct, const Expr *expr)
{
    if (conjunct->kind == EXPR_IN_LIST && !conjunct->negated &&
        conjunct->arg_count == 2 && is_constant(conjunct->args[1]) &&
        expr_equal(conjunct->args[0], expr))
        return conjunct->args[1];
    if (conjunct->kind != EXPR_COMPARE || conjunct->compare != COMPARE_EQ)
        return NULL;
    if (expr_equal(conjunct->args[0], expr))
        return conjunct->args[1];
    return expr_equal(conjunct->args[1], expr) ? conjunct->args[0] : NULL;
}

// Goes on over columns that are plainly equal; `seen` holds those already asked.
static const Expr *find_constant(Facts *facts, Arena *arena, const Exprs *conjuncts,
                                 Exprs *seen, const Expr *expr)
{
    array_push(arena, seen, expr);
    for (size_t i = 0; i < conjuncts->count; i++) {
        const Expr *other = equal_to(conjuncts->items[i], expr);
        if (other && is_constant(other) && equality_pins(facts, expr, other))
            return other;
    }
    for (size_t i = 0; i < conjuncts->count; i++) {
        const Expr *other = equal_to(conjuncts->items[i], expr);
        if (!other || other->kind != EXPR_COLUMN ||
            is_among(seen->items, seen->count, other) ||
            !equality_is_plain(facts, expr, other))
            continue;
        const Expr *found = find_constant(facts, arena, conjuncts, seen, other);
        if (found)
            return found;
    }
    return NULL;
}

const Expr *known_constant(Facts *facts, const Select *select, const Expr *expr)
{
    if (is_constant(expr))
        return expr;
    if (!expr_is_deterministic(expr))
        return NULL;
    Arena scratch = ARENA_EMPTY;
    Exprs conjuncts = certain_conjuncts(&scratch, select), seen = {0};
    const Expr *found = find_constant(facts, &scratch, &conjuncts, &seen, expr);
    arena_clear(&scratch);
    return found;
}
