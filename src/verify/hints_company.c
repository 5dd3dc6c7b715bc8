// hints_company.c - following expressions down to the columns of base tables.

#include "verify/hints_company.h"

#include "base/text.h"
#include "query/walk.h"

#include <stdlib.h>
#include <string.h>

enum { RESOLVE_DEPTH = 6 };

uint32_t hints_class_of(const Hints *hints, uint32_t column)
{
    while (hints->columns[column].class != column)
        column = hints->columns[column].class;
    return column;
}

void hints_join_classes(Hints *hints, uint32_t a, uint32_t b)
{
    hints->columns[hints_class_of(hints, a)].class = hints_class_of(hints, b);
}

static void add_base_column(Company *company, const Table *table, uint32_t column)
{
    Hints *hints = company->collector->hints;
    size_t place = hints_column(hints, table, column);
    if (place == hints->column_count)
        return;
    hints->columns[place].is_used = true;
    array_push(company->collector->arena, &company->columns, (uint32_t)place);
}

static void add_expr(Company *company, const Expr *expr, unsigned depth);

static void add_output(Company *company, const Query *query, uint32_t id, unsigned depth)
{
    size_t count, position = query_output_position(query, id);
    const Output *outputs = query_outputs(query, &count);
    if (position == count || depth == 0)
        return;
    if (outputs[position].expr != NULL) {
        add_expr(company, outputs[position].expr, depth - 1);
    } else if (query->body == BODY_SET) {
        for (size_t i = 0; i < query->set->arm_count; i++) {
            size_t width;
            const Output *arm = query_outputs(query->set->arms[i], &width);
            if (position < width)
                add_output(company, query->set->arms[i], arm[position].id, depth - 1);
        }
    }
}

// Follows a reference down to the columns of base tables.
static void add_column(Company *company, const Expr *expr, unsigned depth)
{
    const Tree *tree = company->collector->tree;
    const Source *source = tree_source(tree, expr->source);
    const Query *query = source != NULL ? source_query(tree, source) : NULL;
    if (query != NULL)
        add_output(company, query, expr->column, depth);
    else if (source != NULL && source->kind == SOURCE_TABLE && source->table != NULL)
        add_base_column(company, source->table, expr->column);
}

typedef struct {
    Company *company;
    unsigned depth;
} Descent;

static bool is_count(const Expr *expr)
{
    static const char *const names[] = {"count", "row_number", "rank", "dense_rank"};
    bool counts = false;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        counts |= (expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW) &&
                  text_same_word(expr->name, names[i]);
    return counts;
}

static bool descend_expr(void *context, const Expr *expr)
{
    Descent *descent = context;
    Company *company = descent->company;
    company->counts |= is_count(expr);
    if (expr->kind == EXPR_COLUMN) {
        add_column(company, expr, descent->depth);
    } else if (expr->kind == EXPR_LITERAL && expr->name != NULL &&
               (expr->literal == LITERAL_NUMBER || expr->literal == LITERAL_STRING ||
                expr->literal == LITERAL_TYPED)) {
        Literal literal = {.is_string = expr->literal != LITERAL_NUMBER,
                           .text = expr->name,
                           .use = company->use};
        literals_add(company->collector->arena, &company->literals, literal, NEAR_LIMIT);
    }
    return true;
}

// A subquery gives what it yields.
static bool descend_query(void *context, const Query *query)
{
    Descent *descent = context;
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    for (size_t i = 0; i < count && descent->depth > 0; i++)
        add_output(descent->company, query, outputs[i].id, descent->depth - 1);
    return false;
}

static void add_expr(Company *company, const Expr *expr, unsigned depth)
{
    Descent descent = {.company = company, .depth = depth};
    Visitor visitor = {.expr = descend_expr, .query = descend_query, .context = &descent};
    walk_expr(expr, &visitor);
}

void company_add_expr(Company *company, const Expr *expr)
{
    add_expr(company, expr, RESOLVE_DEPTH);
}

void company_add_column(Company *company, const Expr *column)
{
    add_column(company, column, RESOLVE_DEPTH);
}

void company_add_output(Company *company, const Query *query, uint32_t id)
{
    add_output(company, query, id, RESOLVE_DEPTH);
}

void company_add_query(Company *company, const Query *query)
{
    Descent descent = {.company = company, .depth = RESOLVE_DEPTH};
    (void)descend_query(&descent, query);
}

// Beside a sum, two rows of half the literal's value just reach it.
void company_add_halves(Company *company, const Expr *expr)
{
    bool sums = false;
    for (size_t i = 0; i < expr->arg_count; i++)
        sums |= expr->args[i]->kind == EXPR_AGGREGATE &&
                text_same_word(expr->args[i]->name, "sum");
    for (size_t i = 0, count = company->literals.count; sums && i < count; i++) {
        const Literal *literal = &company->literals.items[i];
        if (literal->is_string)
            continue;
        double half = strtod(literal->text, NULL) / 2;
        Literal part = {.text = arena_printf(company->collector->arena, "%.15g", half),
                        .use = USE_EQUAL};
        literals_add(company->collector->arena, &company->literals, part, NEAR_LIMIT);
    }
}

void collector_add_count(Collector *collector, long value)
{
    if (value > SIZE_LIMIT && value <= COUNT_LIMIT)
        array_push(collector->arena, &collector->counts, (size_t)value);
}

// A group has as many rows as the tables have together, multiplied.
void company_add_counts(Company *company)
{
    for (size_t i = 0; company->counts && i < company->literals.count; i++)
        collector_add_count(company->collector,
                            literal_whole_number(&company->literals.items[i]));
}

// Makes those who stand together one class, near the literals beside them.
void company_settle(Company *company)
{
    Collector *collector = company->collector;
    for (size_t i = 0; i < company->columns.count; i++) {
        uint32_t column = company->columns.items[i];
        if (i > 0)
            hints_join_classes(collector->hints, company->columns.items[0], column);
        for (size_t j = 0; j < company->literals.count; j++)
            literals_add(collector->arena, &collector->near[column],
                         company->literals.items[j], NEAR_LIMIT);
    }
}
