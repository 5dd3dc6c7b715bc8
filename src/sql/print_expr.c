// print_expr.c - operators and brackets.
//
// A child stands in brackets unless it binds strictly tighter than its place, by the
// dialect's own ladder (dialect.h). On the left of + - * / and the like, an equal level
// will do, for they are read from the left. Comparisons never stand bare in each other,
// nor AND in OR, though they might: people would have to know the ladder by heart.

#include "sql/print.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

// The level that an operand of a comparison, LIKE, IS, … must have.
static const Level operand_of_comparison = LEVEL_OTHER;

// Levels

static Level compare_level(const Printer *p, Comparison compare)
{
    const DialectTraits *traits = dialect_traits(p->dialect);
    switch (compare) {
    case COMPARE_EQ:
    case COMPARE_NE:
        return LEVEL_COMPARE;
    case COMPARE_LT:
    case COMPARE_LE:
    case COMPARE_GT:
    case COMPARE_GE:
        return dialect_operator_level(p->dialect, "<", 1);
    case COMPARE_DISTINCT:
    case COMPARE_NOT_DISTINCT:
        return traits->is_level;
    }
    return LEVEL_COMPARE;
}

static Level operator_level(const Printer *p, const Expr *expr)
{
    if (expr->arg_count == 2) {
        if (text_same_word(expr->name, "AT TIME ZONE"))
            return LEVEL_ZONE;
        return dialect_operator_level(p->dialect, expr->name, strlen(expr->name));
    }
    if (strcmp(expr->name, "-") == 0 || strcmp(expr->name, "+") == 0)
        return LEVEL_UNARY;
    return dialect_traits(p->dialect)->tilde_level;
}

// True if the number has a sign: then it is a prefix operator to the parser.
static bool is_signed_number(const Expr *expr)
{
    return expr_is_literal(expr, LITERAL_NUMBER) && expr->name[0] == '-';
}

static Level call_level(const Expr *expr)
{
    switch (expr->form) {
    case FORM_SUBSCRIPT:
    case FORM_FIELD:
    case FORM_METHOD:
        return LEVEL_SUBSCRIPT;
    case FORM_LAMBDA:
        return LEVEL_NONE;
    default:
        return LEVEL_OPERAND;
    }
}

// DuckDB has GLOB, but no NOT GLOB: NOT a GLOB b.
static bool has_not_in_front(const Printer *p, const Expr *expr)
{
    return p->dialect == DIALECT_DUCKDB && expr->like == LIKE_GLOB && expr->negated;
}

static Level expr_level(const Printer *p, const Expr *expr)
{
    const DialectTraits *traits = dialect_traits(p->dialect);
    switch (expr->kind) {
    case EXPR_AND:
        return LEVEL_AND;
    case EXPR_OR:
        return LEVEL_OR;
    case EXPR_NOT:
        return LEVEL_NOT;
    case EXPR_EXISTS:
        return expr->negated ? LEVEL_NOT : LEVEL_OPERAND;
    case EXPR_COMPARE:
    case EXPR_QUANTIFIED:
        return compare_level(p, expr->compare);
    case EXPR_IS:
        return traits->is_level;
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
        return traits->match_level;
    case EXPR_LIKE:
        return has_not_in_front(p, expr) ? LEVEL_NOT : traits->match_level;
    case EXPR_OPERATOR:
        return operator_level(p, expr);
    case EXPR_COLLATE:
        return LEVEL_COLLATE;
    case EXPR_CAST:
        return expr->form == FORM_COLONS ? LEVEL_CAST : LEVEL_OPERAND;
    case EXPR_CALL:
        return call_level(expr);
    case EXPR_OPAQUE:
        return LEVEL_NONE;
    case EXPR_LITERAL:
        return is_signed_number(expr) ? LEVEL_UNARY : LEVEL_OPERAND;
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
    case EXPR_PARAMETER:
    case EXPR_SUBQUERY:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
    case EXPR_GROUPING:
    case EXPR_CASE:
    case EXPR_ROW:
        break;
    }
    return LEVEL_OPERAND;
}

// AND and OR

// Prints items under each other: `word` stands in front of all but the first, so that it
// ends where the items begin. The caller has printed the first one's comment.
static void put_logical_items(Printer *p, const char *word, const Expr *const *items,
                              size_t count)
{
    int outdent = (int)strlen(word) + 1;
    for (size_t i = 0; i < count; i++) {
        layout_indent(&p->layout, -outdent);
        if (i > 0) {
            layout_break(&p->layout, " ");
            put_comment(p, items[i]->comment);
            put(p, word);
            put(p, " ");
        }
        layout_indent(&p->layout, outdent);
        put_expr(p, items[i], count > 1 ? LEVEL_NOT : LEVEL_NONE);
    }
}

