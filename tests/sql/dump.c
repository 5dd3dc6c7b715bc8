// dump.c - one function a struct; what is absent is left out.

#include "dump.h"

static void dump_source(Text *text, const Source *source);

static void dump_comment(Text *text, const char *comment)
{
    for (const char *c = comment; c != NULL && *c != '\0'; c++)
        if (c == comment)
            text_addf(text, "«%c", *c);
        else
            text_add_char(text, *c == '\n' ? '|' : *c);
    if (comment != NULL)
        text_add(text, "» ");
}

static void dump_list(Text *text, const char *head, const Expr *const *items,
                      size_t count)
{
    if (count == 0)
        return;
    text_addf(text, " (%s", head);
    for (size_t i = 0; i < count; i++) {
        text_add_char(text, ' ');
        dump_expr(text, items[i]);
    }
    text_add_char(text, ')');
}

static void dump_names(Text *text, const char *head, const char *const *names,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_addf(text, "%s%s", i == 0 ? head : ",", names[i]);
    if (count > 0)
        text_add_char(text, ')');
}

static void dump_order(Text *text, const char *head, const OrderItem *items, size_t count)
{
    static const char *const nulls[] = {"", " nulls-first", " nulls-last"};
    for (size_t i = 0; i < count; i++) {
        text_addf(text, " (%s ", head);
        dump_comment(text, items[i].comment);
        dump_expr(text, items[i].expr);
        text_addf(text, "%s%s)", items[i].descending ? " desc" : "",
                  nulls[items[i].nulls]);
    }
}

// Expressions

static void dump_bound(Text *text, FrameBound bound, const Expr *distance)
{
    static const char *const names[] = {"unbounded-preceding", "preceding", "current",
                                        "following", "unbounded-following"};
    text_add_char(text, ' ');
    if (distance != NULL) {
        dump_expr(text, distance);
        text_add_char(text, '-');
    }
    text_add(text, names[bound]);
}

static void dump_window(Text *text, const char *head, const Window *window)
{
    static const char *const frames[] = {"", "rows", "range", "groups"};
    static const char *const excludes[] = {"", " exclude-current", " exclude-group",
                                           " exclude-ties"};
    text_addf(text, " (%s", head);
    if (window->name != NULL)
        text_addf(text, " %s", window->name);
    if (window->base != NULL)
        text_addf(text, " base=%s", window->base);
    dump_list(text, "partition", window->partition, window->partition_count);
    dump_order(text, "order", window->order, window->order_count);
    if (window->frame != FRAME_NONE) {
        text_addf(text, " (%s", frames[window->frame]);
        dump_bound(text, window->low, window->low_expr);
        dump_bound(text, window->high, window->high_expr);
        text_addf(text, "%s)", excludes[window->exclude]);
    }
    text_add_char(text, ')');
}

static void dump_literal(Text *text, const Expr *expr)
{
    switch (expr->literal) {
    case LITERAL_NULL:
        text_add(text, "null");
        break;
    case LITERAL_TRUE:
        text_add(text, "true");
        break;
    case LITERAL_FALSE:
        text_add(text, "false");
        break;
    case LITERAL_NUMBER:
        text_add(text, expr->name);
        break;
    case LITERAL_STRING:
        text_addf(text, "'%s'", expr->name);
        break;
    case LITERAL_BLOB:
        text_addf(text, "x'%s'", expr->name);
        break;
    case LITERAL_TYPED:
        text_addf(text, "(%s '%s')", expr->type.name, expr->name);
        break;
    case LITERAL_INTERVAL:
        text_addf(text, "(interval '%s' %s)", expr->name,
                  expr->unit == NULL ? "-" : expr->unit);
        break;
    }
}

static void dump_name(Text *text, const Expr *expr)
{
    for (size_t i = 0; i < expr->part_count; i++)
        text_addf(text, "%s.", expr->parts[i]);
    const char *quote = expr->quoted ? "\"" : "";
    text_addf(text, "%s%s%s", quote, expr->kind == EXPR_STAR ? "*" : expr->name, quote);
}

// Returns the word for a node that is written (word arguments).
static const char *head_of(const Expr *expr)
{
    static const char *const compares[] = {
        "=", "<>", "<", "<=", ">", ">=", "is-distinct", "is-not-distinct"};
    static const char *const tests[] = {"is-null", "is-true", "is-false", "is-unknown"};
    static const char *const likes[] = {"like",    "ilike",  "glob",
                                        "similar", "regexp", "match"};
    static const char *const heads[EXPR_KIND_COUNT] = {
        [EXPR_AND] = "and",         [EXPR_OR] = "or",
        [EXPR_NOT] = "not",         [EXPR_BETWEEN] = "between",
        [EXPR_IN_LIST] = "in",      [EXPR_IN_QUERY] = "in",
        [EXPR_EXISTS] = "exists",   [EXPR_SUBQUERY] = "subquery",
        [EXPR_CASE] = "case",       [EXPR_CAST] = "cast",
        [EXPR_COLLATE] = "collate", [EXPR_ROW] = "row",
    };
    if (expr->kind == EXPR_COMPARE || expr->kind == EXPR_QUANTIFIED)
        return compares[expr->compare];
    if (expr->kind == EXPR_IS)
        return tests[expr->is];
    if (expr->kind == EXPR_LIKE)
        return likes[expr->like];
    return heads[expr->kind] != NULL ? heads[expr->kind] : expr->name;
}

