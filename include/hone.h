// hone.h - make SQL faster and prove it, from C.
//
//     HoneSession *session;
//     HoneResult *result;
//     HoneError error;
//     HoneOptions options = {.database = "shop.sqlite"};
//     if (!hone_open(&options, &session, &error)) …
//     if (!hone_optimize(session, "q1", "SELECT …", &result, &error)) …
//     puts(hone_result_json(result));
//
// A session is one database (or one schema) with its worker processes; a result owns
// everything that is reached from it, until hone_result_free. The database is only read,
// always. Text is UTF-8, NUL-terminated; a NULL string means "not given" or "nothing".
// What a result holds as JSON is described in docs/json.md.
//
// A session is used by one thread at a time; several sessions are independent of each
// other. hone_cancel alone may be called from any thread and from a signal handler.
//
// Functions that can fail return false and fill `error`; their other outputs are
// untouched then. Out of memory: the library prints "hone: out of memory" on standard
// error and calls abort(), as it has no half of a proof to give you; memory of the
// queries themselves is the workers', and going over its limit is an ordinary error.

#ifndef HONE_H
#define HONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HONE_API __attribute__((visibility("default")))

typedef struct HoneSession HoneSession;
typedef struct HoneResult HoneResult;

typedef struct {
    char message[1024]; // One line, without a full stop.
    const char *kind;   // "syntax", "name", "timeout", "cancelled", "file", …
    size_t line;        // In the SQL text, from 1; 0: nowhere.
    size_t column;      // In characters, from 1.
    char place[512];    // The line of SQL and a caret below it; "" if nowhere.
    bool in_second;     // Of two queries it is the second that is wrong.
} HoneError;

// Called from the thread that works. `stage` is one word or two; `share` is from 0 to 1.
typedef void HoneProgress(void *context, const char *stage, double share);

// All zero is a good start; zero or NULL in a field means its default.
typedef struct {
    const char *database;   // "sqlite:PATH", "duckdb:PATH" or PATH; or NULL, then:
    const char *schema;     // CREATE statements. Beside a database: what it lacks.
    const char *dialect;    // "sqlite" or "duckdb"; only without a database.
    const char *trust;      // "keys,not_null,foreign_keys,check,types": believed.
    const char *worker;     // The path of hone-worker; NULL: found by itself.
    const char *clock;      // "auto", "wall" or "cpu": what decides who is faster.
    const char *cache;      // "warm" or "cold" (dropped before each timed run).
    int threads;            // DuckDB; 0: as many as the machine has.
    double timeout_ms;      // A statement; 60 s.
    double budget_ms;       // A query; the larger of 30 s and 12 x the original.
    double total_budget_ms; // All queries of the session; no limit.
    uint64_t seed;          // Of generated databases.
    HoneProgress *progress;
    void *progress_context;
} HoneOptions;

// Returns "hone 0.1.0".
HONE_API const char *hone_version(void);

// Opens the database; or takes the schema alone: then hone_check, hone_check_line and
// hone_split work, the others fail. With neither, only hone_check_line works.
HONE_API bool hone_open(const HoneOptions *options, HoneSession **session,
                        HoneError *error);
HONE_API void hone_close(HoneSession *session); // NULL is allowed.

// Returns one line that the user should see before any result, or NULL: which tables and
// columns of the schema the database lacks, so that they were left out.
HONE_API const char *hone_note(const HoneSession *session);

// Asks the work under way, and all to come, to stop; it ends with the best so far or
// with an error of kind "cancelled".
HONE_API void hone_cancel(HoneSession *session);

// Results

// Return the result as one JSON object on one line, as text for people, or NULL where
// there is no such form. Freed with the result.
HONE_API const char *hone_result_json(const HoneResult *result);
HONE_API const char *hone_result_text(const HoneResult *result);
HONE_API void hone_result_free(HoneResult *result); // NULL is allowed.

