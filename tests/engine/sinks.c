// sinks.c - what becomes of rows: digests that see values and not types, sorted spills,
// and values that come back from a scratch database as they went in.

#include "base/directory.h"
#include "engine/engine.h"
#include "engine/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Scratch *open_scratch(Dialect dialect)
{
    Error err;
    Scratch *scratch = NULL;
    if (!scratch_open(dialect, NULL, &scratch, &err)) {
        printf("%s\n0 passed, 1 failed\n", err.message);
        exit(1);
    }
    return scratch;
}

// Digests

typedef struct {
    int dialect; // -1: any.
    const char *left, *right;
    bool same;
} Pair;

static const Pair pairs[] = {
    {-1, "1", "1.0", true},
    {-1, "1", "CAST(1 AS DOUBLE)", true},
    {-1, "1", "2", false},
    {-1, "1", "'1'", false},
    {-1, "NULL", "0", false},
    {-1, "NULL", "''", false},
    {-1, "0.0", "-0.0", true},
    {-1, "'a'", "'A'", false},
    {-1, "'a'", "'a '", false},
    {-1, "0.1 + 0.2", "0.1 + 0.2", true},
    {-1, "'ab', 'c'", "'a', 'bc'", false},
    {-1, "NULL, 1", "1, NULL", false},
    {DIALECT_SQLITE, "9007199254740993", "9007199254740992.0", false},
    {DIALECT_SQLITE, "9007199254740992", "9007199254740992.0", true},
    {DIALECT_SQLITE, "X'61'", "'a'", false},
    {DIALECT_SQLITE, "9e999", "1e308 * 10", true},
    {DIALECT_DUCKDB, "1.50::DECIMAL(10,2)", "1.5::DECIMAL(4,1)", true},
    {DIALECT_DUCKDB, "1.50::DECIMAL(10,2)", "1.5::DOUBLE", true},
    {DIALECT_DUCKDB, "1::DECIMAL(38,10)", "1::TINYINT", true},
    {DIALECT_DUCKDB, "0.1::DECIMAL(3,2)", "0.1::DOUBLE", true},
    {DIALECT_DUCKDB, "'nan'::DOUBLE", "-('nan'::DOUBLE)", true},
    {DIALECT_DUCKDB, "'nan'::DOUBLE", "NULL", false},
    {DIALECT_DUCKDB, "170141183460469231731687303715884105727::HUGEINT",
     "170141183460469231731687303715884105726::HUGEINT", false},
    {DIALECT_DUCKDB, "12345678901234567.10::DECIMAL(20,2)",
     "12345678901234567.1::DECIMAL(20,1)", true},
    {DIALECT_DUCKDB, "12345678901234567.10::DECIMAL(20,2)",
     "12345678901234567.11::DECIMAL(20,2)", false},
    {DIALECT_DUCKDB, "5::HUGEINT", "5::UTINYINT", true},
    {DIALECT_DUCKDB, "DATE '2024-02-29'", "'2024-02-29'", false},
    {DIALECT_DUCKDB, "DATE '2024-02-29'", "DATE '2024-03-01' - 1", true},
    // The same decimal, moment or time from another way of storing it.
    {DIALECT_DUCKDB, "-0.05::DECIMAL(9,2)", "-0.050::DECIMAL(38,3)", true},
    {DIALECT_DUCKDB, "-0.05::DECIMAL(9,2)", "-0.05::DOUBLE", true},
    {DIALECT_DUCKDB, "-0.05::DECIMAL(9,2)", "0.05::DECIMAL(9,2)", false},
    {DIALECT_DUCKDB, "0.000000000000001::DECIMAL(18,15)", "1e-15::DOUBLE", true},
    {DIALECT_DUCKDB, "1234567890123456.78::DECIMAL(18,2)",
     "1234567890123456.780::DECIMAL(38,3)", true},
    {DIALECT_DUCKDB, "1234567890123456.78::DECIMAL(18,2)",
     "1234567890123456.79::DECIMAL(18,2)", false},
    {DIALECT_DUCKDB, "1234567890123456.00::DECIMAL(18,2)", "1234567890123456", true},
    {DIALECT_DUCKDB, "99999999999999999999999999.5::DECIMAL(38,1)",
     "99999999999999999999999999.50::DECIMAL(38,2)", true},
    {DIALECT_DUCKDB, "TIMESTAMP '2024-02-29 10:00:00'",
     "TIMESTAMP_S '2024-02-29 10:00:00'", true},
    {DIALECT_DUCKDB, "TIMESTAMP '2024-02-29 10:00:00.5'",
     "TIMESTAMP_MS '2024-02-29 10:00:00.5'", true},
    {DIALECT_DUCKDB, "TIMESTAMP '1969-12-31 23:59:59.999999'",
     "TIMESTAMP_NS '1969-12-31 23:59:59.999999'", true},
    {DIALECT_DUCKDB, "TIMESTAMP_NS '2024-02-29 10:00:00.000000001'",
     "TIMESTAMP '2024-02-29 10:00:00'", false},
    {DIALECT_DUCKDB, "TIMESTAMP 'infinity'", "'infinity'::TIMESTAMP_S", true},
    {DIALECT_DUCKDB, "TIMESTAMP '2024-02-29 00:00:00'", "DATE '2024-02-29'", false},
    {DIALECT_DUCKDB, "TIMESTAMPTZ '2024-02-29 12:00:00+02'",
     "TIMESTAMPTZ '2024-02-29 10:00:00+00'", true},
    {DIALECT_DUCKDB, "TIMESTAMPTZ '2024-02-29 10:00:00+00'",
     "TIMESTAMP '2024-02-29 10:00:00'", false},
    {DIALECT_DUCKDB, "TIME '10:00:00'", "TIME '10:00:01'", false},
    {DIALECT_DUCKDB, "'a'::ENUM ('a', 'b')", "'a'::ENUM ('b', 'a')", true},
    {DIALECT_DUCKDB, "'a'::BLOB", "'a'", false},
    {DIALECT_DUCKDB, "[0.0::DOUBLE]", "[-0.0::DOUBLE]", true},
    {DIALECT_DUCKDB, "['nan'::DOUBLE]", "[-('nan'::DOUBLE)]", true},
    {DIALECT_DUCKDB, "{'a': 1.0::DOUBLE}", "{'a': 1::INTEGER}", true},
    {DIALECT_DUCKDB, "[1.50::DECIMAL(4,2)]", "[1.5::DECIMAL(4,1)]", true},
    {DIALECT_DUCKDB, "[1, NULL]", "[1]", false},
    {DIALECT_DUCKDB, "['a, b']", "['a', 'b']", false},
    {DIALECT_DUCKDB, "{'a': 1, 'b': [2]}", "{'a': 1, 'b': [3]}", false},
    {DIALECT_DUCKDB, "MAP {'k': 1}", "MAP {'k': 2}", false},
    {DIALECT_DUCKDB, "INTERVAL 1 MONTH", "INTERVAL 30 DAY", false},
};

