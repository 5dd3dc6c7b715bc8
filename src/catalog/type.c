// type.c - what declared types mean.
//
// SQLite goes by substrings of the declaration (datatype3.html, 3.1), so any words are a
// type there. The other dialects go by name; their names and aliases are one table.

#include "catalog/type.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const dialect_names[DIALECT_COUNT] = {
    [DIALECT_SQLITE] = "sqlite",
    [DIALECT_DUCKDB] = "duckdb",
    [DIALECT_POSTGRES] = "postgres",
};

const char *dialect_name(Dialect dialect)
{
    return dialect_names[dialect];
}

bool dialect_find(const char *name, Dialect *dialect)
{
    for (int i = 0; i < DIALECT_COUNT; i++) {
        if (text_same_word(name, dialect_names[i])) {
            *dialect = (Dialect)i;
            return true;
        }
    }
    return false;
}

// Declarations

// A declaration taken apart: "decimal (10, 2)" is DECIMAL, 10 and 2.
typedef struct {
    char words[64]; // Upper case, single blanks, without the brackets.
    unsigned numbers[2];
    unsigned number_count;
    bool plain; // Nothing else: no list, no nested type.
} Declaration;

// Reads "(10, 2)"; returns what stands behind it, or NULL if it is something else.
static const char *numbers_read(const char *at, Declaration *declaration)
{
    at++;
    for (;;) {
        char *end;
        long number = strtol(at, &end, 10);
        if (end == at || number < 0 || number > UINT16_MAX ||
            declaration->number_count == 2)
            return NULL;
        declaration->numbers[declaration->number_count++] = (unsigned)number;
        at = end + strspn(end, " \t\n");
        if (*at == ')')
            return at + 1;
        if (*at++ != ',')
            return NULL;
    }
}

static Declaration declaration_read(const char *declared)
{
    Declaration declaration = {.plain = true};
    size_t length = 0;
    for (const char *at = declared; at && *at;) {
        if (*at == '(') {
            at = numbers_read(at, &declaration);
            if (!at)
                declaration.plain = false;
            continue;
        }
        char byte = *at++;
        if (isspace((unsigned char)byte)) {
            if (length == 0 || declaration.words[length - 1] == ' ')
                continue;
            byte = ' ';
        }
        if (length + 1 == sizeof(declaration.words)) {
            declaration.plain = false;
            break;
        }
        declaration.words[length++] = text_upper(byte);
    }
    while (length > 0 && declaration.words[length - 1] == ' ')
        length--;
    declaration.words[length] = '\0';
    return declaration;
}

// SQLite

// In this order; the first whose part occurs decides.
static const struct {
    const char *part;
    Affinity affinity;
    TypeKind kind;
    uint16_t width;
} sqlite_parts[] = {
    {"INT", AFFINITY_INTEGER, TYPE_INTEGER, 64}, {"CHAR", AFFINITY_TEXT, TYPE_TEXT, 0},
    {"CLOB", AFFINITY_TEXT, TYPE_TEXT, 0},       {"TEXT", AFFINITY_TEXT, TYPE_TEXT, 0},
    {"BLOB", AFFINITY_BLOB, TYPE_BLOB, 0},       {"REAL", AFFINITY_REAL, TYPE_FLOAT, 64},
    {"FLOA", AFFINITY_REAL, TYPE_FLOAT, 64},     {"DOUB", AFFINITY_REAL, TYPE_FLOAT, 64},
};

// What a declaration of NUMERIC affinity promises beyond that.
static const struct {
    const char *word;
    TypeKind kind;
} sqlite_words[] = {
    {"BOOLEAN", TYPE_BOOLEAN},    {"BOOL", TYPE_BOOLEAN},
    {"NUMERIC", TYPE_DECIMAL},    {"DECIMAL", TYPE_DECIMAL},
    {"NUMBER", TYPE_DECIMAL},     {"DATE", TYPE_DATE},
    {"TIME", TYPE_TIME},          {"TIMESTAMP", TYPE_TIMESTAMP},
    {"DATETIME", TYPE_TIMESTAMP},
};

// SQLite looks at the whole text, so "CHARINT" and even "X(INT)" count.
static bool has_part(const char *declared, const char *part)
{
    size_t length = strlen(part);
    for (; *declared; declared++) {
        size_t i = 0;
        while (i < length && text_upper(declared[i]) == part[i])
            i++;
        if (i == length)
            return true;
    }
    return false;
}

