// multiply.c - which columns get other values, and the copies.

#include "verify/multiply.h"

#include "base/array.h"
#include "base/text.h"
#include "query/reads.h"

#include <math.h>
#include <string.h>

enum { MULTIPLIED_ROWS = 1200 }; // Of a table, at most.

typedef struct {
    Arena *arena;
    const Hints *hints;
    const Multiplication *how;
    bool *is_renewed; // By place in Hints.columns.
    bool has_changed;
    int64_t stride; // Between the numbers of one copy and those of the next.
} Multiplier;

// What is renewed

static void renew(Multiplier *multiplier, size_t place)
{
    multiplier->has_changed |= !multiplier->is_renewed[place];
    multiplier->is_renewed[place] = true;
}

// Columns that are joined stay joined.
static void renew_class(Multiplier *multiplier, size_t place)
{
    const Hints *hints = multiplier->hints;
    for (size_t i = 0; i < hints->column_count; i++)
        if (hints->columns[i].class == hints->columns[place].class)
            renew(multiplier, i);
}

static bool is_copied(const Multiplier *multiplier, size_t t)
{
    const Hints *hints = multiplier->hints;
    for (size_t c = 0; c < hints->tables[t]->column_count; c++)
        if (multiplier->is_renewed[hints->first[t] + c])
            return true;
    return false;
}

// One of the columns of a key has other values in each copy; if there is a choice, one
// that no literal stands beside.
static void renew_key(Multiplier *multiplier, size_t t, const uint32_t *columns,
                      size_t count)
{
    const Hints *hints = multiplier->hints;
    size_t chosen = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t place = hints->first[t] + columns[i];
        if (columns[i] >= hints->tables[t]->column_count || multiplier->is_renewed[place])
            return;
        if (chosen == SIZE_MAX || hints->columns[chosen].near.count > 0)
            chosen = place;
    }
    if (chosen != SIZE_MAX)
        renew_class(multiplier, chosen);
}

static void renew_keys(Multiplier *multiplier, size_t t)
{
    const Table *table = multiplier->hints->tables[t];
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].assurance >= ASSURANCE_TRUSTED)
            renew_key(multiplier, t, table->keys[i].columns, table->keys[i].column_count);
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].unique)
            renew_key(multiplier, t, table->indexes[i].columns,
                      table->indexes[i].column_count);
}

// A row that has another parent needs that parent.
static void renew_parents(Multiplier *multiplier, size_t t)
{
    const Hints *hints = multiplier->hints;
    const Table *table = hints->tables[t];
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *key = &table->foreign_keys[i];
        size_t parent = hints_parent(hints, t, key);
        if (key->assurance < ASSURANCE_TRUSTED || parent == hints->table_count)
            continue;
        for (size_t c = 0; c < key->column_count; c++)
            if (multiplier->is_renewed[hints->first[t] + key->columns[c]] &&
                !multiplier->is_renewed[hints->first[parent] + key->target_columns[c]])
                renew_class(multiplier, hints->first[parent] + key->target_columns[c]);
    }
}

static void renew_wanted(Multiplier *multiplier, size_t t)
{
    const Hints *hints = multiplier->hints;
    Renewal renewal = multiplier->how->renewal;
    for (size_t c = 0; c < hints->tables[t]->column_count; c++) {
        const ColumnHint *column = &hints->columns[hints->first[t] + c];
        if ((renewal >= RENEW_GROUPS && column->is_grouped && column->near.count == 0) ||
            (renewal == RENEW_ALL && column->is_used && column->near.count == 0))
            renew_class(multiplier, hints->first[t] + c);
    }
}

static void choose_renewed(Multiplier *multiplier)
{
    const Hints *hints = multiplier->hints;
    renew_class(multiplier, multiplier->how->seed);
    if (multiplier->how->odd != SIZE_MAX)
        renew(multiplier, multiplier->how->odd);
    while (multiplier->has_changed) {
        multiplier->has_changed = false;
        for (size_t t = 0; t < hints->table_count; t++)
            if (is_copied(multiplier, t)) {
                renew_keys(multiplier, t);
                renew_parents(multiplier, t);
                renew_wanted(multiplier, t);
            }
    }
}

