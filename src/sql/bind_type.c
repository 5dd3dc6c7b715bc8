// bind_type.c - the type of an expression.
//
// What is not certain is TYPE_UNKNOWN. DuckDB's rules were read off the engine with
// typeof(); a whole number written in the text takes the type of what it is combined
// with there, which is why literals are looked at, not only types.
//
// In SQLite `kind` is what declarations and functions promise, not what the engine
// enforces (catalog/type.h). Only columns, casts and subqueries have an affinity, and
// only columns (through casts and unary plus, too) and COLLATE a collation, which goes up
// through calls and operators, but out of no subquery (datatype3.html, 3.2, 7.1; the rest
// read off the engine, 3.40.1).

#include "sql/bind.h"

#include "base/text.h"
#include "query/function.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMAL_MAX = 38, DECIMAL_OF_64_BITS = 18 };

static const Type unknown = {.kind = TYPE_UNKNOWN};

static Type integer_type(unsigned width)
{
    return (Type){.kind = TYPE_INTEGER, .width = (uint16_t)width};
}

static Type float_type(unsigned width)
{
    return (Type){.kind = TYPE_FLOAT, .width = (uint16_t)width};
}

static Type decimal_type(unsigned width, unsigned scale)
{
    return (
        Type){.kind = TYPE_DECIMAL, .width = (uint16_t)width, .scale = (uint8_t)scale};
}

// Literals

static Type whole_number_type(Dialect dialect, const char *digits)
{
    while (*digits == '0')
        digits++;
    size_t length = strlen(digits);
    bool is_64 =
        length < 19 || (length == 19 && strcmp(digits, "9223372036854775807") <= 0);
    if (dialect == DIALECT_SQLITE)
        return is_64 ? integer_type(64) : float_type(64);
    bool is_32 = length < 10 || (length == 10 && strcmp(digits, "2147483647") <= 0);
    if (is_64)
        return integer_type(is_32 ? 32 : 64);
    if (dialect == DIALECT_DUCKDB && length < 39)
        return integer_type(128);
    return unknown;
}

static Type number_type(Dialect dialect, const char *text)
{
    size_t whole = strspn(text, "0123456789");
    if (text[whole] == '\0')
        return whole_number_type(dialect, text);
    if (strspn(text, "0123456789.") != strlen(text)) {
        bool exponent = strspn(text, "0123456789.eE+-") == strlen(text);
        return exponent ? float_type(64) : unknown; // Hexadecimal, underscores.
    }
    if (dialect == DIALECT_SQLITE)
        return float_type(64);
    size_t digits = strlen(text) - 1;
    if (dialect != DIALECT_DUCKDB || digits > DECIMAL_MAX)
        return unknown;
    return decimal_type((unsigned)digits, (unsigned)(digits - whole));
}

static Type literal_type(Dialect dialect, const Expr *expr)
{
    switch (expr->literal) {
    case LITERAL_NULL:
        return TYPE_OF(TYPE_NULL);
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        return TYPE_OF(TYPE_BOOLEAN);
    case LITERAL_NUMBER:
        return number_type(dialect, expr->name);
    case LITERAL_STRING:
        return TYPE_OF(TYPE_TEXT);
    case LITERAL_BLOB:
        return TYPE_OF(TYPE_BLOB);
    case LITERAL_TYPED:
        return expr->type;
    case LITERAL_INTERVAL:
        return TYPE_OF(TYPE_INTERVAL);
    }
    return unknown;
}

// Common types

// Returns the DECIMAL that holds any value of the type; width 0 if there is none.
static Type as_decimal(Type type)
{
    if (type.kind == TYPE_DECIMAL)
        return type;
    if (type.kind != TYPE_INTEGER || type.is_unsigned)
        return decimal_type(0, 0);
    switch (type.width) {
    case 8:
        return decimal_type(3, 0);
    case 16:
        return decimal_type(5, 0);
    case 32:
        return decimal_type(10, 0);
    case 64:
        return decimal_type(19, 0);
    default:
        return decimal_type(0, 0);
    }
}

