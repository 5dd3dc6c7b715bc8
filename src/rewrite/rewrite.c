// rewrite.c - the rule table and the loop that applies it.

#include "rewrite/rewrite.h"

#include "query/check.h"
#include "query/equal.h"
#include "rewrite/block.h"
#include "rewrite/misread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Rules end by themselves: each leaves something behind that it does not fire on again.
// The limit turns a pair of rules that feed each other into a long query, not a hang.
enum { STEP_LIMIT = 100 };

const Rule rewrite_rules[RULE_COUNT] = {
#define RULE(name, summary) {#name, summary, name},
#include "rewrite/rules.def"
#undef RULE
};

RuleId rule_find(const char *name)
{
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (strcmp(rewrite_rules[i].name, name) == 0)
            return (RuleId)i;
    return RULE_COUNT;
}

// What rules ask of the driver

bool guard(const RuleContext *context, unsigned n, bool holds)
{
    return holds || (context->switches != NULL &&
                     (context->switches->off[context->rule] >> n & 1) != 0);
}

static bool has_step(const Step *steps, size_t count, Step step)
{
    for (size_t i = 0; i < count; i++)
        if (steps[i].rule == step.rule && steps[i].place == step.place)
            return true;
    return false;
}

static bool take(RuleContext *context, uint64_t place)
{
    if (has_step(context->refused, context->refused_count, (Step){context->rule, place}))
        return false;
    context->place = place;
    return true;
}

static uint64_t place_of_expr(const Expr *expr)
{
    return expr->offset != NO_OFFSET ? expr->offset : expr_fingerprint(expr);
}

static uint64_t place_of_query(const Query *query)
{
    return query->position != NO_OFFSET ? query->position : query_fingerprint(query);
}

static bool take_once(RuleContext *context, uint64_t place)
{
    return !has_step(context->taken, context->taken_count,
                     (Step){context->rule, place}) &&
           take(context, place);
}

bool take_expr(RuleContext *context, const Expr *expr)
{
    return take(context, place_of_expr(expr));
}

bool take_expr_once(RuleContext *context, const Expr *expr)
{
    return take_once(context, place_of_expr(expr));
}

bool take_source(RuleContext *context, const Source *source)
{
    // A source has no fingerprint; its number is as good, but for numbers given out late.
    return take(context, source->offset != NO_OFFSET
                             ? source->offset
                             : UINT32_MAX + (uint64_t)source->number);
}

bool take_query(RuleContext *context, const Query *query)
{
    return take(context, place_of_query(query));
}

bool take_query_once(RuleContext *context, const Query *query)
{
    return take_once(context, place_of_query(query));
}

// One derivation

typedef struct {
    Arena *arena;
    DeriveOptions options;
    Tree tree;
    ARRAY(Step) steps;
    ARRAY(Step) refused;  // Asked for, or found to lead back or astray.
    ARRAY(uint64_t) seen; // Fingerprints of the trees so far.
    Assumptions assumptions;
    // Of the tree as it is: most rules find nothing to change, and the next looks at the
    // same.
    bool is_surveyed;
    bool may_be_misread; // Then no rule is tried,
    Blocks blocks;       // or it is tried at each of these.
} Work;

static Work work_new(Arena *arena, const Tree *tree, const DeriveOptions *options)
{
    Work work = {.arena = arena, .tree = *tree};
    if (options != NULL)
        work.options = *options;
    if (work.options.step_limit == 0)
        work.options.step_limit = STEP_LIMIT;
    for (size_t i = 0; i < work.options.skipped_count; i++)
        array_push(arena, &work.refused, work.options.skipped[i]);
    array_push(arena, &work.seen, query_fingerprint(tree->root));
    return work;
}

static Derivation work_result(const Work *work)
{
    return (Derivation){.tree = work->tree,
                        .steps = work->steps.items,
                        .step_count = work->steps.count,
                        .assumptions = work->assumptions};
}

