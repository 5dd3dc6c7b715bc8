// catalog.h - what a database contains, as plain values.
//
// Made by an engine (engine_describe) or from CREATE statements (sql/sql.h), and
// never changed after that. Names are compared without case (catalog_table).

#ifndef CATALOG_CATALOG_H
#define CATALOG_CATALOG_H

#include "base/arena.h"
#include "base/error.h"
#include "catalog/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Why a constraint may be believed.
typedef enum {
    ASSURANCE_NONE,     // Declared, but nobody holds the data to it: not to be used.
    ASSURANCE_CHECKED,  // Holds in today's data; looked at, not enforced.
    ASSURANCE_TRUSTED,  // The user says so (--trust).
    ASSURANCE_ENFORCED, // The engine guarantees it.
} Assurance;

// "none", "checked", "trusted", "enforced".
const char *assurance_name(Assurance assurance);

// Raises it to ASSURANCE_TRUSTED, unless it is as much already.
void assurance_trust(Assurance *assurance);

enum { ROWS_UNKNOWN = -1 };

typedef struct {
    const char *name;
    Type type;
    const char *declared;      // The type as declared; "" if none.
    const char *default_value; // SQL text or NULL.
    const char *generated;     // SQL text of a generated column, or NULL.
    bool declared_not_null;    // NOT NULL or in the PRIMARY KEY, enforced or not.
    Assurance not_null;        // ASSURANCE_NONE where NULL is allowed, or may be there.
    Assurance typed;           // How sure values are of the declared type.
    double distinct_count;     // Statistics; below 0 if not known.
    double null_fraction;      // Statistics; below 0 if not known.
    const char *low, *high;    // Statistics: SQL literals or NULL.
} Column;

// Says what STRICT makes of an SQLite column: the engine holds its values to its type,
// and leaves those of type ANY as they come.
void column_make_strict(Column *column, Assurance enforced);

// A candidate key: no two rows agree on all `columns`. Rows with a NULL in one of them
// do not count (SQL's UNIQUE), unless all are NOT NULL.
typedef struct {
    const char *name; // Never NULL; made up if the engine has none.
    bool primary;
    Assurance assurance;
    const uint32_t *columns; // Ordinals in the table.
    size_t column_count;
} Key;

typedef struct {
    const char *name; // Never NULL.
    Assurance assurance;
    const uint32_t *columns;
    const char *target;             // The other table's name.
    const uint32_t *target_columns; // Ordinals in the target; resolved.
    size_t column_count;
} ForeignKey;

struct Expr; // query/expr.h

typedef struct {
    const char *name; // Never NULL.
    Assurance assurance;
    const char *text;        // The condition's SQL.
    const struct Expr *expr; // Bound by sql/sql.h with columns of source 0; or NULL.
} Check;

typedef struct {
    const char *name;
    bool unique;
    bool partial;
    const uint32_t *columns; // Ordinals; COLUMN_EXPRESSION where an expression stands.
    size_t column_count;
    // The whole statement where it enforces what no key says (a condition, an expression,
    // another collation than the column's); else NULL.
    const char *definition;
} Index;

#define COLUMN_EXPRESSION UINT32_MAX

typedef enum { TABLE_BASE, TABLE_VIEW, TABLE_VIRTUAL } TableKind;

typedef struct {
    const char *schema; // NULL: the default one.
    const char *name;
    TableKind kind;
    const char *view_sql; // The SELECT of a view; NULL for others.
    const Column *columns;
    size_t column_count;
    const Key *keys;
    size_t key_count;
    const ForeignKey *foreign_keys;
    size_t foreign_key_count;
    const Check *checks;
    size_t check_count;
    const Index *indexes;
    size_t index_count;
    int64_t row_count; // ROWS_UNKNOWN if not known; else near the truth.
    bool analyzed;     // The engine has statistics for it.
    bool strict;       // SQLite: STRICT.
    bool has_rowid;    // SQLite: rowid, oid, _rowid_ exist.
} Table;

// What results may depend on beside the data: ("encoding", "UTF-8").
typedef struct {
    const char *name, *value;
} SessionSetting;

// CREATE TYPE name AS definition.
typedef struct {
    const char *name, *definition;
} NamedType;

typedef struct {
    Dialect dialect;
    const SessionSetting *settings; // The engine's, when it was described.
    size_t setting_count;
    const char *version; // The engine's; NULL where there is none behind it.
    const Table *tables;
    size_t table_count;
    const NamedType *types; // Columns say what a type is defined as; casts name it.
    size_t type_count;
} Catalog;

// Returns the table, or NULL. `schema` may be NULL.
const Table *catalog_table(const Catalog *catalog, const char *schema, const char *name);

// True if two lists name the same columns in the same order.
bool ordinals_equal(const uint32_t *a, const uint32_t *b, size_t count);

// True if the list names the column.
bool ordinals_have(const uint32_t *columns, size_t count, uint32_t column);

// Returns a column's ordinal, or COLUMN_NONE.
#define COLUMN_NONE (UINT32_MAX - 1)
uint32_t table_column(const Table *table, const char *name);

// True if the column is SQLite's rowid under another name: whole numbers only. An INTEGER
// PRIMARY KEY DESC is not: it is an index beside the rowid, and takes NULLs.
bool column_is_rowid(const Table *table, uint32_t column);

// Which declared constraints the user vouches for.
typedef struct {
    bool keys, not_null, foreign_keys, check, types;
} Trust;

// Sets the fields named in a list such as "keys,not_null"; fails on another word.
bool trust_parse(const char *words, Trust *trust, Error *err) MUST_CHECK;

// Returns the catalog with every constraint of the kinds in `trust` that is not
// enforced raised to ASSURANCE_TRUSTED.
const Catalog *catalog_with_trust(Arena *arena, const Catalog *catalog, Trust trust);

// Returns `catalog` with the constraints that `declared` names for the same tables and
// columns added to it with ASSURANCE_NONE (--schema schema.sql beside a database without
// keys; --trust raises them). Check.expr of what is added is NULL.
const Catalog *catalog_with_declared(Arena *arena, const Catalog *catalog,
                                     const Catalog *declared);

// Returns the tables and columns that `declared` has and `catalog` lacks, so that nothing
// came of what is declared of them: "ghosts, users.nick and 3 more"; NULL: none.
const char *catalog_lacks(Arena *arena, const Catalog *catalog, const Catalog *declared);

// Returns `catalog` with other columns in the table at this position.
const Catalog *catalog_with_columns(Arena *arena, const Catalog *catalog, size_t position,
                                    const Column *columns);

#endif
