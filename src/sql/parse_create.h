// parse_create.h - what a CREATE statement says, before names are looked up.

#ifndef SQL_PARSE_CREATE_H
#define SQL_PARSE_CREATE_H

#include "sql/parse.h"

// A column of a key or an index; `name` is NULL where an expression stands.
typedef struct {
    const char *name;
    const char *collation;
} KeyPart;

typedef struct {
    const char *name; // NULL if none is given.
    bool primary;
    bool of_column; // Written behind a column, not as an item of its own.
    const KeyPart *parts;
    size_t part_count;
} KeyDraft;

typedef struct {
    const char *name;
    const char *const *columns;
    size_t column_count;
    const char *target;
    const char *const *target_columns; // None: the target's primary key.
    size_t target_count;
} ReferenceDraft;

typedef struct {
    Column column;
    bool not_null;       // Written so.
    bool is_rowid_alias; // SQLite: INTEGER PRIMARY KEY.
} ColumnDraft;

typedef enum { CREATED_TABLE, CREATED_INDEX, CREATED_VIEW } CreatedKind;

typedef struct {
    CreatedKind kind;
    const char *text; // The statement.
    const char *schema, *name;
    ARRAY(ColumnDraft) columns;
    ARRAY(KeyDraft) keys;
    ARRAY(ReferenceDraft) references;
    ARRAY(Check) checks;
    bool strict;
    bool without_rowid;
    bool from_query; // CREATE TABLE … AS: its columns are not known here.
    // Views
    const char *view_sql;
    const char *const *view_names;
    size_t view_name_count;
    // Indexes: `name` is theirs, and keys holds their columns.
    const char *table;
    bool unique;
    bool partial;
} Created;

// True if CREATE TABLE, INDEX or VIEW starts here.
bool at_create(const Parser *p);

// create = CREATE … (TABLE | INDEX | VIEW) …
Created parse_create(Parser *p);

// True if CREATE TYPE starts here.
bool at_create_type(const Parser *p);

// type = CREATE … TYPE name AS …; what it is defined as is kept as text.
NamedType parse_create_type(Parser *p);

// parts = "(" expr [COLLATE …] [ASC | DESC] {"," …} ")", as of an index
void parse_key_columns(Parser *p);

// name = name ["." name]; sets `schema` to NULL if there is none.
const char *parse_object_name(Parser *p, const char *what, const char **schema);

#endif
