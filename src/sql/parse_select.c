// parse_select.c - one SELECT: outputs, GROUP BY, WINDOW and the clauses around them.

#include "sql/parse_query.h"

// Outputs

// star = "*" | name "." "*", in dialects where it is no expression
static const Expr *parse_output_star(Parser *p)
{
    size_t start = p->position;
    if (p->dialect == DIALECT_DUCKDB)
        return NULL;
    if (accept_symbol(p, "*"))
        return parse_star(p, start, NULL, 0);
    if (!peek_symbol(p, 1, ".") || !peek_symbol(p, 2, "*"))
        return NULL;
    NameArray names = {0};
    array_push(p->arena, &names, parse_name(p, "a table"));
    advance(p);
    return parse_star(p, start, names.items, 1);
}

// Returns the text from `start` to before the next token, without the blanks around it:
// what an output is called where nobody gives it a name.
static const char *text_of_output(Parser *p, size_t start)
{
    size_t end = p->token.offset;
    while (end > start && strchr(" \t\r\n\f", p->text[end - 1]) != NULL)
        end--;
    return arena_text(p->arena, p->text + start, end - start);
}

// output = [name ":"] expr [[AS] name]
static Output parse_output(Parser *p)
{
    Output output = {.comment = take_comments(p)};
    if (p->dialect == DIALECT_DUCKDB && peek_symbol(p, 1, ":") &&
        (p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_NAME ||
         p->token.kind == TOKEN_STRING)) {
        output.quoted = p->token.kind != TOKEN_WORD;
        output.name = parse_label(p, "an output's name");
        output.explicit_name = true;
        advance(p);
    }
    size_t start = p->token.offset;
    output.expr = parse_output_star(p);
    bool star = output.expr != NULL;
    if (!star)
        output.expr = parse_expr(p);
    const char *text = text_of_output(p, start);
    if (!star && (accept_word(p, WORD_as) || at_bare_alias(p))) {
        output.quoted = p->token.kind != TOKEN_WORD;
        output.name = parse_label(p, "an output's name");
        output.explicit_name = true;
    }
    if (!output.explicit_name)
        output.name = text;
    output.comment = finish_comments(p, output.comment);
    return output;
}

void parse_outputs(Parser *p, Select *select)
{
    ARRAY(Output) outputs = {0};
    do {
        Output output = parse_output(p);
        array_push(p->arena, &outputs, output);
    } while (accept_comma(p));
    select->outputs = outputs.items;
    select->output_count = outputs.count;
}

// GROUP BY

static void parse_group_list(Parser *p, const GroupItem **items, size_t *count);

// group = (ROLLUP | CUBE) "(" exprs ")" | GROUPING SETS "(" groups ")" | "(" ")" | expr
static GroupItem parse_group(Parser *p)
{
    GroupItem item = {.kind = GROUP_KEY};
    bool rich = p->dialect != DIALECT_SQLITE;
    if (rich && at_symbol(p, "(") && peek_symbol(p, 1, ")")) {
        advance(p);
        advance(p);
        item.kind = GROUP_EMPTY;
        return item;
    }
    if (rich && at_word(p, WORD_grouping) && peek_word(p, 1, WORD_sets)) {
        advance(p);
        advance(p);
        item.kind = GROUP_SETS;
        if (!enter(p))
            return item;
        expect_symbol(p, "(");
        parse_group_list(p, &item.items, &item.item_count);
        expect_symbol(p, ")");
        leave(p);
        return item;
    }
    if (rich && (at_word(p, WORD_rollup) || at_word(p, WORD_cube)) &&
        peek_symbol(p, 1, "(")) {
        item.kind = advance(p).word == WORD_rollup ? GROUP_ROLLUP : GROUP_CUBE;
        advance(p);
        parse_expr_list(p, &item.exprs, &item.expr_count);
        expect_symbol(p, ")");
        return item;
    }
    const Expr *key = parse_expr(p);
    item.exprs = arena_copy(p->arena, &key, 1, sizeof(key));
    item.expr_count = 1;
    return item;
}

static void parse_group_list(Parser *p, const GroupItem **items, size_t *count)
{
    ARRAY(GroupItem) list = {0};
    do {
        const char *comment = take_comments(p);
        GroupItem item = parse_group(p);
        item.comment = finish_comments(p, comment);
        array_push(p->arena, &list, item);
    } while (accept_comma(p));
    *items = list.items;
    *count = list.count;
}