// Values

static bool can_renew(Value value)
{
    return value.kind == VALUE_NULL || value.kind == VALUE_TEXT ||
           (value.kind == VALUE_FLOAT && fabs(value.number) < INT32_MAX) ||
           (value.kind == VALUE_INTEGER && value.integer > INT32_MIN &&
            value.integer < INT32_MAX);
}

// Widens the range of numbers by a value; false if it can't be renewed.
static bool measure_value(Value value, int64_t *low, int64_t *high)
{
    if (!can_renew(value))
        return false;
    int64_t whole = value.kind == VALUE_INTEGER ? value.integer
                    : value.kind == VALUE_FLOAT ? (int64_t)value.number
                                                : 0;
    *low = whole < *low ? whole : *low;
    *high = whole > *high ? whole : *high;
    return true;
}

// True if all values that are to be renewed can be; sets how far apart copies are.
static bool measure(Multiplier *multiplier, const Database *database)
{
    const Hints *hints = multiplier->hints;
    int64_t low = 0, high = 0;
    for (size_t t = 0; t < database->table_count; t++)
        for (size_t c = 0; c < hints->tables[t]->column_count; c++) {
            const TableRows *rows = &database->tables[t];
            bool is_renewed = multiplier->is_renewed[hints->first[t] + c];
            for (size_t i = 0; is_renewed && i < rows->row_count; i++)
                if (!measure_value(rows->rows[i][c], &low, &high))
                    return false;
        }
    multiplier->stride = high - low + 2;
    return true;
}

static Value renewed(const Multiplier *multiplier, Value value, size_t copy)
{
    if (value.kind == VALUE_INTEGER)
        value.integer += multiplier->stride * (int64_t)copy;
    if (value.kind == VALUE_FLOAT)
        value.number += (double)(multiplier->stride * (int64_t)copy);
    if (value.kind == VALUE_TEXT) { // A text may have a NUL in it.
        char *bytes = arena_new(multiplier->arena, char, value.length + 3);
        memcpy(bytes, value.bytes, value.length);
        bytes[value.length] = (char)('a' + copy / 26 % 26);
        bytes[value.length + 1] = (char)('a' + copy % 26);
        value.bytes = bytes;
        value.length += 2;
    }
    return value;
}

// A value where the given row has none, so that copies differ from it.
static Value some_value(const Multiplier *multiplier, const Column *column, size_t copy)
{
    Value integer = {.kind = VALUE_INTEGER, .type = TYPE_INTEGER, .integer = 0};
    Value text = {.kind = VALUE_TEXT, .type = TYPE_TEXT, .bytes = ""};
    Value none = {.kind = VALUE_NULL, .type = TYPE_NULL};
    if (column->type.kind == TYPE_TEXT)
        return renewed(multiplier, text, copy);
    return column->type.kind == TYPE_INTEGER ? renewed(multiplier, integer, copy) : none;
}

static TableRows multiplied_rows(const Multiplier *multiplier, size_t t,
                                 const TableRows *from)
{
    const Table *table = from->table;
    size_t copies = is_copied(multiplier, t) ? multiplier->how->copies : 1;
    const Value **rows =
        arena_new(multiplier->arena, const Value *, from->row_count *copies + 1);
    for (size_t copy = 0; copy < copies; copy++)
        for (size_t i = 0; i < from->row_count; i++) {
            Value *row = arena_copy(multiplier->arena, from->rows[i],
                                    table->column_count + 1, sizeof(*row));
            for (size_t c = 0; copy > 0 && c < table->column_count; c++) {
                size_t place = multiplier->hints->first[t] + c;
                if (place == multiplier->how->odd && row[c].kind == VALUE_NULL)
                    row[c] = some_value(multiplier, &table->columns[c], copy);
                else if (multiplier->is_renewed[place])
                    row[c] = renewed(multiplier, row[c], copy);
            }
            rows[copy * from->row_count + i] = row;
        }
    return (TableRows){table, rows, from->row_count * copies};
}