// Documents, as SQL literals. What is no JSON, or too deep, is a text.
static const struct {
    const char *left, *right;
    bool same;
} documents[] = {
    {"'{\"a\": 1, \"b\": [1, 2]}'", "'{\"b\":[1,2],\"a\":1}'", true},
    {"'[1, 2]'", "'[2, 1]'", false},
    {"'{\"a\": 1}'", "'{\"a\": \"1\"}'", false},
    {"'{\"a\": 1}'", "'{\"a\": 1, \"b\": null}'", false},
    {"'{\"a\": 1, \"a\": 2}'", "'{\"a\": 2, \"a\": 1}'", false},
    {"'{\"a\": {\"c\": 1, \"b\": {}}}'", "' {\"a\":{\"b\":{ },\"c\":1 }}'", true},
    {"'1'", "'1.0'", true},
    {"'1'", "1", true},
    {"'-0'", "'0.00'", true},
    {"'10e-1'", "'1'", true},
    {"'1.50'", "'15E-1'", true},
    {"'0.001'", "'1e-3'", true},
    {"'1e400'", "'10e399'", true},
    {"'1e400'", "'1e401'", false},
    {"'0.1'", "'0.10000000000000000000001'", false},
    {"'9007199254740993'", "'9007199254740992'", false},
    {"'1e30'", "'1000000000000000000000000000000'", true},
    {"'\"\\u0041\\/\"'", "'\"A/\"'", true},
    {"'\"\\u00e9\"'", "'\"é\"'", true},
    {"'\"\\ud83d\\ude00\"'", "'\"😀\"'", true},
    {"'\"\\ud83d\"'", "'\"\\ud83e\"'", false},
    {"'\"\\n\"'", "'\"\\u000A\"'", true},
    {"'\"a\"'", "'\"A\"'", false},
    {"'true'", "'false'", false},
    {"'null'", "NULL", false},
    {"'{\"a\": 1'", "'{\"a\":1'", false},
    {"'01'", "'1'", false},
    {"'[1,]'", "'[1, ]'", false},
    {"'truely'", "'true'", false},
    {"''", "' '", false},
};

