// hints.c - literals, and columns that are compared.

#include "verify/hints_company.h"

#include "base/text.h"
#include "query/walk.h"
#include "verify/fixed_text.h"
#include "verify/idle.h"
#include "verify/respell.h"
#include "verify/span.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { LITERAL_LIMIT = 64 };

// Finding columns

size_t hints_table(const Hints *hints, const Table *table)
{
    for (size_t t = 0; t < hints->table_count; t++)
        if (hints->tables[t] == table)
            return t;
    return hints->table_count;
}

size_t hints_column(const Hints *hints, const Table *table, uint32_t column)
{
    size_t t = hints_table(hints, table);
    bool is_there = t < hints->table_count && column < table->column_count;
    return is_there ? hints->first[t] + column : hints->column_count;
}

// Makes the columns below `expr` want these texts.
static void want_texts(Collector *collector, const Expr *expr, const char *const *texts,
                       size_t count)
{
    Company company = {.collector = collector};
    company_add_expr(&company, expr);
    company.literals.count = 0;
    for (size_t i = 0; i < count; i++) {
        Literal literal = {.is_string = true, .text = texts[i], .use = USE_EQUAL};
        literals_add(collector->arena, &company.literals, literal, NEAR_LIMIT);
    }
    company_settle(&company);
}

// One number in several spellings, and others.
static void want_numbers(Collector *collector, const Expr *expr)
{
    static const char *const numbers[] = {"1",  "10",  "9",   "2",  "-1",
                                          "01", "1.0", "1e1", "1.5"};
    want_texts(collector, expr, numbers, COUNT_OF(numbers));
}

// DuckDB: what is beyond the ends of a type of whole numbers can't be cast to it.
static void want_ends(Collector *collector, const Expr *cast)
{
    unsigned width = cast->type.width;
    bool has_ends = collector->hints->catalog->dialect == DIALECT_DUCKDB &&
                    cast->type.kind == TYPE_INTEGER && width > 0 && width <= 32;
    if (!has_ends)
        return;
    Arena *arena = collector->arena;
    bool is_unsigned = cast->type.is_unsigned;
    int64_t end = (int64_t)1 << (is_unsigned ? width : width - 1);
    const char *const ends[] = {
        arena_printf(arena, "%lld", (long long)end),
        arena_printf(arena, "%lld", (long long)(is_unsigned ? -1 : -end))};
    Company company = {.collector = collector};
    company_add_expr(&company, cast->args[0]);
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        literals_add(arena, &company.literals, (Literal){.text = ends[i]}, NEAR_LIMIT);
    company_settle(&company);
}

static const char *const moment_texts[] = {
    "2024-01-31", "2023-12-31", "2024-02-29 12:30:00", "2024-03-03 00:00:00", "2024-1-5"};

// Texts that can be cast: without them a query that casts does nothing but fail.
static void collect_cast(Collector *collector, const Expr *expr)
{
    static const char *const truths[] = {"true", "f", "T", "yes", "0", "1"};
    bool fails = expr->form != FORM_TRY && expr->type.kind != TYPE_TEXT;
    bool is_sqlite = collector->hints->catalog->dialect == DIALECT_SQLITE;
    Company company = {.collector = collector};
    company_add_expr(&company, expr->args[0]);
    for (size_t i = 0; (fails || is_sqlite) && i < company.columns.count; i++)
        collector->hints->columns[company.columns.items[i]].is_cast = true;
    if (type_is_moment(expr->type))
        want_texts(collector, expr->args[0], moment_texts, COUNT_OF(moment_texts));
    else if (expr->type.kind == TYPE_BOOLEAN)
        want_texts(collector, expr->args[0], truths, COUNT_OF(truths));
    else if (type_is_number(expr->type))
        want_numbers(collector, expr->args[0]);
    want_ends(collector, expr);
}

