// catalog.c - the tests of catalog/: declared types, trust, declarations beside a
// database.

#include "catalog/catalog.h"
#include "expect.h"

#include <string.h>

// Types

static const struct {
    Dialect dialect;
    const char *declared;
    TypeKind kind;
    Affinity affinity;
    unsigned width, scale;
} declarations[] = {
    // The examples of datatype3.html, 3.1.1.
    {DIALECT_SQLITE, "INT", TYPE_INTEGER, AFFINITY_INTEGER, 64, 0},
    {DIALECT_SQLITE, "UNSIGNED BIG INT", TYPE_INTEGER, AFFINITY_INTEGER, 64, 0},
    {DIALECT_SQLITE, "int8", TYPE_INTEGER, AFFINITY_INTEGER, 64, 0},
    {DIALECT_SQLITE, "NATIVE CHARACTER(70)", TYPE_TEXT, AFFINITY_TEXT, 0, 0},
    {DIALECT_SQLITE, "CLOB", TYPE_TEXT, AFFINITY_TEXT, 0, 0},
    {DIALECT_SQLITE, "BLOB", TYPE_BLOB, AFFINITY_BLOB, 0, 0},
    {DIALECT_SQLITE, "", TYPE_UNKNOWN, AFFINITY_BLOB, 0, 0},
    {DIALECT_SQLITE, "DOUBLE PRECISION", TYPE_FLOAT, AFFINITY_REAL, 64, 0},
    {DIALECT_SQLITE, "DECIMAL(10,5)", TYPE_DECIMAL, AFFINITY_NUMERIC, 10, 5},
    {DIALECT_SQLITE, "DATE", TYPE_DATE, AFFINITY_NUMERIC, 0, 0},
    {DIALECT_SQLITE, "DATETIME", TYPE_TIMESTAMP, AFFINITY_NUMERIC, 0, 0},
    {DIALECT_SQLITE, "CHARINT", TYPE_INTEGER, AFFINITY_INTEGER, 64, 0},
    {DIALECT_SQLITE, "FLOATING POINT", TYPE_INTEGER, AFFINITY_INTEGER, 64, 0},
    {DIALECT_SQLITE, "STRING", TYPE_UNKNOWN, AFFINITY_NUMERIC, 0, 0},
    {DIALECT_DUCKDB, "bigint", TYPE_INTEGER, AFFINITY_NONE, 64, 0},
    {DIALECT_DUCKDB, "INT1", TYPE_INTEGER, AFFINITY_NONE, 8, 0},
    {DIALECT_DUCKDB, "VARCHAR ( 20 )", TYPE_TEXT, AFFINITY_NONE, 0, 0},
    {DIALECT_DUCKDB, "numeric", TYPE_DECIMAL, AFFINITY_NONE, 18, 3},
    {DIALECT_DUCKDB, "DECIMAL(7, 2)", TYPE_DECIMAL, AFFINITY_NONE, 7, 2},
    {DIALECT_DUCKDB, "timestamp  with time zone", TYPE_TIMESTAMP_ZONED, AFFINITY_NONE, 0,
     0},
    {DIALECT_DUCKDB, "INTEGER[]", TYPE_OTHER, AFFINITY_NONE, 0, 0},
    {DIALECT_DUCKDB, "INTEGER[3]", TYPE_OTHER, AFFINITY_NONE, 0, 0},
    {DIALECT_DUCKDB, "STRUCT(a INTEGER)", TYPE_OTHER, AFFINITY_NONE, 0, 0},
    {DIALECT_DUCKDB, "ENUM('a', 'b')", TYPE_OTHER, AFFINITY_NONE, 0, 0},
    {DIALECT_POSTGRES, "varchar(20)", TYPE_TEXT, AFFINITY_NONE, 20, 0},
    {DIALECT_POSTGRES, "char(20)", TYPE_OTHER, AFFINITY_NONE, 0, 0},
    {DIALECT_POSTGRES, "float", TYPE_FLOAT, AFFINITY_NONE, 64, 0},
};

static void test_declarations(Arena *arena)
{
    for (size_t i = 0; i < COUNT_OF(declarations); i++) {
        Type type = type_from_declaration(arena, declarations[i].dialect,
                                          declarations[i].declared);
        expect(type.kind == declarations[i].kind &&
                   type.affinity == declarations[i].affinity &&
                   type.width == declarations[i].width &&
                   type.scale == declarations[i].scale,
               "type %s is of kind %d, width %u", type.name, type.kind, type.width);
    }
}

