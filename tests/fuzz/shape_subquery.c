// shape_subquery.c - shapes with a subquery in an expression.

#include "base/text.h"
#include "fuzz/shape.h"

// What may stand behind the WHERE of a subquery, and change what it asks.
static const char *subquery_tail(Maker *maker, const Part *part)
{
    static const char *const limits[] = {" LIMIT 1", " LIMIT 0", " LIMIT 1 OFFSET 1"};
    if (chance(maker, 3, 4))
        return "";
    if (chance(maker, 1, 2))
        return pick_from(maker, limits);
    return arena_printf(maker->arena, " GROUP BY %s HAVING count(*) > 1",
                        number(maker, part));
}

const char *shape_exists(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, &a);
    const char *second = chance(maker, 1, 3) ? arena_printf(maker->arena, " AND %s",
                                                            equality(maker, &a, &b))
                                             : "";
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s WHERE %sEXISTS (SELECT 1 FROM %s WHERE "
                        "%s%s%s%s)%s",
                        outputs(maker, &a), from(maker, &a), negation(maker),
                        from(maker, &b), equality(maker, &a, &b), second, more(maker, &b),
                        subquery_tail(maker, &b), more(maker, &a));
}

const char *shape_two_exists(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_new(maker, &a), c = part_new(maker, &a);
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s WHERE (EXISTS (SELECT 1 FROM %s WHERE %s%s) "
                        "%s EXISTS (SELECT * FROM %s WHERE %s%s))%s",
                        outputs(maker, &a), from(maker, &a), from(maker, &b),
                        equality(maker, &a, &b), more(maker, &b),
                        chance(maker, 1, 2) ? "OR" : "AND", from(maker, &c),
                        equality(maker, &a, &c), more(maker, &c), more(maker, &a));
}

// Subqueries where FALSE, or NULL, is not the end: under OR, in CASE, as a value.
const char *shape_exists_or(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, &a);
    const char *exists = arena_printf(
        maker->arena, "%sEXISTS (SELECT 1 FROM %s WHERE %s%s)", negation(maker),
        from(maker, &b), equality(maker, &a, &b), more(maker, &b));
    const char *list = arena_printf(
        maker->arena, "%s %sIN (SELECT %s FROM %s WHERE %s)", number(maker, &a),
        negation(maker), number(maker, &b), from(maker, &b),
        chance(maker, 1, 2) ? condition(maker, &b) : equality(maker, &a, &b));
    const char *test = chance(maker, 2, 3) ? exists : list, *form;
    switch (pick(maker, 5)) {
    case 0:
        form = arena_printf(maker->arena, "(%s OR %s)", condition(maker, &a), test);
        break;
    case 1:
        form = arena_printf(maker->arena, "(%s OR (%s AND %s))", condition(maker, &a),
                            condition(maker, &a), test);
        break;
    case 2:
        form = arena_printf(maker->arena, "CASE WHEN %s THEN %s ELSE %s END = 1", test,
                            number(maker, &a), literal(maker, CLASS_NUMBER));
        break;
    case 3:
        form = arena_printf(maker->arena, "NOT (%s AND %s)", condition(maker, &a), test);
        break;
    default:
        return arena_printf(maker->arena, "SELECT %s, %s AS c3 FROM %s WHERE %s",
                            outputs(maker, &a), test, from(maker, &a),
                            condition(maker, &a));
    }
    return arena_printf(maker->arena, "SELECT %s FROM %s WHERE %s%s", outputs(maker, &a),
                        from(maker, &a), form, more(maker, &a));
}

const char *shape_repeated_correlation(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, &a);
    const char *x = number(maker, &a), *y = number(maker, &b);
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s WHERE %s %sIN (SELECT %s FROM %s WHERE %s = "
                        "%s%s)%s",
                        outputs(maker, &a), from(maker, &a), x, negation(maker), y,
                        from(maker, &b), y, x, more(maker, &b), more(maker, &a));
}

