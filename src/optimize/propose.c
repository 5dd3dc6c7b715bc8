// propose.c - derivations with all rules, with one, and with steps left out.

#include "optimize/propose.h"

#include "sql/sql.h"

#include <string.h>

enum { CANDIDATE_LIMIT = 40 };

#define KEY_STYLE ((PrintStyle){.one_line = true, .no_comments = true})

Proposals proposals_new(Arena *arena, const Tree *tree)
{
    return (Proposals){
        .arena = arena,
        .tree = tree,
        .original = sql_print(arena, tree, KEY_STYLE),
    };
}

static bool is_known(const Proposals *proposals, const char *key)
{
    if (strcmp(key, proposals->original) == 0)
        return true;
    for (size_t i = 0; i < proposals->candidates.count; i++) {
        if (strcmp(proposals->candidates.items[i]->key, key) == 0)
            return true;
    }
    for (size_t i = 0; i < proposals->tried_count; i++) {
        if (strcmp(proposals->tried[i]->key, key) == 0)
            return true;
    }
    return false;
}

Derivation candidate_derive(Arena *arena, const Tree *tree, const Candidate *way)
{
    DeriveOptions options = {
        .enabled = way->enabled,
        .skipped = way->skipped,
        .skipped_count = way->skipped_count,
        // Of what was only looked at, the catalogue calls CHECKED that a column holds
        // values of its type, and nothing else.
        .least = ASSURANCE_CHECKED,
    };
    return rewrite_derive(arena, tree, &options);
}

// Derives a candidate the way `way` says, and appends it if it is a new one.
static void propose(Proposals *proposals, Candidate way)
{
    if (proposals->candidates.count >= CANDIDATE_LIMIT)
        return;
    Arena *arena = proposals->arena;
    way.derivation = candidate_derive(arena, proposals->tree, &way);
    if (way.derivation.step_count == 0)
        return;
    way.key = sql_print(arena, &way.derivation.tree, KEY_STYLE);
    if (is_known(proposals, way.key))
        return;
    way.sql = sql_print(arena, &way.derivation.tree, (PrintStyle){0});
    way.fate = FATE_UNTRIED;
    Candidate *candidate = arena_copy(arena, &way, 1, sizeof(way));
    array_push(arena, &proposals->candidates, candidate);
}

void propose_all(Proposals *proposals)
{
    propose(proposals, (Candidate){0});
}

// Proposes each rule of `base`: it alone, or all but it.
static void propose_by_rule(Proposals *proposals, const Candidate *base, bool alone)
{
    const Derivation *derivation = &base->derivation;
    bool seen[RULE_COUNT] = {0};
    for (size_t i = 0; i < derivation->step_count; i++) {
        RuleId rule = derivation->steps[i].rule;
        if (seen[rule])
            continue;
        seen[rule] = true;
        bool *enabled = arena_new(proposals->arena, bool, RULE_COUNT);
        for (size_t other = 0; other < RULE_COUNT; other++)
            enabled[other] = !alone;
        enabled[rule] = alone;
        propose(proposals, (Candidate){.enabled = enabled});
    }
}

void propose_each_rule(Proposals *proposals, const Candidate *base)
{
    propose_by_rule(proposals, base, true);
}

void propose_without_rules(Proposals *proposals, const Candidate *base)
{
    propose_by_rule(proposals, base, false);
}

static bool uses(const Derivation *derivation, RuleId rule)
{
    for (size_t i = 0; i < derivation->step_count; i++)
        if (derivation->steps[i].rule == rule)
            return true;
    return false;
}

void propose_with_rules(Proposals *proposals, const Candidate *base,
                        const Candidate *everything)
{
    for (size_t added = 0; added < RULE_COUNT; added++) {
        if (!uses(&everything->derivation, (RuleId)added) ||
            uses(&base->derivation, (RuleId)added))
            continue;
        bool *enabled = arena_new(proposals->arena, bool, RULE_COUNT);
        for (size_t rule = 0; rule < RULE_COUNT; rule++)
            enabled[rule] = rule == added || uses(&base->derivation, (RuleId)rule);
        propose(proposals, (Candidate){.enabled = enabled,
                                       .skipped = base->skipped,
                                       .skipped_count = base->skipped_count});
    }
}

void propose_without_steps(Proposals *proposals, const Candidate *base)
{
    const Derivation *derivation = &base->derivation;
    for (size_t i = 0; i < derivation->step_count && derivation->step_count > 1; i++) {
        size_t count = base->skipped_count + 1;
        Step *skipped = arena_new(proposals->arena, Step, count);
        if (count > 1)
            memcpy(skipped, base->skipped, (count - 1) * sizeof(*skipped));
        skipped[count - 1] = derivation->steps[i];
        propose(proposals, (Candidate){.enabled = base->enabled,
                                       .skipped = skipped,
                                       .skipped_count = count});
    }
}
