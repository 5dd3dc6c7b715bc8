// row_maker.c - random rows: few values, so that they meet.

#include "base/text.h"
#include "fuzz/query_maker.h"

#include <string.h>

typedef struct {
    Arena *arena;
    const Catalog *catalog;
    Random *random;
} RowMaker;

#define pick_from(random, words) ((words)[random_below(random, COUNT_OF(words))])

// A foreign key's value is looked up, so that it has its partner or is NULL.
static const char *referring_value(const RowMaker *maker, const Table *table,
                                   uint32_t column, const char *plain)
{
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *key = &table->foreign_keys[i];
        if (key->column_count != 1 || key->columns[0] != column)
            continue;
        const Table *target = catalog_table(maker->catalog, NULL, key->target);
        const char *name = target->columns[key->target_columns[0]].name;
        return arena_printf(maker->arena, "(SELECT %s FROM %s WHERE %s = %s)", name,
                            target->name, name, plain);
    }
    return plain;
}

// Returns a date, a time stamp, or NULL if the column holds neither: by its type, or by a
// CHECK that says what SQLite has no type for.
static const char *moment(const RowMaker *maker, const Table *table, const Column *column)
{
    static const char *const days[] = {
        "2023-12-31", "2024-01-01", "2024-01-31",
        "2024-02-29", "2024-12-31", "2025-01-01",
    };
    static const char *const times[] = {"00:00:00", "12:30:00", "23:59:59"};
    bool is_day = column->type.kind == TYPE_DATE;
    bool is_stamp = column->type.kind == TYPE_TIMESTAMP;
    for (size_t i = 0; i < table->check_count; i++) {
        const char *text = table->checks[i].text;
        if (strncmp(text, column->name, strlen(column->name)) != 0)
            continue;
        is_stamp |= strstr(text, "datetime") != NULL;
        is_day |= strstr(text, "datetime") == NULL;
    }
    const char *day = pick_from(maker->random, days);
    bool is_text = column->type.kind == TYPE_TEXT;
    if (is_text && (is_day || is_stamp) && random_chance(maker->random, 1, 8))
        return arena_printf(maker->arena, "'%s 00:00:00x'", day);
    if (is_stamp)
        return arena_printf(maker->arena, "'%s %s'", day,
                            pick_from(maker->random, times));
    if (is_day && column->type.kind == TYPE_DATE && random_chance(maker->random, 1, 10))
        return "'infinity'";
    return is_day ? arena_printf(maker->arena, "'%s'", day) : NULL;
}

static const char *random_value(const RowMaker *maker, const Table *table,
                                uint32_t column)
{
    static const char *const numbers[] = {"0", "1", "2", "3", "1", "2"};
    static const char *const texts[] = {"'a'", "'b'", "'B'", "'A'", "''", "'1'"};
    static const char *const mixed[] = {"1", "1.0", "'1'", "'a'", "2", "x'31'", "'01'"};
    const Column *declared = &table->columns[column];
    if (!declared->declared_not_null && random_chance(maker->random, 1, 4))
        return "NULL";
    const char *time = moment(maker, table, declared);
    if (time)
        return time;
    // Where SQLite takes anything, it gets anything.
    bool loose = maker->catalog->dialect == DIALECT_SQLITE &&
                 declared->typed == ASSURANCE_NONE && random_chance(maker->random, 1, 5);
    if (loose || declared->type.kind == TYPE_UNKNOWN)
        return referring_value(maker, table, column, pick_from(maker->random, mixed));
    const char *plain = declared->type.kind == TYPE_TEXT
                            ? pick_from(maker->random, texts)
                            : pick_from(maker->random, numbers);
    return referring_value(maker, table, column, plain);
}

const char *make_rows(Arena *arena, const Catalog *catalog, Random *random)
{
    static const unsigned counts[] = {0, 1, 3, 6, 9};
    RowMaker maker = {arena, catalog, random};
    Text text = text_new(arena);
    for (size_t i = 0; i < catalog->table_count; i++) {
        const Table *table = &catalog->tables[i];
        for (unsigned row = pick_from(random, counts); row > 0; row--) {
            text_addf(&text, "INSERT %sINTO %s VALUES (",
                      table->key_count > 0 ? "OR IGNORE " : "", table->name);
            for (size_t j = 0; j < table->column_count; j++)
                text_addf(&text, "%s%s", j > 0 ? ", " : "",
                          random_value(&maker, table, (uint32_t)j));
            text_add(&text, ");\n");
        }
    }
    return text.bytes;
}