static bool digest_of(Scratch *scratch, Arena *arena, Request request, Digest *digest)
{
    Error err;
    Result result;
    request.sink = SINK_DIGEST;
    bool ok = scratch_run(scratch, arena, &request, &result, &err);
    expect(ok, "%s: %s", request.sql, ok ? "" : err.message);
    if (ok)
        *digest = result.digest;
    return ok;
}

static bool digest(Scratch *scratch, Arena *arena, const char *sql, uint32_t keys,
                   Digest *digest)
{
    static const uint32_t ordinals[] = {0, 1};
    return digest_of(scratch, arena,
                     (Request){.sql = sql, .key_columns = ordinals, .key_count = keys},
                     digest);
}

static const char ten_thousand[] =
    "WITH d(i) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)), n(id) AS "
    "(SELECT a.i + 10 * b.i + 100 * c.i + 1000 * e.i + 1 FROM d a, d b, d c, d e)";

// Rows with floats, as SQL; `id` counts them.
static const struct {
    const char *left, *right;
    bool agree;
} blurs[] = {
    {"id, 0.1e0 + 0.2e0", "id, 0.3e0", true},
    {"id, 0.3e0", "id, 0.300001e0", false},
    {"id, 1.0e0", "id, 0.99999999999999989e0", true},
    {"id, -2.5e0", "id, -2.5000000000000004e0", true},
    {"id, 0.1e0 + 0.2e0 - 0.3e0", "id, 0e0", true},
    {"id, 1e0", "id, -1e0", false},
    {"id, 1e300 * 1e300", "id, 1e300 * 1e300", true},
    {"id, 1e300 * 1e300", "id, 1e300", false},
    {"id, id / 7e0", "id, id * (1e0 / 7e0)", true},
    {"id / 7e0, id", "id * (1e0 / 7e0), id", true},
    {"id / 7e0", "id * (1e0 / 7e0)", true},
    {"id, id / 7e0", "id, CASE WHEN id = 777 THEN 1 ELSE id END / 7e0", false},
    {"id, id / 7e0", "CASE WHEN id = 777 THEN 1 ELSE id END, id / 7e0", false},
    {"id / 7e0, id / 3e0", "id / 3e0, id / 7e0", false},
    {"id, id / 7e0, 'a'", "id, id / 7e0, 'b'", false},
    {"id % 5, id / 7e0", "id % 5, id * (1e0 / 7e0)", true},
};

static void test_blurs(Arena *arena, Dialect dialect)
{
    Scratch *scratch = open_scratch(dialect);
    Error err;
    for (size_t i = 0; i < COUNT_OF(blurs); i++) {
        const char *columns[] = {blurs[i].left, blurs[i].right};
        uint64_t buckets[BLUR_BUCKETS / 64];
        Result results[COUNT_OF(columns)];
        bool ok = true;
        for (size_t j = 0; j < COUNT_OF(columns) && ok; j++) {
            Request request = {.sql = arena_printf(arena, "%s SELECT %s FROM n",
                                                   ten_thousand, columns[j]),
                               .sink = SINK_DIGEST,
                               .blurs = true};
            ok = scratch_run(scratch, arena, &request, &results[j], &err);
            expect(ok && results[j].blur != NULL, "%s: %s", columns[j],
                   ok ? "no blur" : err.message);
        }
        if (ok)
            expect((blurs_differ(results[0].blur, results[1].blur, buckets) == 0) ==
                       blurs[i].agree,
                   "%s and %s: %s", columns[0], columns[1],
                   blurs[i].agree ? "do not agree" : "agree");
    }
    scratch_close(scratch);
}