// Functions that read days and times out of texts.
static const char *const moment_words[] = {"date",      "time",      "datetime",
                                           "julianday", "unixepoch", "strftime"};
static const char *const duckdb_moment_words[] = {"strptime", "try_strptime"};

static void collect_moment(Collector *collector, const Expr *expr)
{
    bool is_sqlite = collector->hints->catalog->dialect == DIALECT_SQLITE;
    bool has_format = is_sqlite && text_same_word(expr->name, "strftime");
    bool reads = is_sqlite
                     ? text_is_one_of(expr->name, moment_words, COUNT_OF(moment_words))
                     : text_is_one_of(expr->name, duckdb_moment_words,
                                      COUNT_OF(duckdb_moment_words));
    if (reads && expr->arg_count > has_format)
        want_texts(collector, expr->args[has_format], moment_texts,
                   COUNT_OF(moment_texts));
}

// A text beside a number, or in arithmetic, counts as one.
static void collect_coercion(Collector *collector, const Expr *expr)
{
    bool is_arithmetic =
        expr->kind == EXPR_OPERATOR && strpbrk(expr->name, "+*/%") == expr->name;
    bool has_number = is_arithmetic;
    for (size_t i = 0; i < expr->arg_count; i++)
        has_number |= type_is_number(expr->args[i]->type);
    for (size_t i = 0; i < expr->arg_count && has_number; i++)
        if (expr->args[i]->type.kind == TYPE_TEXT)
            want_numbers(collector, expr->args[i]);
}

// Texts that come to the same when put together in another way.
static void collect_concatenation(Collector *collector, const Expr *expr)
{
    static const char *const texts[] = {"", "a", "ab", "b"};
    want_texts(collector, expr, texts, COUNT_OF(texts));
}

// f(s) = s, f(s) = g(t)
static void collect_fixed(Collector *collector, const Expr *expr)
{
    bool calls = false, has_literal = false;
    for (size_t i = 0; i < expr->arg_count; i++) {
        const Expr *side = expr->args[i];
        has_literal |= side->kind == EXPR_LITERAL;
        calls |= side->kind == EXPR_CALL && side->arg_count > 0 &&
                 side->args[0]->type.kind == TYPE_TEXT;
    }
    if (!calls || has_literal)
        return;
    const Hints *hints = collector->hints;
    size_t count;
    const char *const *texts = fixed_texts(collector->arena, hints->seen, hints->sizes,
                                           hints->size_count, &count);
    want_texts(collector, expr, texts, count);
}

static bool reads_document(const Expr *expr)
{
    if (expr->arg_count == 0 || expr->name == NULL)
        return false;
    return (expr->kind == EXPR_CALL && strncasecmp(expr->name, "json", 4) == 0) ||
           (expr->kind == EXPR_OPERATOR && strncmp(expr->name, "->", 2) == 0);
}

static void collect_document(Collector *collector, const Expr *expr)
{
    Company company = {.collector = collector};
    company_add_expr(&company, expr->args[0]);
    for (size_t i = 0; i < company.columns.count; i++)
        collector->hints->columns[company.columns.items[i]].is_document = true;
}

static void collect_null_test(Collector *collector, const Expr *expr)
{
    Company company = {.collector = collector};
    if (expr->is == IS_NULL && !expr->negated)
        company_add_expr(&company, expr->args[0]);
    for (size_t i = 0; i < company.columns.count; i++)
        collector->hints->columns[company.columns.items[i]].wants_null = true;
}

static long number_of(const Expr *expr)
{
    bool is_number = expr != NULL && expr->kind == EXPR_LITERAL &&
                     expr->literal == LITERAL_NUMBER && expr->name != NULL;
    return is_number ? literal_whole_number(&(Literal){.text = expr->name}) : -1;
}

