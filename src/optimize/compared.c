// compared.c - literals in conditions, and values from the columns they stand beside.

#include "optimize/compared.h"

#include "base/text.h"
#include "query/reads.h"
#include "query/walk.h"
#include "sql/sql.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_LIMIT = 6,      // That are varied together.
    VALUE_LIMIT = 64,      // That a column's query may return.
    SAMPLE_ROWS = 1000000, // That it looks at.
    VALUE_STEPS = 16,      // From the least to the greatest value.
};

// Columns

typedef struct {
    Arena *arena;
    const Tree *tree;
    ComparedColumns columns;
} Collector;

static bool is_varied(const Expr *expr)
{
    return expr_is_literal(expr, LITERAL_NUMBER) ||
           expr_is_literal(expr, LITERAL_STRING) || expr_is_literal(expr, LITERAL_TYPED);
}

static ComparedColumn *find_column(Collector *collector, const Table *table,
                                   uint32_t column)
{
    for (size_t i = 0; i < collector->columns.count; i++) {
        ComparedColumn *known = &collector->columns.items[i];
        if (known->table == table && known->column == column)
            return known;
    }
    if (collector->columns.count == COLUMN_LIMIT)
        return NULL;
    ComparedColumn added = {.table = table, .column = column};
    array_push(collector->arena, &collector->columns, added);
    return &collector->columns.items[collector->columns.count - 1];
}

static void note_pair(Collector *collector, const Expr *column, const Expr *literal)
{
    uint32_t ordinal;
    const Source *source =
        is_varied(literal) ? column_origin(collector->tree, column, &ordinal) : NULL;
    ComparedColumn *found =
        source != NULL ? find_column(collector, source->table, ordinal) : NULL;
    if (found != NULL)
        array_push(collector->arena, &found->literals, literal);
}

static bool note_comparison(void *context, const Expr *expr)
{
    bool compares = expr->kind == EXPR_COMPARE || expr->kind == EXPR_BETWEEN ||
                    expr->kind == EXPR_IN_LIST;
    for (size_t i = 1; compares && i < expr->arg_count; i++)
        note_pair(context, expr->args[0], expr->args[i]);
    if (expr->kind == EXPR_COMPARE)
        note_pair(context, expr->args[1], expr->args[0]);
    return true;
}

static void note_conditions(Collector *collector, const Expr *const *conditions,
                            size_t count)
{
    // A subquery is visited as a query of its own.
    Visitor visitor = {.expr = note_comparison,
                       .query = walk_stay_out,
                       .context = collector};
    for (size_t i = 0; i < count; i++)
        walk_expr(conditions[i], &visitor);
}

static bool note_filter(void *context, const Query *query)
{
    if (query->body == BODY_SELECT)
        note_conditions(context, query->select->filter, query->select->filter_count);
    return true;
}

static bool note_join(void *context, const Source *source)
{
    if (source->kind == SOURCE_JOIN)
        note_conditions(context, source->on, source->on_count);
    return true;
}

ComparedColumns compared_columns(Arena *arena, const Tree *tree)
{
    Collector collector = {.arena = arena, .tree = tree};
    Visitor visitor = {.query = note_filter, .source = note_join, .context = &collector};
    walk_query(tree->root, &visitor);
    return collector.columns;
}

// Values

static const char *values_query(Arena *arena, Dialect dialect,
                                const ComparedColumn *column)
{
    const Table *table = column->table;
    const char *name =
        sql_quote_name(arena, dialect, table->columns[column->column].name);
    const char *from = sql_quote_table(arena, dialect, table);
    const char *sample =
        arena_printf(arena, "SELECT %s AS v FROM %s WHERE %s IS NOT NULL LIMIT %d", name,
                     from, name, SAMPLE_ROWS);
    const char *ranked = arena_printf(
        arena,
        "SELECT v, row_number() OVER (ORDER BY n DESC, v) AS by_count, row_number() OVER"
        " (ORDER BY v) AS by_value, count(*) OVER () AS m"
        " FROM (SELECT v, count(*) AS n FROM (%s) AS s GROUP BY v) AS g",
        sample);
    return arena_printf(
        arena,
        "SELECT v, by_count = 1, by_count = m FROM (%s) AS r WHERE by_count = 1 OR"
        " by_count = m OR by_value = m OR (by_value - 1) * %d %% m < %d ORDER BY "
        "by_value",
        ranked, VALUE_STEPS, VALUE_STEPS);
}

bool compared_fetch(Engine *engine, Arena *arena, double timeout_ms,
                    ComparedColumn *column, Error *err)
{
    Request request = {.sql = values_query(arena, engine_dialect(engine), column),
                       .sink = SINK_ROWS,
                       .row_limit = VALUE_LIMIT,
                       .timeout_ms = timeout_ms};
    Result result;
    if (!engine_run(engine, arena, &request, &result, err))
        return false;
    Value *values = arena_new(arena, Value, result.kept_count);
    for (size_t i = 0; i < result.kept_count; i++) {
        values[i] = result.rows[i][0];
        column->frequent = result.rows[i][1].integer != 0 ? i : column->frequent;
        column->rare = result.rows[i][2].integer != 0 ? i : column->rare;
    }
    column->values = values;
    column->value_count = result.kept_count;
    return true;
}

// Varying

static bool is_whole(const char *number)
{
    return number[strspn(number, "-0123456789")] == '\0';
}

