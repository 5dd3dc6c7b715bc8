// ordering.c - finding the keys, making the full query.

#include "verify/ordering.h"

#include "base/array.h"
#include "base/text.h"
#include "query/equal.h"
#include "query/walk.h"
#include "sql/sql.h"
#include "verify/weight.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// An original that does not bind: do these words stand outside all brackets?
static bool has_outer_word(Arena *arena, const char *text, const char *word)
{
    char *outside = arena_string(arena, text);
    int depth = 0;
    for (char *at = outside; *at != '\0'; at++) {
        depth += *at == '(';
        depth -= *at == ')';
        if (depth > 0)
            *at = ' ';
    }
    return text_has_word(outside, word);
}

static bool read_count(const Expr *expr, uint64_t missing, uint64_t *count)
{
    *count = missing;
    if (expr == NULL)
        return true;
    if (expr->kind == EXPR_OPERATOR && expr->arg_count == 1 &&
        strcmp(expr->name, "-") == 0)
        return expr_is_literal(expr->args[0], LITERAL_NUMBER); // None, in SQLite.
    if (!expr_is_literal(expr, LITERAL_NUMBER))
        return expr_is_literal(expr, LITERAL_NULL);
    char *end;
    *count = strtoull(expr->name, &end, 10);
    return *end == '\0';
}

// Returns the position of the output that this key is, or `count`.
static size_t find_output(const Output *outputs, size_t count, const Expr *key)
{
    size_t i = 0;
    while (i < count && !(key->kind == EXPR_OUTPUT && outputs[i].id == key->column) &&
           !(outputs[i].expr != NULL && expr_equal(outputs[i].expr, key)))
        i++;
    return i;
}

static const char *collation_of(const Expr *key, const Output *output)
{
    if (key->kind == EXPR_COLLATE)
        return key->name;
    return key->type.collation != NULL ? key->type.collation
           : output == NULL            ? NULL
                                       : output->type.collation;
}

typedef struct {
    Arena *arena;
    const Output *outputs;
    size_t count;
    uint32_t *next_id;
} Inliner;

// A key that names an output inside an expression: what the output computes.
static const Expr *inline_output(void *context, const Expr *expr)
{
    Inliner *inliner = context;
    if (expr->kind != EXPR_OUTPUT)
        return expr;
    for (size_t i = 0; i < inliner->count; i++)
        if (inliner->outputs[i].id == expr->column && inliner->outputs[i].expr != NULL)
            return expr_copy(inliner->arena, inliner->outputs[i].expr, inliner->next_id);
    return expr;
}

// What stands behind the outputs of the full query.
typedef struct {
    Arena *arena;
    const Tree *tree;
    const Output *outputs;
    size_t width;
    ARRAY(const Expr *) hidden;
} KeySearch;

// Returns the key's column in the full query's result.
static uint32_t place_key(KeySearch *search, const Expr *key)
{
    size_t position = find_output(search->outputs, search->width, key);
    if (position < search->width)
        return (uint32_t)position;
    array_push(search->arena, &search->hidden, key);
    return (uint32_t)(search->width + search->hidden.count - 1);
}

// Returns a copy of a key in which outputs are what they compute.
static const Expr *inlined(const KeySearch *search, uint32_t *next_id, const Expr *key)
{
    Inliner inliner = {search->arena, search->outputs, search->width, next_id};
    Mapper mapper = {.expr = inline_output, .context = &inliner, .arena = search->arena};
    return map_expr(expr_copy(search->arena, key, next_id), &mapper);
}

// Returns the condition rank() OVER (PARTITION BY on ORDER BY keys) = 1: of the rows that
// DISTINCT ON chooses from, those that tie with the first one.
static const Expr *ranks_first(const KeySearch *search, const FunctionInfo *rank,
                               uint32_t *next_id)
{
    Arena *arena = search->arena;
    const Query *root = search->tree->root;
    const Select *select = root->select;
    const Expr **partition = arena_new(arena, const Expr *, select->distinct_on_count);
    for (size_t i = 0; i < select->distinct_on_count; i++)
        partition[i] = inlined(search, next_id, select->distinct_on[i]);
    OrderItem *order =
        arena_copy(arena, root->order, root->order_count, sizeof(*root->order));
    for (size_t i = 0; i < root->order_count; i++)
        order[i].expr = inlined(search, next_id, root->order[i].expr);
    Window window = {.partition = partition,
                     .partition_count = select->distinct_on_count,
                     .order = order,
                     .order_count = root->order_count};
    Expr call = {.kind = EXPR_WINDOW,
                 .name = rank->name,
                 .function = rank,
                 .window = arena_copy(arena, &window, 1, sizeof(window)),
                 .offset = NO_OFFSET};
    return expr_compare(arena, COMPARE_EQ, expr_new(arena, call), expr_integer(arena, 1));
}

