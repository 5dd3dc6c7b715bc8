// parse_call.c - calls of functions, aggregates and window functions.
//
// A call stays EXPR_CALL here, with DISTINCT, *, FILTER and ORDER BY where they are
// written: which functions aggregate, the binder knows. With OVER it is EXPR_WINDOW.

#include "sql/parse.h"

#include "base/text.h"

// Arguments

// argument = [name (":=" | "=>") | VARIADIC] expr; with one it is beyond the tree.
static const Expr *parse_argument(Parser *p)
{
    size_t start = p->position;
    bool named = (p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_NAME) &&
                 (peek_symbol(p, 1, ":=") || peek_symbol(p, 1, "=>"));
    if (named && p->dialect != DIALECT_SQLITE) {
        advance(p);
        advance(p);
        parse_expr(p);
        return opaque_since(p, start);
    }
    if (p->dialect != DIALECT_SQLITE && accept_word(p, WORD_variadic)) {
        parse_expr(p);
        return opaque_since(p, start);
    }
    return parse_expr(p);
}

// COALESCE is a form of DuckDB's own, and may have the comma that calls may not.
static bool accept_argument_comma(Parser *p, const Expr *call)
{
    return text_same_word(call->name, "coalesce") ? accept_comma(p)
                                                  : accept_symbol(p, ",");
}

// arguments = [DISTINCT | ALL] ("*" | [argument {"," argument}] [ORDER BY …])
static void parse_arguments(Parser *p, Expr *call)
{
    call->distinct = accept_word(p, WORD_distinct);
    if (!call->distinct)
        accept_word(p, WORD_all);
    if (!call->distinct && at_symbol(p, "*") && peek_symbol(p, 1, ")")) {
        advance(p);
        call->star = true;
        return;
    }
    ExprArray args = {0};
    bool needed = call->distinct && p->dialect != DIALECT_SQLITE;
    bool more = needed || (!at_symbol(p, ")") && !at_word(p, WORD_order));
    while (more) {
        array_push(p->arena, &args, parse_argument(p));
        more = accept_argument_comma(p, call);
    }
    call->args = args.items;
    call->arg_count = args.count;
}

// Frames

// bound = UNBOUNDED (PRECEDING | FOLLOWING) | CURRENT ROW | expr (PRECEDING | FOLLOWING)
static FrameBound parse_bound(Parser *p, const Expr **distance)
{
    if (accept_words(p, WORD_unbounded, WORD_preceding))
        return BOUND_UNBOUNDED_PRECEDING;
    if (accept_words(p, WORD_unbounded, WORD_following))
        return BOUND_UNBOUNDED_FOLLOWING;
    if (accept_words(p, WORD_current, WORD_row))
        return BOUND_CURRENT_ROW;
    *distance = parse_expr(p);
    if (accept_word(p, WORD_preceding))
        return BOUND_PRECEDING;
    if (!accept_word(p, WORD_following))
        expected(p, "PRECEDING or FOLLOWING");
    return BOUND_FOLLOWING;
}

static FrameExclude parse_exclude(Parser *p)
{
    if (!accept_word(p, WORD_exclude))
        return EXCLUDE_NONE;
    if (accept_words(p, WORD_current, WORD_row))
        return EXCLUDE_CURRENT_ROW;
    if (accept_word(p, WORD_group))
        return EXCLUDE_GROUP;
    if (accept_word(p, WORD_ties))
        return EXCLUDE_TIES;
    if (!accept_words(p, WORD_no, WORD_others))
        expected(p, "CURRENT ROW, GROUP, TIES or NO OTHERS");
    return EXCLUDE_NONE;
}

// frame = (ROWS | RANGE | GROUPS) (bound | BETWEEN bound AND bound) [EXCLUDE …]
static void parse_frame(Parser *p, Window *window)
{
    static const struct {
        Word word;
        FrameKind frame;
    } frames[] = {
        {WORD_rows, FRAME_ROWS},
        {WORD_range, FRAME_RANGE},
        {WORD_groups, FRAME_GROUPS},
    };
    for (size_t i = 0; i < COUNT_OF(frames) && window->frame == FRAME_NONE; i++)
        if (accept_word(p, frames[i].word))
            window->frame = frames[i].frame;
    if (window->frame == FRAME_NONE)
        return;
    size_t offset = p->token.offset;
    bool between = accept_word(p, WORD_between);
    window->low = parse_bound(p, &window->low_expr);
    window->high = BOUND_CURRENT_ROW;
    if (between) {
        expect_word(p, WORD_and);
        window->high = parse_bound(p, &window->high_expr);
    }
    if (window->low == BOUND_UNBOUNDED_FOLLOWING || window->low > window->high ||
        window->high == BOUND_UNBOUNDED_PRECEDING)
        refuse(p, ERROR_SYNTAX, offset, "a frame must not end before it starts");
    window->exclude = parse_exclude(p);
}

// Windows