void put_conjuncts(Printer *p, const char *word, const Expr *const *conjuncts,
                   size_t count)
{
    bool only_or = count == 1 && conjuncts[0]->kind == EXPR_OR;
    put_comment(p, conjuncts[0]->comment);
    if (only_or)
        put_comment(p, conjuncts[0]->args[0]->comment);
    put(p, word);
    put(p, " ");
    int width = (int)strlen(word) + 1;
    layout_indent(&p->layout, width);
    if (only_or)
        put_logical_items(p, "OR", conjuncts[0]->args, conjuncts[0]->arg_count);
    else
        put_logical_items(p, "AND", conjuncts, count);
    layout_indent(&p->layout, -width);
}

static void put_logical(Printer *p, const Expr *expr, bool brackets)
{
    const char *word = expr->kind == EXPR_AND ? "AND" : "OR";
    if (brackets)
        open_brackets(p, "(");
    else
        layout_open(&p->layout);
    layout_indent(&p->layout, brackets ? 0 : PRINT_INDENT);
    put_comment(p, expr->args[0]->comment);
    put_logical_items(p, word, expr->args, expr->arg_count);
    layout_indent(&p->layout, brackets ? 0 : -PRINT_INDENT);
    if (brackets)
        close_brackets(p, ")");
    else
        layout_close(&p->layout);
}

// Operators

static const char *comparison_symbol(const Printer *p, const Expr *expr)
{
    static const char *const symbols[] = {
        [COMPARE_EQ] = "=",
        [COMPARE_NE] = "<>",
        [COMPARE_LT] = "<",
        [COMPARE_LE] = "<=",
        [COMPARE_GT] = ">",
        [COMPARE_GE] = ">=",
        [COMPARE_DISTINCT] = "IS DISTINCT FROM",
        [COMPARE_NOT_DISTINCT] = "IS NOT DISTINCT FROM",
    };
    bool is_distinct = comparison_sees_null(expr->compare);
    const Expr *right = expr->kind == EXPR_COMPARE ? expr->args[1] : NULL;
    bool is_test = right != NULL && right->kind == EXPR_LITERAL &&
                   (right->literal == LITERAL_NULL || right->literal == LITERAL_TRUE ||
                    right->literal == LITERAL_FALSE);
    if (p->dialect != DIALECT_SQLITE || !is_distinct || is_test)
        return symbols[expr->compare];
    return expr->compare == COMPARE_DISTINCT ? "IS NOT" : "IS";
}

static void put_compare(Printer *p, const Expr *expr)
{
    put_expr(p, expr->args[0], operand_of_comparison);
    put(p, " ");
    put(p, comparison_symbol(p, expr));
    put(p, " ");
    put_expr(p, expr->args[1], operand_of_comparison);
}

static void put_quantified(Printer *p, const Expr *expr)
{
    put_expr(p, expr->args[0], operand_of_comparison);
    put(p, " ");
    put(p, comparison_symbol(p, expr));
    put(p, expr->quantifier == QUANTIFIER_ALL ? " ALL " : " ANY ");
    put_subquery(p, expr->query, NULL);
}

static void put_prefix(Printer *p, const Expr *expr)
{
    const Expr *operand = expr->args[0];
    bool touches = operand->kind == EXPR_OPERATOR && operand->arg_count == 1;
    Level least = touches || is_signed_number(operand)
                      ? LEVEL_OPERAND
                      : (Level)(operator_level(p, expr) + 1);
    put(p, expr->name);
    put_expr(p, operand, least);
}

// True if the left operand needs no brackets and continues the chain: (a + b) - c.
static bool continues_chain(const Printer *p, const Expr *left, Level level)
{
    return left->kind == EXPR_OPERATOR && left->arg_count == 2 &&
           operator_level(p, left) == level && level != LEVEL_ARROW;
}

