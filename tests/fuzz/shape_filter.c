// shape_filter.c - shapes whose conditions say more, or less well, what they want.

#include "fuzz/shape.h"

const char *shape_or_chain(Maker *maker)
{
    Part a = part_new(maker, NULL);
    Class class = chance(maker, 2, 3) ? CLASS_NUMBER : CLASS_TEXT;
    const char *x = column(maker, &a, class);
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s WHERE %s(%s = %s OR %s = %s OR %s IN (%s, "
                        "%s) OR %s)%s",
                        outputs(maker, &a), from(maker, &a), negation(maker), x,
                        literal(maker, class), literal(maker, class), x, x,
                        literal(maker, class), literal(maker, class),
                        condition(maker, &a), more(maker, &a));
}

const char *shape_common_factor(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *shared = equality(maker, &a, &b);
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s, %s WHERE ((%s AND %s) OR (%s AND %s AND %s))"
                        "%s",
                        outputs(maker, &a), from(maker, &a), from(maker, &b), shared,
                        condition(maker, &a), condition(maker, &b), shared,
                        condition(maker, &a), more(maker, &a));
}

const char *shape_having(Maker *maker)
{
    Part a = part_new(maker, NULL);
    const char *k = number(maker, &a);
    const char *rest = chance(maker, 1, 2) ? " AND count(*) > 1" : "";
    return arena_printf(maker->arena,
                        "SELECT %s AS c1, %s(%s) AS c2 FROM %s WHERE %s GROUP BY %s, %s "
                        "HAVING (%s %s %s OR %s IS NULL)%s",
                        k, aggregate_name(maker), number(maker, &a), from(maker, &a),
                        condition(maker, &a), k, column(maker, &a, CLASS_TEXT), k,
                        comparison_sign(maker), literal(maker, CLASS_NUMBER), k, rest);
}

// A function of a date or time stamp that picks a period, by dialect.
const char *shape_period(Maker *maker)
{
    static const char *const sqlite[] = {
        "strftime('%Y', t1.day) = '2024'",
        "strftime('%Y-%m', t1.stamp) = '2024-01'",
        "substr(t1.day, 1, 7) = '2024-12'",
        "date(t1.stamp) = '2024-12-31'",
        "substr(t1.stamp, 1, 4) = '2024'",
        "strftime('%Y-%m', t1.day) = '2024-13'",
        "strftime('%Y', t1.stamp) = '2024'",
        "strftime('%Y-%m-%d', t1.stamp) = '2024-01-31'",
        "CAST(strftime('%Y', t1.day) AS INTEGER) = 2024",
    };
    static const char *const duckdb[] = {
        "year(t1.day) = 2024",
        "EXTRACT(year FROM t1.stamp) = 2024",
        "strftime(t1.stamp, '%Y-%m') = '2024-01'",
        "strftime(t1.day, '%Y-%m') = '2024-12'",
        "CAST(t1.stamp AS DATE) = '2024-12-31'",
        "strftime(t1.day, '%Y-%m') = '2024-13'",
    };
    bool is_sqlite = maker->catalog->dialect == DIALECT_SQLITE;
    const char *period = is_sqlite ? pick_from(maker, sqlite) : pick_from(maker, duckdb);
    return arena_printf(maker->arena,
                        "SELECT t1.id AS c1, t1.a AS c2 FROM w AS t1 WHERE %s(%s)",
                        chance(maker, 1, 4) ? "t1.a = 1 OR " : negation(maker), period);
}

const char *shape_wordy_filter(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *x = number(maker, &a), *y = number(maker, &b);
    const char *said = condition(maker, &a), *test;
    switch (pick(maker, 5)) {
    case 0:
        test = arena_printf(maker->arena, "CASE WHEN %s THEN %s ELSE %s END %s %s", said,
                            "1", chance(maker, 4, 5) ? "0" : "1",
                            chance(maker, 1, 2) ? "=" : "<>",
                            chance(maker, 1, 2) ? "1" : "0");
        break;
    case 1:
        test = arena_printf(maker->arena, "CASE WHEN %s THEN TRUE%s END", said,
                            chance(maker, 1, 2) ? " ELSE FALSE" : "");
        break;
    case 2:
        test = arena_printf(maker->arena, "%s = %s", x, chance(maker, 3, 4) ? x : y);
        break;
    case 3:
        test = arena_printf(maker->arena, "NOT (%s %s %s)", x, comparison_sign(maker), y);
        break;
    default:
        if (chance(maker, 1, 4))
            y = chance(maker, 1, 2) ? "TRUE" : "2";
        test = arena_printf(maker->arena, "(%s = %s OR (%s IS NULL AND %s IS NULL))", x,
                            y, y, x);
    }
    if (chance(maker, 1, 4))
        return arena_printf(maker->arena, "SELECT %s, %s AS c3 FROM %s, %s",
                            outputs(maker, &a), test, from(maker, &a), from(maker, &b));
    return arena_printf(maker->arena, "SELECT %s FROM %s %sJOIN %s ON %s%s",
                        outputs(maker, &a), from(maker, &a),
                        chance(maker, 1, 3) ? "LEFT " : "", from(maker, &b), test,
                        more(maker, &a));
}

// A CASE of two results, held against one of them.
const char *shape_compared_case(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    Class class = chance(maker, 1, 2) ? CLASS_NUMBER : CLASS_TEXT;
    const char *k = literal(maker, class), *l = literal(maker, class);
    bool is_equal = chance(maker, 1, 2), is_usual = chance(maker, 4, 5);
    const char *test = arena_printf(
        maker->arena, "CASE WHEN %s THEN %s ELSE %s END %s %s", condition(maker, &a), k,
        l, is_equal ? "=" : "<>", is_equal == is_usual ? k : l);
    if (chance(maker, 1, 2))
        return arena_printf(maker->arena, "SELECT %s FROM %s WHERE %s(%s)%s",
                            outputs(maker, &a), from(maker, &a),
                            chance(maker, 1, 6) ? "NOT " : "", test, more(maker, &a));
    return arena_printf(maker->arena,
                        "SELECT %s, %s AS c3 FROM %s %sJOIN %s ON %s AND %s",
                        outputs(maker, &a), number(maker, &b), from(maker, &a),
                        chance(maker, 1, 2) ? "LEFT " : "", from(maker, &b),
                        equality(maker, &a, &b), test);
}