static Type sqlite_type(const char *declared)
{
    if (declared[strspn(declared, " \t\n")] == '\0')
        return (Type){.kind = TYPE_UNKNOWN, .affinity = AFFINITY_BLOB};
    for (size_t i = 0; i < COUNT_OF(sqlite_parts); i++)
        if (has_part(declared, sqlite_parts[i].part))
            return (Type){.kind = sqlite_parts[i].kind,
                          .affinity = sqlite_parts[i].affinity,
                          .width = sqlite_parts[i].width};
    Declaration declaration = declaration_read(declared);
    Type type = {.kind = TYPE_UNKNOWN, .affinity = AFFINITY_NUMERIC};
    for (size_t i = 0; i < COUNT_OF(sqlite_words); i++)
        if (strcmp(declaration.words, sqlite_words[i].word) == 0)
            type.kind = sqlite_words[i].kind;
    if (type.kind == TYPE_DECIMAL && declaration.plain) {
        type.width = (uint16_t)declaration.numbers[0];
        type.scale = (uint8_t)declaration.numbers[1];
    }
    return type;
}

// Types by name

enum { IN_DUCKDB = 1, IN_POSTGRES = 2, IN_BOTH = IN_DUCKDB | IN_POSTGRES };

// What is in neither list is TYPE_OTHER: among others CHAR in PostgreSQL (it compares
// without trailing blanks) and timestamps of another precision in DuckDB.
static const struct {
    const char *name;
    TypeKind kind;
    uint16_t width;
    bool is_unsigned;
    int dialects;
} names[] = {
    {"BOOLEAN", TYPE_BOOLEAN, 0, false, IN_BOTH},
    {"BOOL", TYPE_BOOLEAN, 0, false, IN_BOTH},
    {"LOGICAL", TYPE_BOOLEAN, 0, false, IN_DUCKDB},
    {"TINYINT", TYPE_INTEGER, 8, false, IN_DUCKDB},
    {"INT1", TYPE_INTEGER, 8, false, IN_DUCKDB},
    {"SMALLINT", TYPE_INTEGER, 16, false, IN_BOTH},
    {"INT2", TYPE_INTEGER, 16, false, IN_BOTH},
    {"INT16", TYPE_INTEGER, 16, false, IN_DUCKDB},
    {"SHORT", TYPE_INTEGER, 16, false, IN_DUCKDB},
    {"SMALLSERIAL", TYPE_INTEGER, 16, false, IN_POSTGRES},
    {"INTEGER", TYPE_INTEGER, 32, false, IN_BOTH},
    {"INT", TYPE_INTEGER, 32, false, IN_BOTH},
    {"INT4", TYPE_INTEGER, 32, false, IN_BOTH},
    {"INT32", TYPE_INTEGER, 32, false, IN_DUCKDB},
    {"SIGNED", TYPE_INTEGER, 32, false, IN_DUCKDB},
    {"INTEGRAL", TYPE_INTEGER, 32, false, IN_DUCKDB},
    {"SERIAL", TYPE_INTEGER, 32, false, IN_POSTGRES},
    {"BIGINT", TYPE_INTEGER, 64, false, IN_BOTH},
    {"INT8", TYPE_INTEGER, 64, false, IN_BOTH},
    {"INT64", TYPE_INTEGER, 64, false, IN_DUCKDB},
    {"LONG", TYPE_INTEGER, 64, false, IN_DUCKDB},
    {"OID", TYPE_INTEGER, 64, false, IN_DUCKDB},
    {"BIGSERIAL", TYPE_INTEGER, 64, false, IN_POSTGRES},
    {"HUGEINT", TYPE_INTEGER, 128, false, IN_DUCKDB},
    {"INT128", TYPE_INTEGER, 128, false, IN_DUCKDB},
    {"UTINYINT", TYPE_INTEGER, 8, true, IN_DUCKDB},
    {"UINT8", TYPE_INTEGER, 8, true, IN_DUCKDB},
    {"USMALLINT", TYPE_INTEGER, 16, true, IN_DUCKDB},
    {"UINT16", TYPE_INTEGER, 16, true, IN_DUCKDB},
    {"UINTEGER", TYPE_INTEGER, 32, true, IN_DUCKDB},
    {"UINT32", TYPE_INTEGER, 32, true, IN_DUCKDB},
    {"UBIGINT", TYPE_INTEGER, 64, true, IN_DUCKDB},
    {"UINT64", TYPE_INTEGER, 64, true, IN_DUCKDB},
    {"UHUGEINT", TYPE_INTEGER, 128, true, IN_DUCKDB},
    {"UINT128", TYPE_INTEGER, 128, true, IN_DUCKDB},
    {"DECIMAL", TYPE_DECIMAL, 0, false, IN_BOTH},
    {"NUMERIC", TYPE_DECIMAL, 0, false, IN_BOTH},
    {"DEC", TYPE_DECIMAL, 0, false, IN_BOTH},
    {"REAL", TYPE_FLOAT, 32, false, IN_BOTH},
    {"FLOAT4", TYPE_FLOAT, 32, false, IN_BOTH},
    {"FLOAT", TYPE_FLOAT, 32, false, IN_DUCKDB},
    {"FLOAT", TYPE_FLOAT, 64, false, IN_POSTGRES},
    {"FLOAT8", TYPE_FLOAT, 64, false, IN_BOTH},
    {"DOUBLE", TYPE_FLOAT, 64, false, IN_DUCKDB},
    {"DOUBLE PRECISION", TYPE_FLOAT, 64, false, IN_BOTH},
    {"VARCHAR", TYPE_TEXT, 0, false, IN_BOTH},
    {"CHARACTER VARYING", TYPE_TEXT, 0, false, IN_BOTH},
    {"TEXT", TYPE_TEXT, 0, false, IN_BOTH},
    {"STRING", TYPE_TEXT, 0, false, IN_DUCKDB},
    {"CHAR", TYPE_TEXT, 0, false, IN_DUCKDB},
    {"CHARACTER", TYPE_TEXT, 0, false, IN_DUCKDB},
    {"BPCHAR", TYPE_TEXT, 0, false, IN_DUCKDB},
    {"NVARCHAR", TYPE_TEXT, 0, false, IN_DUCKDB},
    {"BLOB", TYPE_BLOB, 0, false, IN_DUCKDB},
    {"BYTEA", TYPE_BLOB, 0, false, IN_BOTH},
    {"BINARY", TYPE_BLOB, 0, false, IN_DUCKDB},
    {"VARBINARY", TYPE_BLOB, 0, false, IN_DUCKDB},
    {"DATE", TYPE_DATE, 0, false, IN_BOTH},
    {"TIME", TYPE_TIME, 0, false, IN_BOTH},
    {"TIME WITHOUT TIME ZONE", TYPE_TIME, 0, false, IN_BOTH},
    {"TIMESTAMP", TYPE_TIMESTAMP, 0, false, IN_BOTH},
    {"TIMESTAMP WITHOUT TIME ZONE", TYPE_TIMESTAMP, 0, false, IN_BOTH},
    {"DATETIME", TYPE_TIMESTAMP, 0, false, IN_DUCKDB},
    {"TIMESTAMP_US", TYPE_TIMESTAMP, 0, false, IN_DUCKDB},
    {"TIMESTAMPTZ", TYPE_TIMESTAMP_ZONED, 0, false, IN_BOTH},
    {"TIMESTAMP WITH TIME ZONE", TYPE_TIMESTAMP_ZONED, 0, false, IN_BOTH},
    {"INTERVAL", TYPE_INTERVAL, 0, false, IN_BOTH},
};

