// tame.c - one walk over the tree; whatever is not on a list here is not tame.

#include "verify/tame.h"

#include "base/text.h"
#include "query/affinity.h"
#include "query/walk.h"

typedef struct {
    Dialect dialect;
    const Query *root;
    bool is_tame;
    bool has_constant_on, has_right_join; // RIGHT or FULL
} Search;

// Types

bool type_is_exact(Dialect dialect, Type type, Assurance typed)
{
    if (type.collation != NULL)
        return false;
    bool is_sure = dialect != DIALECT_SQLITE || typed >= ASSURANCE_CHECKED;
    switch (type.kind) {
    case TYPE_BOOLEAN:
    case TYPE_INTEGER:
    case TYPE_TEXT:
    case TYPE_BLOB:
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
        return is_sure;
    case TYPE_DECIMAL: // SQLite keeps a float there.
        return dialect != DIALECT_SQLITE;
    case TYPE_UNKNOWN:
    case TYPE_NULL:
    case TYPE_FLOAT:
    case TYPE_TIMESTAMP_ZONED:
    case TYPE_INTERVAL:
    case TYPE_OTHER:
        return false;
    }
    return false;
}

// Digits before the point of what a number of the type may be.
static unsigned whole_digits(Type type)
{
    if (type.kind == TYPE_DECIMAL)
        return (unsigned)type.width - type.scale;
    return type.width == 8 ? 3 : type.width == 16 ? 5 : type.width == 32 ? 10 : 20;
}

// True if a DECIMAL has room for all numbers of both types, as DuckDB makes one of them.
static bool fits_decimal(Type a, Type b)
{
    enum { DIGITS = 38 };
    unsigned whole =
        whole_digits(a) > whole_digits(b) ? whole_digits(a) : whole_digits(b);
    bool is_float = a.kind == TYPE_FLOAT || b.kind == TYPE_FLOAT;
    return is_float || whole + (a.scale > b.scale ? a.scale : b.scale) <= DIGITS;
}

// True if the engine compares the two, or computes with them, without a cast that might
// fail on some row. A constant is cast when the query starts, if at all.
static bool meet_without_cast(Dialect dialect, const Expr *a, const Expr *b)
{
    if (dialect == DIALECT_SQLITE || (expr_is_constant(a) && expr_is_constant(b)))
        return true;
    if (expr_is_literal(a, LITERAL_NULL) || expr_is_literal(b, LITERAL_NULL))
        return true;
    // A HUGEINT may be too large for the DECIMAL that both would become.
    bool is_wide = a->type.width == 128 || b->type.width == 128;
    bool is_decimal = a->type.kind == TYPE_DECIMAL || b->type.kind == TYPE_DECIMAL;
    if (type_is_number(a->type) && type_is_number(b->type))
        return !is_decimal || (!is_wide && fits_decimal(a->type, b->type));
    if (a->type.kind == b->type.kind)
        return a->type.kind != TYPE_UNKNOWN && a->type.kind != TYPE_OTHER;
    // A text column beside a number is cast row by row; a text constant is not.
    if (expr_is_constant(a))
        return b->type.kind != TYPE_TEXT && b->type.kind != TYPE_UNKNOWN;
    return expr_is_constant(b) && a->type.kind != TYPE_TEXT &&
           a->type.kind != TYPE_UNKNOWN;
}

static bool all_meet(Dialect dialect, const Expr *expr)
{
    for (size_t i = 1; i < expr->arg_count; i++)
        if (!meet_without_cast(dialect, expr->args[0], expr->args[i]))
            return false;
    return true;
}

// A condition that DuckDB would have to cast from text.
static bool is_condition(Dialect dialect, const Expr *expr)
{
    return dialect == DIALECT_SQLITE || expr->type.kind == TYPE_BOOLEAN ||
           expr->type.kind == TYPE_NULL || type_is_number(expr->type);
}

static bool are_conditions(Dialect dialect, const Expr *const *exprs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_condition(dialect, exprs[i]))
            return false;
    return true;
}

// Expressions

static bool is_tame_cast(Dialect dialect, const Expr *expr)
{
    Type from = expr->args[0]->type, to = expr->type;
    if (dialect == DIALECT_SQLITE || expr->form == FORM_TRY)
        return true;
    if (to.kind == TYPE_TEXT && from.kind != TYPE_UNKNOWN)
        return to.width == 0;
    if (from.kind != TYPE_INTEGER)
        return from.kind == TYPE_NULL;
    bool is_wider = to.width >= from.width && to.is_unsigned == from.is_unsigned;
    return to.kind == TYPE_FLOAT || (to.kind == TYPE_INTEGER && is_wider);
}

