// reads.h - which columns of base tables a tree refers to.

#ifndef QUERY_READS_H
#define QUERY_READS_H

#include "base/array.h"
#include "query/query.h"

typedef struct {
    const Table *table;
    uint32_t column; // Its ordinal; a rowid is none.
} TableColumn;

typedef ARRAY(TableColumn) TableColumns;

// Adds a column, unless it is there.
void table_columns_add(Arena *arena, TableColumns *columns, TableColumn column);

// Adds each column of a base table that an expression of the bound tree names. What an
// opaque node or a view reads is not seen.
void tree_add_reads(Arena *arena, const Tree *tree, TableColumns *columns);

// Returns the source of a base table whose column this expression is, passed on as it
// stands by derived tables and CTEs; sets `column` to its ordinal. NULL if it is none.
const Source *column_origin(const Tree *tree, const Expr *expr, uint32_t *column);

#endif
