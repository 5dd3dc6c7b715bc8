// explain.c - hone_explain: what we see in a query, block by block; what is known of it;
// what the rules would make of it; and what the engine would do.

#include "library/evidence.h"
#include "library/json.h"
#include "library/session.h"

#include "base/figures.h"
#include "base/text.h"
#include "sql/sql.h"

typedef struct {
    Arena *arena;
    const Tree *tree;
    Facts facts;
    Assumptions assumptions;
    Text text;
    size_t depth;
} Explainer;

static void add_line(Explainer *e, const char *word, const char *what)
{
    if (what[0] == '\0')
        text_addf(&e->text, "%*s%s\n", (int)(2 * e->depth), "", word);
    else
        text_addf(&e->text, "%*s%-9s%s\n", (int)(2 * e->depth), "", word, what);
}

static const char *expr_text(const Explainer *e, const Expr *expr)
{
    return sql_print_expr(e->arena, e->tree->dialect, e->tree, expr);
}

static void explain_query(Explainer *e, const char *word, const Query *query);

// Queries inside expressions

static bool explain_inner(void *context, const Query *query)
{
    explain_query(context, "subquery", query);
    return false;
}

static void explain_subqueries(Explainer *e, const Expr *expr)
{
    Visitor visitor = {.query = explain_inner, .context = e};
    e->depth++;
    walk_expr(expr, &visitor);
    e->depth--;
}

static void explain_exprs(Explainer *e, const char *word, const Expr *const *exprs,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_line(e, word, expr_text(e, exprs[i]));
        explain_subqueries(e, exprs[i]);
    }
}

// FROM

static const char *join_word(JoinKind join)
{
    static const char *const words[] = {
        [JOIN_INNER] = "join", [JOIN_LEFT] = "left",   [JOIN_RIGHT] = "right",
        [JOIN_FULL] = "full",  [JOIN_CROSS] = "cross", [JOIN_SEMI] = "semi",
        [JOIN_ANTI] = "anti",
    };
    return words[join];
}

static const char *table_text(const Explainer *e, const Source *source)
{
    const Table *table = source->table;
    Text text = text_new(e->arena);
    text_add(&text, table->name);
    if (source->alias != NULL && !text_same_word(source->alias, table->name))
        text_addf(&text, " %s", source->alias);
    if (table->row_count != ROWS_UNKNOWN)
        text_addf(&text, "  (%s rows%s)",
                  number_print(e->arena, (uint64_t)table->row_count),
                  table->analyzed ? "" : ", no statistics");
    for (size_t i = 0; i < table->key_count; i++) {
        const Key *key = &table->keys[i];
        text_addf(&text, "%s", i == 0 ? "  keys:" : ",");
        for (size_t j = 0; j < key->column_count; j++)
            text_addf(&text, "%s%s", j == 0 ? " " : "+",
                      table->columns[key->columns[j]].name);
        text_addf(&text, " (%s)", assurance_name(key->assurance));
    }
    return text.bytes;
}

static void explain_source(Explainer *e, const char *word, const Source *source)
{
    const char *name = source->alias != NULL ? source->alias : "";
    switch (source->kind) {
    case SOURCE_TABLE:
        add_line(e, word, table_text(e, source));
        return;
    case SOURCE_QUERY:
        add_line(e, word, name);
        e->depth++;
        explain_query(e, "query", source->query);
        e->depth--;
        return;
    case SOURCE_JOIN:
        explain_source(e, word, source->left);
        explain_source(e, join_word(source->join), source->right);
        explain_exprs(e, "  on", source->on, source->on_count);
        return;
    case SOURCE_CTE:
        add_line(e, word, source->name != NULL ? source->name : name);
        return;
    case SOURCE_FUNCTION:
        add_line(e, word, expr_text(e, source->call));
        return;
    case SOURCE_NAME:
    case SOURCE_OPAQUE:
        add_line(e, word, source->text != NULL ? source->text : name);
        return;
    }
}

// Blocks

static void explain_facts(Explainer *e, const Query *query)
{
    Facts *facts = &e->facts;
    if (query_exactly_one_row(facts, query))
        add_line(e, "fact", "exactly one row");
    else if (query_at_most_one_row(facts, query))
        add_line(e, "fact", "at most one row");
    else if (query_has_no_duplicates(facts, query))
        add_line(e, "fact", "no two rows are equal");
    if (!query_is_repeatable(query))
        add_line(e, "fact", "calls something that may answer differently each time");
    if (query_may_raise(facts, query))
        add_line(e, "fact", "may raise an error");
    size_t count;
    const Output *outputs = query_outputs(query, &count);
    Text names = text_new(e->arena);
    for (size_t i = 0; i < count; i++) {
        if (output_never_null(facts, query, outputs[i].id))
            text_addf(&names, "%s%s", names.length > 0 ? ", " : "", outputs[i].name);
    }
    if (names.length > 0)
        add_line(e, "fact", arena_printf(e->arena, "never NULL: %s", names.bytes));
}

