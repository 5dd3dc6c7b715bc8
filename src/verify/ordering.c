// ordering.c - finding the keys, making the full query.

#include "verify/ordering.h"

#include "base/array.h"
#include "base/text.h"
#include "query/equal.h"
#include "query/walk.h"
#include "sql/sql.h"

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
    if (expr->kind != EXPR_LITERAL || expr->literal != LITERAL_NUMBER)
        return false;
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

// Returns the original with `hidden` as further outputs, without LIMIT and OFFSET.
static const char *print_full(Arena *arena, const Tree *tree, const Expr *const *hidden,
                              size_t hidden_count)
{
    Tree full = *tree;
    Query root = *tree->root;
    root.limit = root.offset = NULL;
    if (hidden_count > 0) {
        Select select = *root.select;
        Inliner inliner = {arena, select.outputs, select.output_count, &full.next_id};
        Mapper mapper = {.expr = inline_output, .context = &inliner, .arena = arena};
        Output *outputs = arena_new(arena, Output, select.output_count + hidden_count);
        memcpy(outputs, select.outputs, select.output_count * sizeof(*outputs));
        for (size_t i = 0; i < hidden_count; i++) {
            const Expr *copy = expr_copy(arena, hidden[i], &full.next_id);
            outputs[select.output_count + i] =
                (Output){.id = full.next_id++,
                         .expr = map_expr(copy, &mapper),
                         .name = arena_printf(arena, "hone_key_%zu", i),
                         .explicit_name = true,
                         .type = hidden[i]->type};
        }
        select.outputs = outputs;
        select.output_count += hidden_count;
        root.select = select_new(arena, select);
    }
    full.root = query_new(arena, root);
    return sql_print(arena, &full, (PrintStyle){.one_line = true, .no_comments = true});
}

static void find_keys(Arena *arena, const Tree *tree, Ordering *ordering)
{
    const Query *root = tree->root;
    const Output *outputs = query_outputs(root, &ordering->width);
    OrderKey *keys = arena_new(arena, OrderKey, root->order_count + 1);
    ARRAY(const Expr *) hidden = {0};
    for (size_t i = 0; i < root->order_count; i++) {
        const Expr *key = root->order[i].expr;
        size_t position = find_output(outputs, ordering->width, key);
        bool is_visible = position < ordering->width;
        keys[i] = (OrderKey){
            .column = (uint32_t)(is_visible ? position : ordering->width + hidden.count),
            .collation = collation_of(key, is_visible ? &outputs[position] : NULL)};
        if (!is_visible)
            array_push(arena, &hidden, key);
    }
    ordering->keys = keys;
    ordering->key_count = root->order_count;
    ordering->all_visible = hidden.count == 0;
    bool can_add = root->body == BODY_SELECT && root->select->distinct == DISTINCT_NONE;
    if ((hidden.count > 0 || ordering->is_limited) && (hidden.count == 0 || can_add))
        ordering->full = print_full(arena, tree, hidden.items, hidden.count);
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
    ordering.is_limited = cuts && !root->with_ties;
    ordering.has_counts = read_count(root->limit, UINT64_MAX, &ordering.limit) &&
                          read_count(root->offset, 0, &ordering.offset) &&
                          !root->limit_percent;
    find_keys(arena, original->tree, &ordering);
    if (merges_texts(original->tree))
        ordering.collations = find_collations(arena, root);
    return ordering;
}

// Ties

static const Query *with_all_outputs_as_keys(Arena *arena, const Query *query)
{
    size_t width;
    const Output *outputs = query_outputs(query, &width);
    OrderItem *order = arena_new(arena, OrderItem, query->order_count + width);
    for (size_t i = 0; i < query->order_count; i++)
        order[i] = query->order[i];
    for (size_t i = 0; i < width; i++) {
        Expr output = {.kind = EXPR_OUTPUT,
                       .column = outputs[i].id,
                       .name = outputs[i].name,
                       .type = outputs[i].type,
                       .offset = NO_OFFSET};
        order[query->order_count + i] =
            (OrderItem){.expr = expr_new(arena, output), .descending = true};
    }
    Query changed = *query;
    changed.order = order;
    changed.order_count += width;
    return query_new(arena, changed);
}

static const Query *break_ties(void *context, const Query *query)
{
    bool takes_any = query->body == BODY_SELECT && query->select->distinct == DISTINCT_ON;
    bool has_ties = takes_any || (query->limit != NULL && !query->with_ties &&
                                  query->body != BODY_OPAQUE);
    return has_ties ? with_all_outputs_as_keys(context, query) : query;
}

const char *side_with_ties_broken(Arena *arena, const Side *side)
{
    if (side->tree == NULL || side->tree->has_opaque)
        return NULL;
    const Query *root = side->tree->root;
    Mapper mapper = {.query = break_ties, .context = arena, .arena = arena};
    Tree broken = *side->tree;
    broken.root = map_query(root, &mapper);
    if (root->limit == NULL && root->order_count > 0)
        broken.root = with_all_outputs_as_keys(arena, broken.root);
    if (broken.root == root)
        return NULL;
    return sql_print(arena, &broken, (PrintStyle){.one_line = true, .no_comments = true});
}
