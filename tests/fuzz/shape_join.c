// shape_join.c - shapes that join tables and, often, group what comes out.

#include "base/text.h"
#include "fuzz/shape.h"

#include <string.h>

const char *shape_left_join(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    Part c = part_new(maker, NULL);
    const char *chain = chance(maker, 1, 3)
                            ? arena_printf(maker->arena, " LEFT JOIN %s ON %s",
                                           from(maker, &c), equality(maker, &b, &c))
                            : "";
    const Part *asked = *chain && chance(maker, 1, 2) ? &c : &b;
    return arena_printf(
        maker->arena, "SELECT %s%s FROM %s %s JOIN %s ON %s%s%s WHERE %s%s",
        chance(maker, 1, 3) ? "DISTINCT " : "", outputs(maker, &a), from(maker, &a),
        chance(maker, 3, 4) ? "LEFT" : "FULL", from(maker, &b), equality(maker, &a, &b),
        more(maker, &b), chain,
        chance(maker, 1, 2) ? condition(maker, asked) : condition(maker, &a),
        more(maker, asked));
}

const char *shape_join_to_test(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    if (chance(maker, 1, 2))
        return arena_printf(maker->arena, "SELECT DISTINCT %s FROM %s, %s WHERE %s%s%s",
                            outputs(maker, &a), from(maker, &a), from(maker, &b),
                            equality(maker, &a, &b), more(maker, &b), more(maker, &a));
    const char *k = number(maker, &a);
    return arena_printf(maker->arena,
                        "SELECT %s AS c1, %s(%s%s) AS c2 FROM %s JOIN %s ON %s WHERE %s "
                        "GROUP BY %s",
                        k, aggregate_name(maker), chance(maker, 1, 2) ? "DISTINCT " : "",
                        number(maker, &a), from(maker, &a), from(maker, &b),
                        equality(maker, &a, &b), condition(maker, &b), k);
}

const char *shape_distinct(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_new(maker, NULL);
    if (chance(maker, 1, 2))
        return arena_printf(
            maker->arena, "SELECT DISTINCT t%u.%s AS c1, %s FROM %s%s", a.alias,
            a.table->columns[0].name,
            arena_printf(maker->arena, "%s AS c2", number(maker, &a)), from(maker, &a),
            arena_printf(maker->arena, " WHERE %s", condition(maker, &a)));
    return arena_printf(maker->arena,
                        "SELECT DISTINCT %s, %s AS c3 FROM %s %sJOIN %s ON %s%s",
                        outputs(maker, &a), number(maker, &b), from(maker, &a),
                        chance(maker, 1, 3) ? "LEFT " : "", from(maker, &b),
                        equality(maker, &a, &b), more(maker, &b));
}

const char *shape_comma_join(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    Part c = part_new(maker, NULL);
    return arena_printf(
        maker->arena, "SELECT %s, %s AS c3 FROM %s, %s, %s WHERE %s AND %s AND %s%s%s",
        outputs(maker, &a), number(maker, &c), from(maker, &a), from(maker, &b),
        from(maker, &c), equality(maker, &a, &b), equality(maker, &b, &c),
        condition(maker, &c), more(maker, &a), more(maker, &b));
}

// Returns an aggregate over columns of `a`; now and then only where `b` says so.
static const char *sum_over(Maker *maker, const Part *a, const Part *b)
{
    const char *name = aggregate_name(maker), *x = number(maker, a);
    switch (pick(maker, 6)) {
    case 0:
        return "count(*)";
    case 1:
        return arena_printf(maker->arena, "%s(CASE WHEN %s = %s THEN %s%s END)", name,
                            number(maker, b), literal(maker, CLASS_NUMBER), x,
                            chance(maker, 1, 2) ? " ELSE 0" : "");
    case 2:
        return arena_printf(maker->arena, "%s(%s) FILTER (WHERE %s)", name, x,
                            condition(maker, a));
    case 3:
        return arena_printf(maker->arena, "%s(DISTINCT %s)", name, x);
    default:
        return arena_printf(maker->arena, "%s(%s)", name,
                            chance(maker, 1, 3) ? column(maker, a, CLASS_TEXT) : x);
    }
}

