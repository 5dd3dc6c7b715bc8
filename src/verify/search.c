// search.c - the loop of drawing, running and keeping.

#include "verify/search.h"

#include "base/array.h"
#include "base/clock.h"
#include "verify/interpret.h"
#include "verify/vary.h"

#include <stdlib.h>

enum {
    DRAW_LIMIT = 3000,
    QUIET_LIMIT = 400, // Databases in a row of which nothing came.
    FIRST_DRAWS = 60,  // Before anything is varied.
    KEPT_LIMIT = 120,
    UNSURE_LIMIT = 32,
    DIFFERENCE_LIMIT = 3, // These are enough for the engine to look at.
    MUTANT_QUIET = 3,     // With mutants left, it may be quiet for so many times longer.
    MUTANT_TURNS = 4,     // After the first draws, each mutant is run on every so many.
};

static const double search_cpu_ms = 40;  // Long queries see fewer databases,
static const double enough_cpu_ms = 300; // but enough: the engine's cost more than these.
static const double confirm_cpu_ms = 40; // For all that is run beside the engine.

typedef struct {
    Database database;
    bool differs;
    size_t kills;
    size_t number; // Earlier ones first.
} Kept;

struct Search {
    Arena *arena;
    const Pair *pair;
    const Hints *hints;
    const Ordering *ordering;
    Mutants *mutants;
    Dialect dialect;
    Branches *branches;
    Interpreter *left, *right; // `right` may be NULL.
    Interpreter **mutant_runs; // NULL: not known.
    bool *told_apart;          // Here, whatever the engine has said.
    size_t left_count;         // Mutants that are known and not told apart.
    Trace left_trace, right_trace;
    ARRAY(Kept) kept;
    ARRAY(Database) unsure;
    size_t differences;
    size_t drawn, tried;
    size_t agreed, disagreed;
    double confirm_ms; // Of confirm_cpu_ms, what is spent.
};

// What both did on one database.
typedef struct {
    CellRows left, right;
    bool left_sure, right_sure;
    bool is_new; // Something happened that never had.
} Outcome;

Search *search_new(Arena *arena, const Pair *pair, const Hints *hints,
                   const Ordering *ordering, Mutants *mutants)
{
    const char *why;
    if (pair->left.tree == NULL)
        return NULL;
    Branches *branches = branches_new(arena);
    Interpreter *left = interpreter_new(arena, branches, pair->left.tree, &why);
    if (left == NULL)
        return NULL;
    Search *search = arena_new(arena, Search, 1);
    *search = (Search){.arena = arena,
                       .pair = pair,
                       .hints = hints,
                       .ordering = ordering,
                       .mutants = mutants,
                       .dialect = pair->left.tree->dialect,
                       .branches = branches,
                       .left = left};
    if (pair->right.tree != NULL)
        search->right = interpreter_new(arena, branches, pair->right.tree, &why);
    search->mutant_runs = arena_new(arena, Interpreter *, mutants->count + 1);
    search->told_apart = arena_new(arena, bool, mutants->count + 1);
    for (size_t i = 0; i < mutants->count; i++) {
        search->mutant_runs[i] =
            interpreter_new(arena, branches, &mutants->items[i].tree, &why);
        search->left_count += search->mutant_runs[i] != NULL;
    }
    return search;
}

// Running

static Outcome run_pair(Search *search, Arena *arena, const LoadedDatabase *loaded)
{
    const char *why;
    Trace trace;
    Outcome outcome = {0};
    outcome.left_sure = interpreter_run(search->left, arena, loaded, &trace,
                                        &outcome.left, &why) == RUN_ROWS;
    outcome.is_new = trace_join(&search->left_trace, &trace);
    if (search->right != NULL) {
        outcome.right_sure = interpreter_run(search->right, arena, loaded, &trace,
                                             &outcome.right, &why) == RUN_ROWS;
        outcome.is_new |= trace_join(&search->right_trace, &trace);
    }
    return outcome;
}

