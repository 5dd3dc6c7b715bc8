// behaviour.c - whether it matters how often, where and whether something is evaluated.

#include "facts/inner.h"

#include "base/period.h"
#include "base/text.h"
#include "query/equal.h"
#include "query/function.h"

// Repeatable

typedef struct {
    bool repeatable;
} Repeatability;

static bool function_is_repeatable(const Expr *expr)
{
    return expr->function && expr->function->volatility != VOLATILITY_VOLATILE;
}

static bool visit_repeatable_expr(void *context, const Expr *expr)
{
    Repeatability *search = context;
    switch (expr->kind) {
    case EXPR_OPERATOR:
    case EXPR_CALL:
        search->repeatable &= function_is_repeatable(expr);
        break;
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
        // What depends on the order of the rows may differ from one plan to the next.
        search->repeatable &=
            function_is_repeatable(expr) &&
            !(expr->function->order_sensitive && expr->order_count == 0 && !expr->window);
        break;
    case EXPR_OPAQUE:
    case EXPR_NAME:
    case EXPR_STAR:
        search->repeatable = false;
        break;
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
    case EXPR_LITERAL:
    case EXPR_PARAMETER:
    case EXPR_COMPARE:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_SUBQUERY:
    case EXPR_QUANTIFIED:
    case EXPR_LIKE:
    case EXPR_GROUPING:
    case EXPR_CASE:
    case EXPR_CAST:
    case EXPR_COLLATE:
    case EXPR_ROW:
        break;
    }
    return search->repeatable;
}

static bool order_shows(const Query *query, const Output *output)
{
    for (size_t i = 0; i < query->order_count; i++) {
        const Expr *key = query->order[i].expr;
        if (key->kind == EXPR_OUTPUT ? key->column == output->id
                                     : output->expr && expr_equal(key, output->expr))
            return true;
    }
    return false;
}

// True if LIMIT may take one row or another: the order leaves ties in what is shown.
static bool limit_is_open(const Query *query)
{
    if (!query->limit && !query->offset)
        return false;
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    for (size_t i = 0; i < count; i++)
        if (!order_shows(query, &outputs[i]))
            return true;
    return false;
}

static bool visit_repeatable_query(void *context, const Query *query)
{
    Repeatability *search = context;
    if (query->body == BODY_OPAQUE || limit_is_open(query) ||
        (query->select && query->select->distinct == DISTINCT_ON))
        search->repeatable = false;
    return search->repeatable;
}

static bool visit_repeatable_source(void *context, const Source *source)
{
    Repeatability *search = context;
    if (source->kind == SOURCE_OPAQUE || source->kind == SOURCE_NAME)
        search->repeatable = false;
    return search->repeatable;
}

static Visitor repeatable_visitor(Repeatability *search)
{
    return (Visitor){.expr = visit_repeatable_expr,
                     .query = visit_repeatable_query,
                     .source = visit_repeatable_source,
                     .context = search};
}

bool expr_is_repeatable(const Expr *expr)
{
    Repeatability search = {.repeatable = true};
    Visitor visitor = repeatable_visitor(&search);
    walk_expr(expr, &visitor);
    return search.repeatable;
}

bool query_is_repeatable(const Query *query)
{
    Repeatability search = {.repeatable = true};
    Visitor visitor = repeatable_visitor(&search);
    walk_query(query, &visitor);
    return search.repeatable;
}

// Deterministic

static bool visit_group(void *context, const Expr *expr)
{
    bool *found = context;
    *found |= expr->kind == EXPR_AGGREGATE || expr->kind == EXPR_WINDOW ||
              expr->kind == EXPR_GROUPING || expr->kind == EXPR_OUTPUT;
    return !*found;
}

bool expr_is_deterministic(const Expr *expr)
{
    bool depends_on_rows = false;
    walk_expr(expr, &(Visitor){.expr = visit_group,
                               .query = walk_stay_out,
                               .context = &depends_on_rows});
    return !depends_on_rows && expr_is_repeatable(expr);
}

// Raising

typedef struct {
    Facts *facts;
    bool raises;
} RaiseSearch;

// Returns how many digits the integers of a width have at most.
static int integer_digits(Type type)
{
    return type.width <= 8 ? 3 : type.width <= 16 ? 5 : type.width <= 32 ? 10 : 39;
}

// True if every value fits into the decimal: before and behind its point.
static bool fits_decimal(Type from, Type to)
{
    int room = to.width - to.scale;
    if (from.kind == TYPE_INTEGER)
        return from.width > 0 && integer_digits(from) <= room;
    return from.kind == TYPE_DECIMAL && from.width > 0 && from.scale <= to.scale &&
           from.width - from.scale <= room;
}

static bool is_widening(Type from, Type to)
{
    if (to.kind == TYPE_TEXT || type_equal(from, to))
        return from.kind != TYPE_BLOB && from.kind != TYPE_UNKNOWN;
    if (to.kind == TYPE_INTEGER)
        return from.kind == TYPE_BOOLEAN ||
               (from.kind == TYPE_INTEGER && from.is_unsigned == to.is_unsigned &&
                from.width <= to.width);
    if (to.kind == TYPE_FLOAT)
        return from.kind == TYPE_INTEGER || from.kind == TYPE_DECIMAL ||
               (from.kind == TYPE_FLOAT && from.width <= to.width);
    return from.kind == TYPE_NULL || (to.kind == TYPE_DECIMAL && fits_decimal(from, to));
}

