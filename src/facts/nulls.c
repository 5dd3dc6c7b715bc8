// nulls.c - what is never NULL, and which predicates turn NULLs away.
//
// A column is never NULL because it is so in its table and no outer join pads it, or
// because a conjunct that every row fulfils would not be TRUE.

#include "facts/inner.h"

#include "base/text.h"
#include "catalog/constraint.h"

#include <stdlib.h>
#include <string.h>

// Conjuncts that every row fulfils

typedef bool ConjunctTest(void *context, const Expr *conjunct);

static bool any_conjunct(const Expr *const *conjuncts, size_t count, ConjunctTest *test,
                         void *context)
{
    for (size_t i = 0; i < count; i++)
        if (test(context, conjuncts[i]))
            return true;
    return false;
}

// ON counts where no outer join above could pad the row that did not fulfil it.
static bool any_in_from(const Source *source, ConjunctTest *test, void *context)
{
    if (source->kind != SOURCE_JOIN)
        return false;
    bool left = false, right = false, on = false;
    switch (source->join) {
    case JOIN_INNER:
    case JOIN_CROSS:
        left = right = on = true;
        break;
    case JOIN_SEMI:
        left = on = true;
        break;
    case JOIN_LEFT:
    case JOIN_ANTI:
        left = true;
        break;
    case JOIN_RIGHT:
        right = true;
        break;
    case JOIN_FULL:
        break;
    }
    return (on && any_conjunct(source->on, source->on_count, test, context)) ||
           (left && any_in_from(source->left, test, context)) ||
           (right && any_in_from(source->right, test, context));
}

static bool any_fulfilled(const Scope *scope, ConjunctTest *test, void *context)
{
    const Select *select = scope->select;
    for (size_t i = 0; i < select->source_count; i++)
        if (any_in_from(select->sources[i], test, context))
            return true;
    if (scope->stage == STAGE_FROM)
        return false;
    return any_conjunct(select->filter, select->filter_count, test, context);
}

// HAVING and QUALIFY speak of the rows of the result.
static bool any_fulfilled_by_result(const Scope *scope, ConjunctTest *test, void *context)
{
    const Select *select = scope->select;
    return scope->stage == STAGE_OUTPUT &&
           (any_conjunct(select->having, select->having_count, test, context) ||
            any_conjunct(select->qualify, select->qualify_count, test, context));
}

typedef struct {
    Facts *facts;
    const Expr *expr;
    NumberSet sources;
} Rejection;

static bool rejects_sources(void *context, const Expr *conjunct)
{
    const Rejection *rejection = context;
    Supposition suppose = {.facts = rejection->facts, .null_sources = rejection->sources};
    return !(expr_outcomes(&suppose, conjunct) & MAY_BE_TRUE);
}

bool predicate_rejects(Facts *facts, const Expr *predicate, const Expr *column)
{
    Supposition suppose = {.facts = facts, .null_expr = column};
    return !(expr_outcomes(&suppose, predicate) & MAY_BE_TRUE);
}

static bool rejects_expr(void *context, const Expr *conjunct)
{
    const Rejection *rejection = context;
    return predicate_rejects(rejection->facts, conjunct, rejection->expr);
}

// Outer joins

static bool contains(const Source *item, uint32_t number)
{
    if (item->kind != SOURCE_JOIN)
        return item->number == number;
    return contains(item->left, number) || contains(item->right, number);
}

// True if an outer join in `item` may put NULLs in place of the source, and no conjunct
// turns such rows away.
static bool is_padded(Facts *facts, const Scope *scope, const Source *item,
                      uint32_t number)
{
    if (item->kind != SOURCE_JOIN)
        return false;
    bool on_left = contains(item->left, number);
    const Source *side = on_left ? item->left : item->right;
    bool pads = on_left ? join_keeps_right(item->join) : join_keeps_left(item->join);
    if (pads) {
        Rejection rejection = {facts, NULL, source_numbers(facts->arena, side)};
        if (!any_fulfilled(scope, rejects_sources, &rejection))
            return true;
    }
    return is_padded(facts, scope, side, number);
}

