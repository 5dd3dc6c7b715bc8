// promises.c - asking facts/, and turning each promise into its refutation.

#include "fuzz/promises.h"

#include "base/text.h"
#include "facts/facts.h"
#include "fuzz/query_maker.h"
#include "sql/sql.h"

#include <stdlib.h>

const char *const promise_names[PROMISE_COUNT] = {
#define PROMISE(name, text) [PROMISE_##name] = text,
    PROMISE_LIST
#undef PROMISE
};

enum { DEPTH = 2 };

// A bound query and the facts about it.
typedef struct {
    Tree tree;
    Assumptions assumptions;
    Facts facts;
} Bound;

static bool bind(Asking *asking, const char *sql, Bound *bound)
{
    Error err;
    *bound = (Bound){.assumptions = {0}};
    if (!sql_bind(asking->arena, asking->catalog, sql, &bound->tree, &err)) {
        asking->unbound++;
        asking->unbound_example = arena_printf(asking->arena, "%s: %s", err.message, sql);
        return false;
    }
    bound->facts = (Facts){.arena = asking->arena,
                           .tree = &bound->tree,
                           .assumptions = &bound->assumptions,
                           .least = ASSURANCE_TRUSTED};
    return true;
}

static void promise(Asking *asking, PromiseKind kind, bool certain, const char *query,
                    const char *refutation)
{
    asking->asked[kind]++;
    if (!certain)
        return;
    asking->promised[kind]++;
    array_push(asking->arena, &asking->promises, ((Promise){kind, query, refutation}));
}

// Returns which of `count` things to take, as a set of bits; few of many.
static unsigned some_of(Asking *asking, size_t count)
{
    unsigned set = 0;
    for (int i = 0; i < 3; i++)
        if (random_chance(asking->random, 2, 3))
            set |= 1u << random_below(asking->random, count < 16 ? count : 16);
    return set;
}

// Whole queries

// Counts the groups with several rows; `columns` are put behind GROUP BY as they are.
static const char *count_repeated(Arena *arena, const char *from, const char *columns)
{
    return arena_printf(arena,
                        "SELECT count(*) FROM (SELECT count(*) AS n FROM %s%s%s HAVING "
                        "count(*) > 1) AS g",
                        from, *columns ? " GROUP BY " : "", columns);
}

static void ask_uniqueness(Asking *asking, Bound *bound, const char *sql)
{
    size_t count;
    const Output *outputs = query_outputs(bound->tree.root, &count);
    unsigned set = some_of(asking, count);
    uint32_t ids[32];
    size_t chosen = 0;
    Text columns = text_new(asking->arena);
    for (size_t i = 0; i < count; i++) {
        if (!(set & 1u << i))
            continue;
        text_addf(&columns, "%sq.c%zu", chosen > 0 ? ", " : "", i + 1);
        ids[chosen++] = outputs[i].id;
    }
    const char *from = arena_printf(asking->arena, "(%s) AS q", sql);
    promise(asking, PROMISE_QUERY_UNIQUE,
            query_is_unique_on(&bound->facts, bound->tree.root, ids, chosen), sql,
            count_repeated(asking->arena, from, columns.bytes));
    text_cut(&columns, 0);
    for (size_t i = 0; i < count; i++)
        text_addf(&columns, "%sq.c%zu", i > 0 ? ", " : "", i + 1);
    promise(asking, PROMISE_NO_DUPLICATES,
            query_has_no_duplicates(&bound->facts, bound->tree.root), sql,
            count_repeated(asking->arena, from, columns.bytes));
}

void ask_query(Asking *asking)
{
    Arena *arena = asking->arena;
    const char *sql = make_query(arena, asking->catalog, asking->random, DEPTH);
    Bound bound;
    if (!bind(asking, sql, &bound))
        return;
    const Query *root = bound.tree.root;
    size_t count;
    const Output *outputs = query_outputs(root, &count);
    for (size_t i = 0; i < count; i++)
        promise(asking, PROMISE_OUTPUT_NEVER_NULL,
                output_never_null(&bound.facts, root, outputs[i].id), sql,
                arena_printf(arena, "SELECT count(*) FROM (%s) AS q WHERE q.c%zu IS NULL",
                             sql, i + 1));
    ask_uniqueness(asking, &bound, sql);
    promise(asking, PROMISE_AT_MOST_ONE, query_at_most_one_row(&bound.facts, root), sql,
            arena_printf(arena,
                         "SELECT CASE WHEN count(*) > 1 THEN 1 ELSE 0 END FROM (%s) AS q",
                         sql));
    promise(asking, PROMISE_EXACTLY_ONE, query_exactly_one_row(&bound.facts, root), sql,
            arena_printf(arena, "SELECT count(*) - 1 FROM (%s) AS q", sql));
    promise(asking, PROMISE_CANNOT_RAISE, !query_may_raise(&bound.facts, root), sql,
            arena_printf(arena, "SELECT 0 * count(*) FROM (%s) AS q", sql));
}

