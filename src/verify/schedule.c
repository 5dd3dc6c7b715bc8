// schedule.c - which databases, how many, and what they are worth.

#include "verify/bout.h"

#include "base/clock.h"
#include "verify/choice.h"
#include "verify/prove.h"
#include "verify/vary.h"

enum {
    SQLITE_DATABASES = 400, // By default; SQLite is quick.
    OTHER_DATABASES = 200,
    SQLITE_AFTER_SEARCH = 200, // The same, where many more were tried in memory.
    OTHER_AFTER_SEARCH = 32,
    WITHOUT_TABLES = 16, // Runs of what no database changes, in either turn of the ring.
    TURN_EVERY = 40,     // Databases between two turns of the ring.
    TURN_EVERY_AFTER_SEARCH = 8,
    EXTRA_BATCHES = 3,    // More of the schedule where it did not reach far enough.
    USUAL_FAVOUR = 2,     // Of 8 databases, those that use what the queries ask for.
    STRONG_FAVOUR = 6,    // The same, as long as the original returns nothing.
    REFUSAL_LIMIT = 40,   // Databases in a row that the engine refuses, or would not end.
    UNSTABLE_LIMIT = 30,  // Differences on databases where the original is unstable.
    UNFINISHED_LIMIT = 6, // Queries cut off.
    FAILURE_LIMIT = 40,   // Errors of an original that never returned a row.
    MANY_MUTANTS = 8,     // Of so many, databases that tell
    SHARE_APART = 4,      // less than one in four apart say nothing.
    OWN_DRAWS = 500,      // Databases drawn for a candidate of a known original.
    BATCH_LIMIT = 16,     // Databases in one round trip.
    BATCH_MS = 40,        // Round trips that take longer have fewer.
};

// Returns how many databases the engine has to run. Where nothing else is asked for,
// fewer do if the interpreter ran many and agreed with the engine on all that both ran,
// unless rows are in an order that it does not look at.
static size_t databases_wanted(const Bout *bout)
{
    const Ordering *ordering = &bout->original->ordering;
    bool is_sqlite = bout->judge->dialect == DIALECT_SQLITE;
    bool sees_order = !ordering->is_ordered || ordering->all_visible;
    if (bout->judge->options.databases > 0)
        return bout->judge->options.databases;
    if (bout->hints->table_count == 0)
        return WITHOUT_TABLES;
    if (sees_order && bout->search != NULL && search_is_trusted(bout->search) &&
        search_tried(bout->search) >= SEARCH_ENOUGH)
        return is_sqlite ? SQLITE_AFTER_SEARCH : OTHER_AFTER_SEARCH;
    return is_sqlite ? SQLITE_DATABASES : OTHER_DATABASES;
}

// What it is worth

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

// True if most databases said nothing.
static bool says_little(const Verdict *verdict, size_t silent)
{
    return silent * 2 > verdict->databases;
}

// Returns why nothing can be said, or NULL.
static const char *why_incomparable(const Bout *bout)
{
    const Verdict *verdict = bout->verdict;
    const char *volatile_call = bout->hints->traits.volatile_call;
    if (!bout->left_ran && bout->failures > 0)
        return failure_print(bout->arena, "original", &bout->left_error);
    if (volatile_call != NULL)
        return arena_printf(bout->arena, "%s is volatile", volatile_call);
    if (says_little(verdict, bout->failures))
        return arena_printf(bout->arena, "the original fails on %zu of %zu databases: %s",
                            bout->failures, verdict->databases, bout->left_error.message);
    if (bout->choice_shows || bout->original->choice_shows)
        return choice_reason(bout->arena, bout->original->choice);
    if (bout->unstable > 0)
        return "the original is not deterministic where they differ";
    if (bout->original->ordering.is_unknown)
        return arena_printf(bout->arena, "the original's order is not understood: %s",
                            bout->pair.left.problem);
    if (bout->unknown > 0 && !ordering_is_comparable(&bout->original->ordering))
        return "which rows the original may return can't be told";
    return says_little(verdict, bout->unknown)
               ? "the results can't be compared on most databases"
               : NULL;
}

