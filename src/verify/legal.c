// legal.c - do the rows keep what is enforced or trusted?

#include "verify/legal.h"

#include "verify/collation.h"
#include "verify/domain.h"

enum { MAX_KEY_COLUMNS = 16 };

bool values_tie(const Table *table, uint32_t column, Value a, Value b)
{
    if (a.kind == VALUE_INTEGER && b.kind == VALUE_INTEGER) // Most keys are.
        return a.integer == b.integer;
    return value_same(a, b) ||
           collation_ties(table->columns[column].type.collation, a, b);
}

Unique unique_of_key(const Table *table, const Key *key)
{
    return (Unique){.table = table, .columns = key->columns, .count = key->column_count};
}

Unique unique_of_index(const Table *table, const Index *index)
{
    return (Unique){.table = table,
                    .columns = index->columns,
                    .count = index->column_count,
                    .exactly = index->definition != NULL};
}

bool unique_ties(const Unique *unique, uint32_t column, Value a, Value b)
{
    if (a.kind == VALUE_NULL || b.kind == VALUE_NULL)
        return false;
    return unique->exactly ? value_same(a, b) : values_tie(unique->table, column, a, b);
}

// Where the column stands in rows that leave generated columns out.
static size_t stored_position(const Table *table, uint32_t column)
{
    size_t position = 0;
    for (uint32_t c = 0; c < column; c++)
        position += table->columns[c].generated == NULL;
    return position;
}

static bool row_finds_parent(const Table *table, const ForeignKey *key, const Value *row,
                             const Table *target, const TableRows *parents)
{
    for (size_t i = 0; i < key->column_count; i++)
        if (row[stored_position(table, key->columns[i])].kind == VALUE_NULL)
            return true;
    for (size_t p = 0; p < parents->row_count; p++) {
        size_t same = 0;
        for (size_t i = 0; i < key->column_count; i++) {
            uint32_t column = key->target_columns[i];
            same += values_tie(target, column,
                               parents->rows[p][stored_position(target, column)],
                               row[stored_position(table, key->columns[i])]);
        }
        if (same == key->column_count)
            return true;
    }
    return false;
}

bool row_refers_well(const Hints *hints, const Database *database, size_t t,
                     const Value *row)
{
    const Table *table = hints->tables[t];
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *key = &table->foreign_keys[i];
        size_t parent = hints_parent(hints, t, key);
        if (key->assurance >= ASSURANCE_TRUSTED && parent < hints->table_count &&
            !row_finds_parent(table, key, row, hints->tables[parent],
                              &database->tables[parent]))
            return false;
    }
    return true;
}

static bool keeps_foreign_keys(const Hints *hints, const Database *database, size_t t)
{
    const TableRows *rows = &database->tables[t];
    for (size_t i = 0; i < rows->row_count; i++)
        if (!row_refers_well(hints, database, t, rows->rows[i]))
            return false;
    return true;
}

static bool keeps_not_null(const TableRows *rows)
{
    const Table *table = rows->table;
    for (uint32_t c = 0; c < table->column_count; c++) {
        const Column *column = &table->columns[c];
        if (column->not_null < ASSURANCE_TRUSTED || column->generated != NULL)
            continue;
        size_t position = stored_position(table, c);
        for (size_t i = 0; i < rows->row_count; i++)
            if (rows->rows[i][position].kind == VALUE_NULL)
                return false;
    }
    return true;
}

static bool keeps_unique(const TableRows *rows, const Unique *unique)
{
    uint32_t positions[MAX_KEY_COLUMNS];
    const Table *table = rows->table;
    const uint32_t *columns = unique->columns;
    size_t count = unique->count;
    if (count > MAX_KEY_COLUMNS)
        return true;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = columns[i];
        if (c >= table->column_count || table->columns[c].generated != NULL)
            return true; // The engine knows.
        positions[i] = (uint32_t)stored_position(table, c);
    }
    for (size_t i = 0; i < rows->row_count; i++)
        for (size_t j = 0; j < i; j++) {
            const Value *a = rows->rows[i], *b = rows->rows[j];
            size_t same = 0;
            while (same < count && unique_ties(unique, columns[same], a[positions[same]],
                                               b[positions[same]]))
                same++;
            if (same == count)
                return false;
        }
    return true;
}

static bool keeps_keys(const TableRows *rows)
{
    const Table *table = rows->table;
    for (size_t i = 0; i < table->key_count; i++) {
        Unique unique = unique_of_key(table, &table->keys[i]);
        if (table->keys[i].assurance >= ASSURANCE_TRUSTED && !keeps_unique(rows, &unique))
            return false;
    }
    for (size_t i = 0; i < table->index_count; i++) {
        const Index *index = &table->indexes[i];
        Unique unique = unique_of_index(table, index);
        if (index->unique && !index->partial && !keeps_unique(rows, &unique))
            return false;
    }
    return true;
}

bool database_is_legal(const Hints *hints, const Database *database)
{
    for (size_t t = 0; t < hints->table_count; t++)
        if (!keeps_not_null(&database->tables[t]) || !keeps_keys(&database->tables[t]) ||
            !keeps_foreign_keys(hints, database, t))
            return false;
    return true;
}
