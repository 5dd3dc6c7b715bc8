// wish_truth.c - what must hold of values for a condition to be true, false or NULL.

#include "verify/wish.h"

#include "base/text.h"
#include "query/walk.h"

#include <string.h>

enum { LIST_LIMIT = 64 };

// NULL

typedef struct {
    Wish *wish;
    Env *env;
    bool found;
} Emptying;

static bool empty_column(void *context, const Expr *expr)
{
    Emptying *emptying = context;
    if (emptying->found || expr->kind != EXPR_COLUMN)
        return !emptying->found;
    Place place = wish_place(emptying->wish, expr, emptying->env);
    emptying->found = place.kind == PLACE_NULL ||
                      (place.kind == PLACE_UNKNOWN &&
                       unknown_be_null(&emptying->wish->unknowns, place.unknown));
    return !emptying->found;
}

// Makes a column below the expression NULL, and hopes that it is, too.
static bool be_null(Wish *wish, const Expr *expr, Env *env)
{
    Emptying emptying = {.wish = wish, .env = env};
    Visitor visitor = {.expr = empty_column,
                       .query = walk_stay_out,
                       .context = &emptying};
    Place place = wish_place(wish, expr, env);
    if (place.kind == PLACE_NULL)
        return true;
    if (place.kind == PLACE_UNKNOWN)
        return unknown_be_null(&wish->unknowns, place.unknown);
    if (place.kind != PLACE_EXPR)
        return false;
    emptying.env = place.env;
    walk_expr(place.expr, &visitor);
    return emptying.found;
}

static bool be_not_null(Wish *wish, const Expr *expr, Env *env)
{
    Place place = wish_place(wish, expr, env);
    return place.kind == PLACE_UNKNOWN
               ? unknown_be_not_null(&wish->unknowns, place.unknown)
               : place.kind != PLACE_NULL;
}

// Comparisons

static bool delay(Wish *wish, Comparison op, Place left, Place right)
{
    array_push(wish->arena, &wish->delayed,
               ((Delayed){op, left.expr, right.expr, left.env, right.env}));
    return true;
}

static bool relate(Wish *wish, Comparison op, Linear a, Linear b)
{
    Relation relation = {.a = a.unknown,
                         .b = b.unknown,
                         .op = op == COMPARE_NOT_DISTINCT ? COMPARE_EQ
                               : op == COMPARE_DISTINCT   ? COMPARE_NE
                                                          : op,
                         .scale = b.scale / a.scale,
                         .offset = (b.offset - a.offset) / a.scale};
    return unknown_relate(&wish->unknowns, relation);
}

// rank() = n needs what stands before it: of two such, who is first?
static bool compare_ranks(Wish *wish, Comparison op, Place left, Place right)
{
    const Window *a = left.expr->window, *b = right.expr->window;
    if (a == NULL || b == NULL || a->order_count == 0 || a->order_count != b->order_count)
        return false;
    size_t last = a->order_count - 1;
    for (size_t i = 0; i < last; i++)
        (void)wish_compare(wish, COMPARE_EQ, a->order[i].expr, left.env, b->order[i].expr,
                           right.env);
    return wish_compare(wish, a->order[last].descending ? comparison_mirrored(op) : op,
                        a->order[last].expr, left.env, b->order[last].expr, right.env);
}

static bool is_rank(const Expr *expr)
{
    static const char *const names[] = {"rank", "row_number", "dense_rank"};
    return expr->kind == EXPR_WINDOW &&
           text_is_one_of(expr->name, names, COUNT_OF(names));
}

// Sets `rank` to the rank() in `rank` or `rank +- n`, and the difference to n.
static bool find_rank(Wish *wish, Place place, Place *rank, double *offset)
{
    Scalar number;
    *rank = place;
    *offset = 0;
    if (place.kind != PLACE_EXPR)
        return false;
    const Expr *expr = place.expr;
    if (expr->kind == EXPR_OPERATOR && expr->arg_count == 2 &&
        (*expr->name == '+' || *expr->name == '-') &&
        wish_value(wish, expr->args[1], place.env, false, &number)) {
        *rank = wish_place(wish, expr->args[0], place.env);
        *offset = *expr->name == '+' ? number.number : -number.number;
    }
    return rank->kind == PLACE_EXPR && is_rank(rank->expr);
}

