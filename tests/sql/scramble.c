// scramble.c - one mapper that renames everything it meets, one that settles what may be
// written in two ways.

#include "scramble.h"

#include "query/equal.h"
#include "query/walk.h"

typedef struct {
    Arena *arena;
    const Tree *tree;
    Random *random;
} Scrambler;

static const char *pick_name(Scrambler *s)
{
    static const char *const words[] = {"a", "b", "t", "order"};
    const Catalog *catalog = s->tree->catalog;
    uint64_t pick = random_below(s->random, COUNT_OF(words) + 2);
    if (pick < COUNT_OF(words) || catalog->table_count == 0)
        return words[pick % COUNT_OF(words)];
    const Table *table = &catalog->tables[random_below(s->random, catalog->table_count)];
    if (pick == COUNT_OF(words) || table->column_count == 0)
        return table->name;
    return table->columns[random_below(s->random, table->column_count)].name;
}

static const Expr *scramble_expr(void *context, const Expr *expr)
{
    Scrambler *s = context;
    if (expr->kind != EXPR_COLUMN)
        return expr;
    Expr changed = *expr;
    changed.qualified = random_chance(s->random, 1, 2);
    return expr_new(s->arena, changed);
}

static const Source *scramble_source(void *context, const Source *source)
{
    Scrambler *s = context;
    if (source->kind == SOURCE_JOIN || random_chance(s->random, 1, 4))
        return source;
    Source changed = *source;
    changed.alias = pick_name(s);
    changed.explicit_alias = true;
    if (source->kind == SOURCE_QUERY && source->column_name_count == 0 &&
        random_chance(s->random, 1, 4)) {
        changed.alias = NULL;
        changed.explicit_alias = false;
    }
    return source_new(s->arena, changed);
}

static const Output *scramble_outputs(Scrambler *s, const Output *outputs, size_t count)
{
    Output *changed = arena_copy(s->arena, outputs, count, sizeof(*outputs));
    for (size_t i = 0; i < count; i++) {
        if (random_chance(s->random, 1, 3))
            continue;
        changed[i].name = pick_name(s);
        changed[i].explicit_name = random_chance(s->random, 1, 2);
    }
    return changed;
}

static const Cte *scramble_cte(Scrambler *s, const Cte *cte)
{
    Cte changed = *cte;
    if (random_chance(s->random, 2, 3))
        changed.name = pick_name(s);
    return arena_copy(s->arena, &changed, 1, sizeof(changed));
}

// DuckDB takes a and t.a for two keys in ROLLUP (a, t.a): there, all are qualified.
static const GroupItem *settle_groups(Scrambler *s, const GroupItem *items, size_t count)
{
    GroupItem *settled = arena_copy(s->arena, items, count, sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        const Expr **exprs = arena_new(s->arena, const Expr *, items[i].expr_count);
        for (size_t j = 0; j < items[i].expr_count; j++) {
            Expr key = *items[i].exprs[j];
            key.qualified = key.qualified || key.kind == EXPR_COLUMN;
            exprs[j] = expr_new(s->arena, key);
        }
        settled[i].exprs = exprs;
        settled[i].items = settle_groups(s, items[i].items, items[i].item_count);
    }
    return settled;
}

static const Query *scramble_query(void *context, const Query *query)
{
    Scrambler *s = context;
    Query changed = *query;
    if (query->body == BODY_SELECT) {
        Select select = *query->select;
        select.outputs = scramble_outputs(s, select.outputs, select.output_count);
        if (!select_has_plain_groups(&select))
            select.groups = settle_groups(s, select.groups, select.group_count);
        changed.select = select_new(s->arena, select);
    } else if (query->body == BODY_SET && !query->set->by_name) {
        SetOperation set = *query->set;
        set.outputs = scramble_outputs(s, set.outputs, set.output_count);
        changed.set = arena_copy(s->arena, &set, 1, sizeof(set));
    } else if (query->body == BODY_VALUES) {
        Values values = *query->values;
        values.outputs = scramble_outputs(s, values.outputs, values.output_count);
        changed.values = arena_copy(s->arena, &values, 1, sizeof(values));
    }
    const Cte **ctes = arena_new(s->arena, const Cte *, query->cte_count);
    for (size_t i = 0; i < query->cte_count; i++)
        ctes[i] = scramble_cte(s, query->ctes[i]);
    changed.ctes = ctes;
    return query_new(s->arena, changed);
}

// Gives the outputs the names that the user sees.
static void restore_names(const Query *from, const Query *to)
{
    size_t count;
    const Output *names = query_outputs(from, &count);
    Output *outputs = (Output *)query_outputs(to, &count); // Ours: just made.
    for (size_t i = 0; i < count; i++) {
        outputs[i].name = names[i].name;
        outputs[i].explicit_name = names[i].explicit_name;
    }
}

Tree tree_scramble(Arena *arena, const Tree *tree, Random *random)
{
    Scrambler scrambler = {arena, tree, random};
    Mapper mapper = {.expr = scramble_expr,
                     .query = scramble_query,
                     .source = scramble_source,
                     .context = &scrambler,
                     .arena = arena};
    Tree scrambled = *tree;
    scrambled.root = map_query(tree->root, &mapper);
    restore_names(tree->root, scrambled.root);
    return scrambled;
}

// Comparing

static const Query *settle_order(void *context, const Query *query)
{
    Arena *arena = context;
    if (query->body != BODY_SELECT || query->order_count == 0)
        return query;
    OrderItem *order =
        arena_copy(arena, query->order, query->order_count, sizeof(*order));
    for (size_t i = 0; i < query->order_count; i++) {
        const Expr *key = order[i].expr;
        const Output *output =
            key->kind == EXPR_OUTPUT ? query_output(query, key->column) : NULL;
        if (output != NULL && output->expr->kind == EXPR_COLUMN)
            order[i].expr = output->expr;
    }
    Query settled = *query;
    settled.order = order;
    return query_new(arena, settled);
}

bool queries_agree(Arena *arena, const Query *a, const Query *b)
{
    Mapper mapper = {.query = settle_order, .context = arena, .arena = arena};
    return query_equal(map_query(a, &mapper), map_query(b, &mapper));
}
