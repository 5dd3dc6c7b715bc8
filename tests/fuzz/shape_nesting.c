// shape_nesting.c - blocks inside of blocks: set operations, CTEs that are read twice,
// windows over groups, LIMIT further down.
//
// What they return must not depend on the order of rows: ORDER BY under a LIMIT ends with
// a key, and windows go by what is different in each group, or ignore ties.

#include "fuzz/shape.h"

#include <string.h>

// Set operations

static const char *set_operator(Maker *maker)
{
    static const char *const operators[] = {"UNION", "UNION ALL", "INTERSECT", "EXCEPT"};
    return pick_from(maker, operators);
}

// Returns a SELECT of one number, c1, of rows or groups; `outer`: of its partners.
static const char *arm(Maker *maker, const Part *outer)
{
    Part a = part_new(maker, outer);
    const char *k = number(maker, &a);
    const char *where = outer != NULL && chance(maker, 1, 2) ? equality(maker, outer, &a)
                                                             : condition(maker, &a);
    const char *sql =
        arena_printf(maker->arena, "SELECT %s%s AS c1 FROM %s WHERE %s",
                     chance(maker, 1, 6) ? "DISTINCT " : "", k, from(maker, &a), where);
    return chance(maker, 1, 5) ? arena_printf(maker->arena, "%s GROUP BY %s", sql, k)
                               : sql;
}

// Returns two or three arms, of which two may be a table of their own.
static const char *arms(Maker *maker, const Part *outer)
{
    Arena *arena = maker->arena;
    const char *a = arm(maker, outer), *b = arm(maker, outer), *c = arm(maker, outer);
    const char *op = set_operator(maker), *other = set_operator(maker);
    switch (pick(maker, 4)) {
    case 0:
        return arena_printf(arena, "SELECT x.c1 FROM (%s %s %s) AS x %s %s", a, op, b,
                            other, c);
    case 1:
        return arena_printf(arena, "%s %s SELECT x.c1 FROM (%s %s %s) AS x", a, other, b,
                            op, c);
    case 2:
        return arena_printf(arena, "%s %s %s %s %s", a, op, b, op, c);
    default:
        return arena_printf(arena, "%s %s %s", a, op, b);
    }
}

const char *shape_set_operations(Maker *maker)
{
    Arena *arena = maker->arena;
    Part a = part_new(maker, NULL);
    switch (pick(maker, 5)) {
    case 0:
        return arena_printf(arena, "SELECT %s FROM %s WHERE %s %sIN (%s)%s",
                            outputs(maker, &a), from(maker, &a), number(maker, &a),
                            negation(maker), arms(maker, NULL), more(maker, &a));
    case 1:
        return arena_printf(arena, "SELECT %s FROM %s WHERE %sEXISTS (%s)%s",
                            outputs(maker, &a), from(maker, &a), negation(maker),
                            arms(maker, &a), more(maker, &a));
    case 2:
        return arena_printf(arena,
                            "SELECT s.c1, count(*) AS c2 FROM (%s) AS s GROUP BY "
                            "s.c1 HAVING s.c1 %s %s",
                            arms(maker, NULL), comparison_sign(maker),
                            literal(maker, CLASS_NUMBER));
    case 3:
        return arena_printf(
            arena, "SELECT %s FROM %s %sJOIN (%s) AS s ON s.c1 = %s WHERE %s",
            outputs(maker, &a), from(maker, &a), chance(maker, 1, 2) ? "LEFT " : "",
            arms(maker, NULL), number(maker, &a), condition(maker, &a));
    default:
        return arms(maker, NULL);
    }
}

// CTEs

// Returns what is asked of the CTE h (k, n) a second time.
static const char *second_use(Maker *maker)
{
    Arena *arena = maker->arena;
    const char *sign = comparison_sign(maker), *k = literal(maker, CLASS_NUMBER);
    switch (pick(maker, 5)) {
    case 0:
        return arena_printf(arena, "x.n %s (SELECT %s(y.n) FROM h AS y)", sign,
                            aggregate_name(maker));
    case 1:
        return arena_printf(arena, "x.k %sIN (SELECT y.k FROM h AS y WHERE y.n %s %s)",
                            negation(maker), sign, k);
    case 2:
        return arena_printf(arena,
                            "%sEXISTS (SELECT 1 FROM h AS y WHERE y.k = x.k AND y.n %s "
                            "%s)",
                            negation(maker), sign, k);
    case 3:
        return arena_printf(arena, "x.n %s (SELECT %s(y.n) FROM h AS y WHERE y.k = x.k)",
                            sign, aggregate_name(maker));
    default:
        return arena_printf(arena, "x.k IN (SELECT v.k FROM v WHERE v.n %s %s)", sign, k);
    }
}

const char *shape_cte_twice(Maker *maker)
{
    Arena *arena = maker->arena;
    Part a = part_new(maker, NULL);
    const char *k = number(maker, &a);
    const char *h =
        chance(maker, 2, 3)
            ? arena_printf(arena,
                           "SELECT %s AS k, %s(%s) AS n FROM %s WHERE %s GROUP BY %s", k,
                           aggregate_name(maker), number(maker, &a), from(maker, &a),
                           condition(maker, &a), k)
            : arena_printf(arena, "SELECT %s AS k, %s AS n FROM %s WHERE %s", k,
                           number(maker, &a), from(maker, &a), condition(maker, &a));
    const char *join = chance(maker, 1, 2)
                           ? arena_printf(arena, " %sJOIN v ON v.k = x.k",
                                          chance(maker, 1, 2) ? "LEFT " : "")
                           : "";
    return arena_printf(arena,
                        "WITH h AS (%s), v AS (SELECT h.k, %s(h.n) AS n FROM h WHERE h.k "
                        "%s %s GROUP BY h.k) SELECT x.k AS c1, x.n AS c2 FROM h AS x%s "
                        "WHERE %s AND x.k %s %s",
                        h, aggregate_name(maker), comparison_sign(maker),
                        literal(maker, CLASS_NUMBER), join, second_use(maker),
                        comparison_sign(maker), literal(maker, CLASS_NUMBER));
}