static bool ranks_differ(Wish *wish, Comparison op, Place left, Place right, bool *holds)
{
    Place a, b;
    double a_offset, b_offset;
    if (!find_rank(wish, left, &a, &a_offset) || !find_rank(wish, right, &b, &b_offset))
        return false;
    double ahead = b_offset - a_offset; // a = b + ahead
    if (op == COMPARE_EQ)
        op = ahead > 0 ? COMPARE_GT : ahead < 0 ? COMPARE_LT : COMPARE_EQ;
    *holds = compare_ranks(wish, op, a, b);
    return true;
}

// f(a, 1, 5) = f(b, 1, 5) holds where a = b.
static bool same_calls(const Expr *a, const Expr *b)
{
    bool same = a->kind == b->kind && a->arg_count == b->arg_count && a->arg_count > 0 &&
                (a->kind == EXPR_CALL || a->kind == EXPR_CAST) &&
                text_same_word(a->name, b->name);
    for (size_t i = 1; same && i < a->arg_count; i++)
        same = a->args[i]->kind == EXPR_LITERAL && b->args[i]->kind == EXPR_LITERAL &&
               strcmp(a->args[i]->name, b->args[i]->name) == 0;
    return same;
}

// Both sides have unknown values: which of them are chosen first?
static bool compare_chosen(Wish *wish, Comparison op, Place left, Place right)
{
    Scalar value;
    Linear linear;
    bool left_last = wish_linear(wish, left.expr, left.env, &linear) &&
                     unknown_is_narrowed(&wish->unknowns, linear.unknown);
    if (left_last && wish_value(wish, left.expr, left.env, true, &value))
        return wish_solve(wish, right.expr, right.env, comparison_mirrored(op), value);
    if (wish_value(wish, right.expr, right.env, true, &value)) {
        bool above = op == COMPARE_GT || op == COMPARE_GE;
        bool below = op == COMPARE_LT || op == COMPARE_LE;
        Scalar far = value;
        far.number = above   ? value.number * 10 + 100
                     : below ? value.number / 10 - 100
                             : value.number;
        // Far away, for the case that an average moves when the value does.
        return (value.kind == SCALAR_NUMBER &&
                wish_solve(wish, left.expr, left.env, op, far)) ||
               wish_solve(wish, left.expr, left.env, op, value);
    }
    return wish_value(wish, left.expr, left.env, true, &value) &&
           wish_solve(wish, right.expr, right.env, comparison_mirrored(op), value);
}

// The expression that a place stands for: an unknown is known by its column.
static Place place_of(Wish *wish, const Expr *expr, Env *env)
{
    Place place = wish_place(wish, expr, env);
    if (place.kind != PLACE_EXPR) {
        place.expr = expr;
        place.env = env;
    }
    return place;
}

