// parse_query.c - queries: WITH, set operations, ORDER BY and LIMIT.
//
// A bracketed query is read once, and what follows decides what it was: an arm of a set
// operation, the whole query, or (parse_bracket) an operand.

#include "sql/parse_query.h"

#include "base/text.h"
#include "sql/sql.h"

#include <assert.h>

static const Query *make_query(Parser *p, Query parts)
{
    return arena_copy(p->arena, &parts, 1, sizeof(parts));
}

static const Query *opaque_query(Parser *p, size_t start)
{
    return make_query(p, (Query){.body = BODY_OPAQUE,
                                 .opaque = text_since(p, start),
                                 .position = p->list.tokens[start].offset});
}

// Where a query starts and goes on

// Statements of DuckDB that yield rows, but are no SELECT.
static bool at_opaque_query(const Parser *p)
{
    static const Word starts[] = {WORD_pivot,    WORD_unpivot,     WORD_pivot_longer,
                                  WORD_describe, WORD_pivot_wider, WORD_show,
                                  WORD_summarize};
    if (p->dialect != DIALECT_DUCKDB)
        return false;
    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (at_word(p, starts[i]))
            return true;
    return false;
}

bool at_query_start(const Parser *p)
{
    if (p->token.kind != TOKEN_WORD)
        return false;
    switch (p->token.word) {
    case WORD_select:
    case WORD_with:
        return true;
    case WORD_values:
        return peek_symbol(p, 1, "(");
    case WORD_from:
        return p->dialect == DIALECT_DUCKDB;
    case WORD_table:
        return p->dialect != DIALECT_SQLITE;
    default:
        return at_opaque_query(p);
    }
}

static bool at_set_operator(const Parser *p)
{
    return at_word(p, WORD_union) || at_word(p, WORD_except) ||
           at_word(p, WORD_intersect);
}

static bool at_tail(const Parser *p)
{
    return at_word(p, WORD_order) || at_word(p, WORD_limit) ||
           (p->dialect != DIALECT_SQLITE &&
            (at_word(p, WORD_offset) || at_word(p, WORD_fetch))) ||
           (p->dialect == DIALECT_DUCKDB && at_word(p, WORD_using) &&
            peek_word(p, 1, WORD_sample));
}

bool at_query_continuation(const Parser *p)
{
    return at_set_operator(p) || at_tail(p);
}

// Arms

// values = VALUES row {"," row};  row = "(" expr {"," expr} ")"
static const Query *parse_values(Parser *p)
{
    Values *values = arena_new(p->arena, Values, 1);
    Query query = {.body = BODY_VALUES, .values = values, .position = p->token.offset};
    ARRAY(const Expr *const *) rows = {0};
    expect_word(p, WORD_values);
    do {
        const Expr *const *row = NULL;
        size_t width = 0, offset = p->token.offset;
        expect_symbol(p, "(");
        parse_expr_list(p, &row, &width);
        expect_symbol(p, ")");
        if (rows.count > 0 && width != values->output_count)
            refuse(p, ERROR_SYNTAX, offset, "the rows of VALUES must be equally long");
        values->output_count = width;
        array_push(p->arena, &rows, row);
    } while (accept_comma(p));
    values->rows = rows.items;
    values->row_count = rows.count;
    values->outputs = arena_new(p->arena, Output, values->output_count + 1);
    return make_query(p, query);
}

// table = TABLE name
static const Query *parse_table(Parser *p)
{
    Source *source = arena_new(p->arena, Source, 1);
    advance(p);
    source->kind = SOURCE_NAME;
    source->offset = p->token.offset;
    source->name = parse_name(p, "a table");
    if (accept_symbol(p, ".")) {
        source->schema = source->name;
        source->name = parse_label(p, "a table");
    }
    return query_of_source(p, source);
}

// Consumes a statement that the tree has no place for, up to the bracket that closes
// what it stands in, or the end.
static const Query *parse_opaque_query(Parser *p)
{
    size_t start = p->position, depth = 0;
    while (p->token.kind != TOKEN_END && p->token.kind != TOKEN_BAD &&
           !at_symbol(p, ";") && (depth > 0 || !at_symbol(p, ")"))) {
        depth += at_symbol(p, "(") ? 1 : 0;
        depth -= at_symbol(p, ")") ? 1 : 0;
        advance(p);
    }
    if (depth > 0)
        expected(p, ")");
    return opaque_query(p, start);
}