// Only rows of buckets that differ come back, and among them those that do.
static void test_filter(Arena *arena, Dialect dialect, const char *directory)
{
    static const char left[] =
        "SELECT id, id / 7e0 AS f, CAST('2024-02-29' AS DATE) FROM a",
                      right[] = "SELECT id, CASE WHEN id = 77 THEN 0e0 ELSE id / 7e0 END"
                                " AS f, CAST('2024-02-29' AS DATE) FROM a";
    Error err;
    Engine *engine = NULL;
    const char *path = arena_printf(arena, "%s/filter.db", directory);
    make_database(dialect, path,
                  "CREATE TABLE a AS WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL"
                  " SELECT n + 1 FROM r WHERE n < 20000) SELECT n AS id FROM r");
    bool ok = engine_open(path, NULL, &engine, &err);
    expect(ok, "open: %s", ok ? "" : err.message);
    const char *const texts[] = {left, right};
    Result results[COUNT_OF(texts)];
    for (size_t i = 0; i < COUNT_OF(texts) && ok; i++)
        ok = engine_run(engine, arena,
                        &(Request){.sql = texts[i], .sink = SINK_DIGEST, .blurs = true},
                        &results[i], &err);
    RowFilter filter = {.one_in = 1, .width = 3};
    expect(ok && blurs_differ(results[0].blur, results[1].blur, filter.buckets) == 2,
           "a row that differs stands in a bucket on each side");
    for (size_t i = 0; i < COUNT_OF(texts) && ok; i++) {
        Spill *spill = NULL;
        const Value *row;
        bool more = true, found = false;
        ok = engine_run_spilled(engine, arena,
                                &(Request){.sql = texts[i], .filter = &filter},
                                &results[i], &spill, &err);
        while (ok && spill_next(spill, &row, &more, &err) && more)
            found |= row[0].integer == 77;
        expect(ok && found && results[i].row_count < 100, "it is among few of its rows");
        if (ok)
            spill_close(spill);
    }
    engine_close(engine);
    remove(path);
}

static void test_documents(Arena *arena, Dialect dialect)
{
    Scratch *scratch = open_scratch(dialect);
    static const uint32_t first[] = {0};
    Digest left, right;
    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        Request request = {.sql = arena_printf(arena, "SELECT %s", documents[i].left),
                           .documents = first,
                           .document_count = 1};
        if (!digest_of(scratch, arena, request, &left))
            continue;
        request.sql = arena_printf(arena, "SELECT %s", documents[i].right);
        if (digest_of(scratch, arena, request, &right))
            expect(digest_same_rows(&left, &right) == documents[i].same, "%s and %s: %s",
                   documents[i].left, documents[i].right,
                   documents[i].same ? "not the same" : "the same");
    }
    scratch_close(scratch);
}

