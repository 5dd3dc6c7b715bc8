// judge.c - the schedule, and the verdict.

#include "verify/judge.h"

#include "base/clock.h"
#include "base/text.h"
#include "sql/sql.h"
#include "verify/choice.h"
#include "verify/original.h"
#include "verify/prove.h"
#include "verify/shrink.h"
#include "verify/vary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    SQLITE_DATABASES = 400, // By default; SQLite is quick.
    OTHER_DATABASES = 200,
    SQLITE_AFTER_SEARCH = 200, // The same, where many more were tried in memory.
    OTHER_AFTER_SEARCH = 32,
    QUICK_TURNS = 2,   // Other row orders that the original must agree in at first,
    STABLE_TURNS = 6,  // those for a counterexample,
    OPEN_TURNS = 16,   // and where it leaves a choice to the engine that might show.
    CHOICE_TURNS = 4,  // Row orders of a database on which that is tried out,
    CHOICE_TRIES = 16, // and how many databases it is tried out on.
    TURN_EVERY = 40,   // Databases between two turns of the ring.
    TURN_EVERY_AFTER_SEARCH = 8,
    EXTRA_BATCHES = 3,        // More of the schedule where it did not reach far enough.
    USUAL_FAVOUR = 2,         // Of 8 databases, those that use what the queries ask for.
    STRONG_FAVOUR = 6,        // The same, as long as the original returns nothing.
    REFUSAL_LIMIT = 40,       // Databases in a row that the engine refuses.
    UNSTABLE_LIMIT = 30,      // Differences on databases where the original is unstable.
    UNFINISHED_LIMIT = 6,     // Queries cut off.
    FAILURE_LIMIT = 40,       // Errors of an original that never returned a row.
    SQLITE_MUTANT_TRIES = 80, // Databases on which the mutants that are left are run.
    OTHER_MUTANT_TRIES = 20,
    EMPTY_SKIPS = 4,  // Where the original returned nothing they run this seldom.
    MANY_MUTANTS = 8, // Of so many, databases that tell
    SHARE_APART = 4,  // less than one in four apart say nothing.
    OWN_DRAWS = 500,  // Databases drawn for a candidate of a known original.
};

struct Judge {
    const Catalog *catalog;
    Dialect dialect;
    JudgeOptions options;
    Scratch *scratch;
    Leniency leniency;
    Arena arena;        // Of the text below.
    const char *tables; // The CREATE statements that made what is in scratch.
    Original *original; // Of the last pair that took the whole schedule, or NULL.
};

// One pair being judged.
typedef struct {
    Judge *judge;
    Arena *arena;
    Arena scratch; // Of one database.
    bool has_tables;
    Pair pair;
    const Hints *hints;
    Original *original;
    bool is_first; // Of the original's candidates.
    Generator *generator;
    Ring ring;
    Random random;
    Search *search; // NULL where the interpreter does not know the original.
    Verdict *verdict;
    double started_ms;
    size_t beside; // Databases run beside the schedule.
    size_t index;  // Of the next database in the schedule.
    size_t refusals, unstable, unfinished, unknown, mutant_tries;
    const char *choice; // What the original may leave to the engine; NULL: nothing.
    size_t choice_tries;
    bool choice_shows; // Where both differ.
    Mutants none;      // Of a candidate that is not the first.
    size_t failures;   // Databases on which the original raised an error.
    Error left_error;  // The last of them.
    bool left_ran;
} Bout;

const char *evidence_name(Evidence evidence)
{
    static const char *const names[] = {
        [EVIDENCE_NONE] = "none",       [EVIDENCE_REFUTED] = "refuted",
        [EVIDENCE_PROVED] = "proved",   [EVIDENCE_BOUNDED] = "bounded",
        [EVIDENCE_DATA] = "data",       [EVIDENCE_SAMPLE] = "sample",
        [EVIDENCE_VACUOUS] = "vacuous", [EVIDENCE_INCOMPARABLE] = "incomparable",
    };
    return names[evidence];
}

