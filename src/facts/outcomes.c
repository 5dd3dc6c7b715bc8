// outcomes.c - evaluating expressions to the set of what they can come to.
//
// Kleene's three-valued logic lifted to sets: the result holds at least every outcome
// that some row could show. What is not understood can be anything.

#include "facts/inner.h"

#include "base/text.h"
#include "query/equal.h"
#include "query/function.h"

#include <stdlib.h>

enum { NEVER_NULL = MAY_BE_TRUE | MAY_BE_FALSE };

static bool is_null(Outcomes outcomes)
{
    return outcomes == MAY_BE_NULL;
}

static bool may_be_null(Outcomes outcomes)
{
    return (outcomes & MAY_BE_NULL) != 0;
}

// Kleene's connectives

static Outcomes outcomes_not(Outcomes a)
{
    Outcomes result = a & MAY_BE_NULL;
    if (a & MAY_BE_TRUE)
        result |= MAY_BE_FALSE;
    if (a & MAY_BE_FALSE)
        result |= MAY_BE_TRUE;
    return result;
}

static Outcomes outcomes_and(Outcomes a, Outcomes b)
{
    Outcomes result = (a & b & MAY_BE_TRUE) | ((a | b) & MAY_BE_FALSE);
    bool null = (may_be_null(a) && (b & (MAY_BE_TRUE | MAY_BE_NULL))) ||
                (may_be_null(b) && (a & (MAY_BE_TRUE | MAY_BE_NULL)));
    return null ? result | MAY_BE_NULL : result;
}

static Outcomes outcomes_or(Outcomes a, Outcomes b)
{
    return outcomes_not(outcomes_and(outcomes_not(a), outcomes_not(b)));
}

static Outcomes negated_if(bool negated, Outcomes outcomes)
{
    return negated ? outcomes_not(outcomes) : outcomes;
}

// Returns what an operation makes that is NULL if, and only if, an operand is.
static Outcomes strict(Outcomes a, Outcomes b)
{
    if (is_null(a) || is_null(b))
        return MAY_BE_NULL;
    return NEVER_NULL | ((a | b) & MAY_BE_NULL);
}

// Rows of queries

// True if the query certainly yields no row: a conjunct that is never TRUE.
static bool query_is_empty(const Supposition *suppose, const Query *query)
{
    if (query->body != BODY_SELECT || !question_may_go_on(suppose->facts))
        return false;
    const Select *select = query->select;
    if ((query_is_grouped(query) && select->group_count == 0) ||
        !select_has_plain_groups(select))
        return false;
    Scope scope = {suppose->scope, select, STAGE_FROM, false};
    Supposition inside = *suppose;
    inside.scope = &scope;
    for (size_t i = 0; i < select->filter_count; i++)
        if (!(expr_outcomes(&inside, select->filter[i]) & MAY_BE_TRUE))
            return true;
    return false;
}

static Outcomes exists_outcomes(const Supposition *suppose, const Query *query)
{
    if (query_has_one_row(suppose->facts, query))
        return MAY_BE_TRUE;
    return query_is_empty(suppose, query) ? MAY_BE_FALSE : NEVER_NULL;
}

static bool all_outputs_never_null(const Supposition *suppose, const Query *query)
{
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    for (size_t i = 0; i < count; i++)
        if (!query_output_never_null(suppose->facts, query, outputs[i].id))
            return false;
    return true;
}

// A row with a NULL in it is neither NULL nor not: nothing is said of it, except that
// SQLite compares it part by part.
static bool is_row(const Expr *expr)
{
    return expr->kind == EXPR_ROW;
}

static Outcomes row_outcomes(const Supposition *suppose, const Expr *row)
{
    Outcomes result = NEVER_NULL;
    for (size_t i = 0; i < row->arg_count; i++) {
        Outcomes part = expr_outcomes(suppose, row->args[i]);
        if (is_null(part))
            return MAY_BE_NULL;
        result |= part & MAY_BE_NULL;
    }
    return result;
}

static Outcomes operand_outcomes(const Supposition *suppose, const Expr *expr)
{
    return is_row(expr) ? row_outcomes(suppose, expr) : expr_outcomes(suppose, expr);
}