// Returns rank(), where rows can be chosen by it.
static const FunctionInfo *find_rank(const Tree *tree)
{
    return tree->find_function == NULL || tree->dialect != DIALECT_DUCKDB
               ? NULL
               : tree->find_function(tree->dialect, "rank", FUNCTION_WINDOW);
}

// Takes DISTINCT ON away, and the rows that it can't take where that is easily said.
static Select without_distinct_on(const KeySearch *search, uint32_t *next_id)
{
    const Tree *tree = search->tree;
    Select select = *tree->root->select;
    select.distinct = DISTINCT_NONE;
    select.distinct_on_count = 0;
    const FunctionInfo *rank = find_rank(tree);
    if (rank == NULL || tree->root->order_count == 0)
        return select;
    const Expr **qualify =
        arena_new(search->arena, const Expr *, select.qualify_count + 1);
    for (size_t i = 0; i < select.qualify_count; i++)
        qualify[i] = select.qualify[i];
    qualify[select.qualify_count++] = ranks_first(search, rank, next_id);
    select.qualify = qualify;
    return select;
}

// Returns the original with the hidden keys as further outputs, without LIMIT, OFFSET and
// DISTINCT ON.
static const char *print_full(const KeySearch *search, bool takes_first)
{
    Arena *arena = search->arena;
    Tree full = *search->tree;
    Query root = *full.root;
    root.limit = root.offset = NULL;
    root.with_ties = false;
    if (takes_first || search->hidden.count > 0) {
        Select select =
            takes_first ? without_distinct_on(search, &full.next_id) : *root.select;
        Output *outputs =
            arena_new(arena, Output, select.output_count + search->hidden.count);
        memcpy(outputs, select.outputs, select.output_count * sizeof(*outputs));
        for (size_t i = 0; i < search->hidden.count; i++) {
            const Expr *key = search->hidden.items[i];
            outputs[select.output_count + i] =
                (Output){.id = full.next_id++,
                         .expr = inlined(search, &full.next_id, key),
                         .name = arena_printf(arena, "hone_key_%zu", i),
                         .explicit_name = true,
                         .type = key->type};
        }
        select.outputs = outputs;
        select.output_count += search->hidden.count;
        root.select = select_new(arena, select);
    }
    full.root = query_new(arena, root);
    return sql_print(arena, &full, (PrintStyle){.one_line = true, .no_comments = true});
}

static bool is_narrow(Type type)
{
    return type.kind == TYPE_FLOAT && type.width == 32;
}

// Adds, behind the hidden keys, the weights of outputs that add up floats.
static void find_weights(KeySearch *search, Ordering *ordering)
{
    uint32_t next_id = search->tree->next_id;
    uint32_t *weights = arena_new(search->arena, uint32_t, search->width + 1);
    for (size_t i = 0; i < search->width; i++) {
        const Expr *weight =
            expr_weight(search->arena, search->tree, search->outputs[i].expr, &next_id);
        weights[i] = NO_COLUMN;
        if (weight == NULL)
            continue;
        weights[i] = (uint32_t)(search->width + search->hidden.count);
        array_push(search->arena, &search->hidden, weight);
        ordering->weights = weights;
    }
}

