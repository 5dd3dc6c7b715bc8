// normal.c - from the leaves up: what stands below a node is in its normal form already.
//
// Each step keeps the value of the expression in three-valued logic, with one exception
// that is easy to see: x = x as a conjunct of a filter becomes x IS NOT NULL.

#include "verify/normal.h"

#include "base/array.h"
#include "base/text.h"
#include "query/walk.h"

#include <math.h>
#include <stdlib.h>

enum {
    LIST_LIMIT = 64, // Longer IN lists stay lists.
    FOLD_DEPTH = 8,
    WHOLE_LIMIT = 1000000000,
};

// Numbers

bool expr_read_number(const Expr *expr, double *number)
{
    bool is_negative = expr->kind == EXPR_OPERATOR && expr->arg_count == 1 &&
                       text_same_word(expr->name, "-");
    const Expr *literal = is_negative ? expr->args[0] : expr;
    if (!expr_is_literal(literal, LITERAL_NUMBER))
        return false;
    char *end;
    double value = strtod(literal->name, &end);
    // Above 2^53 and with many digits two numbers may share a double.
    if (*end != '\0' || fabs(value) > 1e15 || end - literal->name > 15)
        return false;
    *number = is_negative ? -value : value;
    return true;
}

// Returns the whole number that the expression comes to, of so many operators at most; -1
// where it is none, negative, or so large that a step to it might overflow.
static int64_t whole_number(const Expr *expr, unsigned depth)
{
    double literal;
    if (expr_is_literal(expr, LITERAL_NUMBER) && expr->type.kind == TYPE_INTEGER &&
        expr_read_number(expr, &literal) && literal <= WHOLE_LIMIT)
        return (int64_t)literal;
    if (expr->kind != EXPR_OPERATOR || expr->arg_count != 2 || depth == 0 ||
        expr->name[0] == '\0' || expr->name[1] != '\0')
        return -1;
    int64_t left = whole_number(expr->args[0], depth - 1);
    int64_t right = whole_number(expr->args[1], depth - 1);
    if (left < 0 || right < 0)
        return -1;
    int64_t number = expr->name[0] == '+'   ? left + right
                     : expr->name[0] == '-' ? left - right
                     : expr->name[0] == '*' ? left * right
                                            : -1;
    return number <= WHOLE_LIMIT ? number : -1;
}

// Beside a number only the value counts, whatever the type: 40 + 60 is 100.
static const Expr *fold_operand(Arena *arena, const Expr *expr, const Expr *beside)
{
    bool is_computed = expr->kind == EXPR_OPERATOR && type_is_number(beside->type);
    int64_t number = is_computed ? whole_number(expr, FOLD_DEPTH) : -1;
    return number < 0 ? expr : expr_integer(arena, number);
}

// Comparisons

// SQLite compares as the left side's column says; without collations (tree_is_tame) all
// that is left of that is nothing.
static const Expr *compare(Arena *arena, Comparison comparison, const Expr *left,
                           const Expr *right)
{
    bool is_mirrored = comparison == COMPARE_GT || comparison == COMPARE_GE;
    if (is_mirrored)
        return expr_compare(arena, comparison_mirrored(comparison), right, left);
    return expr_compare(arena, comparison, left, right);
}

static const Expr *boolean(Arena *arena, bool value)
{
    Expr literal = {.kind = EXPR_LITERAL,
                    .literal = value ? LITERAL_TRUE : LITERAL_FALSE,
                    .type = TYPE_OF(TYPE_BOOLEAN)};
    return expr_new(arena, literal);
}

static const Expr *fold_comparison(Arena *arena, const Expr *expr)
{
    double left, right;
    const Expr *a = fold_operand(arena, expr->args[0], expr->args[1]);
    const Expr *b = fold_operand(arena, expr->args[1], expr->args[0]);
    if (!expr_read_number(a, &left) || !expr_read_number(b, &right))
        return compare(arena, expr->compare, a, b);
    int order = (left > right) - (left < right);
    return boolean(arena, comparison_holds(expr->compare, order));
}

static bool is_constant(const Expr *expr)
{
    double number;
    return expr_is_constant(expr) || expr_read_number(expr, &number);
}

