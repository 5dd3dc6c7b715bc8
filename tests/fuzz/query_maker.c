// query_maker.c - random queries, built top-down as text.
//
// What is made knows the class of its values, because DuckDB wants classes to agree.

#include "fuzz/query_maker.h"

#include "base/text.h"
#include "fuzz/maker.h"

#include <string.h>

typedef struct {
    const char *sql;
    Class classes[8];
    size_t width;
} Made;

static Made make_any_query(Maker *maker, const Scope *outer, const Class *classes,
                           size_t width);
bool chance(Maker *maker, unsigned numerator, unsigned denominator)
{
    return random_chance(maker->random, numerator, denominator);
}

size_t pick(Maker *maker, size_t limit)
{
    return (size_t)random_below(maker->random, limit);
}

// Values

const char *literal(Maker *maker, Class class)
{
    static const char *const numbers[] = {"0", "1", "2", "3", "1", "2", "-1", "NULL"};
    static const char *const texts[] = {"'a'", "'b'", "'B'", "''", "'1'", "'a'"};
    return class == CLASS_NUMBER ? pick_from(maker, numbers) : pick_from(maker, texts);
}

const char *visible_column(Maker *maker, const Scope *scope, Class class)
{
    while (scope && scope->outer && scope->outer->columns.count > 0 &&
           chance(maker, 1, 4))
        scope = scope->outer;
    Strings fitting = {0};
    bool any_class = maker->catalog->dialect == DIALECT_SQLITE && chance(maker, 1, 12);
    for (size_t i = 0; scope && i < scope->columns.count; i++)
        if (any_class || scope->columns.items[i].class == class)
            array_push(maker->arena, &fitting, scope->columns.items[i].text);
    return fitting.count > 0 ? fitting.items[pick(maker, fitting.count)] : NULL;
}

static const char *value(Maker *maker, const Scope *scope, Class class, unsigned size);

static const char *scalar_subquery(Maker *maker, const Scope *scope, Class class)
{
    maker->depth--;
    Made made = make_any_query(maker, scope, &class, 1);
    maker->depth++;
    const char *const number_aggregates[] = {"max", "min", "count", "sum"};
    const char *const text_aggregates[] = {"max", "min"};
    const char *aggregate = class == CLASS_NUMBER ? pick_from(maker, number_aggregates)
                                                  : pick_from(maker, text_aggregates);
    unsigned alias = ++maker->next_alias;
    return arena_printf(maker->arena, "(SELECT %s(t%u.c1) FROM (%s) AS t%u)", aggregate,
                        alias, made.sql, alias);
}

static const char *number_value(Maker *maker, const Scope *scope, unsigned size)
{
    static const char *const operators[] = {"+", "-", "*"};
    const char *a = value(maker, scope, CLASS_NUMBER, size - 1);
    const char *b = value(maker, scope, CLASS_NUMBER, size - 1);
    switch (pick(maker, 6)) {
    case 0:
        return arena_printf(maker->arena, "coalesce(%s, %s)", a, b);
    case 1:
        return arena_printf(maker->arena, "nullif(%s, %s)", a, b);
    case 2:
        return arena_printf(maker->arena, "CASE WHEN %s THEN %s ELSE %s END",
                            predicate(maker, scope, size - 1), a, b);
    case 3:
        return arena_printf(maker->arena, "CASE %s WHEN 1 THEN %s END", a, b);
    case 4:
        return arena_printf(maker->arena, "abs(%s)", a);
    default:
        return arena_printf(maker->arena, "(%s %s %s)", a, pick_from(maker, operators),
                            b);
    }
}

static const char *text_value(Maker *maker, const Scope *scope, unsigned size)
{
    const char *a = value(maker, scope, CLASS_TEXT, size - 1);
    const char *b = value(maker, scope, CLASS_TEXT, size - 1);
    switch (pick(maker, 4)) {
    case 0:
        return arena_printf(maker->arena, "coalesce(%s, %s)", a, b);
    case 1:
        return arena_printf(maker->arena, "(%s || %s)", a, b);
    case 2:
        return arena_printf(maker->arena, "CASE WHEN %s THEN %s END",
                            predicate(maker, scope, size - 1), a);
    default:
        return arena_printf(maker->arena, "upper(%s)", a);
    }
}

static const char *value(Maker *maker, const Scope *scope, Class class, unsigned size)
{
    const char *column = visible_column(maker, scope, class);
    if (column && (size == 0 || chance(maker, 3, 5)))
        return column;
    if (size == 0 || chance(maker, 1, 3))
        return literal(maker, class);
    if (maker->depth > 0 && chance(maker, 1, 6))
        return scalar_subquery(maker, scope, class);
    return class == CLASS_NUMBER ? number_value(maker, scope, size)
                                 : text_value(maker, scope, size);
}