// Blocks

static const char *where_of(Arena *arena, const MadeBlock *block, const char *more)
{
    Text text = text_new(arena);
    text_addf(&text, " WHERE (%s)", more);
    for (size_t i = 0; i < block->conjunct_count; i++)
        text_addf(&text, " AND (%s)", block->conjuncts[i]);
    return text.bytes;
}

static const char *constant_text(Arena *arena, const Expr *constant)
{
    if (constant->literal == LITERAL_STRING)
        return arena_printf(arena, "'%s'", constant->name);
    return constant->name;
}

static void ask_columns(Asking *asking, Bound *bound, const MadeBlock *block)
{
    Arena *arena = asking->arena;
    const Select *select = bound->tree.root->select;
    for (size_t i = 0; i < block->column_count; i++) {
        const Expr *expr = select->outputs[i].expr;
        const char *is_null = arena_printf(arena, "%s IS NULL", block->columns[i]);
        promise(asking, PROMISE_NEVER_NULL, expr_never_null(&bound->facts, select, expr),
                block->sql,
                arena_printf(arena, "SELECT count(*) FROM %s%s", block->from,
                             where_of(arena, block, is_null)));
        promise(asking, PROMISE_NEVER_NULL_IN_FROM,
                expr_never_null_in_from(&bound->facts, select, expr), block->sql,
                arena_printf(arena, "SELECT count(*) FROM %s WHERE %s", block->from,
                             is_null));
        const Expr *constant = known_constant(&bound->facts, select, expr);
        const char *text = constant ? constant_text(arena, constant) : "";
        promise(asking, PROMISE_CONSTANT, constant != NULL, block->sql,
                arena_printf(arena, "SELECT count(*) FROM %s%s", block->from,
                             where_of(arena, block,
                                      arena_printf(arena, "(%s = %s) IS NOT TRUE",
                                                   block->columns[i], text))));
    }
}

static void ask_dependencies(Asking *asking, Bound *bound, const MadeBlock *block)
{
    Arena *arena = asking->arena;
    const Select *select = bound->tree.root->select;
    unsigned set = some_of(asking, block->column_count);
    const Expr *from[32];
    size_t chosen = 0;
    Text columns = text_new(arena);
    for (size_t i = 0; i < block->column_count && i < 16; i++) {
        if (!(set & 1u << i))
            continue;
        text_addf(&columns, "%s%s", chosen > 0 ? ", " : "", block->columns[i]);
        from[chosen++] = select->outputs[i].expr;
    }
    const char *rows =
        arena_printf(arena, "%s%s", block->from, where_of(arena, block, "1 = 1"));
    promise(asking, PROMISE_SELECT_UNIQUE,
            select_is_unique_on(&bound->facts, select, from, chosen), block->sql,
            count_repeated(arena, rows, columns.bytes));
    for (size_t i = 0; i < block->column_count; i++) {
        const char *y = block->columns[i];
        promise(
            asking, PROMISE_DETERMINES,
            determines(&bound->facts, select, from, chosen, select->outputs[i].expr),
            block->sql,
            arena_printf(arena,
                         "SELECT count(*) FROM (SELECT count(*) AS n FROM %s%s%s HAVING "
                         "count(DISTINCT %s) > 1 OR count(%s) BETWEEN 1 AND count(*) "
                         "- 1) AS g",
                         rows, chosen > 0 ? " GROUP BY " : "", columns.bytes, y, y));
    }
}

// a = b and c in any comparison: then b gives what a gives.
static void ask_equality(Asking *asking, Bound *bound, const MadeBlock *block)
{
    Arena *arena = asking->arena;
    const Select *select = bound->tree.root->select;
    size_t a = (size_t)random_below(asking->random, block->column_count);
    size_t b = (size_t)random_below(asking->random, block->column_count);
    size_t c = (size_t)random_below(asking->random, block->column_count);
    if (a == b)
        return;
    const char *x = block->columns[a], *y = block->columns[b], *z = block->columns[c];
    promise(asking, PROMISE_PLAIN_EQUALITY,
            equality_is_plain(&bound->facts, select->outputs[a].expr,
                              select->outputs[b].expr),
            block->sql,
            arena_printf(arena,
                         "SELECT count(*) FROM %s WHERE %s = %s AND (((%s < %s) IS TRUE) "
                         "<> ((%s < %s) IS TRUE) OR ((%s = %s) IS TRUE) <> ((%s = %s) IS "
                         "TRUE) OR ((%s >= %s) IS TRUE) <> ((%s >= %s) IS TRUE))",
                         block->from, x, y, x, z, y, z, z, x, z, y, x, z, y, z));
}

