// bout.h - one pair being judged on databases. Only judge.c, bout.c and schedule.c
// include it: the first prepares, the second does what is done on each database, the
// third picks the databases and says what it is worth where none of them decides.

#ifndef VERIFY_BOUT_H
#define VERIFY_BOUT_H

#include "verify/judge.h"
#include "verify/original.h"

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
    size_t choice_tries;
    bool choice_shows; // Where both differ.
    Mutants none;      // Of a candidate that is not the first.
    size_t failures;   // Databases on which the original raised an error.
    Error left_error;  // The last of them.
    bool left_ran;
} Bout;

// judge.c

// Makes the tables of this pair, unless they are there.
bool bout_make_tables(Bout *bout, Error *err) MUST_CHECK;

// bout.c

// Sets the verdict; returns true.
bool bout_decide(Bout *bout, VerdictKind kind, Evidence evidence, const char *reason);

// Runs both on a database; true if that decides the pair. What the original says to it
// is kept.
bool bout_try_database(Bout *bout, Arena *scratch, const Database *database);

// True if what came of a database decides the pair.
bool bout_weigh(Bout *bout, Arena *scratch, const Database *database, const Trial *trial);

// schedule.c

// True if to go on is of no use: it is late, or too much was refused or came to nothing.
bool bout_is_over(const Bout *bout);

// Runs databases until one of them decides the pair, or enough have been run.
bool bout_run_schedule(Bout *bout, bool *decided, Error *err) MUST_CHECK;

// Sets the verdict where no database told them apart: what is that worth?
void bout_decide_at_end(Bout *bout);

#endif
