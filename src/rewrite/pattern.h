// pattern.h - rules that are written as data: rules/*.rule, docs/rule-format.md.
//
// rules/compile_rule.c turns each such file into constants of these types and a function
// like that of any other rule. What stands here matches them and builds what they say.
//
// A hole ($x) matches any expression but a row value, each time an equal one; one that
// stands more often before than after, or less often, only what gives the same value each
// time. The sides of =, and both arms of a binary AND or OR, may be exchanged. In a block
// a hole is a whole clause.

#ifndef REWRITE_PATTERN_H
#define REWRITE_PATTERN_H

#include "rewrite/rewrite.h"
#include "rewrite/spot.h"

enum {
    HOLE_LIMIT = 4,          // In one variant of a rule.
    PATTERN_CONDITIONS = 6,  // Of one rule.
    CONDITION_ARGUMENTS = 2, // Of one condition.
};

// An expression with holes; the fields are those of Expr.
typedef struct Pattern Pattern;
struct Pattern {
    ExprKind kind;
    uint8_t hole; // From 1; 0: none.
    Comparison compare;
    IsTest is;
    LiteralKind literal;
    bool negated, distinct, star, has_operand, has_else;
    const char *name;
    const Pattern *args;
    size_t arg_count;
};

// SELECT with a hole for each clause that it has. A clause that it does not have the
// block must not have either; WITH and WINDOW stay as they are, WHERE may be empty.
typedef struct {
    bool distinct;
    bool is_set; // A set operation: `op` over any arms, and ORDER BY.
    SetOperator op;
    uint8_t outputs, sources, filter, groups, order; // Holes.
} BlockPattern;

typedef struct {
    const Pattern *before, *after; // NULL where the rule is about blocks.
    const BlockPattern *block_before, *block_after;
    uint8_t uneven; // Bit h: hole h does not stand as often before as after.
} PatternVariant;

// What a pattern was found to be.
typedef struct {
    RuleContext *context;
    const Query *query; // The block, or the one around the expression.
    const Spot *spot;   // NULL: a block.
    const Expr *holes[HOLE_LIMIT + 1];
} PatternMatch;

// What a rule asks besides; `holes` are its arguments. The list: pattern_conditions.def.
typedef bool PatternCondition(const PatternMatch *match, const uint8_t *holes);

#define CONDITION(name, count, meaning) PatternCondition pattern_##name;
#include "rewrite/pattern_conditions.def"
#undef CONDITION

typedef struct {
    unsigned number; // As in the rule's text, and of its guard.
    PatternCondition *holds;
    uint8_t holes[CONDITION_ARGUMENTS + 1]; // Ends with 0.
} PatternGuard;

typedef struct {
    const PatternVariant *variants;
    size_t variant_count;
    const PatternGuard *guards;
    size_t guard_count;
} PatternRule;

// Applies the rule at its first opportunity in the block, as a RewriteRule does.
const Query *pattern_apply(RuleContext *context, const Query *query,
                           const PatternRule *rule);

#endif
