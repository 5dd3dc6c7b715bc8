// engine.h - the databases we run on, all behind one door.
//
// Queries run in a worker process (hone-worker), one per open database: whatever a
// query does to it, the caller gets an error line and the next query a fresh worker.
// Only digests, example rows and counters cross.
//
// Two types that are never exchanged: an Engine is a user's database and is read-only,
// always; a Scratch is an empty database of ours in memory, or a new file, and is the
// only thing that can be written.

#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/arena.h"
#include "base/error.h"
#include "catalog/catalog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Values

typedef enum {
    VALUE_NULL,
    VALUE_BOOLEAN, // integer: 0, 1
    VALUE_INTEGER, // integer
    VALUE_FLOAT,   // number
    VALUE_TEXT,    // bytes, length
    VALUE_BLOB,    // bytes, length
    VALUE_OTHER, // bytes: the engine's canonical text; decimals, dates, lists, wide ints
} ValueKind;

typedef struct {
    ValueKind kind;
    TypeKind type; // What the engine calls it: TYPE_DECIMAL, TYPE_DATE, …
    int64_t integer;
    double number;
    const char *bytes; // NUL behind the last.
    size_t length;
} Value;

// Returns the value that a text is, as long as that lives.
Value value_of_text(const char *text);

// Returns the value as a SQL literal of the dialect, cast where it must be.
const char *value_print(Arena *arena, Dialect dialect, Value value);

// Returns the value as a person would read it ("NULL", 1.5, text cut at `width`).
const char *value_show(Arena *arena, Value value, size_t width);

// Orders values: NULL first, then numbers by value (1 = 1.0), text by bytes, blobs.
// Texts are no numbers. NaN equals itself and is above all numbers.
int value_compare(Value a, Value b);

// Returns a number that is never greater for the smaller of two values: most are told
// apart by it.
uint64_t value_rank(Value value);

// True if both count as the same in a comparison of results: value_compare says 0, and
// neither is a text where the other is not.
bool value_same(Value a, Value b);

// Running

typedef enum {
    SINK_COUNT,  // Rows are fetched in full and counted.
    SINK_DIGEST, // And hashed: the bag of rows, and the sequence of key columns.
    SINK_ROWS,   // And the first `row_limit` handed over.
    SINK_SPILL,  // All rows sorted and written to a file; engine_run_spilled only.
} SinkKind;

typedef struct {
    const char *name; // NULL: by number
    uint32_t number;  // From 1.
    Value value;
} Parameter;

// Sums of hashes of rows whose floats are rounded, by two grids, in buckets.
enum { BLUR_BUCKET_BITS = 12, BLUR_GRIDS = 2, BLUR_BUCKETS = 1 << BLUR_BUCKET_BITS };
typedef struct {
    uint64_t sums[BLUR_BUCKETS][BLUR_GRIDS];
} Blur;

// Which rows of a spill are wanted, where blurs have paired the others.
typedef struct {
    uint64_t buckets[BLUR_BUCKETS / 64]; // A bit for each bucket: its rows are,
    uint64_t one_in; // and of them those of one in so many values of the key columns.
    size_t width;    // Of the rows that were blurred; columns behind them do not count.
} RowFilter;

typedef struct {
    const char *sql;
    const Parameter *parameters;
    size_t parameter_count;
    SinkKind sink;
    size_t row_limit; // SINK_ROWS: rows beyond it are counted, not handed over.
    const uint32_t *key_columns; // Ordinals. SINK_DIGEST: hashed in sequence (ORDER BY);
                                 // SINK_SPILL: sorted by them first.
    size_t key_count;
    const uint32_t *ignored; // Ordinals of columns whose values count as NULL.
    size_t ignored_count;
    const uint32_t *documents; // Ordinals of columns whose texts, where they are JSON,
    size_t document_count;     // count by value (worker/document.h).
    bool in_sequence;          // SINK_SPILL: not sorted, as the rows come.
    const RowFilter *filter;   // SINK_SPILL: only these; NULL: all.
    bool blurs;                // SINK_DIGEST: a blur is wanted as well;
    uint64_t sketch_above;     // with it, of more rows than these, a sketch. 0: none.
    const uint32_t *loose;     // For a sketch: ordinals of columns whose values may count
    size_t loose_count;        // as the same without being identical, to which are added
    bool is_loose_all;         // those that may hold floats, unless these are all.
    bool moments_as_texts; // And all else that is no number or blob (VALUE_OTHER): for a
                           // comparison with another kind of engine.
    double timeout_ms;     // 0: the engine's default (60 s).
    double cpu_limit_ms;   // Of the worker's CPU time, all threads; 0: none.
    size_t memory_limit_bytes; // 0: the engine's default (2 GiB).
} Request;

