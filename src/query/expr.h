// expr.h - scalar expressions.
//
// An expression is built once and never changed: to rewrite is to build new nodes over
// old children. Branches may be shared between trees; within one tree no node stands
// twice (a branch used twice is copied with fresh numbers: query_copy, walk.h).
//
// All kinds share one struct, and all scalar children stand in `args`, so that walking,
// comparing and rebuilding need no switch. What each kind keeps where:
//
//   kind               name           args                        other fields
//   EXPR_NAME          last part                                  parts (unbound)
//   EXPR_STAR          its text, if   columns left out, and rows  parts (unbound)
//                      there are args of an expression and the
//                                     column that it replaces
//   EXPR_COLUMN        column's                                   source, column
//   EXPR_OUTPUT        output's                                   column = Output.id,
//                                                                 literal: see below
//   EXPR_LITERAL       text                                       literal, unit
//   EXPR_PARAMETER     as written                                 number, from 1
//   EXPR_COMPARE                      left, right                 compare
//   EXPR_AND, EXPR_OR                 2 or more, flat
//   EXPR_NOT                          operand
//   EXPR_IS                           operand                     is, negated
//   EXPR_BETWEEN                      operand, low, high          negated
//   EXPR_IN_LIST                      operand, then the items     negated
//   EXPR_IN_QUERY                     operand (or EXPR_ROW)       query, negated
//   EXPR_EXISTS                                                   query, negated
//   EXPR_SUBQUERY                                                 query (one column)
//   EXPR_QUANTIFIED                   left                        compare, query
//   EXPR_LIKE                         operand, pattern[, escape]  like, negated
//   EXPR_OPERATOR      "+", "||", …   one (prefix) or two
//   EXPR_CALL          function       arguments                   form
//   EXPR_AGGREGATE     function       arguments                   see below
//   EXPR_WINDOW        function       arguments                   see below, window
//   EXPR_GROUPING      "grouping"     the group keys
//   EXPR_CASE                         [operand,] when, then, …    has_operand, has_else
//                                     [, else]
//   EXPR_CAST                         operand                     type, form
//   EXPR_COLLATE       collation      operand
//   EXPR_ROW                          items
//   EXPR_OPAQUE        text                                       sees all in scope
//
// EXPR_OUTPUT stands in ORDER BY and DISTINCT ON, where an output is named or numbered;
// its `literal` is LITERAL_NUMBER if it was written as a number.
// Aggregates and windows also have distinct, star (count(*)), filter, order; windows
// ignore_nulls.
//
// NOT IN, NOT LIKE, NOT BETWEEN and NOT EXISTS are `negated`; `NOT (a IN …)` becomes
// that, too, when it is bound. IS NULL, IS TRUE, … are EXPR_IS.

#ifndef QUERY_EXPR_H
#define QUERY_EXPR_H

#include "base/arena.h"
#include "catalog/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    EXPR_NAME,
    EXPR_STAR,
    EXPR_COLUMN,
    EXPR_OUTPUT,
    EXPR_LITERAL,
    EXPR_PARAMETER,
    EXPR_COMPARE,
    EXPR_AND,
    EXPR_OR,
    EXPR_NOT,
    EXPR_IS,
    EXPR_BETWEEN,
    EXPR_IN_LIST,
    EXPR_IN_QUERY,
    EXPR_EXISTS,
    EXPR_SUBQUERY,
    EXPR_QUANTIFIED,
    EXPR_LIKE,
    EXPR_OPERATOR,
    EXPR_CALL,
    EXPR_AGGREGATE,
    EXPR_WINDOW,
    EXPR_GROUPING,
    EXPR_CASE,
    EXPR_CAST,
    EXPR_COLLATE,
    EXPR_ROW,
    EXPR_OPAQUE,
} ExprKind;
enum { EXPR_KIND_COUNT = EXPR_OPAQUE + 1 };