bool wish_compare(Wish *wish, Comparison op, const Expr *left, Env *left_env,
                  const Expr *right, Env *right_env)
{
    Scalar value;
    Linear a, b;
    bool holds;
    if (left->kind == EXPR_ROW && right->kind == EXPR_ROW) {
        holds = true;
        for (size_t i = 0; i < left->arg_count && i < right->arg_count; i++)
            holds &= wish_compare(wish, op, left->args[i], left_env, right->args[i],
                                  right_env);
        return holds;
    }
    Place left_place = place_of(wish, left, left_env);
    Place right_place = place_of(wish, right, right_env);
    if (!wish->is_late &&
        (wish_is_tangled(wish, left_place) || wish_is_tangled(wish, right_place)))
        return delay(wish, op, left_place, right_place);
    if (wish_value(wish, right, right_env, false, &value))
        return wish_solve(wish, left, left_env, op, value);
    if (wish_value(wish, left, left_env, false, &value))
        return wish_solve(wish, right, right_env, comparison_mirrored(op), value);
    if (left_place.kind == PLACE_UNKNOWN && right_place.kind == PLACE_UNKNOWN &&
        (op == COMPARE_EQ || op == COMPARE_NOT_DISTINCT)) {
        holds = op == COMPARE_NOT_DISTINCT ||
                unknown_be_not_null(&wish->unknowns, left_place.unknown);
        return holds &&
               unknown_join(&wish->unknowns, left_place.unknown, right_place.unknown);
    }
    if (left_place.kind == PLACE_EXPR && right_place.kind == PLACE_EXPR) {
        if (ranks_differ(wish, op, left_place, right_place, &holds))
            return holds;
        if (op == COMPARE_EQ && same_calls(left_place.expr, right_place.expr))
            return wish_compare(wish, op, left_place.expr->args[0], left_place.env,
                                right_place.expr->args[0], right_place.env);
    }
    if (wish_linear(wish, left, left_env, &a) && wish_linear(wish, right, right_env, &b))
        return relate(wish, op, a, b);
    return wish->is_late ? compare_chosen(wish, op, left_place, right_place)
                         : delay(wish, op, left_place, right_place);
}

// Returns what holds where `op` does not: not equal is most often just below or above.
static Comparison missed(Wish *wish, Comparison op)
{
    if (op != COMPARE_EQ || random_chance(wish->random, 1, 4))
        return comparison_negated(op);
    return random_chance(wish->random, 1, 2) ? COMPARE_LT : COMPARE_GT;
}

static bool compare_truth(Wish *wish, Comparison op, const Expr *left, const Expr *right,
                          Env *env, Truth truth)
{
    switch (truth) {
    case TRUTH_TRUE:
        return wish_compare(wish, op, left, env, right, env);
    case TRUTH_FALSE:
        return wish_compare(wish, missed(wish, op), left, env, right, env);
    case TRUTH_NULL:
        return be_null(wish, left, env) || be_null(wish, right, env);
    }
    return false;
}

// Each kind of condition

static bool between_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    const Expr *operand = expr->args[0], *low = expr->args[1], *high = expr->args[2];
    if (truth == TRUTH_NULL)
        return be_null(wish, operand, env);
    if (truth == TRUTH_TRUE) {
        bool above = wish_compare(wish, COMPARE_GE, operand, env, low, env);
        return wish_compare(wish, COMPARE_LE, operand, env, high, env) && above;
    }
    return random_chance(wish->random, 1, 2)
               ? wish_compare(wish, COMPARE_LT, operand, env, low, env)
               : wish_compare(wish, COMPARE_GT, operand, env, high, env);
}

static bool list_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    if (truth == TRUTH_NULL)
        return be_null(wish, expr->args[0], env);
    size_t count = expr->arg_count - 1;
    bool holds = true;
    if (truth == TRUTH_FALSE) {
        for (size_t i = 1; i <= count && i < LIST_LIMIT; i++)
            holds &=
                wish_compare(wish, COMPARE_NE, expr->args[0], env, expr->args[i], env);
        return holds;
    }
    Linear linear;
    ARRAY(Scalar) values = {0};
    for (size_t i = 1; i <= count; i++) {
        Scalar value;
        if (wish_value(wish, expr->args[i], env, false, &value))
            array_push(wish->arena, &values, value);
    }
    Place place = wish_place(wish, expr->args[0], env);
    if (place.kind == PLACE_UNKNOWN && values.count == count)
        return unknown_among(&wish->unknowns, place.unknown, values.items, values.count);
    if (values.count == count && wish_linear(wish, expr->args[0], env, &linear) &&
        linear.scale == 1 && linear.offset == 0)
        return unknown_among(&wish->unknowns, linear.unknown, values.items, values.count);
    size_t start = random_below(wish->random, count);
    for (size_t i = 0; i < count; i++)
        if (wish_compare(wish, COMPARE_EQ, expr->args[0], env,
                         expr->args[1 + (start + i) % count], env))
            return true;
    return false;
}

