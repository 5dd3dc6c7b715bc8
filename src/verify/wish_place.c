// wish_place.c - rows to be, and where references lead.

#include "verify/wish.h"

#include <math.h>
#include <stdlib.h>

// Rows

// True for a column of SQLite that takes any value where the queries compare it with
// texts alone, none of which is a number.
static bool column_meets_texts(const Hints *hints, size_t table, uint32_t column)
{
    const ColumnHint *hint = &hints->columns[hints->first[table] + column];
    Domain domain = domain_of(hints->catalog->dialect, hints->tables[table], column);
    size_t compared = 0;
    for (size_t i = 0; i < hint->near.count; i++) {
        const Literal *literal = &hint->near.items[i];
        char *end;
        (void)strtod(literal->text, &end);
        if (literal->use == USE_SEEN)
            continue;
        compared++;
        if (!literal->is_string || *end == '\0')
            return false;
    }
    return domain.is_mixed && compared > 0;
}

static UnknownKind kind_of_column(const Hints *hints, const Table *table, uint32_t column,
                                  bool *has_kind)
{
    Domain domain = domain_of(hints->catalog->dialect, table, column);
    UnknownKind kind = {.step = 1, .low = -HUGE_VAL, .high = HUGE_VAL};
    *has_kind = true;
    switch (domain.kind) {
    case DOMAIN_BOOLEAN:
        kind.low = 0;
        kind.high = 1;
        kind.kind = SCALAR_NUMBER;
        break;
    case DOMAIN_INTEGER:
        kind.kind = SCALAR_NUMBER;
        kind.splits = domain.is_mixed;
        kind.is_fractional = table->columns[column].type.kind == TYPE_DECIMAL;
        break;
    case DOMAIN_FLOAT:
        kind.kind = SCALAR_NUMBER;
        kind.step = split_step;
        break;
    case DOMAIN_DECIMAL:
        kind.kind = SCALAR_NUMBER;
        kind.step = pow(10, -domain.scale);
        break;
    case DOMAIN_TEXT:
    case DOMAIN_OTHER:
        kind.kind = SCALAR_TEXT;
        break;
    case DOMAIN_DATE:
        kind.kind = SCALAR_MOMENT;
        kind.step = day_seconds;
        break;
    case DOMAIN_TIMESTAMP:
        kind.kind = SCALAR_MOMENT;
        break;
    case DOMAIN_TIME:
    case DOMAIN_BLOB:
        *has_kind = false;
        break;
    }
    return kind;
}

size_t wish_row(Wish *wish, size_t table)
{
    size_t count = wish->hints->tables[table]->column_count;
    WishRow row = {.table = table, .cells = arena_new(wish->arena, uint32_t, count + 1)};
    for (size_t c = 0; c < count; c++)
        row.cells[c] = CELL_NONE;
    array_push(wish->arena, &wish->rows, row);
    size_t made = wish->rows.count - 1;
    wish_keep_bounds(wish, made);
    return made;
}

uint32_t wish_cell(Wish *wish, size_t row, uint32_t column)
{
    WishRow *it = &wish->rows.items[row];
    const Table *table = wish->hints->tables[it->table];
    for (uint32_t c = 0; column == COLUMN_ROWID && c < table->column_count; c++)
        if (column_is_rowid(table, c))
            column = c;
    bool has_kind;
    if (column >= table->column_count || table->columns[column].generated != NULL)
        return CELL_NONE;
    if (it->cells[column] != CELL_NONE)
        return it->cells[column];
    UnknownKind kind = kind_of_column(wish->hints, table, column, &has_kind);
    if (!has_kind)
        return CELL_NONE;
    if (kind.kind == SCALAR_NUMBER && column_meets_texts(wish->hints, it->table, column))
        kind.kind = SCALAR_TEXT;
    kind.nullable = table->columns[column].not_null < ASSURANCE_TRUSTED;
    kind.is_key = column_in_key(table, column);
    kind.slot = wish->hints->first[it->table] + column;
    it->cells[column] = unknown_new(&wish->unknowns, kind);
    return it->cells[column];
}

// Places

static const Tuple *env_find(const Env *env, uint32_t source)
{
    for (; env != NULL; env = env->outer) {
        for (size_t i = 0; i < env->bindings.count; i++)
            if (env->bindings.items[i].source == source)
                return env->bindings.items[i].tuple;
        if (env->is_grouped && env->members.count > 0) {
            const Env *member = env->members.items[0];
            for (size_t i = 0; i < member->bindings.count; i++)
                if (member->bindings.items[i].source == source)
                    return member->bindings.items[i].tuple;
        }
    }
    return NULL;
}

static Place place_in_tuple(Wish *wish, const Tuple *tuple, uint32_t column)
{
    Place place = {.kind = PLACE_OPAQUE};
    switch (tuple->kind) {
    case TUPLE_ROW:
        place.unknown = wish_cell(wish, tuple->row, column);
        place.kind = place.unknown == CELL_NONE ? PLACE_OPAQUE : PLACE_UNKNOWN;
        break;
    case TUPLE_NULLS:
        place.kind = PLACE_NULL;
        break;
    case TUPLE_BLOCK:
        for (size_t i = 0; i < tuple->width; i++)
            if (tuple->outputs[i].id == column)
                place = (Place){.kind = PLACE_EXPR,
                                .expr = tuple->exprs[i],
                                .env = tuple->env};
        break;
    case TUPLE_OPAQUE:
        break;
    }
    return place;
}

static Place place_of_answer(Wish *wish, const Expr *subquery, Env *env)
{
    Place place = {.kind = PLACE_OPAQUE};
    const Tuple *tuple = wish_answer(wish, subquery->query, env);
    if (tuple->kind == TUPLE_BLOCK && tuple->width > 0)
        place = (Place){.kind = PLACE_EXPR, .expr = tuple->exprs[0], .env = tuple->env};
    else if (tuple->kind == TUPLE_NULLS)
        place.kind = PLACE_NULL;
    return place;
}

// Returns what the expression stands for, which may be another one; itself if nothing.
static Place place_of(Wish *wish, const Expr *expr, Env *env)
{
    if (expr == NULL)
        return (Place){.kind = PLACE_OPAQUE};
    if (expr->kind == EXPR_COLUMN) {
        const Tuple *tuple = env_find(env, expr->source);
        return tuple == NULL ? (Place){.kind = PLACE_OPAQUE}
                             : place_in_tuple(wish, tuple, expr->column);
    }
    if (expr->kind == EXPR_SUBQUERY)
        return place_of_answer(wish, expr, env);
    bool is_collated = expr->kind == EXPR_COLLATE;
    return (Place){.kind = PLACE_EXPR,
                   .expr = is_collated ? expr->args[0] : expr,
                   .env = env};
}

Place wish_place(Wish *wish, const Expr *expr, Env *env)
{
    Place place = {.kind = PLACE_EXPR, .expr = expr, .env = env}, before;
    do {
        before = place;
        place = place_of(wish, before.expr, before.env);
    } while (place.kind == PLACE_EXPR &&
             (place.expr != before.expr || place.env != before.env));
    return place;
}