static Outcomes in_query_outcomes(const Supposition *suppose, const Expr *expr)
{
    if (query_is_empty(suppose, expr->query))
        return MAY_BE_FALSE;
    const Expr *operand = expr->args[0];
    if (is_row(operand) && suppose->facts->tree->dialect != DIALECT_SQLITE)
        return MAY_BE_ANY;
    Outcomes left = operand_outcomes(suppose, operand);
    // NULL IN (nothing) is FALSE.
    if (is_null(left))
        return MAY_BE_NULL | MAY_BE_FALSE;
    if (may_be_null(left) || !all_outputs_never_null(suppose, expr->query))
        return MAY_BE_ANY;
    return NEVER_NULL;
}

static Outcomes quantified_outcomes(const Supposition *suppose, const Expr *expr)
{
    if (comparison_sees_null(expr->compare) || is_row(expr->args[0]))
        return MAY_BE_ANY;
    Outcomes left = expr_outcomes(suppose, expr->args[0]);
    if (!is_null(left))
        return MAY_BE_ANY;
    return MAY_BE_NULL |
           (expr->quantifier == QUANTIFIER_ANY ? MAY_BE_FALSE : MAY_BE_TRUE);
}

static Outcomes scalar_outcomes(const Supposition *suppose, const Query *query)
{
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    if (query_is_empty(suppose, query))
        return MAY_BE_NULL;
    bool never_null = count == 1 && query_has_one_row(suppose->facts, query) &&
                      query_output_never_null(suppose->facts, query, outputs[0].id);
    return never_null ? NEVER_NULL : MAY_BE_ANY;
}

// Predicates

static Outcomes compare_rows(const Supposition *suppose, Comparison compare,
                             const Expr *left, const Expr *right)
{
    if (comparison_sees_null(compare))
        return NEVER_NULL;
    // DuckDB takes two rows for structs, whose NULLs are equal.
    if (suppose->facts->tree->dialect != DIALECT_SQLITE || !is_row(left) ||
        !is_row(right))
        return MAY_BE_ANY;
    Outcomes both = strict(row_outcomes(suppose, left), row_outcomes(suppose, right));
    if (both == NEVER_NULL)
        return NEVER_NULL;
    if (is_null(both) && compare == COMPARE_EQ)
        return MAY_BE_NULL | MAY_BE_FALSE;
    return MAY_BE_ANY;
}

static Outcomes compare_outcomes(const Supposition *suppose, Comparison compare,
                                 const Expr *left, const Expr *right)
{
    if (is_row(left) || is_row(right))
        return compare_rows(suppose, compare, left, right);
    Outcomes a = expr_outcomes(suppose, left), b = expr_outcomes(suppose, right);
    if (!comparison_sees_null(compare))
        return strict(a, b);
    bool same = is_null(a) && is_null(b);
    bool differ = (is_null(a) && !may_be_null(b)) || (is_null(b) && !may_be_null(a));
    Outcomes equal = same ? MAY_BE_TRUE : differ ? MAY_BE_FALSE : NEVER_NULL;
    return negated_if(compare == COMPARE_DISTINCT, equal);
}

static Outcomes in_list_outcomes(const Supposition *suppose, const Expr *expr)
{
    Outcomes result = MAY_BE_FALSE;
    for (size_t i = 1; i < expr->arg_count; i++)
        result = outcomes_or(
            result, compare_outcomes(suppose, COMPARE_EQ, expr->args[0], expr->args[i]));
    return result;
}

static Outcomes between_outcomes(const Supposition *suppose, const Expr *expr)
{
    Outcomes low = compare_outcomes(suppose, COMPARE_GE, expr->args[0], expr->args[1]);
    Outcomes high = compare_outcomes(suppose, COMPARE_LE, expr->args[0], expr->args[2]);
    return outcomes_and(low, high);
}

static Outcomes is_outcomes(IsTest test, Outcomes operand)
{
    Outcomes wanted = MAY_BE_NULL;
    if (test == IS_TRUE)
        wanted = MAY_BE_TRUE;
    if (test == IS_FALSE)
        wanted = MAY_BE_FALSE;
    Outcomes result = 0;
    if (operand & wanted)
        result |= MAY_BE_TRUE;
    if (operand & ~wanted)
        result |= MAY_BE_FALSE;
    return result;
}