bool database_multiplied(Arena *arena, const Hints *hints, const Database *database,
                         const Multiplication *how, Database *made)
{
    Multiplier multiplier = {.arena = arena,
                             .hints = hints,
                             .how = how,
                             .is_renewed = arena_new(arena, bool, hints->column_count)};
    if (hints_have_generated_columns(hints))
        return false;
    choose_renewed(&multiplier);
    if (!measure(&multiplier, database))
        return false;
    TableRows *tables = arena_new(arena, TableRows, database->table_count + 1);
    for (size_t t = 0; t < database->table_count; t++) {
        if (database->tables[t].row_count * how->copies > MULTIPLIED_ROWS)
            return false;
        tables[t] = multiplied_rows(&multiplier, t, &database->tables[t]);
    }
    *made = (Database){.tables = tables, .table_count = database->table_count};
    return true;
}

// Which ones

typedef ARRAY(Multiplication) Multiplications;

// True if a literal stands beside none of the columns that are joined with this one.
static bool is_free(const Hints *hints, size_t place)
{
    for (size_t i = 0; i < hints->column_count; i++)
        if (hints->columns[i].class == hints->columns[place].class &&
            hints->columns[i].near.count > 0)
            return false;
    return hints->columns[place].is_used;
}

// Copies that agree in all but what keys need, and in the column at this place.
static void add_for_column(Arena *arena, const Hints *hints, size_t odd,
                           Multiplications *found)
{
    const Table *table = hints->tables[hints->columns[odd].table];
    size_t first = hints->first[hints->columns[odd].table];
    for (size_t k = 0; k < table->key_count; k++)
        for (size_t i = 0; i < table->keys[k].column_count; i++)
            array_push(arena, found,
                       ((Multiplication){first + table->keys[k].columns[i], odd,
                                         RENEW_KEYS, 2}));
    array_push(arena, found, ((Multiplication){odd, SIZE_MAX, RENEW_KEYS, 2}));
}

static void add_for_rows(Arena *arena, const Hints *hints, Multiplications *found)
{
    for (size_t i = 0; i < hints->column_count; i++)
        if (hints->columns[i].is_grouped)
            add_for_column(arena, hints, i, found);
    for (size_t i = 0; i < hints->column_count; i++) {
        bool is_seed = hints->columns[i].class == i && is_free(hints, i);
        for (Renewal renewal = 0; is_seed && renewal < RENEW_COUNT; renewal++)
            array_push(arena, found, ((Multiplication){i, SIZE_MAX, renewal, 2}));
    }
}

static void add_for_tie(Arena *arena, const Hints *hints, const Tree *tree, Beside beside,
                        Multiplications *found)
{
    const Expr *key = beside.query->order[beside.keys].expr;
    const Output *output =
        key->kind == EXPR_OUTPUT ? query_output(beside.query, key->column) : NULL;
    uint32_t column;
    const Source *source =
        column_origin(tree, output != NULL ? output->expr : key, &column);
    size_t odd =
        source != NULL ? hints_column(hints, source->table, column) : hints->column_count;
    if (odd < hints->column_count)
        add_for_column(arena, hints, odd, found);
}

size_t multiplications_for(Arena *arena, const Hints *hints, const Tree *tree,
                           Beside beside, const Multiplication **list)
{
    Multiplications found = {0};
    if (beside.kind == BESIDE_MANY)
        add_for_rows(arena, hints, &found);
    else if (beside.kind == BESIDE_TIE)
        add_for_tie(arena, hints, tree, beside, &found);
    *list = found.items;
    return found.count;
}