typedef struct {
    uint64_t rows;
    uint64_t low, high;         // Sum modulo 2^128 of the hashes of all rows.
    uint64_t key_low, key_high; // Hash of the sequence of keys.
} Digest;

// Marks the buckets whose rows can't be paired with those of the other side so that
// floats in the same place differ by at most BLUR_STEP of the larger, or 8e-12, and all
// else is the same; returns how many. The rows of all other buckets can be.
#define BLUR_STEP 0x1p-30
size_t blurs_differ(const Blur *a, const Blur *b, uint64_t buckets[BLUR_BUCKETS / 64]);

// How two digests of bags compare; equal digests of the rows make the keys count.
bool digest_same_rows(const Digest *a, const Digest *b);
bool digest_same_keys(const Digest *a, const Digest *b);

typedef struct {
    const char *name;
    Type type;
    bool inexact;      // A float stands in it that another order of additions may change.
    bool nests_floats; // In lists and the like, beside no decimals; it is inexact, then.
    bool is_loose;     // Its values don't say where the sketch has a row (Request.loose).
} ResultColumn;

typedef struct Sketch Sketch;

typedef struct {
    const ResultColumn *columns;
    size_t column_count;
    uint64_t row_count;
    bool all_null;            // Every value of every row was NULL (true for no rows).
    Digest digest;            // SINK_DIGEST
    const Blur *blur;         // NULL where it was not asked for;
    const Sketch *sketch;     // likewise (sketch.h).
    const Value *const *rows; // SINK_ROWS: rows[i][j]
    size_t kept_count;        // How many of them.
    double elapsed_ms; // Wall time, from sending to the last row fetched, in the worker.
    double cpu_ms;     // The worker's CPU time, all threads.
    size_t peak_memory_bytes; // 0 if not known.
    uint64_t steps;           // SQLite: VM steps. 0 elsewhere.
} Result;

// User databases

typedef struct Engine Engine;

typedef struct {
    const char *worker_path; // NULL: HONE_WORKER, else beside the program, else libexec.
    int threads;             // DuckDB; 0: as the machine has.
    double timeout_ms;       // Default for requests that name none.
    double
        idle_ms; // DuckDB: how long a file without work stays open; 0: 20 s. As long as
                 // it is, nobody can write it.
    size_t memory_limit_bytes;
    const volatile int *cancelled;  // Set from outside to stop everything; may be NULL.
    const char *readable_directory; // DuckDB, scratch only: its files may be read (to
                                    // load Parquet, CSV); NULL: no file at all.
} EngineOptions;

// Opens "sqlite:PATH", "duckdb:PATH", or a path whose kind is seen from its first bytes.
// Fails with ERROR_FILE: missing, not a database, locked, corrupt, the library is missing
// (with how to get it).
bool engine_open(const char *url, const EngineOptions *options, Engine **engine,
                 Error *err) MUST_CHECK;
void engine_close(Engine *engine); // NULL is allowed.

Dialect engine_dialect(const Engine *engine);
const char *engine_version(const Engine *engine); // "SQLite 3.40.1"

// Reads the catalogue: tables, columns, what is enforced, indexes, row counts,
// statistics. Lives in `arena`.
bool engine_describe(Engine *engine, Arena *arena, const Catalog **catalog,
                     Error *err) MUST_CHECK;