const char *verdict_name(VerdictKind kind)
{
    static const char *const names[] = {"same", "different", "undecided"};
    return names[kind];
}

// Opening

bool judge_open(const Catalog *catalog, const JudgeOptions *options, Judge **judge,
                Error *err)
{
    Scratch *scratch;
    EngineOptions engine = options->engine;
    engine.threads = 1; // A few rows: another thread would only be waited for.
    if (!scratch_open(catalog->dialect, &engine, &scratch, err))
        return fail_while(err, "opening a scratch database");
    Judge *made = calloc(1, sizeof(*made));
    assert(made != NULL);
    *made = (Judge){.catalog = catalog,
                    .dialect = catalog->dialect,
                    .options = *options,
                    .scratch = scratch};
    *judge = made;
    return true;
}

void judge_close(Judge *judge)
{
    if (judge == NULL)
        return;
    scratch_close(judge->scratch);
    original_close(judge->original);
    arena_clear(&judge->arena);
    free(judge);
}

static void forget_original(Judge *judge)
{
    original_close(judge->original);
    judge->original = NULL;
}

void judge_use(Judge *judge, const Catalog *catalog)
{
    assert(catalog->dialect == judge->dialect);
    forget_original(judge);
    judge->catalog = catalog;
}

void judge_limit(Judge *judge, double budget_ms)
{
    judge->options.budget_ms = budget_ms;
}

void judge_allow(Judge *judge, const Leniency *leniency)
{
    judge->leniency = *leniency;
    forget_original(judge);
}

// Makes the tables of this pair, unless they are there.
static bool make_tables(Bout *bout, Error *err)
{
    Judge *judge = bout->judge;
    if (bout->has_tables)
        return true;
    const char *tables = print_tables(bout->arena, bout->hints, true);
    bout->has_tables = judge->tables != NULL && strcmp(judge->tables, tables) == 0;
    if (bout->has_tables)
        return true;
    judge->tables = NULL;
    arena_clear(&judge->arena);
    if (!scratch_clear(judge->scratch, err) ||
        !scratch_execute(judge->scratch, tables, err))
        return fail_while(err, "making the tables in the scratch database");
    judge->tables = arena_string(&judge->arena, tables);
    bout->has_tables = true;
    return true;
}

// Returns how many databases the engine has to run. Where nothing else is asked for,
// fewer do if the interpreter ran many and agreed with the engine on all that both ran.
static size_t databases_wanted(const Bout *bout)
{
    bool is_sqlite = bout->judge->dialect == DIALECT_SQLITE;
    if (bout->judge->options.databases > 0)
        return bout->judge->options.databases;
    if (bout->search != NULL && search_is_trusted(bout->search) &&
        search_tried(bout->search) >= SEARCH_ENOUGH)
        return is_sqlite ? SQLITE_AFTER_SEARCH : OTHER_AFTER_SEARCH;
    return is_sqlite ? SQLITE_DATABASES : OTHER_DATABASES;
}

// Verdicts

static bool decide(Bout *bout, VerdictKind kind, Evidence evidence, const char *reason)
{
    bout->verdict->kind = kind;
    bout->verdict->evidence = evidence;
    bout->verdict->reason = reason;
    return true;
}

// True if the original has one answer on the database, as far as so many row orders show,
// and the difference is no accident.
static bool shows_difference(Bout *bout, Arena *arena, const Database *database,
                             unsigned turns)
{
    if (bout->choice != NULL)
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
           decide(bout, VERDICT_DIFFERENT, EVIDENCE_REFUTED, why);
}

// True if the databases would hardly have shown a mistake: of the many that were made
// in the original they told almost none apart. A few equivalent mutants are usual, and
// right pairs were seen to have up to six in ten of them, so the bar is low. Nothing that
// reads no table depends on databases.
static bool is_weak(const Bout *bout)
{
    size_t counted = mutants_counted(&bout->original->mutants);
    size_t apart = counted - mutants_left(&bout->original->mutants);
    return bout->hints->table_count > 0 && counted >= MANY_MUTANTS &&
           apart * SHARE_APART < counted;
}