static Type named_type(Dialect dialect, const char *declared)
{
    int wanted = dialect == DIALECT_DUCKDB ? IN_DUCKDB : IN_POSTGRES;
    Declaration declaration = declaration_read(declared);
    Type type = TYPE_OF(TYPE_OTHER);
    for (size_t i = 0; declaration.plain && i < COUNT_OF(names); i++) {
        if (!(names[i].dialects & wanted) ||
            strcmp(names[i].name, declaration.words) != 0)
            continue;
        type.kind = names[i].kind;
        type.width = names[i].width;
        type.is_unsigned = names[i].is_unsigned;
    }
    if (type.kind == TYPE_DECIMAL) {
        bool defaults = declaration.number_count == 0 && dialect == DIALECT_DUCKDB;
        type.width = defaults ? 18 : (uint16_t)declaration.numbers[0];
        type.scale = defaults ? 3 : (uint8_t)declaration.numbers[1];
    }
    // DuckDB keeps timestamps of fewer or more digits than six as types of their own.
    bool other_digits = declaration.number_count > 0 &&
                        (declaration.numbers[0] < 4 || declaration.numbers[0] > 6);
    if (type.kind == TYPE_TIMESTAMP && dialect == DIALECT_DUCKDB && other_digits)
        type.kind = TYPE_OTHER;
    // DuckDB reads the n of VARCHAR(n), and forgets it.
    if (type.kind == TYPE_TEXT && dialect == DIALECT_POSTGRES)
        type.width = (uint16_t)declaration.numbers[0];
    return type;
}

Type type_from_declaration(Arena *arena, Dialect dialect, const char *declared)
{
    if (!declared)
        declared = "";
    Type type =
        dialect == DIALECT_SQLITE ? sqlite_type(declared) : named_type(dialect, declared);
    type.name = *declared ? arena_string(arena, declared) : NULL;
    return type;
}

// Printing

