// race.c - which candidates run, in which order, and which may be certified.

#include "optimize/race.h"

enum {
    REFINEMENTS = 3, // Rounds of taking steps away.
    FINISHERS = 3,   // So many may try to be certified.
    RERUNS = 4,      // Of those nearest the best.
};

static const double NEAR = 1.15; // To the best: chance may have decided.
static const double TIE = 1.03;  // Closer than this the simpler one is better.

// Sends those down the road that were not there before; `next` moves behind the last.
static void enter_new(Road *road, const Proposals *proposals, size_t *next)
{
    for (; *next < proposals->candidates.count && !race_is_over(road); (*next)++)
        road_enter(road, proposals->candidates.items[*next]);
}

static double race_ms(const Road *road, const Candidate *candidate)
{
    return run_ms(&candidate->run, road->clock);
}

// True if `a` should rather be the winner: quicker, or as quick with fewer steps.
static bool is_better(const Road *road, const Candidate *a, const Candidate *b)
{
    double a_ms = race_ms(road, a), b_ms = race_ms(road, b);
    if (a_ms * TIE < b_ms || b_ms * TIE < a_ms)
        return a_ms < b_ms;
    if (a->derivation.step_count != b->derivation.step_count)
        return a->derivation.step_count < b->derivation.step_count;
    return a_ms < b_ms;
}

Candidate *race_best(const Road *road, const Proposals *proposals)
{
    Candidate *best = NULL;
    for (size_t i = 0; i < proposals->candidates.count; i++) {
        Candidate *each = proposals->candidates.items[i];
        if (each->in_front && (best == NULL || is_better(road, each, best)))
            best = each;
    }
    return best;
}

// Adds one more rule to those of the best so far, as long as that makes a better one.
static void grow(Road *road, Proposals *proposals, const Candidate *everything,
                 size_t *next)
{
    const Candidate *grown = everything;
    while (!race_is_over(road)) {
        const Candidate *best = race_best(road, proposals);
        if (best == NULL || best == grown)
            return;
        grown = best;
        propose_with_rules(proposals, best, everything);
        enter_new(road, proposals, next);
    }
}

static void enter_all(Road *road, Proposals *proposals)
{
    size_t next = 0;
    propose_all(proposals);
    if (proposals->candidates.count == 0)
        return;
    Candidate *everything = proposals->candidates.items[0];
    enter_new(road, proposals, &next);
    propose_each_rule(proposals, everything);
    enter_new(road, proposals, &next);
    grow(road, proposals, everything, &next);
    // A rule that loses everywhere hides what the others win.
    propose_without_rules(proposals, everything);
    enter_new(road, proposals, &next);
    if (race_best(road, proposals) == NULL) {
        propose_without_steps(proposals, everything);
        enter_new(road, proposals, &next);
    }
    const Candidate *refined = NULL;
    for (int i = 0; i < REFINEMENTS && !race_is_over(road); i++) {
        const Candidate *best = race_best(road, proposals);
        if (best == NULL || best == refined)
            return;
        refined = best;
        propose_without_steps(proposals, best);
        enter_new(road, proposals, &next);
    }
}

// True if its run in the race was so near the best that chance may have decided.
static bool is_near_best(const Road *road, const Candidate *candidate)
{
    return (candidate->fate == FATE_OUTRUN || candidate->fate == FATE_RACE) &&
           candidate->run.elapsed_ms > 0 &&
           race_ms(road, candidate) < NEAR * run_ms(road->best, road->clock);
}

// Runs those nearest the best again: nobody shall lose, or win, by one lucky run.
static void rerun_nearest(Road *road, const Proposals *proposals)
{
    size_t near_count = 0, count = proposals->candidates.count;
    for (size_t i = 0; i < count; i++)
        near_count += is_near_best(road, proposals->candidates.items[i]);
    if (road->best == &road->original || near_count < 2)
        return;
    for (size_t i = 0, left = RERUNS; i < count && left > 0 && !race_is_over(road); i++) {
        if (!is_near_best(road, proposals->candidates.items[i]))
            continue;
        road_rerun(road, proposals->candidates.items[i]);
        left--;
    }
}

void race_run(Road *road, Proposals *proposals)
{
    enter_all(road, proposals);
    rerun_nearest(road, proposals);
}

const Candidate *race_finish(Road *road, const Proposals *proposals)
{
    for (int i = 0; i < FINISHERS && !road->stopped; i++) {
        Candidate *candidate = race_best(road, proposals);
        if (candidate == NULL)
            return NULL;
        road_finish(road, candidate);
        if (candidate->fate == FATE_WON)
            return candidate;
    }
    return NULL;
}
