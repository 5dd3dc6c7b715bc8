// scan.h - what a catalogue has only as CREATE text: CHECKs, generated columns,
// collations, the columns of an index, the SELECT of a view.
//
// No parser (that is sql/'s): it tells names, quoted things and comments apart, and
// follows parentheses, so that a comma or a word inside an expression is never taken
// for one of the statement's.

#ifndef ENGINE_SCAN_H
#define ENGINE_SCAN_H

#include "base/arena.h"

#include <stddef.h>

typedef struct {
    const char *name;
    const char *generated; // The expression, or NULL.
    const char *collation; // COLLATE, or NULL.
} ScannedColumn;

typedef struct {
    const char *name; // NULL if it has none.
    const char *text; // The condition.
} ScannedCheck;

typedef struct {
    const ScannedColumn *columns;
    size_t column_count;
    const ScannedCheck *checks;
    size_t check_count;
} ScannedTable;

// Reads CREATE TABLE; what is none yields nothing. `sql` may be NULL.
ScannedTable scan_table(Arena *arena, const char *sql);

// Returns how many columns and expressions CREATE INDEX lists.
size_t scan_index_count(Arena *arena, const char *sql);

// Returns the name of the column at position `number` of CREATE INDEX; NULL where an
// expression stands, or nothing.
const char *scan_index_column(Arena *arena, const char *sql, size_t number);

// Returns what stands behind AS in CREATE VIEW, without a semicolon; NULL if nothing.
const char *scan_view(Arena *arena, const char *sql);

#endif