void bout_decide_at_end(Bout *bout)
{
    Verdict *verdict = bout->verdict;
    bool told_apart = verdict->mutants_killed * 2 > verdict->mutants;
    bool depends_on_data = bout->hints->table_count > 0 && !pair_is_empty(&bout->pair);
    const char *why = why_incomparable(bout);
    if (why != NULL)
        bout_decide(bout, VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE, why);
    else if (verdict->databases - bout->beside < databases_wanted(bout))
        bout_decide(bout, VERDICT_UNDECIDED, EVIDENCE_NONE,
                    "the schedule was not run whole");
    else if (verdict->with_rows == 0 && !told_apart && depends_on_data)
        bout_decide(bout, VERDICT_UNDECIDED, EVIDENCE_VACUOUS,
                    "the original returned no row on any database");
    else if (is_weak(bout) && depends_on_data)
        bout_decide(bout, VERDICT_UNDECIDED, EVIDENCE_VACUOUS,
                    arena_printf(bout->arena,
                                 "the databases tell only %zu of %zu mutants apart",
                                 verdict->mutants_killed, verdict->mutants));
    else
        bout_decide(bout, VERDICT_SAME, EVIDENCE_BOUNDED, NULL);
    verdict->checked = pair_checked_columns(bout->arena, &bout->pair);
    verdict->failures = bout->failures;
    if (bout->failures > 0)
        verdict->failure = arena_string(bout->arena, bout->left_error.message);
}

// Going on

// Tries the next database of the generator; true if it decides the pair.
static bool try_next(Bout *bout, unsigned favour)
{
    Database database = generator_next(bout->generator, &bout->scratch, &bout->random,
                                       bout->index++, favour);
    if (bout->is_first)
        database = database_copied(&bout->original->arena, &database);
    bool is_useless = bout->search != NULL &&
                      search_is_useless(bout->search, &bout->scratch, &database);
    bool decided = !is_useless && bout_try_database(bout, &bout->scratch, &database);
    bout->refusals += is_useless;
    arena_reset(&bout->scratch);
    return decided;
}