static void test_digests(Arena *arena, Dialect dialect)
{
    Scratch *scratch = open_scratch(dialect);
    Digest left, right;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        const Pair *pair = &pairs[i];
        if (pair->dialect >= 0 && pair->dialect != (int)dialect)
            continue;
        if (digest(scratch, arena, arena_printf(arena, "SELECT %s", pair->left), 0,
                   &left) &&
            digest(scratch, arena, arena_printf(arena, "SELECT %s", pair->right), 0,
                   &right))
            expect(digest_same_rows(&left, &right) == pair->same, "%s and %s: %s",
                   pair->left, pair->right, pair->same ? "not the same" : "the same");
    }
    // The bag of rows has no order, but counts; the keys have one.
    const char *up = "SELECT * FROM (VALUES (1, 2), (3, 4), (3, 4)) AS v";
    const char *down = "SELECT * FROM (VALUES (3, 4), (1, 2), (3, 4)) AS v";
    const char *less = "SELECT * FROM (VALUES (1, 2), (3, 4), (1, 2)) AS v";
    if (digest(scratch, arena, up, 2, &left) && digest(scratch, arena, down, 2, &right))
        expect(digest_same_rows(&left, &right) && !digest_same_keys(&left, &right),
               "another order");
    if (digest(scratch, arena, less, 1, &right))
        expect(!digest_same_rows(&left, &right), "another count of the same rows");
    if (digest(scratch, arena, up, 1, &left) && digest(scratch, arena, up, 1, &right))
        expect(digest_same_keys(&left, &right) && left.rows == 3, "the same, again");
    scratch_close(scratch);
}

// Spills

enum { SPILL_ROWS = 300000 }; // More than a run holds.

// Reads a spill that is to be sorted by column 1 and then 0; returns its rows.
static uint64_t read_sorted(Spill *spill)
{
    Error err;
    const Value *row = NULL;
    bool more = true;
    Value last[2] = {{.kind = VALUE_NULL}, {.kind = VALUE_NULL}};
    char text[64]; // Of the row before this one.
    uint64_t rows = 0, wrong = 0;
    while (spill_next(spill, &row, &more, &err) && more) {
        int order = value_compare(last[1], row[1]);
        if (order > 0 || (order == 0 && value_compare(last[0], row[0]) > 0))
            wrong++;
        for (size_t i = 0; i < COUNT_OF(last); i++) {
            last[i] = row[i];
            if (row[i].kind == VALUE_TEXT && row[i].length < sizeof(text))
                last[i].bytes = memcpy(text, row[i].bytes, row[i].length);
        }
        rows++;
    }
    expect(!more, "the spill ends: %s", more ? err.message : "");
    expect(wrong == 0, "%d rows out of order", (int)wrong);
    return rows;
}

static void test_spill(Arena *arena, Dialect dialect, const char *directory)
{
    static const uint32_t keys[] = {1};
    Error err;
    Engine *engine = NULL;
    Spill *spill = NULL;
    Result result;
    const char *path = arena_printf(arena, "%s/spill.db", directory);
    make_database(
        dialect, path,
        arena_printf(arena,
                     "CREATE TABLE a AS WITH RECURSIVE r (n) AS (SELECT 1"
                     " UNION ALL SELECT n + 1 FROM r WHERE n < 1000)"
                     " SELECT a.n * 1000 + b.n AS id, 'text ' || (b.n * 7 %% 13)"
                     " AS t FROM r AS a, r AS b WHERE a.n <= %d",
                     SPILL_ROWS / 1000));
    bool ok = engine_open(path, NULL, &engine, &err);
    expect(ok, "open: %s", ok ? "" : err.message);
    if (!ok)
        return;
    Request request = {.sql = "SELECT id, t FROM a", .key_columns = keys, .key_count = 1};
    ok = engine_run_spilled(engine, arena, &request, &result, &spill, &err);
    expect(ok, "spill: %s", ok ? "" : err.message);
    if (ok)
        expect(read_sorted(spill) == SPILL_ROWS && result.row_count == SPILL_ROWS,
               "all rows come back");
    spill_close(spill);
    request.sql = "SELECT id, t FROM a WHERE id < 0";
    ok = engine_run_spilled(engine, arena, &request, &result, &spill, &err);
    expect(ok && read_sorted(spill) == 0, "a spill of no rows");
    if (ok)
        spill_close(spill);
    request.sql = "SELECT nothing";
    expect(!engine_run_spilled(engine, arena, &request, &result, &spill, &err),
           "a spill that fails");
    engine_close(engine);
    remove(path);
    expect(directory_count(directory) == 0, "nothing is left behind");
}

// Values there and back

