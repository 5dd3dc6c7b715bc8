// shape_derived.c - shapes with derived tables and CTEs.

#include "fuzz/shape.h"

const char *shape_filtered_cte(Maker *maker)
{
    Part a = part_new(maker, NULL);
    const char *k = number(maker, &a);
    const char *body = arena_printf(
        maker->arena, "SELECT %s AS k, %s(%s) AS n FROM %s WHERE %s GROUP BY %s", k,
        aggregate_name(maker), number(maker, &a), from(maker, &a), condition(maker, &a),
        k);
    unsigned x = ++maker->next_alias, y = ++maker->next_alias;
    const char *second = chance(maker, 1, 2) ? "k" : "n";
    return arena_printf(
        maker->arena,
        "WITH h AS (%s) SELECT t%u.k AS c1, t%u.n AS c2 FROM h AS t%u "
        "%sJOIN h AS t%u ON t%u.k = t%u.k WHERE t%u.k %s %s AND t%u.%s %s "
        "%s",
        body, x, y, x, chance(maker, 1, 3) ? "LEFT " : "", y, x, y, x,
        comparison_sign(maker), literal(maker, CLASS_NUMBER), y, second,
        comparison_sign(maker), literal(maker, CLASS_NUMBER));
}

const char *shape_grouped_join(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *k = number(maker, &b);
    unsigned alias = ++maker->next_alias;
    return arena_printf(
        maker->arena,
        "SELECT %s, t%u.n AS c3 FROM %s %sJOIN (SELECT %s AS k, %s(%s) "
        "AS n FROM %s WHERE %s GROUP BY %s) AS t%u ON t%u.k = %s WHERE "
        "%s%s",
        outputs(maker, &a), alias, from(maker, &a), chance(maker, 1, 3) ? "LEFT " : "", k,
        aggregate_name(maker), number(maker, &b), from(maker, &b), condition(maker, &b),
        k, alias, alias, number(maker, &a), condition(maker, &a), more(maker, &a));
}

// A grouping derived table of which a list wants some keys.
const char *shape_key_list(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *k = number(maker, &a);
    unsigned alias = ++maker->next_alias;
    return arena_printf(
        maker->arena,
        "SELECT t%u.k AS c1, t%u.n AS c2 FROM (SELECT %s AS k, %s(%s) AS "
        "n FROM %s WHERE %s GROUP BY %s) AS t%u WHERE t%u.%s %sIN (SELECT "
        "%s FROM %s WHERE %s)",
        alias, alias, k, aggregate_name(maker), number(maker, &a), from(maker, &a),
        condition(maker, &a), k, alias, alias, chance(maker, 3, 4) ? "k" : "n",
        negation(maker), number(maker, &b), from(maker, &b), condition(maker, &b));
}

// A row and the one before it, by rank.
const char *shape_rank_join(Maker *maker)
{
    static const char *const ranks[] = {"rank", "DENSE_RANK", "ROW_NUMBER"};
    Part a = part_new(maker, NULL);
    const char *k =
        arena_printf(maker->arena, "t%u.%s", a.alias, present_column(maker, a.table));
    const char *t =
        arena_printf(maker->arena, "t%u.%s", a.alias, present_column(maker, a.table));
    unsigned x = ++maker->next_alias, y = ++maker->next_alias;
    return arena_printf(
        maker->arena,
        "WITH h AS (SELECT %s AS k, %s AS t, %s AS v, %s() OVER (PARTITION BY %s ORDER "
        "BY %s) AS n FROM %s) SELECT t%u.k AS c1, t%u.v AS c2, t%u.v AS "
        "c3 FROM h AS t%u %sJOIN h AS t%u ON t%u.k = t%u.k AND t%u.n = t%u.n %s 1",
        k, t, number(maker, &a), pick_from(maker, ranks), k, t, from(maker, &a), x, x, y,
        x, chance(maker, 1, 5) ? "LEFT " : "", y, y, x, x, y,
        chance(maker, 1, 2) ? "+" : "-");
}

// A CTE joined with itself, one constant a use.
const char *shape_pivot(Maker *maker)
{
    Part a = part_new(maker, NULL);
    const char *k = column(maker, &a, chance(maker, 2, 3) ? CLASS_NUMBER : CLASS_TEXT);
    const char *y = number(maker, &a);
    const char *rest = chance(maker, 1, 4) ? column(maker, &a, CLASS_TEXT) : k;
    unsigned p = ++maker->next_alias, q = ++maker->next_alias;
    const char *between = chance(maker, 1, 2)
                              ? arena_printf(maker->arena, " AND t%u.s %s t%u.s", p,
                                             comparison_sign(maker), q)
                              : "";
    return arena_printf(
        maker->arena,
        "WITH h AS (SELECT %s AS k, %s AS y, %s(%s) AS s FROM %s WHERE %s GROUP BY %s, "
        "%s, %s) SELECT t%u.k AS c1, t%u.s AS c2, t%u.s AS c3 FROM h AS t%u %sJOIN h AS "
        "t%u ON t%u.k = t%u.k WHERE t%u.y = %s AND t%u.y = %s%s",
        k, y, aggregate_name(maker), number(maker, &a), from(maker, &a),
        condition(maker, &a), k, y, rest, p, p, q, p, chance(maker, 1, 6) ? "LEFT " : "",
        q, p, q, p, literal(maker, CLASS_NUMBER), q, literal(maker, CLASS_NUMBER),
        between);
}
