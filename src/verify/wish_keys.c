// wish_keys.c - what the tables' constraints make of the rows to be.
//
// Rows that agree in a key are one row (the chase with keys); what a row refers to must
// be there; what a CHECK says is asked of its values.

#include "verify/wish.h"

enum { ROUNDS = 8, ROW_LIMIT = 1200 };

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

static bool join_pair(Wish *wish, size_t a, size_t b)
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

// Returns a number that is the same for rows that agree in these columns; 0 where a row
// agrees with none.
static uint64_t hash_of(Wish *wish, const WishRow *row, const uint32_t *columns,
                        size_t count)
{
    uint64_t hash = hash_number(row->table + 1);
    size_t width = wish->hints->tables[row->table]->column_count;
    for (size_t i = 0; i < count; i++) {
        uint32_t cell = columns[i] < width ? row->cells[columns[i]] : CELL_NONE;
        Scalar value;
        uint64_t part;
        if (cell == CELL_NONE)
            return 0;
        if (!unknown_known(&wish->unknowns, cell, &value))
            part = unknown_root(&wish->unknowns, cell);
        else if (value.kind == SCALAR_NULL)
            return 0;
        else if (value.kind == SCALAR_TEXT)
            part = hash_word(value.text);
        else
            part = (uint64_t)(int64_t)(value.number * 1000);
        hash = hash_number(hash ^ hash_number(part + i));
    }
    return hash;
}

// Joins the rows of a table that agree in these columns; true if one went.
static bool join_by(Wish *wish, size_t table, const uint32_t *columns, size_t count)
{
    bool changed = false;
    Map first = map_new(wish->arena);
    for (size_t row = 0; row < wish->rows.count; row++) {
        WishRow *it = &wish->rows.items[row];
        uint64_t hash =
            it->is_gone || it->table != table ? 0 : hash_of(wish, it, columns, count);
        if (hash == 0)
            continue;
        void **entry = map_number(&first, hash);
        WishRow *other = *entry;
        if (other == NULL)
            *entry = it;
        else if (agree_in(wish, other, it, columns, count))
            changed |= join_pair(wish, (size_t)(other - wish->rows.items), row);
    }
    return changed;
}

static bool join_rows(Wish *wish)
{
    bool changed = false;
    for (size_t t = 0; t < wish->hints->table_count; t++) {
        const Table *table = wish->hints->tables[t];
        for (size_t i = 0; i < table->key_count; i++)
            if (table->keys[i].assurance >= ASSURANCE_TRUSTED)
                changed |=
                    join_by(wish, t, table->keys[i].columns, table->keys[i].column_count);
        for (size_t i = 0; i < table->index_count; i++)
            if (table->indexes[i].unique && !table->indexes[i].partial)
                changed |= join_by(wish, t, table->indexes[i].columns,
                                   table->indexes[i].column_count);
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
    size_t parent = hints_parent(wish->hints, child->table, key);
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

// Asks for what bounds a value; for the rest, too, if `whole`.
static void keep_check(Wish *wish, const Expr *check, Env *env, bool whole)
{
    bool is_bound = check->kind == EXPR_COMPARE || check->kind == EXPR_BETWEEN;
    if (whole || is_bound)
        (void)wish_truth(wish, check, env, TRUTH_TRUE);
    for (size_t i = 0; !whole && check->kind == EXPR_AND && i < check->arg_count; i++)
        if (check->args[i]->kind == EXPR_COMPARE || check->args[i]->kind == EXPR_BETWEEN)
            (void)wish_truth(wish, check->args[i], env, TRUTH_TRUE);
}

static void keep_checks(Wish *wish, size_t row, bool whole)
{
    const Table *table = wish->hints->tables[wish->rows.items[row].table];
    Env *env = NULL;
    for (size_t i = 0; i < table->check_count; i++) {
        const Check *check = &table->checks[i];
        if (check->assurance < ASSURANCE_TRUSTED || check->expr == NULL)
            continue;
        if (env == NULL) {
            Tuple *tuple = arena_new(wish->arena, Tuple, 1);
            *tuple = (Tuple){.kind = TUPLE_ROW, .row = row};
            env = arena_new(wish->arena, Env, 1);
            array_push(wish->arena, &env->bindings,
                       ((Binding){.source = 0, .tuple = tuple}));
        }
        keep_check(wish, check->expr, env, whole);
    }
}

void wish_keep_bounds(Wish *wish, size_t row)
{
    keep_checks(wish, row, false);
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
            keep_checks(wish, row, true);
}