static const char *const round_trips[] = {
    "true",
    "(-128)::TINYINT",
    "9223372036854775807",
    "(-9223372036854775808)::BIGINT",
    "170141183460469231731687303715884105727::HUGEINT",
    "18446744073709551615::UBIGINT",
    "1.5::FLOAT",
    "'-infinity'::DOUBLE",
    "-12.05::DECIMAL(5,2)",
    "0.000000000000000000000000000001::DECIMAL(38,30)",
    "'it''s'",
    "'\\xDE\\xAD'::BLOB",
    "DATE '0044-03-15 (BC)'",
    "DATE 'infinity'",
    "TIME '23:59:59.000001'",
    "TIMESTAMP '1969-12-31 23:59:59.5'",
    "TIMESTAMP '290000-12-31 00:00:00'",
    "TIMESTAMPTZ '2024-03-31 02:30:00+02'",
    "INTERVAL '-1 year -2 months 3 days -04:05:06.7'",
    "INTERVAL 0 DAY",
    "'00112233-4455-6677-8899-aabbccddeeff'::UUID",
    "'0101'::BIT",
    "[1, NULL, 3]",
    "[[1], []]::INTEGER[][]",
    "['a''b', 'c,d']",
    "{'a': 1, 'b c': 'x'}",
    "MAP {'k': 1, 'l': NULL}",
    "TIMETZ '01:02:03.5-08:30'",
    "TIMESTAMP_NS '2024-01-01 00:00:00.123456789'",
};

// What DuckDB reads out of our text of a value is the value.
static void test_round_trips(Arena *arena)
{
    Scratch *scratch = open_scratch(DIALECT_DUCKDB);
    for (size_t i = 0; i < COUNT_OF(round_trips); i++) {
        Error err;
        Result first, second;
        const char *value = round_trips[i];
        Request request = {.sql = arena_printf(arena, "SELECT %s AS v", value),
                           .sink = SINK_ROWS,
                           .row_limit = 1};
        bool ok = scratch_run(scratch, arena, &request, &first, &err);
        if (ok) {
            request.sql = arena_printf(
                arena,
                "SELECT v IS NOT DISTINCT FROM (WITH w AS (SELECT v AS t LIMIT 0) SELECT "
                "any_value(u) FROM (SELECT t AS u FROM w UNION ALL SELECT %s)) FROM "
                "(SELECT %s AS v)",
                value_print(arena, DIALECT_DUCKDB, first.rows[0][0]), value);
            ok = scratch_run(scratch, arena, &request, &second, &err);
        }
        expect(ok, "%s: %s", value, ok ? "" : err.message);
        expect(!ok || second.rows[0][0].integer == 1, "%s comes back as %s", value,
               ok ? value_print(arena, DIALECT_DUCKDB, first.rows[0][0]) : "");
    }
    scratch_close(scratch);
}

typedef struct {
    const char *sql, *printed;
} Printed;

static const Printed sqlite_values[] = {
    {"-9223372036854775807 - 1", "-9223372036854775808"},
    {"1e308 * 10", "9e999"},
    {"0.1", "0.1"},
    {"1 / 3.0", "0.3333333333333333"},
    {"1e21", "1e+21"},
    {"100.0", "100.0"},
    {"'it''s'", "'it''s'"},
    {"'a' || char(10) || 'b'", "'a\nb'"},
    {"char(0) || 'x'", "CAST(X'0078' AS TEXT)"},
    {"'é'", "'é'"},
    {"x'00ff'", "X'00FF'"},
    {"NULL", "NULL"},
};

// What SQLite reads out of our text of a value is the value, and of its type.
static void test_printed(Arena *arena)
{
    Scratch *scratch = open_scratch(DIALECT_SQLITE);
    for (size_t i = 0; i < COUNT_OF(sqlite_values); i++) {
        Error err;
        Result result;
        const Printed *value = &sqlite_values[i];
        Request request = {
            .sql = arena_printf(arena, "SELECT %s, %s", value->sql, value->printed),
            .sink = SINK_ROWS,
            .row_limit = 1};
        bool ok = scratch_run(scratch, arena, &request, &result, &err);
        expect(ok, "%s: %s", value->sql, ok ? "" : err.message);
        if (!ok)
            continue;
        const Value *row = result.rows[0];
        const char *printed = value_print(arena, DIALECT_SQLITE, row[0]);
        expect(strcmp(printed, value->printed) == 0, "%s prints as %s", value->sql,
               printed);
        expect(row[0].kind == row[1].kind && value_same(row[0], row[1]), "%s comes back",
               value->sql);
    }
    scratch_close(scratch);
}

