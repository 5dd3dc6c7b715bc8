// constraint.c - constraints in words, and tables that have one more.

#include "catalog/constraint.h"

#include "base/array.h"
#include "base/text.h"

#include <assert.h>

static const char *columns_print(Arena *arena, const Constraint *constraint)
{
    const Table *table = constraint->table;
    Text text = text_new(arena);
    bool alone = constraint->column_count == 1;
    text_addf(&text, "%s%s", table->name, alone ? "." : " (");
    for (size_t i = 0; i < constraint->column_count; i++)
        text_addf(&text, "%s%s", i > 0 ? ", " : "",
                  table->columns[constraint->columns[i]].name);
    text_add(&text, alone ? "" : ")");
    return text.bytes;
}

const char *constraint_print(Arena *arena, const Constraint *constraint)
{
    const char *columns = columns_print(arena, constraint);
    switch (constraint->kind) {
    case CONSTRAINT_NOT_NULL:
        return arena_printf(arena, "%s is NOT NULL", columns);
    case CONSTRAINT_KEY:
        return arena_printf(arena, "%s is a key", columns);
    case CONSTRAINT_FOREIGN_KEY:
        return arena_printf(arena, "%s references %s", columns, constraint->target->name);
    }
    return NULL;
}

bool constraint_equal(const Constraint *a, const Constraint *b)
{
    return a->kind == b->kind && a->table == b->table && a->target == b->target &&
           a->column_count == b->column_count &&
           ordinals_equal(a->columns, b->columns, a->column_count) &&
           (a->target == NULL ||
            ordinals_equal(a->target_columns, b->target_columns, a->column_count));
}

// What a table says of itself

static bool is_key(const Constraint *constraint, const Key *key)
{
    return constraint->kind == CONSTRAINT_KEY &&
           constraint->column_count == key->column_count &&
           ordinals_equal(constraint->columns, key->columns, key->column_count);
}

static bool is_foreign_key(const Constraint *constraint, const ForeignKey *key)
{
    return constraint->kind == CONSTRAINT_FOREIGN_KEY &&
           constraint->column_count == key->column_count &&
           ordinals_equal(constraint->columns, key->columns, key->column_count) &&
           text_same_word(constraint->target->name, key->target) &&
           ordinals_equal(constraint->target_columns, key->target_columns,
                          key->column_count);
}

// True if one of the table's keys is the constraint, with this assurance at least.
static bool is_among_keys(const Constraint *constraint, Assurance least)
{
    const Table *table = constraint->table;
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].assurance >= least && is_key(constraint, &table->keys[i]))
            return true;
    for (size_t i = 0; i < table->foreign_key_count; i++)
        if (table->foreign_keys[i].assurance >= least &&
            is_foreign_key(constraint, &table->foreign_keys[i]))
            return true;
    return false;
}

bool constraint_is_declared(const Constraint *constraint)
{
    if (constraint->kind == CONSTRAINT_NOT_NULL)
        return constraint->table->columns[constraint->columns[0]].declared_not_null;
    return is_among_keys(constraint, ASSURANCE_NONE);
}

bool constraint_is_believed(const Constraint *constraint)
{
    if (constraint->kind == CONSTRAINT_NOT_NULL)
        return constraint->table->columns[constraint->columns[0]].not_null >=
               ASSURANCE_TRUSTED;
    return is_among_keys(constraint, ASSURANCE_TRUSTED);
}

// Supposing

static void suppose_not_null(Arena *arena, Table *table, uint32_t column)
{
    Column *columns =
        arena_copy(arena, table->columns, table->column_count, sizeof(*columns));
    columns[column].declared_not_null = true;
    assurance_trust(&columns[column].not_null);
    table->columns = columns;
}

static void suppose_key(Arena *arena, Table *table, const Constraint *constraint)
{
    ARRAY(Key) keys = {0};
    bool is_there = false;
    for (size_t i = 0; i < table->key_count; i++) {
        Key key = table->keys[i];
        if (is_key(constraint, &key)) {
            assurance_trust(&key.assurance);
            is_there = true;
        }
        array_push(arena, &keys, key);
    }
    Key key = {.name = constraint_print(arena, constraint),
               .assurance = ASSURANCE_TRUSTED,
               .columns = constraint->columns,
               .column_count = constraint->column_count};
    if (!is_there)
        array_push(arena, &keys, key);
    table->keys = keys.items;
    table->key_count = keys.count;
}

static void suppose_foreign_key(Arena *arena, Table *table, const Constraint *constraint)
{
    ARRAY(ForeignKey) keys = {0};
    bool is_there = false;
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        ForeignKey key = table->foreign_keys[i];
        if (is_foreign_key(constraint, &key)) {
            assurance_trust(&key.assurance);
            is_there = true;
        }
        array_push(arena, &keys, key);
    }
    ForeignKey key = {.name = constraint_print(arena, constraint),
                      .assurance = ASSURANCE_TRUSTED,
                      .columns = constraint->columns,
                      .target = constraint->target->name,
                      .target_columns = constraint->target_columns,
                      .column_count = constraint->column_count};
    if (!is_there)
        array_push(arena, &keys, key);
    table->foreign_keys = keys.items;
    table->foreign_key_count = keys.count;
}

const Catalog *catalog_supposing(Arena *arena, const Catalog *catalog,
                                 const Constraint *constraints, size_t count)
{
    Table *tables = arena_copy(arena, catalog->tables, catalog->table_count,
                               sizeof(*catalog->tables));
    for (size_t i = 0; i < count; i++) {
        const Table *named = catalog_table(catalog, constraints[i].table->schema,
                                           constraints[i].table->name);
        assert(named != NULL);
        Table *table = &tables[named - catalog->tables];
        switch (constraints[i].kind) {
        case CONSTRAINT_NOT_NULL:
            suppose_not_null(arena, table, constraints[i].columns[0]);
            break;
        case CONSTRAINT_KEY:
            suppose_key(arena, table, &constraints[i]);
            break;
        case CONSTRAINT_FOREIGN_KEY:
            suppose_foreign_key(arena, table, &constraints[i]);
            break;
        }
    }
    Catalog *supposed = arena_copy(arena, catalog, 1, sizeof(*catalog));
    supposed->tables = tables;
    return supposed;
}