typedef enum {
    COMPARE_EQ,
    COMPARE_NE,
    COMPARE_LT,
    COMPARE_LE,
    COMPARE_GT,
    COMPARE_GE,
    COMPARE_DISTINCT,     // IS DISTINCT FROM; SQLite's a IS NOT b
    COMPARE_NOT_DISTINCT, // IS NOT DISTINCT FROM; SQLite's a IS b
} Comparison;

typedef enum { IS_NULL, IS_TRUE, IS_FALSE, IS_UNKNOWN } IsTest;
typedef enum {
    LIKE_LIKE,
    LIKE_ILIKE,
    LIKE_GLOB,
    LIKE_SIMILAR,
    LIKE_REGEXP,
    LIKE_MATCH
} LikeKind;
typedef enum { QUANTIFIER_ANY, QUANTIFIER_ALL } Quantifier;

typedef enum {
    LITERAL_NULL,
    LITERAL_TRUE,
    LITERAL_FALSE,
    LITERAL_NUMBER,
    LITERAL_STRING,   // `name` holds the value, quotes and escapes removed.
    LITERAL_BLOB,     // `name` holds the hexadecimal digits.
    LITERAL_TYPED,    // DATE '2000-01-01': `type`, and the string in `name`.
    LITERAL_INTERVAL, // INTERVAL '3' DAY (`quoted`), INTERVAL 3 DAY: `name`, `unit`.
} LiteralKind;

// How a call or cast is written.
typedef enum {
    FORM_PLAIN,     // f(a, b); CAST(a AS t)
    FORM_BARE,      // CURRENT_DATE
    FORM_EXTRACT,   // EXTRACT(year FROM a): args = 'year', a
    FORM_SUBSTRING, // SUBSTRING(a FROM b FOR c)
    FORM_POSITION,  // POSITION(a IN b)
    FORM_TRIM,      // TRIM(BOTH b FROM a): args = a[, b]; `unit`: BOTH, …
    FORM_OVERLAY,   // OVERLAY(a PLACING b FROM c FOR d)
    FORM_COLONS,    // a::t
    FORM_TRY,       // TRY_CAST(a AS t)
    FORM_LIST,      // [a, b]
    FORM_STRUCT,    // {'k': a}: args = 'k', a, …
    FORM_SUBSCRIPT, // a[b], a[b:c]
    FORM_FIELD,     // (a).b
    FORM_METHOD,    // a.f(b)
    FORM_LAMBDA,    // x -> e: opaque inside
    FORM_WITHIN,    // f(a) WITHIN GROUP (ORDER BY b): b in `order`
} Form;

typedef struct Expr Expr;
typedef struct Query Query;
typedef struct Window Window;
typedef struct OrderItem OrderItem;
typedef struct FunctionInfo
    FunctionInfo; // sql/function.h's table, by way of query/function.h

struct Expr {
    ExprKind kind;
    Comparison compare : 8;
    IsTest is : 8;
    LikeKind like : 8;
    Quantifier quantifier : 8;
    LiteralKind literal : 8;
    Form form : 8;
    bool negated;
    bool distinct;
    bool star;        // count(*)
    bool qualified;   // EXPR_COLUMN: written t.c, not c.
    bool has_operand; // CASE x WHEN …
    bool has_else;
    bool quoted;       // The name was quoted.
    bool ignore_nulls; // EXPR_WINDOW
    Type type;         // TYPE_UNKNOWN before binding, and where nothing is known.
    size_t offset;     // Where in the text it was written; NO_OFFSET if made by a rule.
    const char *name;
    const char *unit;         // Of an interval, or NULL.
    const char *const *parts; // EXPR_NAME, EXPR_STAR: [schema,] table before `name`.
    size_t part_count;        // Without `name`.
    uint32_t source;          // EXPR_COLUMN: Source.number, 0 in a CHECK.
    uint32_t column;          // See Source in query.h.
    uint32_t number;          // EXPR_PARAMETER
    const Expr *const *args;
    size_t arg_count;
    const Query *query;
    const Expr *filter;     // FILTER (WHERE …)
    const OrderItem *order; // f(x ORDER BY y), WITHIN GROUP
    size_t order_count;
    const Window *window;
    const FunctionInfo *function; // Calls, aggregates, windows, operators; NULL: unknown.
    const char *comment; // Comments written before it, with their marks; or NULL.
};

