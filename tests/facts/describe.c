// describe.c - asking facts/ all there is to ask about one query.

#include "facts/describe.h"

#include "base/text.h"
#include "facts/facts.h"
#include "sql/sql.h"

enum { KEY_WIDTH_LIMIT = 3, WIDTH_LIMIT = 16 };

typedef struct {
    Arena *arena;
    const Tree *tree;
    Text text;
    Assumptions assumptions;
    Facts facts;
} Description;

// Adds one thing to a line that is begun when its first thing comes.
static void add(Description *d, const char **line, const char *thing)
{
    text_addf(&d->text, "%s%s", *line, thing);
    *line = ", ";
}

static void end(Description *d, const char *line)
{
    if (line[0] == ',')
        text_add(&d->text, "\n");
}

static const char *print(Description *d, const Expr *expr)
{
    return sql_print_expr(d->arena, d->tree->dialect, d->tree, expr);
}

// Queries

static void describe_outputs(Description *d, const Query *query)
{
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    const char *line = "not null: ";
    for (size_t i = 0; i < count; i++)
        if (output_never_null(&d->facts, query, outputs[i].id))
            add(d, &line, outputs[i].name);
    end(d, line);
}

static unsigned bit_count(unsigned set)
{
    unsigned count = 0;
    for (; set; set &= set - 1)
        count++;
    return count;
}

static bool is_key(Description *d, const Query *query, unsigned set)
{
    size_t width, count = 0;
    const Output *outputs = query_outputs(query, &width);
    uint32_t ids[WIDTH_LIMIT];
    for (size_t i = 0; i < width && i < WIDTH_LIMIT; i++)
        if (set & 1u << i)
            ids[count++] = outputs[i].id;
    return query_is_unique_on(&d->facts, query, ids, count);
}

// The smallest sets of outputs that are unique.
static void describe_keys(Description *d, const Query *query)
{
    size_t width;
    const Output *outputs = query_outputs(query, &width);
    unsigned keys[64];
    size_t key_count = 0;
    const char *line = "keys: ";
    for (unsigned size = 1; size <= KEY_WIDTH_LIMIT; size++) {
        for (unsigned set = 1; set < 1u << width && key_count < 64; set++) {
            bool smaller = bit_count(set) != size;
            for (size_t i = 0; i < key_count && !smaller; i++)
                smaller = (keys[i] & set) == keys[i];
            if (smaller || !is_key(d, query, set))
                continue;
            keys[key_count++] = set;
            Text names = text_new(d->arena);
            for (size_t i = 0; i < width; i++)
                if (set & 1u << i)
                    text_addf(&names, "%s%s", names.length ? " " : "", outputs[i].name);
            add(d, &line, arena_printf(d->arena, "(%s)", names.bytes));
        }
    }
    end(d, line);
}

static void describe_rows(Description *d, const Query *query)
{
    const char *line = "rows: ";
    if (query_exactly_one_row(&d->facts, query))
        add(d, &line, "exactly one");
    else if (query_at_most_one_row(&d->facts, query))
        add(d, &line, "at most one");
    else if (query_has_no_duplicates(&d->facts, query))
        add(d, &line, "no two equal");
    if (query->select && select_ignores_duplicates(query->select, false))
        add(d, &line, "blind to duplicates");
    if (!query_is_repeatable(query))
        add(d, &line, "not repeatable");
    if (query_may_raise(&d->facts, query))
        add(d, &line, "may raise");
    end(d, line);
}

// Blocks

typedef ARRAY(const Expr *) Exprs;

static void add_columns(Description *d, const Source *source, Exprs *columns)
{
    if (source->kind == SOURCE_JOIN) {
        add_columns(d, source->left, columns);
        add_columns(d, source->right, columns);
    }
    if (source->kind != SOURCE_TABLE)
        return;
    for (uint32_t i = 0; i < source->table->column_count; i++)
        array_push(d->arena, columns, source_column(d->arena, d->tree, source, i));
}

static void describe_filter(Description *d, const Select *select, const Exprs *columns)
{
    for (size_t i = 0; i < select->filter_count; i++) {
        const char *line =
            arena_printf(d->arena, "%s rejects NULL in: ", print(d, select->filter[i]));
        for (size_t j = 0; j < columns->count; j++)
            if (rejects_null_column(&d->facts, select->filter[i], columns->items[j]))
                add(d, &line, print(d, columns->items[j]));
        end(d, line);
    }
    const char *line = "constant: ";
    for (size_t i = 0; i < columns->count; i++) {
        const Expr *constant = known_constant(&d->facts, select, columns->items[i]);
        if (constant)
            add(d, &line,
                arena_printf(d->arena, "%s = %s", print(d, columns->items[i]),
                             print(d, constant)));
    }
    end(d, line);
}

static void describe_dependencies(Description *d, const Select *select,
                                  const Exprs *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        const char *line =
            arena_printf(d->arena, "%s determines: ", print(d, columns->items[i]));
        for (size_t j = 0; j < columns->count; j++)
            if (i != j &&
                determines(&d->facts, select, &columns->items[i], 1, columns->items[j]))
                add(d, &line, print(d, columns->items[j]));
        end(d, line);
    }
}

static void describe_select(Description *d, const Select *select)
{
    Exprs columns = {0};
    for (size_t i = 0; i < select->source_count; i++)
        add_columns(d, select->sources[i], &columns);
    describe_filter(d, select, &columns);
    if (columns.count <= WIDTH_LIMIT)
        describe_dependencies(d, select, &columns);
}

static void describe_assumptions(Description *d)
{
    const char *line = "assumes: ";
    for (size_t i = 0; i < d->assumptions.count; i++)
        add(d, &line,
            arena_printf(d->arena, "%s (%s)", d->assumptions.items[i].constraint,
                         assurance_name(d->assumptions.items[i].assurance)));
    end(d, line);
}

const char *facts_describe(Arena *arena, const Tree *tree)
{
    Description d = {.arena = arena, .tree = tree, .text = text_new(arena)};
    d.facts = (Facts){.arena = arena,
                      .tree = tree,
                      .assumptions = &d.assumptions,
                      .least = ASSURANCE_TRUSTED};
    describe_outputs(&d, tree->root);
    describe_keys(&d, tree->root);
    describe_rows(&d, tree->root);
    describe_assumptions(&d);
    if (tree->root->select)
        describe_select(&d, tree->root->select);
    return d.text.bytes;
}
