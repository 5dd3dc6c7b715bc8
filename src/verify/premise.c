// premise.c - classes of equal columns, ranges, and what is not NULL.

#include "verify/premise.h"

#include "base/array.h"
#include "base/text.h"
#include "query/equal.h"
#include "verify/match.h"
#include "verify/suppose.h"
#include "verify/tame.h"

// A column or constant that stands in an equality; members of a class have one number.
typedef struct {
    const Expr *expr;
    size_t class;
} Member;

struct Premises {
    Workshop *workshop;
    const Group *group;
    Exprs facts;
    struct {
        Member *items;
        size_t count;
        size_t capacity;
    } members;
};

// Classes

static Member *find_member(Premises *premises, const Expr *expr)
{
    for (size_t i = 0; i < premises->members.count; i++)
        if (expr_equal(premises->members.items[i].expr, expr))
            return &premises->members.items[i];
    return NULL;
}

static size_t class_of(Premises *premises, const Expr *expr)
{
    Member *member = find_member(premises, expr);
    if (member != NULL)
        return member->class;
    Member made = {expr, premises->members.count};
    array_push(premises->workshop->arena, &premises->members, made);
    return made.class;
}

// True if all that equals the constant is equal to each other.
static bool is_plain_constant(const Expr *column, const Expr *constant)
{
    double number;
    if (column->type.kind == TYPE_INTEGER)
        return constant->type.kind == TYPE_INTEGER && expr_read_number(constant, &number);
    return column->type.kind == TYPE_TEXT && expr_is_literal(constant, LITERAL_STRING);
}

// A float and a double that are equal lie on different sides of 0.1.
static bool columns_compare_alike(Type a, Type b)
{
    bool is_scaled = a.kind == TYPE_FLOAT || a.kind == TYPE_DECIMAL;
    return is_scaled ? type_equal(a, b) : type_compares_alike(a, b);
}

static bool can_share_class(const Expr *a, const Expr *b)
{
    if (a->kind != EXPR_COLUMN)
        return b->kind == EXPR_COLUMN && is_plain_constant(b, a);
    return b->kind == EXPR_COLUMN ? columns_compare_alike(a->type, b->type)
                                  : is_plain_constant(a, b);
}

static void join_classes(Premises *premises, const Expr *a, const Expr *b)
{
    size_t from = class_of(premises, a), to = class_of(premises, b);
    for (size_t i = 0; i < premises->members.count; i++)
        if (premises->members.items[i].class == from)
            premises->members.items[i].class = to;
}

static void add_facts(Premises *premises, const Exprs *conditions)
{
    for (size_t i = 0; i < conditions->count; i++) {
        const Expr *fact = conditions->items[i];
        array_push(premises->workshop->arena, &premises->facts, fact);
        if (fact->kind == EXPR_COMPARE && fact->compare == COMPARE_EQ &&
            can_share_class(fact->args[0], fact->args[1]))
            join_classes(premises, fact->args[0], fact->args[1]);
    }
}

Premises *premises_new(Workshop *workshop, const Group *group, const Exprs *having)
{
    Premises *premises = arena_new(workshop->arena, Premises, 1);
    premises->workshop = workshop;
    premises->group = group;
    add_facts(premises, &group->conjuncts);
    if (having != NULL)
        add_facts(premises, having);
    return premises;
}

// True if both are in one class. Members of it may differ in how a value is written
// (1 and 1.0), but not in how it compares.
static bool share_class(Premises *premises, const Expr *a, const Expr *b)
{
    const Member *left = find_member(premises, a), *right = find_member(premises, b);
    return left != NULL && right != NULL && left->class == right->class;
}

bool premises_equal(Premises *premises, const Expr *a, const Expr *b)
{
    return share_class(premises, a, b);
}

bool premises_any_equal(Premises *premises, const Expr *column, ExprTest *test,
                        void *context)
{
    const Member *own = find_member(premises, column);
    bool found = test(context, column);
    for (size_t i = 0; own != NULL && i < premises->members.count && !found; i++)
        found = premises->members.items[i].class == own->class &&
                test(context, premises->members.items[i].expr);
    return found;
}