// Windows over groups

const char *shape_group_window(Maker *maker)
{
    static const char *const windows[] = {
        "sum(count(*)) OVER (ORDER BY %s)",
        "rank() OVER (ORDER BY count(*) DESC, %s)",
        "dense_rank() OVER (ORDER BY count(*))",
        "max(count(*)) OVER ()",
        "row_number() OVER (ORDER BY %s DESC)",
        "count(*) OVER (PARTITION BY count(*))",
        "lag(count(*)) OVER (ORDER BY %s)",
        "sum(count(*)) OVER (ORDER BY %s ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
    };
    Arena *arena = maker->arena;
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *k = number(maker, &a);
    const char *form = pick_from(maker, windows);
    const char *at = strstr(form, "%s");
    const char *window =
        at == NULL ? form
                   : arena_printf(arena, "%.*s%s%s", (int)(at - form), form, k, at + 2);
    const char *join =
        chance(maker, 1, 2)
            ? arena_printf(arena, " %sJOIN %s ON %s", chance(maker, 1, 2) ? "LEFT " : "",
                           from(maker, &b), equality(maker, &a, &b))
            : "";
    const char *having = chance(maker, 1, 3) ? arena_printf(arena, " HAVING %s %s %s", k,
                                                            comparison_sign(maker),
                                                            literal(maker, CLASS_NUMBER))
                                             : "";
    const char *sql = arena_printf(
        arena, "SELECT %s AS c1, %s(%s) AS c2, %s AS c3 FROM %s%s WHERE %s GROUP BY %s%s",
        k, aggregate_name(maker), number(maker, &a), window, from(maker, &a), join,
        condition(maker, &a), k, having);
    if (chance(maker, 1, 2))
        return sql;
    return arena_printf(arena, "SELECT g.c1, g.c3 AS c2 FROM (%s) AS g WHERE g.%s %s %s",
                        sql, chance(maker, 1, 2) ? "c1" : "c3", comparison_sign(maker),
                        literal(maker, CLASS_NUMBER));
}

// LIMIT

// Returns a table whose column id tells all rows apart.
static Part keyed_part(Maker *maker, const Part *outer)
{
    const char *name = chance(maker, 1, 2) ? "r" : "s";
    return part_of(maker, catalog_table(maker->catalog, NULL, name), outer);
}

// Returns the first rows of a table by something, and by its key.
static const char *first_rows(Maker *maker, const Part *a, const char *where)
{
    static const char *const limits[] = {"1", "2", "3", "2 OFFSET 1"};
    return arena_printf(
        maker->arena,
        "SELECT %s AS k, %s AS n FROM %s WHERE %s ORDER BY %st%u.id%s "
        "LIMIT %s",
        number(maker, a), number(maker, a), from(maker, a), where,
        chance(maker, 1, 2) ? arena_printf(maker->arena, "t%u.a, ", a->alias) : "",
        a->alias, chance(maker, 1, 2) ? " DESC" : "", pick_from(maker, limits));
}

const char *shape_limited(Maker *maker)
{
    Arena *arena = maker->arena;
    Part a = part_new(maker, NULL);
    bool correlated = chance(maker, 1, 3);
    Part b = keyed_part(maker, correlated ? &a : NULL);
    const char *first = first_rows(
        maker, &b, correlated ? equality(maker, &a, &b) : condition(maker, &b));
    if (correlated && chance(maker, 1, 2))
        return arena_printf(arena, "SELECT %s FROM %s WHERE %sEXISTS (%s)%s",
                            outputs(maker, &a), from(maker, &a), negation(maker), first,
                            more(maker, &a));
    if (correlated)
        return arena_printf(arena,
                            "SELECT %s FROM %s WHERE %s %sIN (SELECT f.k FROM (%s) AS f "
                            "WHERE f.n %s %s)",
                            outputs(maker, &a), from(maker, &a), number(maker, &a),
                            negation(maker), first, comparison_sign(maker),
                            literal(maker, CLASS_NUMBER));
    switch (pick(maker, 3)) {
    case 0:
        return arena_printf(arena,
                            "SELECT f.k AS c1, %s(f.n) AS c2 FROM (%s) AS f WHERE f.k %s "
                            "%s GROUP BY f.k",
                            aggregate_name(maker), first, comparison_sign(maker),
                            literal(maker, CLASS_NUMBER));
    case 1:
        return arena_printf(arena,
                            "SELECT %s, f.n AS c3 FROM %s %sJOIN (%s) AS f ON f.k = %s "
                            "WHERE %s",
                            outputs(maker, &a), from(maker, &a),
                            chance(maker, 1, 2) ? "LEFT " : "", first, number(maker, &a),
                            condition(maker, &a));
    default:
        return arena_printf(arena,
                            "WITH f AS (%s) SELECT x.k AS c1, y.n AS c2 FROM f AS x JOIN "
                            "f AS y ON y.k = x.k WHERE x.n %s %s AND y.n %s %s",
                            first, comparison_sign(maker), literal(maker, CLASS_NUMBER),
                            comparison_sign(maker), literal(maker, CLASS_NUMBER));
    }
}
