// optimize.h - from a slow query to a faster one that was shown to be the same.
//
// Propose, gate, race, refute, compare on the data, certify: each candidate goes down
// this road until something turns it away, and what that was stands in its fate. What
// comes out at the end is faster on fresh paired runs and differs nowhere we looked;
// nothing uncompared is ever accepted, and nothing on a single run.
//
// Candidates come from rewrite/: all rules together first, then each rule alone, then
// the best so far with one more rule, as long as that makes a better one, and at last
// with its steps taken away one by one, to see which pay. Every rule loses somewhere, so
// none is believed.

#ifndef OPTIMIZE_OPTIMIZE_H
#define OPTIMIZE_OPTIMIZE_H

#include "catalog/constraint.h"
#include "engine/engine.h"
#include "measure/measure.h"
#include "rewrite/rewrite.h"
#include "verify/judge.h"

typedef struct TypeScan TypeScan; // typed.c

// What is kept between queries on one database.
typedef struct {
    Engine *engine;
    const Catalog *catalog; // With what is declared, trusted and checked; CHECKs bound.
    JudgeOptions judge_options;
    Judge *judge;          // NULL until first needed.
    const Catalog *judged; // The judge's.
    Arena arena;           // What the catalogue was given later, and:
    TypeScan *scans; // What was looked at, by the table's position; NULL: nothing yet.
} Workbench;

// Sets `judge` to the bench's judge, started if need be, with the bench's catalogue.
bool workbench_judge(Workbench *bench, Judge **judge, Error *err) MUST_CHECK;
void workbench_close(Workbench *bench); // The engine is the caller's.

typedef enum {
    STATUS_FASTER,         // There is a winner.
    STATUS_NOTHING_BETTER, // All candidates lost, or there were none.
    STATUS_SLOWER,         // The winner of the race lost on fresh runs.
    STATUS_VACUOUS,        // A candidate was faster, but an empty result shows nothing.
    STATUS_INCOMPARABLE,   // No candidate can be judged, and why.
} Status;

// "faster", "nothing better", "slower", "vacuous", "incomparable".
const char *status_name(Status status);

// How far a candidate came.
typedef enum {
    FATE_WON,
    FATE_GATE,        // Not a query that may run here, or other columns.
    FATE_REFUTED,     // A database on which the results differ.
    FATE_UNDECIDED,   // The judge can't say.
    FATE_FAILED,      // It failed where the original did not.
    FATE_RACE,        // Slower in a single run, or cut off.
    FATE_OUTRUN,      // Right and quick, but another was quicker.
    FATE_DATA,        // The results differ on the user's data.
    FATE_VACUOUS,     // The result was empty or all NULL.
    FATE_UNCERTIFIED, // Fresh runs did not show that it is faster.
    FATE_UNTRIED,     // The budget ran out, or the user stopped us.
    FATE_COUNT,
} Fate;

const char *fate_name(Fate fate);

// A pair that ran on other values of its literals.
typedef struct {
    const char *values; // "orders.total: 990 -> 12"
    uint64_t rows;      // Of the original's result; the candidate's was the same.
    double ratio; // before / after, by the clock that certified it; 0: not measured.
} OtherRun;

typedef struct {
    const OtherRun *runs;
    size_t count;
    double worst_ratio; // Of them; 0 where there are none.
    size_t unmeasured;  // Others, on which the two failed or took too long.
} OtherRuns;

typedef struct {
    const char *sql;
    const char *key; // The same on one line, without comments: equal ones are one.
    Derivation derivation;
    const bool *enabled; // How it was derived; see DeriveOptions.
    const Step *skipped;
    size_t skipped_count;
    Fate fate;
    bool in_front;           // It came out of the race among the best, and may yet win.
    const char *reason;      // One line: why it lost; NULL for the winner.
    Verdict refutation;      // On generated databases.
    Verdict data;            // On the user's.
    Run run;                 // In the race; all 0 where it did not come so far.
    double race_ms;          // What its runs in the race took, those cut off as well.
    Measurement measurement; // Fresh pairs; pair_count 0 where it did not come so far.
    OtherRuns others;        // Of a winner.
    OtherRun shown; // Its own result was empty: other values that returned rows; or none.
} Candidate;

typedef struct {
    const char *sql;
    const char *printed; // The same, laid out as candidates are; NULL: it did not bind.
    Status status;
    const char *reason; // One line where there is no winner; else NULL.
    Run original;       // A warm run.
    const Candidate *const *candidates;
    size_t candidate_count;
    const Candidate *winner; // NULL if there is none.
    // Where the original did not end: the copy that candidates were raced, compared and
    // certified on ("1 in 64 of orders, items"); `original` holds the time-out, then.
    const char *sample;
    double at_least; // A bound for the ratio: the time-out, by one run of the winner.
    Run whole;       // That run, on the whole database.
    // Where the user stopped us before there was a winner: what came first in the race
    // and was not turned away. Not certified, not proposed.
    const Candidate *best_so_far;
    // What would be won under constraints that the data keep and nobody enforces; not
    // proposed (suppose.h).
    const Candidate *supposing;
    const Constraint *missing; // Which these are.
    size_t missing_count;
    const char *rules_off;   // Why no rule could be tried: the SQL is beyond us; or NULL.
    bool statistics_missing; // Of a table that it reads.
    const char *types_trouble; // Why some columns were not looked at (typed.h); or NULL.
    bool stopped;              // By the user: the best so far.
    bool budget_spent;         // Some candidates were not tried.
    double budget_ms;          // The one that counted.
    double elapsed_ms, cpu_ms; // All in all; CPU of this process alone.
} Optimization;

typedef struct {
    ClockKind clock;
    double budget_ms;              // For all of it; 0: budget_default_ms of the original.
    double timeout_ms;             // A statement; 0: 60 s.
    CacheKind cache;               // From which runs are timed.
    const volatile int *cancelled; // May be NULL.
    // `stage` is one word or two ("refuting"); `share` goes from 0 to 1.
    void (*progress)(void *context, const char *stage, double share);
    void *progress_context;
} OptimizeOptions;

// Does all of it for one query. Fails where the query itself does: it does not parse
// here, names what is not there, writes, or fails half way. Where an original does not
// end, candidates are tried on a copy of a part of the data, and the winner has to end on
// the whole of it; else that is STATUS_INCOMPARABLE. The race leaves the budget what
// comparing and certifying take; what does not fit any more is not begun.
bool optimize_query(Workbench *bench, Arena *arena, const char *sql,
                    const OptimizeOptions *options, Optimization *result,
                    Error *err) MUST_CHECK;

// A query that the engine takes.
typedef struct {
    Tree tree;             // If bound.
    const char *rules_off; // Else why it is not, so that rules have to stay off.
} Accepted;

// Where a query has to be taken.
typedef struct {
    Engine *engine;
    const Catalog *catalog;
    double timeout_ms; // To prepare it; 0: the engine's default.
} Gate;

// Binds the query, or says why that can't be although the engine takes it. Fails, with a
// place in the text where there is one, if the engine does not, or not in time.
bool query_accept(Arena *arena, const Gate *gate, const char *sql, Accepted *accepted,
                  Error *err) MUST_CHECK;

#endif