// Where no database told them apart: what is that worth?
static void decide_at_end(Bout *bout)
{
    Verdict *verdict = bout->verdict;
    const char *volatile_call = bout->hints->traits.volatile_call;
    bool told_apart = verdict->mutants_killed * 2 > verdict->mutants;
    if (!bout->left_ran)
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
               failure_print(bout->arena, "original", &bout->left_error));
    else if (volatile_call != NULL)
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
               arena_printf(bout->arena, "%s is volatile", volatile_call));
    else if (bout->failures * 2 > verdict->databases)
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
               arena_printf(bout->arena, "the original fails on %zu of %zu databases: %s",
                            bout->failures, verdict->databases,
                            bout->left_error.message));
    else if (bout->choice_shows || bout->original->choice_shows)
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
               choice_reason(bout->arena, bout->choice));
    else if (bout->unstable > 0)
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
               "the original is not deterministic where they differ");
    else if (bout->original->ordering.is_unknown)
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
               arena_printf(bout->arena, "the original's order is not understood: %s",
                            bout->pair.left.problem));
    else if (bout->unknown * 2 > verdict->databases)
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
               "the results can't be compared on most databases");
    else if (verdict->databases - bout->beside < databases_wanted(bout))
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_NONE, "the schedule was not run whole");
    else if (verdict->with_rows == 0 && !told_apart && bout->hints->table_count > 0)
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_VACUOUS,
               "the original returned no row on any database");
    else if (is_weak(bout))
        decide(bout, VERDICT_UNDECIDED, EVIDENCE_VACUOUS,
               arena_printf(bout->arena,
                            "the databases tell only %zu of %zu mutants apart",
                            verdict->mutants_killed, verdict->mutants));
    else
        decide(bout, VERDICT_SAME, EVIDENCE_BOUNDED, NULL);
    verdict->checked = pair_checked_columns(bout->arena, &bout->pair);
}

// One database

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
    bool is_worth_it = bout->is_first && bout->choice != NULL &&
                       !original->choice_shows && bout->choice_tries < CHOICE_TRIES &&
                       trial->left.ok && trial->left.result.row_count > 0;
    if (!is_worth_it)
        return;
    bout->choice_tries++;
    original->choice_shows =
        !ring_is_stable(&bout->ring, scratch, database, CHOICE_TURNS, &bout->random);
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
        return decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
                      arena_printf(bout->arena, "the candidate does not run: %s",
                                   trial->right.error.message));
    if (shows_difference(bout, scratch, database, QUICK_TURNS) &&
        decide_refuted(bout, database, trial->why))
        return true;
    bout->unstable++;
    bout->choice_shows |= bout->choice != NULL;
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

// True if what came of the database decides the pair.
static bool weigh_trial(Bout *bout, Arena *scratch, const Database *database,
                        const Trial *trial)
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

// True if the database decides the pair. What the original says to it is kept.
static bool try_database(Bout *bout, Arena *scratch, const Database *database)
{
    Arena *arena = bout->is_first ? &bout->original->arena : scratch;
    Trial trial = ring_try(&bout->ring, arena, database);
    if (bout->is_first && trial.is_filled)
        array_push(&bout->original->arena, &bout->original->exhibits,
                   ((Exhibit){*database, bout->ring.reversed, trial.left}));
    return weigh_trial(bout, scratch, database, &trial);
}

// Tries the next database of the generator; true if it decides the pair.
static bool try_next(Bout *bout, unsigned favour)
{
    Database database = generator_next(bout->generator, &bout->scratch, &bout->random,
                                       bout->index++, favour);
    if (bout->is_first)
        database = database_copied(&bout->original->arena, &database);
    bool decided = try_database(bout, &bout->scratch, &database);
    arena_reset(&bout->scratch);
    return decided;
}

// The schedule

