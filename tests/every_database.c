// every_database.c - counting through small databases.
//
// A row of a table is a number, its digits the values of its columns; no row, one, or two
// (the second no smaller: their order says nothing) are a number, too; and so is a
// database, its digits those of its tables.

#include "every_database.h"

#include "base/text.h"
#include "sql/sql.h"
#include "verify/trial.h"

#include <stdlib.h>
#include <string.h>

enum {
    VALUE_LIMIT = 8,
    COLUMN_LIMIT = 8,
    TABLE_LIMIT = 4,
    DATABASE_LIMIT = 20000,
    VALUE_WIDTH = 20,
};

// What a column may hold.
typedef struct {
    Value values[VALUE_LIMIT];
    size_t count;
} Domain;

typedef struct {
    const Table *table;
    Domain columns[COLUMN_LIMIT];
    size_t row_kinds; // Different rows.
    size_t contents;  // Different tables of at most two rows.
} Digit;

typedef struct {
    Digit tables[TABLE_LIMIT];
    size_t table_count;
    size_t total;
} Space;

static Value read_value(Arena *arena, const char *text, size_t length)
{
    if (length == 4 && strncmp(text, "NULL", 4) == 0)
        return (Value){.kind = VALUE_NULL};
    if (*text == '\'')
        return (Value){.kind = VALUE_TEXT,
                       .type = TYPE_TEXT,
                       .bytes = arena_text(arena, text + 1, length - 2),
                       .length = length - 2};
    if (memchr(text, '.', length) != NULL)
        return (
            Value){.kind = VALUE_FLOAT, .type = TYPE_FLOAT, .number = strtod(text, NULL)};
    return (Value){.kind = VALUE_INTEGER,
                   .type = TYPE_INTEGER,
                   .integer = strtoll(text, NULL, 10)};
}

// True if the value is of the column's kind; a column without a type takes them all.
static bool fits(const Column *column, Value *value)
{
    bool is_text = value->kind == VALUE_TEXT;
    if (value->kind == VALUE_NULL || column->type.kind == TYPE_UNKNOWN)
        return true;
    if (column->type.kind == TYPE_BOOLEAN && value->kind == VALUE_INTEGER)
        value->kind = VALUE_BOOLEAN;
    return is_text == (column->type.kind == TYPE_TEXT);
}

static Domain domain_of(Arena *arena, const Column *column, const char *values)
{
    Domain domain = {.count = 0};
    while (*values != '\0' && domain.count < VALUE_LIMIT) {
        size_t length = strcspn(values, ",");
        Value value = read_value(arena, values, length);
        if (fits(column, &value))
            domain.values[domain.count++] = value;
        values += length + (values[length] == ',');
    }
    return domain;
}

static bool make_space(Arena *arena, const Catalog *catalog, const char *values,
                       Space *space, Error *err)
{
    *space = (Space){.table_count = catalog->table_count, .total = 1};
    if (catalog->table_count > TABLE_LIMIT)
        return fail(err, ERROR_NAME, "too many tables to try every database");
    for (size_t t = 0; t < catalog->table_count; t++) {
        Digit *digit = &space->tables[t];
        digit->table = &catalog->tables[t];
        digit->row_kinds = 1;
        if (digit->table->column_count > COLUMN_LIMIT)
            return fail(err, ERROR_NAME, "too many columns to try every database");
        for (size_t c = 0; c < digit->table->column_count; c++) {
            digit->columns[c] = domain_of(arena, &digit->table->columns[c], values);
            digit->row_kinds *= digit->columns[c].count;
        }
        digit->contents = 1 + digit->row_kinds * (digit->row_kinds + 3) / 2;
        space->total *= digit->contents;
        if (space->total > DATABASE_LIMIT)
            return fail(err, ERROR_NAME, "too many databases to try every one");
    }
    return true;
}

static const Value *row_of(Arena *arena, const Digit *digit, size_t number)
{
    Value *row = arena_new(arena, Value, digit->table->column_count);
    for (size_t c = 0; c < digit->table->column_count; c++) {
        row[c] = digit->columns[c].values[number % digit->columns[c].count];
        number /= digit->columns[c].count;
    }
    return row;
}

// Returns the table's contents by their number: none, then one row, then two.
static TableRows contents_of(Arena *arena, const Digit *digit, size_t number)
{
    const Value **rows = arena_new(arena, const Value *, 2);
    TableRows contents = {.table = digit->table, .rows = rows};
    if (number == 0)
        return contents;
    number--;
    contents.row_count = number < digit->row_kinds ? 1 : 2;
    size_t second = 0;
    if (contents.row_count == 2) {
        number -= digit->row_kinds;
        while (number > second)
            number -= ++second; // The pairs (0, 0), (0, 1), (1, 1), (0, 2), …
        rows[1] = row_of(arena, digit, second);
    }
    rows[0] = row_of(arena, digit, number);
    return contents;
}

static Database database_of(Arena *arena, const Space *space, size_t number)
{
    TableRows *tables = arena_new(arena, TableRows, space->table_count);
    for (size_t t = 0; t < space->table_count; t++) {
        tables[t] =
            contents_of(arena, &space->tables[t], number % space->tables[t].contents);
        number /= space->tables[t].contents;
    }
    return (Database){.tables = tables, .table_count = space->table_count};
}

static const char *show_database(Arena *arena, const Database *database, const char *why)
{
    Text text = text_new(arena);
    text_addf(&text, "%s, on\n", why);
    for (size_t t = 0; t < database->table_count; t++) {
        const TableRows *rows = &database->tables[t];
        for (size_t r = 0; r < rows->row_count; r++) {
            text_addf(&text, "  %s:", rows->table->name);
            for (size_t c = 0; c < rows->table->column_count; c++)
                text_addf(&text, " %s", value_show(arena, rows->rows[r][c], VALUE_WIDTH));
            text_add(&text, "\n");
        }
    }
    return text.bytes;
}

static void try_all(Arena *arena, Ring *ring, const Space *space, EveryDatabase *result)
{
    for (size_t i = 0; i < space->total && result->difference == NULL; i++) {
        Arena scratch = ARENA_EMPTY;
        Database database = database_of(&scratch, space, i);
        Trial trial = ring_try(ring, &scratch, &database);
        result->tried += trial.is_filled;
        if (trial.is_filled && trial.likeness == LIKENESS_DIFFERENT)
            result->difference = show_database(arena, &database, trial.why);
        arena_clear(&scratch);
    }
}

bool every_database_try(Arena *arena, const Catalog *catalog, const char *values,
                        const char *left, const char *right, EveryDatabase *result,
                        Error *err)
{
    *result = (EveryDatabase){0};
    Space space;
    Scratch *scratch = NULL;
    EngineOptions options = {.threads = 1};
    const char *tables = sql_print_schema(arena, catalog, ASSURANCE_ENFORCED);
    bool ok = make_space(arena, catalog, values, &space, err) &&
              scratch_open(catalog->dialect, &options, &scratch, err) &&
              scratch_execute(scratch, tables, err);
    if (ok) {
        Pair pair = pair_new(arena, catalog, left, right);
        Ordering ordering = ordering_new(arena, &pair.left);
        Ring ring = {.arena = arena,
                     .scratch = scratch,
                     .dialect = catalog->dialect,
                     .left = left,
                     .right = right,
                     .ordering = &ordering};
        try_all(arena, &ring, &space, result);
    }
    scratch_close(scratch);
    return ok;
}
