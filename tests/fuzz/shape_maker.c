// shape_maker.c - queries of the shapes that rules look for, as people write them.
//
// Tables, columns and further conditions are random, so a shape is met with and without
// the keys, types and NOT NULLs that a rule may need.

#include "base/text.h"
#include "fuzz/maker.h"

#include <stdio.h>

// A table with an alias.
typedef struct {
    const Table *table;
    unsigned alias;
    Scope scope;
} Part;

static Part part_of(Maker *maker, const Table *table, const Part *outer)
{
    Part part = {.table = table, .alias = ++maker->next_alias};
    part.scope.outer = outer ? &outer->scope : NULL;
    show_table(maker, &part.scope, table, part.alias);
    return part;
}

static Part part_new(Maker *maker, const Part *outer)
{
    size_t table = pick(maker, maker->catalog->table_count);
    return part_of(maker, &maker->catalog->tables[table], outer);
}

// Another table, or the same one again: half of the rules are about self-joins.
static Part partner_new(Maker *maker, const Part *other, const Part *outer)
{
    return chance(maker, 1, 2) ? part_of(maker, other->table, outer)
                               : part_new(maker, outer);
}

static const char *from(Maker *maker, const Part *part)
{
    return arena_printf(maker->arena, "%s AS t%u", part->table->name, part->alias);
}

// Returns one of the part's own columns; every table has numbers.
static const char *column(Maker *maker, const Part *part, Class class)
{
    Scope own = {NULL, part->scope.columns};
    const char *found = visible_column(maker, &own, class);
    return found ? found : literal(maker, class);
}

static const char *number(Maker *maker, const Part *part)
{
    return column(maker, part, CLASS_NUMBER);
}

// Returns `t1.a = t2.b`: of one class; columns of one name, or a key, more often than
// by chance.
static const char *equality(Maker *maker, const Part *a, const Part *b)
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

// Returns "" or " AND (…)" over the part's columns (its outer part's now and then).
static const char *more(Maker *maker, const Part *part)
{
    if (chance(maker, 1, 2))
        return "";
    Scope own = {chance(maker, 1, 6) ? part->scope.outer : NULL, part->scope.columns};
    return arena_printf(maker->arena, " AND (%s)", predicate(maker, &own, 1));
}

static const char *condition(Maker *maker, const Part *part)
{
    Scope own = {NULL, part->scope.columns};
    return predicate(maker, &own, 1);
}

static const char *comparison_sign(Maker *maker)
{
    static const char *const signs[] = {"<", "<=", "=", "<>", ">", ">="};
    return pick_from(maker, signs);
}

static const char *aggregate_name(Maker *maker)
{
    static const char *const names[] = {"max", "min", "sum", "count", "avg"};
    return pick_from(maker, names);
}

static const char *outputs(Maker *maker, const Part *part)
{
    return arena_printf(maker->arena, "%s AS c1, %s AS c2", number(maker, part),
                        column(maker, part, CLASS_TEXT));
}

static const char *negation(Maker *maker)
{
    return chance(maker, 1, 3) ? "NOT " : "";
}

// Subqueries

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

static const char *shape_exists(Maker *maker)
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

static const char *shape_two_exists(Maker *maker)
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

static const char *shape_repeated_correlation(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, &a);
    const char *x = number(maker, &a), *y = number(maker, &b);
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s WHERE %s %sIN (SELECT %s FROM %s WHERE %s = "
                        "%s%s)%s",
                        outputs(maker, &a), from(maker, &a), x, negation(maker), y,
                        from(maker, &b), y, x, more(maker, &b), more(maker, &a));
}

static const char *shape_scalar_aggregate(Maker *maker)
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

static const char *shape_count_compared(Maker *maker)
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

// Returns a column that is NOT NULL, if a few tries find one.
static const char *present_column(Maker *maker, const Table *table)
{
    size_t found = 0;
    for (int tries = 0; tries < 6; tries++) {
        found = pick(maker, table->column_count);
        if (table->columns[found].declared_not_null)
            break;
    }
    return table->columns[found].name;
}

