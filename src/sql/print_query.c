// print_query.c - everything from WITH to LIMIT.
//
// A query's clauses stand on one line if all of it fits, else each on its own: the places
// where their lines may end belong to one group, which the caller opens.

#include "sql/print.h"

#include "base/text.h"
#include "query/equal.h"
#include "query/walk.h"
#include "sql/bind.h"

#include <string.h>

// Clauses

// Begins a clause on a line of its own, behind its comments.
static void begin_clause(Printer *p, const char *comment)
{
    layout_break(&p->layout, " ");
    put_comment(p, comment);
}

// Opens a list that stands on the line of its word if it fits, else indented below it.
static void open_list(Printer *p, const char *word)
{
    layout_open(&p->layout);
    put(p, word);
    layout_indent(&p->layout, PRINT_INDENT);
    layout_break(&p->layout, " ");
}

static void close_list(Printer *p)
{
    layout_indent(&p->layout, -PRINT_INDENT);
    layout_close(&p->layout);
}

// Outputs

// Returns the output's expression on one line.
static const char *output_text(const Printer *p, const Output *output)
{
    PrintStyle style = {.one_line = true, .no_comments = true};
    Printer line = printer_new(p->arena, p->dialect, style, p->names);
    put_expr(&line, output->expr, LEVEL_NONE);
    return printer_text(&line);
}

// Parses an expression as the only output of a query; NULL if it is none.
static const Query *parse_output(const Printer *p, const char *text)
{
    Error err;
    const Query *query;
    const char *sql = arena_printf(p->arena, "SELECT %s", text);
    return sql_parse(p->arena, p->dialect, sql, &query, &err) ? query : NULL;
}

// True if the engine gives the name by itself to an output that is written so. Where
// nobody knows what it calls such an expression, the name is the text it once had.
static bool name_follows(const Printer *p, const char *text, const char *name)
{
    if (p->dialect == DIALECT_SQLITE)
        return strcmp(text, name) == 0;
    const Query *written = parse_output(p, text);
    if (written == NULL || written->body != BODY_SELECT)
        return false;
    const Expr *expr = written->select->outputs[0].expr;
    const char *implicit = expr_implicit_name(p->arena, p->dialect, expr, text);
    if (strcmp(implicit, name) == 0)
        return true;
    const Query *before = parse_output(p, name);
    return before != NULL && query_equal(before, written);
}

static void put_output_item(Printer *p, const Output *output, const Output *label)
{
    put_comment(p, output->comment);
    const char *name = names_output(p->names, output, label);
    bool is_implicit = name != NULL && !output->explicit_name &&
                       names_are_bound(p->names) && output->expr->kind != EXPR_COLUMN;
    const char *text = is_implicit ? output_text(p, output) : NULL;
    if (is_implicit && name_follows(p, text, name)) {
        put(p, text); // Not broken into lines: in SQLite the text is the name.
        return;
    }
    put_expr(p, output->expr, LEVEL_NONE);
    if (name == NULL)
        return;
    put(p, " AS ");
    put_name(p, name);
}

static void put_left_out(Printer *p, const StarRun *run)
{
    for (size_t i = 0; i < run->left_out_count; i++) {
        put(p, i == 0 ? " EXCLUDE (" : ", ");
        put_name(p, run->left_out[i]);
    }
    put(p, run->left_out_count > 0 ? ")" : "");
}

static void put_replaced(Printer *p, const Output *outputs, size_t count)
{
    bool is_first = true;
    for (size_t i = 0; i < count; i++) {
        if (!outputs[i].explicit_name)
            continue;
        put(p, is_first ? " REPLACE (" : ", ");
        put_expr(p, outputs[i].expr, LEVEL_NONE);
        put(p, " AS ");
        put_name(p, outputs[i].name);
        is_first = false;
    }
    put(p, is_first ? "" : ")");
}

static void put_star(Printer *p, const Select *select, const Output *first,
                     const StarRun *run)
{
    put_comment(p, first->comment);
    const Star *star = run->star;
    const Source *source = star->source != 0 ? select_source(select, star->source) : NULL;
    if (source != NULL) {
        put_name(p, names_source(p->names, source));
        put(p, ".");
    }
    put(p, "*");
    put_left_out(p, run);
    put_replaced(p, first, run->count);
}

static void put_outputs(Printer *p, const Select *select, const Output *labels)
{
    for (size_t i = 0; i < select->output_count;) {
        const StarRun *run = names_star(p->names, select, labels, i);
        if (i > 0)
            put_comma(p);
        if (run != NULL)
            put_star(p, select, &select->outputs[i], run);
        else
            put_output_item(p, &select->outputs[i], &labels[i]);
        i += run != NULL ? run->count : 1;
    }
}