// arm = select | values | from_first | table | "(" query ")"
static const Query *parse_arm(Parser *p)
{
    const char *comment = take_comments(p);
    Query arm = {.body = BODY_SELECT, .position = p->token.offset, .comment = comment};
    if (at_word(p, WORD_select)) {
        arm.select = parse_select(p);
        return make_query(p, arm);
    }
    if (at_word(p, WORD_from) && p->dialect == DIALECT_DUCKDB) {
        arm.select = parse_from_first(p);
        return make_query(p, arm);
    }
    const Query *query = NULL;
    if (at_word(p, WORD_values)) {
        query = parse_values(p);
    } else if (at_word(p, WORD_table) && p->dialect != DIALECT_SQLITE) {
        query = parse_table(p);
    } else if (at_opaque_query(p)) {
        query = parse_opaque_query(p);
    } else if (at_symbol(p, "(") && p->traits->arms_in_brackets) {
        advance(p);
        query = parse_query(p);
        expect_symbol(p, ")");
    } else {
        expected(p, "a query");
    }
    if (query == NULL || comment == NULL)
        return query;
    arm = *query;
    arm.comment = arm.comment == NULL
                      ? comment
                      : arena_printf(p->arena, "%s\n%s", comment, arm.comment);
    return make_query(p, arm);
}

// Set operations

typedef struct {
    SetOperator op;
    bool by_name;
} SetWords;

// True if an operator stands here that binds on this level: 0 all, 1 INTERSECT only.
static bool at_operator_of_level(const Parser *p, int level)
{
    return level == 0 ? at_set_operator(p) : at_word(p, WORD_intersect);
}

// words = (UNION | INTERSECT | EXCEPT) [ALL | DISTINCT] [BY NAME]
static SetWords parse_set_words(Parser *p)
{
    static const SetOperator ops[][2] = {
        {SET_UNION, SET_UNION_ALL},
        {SET_INTERSECT, SET_INTERSECT_ALL},
        {SET_EXCEPT, SET_EXCEPT_ALL},
    };
    Word word = (Word)advance(p).word;
    int row = word == WORD_union ? 0 : word == WORD_intersect ? 1 : 2;
    bool sqlite = p->dialect == DIALECT_SQLITE;
    bool all = (!sqlite || row == 0) && accept_word(p, WORD_all);
    if (!all && !sqlite)
        accept_word(p, WORD_distinct);
    bool by_name = p->dialect == DIALECT_DUCKDB && accept_words(p, WORD_by, WORD_name);
    return (SetWords){ops[row][all], by_name};
}

typedef ARRAY(const Query *) QueryArray;

static const Query *fold_arms(Parser *p, QueryArray *arms, SetWords words)
{
    if (arms->count == 1)
        return arms->items[0];
    SetOperation *set = arena_new(p->arena, SetOperation, 1);
    set->op = words.op;
    set->by_name = words.by_name;
    set->arms = arms->items;
    set->arm_count = arms->count;
    Query query = {.body = BODY_SET, .set = set, .position = NO_OFFSET};
    if (arms->items[0] != NULL)
        query.position = arms->items[0]->position;
    return make_query(p, query);
}

// Returns the arms of a new run, whose first is the run before it.
static QueryArray begin_run(Parser *p, const Query *first)
{
    QueryArray arms = {0};
    deepen(p);
    array_push(p->arena, &arms, first);
    return arms;
}

// compound = arm {words arm}, where INTERSECT binds tighter outside SQLite
static const Query *parse_compound(Parser *p, const Query *left, int level)
{
    bool tighter = level == 0 && p->traits->intersect_first;
    QueryArray arms = {0};
    SetWords words = {0};
    unsigned saved = chain_begin(p);
    if (left == NULL)
        left = tighter ? parse_compound(p, NULL, 1) : parse_arm(p);
    else if (tighter)
        left = parse_compound(p, left, 1);
    array_push(p->arena, &arms, left);
    while (at_operator_of_level(p, level)) {
        SetWords next = parse_set_words(p);
        bool same = next.op == words.op && next.by_name == words.by_name;
        if (arms.count > 1 && !same)
            arms = begin_run(p, fold_arms(p, &arms, words));
        words = next;
        const Query *arm = tighter ? parse_compound(p, NULL, 1) : parse_arm(p);
        array_push(p->arena, &arms, arm);
    }
    chain_end(p, saved);
    return fold_arms(p, &arms, words);
}

// WITH

