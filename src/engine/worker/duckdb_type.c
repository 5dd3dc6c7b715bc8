// duckdb_type.c - DuckDB's logical types.

#include "engine/worker/duckdb_value.h"

#include "base/text.h"

enum { NESTING_LIMIT = 64 };

// Types as everybody knows them

typedef struct {
    duckdb_type id;
    Type type;
} PlainType;

static const PlainType plain_types[] = {
    {DUCKDB_TYPE_BOOLEAN, {.kind = TYPE_BOOLEAN, .name = "BOOLEAN"}},
    {DUCKDB_TYPE_TINYINT, {.kind = TYPE_INTEGER, .width = 8, .name = "TINYINT"}},
    {DUCKDB_TYPE_SMALLINT, {.kind = TYPE_INTEGER, .width = 16, .name = "SMALLINT"}},
    {DUCKDB_TYPE_INTEGER, {.kind = TYPE_INTEGER, .width = 32, .name = "INTEGER"}},
    {DUCKDB_TYPE_BIGINT, {.kind = TYPE_INTEGER, .width = 64, .name = "BIGINT"}},
    {DUCKDB_TYPE_HUGEINT, {.kind = TYPE_INTEGER, .width = 128, .name = "HUGEINT"}},
    {DUCKDB_TYPE_UTINYINT,
     {.kind = TYPE_INTEGER, .width = 8, .is_unsigned = true, .name = "UTINYINT"}},
    {DUCKDB_TYPE_USMALLINT,
     {.kind = TYPE_INTEGER, .width = 16, .is_unsigned = true, .name = "USMALLINT"}},
    {DUCKDB_TYPE_UINTEGER,
     {.kind = TYPE_INTEGER, .width = 32, .is_unsigned = true, .name = "UINTEGER"}},
    {DUCKDB_TYPE_UBIGINT,
     {.kind = TYPE_INTEGER, .width = 64, .is_unsigned = true, .name = "UBIGINT"}},
    {DUCKDB_TYPE_UHUGEINT,
     {.kind = TYPE_INTEGER, .width = 128, .is_unsigned = true, .name = "UHUGEINT"}},
    {DUCKDB_TYPE_FLOAT, {.kind = TYPE_FLOAT, .width = 32, .name = "FLOAT"}},
    {DUCKDB_TYPE_DOUBLE, {.kind = TYPE_FLOAT, .width = 64, .name = "DOUBLE"}},
    {DUCKDB_TYPE_VARCHAR, {.kind = TYPE_TEXT, .name = "VARCHAR"}},
    {DUCKDB_TYPE_BLOB, {.kind = TYPE_BLOB, .name = "BLOB"}},
    {DUCKDB_TYPE_DATE, {.kind = TYPE_DATE, .name = "DATE"}},
    {DUCKDB_TYPE_TIME, {.kind = TYPE_TIME, .name = "TIME"}},
    {DUCKDB_TYPE_TIME_NS, {.kind = TYPE_TIME, .name = "TIME_NS"}},
    {DUCKDB_TYPE_TIMESTAMP, {.kind = TYPE_TIMESTAMP, .name = "TIMESTAMP"}},
    {DUCKDB_TYPE_TIMESTAMP_S, {.kind = TYPE_TIMESTAMP, .name = "TIMESTAMP_S"}},
    {DUCKDB_TYPE_TIMESTAMP_MS, {.kind = TYPE_TIMESTAMP, .name = "TIMESTAMP_MS"}},
    {DUCKDB_TYPE_TIMESTAMP_NS, {.kind = TYPE_TIMESTAMP, .name = "TIMESTAMP_NS"}},
    {DUCKDB_TYPE_TIMESTAMP_TZ,
     {.kind = TYPE_TIMESTAMP_ZONED, .name = "TIMESTAMP WITH TIME ZONE"}},
    {DUCKDB_TYPE_INTERVAL, {.kind = TYPE_INTERVAL, .name = "INTERVAL"}},
    {DUCKDB_TYPE_TIME_TZ, {.kind = TYPE_OTHER, .name = "TIME WITH TIME ZONE"}},
    {DUCKDB_TYPE_ENUM, {.kind = TYPE_OTHER, .name = "ENUM"}},
    {DUCKDB_TYPE_LIST, {.kind = TYPE_OTHER, .name = "LIST"}},
    {DUCKDB_TYPE_ARRAY, {.kind = TYPE_OTHER, .name = "ARRAY"}},
    {DUCKDB_TYPE_STRUCT, {.kind = TYPE_OTHER, .name = "STRUCT"}},
    {DUCKDB_TYPE_MAP, {.kind = TYPE_OTHER, .name = "MAP"}},
    {DUCKDB_TYPE_UNION, {.kind = TYPE_OTHER, .name = "UNION"}},
    {DUCKDB_TYPE_UUID, {.kind = TYPE_OTHER, .name = "UUID"}},
    {DUCKDB_TYPE_BIT, {.kind = TYPE_OTHER, .name = "BIT"}},
    {DUCKDB_TYPE_BIGNUM, {.kind = TYPE_OTHER, .name = "BIGNUM"}},
    {DUCKDB_TYPE_GEOMETRY, {.kind = TYPE_OTHER, .name = "GEOMETRY"}},
    {DUCKDB_TYPE_SQLNULL, {.kind = TYPE_NULL, .name = "NULL"}},
};