// True if the expression is the text of a day: '2000-02-29'.
static bool is_text_of_day(const Facts *facts, const Expr *expr)
{
    Period day;
    return expr_is_literal(expr, LITERAL_STRING) &&
           period_parse(facts->arena, expr->name, PERIOD_DAY, &day);
}

static bool cast_raises(Facts *facts, const Expr *expr)
{
    if (facts->tree->dialect == DIALECT_SQLITE || expr->form == FORM_TRY)
        return false;
    bool reads_day =
        (expr->type.kind == TYPE_DATE || expr->type.kind == TYPE_TIMESTAMP) &&
        is_text_of_day(facts, expr->args[0]);
    return !reads_day && !is_widening(expr->args[0]->type, expr->type);
}

// Outside SQLite, comparing text with something else converts the text, which may fail;
// a literal is converted before the query runs, in every version of it.
static bool conversion_raises(const Facts *facts, const Expr *a, const Expr *b)
{
    if (facts->tree->dialect == DIALECT_SQLITE || a->kind == EXPR_LITERAL ||
        b->kind == EXPR_LITERAL)
        return false;
    bool same = a->type.kind == b->type.kind && a->type.kind != TYPE_UNKNOWN;
    bool numbers = type_is_number(a->type) && type_is_number(b->type);
    bool moments = type_is_moment(a->type) && type_is_moment(b->type);
    bool null = a->type.kind == TYPE_NULL || b->type.kind == TYPE_NULL;
    return !same && !numbers && !moments && !null;
}

static bool args_raise(const Facts *facts, const Expr *expr)
{
    for (size_t i = 1; i < expr->arg_count; i++)
        if (conversion_raises(facts, expr->args[0], expr->args[i]))
            return true;
    return false;
}

static bool in_query_raises(const Facts *facts, const Expr *expr)
{
    size_t count;
    const Output *outputs = query_outputs(expr->query, &count);
    Expr output = {.kind = EXPR_COLUMN, .type = outputs[0].type};
    return expr->args[0]->kind != EXPR_ROW &&
           conversion_raises(facts, expr->args[0], &output);
}

static bool visit_raising_expr(void *context, const Expr *expr)
{
    RaiseSearch *search = context;
    Facts *facts = search->facts;
    switch (expr->kind) {
    case EXPR_OPERATOR:
    case EXPR_CALL:
    case EXPR_AGGREGATE:
    case EXPR_WINDOW:
        search->raises |= !expr->function || expr->function->may_raise;
        break;
    case EXPR_COMPARE:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
        search->raises |= args_raise(facts, expr);
        break;
    case EXPR_IN_QUERY:
    case EXPR_QUANTIFIED:
        search->raises |= in_query_raises(facts, expr);
        break;
    case EXPR_CAST:
        search->raises |= cast_raises(facts, expr);
        break;
    case EXPR_SUBQUERY:
        search->raises |= facts->tree->dialect != DIALECT_SQLITE &&
                          !query_is_unique(facts, expr->query, (KnownColumns){0});
        break;
    case EXPR_LIKE: // SQLite's REGEXP and MATCH are the application's.
        search->raises |= expr->like == LIKE_REGEXP || expr->like == LIKE_MATCH ||
                          expr->like == LIKE_SIMILAR;
        break;
    case EXPR_OPAQUE:
    case EXPR_NAME:
    case EXPR_STAR:
        search->raises = true;
        break;
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
    case EXPR_LITERAL:
    case EXPR_PARAMETER:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS:
    case EXPR_EXISTS:
    case EXPR_GROUPING:
    case EXPR_CASE:
    case EXPR_COLLATE:
    case EXPR_ROW:
        break;
    }
    return !search->raises;
}

static bool visit_raising_query(void *context, const Query *query)
{
    RaiseSearch *search = context;
    search->raises |= query->body == BODY_OPAQUE;
    return !search->raises;
}

static bool visit_raising_source(void *context, const Source *source)
{
    RaiseSearch *search = context;
    search->raises |= source->kind == SOURCE_OPAQUE || source->kind == SOURCE_NAME;
    // A view or virtual table may do anything.
    search->raises |= source->kind == SOURCE_TABLE && source->table->kind != TABLE_BASE;
    return !search->raises;
}

static Visitor raising_visitor(RaiseSearch *search)
{
    return (Visitor){.expr = visit_raising_expr,
                     .query = visit_raising_query,
                     .source = visit_raising_source,
                     .context = search};
}

// What makes "cannot raise" certain is what counts as assumed.
bool expr_may_raise(Facts *facts, const Expr *expr)
{
    Question question = question_begin(facts);
    RaiseSearch search = {.facts = facts};
    Visitor visitor = raising_visitor(&search);
    walk_expr(expr, &visitor);
    return !question_end(facts, question, !search.raises);
}

bool query_may_raise(Facts *facts, const Query *query)
{
    Question question = question_begin(facts);
    RaiseSearch search = {.facts = facts};
    Visitor visitor = raising_visitor(&search);
    walk_query(query, &visitor);
    return !question_end(facts, question, !search.raises);
}