// Sameness

static bool same(Premises *premises, const Expr *a, const Expr *b, bool is_compared);

static bool same_column(Premises *premises, const Expr *a, const Expr *b,
                        bool is_compared)
{
    if (expr_is_column(a, b->source, b->column))
        return true;
    if (!share_class(premises, a, b))
        return false;
    Dialect dialect = premises->workshop->dialect;
    Assurance left = group_column_typed(premises->group, a);
    Assurance right = group_column_typed(premises->group, b);
    return is_compared ||
           (type_equal(a->type, b->type) && type_is_exact(dialect, a->type, left) &&
            type_is_exact(dialect, b->type, right));
}

static bool same_arguments(Premises *premises, const Expr *a, const Expr *b)
{
    bool is_compared = a->kind == EXPR_COMPARE || a->kind == EXPR_IS ||
                       a->kind == EXPR_BETWEEN || a->kind == EXPR_IN_LIST;
    for (size_t i = 0; i < a->arg_count; i++)
        if (!same(premises, a->args[i], b->args[i], is_compared))
            return false;
    return true;
}

static bool is_symmetric(const Expr *expr)
{
    if (expr->arg_count != 2)
        return false;
    if (expr->kind == EXPR_COMPARE)
        return !comparison_orders(expr->compare);
    return expr->kind == EXPR_OPERATOR &&
           (text_same_word(expr->name, "+") || text_same_word(expr->name, "*") ||
            text_same_word(expr->name, "&") || text_same_word(expr->name, "|"));
}

static bool same_mirrored(Premises *premises, const Expr *a, const Expr *b)
{
    bool is_compared = a->kind == EXPR_COMPARE;
    return is_symmetric(a) && same(premises, a->args[0], b->args[1], is_compared) &&
           same(premises, a->args[1], b->args[0], is_compared);
}

// Each of the first stands among the second.
// Compares all that a node has beside its children, by comparing it without them.
static bool same_node(const Expr *a, const Expr *b)
{
    Expr left = *a, right = *b;
    left.args = right.args = NULL;
    left.arg_count = right.arg_count = 0;
    left.query = right.query = NULL;
    left.filter = right.filter = NULL;
    return expr_equal(&left, &right);
}

static bool same(Premises *premises, const Expr *a, const Expr *b, bool is_compared)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->kind != b->kind)
        return false;
    if (a->kind == EXPR_COLUMN)
        return same_column(premises, a, b, is_compared);
    if (a->kind == EXPR_AND || a->kind == EXPR_OR)
        return premises_same_lists(premises, a->args, a->arg_count, b->args,
                                   b->arg_count);
    bool is_alike = a->arg_count == b->arg_count &&
                    (a->query == NULL) == (b->query == NULL) && same_node(a, b);
    if (!is_alike || !same(premises, a->filter, b->filter, false))
        return false;
    if (!same_arguments(premises, a, b) && !same_mirrored(premises, a, b))
        return false;
    return a->query == NULL ||
           query_matches(premises->workshop, a->query, b->query, a->kind);
}

bool premises_same(Premises *premises, const Expr *a, const Expr *b)
{
    return same(premises, a, b, false);
}

bool premises_same_as_any(Premises *premises, const Expr *expr, const Expr *const *list,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (premises_same(premises, expr, list[i]))
            return true;
    return false;
}

static bool covers(Premises *premises, const Expr *const *a, size_t a_count,
                   const Expr *const *b, size_t b_count)
{
    for (size_t i = 0; i < a_count; i++)
        if (!premises_same_as_any(premises, a[i], b, b_count))
            return false;
    return true;
}

bool premises_same_lists(Premises *premises, const Expr *const *a, size_t a_count,
                         const Expr *const *b, size_t b_count)
{
    return covers(premises, a, a_count, b, b_count) &&
           covers(premises, b, b_count, a, a_count);
}

// NULLs