static const char *shape_rank(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_of(maker, a.table, &a);
    const char *k = present_column(maker, a.table), *v = present_column(maker, a.table);
    Text count = text_new(maker->arena);
    text_addf(&count, "(SELECT count(*) FROM %s WHERE t%u.%s %s t%u.%s", from(maker, &b),
              b.alias, v, comparison_sign(maker), a.alias, v);
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

static const char *shape_other_value(Maker *maker)
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

static const char *shape_scalar_blocks(Maker *maker)
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

// Filters

static const char *shape_or_chain(Maker *maker)
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

static const char *shape_common_factor(Maker *maker)
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

static const char *shape_having(Maker *maker)
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
static const char *shape_period(Maker *maker)
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

// Joins

static const char *shape_left_join(Maker *maker)
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

static const char *shape_join_to_test(Maker *maker)
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

static const char *shape_distinct(Maker *maker)
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

static const char *shape_comma_join(Maker *maker)
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
static const char *shape_joined_sums(Maker *maker)
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

// Groups, and what a subquery says of their keys.
static const char *shape_asked_groups(Maker *maker)
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

static const char *shape_counts_apart(Maker *maker)
{
    Part a = part_new(maker, NULL), b = part_new(maker, NULL), c = part_new(maker, NULL);
    const char *k =
        arena_printf(maker->arena, "t%u.%s", a.alias, a.table->columns[0].name);
    const char *join = chance(maker, 3, 4) ? "LEFT JOIN" : "JOIN";
    const char *distinct = chance(maker, 2, 3) ? "DISTINCT " : "";
    return arena_printf(maker->arena,
                        "SELECT %s AS c1, count(%s%s) AS c2, count(%s%s) AS c3 FROM %s "
                        "%s %s ON %s %s %s ON %s GROUP BY %s",
                        k, distinct, number(maker, &b), distinct, number(maker, &c),
                        from(maker, &a), join, from(maker, &b), equality(maker, &a, &b),
                        join, from(maker, &c), equality(maker, &a, &c), k);
}

// Derived tables and CTEs

static const char *shape_filtered_cte(Maker *maker)
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
        "WITH w AS (%s) SELECT t%u.k AS c1, t%u.n AS c2 FROM w AS t%u "
        "%sJOIN w AS t%u ON t%u.k = t%u.k WHERE t%u.k %s %s AND t%u.%s %s "
        "%s",
        body, x, y, x, chance(maker, 1, 3) ? "LEFT " : "", y, x, y, x,
        comparison_sign(maker), literal(maker, CLASS_NUMBER), y, second,
        comparison_sign(maker), literal(maker, CLASS_NUMBER));
}

static const char *shape_grouped_join(Maker *maker)
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
static const char *shape_key_list(Maker *maker)
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
static const char *shape_rank_join(Maker *maker)
{
    static const char *const ranks[] = {"rank", "dense_rank"};
    Part a = part_new(maker, NULL);
    const char *k = present_column(maker, a.table), *t = present_column(maker, a.table);
    unsigned x = ++maker->next_alias, y = ++maker->next_alias;
    return arena_printf(
        maker->arena,
        "WITH w AS (SELECT t1.%s AS k, t1.%s AS t, %s AS v, %s() OVER (PARTITION BY "
        "t1.%s ORDER BY t1.%s) AS n FROM %s) SELECT t%u.k AS c1, t%u.v AS c2, t%u.v AS "
        "c3 FROM w AS t%u %sJOIN w AS t%u ON t%u.k = t%u.k AND t%u.n = t%u.n %s 1",
        k, t, number(maker, &a), pick_from(maker, ranks), k, t, from(maker, &a), x, x, y,
        x, chance(maker, 1, 5) ? "LEFT " : "", y, y, x, x, y,
        chance(maker, 1, 2) ? "+" : "-");
}

// A CTE joined with itself, one constant a use.
static const char *shape_pivot(Maker *maker)
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
        "WITH w AS (SELECT %s AS k, %s AS y, %s(%s) AS s FROM %s WHERE %s GROUP BY %s, "
        "%s, %s) SELECT t%u.k AS c1, t%u.s AS c2, t%u.s AS c3 FROM w AS t%u %sJOIN w AS "
        "t%u ON t%u.k = t%u.k WHERE t%u.y = %s AND t%u.y = %s%s",
        k, y, aggregate_name(maker), number(maker, &a), from(maker, &a),
        condition(maker, &a), k, y, rest, p, p, q, p, chance(maker, 1, 6) ? "LEFT " : "",
        q, p, q, p, literal(maker, CLASS_NUMBER), q, literal(maker, CLASS_NUMBER),
        between);
}

// What the rules in rules/ look for: conditions, lists and aggregates that say more than
// they need to.

