// conditions.c - what rules ask about a tree.

#include "rewrite/conditions.h"

#include "base/text.h"
#include "query/equal.h"
#include "query/function.h"
#include "query/walk.h"
#include "rewrite/correlation.h"

#include <stdlib.h>

// Returns the column that a column of a derived table or CTE is handed on from.
static const Expr *origin_of(const Tree *tree, const Expr *expr)
{
    while (expr->kind == EXPR_COLUMN) {
        const Source *source = tree_source(tree, expr->source);
        const Query *query = source != NULL ? source_query(tree, source) : NULL;
        if (query == NULL || query->body != BODY_SELECT)
            return expr;
        expr = query_output(query, expr->column)->expr;
    }
    return expr;
}

// SQLite turns a value into the column's affinity when it is stored, so that a column of
// a table holds each number in one form only.
static bool has_one_form_in_sqlite(const Tree *tree, const Expr *expr)
{
    expr = origin_of(tree, expr);
    const Source *source =
        expr->kind == EXPR_COLUMN ? tree_source(tree, expr->source) : NULL;
    bool is_stored = source != NULL && source->kind == SOURCE_TABLE &&
                     source->table->kind == TABLE_BASE;
    switch (expr->type.affinity) {
    case AFFINITY_TEXT:
    case AFFINITY_NUMERIC:
    case AFFINITY_INTEGER:
    case AFFINITY_REAL:
        return is_stored;
    case AFFINITY_NONE:
    case AFFINITY_BLOB:
        return false;
    }
    return false;
}

static bool has_one_form(TypeKind kind)
{
    switch (kind) {
    case TYPE_BOOLEAN:
    case TYPE_INTEGER:
    case TYPE_DECIMAL:
    case TYPE_TEXT:
    case TYPE_BLOB:
    case TYPE_DATE:
    case TYPE_TIMESTAMP:
        return true;
    case TYPE_UNKNOWN:
    case TYPE_NULL:
    case TYPE_FLOAT:
    case TYPE_TIME:
    case TYPE_TIMESTAMP_ZONED:
    case TYPE_INTERVAL:
    case TYPE_OTHER:
        return false;
    }
    return false;
}

bool equality_is_identity(const Tree *tree, const Expr *expr)
{
    if (expr->type.collation != NULL)
        return false;
    if (tree->dialect == DIALECT_SQLITE)
        return has_one_form_in_sqlite(tree, expr);
    return has_one_form(expr->type.kind);
}

bool order_tells_apart(const Tree *tree, const Expr *expr)
{
    if (expr->type.collation != NULL)
        return false;
    return tree->dialect == DIALECT_SQLITE ||
           (expr->type.kind != TYPE_OTHER && expr->type.kind != TYPE_UNKNOWN);
}

typedef struct {
    const Expr *key;
    bool found;
} KeySearch;

static bool look_for_key(void *data, const Expr *expr)
{
    KeySearch *search = data;
    search->found = search->found || expr_equal(expr, search->key);
    return !search->found;
}

static bool names_key(const Expr *expr, const Expr *key)
{
    KeySearch search = {.key = key};
    walk_expr(expr, &(Visitor){.expr = look_for_key, .context = &search});
    return search.found;
}

// True for `key IN (SELECT …)`, unless it looks for the key as a text: 1 and 1.0 are
// equal in SQLite, '1' and '1.0' are not.
static bool looks_key_up(const Expr *expr, const Expr *key)
{
    if (expr->kind != EXPR_IN_QUERY || !expr_equal(expr->args[0], key))
        return false;
    size_t count;
    const Output *outputs = query_outputs(expr->query, &count);
    return outputs[0].type.affinity != AFFINITY_TEXT ||
           (key->type.affinity != AFFINITY_NONE && key->type.affinity != AFFINITY_BLOB);
}

static bool only_compares(const Expr *expr, const Expr *key)
{
    if (looks_key_up(expr, key))
        return true;
    bool is_comparison = expr->kind == EXPR_COMPARE || expr->kind == EXPR_BETWEEN ||
                         expr->kind == EXPR_IN_LIST ||
                         (expr->kind == EXPR_IS && expr->is == IS_NULL);
    for (size_t i = 0; is_comparison && i < expr->arg_count; i++)
        if (!expr_is_constant(expr->args[i]) && !expr_equal(expr->args[i], key))
            return false;
    return is_comparison;
}

