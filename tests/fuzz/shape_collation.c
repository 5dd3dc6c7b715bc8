// shape_collation.c - shapes in which equal values are not the same: 'a' and 'A' where
// case does not count, 1 and 1.0 where a column takes both.

#include "base/text.h"
#include "fuzz/shape.h"

// Returns the part's column under another collation than its own, most of the time.
static const char *collated(Maker *maker, const char *text)
{
    bool in_sqlite = maker->catalog->dialect == DIALECT_SQLITE;
    if (chance(maker, 1, 4))
        return text;
    return arena_printf(maker->arena, "%s COLLATE %s", text,
                        in_sqlite && chance(maker, 1, 3) ? "BINARY" : "NOCASE");
}

// Returns a question that may tell equal keys apart, and may not.
static const char *question(Maker *maker, const char *key)
{
    static const char *const forms[] = {
        "%s = 'a'",
        "%s IN ('a', '1')",
        "%s || '' = 'a'",
        "upper(%s) = 'A'",
        "length(%s) = 1",
        "substr(%s, 1, 1) >= 'a'",
        "(%s < 'a' OR %s IS NULL)",
        "typeof(%s) <> 'text'",
        "NOT (%s LIKE 'a%%')",
    };
    if (chance(maker, 1, 3))
        return arena_printf(maker->arena, "%s %s %s", key, comparison_sign(maker),
                            collated(maker, "'a'"));
    const char *form = pick_from(maker, forms);
    Text text = text_new(maker->arena);
    for (; *form != '\0'; form++)
        if (form[0] == '%' && form[1] == 's') {
            text_add(&text, key);
            form++;
        } else {
            text_addf(&text, "%c", *form);
            form += form[0] == '%' && form[1] == '%';
        }
    return text.bytes;
}

// Groups, partitions and different rows, of which the reader wants some.
const char *shape_told_apart(Maker *maker)
{
    const Table *loose = catalog_table(maker->catalog, NULL, "p"); // SQLite's.
    bool any = loose == NULL || chance(maker, 1, 3);
    Part a = any ? part_new(maker, NULL) : part_of(maker, loose, NULL);
    Part b = part_new(maker, NULL);
    const char *k = any ? column(maker, &a, CLASS_TEXT)
                        : arena_printf(maker->arena, "t%u.%s", a.alias,
                                       chance(maker, 1, 2) ? "f" : "b");
    const char *x = number(maker, &a);
    const char *rows;
    switch (pick(maker, 3)) {
    case 0:
        rows = arena_printf(maker->arena, "%s AS k, sum(%s) AS n FROM %s GROUP BY %s", k,
                            x, from(maker, &a), k);
        break;
    case 1:
        rows = arena_printf(maker->arena,
                            "%s AS k, count(*) OVER (PARTITION BY %s) AS n FROM %s", k, k,
                            from(maker, &a));
        break;
    default:
        rows = arena_printf(maker->arena, "DISTINCT %s AS k, 1 AS n FROM %s", k,
                            from(maker, &a));
    }
    if (chance(maker, 2, 3))
        return arena_printf(maker->arena,
                            "WITH h AS (SELECT %s) SELECT h.n AS c1 FROM h WHERE %s",
                            rows, question(maker, "h.k"));
    return arena_printf(maker->arena,
                        "SELECT h.n AS c1 FROM (SELECT %s) AS h WHERE %s IN (SELECT %s "
                        "FROM %s)",
                        rows, chance(maker, 1, 2) ? "h.k" : "h.k || ''",
                        column(maker, &b, CLASS_TEXT), from(maker, &b));
}

// What a subquery yields under a collation, or an aggregate beside a subquery.
const char *shape_collated_value(Maker *maker)
{
    Part a = part_new(maker, NULL), b = partner_new(maker, &a, NULL);
    const char *t = column(maker, &a, CLASS_TEXT), *u = column(maker, &b, CLASS_TEXT);
    const char *least = chance(maker, 1, 2) ? "min" : "max";
    const char *value =
        chance(maker, 1, 2)
            ? collated(maker, arena_printf(maker->arena, "%s(%s)", least, u))
            : arena_printf(maker->arena, "%s(%s)", least, collated(maker, u));
    const char *tie =
        chance(maker, 2, 3) ? equality(maker, &a, &b) : condition(maker, &b);
    if (chance(maker, 1, 3))
        return arena_printf(maker->arena,
                            "SELECT %s AS c1, %s = %s AS c2 FROM %s LEFT JOIN %s ON %s "
                            "GROUP BY %s, %s",
                            number(maker, &a), t, value, from(maker, &a), from(maker, &b),
                            tie, number(maker, &a), t);
    return arena_printf(maker->arena,
                        "SELECT %s FROM %s WHERE %s %s (SELECT %s FROM %s WHERE %s)%s",
                        outputs(maker, &a), from(maker, &a), t, comparison_sign(maker),
                        value, from(maker, &b), tie, more(maker, &a));
}
