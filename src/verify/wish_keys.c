// wish_keys.c - what the tables' constraints make of the rows to be.
//
// Rows that agree in a key are one row (the chase with keys); what a row refers to must
// be there; what a CHECK says is asked of its values.

#include "verify/wish.h"

enum { ROUNDS = 8, ROW_LIMIT = 400 };

static bool same_cells(Wish *wish, uint32_t a, uint32_t b)
{
    Scalar left, right;
    if (a == CELL_NONE || b == CELL_NONE)
        return false;
    if (unknown_root(&wish->unknowns, a) == unknown_root(&wish->unknowns, b))
        return true;
    return unknown_known(&wish->unknowns, a, &left) &&
           unknown_known(&wish->unknowns, b, &right) && left.kind == right.kind &&
           left.kind != SCALAR_NULL && scalar_compare(left, right) == 0;
}

bool wish_join_rows(Wish *wish, size_t a, size_t b)
{
    WishRow *into = &wish->rows.items[a], *from = &wish->rows.items[b];
    size_t count = wish->hints->tables[into->table]->column_count;
    bool joined = true;
    for (size_t c = 0; c < count && joined; c++)
        if (into->cells[c] != CELL_NONE && from->cells[c] != CELL_NONE)
            joined = unknown_join(&wish->unknowns, into->cells[c], from->cells[c]);
    if (!joined)
        return false;
    for (size_t c = 0; c < count; c++)
        if (into->cells[c] == CELL_NONE)
            into->cells[c] = from->cells[c];
    from->cells = into->cells;
    from->is_gone = true;
    return true;
}

static bool agree_in(Wish *wish, const WishRow *a, const WishRow *b,
                     const uint32_t *columns, size_t count)
{
    size_t width = wish->hints->tables[a->table]->column_count;
    for (size_t i = 0; i < count; i++)
        if (columns[i] >= width ||
            !same_cells(wish, a->cells[columns[i]], b->cells[columns[i]]))
            return false;
    return count > 0;
}

static bool agree_in_a_key(Wish *wish, const WishRow *a, const WishRow *b)
{
    const Table *table = wish->hints->tables[a->table];
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].assurance >= ASSURANCE_TRUSTED &&
            agree_in(wish, a, b, table->keys[i].columns, table->keys[i].column_count))
            return true;
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].unique && !table->indexes[i].partial &&
            agree_in(wish, a, b, table->indexes[i].columns,
                     table->indexes[i].column_count))
            return true;
    return false;
}

// True if a row went.
static bool join_rows(Wish *wish)
{
    bool changed = false;
    for (size_t a = 0; a < wish->rows.count; a++)
        for (size_t b = a + 1; b < wish->rows.count; b++) {
            const WishRow *left = &wish->rows.items[a], *right = &wish->rows.items[b];
            if (!left->is_gone && !right->is_gone && left->table == right->table &&
                agree_in_a_key(wish, left, right))
                changed |= wish_join_rows(wish, a, b);
        }
    return changed;
}

// Foreign keys

static bool refers_to(Wish *wish, const WishRow *row, const ForeignKey *key,
                      const WishRow *parent)
{
    for (size_t i = 0; i < key->column_count; i++)
        if (!same_cells(wish, row->cells[key->columns[i]],
                        parent->cells[key->target_columns[i]]))
            return false;
    return true;
}

// True if the reference may be left to chance: nothing is asked of it, and it may be
// NULL; or it is NULL.
static bool is_open(Wish *wish, const Table *table, const WishRow *row,
                    const ForeignKey *key)
{
    bool touched = false, nullable = false;
    for (size_t i = 0; i < key->column_count; i++) {
        uint32_t cell = row->cells[key->columns[i]];
        Scalar value;
        touched |= cell != CELL_NONE;
        nullable |= table->columns[key->columns[i]].not_null < ASSURANCE_TRUSTED;
        if (cell != CELL_NONE && unknown_known(&wish->unknowns, cell, &value) &&
            value.kind == SCALAR_NULL)
            return true;
    }
    return !touched && nullable;
}

// Makes the row refer to the parent.
static void refer(Wish *wish, size_t row, const ForeignKey *key, size_t parent)
{
    for (size_t i = 0; i < key->column_count; i++) {
        uint32_t from = wish_cell(wish, row, key->columns[i]);
        uint32_t to = wish_cell(wish, parent, key->target_columns[i]);
        if (from != CELL_NONE && to != CELL_NONE) {
            (void)unknown_be_not_null(&wish->unknowns, to);
            (void)unknown_join(&wish->unknowns, from, to);
        }
    }
}

// True if a row was added.
static bool find_parent(Wish *wish, size_t row, const ForeignKey *key)
{
    const WishRow *child = &wish->rows.items[row];
    const Table *table = wish->hints->tables[child->table];
    const Table *target = catalog_table(wish->hints->catalog, table->schema, key->target);
    size_t parent =
        target == NULL ? wish->hints->table_count : hints_table(wish->hints, target);
    if (parent == wish->hints->table_count || is_open(wish, table, child, key))
        return false;
    for (size_t i = 0; i < wish->rows.count; i++)
        if (!wish->rows.items[i].is_gone && wish->rows.items[i].table == parent &&
            refers_to(wish, child, key, &wish->rows.items[i]))
            return false;
    bool is_own = parent == child->table;
    if (!is_own && wish->rows.count > ROW_LIMIT)
        return false;
    refer(wish, row, key, is_own ? row : wish_row(wish, parent));
    return true;
}

static bool find_parents(Wish *wish)
{
    bool changed = false;
    for (size_t row = 0; row < wish->rows.count; row++) {
        const Table *table = wish->hints->tables[wish->rows.items[row].table];
        for (size_t i = 0; i < table->foreign_key_count; i++)
            if (!wish->rows.items[row].is_gone &&
                table->foreign_keys[i].assurance >= ASSURANCE_TRUSTED)
                changed |= find_parent(wish, row, &table->foreign_keys[i]);
    }
    return changed;
}

// CHECKs

static void keep_checks(Wish *wish, size_t row)
{
    const Table *table = wish->hints->tables[wish->rows.items[row].table];
    Tuple *tuple = arena_new(wish->arena, Tuple, 1);
    *tuple = (Tuple){.kind = TUPLE_ROW, .row = row};
    Env *env = arena_new(wish->arena, Env, 1);
    array_push(wish->arena, &env->bindings, ((Binding){.source = 0, .tuple = tuple}));
    for (size_t i = 0; i < table->check_count; i++)
        if (table->checks[i].assurance >= ASSURANCE_TRUSTED &&
            table->checks[i].expr != NULL)
            (void)wish_truth(wish, table->checks[i].expr, env, TRUTH_TRUE);
}

void wish_keep_keys(Wish *wish)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        bool changed = join_rows(wish);
        if (!find_parents(wish) && !changed)
            break;
    }
    for (size_t row = 0; row < wish->rows.count; row++)
        if (!wish->rows.items[row].is_gone)
            keep_checks(wish, row);
}
