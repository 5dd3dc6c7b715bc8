// parse_infix.c - one function for each kind of operator.
//
// Finding an operator consumes nothing: the climber (parse_expr.c) first asks whether it
// binds strongly enough to be read here.

#include "sql/parse_infix.h"

// Finding an operator

static const struct {
    Word word;
    InfixKind kind;
    LikeKind like;
    unsigned dialects; // A bit each.
} word_infixes[] = {
#define EVERY  ((1U << DIALECT_COUNT) - 1)
#define SQLITE (1U << DIALECT_SQLITE)
#define DUCKDB (1U << DIALECT_DUCKDB)
    {WORD_between, INFIX_BETWEEN, LIKE_LIKE, EVERY},
    {WORD_in, INFIX_IN, LIKE_LIKE, EVERY},
    {WORD_like, INFIX_LIKE, LIKE_LIKE, EVERY},
    {WORD_ilike, INFIX_LIKE, LIKE_ILIKE, EVERY & ~SQLITE},
    {WORD_similar, INFIX_LIKE, LIKE_SIMILAR, EVERY & ~SQLITE},
    {WORD_glob, INFIX_LIKE, LIKE_GLOB, SQLITE | DUCKDB},
    {WORD_regexp, INFIX_LIKE, LIKE_REGEXP, SQLITE},
    {WORD_match, INFIX_LIKE, LIKE_MATCH, SQLITE},
};

// Finds IN, LIKE, BETWEEN, … in a token.
static Infix find_match(const Parser *p, Token token)
{
    for (size_t i = 0; token.kind == TOKEN_WORD && i < COUNT_OF(word_infixes); i++)
        if (word_infixes[i].word == token.word &&
            (word_infixes[i].dialects & (1U << p->dialect)) != 0)
            return (Infix){.kind = word_infixes[i].kind,
                           .like = word_infixes[i].like,
                           .level = p->traits->match_level};
    return (Infix){.kind = INFIX_NONE};
}

static Infix find_word(const Parser *p)
{
    bool sqlite = p->dialect == DIALECT_SQLITE;
    switch (p->token.word) {
    case WORD_or:
        return (Infix){.kind = INFIX_OR, .level = LEVEL_OR};
    case WORD_and:
        return (Infix){.kind = INFIX_AND, .level = LEVEL_AND};
    case WORD_is:
        return (Infix){.kind = INFIX_IS, .level = p->traits->is_level};
    case WORD_isnull:
    case WORD_notnull:
        return (Infix){.kind = INFIX_NULL_TEST,
                       .level = p->traits->is_level,
                       .negated = p->token.word == WORD_notnull};
    case WORD_collate:
        return (Infix){.kind = INFIX_COLLATE, .level = LEVEL_COLLATE};
    case WORD_at:
        if (sqlite || !peek_word(p, 1, WORD_time))
            break;
        return (Infix){.kind = INFIX_ZONE, .level = LEVEL_ZONE};
    case WORD_operator:
        if (sqlite || !peek_symbol(p, 1, "("))
            break;
        return (Infix){.kind = INFIX_NAMED_OPERATOR, .level = LEVEL_OTHER};
    case WORD_not:
        if (p->dialect == DIALECT_DUCKDB && peek_word(p, 1, WORD_glob))
            break;
        if (peek_word(p, 1, WORD_null) && p->dialect != DIALECT_POSTGRES)
            return (Infix){INFIX_NULL_TEST, p->traits->is_level, .negated = true};
        Infix match = find_match(p, peek(p, 1));
        match.negated = true;
        return match;
    default:
        return find_match(p, p->token);
    }
    return (Infix){.kind = INFIX_NONE};
}

static Infix find_symbol(const Parser *p, const Expr *left)
{
    const char *symbol = p->text + p->token.offset;
    size_t length = p->token.length;
    Infix found = {.kind = INFIX_OPERATOR};
    found.level = dialect_operator_level(p->dialect, symbol, length);
    if (found.level == LEVEL_ARROW)
        found.kind = INFIX_ARROW;
    else if (found.level != LEVEL_NONE && comparison_find(symbol, length, &found.compare))
        found.kind = INFIX_COMPARE;
    if (found.level != LEVEL_NONE)
        return found;
    if (p->dialect == DIALECT_SQLITE)
        return (Infix){.kind = INFIX_NONE};
    if (at_symbol(p, "::"))
        return (Infix){.kind = INFIX_CAST, .level = LEVEL_CAST};
    if (at_symbol(p, "["))
        return (Infix){.kind = INFIX_SUBSCRIPT, .level = LEVEL_SUBSCRIPT};
    if (at_symbol(p, ".") && left != NULL)
        return (Infix){.kind = INFIX_FIELD, .level = LEVEL_CAST};
    return (Infix){.kind = INFIX_NONE};
}