static void dump_form(Text *text, const Expr *expr)
{
    static const char *const forms[] = {
        "",         " bare",   " extract", " substring", " position", " trim",
        " overlay", " ::",     " try",     " list",      " struct",   " subscript",
        " field",   " method", " lambda",  " within"};
    text_add(text, forms[expr->form]);
    if (expr->unit != NULL)
        text_addf(text, " %s", expr->unit);
    if (expr->kind == EXPR_CAST)
        text_addf(text, " <%s>", expr->type.name);
    if (expr->kind == EXPR_COLLATE)
        text_addf(text, " %s", expr->name);
    if (expr->kind == EXPR_CASE)
        text_addf(text, "%s%s", expr->has_operand ? " operand" : "",
                  expr->has_else ? " else" : "");
    if (expr->kind == EXPR_QUANTIFIED)
        text_add(text, expr->quantifier == QUANTIFIER_ANY ? " any" : " all");
    text_add(text, expr->distinct ? " distinct" : "");
    text_add(text, expr->star ? " *" : "");
    text_add(text, expr->ignore_nulls ? " ignore-nulls" : "");
}

void dump_expr(Text *text, const Expr *expr)
{
    dump_comment(text, expr->comment);
    if (expr->kind == EXPR_NAME || expr->kind == EXPR_STAR) {
        dump_name(text, expr);
        dump_list(text, "but", expr->args, expr->arg_count);
    } else if (expr->kind == EXPR_COLUMN) {
        text_add(text, expr->name);
    } else if (expr->kind == EXPR_LITERAL) {
        dump_literal(text, expr);
    } else if (expr->kind == EXPR_PARAMETER) {
        text_addf(text, "%s#%u", expr->name, expr->number);
    } else if (expr->kind == EXPR_OPAQUE) {
        text_addf(text, "{%s}", expr->name);
    } else {
        text_addf(text, "(%s%s", expr->negated ? "not-" : "", head_of(expr));
        dump_form(text, expr);
        for (size_t i = 0; i < expr->arg_count; i++) {
            text_add_char(text, ' ');
            dump_expr(text, expr->args[i]);
        }
        if (expr->query != NULL) {
            text_add_char(text, ' ');
            dump_query(text, expr->query);
        }
        dump_order(text, "order", expr->order, expr->order_count);
        dump_list(text, "filter", &expr->filter, expr->filter != NULL);
        if (expr->window != NULL)
            dump_window(text, "over", expr->window);
        text_add_char(text, ')');
    }
}

// Sources

static void dump_join(Text *text, const Source *source)
{
    static const char *const joins[] = {"join",  "left", "right", "full",
                                        "cross", "semi", "anti"};
    text_addf(text, "(%s%s ", source->natural ? "natural-" : "", joins[source->join]);
    dump_source(text, source->left);
    text_add_char(text, ' ');
    dump_source(text, source->right);
    dump_list(text, "on", source->on, source->on_count);
    dump_names(text, " (using ", source->using_names, source->using_count);
    text_add_char(text, ')');
}

static void dump_source(Text *text, const Source *source)
{
    dump_comment(text, source->comment);
    text_add(text, source->lateral ? "lateral " : "");
    switch (source->kind) {
    case SOURCE_NAME:
    case SOURCE_TABLE:
    case SOURCE_CTE:
        text_addf(text, "%s%s%s", source->schema == NULL ? "" : source->schema,
                  source->schema == NULL ? "" : ".", source->name);
        break;
    case SOURCE_QUERY:
        dump_query(text, source->query);
        break;
    case SOURCE_JOIN:
        dump_join(text, source);
        break;
    case SOURCE_FUNCTION:
        dump_expr(text, source->call);
        break;
    case SOURCE_OPAQUE:
        text_addf(text, "{%s}", source->text);
        break;
    }
    if (source->text != NULL && source->kind != SOURCE_OPAQUE)
        text_addf(text, "[%s]", source->text);
    if (source->alias != NULL)
        text_addf(text, ":%s", source->alias);
    dump_names(text, "(", source->column_names, source->column_name_count);
}

// Queries