static bool in_query_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    if (truth == TRUTH_NULL)
        return be_null(wish, expr->args[0], env);
    if (truth == TRUTH_FALSE) {
        wish_near_miss(wish, expr->query, env);
        return be_not_null(wish, expr->args[0], env);
    }
    const Tuple *tuple = wish_block(wish, expr->query, env, NULL);
    const Expr *operand = expr->args[0];
    bool is_row = operand->kind == EXPR_ROW, holds = tuple->kind == TUPLE_BLOCK;
    Comparison op = expr->kind == EXPR_QUANTIFIED ? expr->compare : COMPARE_EQ;
    for (size_t i = 0; i < tuple->width && (is_row ? i < operand->arg_count : i < 1); i++)
        holds &= wish_compare(wish, op, is_row ? operand->args[i] : operand, env,
                              tuple->exprs[i], tuple->env);
    return holds;
}

static bool exists_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    if (truth == TRUTH_FALSE)
        wish_near_miss(wish, expr->query, env);
    return truth == TRUTH_FALSE ||
           (truth == TRUTH_TRUE &&
            wish_block(wish, expr->query, env, NULL)->kind == TUPLE_BLOCK);
}

static bool like_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    Scalar pattern;
    Linear linear;
    if (truth == TRUTH_NULL)
        return be_null(wish, expr->args[0], env);
    bool known =
        expr->like == LIKE_LIKE || expr->like == LIKE_ILIKE || expr->like == LIKE_GLOB;
    if (!known || !wish_value(wish, expr->args[1], env, false, &pattern) ||
        pattern.kind != SCALAR_TEXT || !wish_linear(wish, expr->args[0], env, &linear))
        return false;
    Demand demand = {.kind = DEMAND_LIKE,
                     .operand = pattern,
                     .like = expr->like,
                     .negated = truth == TRUTH_FALSE};
    return unknown_demand(&wish->unknowns, linear.unknown, demand);
}

static bool is_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    bool wanted = truth == TRUTH_TRUE;
    switch (expr->is) {
    case IS_NULL:
    case IS_UNKNOWN:
        return wanted ? be_null(wish, expr->args[0], env)
                      : be_not_null(wish, expr->args[0], env);
    case IS_TRUE:
        return wish_truth(wish, expr->args[0], env, wanted ? TRUTH_TRUE : TRUTH_FALSE);
    case IS_FALSE:
        return wish_truth(wish, expr->args[0], env, wanted ? TRUTH_FALSE : TRUTH_TRUE);
    }
    return false;
}

// Asks for one of several conditions that all shall hold, unless it is the one that the
// plan goes against.
static bool be_met(Wish *wish, const Expr *conjunct, Env *env)
{
    bool is_goal = wish->plan.has_goal && wish->conditions == wish->plan.goal;
    wish->conditions++;
    return wish_truth(wish, conjunct, env, is_goal ? wish->plan.goal_truth : TRUTH_TRUE);
}

// AND that is true, OR that is false: all. Else one of them decides.
static bool list_of_conditions(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    Truth common = expr->kind == EXPR_AND ? TRUTH_TRUE : TRUTH_FALSE;
    if (truth == common) {
        bool holds = true;
        for (size_t i = 0; i < expr->arg_count; i++)
            holds &= truth == TRUTH_TRUE ? be_met(wish, expr->args[i], env)
                                         : wish_truth(wish, expr->args[i], env, truth);
        return holds;
    }
    size_t start = random_below(wish->random, expr->arg_count), chosen = start;
    bool holds = false;
    for (size_t i = 0; i < expr->arg_count && !holds; i++) {
        chosen = (start + i) % expr->arg_count;
        holds = wish_truth(wish, expr->args[chosen], env, truth);
    }
    // The others must not decide it: in half of the cases they are asked not to.
    for (size_t i = 0; i < expr->arg_count && random_chance(wish->random, 1, 2); i++)
        if (i != chosen)
            (void)wish_truth(wish, expr->args[i], env, common);
    return holds;
}