static unsigned max_of(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static Type common_decimal(Type a, Type b)
{
    a = as_decimal(a);
    b = as_decimal(b);
    if (a.width == 0 || b.width == 0)
        return unknown;
    unsigned scale = max_of(a.scale, b.scale);
    unsigned width = max_of(a.width - a.scale, b.width - b.scale) + scale;
    return width <= DECIMAL_MAX ? decimal_type(width, scale) : unknown;
}

static Type common_number(Type a, Type b)
{
    if (a.kind == TYPE_FLOAT && b.kind == TYPE_FLOAT)
        return float_type(max_of(a.width, b.width));
    if (a.kind == TYPE_FLOAT || b.kind == TYPE_FLOAT)
        return float_type(a.kind == TYPE_FLOAT ? a.width : b.width);
    if (a.kind == TYPE_DECIMAL || b.kind == TYPE_DECIMAL)
        return common_decimal(a, b);
    if (a.is_unsigned != b.is_unsigned)
        return unknown;
    Type type = integer_type(max_of(a.width, b.width));
    type.is_unsigned = a.is_unsigned;
    return type;
}

static bool same_order(Type a, Type b)
{
    return (a.collation == NULL && b.collation == NULL) ||
           text_same_word(a.collation, b.collation);
}

static Type common_sqlite(Type a, Type b)
{
    if (a.kind != b.kind || a.affinity != b.affinity || !same_order(a, b))
        return unknown;
    if (a.width != b.width || a.scale != b.scale)
        a.width = a.scale = 0;
    a.name = NULL;
    return a;
}

Type type_common(Dialect dialect, Type a, Type b)
{
    if (a.kind == TYPE_NULL || b.kind == TYPE_NULL)
        return a.kind == TYPE_NULL ? b : a;
    if (dialect == DIALECT_SQLITE)
        return common_sqlite(a, b);
    if (type_equal(a, b))
        return a;
    if (dialect != DIALECT_DUCKDB || !same_order(a, b))
        return unknown;
    if (type_is_number(a) && type_is_number(b))
        return common_number(a, b);
    bool dates = (a.kind == TYPE_DATE && b.kind == TYPE_TIMESTAMP) ||
                 (a.kind == TYPE_TIMESTAMP && b.kind == TYPE_DATE);
    return dates ? TYPE_OF(TYPE_TIMESTAMP) : unknown;
}

// A whole number as written, perhaps with a minus: it takes on narrower types in DuckDB.
static bool is_whole_literal(const Expr *expr)
{
    if (expr->kind == EXPR_OPERATOR && expr->arg_count == 1)
        expr = expr->args[0];
    return expr->kind == EXPR_LITERAL && expr->literal == LITERAL_NUMBER &&
           strspn(expr->name, "0123456789") == strlen(expr->name);
}

// Returns the common type of values that stand side by side in CASE, COALESCE, ….
static Type common_of(Dialect dialect, const Expr *const *exprs, size_t count, Type type)
{
    bool literal = false, narrow = false, text = false, other = false;
    for (size_t i = 0; i < count; i++) {
        Type own = exprs[i]->type;
        own.affinity = AFFINITY_NONE;
        own.collation = NULL;
        type = type_common(dialect, type, own);
        literal = literal || is_whole_literal(exprs[i]);
        narrow = narrow || (own.kind == TYPE_INTEGER && own.width < 32);
        text = text || (exprs[i]->kind == EXPR_LITERAL && own.kind == TYPE_TEXT);
        other = other || (own.kind != TYPE_TEXT && own.kind != TYPE_NULL);
    }
    if (dialect == DIALECT_DUCKDB && ((literal && narrow) || (text && other)))
        return unknown;
    return type;
}

static Type case_type(Dialect dialect, const Expr *expr)
{
    const Expr *results[64];
    size_t count = 0, first = expr->has_operand ? 1 : 0;
    for (size_t i = first; i + 1 < expr->arg_count && count < COUNT_OF(results); i += 2)
        results[count++] = expr->args[i + 1];
    if (expr->has_else && count < COUNT_OF(results))
        results[count++] = expr->args[expr->arg_count - 1];
    if (count == COUNT_OF(results))
        return unknown;
    return common_of(dialect, results, count, TYPE_OF(TYPE_NULL));
}

// Operators

// DuckDB keeps decimals in 64 bits as long as both sides are, and raises on overflow.
static Type decimal_result(Type a, Type b, unsigned width, unsigned scale)
{
    bool small = max_of(a.width, b.width) <= DECIMAL_OF_64_BITS;
    if (width > DECIMAL_OF_64_BITS && small && scale <= DECIMAL_OF_64_BITS)
        width = DECIMAL_OF_64_BITS;
    if (width > DECIMAL_MAX)
        width = DECIMAL_MAX;
    return scale <= width ? decimal_type(width, scale) : unknown;
}

static Type decimal_arithmetic(char operator, Type a, Type b)
{
    Type left = as_decimal(a), right = as_decimal(b);
    if (left.width == 0 || right.width == 0)
        return unknown;
    unsigned scale = max_of(left.scale, right.scale);
    if (operator== '*')
        return decimal_result(left, right, left.width + right.width,
                              left.scale + right.scale);
    if (operator== '%')
        return common_decimal(a, b);
    unsigned whole = max_of(left.width - left.scale, right.width - right.scale);
    return decimal_result(left, right, whole + scale + 1, scale);
}

static Type duckdb_number_operator(const char *name, const Expr *a, const Expr *b)
{
    bool floats = a->type.kind == TYPE_FLOAT || b->type.kind == TYPE_FLOAT;
    bool decimals = a->type.kind == TYPE_DECIMAL || b->type.kind == TYPE_DECIMAL;
    bool integers = !floats && !decimals;
    bool same_sign = a->type.is_unsigned == b->type.is_unsigned;
    if (strcmp(name, "^") == 0 || strcmp(name, "**") == 0)
        return float_type(64);
    if (strcmp(name, "/") == 0)
        return floats ? common_number(a->type, b->type) : float_type(64);
    if (strcmp(name, "//") == 0 && decimals)
        return floats ? unknown : float_type(64);
    if (strchr("+-*%", name[0]) == NULL && strcmp(name, "//") != 0 && !integers)
        return unknown;
    if (decimals && !floats)
        return decimal_arithmetic(name[0], a->type, b->type);
    if (integers && !same_sign)
        return unknown;
    if (integers && is_whole_literal(b) && !is_whole_literal(a) && b->type.width <= 32 &&
        a->type.width < 32)
        return a->type;
    return common_number(a->type, b->type);
}

// What +, - and * of moments and intervals give in DuckDB.
static const struct {
    const char *name;
    TypeKind left, right, result;
} moment_operators[] = {
    {"+", TYPE_DATE, TYPE_INTEGER, TYPE_DATE},
    {"+", TYPE_INTEGER, TYPE_DATE, TYPE_DATE},
    {"-", TYPE_DATE, TYPE_INTEGER, TYPE_DATE},
    {"-", TYPE_DATE, TYPE_DATE, TYPE_INTEGER},
    {"+", TYPE_DATE, TYPE_INTERVAL, TYPE_TIMESTAMP},
    {"+", TYPE_INTERVAL, TYPE_DATE, TYPE_TIMESTAMP},
    {"-", TYPE_DATE, TYPE_INTERVAL, TYPE_TIMESTAMP},
    {"+", TYPE_TIMESTAMP, TYPE_INTERVAL, TYPE_TIMESTAMP},
    {"+", TYPE_INTERVAL, TYPE_TIMESTAMP, TYPE_TIMESTAMP},
    {"-", TYPE_TIMESTAMP, TYPE_INTERVAL, TYPE_TIMESTAMP},
    {"-", TYPE_TIMESTAMP, TYPE_TIMESTAMP, TYPE_INTERVAL},
    {"-", TYPE_DATE, TYPE_TIMESTAMP, TYPE_INTERVAL},
    {"-", TYPE_TIMESTAMP, TYPE_DATE, TYPE_INTERVAL},
    {"+", TYPE_TIME, TYPE_INTERVAL, TYPE_TIME},
    {"-", TYPE_TIME, TYPE_INTERVAL, TYPE_TIME},
    {"+", TYPE_INTERVAL, TYPE_INTERVAL, TYPE_INTERVAL},
    {"-", TYPE_INTERVAL, TYPE_INTERVAL, TYPE_INTERVAL},
    {"*", TYPE_INTERVAL, TYPE_INTEGER, TYPE_INTERVAL},
    {"/", TYPE_INTERVAL, TYPE_INTEGER, TYPE_INTERVAL},
};

static Type duckdb_operator(const char *name, const Expr *a, const Expr *b)
{
    if (type_is_number(a->type) && type_is_number(b->type))
        return duckdb_number_operator(name, a, b);
    for (size_t i = 0; i < COUNT_OF(moment_operators); i++)
        if (strcmp(moment_operators[i].name, name) == 0 &&
            moment_operators[i].left == a->type.kind &&
            moment_operators[i].right == b->type.kind) {
            Type type = TYPE_OF(moment_operators[i].result);
            if (type.kind == TYPE_INTEGER)
                type.width = 64;
            return type;
        }
    bool texts = a->type.kind == TYPE_TEXT && b->type.kind == TYPE_TEXT;
    return texts && strcmp(name, "||") == 0 ? TYPE_OF(TYPE_TEXT) : unknown;
}

static Type sqlite_operator(const char *name, Type a, Type b)
{
    if (strcmp(name, "||") == 0)
        return TYPE_OF(TYPE_TEXT);
    if (strcmp(name, "->") == 0)
        return TYPE_OF(TYPE_TEXT);
    if (strcmp(name, "&") == 0 || strcmp(name, "|") == 0 || strcmp(name, "<<") == 0 ||
        strcmp(name, ">>") == 0 || strcmp(name, "~") == 0)
        return integer_type(64);
    if (strchr("+-*/%", name[0]) == NULL)
        return unknown;
    if (a.kind == TYPE_INTEGER && b.kind == TYPE_INTEGER)
        return integer_type(64);
    bool numbers = type_is_number(a) && type_is_number(b);
    bool floats = a.kind == TYPE_FLOAT || b.kind == TYPE_FLOAT;
    return numbers && floats && name[0] != '%' ? float_type(64) : unknown;
}

// The one whole number that only its minus makes fit into 64 bits.
static bool is_least_integer(const Expr *expr)
{
    return expr->args[0]->kind == EXPR_LITERAL && strcmp(expr->name, "-") == 0 &&
           expr->args[0]->literal == LITERAL_NUMBER &&
           strcmp(expr->args[0]->name, "9223372036854775808") == 0;
}

static Type prefix_type(Dialect dialect, const Expr *expr)
{
    const Expr *operand = expr->args[0];
    Type type = operand->type;
    if (is_least_integer(expr))
        return dialect == DIALECT_SQLITE ? integer_type(64) : unknown;
    bool keeps = (strcmp(expr->name, "-") == 0 || strcmp(expr->name, "+") == 0) &&
                 (type_is_number(type) || type.kind == TYPE_INTERVAL);
    bool widens = type.is_unsigned || is_whole_literal(operand);
    if (strcmp(expr->name, "~") == 0 && type.kind == TYPE_INTEGER)
        keeps = true;
    if (!keeps || (widens && type.width != 32 && dialect == DIALECT_DUCKDB))
        return unknown;
    type.affinity = AFFINITY_NONE;
    type.collation = NULL;
    type.name = NULL;
    return type;
}

static Type operator_type(Dialect dialect, const Expr *expr)
{
    const Expr *first = expr->args[0];
    if (expr->arg_count == 1)
        return prefix_type(dialect, expr);
    switch (dialect) {
    case DIALECT_SQLITE:
        return sqlite_operator(expr->name, first->type, expr->args[1]->type);
    case DIALECT_DUCKDB:
        return duckdb_operator(expr->name, first, expr->args[1]);
    case DIALECT_POSTGRES:
        break;
    }
    return unknown;
}

// Functions

static const struct {
    const char *name;
    Type type;
} result_types[] = {
    {"boolean", {.kind = TYPE_BOOLEAN}},
    {"bigint", {.kind = TYPE_INTEGER, .width = 64}},
    {"integer", {.kind = TYPE_INTEGER, .width = 32}},
    {"hugeint", {.kind = TYPE_INTEGER, .width = 128}},
    {"double", {.kind = TYPE_FLOAT, .width = 64}},
    {"text", {.kind = TYPE_TEXT}},
    {"blob", {.kind = TYPE_BLOB}},
    {"date", {.kind = TYPE_DATE}},
    {"time", {.kind = TYPE_TIME}},
    {"timestamp", {.kind = TYPE_TIMESTAMP}},
    {"timestamptz", {.kind = TYPE_TIMESTAMP_ZONED}},
    {"interval", {.kind = TYPE_INTERVAL}},
};

static Type duckdb_sum_type(Type type)
{
    switch (type.kind) {
    case TYPE_BOOLEAN:
    case TYPE_INTEGER:
        return type.is_unsigned && type.width == 128 ? unknown : integer_type(128);
    case TYPE_DECIMAL:
        return decimal_type(DECIMAL_MAX, type.scale);
    case TYPE_FLOAT:
        return float_type(64);
    default:
        return unknown;
    }
}

static Type sum_type(Dialect dialect, Type type)
{
    if (dialect == DIALECT_DUCKDB)
        return duckdb_sum_type(type);
    bool exact = type.kind == TYPE_INTEGER || type.kind == TYPE_FLOAT;
    return dialect == DIALECT_SQLITE && exact ? (Type){.kind = type.kind, .width = 64}
                                              : unknown;
}

// What an average or median of the type is, where it is not the number itself.
static Type average_type(Dialect dialect, Type type)
{
    if (dialect == DIALECT_SQLITE || type_is_number(type))
        return float_type(64);
    return type.kind == TYPE_DATE || type.kind == TYPE_TIMESTAMP ? TYPE_OF(TYPE_TIMESTAMP)
                                                                 : unknown;
}

// Returns an argument's type as that of a result: without affinity and collation.
static Type argument_type(const Expr *expr, size_t number)
{
    if (expr->arg_count <= number)
        return unknown;
    Type type = expr->args[number]->type;
    type.affinity = AFFINITY_NONE;
    type.collation = NULL;
    return type;
}

// Returns the type of what keeps a blob a blob and makes everything else text.
static Type text_type(Type type)
{
    return type.kind == TYPE_BLOB || type.kind == TYPE_UNKNOWN ? unknown
                                                               : TYPE_OF(TYPE_TEXT);
}

static Type call_type(Dialect dialect, const Expr *expr)
{
    const char *rule = expr->function != NULL ? expr->function->result : "";
    for (size_t i = 0; i < COUNT_OF(result_types); i++)
        if (strcmp(result_types[i].name, rule) == 0)
            return result_types[i].type;
    if (strcmp(rule, "arg1") == 0)
        return argument_type(expr, 0);
    if (strcmp(rule, "arg2") == 0)
        return argument_type(expr, 1);
    if (strcmp(rule, "number1") == 0 && type_is_number(argument_type(expr, 0)))
        return argument_type(expr, 0);
    if (strcmp(rule, "text1") == 0 && expr->arg_count > 0)
        return text_type(expr->args[0]->type);
    if (strcmp(rule, "common") == 0)
        return common_of(dialect, expr->args, expr->arg_count, TYPE_OF(TYPE_NULL));
    if (strcmp(rule, "common2") == 0 && expr->arg_count == 3)
        return common_of(dialect, expr->args + 1, 2, TYPE_OF(TYPE_NULL));
    if (strcmp(rule, "lag") == 0 && expr->arg_count < 3)
        return argument_type(expr, 0);
    if (strcmp(rule, "sum") == 0)
        return sum_type(dialect, argument_type(expr, 0));
    if (strcmp(rule, "average") == 0)
        return average_type(dialect, argument_type(expr, 0));
    if (strcmp(rule, "median") == 0) {
        Type type = argument_type(expr, 0);
        return type.kind == TYPE_DECIMAL ? type : average_type(dialect, type);
    }
    return unknown;
}

// All kinds

static Type subquery_type(Dialect dialect, const Expr *expr)
{
    size_t count;
    const Output *outputs = query_outputs(expr->query, &count);
    if (count != 1)
        return unknown;
    Type type = outputs[0].type;
    if (dialect == DIALECT_SQLITE)
        type.collation = NULL;
    return type;
}

// SQLite casts to an affinity, whatever the name promises: CAST(a AS DATE) is a number.
static TypeKind affinity_kind(Affinity affinity)
{
    switch (affinity) {
    case AFFINITY_INTEGER:
        return TYPE_INTEGER;
    case AFFINITY_REAL:
        return TYPE_FLOAT;
    case AFFINITY_TEXT:
        return TYPE_TEXT;
    case AFFINITY_BLOB:
        return TYPE_BLOB;
    case AFFINITY_NUMERIC:
    case AFFINITY_NONE:
        break;
    }
    return TYPE_UNKNOWN;
}

// A cast keeps its operand's collation: SQLite looks through it for a column.
static Type cast_type(Dialect dialect, const Expr *expr)
{
    Type type = expr->type;
    if (dialect != DIALECT_SQLITE)
        return type;
    type.collation = expr->args[0]->type.collation;
    type.kind = affinity_kind(type.affinity);
    type.width = type.kind == TYPE_INTEGER || type.kind == TYPE_FLOAT ? 64 : 0;
    type.scale = 0;
    return type;
}

static Type collate_type(const Expr *expr)
{
    Type type = expr->args[0]->type;
    type.collation = text_same_word(expr->name, "binary") ? NULL : expr->name;
    return type;
}

// Returns the first COLLATE below, subqueries left out; NULL if there is none.
static const Expr *collate_below(const Expr *expr)
{
    if (expr->kind == EXPR_COLLATE)
        return expr;
    for (size_t i = 0; i < expr->arg_count; i++) {
        const Expr *found = collate_below(expr->args[i]);
        if (found != NULL)
            return found;
    }
    return NULL;
}

// Returns the collation by which SQLite compares a call or an operation.
static const char *collation_from_below(const Expr *expr)
{
    const Expr *collate = collate_below(expr);
    if (collate != NULL)
        return collate->type.collation;
    bool is_plus = expr->kind == EXPR_OPERATOR && expr->arg_count == 1 &&
                   strcmp(expr->name, "+") == 0;
    return is_plus ? expr->args[0]->type.collation : NULL;
}

static Type type_from_args(Arena *arena, Dialect dialect, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_COMPARE:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_QUANTIFIED:
    case EXPR_LIKE:
        return TYPE_OF(TYPE_BOOLEAN);
    case EXPR_LITERAL:
        return literal_type(dialect, expr);
    case EXPR_SUBQUERY:
        return subquery_type(dialect, expr);
    case EXPR_OPERATOR:
        return operator_type(dialect, expr);
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
        return call_type(dialect, expr);
    case EXPR_GROUPING:
        return integer_type(64);
    case EXPR_CASE:
        return case_type(dialect, expr);
    case EXPR_CAST:
        return cast_type(dialect, expr);
    case EXPR_COLLATE:
        return collate_type(expr);
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_PARAMETER:
    case EXPR_ROW:
    case EXPR_OPAQUE:
        break;
    }
    return expr->type;
}

Type expr_derive_type(Arena *arena, Dialect dialect, const Expr *expr)
{
    Type type = type_from_args(arena, dialect, expr);
    bool is_made = expr->kind == EXPR_OPERATOR || expr->kind == EXPR_CALL ||
                   expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW ||
                   expr->kind == EXPR_CASE;
    if (dialect == DIALECT_SQLITE && is_made)
        type.collation = collation_from_below(expr);
    return type;
}
