// interpret_node.c - expressions, aggregates and windows become nodes.

#include "verify/interpret_compile.h"

#include "base/text.h"
#include "query/affinity.h"
#include "query/walk.h"

#include <stdlib.h>
#include <string.h>

enum { OUTCOME_SITES = 4, INPUT_SITES = 5 };

// Comparers

// SQLite looks for COLLATE anywhere in an operand.
static const char *explicit_collation(const Expr *expr)
{
    if (expr->kind == EXPR_COLLATE)
        return expr->name;
    if (expr->kind != EXPR_OPERATOR && expr->kind != EXPR_CALL &&
        expr->kind != EXPR_CAST && expr->kind != EXPR_CASE)
        return NULL;
    const char *found = NULL;
    for (size_t i = 0; i < expr->arg_count && found == NULL; i++)
        found = explicit_collation(expr->args[i]);
    return found;
}

static bool is_column_like(const Expr *expr)
{
    expr = expr_below_casts(expr);
    return expr->kind == EXPR_COLUMN || expr->kind == EXPR_OUTPUT;
}

static Affinity common_affinity(Affinity a, Affinity b)
{
    if (a == AFFINITY_NONE || b == AFFINITY_NONE)
        return a == AFFINITY_NONE ? b : a;
    return affinity_is_numeric(a) || affinity_is_numeric(b) ? AFFINITY_NUMERIC
                                                            : AFFINITY_BLOB;
}

static Comparer comparer_of(Dialect dialect, const Expr *left, const Expr *right)
{
    const char *name = explicit_collation(left);
    if (name == NULL)
        name = explicit_collation(right);
    if (name == NULL)
        name = is_column_like(left) || !is_column_like(right) ? left->type.collation
                                                              : right->type.collation;
    Comparer comparer = {.collation = collation_find(name)};
    if (dialect == DIALECT_SQLITE)
        comparer.affinity = common_affinity(left->type.affinity, right->type.affinity);
    return comparer;
}

Comparer comparer_of_one(Dialect dialect, const Expr *expr)
{
    const char *name = explicit_collation(expr);
    bool counts = dialect != DIALECT_SQLITE || is_column_like(expr);
    return (Comparer){.collation = collation_find(name != NULL ? name
                                                  : counts     ? expr->type.collation
                                                               : NULL)};
}

// Items of a list take the left side's affinity.
static Comparer comparer_of_list(Dialect dialect, const Expr *left)
{
    Comparer comparer = comparer_of_one(dialect, left);
    if (dialect == DIALECT_SQLITE)
        comparer.affinity = left->type.affinity;
    return comparer;
}

static const Comparer *comparers_of_query(Compiler *compiler, const Expr *expr)
{
    Dialect dialect = compiler->tree->dialect;
    const Expr *left = expr->args[0];
    bool is_row = left->kind == EXPR_ROW;
    size_t count, width = is_row ? left->arg_count : 1;
    const Query *query = expr->query;
    while (query->body == BODY_SET)
        query = query->set->arms[0];
    const Output *outputs = query_outputs(query, &count);
    Comparer *comparers = arena_new(compiler->arena, Comparer, width + 1);
    for (size_t i = 0; i < width && i < count; i++) {
        const Expr *operand = is_row ? left->args[i] : left;
        comparers[i] = outputs[i].expr == NULL
                           ? comparer_of_list(dialect, operand)
                           : comparer_of(dialect, operand, outputs[i].expr);
    }
    return comparers;
}

static const Comparer *comparers_of_args(Compiler *compiler, const Expr *expr)
{
    Dialect dialect = compiler->tree->dialect;
    size_t count = expr->arg_count;
    Comparer *comparers = arena_new(compiler->arena, Comparer, count + 2);
    const Expr *const *args = expr->args;
    if (compiler->is_mixed && comparison_is_open(compiler->tree, expr))
        compile_refuse(compiler, "the affinity of a set operation's column");
    switch (expr->kind) {
    case EXPR_COMPARE: {
        bool rows = args[0]->kind == EXPR_ROW && args[1]->kind == EXPR_ROW;
        for (size_t i = 0; rows && i < args[0]->arg_count && i < count + 2; i++)
            comparers[i] = comparer_of(dialect, args[0]->args[i], args[1]->args[i]);
        if (!rows)
            comparers[0] = comparer_of(dialect, args[0], args[1]);
        break;
    }
    case EXPR_BETWEEN:
        comparers[0] = comparer_of(dialect, args[0], args[1]);
        comparers[1] = comparer_of(dialect, args[0], args[2]);
        break;
    case EXPR_IN_LIST:
        comparers[0] = comparer_of_list(dialect, args[0]);
        break;
    case EXPR_CASE:
        for (size_t i = 1; expr->has_operand && i < count; i += 2)
            comparers[i] = comparer_of(dialect, args[0], args[i]);
        break;
    default:
        if (count > 0)
            comparers[0] = comparer_of_one(dialect, args[0]);
    }
    return comparers;
}

