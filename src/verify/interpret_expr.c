// interpret_expr.c - evaluating expressions.

#include "verify/interpret_tree.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { ARGUMENT_LIMIT = 16 };
enum { OUTCOME_NONE, OUTCOME_ONE, OUTCOME_MORE };

Cell node_value(Machine *machine, const Node *node)
{
    return node->evaluate(machine, node);
}

// Three-valued logic

Truth cell_to_truth(Machine *machine, Cell cell)
{
    switch ((CellKind)cell.kind) {
    case CELL_NULL:
        return TRUTH_NULL;
    case CELL_TEXT:
    case CELL_BLOB:
        if (!machine_is_sqlite(machine))
            break;
        cell = cell_as_number(cell);
        return cell_number(cell) != 0 ? TRUTH_TRUE : TRUTH_FALSE;
    case CELL_FLOAT:
        return cell.number != 0 ? TRUTH_TRUE : TRUTH_FALSE;
    case CELL_BOOLEAN:
    case CELL_INTEGER:
    case CELL_DECIMAL:
        return cell.integer != 0 ? TRUTH_TRUE : TRUTH_FALSE;
    case CELL_DATE:
    case CELL_MOMENT:
    case CELL_OPAQUE:
        break;
    }
    machine_doubt(machine, "a condition that is no truth value");
    return TRUTH_NULL;
}

static Cell truth_cell(const Machine *machine, Truth truth)
{
    return truth == TRUTH_NULL ? cell_null()
                               : cell_truth(machine->dialect, truth == TRUTH_TRUE);
}

static Cell truth_negated(const Machine *machine, const Expr *expr, Truth truth)
{
    return truth_cell(machine, expr->negated ? truth_not(truth) : truth);
}

Truth node_truth(Machine *machine, const Node *node)
{
    Truth truth = cell_to_truth(machine, node->evaluate(machine, node));
    machine_see(machine, node->site, truth);
    machine->asked++;
    return truth;
}

bool nodes_hold(Machine *machine, const Node *const *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (node_truth(machine, nodes[i]) != TRUTH_TRUE)
            return false;
    return true;
}

// Comparing

int machine_compare(Machine *machine, Comparer comparer, Cell a, Cell b)
{
    bool known = true;
    if (a.kind == CELL_INTEGER && b.kind == CELL_INTEGER) // Most are.
        return (a.integer > b.integer) - (a.integer < b.integer);
    int order = cell_compare(machine->arena, machine->dialect, comparer, a, b, &known);
    if (!known)
        machine_doubt(machine, "a comparison of unlike values");
    return order;
}

bool cells_group(Machine *machine, Comparer comparer, Cell a, Cell b)
{
    if (a.kind == CELL_NULL || b.kind == CELL_NULL)
        return a.kind == b.kind;
    comparer.affinity = AFFINITY_NONE;
    return machine_compare(machine, comparer, a, b) == 0;
}

int keys_compare(Machine *machine, const SortKey *keys, size_t count, const Cell *a,
                 const Cell *b)
{
    for (size_t i = 0; i < count; i++) {
        bool left = a[i].kind == CELL_NULL, right = b[i].kind == CELL_NULL;
        if (left && right)
            continue;
        if (left || right)
            return left == keys[i].nulls_first ? -1 : 1;
        int order = machine_compare(machine, keys[i].comparer, a[i], b[i]);
        if (order != 0)
            return keys[i].descending ? -order : order;
    }
    return 0;
}

static Truth compare_cells(Machine *machine, Comparison compare, Comparer comparer,
                           Cell a, Cell b)
{
    bool sees_null = comparison_sees_null(compare);
    bool left = a.kind == CELL_NULL, right = b.kind == CELL_NULL;
    if (!sees_null && (left || right))
        return TRUTH_NULL;
    int order = left || right ? left != right : machine_compare(machine, comparer, a, b);
    return comparison_holds(compare, order) ? TRUTH_TRUE : TRUTH_FALSE;
}

