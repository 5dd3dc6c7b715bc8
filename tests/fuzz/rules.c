// rules.c - do rules keep the rows?
//
// Each rule alone, and all together, rewrite random queries; before and after run on
// random databases, and their rows are compared as bags. Rules that never fire are named.
//
//     fuzz_rules [--dialect sqlite|duckdb] [seed [rounds [rule:guard]]]
//
// Each round has a seed of its own, the next one's is greater by one: so a long run can
// be cut into ranges of seeds (bench/judge/rules.sh), and a wrong pair is found again by
// the seed it is shown with and one round. The last form tries one rule with one of its
// guards switched off: it should find the rule wrong, or the guard guards against what
// these tables can't show.

#include "fuzz/query_maker.h"
#include "fuzz/world.h"
#include "rewrite/rewrite.h"
#include "sql/sql.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_ROUNDS = 2,
    QUERIES_PER_ROUND = 150,
    SQLITE_DATABASES = 6, // For each round; DuckDB takes 20 times as long for a query.
    DUCKDB_DATABASES = 3,
    ROW_LIMIT = 2000,
    FAILURES_SHOWN = 10,
};

typedef struct {
    RuleId rule; // RULE_COUNT: all together.
    const char *before, *after;
    bool done; // Wrong, or refused: not run again.
} Pair;

// What the query of several pairs came to on the database of the moment.
typedef struct {
    const char *sql;
    bool ok;
    Result result;
} Before;

typedef ARRAY(Pair) Pairs;

typedef struct {
    World world;
    uint64_t seed;
    size_t fired[RULE_COUNT + 1], compared[RULE_COUNT + 1], wrong[RULE_COUNT + 1];
    size_t queries, refused, raising, shown, unbound;
    const char *refused_example;
    RuleId only; // RULE_COUNT: all.
    GuardSwitches switches;
} Fuzz;

static const char *rule_name(RuleId rule)
{
    return rule == RULE_COUNT ? "all rules" : rewrite_rules[rule].name;
}

// Rewriting

static void add_pair(Fuzz *fuzz, Arena *arena, Pairs *pairs, RuleId rule,
                     const char *before, const Tree *after)
{
    Pair pair = {rule, before, sql_print(arena, after, (PrintStyle){.one_line = true}),
                 false};
    fuzz->fired[rule]++;
    array_push(arena, pairs, pair);
}

static void rewrite_query(Fuzz *fuzz, Arena *arena, Pairs *pairs, const char *sql)
{
    Tree tree;
    Error err;
    fuzz->queries++;
    if (!sql_bind(arena, fuzz->world.catalog, sql, &tree, &err)) {
        fuzz->unbound++;
        return;
    }
    DeriveOptions options = {.least = ASSURANCE_TRUSTED, .switches = &fuzz->switches};
    Derivation derivation;
    size_t before = pairs->count;
    for (int i = 0; i < RULE_COUNT; i++)
        if ((fuzz->only == RULE_COUNT || fuzz->only == (RuleId)i) &&
            rewrite_once(arena, &tree, (RuleId)i, &options, &derivation))
            add_pair(fuzz, arena, pairs, (RuleId)i, sql, &derivation.tree);
    if (pairs->count == before || fuzz->only != RULE_COUNT)
        return;
    derivation = rewrite_derive(arena, &tree, &options);
    add_pair(fuzz, arena, pairs, RULE_COUNT, sql, &derivation.tree);
}

// Comparing

static bool run(Fuzz *fuzz, Arena *arena, const char *sql, Result *result, Error *err)
{
    Request request = {.sql = sql, .sink = SINK_ROWS, .row_limit = ROW_LIMIT};
    return scratch_run(fuzz->world.scratch, arena, &request, result, err);
}

