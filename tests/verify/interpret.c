// interpret.c - does the interpreter say what the engine says?
//
//     interpret [-v] FILE.test …
//
// Every query of the files runs on generated databases, in the engine and in the
// interpreter; where the interpreter is sure, the rows must be the same. `schema` makes
// the tables; of other cases each line of the input is a query. The expectation of a
// `query` case is `known`: the interpreter compiles it and is sure of most runs; of any
// other case it does not count here. How often it was unsure, and why, is printed.

#include "verify/interpret.h"

#include "base/clock.h"
#include "base/text.h"
#include "cases.h"
#include "sql/sql.h"
#include "verify/shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATABASES = 16, FAVOUR = 3 };

typedef struct {
    CaseRun run;
    Scratch *scratches[DIALECT_COUNT];
    bool verbose;
    size_t queries, refused, runs, unsure;
    double interpreter_ms; // Loading and running.
} Suite;

// One query in one dialect.
typedef struct {
    Suite *suite;
    Arena *arena;
    Dialect dialect;
    const char *sql;
    Pair pair;
    const Hints *hints;
    Branches *branches;
    Interpreter *interpreter;
    Ordering ordering;
    size_t runs, unsure, differences;
    const char *why; // The last reason to be unsure.
} Probe;

static bool open_scratch(Suite *suite, Dialect dialect)
{
    Error error;
    if (suite->scratches[dialect] != NULL)
        return true;
    if (scratch_open(dialect, &(EngineOptions){.threads = 1}, &suite->scratches[dialect],
                     &error))
        return true;
    printf("%s: %s\n", dialect_name(dialect), error.message);
    suite->run.failed++;
    return false;
}

static void show_rows(const char *title, const CellRows *rows)
{
    Arena arena = ARENA_EMPTY;
    printf("  %s: %zu rows\n", title, rows->count);
    for (size_t i = 0; i < rows->count && i < 12; i++) {
        printf("   ");
        for (size_t c = 0; c < rows->width; c++) {
            bool known;
            Cell text = cell_to_text(&arena, DIALECT_SQLITE,
                                     rows->cells[i * rows->stride + c], &known);
            printf(" %.*s:%d", text.kind == CELL_NULL ? 4 : (int)text.length,
                   text.kind == CELL_NULL ? "NULL" : text.bytes,
                   rows->cells[i * rows->stride + c].kind);
        }
        printf("\n");
    }
    arena_clear(&arena);
}

static void show_database(const Database *database, Dialect dialect)
{
    Arena arena = ARENA_EMPTY;
    for (size_t t = 0; t < database->table_count; t++)
        for (size_t i = 0; i < database->tables[t].row_count; i++) {
            const Table *table = database->tables[t].table;
            printf("  %s:", table->name);
            for (size_t c = 0; c < table->column_count; c++)
                printf(" %s",
                       value_print(&arena, dialect, database->tables[t].rows[i][c]));
            printf("\n");
        }
    arena_clear(&arena);
}

static void report(const Probe *probe, const Database *database, const CellRows *ours,
                   const CellRows *engines)
{
    printf("%s: the engine says otherwise:\n  %s\n", dialect_name(probe->dialect),
           probe->sql);
    show_database(database, probe->dialect);
    show_rows("interpreter", ours);
    show_rows("engine", engines);
}

// Which rows DuckDB casts is for its plan to say: it may cast what no row of the result
// asks for.
static bool is_cast_of_plan(const Answer *answer)
{
    return !answer->ok && strstr(answer->error.message, "Conversion Error") != NULL;
}

static void run_database(Probe *probe, Arena *scratch, const Database *database)
{
    const char *why;
    Trace trace;
    CellRows ours;
    Answer answer;
    Error error;
    Request request = {.sql = probe->sql,
                       .sink = SINK_ROWS,
                       .row_limit = 4000,
                       .timeout_ms = 2000};
    TrialTask task = {database->tables, database->table_count, &request, 1};
    double started_ms = clock_cpu_ms();
    const LoadedDatabase *loaded =
        database_load(scratch, probe->branches, probe->dialect, database);
    RunKind kind =
        interpreter_run(probe->interpreter, scratch, loaded, &trace, &ours, &why);
    probe->suite->interpreter_ms += clock_cpu_ms() - started_ms;
    if (!trace.is_endless && !scratch_trial(probe->suite->scratches[probe->dialect],
                                            scratch, &task, &answer, &error))
        return;
    probe->runs++;
    if (trace.is_endless || kind == RUN_UNSURE || is_cast_of_plan(&answer)) {
        probe->unsure++;
        probe->why = kind == RUN_UNSURE ? why : "a cast that the plan decides on";
        return;
    }
    CellRows engines = answer.ok ? cell_rows_of_result(scratch, &answer.result)
                                 : (CellRows){.width = UINT32_MAX};
    if (cell_rows_same(&probe->ordering, &engines, &ours, true))
        return;
    if (probe->differences++ == 0) {
        report(probe, database, &ours, &engines);
        if (!answer.ok)
            printf("  error: %s\n", answer.error.message);
    }
}

