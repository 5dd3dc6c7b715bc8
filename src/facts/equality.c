// equality.c - what an = says about its two sides.
//
// Equality is not identity: 1.0 = 1, 'a' = 'A' under NOCASE, and in SQLite the affinity
// of one side converts the other, so that '01' = 1. What is asked here is how far one
// side is fixed by the other.

#include "facts/inner.h"

#include "base/text.h"

// SQLite

static const char *collation_of(const Expr *expr)
{
    const char *collation = expr_below_casts(expr)->type.collation;
    return collation ? collation : "binary";
}

// Returns the collation by which SQLite compares the two (datatype3.html, 7.1); NULL if
// that is not clear.
static const char *comparison_collation(const Expr *left, const Expr *right)
{
    if (expr_has_collate(left) || expr_has_collate(right))
        return NULL;
    if (expr_below_casts(left)->kind == EXPR_COLUMN)
        return collation_of(left);
    if (expr_below_casts(right)->kind == EXPR_COLUMN)
        return collation_of(right);
    return left->type.collation || right->type.collation ? NULL : "binary";
}

// True if the comparison tells apart no less than the column's own collation does.
static bool collation_is_fine(const char *comparing, const Expr *column)
{
    return comparing && (text_same_word(comparing, "binary") ||
                         text_same_word(comparing, collation_of(column)));
}

static bool collation_respects(const char *comparing, const Expr *column)
{
    return comparing && (text_same_word(collation_of(column), "binary") ||
                         text_same_word(comparing, collation_of(column)));
}

// True if the comparison converts values of `expr`, so that different ones may become
// equal. (A column's own affinity has been applied to what it holds.)
static bool sqlite_converts(const Expr *expr, const Expr *other)
{
    Affinity own = expr->type.affinity, applied = other->type.affinity;
    if (affinity_is_numeric(own))
        return false;
    return affinity_is_numeric(applied) ||
           (own == AFFINITY_NONE && applied == AFFINITY_TEXT);
}

static bool sqlite_pins(const Expr *target, const Expr *other)
{
    return !sqlite_converts(target, other) &&
           collation_is_fine(comparison_collation(target, other), target) &&
           collation_is_fine(comparison_collation(other, target), target);
}

// Conversion to a number keeps equal what is equal; to text, it splits 1 and 1.0.
static bool sqlite_transfers(const Expr *target, const Expr *other)
{
    bool splits =
        other->type.affinity == AFFINITY_NONE && target->type.affinity == AFFINITY_TEXT;
    return !splits && collation_respects(comparison_collation(target, other), other) &&
           collation_respects(comparison_collation(other, target), other);
}

// Other dialects: both sides are converted to a common type

static bool is_string_literal(const Expr *expr)
{
    return expr->kind == EXPR_LITERAL && expr->literal == LITERAL_STRING;
}

static bool number_pins(Type target, Type other)
{
    switch (target.kind) {
    case TYPE_INTEGER:
        if (other.kind == TYPE_DECIMAL)
            return target.width <= 64;
        return other.kind == TYPE_FLOAT && other.width == 64 && target.width <= 32;
    case TYPE_DECIMAL:
        if (other.kind == TYPE_INTEGER)
            return other.width <= 64;
        return other.kind == TYPE_FLOAT && other.width == 64 && target.width <= 15;
    case TYPE_FLOAT:
        return type_is_number(other);
    case TYPE_UNKNOWN:
    case TYPE_NULL:
    case TYPE_BOOLEAN:
    case TYPE_TEXT:
    case TYPE_BLOB:
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_ZONED:
    case TYPE_INTERVAL:
    case TYPE_OTHER:
        break;
    }
    return false;
}

static bool typed_pins(const Expr *target, const Expr *other)
{
    Type a = target->type, b = other->type;
    if (expr_has_collate(target) || expr_has_collate(other))
        return false;
    if (type_compares_alike(a, b))
        return true;
    // The literal is read as a value of the other side's type.
    if (is_string_literal(other))
        return type_is_number(a) || type_is_moment(a);
    if (a.kind == TYPE_DATE || a.kind == TYPE_TIMESTAMP)
        return b.kind == TYPE_DATE || b.kind == TYPE_TIMESTAMP;
    return number_pins(a, b);
}

// Questions

bool equality_pins(Facts *facts, const Expr *target, const Expr *other)
{
    if (target->kind == EXPR_ROW || other->kind == EXPR_ROW)
        return false;
    return facts->tree->dialect == DIALECT_SQLITE ? sqlite_pins(target, other)
                                                  : typed_pins(target, other);
}

bool equality_transfers(Facts *facts, const Expr *target, const Expr *other)
{
    return equality_pins(facts, target, other) &&
           (facts->tree->dialect != DIALECT_SQLITE || sqlite_transfers(target, other));
}

bool exprs_compare_alike(Facts *facts, const Expr *a, const Expr *b)
{
    if (expr_has_collate(a) || expr_has_collate(b))
        return false;
    // Without an affinity of its own a value takes that of whatever it meets.
    if (facts->tree->dialect == DIALECT_SQLITE && a->type.affinity == AFFINITY_NONE)
        return false;
    return type_compares_alike(a->type, b->type);
}

bool equality_is_plain(Facts *facts, const Expr *left, const Expr *right)
{
    if (!exprs_compare_alike(facts, left, right))
        return false;
    Type a = left->type, b = right->type;
    if (a.kind == TYPE_FLOAT)
        return a.width == b.width;
    // Beyond 15 digits a decimal's scale decides what it rounds to as a float.
    if (a.kind == TYPE_DECIMAL && facts->tree->dialect != DIALECT_SQLITE)
        return a.scale == b.scale || (a.width <= 15 && b.width <= 15);
    return true;
}