static const char *shape_wordy_filter(Maker *maker)
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

static const char *shape_wordy_list(Maker *maker)
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

static const char *shape_wordy_aggregates(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *k = number(maker, &a);
    return arena_printf(
        maker->arena,
        "SELECT %s AS c1, count(%s) AS c2, count(1) AS c3, %s(DISTINCT %s) AS c4 FROM %s "
        "%sJOIN %s ON %s WHERE %s GROUP BY %s",
        k, number(maker, chance(maker, 1, 2) ? &a : &b),
        chance(maker, 1, 2) ? "max" : "min", number(maker, &b), from(maker, &a),
        chance(maker, 1, 2) ? "LEFT " : "", from(maker, &b), equality(maker, &a, &b),
        condition(maker, &a), k);
}

// All. What needs much to be right is drawn more often.

typedef const char *Shape(Maker *maker);

static Shape *const shapes[] = {
    shape_exists,       shape_two_exists,    shape_repeated_correlation,
    shape_or_chain,     shape_scalar_blocks, shape_count_compared,
    shape_having,       shape_left_join,     shape_common_factor,
    shape_distinct,     shape_comma_join,    shape_join_to_test,
    shape_filtered_cte, shape_grouped_join,  shape_key_list,
    shape_other_value,  shape_other_value,   shape_scalar_aggregate,
    shape_period,       shape_period,        shape_scalar_aggregate,
    shape_rank,         shape_rank,          shape_scalar_aggregate,
    shape_pivot,        shape_pivot,         shape_counts_apart,
    shape_rank_join,    shape_rank_join,     shape_counts_apart,
    shape_rank_join,    shape_rank_join,     shape_counts_apart,
    shape_joined_sums,  shape_joined_sums,   shape_wordy_aggregates,
    shape_wordy_filter, shape_wordy_filter,  shape_wordy_filter,
    shape_wordy_list,   shape_wordy_list,    shape_wordy_list,
    shape_asked_groups,
};

static const char *shape(Maker *maker)
{
    return pick_from(maker, shapes)(maker);
}

// One or two shapes inside a block of another kind: every shape has an output c1.
static const char *nested(Maker *maker)
{
    Arena *arena = maker->arena;
    const char *sql = shape(maker);
    switch (pick(maker, 6)) {
    case 0:
        return arena_printf(arena, "SELECT x.c1 FROM (%s) AS x WHERE x.c1 %s %s", sql,
                            comparison_sign(maker), literal(maker, CLASS_NUMBER));
    case 1:
        return arena_printf(arena,
                            "SELECT x.c1, y.c1 AS c2 FROM (%s) AS x %sJOIN (%s) AS y ON "
                            "y.c1 = x.c1",
                            sql, chance(maker, 1, 2) ? "LEFT " : "", shape(maker));
    case 2:
        return arena_printf(arena,
                            "SELECT r.id AS c1, r.c AS c2 FROM r WHERE r.%s %sIN (SELECT "
                            "x.c1 FROM (%s) AS x)",
                            chance(maker, 1, 2) ? "a" : "b", negation(maker), sql);
    case 3:
        return arena_printf(arena,
                            "WITH x AS (%s) SELECT p.c1 FROM x AS p %sJOIN x AS q ON "
                            "q.c1 = p.c1",
                            sql, chance(maker, 1, 2) ? "LEFT " : "");
    case 4:
        return arena_printf(arena,
                            "SELECT x.c1 FROM (%s) AS x UNION%s SELECT y.c1 FROM "
                            "(%s) AS y",
                            sql, chance(maker, 1, 2) ? " ALL" : "", shape(maker));
    default:
        return arena_printf(arena,
                            "SELECT x.c1, count(*) AS c2 FROM (%s) AS x GROUP BY x.c1 "
                            "HAVING %s",
                            sql, chance(maker, 1, 2) ? "x.c1 > 0" : "count(*) > 1");
    }
}

const char *make_slow_query(Arena *arena, const Catalog *catalog, Random *random)
{
    Maker maker = {arena, catalog, random, 0, 0};
    const char *sql = chance(&maker, 1, 4) ? nested(&maker) : shape(&maker);
    switch (random_below(random, 8)) {
    case 0:
        return arena_printf(arena, "SELECT count(*) AS c1 FROM (%s) AS x", sql);
    case 1:
        return arena_printf(arena, "%s ORDER BY c1", sql);
    default:
        return sql;
    }
}
