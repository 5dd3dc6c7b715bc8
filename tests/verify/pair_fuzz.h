// pair_fuzz.h - random pairs that are said to mean the same, through databases.

#ifndef TESTS_VERIFY_PAIR_FUZZ_H
#define TESTS_VERIFY_PAIR_FUZZ_H

#include "base/random.h"
#include "verify/judge.h"

typedef struct {
    Arena arena;
    const Catalog *catalogs[DIALECT_COUNT];
    Judge *judges[DIALECT_COUNT]; // NULL where there is no engine.
    size_t judged, wrong, failed;
} Fuzz;

typedef struct {
    const char *schemas[DIALECT_COUNT]; // Foreign keys in them are trusted.
    size_t databases;                   // For each pair.
    size_t duckdb_share;                // One of so many attempts is DuckDB's.
    // Draws something, and has its pairs judged.
    void (*attempt)(Fuzz *fuzz, void *tally, Dialect dialect, Random *random);
    // Prints what was drawn; false if that was too little to test anything.
    bool (*sum_up)(const void *tally);
    void *tally;
} FuzzPlan;

// Judges a pair; counts it as wrong where it is refuted, and prints it. `what` says where
// the pair is from.
void fuzz_judge(Fuzz *fuzz, Arena *arena, Dialect dialect, const char *left,
                const char *right, const char *what);

// Makes as many attempts as the first argument says, from the seed in the second (1 if
// there is none). Returns what main does.
int fuzz_run(const FuzzPlan *plan, int count, char **arguments);

#endif