static Outcomes like_outcomes(const Supposition *suppose, const Expr *expr)
{
    bool sqlite = suppose->facts->tree->dialect == DIALECT_SQLITE;
    // REGEXP and MATCH are whatever an application defines.
    if (sqlite && expr->like != LIKE_LIKE && expr->like != LIKE_GLOB)
        return MAY_BE_ANY;
    Outcomes result = NEVER_NULL;
    size_t open = 0; // Arguments that may be blobs.
    for (size_t i = 0; i < expr->arg_count; i++) {
        result = strict(result, expr_outcomes(suppose, expr->args[i]));
        open += !expr_is_literal(expr->args[i], LITERAL_STRING);
    }
    // Debian's SQLite: NULL LIKE x'' is false, as is every LIKE with a blob.
    if (sqlite && open > 1 && (result & MAY_BE_NULL))
        result |= MAY_BE_FALSE;
    return result;
}

// Values

static Outcomes literal_outcomes(const Expr *expr)
{
    switch (expr->literal) {
    case LITERAL_NULL:
        return MAY_BE_NULL;
    case LITERAL_TRUE:
        return MAY_BE_TRUE;
    case LITERAL_FALSE:
        return MAY_BE_FALSE;
    case LITERAL_NUMBER:
    case LITERAL_STRING:
    case LITERAL_BLOB:
    case LITERAL_TYPED:
    case LITERAL_INTERVAL:
        break;
    }
    return NEVER_NULL;
}

static Outcomes column_outcomes(const Supposition *suppose, const Expr *expr)
{
    if (number_set_has(suppose->null_sources, expr->source))
        return MAY_BE_NULL;
    return column_never_null(suppose->facts, suppose->scope, expr) ? NEVER_NULL
                                                                   : MAY_BE_ANY;
}

static Outcomes case_outcomes(const Supposition *suppose, const Expr *expr)
{
    size_t first = expr->has_operand ? 1 : 0;
    size_t last = expr->arg_count - (expr->has_else ? 1 : 0);
    Outcomes result = 0;
    for (size_t i = first; i + 1 < last; i += 2) {
        Outcomes when = expr->has_operand ? compare_outcomes(suppose, COMPARE_EQ,
                                                             expr->args[0], expr->args[i])
                                          : expr_outcomes(suppose, expr->args[i]);
        if (when & MAY_BE_TRUE)
            result |= expr_outcomes(suppose, expr->args[i + 1]);
        if (when == MAY_BE_TRUE)
            return result;
    }
    return result | (expr->has_else ? expr_outcomes(suppose, expr->args[last])
                                    : (Outcomes)MAY_BE_NULL);
}

// Returns what the first argument that is not NULL can be.
static Outcomes coalesce_outcomes(const Supposition *suppose, const Expr *expr)
{
    Outcomes result = 0;
    for (size_t i = 0; i < expr->arg_count; i++) {
        Outcomes arg = expr_outcomes(suppose, expr->args[i]);
        result |= arg & NEVER_NULL;
        if (!may_be_null(arg))
            return result;
    }
    return result | MAY_BE_NULL;
}

static Outcomes nullif_outcomes(const Supposition *suppose, const Expr *expr)
{
    if (expr->arg_count != 2)
        return MAY_BE_ANY;
    return expr_outcomes(suppose, expr->args[0]) | MAY_BE_NULL;
}

static Outcomes if_outcomes(const Supposition *suppose, const Expr *expr)
{
    if (expr->arg_count != 3)
        return MAY_BE_ANY;
    Outcomes when = expr_outcomes(suppose, expr->args[0]), result = 0;
    if (when & MAY_BE_TRUE)
        result |= expr_outcomes(suppose, expr->args[1]);
    if (when & (MAY_BE_FALSE | MAY_BE_NULL))
        result |= expr_outcomes(suppose, expr->args[2]);
    return result;
}