// cte = name ["(" names ")"] AS [[NOT] MATERIALIZED] "(" query ")"
static const Cte *parse_cte(Parser *p, bool *opaque)
{
    Cte *cte = arena_new(p->arena, Cte, 1);
    cte->comment = take_comments(p);
    cte->quoted = p->token.kind != TOKEN_WORD;
    cte->name = parse_name(p, "a name");
    if (at_symbol(p, "("))
        parse_name_list(p, &cte->column_names, &cte->column_name_count);
    if (p->dialect == DIALECT_DUCKDB && at_word(p, WORD_using)) {
        const char *const *names;
        size_t count;
        advance(p);
        expect_word(p, WORD_key);
        parse_name_list(p, &names, &count);
        *opaque = true;
    }
    expect_word(p, WORD_as);
    if (accept_word(p, WORD_materialized))
        cte->materialize = MATERIALIZE_YES;
    else if (accept_words(p, WORD_not, WORD_materialized))
        cte->materialize = MATERIALIZE_NO;
    expect_symbol(p, "(");
    if (!p->failed && (at_word(p, WORD_insert) || at_word(p, WORD_update) ||
                       at_word(p, WORD_delete) || at_word(p, WORD_merge)))
        refuse(p, ERROR_REFUSED, p->token.offset, "a WITH that changes data");
    cte->query = parse_query(p);
    expect_symbol(p, ")");
    cte->comment = finish_comments(p, cte->comment);
    return cte;
}

void parse_with(Parser *p, Query *query, bool *opaque)
{
    ARRAY(const Cte *) ctes = {0};
    advance(p);
    query->with_recursive = accept_word(p, WORD_recursive);
    do {
        array_push(p->arena, &ctes, parse_cte(p, opaque));
    } while (accept_symbol(p, ","));
    query->ctes = ctes.items;
    query->cte_count = ctes.count;
}

// ORDER BY and LIMIT

static void parse_order_by(Parser *p, Query *query)
{
    query->comments[CLAUSE_ORDER] = take_comments(p);
    advance(p);
    expect_word(p, WORD_by);
    if (p->dialect != DIALECT_DUCKDB || !at_word(p, WORD_all)) {
        parse_order_list(p, &query->order, &query->order_count);
        return;
    }
    OrderItem *item = arena_new(p->arena, OrderItem, 1);
    size_t offset = advance(p).offset;
    item->expr = make_expr(p, (Expr){.kind = EXPR_STAR, .name = "ALL", .offset = offset});
    parse_direction(p, item);
    query->order = item;
    query->order_count = 1;
}

// limit = LIMIT (expr ["%" | PERCENT] | ALL) | SQLite: LIMIT expr ["," expr]
static void parse_limit(Parser *p, Query *query)
{
    advance(p);
    if (p->dialect != DIALECT_SQLITE && accept_word(p, WORD_all))
        return;
    query->limit = parse_expr(p);
    if (p->dialect == DIALECT_DUCKDB)
        query->limit_percent = accept_symbol(p, "%") || accept_word(p, WORD_percent);
    if (p->dialect == DIALECT_SQLITE && accept_symbol(p, ",")) {
        query->offset = query->limit;
        query->limit = parse_expr(p);
    }
}

// fetch = FETCH (FIRST | NEXT) [expr] (ROW | ROWS) (ONLY | WITH TIES)
static void parse_fetch(Parser *p, Query *query)
{
    advance(p);
    if (!accept_word(p, WORD_first))
        expect_word(p, WORD_next);
    if (at_word(p, WORD_row) || at_word(p, WORD_rows))
        query->limit = make_expr(p, (Expr){.kind = EXPR_LITERAL,
                                           .literal = LITERAL_NUMBER,
                                           .name = "1",
                                           .offset = p->token.offset});
    else
        query->limit = parse_level(p, LEVEL_SUM);
    if (!accept_word(p, WORD_row))
        expect_word(p, WORD_rows);
    if (p->dialect == DIALECT_POSTGRES && accept_words(p, WORD_with, WORD_ties))
        query->with_ties = true;
    else
        expect_word(p, WORD_only);
}

void parse_tail(Parser *p, Query *query)
{
    bool limit = false, offset = false, sqlite = p->dialect == DIALECT_SQLITE;
    if (at_word(p, WORD_order))
        parse_order_by(p, query);
    for (;;) {
        const char **comment = &query->comments[CLAUSE_LIMIT];
        bool fetch = at_word(p, WORD_fetch) && !sqlite;
        if (!limit && (fetch || at_word(p, WORD_limit))) {
            *comment = *comment == NULL ? take_comments(p) : *comment;
            limit = true;
            if (fetch)
                parse_fetch(p, query);
            else
                parse_limit(p, query);
        } else if (!offset && at_word(p, WORD_offset) && (!sqlite || limit)) {
            *comment = *comment == NULL ? take_comments(p) : *comment;
            offset = true;
            advance(p);
            query->offset = parse_expr(p);
            if (!sqlite && !accept_word(p, WORD_row))
                accept_word(p, WORD_rows);
        } else {
            return;
        }
    }
}

// DuckDB: sample = USING SAMPLE …, to the end of the query
static bool parse_sample(Parser *p)
{
    if (p->dialect != DIALECT_DUCKDB || !accept_words(p, WORD_using, WORD_sample))
        return false;
    parse_opaque_query(p);
    return true;
}

// Whole queries