// Columns

static bool table_column_never_null(Facts *facts, const Table *table, uint32_t column)
{
    if (column == COLUMN_ROWID)
        return table->kind == TABLE_BASE && table->has_rowid;
    if (column >= table->column_count || table->columns[column].not_null < facts->least ||
        table->columns[column].not_null == ASSURANCE_NONE)
        return false;
    Constraint constraint = {.kind = CONSTRAINT_NOT_NULL,
                             .table = table,
                             .columns = &column,
                             .column_count = 1};
    assume(facts, table, constraint_print(facts->arena, &constraint),
           table->columns[column].not_null);
    return true;
}

bool source_column_never_null(Facts *facts, const Source *source, uint32_t column)
{
    if (source->kind == SOURCE_TABLE)
        return table_column_never_null(facts, source->table, column);
    const Query *query = source_plain_query(facts->tree, source);
    return query != NULL && query_output_never_null(facts, query, column);
}

static const Source *item_with(const Select *select, uint32_t number)
{
    for (size_t i = 0; i < select->source_count; i++)
        if (contains(select->sources[i], number))
            return select->sources[i];
    return NULL;
}

// True if columns of a row of the result come from a row that passed the filter: not so
// in the group that has no row, or where grouping sets put NULLs.
static bool has_row_behind(const Scope *scope)
{
    if (scope->stage != STAGE_OUTPUT || !scope->grouped)
        return true;
    return scope->select->group_count > 0 && select_has_plain_groups(scope->select);
}

static bool column_never_null_in(Facts *facts, const Scope *scope, const Source *item,
                                 const Expr *column)
{
    Rejection rejection = {facts, column, {0}};
    if (any_fulfilled_by_result(scope, rejects_expr, &rejection))
        return true;
    if (!has_row_behind(scope))
        return false;
    if (any_fulfilled(scope, rejects_expr, &rejection))
        return true;
    const Source *source = select_source(scope->select, column->source);
    return source_column_never_null(facts, source, column->column) &&
           !is_padded(facts, scope, item, column->source);
}

bool column_never_null(Facts *facts, const Scope *scope, const Expr *column)
{
    for (; scope; scope = scope->outer) {
        const Source *item = item_with(scope->select, column->source);
        if (item)
            return question_may_go_on(facts) &&
                   column_never_null_in(facts, scope, item, column);
    }
    return false;
}

// Integers

static bool is_integer_number(const char *digits)
{
    size_t length = strlen(digits);
    return length > 0 && length < 19 && strspn(digits, "0123456789") == length;
}

static bool column_holds_integers(Facts *facts, const Source *source, uint32_t column)
{
    if (source->kind != SOURCE_TABLE)
        return false;
    const Table *table = source->table;
    if (column == COLUMN_ROWID)
        return table->kind == TABLE_BASE && table->has_rowid;
    if (column >= table->column_count)
        return false;
    const Column *declared = &table->columns[column];
    // That a column holds what it declares may be believed when it was looked at.
    if (declared->type.kind != TYPE_INTEGER || declared->typed == ASSURANCE_NONE)
        return false;
    assume(
        facts, table,
        arena_printf(facts->arena, "%s.%s holds integers", table->name, declared->name),
        declared->typed);
    return true;
}

bool expr_holds_integers(Facts *facts, const Scope *scope, const Expr *expr)
{
    if (expr->kind == EXPR_LITERAL)
        return expr->literal == LITERAL_NUMBER && is_integer_number(expr->name);
    if (expr->kind == EXPR_AGGREGATE)
        return text_same_word(expr->name, "count");
    if (expr->kind != EXPR_COLUMN)
        return false;
    const Source *source = NULL;
    for (; scope && !source; scope = scope->outer)
        source = select_source(scope->select, expr->source);
    return source && column_holds_integers(facts, source, expr->column);
}

