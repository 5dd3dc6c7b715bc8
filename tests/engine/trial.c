// trial.c - trials: rows and queries in one go, settled or not.
//
// What an unsettled trial gives must not depend on the trials before it: on rows that are
// gone, on plans that were made for them, or on an error that ended a transaction.

#include "engine/testing.h"

#include "base/compiler.h"
#include "base/random.h"

#include <string.h>

enum { ROW_LIMIT = 6, DATABASES = 60 };

static const char schema[] =
    "CREATE TABLE a (x INTEGER, y VARCHAR, d DECIMAL(9, 2), day DATE, f DOUBLE);"
    "CREATE TABLE b (x BIGINT NOT NULL, ok BOOLEAN, bytes BLOB)";

static const Column columns_a[] = {
    {.name = "x", .type = {.kind = TYPE_INTEGER}},
    {.name = "y", .type = {.kind = TYPE_TEXT}},
    {.name = "d", .type = {.kind = TYPE_DECIMAL}},
    {.name = "day", .type = {.kind = TYPE_DATE}},
    {.name = "f", .type = {.kind = TYPE_FLOAT}},
};
static const Column columns_b[] = {
    {.name = "x", .type = {.kind = TYPE_INTEGER}},
    {.name = "ok", .type = {.kind = TYPE_BOOLEAN}},
    {.name = "bytes", .type = {.kind = TYPE_BLOB}},
};
static const Table tables[] = {
    {.name = "a", .columns = columns_a, .column_count = COUNT_OF(columns_a)},
    {.name = "b", .columns = columns_b, .column_count = COUNT_OF(columns_b)},
};

static const char *const queries[] = {
    "SELECT * FROM a ORDER BY x, y, d, day, f",
    "SELECT * FROM b",
    "SELECT count(*), min(x), max(x), min(y) FROM a",
    "SELECT count(*) FROM a WHERE x > 100 AND y IS NOT NULL",
    "SELECT a.x, b.ok FROM a LEFT JOIN b ON a.x = b.x WHERE a.x <> 2",
    "SELECT x FROM a WHERE x IN (SELECT x FROM b) AND x > (SELECT min(x) FROM b)",
    "SELECT y, sum(d), count(*) FROM a GROUP BY y HAVING count(*) > 1",
    "SELECT x FROM a EXCEPT SELECT x FROM b",
    "SELECT x, row_number() OVER (PARTITION BY y ORDER BY x) FROM a",
    "SELECT CAST(y AS INTEGER) FROM a", // Often an error.
    "SELECT x FROM nowhere",            // Always.
};

// Rows

static Value text_value(ValueKind kind, const char *text)
{
    return (Value){.kind = kind, .bytes = text, .length = strlen(text)};
}

static Value value_for(Random *random, const Column *column, bool nullable)
{
    static const char *const words[] = {"", "a", "1", "b c"};
    static const char *const days[] = {"2024-02-29", "1999-12-31"};
    static const char *const amounts[] = {"0.00", "-1.50", "1234567.89"};
    static const int64_t numbers[] = {0, 1, 2, 3, 200, -7};
    if (nullable && random_chance(random, 1, 4))
        return (Value){.kind = VALUE_NULL};
    switch (column->type.kind) {
    case TYPE_INTEGER:
        return (Value){.kind = VALUE_INTEGER,
                       .integer = numbers[random_below(random, COUNT_OF(numbers))]};
    case TYPE_BOOLEAN:
        return (Value){.kind = VALUE_BOOLEAN, .integer = random_chance(random, 1, 2)};
    case TYPE_FLOAT:
        return (Value){.kind = VALUE_FLOAT,
                       .number = (double)random_below(random, 9) / 8};
    case TYPE_DECIMAL:
        return text_value(VALUE_OTHER, amounts[random_below(random, 3)]);
    case TYPE_DATE:
        return text_value(VALUE_OTHER, days[random_below(random, 2)]);
    case TYPE_BLOB:
        return (Value){.kind = VALUE_BLOB, .bytes = "\0\xff", .length = 2};
    default:
        return text_value(VALUE_TEXT, words[random_below(random, COUNT_OF(words))]);
    }
}

