// original.h - what judging one candidate has found out about the original.
//
// The candidates of a query are many, and its original is one: databases are drawn for
// it, its mutants told apart, and its answers on what the engine runs are the same each
// time. So they are kept, and the next candidate runs on the same databases, beside a few
// that are made for it alone.

#ifndef VERIFY_ORIGINAL_H
#define VERIFY_ORIGINAL_H

#include "base/array.h"
#include "verify/mutate.h"
#include "verify/search.h"
#include "verify/trial.h"

// A database on which a candidate differs from an original that differs from itself.
typedef struct {
    Database database;
    bool reversed; // How the ring was turned.
} Unstable;

typedef struct {
    Arena arena;
    Pair pair; // With the candidate that came first.
    const Hints *hints;
    Ordering ordering;
    Generator *generator;
    Mutants mutants;
    Search *search;     // NULL where the interpreter does not know the original.
    const char *choice; // What it may leave to the engine (choice.h); NULL: nothing.
    const char *untied[TIE_BREAKS]; // side_with_ties_broken, or NULL.
    bool choice_shows;              // On a database.
    ARRAY(Exhibit) exhibits;        // All of them lives in the arena.
    ARRAY(Unstable) unstable;       // Some of them.
} Original;

// Returns an original of which nothing has been found out. Close it after use.
Original *original_new(const Catalog *catalog, const char *left, const char *right);
void original_close(Original *original); // NULL is allowed.

// True if it is this pair's original, on the same catalogue. What is known of it serves
// the pair if that hints at nothing that the first pair did not.
bool original_is_of(const Original *original, const Pair *pair);

// True if the engine has run this database, which its search has drawn.
bool original_shows(const Original *original, const Database *database);

// Keeps a copy of the database, as one on which the original is unstable.
void original_note_unstable(Original *original, const Database *database, bool reversed);

#endif