// lag(x, 50), ntile(50) and ROWS 50 PRECEDING want as many rows.
static void collect_window(Collector *collector, const Expr *expr)
{
    const Window *window = expr->window;
    for (size_t i = 0; i < expr->arg_count; i++)
        collector_add_count(collector, number_of(expr->args[i]));
    if (window != NULL &&
        (window->frame == FRAME_ROWS || window->frame == FRAME_GROUPS)) {
        collector_add_count(collector, number_of(window->low_expr));
        collector_add_count(collector, number_of(window->high_expr));
    }
}

static bool collect_expr(void *context, const Expr *expr)
{
    Collector *collector = context;
    if (expr->kind == EXPR_CAST)
        collect_cast(collector, expr);
    if (expr->kind == EXPR_OPERATOR && strcmp(expr->name, "||") == 0)
        collect_concatenation(collector, expr);
    if (expr->kind == EXPR_CALL)
        collect_moment(collector, expr);
    if (reads_document(expr))
        collect_document(collector, expr);
    if (expr->kind == EXPR_IS)
        collect_null_test(collector, expr);
    if (expr->kind == EXPR_WINDOW)
        collect_window(collector, expr);
    if (expr->kind == EXPR_COLUMN) { // Marks the column as used.
        Company alone = {.collector = collector};
        company_add_column(&alone, expr);
    }
    bool compares = expr->kind == EXPR_COMPARE || expr->kind == EXPR_BETWEEN ||
                    expr->kind == EXPR_IN_LIST || expr->kind == EXPR_IN_QUERY ||
                    expr->kind == EXPR_LIKE || expr->kind == EXPR_QUANTIFIED ||
                    expr->kind == EXPR_OPERATOR ||
                    (expr->kind == EXPR_CALL && literal_use_in(expr) != USE_SEEN);
    if (!compares)
        return true;
    collect_coercion(collector, expr);
    if (expr->kind == EXPR_COMPARE)
        collect_fixed(collector, expr);
    Company company = {.collector = collector, .use = literal_use_in(expr)};
    for (size_t i = 0; i < expr->arg_count; i++)
        company_add_expr(&company, expr->args[i]);
    if (expr->query != NULL) {
        company_add_query(&company, expr->query);
    }
    company_add_halves(&company, expr);
    company_add_counts(&company);
    company_settle(&company);
    return true;
}

static size_t tables_in(const Source *source)
{
    return source->kind == SOURCE_JOIN
               ? tables_in(source->left) + tables_in(source->right)
               : source->kind == SOURCE_TABLE;
}

static void collect_groups(Collector *collector, const Query *query)
{
    size_t tables = 0;
    for (size_t i = 0; query_is_grouped(query) && i < query->select->source_count; i++)
        tables += tables_in(query->select->sources[i]);
    if (tables > collector->counted_tables)
        collector->counted_tables = tables;
    Company keys = {.collector = collector};
    for (size_t i = 0; i < query->select->group_count; i++)
        for (size_t j = 0; j < query->select->groups[i].expr_count; j++)
            company_add_expr(&keys, query->select->groups[i].exprs[j]);
    for (size_t i = 0; i < keys.columns.count; i++)
        collector->hints->columns[keys.columns.items[i]].is_grouped = true;
}

// What is cut off shows where there are more rows than that, be they of one table.
static void collect_limit(Collector *collector, const Query *query)
{
    long limit = number_of(query->limit), offset = number_of(query->offset);
    collector_add_count(collector, limit);
    if (limit <= COUNT_LIMIT && offset > 0 && offset <= COUNT_LIMIT)
        collector_add_count(collector, limit + offset);
    collector_add_count(collector, offset);
}

// Columns that stand above each other in a set operation are compared, too.
static bool collect_query(void *context, const Query *query)
{
    Collector *collector = context;
    collect_limit(collector, query);
    if (query->body == BODY_SELECT)
        collect_groups(collector, query);
    if (query->body != BODY_SET)
        return true;
    for (size_t i = 0; i < query->set->output_count; i++) {
        Company company = {.collector = collector};
        company_add_output(&company, query, query->set->outputs[i].id);
        company_settle(&company);
    }
    return true;
}