// Which columns of a table are looked at, and for how long.
typedef struct {
    const Table *table;
    const bool *wanted; // A flag for each column.
    double timeout_ms;  // 0: no limit.
} TypeCheck;

// Looks at every value of the table's wanted columns, and sets `columns` to a copy in
// which those of SQLite that hold values, and only of their
// declared type or NULL, are ASSURANCE_CHECKED. A DATE is then a text that date() leaves
// as it is, likewise TIME and TIMESTAMP (datetime()). Other engines: the table's own
// columns.
bool engine_check_types(Engine *engine, Arena *arena, const TypeCheck *check,
                        const Column **columns, Error *err) MUST_CHECK;

// Runs one read-only statement. Fails with ERROR_STATEMENT, ERROR_REFUSED (it would
// write), ERROR_TIMEOUT, ERROR_MEMORY, ERROR_CRASH or ERROR_CANCELLED; after any of
// them the next request runs.
bool engine_run(Engine *engine, Arena *arena, const Request *request, Result *result,
                Error *err) MUST_CHECK;

// Makes the next run a cold one: the worker is stopped, with its caches, and the system
// asked to drop the file's pages from its own (posix_fadvise; pages that another process
// has mapped stay). A snapshot goes on in the next worker, as after a crash.
void engine_drop_caches(Engine *engine);

// Prepares the statement without running it: does the engine accept it? Columns and
// their types (where it knows them before running) go to `result`. ERROR_TIMEOUT where
// that takes longer than `timeout_ms`; 0: the engine's default.
bool engine_prepare(Engine *engine, Arena *arena, const char *sql, double timeout_ms,
                    Result *result, Error *err) MUST_CHECK;

// Returns the plan as text, one operator a line, indented by depth.
bool engine_explain(Engine *engine, Arena *arena, const char *sql, const char **plan,
                    Error *err) MUST_CHECK;

// Everything run between the two reads one snapshot (where nothing else writes, that
// costs nothing). `changed` says, where the engine can't hold one, that the data moved.
bool engine_begin_snapshot(Engine *engine, Error *err) MUST_CHECK;
bool engine_end_snapshot(Engine *engine, bool *changed, Error *err) MUST_CHECK;

// Runs a request with SINK_SPILL: its rows come back one after the other, sorted by the
// request's key columns and then all others (value_compare), with bounded memory here
// and there. False in `more` at the end. A row lasts until the next one is asked for.
typedef struct Spill Spill;
bool engine_run_spilled(Engine *engine, Arena *arena, const Request *request,
                        Result *result, Spill **spill, Error *err) MUST_CHECK;
bool spill_next(Spill *spill, const Value **row, bool *more, Error *err) MUST_CHECK;
void spill_close(Spill *spill); // Removes its file.

// Returns a spill whose rows are these; they must outlive it.
Spill *spill_of_rows(const Value *const *rows, size_t count);

// Scratch databases

typedef struct Scratch Scratch;

// Opens an empty database in memory, of the given dialect, in a worker of its own. It may
// still be starting then: where the library is missing, the first call says so.
bool scratch_open(Dialect dialect, const EngineOptions *options, Scratch **scratch,
                  Error *err) MUST_CHECK;

// Makes a new database file. Fails with ERROR_FILE if the file exists.
bool scratch_create(Dialect dialect, const char *path, const EngineOptions *options,
                    Scratch **scratch, Error *err) MUST_CHECK;
void scratch_close(Scratch *scratch);

// Runs statements that write; several are separated by semicolons. After a crash they
// are repeated in the next worker; rows that were filled or appended are lost, and
// scratch_run fails with ERROR_CRASH until others take their place.
bool scratch_execute(Scratch *scratch, const char *sql, Error *err) MUST_CHECK;

// Sets what results depend on as it was set where the catalogue was read (its settings;
// none: nothing). Comes before the first table.
bool scratch_settle(Scratch *scratch, const Catalog *catalog, Error *err) MUST_CHECK;