// True if the value is NULL wherever `column` is.
static bool is_strict_in(const Expr *expr, const Expr *column)
{
    if (expr->kind == EXPR_COLUMN)
        return expr_is_column(expr, column->source, column->column);
    if (expr->kind != EXPR_OPERATOR)
        return false;
    for (size_t i = 0; i < expr->arg_count; i++)
        if (is_strict_in(expr->args[i], column))
            return true;
    return false;
}

bool condition_rejects_null(const Expr *condition, const Expr *column)
{
    bool is_and = condition->kind == EXPR_AND;
    switch (condition->kind) {
    case EXPR_AND:
    case EXPR_OR:
        for (size_t i = 0; i < condition->arg_count; i++)
            if (condition_rejects_null(condition->args[i], column) == is_and)
                return is_and;
        return !is_and;
    case EXPR_COMPARE:
        return !comparison_sees_null(condition->compare) &&
               (is_strict_in(condition->args[0], column) ||
                is_strict_in(condition->args[1], column));
    case EXPR_IS:
        return condition->is == IS_NULL && condition->negated &&
               is_strict_in(condition->args[0], column);
    case EXPR_IN_LIST: // NULL NOT IN () is TRUE in SQLite.
        return condition->arg_count > 1 && is_strict_in(condition->args[0], column);
    case EXPR_LIKE: // NULL NOT LIKE x'00' is TRUE in SQLite.
        return !condition->negated && is_strict_in(condition->args[0], column);
    default:
        return false;
    }
}

static bool column_not_null(Premises *premises, const Expr *column)
{
    if (group_column_not_null(premises->group, column))
        return true;
    const Member *own = find_member(premises, column);
    for (size_t i = 0; i < premises->facts.count; i++) {
        const Expr *fact = premises->facts.items[i];
        if (condition_rejects_null(fact, column))
            return true;
        for (size_t j = 0; own != NULL && j < premises->members.count; j++) {
            const Member *other = &premises->members.items[j];
            if (other->class == own->class && other->expr->kind == EXPR_COLUMN &&
                condition_rejects_null(fact, other->expr))
                return true;
        }
    }
    return false;
}

static bool is_not_null(Premises *premises, const Expr *expr)
{
    if (expr->kind == EXPR_LITERAL)
        return expr->literal != LITERAL_NULL;
    return expr->kind == EXPR_COLUMN && column_not_null(premises, expr);
}

// Ranges

// A condition such as x < 5, with the column (or aggregate) in front.
typedef struct {
    const Expr *operand;
    Comparison compare;
    double number;
} Range;

static bool read_range(const Expr *expr, Range *range)
{
    if (expr->kind != EXPR_COMPARE)
        return false;
    range->compare = expr->compare;
    range->operand = expr->args[0];
    if (!expr_read_number(expr->args[1], &range->number)) {
        range->compare = comparison_mirrored(expr->compare);
        range->operand = expr->args[1];
        if (!expr_read_number(expr->args[0], &range->number))
            return false;
    }
    // Beside a text column SQLite compares a number as text.
    bool is_operand =
        range->operand->kind == EXPR_COLUMN || range->operand->kind == EXPR_AGGREGATE;
    return is_operand && type_keeps_numbers_apart(range->operand->type) &&
           !comparison_sees_null(range->compare);
}

static bool is_below(Comparison compare)
{
    return compare == COMPARE_LT || compare == COMPARE_LE;
}

// True if x (known) m implies x (wanted) n.
static bool range_implies(const Range *known, const Range *wanted)
{
    double m = known->number, n = wanted->number;
    if (known->compare == COMPARE_EQ)
        return comparison_holds(wanted->compare, (m > n) - (m < n));
    if (wanted->compare == COMPARE_EQ)
        return false;
    if (known->compare == COMPARE_NE)
        return wanted->compare == COMPARE_NE && m == n;
    bool is_strict = known->compare == COMPARE_LT || known->compare == COMPARE_GT;
    bool from_below = is_below(known->compare);
    double slack = from_below ? n - m : m - n; // How far n lies outside the range.
    if (wanted->compare != COMPARE_NE && is_below(wanted->compare) != from_below)
        return false;
    bool takes_bound = wanted->compare == COMPARE_LE || wanted->compare == COMPARE_GE;
    return slack > 0 || (slack == 0 && (is_strict || takes_bound));
}

