// search.c - the loop of drawing, running and keeping.

#include "verify/search_state.h"

#include "verify/vary.h"

#include <stdlib.h>

enum {
    QUIET_LIMIT = 800, // Databases in a row of which nothing came.
    FIRST_DRAWS = 60,  // Before anything is varied,
    AGAIN_DRAWS = 24,  // or for another candidate, that knows what to vary.
    KEPT_LIMIT = 120,
    UNSURE_LIMIT = 32,
    DIFFERENCE_LIMIT = 3, // These are enough for the engine to look at.
    MUTANT_TURNS = 4,     // After the first draws, each mutant is run on every so many.
};

// Limits in steps of the interpreter, each of some 20 ns.
enum {
    DATABASE_STEPS = 50,     // What drawing and loading one takes, beside
    VALUE_STEPS = 12,        // so many for each value.
    SEARCH_STEPS = 1000000,  // Long queries see fewer databases,
    ENOUGH_STEPS = 8000000,  // but enough: the engine's cost more than these.
    REPEAT_STEPS = 300000,   // For another candidate on what there is,
    AGAIN_STEPS = 250000,    // and for its own.
    OBSERVE_STEPS = 1000000, // For all that is run beside the engine,
    WATCH_STEPS = 100000,    // for another candidate.
};

// Returns what each mutant changes.
static Change *changes_of(Arena *arena, const Tree *tree, const Mutants *mutants)
{
    Change *changes = arena_new(arena, Change, mutants->count + 1);
    for (size_t i = 0; i < mutants->count; i++)
        if (!change_find(tree, &mutants->items[i].tree, &changes[i]))
            changes[i].from = NULL;
    return changes;
}

Search *search_new(Arena *arena, const Pair *pair, const Hints *hints,
                   const Ordering *ordering, Mutants *mutants)
{
    const char *why;
    if (pair->left.tree == NULL)
        return NULL;
    Branches *branches = branches_new(arena);
    Change *changes = changes_of(arena, pair->left.tree, mutants);
    Interpreter *left = interpreter_new_watching(arena, branches, pair->left.tree,
                                                 changes, mutants->count, &why);
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
                       .left = left,
                       .is_watched = interpreter_watches(left),
                       .aimed_at = SIZE_MAX};
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

static void run_left(Search *search, Arena *arena, const LoadedDatabase *loaded,
                     Outcome *outcome)
{
    const char *why;
    Trace trace;
    outcome->left_sure = interpreter_run(search->left, arena, loaded, &trace,
                                         &outcome->left, &why) == RUN_ROWS;
    outcome->is_new |= trace_join(&search->left_trace, &trace);
    outcome->touched = trace.touched;
    outcome->is_endless = trace.is_endless;
    search->steps += trace.steps;
}

static void run_right(Search *search, Arena *arena, const LoadedDatabase *loaded,
                      Outcome *outcome)
{
    const char *why;
    Trace trace;
    if (search->right == NULL)
        return;
    outcome->right_sure = interpreter_run(search->right, arena, loaded, &trace,
                                          &outcome->right, &why) == RUN_ROWS;
    outcome->is_new |= trace_join(&search->right_trace, &trace);
    search->steps += trace.steps;
}

static Outcome run_pair(Search *search, Arena *arena, const LoadedDatabase *loaded)
{
    Outcome outcome = {0};
    run_left(search, arena, loaded, &outcome);
    run_right(search, arena, loaded, &outcome);
    return outcome;
}

static bool tells_apart(Search *search, Arena *arena, const LoadedDatabase *loaded,
                        size_t mutant, const CellRows *left)
{
    const char *why;
    Trace trace;
    CellRows rows;
    RunKind kind =
        interpreter_run(search->mutant_runs[mutant], arena, loaded, &trace, &rows, &why);
    search->steps += trace.steps;
    // Whatever it is not sure of, more groups or fewer are more or fewer rows.
    if (kind == RUN_UNSURE)
        return rows.count != left->count;
    return !cell_rows_same(search->ordering, left, &rows, !search->ordering->is_exact);
}

// True if the original's run does not show that the mutant would have gone the same way.
static bool may_differ(const Search *search, const Outcome *outcome, size_t mutant)
{
    bool is_watched = (search->is_watched >> mutant & 1) != 0;
    return !is_watched || (outcome->touched >> mutant & 1) != 0;
}