// A chain of operators of one level, read from the left, breaks as one group. A constant
// gets no line of its own if there is room for it.
static void put_binary(Printer *p, const Expr *expr)
{
    Level level = operator_level(p, expr);
    ARRAY(const Expr *) chain = {0};
    const Expr *first = expr;
    while (continues_chain(p, first, level) || first == expr) {
        array_push(p->arena, &chain, first);
        first = first->args[0];
    }
    // DuckDB's -> binds so loosely that both its sides had better be operands.
    Level least = level == LEVEL_ARROW ? LEVEL_OPERAND : (Level)(level + 1);
    layout_open(&p->layout);
    put_expr(p, first, least);
    layout_indent(&p->layout, PRINT_INDENT);
    for (size_t i = chain.count; i-- > 0;) {
        const Expr *right = chain.items[i]->args[1];
        if (expr_is_constant(right))
            layout_fill(&p->layout);
        else
            layout_break(&p->layout, " ");
        put(p, chain.items[i]->name);
        put(p, " ");
        put_expr(p, right, least);
    }
    layout_indent(&p->layout, -PRINT_INDENT);
    layout_close(&p->layout);
}

static void put_between(Printer *p, const Expr *expr)
{
    // Outside SQLite, COLLATE and AT TIME ZONE may not stand bare in the low bound.
    bool is_narrow = p->dialect != DIALECT_SQLITE;
    Level low = expr_level(p, expr->args[1]);
    bool is_barred = is_narrow && (low == LEVEL_COLLATE || low == LEVEL_ZONE);
    put_expr(p, expr->args[0], operand_of_comparison);
    put(p, expr->negated ? " NOT BETWEEN " : " BETWEEN ");
    put_expr(p, expr->args[1], is_barred ? LEVEL_OPERAND : operand_of_comparison);
    put(p, " AND ");
    put_expr(p, expr->args[2], operand_of_comparison);
}

static void put_in(Printer *p, const Expr *expr)
{
    put_expr(p, expr->args[0], operand_of_comparison);
    put(p, expr->negated ? " NOT IN " : " IN ");
    if (expr->kind == EXPR_IN_QUERY) {
        put_subquery(p, expr->query, NULL);
        return;
    }
    if (expr->arg_count == 1) {
        put(p, "()");
        return;
    }
    open_brackets(p, "(");
    for (size_t i = 1; i < expr->arg_count; i++) {
        if (i > 1) {
            put(p, ",");
            layout_fill(&p->layout);
        }
        put_expr(p, expr->args[i], LEVEL_NONE);
    }
    close_brackets(p, ")");
}

static const char *like_word(const Printer *p, const Expr *expr)
{
    static const char *const words[][2] = {
        [LIKE_LIKE] = {" LIKE ", " NOT LIKE "},
        [LIKE_ILIKE] = {" ILIKE ", " NOT ILIKE "},
        [LIKE_GLOB] = {" GLOB ", " NOT GLOB "},
        [LIKE_SIMILAR] = {" SIMILAR TO ", " NOT SIMILAR TO "},
        [LIKE_REGEXP] = {" REGEXP ", " NOT REGEXP "},
        [LIKE_MATCH] = {" MATCH ", " NOT MATCH "},
    };
    if (expr->like == LIKE_REGEXP && p->dialect != DIALECT_SQLITE)
        return expr->negated ? " !~ " : " ~ ";
    return words[expr->like][expr->negated && !has_not_in_front(p, expr)];
}

static void put_like(Printer *p, const Expr *expr)
{
    put(p, has_not_in_front(p, expr) ? "NOT " : "");
    put_expr(p, expr->args[0], operand_of_comparison);
    put(p, like_word(p, expr));
    put_expr(p, expr->args[1], operand_of_comparison);
    if (expr->arg_count == 3) {
        put(p, " ESCAPE ");
        put_expr(p, expr->args[2], operand_of_comparison);
    }
}

static void put_is(Printer *p, const Expr *expr)
{
    static const char *const words[] = {
        [IS_NULL] = "NULL",
        [IS_TRUE] = "TRUE",
        [IS_FALSE] = "FALSE",
        [IS_UNKNOWN] = "UNKNOWN",
    };
    bool no_unknown = p->dialect == DIALECT_SQLITE && expr->is == IS_UNKNOWN;
    put_expr(p, expr->args[0], operand_of_comparison);
    put(p, expr->negated ? " IS NOT " : " IS ");
    put(p, no_unknown ? "NULL" : words[expr->is]);
}

// All kinds

static void put_chosen_operator(Printer *p, const Expr *expr)
{
    if (expr->arg_count == 1)
        put_prefix(p, expr);
    else
        put_binary(p, expr);
}

static void put_bare_logical(Printer *p, const Expr *expr)
{
    put_logical(p, expr, false);
}

static void put_not(Printer *p, const Expr *expr)
{
    put(p, "NOT ");
    put_expr(p, expr->args[0], LEVEL_COLLATE);
}

