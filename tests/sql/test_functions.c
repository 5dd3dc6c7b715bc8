// test_functions.c - do the engines keep what the tables of functions promise?
//
// Every function whose arguments we have values for is called with all of them, and with
// NULL in each place: STRICT gives NULL then, TOTAL never else, and only what is marked
// RAISES may fail. Where a table tells the type of the result, the engine gives the same.
// The tables are sorted, for they are searched by halving.

#include "base/array.h"
#include "base/text.h"
#include "engine/engine.h"
#include "sql/function.h"
#include "sql/sql.h"

#include <stdio.h>
#include <string.h>

enum { ARGUMENT_LIMIT = 3, CALL_LIMIT = 60 };

static size_t passed, failed, skipped;

static void expect(bool holds, const char *function, const char *what, const char *call)
{
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("FAILED: %s is not %s: %s\n", function, what, call);
}

// The table

static void check_order(Dialect dialect)
{
    size_t count;
    const FunctionInfo *table = function_table(dialect, &count);
    for (size_t i = 0; i < count; i++) {
        bool sorted = true;
        if (i > 0) {
            int order = strcmp(table[i - 1].name, table[i].name);
            sorted = order < 0 || (order == 0 && table[i - 1].kind < table[i].kind);
        }
        expect(sorted, table[i].name, "in its place", dialect_name(dialect));
        expect(function_find(dialect, table[i].name, table[i].kind) == &table[i],
               table[i].name, "found", dialect_name(dialect));
    }
}

// Values to call with

typedef struct {
    Dialect dialect;
    const char *type; // DuckDB's name of a parameter's type; "" in SQLite.
    const char *values[16];
} Samples;

static const Samples samples[] = {
    {DIALECT_SQLITE,
     "",
     {"0", "1", "-3", "''", "'abc'", "'5'", "x''", "1.5", "-9223372036854775808", "9e999",
      "'2000-01-01'", "'[1,2]'", "'$'", "'%Y'", "'now'", "'{\"a\":1}'"}},
    {DIALECT_DUCKDB, "INTEGER", {"0", "1", "-3", "100"}},
    {DIALECT_DUCKDB, "BIGINT", {"0::BIGINT", "7::BIGINT", "-2::BIGINT"}},
    {DIALECT_DUCKDB,
     "DOUBLE",
     {"0::DOUBLE", "1.5::DOUBLE", "-2.5::DOUBLE", "'nan'::DOUBLE", "'inf'::DOUBLE"}},
    {DIALECT_DUCKDB, "VARCHAR", {"''", "'a'", "'abc'", "'%'", "'5'", "'2000-01-01'"}},
    {DIALECT_DUCKDB,
     "DATE",
     {"DATE '2000-02-29'", "DATE 'infinity'", "DATE '-infinity'"}},
    {DIALECT_DUCKDB,
     "TIMESTAMP",
     {"TIMESTAMP '2000-01-01 01:02:03'", "TIMESTAMP 'infinity'"}},
    {DIALECT_DUCKDB, "BOOLEAN", {"TRUE", "FALSE"}},
    {DIALECT_DUCKDB, "INTERVAL", {"INTERVAL 1 DAY", "INTERVAL '-3 months'"}},
    {DIALECT_DUCKDB, "DECIMAL", {"0.0", "-1.5", "9.99"}},
};

static const Samples *samples_of(Dialect dialect, const char *type)
{
    for (size_t i = 0; i < COUNT_OF(samples); i++)
        if (samples[i].dialect == dialect && strcmp(samples[i].type, type) == 0)
            return &samples[i];
    return NULL;
}

// One call

typedef struct {
    Scratch *scratch;
    Dialect dialect;
    const FunctionInfo *function;
    const Samples *parameters[ARGUMENT_LIMIT];
    size_t parameter_count;
} Signature;