// Predicates

static const char *subquery_predicate(Maker *maker, const Scope *scope, Class class)
{
    maker->depth--;
    Made made = make_any_query(maker, scope, &class, 1);
    maker->depth++;
    const char *not = chance(maker, 1, 3) ? "NOT " : "";
    if (chance(maker, 1, 2))
        return arena_printf(maker->arena, "%sEXISTS (%s)", not, made.sql);
    return arena_printf(maker->arena, "%s %sIN (%s)", value(maker, scope, class, 1), not,
                        made.sql);
}

static const char *comparison(Maker *maker, const Scope *scope, Class class,
                              unsigned size)
{
    static const char *const operators[] = {"=", "=", "=", "<>", "<", "<=", ">", ">="};
    const char *identity =
        maker->catalog->dialect == DIALECT_SQLITE ? "IS" : "IS NOT DISTINCT FROM";
    const char *operator= chance(maker, 1, 10) ? identity : pick_from(maker, operators);
    return arena_printf(maker->arena, "%s %s %s",
                        value(maker, scope, class, size), operator,
                        value(maker, scope, class, size));
}

static const char *connective(Maker *maker, const Scope *scope, unsigned size)
{
    const char *a = predicate(maker, scope, size - 1);
    const char *b = predicate(maker, scope, size - 1);
    switch (pick(maker, 4)) {
    case 0:
        return arena_printf(maker->arena, "(%s AND %s)", a, b);
    case 1:
        return arena_printf(maker->arena, "NOT (%s)", a);
    default:
        return arena_printf(maker->arena, "(%s OR %s)", a, b);
    }
}

const char *predicate(Maker *maker, const Scope *scope, unsigned size)
{
    Class class = chance(maker, 2, 3) ? CLASS_NUMBER : CLASS_TEXT;
    const char *not = chance(maker, 1, 3) ? "NOT " : "";
    if (size > 0 && chance(maker, 1, 4))
        return connective(maker, scope, size);
    if (maker->depth > 0 && chance(maker, 1, 5))
        return subquery_predicate(maker, scope, class);
    const char *a = value(maker, scope, class, size > 1);
    switch (pick(maker, 9)) {
    case 0:
        return arena_printf(maker->arena, "%s IS %sNULL", a, not );
    case 1:
        return arena_printf(maker->arena, "%s %sBETWEEN %s AND %s", a, not,
                            value(maker, scope, class, 0), value(maker, scope, class, 0));
    case 2:
        return arena_printf(maker->arena, "%s %sIN (%s, %s)", a, not,
                            value(maker, scope, class, 0), literal(maker, class));
    case 3:
        if (class == CLASS_TEXT)
            return arena_printf(maker->arena, "%s %sLIKE 'a%%'", a, not );
        return arena_printf(maker->arena, "(%s) IS %sTRUE",
                            comparison(maker, scope, class, 0), not );
    case 4:
        return arena_printf(maker->arena, "%s = %s", a, literal(maker, class));
    default:
        return comparison(maker, scope, class, size > 1);
    }
}

// FROM

static Class class_of(Type type)
{
    if (type_is_moment(type) && type.affinity == AFFINITY_NONE)
        return CLASS_OTHER;
    return type.kind == TYPE_TEXT ? CLASS_TEXT : CLASS_NUMBER;
}

void show_table(Maker *maker, Scope *scope, const Table *table, unsigned alias)
{
    for (size_t i = 0; i < table->column_count; i++) {
        Visible visible = {
            arena_printf(maker->arena, "t%u.%s", alias, table->columns[i].name),
            class_of(table->columns[i].type)};
        array_push(maker->arena, &scope->columns, visible);
    }
}

static const char *leaf_item(Maker *maker, Scope *scope)
{
    unsigned alias = ++maker->next_alias;
    if (maker->depth == 0 || chance(maker, 3, 4)) {
        const Table *table =
            &maker->catalog->tables[pick(maker, maker->catalog->table_count)];
        show_table(maker, scope, table, alias);
        return arena_printf(maker->arena, "%s AS t%u", table->name, alias);
    }
    Class classes[3];
    size_t width = 1 + pick(maker, COUNT_OF(classes));
    for (size_t i = 0; i < width; i++)
        classes[i] = (Class)pick(maker, CLASS_COUNT);
    maker->depth--;
    Made made = make_any_query(maker, NULL, classes, width);
    maker->depth++;
    for (size_t i = 0; i < made.width; i++) {
        Visible visible = {arena_printf(maker->arena, "t%u.c%zu", alias, i + 1),
                           made.classes[i]};
        array_push(maker->arena, &scope->columns, visible);
    }
    return arena_printf(maker->arena, "(%s) AS t%u", made.sql, alias);
}