static const Type *find_plain(duckdb_type id)
{
    for (size_t i = 0; i < COUNT_OF(plain_types); i++)
        if (plain_types[i].id == id)
            return &plain_types[i].type;
    return NULL;
}

// Taking types apart

typedef struct {
    const DuckdbApi *api;
    Arena *arena;
    size_t depth;
} Reading;

static bool read_type(Reading *reading, duckdb_logical_type logical, DuckdbType *type,
                      Error *err);

// DuckDB hands out names that we free.
static const char *take_name(Reading *reading, char *name)
{
    const char *copy = arena_string(reading->arena, name == NULL ? "" : name);
    reading->api->free(name);
    return copy;
}

static bool read_child(Reading *reading, duckdb_logical_type child, DuckdbType *type,
                       Error *err)
{
    bool ok = read_type(reading, child, type, err);
    reading->api->destroy_logical_type(&child);
    return ok;
}

static void read_enum(Reading *reading, duckdb_logical_type logical, DuckdbType *type)
{
    const DuckdbApi *api = reading->api;
    type->stored = api->enum_internal_type(logical);
    type->name_count = api->enum_dictionary_size(logical);
    const char **names = arena_new(reading->arena, const char *, type->name_count);
    for (size_t i = 0; i < type->name_count; i++)
        names[i] = take_name(reading, api->enum_dictionary_value(logical, i));
    type->names = names;
}

static bool read_members(Reading *reading, duckdb_logical_type logical, DuckdbType *type,
                         Error *err)
{
    const DuckdbApi *api = reading->api;
    bool is_struct = type->id == DUCKDB_TYPE_STRUCT;
    size_t count = is_struct ? api->struct_type_child_count(logical)
                             : api->union_type_member_count(logical);
    const char **names = arena_new(reading->arena, const char *, count);
    DuckdbType *children = arena_new(reading->arena, DuckdbType, count);
    for (size_t i = 0; i < count; i++) {
        names[i] =
            take_name(reading, is_struct ? api->struct_type_child_name(logical, i)
                                         : api->union_type_member_name(logical, i));
        duckdb_logical_type child = is_struct ? api->struct_type_child_type(logical, i)
                                              : api->union_type_member_type(logical, i);
        if (!read_child(reading, child, &children[i], err))
            return false;
    }
    type->names = names;
    type->name_count = count;
    type->children = children;
    type->child_count = count;
    return true;
}