// Foreign keys

static void join_foreign_keys(Hints *hints, const Table *table)
{
    for (size_t i = 0; i < table->foreign_key_count; i++) {
        const ForeignKey *key = &table->foreign_keys[i];
        const Table *target = catalog_table(hints->catalog, table->schema, key->target);
        for (size_t j = 0; target != NULL && j < key->column_count; j++) {
            size_t from = hints_column(hints, table, key->columns[j]);
            size_t to = hints_column(hints, target, key->target_columns[j]);
            if (from < hints->column_count && to < hints->column_count)
                hints_join_classes(hints, (uint32_t)from, (uint32_t)to);
        }
    }
}

// All together

static void lay_out_columns(Arena *arena, Hints *hints)
{
    size_t *first = arena_new(arena, size_t, hints->table_count + 1);
    for (size_t t = 0; t < hints->table_count; t++) {
        first[t] = hints->column_count;
        hints->column_count += hints->tables[t]->column_count;
    }
    hints->first = first;
    hints->columns = arena_new(arena, ColumnHint, hints->column_count + 1);
    for (uint32_t t = 0; t < hints->table_count; t++)
        for (uint32_t c = 0; c < hints->tables[t]->column_count; c++) {
            uint32_t index = (uint32_t)first[t] + c;
            hints->columns[index] = (ColumnHint){.table = t, .column = c, .class = index};
        }
}

static void collect_side(Collector *collector, const Side *side)
{
    if (side->tree == NULL) {
        for (size_t i = 0; i < collector->hints->column_count; i++)
            collector->hints->columns[i].is_used = true;
        return;
    }
    collector->tree = side->tree;
    Visitor visitor = {.expr = collect_expr,
                       .query = collect_query,
                       .context = collector};
    walk_query(side->tree->root, &visitor);
}

static void collect_sizes(Arena *arena, Hints *hints)
{
    ARRAY(size_t) sizes = {0};
    for (size_t i = 0; i < hints->seen.count; i++) {
        const Literal *literal = &hints->seen.items[i];
        long value = literal_whole_number(literal);
        if (value > 1 && value <= SIZE_LIMIT)
            array_push(arena, &sizes, (size_t)value);
    }
    hints->sizes = sizes.items;
    hints->size_count = sizes.count;
}

size_t hints_parent(const Hints *hints, size_t t, const ForeignKey *key)
{
    size_t number = (size_t)(key - hints->tables[t]->foreign_keys);
    assert(number < hints->tables[t]->foreign_key_count);
    return hints->parents[t][number];
}

static void find_parents(Arena *arena, Hints *hints)
{
    const size_t **parents = arena_new(arena, const size_t *, hints->table_count + 1);
    for (size_t t = 0; t < hints->table_count; t++) {
        const Table *table = hints->tables[t];
        size_t *of_table = arena_new(arena, size_t, table->foreign_key_count + 1);
        for (size_t k = 0; k < table->foreign_key_count; k++)
            of_table[k] =
                hints_table(hints, catalog_table(hints->catalog, table->schema,
                                                 table->foreign_keys[k].target));
        parents[t] = of_table;
    }
    hints->parents = parents;
}

// The literals of a CHECK are seen, and stand near the columns that it speaks of.
static void collect_check(Collector *collector, size_t t, const Check *check,
                          LiteralList *seen)
{
    const Table *table = collector->hints->tables[t];
    literals_read(collector->arena, check->text, seen, LITERAL_LIMIT);
    bool reads_moments = false;
    for (size_t i = 0; i < COUNT_OF(moment_words); i++)
        reads_moments |= text_has_word(check->text, moment_words[i]);
    for (size_t c = 0; c < table->column_count; c++) {
        LiteralList *near = &collector->near[collector->hints->first[t] + c];
        if (!text_has_word(check->text, table->columns[c].name))
            continue;
        literals_read(collector->arena, check->text, near, LITERAL_LIMIT);
        for (size_t i = 0; i < COUNT_OF(moment_texts) && reads_moments; i++)
            literals_add(collector->arena, near,
                         (Literal){.is_string = true, .text = moment_texts[i]},
                         NEAR_LIMIT);
    }
}