static bool is_tame_operator(Dialect dialect, const Expr *expr)
{
    static const char *const sqlite_operators[] = {"+", "-", "*",  "/",  "%", "||",
                                                   "&", "|", "<<", ">>", "~"};
    static const char *const duckdb_operators[] = {"+", "-", "*", "/", "%"};
    if (dialect == DIALECT_SQLITE)
        return text_is_one_of(expr->name, sqlite_operators, COUNT_OF(sqlite_operators));
    bool is_known =
        text_is_one_of(expr->name, duckdb_operators, COUNT_OF(duckdb_operators));
    for (size_t i = 0; i < expr->arg_count; i++)
        is_known = is_known && (type_is_number(expr->args[i]->type) ||
                                expr_is_literal(expr->args[i], LITERAL_NULL));
    return is_known;
}

static bool is_tame_aggregate(const Expr *expr)
{
    static const char *const names[] = {"count", "sum", "min", "max", "avg", "total"};
    bool is_plain = expr->form == FORM_PLAIN && expr->order_count == 0 &&
                    text_is_one_of(expr->name, names, COUNT_OF(names));
    return is_plain && expr->arg_count <= 1;
}

static bool is_tame_call(Dialect dialect, const Expr *expr)
{
    const FunctionInfo *info = expr->function;
    bool is_known = info != NULL && info->volatility != VOLATILITY_VOLATILE &&
                    !info->may_raise && expr->form == FORM_PLAIN;
    // coalesce and its like unify their arguments.
    return is_known && (dialect == DIALECT_SQLITE || all_meet(dialect, expr));
}

// One row, always: anything else is an error in DuckDB and any row in SQLite.
static bool is_one_row(const Query *query)
{
    return query->body == BODY_SELECT && query_is_grouped(query) &&
           query->select->group_count == 0 && query->select->having_count == 0 &&
           query->limit == NULL && query->offset == NULL;
}

static bool is_tame_in_query(Dialect dialect, const Expr *expr)
{
    size_t count;
    const Output *outputs = query_outputs(expr->query, &count);
    Expr item = {.kind = EXPR_COLUMN, .type = count > 0 ? outputs[0].type : TYPE_OF(0)};
    return count == 1 && expr->args[0]->kind != EXPR_ROW &&
           meet_without_cast(dialect, expr->args[0], &item);
}

// The branches of a CASE become one type.
static bool is_tame_case(Dialect dialect, const Expr *expr)
{
    size_t first = expr->has_operand ? 2 : 1;
    for (size_t i = first; i < expr->arg_count; i++) {
        bool is_value = (i - first) % 2 == 0 || i + 1 == expr->arg_count;
        if (is_value && !meet_without_cast(dialect, expr->args[first], expr->args[i]))
            return false;
        if (!is_value && expr->has_operand &&
            !meet_without_cast(dialect, expr->args[0], expr->args[i]))
            return false;
    }
    return true;
}

static bool is_tame(Dialect dialect, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_COLUMN:
    case EXPR_OUTPUT:
        return expr->type.collation == NULL;
    case EXPR_LITERAL:
    case EXPR_PARAMETER:
    case EXPR_EXISTS:
        return true;
    case EXPR_IS:
        return expr->is == IS_NULL || is_condition(dialect, expr->args[0]);
    case EXPR_COMPARE:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
        return expr->args[0]->kind != EXPR_ROW && all_meet(dialect, expr);
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
        return are_conditions(dialect, expr->args, expr->arg_count);
    case EXPR_IN_QUERY:
        return is_tame_in_query(dialect, expr);
    case EXPR_SUBQUERY:
        return is_one_row(expr->query);
    case EXPR_LIKE:
        return expr->like == LIKE_LIKE && expr->arg_count == 2 &&
               (dialect == DIALECT_SQLITE || expr->args[0]->type.kind == TYPE_TEXT);
    case EXPR_OPERATOR:
        return is_tame_operator(dialect, expr);
    case EXPR_CALL:
        return is_tame_call(dialect, expr);
    case EXPR_AGGREGATE:
        return is_tame_aggregate(expr);
    case EXPR_CASE:
        return is_tame_case(dialect, expr);
    case EXPR_CAST:
        return is_tame_cast(dialect, expr);
    case EXPR_NAME:
    case EXPR_STAR:
    case EXPR_QUANTIFIED:
    case EXPR_WINDOW:
    case EXPR_GROUPING:
    case EXPR_COLLATE:
    case EXPR_ROW:
    case EXPR_OPAQUE:
        return false;
    }
    return false;
}

