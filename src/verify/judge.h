// judge.h - is the second query the same as the first?
//
// The judge takes two texts and a catalogue. It builds databases that respect what the
// catalogue says is enforced or trusted, and nothing else, runs both queries on each in
// a scratch database of the same engine, and looks for a difference. It shares no code
// with rewrite/ and takes no fact from facts/.

#ifndef VERIFY_JUDGE_H
#define VERIFY_JUDGE_H

#include "engine/engine.h"
#include "query/query.h"
#include "query/reads.h"

typedef enum { VERDICT_SAME, VERDICT_DIFFERENT, VERDICT_UNDECIDED } VerdictKind;

// Design, section 2.
typedef enum {
    EVIDENCE_NONE,
    EVIDENCE_REFUTED,
    EVIDENCE_PROVED,
    EVIDENCE_BOUNDED,
    EVIDENCE_DATA,
    EVIDENCE_SAMPLE, // On a copy of a part of it: the original does not end.
    EVIDENCE_VACUOUS,
    EVIDENCE_INCOMPARABLE,
} Evidence;

const char *evidence_name(Evidence evidence);

// "same", "different", "undecided".
const char *verdict_name(VerdictKind kind);

typedef struct {
    const char *setup; // CREATE statements and INSERTs, each ending in ";\n".
    const char *const *inserts;
    size_t insert_count;
    const char *left_result; // Rows as a person reads them, or "error: …".
    const char *right_result;
    const char *script; // The whole: runs as it is in the engine's shell.
} Counterexample;

// In which rows two results differ.

enum { EXAMPLE_COUNT = 3 }; // Of each kind.

// A row of the original and one of the candidate; one of them may be NULL.
typedef struct {
    const Value *left, *right;
} RowPair;

typedef struct {
    const ResultColumn *columns; // The original's.
    size_t column_count;
    uint64_t only_left, only_right; // Rows, or with a key those whose key stands alone.
    uint64_t changed;               // With a key: rows that differ in other columns,
    const uint64_t *mismatches;     // and for each column, how many do in it.
    bool key_repeats;               // It does not tell rows apart.
    bool is_estimated; // Only a part of the rows was looked at: the counts are estimates.
    bool is_crowded;   // So many rows are near each other that some were given up.
    RowPair examples[3 * EXAMPLE_COUNT];
    size_t example_count;
} Differences;

typedef struct {
    VerdictKind kind;
    Evidence evidence;
    const char *reason;  // One line: why undecided or incomparable, where they differ.
    size_t databases;    // How many were tried.
    size_t searched;     // How many the interpreter ran (search.h); 0: not trusted.
    size_t with_rows;    // On how many the original returned a row that is not all NULL.
    size_t failures;     // On how many it raised an error, so that they said nothing;
    const char *failure; // the last of them.
    size_t mutants, mutants_killed; // Adequacy; 0 of 0 where not measured.
    size_t mutants_out_of_reach;    // Beside these; see mutate.h.
    uint64_t rows;                  // EVIDENCE_DATA: of the original's result.
    TableColumns checked; // EVIDENCE_BOUNDED: columns given values of their declared type
                          // only, since a scan of the data found no other there.
    const Counterexample *counterexample; // With EVIDENCE_REFUTED on generated data.
    const Differences *differences;       // On the user's, where they were asked for.
    double elapsed_ms;
} Verdict;

typedef struct {
    uint64_t seed;
    size_t databases;  // How many to try at least; 0: the default (see judge_pair).
    double budget_ms;  // Stop after this; 0: no limit. Less than the schedule: UNDECIDED.
    bool names_count;  // Output names must agree (optimize).
    bool only_refutes; // No proof and no mutants: for tests of the proofs.
    bool only_same;    // Of an original that is known, a candidate that can't be found to
                       // be the same any more is UNDECIDED: none looks for a difference.
    bool proves_not;   // No proof: for measuring the databases, of a query and itself.
    EngineOptions engine; // For the scratch worker.
} JudgeOptions;

typedef struct Judge Judge;

// A judge keeps its scratch database for many pairs, and what it has found out about an
// original for the next pair that has the same one.
bool judge_open(const Catalog *catalog, const JudgeOptions *options, Judge **judge,
                Error *err) MUST_CHECK;
void judge_close(Judge *judge);

// Turns the judge to another catalogue, of the same dialect; it must outlive its use.
// What is known of an original is forgotten.
void judge_use(Judge *judge, const Catalog *catalog);

// Sets how long a pair may take (JudgeOptions.budget_ms) from now on.
void judge_limit(Judge *judge, double budget_ms);

// Two queries, and the catalogue in which they mean something.
typedef struct {
    const Catalog *catalog;
    const char *left, *right;
} QueryPair;

// Compares the two on generated databases: 400 of them in SQLite, 200 in DuckDB; 200 and
// 32 where the interpreter ran at least 120 more, chose among them, and agreed with the
// engine on all that both ran (search.h). Fails only where nothing can be said (the
// engine does not start); a text that does not parse or bind is still compared as text
// where the engine takes it.
bool judge_pair(Judge *judge, Arena *arena, const char *left, const char *right,
                Verdict *verdict, Error *err) MUST_CHECK;

// What the user lets results differ in.
typedef struct {
    double tolerance;           // Of floats; 0: the usual one.
    const char *const *ignored; // Names of the original's columns that don't count.
    size_t ignored_count;
} Leniency;

// What the results of the next pairs may differ in. Its names must outlive their use.
void judge_allow(Judge *judge, const Leniency *leniency);

#endif