// (a, b) = (c, d): of = and <> one pair may decide where another is NULL.
static Cell compare_rows(Machine *machine, const Node *node)
{
    const Node *left = node->args[0], *right = node->args[1];
    Comparison compare = node->expr->compare;
    Truth equal = TRUTH_TRUE;
    if (left->expr->kind != EXPR_ROW || right->expr->kind != EXPR_ROW ||
        left->arg_count != right->arg_count ||
        (compare != COMPARE_EQ && compare != COMPARE_NE))
        return evaluate_unknown(machine, node);
    for (size_t i = 0; i < left->arg_count && equal != TRUTH_FALSE; i++) {
        Truth one = compare_cells(machine, COMPARE_EQ, node->comparers[i],
                                  node_value(machine, left->args[i]),
                                  node_value(machine, right->args[i]));
        equal = one == TRUTH_TRUE ? equal : one;
    }
    return truth_cell(machine, compare == COMPARE_EQ ? equal : truth_not(equal));
}

static Cell evaluate_compare(Machine *machine, const Node *node)
{
    if (node->args[0]->expr->kind == EXPR_ROW || node->args[1]->expr->kind == EXPR_ROW)
        return compare_rows(machine, node);
    Cell a = node_value(machine, node->args[0]), b = node_value(machine, node->args[1]);
    return truth_cell(
        machine, compare_cells(machine, node->expr->compare, node->comparers[0], a, b));
}

static Cell evaluate_between(Machine *machine, const Node *node)
{
    Cell operand = node_value(machine, node->args[0]);
    Truth low = compare_cells(machine, COMPARE_GE, node->comparers[0], operand,
                              node_value(machine, node->args[1]));
    Truth high = compare_cells(machine, COMPARE_LE, node->comparers[1], operand,
                               node_value(machine, node->args[2]));
    Truth both = low == TRUTH_FALSE || high == TRUTH_FALSE ? TRUTH_FALSE
                 : low == TRUTH_NULL || high == TRUTH_NULL ? TRUTH_NULL
                                                           : TRUTH_TRUE;
    return truth_negated(machine, node->expr, both);
}

static Cell evaluate_in_list(Machine *machine, const Node *node)
{
    if (node->args[0]->expr->kind == EXPR_ROW)
        return evaluate_unknown(machine, node);
    Cell operand = node_value(machine, node->args[0]);
    Truth found = TRUTH_FALSE;
    for (size_t i = 1; i < node->arg_count && found != TRUTH_TRUE; i++) {
        Truth one = compare_cells(machine, COMPARE_EQ, node->comparers[0], operand,
                                  node_value(machine, node->args[i]));
        found = one == TRUTH_FALSE ? found : one;
    }
    return truth_negated(machine, node->expr, found);
}

static Cell evaluate_connective(Machine *machine, const Node *node)
{
    Truth decisive = node->expr->kind == EXPR_AND ? TRUTH_FALSE : TRUTH_TRUE;
    Truth result = truth_not(decisive);
    for (size_t i = 0; i < node->arg_count; i++) {
        Truth one = node_truth(machine, node->args[i]);
        if (one == decisive)
            return truth_cell(machine, decisive);
        if (one == TRUTH_NULL)
            result = TRUTH_NULL;
    }
    return truth_cell(machine, result);
}

static Cell evaluate_not(Machine *machine, const Node *node)
{
    return truth_cell(machine, truth_not(node_truth(machine, node->args[0])));
}

static Cell evaluate_is(Machine *machine, const Node *node)
{
    Cell cell = node_value(machine, node->args[0]);
    bool holds = cell.kind == CELL_NULL;
    if (node->expr->is != IS_NULL) {
        Truth truth = cell_to_truth(machine, cell);
        holds = node->expr->is == IS_TRUE    ? truth == TRUTH_TRUE
                : node->expr->is == IS_FALSE ? truth == TRUTH_FALSE
                                             : truth == TRUTH_NULL;
    }
    machine_see(machine, node->site + 3, holds);
    return cell_truth(machine->dialect, holds != node->expr->negated);
}

