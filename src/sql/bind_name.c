// bind_name.c - the name an engine gives to an output without AS.
//
// Both give a column its own name. For everything else SQLite takes the text as it was
// written, and DuckDB prints its parse tree, so that is what is done here: brackets
// around operators, keywords quoted where they name a function, NOT (a < 1) as a >= 1.
// What is not printed here (subqueries, some windows, numbers with exponents) keeps its
// text for a name: a rule that changes such an output may change its name.

#include "sql/bind.h"

#include "base/text.h"
#include "sql/dialect.h"
#include "sql/token.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// A name under construction.
typedef struct {
    Text text;
    bool exact; // So far everything is as DuckDB prints it.
} Namer;

static void name_expr(Namer *n, const Expr *expr);

// Words

// Writes a name, in quotes if it has odd characters or is a keyword.
static void name_word(Namer *n, const char *word)
{
    bool plain = !isdigit((unsigned char)word[0]);
    for (const char *at = word; *at != '\0' && plain; at++)
        plain = isalnum((unsigned char)*at) || *at == '_';
    Word keyword = word_find(word, strlen(word));
    if (plain && dialect_class(DIALECT_DUCKDB, keyword) == CLASS_NONE) {
        text_add(&n->text, word);
        return;
    }
    text_add_quoted(&n->text, word, '"');
}

static char lower_letter(char letter)
{
    return (char)(letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter);
}

static void name_function(Namer *n, const Expr *call)
{
    // Of these the parser itself makes calls, and says where they are.
    static const char *const own_syntax[] = {"substring", "trim", "position", "overlay"};
    char lower[64];
    size_t length = strlen(call->name);
    if (length >= sizeof(lower)) {
        n->exact = false;
        return;
    }
    for (size_t i = 0; i <= length; i++)
        lower[i] = lower_letter(call->name[i]);
    for (size_t i = 0; i < COUNT_OF(own_syntax); i++)
        if (strcmp(own_syntax[i], lower) == 0)
            text_add(&n->text, "main.");
    name_word(n, lower);
}

static void name_list(Namer *n, const Expr *const *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_add(&n->text, i > 0 ? ", " : "");
        name_expr(n, exprs[i]);
    }
}

// Writes the operands in brackets with the word between each two.
static void name_between(Namer *n, const Expr *const *args, size_t count,
                         const char *word)
{
    text_add_char(&n->text, '(');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_addf(&n->text, " %s ", word);
        name_expr(n, args[i]);
    }
    text_add_char(&n->text, ')');
}

// Literals and types

static void name_string(Namer *n, const char *value)
{
    text_add_quoted(&n->text, value, '\'');
}

// True if DuckDB prints the number as it was written: not doubles, which are those with
// an exponent or beyond 38 digits.
static bool is_printed_as_written(const char *number)
{
    return strspn(number, "0123456789.") == strlen(number) && strlen(number) < 38;
}

static void name_literal(Namer *n, const Expr *expr)
{
    switch (expr->literal) {
    case LITERAL_NULL:
        text_add(&n->text, "NULL");
        return;
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        text_addf(&n->text, "CAST('%s' AS BOOLEAN)",
                  expr->literal == LITERAL_TRUE ? "t" : "f");
        return;
    case LITERAL_NUMBER:
        n->exact = n->exact && is_printed_as_written(expr->name);
        text_add(&n->text, expr->name);
        return;
    case LITERAL_STRING:
        name_string(n, expr->name);
        return;
    case LITERAL_BLOB:
    case LITERAL_TYPED:
    case LITERAL_INTERVAL:
        n->exact = false;
        return;
    }
}

static void name_text_type(Namer *n, Type type)
{
    const char *bracket = type.name != NULL ? strchr(type.name, '(') : NULL;
    text_add(&n->text, "VARCHAR");
    if (bracket != NULL)
        text_addf(&n->text, "(%ld)", strtol(bracket + 1, NULL, 10));
}

static void name_type(Namer *n, Type type)
{
    bool sized = type.name != NULL && strchr(type.name, '(') != NULL;
    switch (type.kind) {
    case TYPE_TEXT:
        name_text_type(n, type);
        return;
    case TYPE_BOOLEAN:
        text_add(&n->text, "BOOLEAN");
        return;
    case TYPE_INTEGER:
        if (type.is_unsigned || type.width == 8 || type.width == 128)
            n->exact = false;
        text_add(&n->text, type.width == 64   ? "BIGINT"
                           : type.width == 16 ? "SMALLINT"
                                              : "INTEGER");
        return;
    case TYPE_DECIMAL:
        text_add(&n->text, "DECIMAL");
        if (sized)
            text_addf(&n->text, "(%u, %u)", type.width, type.scale);
        return;
    case TYPE_FLOAT:
        text_add(&n->text, type.width == 32 ? "FLOAT" : "\"DOUBLE\"");
        return;
    case TYPE_DATE:
        text_add(&n->text, "\"DATE\"");
        return;
    case TYPE_TIMESTAMP:
        text_add(&n->text, "TIMESTAMP");
        return;
    default:
        n->exact = false;
    }
}

// Operators

