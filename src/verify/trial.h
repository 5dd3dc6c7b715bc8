// trial.h - running the two queries on one generated database.

#ifndef VERIFY_TRIAL_H
#define VERIFY_TRIAL_H

#include "verify/compare.h"
#include "verify/documents.h"
#include "verify/generate.h"
#include "verify/ties.h"

// The two queries, where they run, and how they are compared.
typedef struct {
    Arena *arena; // Of what lasts as long as the ring.
    Scratch *scratch;
    Dialect dialect;
    const char *left, *right;
    const char **left_untied; // TIE_BREAKS of them: side_with_ties_broken, or NULL.
    const char *right_untied;
    const Ordering *ordering;
    const uint32_t *ignored; // Columns that don't count.
    size_t ignored_count;
    Documents documents; // Columns that are JSON on both sides.
    bool types_seen;     // DuckDB's results have told which these are.
    bool names_count;
    bool reversed; // See ring_turn.
} Ring;

typedef struct {
    Likeness likeness;
    const char *why; // Where they differ.
    Answer left, right;
    bool is_filled; // False where the engine refused the rows.
    Error error;    // Why it is not.
} Trial;

// A database that the engine ran.
typedef struct {
    Database database;
    bool reversed;       // How the ring was turned.
    Answer answer;       // The original's.
    PackedTables packed; // The database again, once a second candidate has run on it.
} Exhibit;

// Fills the tables and runs both. An original that raises, an overflow, a time-out say
// nothing: LIKENESS_UNKNOWN. A candidate that raises where the original does not differs.
Trial ring_try(Ring *ring, Arena *arena, const Database *database);

// As ring_try where the original's answer is known, the ring turned as it was then: only
// the candidate runs.
Trial ring_try_candidate(Ring *ring, Arena *arena, const Exhibit *exhibit);

// Runs the candidate on so many exhibits, all packed, in one round trip, and sets
// `answers`. Returns how many of them, from the first on, were run to the end.
size_t ring_run_candidate(Ring *ring, Arena *arena, const Exhibit *exhibits, size_t count,
                          Answer *answers);

// What ring_try_candidate would have come to with this answer.
Trial ring_weigh_candidate(Ring *ring, Arena *arena, const Exhibit *exhibit,
                           const Answer *answer);

// Returns the text of the candidate that runs as the ring is turned.
const char *ring_candidate(const Ring *ring);

// Runs one query on what the tables hold.
Answer ring_run(Ring *ring, Arena *arena, const char *sql, double timeout_ms);

// True if the types of the results tell that columns are JSON which did not count as such
// when they ran: both must run again.
bool ring_learns_documents(Ring *ring, const Answer *left, const Answer *right);

// Compares two outcomes on the same database, of which the first is the original's.
Likeness ring_compare(Ring *ring, Arena *arena, const Answer *left, const Answer *right,
                      const char **why);

// Makes the engine go about its work the other way round where rows have no order:
// SQLite scans backwards and makes no index of its own, DuckDB leaves its optimizer out;
// and the candidate's ties are broken.
bool ring_turn(Ring *ring, bool reversed, Error *err) MUST_CHECK;

// Does the original give the same on this database whatever the order of its rows, as far
// as `turns` other orders show, and however its ties are broken? LIKENESS_UNKNOWN where a
// run did not end, or failed.
Likeness ring_stability(Ring *ring, Arena *arena, const Database *database,
                        unsigned turns, Random *random);

// True if it certainly does. A database on which it does not shows nothing.
bool ring_is_stable(Ring *ring, Arena *arena, const Database *database, unsigned turns,
                    Random *random);

// True if the original raises on this database with the ring turned round: whether it
// does depends on the plan, so that a candidate may raise there, too. (DuckDB leaves out
// a join with what its optimizer knows to be empty, and with it a cast that fails.)
bool ring_raises_by_plan(Ring *ring, Arena *arena, const Database *database);

// True if it is no chance that the candidate of a pair that draws at random differs on
// this database: of many runs the original gives the same in all, and the candidate
// something else in a good part. Were they the same, whatever the odds, less than one in
// 10^9 databases would show this.
bool ring_differs_by_rule(Ring *ring, Arena *arena, const Database *database);

// True if the engine refused the statement itself, whatever the data.
bool error_is_refusal(const Error *error);

#endif
