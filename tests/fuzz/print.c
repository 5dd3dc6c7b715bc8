// print.c - does what is printed mean the tree, to the engine as to us?
//
// Random queries without opaque parts are bound and their names scrambled
// (../sql/scramble.h); what is printed must bind to an equal tree, and yield the same
// rows as the original on random databases, compared as bags, under the same column
// names.
//
//     fuzz_print [seed [rounds]]

#include "fuzz/query_maker.h"
#include "fuzz/world.h"
#include "query/check.h"
#include "query/walk.h"
#include "sql/scramble.h"
#include "sql/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_ROUNDS = 2, QUERIES_PER_ROUND = 150, DEPTH = 2, FAILURES_SHOWN = 5 };

typedef struct {
    World world;
    Random random;
    size_t unbound, refused, passed, failed;
} Fuzz;

static void report(Fuzz *fuzz, const char *what, const char *before, const char *after)
{
    if (fuzz->failed++ < FAILURES_SHOWN)
        printf("FAILED (%s): %s\n%s\n----\n%s\n", dialect_name(fuzz->world.dialect), what,
               before, after);
}

// Comparing rows

// Returns what differs, or NULL. Where rows are cut off, only their number counts.
static const char *difference(const Result *left, const Result *right, bool is_cut)
{
    if (left->column_count != right->column_count)
        return "another number of columns";
    for (size_t i = 0; i < left->column_count; i++)
        if (strcmp(left->columns[i].name, right->columns[i].name) != 0)
            return "another column name";
    if (left->row_count != right->row_count)
        return "another number of rows";
    return is_cut || digest_same_rows(&left->digest, &right->digest) ? NULL
                                                                     : "other rows";
}

static bool see_limit(void *context, const Query *query)
{
    bool *found = context;
    *found = *found || query->limit != NULL || query->offset != NULL;
    return true;
}

static bool has_limit(const Query *query)
{
    bool found = false;
    Visitor visitor = {.query = see_limit, .context = &found};
    walk_query(query, &visitor);
    return found;
}

static void compare_rows(Fuzz *fuzz, Arena *arena, const Query *query, const char *before,
                         const char *after)
{
    Error err;
    Result left, right;
    Request request = {.sql = before, .sink = SINK_DIGEST};
    if (!scratch_run(fuzz->world.scratch, arena, &request, &left, &err)) {
        fuzz->refused++;
        return;
    }
    request.sql = after;
    if (!scratch_run(fuzz->world.scratch, arena, &request, &right, &err)) {
        report(fuzz, err.message, before, after);
        return;
    }
    const char *what = difference(&left, &right, has_limit(query));
    if (what != NULL)
        report(fuzz, what, before, after);
    else
        fuzz->passed++;
}

// One query

static void try_query(Fuzz *fuzz)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    Tree tree, again;
    const Catalog *catalog = fuzz->world.catalog;
    bool is_slow = random_chance(&fuzz->random, 1, 3);
    const char *before = is_slow ? make_slow_query(&arena, catalog, &fuzz->random)
                                 : make_query(&arena, catalog, &fuzz->random, DEPTH);
    if (!sql_bind(&arena, catalog, before, &tree, &err) || tree.has_opaque) {
        fuzz->unbound++;
        arena_clear(&arena);
        return;
    }
    Tree scrambled = tree_scramble(&arena, &tree, &fuzz->random);
    const char *after = sql_print(&arena, &scrambled, (PrintStyle){0});
    if (!query_check(&scrambled, &err) || !sql_bind(&arena, catalog, after, &again, &err))
        report(fuzz, err.message, before, after);
    else if (!queries_agree(&arena, tree.root, again.root))
        report(fuzz, "another tree", before, after);
    else
        compare_rows(fuzz, &arena, tree.root, before, after);
    arena_clear(&arena);
}

static bool fuzz_dialect(Dialect dialect, uint64_t seed, int rounds, Fuzz *total)
{
    Error err;
    Fuzz fuzz = {.random = random_new(seed)};
    if (!world_open(&fuzz.world, dialect, &err)) {
        printf("skipped: %s\n", err.message);
        return false;
    }
    for (int round = 0; round < rounds; round++) {
        Arena arena = ARENA_EMPTY;
        const char *rows;
        if (!world_fill(&fuzz.world, &arena, &fuzz.random, &rows, &err))
            report(&fuzz, err.message, "", "");
        for (int i = 0; i < QUERIES_PER_ROUND; i++)
            try_query(&fuzz);
        arena_clear(&arena);
    }
    printf("%s: %zu not bound, %zu refused by the engine, %zu the same\n",
           dialect_name(dialect), fuzz.unbound, fuzz.refused, fuzz.passed);
    world_close(&fuzz.world);
    total->passed += fuzz.passed;
    total->failed += fuzz.failed;
    return true;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    int rounds = argc > 2 ? atoi(argv[2]) : DEFAULT_ROUNDS;
    Fuzz total = {0};
    if (!fuzz_dialect(DIALECT_SQLITE, seed, rounds, &total))
        total.failed++;
    fuzz_dialect(DIALECT_DUCKDB, seed, rounds, &total);
    printf("%zu passed, %zu failed\n", total.passed, total.failed);
    return total.failed > 0;
}