static bool is_plain(const Query *query)
{
    return query->cte_count == 0 && query->order_count == 0 && query->limit == NULL &&
           query->offset == NULL && query->body != BODY_OPAQUE;
}

// Puts a body under the WITH and before the ORDER BY and LIMIT of `outer`. A body that
// has its own becomes a derived table.
static const Query *join_body(Parser *p, const Query *body, Query outer)
{
    if (body == NULL)
        return NULL;
    bool adds = !is_plain(&outer);
    if (adds && !is_plain(body)) {
        Source source = {.kind = SOURCE_QUERY, .query = body, .offset = body->position};
        body = query_of_source(p, arena_copy(p->arena, &source, 1, sizeof(source)));
    }
    Query query = *body;
    query.position = outer.position;
    if (outer.cte_count > 0) {
        query.ctes = outer.ctes;
        query.cte_count = outer.cte_count;
        query.with_recursive = outer.with_recursive;
    }
    if (adds) {
        query.order = outer.order;
        query.order_count = outer.order_count;
        query.limit = outer.limit;
        query.offset = outer.offset;
        query.limit_percent = outer.limit_percent;
        query.with_ties = outer.with_ties;
    }
    for (int i = 0; i < CLAUSE_COUNT; i++)
        if (outer.comments[i] != NULL)
            query.comments[i] = outer.comments[i];
    if (outer.comment != NULL)
        query.comment = outer.comment;
    return make_query(p, query);
}

// query = [with] compound tail
static const Query *parse_rest(Parser *p, const Query *first, Query outer, size_t start)
{
    bool opaque = false;
    if (first == NULL && at_word(p, WORD_with)) {
        outer.comment = take_comments(p);
        parse_with(p, &outer, &opaque);
    }
    const Query *body = parse_compound(p, first, 0);
    parse_tail(p, &outer);
    opaque = parse_sample(p) || opaque;
    opaque = opaque || (body != NULL && body->body == BODY_OPAQUE && !is_plain(&outer));
    outer.comments[CLAUSE_END] = take_comments(p);
    return opaque ? opaque_query(p, start) : join_body(p, body, outer);
}

const Query *parse_query(Parser *p)
{
    if (!enter(p))
        return NULL;
    Query outer = {.body = BODY_SELECT, .position = p->token.offset};
    const Query *query = parse_rest(p, NULL, outer, p->position);
    leave(p);
    return query;
}

const Query *parse_query_after(Parser *p, const Query *first)
{
    if (at_symbol(p, ")") || first == NULL)
        return first;
    Query outer = {.body = BODY_SELECT, .position = first->position};
    return parse_rest(p, first, outer, p->position);
}

// The interface

// Refuses a statement that is no query by its name.
static void refuse_statement(Parser *p)
{
    static const Word statements[] = {
        WORD_insert,  WORD_update, WORD_delete,   WORD_merge,    WORD_replace,
        WORD_create,  WORD_drop,   WORD_alter,    WORD_truncate, WORD_copy,
        WORD_attach,  WORD_detach, WORD_pragma,   WORD_set,      WORD_vacuum,
        WORD_begin,   WORD_commit, WORD_rollback, WORD_explain,  WORD_analyze,
        WORD_reindex, WORD_load,   WORD_install,  WORD_call,     WORD_export,
        WORD_import,  WORD_use,    WORD_execute,  WORD_prepare,  WORD_reset,
    };
    for (size_t i = 0; i < COUNT_OF(statements); i++)
        if (at_word(p, statements[i]))
            refuse(p, ERROR_REFUSED, p->token.offset, "%.*s is not a query",
                   (int)p->token.length, p->text + p->token.offset);
}

// Adds the comments behind a closing semicolon.
static const Query *finish_statement(Parser *p, const Query *query)
{
    if (accept_symbol(p, ";") && !p->failed && p->token.kind != TOKEN_END)
        expected(p, "one statement only");
    const char *last = take_comments(p);
    if (p->token.kind != TOKEN_END || p->failed)
        expected(p, "the end");
    if (query == NULL || last == NULL)
        return query;
    Query finished = *query;
    const char *end = query->comments[CLAUSE_END];
    finished.comments[CLAUSE_END] =
        end == NULL ? last : arena_printf(p->arena, "%s\n%s", end, last);
    return make_query(p, finished);
}

bool sql_parse(Arena *arena, Dialect dialect, const char *text, const Query **query,
               Error *err)
{
    Parser p = parser_new(arena, dialect, text, err);
    refuse_statement(&p);
    if (!p.failed && !at_query_start(&p) && !at_symbol(&p, "("))
        expected(&p, "a query");
    const Query *parsed = finish_statement(&p, parse_query(&p));
    if (p.failed)
        return false;
    assert(parsed != NULL);
    *query = parsed;
    return true;
}
