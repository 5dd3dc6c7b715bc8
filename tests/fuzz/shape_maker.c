// shape_maker.c - queries of the shapes that rules look for, as people write them.
//
// Tables, columns and further conditions are random, so a shape is met with and without
// the keys, types and NOT NULLs that a rule may need.

#include "fuzz/shape.h"

typedef struct {
    const char *(*make)(Maker *maker);
    unsigned weight;
} Shape;

static const Shape shapes[] = {
#define SHAPE(name, weight) {shape_##name, weight},
#include "fuzz/shapes.def"
#undef SHAPE
};

static const char *shape(Maker *maker)
{
    size_t total = 0, i = 0;
    for (size_t j = 0; j < COUNT_OF(shapes); j++)
        total += shapes[j].weight;
    for (size_t rest = pick(maker, total); rest >= shapes[i].weight; i++)
        rest -= shapes[i].weight;
    return shapes[i].make(maker);
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
        return arena_printf(
            arena,
            "SELECT x.c1 AS c1, y.c1 AS c2 FROM (%s) AS x %sJOIN (%s) AS y ON "
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