static void name_compare(Namer *n, const Expr *expr, bool negated)
{
    static const char *const signs[] = {
        [COMPARE_EQ] = "=",
        [COMPARE_NE] = "!=",
        [COMPARE_LT] = "<",
        [COMPARE_LE] = "<=",
        [COMPARE_GT] = ">",
        [COMPARE_GE] = ">=",
        [COMPARE_DISTINCT] = "IS DISTINCT FROM",
        [COMPARE_NOT_DISTINCT] = "IS NOT DISTINCT FROM",
    };
    Comparison compare = negated ? comparison_negated(expr->compare) : expr->compare;
    name_between(n, expr->args, 2, signs[compare]);
}

static void name_not(Namer *n, const Expr *expr)
{
    const Expr *operand = expr->args[0];
    if (operand->kind == EXPR_COMPARE) {
        name_compare(n, operand, true);
        return;
    }
    if (operand->kind == EXPR_IN_LIST) {
        n->exact = false;
        return;
    }
    text_add(&n->text, "(NOT ");
    name_expr(n, operand);
    text_add_char(&n->text, ')');
}

static void name_is(Namer *n, const Expr *expr)
{
    const char *negation = expr->negated ? "NOT " : "";
    text_add_char(&n->text, '(');
    if (expr->is == IS_NULL || expr->is == IS_UNKNOWN) {
        name_expr(n, expr->args[0]);
        text_addf(&n->text, " IS %sNULL)", negation);
        return;
    }
    text_add(&n->text, "CAST(");
    name_expr(n, expr->args[0]);
    text_addf(&n->text, " AS BOOLEAN) IS %sDISTINCT FROM %s)",
              expr->negated ? "" : "NOT ", expr->is == IS_TRUE ? "true" : "false");
}

static void name_range(Namer *n, const Expr *expr)
{
    text_add(&n->text, expr->negated ? "(NOT (" : "(");
    name_expr(n, expr->args[0]);
    text_add(&n->text, " BETWEEN ");
    name_expr(n, expr->args[1]);
    text_add(&n->text, " AND ");
    name_expr(n, expr->args[2]);
    text_add(&n->text, expr->negated ? "))" : ")");
}

static void name_in(Namer *n, const Expr *expr)
{
    text_add_char(&n->text, '(');
    name_expr(n, expr->args[0]);
    text_add(&n->text, expr->negated ? " NOT IN (" : " IN (");
    name_list(n, expr->args + 1, expr->arg_count - 1);
    text_add(&n->text, "))");
}

static void name_like(Namer *n, const Expr *expr)
{
    bool like = expr->like == LIKE_LIKE || expr->like == LIKE_ILIKE;
    if (!like || expr->arg_count > 2) {
        n->exact = false;
        return;
    }
    const char *sign = expr->like == LIKE_ILIKE ? "~~*" : "~~";
    name_between(n, expr->args, 2,
                 arena_printf(n->text.arena, "%s%s", expr->negated ? "!" : "", sign));
}

static void name_operator(Namer *n, const Expr *expr)
{
    if (expr->arg_count == 2) {
        n->exact = n->exact && !isalpha((unsigned char)expr->name[0]); // AT TIME ZONE
        name_between(n, expr->args, 2, expr->name);
        return;
    }
    const Expr *operand = expr->args[0];
    bool number = operand->kind == EXPR_LITERAL && operand->literal == LITERAL_NUMBER;
    if (number && strcmp(expr->name, "-") == 0) {
        text_add_char(&n->text, '-');
        name_expr(n, operand);
        return;
    }
    bool folds = operand->kind == EXPR_OPERATOR && operand->arg_count == 1;
    n->exact = n->exact && !folds; // - -1 is 1.
    text_addf(&n->text, "%s(", expr->name);
    name_expr(n, operand);
    text_add_char(&n->text, ')');
}

static void name_case(Namer *n, const Expr *expr)
{
    size_t first = expr->has_operand ? 1 : 0;
    size_t end = expr->arg_count - (expr->has_else ? 1 : 0);
    text_add(&n->text, "CASE ");
    for (size_t i = first; i + 1 < end; i += 2) {
        text_add(&n->text, " WHEN (");
        if (expr->has_operand) {
            const Expr *sides[] = {expr->args[0], expr->args[i]};
            name_between(n, sides, 2, "=");
        } else {
            name_expr(n, expr->args[i]);
        }
        text_add(&n->text, ") THEN (");
        name_expr(n, expr->args[i + 1]);
        text_add_char(&n->text, ')');
    }
    text_add(&n->text, " ELSE ");
    if (expr->has_else)
        name_expr(n, expr->args[expr->arg_count - 1]);
    else
        text_add(&n->text, "NULL");
    text_add(&n->text, " END");
}

static void name_cast(Namer *n, const Expr *expr)
{
    text_add(&n->text, expr->form == FORM_TRY ? "TRY_CAST(" : "CAST(");
    name_expr(n, expr->args[0]);
    text_add(&n->text, " AS ");
    name_type(n, expr->type);
    text_add_char(&n->text, ')');
}

// Calls