bool bout_is_over(const Bout *bout)
{
    double budget_ms = bout->judge->options.budget_ms;
    bool is_late = budget_ms > 0 && clock_ms() - bout->started_ms > budget_ms;
    bool is_never_same =
        bout->judge->options.only_same && !bout->is_first && bout->unstable > 0;
    return is_late || is_never_same || bout->refusals >= REFUSAL_LIMIT ||
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
    for (size_t i = 0; i < count && !*decided && !bout_is_over(bout); i++) {
        if (original_shows(bout->original, &databases[i]))
            continue;
        if (!turn_ring(bout, err))
            return false;
        *decided = bout_try_database(bout, &bout->scratch, &databases[i]);
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
    size_t failures = bout->failures, unknown = bout->unknown;
    bool ok = try_databases(bout, unsure, unsure_count, decided, err);
    bout->beside += bout->verdict->databases - before;
    bout->failures = failures; // What is sure to fail leaves the interpreter unsure, too.
    bout->unknown = unknown;
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

// Tries one table of all values, whatever the search has made of such: it does not know
// all that the engine does with each.
static bool try_parade(Bout *bout)
{
    Arena *arena = bout->is_first ? &bout->original->arena : &bout->scratch;
    Database parade;
    bool decided = generator_parade(bout->generator, arena, &bout->random, &parade) &&
                   bout_try_database(bout, &bout->scratch, &parade);
    arena_reset(&bout->scratch);
    return decided;
}

// Runs the candidate on one exhibit.
static bool try_exhibit(Bout *bout, const Exhibit *exhibit)
{
    Trial trial = ring_try_candidate(&bout->ring, &bout->scratch, exhibit);
    return bout_weigh(bout, &bout->scratch, &exhibit->database, &trial);
}

// Returns how many of these, at most `most`, the engine ran turned the same way, and
// packs them.
static size_t pack_alike(Bout *bout, Exhibit *exhibits, size_t most)
{
    size_t count = 0;
    for (; count < most && exhibits[count].reversed == exhibits[0].reversed; count++) {
        Exhibit *it = &exhibits[count];
        if (it->packed.bytes == NULL)
            it->packed = tables_pack(&bout->original->arena, it->database.tables,
                                     it->database.table_count);
    }
    return count;
}

// Runs the candidate on several exhibits in one round trip; returns of how many it is
// known what came of them.
static size_t try_batch(Bout *bout, const Exhibit *exhibits, size_t count, bool *decided)
{
    size_t weighed = 0;
    Answer answers[BATCH_LIMIT];
    const char *text = ring_candidate(&bout->ring);
    size_t run =
        ring_run_candidate(&bout->ring, &bout->scratch, exhibits, count, answers);
    // What is weighed may show that the candidate has to be asked in other words.
    while (weighed < run && !*decided && !bout_is_over(bout) &&
           ring_candidate(&bout->ring) == text) {
        const Exhibit *it = &exhibits[weighed];
        Trial trial =
            ring_weigh_candidate(&bout->ring, &bout->scratch, it, &answers[weighed++]);
        *decided = bout_weigh(bout, &bout->scratch, &it->database, &trial);
    }
    return weighed;
}

// Runs the candidate on what another was run on before: on more and more in a round trip,
// as long as that takes no time, and on what stopped one of them alone.
static bool try_exhibits(Bout *bout, bool *decided, Error *err)
{
    size_t total = bout->original->exhibits.count, batch = 1;
    for (size_t i = 0; i < total && !*decided && !bout_is_over(bout);) {
        Exhibit *exhibits = &bout->original->exhibits.items[i];
        if (!ring_turn(&bout->ring, exhibits->reversed, err))
            return false;
        double start_ms = clock_ms();
        size_t most = batch < total - i ? batch : total - i;
        size_t tried =
            try_batch(bout, exhibits, pack_alike(bout, exhibits, most), decided);
        if (tried == 0) {
            *decided = try_exhibit(bout, exhibits);
            tried = 1;
        }
        bool is_quick = clock_ms() - start_ms < BATCH_MS;
        batch = !is_quick ? 1 : batch < BATCH_LIMIT ? batch * 2 : BATCH_LIMIT;
        i += tried;
        arena_reset(&bout->scratch);
    }
    return true;
}

// Where nothing but "same" is asked: tries first where another candidate was found to
// differ from an original that is unstable there.
static bool try_unstable(Bout *bout, Error *err)
{
    const Original *original = bout->original;
    if (!bout->judge->options.only_same || bout->is_first)
        return true;
    for (size_t i = 0; i < original->unstable.count && !bout_is_over(bout); i++) {
        const Unstable *it = &original->unstable.items[i];
        if (!bout_make_tables(bout, err) || !ring_turn(&bout->ring, it->reversed, err))
            return false;
        Trial trial = ring_try(&bout->ring, &bout->scratch, &it->database);
        if (trial.right.ok && trial.likeness == LIKENESS_DIFFERENT) {
            bout->verdict->databases++;
            bout->unstable++;
        }
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

bool bout_run_schedule(Bout *bout, bool *decided, Error *err)
{
    *decided = false;
    if (!try_unstable(bout, err))
        return false;
    if (bout->search != NULL && !bout_is_over(bout))
        run_search(bout); // Meanwhile the engine may be starting.
    if (!bout_make_tables(bout, err))
        return false;
    if (bout->search != NULL && !try_searched(bout, decided, err))
        return false;
    if (!bout->is_first && !try_exhibits(bout, decided, err))
        return false;
    if (!*decided && !bout_is_over(bout))
        *decided = try_parade(bout);
    if (!*decided && bout->is_first)
        mutants_leave_equal_out(&bout->original->mutants, &bout->original->pair, NULL);
    while (!*decided && !bout_is_over(bout) && !is_enough(bout)) {
        if (!turn_ring(bout, err))
            return false;
        *decided = try_next(bout, favour_now(bout));
    }
    return ring_turn(&bout->ring, false, err);
}