// True if to compare one by one is to compare all at once: DuckDB finds one type for a
// whole list.
static bool can_split(Dialect dialect, const Expr *expr)
{
    Type type = expr->args[0]->type;
    for (size_t i = 1; i < expr->arg_count; i++) {
        const Expr *item = expr->args[i];
        bool is_alike = type_compares_alike(type, item->type) ||
                        (type.kind == TYPE_INTEGER && item->type.kind == TYPE_INTEGER);
        bool is_string = type.kind == TYPE_TEXT || type_is_moment(type)
                             ? expr_is_literal(item, LITERAL_STRING)
                             : false;
        if (dialect != DIALECT_SQLITE && !is_alike && !is_string)
            return false;
        if (expr->kind == EXPR_IN_LIST && !is_constant(item))
            return false; // The items of a list have no affinity; columns do.
    }
    return expr->arg_count <= LIST_LIMIT;
}

static const Expr *split_between(Arena *arena, const Expr *expr)
{
    const Expr *operand = expr->args[0];
    if (expr->negated) {
        const Expr *sides[] = {
            compare(arena, COMPARE_LT, operand, expr->args[1]),
            compare(arena, COMPARE_LT, expr->args[2], operand),
        };
        return expr_or(arena, sides, 2);
    }
    const Expr *sides[] = {
        compare(arena, COMPARE_LE, expr->args[1], operand),
        compare(arena, COMPARE_LE, operand, expr->args[2]),
    };
    return expr_and(arena, sides, 2);
}

static const Expr *split_list(Arena *arena, const Expr *expr)
{
    Exprs parts = {0};
    Comparison comparison = expr->negated ? COMPARE_NE : COMPARE_EQ;
    for (size_t i = 1; i < expr->arg_count; i++)
        array_push(arena, &parts,
                   compare(arena, comparison, expr->args[0], expr->args[i]));
    return expr->negated ? expr_and(arena, parts.items, parts.count)
                         : expr_or(arena, parts.items, parts.count);
}

// NOT

static const Expr *negate(Arena *arena, const Expr *expr)
{
    Exprs parts = {0};
    switch (expr->kind) {
    case EXPR_COMPARE:
        return compare(arena, comparison_negated(expr->compare), expr->args[0],
                       expr->args[1]);
    case EXPR_AND:
    case EXPR_OR:
        for (size_t i = 0; i < expr->arg_count; i++)
            array_push(arena, &parts, negate(arena, expr->args[i]));
        return expr->kind == EXPR_AND ? expr_or(arena, parts.items, parts.count)
                                      : expr_and(arena, parts.items, parts.count);
    default:
        if (expr_is_literal(expr, LITERAL_TRUE) || expr_is_literal(expr, LITERAL_FALSE))
            return boolean(arena, expr->literal == LITERAL_FALSE);
        return expr_not(arena, expr);
    }
}

static bool is_predicate(const Expr *expr)
{
    return expr->kind != EXPR_COLUMN && expr->kind != EXPR_PARAMETER &&
           expr->type.kind == TYPE_BOOLEAN;
}

// AND and OR: what is TRUE or FALSE by itself. A lone number stays in company: in SQLite
// `5 AND TRUE` is 1.
static const Expr *simplify(Arena *arena, const Expr *expr)
{
    LiteralKind neutral = expr->kind == EXPR_AND ? LITERAL_TRUE : LITERAL_FALSE;
    LiteralKind absorbing = expr->kind == EXPR_AND ? LITERAL_FALSE : LITERAL_TRUE;
    Exprs parts = {0};
    for (size_t i = 0; i < expr->arg_count; i++) {
        if (expr_is_literal(expr->args[i], absorbing))
            return expr->args[i];
        if (!expr_is_literal(expr->args[i], neutral))
            array_push(arena, &parts, expr->args[i]);
    }
    if (parts.count == 1 && !is_predicate(parts.items[0]))
        return expr;
    return expr->kind == EXPR_AND ? expr_and(arena, parts.items, parts.count)
                                  : expr_or(arena, parts.items, parts.count);
}

// Aggregates

static const Expr *simplify_aggregate(Arena *arena, const Expr *expr)
{
    Expr changed = *expr;
    bool is_count = text_same_word(expr->name, "count");
    bool counts_all = is_count && !expr->distinct && expr->arg_count == 1 &&
                      expr->args[0]->kind == EXPR_LITERAL &&
                      expr->args[0]->literal != LITERAL_NULL;
    if (counts_all) {
        changed.star = true;
        changed.arg_count = 0;
    }
    if (expr->function != NULL && expr->function->ignores_duplicates)
        changed.distinct = false;
    return expr_new(arena, changed);
}

typedef struct {
    Arena *arena;
    Dialect dialect;
} Normal;