// Mostly an equality between the two sides: that is where keys matter.
static const char *join_condition(Maker *maker, const Scope *scope, const Scope *left,
                                  const Scope *right)
{
    Class class = chance(maker, 3, 4) ? CLASS_NUMBER : CLASS_TEXT;
    const char *a = visible_column(maker, left, class);
    const char *b = visible_column(maker, right, class);
    const char *rest = chance(maker, 1, 3) ? arena_printf(maker->arena, " AND %s",
                                                          predicate(maker, scope, 1))
                                           : "";
    if (!a || !b || chance(maker, 1, 6))
        return arena_printf(maker->arena, "%s", predicate(maker, scope, 1));
    return arena_printf(maker->arena, "%s = %s%s", a, b, rest);
}

static const char *from_item(Maker *maker, Scope *scope, unsigned joins)
{
    static const char *const kinds[] = {"JOIN",      "JOIN",       "LEFT JOIN",
                                        "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"};
    if (joins == 0)
        return leaf_item(maker, scope);
    Scope left = {scope->outer, {0}}, right = {scope->outer, {0}};
    bool on_right = chance(maker, 1, 3);
    const char *a = from_item(maker, &left, on_right ? 0 : joins - 1);
    const char *b = from_item(maker, &right, on_right ? joins - 1 : 0);
    Scope both = {scope->outer, {0}};
    for (size_t i = 0; i < left.columns.count; i++)
        array_push(maker->arena, &both.columns, left.columns.items[i]);
    for (size_t i = 0; i < right.columns.count; i++)
        array_push(maker->arena, &both.columns, right.columns.items[i]);
    // DuckDB has no outer joins under a correlation.
    bool inner = scope->outer && maker->catalog->dialect == DIALECT_DUCKDB;
    const char *kind = inner ? "JOIN" : pick_from(maker, kinds);
    // DuckDB takes no subquery in the ON of an outer join.
    unsigned depth = maker->depth;
    maker->depth = 0;
    const char *on = join_condition(maker, &both, &left, &right);
    maker->depth = depth;
    for (size_t i = 0; i < both.columns.count; i++)
        array_push(maker->arena, &scope->columns, both.columns.items[i]);
    return arena_printf(maker->arena,
                        on_right && joins > 1 ? "%s %s (%s) ON %s" : "%s %s %s ON %s", a,
                        kind, b, on);
}

static const char *from_clause(Maker *maker, Scope *scope)
{
    static const unsigned joins[] = {0, 0, 0, 1, 1, 2};
    const char *from = from_item(maker, scope, pick_from(maker, joins));
    if (!chance(maker, 1, 6))
        return from;
    return arena_printf(maker->arena, "%s, %s", from, leaf_item(maker, scope));
}

static void add_conjuncts(Maker *maker, const Scope *scope, Strings *conjuncts)
{
    static const unsigned counts[] = {0, 1, 1, 2, 3};
    for (unsigned i = pick_from(maker, counts); i > 0; i--) {
        const char *conjunct = predicate(maker, scope, 2);
        array_push(maker->arena, conjuncts, conjunct);
    }
}

static const char *where_clause(Maker *maker, const Strings *conjuncts)
{
    Text text = text_new(maker->arena);
    for (size_t i = 0; i < conjuncts->count; i++)
        text_addf(&text, "%s(%s)", i == 0 ? " WHERE " : " AND ", conjuncts->items[i]);
    return text.bytes;
}

// Blocks

static const char *aggregate(Maker *maker, const Scope *scope, Class class)
{
    static const char *const numbers[] = {"count", "sum", "min", "max"};
    static const char *const texts[] = {"min", "max"};
    if (class == CLASS_NUMBER && chance(maker, 1, 4))
        return "count(*)";
    const char *name =
        class == CLASS_NUMBER ? pick_from(maker, numbers) : pick_from(maker, texts);
    const char *distinct = chance(maker, 1, 4) ? "DISTINCT " : "";
    // One over a column of a query outside belongs there, where it is seldom allowed.
    Scope own = {NULL, scope->columns};
    const char *arg = visible_column(maker, chance(maker, 1, 20) ? scope : &own, class);
    const char *filter =
        chance(maker, 1, 6)
            ? arena_printf(maker->arena, " FILTER (WHERE %s)", predicate(maker, scope, 0))
            : "";
    return arena_printf(maker->arena, "%s(%s%s)%s", name, distinct,
                        arg ? arg : literal(maker, class), filter);
}