static void test_comparing(Arena *arena)
{
    Type text = TYPE_OF(TYPE_TEXT), number = TYPE_OF(TYPE_INTEGER);
    Type folded = {.kind = TYPE_TEXT, .collation = "NOCASE"};
    Type binary = {.kind = TYPE_TEXT, .collation = "BINARY"};
    expect(!type_compares_alike(text, number), "text is no number");
    expect(!type_compares_alike(text, folded), "collations differ");
    expect(type_compares_alike(text, binary), "no collation is the binary one");
    Type list = type_from_declaration(arena, DIALECT_DUCKDB, "INTEGER[]");
    Type other = type_from_declaration(arena, DIALECT_DUCKDB, "DATE[]");
    expect(!type_compares_alike(list, other), "other types are told by name");
    expect(!type_compares_alike(TYPE_OF(TYPE_UNKNOWN), TYPE_OF(TYPE_UNKNOWN)),
           "the unknown compares in an unknown way");
    expect(strcmp(type_print(arena, DIALECT_DUCKDB,
                             (Type){.kind = TYPE_DECIMAL, .width = 7, .scale = 2}),
                  "DECIMAL(7,2)") == 0,
           "a decimal is printed");
}

// Trust

static const uint32_t first_column[] = {0}, second_column[] = {1};

static const Column declared_columns[] = {
    {.name = "B", .declared = "INTEGER"},
    {.name = "a", .declared = "INTEGER", .declared_not_null = true},
};
static const Key declared_keys[] = {
    {.name = "k", .columns = second_column, .column_count = 1}};
static const ForeignKey declared_references[] = {{.name = "f",
                                                  .columns = first_column,
                                                  .target = "t",
                                                  .target_columns = second_column,
                                                  .column_count = 1}};
static const Check declared_checks[] = {{.name = "c", .text = "a > 0"}};
static const Table declared_table = {
    .name = "T",
    .columns = declared_columns,
    .column_count = 2,
    .keys = declared_keys,
    .key_count = 1,
    .foreign_keys = declared_references,
    .foreign_key_count = 1,
    .checks = declared_checks,
    .check_count = 1,
};

static const Column plain_columns[] = {{.name = "a"}, {.name = "b"}};
static const Table plain_table = {
    .name = "t", .columns = plain_columns, .column_count = 2};

static void test_trust(Arena *arena)
{
    Error err;
    Trust trust = {0};
    expect(trust_parse("keys,not_null,foreign_keys,check,types", &trust, &err) &&
               trust.keys && trust.not_null && trust.foreign_keys && trust.check,
           "trust is read");
    expect(!trust_parse("keys,sorted", &trust, &err) && strstr(err.message, "\"sorted\""),
           "an unknown word is refused");
    expect(!trust_parse("", &trust, &err), "an empty list is refused");
    Catalog catalog = {.tables = &plain_table, .table_count = 1};
    Catalog declared = {.tables = &declared_table, .table_count = 1};
    const Catalog *both = catalog_with_declared(arena, &catalog, &declared);
    const Table *t = catalog_table(both, NULL, "T");
    expect(t && t->key_count == 1 && t->keys[0].columns[0] == 0 &&
               t->keys[0].assurance == ASSURANCE_NONE,
           "a declared key is found by name, and not believed");
    expect(t->foreign_key_count == 1 && t->foreign_keys[0].columns[0] == 1 &&
               t->foreign_keys[0].target_columns[0] == 0,
           "a foreign key's ordinals move");
    const Catalog *again = catalog_with_declared(arena, both, &declared);
    expect(again->tables[0].key_count == 1 && again->tables[0].check_count == 1 &&
               again->tables[0].foreign_key_count == 1,
           "what is known is not added twice");
    t = catalog_table(catalog_with_trust(arena, both, trust), NULL, "t");
    expect(t->keys[0].assurance == ASSURANCE_TRUSTED &&
               t->columns[0].not_null == ASSURANCE_TRUSTED &&
               t->columns[1].not_null == ASSURANCE_NONE &&
               t->foreign_keys[0].assurance == ASSURANCE_TRUSTED &&
               t->checks[0].assurance == ASSURANCE_TRUSTED,
           "trust raises what is declared, and nothing else");
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    test_declarations(&arena);
    test_comparing(&arena);
    test_trust(&arena);
    arena_clear(&arena);
    return finish();
}