// A fact, a dimension and perhaps another, grouped by what the dimension says.
const char *shape_joined_sums(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_new(maker, NULL), c = part_new(maker, NULL);
    const char *k =
        chance(maker, 1, 2) ? number(maker, &b) : column(maker, &b, CLASS_TEXT);
    const char *more_tables = chance(maker, 1, 2)
                                  ? arena_printf(maker->arena, " JOIN %s ON %s",
                                                 from(maker, &c), equality(maker, &a, &c))
                                  : "";
    const char *tail = "";
    if (chance(maker, 5, 6))
        tail = arena_printf(maker->arena, " GROUP BY %s%s", k,
                            chance(maker, 1, 4) ? " HAVING count(*) > 1" : "");
    const char *sums = arena_printf(maker->arena, "%s AS c1, %s AS c2",
                                    sum_over(maker, &a, &b), sum_over(maker, &a, &b));
    return arena_printf(
        maker->arena, "SELECT %s%s%s FROM %s %sJOIN %s ON t%u.%s = %s%s%s%s",
        *tail ? k : "", *tail ? " AS c3, " : "", sums, from(maker, &a),
        chance(maker, 1, 6) ? "LEFT " : "", from(maker, &b), b.alias,
        b.table->columns[0].name, number(maker, &a), more_tables,
        chance(maker, 1, 2)
            ? arena_printf(maker->arena, " WHERE %s",
                           condition(maker, chance(maker, 2, 3) ? &a : &b))
            : "",
        tail);
}

// Rows without a partner, or those that are asked for by what a partner may lack.
const char *shape_anti_join(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *asked = chance(maker, 1, 2)
                            ? arena_printf(maker->arena, "t%u.%s", b.alias,
                                           present_column(maker, b.table))
                            : number(maker, &b);
    const char *on = equality(maker, &a, &b);
    if (chance(maker, 1, 3))
        on = arena_printf(maker->arena, "%s AND %s %s %s", on, number(maker, &b),
                          comparison_sign(maker), number(maker, &a));
    if (chance(maker, 1, 2))
        return arena_printf(maker->arena,
                            "SELECT %s FROM %s LEFT JOIN %s ON %s%s WHERE %s IS NULL%s",
                            outputs(maker, &a), from(maker, &a), from(maker, &b), on,
                            more(maker, &b), asked, more(maker, &a));
    Part c = part_new(maker, NULL);
    static const char *const joins[] = {"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"};
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s LEFT JOIN %s ON %s %s %s ON %s WHERE %s IS "
                        "NULL",
                        outputs(maker, &a), from(maker, &a), from(maker, &b), on,
                        pick_from(maker, joins), from(maker, &c), equality(maker, &a, &c),
                        asked);
}

const char *shape_counts_apart(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_new(maker, NULL), c = part_new(maker, NULL);
    const char *k =
        arena_printf(maker->arena, "t%u.%s", a.alias, a.table->columns[0].name);
    const char *join = chance(maker, 3, 4) ? "LEFT JOIN" : "JOIN";
    const char *distinct = chance(maker, 2, 3) ? "DISTINCT " : "";
    const char *x = number(maker, &b);
    if (chance(maker, 1, 3))
        x = arena_printf(maker->arena, chance(maker, 1, 2) ? "coalesce(%s, 0)" : "%s + 1",
                         x);
    return arena_printf(maker->arena,
                        "SELECT %s AS c1, count(%s%s) AS c2, count(%s%s) AS c3 FROM %s "
                        "%s %s ON %s %s %s ON %s GROUP BY %s",
                        k, distinct, x, distinct, number(maker, &c), from(maker, &a),
                        join, from(maker, &b), equality(maker, &a, &b), join,
                        from(maker, &c), equality(maker, &a, &c), k);
}

const char *shape_wordy_aggregates(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *k = number(maker, &a);
    return arena_printf(
        maker->arena,
        "SELECT %s AS c1, count(%s) AS c2, COUNT(1) AS c3, %s(DISTINCT %s) AS c4 FROM %s "
        "%sJOIN %s ON %s WHERE %s GROUP BY %s",
        k, number(maker, chance(maker, 1, 2) ? &a : &b),
        chance(maker, 1, 2) ? "MAX" : "min", number(maker, &b), from(maker, &a),
        chance(maker, 1, 2) ? "LEFT " : "", from(maker, &b), equality(maker, &a, &b),
        condition(maker, &a), k);
}