static const char *window(Maker *maker, const Scope *scope, Class class)
{
    const char *partition = visible_column(maker, scope, CLASS_NUMBER);
    if (class == CLASS_TEXT || !partition)
        return value(maker, scope, class, 1);
    if (chance(maker, 1, 2))
        return arena_printf(maker->arena, "count(*) OVER (PARTITION BY %s)", partition);
    return arena_printf(maker->arena, "rank() OVER (ORDER BY %s)", partition);
}

// Group keys, all columns or small expressions, and the class of each.
typedef struct {
    const char *texts[3];
    Class classes[3];
    size_t count;
} GroupKeys;

static GroupKeys make_group_keys(Maker *maker, const Scope *scope)
{
    Scope own = {NULL, scope->columns};
    GroupKeys keys = {.count = pick(maker, COUNT_OF(keys.texts) + 1)};
    for (size_t i = 0; i < keys.count; i++) {
        keys.classes[i] = chance(maker, 2, 3) ? CLASS_NUMBER : CLASS_TEXT;
        const char *column = visible_column(maker, &own, keys.classes[i]);
        if (!column) {
            keys.count = i;
            break;
        }
        bool plain = chance(maker, 4, 5);
        keys.texts[i] = plain ? column
                              : arena_printf(maker->arena, "coalesce(%s, %s)", column,
                                             keys.classes[i] == CLASS_TEXT ? "'z'" : "9");
    }
    return keys;
}

static const char *group_output(Maker *maker, const Scope *scope, const GroupKeys *keys,
                                Class class)
{
    for (int tries = 0; keys->count > 0 && tries < 3; tries++) {
        size_t key = pick(maker, keys->count);
        if (keys->classes[key] == class)
            return keys->texts[key];
    }
    return aggregate(maker, scope, class);
}

static const char *group_clause(Maker *maker, const Scope *scope, const GroupKeys *keys)
{
    Text text = text_new(maker->arena);
    bool rollup = maker->catalog->dialect != DIALECT_SQLITE && keys->count > 0 &&
                  chance(maker, 1, 8);
    for (size_t i = 0; i < keys->count; i++)
        text_addf(&text, "%s%s",
                  i > 0    ? ", "
                  : rollup ? " GROUP BY ROLLUP ("
                           : " GROUP BY ",
                  keys->texts[i]);
    text_add(&text, rollup ? ")" : "");
    if (chance(maker, 1, 4))
        text_addf(&text, " HAVING %s %s %s", aggregate(maker, scope, CLASS_NUMBER),
                  chance(maker, 1, 2) ? ">" : "=", chance(maker, 1, 2) ? "0" : "1");
    return text.bytes;
}

// What stands before FROM and behind WHERE in a block.
typedef struct {
    const char *outputs, *tail;
} BlockParts;

static BlockParts block_parts(Maker *maker, const Scope *scope, const Class *classes,
                              size_t width)
{
    Text outputs = text_new(maker->arena);
    bool grouped = chance(maker, 1, 3), windowed = !grouped && chance(maker, 1, 10);
    GroupKeys keys = {.count = 0};
    if (grouped)
        keys = make_group_keys(maker, scope);
    if (chance(maker, 1, 6))
        text_add(&outputs, "DISTINCT ");
    for (size_t i = 0; i < width; i++) {
        const char *output = grouped ? group_output(maker, scope, &keys, classes[i])
                             : windowed
                                 ? window(maker, scope, classes[i])
                                 : value(maker, scope, classes[i], chance(maker, 1, 3));
        text_addf(&outputs, "%s%s AS c%zu", i > 0 ? ", " : "", output, i + 1);
    }
    const char *tail = grouped ? group_clause(maker, scope, &keys) : "";
    return (BlockParts){outputs.bytes, tail};
}

static const char *make_select(Maker *maker, const Scope *outer, const Class *classes,
                               size_t width)
{
    Scope scope = {outer, {0}};
    const char *from = from_clause(maker, &scope);
    Strings conjuncts = {0};
    add_conjuncts(maker, &scope, &conjuncts);
    BlockParts parts = block_parts(maker, &scope, classes, width);
    return arena_printf(maker->arena, "SELECT %s FROM %s%s%s", parts.outputs, from,
                        where_clause(maker, &conjuncts), parts.tail);
}

// Queries

static const char *make_set(Maker *maker, const Scope *outer, const Class *classes,
                            size_t width)
{
    static const char *const operators[] = {"UNION", "UNION ALL", "INTERSECT", "EXCEPT"};
    const char *first = make_select(maker, outer, classes, width);
    const char *second = make_select(maker, outer, classes, width);
    return arena_printf(maker->arena, "%s %s %s", first, pick_from(maker, operators),
                        second);
}