static const Expr *normal_expr(void *context, const Expr *expr)
{
    const Normal *normal = context;
    Arena *arena = normal->arena;
    switch (expr->kind) {
    case EXPR_COMPARE:
        return fold_comparison(arena, expr);
    case EXPR_BETWEEN:
        return can_split(normal->dialect, expr) ? split_between(arena, expr) : expr;
    case EXPR_IN_LIST:
        return can_split(normal->dialect, expr) ? split_list(arena, expr) : expr;
    case EXPR_NOT:
        return negate(arena, expr->args[0]);
    case EXPR_AND:
    case EXPR_OR:
        return simplify(arena, expr);
    case EXPR_AGGREGATE:
        return simplify_aggregate(arena, expr);
    default:
        return expr;
    }
}

void conjuncts_add(Arena *arena, Exprs *conjuncts, const Expr *condition)
{
    if (condition->kind == EXPR_AND)
        for (size_t i = 0; i < condition->arg_count; i++)
            conjuncts_add(arena, conjuncts, condition->args[i]);
    else if (!expr_is_literal(condition, LITERAL_TRUE))
        array_push(arena, conjuncts, condition);
}

// CTEs

typedef struct {
    Arena *arena;
    const Cte *cte;
    uint32_t *next_id;
    const Query *copy; // What stands in the place of the reference being replaced.
    uint32_t source;   // And that reference's number.
} Inlining;

static const Source *inline_source(void *context, const Source *source)
{
    Inlining *inlining = context;
    bool is_first = inlining->copy == NULL;
    if (source->kind != SOURCE_CTE || source->cte != inlining->cte->number || !is_first)
        return source;
    inlining->copy = query_copy(inlining->arena, inlining->cte->query, inlining->next_id);
    inlining->source = source->number;
    Source changed = *source;
    changed.kind = SOURCE_QUERY;
    changed.query = inlining->copy;
    return source_new(inlining->arena, changed);
}

static const Expr *inline_column(void *context, const Expr *column)
{
    Inlining *inlining = context;
    size_t copied;
    const Output *made = query_outputs(inlining->copy, &copied);
    if (column->source != inlining->source)
        return NULL;
    size_t place = query_output_position(inlining->cte->query, column->column);
    if (place == copied)
        return NULL;
    Expr changed = *column;
    changed.column = made[place].id;
    return expr_new(inlining->arena, changed);
}

// Puts the query of a CTE in the place of each of its references below `query`.
static const Query *inline_cte(Inlining inlining, const Query *query)
{
    Mapper mapper = {.source = inline_source,
                     .context = &inlining,
                     .arena = inlining.arena};
    for (;;) {
        inlining.copy = NULL;
        query = map_query(query, &mapper);
        if (inlining.copy == NULL)
            return query;
        query = query_replace_columns(inlining.arena, query, inline_column, &inlining);
    }
}

typedef struct {
    Arena *arena;
    uint32_t *next_id;
} CteContext;

static const Query *inline_ctes(void *context, const Query *query)
{
    CteContext *it = context;
    while (query->cte_count > 0) {
        Inlining inlining = {.arena = it->arena,
                             .cte = query->ctes[0],
                             .next_id = it->next_id};
        Query rest = *query;
        rest.ctes++;
        rest.cte_count--;
        query = inline_cte(inlining, query_new(it->arena, rest));
    }
    return query;
}

static const Expr *folded_expr(void *context, const Expr *expr)
{
    if (expr->kind != EXPR_COMPARE)
        return expr;
    const Expr *left = fold_operand(context, expr->args[0], expr->args[1]);
    const Expr *right = fold_operand(context, expr->args[1], expr->args[0]);
    bool is_changed = left != expr->args[0] || right != expr->args[1];
    return is_changed ? expr_compare(context, expr->compare, left, right) : expr;
}

const Query *query_folded(Arena *arena, const Query *query)
{
    Mapper mapper = {.expr = folded_expr, .context = arena, .arena = arena};
    return map_query(query, &mapper);
}

const Query *tree_normal(Arena *arena, const Tree *tree, uint32_t *next_id)
{
    CteContext ctes = {arena, next_id};
    Mapper inliner = {.query = inline_ctes, .context = &ctes, .arena = arena};
    Normal normal = {arena, tree->dialect};
    Mapper mapper = {.expr = normal_expr, .context = &normal, .arena = arena};
    *next_id = *next_id > tree->next_id ? *next_id : tree->next_id;
    const Query *query = query_copy(arena, tree->root, next_id);
    return map_query(map_query(query, &inliner), &mapper);
}