// Returns what a literal of this kind is called that stands for the value; NULL if none
// does: the kind is kept, and a whole number stays one.
static const char *literal_name(Arena *arena, const Expr *literal, Value value)
{
    bool is_number = literal->literal == LITERAL_NUMBER;
    bool is_text = value.kind == VALUE_TEXT || value.kind == VALUE_OTHER;
    if (is_number && value.kind == VALUE_INTEGER)
        return arena_printf(arena, "%lld", (long long)value.integer);
    if (is_number && value.kind == VALUE_FLOAT && isfinite(value.number))
        return is_whole(literal->name) ? NULL
                                       : arena_printf(arena, "%.17g", value.number);
    if (is_number && value.type == TYPE_DECIMAL)
        return is_whole(literal->name) ? NULL : value.bytes;
    if (is_number || !is_text || strlen(value.bytes) != value.length)
        return NULL;
    return value.bytes;
}

static int compare_names(const void *a, const void *b)
{
    const Expr *left = *(const Expr *const *)a, *right = *(const Expr *const *)b;
    if (left->literal != LITERAL_NUMBER)
        return strcmp(left->name, right->name);
    double x = strtod(left->name, NULL), y = strtod(right->name, NULL);
    return (x > y) - (x < y);
}

static bool same_kind(const ComparedColumn *column)
{
    for (size_t i = 1; i < column->literals.count; i++) {
        if (column->literals.items[i]->literal != column->literals.items[0]->literal)
            return false;
    }
    return true;
}

// Returns the place among `count` values that the literal of rank `rank` out of
// `rank_count` takes: one alone goes through the ends and the middle; several keep their
// order, now close together, now far apart.
static size_t place_of(const ComparedColumn *column, size_t variant, size_t rank,
                       size_t rank_count)
{
    size_t last = column->value_count - 1, room = column->value_count - rank_count;
    if (rank_count == 1) {
        const size_t places[VARIANT_COUNT] = {
            column->frequent, column->rare, last / 4, last - last / 4, last / 2, 0, last,
            last / 8};
        return places[variant];
    }
    size_t wide = last / (rank_count - 1), half = wide / 2 > 0 ? wide / 2 : 1;
    const struct {
        size_t start, step;
    } spreads[VARIANT_COUNT] = {
        {room / 2, 1},
        {0, wide},
        {0, 1},
        {room, 1},
        {room / 4, 1},
        {0, half},
        {last - half * (rank_count - 1), half},
        {room - room / 4, 1},
    };
    return spreads[variant].start + rank * spreads[variant].step;
}

// What stands in the place of which literal.
typedef struct {
    const Expr *literal;
    const char *name;
} Replacement;

typedef struct {
    Arena *arena;
    ARRAY(Replacement) replacements;
    Text words;
    size_t changed;
} Variation;

static void tell_change(Variation *variation, const ComparedColumn *column,
                        const Expr *literal, const char *name)
{
    text_addf(&variation->words, "%s%s.%s: %s -> %s",
              variation->words.length > 0 ? ", " : "", column->table->name,
              column->table->columns[column->column].name, literal->name, name);
    variation->changed++;
}

// Gives each of the column's literals, equal ones together, its value.
static void vary_column(Variation *variation, const ComparedColumn *column,
                        size_t variant)
{
    Arena *arena = variation->arena;
    size_t count = column->literals.count, rank_count = 1;
    const Expr **sorted =
        arena_copy(arena, column->literals.items, count, sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare_names);
    for (size_t i = 1; i < count; i++)
        rank_count += compare_names(&sorted[i - 1], &sorted[i]) != 0;
    if (!same_kind(column) || column->value_count < rank_count)
        return;
    size_t rank = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_new = i == 0 || compare_names(&sorted[i - 1], &sorted[i]) != 0;
        rank += is_new && i > 0;
        Value value = column->values[place_of(column, variant, rank, rank_count)];
        const char *name = literal_name(arena, sorted[i], value);
        if (name == NULL)
            return; // Those that were changed before it are, as if it were no literal.
        Replacement made = {sorted[i], name};
        array_push(arena, &variation->replacements, made);
        if (is_new && strcmp(name, sorted[i]->name) != 0)
            tell_change(variation, column, sorted[i], name);
    }
}

static const Expr *replace_literal(void *context, const Expr *expr)
{
    const Variation *variation = context;
    for (size_t i = 0; i < variation->replacements.count; i++) {
        const Replacement *each = &variation->replacements.items[i];
        if (each->literal != expr)
            continue;
        Expr changed = *expr;
        changed.name = each->name;
        return expr_new(variation->arena, changed);
    }
    return expr;
}

bool compared_vary(Arena *arena, const Tree *tree, const ComparedColumns *columns,
                   size_t variant, Tree *varied, const char **words)
{
    Variation variation = {.arena = arena, .words = text_new(arena)};
    for (size_t i = 0; i < columns->count; i++)
        vary_column(&variation, &columns->items[i], variant);
    if (variation.changed == 0)
        return false;
    Mapper mapper = {.expr = replace_literal, .context = &variation, .arena = arena};
    *varied = *tree;
    varied->root = map_query(tree->root, &mapper);
    varied->text = sql_print(arena, varied, (PrintStyle){0});
    *words = variation.words.bytes;
    return true;
}
