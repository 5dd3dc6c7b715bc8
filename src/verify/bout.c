// bout.c - one database: what both say to it, and what that shows.

#include "verify/bout.h"

#include "verify/choice.h"
#include "verify/shrink.h"

enum {
    QUICK_TURNS = 2,  // Other row orders that the original must agree in at first,
    STABLE_TURNS = 6, // those for a counterexample,
    OPEN_TURNS = 16,  // and where it leaves a choice to the engine that might show.
    CHOICE_TURNS = 4, // Row orders of a database on which that is tried out,
    SQLITE_CHOICE_TRIES = 16, // and how many databases it is tried out on.
    OTHER_CHOICE_TRIES = 8,
    SQLITE_MUTANT_TRIES = 80, // Databases on which the mutants that are left are run.
    OTHER_MUTANT_TRIES = 20,
    EMPTY_SKIPS = 4, // Where the original returned nothing they run this seldom.
};

bool bout_decide(Bout *bout, VerdictKind kind, Evidence evidence, const char *reason)
{
    bout->verdict->kind = kind;
    bout->verdict->evidence = evidence;
    bout->verdict->reason = reason;
    return true;
}

// Differences

// True if the original has one answer on the database, as far as so many row orders show,
// and the difference is no accident.
static bool shows_difference(Bout *bout, Arena *arena, const Database *database,
                             unsigned turns)
{
    if (bout->original->choice != NULL)
        turns = OPEN_TURNS;
    return ring_is_stable(&bout->ring, arena, database, turns, &bout->random) &&
           (bout->hints->traits.volatile_call == NULL ||
            ring_differs_by_rule(&bout->ring, arena, database));
}

// True if the two differ on this database as a user would see it.
static bool is_counterexample(Bout *bout, const Database *database)
{
    Arena *arena = bout->arena;
    if (!shows_difference(bout, arena, database, STABLE_TURNS))
        return false;
    scratch_set_settled(bout->judge->scratch, true);
    Trial settled = ring_try(&bout->ring, arena, database);
    bool differs = settled.likeness == LIKENESS_DIFFERENT;
    if (differs)
        bout->verdict->counterexample =
            counterexample_new(arena, &bout->ring, bout->hints, database);
    scratch_set_settled(bout->judge->scratch, false);
    return differs;
}

// Decides the pair, unless the difference does not last.
static bool decide_refuted(Bout *bout, const Database *database, const char *why)
{
    Database small = database_shrunk(bout->arena, &bout->ring, bout->hints, bout->search,
                                     database, &bout->random);
    return (is_counterexample(bout, &small) || is_counterexample(bout, database)) &&
           bout_decide(bout, VERDICT_DIFFERENT, EVIDENCE_REFUTED, why);
}

// The original, and its mutants

static void count_original(Bout *bout, const Trial *trial)
{
    if (trial->left.ok) {
        bout->left_ran = true;
        bool has_rows = trial->left.result.row_count > 0 && !trial->left.result.all_null;
        bout->verdict->with_rows += has_rows;
    } else {
        bout->failures += trial->left.error.kind == ERROR_STATEMENT;
        bout->left_error = trial->left.error;
    }
}

// Where the original may leave a choice to the engine: does it show on this database?
static void try_choice(Bout *bout, Arena *scratch, const Database *database,
                       const Trial *trial)
{
    Original *original = bout->original;
    size_t tries =
        bout->ring.dialect == DIALECT_SQLITE ? SQLITE_CHOICE_TRIES : OTHER_CHOICE_TRIES;
    bool is_worth_it = bout->is_first && bout->original->choice != NULL &&
                       !original->choice_shows && bout->choice_tries < tries &&
                       trial->left.ok && trial->left.result.row_count > 0;
    if (!is_worth_it)
        return;
    bout->choice_tries++;
    original->choice_shows = ring_stability(&bout->ring, scratch, database, CHOICE_TURNS,
                                            &bout->random) == LIKENESS_DIFFERENT;
}

