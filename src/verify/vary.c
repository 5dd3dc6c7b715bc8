// vary.c - small changes to a database.

#include "verify/vary.h"

#include "verify/legal.h"
#include "verify/respell.h"

#include <string.h>

enum { CHANGE_LIMIT = 3, REPEAT_LIMIT = 4, ROW_LIMIT = 12 };

// A table while it is changed.
typedef struct {
    Value **rows;
    size_t count;
} Draft;

typedef struct {
    Arena *arena;
    const Hints *hints;
    const Database *other;
    Random *random;
    Draft *drafts;
} Variation;

static size_t row_width(const Table *table)
{
    return table->column_count + 1;
}

static void begin(Variation *variation, const Database *database)
{
    Arena *arena = variation->arena;
    variation->drafts = arena_new(arena, Draft, database->table_count + 1);
    for (size_t t = 0; t < database->table_count; t++) {
        const TableRows *from = &database->tables[t];
        Draft *draft = &variation->drafts[t];
        draft->rows =
            arena_new(arena, Value *, from->row_count + CHANGE_LIMIT * REPEAT_LIMIT + 1);
        draft->count = from->row_count;
        for (size_t i = 0; i < from->row_count; i++)
            draft->rows[i] =
                arena_copy(arena, from->rows[i], row_width(from->table), sizeof(Value));
    }
}

static Database finish(const Variation *variation)
{
    const Hints *hints = variation->hints;
    TableRows *tables = arena_new(variation->arena, TableRows, hints->table_count + 1);
    for (size_t t = 0; t < hints->table_count; t++)
        tables[t] = (TableRows){.table = hints->tables[t],
                                .rows = (const Value *const *)variation->drafts[t].rows,
                                .row_count = variation->drafts[t].count};
    return (Database){.tables = tables, .table_count = hints->table_count};
}

// Rows

// Groups grow by several rows now and then.
static void repeat_row(Variation *variation, size_t t)
{
    Draft *draft = &variation->drafts[t];
    if (draft->count == 0)
        return;
    const Value *row = draft->rows[random_below(variation->random, draft->count)];
    size_t width = row_width(variation->hints->tables[t]);
    size_t times = random_chance(variation->random, 1, 4)
                       ? 1 + random_below(variation->random, REPEAT_LIMIT)
                       : 1;
    for (size_t i = 0; i < times && draft->count < ROW_LIMIT; i++)
        draft->rows[draft->count++] =
            arena_copy(variation->arena, row, width, sizeof(Value));
}

static void drop_row(Variation *variation, size_t t)
{
    Draft *draft = &variation->drafts[t];
    if (draft->count == 0)
        return;
    size_t dropped = random_below(variation->random, draft->count--);
    draft->rows[dropped] = draft->rows[draft->count];
}

// Values

// Returns a random value of this column, or NULL where there is no row.
static const Value *value_of_column(Variation *variation, const ColumnHint *column)
{
    const Draft *draft = &variation->drafts[column->table];
    if (draft->count == 0)
        return NULL;
    return &draft->rows[random_below(variation->random, draft->count)][column->column];
}

static const Value *value_of_class(Variation *variation, const ColumnHint *column)
{
    const Hints *hints = variation->hints;
    size_t start = random_below(variation->random, hints->column_count);
    for (size_t i = 0; i < hints->column_count; i++) {
        const ColumnHint *other = &hints->columns[(start + i) % hints->column_count];
        bool is_alike =
            other != column && other->class == column->class &&
            hints->tables[other->table]->columns[other->column].type.kind ==
                hints->tables[column->table]->columns[column->column].type.kind;
        if (is_alike)
            return value_of_column(variation, other);
    }
    return NULL;
}

static const Value *value_of_other(Variation *variation, const ColumnHint *column)
{
    const TableRows *rows = &variation->other->tables[column->table];
    if (rows->row_count == 0)
        return NULL;
    return &rows->rows[random_below(variation->random, rows->row_count)][column->column];
}

