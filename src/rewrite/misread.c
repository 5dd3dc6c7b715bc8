// misread.c - trees that an engine answers otherwise than SQL has it.
//
// SQLite 3.40 moves a UNION ALL in FROM into the query that reads it. Where that is an
// arm of a UNION, INTERSECT or EXCEPT, it forgets by which collation these compare: with
// a.x COLLATE NOCASE,
//     SELECT x FROM a UNION SELECT x FROM (SELECT x FROM b UNION ALL SELECT x FROM c)
// keeps 'a' and 'A' apart, and does not with GROUP BY x in its second arm. What stands
// between the arm and the UNION ALL (a CTE, further derived tables) is not looked at.
//
// It looks for id LIKE 'a%' in the ON of an outer join between 'a' and 'b', where id is
// an INTEGER PRIMARY KEY, and leaves the join there, with the rows without a partner:
//     SELECT * FROM a LEFT JOIN b ON b.id LIKE 'a%'
// yields nothing, unless b is reached in another way. It takes the WHERE of a derived
// table for an ON, so that it does not matter here where LIKE stands.
//
// A column of a set operation has the affinity of one arm, or of none: of which depends
// on where it stands. With a.x INTEGER and b.y TEXT,
//     SELECT x FROM (SELECT x FROM a UNION ALL SELECT y FROM b) GROUP BY x HAVING x >= 1
// compares texts with a number; WHERE x >= 1, which goes into the arms, with '1'.
//
// A key of GROUP BY becomes a number for good where a subquery beside the group looks it
// up in an index of numbers. With a.x TEXT and b.n NUMERIC UNIQUE, the rows of
//     SELECT x FROM a GROUP BY x HAVING EXISTS (SELECT 1 FROM b WHERE b.n = a.x)
// are 1 and not '1', unless they are kept for a join or an order.

#include "rewrite/misread.h"

#include "query/affinity.h"
#include "query/walk.h"

typedef struct {
    const Tree *tree;
    bool has_union_all;
    bool has_collated_set;
    bool is_mixed;
    bool has_open_comparison;
    bool has_outer_join;
    bool has_rowid_like;
    bool turns_keys; // Texts among the keys of a group into numbers.
} Search;

// True if both are columns, or rows of them, and one holds numbers by its affinity.
static bool turns(const Expr *a, const Expr *b)
{
    bool is_turned = false;
    if (b == NULL || a->kind != b->kind)
        return false;
    for (size_t i = 0; a->kind == EXPR_ROW && i < a->arg_count && i < b->arg_count; i++)
        is_turned |= turns(a->args[i], b->args[i]);
    return is_turned ||
           (a->kind == EXPR_COLUMN && affinity_is_numeric(a->type.affinity) !=
                                          affinity_is_numeric(b->type.affinity));
}

static bool list_turns(const Expr *operand, const Query *list)
{
    size_t count;
    bool is_turned = false, is_row = operand->kind == EXPR_ROW;
    const Output *outputs = query_outputs(list, &count);
    for (size_t i = 0; i < count && i < (is_row ? operand->arg_count : 1); i++)
        is_turned |= turns(is_row ? operand->args[i] : operand, outputs[i].expr);
    return is_turned;
}

static bool find_turning(void *data, const Expr *expr)
{
    bool *found = data;
    *found |= (expr->kind == EXPR_COMPARE && turns(expr->args[0], expr->args[1])) ||
              (expr->kind == EXPR_IN_QUERY && list_turns(expr->args[0], expr->query));
    return !*found;
}

static bool look_beside_group(void *data, const Expr *expr)
{
    Search *search = data;
    if (expr->query != NULL && !search->turns_keys)
        walk_expr(expr, &(Visitor){.expr = find_turning, .context = &search->turns_keys});
    return !search->turns_keys;
}

static bool look_at_query(void *data, const Query *query)
{
    Search *search = data;
    if (query_is_grouped(query))
        walk_results(query, &(Visitor){.expr = look_beside_group,
                                       .query = walk_stay_out,
                                       .context = search});
    if (query->body != BODY_SET)
        return true;
    if (query->set->op == SET_UNION_ALL) {
        search->has_union_all = true;
        return true;
    }
    for (size_t i = 0; i < query->set->arm_count; i++) {
        size_t count;
        const Output *outputs = query_outputs(query->set->arms[i], &count);
        for (size_t j = 0; j < count; j++)
            if (outputs[j].type.collation != NULL)
                search->has_collated_set = true;
    }
    return true;
}

// A view may be a UNION ALL.
static bool look_at_source(void *data, const Source *source)
{
    Search *search = data;
    if (source->kind == SOURCE_TABLE && source->table->kind == TABLE_VIEW)
        search->has_union_all = true;
    if (source->kind == SOURCE_JOIN &&
        (join_keeps_left(source->join) || join_keeps_right(source->join)))
        search->has_outer_join = true;
    return true;
}

static bool may_be_rowid(const Table *table, uint32_t column)
{
    if (column >= table->column_count)
        return true;
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].column_count == 1 && table->keys[i].columns[0] == column)
            return table->columns[column].type.kind == TYPE_INTEGER;
    return false;
}

static bool look_at_expr(void *data, const Expr *expr)
{
    Search *search = data;
    search->has_open_comparison |=
        search->is_mixed && comparison_is_open(search->tree, expr);
    const Expr *operand = expr->kind == EXPR_LIKE ? expr->args[0] : NULL;
    if (operand == NULL || operand->kind != EXPR_COLUMN)
        return true;
    const Source *source = tree_source(search->tree, operand->source);
    if (source == NULL || source->kind != SOURCE_TABLE ||
        may_be_rowid(source->table, operand->column))
        search->has_rowid_like = true;
    return true;
}

bool tree_may_be_misread(const Tree *tree)
{
    if (tree->dialect != DIALECT_SQLITE)
        return false;
    Search search = {.tree = tree, .is_mixed = tree_is_mixed(tree)};
    walk_query(tree->root, &(Visitor){.query = look_at_query,
                                      .source = look_at_source,
                                      .expr = look_at_expr,
                                      .context = &search});
    return search.has_open_comparison || search.turns_keys ||
           (search.has_union_all && search.has_collated_set) ||
           (search.has_outer_join && search.has_rowid_like);
}