static void parse_group_by(Parser *p, Select *select)
{
    expect_word(p, WORD_by);
    bool star = p->dialect == DIALECT_DUCKDB && at_symbol(p, "*");
    if (p->dialect == DIALECT_DUCKDB && (star || at_word(p, WORD_all))) {
        advance(p);
        select->group_all = true;
        return;
    }
    parse_group_list(p, &select->groups, &select->group_count);
}

// Clauses

static void parse_windows(Parser *p, Select *select)
{
    ARRAY(const Window *) windows = {0};
    do {
        const char *name = parse_name(p, "a window's name");
        expect_word(p, WORD_as);
        array_push(p->arena, &windows, parse_window_body(p, name));
    } while (accept_symbol(p, ","));
    select->windows = windows.items;
    select->window_count = windows.count;
}

// Consumes a clause's word, with the comments before it kept.
static bool accept_clause(Parser *p, Select *select, Word word, Clause clause)
{
    if (!at_word(p, word))
        return false;
    select->comments[clause] = take_comments(p);
    advance(p);
    return true;
}

static void parse_distinct(Parser *p, Select *select)
{
    if (accept_word(p, WORD_all) || !accept_word(p, WORD_distinct))
        return;
    select->distinct = DISTINCT_ROWS;
    if (p->dialect == DIALECT_SQLITE || !accept_word(p, WORD_on))
        return;
    select->distinct = DISTINCT_ON;
    expect_symbol(p, "(");
    parse_expr_list(p, &select->distinct_on, &select->distinct_on_count);
    expect_symbol(p, ")");
}

// clauses = [WHERE …] [GROUP BY …] [HAVING …] [WINDOW …] [QUALIFY …]
static void parse_clauses(Parser *p, Select *select)
{
    if (accept_clause(p, select, WORD_where, CLAUSE_WHERE))
        parse_conjuncts(p, &select->filter, &select->filter_count);
    if (accept_clause(p, select, WORD_group, CLAUSE_GROUP))
        parse_group_by(p, select);
    if (accept_clause(p, select, WORD_having, CLAUSE_HAVING))
        parse_conjuncts(p, &select->having, &select->having_count);
    bool named = peek(p, 1).kind == TOKEN_WORD || peek(p, 1).kind == TOKEN_NAME;
    if (named && accept_clause(p, select, WORD_window, CLAUSE_WINDOW))
        parse_windows(p, select);
    if (p->dialect == DIALECT_DUCKDB &&
        accept_clause(p, select, WORD_qualify, CLAUSE_QUALIFY))
        parse_conjuncts(p, &select->qualify, &select->qualify_count);
}

const Select *parse_select(Parser *p)
{
    Select *select = arena_new(p->arena, Select, 1);
    expect_word(p, WORD_select);
    parse_distinct(p, select);
    if (p->dialect == DIALECT_POSTGRES && at_word(p, WORD_from))
        select->outputs = NULL;
    else
        parse_outputs(p, select);
    if (at_word(p, WORD_into))
        refuse(p, ERROR_REFUSED, p->token.offset, "SELECT INTO makes a table");
    if (accept_clause(p, select, WORD_from, CLAUSE_FROM))
        parse_from(p, &select->sources, &select->source_count);
    parse_clauses(p, select);
    return select;
}

static const Select *select_everything(Parser *p, Select *select, size_t offset)
{
    Output *output = arena_new(p->arena, Output, 1);
    output->expr = make_expr(p, (Expr){.kind = EXPR_STAR, .offset = offset});
    select->outputs = output;
    select->output_count = 1;
    return select;
}

const Select *parse_from_first(Parser *p)
{
    Select *select = arena_new(p->arena, Select, 1);
    size_t offset = p->token.offset;
    accept_clause(p, select, WORD_from, CLAUSE_FROM);
    parse_from(p, &select->sources, &select->source_count);
    if (accept_word(p, WORD_select)) {
        parse_distinct(p, select);
        parse_outputs(p, select);
    } else {
        select_everything(p, select, offset);
    }
    parse_clauses(p, select);
    return select;
}

const Query *query_of_source(Parser *p, const Source *source)
{
    Select *select = arena_new(p->arena, Select, 1);
    size_t position = source == NULL ? 0 : source->offset;
    select->sources = arena_copy(p->arena, &source, 1, sizeof(source));
    select->source_count = 1;
    Query query = {.body = BODY_SELECT, .position = position};
    query.select = select_everything(p, select, position);
    return arena_copy(p->arena, &query, 1, sizeof(query));
}