static void put_distinct(Printer *p, const Select *select)
{
    put(p, "SELECT");
    if (select->distinct == DISTINCT_NONE)
        return;
    put(p, " DISTINCT");
    if (select->distinct == DISTINCT_ROWS)
        return;
    put(p, " ON (");
    for (size_t i = 0; i < select->distinct_on_count; i++) {
        put(p, i > 0 ? ", " : "");
        put_key(p, select->distinct_on[i], false);
    }
    put(p, ")");
}

// GROUP BY

static void put_groups(Printer *p, const GroupItem *items, size_t count);

static void put_group(Printer *p, const GroupItem *item)
{
    static const char *const words[] = {
        [GROUP_KEY] = "",      [GROUP_ROLLUP] = "ROLLUP",
        [GROUP_CUBE] = "CUBE", [GROUP_SETS] = "GROUPING SETS",
        [GROUP_EMPTY] = "()",
    };
    put(p, words[item->kind]);
    if (item->kind == GROUP_KEY)
        put_key(p, item->exprs[0], true);
    if (item->kind == GROUP_KEY || item->kind == GROUP_EMPTY)
        return;
    put(p, " ");
    open_brackets(p, "(");
    if (item->kind == GROUP_SETS) {
        put_groups(p, item->items, item->item_count);
    } else {
        for (size_t i = 0; i < item->expr_count; i++) {
            if (i > 0)
                put_comma(p);
            put_key(p, item->exprs[i], true);
        }
    }
    close_brackets(p, ")");
}

static void put_groups(Printer *p, const GroupItem *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            put_comma(p);
        put_comment(p, items[i].comment);
        put_group(p, &items[i]);
    }
}

// True if GROUP BY ALL still means the groups: the outputs that aggregate nothing.
static bool groups_are_all(const Select *select)
{
    size_t group = 0;
    for (size_t i = 0; i < select->output_count; i++) {
        const Expr *expr = select->outputs[i].expr;
        if (expr_has_aggregate(expr) || expr->kind == EXPR_LITERAL)
            continue;
        if (group == select->group_count || select->groups[group].kind != GROUP_KEY ||
            !expr_equal(select->groups[group].exprs[0], expr))
            return false;
        group++;
    }
    return group == select->group_count;
}

static void put_group_by(Printer *p, const Select *select)
{
    bool is_bound = names_are_bound(p->names);
    if (select->group_count == 0 && (is_bound || !select->group_all))
        return;
    begin_clause(p, select->comments[CLAUSE_GROUP]);
    if (select->group_all && (!is_bound || groups_are_all(select))) {
        put(p, "GROUP BY ALL");
        return;
    }
    open_list(p, "GROUP BY");
    put_groups(p, select->groups, select->group_count);
    close_list(p);
}

// SELECT

static void put_condition(Printer *p, const Select *select, Clause clause,
                          const char *word, const Expr *const *conjuncts, size_t count)
{
    if (count == 0)
        return;
    begin_clause(p, select->comments[clause]);
    put_conjuncts(p, word, conjuncts, count);
}

static void put_windows(Printer *p, const Select *select)
{
    if (select->window_count == 0)
        return;
    begin_clause(p, select->comments[CLAUSE_WINDOW]);
    open_list(p, "WINDOW");
    for (size_t i = 0; i < select->window_count; i++) {
        if (i > 0)
            put_comma(p);
        put_name(p, select->windows[i]->name);
        put(p, " AS ");
        put_window_body(p, select->windows[i]);
    }
    close_list(p);
}

static void put_select(Printer *p, const Select *select, const Output *labels)
{
    layout_open(&p->layout);
    put_distinct(p, select);
    if (select->output_count > 0) {
        layout_indent(&p->layout, PRINT_INDENT);
        layout_break(&p->layout, " ");
        put_outputs(p, select, labels);
        layout_indent(&p->layout, -PRINT_INDENT);
    }
    layout_close(&p->layout);
    if (select->source_count > 0) {
        begin_clause(p, select->comments[CLAUSE_FROM]);
        put_from(p, select);
    }
    put_condition(p, select, CLAUSE_WHERE, "WHERE", select->filter, select->filter_count);
    put_group_by(p, select);
    put_condition(p, select, CLAUSE_HAVING, "HAVING", select->having,
                  select->having_count);
    put_windows(p, select);
    put_condition(p, select, CLAUSE_QUALIFY, "QUALIFY", select->qualify,
                  select->qualify_count);
}

// VALUES

