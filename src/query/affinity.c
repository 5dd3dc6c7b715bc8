// affinity.c - from a comparison down to the set operation that a column comes from.

#include "query/affinity.h"

#include "query/walk.h"

static bool column_is_mixed(const SetOperation *set, size_t place)
{
    Type first = TYPE_OF(TYPE_NULL);
    for (size_t i = 0; i < set->arm_count; i++) {
        size_t count;
        const Output *outputs = query_outputs(set->arms[i], &count);
        Type type = place < count ? outputs[place].type : first;
        if (first.kind == TYPE_NULL)
            first = type;
        if (type.kind != TYPE_NULL && type.affinity != first.affinity)
            return true;
    }
    return false;
}

bool set_is_mixed(const SetOperation *set)
{
    for (size_t i = 0; i < set->output_count; i++)
        if (column_is_mixed(set, i))
            return true;
    return false;
}

static bool find_mixed(void *context, const Query *query)
{
    bool *found = context;
    *found = *found || (query->body == BODY_SET && set_is_mixed(query->set));
    return !*found;
}

bool tree_is_mixed(const Tree *tree)
{
    bool found = false;
    walk_query(tree->root, &(Visitor){.query = find_mixed, .context = &found});
    return found && tree->dialect == DIALECT_SQLITE;
}

// Numbers and texts are what an affinity turns into each other.
typedef enum { CLASS_OTHER, CLASS_NUMBER, CLASS_TEXT } ValueClass;

static ValueClass class_of(Type type)
{
    switch (type.kind) {
    case TYPE_BOOLEAN:
    case TYPE_INTEGER:
    case TYPE_DECIMAL:
    case TYPE_FLOAT:
        return CLASS_NUMBER;
    case TYPE_TEXT:
        return CLASS_TEXT;
    default:
        return CLASS_OTHER;
    }
}

static bool arms_decide(const SetOperation *set, size_t place, Type other)
{
    bool all_alike = class_of(other) != CLASS_OTHER;
    for (size_t i = 0; i < set->arm_count && all_alike; i++) {
        size_t count;
        const Output *outputs = query_outputs(set->arms[i], &count);
        all_alike = place < count && (outputs[place].type.kind == TYPE_NULL ||
                                      class_of(outputs[place].type) == class_of(other));
    }
    return column_is_mixed(set, place) && !all_alike;
}

// True if `expr` is a column that a set operation below hands on, and its affinity
// decides how it compares with what has the type `other`.
static bool is_open(const Tree *tree, const Expr *expr, Type other)
{
    enum { HANDED_ON = 20 }; // So often at most.
    for (int i = 0; i < HANDED_ON && expr != NULL && expr->kind == EXPR_COLUMN; i++) {
        const Source *source = tree_source(tree, expr->source);
        const Query *query = source != NULL ? source_query(tree, source) : NULL;
        const Output *output = query != NULL ? query_output(query, expr->column) : NULL;
        if (output == NULL)
            return false;
        if (query->body == BODY_SET)
            return arms_decide(query->set, query_output_position(query, expr->column),
                               other);
        expr = output->expr;
    }
    return false;
}

// The class of a column that is open is known of no one: it is asked by its arms.
static bool pair_is_open(const Tree *tree, const Expr *a, const Expr *b)
{
    bool is_open_pair = false;
    for (size_t i = 0; a->kind == EXPR_ROW && b->kind == EXPR_ROW && i < a->arg_count &&
                       i < b->arg_count;
         i++)
        is_open_pair |= pair_is_open(tree, a->args[i], b->args[i]);
    return is_open_pair || is_open(tree, a, b->type) || is_open(tree, b, a->type);
}

static bool list_is_open(const Tree *tree, const Expr *operand, const Query *list)
{
    size_t count;
    const Output *outputs = query_outputs(list, &count);
    bool is_row = operand->kind == EXPR_ROW;
    for (size_t i = 0; i < count; i++) {
        const Expr *part = is_row && i < operand->arg_count ? operand->args[i] : operand;
        if (is_open(tree, part, outputs[i].type) ||
            is_open(tree, outputs[i].expr, part->type) ||
            (list->body == BODY_SET && arms_decide(list->set, i, part->type)))
            return true;
    }
    return false;
}

bool comparison_is_open(const Tree *tree, const Expr *expr)
{
    bool compares = expr->kind == EXPR_COMPARE || expr->kind == EXPR_BETWEEN ||
                    expr->kind == EXPR_IN_LIST ||
                    (expr->kind == EXPR_CASE && expr->has_operand);
    bool has_list = (expr->kind == EXPR_IN_QUERY || expr->kind == EXPR_QUANTIFIED) &&
                    expr->arg_count > 0;
    if (tree->dialect != DIALECT_SQLITE)
        return false;
    for (size_t i = 1; compares && i < expr->arg_count; i++)
        if (pair_is_open(tree, expr->args[0], expr->args[i]))
            return true;
    return has_list && list_is_open(tree, expr->args[0], expr->query);
}