static void run_databases(Probe *probe)
{
    Arena *arena = probe->arena;
    Error error;
    const char *tables = print_tables(arena, probe->hints, true);
    Scratch *engine = probe->suite->scratches[probe->dialect];
    if (!scratch_clear(engine, &error) || !scratch_execute(engine, tables, &error))
        return;
    Random random = random_new(11);
    Generator *generator = generator_new(arena, probe->hints);
    for (size_t i = 0; i < DATABASES && probe->differences == 0; i++) {
        Arena scratch = ARENA_EMPTY;
        Database database = generator_next(generator, &scratch, &random, i, FAVOUR);
        run_database(probe, &scratch, &database);
        arena_clear(&scratch);
    }
}

static void count_result(Probe *probe, bool must_know)
{
    Suite *suite = probe->suite;
    bool is_known = probe->interpreter != NULL && probe->unsure * 2 <= probe->runs;
    suite->queries++;
    suite->refused += probe->interpreter == NULL;
    suite->runs += probe->runs;
    suite->unsure += probe->unsure;
    bool passed = probe->differences == 0 && (is_known || !must_know);
    suite->run.passed += passed;
    suite->run.failed += !passed;
    bool tells = (must_know && !is_known) || (suite->verbose && probe->why != NULL);
    if (tells)
        printf("%s: unsure in %zu of %zu: %s\n  %s\n", dialect_name(probe->dialect),
               probe->unsure, probe->runs, probe->why == NULL ? "no run" : probe->why,
               probe->sql);
}

static void run_query(Suite *suite, const char *sql, Dialect dialect, bool must_know)
{
    Arena arena = ARENA_EMPTY;
    const Catalog *catalog;
    Error error;
    Probe probe = {.suite = suite, .arena = &arena, .dialect = dialect, .sql = sql};
    if (!sql_read_schema(&arena, dialect, suite->run.schema, true, &catalog, &error)) {
        suite->run.skipped++;
    } else {
        probe.pair = pair_new(&arena, catalog, sql, sql);
        probe.hints = hints_new(&arena, &probe.pair);
        probe.ordering = ordering_new(&arena, &probe.pair.left);
        probe.why = probe.pair.left.problem;
        probe.branches = branches_new(&arena);
        if (probe.pair.left.tree != NULL)
            probe.interpreter =
                interpreter_new(&arena, probe.branches, probe.pair.left.tree, &probe.why);
        if (probe.interpreter != NULL)
            run_databases(&probe);
        count_result(&probe, must_know);
    }
    arena_clear(&arena);
}

static void check(void *context, const Case *it, Dialect dialect)
{
    Suite *suite = context;
    bool must_know = strncmp(it->command, "query", strlen("query")) == 0;
    const char *line = it->input;
    while (open_scratch(suite, dialect) && *line != '\0') {
        size_t length = strcspn(line, "\n");
        run_query(suite, arena_text(&suite->run.arena, line, length), dialect, must_know);
        line += length + (line[length] == '\n');
    }
}

int main(int count, char **arguments)
{
    Suite suite = {.verbose = count > 1 && strcmp(arguments[1], "-v") == 0};
    int first = 1 + suite.verbose;
    cases_run(&suite.run, count - first, arguments + first, check, &suite);
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        scratch_close(suite.scratches[i]);
    printf("%zu queries, %zu of them beyond the interpreter; unsure in %zu of %zu runs\n",
           suite.queries, suite.refused, suite.unsure, suite.runs);
    printf("%.0f databases a second of CPU\n",
           (double)suite.runs / (suite.interpreter_ms + 1) * 1000);
    return cases_end(&suite.run);
}
