// shape.c - whether a block minds duplicates; foreign keys.

#include "facts/inner.h"

#include "base/text.h"
#include "catalog/constraint.h"
#include "query/function.h"

// Duplicates

typedef struct {
    NumberSet own; // The sources of the block.
    Arena scratch;
    bool minds;
    bool in_subquery;
} DuplicateSearch;

static bool aggregate_ignores_duplicates(const Expr *expr)
{
    if (!expr->function)
        return false;
    return expr->function->ignores_duplicates ||
           (expr->distinct && !expr->function->order_sensitive);
}

// An aggregate in a subquery may be one of the block: if it names its sources.
static bool visit_duplicates(void *context, const Expr *expr)
{
    DuplicateSearch *search = context;
    if (expr->kind == EXPR_WINDOW && !search->in_subquery)
        search->minds = true;
    if (expr->kind == EXPR_AGGREGATE && !aggregate_ignores_duplicates(expr))
        search->minds |=
            !search->in_subquery ||
            number_set_meets(expr_sources(&search->scratch, expr), search->own);
    if (expr->query && !search->in_subquery) {
        search->in_subquery = true;
        walk_query(expr->query, &(Visitor){.expr = visit_duplicates, .context = search});
        search->in_subquery = false;
    }
    return !search->minds;
}

static bool expr_minds(DuplicateSearch *search, const Expr *expr)
{
    walk_expr(
        expr,
        &(Visitor){.expr = visit_duplicates, .query = walk_stay_out, .context = search});
    return search->minds || !expr_is_repeatable(expr);
}

static bool results_mind(DuplicateSearch *search, const Select *select)
{
    for (size_t i = 0; i < select->output_count; i++)
        if (expr_minds(search, select->outputs[i].expr))
            return true;
    for (size_t i = 0; i < select->having_count; i++)
        if (expr_minds(search, select->having[i]))
            return true;
    for (size_t i = 0; i < select->qualify_count; i++)
        if (expr_minds(search, select->qualify[i]))
            return true;
    return false;
}

bool select_ignores_duplicates(const Select *select, bool in_set)
{
    // Grouped or not, what must be known of the block stands in its SELECT; ORDER BY
    // over another aggregate is the caller's to see.
    const Query query = {.body = BODY_SELECT, .select = select};
    bool collapses = query_is_grouped(&query) || select->distinct != DISTINCT_NONE;
    if (!collapses && !in_set)
        return false;
    DuplicateSearch search = {.scratch = ARENA_EMPTY};
    search.own = select_numbers(&search.scratch, select);
    bool minds = results_mind(&search, select);
    arena_clear(&search.scratch);
    return !minds;
}

// Foreign keys

static bool pairs_match(const ForeignKey *key, const uint32_t *columns,
                        const uint32_t *parent_columns, size_t count)
{
    if (key->column_count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < count && (key->columns[j] != columns[i] ||
                             key->target_columns[j] != parent_columns[i]))
            j++;
        if (j == count)
            return false;
    }
    return true;
}

// The engine looks a value up by the parent's rules; a join compares by both sides'.
static bool columns_compare_alike(const Table *child, const uint32_t *columns,
                                  const Table *parent, const uint32_t *parent_columns,
                                  size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!type_compares_alike(child->columns[columns[i]].type,
                                 parent->columns[parent_columns[i]].type))
            return false;
    return true;
}

bool foreign_key_holds(Facts *facts, const Table *child, const uint32_t *columns,
                       const Table *parent, const uint32_t *parent_columns, size_t count)
{
    for (size_t i = 0; i < child->foreign_key_count; i++) {
        const ForeignKey *key = &child->foreign_keys[i];
        if (key->assurance == ASSURANCE_NONE || key->assurance < facts->least ||
            !text_same_word(key->target, parent->name) ||
            !pairs_match(key, columns, parent_columns, count) ||
            !columns_compare_alike(child, columns, parent, parent_columns, count))
            continue;
        Constraint constraint = {.kind = CONSTRAINT_FOREIGN_KEY,
                                 .table = child,
                                 .columns = key->columns,
                                 .column_count = key->column_count,
                                 .target = parent,
                                 .target_columns = key->target_columns};
        assume(facts, child, constraint_print(facts->arena, &constraint), key->assurance);
        return true;
    }
    return false;
}