static void name_order(Namer *n, const OrderItem *items, size_t count)
{
    static const char *const nulls[] = {"", " NULLS FIRST", " NULLS LAST"};
    text_add(&n->text, "ORDER BY ");
    for (size_t i = 0; i < count; i++) {
        text_add(&n->text, i > 0 ? ", " : "");
        name_expr(n, items[i].expr);
        text_add(&n->text, items[i].descending ? " DESC" : "");
        text_add(&n->text, nulls[items[i].nulls]);
    }
}

static void name_over(Namer *n, const Window *window)
{
    if (window->name != NULL || window->base != NULL || window->frame != FRAME_NONE) {
        n->exact = false;
        return;
    }
    text_add(&n->text, " OVER (");
    if (window->partition_count > 0) {
        text_add(&n->text, "PARTITION BY ");
        name_list(n, window->partition, window->partition_count);
    }
    if (window->order_count > 0) {
        text_add(&n->text, window->partition_count > 0 ? " " : "");
        name_order(n, window->order, window->order_count);
    }
    text_add_char(&n->text, ')');
}

// Calls that DuckDB's parser turns into something else.
static bool name_special_call(Namer *n, const Expr *expr)
{
    bool coalesce =
        text_same_word(expr->name, "coalesce") || text_same_word(expr->name, "ifnull");
    if (coalesce) {
        text_add(&n->text, "COALESCE(");
        name_list(n, expr->args, expr->arg_count);
        text_add_char(&n->text, ')');
        return true;
    }
    if (expr->form == FORM_BARE) {
        name_function(n, expr);
        return true;
    }
    if (expr->form == FORM_EXTRACT) {
        text_add(&n->text, "main.date_part(");
        name_list(n, expr->args, expr->arg_count);
        text_add_char(&n->text, ')');
        return true;
    }
    bool other = expr->form != FORM_PLAIN && expr->form != FORM_SUBSTRING;
    if (other || text_same_word(expr->name, "if") || text_same_word(expr->name, "date"))
        n->exact = false;
    return other;
}

static void name_call(Namer *n, const Expr *expr)
{
    if (name_special_call(n, expr))
        return;
    if (expr->star && expr->window == NULL && text_same_word(expr->name, "count"))
        text_add(&n->text, "count_star");
    else
        name_function(n, expr);
    text_add(&n->text, expr->distinct ? "(DISTINCT " : "(");
    name_list(n, expr->args, expr->arg_count);
    if (expr->order_count > 0) {
        text_add_char(&n->text, ' ');
        name_order(n, expr->order, expr->order_count);
    }
    text_add_char(&n->text, ')');
    if (expr->filter != NULL) {
        text_add(&n->text, " FILTER (WHERE ");
        name_expr(n, expr->filter);
        text_add_char(&n->text, ')');
    }
    if (expr->window != NULL)
        name_over(n, expr->window);
    n->exact = n->exact && !expr->ignore_nulls;
}

static void name_column(Namer *n, const Expr *expr)
{
    for (size_t i = 0; i < expr->part_count; i++) {
        name_word(n, expr->parts[i]);
        text_add_char(&n->text, '.');
    }
    name_word(n, expr->name);
}

static void name_expr(Namer *n, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_NAME:
        name_column(n, expr);
        return;
    case EXPR_LITERAL:
        name_literal(n, expr);
        return;
    case EXPR_COMPARE:
        name_compare(n, expr, false);
        return;
    case EXPR_AND:
        name_between(n, expr->args, expr->arg_count, "AND");
        return;
    case EXPR_OR:
        name_between(n, expr->args, expr->arg_count, "OR");
        return;
    case EXPR_NOT:
        name_not(n, expr);
        return;
    case EXPR_IS:
        name_is(n, expr);
        return;
    case EXPR_BETWEEN:
        name_range(n, expr);
        return;
    case EXPR_IN_LIST:
        name_in(n, expr);
        return;
    case EXPR_LIKE:
        name_like(n, expr);
        return;
    case EXPR_OPERATOR:
        name_operator(n, expr);
        return;
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
        name_call(n, expr);
        return;
    case EXPR_GROUPING:
        text_add(&n->text, "GROUPING(");
        name_list(n, expr->args, expr->arg_count);
        text_add_char(&n->text, ')');
        return;
    case EXPR_CASE:
        name_case(n, expr);
        return;
    case EXPR_CAST:
        name_cast(n, expr);
        return;
    default:
        n->exact = false;
    }
}

const char *expr_implicit_name(Arena *arena, Dialect dialect, const Expr *written,
                               const char *text)
{
    if (dialect != DIALECT_DUCKDB)
        return text;
    if (written->kind == EXPR_NAME)
        return written->name;
    Namer namer = {.text = text_new(arena), .exact = true};
    name_expr(&namer, written);
    return namer.exact ? namer.text.bytes : text;
}

const char *output_implicit_name(Binder *b, const Scope *scope, const Output *written,
                                 const Expr *bound)
{
    if (bound->kind == EXPR_COLUMN) {
        const char *name = scope_column_name(scope, bound);
        return name != NULL ? name : bound->name;
    }
    return expr_implicit_name(b->arena, b->dialect, written->expr, written->name);
}
