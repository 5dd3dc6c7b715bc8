// catalog.c - looking things up in a catalogue, and adding what the user vouches for.

#include "catalog/catalog.h"

#include "base/array.h"
#include "base/text.h"

#include <string.h>

enum { NAMES_TOLD = 5 }; // In one line.

const char *assurance_name(Assurance assurance)
{
    static const char *const names[] = {
        [ASSURANCE_NONE] = "none",
        [ASSURANCE_CHECKED] = "checked",
        [ASSURANCE_TRUSTED] = "trusted",
        [ASSURANCE_ENFORCED] = "enforced",
    };
    return names[assurance];
}

void assurance_trust(Assurance *assurance)
{
    if (*assurance < ASSURANCE_TRUSTED)
        *assurance = ASSURANCE_TRUSTED;
}

bool ordinals_equal(const uint32_t *a, const uint32_t *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

bool ordinals_have(const uint32_t *columns, size_t count, uint32_t column)
{
    for (size_t i = 0; i < count; i++)
        if (columns[i] == column)
            return true;
    return false;
}

void column_make_strict(Column *column, Assurance enforced)
{
    bool is_any = text_same_word(column->declared, "any");
    if (is_any)
        column->type.affinity = AFFINITY_BLOB; // Elsewhere ANY is of NUMERIC affinity.
    else
        column->typed = enforced;
}

const Table *catalog_table(const Catalog *catalog, const char *schema, const char *name)
{
    for (size_t i = 0; i < catalog->table_count; i++) {
        const Table *table = &catalog->tables[i];
        if (text_same_word(table->name, name) &&
            (!schema || text_same_word(table->schema, schema)))
            return table;
    }
    return NULL;
}

uint32_t table_column(const Table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (text_same_word(table->columns[i].name, name))
            return (uint32_t)i;
    return COLUMN_NONE;
}

bool column_is_rowid(const Table *table, uint32_t column)
{
    const Column *it = &table->columns[column];
    bool is_held = it->typed == ASSURANCE_ENFORCED && it->not_null == ASSURANCE_ENFORCED;
    if (!table->has_rowid || !is_held || !text_same_word(it->declared, "integer"))
        return false;
    for (size_t i = 0; i < table->key_count; i++) {
        const Key *key = &table->keys[i];
        if (key->primary && key->column_count == 1 && key->columns[0] == column)
            return true;
    }
    return false;
}

// Trust

static bool *trust_field(Trust *trust, const char *word, size_t length)
{
    const struct {
        const char *word;
        bool *field;
    } fields[] = {
        {"keys", &trust->keys},   {"not_null", &trust->not_null},
        {"check", &trust->check}, {"foreign_keys", &trust->foreign_keys},
        {"types", &trust->types},
    };
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (strlen(fields[i].word) == length &&
            strncmp(fields[i].word, word, length) == 0)
            return fields[i].field;
    return NULL;
}

bool trust_parse(const char *words, Trust *trust, Error *err)
{
    Trust result = {0};
    for (const char *at = words;; at++) {
        size_t length = strcspn(at, ",");
        bool *field = trust_field(&result, at, length);
        if (!field)
            return fail(err, ERROR_PLAIN,
                        "cannot trust \"%.*s\": expected keys, not_null, foreign_keys, "
                        "check or types",
                        (int)(length > 100 ? 100 : length), at);
        *field = true;
        at += length;
        if (!*at)
            break;
    }
    *trust = result;
    return true;
}

static const Column *columns_with_trust(Arena *arena, const Table *table, Trust trust)
{
    Column *columns =
        arena_copy(arena, table->columns, table->column_count, sizeof(*columns));
    for (size_t i = 0; i < table->column_count; i++) {
        if (trust.not_null && columns[i].declared_not_null)
            assurance_trust(&columns[i].not_null);
        if (trust.types)
            assurance_trust(&columns[i].typed);
    }
    return columns;
}

static Table table_with_trust(Arena *arena, const Table *before, Trust trust)
{
    Table table = *before;
    table.columns = columns_with_trust(arena, before, trust);
    if (trust.keys) {
        Key *keys = arena_copy(arena, table.keys, table.key_count, sizeof(*keys));
        for (size_t i = 0; i < table.key_count; i++)
            assurance_trust(&keys[i].assurance);
        table.keys = keys;
    }
    if (trust.foreign_keys) {
        ForeignKey *foreign = arena_copy(arena, table.foreign_keys,
                                         table.foreign_key_count, sizeof(*foreign));
        for (size_t i = 0; i < table.foreign_key_count; i++)
            assurance_trust(&foreign[i].assurance);
        table.foreign_keys = foreign;
    }
    if (trust.check) {
        Check *checks =
            arena_copy(arena, table.checks, table.check_count, sizeof(*checks));
        for (size_t i = 0; i < table.check_count; i++)
            assurance_trust(&checks[i].assurance);
        table.checks = checks;
    }
    return table;
}

const Catalog *catalog_with_trust(Arena *arena, const Catalog *catalog, Trust trust)
{
    Table *tables = arena_new(arena, Table, catalog->table_count);
    for (size_t i = 0; i < catalog->table_count; i++)
        tables[i] = table_with_trust(arena, &catalog->tables[i], trust);
    Catalog *result = arena_copy(arena, catalog, 1, sizeof(*catalog));
    result->tables = tables;
    return result;
}

// Declared beside the database

typedef ARRAY(Key) Keys;
typedef ARRAY(ForeignKey) ForeignKeys;
typedef ARRAY(Check) Checks;

// Returns the ordinals in `to` of `from`'s columns by name; NULL if one is missing.
static const uint32_t *ordinals_moved(Arena *arena, const Table *from, const Table *to,
                                      const uint32_t *columns, size_t count)
{
    uint32_t *moved = arena_new(arena, uint32_t, count);
    for (size_t i = 0; i < count; i++) {
        moved[i] = table_column(to, from->columns[columns[i]].name);
        if (moved[i] == COLUMN_NONE)
            return NULL;
    }
    return moved;
}

static void keys_add(Arena *arena, Keys *keys, const Table *table, const Table *declared)
{
    for (size_t i = 0; i < declared->key_count; i++) {
        Key key = declared->keys[i];
        key.columns =
            ordinals_moved(arena, declared, table, key.columns, key.column_count);
        bool known = !key.columns;
        for (size_t j = 0; !known && j < keys->count; j++)
            known = keys->items[j].column_count == key.column_count &&
                    ordinals_equal(keys->items[j].columns, key.columns, key.column_count);
        key.assurance = ASSURANCE_NONE;
        if (!known)
            array_push(arena, keys, key);
    }
}

static void foreign_keys_add(Arena *arena, ForeignKeys *keys, const Table *table,
                             const Table *declared, const Catalog *catalog,
                             const Catalog *declarations)
{
    for (size_t i = 0; i < declared->foreign_key_count; i++) {
        ForeignKey key = declared->foreign_keys[i];
        const Table *target = catalog_table(catalog, NULL, key.target);
        const Table *declared_target = catalog_table(declarations, NULL, key.target);
        if (!target || !declared_target)
            continue;
        key.columns =
            ordinals_moved(arena, declared, table, key.columns, key.column_count);
        key.target_columns = ordinals_moved(arena, declared_target, target,
                                            key.target_columns, key.column_count);
        bool known = !key.columns || !key.target_columns;
        for (size_t j = 0; !known && j < keys->count; j++) {
            const ForeignKey *other = &keys->items[j];
            known = other->column_count == key.column_count &&
                    text_same_word(other->target, key.target) &&
                    ordinals_equal(other->columns, key.columns, key.column_count) &&
                    ordinals_equal(other->target_columns, key.target_columns,
                                   key.column_count);
        }
        key.assurance = ASSURANCE_NONE;
        if (!known)
            array_push(arena, keys, key);
    }
}

static void checks_add(Arena *arena, Checks *checks, const Table *declared)
{
    for (size_t i = 0; i < declared->check_count; i++) {
        Check check = declared->checks[i];
        bool known = false;
        for (size_t j = 0; !known && j < checks->count; j++)
            known = strcmp(checks->items[j].text, check.text) == 0;
        check.assurance = ASSURANCE_NONE;
        check.expr = NULL; // Its ordinals are those of the other table.
        if (!known)
            array_push(arena, checks, check);
    }
}

static Table table_with_declared(Arena *arena, const Table *before, const Table *declared,
                                 const Catalog *catalog, const Catalog *declarations)
{
    Table table = *before;
    Column *columns =
        arena_copy(arena, table.columns, table.column_count, sizeof(*columns));
    for (size_t i = 0; i < declared->column_count; i++) {
        uint32_t column = table_column(before, declared->columns[i].name);
        if (column != COLUMN_NONE && declared->columns[i].declared_not_null)
            columns[column].declared_not_null = true;
    }
    table.columns = columns;
    Keys keys = {0};
    for (size_t i = 0; i < before->key_count; i++)
        array_push(arena, &keys, before->keys[i]);
    keys_add(arena, &keys, before, declared);
    ForeignKeys foreign = {0};
    for (size_t i = 0; i < before->foreign_key_count; i++)
        array_push(arena, &foreign, before->foreign_keys[i]);
    foreign_keys_add(arena, &foreign, before, declared, catalog, declarations);
    Checks checks = {0};
    for (size_t i = 0; i < before->check_count; i++)
        array_push(arena, &checks, before->checks[i]);
    checks_add(arena, &checks, declared);
    table.keys = keys.items;
    table.key_count = keys.count;
    table.foreign_keys = foreign.items;
    table.foreign_key_count = foreign.count;
    table.checks = checks.items;
    table.check_count = checks.count;
    return table;
}

const Catalog *catalog_with_declared(Arena *arena, const Catalog *catalog,
                                     const Catalog *declared)
{
    Table *tables = arena_new(arena, Table, catalog->table_count);
    for (size_t i = 0; i < catalog->table_count; i++) {
        const Table *table = &catalog->tables[i];
        const Table *other = catalog_table(declared, NULL, table->name);
        tables[i] =
            other ? table_with_declared(arena, table, other, catalog, declared) : *table;
    }
    Catalog *result = arena_copy(arena, catalog, 1, sizeof(*catalog));
    result->tables = tables;
    return result;
}

typedef struct {
    Text text;
    size_t count;
} NameList;

static void name_list_add(NameList *list, const char *table, const char *column)
{
    if (list->count++ >= NAMES_TOLD)
        return;
    text_addf(&list->text, "%s%s%s%s", list->count > 1 ? ", " : "", table,
              column != NULL ? "." : "", column != NULL ? column : "");
}

const char *catalog_lacks(Arena *arena, const Catalog *catalog, const Catalog *declared)
{
    NameList missing = {.text = text_new(arena)};
    for (size_t i = 0; i < declared->table_count; i++) {
        const Table *wanted = &declared->tables[i];
        const Table *table = catalog_table(catalog, NULL, wanted->name);
        if (table == NULL)
            name_list_add(&missing, wanted->name, NULL);
        for (size_t j = 0; table != NULL && j < wanted->column_count; j++)
            if (table_column(table, wanted->columns[j].name) == COLUMN_NONE)
                name_list_add(&missing, wanted->name, wanted->columns[j].name);
    }
    if (missing.count > NAMES_TOLD)
        text_addf(&missing.text, " and %zu more", missing.count - NAMES_TOLD);
    return missing.count == 0 ? NULL : missing.text.bytes;
}

const Catalog *catalog_with_columns(Arena *arena, const Catalog *catalog, size_t position,
                                    const Column *columns)
{
    Table *tables = arena_copy(arena, catalog->tables, catalog->table_count,
                               sizeof(*catalog->tables));
    tables[position].columns = columns;
    Catalog *copy = arena_copy(arena, catalog, 1, sizeof(*catalog));
    copy->tables = tables;
    return copy;
}