// Those left after the first draws are mostly equivalent to the original, and to run them
// all each time costs more than all else: those of which it does not show in the
// original's run take turns, unless `all` are to run.
static bool is_due(const Search *search, size_t mutant, size_t turn)
{
    bool is_watched = (search->is_watched >> mutant & 1) != 0;
    return is_watched || mutant == search->aimed_at ||
           (turn + mutant) % MUTANT_TURNS == 0;
}

// True if the mutant differs in how many rows it lets through.
static bool changes_limit(const Search *search, size_t mutant)
{
    return search->mutants->items[mutant].tree.root->limit !=
           search->pair->left.tree->root->limit;
}

// Returns the bits of those that are told apart for the first time.
static uint64_t tell_mutants_apart(Search *search, Arena *arena,
                                   const LoadedDatabase *loaded, const Outcome *outcome,
                                   bool all)
{
    uint64_t kills = 0;
    if (search->left_count == 0 || !outcome->left_sure)
        return 0;
    for (size_t i = 0; i < search->mutants->count; i++)
        if (search->mutant_runs[i] != NULL && !search->told_apart[i] &&
            (all || is_due(search, i, search->tried_count)) &&
            (!search->is_large || changes_limit(search, i)) &&
            may_differ(search, outcome, i) &&
            tells_apart(search, arena, loaded, i, &outcome->left)) {
            search->told_apart[i] = true;
            kills |= UINT64_C(1) << i;
            search->left_count--;
        }
    return kills;
}

// Makes the original's next run watch the mutants that are left, or `here`, those that
// were not told apart here.
static void watch_mutants(Search *search, bool here)
{
    uint64_t numbers = 0;
    for (size_t i = 0; i < search->mutants->count; i++)
        if (mutant_is_left(&search->mutants->items[i]) &&
            !(here && search->told_apart[i]))
            numbers |= UINT64_C(1) << i;
    interpreter_watch(search->left, numbers);
}

// True if the interpreter is sure that the two differ.
static bool outcome_differs(const Search *search, const Outcome *outcome)
{
    return outcome->left_sure && outcome->right_sure &&
           !cell_rows_same(search->ordering, &outcome->left, &outcome->right,
                           !search->ordering->is_exact);
}