bool tells_no_equals_apart(const Tree *tree, const Expr *condition, const Expr *key)
{
    if (equality_is_identity(tree, key) || !names_key(condition, key) ||
        only_compares(condition, key))
        return true;
    bool is_logic = condition->kind == EXPR_AND || condition->kind == EXPR_OR ||
                    condition->kind == EXPR_NOT;
    for (size_t i = 0; is_logic && i < condition->arg_count; i++)
        if (!tells_no_equals_apart(tree, condition->args[i], key))
            return false;
    return is_logic;
}

typedef enum { NOTHING_IS_NULL, NOTHING_IS_ZERO } Nothing;

const Expr *aggregate_of_nothing(Arena *arena, const Expr *aggregate)
{
    static const struct {
        const char *name;
        Nothing nothing;
    } known[] = {
        {"avg", NOTHING_IS_NULL}, {"count", NOTHING_IS_ZERO}, {"max", NOTHING_IS_NULL},
        {"min", NOTHING_IS_NULL}, {"sum", NOTHING_IS_NULL},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (aggregate->order_count == 0 && text_same_word(aggregate->name, known[i].name))
            return known[i].nothing == NOTHING_IS_ZERO ? expr_integer(arena, 0)
                                                       : expr_null(arena);
    return NULL;
}

bool limit_keeps_a_row(const Query *query)
{
    if (query->offset != NULL)
        return false;
    return query->limit == NULL || (expr_is_literal(query->limit, LITERAL_NUMBER) &&
                                    strtol(query->limit->name, NULL, 10) > 0);
}

typedef struct {
    Facts *facts;
    const Select *select;
    NumberSet sources; // Of its FROM.
    const Expr **keys;
    bool found;
} BareSearch;

static bool look_for_bare_column(void *data, const Expr *expr)
{
    BareSearch *search = data;
    const Select *select = search->select;
    if (expr->kind == EXPR_AGGREGATE || select_groups_by(select, expr))
        return false;
    if (expr->kind == EXPR_COLUMN && number_set_has(search->sources, expr->source) &&
        !determines(search->facts, select, search->keys, select->group_count, expr))
        search->found = true;
    return !search->found;
}

bool names_bare_column(Facts *facts, const Query *query)
{
    const Select *select = query->select;
    if (facts->tree->dialect != DIALECT_SQLITE || !query_is_grouped(query))
        return false;
    BareSearch search = {
        .facts = facts,
        .select = select,
        .sources = select_numbers(facts->arena, select),
        .keys = arena_new(facts->arena, const Expr *, select->group_count + 1)};
    for (size_t i = 0; i < select->group_count; i++)
        search.keys[i] = select->groups[i].exprs[0];
    walk_results(query, &(Visitor){.expr = look_for_bare_column, .context = &search});
    return search.found;
}

typedef struct {
    bool found;
} OrderSearch;

static bool look_at_aggregate(void *data, const Expr *expr)
{
    OrderSearch *search = data;
    bool aggregates = expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW;
    if (aggregates && (expr->function == NULL || expr->function->order_sensitive))
        search->found = true;
    return true;
}

bool block_depends_on_order(Facts *facts, const Query *query)
{
    bool one_row = query->select->group_count == 0 && query_is_grouped(query);
    OrderSearch search = {query->limit != NULL && query->order_count == 0 && !one_row};
    Visitor visitor = {.expr = look_at_aggregate, .context = &search};
    walk_results(query, &visitor);
    return search.found || names_bare_column(facts, query);
}

bool has_conjunct_under(const Expr *const *conjuncts, size_t count, const Expr *expr,
                        uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < count; i++)
        if (expr_equal_under(expr, conjuncts[i], &from, &to, 1))
            return true;
    return false;
}

bool sources_read_alike(const Tree *tree, const Source *a, const Source *b)
{
    if (a->kind != b->kind || a->text != NULL || b->text != NULL) // TABLESAMPLE, perhaps.
        return false;
    if (a->kind == SOURCE_TABLE)
        return a->table == b->table && a->table->kind == TABLE_BASE;
    if (a->kind != SOURCE_CTE || a->cte != b->cte)
        return false;
    return query_is_repeatable(tree_cte(tree, a->cte)->query);
}

bool source_is_repeatable(const Tree *tree, const Source *source)
{
    if (source->text != NULL)
        return false;
    if (source->kind == SOURCE_TABLE)
        return source->table->kind == TABLE_BASE;
    const Query *query = source_query(tree, source);
    return query != NULL && query_is_repeatable(query);
}
