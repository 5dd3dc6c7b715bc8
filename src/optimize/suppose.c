// suppose.c - the road once more, with constraints that nobody enforces.

#include "optimize/suppose.h"

#include "optimize/missing.h"
#include "optimize/race.h"
#include "sql/sql.h"

static const double LOOK_SHARE = 0.1;    // Of the budget, to look at the data.
static const double WORTH_TELLING = 1.2; // Than the winner, for a change of the schema.

typedef struct {
    Road road;              // The bench's catalogue is one with `constraints`.
    const Catalog *catalog; // Without.
    Constraints constraints;
    Tree tree;
    Derivation everything; // What all rules make.
} Supposing;

// Supposes these, and derives what follows. False where nothing relies on any.
static bool suppose(Supposing *it, Constraints constraints)
{
    Error ignored;
    Arena *arena = it->road.arena;
    Workbench *bench = it->road.bench;
    it->constraints = constraints;
    if (constraints.count == 0)
        return false;
    bench->catalog =
        catalog_supposing(arena, it->catalog, constraints.items, constraints.count);
    if (!sql_bind(arena, bench->catalog, it->road.sql, &it->tree, &ignored))
        return false;
    it->road.tree = &it->tree;
    it->everything = candidate_derive(arena, &it->tree, &(Candidate){0});
    return constraints_relied_on(arena, &constraints, &it->everything.assumptions).count >
           0;
}

// Leaves those that something relies on and the data keep.
static bool suppose_kept(Supposing *it, double look_ms)
{
    Error error;
    Arena *arena = it->road.arena;
    Constraints kept = {0}, used = constraints_relied_on(arena, &it->constraints,
                                                         &it->everything.assumptions);
    if (!constraints_kept(it->road.bench->engine, arena, &used, look_ms, &kept, &error)) {
        it->road.stopped = true;
        return false;
    }
    return suppose(it, kept);
}

static bool is_worth_telling(const Candidate *candidate, const Candidate *winner)
{
    double least = winner != NULL ? winner->measurement.ratio : 1;
    return candidate->measurement.ratio >= WORTH_TELLING * least;
}

// Judges it again under those constraints alone that it relies on.
static const Candidate *finish_alone(Supposing *it, const Candidate *found)
{
    Constraints used = constraints_relied_on(it->road.arena, &it->constraints,
                                             &found->derivation.assumptions);
    if (used.count == it->constraints.count)
        return found;
    if (!suppose(it, used))
        return NULL;
    Candidate *again = arena_copy(it->road.arena, found, 1, sizeof(*found));
    again->refutation = (Verdict){0};
    road_finish(&it->road, again);
    return again->fate == FATE_WON ? again : NULL;
}

static void race_supposing(Supposing *it, Optimization *result)
{
    Proposals proposals = proposals_new(it->road.arena, it->road.tree);
    proposals.tried = result->candidates;
    proposals.tried_count = result->candidate_count;
    race_run(&it->road, &proposals);
    const Candidate *found = race_finish(&it->road, &proposals);
    if (found == NULL || !is_worth_telling(found, result->winner))
        return;
    found = finish_alone(it, found);
    if (found == NULL)
        return;
    result->supposing = found;
    result->missing = it->constraints.items;
    result->missing_count = it->constraints.count;
}

void suppose_missing(Road *road, Optimization *result)
{
    Supposing it = {.road = *road, .catalog = road->bench->catalog};
    Constraints missing = {0};
    if (result->winner != NULL)
        it.road.best = &result->winner->run; // To be beaten.
    else
        it.road.best = &it.road.original;
    constraints_add_missing(road->arena, it.catalog, road->tree, &missing);
    if (!race_is_over(&it.road) && suppose(&it, missing) &&
        suppose_kept(&it, result->budget_ms * LOOK_SHARE))
        race_supposing(&it, result);
    road->bench->catalog = it.catalog;
    road->stopped = it.road.stopped;
}
