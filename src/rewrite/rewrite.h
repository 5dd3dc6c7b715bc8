// rewrite.h - rules, and the driver that turns a tree into candidates.
//
// A rule is a pure function from a query block (a Query node anywhere in the tree) to an
// equivalent one. It runs no SQL and sees no data. Every rule is right alone, whatever
// the others do, and every rule loses somewhere: what it makes is only a proposal.

#ifndef REWRITE_REWRITE_H
#define REWRITE_REWRITE_H

#include "facts/facts.h"

typedef enum {
#define RULE(name, summary) RULE_##name,
#include "rewrite/rules.def"
#undef RULE
    RULE_COUNT,
} RuleId;

// Guards that a test build has switched off, as a bit each: off[rule] & 1 << n.
// All zero in every other build.
typedef struct {
    uint32_t off[RULE_COUNT];
} GuardSwitches;

typedef struct {
    Arena *arena;
    Facts *facts; // Of the tree below; facts->assumptions collects what is relied on.
    Tree *tree;   // The tree the rule looks at; next_id is drawn from here.
    RuleId rule;
    const GuardSwitches *switches;
    bool in_set; // Whoever reads this block's rows ignores duplicates and order
                 // (EXISTS, IN, an arm of UNION).
    bool is_root;
    const struct Step *refused; // Places that the rule must leave alone.
    size_t refused_count;
    const struct Step *taken; // The steps so far.
    size_t taken_count;
    uint64_t place; // The one it took.
} RuleContext;

// Returns `holds`, or true where guard (rule, n) is switched off. Every condition of a
// rule goes through it, numbered as in the rule's header:
//     if (!guard(context, 2, rejects_nulls_of(context->facts, predicate, right)))
//         return NULL;
bool guard(const RuleContext *context, unsigned n, bool holds);

// True if the rule may change what stands at this node; false where that step is to be
// left out, and the rule looks on for its next opportunity. Asked once all guards hold:
// a rule that returns a query has taken exactly one place.
bool take_expr(RuleContext *context, const Expr *expr);
bool take_source(RuleContext *context, const Source *source);
bool take_query(RuleContext *context, const Query *query);

// Likewise, and false where the rule has been before: for rules that add a condition and
// leave what asked for it, since other rules may change what they added.
bool take_expr_once(RuleContext *context, const Expr *expr);
bool take_query_once(RuleContext *context, const Query *query);

// A rule looks at one block and returns an equivalent one with its first opportunity
// taken, or NULL: nothing to do here. Opportunities left are found in the next round.
typedef const Query *RewriteRule(RuleContext *context, const Query *query);

#define RULE(name, summary) RewriteRule name;
#include "rewrite/rules.def"
#undef RULE

typedef struct {
    const char *name;
    const char *summary;
    RewriteRule *apply;
} Rule;

extern const Rule rewrite_rules[RULE_COUNT];

// Returns the rule's id, or RULE_COUNT.
RuleId rule_find(const char *name);

// One firing of a rule. The place (an offset in the text, or a fingerprint of what a rule
// made) stays the same when other steps are left out, so a step can be named by it.
typedef struct Step {
    RuleId rule;
    uint64_t place;
} Step;

typedef struct {
    Tree tree;         // The rewritten query.
    const Step *steps; // What fired, in order.
    size_t step_count;
    Assumptions assumptions; // What the steps rely on.
} Derivation;

typedef struct {
    const bool *enabled; // RULE_COUNT wide; NULL: all.
    const Step *skipped; // Steps to leave out (to take them away one by one).
    size_t skipped_count;
    const GuardSwitches *switches; // NULL: none.
    unsigned step_limit;           // 0: the default.
    Assurance least;               // Constraints weaker than this are not believed.
} DeriveOptions;

// Applies rules to `tree`, each at every block from the innermost outwards, until none
// fires or the limit is reached. The tree is checked after every step: a rule that breaks
// it is a bug, and ends the program with the rule's name. A step that leads back to a
// tree that was there before is not taken, nor one to or from a tree that the engine
// misreads (rewrite/misread.h). The result shares branches with the input and lives in
// `arena`.
Derivation rewrite_derive(Arena *arena, const Tree *tree, const DeriveOptions *options);

// Applies one rule once, at its first place in the tree. False if it fires nowhere.
bool rewrite_once(Arena *arena, const Tree *tree, RuleId rule,
                  const DeriveOptions *options, Derivation *derivation);

#endif