// Ends the program if the rule broke the tree.
static void check_step(const Tree *before, const Tree *after, RuleId rule)
{
    Error err;
    if (query_check(after, &err) && query_same_signature(before->root, after->root, &err))
        return;
    fprintf(stderr, "rule %s broke the tree: %s\n", rewrite_rules[rule].name,
            err.message);
    abort();
}

static bool was_seen(const Work *work, uint64_t fingerprint)
{
    for (size_t i = 0; i < work->seen.count; i++)
        if (work->seen.items[i] == fingerprint)
            return true;
    return false;
}

static void add_assumptions(Work *work, const Assumptions *more, Tree *tree)
{
    Facts facts = {.arena = work->arena, .tree = tree, .assumptions = &work->assumptions};
    for (size_t i = 0; i < more->count; i++)
        assume(&facts, more->items[i].table, more->items[i].constraint,
               more->items[i].assurance);
}

// Tries the rule at one block. True if the tree has changed.
static bool apply_at(Work *work, RuleId rule, const Block *block)
{
    Arena *arena = work->arena;
    Tree next = work->tree;
    Assumptions assumptions = {0};
    Facts facts = {.arena = arena,
                   .tree = &next,
                   .assumptions = &assumptions,
                   .least = work->options.least};
    RuleContext context = {.arena = arena,
                           .facts = &facts,
                           .tree = &next,
                           .rule = rule,
                           .switches = work->options.switches,
                           .in_set = block->in_set,
                           .is_root = block->is_root,
                           .refused = work->refused.items,
                           .refused_count = work->refused.count,
                           .taken = work->steps.items,
                           .taken_count = work->steps.count};

    const Query *better = rewrite_rules[rule].apply(&context, block->query);
    if (better == NULL || better == block->query)
        return false;
    next.root = query_replace(arena, next.root, block->query, better);
    check_step(&work->tree, &next, rule);

    Step step = {rule, context.place};
    uint64_t fingerprint = query_fingerprint(next.root);
    if (was_seen(work, fingerprint) || tree_may_be_misread(&next)) {
        array_push(arena, &work->refused, step);
        return false;
    }
    array_push(arena, &work->seen, fingerprint);
    array_push(arena, &work->steps, step);
    add_assumptions(work, &assumptions, &next);
    work->tree = next;
    work->is_surveyed = false;
    return true;
}

static void survey(Work *work)
{
    if (work->is_surveyed)
        return;
    work->may_be_misread = tree_may_be_misread(&work->tree);
    if (!work->may_be_misread)
        work->blocks = blocks_of(work->arena, work->tree.root);
    work->is_surveyed = true;
}

// Tries the rule at each block in turn. True at the first that changes the tree.
static bool apply_somewhere(Work *work, RuleId rule)
{
    survey(work);
    if (work->may_be_misread)
        return false;
    for (size_t i = 0; i < work->blocks.count; i++) {
        const Block *block = &work->blocks.items[i];
        if (work->tree.has_opaque && query_has_opaque(block->query))
            continue;
        size_t refused;
        do { // A place refused just now may hide another in the same block.
            refused = work->refused.count;
            if (apply_at(work, rule, block))
                return true;
        } while (work->refused.count > refused);
    }
    return false;
}

Derivation rewrite_derive(Arena *arena, const Tree *tree, const DeriveOptions *options)
{
    Work work = work_new(arena, tree, options);
    size_t before;
    do {
        before = work.steps.count;
        for (size_t rule = 0; rule < RULE_COUNT; rule++) {
            if (work.options.enabled != NULL && !work.options.enabled[rule])
                continue;
            while (work.steps.count < work.options.step_limit &&
                   apply_somewhere(&work, (RuleId)rule))
                continue;
        }
    } while (work.steps.count > before);
    return work_result(&work);
}

bool rewrite_once(Arena *arena, const Tree *tree, RuleId rule,
                  const DeriveOptions *options, Derivation *derivation)
{
    Work work = work_new(arena, tree, options);
    if (!apply_somewhere(&work, rule))
        return false;
    *derivation = work_result(&work);
    return true;
}