static Value number_value(double number)
{
    return (Value){.kind = VALUE_FLOAT, .type = TYPE_FLOAT, .number = number};
}

static Value text_value(ValueKind kind, TypeKind type, const char *text)
{
    return (Value){.kind = kind, .type = type, .bytes = text, .length = strlen(text)};
}

// Each value is below all that follow, and the same as itself only.
static void test_order(void)
{
    const Value ordered[] = {
        {.kind = VALUE_NULL},
        number_value(-1e300 * 1e300),
        text_value(VALUE_OTHER, TYPE_INTEGER, "-9223372036854775809"),
        {.kind = VALUE_INTEGER, .integer = INT64_MIN},
        number_value(-1.5),
        text_value(VALUE_OTHER, TYPE_DECIMAL, "-1.499999999999999999"),
        number_value(-0.0),
        text_value(VALUE_OTHER, TYPE_DECIMAL, "0.000000000000000000001"),
        {.kind = VALUE_BOOLEAN, .integer = 1},
        text_value(VALUE_OTHER, TYPE_DECIMAL, "1.10"),
        {.kind = VALUE_INTEGER, .integer = 9007199254740992},
        {.kind = VALUE_INTEGER, .integer = 9007199254740993},
        {.kind = VALUE_INTEGER, .integer = INT64_MAX},
        number_value(0x1p63),
        text_value(VALUE_OTHER, TYPE_INTEGER, "170141183460469231731687303715884105726"),
        text_value(VALUE_OTHER, TYPE_INTEGER, "170141183460469231731687303715884105727"),
        number_value(1e300),
        number_value(1e300 * 1e300 - 1e300 * 1e300),
        text_value(VALUE_TEXT, TYPE_TEXT, ""),
        text_value(VALUE_TEXT, TYPE_TEXT, "1"),
        text_value(VALUE_TEXT, TYPE_TEXT, "10"),
        text_value(VALUE_TEXT, TYPE_TEXT, "a"),
        text_value(VALUE_BLOB, TYPE_BLOB, ""),
        text_value(VALUE_BLOB, TYPE_BLOB, "1"),
        text_value(VALUE_OTHER, TYPE_DATE, "2024-01-01"),
    };
    for (size_t i = 0; i < COUNT_OF(ordered); i++)
        for (size_t j = 0; j < COUNT_OF(ordered); j++)
            expect((value_compare(ordered[i], ordered[j]) > 0) == (i > j) &&
                       value_same(ordered[i], ordered[j]) == (i == j) &&
                       (i <= j || value_rank(ordered[i]) >= value_rank(ordered[j])),
                   "values %zu and %zu", i, j);
}