// Predicates

static void ask_null_columns(Asking *asking, Bound *bound, const MadeBlock *block,
                             size_t conjunct)
{
    const Select *select = bound->tree.root->select;
    for (size_t i = 0; i < block->column_count; i++)
        promise(asking, PROMISE_REJECTS_COLUMN,
                rejects_null_column(&bound->facts, select->filter[conjunct],
                                    select->outputs[i].expr),
                block->sql,
                arena_printf(asking->arena,
                             "SELECT count(*) FROM %s WHERE (%s) AND %s IS NULL",
                             block->from, block->conjuncts[conjunct], block->columns[i]));
}

typedef ARRAY(const Source *) Leaves;

static void add_leaves(Arena *arena, const Source *source, Leaves *leaves)
{
    if (source->kind != SOURCE_JOIN) {
        array_push(arena, leaves, source);
        return;
    }
    add_leaves(arena, source->left, leaves);
    add_leaves(arena, source->right, leaves);
}

static bool are_tables(const Leaves *leaves)
{
    for (size_t i = 0; i < leaves->count; i++)
        if (leaves->items[i]->kind != SOURCE_TABLE)
            return false;
    return true;
}

// All sources side by side, one of them nothing but NULLs.
static const char *from_with_nulls(Arena *arena, const Leaves *leaves, size_t null)
{
    Text text = text_new(arena);
    text_addf(&text, "(SELECT 1 AS one) AS z LEFT JOIN %s AS %s ON 1 = 0",
              leaves->items[null]->table->name, leaves->items[null]->alias);
    for (size_t i = 0; i < leaves->count; i++)
        if (i != null)
            text_addf(&text, ", %s AS %s", leaves->items[i]->table->name,
                      leaves->items[i]->alias);
    return text.bytes;
}

static void ask_null_sources(Asking *asking, Bound *bound, const MadeBlock *block,
                             const Leaves *leaves, size_t conjunct)
{
    Arena *arena = asking->arena;
    const Select *select = bound->tree.root->select;
    for (size_t i = 0; i < leaves->count; i++)
        promise(asking, PROMISE_REJECTS_SOURCE,
                rejects_nulls_of(&bound->facts, select->filter[conjunct],
                                 source_numbers(arena, leaves->items[i])),
                block->sql,
                arena_printf(arena, "SELECT count(*) FROM %s WHERE %s",
                             from_with_nulls(arena, leaves, i),
                             block->conjuncts[conjunct]));
}

// Sources

static void ask_source(Asking *asking, Bound *bound, const MadeBlock *block,
                       const Source *source)
{
    Arena *arena = asking->arena;
    unsigned set = some_of(asking, source->table->column_count);
    uint32_t columns[32];
    size_t count = 0;
    Text names = text_new(arena), present = text_new(arena);
    for (uint32_t i = 0; i < source->table->column_count; i++) {
        if (!(set & 1u << i))
            continue;
        const char *name = source->table->columns[i].name;
        text_addf(&names, "%s%s", count > 0 ? ", " : "", name);
        text_addf(&present, "%s%s IS NOT NULL", count > 0 ? " AND " : " WHERE ", name);
        columns[count++] = i;
    }
    promise(asking, PROMISE_SOURCE_UNIQUE,
            source_is_unique_on(&bound->facts, source, columns, count), block->sql,
            count_repeated(arena, source->table->name, names.bytes));
    promise(asking, PROMISE_SOURCE_UNIQUE_VALUES,
            source_is_unique_on_values(&bound->facts, source, columns, count), block->sql,
            count_repeated(
                arena, arena_printf(arena, "%s%s", source->table->name, present.bytes),
                names.bytes));
}

typedef ARRAY(const Expr *) Conjuncts;

static void add_on(Arena *arena, const Source *source, Conjuncts *conjuncts)
{
    if (source->kind != SOURCE_JOIN)
        return;
    for (size_t i = 0; i < source->on_count; i++)
        array_push(arena, conjuncts, source->on[i]);
    add_on(arena, source->left, conjuncts);
    add_on(arena, source->right, conjuncts);
}