// Outputs

static bool never_null_in(Facts *facts, const Scope *scope, const Expr *expr)
{
    Supposition suppose = {.facts = facts, .scope = scope};
    if (!(expr_outcomes(&suppose, expr) & MAY_BE_NULL))
        return true;
    if (expr->kind == EXPR_COLUMN || !expr_is_repeatable(expr))
        return false;
    Rejection rejection = {facts, expr, {0}};
    return any_fulfilled_by_result(scope, rejects_expr, &rejection) ||
           (scope->stage != STAGE_OUTPUT &&
            any_fulfilled(scope, rejects_expr, &rejection)) ||
           (scope->stage == STAGE_OUTPUT && !scope->grouped &&
            any_fulfilled(scope, rejects_expr, &rejection));
}

static bool arm_never_null(Facts *facts, const Query *arm, size_t place)
{
    size_t count;
    const Output *outputs = query_outputs(arm, &count);
    return place < count && query_output_never_null(facts, arm, outputs[place].id);
}

static bool set_never_null(Facts *facts, const SetOperation *set, size_t place)
{
    if (set->by_name)
        return false;
    switch (set->op) {
    case SET_EXCEPT:
    case SET_EXCEPT_ALL:
        return arm_never_null(facts, set->arms[0], place);
    case SET_INTERSECT:
    case SET_INTERSECT_ALL:
        for (size_t i = 0; i < set->arm_count; i++)
            if (arm_never_null(facts, set->arms[i], place))
                return true;
        return false;
    case SET_UNION:
    case SET_UNION_ALL:
        break;
    }
    for (size_t i = 0; i < set->arm_count; i++)
        if (!arm_never_null(facts, set->arms[i], place))
            return false;
    return true;
}

static bool values_never_null(Facts *facts, const Values *values, size_t place)
{
    Supposition suppose = {.facts = facts};
    for (size_t i = 0; i < values->row_count; i++)
        if (expr_outcomes(&suppose, values->rows[i][place]) & MAY_BE_NULL)
            return false;
    return true;
}

bool query_output_never_null(Facts *facts, const Query *query, uint32_t id)
{
    const Output *output = query_output(query, id);
    if (!output || !question_may_go_on(facts))
        return false;
    size_t place = query_output_position(query, id);
    switch (query->body) {
    case BODY_SELECT: {
        Scope scope = {NULL, query->select, STAGE_OUTPUT, query_is_grouped(query)};
        return never_null_in(facts, &scope, output->expr);
    }
    case BODY_SET:
        return set_never_null(facts, query->set, place);
    case BODY_VALUES:
        return values_never_null(facts, query->values, place);
    case BODY_OPAQUE:
        break;
    }
    return false;
}

// Questions

bool expr_never_null(Facts *facts, const Select *select, const Expr *expr)
{
    Question question = question_begin(facts);
    Scope scope = {NULL, select, STAGE_FILTERED, false};
    return question_end(facts, question, never_null_in(facts, &scope, expr));
}

bool expr_never_null_in_from(Facts *facts, const Select *select, const Expr *expr)
{
    Question question = question_begin(facts);
    Scope scope = {NULL, select, STAGE_FROM, false};
    return question_end(facts, question, never_null_in(facts, &scope, expr));
}

bool rejects_nulls_of(Facts *facts, const Expr *predicate, NumberSet sources)
{
    Question question = question_begin(facts);
    Rejection rejection = {facts, NULL, sources};
    return question_end(facts, question, rejects_sources(&rejection, predicate));
}

bool rejects_null_column(Facts *facts, const Expr *predicate, const Expr *column)
{
    Question question = question_begin(facts);
    return question_end(facts, question, predicate_rejects(facts, predicate, column));
}

bool output_never_null(Facts *facts, const Query *query, uint32_t id)
{
    Question question = question_begin(facts);
    return question_end(facts, question, query_output_never_null(facts, query, id));
}