static int rows_compare(const void *a, const void *b, void *width)
{
    const Value *left = *(const Value *const *)a, *right = *(const Value *const *)b;
    for (size_t i = 0; i < *(const size_t *)width; i++) {
        int order = value_compare(left[i], right[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

static bool values_match(Value a, Value b)
{
    if (value_same(a, b))
        return true;
    // Averages may be added up in another order.
    return a.kind == VALUE_FLOAT && b.kind == VALUE_FLOAT &&
           fabs(a.number - b.number) <= 1e-9 * fabs(a.number);
}

static bool results_match(Arena *arena, const Result *a, const Result *b)
{
    if (a->row_count != b->row_count || a->column_count != b->column_count)
        return false;
    const Value **left = arena_copy(arena, a->rows, a->kept_count, sizeof(*a->rows));
    const Value **right = arena_copy(arena, b->rows, b->kept_count, sizeof(*b->rows));
    size_t width = a->column_count;
    if (a->kept_count > 0) {
        qsort_r(left, a->kept_count, sizeof(*left), rows_compare, &width);
        qsort_r(right, b->kept_count, sizeof(*right), rows_compare, &width);
    }
    for (size_t i = 0; i < a->kept_count; i++)
        for (size_t j = 0; j < a->column_count; j++)
            if (!values_match(left[i][j], right[i][j]))
                return false;
    return true;
}

static void show_wrong(Fuzz *fuzz, const Pair *pair, const char *rows, const char *what)
{
    fuzz->wrong[pair->rule]++;
    if (++fuzz->shown > FAILURES_SHOWN)
        return;
    printf("WRONG: %s (%s, seed %" PRIu64 "): %s\n%s;\n-- became\n%s;\n-- on\n%s%s\n",
           rule_name(pair->rule), dialect_name(fuzz->world.dialect), fuzz->seed, what,
           pair->before, pair->after, fuzz->world.schema, rows);
}

// Answers the query of the pair, unless the pair before had the same.
static void answer_query(Fuzz *fuzz, Arena *arena, const char *sql, Before *before)
{
    Error err;
    if (before->sql == sql)
        return;
    before->sql = sql;
    before->ok = run(fuzz, arena, sql, &before->result, &err) &&
                 before->result.row_count <= ROW_LIMIT;
}

// True if the query raises on these rows when the engine goes about it in another way:
// whether it does depends on the plan, and says nothing of a rewrite. (DuckDB leaves out
// a join with what its optimizer knows to be empty, and with it a cast that raises.)
static bool raises_by_plan(Fuzz *fuzz, Arena *arena, const char *sql)
{
    Error err = {0}, ignored;
    Result result;
    Scratch *scratch = fuzz->world.scratch;
    if (!scratch_set_optimizer(scratch, false, &ignored))
        return false;
    bool ran = run(fuzz, arena, sql, &result, &err);
    return scratch_set_optimizer(scratch, true, &ignored) && !ran &&
           err.kind == ERROR_STATEMENT;
}

// Notes that the rewritten query failed where the first did not.
static void note_failure(Fuzz *fuzz, Arena *arena, const Pair *pair, const Error *error,
                         const char *rows)
{
    if (is_static_error(error)) {
        // The gate finds these; the chance is lost all the same.
        fuzz->refused++;
        fuzz->refused_example = arena_printf(&fuzz->world.arena, "%s: %s became %s",
                                             error->message, pair->before, pair->after);
    } else if (raises_by_plan(fuzz, arena, pair->before)) {
        fuzz->raising++;
    } else {
        show_wrong(fuzz, pair, rows, error->message);
    }
}

static void compare_pair(Fuzz *fuzz, Arena *arena, Pair *pair, const Before *before,
                         const char *rows)
{
    Error err;
    Result after;
    if (!before->ok)
        return;
    if (!run(fuzz, arena, pair->after, &after, &err)) {
        pair->done = true;
        note_failure(fuzz, arena, pair, &err, rows);
        return;
    }
    fuzz->compared[pair->rule]++;
    if (!results_match(arena, &before->result, &after)) {
        pair->done = true;
        show_wrong(fuzz, pair, rows, "other rows");
    }
}

// Rounds

static bool fuzz_round(Fuzz *fuzz, Random *random, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Pairs pairs = {0};
    for (int i = 0; i < QUERIES_PER_ROUND; i++) {
        const char *sql = random_chance(random, 4, 5)
                              ? make_slow_query(&arena, fuzz->world.catalog, random)
                              : make_query(&arena, fuzz->world.catalog, random, 2);
        rewrite_query(fuzz, &arena, &pairs, sql);
    }
    bool ok = true;
    int databases =
        fuzz->world.dialect == DIALECT_SQLITE ? SQLITE_DATABASES : DUCKDB_DATABASES;
    for (int i = 0; i < databases && ok; i++) {
        Arena scratch = ARENA_EMPTY;
        const char *rows;
        Before before = {0};
        ok = world_fill(&fuzz->world, &scratch, random, &rows, err);
        for (size_t j = 0; ok && j < pairs.count; j++) {
            Pair *pair = &pairs.items[j];
            if (pair->done)
                continue;
            answer_query(fuzz, &scratch, pair->before, &before);
            compare_pair(fuzz, &scratch, pair, &before, rows);
        }
        arena_clear(&scratch);
    }
    arena_clear(&arena);
    return ok;
}

static void report(const Fuzz *fuzz, int *passed, int *failed)
{
    printf("%s, up to seed %" PRIu64 ": %zu queries, %zu did not bind\n",
           dialect_name(fuzz->world.dialect), fuzz->seed, fuzz->queries, fuzz->unbound);
    for (int i = 0; i <= RULE_COUNT; i++) {
        printf("  %-28s fired %5zu, compared %6zu, wrong %zu%s\n", rule_name((RuleId)i),
               fuzz->fired[i], fuzz->compared[i], fuzz->wrong[i],
               fuzz->fired[i] ? "" : "  NEVER FIRED");
        if (fuzz->wrong[i] > 0)
            ++*failed;
        else if (fuzz->compared[i] > 0)
            ++*passed;
    }
    if (fuzz->refused > 0)
        printf("  %zu rewritten queries refused by the engine, such as %s\n",
               fuzz->refused, fuzz->refused_example);
    if (fuzz->raising > 0)
        printf("  %zu left out: whether the query raises depends on the plan\n",
               fuzz->raising);
}

// Returns false if the engine's library is not there.
static bool fuzz_dialect(Fuzz fuzz, Dialect dialect, int rounds, int *passed, int *failed)
{
    Error err;
    bool opened = world_open(&fuzz.world, dialect, &err);
    bool ok = opened;
    fuzz.seed--;
    for (int i = 0; i < rounds && ok; i++) {
        Random random = random_new(++fuzz.seed);
        ok = fuzz_round(&fuzz, &random, &err);
    }
    if (!ok)
        printf("%s: %s\n", dialect_name(dialect), err.message);
    if (opened || err.kind != ERROR_FILE) {
        report(&fuzz, passed, failed);
        *failed += !ok;
    }
    world_close(&fuzz.world);
    return opened || err.kind != ERROR_FILE;
}

// Reads "rule:guard".
static bool read_switch(char *text, Fuzz *fuzz)
{
    char *colon = strchr(text, ':');
    if (!colon)
        return false;
    *colon = '\0';
    fuzz->only = rule_find(text);
    unsigned guard = (unsigned)atoi(colon + 1);
    if (fuzz->only == RULE_COUNT || guard >= 32)
        return false;
    fuzz->switches.off[fuzz->only] = 1u << guard;
    return true;
}

int main(int argc, char **argv)
{
    bool wanted[DIALECT_COUNT] = {[DIALECT_SQLITE] = true, [DIALECT_DUCKDB] = true};
    if (argc > 2 && strcmp(argv[1], "--dialect") == 0) {
        for (int i = 0; i < DIALECT_COUNT; i++)
            wanted[i] = strcmp(argv[2], dialect_name((Dialect)i)) == 0;
        argc -= 2;
        argv += 2;
    }
    Fuzz fuzz = {.seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1, .only = RULE_COUNT};
    int rounds = argc > 2 ? atoi(argv[2]) : DEFAULT_ROUNDS;
    int passed = 0, failed = 0;
    if (argc > 3 && !read_switch(argv[3], &fuzz)) {
        printf("no such rule or guard: %s\n", argv[3]);
        return 1;
    }
    if (wanted[DIALECT_SQLITE] &&
        !fuzz_dialect(fuzz, DIALECT_SQLITE, rounds, &passed, &failed))
        failed++;
    if (wanted[DIALECT_DUCKDB] &&
        !fuzz_dialect(fuzz, DIALECT_DUCKDB, rounds, &passed, &failed))
        printf("skipped: DuckDB is not there\n");
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