// True if something that an operand can start with is next; decides whether DuckDB's
// `!` stands between two operands or behind one.
static bool at_operand_start(const Parser *p, size_t ahead)
{
    Token token = peek(p, ahead);
    switch ((TokenKind)token.kind) {
    case TOKEN_WORD:
        return dialect_class(p->dialect, (Word)token.word) != CLASS_RESERVED ||
               token.word == WORD_case || token.word == WORD_cast ||
               token.word == WORD_null || token.word == WORD_true ||
               token.word == WORD_false || token.word == WORD_any ||
               token.word == WORD_all || token.word == WORD_not ||
               token.word == WORD_array || token.word == WORD_lambda;
    case TOKEN_NAME:
    case TOKEN_STRING:
    case TOKEN_BLOB:
    case TOKEN_NUMBER:
    case TOKEN_PARAMETER:
        return true;
    case TOKEN_SYMBOL:
        return !peek_symbol(p, ahead, ")") && !peek_symbol(p, ahead, ",") &&
               !peek_symbol(p, ahead, "]") && !peek_symbol(p, ahead, ";") &&
               !peek_symbol(p, ahead, "}");
    case TOKEN_END:
    case TOKEN_COMMENT:
    case TOKEN_BAD:
        break;
    }
    return false;
}

Infix find_infix(const Parser *p, const Expr *left)
{
    if (p->token.kind == TOKEN_WORD)
        return find_word(p);
    if (p->token.kind != TOKEN_SYMBOL)
        return (Infix){.kind = INFIX_NONE};
    Infix found = find_symbol(p, left);
    // LIMIT 10%: the sign belongs to LIMIT.
    if (p->dialect == DIALECT_DUCKDB && at_symbol(p, "%") && !at_operand_start(p, 1))
        return (Infix){.kind = INFIX_NONE};
    if (found.level == LEVEL_OTHER && p->dialect == DIALECT_DUCKDB &&
        !at_operand_start(p, 1))
        found.kind = INFIX_POSTFIX;
    return found;
}

// Building nodes

static const Expr *make_binary(Parser *p, Expr parts, const Expr *left, const Expr *right)
{
    const Expr *args[] = {left, right};
    parts.args = arena_copy(p->arena, args, 2, sizeof(*args));
    parts.arg_count = 2;
    return make_expr(p, parts);
}

const Expr *make_unary(Parser *p, Expr parts, const Expr *operand)
{
    parts.args = arena_copy(p->arena, &operand, 1, sizeof(operand));
    parts.arg_count = 1;
    return make_expr(p, parts);
}

// Comparisons and tests

// quantified = op (ANY | SOME | ALL) bracket; NULL if none stands here. A list instead
// of a query, or another operator than a comparison, is beyond the tree.
static const Expr *parse_quantified(Parser *p, Infix infix, const Expr *left,
                                    size_t start, size_t offset)
{
    bool all = at_word(p, WORD_all);
    if (p->dialect == DIALECT_SQLITE || !peek_symbol(p, 1, "(") ||
        (!all && !at_word(p, WORD_any) && !at_word(p, WORD_some)))
        return NULL;
    if (p->dialect == DIALECT_DUCKDB && infix.kind == INFIX_OPERATOR)
        expected(p, "an expression");
    advance(p);
    Bracket bracket = parse_bracket(p);
    if (bracket.query == NULL || infix.kind != INFIX_COMPARE)
        return opaque_since(p, start);
    Expr parts = {.kind = EXPR_QUANTIFIED,
                  .compare = infix.compare,
                  .quantifier = all ? QUANTIFIER_ALL : QUANTIFIER_ANY,
                  .query = bracket.query,
                  .offset = offset};
    return make_unary(p, parts, left);
}

static const Expr *parse_compare(Parser *p, Infix infix, const Expr *left, size_t start)
{
    size_t offset = advance(p).offset;
    const Expr *quantified = parse_quantified(p, infix, left, start, offset);
    if (quantified != NULL)
        return quantified;
    Expr parts = {.kind = EXPR_COMPARE, .compare = infix.compare, .offset = offset};
    return make_binary(p, parts, left, parse_level(p, infix.level + 1));
}

