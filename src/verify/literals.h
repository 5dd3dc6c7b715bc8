// literals.h - the constants that a text names, and lists of them.

#ifndef VERIFY_LITERALS_H
#define VERIFY_LITERALS_H

#include "base/array.h"
#include "query/expr.h"

// How a literal stands to the column beside it.
typedef enum {
    USE_SEEN,  // Somewhere in the text.
    USE_EQUAL, // column = literal, coalesce(column, literal)
    USE_BELOW, // column < literal
    USE_ABOVE,
    USE_PATTERN, // column LIKE literal
    USE_REGEX,   // column SIMILAR TO literal
} LiteralUse;

typedef struct {
    bool is_string;
    const char *text; // Quotes removed.
    LiteralUse use;
} Literal;

typedef struct {
    const Literal *items;
    size_t count;
} Literals;

typedef ARRAY(Literal) LiteralList;

// Adds the literal, unless it is there or the list has `limit` already.
void literals_add(Arena *arena, LiteralList *list, Literal literal, size_t limit);

// Adds the strings and numbers in a text of SQL, whether or not it can be parsed.
void literals_read(Arena *arena, const char *text, LiteralList *list, size_t limit);

// Returns the list as it is now.
Literals literals_of(const LiteralList *list);

// True if each of `inner` is in `outer`, too.
bool literals_within(Literals inner, Literals outer);

// Returns how a literal stands to what it is written beside in `expr`.
LiteralUse literal_use_in(const Expr *expr);

// Returns the whole number that a literal is; -1 where it is none.
long literal_whole_number(const Literal *literal);

#endif