typedef enum { NULLS_DEFAULT, NULLS_FIRST, NULLS_LAST } NullsOrder;

struct OrderItem {
    const Expr *expr;
    bool descending;
    bool ascending; // ASC was written; means nothing.
    NullsOrder nulls;
    const char *comment;
};

typedef enum { FRAME_NONE, FRAME_ROWS, FRAME_RANGE, FRAME_GROUPS } FrameKind;
typedef enum {
    BOUND_UNBOUNDED_PRECEDING,
    BOUND_PRECEDING, // `low` or `high` says how many
    BOUND_CURRENT_ROW,
    BOUND_FOLLOWING,
    BOUND_UNBOUNDED_FOLLOWING,
} FrameBound;
typedef enum {
    EXCLUDE_NONE,
    EXCLUDE_CURRENT_ROW,
    EXCLUDE_GROUP,
    EXCLUDE_TIES
} FrameExclude;

// What stands behind OVER, or in the WINDOW clause.
struct Window {
    const char *name; // OVER w: refers to it. In the WINDOW clause: defines it.
    const char *base; // OVER (w …): the window it extends; or NULL.
    const Expr *const *partition;
    size_t partition_count;
    const OrderItem *order;
    size_t order_count;
    FrameKind frame;
    FrameBound low, high;
    const Expr *low_expr, *high_expr;
    FrameExclude exclude;
};

// Return `parts` as a new node. expr_new takes any kind; the others fill in what the
// kind needs, with `type` where it follows (comparisons are BOOLEAN).
const Expr *expr_new(Arena *arena, Expr parts);
const Expr *expr_compare(Arena *arena, Comparison compare, const Expr *left,
                         const Expr *right);
const Expr *expr_not(Arena *arena, const Expr *operand); // Flips `negated` where it can.
const Expr *expr_is_null(Arena *arena, const Expr *operand, bool negated);
const Expr *expr_integer(Arena *arena, int64_t value);
const Expr *expr_string(Arena *arena, const char *value);
const Expr *expr_null(Arena *arena);
const Expr *expr_call(Arena *arena, const char *function, Type type,
                      const Expr *const *args, size_t arg_count);

// Returns `left name right`, of the left side's type.
const Expr *expr_operator(Arena *arena, const char *name, const Expr *left,
                          const Expr *right);

// Returns the conjunction (disjunction) of the parts: TRUE (FALSE) for none, the part
// itself for one; parts that are themselves AND (OR) are flattened into it.
const Expr *expr_and(Arena *arena, const Expr *const *parts, size_t count);
const Expr *expr_or(Arena *arena, const Expr *const *parts, size_t count);

// Returns `expr` over other arguments; `expr` itself if they are the ones it has.
const Expr *expr_with_args(Arena *arena, const Expr *expr, const Expr *const *args);

// True if the node is that literal, column, …
bool expr_is_literal(const Expr *expr, LiteralKind literal);
bool expr_is_column(const Expr *expr, uint32_t source, uint32_t column);
bool expr_is_constant(const Expr *expr); // A literal or a parameter.

// Returns what stands below any CAST and unary plus: they let a column's collation
// through.
const Expr *expr_below_casts(const Expr *expr);

// Returns the comparison with its sides exchanged (< becomes >), or its complement
// for two-valued operands (< becomes >=).
Comparison comparison_mirrored(Comparison compare);
Comparison comparison_negated(Comparison compare);

// True for <, <=, > and >=.
bool comparison_orders(Comparison compare);

// True if NULL is a value to it: IS [NOT] DISTINCT FROM, which never is NULL.
bool comparison_sees_null(Comparison compare);

// What a condition comes to.
typedef enum { TRUTH_FALSE, TRUTH_TRUE, TRUTH_NULL } Truth;

// Returns what NOT makes of it.
Truth truth_not(Truth truth);

// True if the comparison holds of two values that are not NULL, the left one below
// (order < 0), equal to or above the right one.
bool comparison_holds(Comparison compare, int order);

#endif
