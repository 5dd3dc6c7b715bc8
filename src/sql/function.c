// function.c - looking functions up by name.

#include "sql/function.h"

#include "base/compiler.h"
#include "base/text.h"

#include <string.h>

// What the tables' flags mean.
enum {
    STRICT = 1,
    RAISES = 2,
    TOTAL = 4,
    SET = 8,
    ORDERED = 16,
    SAFE = 32,
};

enum { NAME_LIMIT = 64 }; // Longer than any name in the tables.

#define FUNCTION(function, function_kind, how_volatile, flags, type)                     \
    {                                                                                    \
        .name = (function),                                                              \
        .kind = FUNCTION_##function_kind,                                                \
        .volatility = VOLATILITY_##how_volatile,                                         \
        .strict = ((flags)&STRICT) != 0,                                                 \
        .may_raise = ((flags)&RAISES) != 0,                                              \
        .total = ((flags)&TOTAL) != 0,                                                   \
        .ignores_duplicates = ((flags)&SET) != 0,                                        \
        .order_sensitive = ((flags)&ORDERED) != 0,                                       \
        .safe = ((flags)&SAFE) != 0,                                                     \
        .result = (type),                                                                \
    },

static const FunctionInfo sqlite_functions[] = {
#include "sql/function_sqlite.def"
};

static const FunctionInfo duckdb_functions[] = {
#include "sql/function_duckdb.def"
};

const FunctionInfo *function_table(Dialect dialect, size_t *count)
{
    switch (dialect) {
    case DIALECT_SQLITE:
        *count = COUNT_OF(sqlite_functions);
        return sqlite_functions;
    case DIALECT_DUCKDB:
        *count = COUNT_OF(duckdb_functions);
        return duckdb_functions;
    case DIALECT_POSTGRES:
        break;
    }
    *count = 0;
    return NULL;
}

// Writes the name in lower case; false if it is too long for any table.
static bool lower(const char *name, char *folded)
{
    size_t length = strlen(name);
    if (length >= NAME_LIMIT)
        return false;
    for (size_t i = 0; i <= length; i++)
        folded[i] =
            (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
    return true;
}

const FunctionInfo *function_find(Dialect dialect, const char *name, FunctionKind kind)
{
    size_t count;
    const FunctionInfo *table = function_table(dialect, &count);
    char folded[NAME_LIMIT];
    if (!lower(name, folded))
        return NULL;
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        int order = strcmp(table[middle].name, folded);
        if (order == 0)
            order = (int)table[middle].kind - (int)kind;
        if (order == 0)
            return &table[middle];
        if (order < 0)
            low = middle + 1;
        else
            count = middle;
    }
    return NULL;
}

// Table functions

typedef struct {
    Dialect dialect;
    const char *function;
    struct {
        const char *name;
        Type type;
    } columns[8];
} TableFunction;

#define TEXT_COLUMN(column)                                                              \
    {                                                                                    \
        column,                                                                          \
        {                                                                                \
            .kind = TYPE_TEXT                                                            \
        }                                                                                \
    }
#define ANY_COLUMN(column)                                                               \
    {                                                                                    \
        column,                                                                          \
        {                                                                                \
            .kind = TYPE_UNKNOWN                                                         \
        }                                                                                \
    }
#define INTEGER_COLUMN(column)                                                           \
    {                                                                                    \
        column,                                                                          \
        {                                                                                \
            .kind = TYPE_INTEGER, .width = 64                                            \
        }                                                                                \
    }

static const TableFunction table_functions[] = {
    {DIALECT_SQLITE,
     "json_each",
     {ANY_COLUMN("key"), ANY_COLUMN("value"), TEXT_COLUMN("type"), ANY_COLUMN("atom"),
      INTEGER_COLUMN("id"), INTEGER_COLUMN("parent"), TEXT_COLUMN("fullkey"),
      TEXT_COLUMN("path")}},
    {DIALECT_SQLITE,
     "json_tree",
     {ANY_COLUMN("key"), ANY_COLUMN("value"), TEXT_COLUMN("type"), ANY_COLUMN("atom"),
      INTEGER_COLUMN("id"), INTEGER_COLUMN("parent"), TEXT_COLUMN("fullkey"),
      TEXT_COLUMN("path")}},
    {DIALECT_SQLITE, "generate_series", {INTEGER_COLUMN("value")}},
    {DIALECT_DUCKDB, "generate_series", {ANY_COLUMN("generate_series")}},
    {DIALECT_DUCKDB, "range", {ANY_COLUMN("range")}},
    {DIALECT_DUCKDB, "unnest", {ANY_COLUMN("unnest")}},
    {DIALECT_DUCKDB,
     "json_each",
     {TEXT_COLUMN("key"), ANY_COLUMN("value"), TEXT_COLUMN("type"), ANY_COLUMN("atom"),
      ANY_COLUMN("id"), ANY_COLUMN("parent"), TEXT_COLUMN("fullkey"),
      TEXT_COLUMN("path")}},
    {DIALECT_DUCKDB,
     "json_tree",
     {TEXT_COLUMN("key"), ANY_COLUMN("value"), TEXT_COLUMN("type"), ANY_COLUMN("atom"),
      ANY_COLUMN("id"), ANY_COLUMN("parent"), TEXT_COLUMN("fullkey"),
      TEXT_COLUMN("path")}},
};

const Output *table_function_columns(Arena *arena, Dialect dialect, const Expr *call,
                                     size_t *count)
{
    for (size_t i = 0; i < COUNT_OF(table_functions); i++) {
        const TableFunction *function = &table_functions[i];
        if (function->dialect != dialect ||
            !text_same_word(function->function, call->name))
            continue;
        *count = 0;
        while (*count < COUNT_OF(function->columns) &&
               function->columns[*count].name != NULL)
            ++*count;
        Output *columns = arena_new(arena, Output, *count);
        for (uint32_t j = 0; j < *count; j++)
            columns[j] = (Output){.id = j,
                                  .name = function->columns[j].name,
                                  .type = function->columns[j].type};
        return columns;
    }
    *count = 0;
    return NULL;
}
