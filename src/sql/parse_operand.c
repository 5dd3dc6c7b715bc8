// parse_operand.c - what stands between operators: literals, names, brackets.

#include "sql/parse.h"

#include <stdlib.h>

// Parameters

struct ParameterName {
    const char *name;
    uint32_t number;
    ParameterName *next;
};

enum { PARAMETER_BUCKETS = 1024, PARAMETER_LIMIT = 32766 };

// Returns the number of a parameter with a name: the one it had before, or the next.
static uint32_t named_parameter(Parser *p, const char *name)
{
    uint32_t hash = 5381;
    for (const char *c = name; *c != '\0'; c++)
        hash = hash * 33 + (unsigned char)*c;
    if (p->parameters == NULL)
        p->parameters = arena_new(p->arena, ParameterName *, PARAMETER_BUCKETS);
    ParameterName **bucket = &p->parameters[hash % PARAMETER_BUCKETS];
    for (ParameterName *known = *bucket; known != NULL; known = known->next)
        if (strcmp(known->name, name) == 0)
            return known->number;
    ParameterName *added = arena_new(p->arena, ParameterName, 1);
    *added = (ParameterName){name, p->parameter_count + 1, *bucket};
    *bucket = added;
    return added->number;
}

// parameter = "?" | "?1" | ":a" | "@a" | "$a" | "$1"
static const Expr *parse_parameter(Parser *p)
{
    Token token = advance(p);
    const char *name = token_value(p->arena, p->text, token);
    bool numbered = name[1] >= '0' && name[1] <= '9' &&
                    (name[0] == '?' || p->dialect != DIALECT_SQLITE);
    unsigned long number = 0;
    if (name[1] == '\0')
        number = p->parameter_count + 1;
    else if (numbered)
        number = strtoul(name + 1, NULL, 10);
    else
        number = named_parameter(p, name);
    if (number < 1 || number > PARAMETER_LIMIT)
        refuse(p, ERROR_SYNTAX, token.offset, "parameter numbers go from 1 to %d",
               PARAMETER_LIMIT);
    if (number > p->parameter_count)
        p->parameter_count = (uint32_t)number;
    return make_expr(p, (Expr){.kind = EXPR_PARAMETER,
                               .name = name,
                               .number = (uint32_t)number,
                               .offset = token.offset});
}

// Literals

const Expr *parse_literal(Parser *p, LiteralKind literal)
{
    Token token = advance(p);
    return make_expr(p, (Expr){.kind = EXPR_LITERAL,
                               .literal = literal,
                               .name = token_value(p->arena, p->text, token),
                               .offset = token.offset});
}

// Brackets

// Reads on behind a bracket inside another: ((a) + b, c) or ((SELECT 1) UNION …).
static Bracket parse_behind_bracket(Parser *p, Bracket inner, size_t start)
{
    Bracket bracket = {0};
    if (inner.query != NULL && (at_symbol(p, ")") || at_query_continuation(p))) {
        bracket.query = parse_query_after(p, inner.query);
        return bracket;
    }
    const Expr *first = bracket_operand(p, inner, p->list.tokens[start].offset);
    first = parse_level_from(p, LEVEL_NONE, first, start);
    array_push(p->arena, &bracket.items, first);
    return bracket;
}

Bracket parse_bracket(Parser *p)
{
    Bracket bracket = {0};
    expect_symbol(p, "(");
    size_t start = p->position;
    unsigned saved = chain_begin(p);
    if (at_query_start(p)) {
        bracket.query = parse_query(p);
    } else if (at_symbol(p, "(") && p->traits->arms_in_brackets) {
        if (!enter(p))
            return bracket;
        bracket = parse_behind_bracket(p, parse_bracket(p), start);
        leave(p);
    } else {
        array_push(p->arena, &bracket.items, parse_expr(p));
    }
    while (bracket.query == NULL && accept_symbol(p, ",")) {
        bracket.trailing_comma = at_symbol(p, ")") && p->dialect == DIALECT_DUCKDB;
        if (!bracket.trailing_comma)
            array_push(p->arena, &bracket.items, parse_expr(p));
    }
    chain_end(p, saved);
    expect_symbol(p, ")");
    return bracket;
}