// DuckDB plans a query for the data that is there; other data needs another plan.
static void test_refill(Arena *arena, Dialect dialect)
{
    Error err;
    Scratch *scratch = open_scratch(dialect);
    bool ok = scratch_execute(scratch, "CREATE TABLE a (x INTEGER PRIMARY KEY)", &err);
    expect(ok, "create: %s", ok ? "" : err.message);
    Column column = {.name = "x"};
    Table table = {.name = "a", .columns = &column, .column_count = 1};
    Request request = {.sql = "SELECT count(*), max(x) FROM a WHERE x > 100",
                       .sink = SINK_ROWS,
                       .row_limit = 1};
    static const int64_t starts[] = {0, 200, 0, 2000000000};
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        Value values[3];
        const Value *rows[3];
        for (size_t j = 0; j < 3; j++) {
            values[j] = (Value){.kind = VALUE_INTEGER, .integer = starts[i] + (int)j};
            rows[j] = &values[j];
        }
        TableRows filled = {.table = &table, .rows = rows, .row_count = 3};
        Answer answer;
        ok = scratch_trial(scratch, arena, &(TrialTask){&filled, 1, &request, 1}, &answer,
                           &err);
        expect(ok && answer.ok &&
                   answer.result.rows[0][0].integer == (starts[i] > 100 ? 3 : 0),
               "rows from %d on", (int)starts[i]);
    }
    Value twice = {.kind = VALUE_INTEGER, .integer = 1};
    const Value *rows[] = {&twice, &twice};
    TableRows filled = {.table = &table, .rows = rows, .row_count = 2};
    expect(!scratch_fill(scratch, &filled, 1, &err) && err.kind == ERROR_STATEMENT,
           "a key that comes twice is refused");
    Result result;
    request.sql = "SELECT x FROM a";
    expect(scratch_run(scratch, arena, &request, &result, &err) && result.row_count == 0,
           "and the table is empty then");
    scratch_close(scratch);
}

// Declared types, looked at

static void test_types(Arena *arena, const char *directory)
{
    Error err;
    Engine *engine = NULL;
    const Catalog *catalog = NULL;
    const Column *checked = NULL, *empty = NULL;
    const char *path = arena_printf(arena, "%s/types.db", directory);
    make_database(
        DIALECT_SQLITE, path,
        "CREATE TABLE a (i INT, i2 INT, r REAL, t TEXT, t2 TEXT, d DATE, d2 DATE,"
        " s TIMESTAMP, b BOOLEAN, n NUMERIC, x, z INT, p DECIMAL(9,2), p2 DECIMAL);"
        "CREATE TABLE e (i INT);"
        "INSERT INTO a VALUES (1, 'one', 1, 'a', X'00', '2024-01-31', '2024-1-31',"
        " '2024-01-31 10:00:00', 1, 2.5, 1, NULL, -1.5, 9e999), (NULL, 2, NULL, NULL, "
        "'b', NULL,"
        " '2024-01-31', NULL, 0, 3, 'x', NULL, 2, 1)");
    static const bool holds[] = {true, false, true,  true,  false, true, false,
                                 true, true,  false, false, false, true, false};
    static const bool wanted[] = {true, true, true,  true, true, true, true,
                                  true, true, false, true, true, true, true};
    bool ok = engine_open(path, NULL, &engine, &err) &&
              engine_describe(engine, arena, &catalog, &err);
    const Table *table = ok ? catalog_table(catalog, NULL, "a") : NULL;
    TypeCheck filled = {.table = table, .wanted = wanted};
    TypeCheck unfilled = {.table = ok ? catalog_table(catalog, NULL, "e") : NULL,
                          .wanted = wanted};
    ok = ok && engine_check_types(engine, arena, &filled, &checked, &err) &&
         engine_check_types(engine, arena, &unfilled, &empty, &err);
    expect(ok, "check types: %s", ok ? "" : err.message);
    if (!ok)
        return;
    for (size_t i = 0; i < table->column_count; i++)
        expect((checked[i].typed == ASSURANCE_CHECKED) == holds[i], "column %s is %s",
               checked[i].name, assurance_name(checked[i].typed));
    expect(empty[0].typed == ASSURANCE_NONE, "an empty table shows nothing");
    expect(table->columns[0].typed == ASSURANCE_NONE,
           "the catalogue given is left as it is");
    engine_close(engine);
    remove(path);
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    const char *directory = make_directory(&arena);
    setenv("TMPDIR", directory, 1);
    size_t engines = available_count();
    for (size_t i = 0; i < engines; i++) {
        test_digests(&arena, available(i));
        test_documents(&arena, available(i));
        test_blurs(&arena, available(i));
        test_spill(&arena, available(i), directory);
        test_filter(&arena, available(i), directory);
        test_refill(&arena, available(i));
    }
    if (engines > 1)
        test_round_trips(&arena);
    test_printed(&arena);
    test_order();
    test_types(&arena, directory);
    directory_remove(directory);
    arena_clear(&arena);
    return finish();
}