// Returns "f(a, b)"; operators stand between their arguments.
static const char *call_text(Arena *arena, const Signature *signature,
                             const char *const *arguments)
{
    const char *name = signature->function->name;
    bool word = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(name);
    if (!word && signature->parameter_count == 2)
        return arena_printf(arena, "(%s %s %s)", arguments[0], name, arguments[1]);
    Text text = text_new(arena);
    text_addf(&text, "%s(", name);
    for (size_t i = 0; i < signature->parameter_count; i++)
        text_addf(&text, "%s%s", i > 0 ? ", " : "", arguments[i]);
    text_add(&text, ")");
    return text.bytes;
}

// Failures that no table speaks of: of planning, and of numbers too large.
static bool is_beyond_the_table(const char *message)
{
    static const char *const signs[] = {"Binder",   "wrong number", "verflow",
                                        "constant", "ut of range",  "Out of Range",
                                        "Parser",   "Catalog",      "too big"};
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (strstr(message, signs[i]) != NULL)
            return true;
    return false;
}

static void check_result_type(const Signature *signature, const Tree *tree,
                              const Result *result, const char *call)
{
    size_t count;
    const Output *outputs = query_outputs(tree->root, &count);
    const Value *value = &result->rows[0][0];
    TypeKind kind = outputs[0].type.kind;
    bool known = kind == TYPE_INTEGER || kind == TYPE_FLOAT || kind == TYPE_TEXT;
    if (!known || value->kind == VALUE_NULL || value->kind == VALUE_OTHER)
        return;
    bool same = (kind == TYPE_INTEGER && value->kind == VALUE_INTEGER) ||
                (kind == TYPE_FLOAT && value->kind == VALUE_FLOAT) ||
                (kind == TYPE_TEXT && value->kind == VALUE_TEXT);
    expect(same, signature->function->name, signature->function->result, call);
}

// Returns what the binder knows of the one call in the query.
static const FunctionInfo *bound_function(const Tree *tree)
{
    return tree->root->select->outputs[0].expr->function;
}

// Calls the function; `has_null` says that one of the arguments is NULL.
static void check_call(const Signature *signature, const char *const *arguments,
                       bool has_null)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    Result result;
    Tree tree;
    const Catalog catalog = {.dialect = signature->dialect};
    const char *call = call_text(&arena, signature, arguments);
    const char *sql = arena_printf(&arena, "SELECT %s", call);
    Request request = {.sql = sql,
                       .sink = SINK_ROWS,
                       .row_limit = 1,
                       .timeout_ms = 10000};
    bool bound = sql_bind(&arena, &catalog, sql, &tree, &err);
    // Operators on some types are bound to a more careful row of the table.
    const FunctionInfo *function = bound ? bound_function(&tree) : NULL;
    if (function == NULL)
        function = signature->function;
    if (!scratch_run(signature->scratch, &arena, &request, &result, &err)) {
        if (is_beyond_the_table(err.message))
            skipped++;
        else
            expect(function->may_raise, function->name, "free of errors", call);
    } else {
        bool null = result.rows[0][0].kind == VALUE_NULL;
        if (has_null && function->strict)
            expect(null, function->name, "strict", call);
        if (!has_null && function->total)
            expect(!null, function->name, "total", call);
        if (bound)
            check_result_type(signature, &tree, &result, call);
    }
    arena_clear(&arena);
}

static size_t value_count(const Samples *values)
{
    size_t count = 0;
    while (count < COUNT_OF(values->values) && values->values[count] != NULL)
        count++;
    return count;
}

// Calls with every combination of values, up to a limit.
static void check_values(const Signature *signature)
{
    size_t total = 1;
    for (size_t i = 0; i < signature->parameter_count; i++)
        total *= value_count(signature->parameters[i]);
    // A step without a common divisor visits different combinations when cut short.
    size_t step = total > CALL_LIMIT ? total / CALL_LIMIT | 1 : 1;
    for (size_t n = 0; n < total; n += step) {
        const char *arguments[ARGUMENT_LIMIT];
        size_t rest = n;
        for (size_t i = 0; i < signature->parameter_count; i++) {
            size_t count = value_count(signature->parameters[i]);
            arguments[i] = signature->parameters[i]->values[rest % count];
            rest /= count;
        }
        check_call(signature, arguments, false);
    }
}