// Functions that are lazy about NULL, so that no flag describes them.
static const struct {
    const char *name;
    Outcomes (*outcomes)(const Supposition *suppose, const Expr *expr);
} lazy_functions[] = {
    {"coalesce", coalesce_outcomes},
    {"ifnull", coalesce_outcomes},
    {"nullif", nullif_outcomes},
    {"iif", if_outcomes},
    {"if", if_outcomes},
};

// SQLite's +, -, * of reals can be NULL (infinity minus infinity), of integers not.
static bool is_integer_sum(const Supposition *suppose, const Expr *expr)
{
    if (suppose->facts->tree->dialect != DIALECT_SQLITE || expr->kind != EXPR_OPERATOR ||
        !(text_same_word(expr->name, "+") || text_same_word(expr->name, "-") ||
          text_same_word(expr->name, "*")))
        return false;
    for (size_t i = 0; i < expr->arg_count; i++)
        if (!expr_holds_integers(suppose->facts, suppose->scope, expr->args[i]))
            return false;
    return true;
}

static Outcomes call_outcomes(const Supposition *suppose, const Expr *expr)
{
    if (!expr->function)
        return MAY_BE_ANY;
    for (size_t i = 0; expr->kind == EXPR_CALL && i < COUNT_OF(lazy_functions); i++)
        if (text_same_word(expr->name, lazy_functions[i].name))
            return lazy_functions[i].outcomes(suppose, expr);
    bool total = expr->function->total || is_integer_sum(suppose, expr);
    Outcomes args = NEVER_NULL;
    for (size_t i = 0; i < expr->arg_count; i++) {
        Outcomes arg = expr_outcomes(suppose, expr->args[i]);
        if (is_null(arg) && expr->function->strict)
            return MAY_BE_NULL;
        args |= arg & MAY_BE_NULL;
    }
    return total ? args : (Outcomes)MAY_BE_ANY;
}

static Outcomes cast_outcomes(const Supposition *suppose, const Expr *expr)
{
    Outcomes operand = expr_outcomes(suppose, expr->args[0]);
    if (is_null(operand))
        return MAY_BE_NULL;
    // JSON's null becomes NULL; TRY_CAST makes NULL of what does not fit.
    bool total = expr->form != FORM_TRY && expr->type.kind != TYPE_OTHER &&
                 expr->args[0]->type.kind != TYPE_OTHER;
    return total ? strict(operand, operand) : MAY_BE_ANY;
}

// Aggregates and windows

// Aggregates that are NULL only if no value came in that is not.
static const char *const null_only_if_empty[] = {
    "min",     "max",      "any_value", "string_agg", "group_concat",
    "listagg", "bool_and", "bool_or",   "bit_and",    "bit_or",
    "bit_xor", "list",     "array_agg",
};

// sum() and avg() of infinities are NULL in SQLite.
static bool is_total_sum(const Supposition *suppose, const Expr *expr)
{
    if (!text_same_word(expr->name, "sum") && !text_same_word(expr->name, "avg"))
        return false;
    return suppose->facts->tree->dialect != DIALECT_SQLITE ||
           expr_holds_integers(suppose->facts, suppose->scope, expr->args[0]);
}

static bool is_count(const Expr *expr)
{
    return text_same_word(expr->name, "count") ||
           text_same_word(expr->name, "count_star") ||
           text_same_word(expr->name, "regr_count");
}

static Outcomes aggregate_outcomes(const Supposition *suppose, const Expr *expr)
{
    if (is_count(expr))
        return NEVER_NULL;
    const Scope *scope = suppose->scope;
    if (!scope || scope->stage != STAGE_OUTPUT || !scope->grouped || !expr->function ||
        expr->filter || expr->arg_count == 0)
        return MAY_BE_ANY;
    // Every group of plain keys has a row; the one group of none may be empty.
    if (scope->select->group_count == 0 || !select_has_plain_groups(scope->select))
        return MAY_BE_ANY;
    bool fits =
        is_total_sum(suppose, expr) ||
        text_is_one_of(expr->name, null_only_if_empty, COUNT_OF(null_only_if_empty));
    Scope rows = {scope->outer, scope->select, STAGE_FILTERED, false};
    Supposition inside = *suppose;
    inside.scope = &rows;
    for (size_t i = 0; i < expr->arg_count && fits; i++)
        fits = !may_be_null(expr_outcomes(&inside, expr->args[i]));
    return fits ? NEVER_NULL : MAY_BE_ANY;
}