// True if a name stands here that is the window extended, not the start of a clause.
static bool at_base_window(const Parser *p)
{
    static const Word clauses[] = {WORD_partition, WORD_order, WORD_rows, WORD_range,
                                   WORD_groups};
    for (size_t i = 0; i < COUNT_OF(clauses); i++)
        if (at_word(p, clauses[i]))
            return false;
    return at_name(p);
}

static void parse_partition(Parser *p, Window *window)
{
    ExprArray list = {0};
    do {
        array_push(p->arena, &list, parse_expr(p));
    } while (accept_symbol(p, ","));
    window->partition = list.items;
    window->partition_count = list.count;
}

const Window *parse_window_body(Parser *p, const char *name)
{
    Window *window = arena_new(p->arena, Window, 1);
    window->name = name;
    expect_symbol(p, "(");
    if (at_base_window(p))
        window->base = parse_name(p, "a window's name");
    if (window->base != NULL && at_word(p, WORD_partition))
        refuse(p, ERROR_SYNTAX, p->token.offset,
               "a window that extends another cannot partition");
    if (accept_words(p, WORD_partition, WORD_by))
        parse_partition(p, window);
    if (accept_words(p, WORD_order, WORD_by))
        parse_order_list(p, &window->order, &window->order_count);
    parse_frame(p, window);
    expect_symbol(p, ")");
    return window;
}

static const Window *parse_over(Parser *p)
{
    if (at_symbol(p, "("))
        return parse_window_body(p, NULL);
    Window *window = arena_new(p->arena, Window, 1);
    window->name = parse_name(p, "a window");
    return window;
}

// Calls

// True if the word that follows a call belongs to it, and is not an alias.
static bool at_clause_of_call(const Parser *p, Word word)
{
    if (!at_word(p, word))
        return false;
    if (word == WORD_filter)
        return peek_symbol(p, 1, "(");
    Token next = peek(p, 1);
    return peek_symbol(p, 1, "(") || next.kind == TOKEN_WORD || next.kind == TOKEN_NAME ||
           next.kind == TOKEN_STRING;
}

// filter = FILTER "(" [WHERE] expr ")"
static const Expr *parse_filter(Parser *p)
{
    advance(p);
    expect_symbol(p, "(");
    if (p->dialect == DIALECT_DUCKDB)
        accept_word(p, WORD_where);
    else
        expect_word(p, WORD_where);
    const Expr *filter = parse_expr(p);
    expect_symbol(p, ")");
    return filter;
}

static void parse_null_treatment(Parser *p, Expr *call)
{
    if (p->dialect == DIALECT_SQLITE)
        return;
    if (accept_words(p, WORD_ignore, WORD_nulls))
        call->ignore_nulls = true;
    else
        accept_words(p, WORD_respect, WORD_nulls);
}

// within = WITHIN GROUP "(" ORDER BY … ")"
static void parse_within_group(Parser *p, Expr *call)
{
    if (p->dialect == DIALECT_SQLITE || !accept_words(p, WORD_within, WORD_group))
        return;
    expect_symbol(p, "(");
    expect_word(p, WORD_order);
    expect_word(p, WORD_by);
    parse_order_list(p, &call->order, &call->order_count);
    expect_symbol(p, ")");
    call->form = FORM_WITHIN;
}

// Reads what follows the arguments, from token `start` on.
static const Expr *finish_call(Parser *p, Expr call, size_t start)
{
    if (accept_words(p, WORD_order, WORD_by))
        parse_order_list(p, &call.order, &call.order_count);
    parse_null_treatment(p, &call);
    expect_symbol(p, ")");
    parse_within_group(p, &call);
    if (at_clause_of_call(p, WORD_filter))
        call.filter = parse_filter(p);
    if (p->dialect == DIALECT_DUCKDB && at_letters(p, "export_state")) {
        advance(p);
        return opaque_since(p, start);
    }
    if (at_clause_of_call(p, WORD_over)) {
        advance(p);
        call.kind = EXPR_WINDOW;
        call.window = parse_over(p);
    }
    return make_expr(p, call);
}

const Expr *parse_call(Parser *p, const char *name, bool quoted, size_t offset)
{
    Expr call = {.kind = EXPR_CALL, .name = name, .quoted = quoted, .offset = offset};
    size_t start = p->position - 1;
    expect_symbol(p, "(");
    parse_arguments(p, &call);
    return finish_call(p, call, start);
}

const Expr *parse_table_call(Parser *p, const char *name, size_t offset)
{
    Expr call = {.kind = EXPR_CALL, .name = name, .offset = offset};
    expect_symbol(p, "(");
    parse_arguments(p, &call);
    if (p->dialect != DIALECT_SQLITE && accept_words(p, WORD_order, WORD_by))
        parse_order_list(p, &call.order, &call.order_count);
    expect_symbol(p, ")");
    return make_expr(p, call);
}

const Expr *parse_call_after(Parser *p, Expr call, const Expr *first, size_t start)
{
    ExprArray args = {0};
    array_push(p->arena, &args, first);
    while (accept_symbol(p, ","))
        array_push(p->arena, &args, parse_argument(p));
    call.form = FORM_PLAIN;
    call.args = args.items;
    call.arg_count = args.count;
    return finish_call(p, call, start);
}