// Makes both tables, every now and then one without rows.
static void draw(Arena *arena, Random *random, TableRows *drawn)
{
    for (size_t t = 0; t < COUNT_OF(tables); t++) {
        size_t count = random_below(random, ROW_LIMIT + 1);
        const Value **rows = arena_new(arena, const Value *, count + 1);
        for (size_t i = 0; i < count; i++) {
            Value *row = arena_new(arena, Value, tables[t].column_count);
            for (size_t c = 0; c < tables[t].column_count; c++)
                row[c] = value_for(random, &tables[t].columns[c], t == 0 || c > 0);
            rows[i] = row;
        }
        drawn[t] = (TableRows){.table = &tables[t], .rows = rows, .row_count = count};
    }
}

// Comparing

static bool same_answer(const Answer *a, const Answer *b)
{
    if (!a->ok || !b->ok)
        return a->ok == b->ok && strcmp(a->error.message, b->error.message) == 0;
    return digest_same_rows(&a->result.digest, &b->result.digest);
}

static bool run(Scratch *scratch, Arena *arena, const TableRows *drawn, bool settled,
                Answer *answers, Error *err)
{
    Request requests[COUNT_OF(queries)];
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        requests[i] = (Request){.sql = queries[i], .sink = SINK_DIGEST};
    scratch_set_settled(scratch, settled);
    TrialTask task = {drawn, COUNT_OF(tables), requests, COUNT_OF(queries)};
    return scratch_trial(scratch, arena, &task, answers, err);
}

// Runs the same databases unsettled in one scratch and settled in another.
static void test_databases(Arena *arena, Scratch *scratch, Scratch *settled, bool on)
{
    Error err;
    Random random = random_new(on ? 1 : 2);
    Answer ours[COUNT_OF(queries)], theirs[COUNT_OF(queries)];
    expect(scratch_set_optimizer(scratch, on, &err), "the optimizer");
    for (size_t n = 0; n < DATABASES; n++) {
        TableRows drawn[COUNT_OF(tables)];
        draw(arena, &random, drawn);
        bool ok = run(scratch, arena, drawn, false, ours, &err) &&
                  run(settled, arena, drawn, true, theirs, &err);
        for (size_t i = 0; i < COUNT_OF(queries) && ok; i++)
            expect(same_answer(&ours[i], &theirs[i]), "database %zu: %s", n, queries[i]);
        expect(ok, "database %zu %s", n, ok ? "" : err.message);
    }
}

// What comes after a trial finds its rows, even behind an error.
static void test_afterwards(Arena *arena, Scratch *scratch)
{
    Error err;
    Result result;
    Random random = random_new(3);
    TableRows drawn[COUNT_OF(tables)];
    Answer answers[COUNT_OF(queries)];
    Request counting = {.sql = "SELECT * FROM a", .sink = SINK_COUNT};
    Request failing = {.sql = "SELECT CAST('x' AS INTEGER), error('x')",
                       .sink = SINK_COUNT};
    do
        draw(arena, &random, drawn);
    while (drawn[0].row_count < 2);
    expect(run(scratch, arena, drawn, false, answers, &err) &&
               !scratch_run(scratch, arena, &failing, &result, &err) &&
               scratch_run(scratch, arena, &counting, &result, &err) &&
               result.row_count == drawn[0].row_count,
           "the rows are there behind an error");
    expect(scratch_execute(scratch, "INSERT INTO a (x) VALUES (1)", &err) &&
               scratch_run(scratch, arena, &counting, &result, &err) &&
               result.row_count == drawn[0].row_count + 1,
           "a statement that writes adds to them");
    expect(run(scratch, arena, drawn, false, answers, &err) &&
               scratch_run(scratch, arena, &counting, &result, &err) &&
               result.row_count == drawn[0].row_count,
           "the next trial takes their place");
    expect(scratch_fill(scratch, &drawn[1], 1, &err) &&
               scratch_run(scratch, arena, &counting, &result, &err) &&
               result.row_count == drawn[0].row_count,
           "filling one table leaves the others");
}