// Drops every table and view.
bool scratch_clear(Scratch *scratch, Error *err) MUST_CHECK;

// One table's rows; all values of one row in the order of its columns (generated
// columns left out).
typedef struct {
    const Table *table;
    const Value *const *rows;
    size_t row_count;
} TableRows;

// Replaces the contents of these tables (all others are left), in order. The fast path
// of the judge: statements are prepared once per table. Fails with ERROR_STATEMENT where
// a constraint refuses a row; the tables are empty then.
bool scratch_fill(Scratch *scratch, const TableRows *tables, size_t count,
                  Error *err) MUST_CHECK;

// Appends rows to one table in bulk (demo, loaders).
bool scratch_append(Scratch *scratch, const TableRows *rows, Error *err) MUST_CHECK;

// Appends what a query of a user's database returns, and sets `row_count`. Its columns
// are those of the table that are stored, in that order. Fails with ERROR_UNSUPPORTED
// where it returns more rows than request->row_limit.
bool scratch_append_from(Scratch *scratch, const Table *table, Engine *engine,
                         const Request *request, uint64_t *row_count,
                         Error *err) MUST_CHECK;

// As engine_run. Statements are cached by text, so that the same query runs again fast.
bool scratch_run(Scratch *scratch, Arena *arena, const Request *request, Result *result,
                 Error *err) MUST_CHECK;

// What a trial does: all of it in one round trip.
typedef struct {
    const TableRows *tables; // To fill.
    size_t table_count;
    const Request *requests; // To run on them.
    size_t request_count;
} TrialTask;

// What became of one request of a trial.
typedef struct {
    bool ok;
    Result result; // If ok.
    Error error;   // If not.
} Answer;

// Fills the tables and runs the requests on them. Fails where the fill fails or the
// worker dies; errors of the requests stand in `answers`. The time of all together is the
// largest of their time-outs; those behind one that did not end fail with ERROR_TIMEOUT
// as well. CPU and peak memory are not measured.
bool scratch_trial(Scratch *scratch, Arena *arena, const TrialTask *task, Answer *answers,
                   Error *err) MUST_CHECK;

// Tables with their rows, as they are sent.
typedef struct {
    const unsigned char *bytes;
    size_t length;
} PackedTables;

PackedTables tables_pack(Arena *arena, const TableRows *tables, size_t count);

// Makes a trial of each of these in turn, of the same request, all in one round trip, and
// sets `answers`. Returns how many went through, from the first on: the next could not be
// filled, or did not end within the request's time-out, which is that of all together. A
// trial of its own says which.
size_t scratch_trials(Scratch *scratch, Arena *arena, const PackedTables *tables,
                      size_t count, const Request *request, Answer *answers);

// Sets how the trials from here on are made. DuckDB: settled ones (at first they are not)
// commit their rows, and every statement is planned for them, as it is for a user. In the
// others, which take half the time, rows stand in a transaction that is given up, and
// with the optimizer off plans, which then rest on no rows, are kept. SQLite: no
// difference.
void scratch_set_settled(Scratch *scratch, bool settled);

bool scratch_describe(Scratch *scratch, Arena *arena, const Catalog **catalog,
                      Error *err) MUST_CHECK;

// DuckDB: the optimizer on or off. SQLite: off means that scans without an order run
// backwards, and that no automatic index is made.
bool scratch_set_optimizer(Scratch *scratch, bool on, Error *err) MUST_CHECK;

// What is there

typedef struct {
    Dialect dialect;
    const char *name; // "SQLite"
    bool available;
    const char *version; // Of the library; NULL if missing.
    const char *path;    // Of a library loaded at run time; NULL if linked in.
    const char *advice;  // How to get it; NULL if available.
} EngineInfo;

// Describes each engine hone knows; returns how many.
size_t engine_list(Arena *arena, const EngineInfo **infos);

// True if there is an engine for the dialect on this machine. Asks a worker each time.
bool engine_is_available(Dialect dialect);

#endif