static bool is_over(const Bout *bout)
{
    double budget_ms = bout->judge->options.budget_ms;
    bool is_late = budget_ms > 0 && clock_ms() - bout->started_ms > budget_ms;
    return is_late || bout->refusals >= REFUSAL_LIMIT ||
           bout->unstable >= UNSTABLE_LIMIT || bout->unfinished >= UNFINISHED_LIMIT ||
           (bout->failures >= FAILURE_LIMIT && bout->verdict->with_rows == 0);
}

// As long as the original returns nothing, databases lean towards what it asks for.
static unsigned favour_now(const Bout *bout)
{
    bool is_empty = bout->verdict->databases > 20 &&
                    bout->verdict->with_rows * 10 < bout->verdict->databases;
    return is_empty ? STRONG_FAVOUR : USUAL_FAVOUR;
}

// True if what is left of the mutants may well be equivalent to the original.
static bool mutants_are_told_apart(const Bout *bout)
{
    return mutants_left(&bout->original->mutants) * 10 <=
           mutants_counted(&bout->original->mutants) * 2;
}

static bool turn_ring(Bout *bout, Error *err)
{
    bool is_short = databases_wanted(bout) <= OTHER_AFTER_SEARCH;
    size_t every = is_short ? TURN_EVERY_AFTER_SEARCH : TURN_EVERY;
    return ring_turn(&bout->ring, bout->verdict->databases / every % 2 == 1, err);
}

static bool try_databases(Bout *bout, const Database *databases, size_t count,
                          bool *decided, Error *err)
{
    for (size_t i = 0; i < count && !*decided && !is_over(bout); i++) {
        if (original_shows(bout->original, &databases[i]))
            continue;
        if (!turn_ring(bout, err))
            return false;
        *decided = try_database(bout, &bout->scratch, &databases[i]);
        arena_reset(&bout->scratch);
    }
    return true;
}

// Tries some of all that the search has drawn, but leaves a quarter of the schedule to
// chance.
static bool try_drawn(Bout *bout, bool *decided, Error *err)
{
    size_t tried = bout->verdict->databases - bout->beside;
    size_t most = databases_wanted(bout) * 3 / 4;
    size_t rest = tried < most ? most - tried : 0;
    const Database *drawn = search_drawn(bout->search, bout->arena, &rest);
    return try_databases(bout, drawn, rest, decided, err);
}

// Tries what the search has kept, and beside the schedule that of which the interpreter
// could not tell.
static bool try_searched(Bout *bout, bool *decided, Error *err)
{
    size_t kept_count, unsure_count;
    const Database *kept = search_kept(bout->search, &kept_count);
    size_t most = databases_wanted(bout) * (bout->is_first ? 3 : 1) / 4;
    if (!try_databases(bout, kept, kept_count < most ? kept_count : most, decided, err))
        return false;
    const Database *unsure = search_unsure(bout->search, &unsure_count);
    size_t before = bout->verdict->databases;
    bool ok = try_databases(bout, unsure, unsure_count, decided, err);
    bout->beside += bout->verdict->databases - before;
    return ok && (!bout->is_first || try_drawn(bout, decided, err));
}

// Looks for databases in memory: those drawn for the original before, then new ones.
static void run_search(Bout *bout)
{
    Random random = random_new(bout->judge->options.seed + 1);
    if (!bout->is_first)
        search_repeat(bout->search, bout->original->search);
    bout->index = search_run(bout->search, bout->generator, &random, bout->index,
                             bout->is_first ? SIZE_MAX : OWN_DRAWS);
}

// Runs the candidate on what another was run on before.
static bool try_exhibits(Bout *bout, bool *decided, Error *err)
{
    const Original *original = bout->original;
    for (size_t i = 0; i < original->exhibits.count && !*decided && !is_over(bout); i++) {
        const Exhibit *exhibit = &original->exhibits.items[i];
        if (!ring_turn(&bout->ring, exhibit->reversed, err))
            return false;
        Trial trial = ring_try_candidate(&bout->ring, &bout->scratch, &exhibit->database,
                                         &exhibit->answer);
        *decided = weigh_trial(bout, &bout->scratch, &exhibit->database, &trial);
        arena_reset(&bout->scratch);
    }
    return true;
}