// Accepts the word of a test behind IS. In SQLite what follows may bind the word first,
// as in a IS NULL + 1: then it is an operand.
static bool accept_is_test(Parser *p, IsTest *test)
{
    static const struct {
        Word word;
        IsTest test;
    } tests[] = {
        {WORD_null, IS_NULL},
        {WORD_true, IS_TRUE},
        {WORD_false, IS_FALSE},
        {WORD_unknown, IS_UNKNOWN},
    };
    bool is_sqlite = p->dialect == DIALECT_SQLITE;
    size_t i = 0, operand = p->position;
    while (i < COUNT_OF(tests) && !at_word(p, tests[i].word))
        i++;
    if (i == COUNT_OF(tests) || (is_sqlite && tests[i].test == IS_UNKNOWN))
        return false;
    *test = tests[i].test;
    advance(p);
    Infix behind = is_sqlite ? find_infix(p, NULL) : (Infix){.kind = INFIX_NONE};
    if (behind.kind == INFIX_NONE || behind.level <= LEVEL_COMPARE)
        return true;
    go_to(p, operand);
    return false;
}

// is = IS [NOT] (NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM expr | SQLite: expr)
static const Expr *parse_is(Parser *p, const Expr *left)
{
    Expr parts = {.kind = EXPR_COMPARE, .offset = advance(p).offset};
    bool negated = accept_word(p, WORD_not);
    IsTest test;
    if (accept_words(p, WORD_distinct, WORD_from)) {
        parts.compare = negated ? COMPARE_NOT_DISTINCT : COMPARE_DISTINCT;
        return make_binary(p, parts, left, parse_level(p, p->traits->is_level + 1));
    }
    if (accept_is_test(p, &test)) {
        parts.kind = EXPR_IS;
        parts.is = test;
        parts.negated = negated;
        return make_unary(p, parts, left);
    }
    if (p->dialect != DIALECT_SQLITE) {
        expected(p, "NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
        return NULL;
    }
    parts.compare = negated ? COMPARE_DISTINCT : COMPARE_NOT_DISTINCT;
    return make_binary(p, parts, left, parse_level(p, LEVEL_COMPARE + 1));
}

static const Expr *parse_null_test(Parser *p, Infix infix, const Expr *left)
{
    size_t offset = p->token.offset;
    if (advance(p).word == WORD_not)
        advance(p);
    Expr parts = {.kind = EXPR_IS,
                  .is = IS_NULL,
                  .negated = infix.negated,
                  .offset = offset};
    return make_unary(p, parts, left);
}

// between = [NOT] BETWEEN [SYMMETRIC] expr AND expr
static const Expr *parse_between(Parser *p, Infix infix, const Expr *left, size_t start)
{
    size_t offset = advance(p).offset;
    bool symmetric = p->dialect != DIALECT_SQLITE && accept_word(p, WORD_symmetric);
    if (!symmetric && p->dialect != DIALECT_SQLITE)
        accept_word(p, WORD_asymmetric);
    // No AND may stand in the low bound, for that one is ours.
    Level low_level = p->dialect == DIALECT_SQLITE ? LEVEL_NOT : LEVEL_OTHER;
    const Expr *low = parse_level(p, low_level);
    expect_word(p, WORD_and);
    const Expr *high = parse_level(p, infix.level + 1);
    if (symmetric)
        return opaque_since(p, start);
    const Expr *args[] = {left, low, high};
    return make_expr(p, (Expr){.kind = EXPR_BETWEEN,
                               .negated = infix.negated,
                               .args = arena_copy(p->arena, args, 3, sizeof(*args)),
                               .arg_count = 3,
                               .offset = offset});
}

// like = [NOT] (LIKE | GLOB | …) expr [ESCAPE expr]
static const Expr *parse_like(Parser *p, Infix infix, const Expr *left, size_t start)
{
    size_t offset = advance(p).offset;
    if (infix.like == LIKE_SIMILAR)
        expect_word(p, WORD_to);
    const Expr *quantified = parse_quantified(p, infix, left, start, offset);
    if (quantified != NULL)
        return quantified;
    ExprArray args = {0};
    array_push(p->arena, &args, left);
    array_push(p->arena, &args, parse_level(p, infix.level + 1));
    bool may_escape = p->dialect == DIALECT_SQLITE || infix.like != LIKE_GLOB;
    if (may_escape && accept_word(p, WORD_escape))
        array_push(p->arena, &args, parse_level(p, infix.level + 1));
    return make_expr(p, (Expr){.kind = EXPR_LIKE,
                               .like = infix.like,
                               .negated = infix.negated,
                               .args = args.items,
                               .arg_count = args.count,
                               .offset = offset});
}

// IN

static const Expr *make_in_list(Parser *p, Expr parts, const Expr *left, ExprArray items)
{
    ExprArray args = {0};
    array_push(p->arena, &args, left);
    for (size_t i = 0; i < items.count; i++)
        array_push(p->arena, &args, items.items[i]);
    parts.kind = EXPR_IN_LIST;
    parts.args = args.items;
    parts.arg_count = args.count;
    return make_expr(p, parts);
}

// SQLite's a IN t and a IN f(x): the same as a query that reads the whole of it.
static const Query *parse_in_table(Parser *p)
{
    Source source = {.kind = SOURCE_NAME, .offset = p->token.offset};
    source.name = parse_name(p, "a list in brackets, a query or a table");
    if (accept_symbol(p, ".")) {
        source.schema = source.name;
        source.name = parse_name(p, "a table's name");
    }
    if (at_symbol(p, "(")) {
        source.kind = SOURCE_FUNCTION;
        source.call = parse_table_call(p, source.name, source.offset);
    }
    return query_of_source(p, arena_copy(p->arena, &source, 1, sizeof(source)));
}

// in = [NOT] IN (bracket | SQLite: "(" ")" | table | DuckDB: operand)
static const Expr *parse_in(Parser *p, Infix infix, const Expr *left, size_t start)
{
    Expr parts = {.negated = infix.negated, .offset = advance(p).offset};
    bool sqlite = p->dialect == DIALECT_SQLITE;
    if (sqlite && at_symbol(p, "(") && peek_symbol(p, 1, ")")) {
        advance(p);
        advance(p);
        return make_in_list(p, parts, left, (ExprArray){0});
    }
    if (at_symbol(p, "(")) {
        Bracket bracket = parse_bracket(p);
        if (bracket.query == NULL)
            return make_in_list(p, parts, left, bracket.items);
        parts.query = bracket.query;
    } else if (sqlite) {
        parts.query = parse_in_table(p);
    } else {
        if (p->token.kind == TOKEN_NUMBER || p->token.kind == TOKEN_STRING ||
            at_word(p, WORD_null) || at_word(p, WORD_true) || at_word(p, WORD_false))
            expected(p, "a list, a query or a name");
        parse_level(p, LEVEL_SUBSCRIPT);
        return opaque_since(p, start);
    }
    parts.kind = EXPR_IN_QUERY;
    return make_unary(p, parts, left);
}

// Operators

// True if DuckDB's x -> e is a lambda, not a step into JSON: names before the arrow.
static bool is_lambda(const Expr *left, const Expr *right)
{
    if (left == NULL || right == NULL || right->kind == EXPR_LITERAL)
        return false;
    if (left->kind == EXPR_ROW)
        return left->arg_count > 0 && is_lambda(left->args[0], right);
    return left->kind == EXPR_NAME && left->part_count == 0;
}

static const Expr *parse_operator(Parser *p, Infix infix, const Expr *left, size_t start)
{
    Token token = advance(p);
    const char *symbol = arena_text(p->arena, p->text + token.offset, token.length);
    Expr parts = {.kind = EXPR_OPERATOR, .name = symbol, .offset = token.offset};
    const Expr *quantified = parse_quantified(p, infix, left, start, token.offset);
    if (quantified != NULL)
        return quantified;
    const Expr *right = parse_level(p, infix.level + 1);
    if (infix.kind == INFIX_ARROW && is_lambda(left, right))
        return opaque_since(p, start);
    return make_binary(p, parts, left, right);
}

// named_operator = OPERATOR "(" {name "."} symbol ")" expr
static const Expr *parse_named_operator(Parser *p, size_t start)
{
    advance(p);
    skip_brackets(p, "(", ")");
    parse_level(p, LEVEL_OTHER + 1);
    return opaque_since(p, start);
}

static const Expr *parse_zone(Parser *p, const Expr *left)
{
    size_t offset = advance(p).offset;
    expect_word(p, WORD_time);
    expect_word(p, WORD_zone);
    Expr parts = {.kind = EXPR_OPERATOR, .name = "AT TIME ZONE", .offset = offset};
    return make_binary(p, parts, left, parse_level(p, LEVEL_ZONE + 1));
}

static const Expr *parse_collate(Parser *p, const Expr *left)
{
    size_t offset = advance(p).offset;
    const char *name = parse_collation(p);
    return make_unary(p, (Expr){.kind = EXPR_COLLATE, .name = name, .offset = offset},
                      left);
}

static const Expr *parse_colons(Parser *p, const Expr *left)
{
    Expr parts = {.kind = EXPR_CAST, .form = FORM_COLONS, .offset = advance(p).offset};
    parts.type = parse_type(p);
    return make_unary(p, parts, left);
}

// subscript = "[" [expr] [":" [expr | "-"] [":" expr]] "]"
static const Expr *parse_subscript(Parser *p, const Expr *left, size_t start)
{
    ExprArray args = {0};
    size_t offset = advance(p).offset;
    bool complete = !at_symbol(p, ":") && !at_symbol(p, "::");
    array_push(p->arena, &args, left);
    if (complete)
        array_push(p->arena, &args, parse_expr(p));
    for (int i = 0; i < 2 && (at_symbol(p, ":") || at_symbol(p, "::")); i++) {
        complete = complete && i == 0 && at_symbol(p, ":");
        advance(p);
        bool bound = !at_symbol(p, "]") && !at_symbol(p, ":");
        bool dash =
            at_symbol(p, "-") && (peek_symbol(p, 1, "]") || peek_symbol(p, 1, ":"));
        complete = complete && bound && !dash;
        if (dash)
            advance(p);
        else if (bound)
            array_push(p->arena, &args, parse_expr(p));
    }
    expect_symbol(p, "]");
    if (!complete)
        return opaque_since(p, start);
    return make_expr(p, (Expr){.kind = EXPR_CALL,
                               .form = FORM_SUBSCRIPT,
                               .name = args.count == 2 ? "array_extract" : "array_slice",
                               .args = args.items,
                               .arg_count = args.count,
                               .offset = offset});
}

// field = "." (name | call | "*"), behind an operand that is no name
static const Expr *parse_field(Parser *p, const Expr *left, size_t start)
{
    advance(p);
    if (p->dialect == DIALECT_POSTGRES && accept_symbol(p, "*"))
        return opaque_since(p, start);
    size_t offset = p->token.offset;
    const char *name = parse_label(p, "a field");
    if (!at_symbol(p, "(")) {
        Expr parts = {.kind = EXPR_CALL,
                      .form = FORM_FIELD,
                      .name = "struct_extract",
                      .offset = offset};
        return make_binary(p, parts, left, literal_string(p, name, offset));
    }
    const Expr *call = parse_call(p, name, false, offset);
    if (call == NULL || call->kind != EXPR_CALL)
        return opaque_since(p, start);
    return make_method(p, left, call);
}

// All of them

const Expr *parse_infix(Parser *p, Infix infix, const Expr *left, size_t start)
{
    if (infix.negated && infix.kind != INFIX_NULL_TEST)
        advance(p); // NOT
    switch (infix.kind) {
    case INFIX_OR:
        return parse_flat(p, left, WORD_or);
    case INFIX_AND:
        return parse_flat(p, left, WORD_and);
    case INFIX_IS:
        return parse_is(p, left);
    case INFIX_NULL_TEST:
        return parse_null_test(p, infix, left);
    case INFIX_COMPARE:
        return parse_compare(p, infix, left, start);
    case INFIX_BETWEEN:
        return parse_between(p, infix, left, start);
    case INFIX_IN:
        return parse_in(p, infix, left, start);
    case INFIX_LIKE:
        return parse_like(p, infix, left, start);
    case INFIX_ARROW:
    case INFIX_OPERATOR:
        return parse_operator(p, infix, left, start);
    case INFIX_NAMED_OPERATOR:
        return parse_named_operator(p, start);
    case INFIX_ZONE:
        return parse_zone(p, left);
    case INFIX_COLLATE:
        return parse_collate(p, left);
    case INFIX_SUBSCRIPT:
        return parse_subscript(p, left, start);
    case INFIX_CAST:
        return parse_colons(p, left);
    case INFIX_FIELD:
        return parse_field(p, left, start);
    case INFIX_POSTFIX:
        advance(p);
        return opaque_since(p, start);
    case INFIX_NONE:
        break;
    }
    return left;
}
