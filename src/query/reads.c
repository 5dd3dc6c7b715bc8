// reads.c - column references, back to their tables.

#include "query/reads.h"

#include "query/walk.h"

typedef ARRAY(const Source *) Sources;

typedef struct {
    Arena *arena;
    Sources tables;
    TableColumns *columns;
} Reader;

void table_columns_add(Arena *arena, TableColumns *columns, TableColumn column)
{
    for (size_t i = 0; i < columns->count; i++) {
        const TableColumn *known = &columns->items[i];
        if (known->table == column.table && known->column == column.column)
            return;
    }
    array_push(arena, columns, column);
}

static bool note_table(void *context, const Source *source)
{
    Reader *reader = context;
    if (source->kind == SOURCE_TABLE && source->table->kind == TABLE_BASE)
        array_push(reader->arena, &reader->tables, source);
    return true;
}

static bool note_column(void *context, const Expr *expr)
{
    Reader *reader = context;
    if (expr->kind != EXPR_COLUMN)
        return true;
    for (size_t i = 0; i < reader->tables.count; i++) {
        const Source *source = reader->tables.items[i];
        if (source->number == expr->source && expr->column < source->table->column_count)
            table_columns_add(reader->arena, reader->columns,
                              (TableColumn){source->table, expr->column});
    }
    return true;
}

void tree_add_reads(Arena *arena, const Tree *tree, TableColumns *columns)
{
    Reader reader = {.arena = arena, .columns = columns};
    Visitor tables = {.source = note_table, .context = &reader};
    walk_query(tree->root, &tables);
    Visitor references = {.expr = note_column, .context = &reader};
    walk_query(tree->root, &references);
}

const Source *column_origin(const Tree *tree, const Expr *expr, uint32_t *column)
{
    while (expr != NULL && expr->kind == EXPR_COLUMN) {
        const Source *source = tree_source(tree, expr->source);
        if (source == NULL)
            return NULL;
        if (source->kind == SOURCE_TABLE) {
            *column = expr->column;
            return expr->column < source->table->column_count ? source : NULL;
        }
        const Query *query = source_plain_query(tree, source);
        const Output *output = query != NULL ? query_output(query, expr->column) : NULL;
        expr = output != NULL ? output->expr : NULL;
    }
    return NULL;
}