// WITH over a plain body: the CTE is read once or joined with itself.
static const char *make_with(Maker *maker, const Class *classes, size_t width)
{
    maker->depth--;
    Made made = make_any_query(maker, NULL, classes, width);
    maker->depth++;
    unsigned name = ++maker->next_alias;
    unsigned first = ++maker->next_alias, second = ++maker->next_alias;
    Text text = text_new(maker->arena);
    text_addf(&text, "WITH w%u AS (%s) SELECT ", name, made.sql);
    for (size_t i = 0; i < width; i++)
        text_addf(&text, "%st%u.c%zu AS c%zu", i > 0 ? ", " : "",
                  chance(maker, 1, 2) ? first : second, i + 1, i + 1);
    text_addf(&text, " FROM w%u AS t%u %s w%u AS t%u ON t%u.c1 = t%u.c1", name, first,
              chance(maker, 1, 2) ? "JOIN" : "LEFT JOIN", name, second, first, second);
    return text.bytes;
}

static const char *limited(Maker *maker, const char *sql, size_t width)
{
    Text text = text_new(maker->arena);
    text_addf(&text, "%s ORDER BY ", sql);
    for (size_t i = 0; i < width; i++)
        text_addf(&text, "%sc%zu", i > 0 ? ", " : "", i + 1);
    text_addf(&text, " LIMIT %u", chance(maker, 1, 2) ? 1 : 3);
    return text.bytes;
}

static Made make_any_query(Maker *maker, const Scope *outer, const Class *classes,
                           size_t width)
{
    Made made = {.width = width};
    memcpy(made.classes, classes, width * sizeof(*classes));
    if (chance(maker, 1, 8))
        made.sql = make_set(maker, outer, classes, width);
    else if (!outer && maker->depth > 0 && chance(maker, 1, 10))
        made.sql = make_with(maker, classes, width);
    else
        made.sql = make_select(maker, outer, classes, width);
    // LIMIT in a correlated subquery is beyond some engines.
    if (!outer && chance(maker, 1, 10))
        made.sql = limited(maker, made.sql, width);
    return made;
}

const char *make_query(Arena *arena, const Catalog *catalog, Random *random,
                       unsigned depth)
{
    Maker maker = {arena, catalog, random, 0, depth};
    Class classes[4];
    size_t width = 1 + pick(&maker, COUNT_OF(classes));
    for (size_t i = 0; i < width; i++)
        classes[i] = chance(&maker, 2, 3) ? CLASS_NUMBER : CLASS_TEXT;
    return make_any_query(&maker, NULL, classes, width).sql;
}

MadeBlock make_block(Arena *arena, const Catalog *catalog, Random *random, unsigned depth)
{
    Maker maker = {arena, catalog, random, 0, depth};
    Scope scope = {0};
    MadeBlock block = {.from = from_clause(&maker, &scope)};
    Strings conjuncts = {0}, columns = {0};
    add_conjuncts(&maker, &scope, &conjuncts);
    Text text = text_new(arena);
    for (size_t i = 0; i < scope.columns.count; i++) {
        array_push(arena, &columns, scope.columns.items[i].text);
        text_addf(&text, "%s%s AS c%zu", i > 0 ? ", " : "SELECT ",
                  scope.columns.items[i].text, i + 1);
    }
    block.columns = columns.items;
    block.column_count = columns.count;
    block.conjuncts = conjuncts.items;
    block.conjunct_count = conjuncts.count;
    block.sql = arena_printf(arena, "%s FROM %s%s", text.bytes, block.from,
                             where_clause(&maker, &conjuncts));
    return block;
}

MadeFrame make_frame(Arena *arena, const Catalog *catalog, Random *random, unsigned depth)
{
    Maker maker = {arena, catalog, random, 1, depth};
    Scope scope = {0};
    const Table *table = &catalog->tables[pick(&maker, catalog->table_count)];
    show_table(&maker, &scope, table, 1);
    Strings conjuncts = {0};
    add_conjuncts(&maker, &scope, &conjuncts);
    Class classes[2] = {CLASS_NUMBER, CLASS_TEXT};
    BlockParts parts = block_parts(&maker, &scope, classes, 1 + pick(&maker, 2));
    return (MadeFrame){.before = arena_printf(arena, "SELECT %s FROM ", parts.outputs),
                       .table = table->name,
                       .after = arena_printf(
                           arena, "%s%s", where_clause(&maker, &conjuncts), parts.tail)};
}