static void put_exists(Printer *p, const Expr *expr)
{
    put(p, expr->negated ? "NOT EXISTS " : "EXISTS ");
    put_subquery(p, expr->query, NULL);
}

static void put_scalar_query(Printer *p, const Expr *expr)
{
    put_subquery(p, expr->query, NULL);
}

static void put_collate(Printer *p, const Expr *expr)
{
    put_expr(p, expr->args[0], LEVEL_COLLATE);
    put(p, " COLLATE ");
    if (p->dialect == DIALECT_DUCKDB) // nocase.noaccent
        put(p, expr->name);
    else
        put_name(p, expr->name);
}

static void put_text(Printer *p, const Expr *expr)
{
    put(p, expr->name);
}

typedef void PutExpr(Printer *p, const Expr *expr);

static PutExpr *const printers[EXPR_KIND_COUNT] = {
    [EXPR_NAME] = put_unbound_name,
    [EXPR_STAR] = put_unbound_name,
    [EXPR_COLUMN] = put_column,
    [EXPR_OUTPUT] = put_output,
    [EXPR_LITERAL] = put_literal,
    [EXPR_PARAMETER] = put_text,
    [EXPR_COMPARE] = put_compare,
    [EXPR_AND] = put_bare_logical,
    [EXPR_OR] = put_bare_logical,
    [EXPR_NOT] = put_not,
    [EXPR_IS] = put_is,
    [EXPR_BETWEEN] = put_between,
    [EXPR_IN_LIST] = put_in,
    [EXPR_IN_QUERY] = put_in,
    [EXPR_EXISTS] = put_exists,
    [EXPR_SUBQUERY] = put_scalar_query,
    [EXPR_QUANTIFIED] = put_quantified,
    [EXPR_LIKE] = put_like,
    [EXPR_OPERATOR] = put_chosen_operator,
    [EXPR_CALL] = put_call,
    [EXPR_AGGREGATE] = put_call,
    [EXPR_WINDOW] = put_call,
    [EXPR_GROUPING] = put_call,
    [EXPR_CASE] = put_case,
    [EXPR_CAST] = put_cast,
    [EXPR_COLLATE] = put_collate,
    [EXPR_ROW] = put_row,
    [EXPR_OPAQUE] = put_text,
};

void put_expr(Printer *p, const Expr *expr, Level least)
{
    bool brackets = expr_level(p, expr) < least;
    if (brackets && (expr->kind == EXPR_AND || expr->kind == EXPR_OR)) {
        put_logical(p, expr, true);
        return;
    }
    put(p, brackets ? "(" : "");
    printers[expr->kind](p, expr);
    put(p, brackets ? ")" : "");
}

void put_exprs(Printer *p, const Expr *const *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            put_comma(p);
        put_expr(p, exprs[i], LEVEL_NONE);
    }
}

// Keys

// True if the engine would not take the expression for a value here: a whole number is
// the place of an output; PostgreSQL refuses other constants, DuckDB in ORDER BY.
static bool key_is_constant(const Printer *p, const Expr *key, bool is_group)
{
    const Expr *inner = key;
    while (inner->kind == EXPR_OPERATOR && inner->arg_count == 1)
        inner = inner->args[0];
    if (inner->kind != EXPR_LITERAL)
        return false;
    if (inner->literal == LITERAL_NUMBER &&
        strspn(inner->name, "-0123456789") == strlen(inner->name))
        return true;
    return p->dialect == DIALECT_POSTGRES || (p->dialect == DIALECT_DUCKDB && !is_group);
}

void put_key(Printer *p, const Expr *key, bool is_group)
{
    if (!names_are_bound(p->names) || !key_is_constant(p, key, is_group)) {
        put_expr(p, key, LEVEL_NONE);
        return;
    }
    Type type = key->type;
    if (type.kind == TYPE_UNKNOWN || type.kind == TYPE_NULL)
        type = TYPE_OF(TYPE_INTEGER);
    put(p, "CAST(");
    put_expr(p, key, LEVEL_NONE);
    put(p, " AS ");
    put(p, type_print(p->arena, p->dialect, type));
    put(p, ")");
}

void put_order_items(Printer *p, const OrderItem *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            put_comma(p);
        put_comment(p, items[i].comment);
        put_key(p, items[i].expr, false);
        put(p, items[i].descending ? " DESC" : items[i].ascending ? " ASC" : "");
        if (items[i].nulls != NULLS_DEFAULT)
            put(p, items[i].nulls == NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
    }
}