const char *shape_scalar_aggregate(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, &a);
    const char *subquery = arena_printf(
        maker->arena, "(SELECT %s(%s) FROM %s WHERE %s%s)", aggregate_name(maker),
        number(maker, &b), from(maker, &b), equality(maker, &a, &b), more(maker, &b));
    if (chance(maker, 1, 3))
        return arena_printf(maker->arena, "SELECT %s, %s AS c3 FROM %s WHERE %s",
                            outputs(maker, &a), subquery, from(maker, &a),
                            condition(maker, &a));
    return arena_printf(maker->arena, "SELECT %s FROM %s WHERE %s %s %s%s",
                        outputs(maker, &a), from(maker, &a), number(maker, &a),
                        comparison_sign(maker), subquery, more(maker, &a));
}

const char *shape_count_compared(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, &a);
    static const char *const tests[] = {"> 0", "= 0", ">= 1", "< 1", "<> 0", "> 1"};
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s WHERE (SELECT count(%s) FROM %s WHERE %s%s) "
                        "%s%s",
                        outputs(maker, &a), from(maker, &a),
                        chance(maker, 2, 3) ? "*" : number(maker, &b), from(maker, &b),
                        equality(maker, &a, &b), more(maker, &b), pick_from(maker, tests),
                        more(maker, &a));
}

// Returns the name of a column, one that is NOT NULL more often than by chance.
static const char *any_column(Maker *maker, const Table *table)
{
    return chance(maker, 1, 2) ? present_column(maker, table)
                               : table->columns[pick(maker, table->column_count)].name;
}

const char *shape_rank(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_of(maker, a.table, &a);
    const char *k = any_column(maker, a.table), *v = any_column(maker, a.table);
    const char *counted = chance(maker, 3, 4)
                              ? "*"
                              : arena_printf(maker->arena, "DISTINCT t%u.%s", b.alias, v);
    Text count = text_new(maker->arena);
    text_addf(&count, "(SELECT count(%s)%s FROM %s WHERE t%u.%s %s t%u.%s", counted,
              chance(maker, 1, 3) ? " + 1" : "", from(maker, &b), b.alias, v,
              comparison_sign(maker), a.alias, v);
    if (chance(maker, 2, 3))
        text_addf(&count, " AND t%u.%s = t%u.%s", a.alias, k, b.alias, k);
    bool filtered = chance(maker, 1, 3);
    if (filtered)
        text_addf(&count, " AND t%u.%s > 0", b.alias, k);
    text_addf(&count, "%s)", chance(maker, 1, 4) ? more(maker, &b) : "");
    const char *filter =
        filtered ? arena_printf(maker->arena, " WHERE t%u.%s > 0", a.alias, k) : "";
    if (chance(maker, 2, 3))
        return arena_printf(maker->arena, "SELECT %s, %s + 1 AS c3 FROM %s%s",
                            outputs(maker, &a), count.bytes, from(maker, &a), filter);
    return arena_printf(maker->arena, "SELECT %s FROM %s%s ORDER BY %s",
                        outputs(maker, &a), from(maker, &a), filter, count.bytes);
}

// An aggregate of the rows up to the row's own.
const char *shape_running(Maker *maker)
{
    static const char *const signs[] = {
        "<=", ">=", "<=", ">=", "<", ">", "IS NOT DISTINCT FROM"};
    Part a = part_new(maker, NULL), b = part_of(maker, a.table, &a);
    const char *k = any_column(maker, a.table), *v = any_column(maker, a.table);
    const char *sign = pick_from(maker, signs);
    Text value = text_new(maker->arena);
    if (sign[1] == '\0' || chance(maker, 1, 4))
        text_addf(&value, "(SELECT count(*) FROM ");
    else
        text_addf(&value, "(SELECT %s(%s) FROM ", aggregate_name(maker),
                  number(maker, &b));
    text_addf(&value, "%s WHERE t%u.%s %s t%u.%s", from(maker, &b), b.alias, v, sign,
              a.alias, v);
    if (chance(maker, 2, 3))
        text_addf(&value, " AND t%u.%s = t%u.%s", a.alias, k, b.alias, k);
    text_addf(&value, "%s)", chance(maker, 1, 3) ? more(maker, &b) : "");
    if (chance(maker, 1, 2))
        return arena_printf(maker->arena, "SELECT %s, %s AS c3 FROM %s WHERE %s",
                            outputs(maker, &a), value.bytes, from(maker, &a),
                            condition(maker, &a));
    Part c = part_new(maker, NULL);
    const char *join = chance(maker, 1, 3) ? " LEFT JOIN " : " JOIN ";
    return arena_printf(maker->arena, "SELECT %s FROM %s%s%s ON %s WHERE %s %s 2%s",
                        outputs(maker, &a), from(maker, &a), join, from(maker, &c),
                        equality(maker, &a, &c), value.bytes, comparison_sign(maker),
                        more(maker, &a));
}