// Constants

static Cell number_constant(const Expr *expr, bool *known)
{
    const char *text = expr->name;
    char *end;
    Cell number;
    size_t length = strlen(text);
    *known = strspn(text, "0123456789.eE+-") == length;
    if (expr->type.kind == TYPE_DECIMAL) {
        Value value = {.kind = VALUE_OTHER,
                       .type = TYPE_DECIMAL,
                       .bytes = text,
                       .length = length};
        number = cell_of_value(value);
        *known = *known && number.kind == CELL_DECIMAL;
        return number;
    }
    *known = *known && cell_read_number(cell_text(text, length), &number);
    return *known && expr->type.kind == TYPE_FLOAT ? cell_float(strtod(text, &end))
                                                   : number;
}

static int hex_digit(char digit)
{
    return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

static Cell blob_constant(Arena *arena, const char *digits)
{
    size_t length = strlen(digits) / 2;
    char *bytes = arena_new(arena, char, length + 1);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(hex_digit(digits[2 * i]) * 16 + hex_digit(digits[2 * i + 1]));
    return (Cell){.kind = CELL_BLOB, .length = (uint32_t)length, .bytes = bytes};
}

static Cell typed_constant(const Expr *expr, bool *known)
{
    Cell cell = cell_null();
    TypeKind kind = expr->type.kind;
    *known = (kind == TYPE_DATE || kind == TYPE_TIMESTAMP) &&
             cell_read_moment(cell_text(expr->name, strlen(expr->name)),
                              kind == TYPE_DATE, &cell);
    return cell;
}

static const Node *compile_literal(Compiler *compiler, const Expr *expr, Node *node)
{
    bool known = true;
    Dialect dialect = compiler->tree->dialect;
    switch (expr->literal) {
    case LITERAL_NULL:
        break;
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        node->constant = cell_truth(dialect, expr->literal == LITERAL_TRUE);
        break;
    case LITERAL_NUMBER:
        node->constant = number_constant(expr, &known);
        break;
    case LITERAL_STRING:
        node->constant = cell_text(expr->name, strlen(expr->name));
        break;
    case LITERAL_BLOB:
        node->constant = blob_constant(compiler->arena, expr->name);
        known = strspn(expr->name, "0123456789abcdefABCDEF") == strlen(expr->name);
        break;
    case LITERAL_TYPED:
        node->constant = typed_constant(expr, &known);
        break;
    case LITERAL_INTERVAL: // Operators look at the literal itself.
        node->constant = (Cell){.kind = CELL_OPAQUE, .bytes = ""};
        break;
    }
    node->evaluate = known ? evaluate_constant : evaluate_unknown;
    return node;
}

// Columns

static bool find_column(const Leaf *leaf, const Expr *expr, uint32_t *column)
{
    *column = expr->column;
    if (leaf->table != NULL && expr->column == COLUMN_ROWID)
        *column = leaf->width - 1;
    for (size_t i = 0; leaf->outputs != NULL && i < leaf->output_count; i++)
        if (leaf->outputs[i].id == expr->column)
            *column = (uint32_t)i;
    return *column < leaf->width;
}

// DuckDB rounds what a FLOAT of 32 bits is compared with to one, too.
static bool is_short_float(const Tree *tree, const Expr *expr)
{
    return tree->dialect == DIALECT_DUCKDB && expr->type.kind == TYPE_FLOAT &&
           expr->type.width == 32;
}

static const Node *compile_column(Compiler *compiler, const Expr *expr, Node *node)
{
    for (CompileScope *scope = compiler->scope; scope != NULL; scope = scope->parent)
        for (size_t i = 0; i < scope->block->leaf_count; i++) {
            Leaf *leaf = scope->block->leaves[i];
            if (leaf->number != expr->source)
                continue;
            if (!find_column(leaf, expr, &node->index))
                return compile_refuse(compiler, "a column that is not found");
            node->leaf = leaf;
            node->block = scope->block;
            node->evaluate = is_short_float(compiler->tree, expr) ? evaluate_unknown
                             : scope->is_after_grouping           ? evaluate_bare_column
                                                                  : evaluate_column;
            return node;
        }
    return compile_refuse(compiler, "a column of no source");
}

static const Node *compile_output(Compiler *compiler, const Expr *expr, Node *node)
{
    size_t count = 0;
    const Output *outputs =
        compiler->query == NULL ? NULL : query_outputs(compiler->query, &count);
    for (size_t i = 0; i < count; i++)
        if (outputs[i].id == expr->column) {
            node->index = (uint32_t)i;
            node->plan = compiler->plan;
            node->evaluate = evaluate_output;
            return node;
        }
    return compile_refuse(compiler, "an output that is not found");
}

// What is a key of an enclosing block that groups has the group's value.
static bool compile_key(const Compiler *compiler, const Expr *expr, Node *node)
{
    if (expr->kind == EXPR_LITERAL)
        return false;
    for (CompileScope *scope = compiler->scope; scope != NULL; scope = scope->parent)
        for (size_t i = 0; scope->is_after_grouping && i < scope->block->key_count; i++)
            if (expr_equal(scope->block->key_exprs[i], expr)) {
                node->block = scope->block;
                node->index = (uint32_t)i;
                node->evaluate = evaluate_key;
                return true;
            }
    return false;
}

// Aggregates and windows

static NumberSet own_numbers(Compiler *compiler, const Block *block)
{
    NumberSet numbers = {0};
    for (size_t i = 0; i < block->leaf_count; i++)
        numbers = number_set_with(compiler->arena, numbers, block->leaves[i]->number);
    return numbers;
}

const SortKey *compile_keys(Compiler *compiler, const OrderItem *items, size_t count)
{
    bool is_sqlite = compiler->tree->dialect == DIALECT_SQLITE;
    SortKey *keys = arena_new(compiler->arena, SortKey, count + 1);
    for (size_t i = 0; i < count && compiler->why_not == NULL; i++) {
        const OrderItem *item = &items[i];
        NullsOrder usual = is_sqlite && !item->descending ? NULLS_FIRST : NULLS_LAST;
        keys[i] = (SortKey){
            .node = compile_expr(compiler, item->expr),
            .comparer = comparer_of_one(compiler->tree->dialect, item->expr),
            .descending = item->descending,
            .nulls_first =
                (item->nulls == NULLS_DEFAULT ? usual : item->nulls) == NULLS_FIRST};
    }
    return keys;
}

static Aggregate compile_call(Compiler *compiler, const Expr *expr)
{
    Aggregate call = {.expr = expr,
                      .arg_count = expr->arg_count,
                      .order_count = expr->order_count,
                      .site = compile_site(compiler, INPUT_SITES)};
    call.args = compile_exprs(compiler, expr->args, expr->arg_count);
    if (expr->filter != NULL && compiler->why_not == NULL)
        call.filter = compile_expr(compiler, expr->filter);
    call.order = compile_keys(compiler, expr->order, expr->order_count);
    if (expr->arg_count > 0)
        call.comparer = comparer_of_one(compiler->tree->dialect, expr->args[0]);
    return call;
}

static const Node *compile_aggregate(Compiler *compiler, const Expr *expr, Node *node)
{
    CompileScope *scope = compiler->scope;
    NumberSet used = expr_sources(compiler->arena, expr);
    bool is_own =
        scope != NULL && scope->is_after_grouping &&
        (used.count == 0 || number_set_meets(used, own_numbers(compiler, scope->block)));
    if (!is_own)
        return compile_refuse(compiler, "an aggregate of another block");
    scope->is_after_grouping = false;
    Aggregate aggregate = compile_call(compiler, expr);
    scope->is_after_grouping = true;
    node->block = scope->block;
    node->index = (uint32_t)scope->aggregates.count;
    node->evaluate = evaluate_aggregate;
    array_push(compiler->arena, &scope->aggregates, aggregate);
    return node;
}

static const Window *find_window(const Select *select, const char *name)
{
    for (size_t i = 0; i < select->window_count; i++)
        if (text_same_word(select->windows[i]->name, name))
            return select->windows[i];
    return NULL;
}

// Returns the window with what it takes from the one that it names.
static bool resolve_window(const Select *select, const Window *window, Window *resolved)
{
    const char *name = window->base != NULL ? window->base : window->name;
    *resolved = *window;
    if (name == NULL)
        return true;
    const Window *base = find_window(select, name);
    if (base == NULL || base->base != NULL)
        return false;
    if (window->base == NULL) {
        *resolved = *base;
        return true;
    }
    resolved->partition = base->partition;
    resolved->partition_count = base->partition_count;
    if (resolved->order_count == 0) {
        resolved->order = base->order;
        resolved->order_count = base->order_count;
    }
    return true;
}

static const Node *compile_window(Compiler *compiler, const Expr *expr, Node *node)
{
    CompileScope *scope = compiler->scope;
    Window window;
    if (scope == NULL || !resolve_window(scope->block->select, expr->window, &window))
        return compile_refuse(compiler, "a window that is not found");
    Comparer *comparers =
        arena_new(compiler->arena, Comparer, window.partition_count + 1);
    for (size_t i = 0; i < window.partition_count; i++)
        comparers[i] = comparer_of_one(compiler->tree->dialect, window.partition[i]);
    bool has_frame = window.frame != FRAME_NONE;
    WindowCall call = {
        .call = compile_call(compiler, expr),
        .partition = compile_exprs(compiler, window.partition, window.partition_count),
        .partition_comparers = comparers,
        .partition_count = window.partition_count,
        .order = compile_keys(compiler, window.order, window.order_count),
        .order_count = window.order_count,
        .frame = has_frame ? window.frame : FRAME_RANGE,
        .low = has_frame ? window.low : BOUND_UNBOUNDED_PRECEDING,
        .high = has_frame ? window.high : BOUND_CURRENT_ROW,
        .exclude = window.exclude};
    if (window.low_expr != NULL && compiler->why_not == NULL)
        call.low_node = compile_expr(compiler, window.low_expr);
    if (window.high_expr != NULL && compiler->why_not == NULL)
        call.high_node = compile_expr(compiler, window.high_expr);
    node->block = scope->block;
    node->index = (uint32_t)scope->windows.count;
    node->evaluate = evaluate_window;
    array_push(compiler->arena, &scope->windows, call);
    return node;
}

// grouping(a, b): the constant says, for each argument, which key it is.
static const Node *compile_grouping(Compiler *compiler, const Expr *expr, Node *node)
{
    CompileScope *scope = compiler->scope;
    if (scope == NULL || !scope->is_after_grouping || expr->arg_count > 60)
        return compile_refuse(compiler, "grouping() of another block");
    uint8_t *places = arena_new(compiler->arena, uint8_t, expr->arg_count + 1);
    for (size_t i = 0; i < expr->arg_count; i++) {
        size_t k = 0;
        while (k < scope->block->key_count &&
               !expr_equal(scope->block->key_exprs[k], expr->args[i]))
            k++;
        if (k == scope->block->key_count)
            return compile_refuse(compiler, "grouping() of no key");
        places[i] = (uint8_t)k;
    }
    node->block = scope->block;
    node->arg_count = expr->arg_count;
    node->constant = cell_text((const char *)places, expr->arg_count);
    node->evaluate = evaluate_grouping;
    return node;
}

// All kinds

static const Node *compile_subquery(Compiler *compiler, const Expr *expr, Node *node)
{
    node->args = compile_exprs(compiler, expr->args, expr->arg_count);
    node->arg_count = expr->arg_count;
    if (compiler->why_not == NULL)
        node->plan = compile_query(compiler, expr->query);
    if (expr->arg_count > 0)
        node->comparers = comparers_of_query(compiler, expr);
    node->evaluate = evaluator_of(node);
    return node;
}

static const Node *compile_plain(Compiler *compiler, const Expr *expr, Node *node)
{
    bool connects =
        expr->kind == EXPR_AND || expr->kind == EXPR_OR || expr->kind == EXPR_NOT;
    node->args = connects
                     ? compile_conditions(compiler, expr->args, expr->arg_count, true)
                     : compile_exprs(compiler, expr->args, expr->arg_count);
    node->arg_count = expr->arg_count;
    node->comparers = comparers_of_args(compiler, expr);
    if (expr->kind == EXPR_CALL)
        node->is_known = function_find_known(expr, &node->index);
    node->evaluate = evaluator_of(node);
    return node;
}

const Node *compile_expr(Compiler *compiler, const Expr *expr)
{
    Node *node = arena_new(compiler->arena, Node, 1);
    node->expr = expr;
    node->site = compile_site(compiler, OUTCOME_SITES);
    if (compile_key(compiler, expr, node))
        return node;
    switch (expr->kind) {
    case EXPR_COLUMN:
        return compile_column(compiler, expr, node);
    case EXPR_OUTPUT:
        return compile_output(compiler, expr, node);
    case EXPR_LITERAL:
        return compile_literal(compiler, expr, node);
    case EXPR_AGGREGATE:
        return compile_aggregate(compiler, expr, node);
    case EXPR_WINDOW:
        return compile_window(compiler, expr, node);
    case EXPR_GROUPING:
        return compile_grouping(compiler, expr, node);
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_SUBQUERY:
    case EXPR_QUANTIFIED:
        return compile_subquery(compiler, expr, node);
    case EXPR_COMPARE:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_LIKE:
    case EXPR_OPERATOR:
    case EXPR_CALL:
    case EXPR_CASE:
    case EXPR_CAST:
    case EXPR_COLLATE:
    case EXPR_ROW:
        return compile_plain(compiler, expr, node);
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_PARAMETER:
    case EXPR_OPAQUE:
        break;
    }
    return compile_refuse(compiler, "an expression that is not understood");
}

const Node *const *compile_exprs(Compiler *compiler, const Expr *const *exprs,
                                 size_t count)
{
    const Node **nodes = arena_new(compiler->arena, const Node *, count + 1);
    for (size_t i = 0; i < count && compiler->why_not == NULL; i++)
        nodes[i] = compile_expr(compiler, exprs[i]);
    return nodes;
}