static void test_refused(Arena *arena, Scratch *scratch)
{
    Error err;
    Result result;
    Answer answer;
    Value row[] = {{.kind = VALUE_NULL}, {.kind = VALUE_NULL}, {.kind = VALUE_NULL}};
    const Value *rows[] = {row};
    TableRows refused = {.table = &tables[1], .rows = rows, .row_count = 1};
    Request counting = {.sql = "SELECT * FROM b", .sink = SINK_COUNT};
    TrialTask task = {&refused, 1, &counting, 1};
    expect(!scratch_trial(scratch, arena, &task, &answer, &err) &&
               err.kind == ERROR_STATEMENT,
           "a NULL that may not be is refused");
    expect(scratch_run(scratch, arena, &counting, &result, &err) && result.row_count == 0,
           "and the table is empty then");
}

// Several in one round trip say what each says alone, up to one that can't be filled or
// does not end.
static void test_many(Arena *arena, Scratch *scratch)
{
    enum { MANY = 6, REFUSED = 4 };
    static const char endless[] =
        "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 "
        "FROM r WHERE (SELECT count(*) FROM a) > 0) "
        "SELECT count(*) FROM r";
    Error err;
    Random random = random_new(7);
    PackedTables packed[MANY];
    Answer alone[MANY][COUNT_OF(queries)], together[MANY];
    bool ok = true;
    for (size_t n = 0; n < MANY; n++) {
        TableRows drawn[COUNT_OF(tables)];
        draw(arena, &random, drawn);
        drawn[0].row_count = n == 0 ? 0 : drawn[0].row_count;
        ok = ok && run(scratch, arena, drawn, false, alone[n], &err);
        packed[n] = tables_pack(arena, drawn, COUNT_OF(tables));
    }
    expect(ok, "alone: %s", ok ? "" : err.message);
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        Request request = {.sql = queries[i], .sink = SINK_DIGEST};
        size_t count = scratch_trials(scratch, arena, packed, MANY, &request, together);
        expect(count == MANY, "%zu of %d together: %s", count, MANY, queries[i]);
        for (size_t n = 0; n < count; n++)
            expect(same_answer(&alone[n][i], &together[n]), "together, %zu: %s", n,
                   queries[i]);
    }
    Value row[] = {{.kind = VALUE_NULL}, {.kind = VALUE_NULL}, {.kind = VALUE_NULL}};
    const Value *rows[] = {row};
    TableRows refused = {.table = &tables[1], .rows = rows, .row_count = 1};
    packed[REFUSED] = tables_pack(arena, &refused, 1);
    Request counting = {.sql = "SELECT * FROM b", .sink = SINK_COUNT};
    expect(scratch_trials(scratch, arena, packed, MANY, &counting, together) == REFUSED,
           "none behind one that is refused");
    Request hanging = {.sql = endless, .sink = SINK_COUNT, .timeout_ms = 100};
    expect(scratch_trials(scratch, arena, packed, 2, &hanging, together) == 1,
           "none that does not end");
    expect(scratch_trials(scratch, arena, packed, 2, &counting, together) == 2,
           "and the next ones run");
}

// A deadline may come at any moment, also while a transaction begins or ends. The next
// one to make tables and fill them must not notice.
static void test_stopped(Arena *arena, Scratch *scratch)
{
    enum { STOPS = 72 };
    Error err;
    Result result;
    Random random = random_new(5);
    TableRows drawn[COUNT_OF(tables)];
    Answer answers[2];
    Request counting = {.sql = "SELECT * FROM a", .sink = SINK_COUNT};
    bool ok = true;
    for (size_t i = 0; i < STOPS && ok; i++) {
        draw(arena, &random, drawn);
        Request requests[2];
        for (size_t r = 0; r < COUNT_OF(requests); r++)
            requests[r] = (Request){
                .sql = "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r"
                       " WHERE n < 300) SELECT max(n) FROM r",
                .sink = SINK_COUNT,
                .timeout_ms = 0.25 * (double)(i % 24 + 1)};
        TrialTask task = {drawn, COUNT_OF(tables), requests, COUNT_OF(requests)};
        ok = scratch_trial(scratch, arena, &task, answers, &err);
        bool is_stopped = !ok && err.kind == ERROR_TIMEOUT;
        ok = (ok || is_stopped) && scratch_clear(scratch, &err) &&
             scratch_execute(scratch, schema, &err) &&
             scratch_fill(scratch, drawn, COUNT_OF(tables), &err) &&
             scratch_run(scratch, arena, &counting, &result, &err);
        expect(ok && result.row_count == drawn[0].row_count, "after stop %zu: %s", i,
               ok ? "other rows" : err.message);
    }
}