// All conjuncts of the block over all its tables, side by side: what one of them has to
// do with the others.
static void ask_partners(Asking *asking, Bound *bound, const MadeBlock *block,
                         const Leaves *leaves)
{
    Arena *arena = asking->arena;
    const Select *select = bound->tree.root->select;
    Conjuncts conjuncts = {0};
    for (size_t i = 0; i < select->source_count; i++)
        add_on(arena, select->sources[i], &conjuncts);
    for (size_t i = 0; i < select->filter_count; i++)
        array_push(arena, &conjuncts, select->filter[i]);
    Text where = text_new(arena), from = text_new(arena);
    for (size_t i = 0; i < leaves->count; i++)
        text_addf(&from, "%s%s AS %s", i > 0 ? ", " : "", leaves->items[i]->table->name,
                  leaves->items[i]->alias);
    for (size_t i = 0; i < conjuncts.count; i++)
        text_addf(
            &where, "%s(%s)", i > 0 ? " AND " : " WHERE ",
            sql_print_expr(arena, bound->tree.dialect, &bound->tree, conjuncts.items[i]));
    const char *rows = arena_printf(arena, "%s%s", from.bytes, where.bytes);
    for (size_t i = 0; i < leaves->count; i++) {
        Text others = text_new(arena);
        for (size_t j = 0; j < leaves->count; j++)
            if (j != i)
                text_addf(&others, "%s%s.rowid", others.length > 0 ? ", " : "",
                          leaves->items[j]->alias);
        promise(asking, PROMISE_ONE_PARTNER,
                source_has_one_partner(&bound->facts, leaves->items[i], conjuncts.items,
                                       conjuncts.count),
                block->sql, count_repeated(arena, rows, others.bytes));
    }
}

void ask_block(Asking *asking)
{
    MadeBlock block = make_block(asking->arena, asking->catalog, asking->random, DEPTH);
    Bound bound;
    if (!bind(asking, block.sql, &bound))
        return;
    const Select *select = bound.tree.root->select;
    Leaves leaves = {0};
    for (size_t i = 0; i < select->source_count; i++)
        add_leaves(asking->arena, select->sources[i], &leaves);
    ask_columns(asking, &bound, &block);
    ask_dependencies(asking, &bound, &block);
    ask_equality(asking, &bound, &block);
    // An AND among the conjuncts came apart when it was bound.
    bool whole = select->filter_count == block.conjunct_count;
    for (size_t i = 0; whole && i < block.conjunct_count; i++) {
        ask_null_columns(asking, &bound, &block, i);
        if (are_tables(&leaves))
            ask_null_sources(asking, &bound, &block, &leaves, i);
    }
    if (are_tables(&leaves))
        ask_partners(asking, &bound, &block, &leaves);
    for (size_t i = 0; i < leaves.count; i++)
        if (leaves.items[i]->kind == SOURCE_TABLE)
            ask_source(asking, &bound, &block, leaves.items[i]);
}

// Duplicates

void ask_frame(Asking *asking)
{
    Arena *arena = asking->arena;
    MadeFrame frame = make_frame(arena, asking->catalog, asking->random, DEPTH);
    const char *once =
        arena_printf(arena, "%s%s AS t1%s", frame.before, frame.table, frame.after);
    const char *twice =
        arena_printf(arena, "%s(SELECT * FROM %s UNION ALL SELECT * FROM %s) AS t1%s",
                     frame.before, frame.table, frame.table, frame.after);
    Bound bound;
    if (!bind(asking, once, &bound))
        return;
    const char *differences = arena_printf(
        arena,
        "SELECT (SELECT count(*) FROM (%s) AS a) <> (SELECT count(*) FROM (%s) AS b) OR "
        "EXISTS (SELECT * FROM (%s) AS a EXCEPT SELECT * FROM (%s) AS b)",
        once, twice, once, twice);
    promise(asking, PROMISE_IGNORES_DUPLICATES,
            select_ignores_duplicates(bound.tree.root->select, false), once, differences);
}

// Foreign keys

static void ask_foreign_key(Asking *asking, Facts *facts, const Table *child,
                            const Table *parent, uint32_t column, uint32_t parent_column)
{
    const char *name = child->columns[column].name;
    const char *other = parent->columns[parent_column].name;
    promise(asking, PROMISE_FOREIGN_KEY,
            foreign_key_holds(facts, child, &column, parent, &parent_column, 1),
            child->name,
            arena_printf(asking->arena,
                         "SELECT count(*) FROM %s AS a WHERE a.%s IS NOT NULL AND NOT "
                         "EXISTS (SELECT 1 FROM %s AS b WHERE b.%s = a.%s)",
                         child->name, name, parent->name, other, name));
}

void ask_catalog(Asking *asking)
{
    Bound bound;
    const Catalog *catalog = asking->catalog;
    if (!bind(asking, "SELECT 1 AS one", &bound))
        return;
    for (size_t i = 0; i < catalog->table_count; i++)
        for (size_t j = 0; j < catalog->table_count; j++)
            for (uint32_t k = 0; k < catalog->tables[i].column_count; k++)
                ask_foreign_key(asking, &bound.facts, &catalog->tables[i],
                                &catalog->tables[j], k, 0);
}