static bool case_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    for (size_t i = expr->has_operand; i + 1 < expr->arg_count; i += 2)
        if (!expr->has_operand && wish_truth(wish, expr->args[i + 1], env, truth))
            return wish_truth(wish, expr->args[i], env, TRUTH_TRUE);
    return false;
}

// A value taken for a truth.
static bool value_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    if (truth == TRUTH_NULL)
        return be_null(wish, expr, env);
    Scalar zero = scalar_number(0);
    return wish_solve(wish, expr, env, truth == TRUTH_TRUE ? COMPARE_NE : COMPARE_EQ,
                      zero);
}

bool wish_truth(Wish *wish, const Expr *expr, Env *env, Truth truth)
{
    Truth inner = expr->negated ? truth_not(truth) : truth;
    if (expr->kind == EXPR_COLUMN || expr->kind == EXPR_SUBQUERY) {
        Place place = wish_place(wish, expr, env);
        if (place.kind == PLACE_EXPR)
            return wish_truth(wish, place.expr, place.env, truth);
    }
    switch (expr->kind) {
    case EXPR_AND:
    case EXPR_OR:
        return list_of_conditions(wish, expr, env, truth);
    case EXPR_NOT:
        return wish_truth(wish, expr->args[0], env, truth_not(truth));
    case EXPR_COMPARE:
        return compare_truth(wish, expr->compare, expr->args[0], expr->args[1], env,
                             truth);
    case EXPR_IS:
        return is_truth(wish, expr, env, inner);
    case EXPR_BETWEEN:
        return between_truth(wish, expr, env, inner);
    case EXPR_IN_LIST:
        return list_truth(wish, expr, env, inner);
    case EXPR_IN_QUERY:
    case EXPR_QUANTIFIED:
        return in_query_truth(wish, expr, env, inner);
    case EXPR_EXISTS:
        return exists_truth(wish, expr, env, inner);
    case EXPR_LIKE:
        return like_truth(wish, expr, env, inner);
    case EXPR_CASE:
        return case_truth(wish, expr, env, truth);
    case EXPR_LITERAL:
    case EXPR_COLUMN:
    case EXPR_OPERATOR:
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
    case EXPR_CAST:
    case EXPR_SUBQUERY:
    case EXPR_COLLATE:
        return value_truth(wish, expr, env, truth);
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_OUTPUT:
    case EXPR_PARAMETER:
    case EXPR_GROUPING:
    case EXPR_ROW:
    case EXPR_OPAQUE:
        break;
    }
    return false;
}

static bool compares_sum(const Expr *expr)
{
    return expr->kind == EXPR_COMPARE && expr->args[0]->kind == EXPR_AGGREGATE &&
           (text_same_word(expr->args[0]->name, "sum") ||
            text_same_word(expr->args[0]->name, "avg"));
}

// Returns when a condition has its turn: what leaves a choice, and what makes rows, comes
// after the plain ones, and so does a sum, for which the rows have to be there.
static unsigned turn_of(const Expr *expr)
{
    if (expr->kind == EXPR_OR)
        return 1;
    if (compares_sum(expr))
        return 2;
    return expr->query != NULL || expr_has_subquery(expr) ? 2 : 0;
}

bool wish_conditions(Wish *wish, const Expr *const *conjuncts, size_t count, Env *env)
{
    bool holds = true;
    for (unsigned turn = 0; turn <= 2; turn++)
        for (size_t i = 0; i < count; i++)
            if (turn_of(conjuncts[i]) == turn)
                holds &= be_met(wish, conjuncts[i], env);
    return holds;
}