static const char *integer_name(Type type, Dialect dialect)
{
    if (dialect == DIALECT_SQLITE)
        return "INTEGER";
    switch (type.width) {
    case 8:
        return type.is_unsigned ? "UTINYINT" : "TINYINT";
    case 16:
        return type.is_unsigned ? "USMALLINT" : "SMALLINT";
    case 64:
        return type.is_unsigned ? "UBIGINT" : "BIGINT";
    case 128:
        return type.is_unsigned ? "UHUGEINT" : "HUGEINT";
    default:
        return type.is_unsigned ? "UINTEGER" : "INTEGER";
    }
}

static const char *float_name(Type type, Dialect dialect)
{
    if (dialect == DIALECT_SQLITE || type.width == 32)
        return "REAL";
    return dialect == DIALECT_DUCKDB ? "DOUBLE" : "DOUBLE PRECISION";
}

static const char *text_name(Arena *arena, Type type, Dialect dialect)
{
    if (dialect == DIALECT_POSTGRES && type.width > 0)
        return arena_printf(arena, "VARCHAR(%u)", type.width);
    return dialect == DIALECT_DUCKDB ? "VARCHAR" : "TEXT";
}

// Types of which SQLite knows nothing: what its functions make of them is text.
static const char *moment_name(const char *name, Dialect dialect)
{
    return dialect == DIALECT_SQLITE ? "TEXT" : name;
}

const char *type_print(Arena *arena, Dialect dialect, Type type)
{
    if (type.name)
        return type.name;
    switch (type.kind) {
    case TYPE_BOOLEAN:
        return dialect == DIALECT_SQLITE ? "INTEGER" : "BOOLEAN";
    case TYPE_INTEGER:
        return integer_name(type, dialect);
    case TYPE_DECIMAL:
        if (dialect == DIALECT_SQLITE || type.width == 0)
            return dialect == DIALECT_DUCKDB ? "DECIMAL" : "NUMERIC";
        return arena_printf(arena, "DECIMAL(%u,%u)", type.width, type.scale);
    case TYPE_FLOAT:
        return float_name(type, dialect);
    case TYPE_BLOB:
        return dialect == DIALECT_POSTGRES ? "BYTEA" : "BLOB";
    case TYPE_DATE:
        return moment_name("DATE", dialect);
    case TYPE_TIME:
        return moment_name("TIME", dialect);
    case TYPE_TIMESTAMP:
        return moment_name("TIMESTAMP", dialect);
    case TYPE_TIMESTAMP_ZONED:
        return moment_name("TIMESTAMP WITH TIME ZONE", dialect);
    case TYPE_INTERVAL:
        return moment_name("INTERVAL", dialect);
    case TYPE_TEXT:
    case TYPE_UNKNOWN:
    case TYPE_NULL:
    case TYPE_OTHER:
        break;
    }
    return text_name(arena, type, dialect);
}

// Comparing

bool affinity_is_numeric(Affinity affinity)
{
    return affinity == AFFINITY_NUMERIC || affinity == AFFINITY_INTEGER ||
           affinity == AFFINITY_REAL;
}

bool type_is_number(Type type)
{
    return type.kind == TYPE_INTEGER || type.kind == TYPE_DECIMAL ||
           type.kind == TYPE_FLOAT;
}

bool type_is_moment(Type type)
{
    return type.kind == TYPE_DATE || type.kind == TYPE_TIME ||
           type.kind == TYPE_TIMESTAMP || type.kind == TYPE_TIMESTAMP_ZONED;
}

static bool same_collation(Type a, Type b)
{
    const char *left = a.collation ? a.collation : "binary";
    const char *right = b.collation ? b.collation : "binary";
    return text_same_word(left, right);
}

// What only has a name is told by it.
static bool same_other(Type a, Type b)
{
    return a.kind != TYPE_OTHER || (a.name && text_same_word(a.name, b.name));
}

bool type_compares_alike(Type a, Type b)
{
    // Where nothing is known of the kind, only SQLite's affinity tells how to compare.
    if (a.kind == TYPE_UNKNOWN && a.affinity == AFFINITY_NONE)
        return false;
    // Signed and unsigned 128 bits meet as floats.
    if (a.is_unsigned != b.is_unsigned && (a.width == 128 || b.width == 128))
        return false;
    return a.kind == b.kind && a.affinity == b.affinity && same_collation(a, b) &&
           same_other(a, b);
}

bool type_equal(Type a, Type b)
{
    return a.kind == b.kind && a.affinity == b.affinity && a.width == b.width &&
           a.scale == b.scale && a.is_unsigned == b.is_unsigned && same_collation(a, b) &&
           same_other(a, b);
}
