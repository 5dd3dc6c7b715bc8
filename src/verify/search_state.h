// search_state.h - what a search knows. Inside of search.c and pursuit.c.

#ifndef VERIFY_SEARCH_STATE_H
#define VERIFY_SEARCH_STATE_H

#include "base/array.h"
#include "verify/interpret.h"
#include "verify/search.h"

// What both returned on a database, and which mutants it was the first to tell apart.
typedef struct {
    Database database;
    CellRows left, right;
    bool left_sure, right_sure;
    uint64_t kills; // Bits.
} Drawn;

typedef struct {
    Database database;
    bool differs;
    size_t kills;
    size_t number; // Earlier ones first.
} Kept;

// What both did on one database.
typedef struct {
    CellRows left, right;
    bool left_sure, right_sure;
    bool is_new;      // Something happened that never had.
    bool is_endless;  // The original's recursion, as it seems.
    uint64_t touched; // Mutants that are watched and may differ.
} Outcome;

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
    uint64_t is_watched;       // Bits of those whose change the original watches.
    size_t left_count;         // Mutants that are known and not told apart.
    size_t aimed_at;           // The mutant that this database is for; else SIZE_MAX.
    bool is_large;             // It has more rows than a LIMIT lets through.
    Trace left_trace, right_trace;
    ARRAY(Drawn) drawn;
    ARRAY(Drawn) repeated; // Those of an earlier search, with what this candidate did.
    ARRAY(Kept) kept;
    ARRAY(Database) unsure;
    size_t differences;
    bool is_repeated; // The original is known from an earlier search.
    size_t tried_count, sure_count;
    size_t agreed, disagreed, observed;
    size_t steps, observe_steps; // That it has taken.
    // Looked at last: one that was drawn before, or another.
    const Drawn *known;
    const LoadedDatabase *loaded;
    Outcome outcome;
};

// Returns what drawing and loading the database takes, in steps of the interpreter.
size_t database_steps(const Database *database);

// Returns how many rows the original returns there, as far as is known.
size_t search_count_rows(Search *search, Arena *arena, const Database *database);

// Runs all on one database, which lives as long as the search; true if something comes
// of it.
bool search_try(Search *search, Arena *arena, Database database);

// Makes databases for each mutant that the first ones did not tell apart. Those that are
// proved to mean the same, or are out of reach, are left out from now on.
void search_pursue_mutants(Search *search, Generator *generator, Random *random);

#endif
