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

#endif