// True if the schedule has gone far enough.
static bool is_enough(const Bout *bout)
{
    size_t wanted = databases_wanted(bout);
    size_t tried = bout->verdict->databases - bout->beside;
    bool reached = bout->verdict->with_rows > 0 && !is_weak(bout) &&
                   (tried * 2 >= wanted * 3 || mutants_are_told_apart(bout) ||
                    bout->ring.dialect != DIALECT_SQLITE ||
                    (bout->search != NULL && search_is_trusted(bout->search)));
    return (tried >= wanted && reached) || tried >= wanted * EXTRA_BATCHES;
}

static bool run_schedule(Bout *bout, bool *decided, Error *err)
{
    *decided = false;
    if (bout->search != NULL)
        run_search(bout); // Meanwhile the engine may be starting.
    if (!make_tables(bout, err))
        return false;
    if (bout->search != NULL && !try_searched(bout, decided, err))
        return false;
    if (!bout->is_first && !try_exhibits(bout, decided, err))
        return false;
    if (!*decided && bout->is_first)
        mutants_leave_equal_out(&bout->original->mutants, &bout->original->arena,
                                &bout->original->pair, NULL);
    while (!*decided && !is_over(bout) && !is_enough(bout)) {
        if (!turn_ring(bout, err))
            return false;
        *decided = try_next(bout, favour_now(bout));
    }
    return ring_turn(&bout->ring, false, err);
}

static bool admits_rows(void *context, const TableRows *rows)
{
    Bout *bout = context;
    Error error;
    return make_tables(bout, &error) && scratch_trial(bout->judge->scratch, bout->arena,
                                                      rows, 1, NULL, 0, NULL, &error);
}

// Returns a query for the numbers of the rows that do not fail the CHECK.
static const char *check_query(Arena *arena, Dialect dialect, const Table *table,
                               const Check *check, const Value *const *rows,
                               size_t row_count)
{
    Text sql = text_new(arena);
    text_add(&sql, "WITH probe (probe_number");
    for (size_t c = 0; c < table->column_count; c++)
        text_addf(&sql, ", %s", sql_quote_name(arena, dialect, table->columns[c].name));
    text_add(&sql, ") AS (VALUES ");
    for (size_t i = 0; i < row_count; i++) {
        text_addf(&sql, "%s(%zu", i == 0 ? "" : ", ", i);
        for (size_t c = 0; c < table->column_count; c++)
            text_addf(&sql, ", %s", value_print(arena, dialect, rows[i][c]));
        text_add(&sql, ")");
    }
    text_addf(&sql, ") SELECT probe_number FROM probe WHERE coalesce((%s), 1 = 1)",
              check->text);
    return sql.bytes;
}

static bool rows_pass_check(void *context, const Table *table, const Check *check,
                            const Value *const *rows, size_t row_count, bool *passes)
{
    Bout *bout = context;
    Judge *judge = bout->judge;
    Arena arena = ARENA_EMPTY;
    Request request = {
        .sql = check_query(&arena, judge->dialect, table, check, rows, row_count),
        .sink = SINK_ROWS,
        .row_limit = row_count};
    Result result;
    Error error;
    bool ok = scratch_run(judge->scratch, &arena, &request, &result, &error);
    for (size_t i = 0; ok && i < result.kept_count; i++)
        passes[result.rows[i][0].integer] = true;
    arena_clear(&arena);
    return ok;
}

// Begins with an original that is not known yet.
static void meet_original(Bout *bout)
{
    Judge *judge = bout->judge;
    forget_original(judge);
    Original *original = original_new(judge->catalog, bout->ring.left, bout->ring.right);
    judge->original = bout->original = original;
    original->ordering.is_exact = !original->hints->traits.sums;
    original->ordering.tolerance = judge->leniency.tolerance;
    original->ordering.collations = NULL; // Another representative makes it unstable.
    bout->hints = original->hints;
    bout->generator = original->generator;
    bout->is_first = true;
    RowJudge rows = {admits_rows, rows_pass_check, bout};
    generator_probe(bout->generator, &bout->random, &rows);
    if (!judge->options.only_refutes)
        original->mutants = mutants_new(&original->arena, &original->pair.left);
    if (judge->leniency.ignored_count == 0) // The interpreter compares whole rows.
        original->search = search_new(&original->arena, &original->pair, bout->hints,
                                      &original->ordering, &original->mutants);
    bout->search = original->search;
}

