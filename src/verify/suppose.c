// suppose.c - three-valued logic over sets of what may be.

#include "verify/suppose.h"

#include "base/text.h"
#include "query/equal.h"
#include "query/function.h"
#include "verify/normal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const Finding anything = {.may = MAY_BE_ANYTHING};
static const Finding always_null = {.may = MAY_NULL};
static const Finding some_value = {.may = MAY_BE_VALUE};

static Finding of_number(double number)
{
    return (Finding){number != 0 ? MAY_TRUE : MAY_FALSE, true, number};
}

static Finding of_truths(unsigned may)
{
    return (Finding){.may = may};
}

static Finding negated_if(bool negated, Finding it)
{
    unsigned turned = (it.may & MAY_NULL) | (it.may & MAY_TRUE ? MAY_FALSE : 0) |
                      (it.may & MAY_FALSE ? MAY_TRUE : 0);
    return negated ? of_truths(turned) : of_truths(it.may);
}

static bool is_null(Finding it)
{
    return it.may == MAY_NULL;
}

// Outcomes

bool outcome_left_null(Outcome outcome)
{
    return outcome == OUTCOME_BOTH_NULL || outcome == OUTCOME_LEFT_NULL;
}

bool outcome_right_null(Outcome outcome)
{
    return outcome == OUTCOME_BOTH_NULL || outcome == OUTCOME_RIGHT_NULL;
}

static Outcome outcome_mirrored(Outcome outcome)
{
    static const Outcome mirrored[] = {[OUTCOME_BOTH_NULL] = OUTCOME_BOTH_NULL,
                                       [OUTCOME_LEFT_NULL] = OUTCOME_RIGHT_NULL,
                                       [OUTCOME_RIGHT_NULL] = OUTCOME_LEFT_NULL,
                                       [OUTCOME_LESS] = OUTCOME_GREATER,
                                       [OUTCOME_EQUAL] = OUTCOME_EQUAL,
                                       [OUTCOME_GREATER] = OUTCOME_LESS};
    return mirrored[outcome];
}