static void explain_select(Explainer *e, const Select *select)
{
    for (size_t i = 0; i < select->output_count; i++) {
        const Output *output = &select->outputs[i];
        add_line(
            e, "output",
            arena_printf(e->arena, "%s = %s", output->name, expr_text(e, output->expr)));
        explain_subqueries(e, output->expr);
    }
    if (select->distinct != DISTINCT_NONE)
        add_line(e, "distinct", "");
    for (size_t i = 0; i < select->source_count; i++)
        explain_source(e, "from", select->sources[i]);
    explain_exprs(e, "where", select->filter, select->filter_count);
    for (size_t i = 0; i < select->group_count; i++)
        explain_exprs(e, "group", select->groups[i].exprs, select->groups[i].expr_count);
    explain_exprs(e, "having", select->having, select->having_count);
    explain_exprs(e, "qualify", select->qualify, select->qualify_count);
}

static void explain_query(Explainer *e, const char *word, const Query *query)
{
    static const char *const operators[] = {
        [SET_UNION] = "union",         [SET_UNION_ALL] = "union all",
        [SET_INTERSECT] = "intersect", [SET_INTERSECT_ALL] = "intersect all",
        [SET_EXCEPT] = "except",       [SET_EXCEPT_ALL] = "except all",
    };
    add_line(e, word, query->body == BODY_SET ? operators[query->set->op] : "");
    e->depth++;
    for (size_t i = 0; i < query->cte_count; i++)
        explain_query(e, arena_printf(e->arena, "with %s ", query->ctes[i]->name),
                      query->ctes[i]->query);
    if (query->body == BODY_SELECT)
        explain_select(e, query->select);
    for (size_t i = 0; query->body == BODY_SET && i < query->set->arm_count; i++)
        explain_query(e, "arm", query->set->arms[i]);
    if (query->body == BODY_VALUES)
        add_line(e, "values",
                 arena_printf(e->arena, "%zu rows", query->values->row_count));
    for (size_t i = 0; i < query->order_count; i++)
        add_line(e, "order", expr_text(e, query->order[i].expr));
    if (query->limit != NULL)
        add_line(e, "limit", expr_text(e, query->limit));
    explain_facts(e, query);
    e->depth--;
}

// The rules

static void explain_rules(Explainer *e, Json *object)
{
    Json *array = json_add_array(object, "rules");
    DeriveOptions options = {.least = ASSURANCE_CHECKED};
    text_add(&e->text, "\nrules that apply\n");
    bool any = false;
    for (RuleId rule = 0; rule < RULE_COUNT; rule++) {
        Derivation derivation;
        if (!rewrite_once(e->arena, e->tree, rule, &options, &derivation))
            continue;
        any = true;
        const char *sql = sql_print(e->arena, &derivation.tree, (PrintStyle){0});
        text_addf(&e->text, "  %s - %s\n", rewrite_rules[rule].name,
                  rewrite_rules[rule].summary);
        Json *made = json_push_object(array);
        json_add_text(made, "rule", rewrite_rules[rule].name);
        json_add_text(made, "summary", rewrite_rules[rule].summary);
        json_add_text(made, "sql", sql);
    }
    if (!any)
        text_add(&e->text, "  none\n");
}

static void explain_assumptions(Explainer *e)
{
    if (e->assumptions.count == 0)
        return;
    text_add(&e->text, "\nthe facts rely on\n");
    for (size_t i = 0; i < e->assumptions.count; i++)
        text_addf(&e->text, "  %s (%s)\n",
                  assumption_print(e->arena, &e->assumptions.items[i]),
                  assurance_name(e->assumptions.items[i].assurance));
}

static void explain_plan(Explainer *e, HoneSession *session, const char *sql,
                         Json *object)
{
    Error err;
    const char *plan = NULL;
    bool ok = engine_explain(session->engine, e->arena, sql, &plan, &err);
    text_addf(&e->text, "\nplan of %s\n%s\n", engine_version(session->engine),
              ok ? plan : err.message);
    json_add_text(object, "plan", ok ? plan : NULL);
}

bool hone_explain(HoneSession *session, const char *sql, HoneResult **result,
                  HoneError *error)
{
    Error err;
    if (session->catalog == NULL) {
        fail(&err, ERROR_PLAIN, "a database or a schema is needed");
        return report_error(error, NULL, &err);
    }
    HoneResult *made = result_new();
    Accepted accepted = {0};
    Gate gate = {session->engine, session->catalog, 0};
    bool ok = session->engine != NULL
                  ? query_accept(&made->arena, &gate, sql, &accepted, &err)
                  : sql_bind(&made->arena, session->catalog, sql, &accepted.tree, &err);
    if (!ok)
        return result_fail(made, error, sql, &err);
    const char *reason = accepted.rules_off;
    Explainer e = {.arena = &made->arena,
                   .tree = &accepted.tree,
                   .text = text_new(&made->arena)};
    e.facts = (Facts){.arena = e.arena,
                      .tree = e.tree,
                      .assumptions = &e.assumptions,
                      .least = ASSURANCE_CHECKED};
    made->json = json_object_new_object();
    json_add_text(made->json, "sql", sql);
    json_add_text(made->json, "rules_off", reason);
    if (reason != NULL) {
        text_addf(&e.text, "no tree, no rules: %s\n", reason);
    } else {
        explain_query(&e, "query", accepted.tree.root);
        json_add_text(made->json, "tree", e.text.bytes);
        explain_assumptions(&e);
        explain_rules(&e, made->json);
    }
    if (session->engine != NULL)
        explain_plan(&e, session, sql, made->json);
    else
        json_add_text(made->json, "plan", NULL);
    made->text = e.text.bytes;
    *result = made;
    return true;
}