// Both sides are kept; what comes out is grouped, joined or asked.
const char *shape_full_join(Maker *maker)
{
    static const char *const signs[] = {"=", "=", "=", "<", "IS NOT DISTINCT FROM"};
    Arena *arena = maker->arena;
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    Part c = part_new(maker, NULL);
    Class class = chance(maker, 1, 2) ? CLASS_NUMBER : CLASS_TEXT;
    const char *x = column(maker, &a, class), *y = column(maker, &b, class);
    const char *join =
        arena_printf(arena, "%s FULL JOIN %s ON %s %s %s%s", from(maker, &a),
                     from(maker, &b), x, pick_from(maker, signs), y, more(maker, &b));
    const Part *side = chance(maker, 1, 2) ? &a : &b;
    switch (pick(maker, 4)) {
    case 0:
        return arena_printf(
            arena,
            "SELECT coalesce(%s, %s) AS c1, count(%s) AS c2, %s(%s) AS c3 "
            "FROM %s GROUP BY coalesce(%s, %s)",
            x, y, x, aggregate_name(maker), number(maker, side), join, x, y);
    case 1:
        return arena_printf(
            arena, "SELECT %s AS c1, %s AS c2, %s AS c3 FROM %s %sJOIN %s ON %s", x, y,
            number(maker, &c), join, chance(maker, 1, 2) ? "LEFT " : "", from(maker, &c),
            equality(maker, side, &c));
    case 2:
        return arena_printf(
            arena, "SELECT %s AS c1, %s AS c2, %s AS c3 FROM %s %sJOIN (%s) ON %s", x, y,
            number(maker, &c), from(maker, &c), chance(maker, 1, 2) ? "LEFT " : "", join,
            equality(maker, &c, side));
    default:
        return arena_printf(arena, "SELECT %s%s AS c1, %s AS c2 FROM %s WHERE %s%s",
                            chance(maker, 1, 2) ? "DISTINCT " : "", x, y, join,
                            condition(maker, side), more(maker, side));
    }
}

// A fact with dimensions around it, each by its key and with a condition of its own.
const char *shape_star(Maker *maker)
{
    Part a = part_new(maker, NULL);
    Text tables = text_new(maker->arena), where = text_new(maker->arena);
    const char *shown = NULL;
    for (size_t i = 1 + pick(maker, 3); i > 0; i--) {
        Part b = part_new(maker, NULL);
        text_addf(&tables, "%s, ", from(maker, &b));
        text_addf(&where, "%st%u.%s = %s%s", *where.bytes ? " AND " : "", b.alias,
                  b.table->columns[0].name, number(maker, &a), more(maker, &b));
        shown = column(maker, &b, chance(maker, 1, 2) ? CLASS_NUMBER : CLASS_TEXT);
    }
    if (chance(maker, 1, 2))
        return arena_printf(maker->arena, "SELECT %s, %s AS c3 FROM %s%s WHERE %s%s",
                            outputs(maker, &a), shown, tables.bytes, from(maker, &a),
                            where.bytes, more(maker, &a));
    const char *x = number(maker, &a);
    return arena_printf(
        maker->arena,
        "SELECT %s AS c1, %s(%s) AS c2, count(*) AS c3, %s(%s) AS c4 FROM "
        "%s%s WHERE %s%s GROUP BY %s",
        shown, aggregate_name(maker), x, aggregate_name(maker), x, tables.bytes,
        from(maker, &a), where.bytes, more(maker, &a), shown);
}

// Tables joined on what has one name in both: a and c, and an id that is a key.
const char *shape_shared_columns(Maker *maker)
{
    static const char *const tables[] = {"r", "s", "u", "n"};
    static const char *const joins[] = {"", "LEFT ", "", "LEFT ", "FULL ", "RIGHT "};
    static const char *const columns[] = {"a", "c", "a, c", "c, a"};
    const Catalog *catalog = maker->catalog;
    Part a = part_of(maker, catalog_table(catalog, NULL, pick_from(maker, tables)), NULL);
    Part b = part_of(maker, catalog_table(catalog, NULL, pick_from(maker, tables)), NULL);
    bool is_natural = chance(maker, 1, 3);
    const char *join = pick_from(maker, joins);
    const char *using =
        is_natural ? ""
                   : arena_printf(maker->arena, " USING (%s)", pick_from(maker, columns));
    const char *from_both =
        arena_printf(maker->arena, "%s %s%sJOIN %s%s", from(maker, &a),
                     is_natural ? "NATURAL " : "", join, from(maker, &b), using);
    const char *where = condition(maker, chance(maker, 1, 2) ? &a : &b);
    const char *k = chance(maker, 1, 2) ? "a" : number(maker, &b);
    if (!is_natural && strstr(using, "(c)") != NULL)
        k = number(maker, &a);
    if (chance(maker, 1, 3))
        return arena_printf(
            maker->arena, "SELECT %s AS c1, %s(%s) AS c2 FROM %s WHERE %s GROUP BY %s", k,
            aggregate_name(maker), number(maker, &a), from_both, where, k);
    return arena_printf(maker->arena, "SELECT %s%s AS c1, %s AS c2 FROM %s WHERE %s%s",
                        chance(maker, 1, 3) ? "DISTINCT " : "", k, number(maker, &a),
                        from_both, where, more(maker, &a));
}