// One more or less, or the other sign: sums of both come to nothing.
static void change_number(Variation *variation, Value *value)
{
    bool negates = random_chance(variation->random, 1, 3);
    if (value->kind == VALUE_FLOAT && negates)
        value->number = -value->number;
    if (value->kind != VALUE_INTEGER || value->integer <= INT32_MIN ||
        value->integer >= INT32_MAX)
        return;
    if (negates)
        value->integer = -value->integer;
    else
        value->integer += random_chance(variation->random, 1, 2) ? 1 : -1;
}

// Documents would be none any more, and what is cast nothing that can be.
static void change_text(Variation *variation, const ColumnHint *column, Value *value)
{
    const Hints *hints = variation->hints;
    const Column *it = &hints->tables[column->table]->columns[column->column];
    if (!column->is_document && !column->is_cast && it->type.kind == TYPE_TEXT)
        *value =
            value_respelled(variation->arena, variation->random, hints->letters, *value);
}

static void change_value(Variation *variation, const ColumnHint *column)
{
    Draft *draft = &variation->drafts[column->table];
    const Value *source = NULL;
    if (draft->count == 0)
        return;
    Value *value =
        &draft->rows[random_below(variation->random, draft->count)][column->column];
    switch (random_below(variation->random, 6)) {
    case 0:
        *value = (Value){.kind = VALUE_NULL, .type = TYPE_NULL};
        break;
    case 1:
        change_number(variation, value);
        change_text(variation, column, value);
        break;
    case 2:
        source = value_of_class(variation, column);
        break;
    case 3:
        source = value_of_column(variation, column);
        break;
    default:
        source = value_of_other(variation, column);
    }
    if (source != NULL)
        *value = *source;
}

// Columns that no query names are left as they are.
static const ColumnHint *choose_column(Variation *variation)
{
    const Hints *hints = variation->hints;
    size_t start = random_below(variation->random, hints->column_count);
    for (size_t i = 0; i < hints->column_count; i++) {
        const ColumnHint *column = &hints->columns[(start + i) % hints->column_count];
        if (column->is_used && variation->drafts[column->table].count > 0)
            return column;
    }
    return NULL;
}

bool database_varied(Arena *arena, const Hints *hints, const Database *database,
                     const Database *other, Random *random, Database *varied)
{
    Variation variation = {.arena = arena,
                           .hints = hints,
                           .other = other,
                           .random = random};
    if (hints->column_count == 0 || hints_have_generated_columns(hints))
        return false;
    begin(&variation, database);
    size_t changes = 1 + random_below(random, CHANGE_LIMIT);
    for (size_t i = 0; i < changes; i++) {
        const ColumnHint *column = choose_column(&variation);
        if (column == NULL)
            return false;
        switch (random_below(random, 8)) {
        case 0:
            repeat_row(&variation, column->table);
            break;
        case 1:
            drop_row(&variation, column->table);
            break;
        default:
            change_value(&variation, column);
        }
    }
    *varied = finish(&variation);
    return database_is_legal(hints, varied);
}

static Value value_copied(Arena *arena, Value value)
{
    if (value.bytes != NULL)
        value.bytes = arena_text(arena, value.bytes, value.length);
    return value;
}

Database database_copied(Arena *arena, const Database *database)
{
    TableRows *tables = arena_new(arena, TableRows, database->table_count + 1);
    for (size_t t = 0; t < database->table_count; t++) {
        const TableRows *from = &database->tables[t];
        size_t width = row_width(from->table);
        const Value **rows = arena_new(arena, const Value *, from->row_count + 1);
        for (size_t i = 0; i < from->row_count; i++) {
            Value *row = arena_copy(arena, from->rows[i], width, sizeof(*row));
            for (size_t c = 0; c + 1 < width; c++)
                row[c] = value_copied(arena, row[c]);
            rows[i] = row;
        }
        tables[t] = (TableRows){from->table, rows, from->row_count};
    }
    return (Database){.tables = tables, .table_count = database->table_count};
}