// Subqueries

static CellRows run_subquery(Machine *machine, const Node *node)
{
    CellRows rows = plan_run(machine, node->plan);
    size_t seen = rows.count > 1 ? OUTCOME_MORE : rows.count;
    machine_see(machine, node->plan->site, (unsigned)seen);
    return rows;
}

static Cell evaluate_exists(Machine *machine, const Node *node)
{
    bool exists = run_subquery(machine, node).count > 0;
    return cell_truth(machine->dialect, exists != node->expr->negated);
}

static Cell evaluate_subquery(Machine *machine, const Node *node)
{
    CellRows rows = run_subquery(machine, node);
    const Plan *plan = node->plan;
    if (rows.count == 0)
        return cell_null();
    bool is_sure = rows.count == 1;
    if (!is_sure && machine_is_sqlite(machine)) {
        const Cell *second = rows.cells + rows.stride;
        is_sure = plan->order_count > 0 &&
                  keys_compare(machine, plan->order, plan->order_count,
                               rows.cells + rows.width, second + rows.width) != 0;
    }
    if (!is_sure)
        machine_doubt(machine, "a scalar subquery with several rows");
    return rows.cells[0];
}

// How one row of a subquery compares with the operand (of several columns: only =).
static Truth compare_with_row(Machine *machine, const Node *node, Comparison compare,
                              const Cell *operands, size_t width, const Cell *row)
{
    Truth result = TRUTH_TRUE;
    for (size_t i = 0; i < width && result != TRUTH_FALSE; i++) {
        Truth one =
            compare_cells(machine, compare, node->comparers[i], operands[i], row[i]);
        result = one == TRUTH_TRUE ? result : one;
    }
    return result;
}

static size_t read_operands(Machine *machine, const Node *operand, Cell *cells)
{
    if (operand->expr->kind != EXPR_ROW) {
        cells[0] = node_value(machine, operand);
        return 1;
    }
    size_t width = operand->arg_count;
    if (width > ARGUMENT_LIMIT) {
        machine_doubt(machine, "a very wide row");
        return 0;
    }
    for (size_t i = 0; i < width; i++)
        cells[i] = node_value(machine, operand->args[i]);
    return width;
}

static bool has_null(const Cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cells[i].kind == CELL_NULL)
            return true;
    return false;
}

// IN, ANY and ALL: `decisive` from one row decides.
static Truth search_rows(Machine *machine, const Node *node, Comparison compare,
                         Truth decisive)
{
    Cell operands[ARGUMENT_LIMIT];
    size_t width = read_operands(machine, node->args[0], operands);
    CellRows rows = run_subquery(machine, node);
    Truth result = truth_not(decisive);
    for (size_t i = 0; i < rows.count; i++) {
        Truth one = compare_with_row(machine, node, compare, operands, width,
                                     rows.cells + i * rows.stride);
        if (one == decisive)
            return decisive;
        if (one == TRUTH_NULL)
            result = TRUTH_NULL;
        if (width > 1 && machine->dialect == DIALECT_DUCKDB &&
            has_null(rows.cells + i * rows.stride, width))
            machine_doubt(machine, "a NULL in a row of IN");
    }
    return result;
}

static Cell evaluate_in_query(Machine *machine, const Node *node)
{
    Truth found = search_rows(machine, node, COMPARE_EQ, TRUTH_TRUE);
    return truth_negated(machine, node->expr, found);
}

static Cell evaluate_quantified(Machine *machine, const Node *node)
{
    bool any = node->expr->quantifier == QUANTIFIER_ANY;
    if (node->args[0]->expr->kind == EXPR_ROW)
        return evaluate_unknown(machine, node);
    return truth_cell(machine, search_rows(machine, node, node->expr->compare,
                                           any ? TRUTH_TRUE : TRUTH_FALSE));
}