static bool range_follows(Premises *premises, const Range *wanted)
{
    for (size_t i = 0; i < premises->facts.count; i++) {
        Range known;
        if (read_range(premises->facts.items[i], &known) &&
            same(premises, known.operand, wanted->operand, true) &&
            range_implies(&known, wanted))
            return true;
    }
    return false;
}

// Implication

// x = x, x <= x, and x = y where both are in one class.
static bool equality_follows(Premises *premises, const Expr *condition)
{
    if (condition->kind != EXPR_COMPARE ||
        (condition->compare != COMPARE_EQ && condition->compare != COMPARE_LE))
        return false;
    const Expr *left = condition->args[0], *right = condition->args[1];
    if (left->kind == EXPR_COLUMN && right->kind == EXPR_COLUMN &&
        expr_is_column(left, right->source, right->column))
        return is_not_null(premises, left);
    return share_class(premises, left, right);
}

static bool is_fact(Premises *premises, const Expr *condition)
{
    for (size_t i = 0; i < premises->facts.count; i++)
        if (same(premises, premises->facts.items[i], condition, false))
            return true;
    return false;
}

static bool list_follows(Premises *premises, const Expr *condition)
{
    bool is_and = condition->kind == EXPR_AND;
    for (size_t i = 0; i < condition->arg_count; i++)
        if (premises_imply(premises, condition->args[i]) != is_and)
            return !is_and;
    return is_and;
}

bool premises_imply(Premises *premises, const Expr *condition)
{
    Range range;
    if (expr_is_literal(condition, LITERAL_TRUE) || is_fact(premises, condition))
        return true;
    if (condition->kind == EXPR_AND || condition->kind == EXPR_OR)
        return list_follows(premises, condition);
    if (condition->kind == EXPR_IS && condition->is == IS_NULL && condition->negated)
        return is_not_null(premises, condition->args[0]);
    if (equality_follows(premises, condition))
        return true;
    return read_range(condition, &range) && range_follows(premises, &range);
}

bool premises_imply_all(Premises *premises, const Exprs *conditions)
{
    for (size_t i = 0; i < conditions->count; i++)
        if (!premises_imply(premises, conditions->items[i]))
            return false;
    return true;
}

// NULL, or an operator on it.
static bool is_null(const Expr *expr)
{
    if (expr->kind != EXPR_OPERATOR)
        return expr_is_literal(expr, LITERAL_NULL);
    for (size_t i = 0; i < expr->arg_count; i++)
        if (is_null(expr->args[i]))
            return true;
    return false;
}

// A condition that is FALSE or NULL in every row.
static bool is_never_true(const Expr *fact)
{
    double number;
    if (expr_is_literal(fact, LITERAL_FALSE) || expr_is_literal(fact, LITERAL_NULL))
        return true;
    if (expr_read_number(fact, &number))
        return number == 0;
    return fact->kind == EXPR_COMPARE && !comparison_sees_null(fact->compare) &&
           (is_null(fact->args[0]) || is_null(fact->args[1]));
}

// x IS NULL, where x can't be.
static bool is_null_test_of_value(Premises *premises, const Expr *fact)
{
    return fact->kind == EXPR_IS && fact->is == IS_NULL && !fact->negated &&
           is_not_null(premises, fact->args[0]);
}

bool premises_contradict(Premises *premises)
{
    for (size_t i = 0; i < premises->facts.count; i++) {
        const Expr *fact = premises->facts.items[i];
        Range range;
        if (is_never_true(fact) || is_null_test_of_value(premises, fact))
            return true;
        if (!read_range(fact, &range))
            continue;
        range.compare = comparison_negated(range.compare);
        if (range_follows(premises, &range))
            return true;
    }
    return false;
}