static void find_keys(Arena *arena, const Tree *tree, Ordering *ordering)
{
    const Query *root = tree->root;
    const Select *select = root->body == BODY_SELECT ? root->select : NULL;
    KeySearch search = {.arena = arena, .tree = tree};
    search.outputs = query_outputs(root, &ordering->width);
    search.width = ordering->width;
    OrderKey *keys = arena_new(arena, OrderKey, root->order_count + 1);
    for (size_t i = 0; i < root->order_count; i++) {
        const Expr *key = root->order[i].expr;
        uint32_t column = place_key(&search, key);
        const Output *output = column < search.width ? &search.outputs[column] : NULL;
        keys[i] = (OrderKey){.column = column,
                             .collation = collation_of(key, output),
                             .is_narrow = is_narrow(key->type)};
    }
    ordering->keys = keys;
    ordering->key_count = root->order_count;
    ordering->all_visible = search.hidden.count == 0;
    ordering->takes_first = select != NULL && select->distinct == DISTINCT_ON;
    if (ordering->takes_first) {
        uint32_t *on = arena_new(arena, uint32_t, select->distinct_on_count + 1);
        for (size_t i = 0; i < select->distinct_on_count; i++)
            on[i] = place_key(&search, select->distinct_on[i]);
        ordering->on = on;
        ordering->on_count = select->distinct_on_count;
        ordering->only_first = root->order_count == 0 || find_rank(tree) != NULL;
    }
    bool can_add = select != NULL && select->distinct != DISTINCT_ROWS;
    bool is_needed = ordering->is_limited || ordering->takes_first;
    if (can_add)
        find_weights(&search, ordering);
    if (search.hidden.count > 0 ? can_add : is_needed)
        ordering->full = print_full(&search, ordering->takes_first);
}

// Where equal texts are made one, any of them may stand for all.
static bool note_merge(void *context, const Query *query)
{
    bool *merges = context;
    const Select *select = query->body == BODY_SELECT ? query->select : NULL;
    *merges |= query->body == BODY_SET && query->set->op != SET_UNION_ALL;
    *merges |=
        select != NULL && (select->group_count > 0 || select->distinct != DISTINCT_NONE);
    return true;
}

static bool note_extreme(void *context, const Expr *expr)
{
    bool *merges = context;
    *merges |= expr->kind == EXPR_AGGREGATE &&
               (text_same_word(expr->name, "min") || text_same_word(expr->name, "max"));
    return true;
}

static bool merges_texts(const Tree *tree)
{
    bool merges = false;
    Visitor visitor = {.query = note_merge, .expr = note_extreme, .context = &merges};
    walk_query(tree->root, &visitor);
    return merges;
}

static const char *const *find_collations(Arena *arena, const Query *root)
{
    size_t width;
    const Output *outputs = query_outputs(root, &width);
    const char **collations = arena_new(arena, const char *, width + 1);
    for (size_t i = 0; i < width; i++)
        collations[i] = outputs[i].type.collation;
    return collations;
}

Ordering ordering_new(Arena *arena, const Side *original)
{
    Ordering ordering = {0};
    if (original->tree == NULL || original->tree->root->body == BODY_OPAQUE) {
        ordering.is_unknown = has_outer_word(arena, original->text, "order") ||
                              has_outer_word(arena, original->text, "limit");
        return ordering;
    }
    const Query *root = original->tree->root;
    bool cuts = root->limit != NULL || root->offset != NULL;
    ordering.is_ordered = root->order_count > 0;
    ordering.is_limited = cuts;
    ordering.with_ties = root->with_ties;
    ordering.has_offset = read_count(root->offset, 0, &ordering.offset);
    ordering.has_counts = read_count(root->limit, UINT64_MAX, &ordering.limit) &&
                          ordering.has_offset && !root->limit_percent;
    find_keys(arena, original->tree, &ordering);
    if (merges_texts(original->tree))
        ordering.collations = find_collations(arena, root);
    return ordering;
}

Ordering ordering_counted(const Ordering *ordering, uint64_t rows)
{
    Ordering counted = *ordering;
    if (ordering->is_limited && !ordering->has_counts && ordering->has_offset) {
        counted.limit = rows;
        counted.has_counts = true;
    }
    return counted;
}

bool ordering_is_comparable(const Ordering *ordering)
{
    bool chooses = ordering->is_limited || ordering->takes_first;
    bool is_counted = ordering->has_counts || ordering->has_offset;
    if (ordering->is_unknown || (chooses && !is_counted))
        return false;
    bool is_plain = !chooses && (!ordering->is_ordered || ordering->all_visible);
    return is_plain || ordering->full != NULL;
}