// Goes on with one that is known. Its mutants have been told apart before.
static void meet_again(Bout *bout)
{
    bout->original = bout->judge->original;
    bout->generator = generator_new(bout->arena, bout->hints);
    generator_follow(bout->generator, bout->original->generator);
    if (bout->original->search != NULL)
        bout->search = search_new(bout->arena, &bout->pair, bout->hints,
                                  &bout->original->ordering, &bout->none);
}

static bool prepare_bout(Bout *bout, const char *left, const char *right, Error *err)
{
    Judge *judge = bout->judge;
    bout->choice = side_open_choice(bout->arena, &bout->pair.left);
    bout->ring = (Ring){.right_untied = side_with_ties_broken(
                            bout->arena, &bout->pair.right, TIES_DESCENDING),
                        .arena = bout->arena,
                        .documents = pair_documents(bout->arena, &bout->pair),
                        .scratch = judge->scratch,
                        .dialect = judge->dialect,
                        .left = left,
                        .right = right,
                        .names_count = judge->options.names_count};
    for (size_t by = 0; by < TIE_BREAKS; by++)
        bout->ring.left_untied[by] =
            side_with_ties_broken(bout->arena, &bout->pair.left, (TieBreak)by);
    bout->ring.ignored_count = judge->leniency.ignored_count;
    if (!pair_find_outputs(bout->arena, &bout->pair, judge->leniency.ignored,
                           judge->leniency.ignored_count, &bout->ring.ignored, err))
        return false;
    bout->hints = hints_new(bout->arena, &bout->pair);
    bool is_known = judge->original != NULL &&
                    original_serves(judge->original, &bout->pair, bout->hints);
    (is_known ? meet_again : meet_original)(bout);
    bout->ring.ordering = &bout->original->ordering;
    return true;
}

// Where the engine does not take the tables (a type that only the user's database has).
static bool give_up(Bout *bout, const Error *error, Verdict *verdict)
{
    decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE,
           arena_string(bout->arena, error->message));
    bout->verdict->elapsed_ms = clock_ms() - bout->started_ms;
    *verdict = *bout->verdict;
    return true;
}

bool judge_pair(Judge *judge, Arena *arena, const char *left, const char *right,
                Verdict *verdict, Error *err)
{
    Verdict result = {0};
    Bout bout = {.judge = judge,
                 .arena = arena,
                 .verdict = &result,
                 .random = random_new(judge->options.seed),
                 .started_ms = clock_ms(),
                 .pair = pair_new(arena, judge->catalog, left, right)};
    const char *proof =
        judge->options.only_refutes
            ? NULL
            : pair_proof(arena, &bout.pair, judge->options.names_count, PROOF_TRIALS);
    bool decided = proof != NULL;
    if (decided) {
        decide(&bout, VERDICT_SAME, EVIDENCE_PROVED, proof);
    } else {
        bool ok =
            prepare_bout(&bout, left, right, err) && run_schedule(&bout, &decided, err);
        arena_clear(&bout.scratch);
        if (!ok) {
            forget_original(judge);
            return err->kind == ERROR_STATEMENT && give_up(&bout, err, verdict);
        }
        if (bout.search != NULL && search_is_trusted(bout.search))
            result.searched = search_tried(bout.search);
        result.mutants = mutants_counted(&bout.original->mutants);
        result.mutants_killed = result.mutants - mutants_left(&bout.original->mutants);
        if (!decided)
            decide_at_end(&bout);
        if (bout.is_first && (decided || is_over(&bout)))
            forget_original(judge); // Too little was seen of it.
    }
    result.elapsed_ms = clock_ms() - bout.started_ms;
    *verdict = result;
    return true;
}