// Returns an error as a result, so that it has its JSON form, too. `name` says what
// failed (a query's name).
HONE_API void hone_result_of_error(const char *name, const HoneError *error,
                                   HoneResult **result);

// Optimizing

typedef enum {
    HONE_FASTER,
    HONE_NOTHING_BETTER,
    HONE_SLOWER,       // The race's winner lost on fresh runs, and is not proposed.
    HONE_VACUOUS,      // Faster, but an empty result shows nothing: not proposed.
    HONE_INCOMPARABLE, // Nothing can be judged: see `reason`.
} HoneStatus;

// One query that was tried in the place of the original.
typedef struct {
    const char *sql;
    const char *rules;  // "or_chain_to_in, exists_to_in"
    const char *fate;   // "won", "refuted", "slower", …
    const char *reason; // Why it lost; NULL for the winner.
} HoneCandidate;

typedef struct {
    const char *name; // As given to hone_optimize.
    HoneStatus status;
    const char *reason;  // Where there is no winner, one line.
    const char *sql;     // The original.
    const char *printed; // The original, laid out as `faster` is; NULL: beyond us.
    const char *faster;  // The winner's SQL, or NULL. What follows is of it, or 0.
    double before_ms, after_ms;
    double ratio, low, high; // before / after and its interval.
    const char *evidence;    // "certified" or "measured (3-run)"
    size_t pairs;
    double three_run_ratio, five_run_ratio;
    const char *clock;   // "wall" or "cpu"
    size_t other_values; // So many other values of its literals were tried as well, …
    double worst_ratio;  // … with this ratio at worst; 0: none were.
    size_t other_values_unmeasured; // So many more failed, or took too long.
    // The original did not end within before_ms: all but after_ms and at_least is of a
    // copy of a part of the data ("1 in 64 of orders, items"); or NULL.
    const char *sample;
    double at_least;  // before_ms / after_ms, which is a bound, then; else 0.
    const char *why;  // What was changed, and what it relies on.
    const char *same; // On what evidence it is the same.
    // What would be won under constraints that today's data keep and nobody enforces, and
    // how to have them; or NULL.
    const char *supposing;
    const char *not_examined;
    const HoneCandidate *candidates;
    size_t candidate_count;
    bool stopped;            // By hone_cancel. Then, if there is no winner yet:
    const char *best_so_far; // SQL that led the race, not certified; or NULL.
} HoneOptimization;

// Looks for a faster query that is the same. Nothing better found is a result, too.
HONE_API bool hone_optimize(HoneSession *session, const char *name, const char *sql,
                            HoneResult **result, HoneError *error);

// Returns the parts of a result of hone_optimize; NULL for other results.
HONE_API const HoneOptimization *hone_result_optimization(const HoneResult *result);

// Checking

typedef enum { HONE_SAME, HONE_DIFFERENT, HONE_UNDECIDED } HoneVerdictKind;

typedef struct {
    HoneVerdictKind kind;
    const char *evidence;    // "bounded", "data", "refuted", … joined by " + ".
    const char *reason;      // One line.
    const char *script;      // A counterexample that runs as it is, or NULL.
    const char *differences; // Lines: rows that differ on the database, or NULL.
    // Which constraints, kept by the database but not enforced, would make the two the
    // same, and how to have them; or NULL.
    const char *supposing;
    double elapsed_ms;
} HoneCheck;

// Is `right` the same as `left`? On generated databases, then on the session's own.
HONE_API bool hone_check(HoneSession *session, const char *left, const char *right,
                         HoneResult **result, HoneError *error);

// How to compare. All zero is what hone_check does.
typedef struct {
    double tolerance;           // Of floats, relative; 0: 1e-9, of 32-bit ones 1e-5.
    const char *ignore_columns; // "a,b": of the first query's result, not compared.
    const char *key;            // "id": names a row; what differs is counted by column.
    const char *other_database; // The second query's; then only the data are compared.
    const char *script; // A counterexample that was kept (HoneCheck.script): tried first.
} HoneCheckOptions;