const char *values_column_name(const Printer *p, size_t position)
{
    if (p->dialect == DIALECT_DUCKDB)
        return arena_printf(p->arena, "col%zu", position);
    return arena_printf(p->arena, "column%zu", position + 1);
}

bool values_are_renamed(const Printer *p, const Query *query, const Output *labels)
{
    if (query->body != BODY_VALUES || !names_are_bound(p->names))
        return false;
    if (labels == NULL)
        labels = query->values->outputs;
    for (size_t i = 0; labels != NULL && i < query->values->output_count; i++) {
        const char *used = names_output_used(p->names, &labels[i]);
        if (used != NULL && !text_same_word(used, values_column_name(p, i)))
            return true;
    }
    return false;
}

static void put_values(Printer *p, const Values *values)
{
    open_list(p, "VALUES");
    for (size_t i = 0; i < values->row_count; i++) {
        if (i > 0)
            put_comma(p);
        open_brackets(p, "(");
        put_exprs(p, values->rows[i], values->output_count);
        close_brackets(p, ")");
    }
    close_list(p);
}

// VALUES that must have names: SELECT column1 AS a FROM (VALUES …).
static void put_named_values(Printer *p, const Query *query, const Output *labels)
{
    const Values *values = query->values;
    open_list(p, "SELECT");
    for (size_t i = 0; i < values->output_count; i++) {
        const char *column = values_column_name(p, i);
        const char *used = names_output_used(p->names, &labels[i]);
        if (i > 0)
            put_comma(p);
        put_name(p, column);
        if (used != NULL && !text_same_word(used, column)) {
            put(p, " AS ");
            put_name(p, used);
        }
    }
    close_list(p);
    layout_break(&p->layout, " ");
    put(p, "FROM ");
    open_brackets(p, "(");
    put_values(p, values);
    close_brackets(p, ")");
    put(p, p->dialect == DIALECT_POSTGRES ? " AS rows" : "");
}

// Set operations

static bool has_tail(const Query *query)
{
    return query->order_count > 0 || query->limit != NULL || query->offset != NULL ||
           query->cte_count > 0;
}

static bool is_intersect(const SetOperation *set)
{
    return set->op == SET_INTERSECT || set->op == SET_INTERSECT_ALL;
}

// True if the arm would be read otherwise without brackets.
static bool arm_needs_brackets(const Printer *p, const SetOperation *set, size_t i)
{
    const Query *arm = set->arms[i];
    bool is_sqlite = p->dialect == DIALECT_SQLITE;
    if (has_tail(arm) || (arm->body == BODY_OPAQUE && !is_sqlite))
        return true;
    if (arm->body != BODY_SET)
        return false;
    if (is_sqlite)
        return i > 0;
    bool tighter = is_intersect(arm->set) && !is_intersect(set);
    bool other = arm->set->op != set->op || arm->set->by_name != set->by_name;
    bool as_tight = is_intersect(arm->set) == is_intersect(set);
    return !tighter && (i > 0 || !other || !as_tight);
}

static void put_arm(Printer *p, const SetOperation *set, size_t i, const Output *labels)
{
    const Query *arm = set->arms[i];
    put_comment(p, arm->comment);
    Query quiet = *arm;
    quiet.comment = NULL;
    if (!arm_needs_brackets(p, set, i)) {
        put_query(p, &quiet, labels);
        return;
    }
    put(p, p->dialect == DIALECT_SQLITE ? "SELECT * FROM " : "");
    put_subquery(p, &quiet, labels);
}

static void put_set(Printer *p, const SetOperation *set, const Output *labels)
{
    static const char *const words[] = {
        [SET_UNION] = "UNION",         [SET_UNION_ALL] = "UNION ALL",
        [SET_INTERSECT] = "INTERSECT", [SET_INTERSECT_ALL] = "INTERSECT ALL",
        [SET_EXCEPT] = "EXCEPT",       [SET_EXCEPT_ALL] = "EXCEPT ALL",
    };
    for (size_t i = 0; i < set->arm_count; i++) {
        if (i > 0) {
            layout_break(&p->layout, " ");
            put(p, words[set->op]);
            put(p, set->by_name ? " BY NAME" : "");
            layout_break(&p->layout, " ");
        }
        put_arm(p, set, i, i == 0 ? labels : NULL);
    }
}

// WITH

static void put_cte_names(Printer *p, const Cte *cte)
{
    size_t count = cte->column_name_count;
    bool names_values = count == 0 && values_are_renamed(p, cte->query, NULL);
    if (names_values)
        count = cte->query->values->output_count;
    if (count == 0)
        return;
    put(p, "(");
    for (size_t i = 0; i < count; i++) {
        const char *name = NULL;
        if (names_values)
            name = names_output_used(p->names, &cte->query->values->outputs[i]);
        else
            name = cte->column_names[i];
        put(p, i > 0 ? ", " : "");
        put_name(p, name != NULL ? name : values_column_name(p, i));
    }
    put(p, ")");
}

