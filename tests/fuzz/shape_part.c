// shape_part.c - what the shapes are made of.

#include "fuzz/shape.h"

#include <stdio.h>

Part part_of(Maker *maker, const Table *table, const Part *outer)
{
    Part part = {.table = table, .alias = ++maker->next_alias};
    part.scope.outer = outer ? &outer->scope : NULL;
    show_table(maker, &part.scope, table, part.alias);
    return part;
}

Part part_new(Maker *maker, const Part *outer)
{
    size_t table = pick(maker, maker->catalog->table_count);
    return part_of(maker, &maker->catalog->tables[table], outer);
}

Part partner_new(Maker *maker, const Part *other, const Part *outer)
{
    return chance(maker, 1, 2) ? part_of(maker, other->table, outer)
                               : part_new(maker, outer);
}

const char *from(Maker *maker, const Part *part)
{
    return arena_printf(maker->arena, "%s AS t%u", part->table->name, part->alias);
}

const char *column(Maker *maker, const Part *part, Class class)
{
    Scope own = {NULL, part->scope.columns};
    const char *found = visible_column(maker, &own, class);
    return found ? found : literal(maker, class);
}

const char *number(Maker *maker, const Part *part)
{
    return column(maker, part, CLASS_NUMBER);
}

const char *present_column(Maker *maker, const Table *table)
{
    size_t found = 0;
    for (int tries = 0; tries < 6; tries++) {
        found = pick(maker, table->column_count);
        if (table->columns[found].declared_not_null)
            break;
    }
    return table->columns[found].name;
}

const char *equality(Maker *maker, const Part *a, const Part *b)
{
    Class class = chance(maker, 3, 4) ? CLASS_NUMBER : CLASS_TEXT;
    const char *left = column(maker, a, class);
    const char *right = column(maker, b, class);
    if (a->table == b->table && chance(maker, 1, 2))
        right = arena_printf(maker->arena, "t%u%s", b->alias,
                             left + snprintf(NULL, 0, "t%u", a->alias));
    else if (class == CLASS_NUMBER && chance(maker, 1, 3))
        right = arena_printf(maker->arena, "t%u.%s", b->alias, b->table->columns[0].name);
    if (right[0] != 't' || left[0] != 't' || chance(maker, 1, 2))
        return arena_printf(maker->arena, "%s = %s", left, right);
    return arena_printf(maker->arena, "%s = %s", right, left);
}

const char *more(Maker *maker, const Part *part)
{
    if (chance(maker, 1, 2))
        return "";
    Scope own = {chance(maker, 1, 6) ? part->scope.outer : NULL, part->scope.columns};
    return arena_printf(maker->arena, " AND (%s)", predicate(maker, &own, 1));
}

const char *condition(Maker *maker, const Part *part)
{
    Scope own = {NULL, part->scope.columns};
    return predicate(maker, &own, 1);
}

const char *comparison_sign(Maker *maker)
{
    static const char *const signs[] = {
        "<", "<=", "=", "<>", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"};
    return pick_from(maker, signs);
}

const char *aggregate_name(Maker *maker)
{
    static const char *const names[] = {"max", "min", "sum", "count", "avg"};
    return pick_from(maker, names);
}

const char *outputs(Maker *maker, const Part *part)
{
    return arena_printf(maker->arena, "%s AS c1, %s AS c2", number(maker, part),
                        column(maker, part, CLASS_TEXT));
}

const char *negation(Maker *maker)
{
    return chance(maker, 1, 3) ? "NOT " : "";
}