const char *shape_other_value(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_of(maker, a.table, &a);
    size_t key = pick(maker, a.table->column_count);
    size_t value = pick(maker, a.table->column_count);
    const char *k = a.table->columns[key].name, *v = a.table->columns[value].name;
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s WHERE EXISTS (SELECT 1 FROM %s WHERE t%u.%s = "
                        "t%u.%s AND t%u.%s <> t%u.%s%s)%s",
                        outputs(maker, &a), from(maker, &a), from(maker, &b), b.alias, k,
                        a.alias, k, b.alias, v, a.alias, v, more(maker, &b),
                        more(maker, &a));
}

const char *shape_scalar_blocks(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_of(maker, a.table, NULL);
    Part c = part_of(maker, a.table, NULL);
    return arena_printf(maker->arena,
                        "SELECT (SELECT %s(%s) FROM %s WHERE %s) AS c1, (SELECT count(*) "
                        "FROM %s WHERE %s) AS c2, (SELECT %s(%s) FROM %s WHERE %s) AS c3",
                        aggregate_name(maker), number(maker, &a), from(maker, &a),
                        condition(maker, &a), from(maker, &b), condition(maker, &b),
                        aggregate_name(maker), number(maker, &c), from(maker, &c),
                        condition(maker, &c));
}

// Groups, and what a subquery says of their keys.
const char *shape_asked_groups(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *k = column(maker, &a, chance(maker, 2, 3) ? CLASS_NUMBER : CLASS_TEXT);
    const char *asked = arena_printf(
        maker->arena, "(SELECT %s(%s) FROM %s WHERE %s = %s%s)", aggregate_name(maker),
        number(maker, &b), from(maker, &b), number(maker, &b), k, more(maker, &b));
    if (chance(maker, 1, 3))
        return arena_printf(maker->arena,
                            "SELECT %s AS c1, %s(%s) AS c2 FROM %s WHERE %s GROUP BY %s "
                            "HAVING count(*) %s %s",
                            k, aggregate_name(maker), number(maker, &a), from(maker, &a),
                            condition(maker, &a), k, comparison_sign(maker), asked);
    return arena_printf(maker->arena,
                        "SELECT %s AS c1, %s AS c2, %s(%s) AS c3 FROM %s GROUP BY %s, %s",
                        k, asked, aggregate_name(maker), number(maker, &a),
                        from(maker, &a), number(maker, &a), k);
}

const char *shape_wordy_list(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    Class class = chance(maker, 1, 2) ? CLASS_NUMBER : CLASS_TEXT;
    const char *y = column(maker, &b, class);
    const char *where = chance(maker, 1, 2) ? " WHERE " : "";
    const char *body = arena_printf(maker->arena, "%s FROM %s%s%s", y, from(maker, &b),
                                    where, *where ? condition(maker, &b) : "");
    const char *list;
    switch (pick(maker, 4)) {
    case 0:
        list = arena_printf(maker->arena, "SELECT DISTINCT %s", body);
        break;
    case 1:
        list = arena_printf(maker->arena, "SELECT %s GROUP BY %s", body, y);
        break;
    case 2:
        list = arena_printf(maker->arena, "SELECT %s ORDER BY %s%s", body,
                            number(maker, &b), chance(maker, 1, 6) ? " LIMIT 2" : "");
        break;
    default:
        list = arena_printf(maker->arena, "SELECT %s UNION SELECT %s", body, body);
    }
    return arena_printf(maker->arena, "SELECT %s FROM %s WHERE %s %sIN (%s)%s",
                        outputs(maker, &a), from(maker, &a), column(maker, &a, class),
                        negation(maker), list, more(maker, &a));
}