static bool see_expr(void *context, const Expr *expr)
{
    Search *search = context;
    search->is_tame = search->is_tame && is_tame(search->dialect, expr);
    return search->is_tame;
}

// Grouping

typedef struct {
    const Select *select;
    NumberSet own;
    bool is_left; // To chance.
} Grouping;

static bool see_grouped(void *context, const Expr *expr)
{
    Grouping *grouping = context;
    if (expr->kind == EXPR_AGGREGATE || select_groups_by(grouping->select, expr))
        return false;
    grouping->is_left |=
        expr->kind == EXPR_COLUMN && number_set_has(grouping->own, expr->source);
    return true;
}

bool query_takes_any_row(const Query *query)
{
    const Select *select = query->select;
    Arena scratch = ARENA_EMPTY;
    Grouping grouping = {.select = select, .own = select_numbers(&scratch, select)};
    Visitor visitor = {.expr = see_grouped, .context = &grouping};
    walk_results(query, &visitor);
    arena_clear(&scratch);
    return grouping.is_left;
}

// Queries and sources

static bool is_tame_select(Dialect dialect, const Query *query)
{
    const Select *select = query->select;
    if (select->distinct == DISTINCT_ON || select->window_count > 0 ||
        select->qualify_count > 0 || !select_has_plain_groups(select) ||
        !are_conditions(dialect, select->filter, select->filter_count) ||
        !are_conditions(dialect, select->having, select->having_count))
        return false;
    return !query_is_grouped(query) || !query_takes_any_row(query);
}

static bool see_query(void *context, const Query *query)
{
    Search *search = context;
    bool is_limited = query->limit != NULL || query->offset != NULL;
    bool ok = !query->limit_percent && !query->with_ties && query->body != BODY_OPAQUE &&
              !(is_limited && query != search->root) &&
              !(query->body == BODY_SET && query->set->by_name);
    if (query->body == BODY_SET && query != search->root)
        ok = ok && !(search->dialect == DIALECT_SQLITE && set_is_mixed(query->set));
    for (size_t i = 0; i < query->cte_count; i++)
        ok = ok && !query->ctes[i]->recursive;
    if (ok && query->body == BODY_SELECT)
        ok = is_tame_select(search->dialect, query);
    search->is_tame = search->is_tame && ok;
    return search->is_tame;
}

static bool is_tame_source(Dialect dialect, const Source *source)
{
    switch (source->kind) {
    case SOURCE_TABLE:
        return source->table->kind == TABLE_BASE &&
               (dialect == DIALECT_SQLITE || source->text == NULL);
    case SOURCE_QUERY:
        return !source->lateral;
    case SOURCE_CTE:
        return true;
    case SOURCE_JOIN:
        return source->join != JOIN_SEMI && source->join != JOIN_ANTI &&
               are_conditions(dialect, source->on, source->on_count);
    case SOURCE_NAME:
    case SOURCE_FUNCTION:
    case SOURCE_OPAQUE:
        return false;
    }
    return false;
}

static bool names_no_source(const Expr *condition)
{
    Arena scratch = ARENA_EMPTY;
    bool is_constant = expr_sources(&scratch, condition).count == 0;
    arena_clear(&scratch);
    return is_constant;
}

static bool see_source(void *context, const Source *source)
{
    Search *search = context;
    bool is_join = source->kind == SOURCE_JOIN;
    search->has_right_join |= is_join && join_keeps_right(source->join);
    for (size_t i = 0; is_join && i < source->on_count; i++)
        search->has_constant_on |= names_no_source(source->on[i]);
    search->is_tame = search->is_tame && is_tame_source(search->dialect, source);
    return search->is_tame;
}

bool tree_is_tame(const Tree *tree)
{
    Search search = {.dialect = tree->dialect, .root = tree->root, .is_tame = true};
    Visitor visitor = {.expr = see_expr,
                       .query = see_query,
                       .source = see_source,
                       .context = &search};
    if (tree->has_opaque)
        return false;
    walk_query(tree->root, &visitor);
    // SQLite 3.40 tests a constant ON of an inner join for the whole FROM, and a RIGHT
    // JOIN behind it loses its rows.
    bool is_known_fault = tree->dialect == DIALECT_SQLITE && search.has_constant_on &&
                          search.has_right_join;
    return search.is_tame && !is_known_fault;
}