static void dump_groups(Text *text, const GroupItem *items, size_t count)
{
    static const char *const kinds[] = {"key", "rollup", "cube", "sets", "empty"};
    for (size_t i = 0; i < count; i++) {
        text_addf(text, " (%s", kinds[items[i].kind]);
        if (items[i].comment != NULL)
            text_add_char(text, ' ');
        dump_comment(text, items[i].comment);
        for (size_t k = 0; k < items[i].expr_count; k++) {
            text_add_char(text, ' ');
            dump_expr(text, items[i].exprs[k]);
        }
        dump_groups(text, items[i].items, items[i].item_count);
        text_add_char(text, ')');
    }
}

static void dump_clause_comment(Text *text, const Query *query, const char *name,
                                Clause clause)
{
    const char *comment = query->comments[clause];
    if (comment == NULL && query->body == BODY_SELECT)
        comment = query->select->comments[clause];
    if (comment != NULL)
        text_addf(text, " %s:", name);
    dump_comment(text, comment);
}

static void dump_clauses(Text *text, const Query *query, const Select *select)
{
    for (size_t i = 0; i < select->output_count; i++) {
        const Output *output = &select->outputs[i];
        text_add_char(text, ' ');
        dump_comment(text, output->comment);
        dump_expr(text, output->expr);
        if (output->explicit_name)
            text_addf(text, ":%s", output->name);
    }
    dump_clause_comment(text, query, "from", CLAUSE_FROM);
    for (size_t i = 0; i < select->source_count; i++) {
        text_add(text, i == 0 ? " (from " : " ");
        dump_source(text, select->sources[i]);
    }
    text_add(text, select->source_count > 0 ? ")" : "");
    dump_clause_comment(text, query, "where", CLAUSE_WHERE);
    dump_list(text, "where", select->filter, select->filter_count);
    dump_clause_comment(text, query, "group", CLAUSE_GROUP);
    text_add(text, select->group_all ? " group-all" : "");
    dump_groups(text, select->groups, select->group_count);
    dump_clause_comment(text, query, "having", CLAUSE_HAVING);
    dump_list(text, "having", select->having, select->having_count);
    for (size_t i = 0; i < select->window_count; i++)
        dump_window(text, "window", select->windows[i]);
    dump_list(text, "qualify", select->qualify, select->qualify_count);
}

static void dump_body(Text *text, const Query *query)
{
    static const char *const sets[] = {"union",         "union-all", "intersect",
                                       "intersect-all", "except",    "except-all"};
    switch (query->body) {
    case BODY_SELECT:
        text_addf(text, "select%s",
                  query->select->distinct == DISTINCT_ROWS ? " distinct" : "");
        dump_list(text, "distinct-on", query->select->distinct_on,
                  query->select->distinct_on_count);
        dump_clauses(text, query, query->select);
        break;
    case BODY_SET:
        text_addf(text, "%s%s", sets[query->set->op],
                  query->set->by_name ? "-by-name" : "");
        for (size_t i = 0; i < query->set->arm_count; i++) {
            text_add_char(text, ' ');
            dump_query(text, query->set->arms[i]);
        }
        break;
    case BODY_VALUES:
        text_add(text, "values");
        for (size_t i = 0; i < query->values->row_count; i++)
            dump_list(text, "row", query->values->rows[i], query->values->output_count);
        break;
    case BODY_OPAQUE:
        text_addf(text, "{%s}", query->opaque);
        break;
    }
}

static void dump_cte(Text *text, const Cte *cte)
{
    static const char *const kinds[] = {"", " materialized", " not-materialized"};
    text_add(text, "(with ");
    dump_comment(text, cte->comment);
    text_add(text, cte->name);
    dump_names(text, "(", cte->column_names, cte->column_name_count);
    text_addf(text, "%s ", kinds[cte->materialize]);
    dump_query(text, cte->query);
    text_add(text, ") ");
}

void dump_query(Text *text, const Query *query)
{
    text_add_char(text, '(');
    dump_comment(text, query->comment);
    text_add(text, query->with_recursive ? "recursive " : "");
    for (size_t i = 0; i < query->cte_count; i++)
        dump_cte(text, query->ctes[i]);
    dump_body(text, query);
    dump_clause_comment(text, query, "order", CLAUSE_ORDER);
    dump_order(text, "order", query->order, query->order_count);
    dump_clause_comment(text, query, "limit", CLAUSE_LIMIT);
    dump_list(text,
              query->limit_percent ? "limit-percent"
              : query->with_ties   ? "limit-ties"
                                   : "limit",
              &query->limit, query->limit != NULL);
    dump_list(text, "offset", &query->offset, query->offset != NULL);
    dump_clause_comment(text, query, "end", CLAUSE_END);
    text_add_char(text, ')');
}