HONE_API bool hone_check_with(HoneSession *session, const char *left, const char *right,
                              const HoneCheckOptions *options, HoneResult **result,
                              HoneError *error);

// Returns the parts of a result of these two; NULL for other results.
HONE_API const HoneCheck *hone_result_check(const HoneResult *result);

// Checks one case written as a JSON object (docs/json.md: check --jsonl). A case that
// can't be checked is an "undecided" line with its reason. The session keeps its workers
// between cases; what database or schema it has is of no account.
HONE_API void hone_check_line(HoneSession *session, const char *line,
                              HoneResult **result);

// SQL

// Parses SQL of a dialect and prints it back; several statements keep their order.
HONE_API bool hone_sql(const char *dialect, const char *sql, HoneResult **result,
                       HoneError *error);

// The same for one JSON object (docs/json.md: sql --jsonl). `dialect` (may be NULL) is
// for lines that name none.
HONE_API void hone_sql_line(const char *dialect, const char *line, HoneResult **result);

typedef struct {
    const char *sql; // One statement, without its semicolon.
    size_t offset;   // Of its first byte in the whole text.
    size_t line;     // Of its first byte, from 1.
} HoneStatement;

// Cuts a text into its statements.
HONE_API bool hone_split(const HoneSession *session, const char *text,
                         HoneResult **result, HoneError *error);
HONE_API const HoneStatement *hone_result_statements(const HoneResult *result,
                                                     size_t *count);

// Looking around

// Explains a query: its tree, what is known of it, which rules apply, and, where there is
// a database, the plan.
HONE_API bool hone_explain(HoneSession *session, const char *sql, HoneResult **result,
                           HoneError *error);

// Lists the rewrite rules, or describes the one that is named.
HONE_API bool hone_rules(const char *name, HoneResult **result, HoneError *error);

// Returns all that is known of all rules as Markdown text (docs/rules.md).
HONE_API void hone_rules_markdown(HoneResult **result);

// Says which engines and libraries are there, what is missing and how to get it; of a
// database, if `options` names one, what it holds. Fails only where it can't be opened.
HONE_API bool hone_doctor(const HoneOptions *options, HoneResult **result,
                          HoneError *error);

// Measuring

typedef struct {
    const char *outcome; // "faster", "slower", "no difference", "unclear"
    bool certified;      // Said by the interval, not by the end of the budget.
    bool cut_off;        // `after` was stopped at a multiple of `before`'s time.
    const char *clock;   // "wall" or "cpu": what decided; all times are by it.
    const char *cache;   // "warm" or "cold"
    size_t pairs;
    const double *before_runs_ms, *after_runs_ms; // `pairs` each, in the order run.
    double before_ms, after_ms;                   // Medians.
    double ratio, low, high;                      // before / after and its interval.
    double three_run_ratio, five_run_ratio;       // 0: too few pairs.
    double noise;           // Of `before` against itself, wall time, relative.
    double pressure, steal; // Shares from 0 to 1, or NAN; see docs/json.md.
} HoneMeasurement;

// Runs two queries in interleaved pairs and says which is faster. `after` NULL: `before`
// against itself. `pairs` 0: as many as it takes, at most 25.
HONE_API bool hone_measure(HoneSession *session, const char *before, const char *after,
                           size_t pairs, HoneResult **result, HoneError *error);
HONE_API const HoneMeasurement *hone_result_measurement(const HoneResult *result);

// The demo

typedef struct {
    double scale; // 1: 10,000 users, 50,000 orders.
    uint64_t seed;
    bool replace; // What is there already.
    const char *worker;
    HoneProgress *progress;
    void *progress_context;
} HoneDemoOptions;

// Makes an online shop and its slow queries below `directory`.
HONE_API bool hone_demo(const char *directory, const HoneDemoOptions *options,
                        HoneResult **result, HoneError *error);

#ifdef __cplusplus
}
#endif

#endif
