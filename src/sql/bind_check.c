// bind_check.c - CHECK constraints as expressions.
//
// A CHECK is bound as the WHERE of a query over its table; its columns then get source
// 0, which stands for "the table it is declared on".

#include "sql/sql.h"

#include "query/walk.h"

// Returns the node as it stands in a CHECK: of no source, and nowhere in a query's text.
static const Expr *as_check(void *context, const Expr *expr)
{
    Expr detached = *expr;
    detached.offset = NO_OFFSET;
    if (detached.kind == EXPR_COLUMN)
        detached.source = 0;
    return expr_new(context, detached);
}

// Returns the condition bound, or NULL where it is not understood.
static const Expr *bind_condition(Arena *arena, const Catalog *catalog,
                                  const Table *table, const char *condition)
{
    // A line comment may end the condition.
    const char *text =
        arena_printf(arena, "SELECT 1 FROM %s WHERE (%s\n)",
                     sql_quote_table(arena, catalog->dialect, table), condition);
    Tree tree;
    Error err;
    if (!sql_bind(arena, catalog, text, &tree, &err) || tree.has_opaque)
        return NULL;
    const Select *select = tree.root->select;
    bool plain = tree.root->body == BODY_SELECT && select->filter_count > 0 &&
                 select->group_count == 0 && tree.root->order_count == 0;
    if (!plain)
        return NULL;
    const Expr *bound = expr_and(arena, select->filter, select->filter_count);
    if (expr_has_subquery(bound))
        return NULL;
    return map_expr(bound, &(Mapper){.expr = as_check, .context = arena, .arena = arena});
}

const Catalog *sql_bind_checks(Arena *arena, const Catalog *catalog)
{
    Table *tables =
        arena_copy(arena, catalog->tables, catalog->table_count, sizeof(*tables));
    for (size_t i = 0; i < catalog->table_count; i++) {
        const Table *table = &catalog->tables[i];
        Check *checks =
            arena_copy(arena, table->checks, table->check_count, sizeof(*checks));
        for (size_t j = 0; j < table->check_count; j++)
            if (checks[j].expr == NULL)
                checks[j].expr = bind_condition(arena, catalog, table, checks[j].text);
        tables[i].checks = checks;
    }
    Catalog *bound = arena_copy(arena, catalog, 1, sizeof(*catalog));
    bound->tables = tables;
    return bound;
}