static bool tells_apart(Search *search, Arena *arena, const LoadedDatabase *loaded,
                        size_t mutant, const CellRows *left)
{
    const char *why;
    Trace trace;
    CellRows rows;
    return interpreter_run(search->mutant_runs[mutant], arena, loaded, &trace, &rows,
                           &why) == RUN_ROWS &&
           !cell_rows_same(search->ordering, left, &rows, !search->ordering->is_exact);
}

// Those left after the first draws are mostly equivalent to the original, and to run them
// all each time costs more than all else; they take turns, unless `all` are to run.
static size_t tell_mutants_apart(Search *search, Arena *arena,
                                 const LoadedDatabase *loaded, const CellRows *left,
                                 bool all)
{
    size_t kills = 0;
    for (size_t i = 0; i < search->mutants->count; i++)
        if (search->mutant_runs[i] != NULL && !search->told_apart[i] &&
            (all || (search->drawn + i) % MUTANT_TURNS == 0) &&
            tells_apart(search, arena, loaded, i, left)) {
            search->told_apart[i] = true;
            kills++;
        }
    search->left_count -= kills;
    return kills;
}

// True if the interpreter is sure that the two differ.
static bool outcome_differs(const Search *search, const Outcome *outcome)
{
    return outcome->left_sure && outcome->right_sure &&
           !cell_rows_same(search->ordering, &outcome->left, &outcome->right,
                           !search->ordering->is_exact);
}

// Runs all on one database and keeps it if something comes of it; true if it does.
static bool try_database(Search *search, Arena *arena, const Database *database)
{
    const LoadedDatabase *loaded =
        database_load(arena, search->branches, search->dialect, database);
    Outcome outcome = run_pair(search, arena, loaded);
    Kept kept = {.number = search->drawn};
    bool is_sure = outcome.left_sure && outcome.right_sure;
    search->drawn++;
    search->tried += is_sure;
    kept.differs = outcome_differs(search, &outcome);
    if (outcome.left_sure && search->left_count > 0)
        kept.kills = tell_mutants_apart(search, arena, loaded, &outcome.left,
                                        outcome.is_new || search->drawn <= FIRST_DRAWS);
    search->differences += kept.differs;
    if (!is_sure && search->unsure.count < UNSURE_LIMIT)
        array_push(search->arena, &search->unsure,
                   database_copied(search->arena, database));
    bool is_worth_it = kept.differs || kept.kills > 0 || outcome.is_new;
    if (is_worth_it && search->kept.count < KEPT_LIMIT) {
        kept.database = database_copied(search->arena, database);
        array_push(search->arena, &search->kept, kept);
    }
    return is_worth_it;
}

// Every other database is a variation of one that was kept.
static Database draw(Search *search, Arena *arena, Generator *generator, Random *random,
                     size_t *index)
{
    Database varied;
    Database drawn = generator_next(generator, arena, random, (*index)++,
                                    1 + (unsigned)(search->drawn % 4));
    size_t kept = search->kept.count;
    if (search->drawn < FIRST_DRAWS || kept == 0 || random_chance(random, 1, 4))
        return drawn;
    const Database *base = &search->kept.items[random_below(random, kept)].database;
    return database_varied(arena, search->hints, base, &drawn, random, &varied) ? varied
                                                                                : drawn;
}

static bool has_time(const Search *search, double spent_ms)
{
    bool wants_more = search->tried < SEARCH_ENOUGH && search->tried * 2 >= search->drawn;
    return spent_ms < (wants_more ? enough_cpu_ms : search_cpu_ms);
}

// Most mutants are told apart by the first databases; of the rest many are no mistakes.
static void leave_equal_mutants_out(Search *search)
{
    mutants_leave_equal_out(search->mutants, search->arena, search->pair,
                            search->told_apart);
    search->left_count = 0;
    for (size_t i = 0; i < search->mutants->count; i++) {
        if (search->mutants->items[i].equal)
            search->mutant_runs[i] = NULL;
        search->left_count += search->mutant_runs[i] != NULL && !search->told_apart[i];
    }
}