// Choosing

// DuckDB brings what stands side by side to one type.
static Cell coerce(Machine *machine, Type type, Cell cell)
{
    int64_t digits;
    if (machine->dialect != DIALECT_DUCKDB || !cell_is_number(cell))
        return cell;
    if (type.kind == TYPE_FLOAT && cell.kind != CELL_FLOAT)
        return cell_float(cell_number(cell));
    if (type.kind == TYPE_DECIMAL && cell.kind != CELL_FLOAT &&
        cell.scale <= type.scale && cell_rescale(cell, type.scale, &digits))
        return (Cell){.kind = CELL_DECIMAL, .scale = type.scale, .integer = digits};
    return cell;
}

static Cell evaluate_case(Machine *machine, const Node *node)
{
    const Expr *expr = node->expr;
    size_t first = expr->has_operand, last = node->arg_count - expr->has_else;
    Cell operand = expr->has_operand ? node_value(machine, node->args[0]) : cell_null();
    for (size_t i = first; i + 1 < last; i += 2) {
        Truth truth = expr->has_operand
                          ? compare_cells(machine, COMPARE_EQ, node->comparers[i],
                                          operand, node_value(machine, node->args[i]))
                          : node_truth(machine, node->args[i]);
        machine_see(machine, node->args[i]->site, truth);
        if (truth == TRUTH_TRUE)
            return coerce(machine, expr->type, node_value(machine, node->args[i + 1]));
    }
    if (!expr->has_else)
        return cell_null();
    return coerce(machine, expr->type,
                  node_value(machine, node->args[node->arg_count - 1]));
}

static bool is_call(const Expr *expr, const char *name)
{
    return text_same_word(expr->function != NULL ? expr->function->name : expr->name,
                          name);
}

// COALESCE and its kin look at their arguments one after the other.
static Cell evaluate_coalesce(Machine *machine, const Node *node)
{
    for (size_t i = 0; i < node->arg_count; i++) {
        Cell cell = node_value(machine, node->args[i]);
        if (cell.kind != CELL_NULL)
            return coerce(machine, node->expr->type, cell);
    }
    return cell_null();
}

static Cell evaluate_nullif(Machine *machine, const Node *node)
{
    Cell a = node_value(machine, node->args[0]), b = node_value(machine, node->args[1]);
    Truth equal = compare_cells(machine, COMPARE_EQ, node->comparers[0], a, b);
    return equal == TRUTH_TRUE ? cell_null() : a;
}

static Cell evaluate_iif(Machine *machine, const Node *node)
{
    Truth truth = node_truth(machine, node->args[0]);
    if (truth != TRUTH_TRUE && node->arg_count < 3)
        return cell_null();
    return coerce(machine, node->expr->type,
                  node_value(machine, node->args[truth == TRUTH_TRUE ? 1 : 2]));
}

// Functions and operators

static bool read_arguments(Machine *machine, const Node *node, Cell *cells)
{
    if (node->arg_count > ARGUMENT_LIMIT)
        return false;
    for (size_t i = 0; i < node->arg_count; i++)
        cells[i] = node_value(machine, node->args[i]);
    return true;
}

static Cell evaluate_operator(Machine *machine, const Node *node)
{
    Cell cells[ARGUMENT_LIMIT];
    return read_arguments(machine, node, cells)
               ? operator_apply(machine, node->expr, cells)
               : evaluate_unknown(machine, node);
}

static Cell evaluate_call(Machine *machine, const Node *node)
{
    Cell cells[ARGUMENT_LIMIT];
    return read_arguments(machine, node, cells) ? function_apply(machine, node, cells)
                                                : evaluate_unknown(machine, node);
}

static Cell evaluate_cast(Machine *machine, const Node *node)
{
    return cast_apply(machine, node->expr, node_value(machine, node->args[0]));
}

static Cell evaluate_first(Machine *machine, const Node *node)
{
    return node_value(machine, node->args[0]);
}