// Calls with NULL in each place, and each value in the others.
static void check_nulls(const Signature *signature)
{
    for (size_t place = 0; place < signature->parameter_count; place++)
        for (size_t n = 0; n < value_count(signature->parameters[0]); n++) {
            const char *arguments[ARGUMENT_LIMIT];
            for (size_t i = 0; i < signature->parameter_count; i++)
                arguments[i] = signature->parameters[i]
                                   ->values[n % value_count(signature->parameters[i])];
            arguments[place] = "NULL";
            if (signature->dialect == DIALECT_DUCKDB)
                arguments[place] =
                    signature->parameters[place]->type[0] == 'D' &&
                            strcmp(signature->parameters[place]->type, "DATE") != 0
                        ? "NULL::DOUBLE"
                        : "NULL";
            check_call(signature, arguments, true);
        }
}

// Signatures

// Those that load, wait, count on or use up memory are not called.
static bool may_be_called(const FunctionInfo *function)
{
    return function->safe && function->volatility != VOLATILITY_VOLATILE &&
           strcmp(function->name, "repeat") != 0 && strcmp(function->name, "lpad") != 0 &&
           strcmp(function->name, "rpad") != 0;
}

static void check_signature(Scratch *scratch, Dialect dialect, const char *name,
                            const char *types)
{
    Signature signature = {.scratch = scratch, .dialect = dialect};
    signature.function = function_find(dialect, name, FUNCTION_SCALAR);
    if (signature.function == NULL || !may_be_called(signature.function))
        return;
    Arena arena = ARENA_EMPTY;
    char *rest = arena_string(&arena, types), *save = NULL;
    bool known = true;
    for (char *type = strtok_r(rest, ",", &save); type != NULL && known;
         type = strtok_r(NULL, ",", &save)) {
        known = signature.parameter_count < ARGUMENT_LIMIT;
        if (!known)
            break;
        const Samples *values =
            samples_of(dialect, dialect == DIALECT_SQLITE ? "" : type);
        known = values != NULL;
        signature.parameters[signature.parameter_count++] = values;
    }
    if (known && signature.parameter_count > 0) {
        check_values(&signature);
        check_nulls(&signature);
    } else {
        skipped++;
    }
    arena_clear(&arena);
}

static void check_engine(Dialect dialect, const char *signatures)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    Scratch *scratch;
    Result result;
    if (!scratch_open(dialect, NULL, &scratch, &err)) {
        printf("%s is skipped: %s\n", dialect_name(dialect), err.message);
        skipped++;
        return;
    }
    Request request = {.sql = signatures, .sink = SINK_ROWS, .row_limit = 10000};
    if (!scratch_run(scratch, &arena, &request, &result, &err)) {
        expect(false, "the list of functions", "readable", err.message);
        result.kept_count = 0;
    }
    for (size_t i = 0; i < result.kept_count; i++)
        check_signature(scratch, dialect, result.rows[i][0].bytes,
                        result.rows[i][1].bytes);
    scratch_close(scratch);
    arena_clear(&arena);
}

int main(void)
{
    check_order(DIALECT_SQLITE);
    check_order(DIALECT_DUCKDB);
    check_engine(DIALECT_SQLITE,
                 "SELECT DISTINCT name, CASE narg WHEN 1 THEN 'x' WHEN 2 THEN 'x,x' "
                 "WHEN 3 THEN 'x,x,x' WHEN -1 THEN 'x,x' ELSE '' END "
                 "FROM pragma_function_list WHERE builtin AND type = 's'");
    check_engine(DIALECT_DUCKDB, "SELECT DISTINCT lower(function_name), "
                                 "regexp_replace(array_to_string(parameter_types, ','), "
                                 "'\\([^)]*\\)', '', 'g') FROM duckdb_functions() "
                                 "WHERE function_type = 'scalar' ORDER BY ALL");
    printf("%zu skipped\n%zu passed, %zu failed\n", skipped, passed, failed);
    return failed > 0;
}
