// forbidden.c - CHECKs, derived constants, counts.

#include "verify/forbidden.h"

#include "base/text.h"
#include "verify/interpret.h"
#include "verify/normal.h"

enum { DERIVED_DEPTH = 20 }; // Derived tables in derived tables.

static bool is_order(Outcome outcome)
{
    return outcome == OUTCOME_LESS || outcome == OUTCOME_EQUAL ||
           outcome == OUTCOME_GREATER;
}

// CHECK

typedef struct {
    Arena *arena;
    const Expr *column; // The one whose table has the CHECK.
    const Expr *value;  // What stands in its place; NULL: itself.
    bool is_constant;   // No other column was met.
    bool is_exact;      // Nothing that looks at the value by a column's rules.
} Filling;

static const Expr *fill_column(void *context, const Expr *column)
{
    Filling *filling = context;
    Expr changed = *column;
    if (column->source != 0)
        return NULL;
    if (filling->value != NULL && column->column == filling->column->column)
        return filling->value;
    filling->is_constant = false;
    changed.source = filling->column->source;
    return expr_new(filling->arena, changed);
}

// A column's affinity is lost where a constant stands for it: whether that is equal to
// something is the same as long as it does not look like a number, but not its order.
static bool find_inexact(void *context, const Expr *expr)
{
    Filling *filling = context;
    bool is_equality = expr->kind == EXPR_COMPARE &&
                       (expr->compare == COMPARE_EQ || expr->compare == COMPARE_NE ||
                        comparison_sees_null(expr->compare));
    bool is_known = is_equality || expr->kind == EXPR_AND || expr->kind == EXPR_OR ||
                    expr->kind == EXPR_NOT || expr->kind == EXPR_IS ||
                    expr->kind == EXPR_CALL || expr->kind == EXPR_LITERAL ||
                    expr->kind == EXPR_COLUMN;
    filling->is_exact &= is_known;
    return is_known;
}

// True if the interpreter is sure that the condition, which names no column, is FALSE.
static bool is_surely_false(Arena *arena, const Tree *tree, const Expr *condition)
{
    const char *why;
    Output output = {.id = 1, .expr = condition, .name = "holds"};
    Tree question = {
        .root = query_of_select(arena, (Select){.outputs = &output, .output_count = 1}),
        .catalog = tree->catalog,
        .dialect = tree->dialect,
        .next_id = 2,
        .find_function = tree->find_function};
    Branches *branches = branches_new(arena);
    Interpreter *interpreter = interpreter_new(arena, branches, &question, &why);
    if (interpreter == NULL)
        return false;
    Trace trace;
    CellRows rows;
    Database nothing = {0};
    RunKind kind = interpreter_run(
        interpreter, arena, database_load(arena, branches, tree->dialect, &nothing),
        &trace, &rows, &why);
    return kind == RUN_ROWS && rows.count == 1 && rows.cells[0].kind == CELL_INTEGER &&
           rows.cells[0].integer == 0;
}

// True if CHECK is FALSE for a text: in SQLite, where a column of any type keeps it.
static bool check_is_false_for(Arena *arena, const Tree *tree, const Check *check,
                               const Expr *column, const Expr *value)
{
    Filling filling = {arena, column, value, true, true};
    Visitor visitor = {.expr = find_inexact, .context = &filling};
    if (tree->dialect != DIALECT_SQLITE || !expr_is_literal(value, LITERAL_STRING) ||
        column->type.collation != NULL || text_is_number(value->name))
        return false;
    walk_expr(check->expr, &visitor);
    const Expr *filled = expr_replace_columns(arena, check->expr, fill_column, &filling);
    return filling.is_exact && filling.is_constant &&
           is_surely_false(arena, tree, filled);
}

static bool check_forbids(Arena *arena, const Tree *tree, const Check *check,
                          const Expr *column, const Supposition *supposition)
{
    Filling filling = {.arena = arena, .column = column};
    if (check->assurance < ASSURANCE_TRUSTED || check->expr == NULL)
        return false;
    const Expr *own = expr_replace_columns(arena, check->expr, fill_column, &filling);
    if (suppose(supposition, own).may == MAY_FALSE)
        return true;
    const Expr *other =
        column == supposition->left ? supposition->right : supposition->left;
    return supposition->outcome == OUTCOME_EQUAL &&
           check_is_false_for(arena, tree, check, column, other);
}

static bool checks_forbid(Arena *arena, const Tree *tree, const Expr *column,
                          const Supposition *supposition)
{
    const Source *source =
        column->kind == EXPR_COLUMN ? tree_source(tree, column->source) : NULL;
    if (source == NULL || source->kind != SOURCE_TABLE)
        return false;
    for (size_t i = 0; i < source->table->check_count; i++)
        if (check_forbids(arena, tree, &source->table->checks[i], column, supposition))
            return true;
    return false;
}

// Constants

// True if no value of the query's column, but NULL, can have the supposed order to the
// other side: all are constants, and all are known to compare otherwise.
static bool constants_exclude(const Tree *tree, const Query *query, uint32_t id,
                              const Supposition *supposition, unsigned depth)
{
    size_t count, place = query_output_position(query, id), arm_count;
    int order;
    const Output *outputs = query_outputs(query, &count);
    if (place == count || depth > DERIVED_DEPTH)
        return false;
    if (query->body == BODY_SET) {
        bool all = !query->set->by_name;
        for (size_t i = 0; all && i < query->set->arm_count; i++) {
            const Output *arm = query_outputs(query->set->arms[i], &arm_count);
            all = arm[place].type.kind == outputs[place].type.kind &&
                  constants_exclude(tree, query->set->arms[i], arm[place].id, supposition,
                                    depth + 1);
        }
        return all;
    }
    const Expr *expr = query->body == BODY_SELECT ? outputs[place].expr : NULL;
    if (expr == NULL || expr->kind != EXPR_LITERAL)
        return false;
    if (expr->literal == LITERAL_NULL)
        return true;
    return constants_order(tree->dialect, expr->type, expr, supposition->right, &order) &&
           order != (int)supposition->outcome - (int)OUTCOME_EQUAL;
}

static bool derived_constants_exclude(const Tree *tree, const Supposition *supposition)
{
    const Expr *column = supposition->left;
    const Source *source =
        column->kind == EXPR_COLUMN ? tree_source(tree, column->source) : NULL;
    if (source == NULL || column->type.collation != NULL)
        return false;
    const Query *query = source_plain_query(tree, source);
    return query != NULL &&
           constants_exclude(tree, query, column->column, supposition, 0);
}

// Counts

static bool is_below_zero(const Supposition *supposition)
{
    double number;
    return supposition->outcome == OUTCOME_LESS && expr_is_count(supposition->left) &&
           expr_read_number(supposition->right, &number) && number <= 0;
}

bool outcome_is_forbidden(Arena *arena, const Tree *tree, const Supposition *supposition)
{
    return is_order(supposition->outcome) &&
           (is_below_zero(supposition) || derived_constants_exclude(tree, supposition) ||
            checks_forbid(arena, tree, supposition->left, supposition) ||
            checks_forbid(arena, tree, supposition->right, supposition));
}