static size_t bits_of(uint64_t bits)
{
    size_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

// Keeps the database if something comes of it; true if it does.
static bool note_outcome(Search *search, Database database, const Outcome *outcome,
                         uint64_t kills)
{
    bool is_sure = outcome->left_sure && outcome->right_sure;
    Kept kept = {.database = database,
                 .differs = outcome_differs(search, outcome),
                 .kills = bits_of(kills),
                 .number = search->tried_count++};
    search->sure_count += is_sure;
    search->differences += kept.differs;
    if (!is_sure && search->unsure.count < UNSURE_LIMIT)
        array_push(search->arena, &search->unsure, database);
    bool is_worth_it = kept.differs || kills > 0 || outcome->is_new;
    if (is_worth_it && search->kept.count < KEPT_LIMIT)
        array_push(search->arena, &search->kept, kept);
    return is_worth_it;
}

size_t database_steps(const Database *database)
{
    size_t steps = DATABASE_STEPS;
    for (size_t t = 0; t < database->table_count; t++)
        steps += VALUE_STEPS * database->tables[t].row_count *
                 database->tables[t].table->column_count;
    return steps;
}

// True if the engine would have nothing to say where on others it has: mostly the data
// leads a recursion round in a circle. (One that is long on any data is worth a run.)
static bool is_useless(const Search *search, const Outcome *outcome)
{
    return outcome->is_endless && search->sure_count > 0;
}

bool search_try(Search *search, Arena *arena, Database database)
{
    const LoadedDatabase *loaded =
        database_load(arena, search->branches, search->dialect, &database);
    watch_mutants(search, true);
    Outcome outcome = run_pair(search, arena, loaded);
    if (is_useless(search, &outcome))
        return false;
    search->steps += database_steps(&database);
    bool all = outcome.is_new || search->is_large || search->tried_count < FIRST_DRAWS;
    Drawn drawn = {.database = database,
                   .left_sure = outcome.left_sure,
                   .right_sure = outcome.right_sure,
                   .kills = tell_mutants_apart(search, arena, loaded, &outcome, all)};
    if (outcome.left_sure)
        drawn.left = cell_rows_copied(search->arena, &outcome.left);
    if (outcome.right_sure)
        drawn.right = cell_rows_copied(search->arena, &outcome.right);
    array_push(search->arena, &search->drawn, drawn);
    return note_outcome(search, database, &outcome, drawn.kills);
}

void search_repeat(Search *search, const Search *earlier)
{
    Arena arena = ARENA_EMPTY;
    search->is_repeated = true;
    search->left_trace = earlier->left_trace; // The same tree: nothing new is seen there.
    for (size_t i = 0; i < earlier->drawn.count && search->steps < REPEAT_STEPS &&
                       search->differences < DIFFERENCE_LIMIT;
         i++) {
        Drawn drawn = earlier->drawn.items[i];
        Outcome outcome = {.left = drawn.left, .left_sure = drawn.left_sure};
        run_right(
            search, &arena,
            database_load(&arena, search->branches, search->dialect, &drawn.database),
            &outcome);
        (void)note_outcome(search, drawn.database, &outcome, 0);
        drawn.kills = 0;
        drawn.right_sure = outcome.right_sure;
        if (drawn.right_sure)
            drawn.right = cell_rows_copied(search->arena, &outcome.right);
        array_push(search->arena, &search->repeated, drawn);
        arena_reset(&arena);
    }
    search->steps = 0;
    arena_clear(&arena);
}

// Sets `varied` to one that was kept, with a few changes and values of another; false
// where it is time for a new one.
static bool vary(Search *search, Arena *arena, Random *random, Database *varied)
{
    size_t kept = search->kept.count, count = search->drawn.count;
    size_t first = search->is_repeated ? AGAIN_DRAWS : FIRST_DRAWS;
    if (count < first || kept == 0 || random_chance(random, 1, 4))
        return false;
    const Database *base = &search->kept.items[random_below(random, kept)].database;
    const Database *other = &search->drawn.items[random_below(random, count)].database;
    return database_varied(arena, search->hints, base, other, random, varied);
}

// Returns how many steps the databases drawn so far are worth.
static size_t steps_allowed(const Search *search)
{
    bool wants_more = search->sure_count < SEARCH_ENOUGH &&
                      search->sure_count * 3 >= search->tried_count;
    return wants_more ? ENOUGH_STEPS : search->is_repeated ? AGAIN_STEPS : SEARCH_STEPS;
}

static bool may_go_on(const Search *search, size_t quiet)
{
    return search->differences < DIFFERENCE_LIMIT && quiet < QUIET_LIMIT &&
           search->steps < steps_allowed(search);
}

size_t search_count_rows(Search *search, Arena *arena, const Database *database)
{
    Outcome outcome = {0};
    run_left(search, arena,
             database_load(arena, search->branches, search->dialect, database), &outcome);
    return outcome.left_sure ? outcome.left.count : 0;
}

size_t search_run(Search *search, Generator *generator, Random *random, size_t index,
                  size_t most)
{
    size_t quiet = 0;
    Arena arena = ARENA_EMPTY;
    for (size_t i = 0; i < most && may_go_on(search, quiet); i++) {
        Database made;
        if (vary(search, &arena, random, &made))
            made = generator_keep_checks(generator, &arena, made);
        else
            made = generator_next(generator, &arena, random, index++,
                                  1 + (unsigned)(search->tried_count % 4));
        Database database = database_copied(search->arena, &made);
        size_t drawn = search->drawn.count;
        quiet = search_try(search, &arena, database) ? 0 : quiet + 1;
        arena_reset(&arena);
        if (search->drawn.count == FIRST_DRAWS && drawn < FIRST_DRAWS)
            search_pursue_mutants(search, generator, random);
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

const Database *search_drawn(const Search *search, Arena *arena, size_t *count)
{
    size_t drawn = search->drawn.count, wanted = *count < drawn ? *count : drawn;
    Database *databases = arena_new(arena, Database, wanted + 1);
    for (size_t i = 0; i < wanted; i++)
        databases[i] = search->drawn.items[i * drawn / wanted].database;
    *count = wanted;
    return databases;
}

const Database *search_unsure(const Search *search, size_t *count)
{
    *count = search->unsure.count;
    return search->unsure.items;
}

size_t search_tried(const Search *search)
{
    return search->sure_count;
}

static const Outcome *look_at(Search *search, Arena *arena, const Database *database)
{
    search->loaded = database_load(arena, search->branches, search->dialect, database);
    watch_mutants(search, false);
    search->outcome = run_pair(search, arena, search->loaded);
    return &search->outcome;
}

bool search_is_useless(Search *search, Arena *arena, const Database *database)
{
    if (!search->hints->traits.is_recursive)
        return false;
    Outcome outcome = {0};
    run_left(search, arena,
             database_load(arena, search->branches, search->dialect, database), &outcome);
    return is_useless(search, &outcome);
}

bool search_tells_apart(Search *search, Arena *arena, const Database *database)
{
    return outcome_differs(search, look_at(search, arena, database));
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

// Returns what is known of a database that the search has run; NULL for another.
static const Drawn *find_drawn(const Search *search, const Database *database)
{
    const Drawn *drawn =
        search->is_repeated ? search->repeated.items : search->drawn.items;
    size_t count = search->is_repeated ? search->repeated.count : search->drawn.count;
    for (size_t i = 0; i < count; i++)
        if (drawn[i].database.tables == database->tables)
            return &drawn[i];
    return NULL;
}

void search_observe(Search *search, Arena *arena, const Database *database,
                    const Trial *trial)
{
    size_t steps_before = search->steps;
    search->loaded = NULL;
    const Drawn *known = search->known = find_drawn(search, database);
    if (known != NULL) {
        (void)(agrees(search, arena, known->left_sure, &known->left, &trial->left) &&
               agrees(search, arena, known->right_sure, &known->right, &trial->right));
        return;
    }
    if (search->observe_steps > (search->is_repeated ? WATCH_STEPS : OBSERVE_STEPS))
        return;
    if (search->is_repeated) {
        Outcome outcome = {0};
        run_right(search, arena,
                  database_load(arena, search->branches, search->dialect, database),
                  &outcome);
        (void)agrees(search, arena, outcome.right_sure, &outcome.right, &trial->right);
        search->observe_steps += search->steps - steps_before;
        return;
    }
    const Outcome *outcome = look_at(search, arena, database);
    (void)(agrees(search, arena, outcome->left_sure, &outcome->left, &trial->left) &&
           agrees(search, arena, outcome->right_sure, &outcome->right, &trial->right));
    search->observed++;
    search->observe_steps += search->steps - steps_before;
}

bool search_is_trusted(const Search *search)
{
    return search->right != NULL && search->disagreed == 0 && search->agreed > 0 &&
           search->sure_count * 2 > search->tried_count;
}

bool search_knows_mutant(const Search *search, size_t mutant)
{
    return search->mutant_runs[mutant] != NULL;
}

// Sets `which` to those that were told apart first on a database that was drawn.
static size_t known_kills(const Search *search, size_t *which)
{
    size_t count = 0;
    for (size_t i = 0; i < search->mutants->count; i++)
        if ((search->known->kills >> i & 1) != 0 &&
            mutant_is_left(&search->mutants->items[i]))
            which[count++] = i;
    return count;
}

// Those that were told apart before differ on many databases; the others seldom do, and
// take turns.
const size_t *search_kills(Search *search, Arena *arena, size_t *count)
{
    size_t *which = arena_new(arena, size_t, search->mutants->count + 1);
    size_t steps_before = search->steps;
    *count = 0;
    if (search->known != NULL) {
        *count = known_kills(search, which);
        return search->known->left_sure ? which : NULL;
    }
    if (search->loaded == NULL)
        return which; // None that are worth more steps.
    for (size_t i = 0; i < search->mutants->count && search->outcome.left_sure; i++) {
        const Mutant *mutant = &search->mutants->items[i];
        if ((search->told_apart[i] || is_due(search, i, search->observed)) &&
            mutant_is_left(mutant) && search->mutant_runs[i] != NULL &&
            may_differ(search, &search->outcome, i) &&
            tells_apart(search, arena, search->loaded, i, &search->outcome.left))
            which[(*count)++] = i;
    }
    search->observe_steps += search->steps - steps_before;
    return search->outcome.left_sure ? which : NULL;
}