static void put_cte(Printer *p, const Cte *cte)
{
    static const char *const words[] = {
        [MATERIALIZE_DEFAULT] = "",
        [MATERIALIZE_YES] = "MATERIALIZED ",
        [MATERIALIZE_NO] = "NOT MATERIALIZED ",
    };
    put_name(p, names_cte(p->names, cte));
    put_cte_names(p, cte);
    put(p, " AS ");
    put(p, words[cte->materialize]);
    Query query = *cte->query;
    Values unnamed;
    if (query.body == BODY_VALUES) { // The names stand in front.
        unnamed = *query.values;
        unnamed.outputs = NULL;
        query.values = &unnamed;
    }
    put_subquery(p, &query, NULL);
}

static void put_with(Printer *p, const Query *query)
{
    bool recursive = query->with_recursive;
    for (size_t i = 0; i < query->cte_count; i++)
        recursive = recursive || query->ctes[i]->recursive;
    put(p, recursive ? "WITH RECURSIVE" : "WITH");
    for (size_t i = 0; i < query->cte_count; i++) {
        const char *comment = query->ctes[i]->comment;
        bool breaks = comment != NULL && !p->style.no_comments && !p->style.one_line;
        if (i > 0)
            put_comma(p);
        else if (breaks)
            layout_line(&p->layout);
        else
            put(p, " ");
        put_comment(p, comment);
        put_cte(p, query->ctes[i]);
    }
    layout_break(&p->layout, " ");
}

// LIMIT

static void put_limit_words(Printer *p, const Query *query)
{
    if (query->limit_percent) {
        put(p, "LIMIT ");
        put_expr(p, query->limit, LEVEL_UNARY);
        put(p, "%");
    } else if (query->limit != NULL) {
        put(p, "LIMIT ");
        put_expr(p, query->limit, LEVEL_OTHER);
    } else if (p->dialect == DIALECT_SQLITE) {
        put(p, "LIMIT -1");
    }
}

static void put_limit(Printer *p, const Query *query)
{
    if (query->limit == NULL && query->offset == NULL)
        return;
    begin_clause(p, query->comments[CLAUSE_LIMIT]);
    layout_open(&p->layout);
    bool any = query->limit != NULL || p->dialect == DIALECT_SQLITE;
    if (!query->with_ties)
        put_limit_words(p, query);
    if (query->offset != NULL) {
        put(p, any && !query->with_ties ? " OFFSET " : "OFFSET ");
        put_expr(p, query->offset, LEVEL_OTHER);
    }
    if (query->with_ties) {
        put(p, query->offset != NULL ? " FETCH FIRST " : "FETCH FIRST ");
        put_expr(p, query->limit, LEVEL_OPERAND);
        put(p, " ROWS WITH TIES");
    }
    layout_close(&p->layout);
}

// Queries

static void put_body(Printer *p, const Query *query, const Output *labels)
{
    size_t count;
    const Output *own = query_outputs(query, &count);
    labels = labels != NULL ? labels : own;
    switch (query->body) {
    case BODY_SELECT:
        put_select(p, query->select, labels);
        break;
    case BODY_SET:
        put_set(p, query->set, labels);
        break;
    case BODY_VALUES:
        if (values_are_renamed(p, query, labels))
            put_named_values(p, query, labels);
        else
            put_values(p, query->values);
        break;
    case BODY_OPAQUE:
        put(p, query->opaque);
        break;
    }
}

static void put_end_comment(Printer *p, const char *comment)
{
    if (comment == NULL || p->style.no_comments)
        return;
    if (p->style.one_line)
        put(p, " ");
    else
        layout_line(&p->layout);
    put_last_comment(p, comment);
}

void put_query(Printer *p, const Query *query, const Output *labels)
{
    put_comment(p, query->comment);
    if (query->cte_count > 0)
        put_with(p, query);
    put_body(p, query, labels);
    if (query->order_count > 0) {
        begin_clause(p, query->comments[CLAUSE_ORDER]);
        open_list(p, "ORDER BY");
        put_order_items(p, query->order, query->order_count);
        close_list(p);
    }
    put_limit(p, query);
    put_end_comment(p, query->comments[CLAUSE_END]);
}

void put_subquery(Printer *p, const Query *query, const Output *labels)
{
    open_brackets(p, "(");
    put_query(p, query, labels);
    close_brackets(p, ")");
}