const Expr *bracket_operand(Parser *p, Bracket bracket, size_t offset)
{
    if (bracket.query != NULL)
        return make_expr(
            p, (Expr){.kind = EXPR_SUBQUERY, .query = bracket.query, .offset = offset});
    if (bracket.trailing_comma)
        refuse(p, ERROR_SYNTAX, offset, "a row ends in a comma");
    if (bracket.items.count == 1)
        return bracket.items.items[0];
    return make_expr(p, (Expr){.kind = EXPR_ROW,
                               .args = bracket.items.items,
                               .arg_count = bracket.items.count,
                               .offset = offset});
}

// Names

// True if a word may be called: f(…).
static bool at_function_name(const Parser *p)
{
    if (p->token.kind == TOKEN_NAME)
        return true;
    KeywordClass class = dialect_class(p->dialect, (Word)p->token.word);
    return p->token.kind == TOKEN_WORD && class != CLASS_RESERVED &&
           class != CLASS_COLUMN && class != CLASS_JOIN;
}

// typed = type STRING: DATE '2000-01-01'. NULL if none stands here.
static const Expr *parse_typed_literal(Parser *p)
{
    size_t start = p->position, behind = 1;
    if (!p->traits->has_typed_literal)
        return NULL;
    if ((at_word(p, WORD_timestamp) || at_word(p, WORD_time)) &&
        (peek_word(p, 1, WORD_with) || peek_word(p, 1, WORD_without)))
        behind = 4;
    if (at_word(p, WORD_double) && peek_word(p, 1, WORD_precision))
        behind = 2;
    if (peek(p, behind).kind != TOKEN_STRING)
        return NULL;
    if (p->token.kind == TOKEN_WORD &&
        dialect_class(p->dialect, (Word)p->token.word) == CLASS_RESERVED)
        return NULL;
    Expr parts = {.kind = EXPR_LITERAL, .literal = LITERAL_TYPED};
    parts.offset = p->token.offset;
    parts.type = parse_type(p);
    if (p->token.kind != TOKEN_STRING) {
        go_to(p, start);
        return NULL;
    }
    parts.name = token_value(p->arena, p->text, advance(p));
    return make_expr(p, parts);
}

const Expr *make_method(Parser *p, const Expr *operand, const Expr *call)
{
    ExprArray args = {0};
    array_push(p->arena, &args, operand);
    for (size_t i = 0; i < call->arg_count; i++)
        array_push(p->arena, &args, call->args[i]);
    Expr method = *call;
    method.form = FORM_METHOD;
    method.args = args.items;
    method.arg_count = args.count;
    return make_expr(p, method);
}

static const Expr *parse_qualified_call(Parser *p, NameArray names, size_t start,
                                        size_t offset)
{
    const char *name = names.items[names.count - 1];
    const Expr *call = parse_call(p, name, false, offset);
    if (call == NULL || call->kind != EXPR_CALL)
        return opaque_since(p, start);
    Expr column = {.kind = EXPR_NAME,
                   .name = names.items[names.count - 2],
                   .parts = names.items,
                   .part_count = names.count - 2,
                   .offset = p->list.tokens[start].offset};
    return make_method(p, make_expr(p, column), call);
}