// What DuckDB's appender makes of no text, and what does not fit into 64 bits.
static void test_append(Arena *arena, Scratch *scratch)
{
    enum { APPENDED = 1201 };
    static const Column columns[] = {
        {.name = "span", .type = {.kind = TYPE_INTERVAL}},
        {.name = "big", .type = {.kind = TYPE_INTEGER, .width = 128}},
        {.name = "x", .type = {.kind = TYPE_INTEGER, .width = 32}},
    };
    static const Table table = {.name = "c",
                                .columns = columns,
                                .column_count = COUNT_OF(columns)};
    Error err;
    Result result;
    const Value **rows = arena_new(arena, const Value *, APPENDED);
    for (size_t i = 0; i < APPENDED; i++) {
        Value row[] = {text_value(VALUE_OTHER, "3 days 01:00:00"),
                       text_value(VALUE_OTHER, "170141183460469231731687303715884105727"),
                       {.kind = VALUE_INTEGER, .integer = (int64_t)i}};
        rows[i] = arena_copy(arena, row, COUNT_OF(row), sizeof(*row));
    }
    TableRows appended = {.table = &table, .rows = rows, .row_count = APPENDED};
    Request request = {.sql = "SELECT count(*), sum(x), min(CAST(span AS VARCHAR)),"
                              " max(CAST(big AS VARCHAR)) FROM c",
                       .sink = SINK_ROWS,
                       .row_limit = 1};
    bool ok =
        scratch_execute(scratch, "CREATE TABLE c (span INTERVAL, big HUGEINT, x INTEGER)",
                        &err) &&
        scratch_append(scratch, &appended, &err) &&
        scratch_run(scratch, arena, &request, &result, &err);
    expect(ok, "append: %s", ok ? "" : err.message);
    if (!ok)
        return;
    const Value *row = result.rows[0];
    expect(row[0].integer == APPENDED, "all rows are there");
    expect(strcmp(value_print(arena, DIALECT_SQLITE, row[1]), "720600") == 0,
           "each once");
    expect(strcmp(row[2].bytes, "3 days 01:00:00") == 0, "intervals");
    expect(strcmp(row[3].bytes, "170141183460469231731687303715884105727") == 0,
           "wide numbers");
}

static Scratch *open_scratch(Dialect dialect)
{
    Error err;
    Scratch *scratch = NULL;
    bool ok = scratch_open(dialect, NULL, &scratch, &err) &&
              scratch_execute(scratch, schema, &err);
    expect(ok, "scratch: %s", ok ? "" : err.message);
    return scratch;
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    for (size_t i = 0; i < available_count(); i++) {
        Scratch *scratch = open_scratch(available(i));
        Scratch *settled = open_scratch(available(i));
        if (scratch != NULL && settled != NULL) {
            test_databases(&arena, scratch, settled, true);
            test_databases(&arena, scratch, settled, false);
            test_databases(&arena, scratch, settled, true);
            test_afterwards(&arena, scratch);
            test_refused(&arena, scratch);
            test_many(&arena, scratch);
            test_stopped(&arena, scratch);
        }
        if (settled != NULL && available(i) == DIALECT_DUCKDB)
            test_append(&arena, settled);
        scratch_close(scratch);
        scratch_close(settled);
    }
    arena_clear(&arena);
    return finish();
}