static bool read_elements(Reading *reading, duckdb_logical_type logical, DuckdbType *type,
                          Error *err)
{
    const DuckdbApi *api = reading->api;
    bool is_map = type->id == DUCKDB_TYPE_MAP;
    type->child_count = is_map ? 2 : 1;
    DuckdbType *children = arena_new(reading->arena, DuckdbType, type->child_count);
    type->children = children;
    if (type->id == DUCKDB_TYPE_ARRAY) {
        type->array_size = api->array_type_array_size(logical);
        return read_child(reading, api->array_type_child_type(logical), children, err);
    }
    if (!is_map)
        return read_child(reading, api->list_type_child_type(logical), children, err);
    return read_child(reading, api->map_type_key_type(logical), &children[0], err) &&
           read_child(reading, api->map_type_value_type(logical), &children[1], err);
}

static bool read_type(Reading *reading, duckdb_logical_type logical, DuckdbType *type,
                      Error *err)
{
    const DuckdbApi *api = reading->api;
    *type = (DuckdbType){.id = api->get_type_id(logical)};
    if (++reading->depth > NESTING_LIMIT)
        return fail(err, ERROR_UNSUPPORTED, "a type nested too deep");
    const Type *plain = find_plain(type->id);
    type->kind = plain == NULL ? TYPE_OTHER : plain->kind;
    bool ok = true;
    switch ((int)type->id) {
    case DUCKDB_TYPE_DECIMAL:
        type->kind = TYPE_DECIMAL;
        type->stored = api->decimal_internal_type(logical);
        type->width = api->decimal_width(logical);
        type->scale = api->decimal_scale(logical);
        break;
    case DUCKDB_TYPE_VARCHAR:
        type->is_json = text_same_word(
            take_name(reading, api->logical_type_get_alias(logical)), "json");
        break;
    case DUCKDB_TYPE_ENUM:
        read_enum(reading, logical, type);
        break;
    case DUCKDB_TYPE_STRUCT:
    case DUCKDB_TYPE_UNION:
        ok = read_members(reading, logical, type, err);
        break;
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
    case DUCKDB_TYPE_MAP:
        ok = read_elements(reading, logical, type, err);
        break;
    default:
        if (plain == NULL)
            ok = fail(err, ERROR_UNSUPPORTED, "a column of DuckDB's type number %d",
                      (int)type->id);
        break;
    }
    reading->depth--;
    return ok;
}

bool duckdb_type_read(const DuckdbApi *api, Arena *arena, duckdb_logical_type logical,
                      DuckdbType *type, Error *err)
{
    Reading reading = {.api = api, .arena = arena};
    bool ok = read_type(&reading, logical, type, err);
    api->destroy_logical_type(&logical);
    return ok;
}

// True if the type is one of these or holds one, however deep.
static bool type_holds(const DuckdbType *type, const duckdb_type *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (type->id == ids[i])
            return true;
    for (size_t i = 0; i < type->child_count; i++)
        if (type_holds(&type->children[i], ids, count))
            return true;
    return false;
}

bool duckdb_type_nests_floats(const DuckdbType *type)
{
    static const duckdb_type floats[] = {DUCKDB_TYPE_FLOAT, DUCKDB_TYPE_DOUBLE};
    static const duckdb_type decimals[] = {DUCKDB_TYPE_DECIMAL};
    return type->child_count > 0 && type_holds(type, floats, COUNT_OF(floats)) &&
           !type_holds(type, decimals, COUNT_OF(decimals));
}

Type duckdb_type_plain(Arena *arena, const DuckdbType *type)
{
    if (type->id == DUCKDB_TYPE_DECIMAL)
        return (Type){
            .kind = TYPE_DECIMAL,
            .width = type->width,
            .scale = type->scale,
            .name = arena_printf(arena, "DECIMAL(%d,%d)", type->width, type->scale)};
    if (type->is_json)
        return (Type){.kind = TYPE_TEXT, .name = "JSON"};
    const Type *plain = find_plain(type->id);
    return plain == NULL ? TYPE_OF(TYPE_OTHER) : *plain;
}