// True if the pair is decided by this difference.
static bool difference_decides(Bout *bout, Arena *scratch, const Database *database,
                               const Trial *trial)
{
    if (!trial->right.ok && error_is_refusal(&trial->right.error) &&
        ring_candidate(&bout->ring) != bout->ring.right) {
        bout->ring.right_untied = NULL; // The engine does not take our text of it.
        return false;
    }
    if (!trial->right.ok && error_is_refusal(&trial->right.error))
        return bout_decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                           arena_printf(bout->arena, "the candidate does not run: %s",
                                        trial->right.error.message));
    if (!trial->right.ok && ring_raises_by_plan(&bout->ring, scratch, database))
        return false;
    if (shows_difference(bout, scratch, database, QUICK_TURNS) &&
        decide_refuted(bout, database, trial->why))
        return true;
    bout->unstable++;
    original_note_unstable(bout->original, database, bout->ring.reversed);
    bout->choice_shows |= bout->original->choice != NULL;
    return false;
}

// Asks for the mutants that the interpreter tells apart on this database; false where it
// does not know.
static bool try_found_mutants(Bout *bout, Arena *scratch, const Trial *trial)
{
    size_t count;
    const size_t *which = search_kills(bout->search, scratch, &count);
    if (which == NULL)
        return false;
    mutants_run(&bout->original->mutants, which, count, &bout->ring, scratch,
                &trial->left);
    return true;
}

// Asks for all mutants that are left; for `unknown_only`, those that the interpreter runs
// are left out.
static void try_other_mutants(Bout *bout, Arena *scratch, const Trial *trial,
                              bool unknown_only)
{
    size_t tries =
        bout->ring.dialect == DIALECT_SQLITE ? SQLITE_MUTANT_TRIES : OTHER_MUTANT_TRIES;
    bool is_worth_it = trial->left.result.row_count > 0 || bout->index % EMPTY_SKIPS == 0;
    size_t *which = arena_new(scratch, size_t, bout->original->mutants.count + 1),
           count = 0;
    for (size_t i = 0; i < bout->original->mutants.count; i++)
        if (!unknown_only || !search_knows_mutant(bout->search, i))
            which[count++] = i;
    if (!is_worth_it || bout->mutant_tries == tries || count == 0)
        return;
    bout->mutant_tries++;
    mutants_run(&bout->original->mutants, which, count, &bout->ring, scratch,
                &trial->left);
}

static void try_mutants(Bout *bout, Arena *scratch, const Trial *trial)
{
    Mutants *mutants = &bout->original->mutants;
    if (!bout->is_first || !trial->left.ok || mutants_left(mutants) == 0)
        return;
    bool is_trusted = bout->search != NULL && search_is_trusted(bout->search);
    bool is_known = is_trusted && try_found_mutants(bout, scratch, trial);
    bool is_searched = is_trusted && search_tried(bout->search) >= SEARCH_ENOUGH;
    bool shows_rows = trial->left.result.row_count > 0;
    try_other_mutants(bout, scratch, trial, is_searched && (is_known || !shows_rows));
}

static void count_trial(Bout *bout, const Trial *trial)
{
    bool cut_off = (!trial->left.ok && trial->left.error.kind == ERROR_TIMEOUT) ||
                   (!trial->right.ok && trial->right.error.kind == ERROR_TIMEOUT);
    bout->refusals = 0;
    bout->verdict->databases++;
    bout->unfinished += cut_off;
    bout->unknown += trial->likeness == LIKENESS_UNKNOWN;
    count_original(bout, trial);
}

bool bout_weigh(Bout *bout, Arena *scratch, const Database *database, const Trial *trial)
{
    if (!trial->is_filled) {
        bout->unfinished +=
            trial->error.kind == ERROR_CRASH || trial->error.kind == ERROR_TIMEOUT;
        bout->refusals++;
        return false;
    }
    count_trial(bout, trial);
    if (bout->search != NULL)
        search_observe(bout->search, scratch, database, trial);
    if (trial->likeness == LIKENESS_DIFFERENT)
        return difference_decides(bout, scratch, database, trial);
    try_choice(bout, scratch, database, trial);
    try_mutants(bout, scratch, trial);
    return false;
}

bool bout_try_database(Bout *bout, Arena *scratch, const Database *database)
{
    Arena *arena = bout->is_first ? &bout->original->arena : scratch;
    Trial trial = ring_try(&bout->ring, arena, database);
    if (bout->is_first && trial.is_filled)
        array_push(&bout->original->arena, &bout->original->exhibits,
                   ((Exhibit){*database, bout->ring.reversed, trial.left, {0}}));
    return bout_weigh(bout, scratch, database, &trial);
}