size_t search_run(Search *search, Generator *generator, Random *random, size_t index)
{
    double started_ms = clock_cpu_ms();
    size_t quiet = 0;
    Arena arena = ARENA_EMPTY;
    while (search->drawn < DRAW_LIMIT && search->differences < DIFFERENCE_LIMIT &&
           quiet < QUIET_LIMIT * (search->left_count > 0 ? MUTANT_QUIET : 1) &&
           has_time(search, clock_cpu_ms() - started_ms)) {
        Database database = draw(search, &arena, generator, random, &index);
        quiet = try_database(search, &arena, &database) ? 0 : quiet + 1;
        arena_reset(&arena);
        if (search->drawn == FIRST_DRAWS)
            leave_equal_mutants_out(search);
    }
    arena_clear(&arena);
    return index;
}

// What comes first: differences, then what tells most mutants apart.
static int compare_kept(const void *left, const void *right)
{
    const Kept *a = left, *b = right;
    if (a->differs != b->differs)
        return a->differs ? -1 : 1;
    if (a->kills != b->kills)
        return a->kills > b->kills ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

const Database *search_kept(Search *search, size_t *count)
{
    *count = search->kept.count;
    Database *databases = arena_new(search->arena, Database, *count + 1);
    if (*count > 1)
        qsort(search->kept.items, *count, sizeof(Kept), compare_kept);
    for (size_t i = 0; i < *count; i++)
        databases[i] = search->kept.items[i].database;
    return databases;
}

const Database *search_unsure(const Search *search, size_t *count)
{
    *count = search->unsure.count;
    return search->unsure.items;
}

size_t search_tried(const Search *search)
{
    return search->tried;
}

bool search_tells_apart(Search *search, Arena *arena, const Database *database)
{
    const LoadedDatabase *loaded =
        database_load(arena, search->branches, search->dialect, database);
    Outcome outcome = run_pair(search, arena, loaded);
    return outcome_differs(search, &outcome);
}

// With the engine

static bool agrees(Search *search, Arena *arena, bool is_sure, const CellRows *ours,
                   const Answer *answer)
{
    if (!is_sure || !answer->ok || answer->result.kept_count < answer->result.row_count)
        return true;
    CellRows engines = cell_rows_of_result(arena, &answer->result);
    bool same = cell_rows_same(search->ordering, &engines, ours, true);
    search->agreed += same;
    search->disagreed += !same;
    return same;
}

void search_observe(Search *search, Arena *arena, const Database *database,
                    const Trial *trial)
{
    double started_ms = clock_cpu_ms();
    if (search->confirm_ms > confirm_cpu_ms)
        return;
    const LoadedDatabase *loaded =
        database_load(arena, search->branches, search->dialect, database);
    Outcome outcome = run_pair(search, arena, loaded);
    (void)(agrees(search, arena, outcome.left_sure, &outcome.left, &trial->left) &&
           agrees(search, arena, outcome.right_sure, &outcome.right, &trial->right));
    search->confirm_ms += clock_cpu_ms() - started_ms;
}

bool search_is_trusted(const Search *search)
{
    return search->right != NULL && search->disagreed == 0 && search->agreed > 0 &&
           search->tried * 2 > search->drawn;
}

bool search_knows_mutant(const Search *search, size_t mutant)
{
    return search->mutant_runs[mutant] != NULL;
}

const size_t *search_kills(Search *search, Arena *arena, const Database *database,
                           size_t *count)
{
    double started_ms = clock_cpu_ms();
    size_t *which = arena_new(arena, size_t, search->mutants->count + 1);
    *count = 0;
    if (search->confirm_ms > confirm_cpu_ms)
        return which;
    const LoadedDatabase *loaded =
        database_load(arena, search->branches, search->dialect, database);
    Outcome outcome = run_pair(search, arena, loaded);
    for (size_t i = 0; i < search->mutants->count && outcome.left_sure; i++) {
        const Mutant *mutant = &search->mutants->items[i];
        if (mutant_is_left(mutant) && search->mutant_runs[i] != NULL &&
            tells_apart(search, arena, loaded, i, &outcome.left))
            which[(*count)++] = i;
    }
    search->confirm_ms += clock_cpu_ms() - started_ms;
    return outcome.left_sure ? which : NULL;
}