static Outcomes window_outcomes(const Expr *expr)
{
    static const char *const never_null[] = {
        "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "count",
    };
    bool is_never = text_is_one_of(expr->name, never_null, COUNT_OF(never_null));
    return is_never ? NEVER_NULL : MAY_BE_ANY;
}

// All kinds

static bool is_supposed_null(const Supposition *suppose, const Expr *expr)
{
    const Expr *null = suppose->null_expr;
    if (!null || null->kind != expr->kind)
        return false;
    if (null->kind == EXPR_COLUMN)
        return expr_is_column(expr, null->source, null->column);
    return expr_equal(null, expr) && expr_is_repeatable(null);
}

static Outcomes list_outcomes(const Supposition *suppose, const Expr *expr)
{
    bool both = expr->kind == EXPR_AND;
    Outcomes result = both ? MAY_BE_TRUE : MAY_BE_FALSE;
    for (size_t i = 0; i < expr->arg_count; i++) {
        Outcomes arg = expr_outcomes(suppose, expr->args[i]);
        result = both ? outcomes_and(result, arg) : outcomes_or(result, arg);
    }
    return result;
}

// Grouping sets put NULL in place of a key, be it a column or a whole expression.
static bool is_nulled_key(const Supposition *suppose, const Expr *expr)
{
    const Scope *scope = suppose->scope;
    if (!scope || scope->stage != STAGE_OUTPUT || !scope->grouped ||
        select_has_plain_groups(scope->select))
        return false;
    return select_groups_by(scope->select, expr);
}

Outcomes expr_outcomes(const Supposition *suppose, const Expr *expr)
{
    if (is_supposed_null(suppose, expr))
        return MAY_BE_NULL;
    if (is_nulled_key(suppose, expr))
        return MAY_BE_ANY;
    switch (expr->kind) {
    case EXPR_COLUMN:
        return column_outcomes(suppose, expr);
    case EXPR_LITERAL:
        return literal_outcomes(expr);
    case EXPR_COMPARE:
        return compare_outcomes(suppose, expr->compare, expr->args[0], expr->args[1]);
    case EXPR_AND:
    case EXPR_OR:
        return list_outcomes(suppose, expr);
    case EXPR_NOT:
        return outcomes_not(expr_outcomes(suppose, expr->args[0]));
    case EXPR_IS:
        return negated_if(expr->negated,
                          is_outcomes(expr->is, expr_outcomes(suppose, expr->args[0])));
    case EXPR_BETWEEN:
        return negated_if(expr->negated, between_outcomes(suppose, expr));
    case EXPR_IN_LIST:
        return negated_if(expr->negated, in_list_outcomes(suppose, expr));
    case EXPR_IN_QUERY:
        return negated_if(expr->negated, in_query_outcomes(suppose, expr));
    case EXPR_EXISTS:
        return negated_if(expr->negated, exists_outcomes(suppose, expr->query));
    case EXPR_SUBQUERY:
        return scalar_outcomes(suppose, expr->query);
    case EXPR_QUANTIFIED:
        return quantified_outcomes(suppose, expr);
    case EXPR_LIKE:
        return negated_if(expr->negated, like_outcomes(suppose, expr));
    case EXPR_OPERATOR:
    case EXPR_CALL:
        return call_outcomes(suppose, expr);
    case EXPR_AGGREGATE:
        return aggregate_outcomes(suppose, expr);
    case EXPR_WINDOW:
        return window_outcomes(expr);
    case EXPR_GROUPING:
        return NEVER_NULL;
    case EXPR_CASE:
        return case_outcomes(suppose, expr);
    case EXPR_CAST:
        return cast_outcomes(suppose, expr);
    case EXPR_COLLATE:
        return expr_outcomes(suppose, expr->args[0]);
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_OUTPUT:
    case EXPR_PARAMETER:
    case EXPR_ROW:
    case EXPR_OPAQUE:
        break;
    }
    return MAY_BE_ANY;
}
