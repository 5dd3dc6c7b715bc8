// parse_infix.h - what stands between two operands, and behind one.

#ifndef SQL_PARSE_INFIX_H
#define SQL_PARSE_INFIX_H

#include "sql/parse.h"

typedef enum {
    INFIX_NONE,
    INFIX_ARROW,
    INFIX_OR,
    INFIX_AND,
    INFIX_IS,
    INFIX_NULL_TEST, // ISNULL, NOTNULL, NOT NULL
    INFIX_COMPARE,
    INFIX_BETWEEN,
    INFIX_IN,
    INFIX_LIKE,
    INFIX_OPERATOR,
    INFIX_NAMED_OPERATOR, // a OPERATOR(schema.+) b
    INFIX_ZONE,
    INFIX_COLLATE,
    INFIX_SUBSCRIPT,
    INFIX_CAST,
    INFIX_FIELD,
    INFIX_POSTFIX, // DuckDB: a!
} InfixKind;

// What stands behind an operand, not yet consumed.
typedef struct {
    InfixKind kind;
    Level level;
    bool negated; // NOT stands before it.
    LikeKind like;
    Comparison compare;
} Infix;

// Returns the operator behind `left` (NULL: some operand), or INFIX_NONE.
Infix find_infix(const Parser *p, const Expr *left);

// Reads that operator and what stands on its right. `start` is the first token of `left`.
const Expr *parse_infix(Parser *p, Infix infix, const Expr *left, size_t start);

// or_list = left {OR and_list};  and_list = left {AND not}
const Expr *parse_flat(Parser *p, const Expr *left, Word word);

// Returns a node with one argument.
const Expr *make_unary(Parser *p, Expr parts, const Expr *operand);

#endif