// What the tables promise: their CHECKs and foreign keys.
static void collect_tables(Collector *collector, LiteralList *seen)
{
    Hints *hints = collector->hints;
    for (size_t t = 0; t < hints->table_count; t++) {
        const Table *table = hints->tables[t];
        for (size_t i = 0; i < table->check_count; i++)
            if (table->checks[i].assurance >= ASSURANCE_TRUSTED)
                collect_check(collector, t, &table->checks[i], seen);
        join_foreign_keys(hints, table);
    }
}

static void finish_columns(Collector *collector)
{
    Hints *hints = collector->hints;
    for (uint32_t i = 0; i < hints->column_count; i++) {
        hints->columns[i].class = hints_class_of(hints, i);
        hints->columns[i].near = literals_of(&collector->near[i]);
    }
}

const Hints *hints_new(Arena *arena, const Pair *pair)
{
    Hints *hints = arena_new(arena, Hints, 1);
    hints->catalog = pair->catalog;
    hints->trees[0] = pair->left.tree;
    hints->trees[1] = pair->right.tree;
    hints->tables = pair_tables(arena, pair, &hints->table_count);
    hints->views = pair_views(arena, pair, &hints->view_count);
    hints->traits = pair_traits(arena, pair);
    find_parents(arena, hints);
    lay_out_columns(arena, hints);

    LiteralList seen = {0};
    literals_read(arena, pair->left.text, &seen, LITERAL_LIMIT);
    literals_read(arena, pair->right.text, &seen, LITERAL_LIMIT);
    LiteralList *near = arena_new(arena, LiteralList, hints->column_count + 1);
    Collector collector = {.arena = arena, .hints = hints, .near = near};
    collect_tables(&collector, &seen);
    hints->seen = literals_of(&seen);
    hints->letters = letters_of_strings(arena, hints->seen);
    collect_sizes(arena, hints);
    collect_side(&collector, &pair->left);
    collect_side(&collector, &pair->right);
    hints->counts = collector.counts.items;
    hints->count_count = collector.counts.count;
    hints->counted_tables = collector.counted_tables;
    hints->spans = spans_of(arena, pair, &hints->span_count);
    finish_columns(&collector);
    hints_find_idle(pair, hints);
    return hints;
}

// Comparing

static bool column_within(const Hints *inner, const Hints *outer, size_t i)
{
    const ColumnHint *a = &inner->columns[i], *b = &outer->columns[i];
    return (!a->is_used || b->is_used) && (a->is_idle || !b->is_idle) &&
           (!a->wants_null || b->wants_null) && (!a->is_cast || b->is_cast) &&
           b->class == outer->columns[a->class].class &&
           literals_within(a->near, b->near);
}

bool hints_within(const Hints *inner, const Hints *outer)
{
    if (inner->table_count != outer->table_count ||
        inner->count_count > outer->count_count ||
        inner->span_count > outer->span_count ||
        !literals_within(inner->seen, outer->seen))
        return false;
    for (size_t t = 0; t < inner->table_count; t++)
        if (inner->tables[t] != outer->tables[t])
            return false;
    for (size_t i = 0; i < inner->column_count; i++)
        if (!column_within(inner, outer, i))
            return false;
    return true;
}

bool hints_have_generated_columns(const Hints *hints)
{
    for (size_t t = 0; t < hints->table_count; t++)
        for (size_t c = 0; c < hints->tables[t]->column_count; c++)
            if (hints->tables[t]->columns[c].generated != NULL)
                return true;
    return false;
}