Truth outcome_truth(Comparison compare, Outcome outcome)
{
    bool is_same = outcome == OUTCOME_BOTH_NULL;
    bool has_null = outcome_left_null(outcome) || outcome_right_null(outcome);
    int order = outcome == OUTCOME_LESS ? -1 : outcome == OUTCOME_GREATER;
    bool holds = has_null ? (compare == COMPARE_NOT_DISTINCT) == is_same
                          : comparison_holds(compare, order);
    if (has_null && !comparison_sees_null(compare))
        return TRUTH_NULL;
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static unsigned may_of_truth(Truth truth)
{
    return truth == TRUTH_TRUE ? MAY_TRUE : truth == TRUTH_FALSE ? MAY_FALSE : MAY_NULL;
}

// Order

bool type_keeps_numbers_apart(Type type)
{
    return type_is_number(type) && (type.kind != TYPE_FLOAT || type.width == 64);
}

bool text_is_number(const char *text)
{
    char *end;
    (void)strtod(text, &end);
    return end != text && *end == '\0';
}

bool constants_order(Dialect dialect, Type type, const Expr *a, const Expr *b, int *order)
{
    double left, right;
    if (type_keeps_numbers_apart(type) && expr_read_number(a, &left) &&
        expr_read_number(b, &right)) {
        *order = (left > right) - (left < right);
        return true;
    }
    bool are_strings =
        expr_is_literal(a, LITERAL_STRING) && expr_is_literal(b, LITERAL_STRING);
    bool is_binary = type.kind == TYPE_TEXT && type.collation == NULL &&
                     (dialect == DIALECT_SQLITE || dialect == DIALECT_DUCKDB);
    if (!are_strings)
        return false;
    int difference = strcmp(a->name, b->name);
    if (difference != 0 &&
        (!is_binary || text_is_number(a->name) || text_is_number(b->name)))
        return false;
    *order = (difference > 0) - (difference < 0);
    return true;
}

// True and sets `order` if what is supposed tells the order of the left value and this
// constant.
static bool left_order(const Supposition *supposition, const Expr *constant, int *order)
{
    int beyond; // Where the right value lies from the constant.
    if (!constants_order(supposition->dialect, supposition->left->type,
                         supposition->right, constant, &beyond))
        return false;
    *order = beyond;
    if (supposition->outcome == OUTCOME_EQUAL)
        return true;
    *order = supposition->outcome == OUTCOME_LESS ? -1 : 1;
    return beyond == 0 || beyond == *order;
}

static bool known_order(const Supposition *supposition, const Expr *left,
                        const Expr *right, int *order)
{
    if (supposition->left == NULL || outcome_left_null(supposition->outcome) ||
        outcome_right_null(supposition->outcome))
        return false;
    if (expr_equal(left, supposition->left))
        return left_order(supposition, right, order);
    if (!expr_equal(right, supposition->left) || !left_order(supposition, left, order))
        return false;
    *order = -*order;
    return true;
}

// Counts

bool expr_is_count(const Expr *expr)
{
    if (expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW)
        return text_same_word(expr->name, "count");
    const Query *query = expr->kind == EXPR_SUBQUERY ? expr->query : NULL;
    return query != NULL && query->body == BODY_SELECT &&
           query->select->output_count == 1 &&
           query->select->outputs[0].expr->kind == EXPR_AGGREGATE &&
           expr_is_count(query->select->outputs[0].expr);
}

static bool add_tables(const Source *source, size_t *tables)
{
    if (source->kind == SOURCE_JOIN)
        return add_tables(source->left, tables) && add_tables(source->right, tables);
    *tables += 1;
    return source->kind == SOURCE_TABLE && source->table->kind == TABLE_BASE;
}

// True if the subquery counts rows of tables, and comes to less than the number as long
// as no table has more rows than is supposed.
static bool is_beyond_reach(const Supposition *supposition, const Expr *count,
                            const Expr *constant)
{
    double number;
    size_t tables = 0;
    if (supposition->reach == 0 || count->kind != EXPR_SUBQUERY ||
        !expr_is_count(count) || !expr_read_number(constant, &number))
        return false;
    const Select *select = count->query->select;
    for (size_t i = 0; i < select->source_count; i++)
        if (!add_tables(select->sources[i], &tables))
            return false;
    return number >= pow(supposition->reach, (double)tables);
}

static Finding of_comparison(const Supposition *supposition, Comparison compare,
                             const Expr *left, const Expr *right)
{
    const Expr *a = supposition->left, *b = supposition->right;
    if (a != NULL && expr_equal(left, a) && expr_equal(right, b))
        return of_truths(may_of_truth(outcome_truth(compare, supposition->outcome)));
    if (a != NULL && expr_equal(left, b) && expr_equal(right, a))
        return of_truths(
            may_of_truth(outcome_truth(compare, outcome_mirrored(supposition->outcome))));
    bool left_beyond = is_beyond_reach(supposition, left, right);
    if (!comparison_sees_null(compare) &&
        (left_beyond || is_beyond_reach(supposition, right, left)))
        return of_truths(
            (comparison_holds(compare, left_beyond ? -1 : 1) ? MAY_TRUE : MAY_FALSE) |
            MAY_NULL); // Of no group.
    Finding x = suppose(supposition, left), y = suppose(supposition, right);
    if (is_null(x) || is_null(y)) {
        if (!comparison_sees_null(compare))
            return always_null;
        bool equal = compare == COMPARE_NOT_DISTINCT;
        unsigned other = is_null(x) ? y.may : x.may;
        unsigned same = other & MAY_NULL ? (equal ? MAY_TRUE : MAY_FALSE) : 0;
        unsigned unlike = other & MAY_BE_VALUE ? (equal ? MAY_FALSE : MAY_TRUE) : 0;
        return of_truths(same | unlike);
    }
    unsigned null =
        !comparison_sees_null(compare) && ((x.may | y.may) & MAY_NULL) ? MAY_NULL : 0;
    int order;
    bool is_known = known_order(supposition, left, right, &order);
    if (!is_known && x.is_number && y.is_number) {
        is_known = true;
        order = (x.number > y.number) - (x.number < y.number);
    }
    if (!is_known || ((x.may | y.may) & MAY_NULL) != 0)
        return of_truths(MAY_TRUE | MAY_FALSE | null);
    return of_truths(comparison_holds(compare, order) ? MAY_TRUE : MAY_FALSE);
}

// AND, OR

static Finding of_list(const Supposition *supposition, const Expr *expr)
{
    bool is_and = expr->kind == EXPR_AND;
    unsigned neutral = is_and ? MAY_TRUE : MAY_FALSE;
    unsigned absorbing = is_and ? MAY_FALSE : MAY_TRUE;
    bool may_be_neutral = true, may_be_absorbed = false, has_null = false;
    bool is_absorbed = false; // One can be nothing else.
    for (size_t i = 0; i < expr->arg_count; i++) {
        unsigned may = suppose(supposition, expr->args[i]).may;
        may_be_neutral &= (may & neutral) != 0;
        may_be_absorbed |= (may & absorbing) != 0;
        is_absorbed |= may == absorbing;
        has_null |= (may & MAY_NULL) != 0;
    }
    if (is_absorbed)
        return of_truths(absorbing);
    return of_truths((may_be_neutral ? neutral : 0) | (may_be_absorbed ? absorbing : 0) |
                     (has_null ? MAY_NULL : 0));
}

static Finding both(Finding a, Finding b)
{
    if (a.may == MAY_FALSE || b.may == MAY_FALSE)
        return of_truths(MAY_FALSE);
    return of_truths((a.may & b.may & MAY_TRUE) |
                     ((a.may | b.may) & (MAY_FALSE | MAY_NULL)));
}

static Finding of_between(const Supposition *supposition, const Expr *expr)
{
    Finding low = of_comparison(supposition, COMPARE_GE, expr->args[0], expr->args[1]);
    Finding high = of_comparison(supposition, COMPARE_LE, expr->args[0], expr->args[2]);
    return negated_if(expr->negated, both(low, high));
}

static Finding of_in_list(const Supposition *supposition, const Expr *expr)
{
    unsigned may = MAY_FALSE;
    for (size_t i = 1; i < expr->arg_count; i++) {
        Finding it = of_comparison(supposition, COMPARE_EQ, expr->args[0], expr->args[i]);
        if (it.may == MAY_TRUE)
            return negated_if(expr->negated, it);
        may = (may & it.may & MAY_FALSE) | ((may | it.may) & (MAY_TRUE | MAY_NULL));
    }
    return negated_if(expr->negated, of_truths(may));
}

static Finding of_test(const Supposition *supposition, const Expr *expr)
{
    static const unsigned passing[] = {[IS_NULL] = MAY_NULL,
                                       [IS_TRUE] = MAY_TRUE,
                                       [IS_FALSE] = MAY_FALSE,
                                       [IS_UNKNOWN] = MAY_NULL};
    unsigned may = suppose(supposition, expr->args[0]).may;
    unsigned result = (may & passing[expr->is] ? MAY_TRUE : 0) |
                      (may & ~passing[expr->is] ? MAY_FALSE : 0);
    return negated_if(expr->negated, of_truths(result));
}

// Values

static Finding of_literal(const Expr *expr)
{
    double number;
    if (expr->literal == LITERAL_NULL)
        return always_null;
    if (expr->literal == LITERAL_TRUE || expr->literal == LITERAL_FALSE)
        return of_truths(expr->literal == LITERAL_TRUE ? MAY_TRUE : MAY_FALSE);
    return expr_read_number(expr, &number) ? of_number(number) : some_value;
}

static bool any_argument_null(const Supposition *supposition, const Expr *expr)
{
    for (size_t i = 0; i < expr->arg_count; i++)
        if (is_null(suppose(supposition, expr->args[i])))
            return true;
    return false;
}

// True if it is equal to 0: in SQLite, whatever its type, what is divided by it is NULL.
static bool is_zero(const Supposition *supposition, const Expr *expr)
{
    double number;
    Finding it = suppose(supposition, expr);
    if (it.is_number && it.number == 0)
        return true;
    return supposition->outcome == OUTCOME_EQUAL && supposition->left != NULL &&
           expr_equal(expr, supposition->left) &&
           expr_read_number(supposition->right, &number) && number == 0;
}

static Finding of_operator(const Supposition *supposition, const Expr *expr)
{
    static const char *const arithmetic[] = {"+", "-", "*", "/", "%"};
    enum { EXACT = 1 << 30 }; // What is computed with is no larger.
    if (!text_is_one_of(expr->name, arithmetic, COUNT_OF(arithmetic)))
        return anything;
    if (any_argument_null(supposition, expr))
        return always_null;
    Finding a = suppose(supposition, expr->args[0]);
    Finding b = suppose(supposition, expr->args[expr->arg_count - 1]);
    char sign = expr->name[0];
    if (sign == '/' || sign == '%')
        return supposition->dialect == DIALECT_SQLITE &&
                       is_zero(supposition, expr->args[1])
                   ? always_null
                   : anything;
    if (!a.is_number || !b.is_number || expr->arg_count != 2 || fabs(a.number) > EXACT ||
        fabs(b.number) > EXACT || a.number != floor(a.number) ||
        b.number != floor(b.number))
        return anything;
    return of_number(sign == '+'   ? a.number + b.number
                     : sign == '-' ? a.number - b.number
                                   : a.number * b.number);
}

static Finding of_case(const Supposition *supposition, const Expr *expr)
{
    size_t pairs = (expr->arg_count - (expr->has_else ? 1 : 0)) / 2;
    unsigned may = 0;
    if (expr->has_operand)
        return anything;
    for (size_t i = 0; i < pairs; i++) {
        unsigned when = suppose(supposition, expr->args[2 * i]).may;
        Finding then = suppose(supposition, expr->args[2 * i + 1]);
        if (when == MAY_TRUE && may == 0)
            return then;
        if (when & MAY_TRUE)
            may |= then.may;
        if (when == MAY_TRUE)
            return of_truths(may);
    }
    Finding last = expr->has_else ? suppose(supposition, expr->args[expr->arg_count - 1])
                                  : always_null;
    return may == 0 ? last : of_truths(may | last.may);
}

static Finding of_compared(const Supposition *supposition, bool is_left)
{
    double number;
    Outcome outcome = supposition->outcome;
    const Expr *other = is_left ? supposition->right : supposition->left;
    const Expr *own = is_left ? supposition->left : supposition->right;
    if (is_left ? outcome_left_null(outcome) : outcome_right_null(outcome))
        return always_null;
    if (outcome == OUTCOME_EQUAL && type_keeps_numbers_apart(own->type) &&
        expr_read_number(other, &number))
        return of_number(number);
    return expr_read_number(own, &number) ? of_number(number) : some_value;
}

Finding suppose(const Supposition *supposition, const Expr *expr)
{
    if (supposition->left != NULL && expr_equal(expr, supposition->left))
        return of_compared(supposition, true);
    if (supposition->right != NULL && expr_equal(expr, supposition->right))
        return of_compared(supposition, false);
    switch (expr->kind) {
    case EXPR_LITERAL:
        return of_literal(expr);
    case EXPR_COLUMN:
        return number_set_has(supposition->absent, expr->source) ? always_null : anything;
    case EXPR_COMPARE:
        return of_comparison(supposition, expr->compare, expr->args[0], expr->args[1]);
    case EXPR_AND:
    case EXPR_OR:
        return of_list(supposition, expr);
    case EXPR_NOT:
        return negated_if(true, suppose(supposition, expr->args[0]));
    case EXPR_IS:
        return of_test(supposition, expr);
    case EXPR_BETWEEN:
        return of_between(supposition, expr);
    case EXPR_IN_LIST:
        return of_in_list(supposition, expr);
    case EXPR_LIKE: // NULL NOT LIKE x'00' is TRUE in SQLite.
        return !expr->negated && any_argument_null(supposition, expr) ? always_null
                                                                      : anything;
    case EXPR_OPERATOR:
        return of_operator(supposition, expr);
    case EXPR_CASE:
        return of_case(supposition, expr);
    case EXPR_CAST:
        return any_argument_null(supposition, expr) ? always_null : anything;
    case EXPR_CALL:
        return expr->function != NULL && expr->function->strict &&
                       any_argument_null(supposition, expr)
                   ? always_null
                   : anything;
    default:
        return anything;
    }
}