static Evaluator *evaluator_of_call(const Node *node)
{
    const Expr *expr = node->expr;
    if (is_call(expr, "coalesce") || is_call(expr, "ifnull"))
        return evaluate_coalesce;
    if (is_call(expr, "nullif") && expr->arg_count == 2)
        return evaluate_nullif;
    if ((is_call(expr, "iif") || is_call(expr, "if")) && expr->arg_count >= 2)
        return evaluate_iif;
    if ((is_call(expr, "likely") || is_call(expr, "unlikely")) && expr->arg_count == 1)
        return evaluate_first;
    return node->is_known ? evaluate_call : evaluate_unknown;
}

Evaluator *evaluator_of(const Node *node)
{
    static Evaluator *const evaluators[EXPR_KIND_COUNT] = {
        [EXPR_COMPARE] = evaluate_compare,
        [EXPR_AND] = evaluate_connective,
        [EXPR_OR] = evaluate_connective,
        [EXPR_NOT] = evaluate_not,
        [EXPR_IS] = evaluate_is,
        [EXPR_BETWEEN] = evaluate_between,
        [EXPR_IN_LIST] = evaluate_in_list,
        [EXPR_IN_QUERY] = evaluate_in_query,
        [EXPR_EXISTS] = evaluate_exists,
        [EXPR_SUBQUERY] = evaluate_subquery,
        [EXPR_QUANTIFIED] = evaluate_quantified,
        [EXPR_LIKE] = evaluate_like,
        [EXPR_OPERATOR] = evaluate_operator,
        [EXPR_CASE] = evaluate_case,
        [EXPR_CAST] = evaluate_cast,
        [EXPR_COLLATE] = evaluate_first,
    };
    if (node->expr->kind == EXPR_CALL)
        return evaluator_of_call(node);
    Evaluator *evaluator = evaluators[node->expr->kind];
    return evaluator != NULL ? evaluator : evaluate_unknown;
}

// Leaves

Cell evaluate_unknown(Machine *machine, const Node *node)
{
    return machine_doubt(machine, node->expr->kind == EXPR_CALL
                                      ? "a function that is not known"
                                      : "an expression that is not known");
}

Cell evaluate_constant(Machine *machine, const Node *node)
{
    return node->constant;
}

Cell evaluate_column(Machine *machine, const Node *node)
{
    return node->leaf->row[node->index];
}

// What stands beside aggregates is taken from some row of the group.
Cell evaluate_bare_column(Machine *machine, const Node *node)
{
    const Group *group = node->block->group;
    if (group == NULL || group->count == 0)
        return cell_null();
    size_t at = 0;
    while (node->block->leaves[at] != node->leaf)
        at++;
    Cell cell = group->members[0][at][node->index];
    for (size_t i = 1; i < group->count; i++)
        if (!cell_identical(cell, group->members[i][at][node->index])) {
            machine_doubt(machine, "a column that is no group key");
            break;
        }
    return cell;
}

Cell evaluate_key(Machine *machine, const Node *node)
{
    const Group *group = node->block->group;
    bool is_absent = (group->absent >> node->index & 1) != 0;
    return is_absent ? cell_null() : group->keys[node->index];
}

Cell evaluate_aggregate(Machine *machine, const Node *node)
{
    return node->block->group->aggregates[node->index];
}

Cell evaluate_window(Machine *machine, const Node *node)
{
    return node->block->window_cells[node->index];
}

Cell evaluate_output(Machine *machine, const Node *node)
{
    return node->plan->output[node->index];
}

Cell evaluate_grouping(Machine *machine, const Node *node)
{
    int64_t bits = 0;
    for (size_t i = 0; i < node->arg_count; i++) {
        unsigned key = (unsigned char)node->constant.bytes[i];
        bits = bits * 2 + (int64_t)(node->block->group->absent >> key & 1);
    }
    return cell_integer(bits);
}