// name = label {"." label} ["." "*"]; calls: name "(" …
static const Expr *parse_name_operand(Parser *p)
{
    NameArray names = {0};
    size_t start = p->position, offset = p->token.offset;
    bool quoted = p->token.kind != TOKEN_WORD;
    bool only_function = !at_name(p);
    if (only_function && (!at_function_name(p) || !peek_symbol(p, 1, "("))) {
        expected(p, "an expression");
        return NULL;
    }
    bool callable = at_function_name(p);
    array_push(p->arena, &names, parse_label(p, "an expression"));
    while (at_symbol(p, ".") && !peek_symbol(p, 1, "*")) {
        advance(p);
        quoted = p->token.kind != TOKEN_WORD;
        callable = p->dialect != DIALECT_SQLITE;
        array_push(p->arena, &names, parse_label(p, "a column"));
    }
    if (at_symbol(p, ".") && p->dialect != DIALECT_SQLITE) {
        advance(p);
        return parse_star(p, start, names.items, names.count);
    }
    if (callable && at_symbol(p, "(")) {
        if (names.count == 1)
            return parse_call(p, names.items[0], quoted, offset);
        return parse_qualified_call(p, names, start, offset);
    }
    if (p->dialect == DIALECT_SQLITE && names.count > 3)
        refuse(p, ERROR_SYNTAX, offset, "a column has at most a schema and a table");
    return make_expr(p, (Expr){.kind = EXPR_NAME,
                               .name = names.items[names.count - 1],
                               .parts = names.items,
                               .part_count = names.count - 1,
                               .quoted = quoted,
                               .offset = offset});
}

// Operands

static const Expr *parse_symbol_operand(Parser *p)
{
    size_t start = p->position, offset = p->token.offset;
    if (at_symbol(p, "("))
        return bracket_operand(p, parse_bracket(p), offset);
    if (at_symbol(p, "[") && p->dialect == DIALECT_DUCKDB)
        return parse_list(p);
    if (at_symbol(p, "{") && p->traits->has_struct_braces)
        return parse_struct(p);
    if (at_symbol(p, "*") && p->dialect == DIALECT_DUCKDB) {
        advance(p);
        return parse_star(p, start, NULL, 0);
    }
    if (at_symbol(p, "#") && peek(p, 1).kind == TOKEN_NUMBER) {
        advance(p);
        advance(p);
        return opaque_since(p, start);
    }
    expected(p, "an expression");
    return NULL;
}

const Expr *parse_operand(Parser *p)
{
    const Expr *special = NULL;
    switch ((TokenKind)p->token.kind) {
    case TOKEN_NUMBER:
        return parse_literal(p, LITERAL_NUMBER);
    case TOKEN_STRING:
        if (p->dialect == DIALECT_SQLITE && peek_symbol(p, 1, "."))
            return parse_name_operand(p);
        return parse_literal(p, LITERAL_STRING);
    case TOKEN_BLOB:
        return parse_literal(p, LITERAL_BLOB);
    case TOKEN_PARAMETER:
        return parse_parameter(p);
    case TOKEN_WORD:
        special = parse_special_form(p);
        if (special != NULL || p->failed)
            return special;
        special = parse_typed_literal(p);
        return special != NULL ? special : parse_name_operand(p);
    case TOKEN_NAME:
        special = parse_typed_literal(p);
        return special != NULL ? special : parse_name_operand(p);
    case TOKEN_SYMBOL:
        return parse_symbol_operand(p);
    case TOKEN_END:
    case TOKEN_COMMENT:
    case TOKEN_BAD:
        break;
    }
    expected(p, "an expression");
    return NULL;
}

// Lists

void parse_expr_list(Parser *p, const Expr *const **exprs, size_t *count)
{
    ExprArray list = {0};
    do {
        array_push(p->arena, &list, parse_expr(p));
    } while (accept_comma(p));
    *exprs = list.items;
    *count = list.count;
}

void parse_direction(Parser *p, OrderItem *item)
{
    item->descending = accept_word(p, WORD_desc);
    item->ascending = !item->descending && accept_word(p, WORD_asc);
    if (accept_words(p, WORD_nulls, WORD_first))
        item->nulls = NULLS_FIRST;
    else if (accept_words(p, WORD_nulls, WORD_last))
        item->nulls = NULLS_LAST;
}

static OrderItem parse_order_item(Parser *p)
{
    OrderItem item = {.comment = take_comments(p)};
    item.expr = parse_expr(p);
    parse_direction(p, &item);
    item.comment = finish_comments(p, item.comment);
    return item;
}

void parse_order_list(Parser *p, const OrderItem **items, size_t *count)
{
    ARRAY(OrderItem) list = {0};
    do {
        OrderItem item = parse_order_item(p);
        array_push(p->arena, &list, item);
    } while (accept_symbol(p, ","));
    *items = list.items;
    *count = list.count;
}
