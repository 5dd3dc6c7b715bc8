// missing.c - what might be promised, and whether the data keep it.

#include "optimize/missing.h"

#include "base/clock.h"
#include "query/walk.h"
#include "sql/sql.h"

#include <string.h>

typedef struct {
    Arena *arena;
    const Catalog *catalog;
    const Tree *tree;
    Constraints *found;
} Search;

static void suppose(Search *search, Constraint constraint)
{
    if (constraint.table->kind != TABLE_BASE || constraint_is_believed(&constraint))
        return;
    for (size_t i = 0; i < search->found->count; i++)
        if (constraint_equal(&search->found->items[i], &constraint))
            return;
    array_push(search->arena, search->found, constraint);
}

// What is declared, though nobody holds the data to it.
static void suppose_declared(Search *search, const Table *table)
{
    for (size_t i = 0; i < table->key_count; i++) {
        const Key *key = &table->keys[i];
        suppose(search, (Constraint){.kind = CONSTRAINT_KEY,
                                     .table = table,
                                     .columns = key->columns,
                                     .column_count = key->column_count});
    }
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *key = &table->foreign_keys[i];
        const Table *target = catalog_table(search->catalog, table->schema, key->target);
        if (target != NULL && target->kind == TABLE_BASE)
            suppose(search, (Constraint){.kind = CONSTRAINT_FOREIGN_KEY,
                                         .table = table,
                                         .columns = key->columns,
                                         .column_count = key->column_count,
                                         .target = target,
                                         .target_columns = key->target_columns});
    }
}

static void suppose_not_null(Search *search, TableColumn it)
{
    suppose(search, (Constraint){.kind = CONSTRAINT_NOT_NULL,
                                 .table = it.table,
                                 .columns = arena_copy(search->arena, &it.column, 1,
                                                       sizeof(it.column)),
                                 .column_count = 1});
}

// Equalities between columns are where keys pay.

// Returns the table whose column it is; NULL if that is none of a table's.
static const Table *table_of(const Search *search, const Expr *expr)
{
    const Source *source =
        expr->kind == EXPR_COLUMN ? tree_source(search->tree, expr->source) : NULL;
    bool is_stored = source != NULL && source->kind == SOURCE_TABLE &&
                     source->table->kind == TABLE_BASE &&
                     expr->column < source->table->column_count;
    return is_stored ? source->table : NULL;
}

static const uint32_t *ordinal_of(const Search *search, const Expr *column)
{
    return arena_copy(search->arena, &column->column, 1, sizeof(column->column));
}

// Supposes that a table's column is a key of it.
static void suppose_key(Search *search, const Expr *expr)
{
    const Table *table = table_of(search, expr);
    if (table != NULL)
        suppose(search, (Constraint){.kind = CONSTRAINT_KEY,
                                     .table = table,
                                     .columns = ordinal_of(search, expr),
                                     .column_count = 1});
}

// Supposes that `parent` is a key, or, where it is one, that `child` references it.
static void suppose_partner(Search *search, const Expr *child, const Expr *parent)
{
    const Table *table = table_of(search, child), *target = table_of(search, parent);
    if (target == NULL)
        return;
    Constraint reference = {.kind = CONSTRAINT_FOREIGN_KEY,
                            .table = table,
                            .columns = ordinal_of(search, child),
                            .column_count = 1,
                            .target = target,
                            .target_columns = ordinal_of(search, parent)};
    Constraint key = {.kind = CONSTRAINT_KEY,
                      .table = target,
                      .columns = reference.target_columns,
                      .column_count = 1};
    if (!constraint_is_believed(&key))
        suppose(search, key);
    else if (table != NULL && table != target)
        suppose(search, reference);
}

static bool visit_expr(void *context, const Expr *expr)
{
    Search *search = context;
    if (expr->kind == EXPR_COMPARE && expr->compare == COMPARE_EQ) {
        suppose_partner(search, expr->args[0], expr->args[1]);
        suppose_partner(search, expr->args[1], expr->args[0]);
    }
    return true;
}

// DISTINCT over a key is none.
static bool visit_query(void *context, const Query *query)
{
    Search *search = context;
    const Select *select = query->body == BODY_SELECT ? query->select : NULL;
    for (size_t i = 0;
         select != NULL && select->distinct == DISTINCT_ROWS && i < select->output_count;
         i++)
        suppose_key(search, select->outputs[i].expr);
    return true;
}

static bool visit_source(void *context, const Source *source)
{
    Search *search = context;
    if (source->kind == SOURCE_TABLE)
        suppose_declared(search, source->table);
    return true;
}

void constraints_add_missing(Arena *arena, const Catalog *catalog, const Tree *tree,
                             Constraints *constraints)
{
    Search search = {.arena = arena,
                     .catalog = catalog,
                     .tree = tree,
                     .found = constraints};
    TableColumns reads = {0};
    tree_add_reads(arena, tree, &reads);
    for (size_t i = 0; i < reads.count; i++)
        suppose_not_null(&search, reads.items[i]);
    Visitor visitor = {.expr = visit_expr,
                       .query = visit_query,
                       .source = visit_source,
                       .context = &search};
    walk_query(tree->root, &visitor);
}

Constraints constraints_relied_on(Arena *arena, const Constraints *constraints,
                                  const Assumptions *assumptions)
{
    Constraints used = {0};
    for (size_t i = 0; i < constraints->count; i++) {
        const char *words = constraint_print(arena, &constraints->items[i]);
        bool is_used = false;
        for (size_t j = 0; j < assumptions->count; j++)
            is_used |= strcmp(assumptions->items[j].constraint, words) == 0;
        if (is_used)
            array_push(arena, &used, constraints->items[i]);
    }
    return used;
}

bool constraints_kept(Engine *engine, Arena *arena, const Constraints *constraints,
                      double timeout_ms, Constraints *kept, Error *err)
{
    double deadline_ms = clock_ms() + timeout_ms;
    for (size_t i = 0; i < constraints->count; i++) {
        const Constraint *each = &constraints->items[i];
        double left_ms = deadline_ms - clock_ms();
        Request request = {.sql = sql_print_offence(arena, engine_dialect(engine), each),
                           .sink = SINK_ROWS,
                           .row_limit = 1,
                           .timeout_ms = left_ms};
        Result result;
        Error error;
        if (left_ms <= 0)
            return true;
        if (engine_run(engine, arena, &request, &result, &error)) {
            if (result.row_count == 0)
                array_push(arena, kept, *each);
        } else if (error.kind == ERROR_CANCELLED) {
            *err = error;
            return false;
        }
    }
    return true;
}
