// parse_special.c - expressions that start with a word of their own: CASE, CAST, EXISTS,
// INTERVAL, EXTRACT and what else is written with words between its arguments.

#include "sql/parse.h"

#include "base/text.h"

static const Expr *make_call(Parser *p, const char *name, Form form, ExprArray args,
                             size_t offset)
{
    return make_expr(p, (Expr){.kind = EXPR_CALL,
                               .form = form,
                               .name = name,
                               .args = args.items,
                               .arg_count = args.count,
                               .offset = offset});
}

// Literals and CASE

static const Expr *parse_null(Parser *p)
{
    return parse_literal(p, LITERAL_NULL);
}

static bool is_name_here(const Parser *p)
{
    return peek_symbol(p, 1, ".") || peek_symbol(p, 1, "(");
}

static const Expr *parse_true(Parser *p)
{
    return is_name_here(p) ? NULL : parse_literal(p, LITERAL_TRUE);
}

static const Expr *parse_false(Parser *p)
{
    return is_name_here(p) ? NULL : parse_literal(p, LITERAL_FALSE);
}

// case = CASE [expr] {WHEN expr THEN expr} [ELSE expr] END
static const Expr *parse_case(Parser *p)
{
    Expr parts = {.kind = EXPR_CASE, .offset = advance(p).offset};
    ExprArray args = {0};
    parts.has_operand = !at_word(p, WORD_when);
    if (parts.has_operand)
        array_push(p->arena, &args, parse_expr(p));
    do {
        expect_word(p, WORD_when);
        array_push(p->arena, &args, parse_expr(p));
        expect_word(p, WORD_then);
        array_push(p->arena, &args, parse_expr(p));
    } while (at_word(p, WORD_when));
    parts.has_else = accept_word(p, WORD_else);
    if (parts.has_else)
        array_push(p->arena, &args, parse_expr(p));
    expect_word(p, WORD_end);
    parts.args = args.items;
    parts.arg_count = args.count;
    return make_expr(p, parts);
}

// Casts and EXISTS

// cast = (CAST | TRY_CAST) "(" expr AS type ")"
static const Expr *parse_cast(Parser *p)
{
    if (!peek_symbol(p, 1, "("))
        return NULL;
    Expr parts = {.kind = EXPR_CAST, .offset = p->token.offset};
    parts.form = advance(p).word == WORD_try_cast ? FORM_TRY : FORM_PLAIN;
    expect_symbol(p, "(");
    const Expr *operand = parse_expr(p);
    expect_word(p, WORD_as);
    parts.type = parse_type(p);
    expect_symbol(p, ")");
    parts.args = arena_copy(p->arena, &operand, 1, sizeof(operand));
    parts.arg_count = 1;
    return make_expr(p, parts);
}

static const Expr *parse_exists(Parser *p)
{
    if (!peek_symbol(p, 1, "("))
        return NULL;
    Expr parts = {.kind = EXPR_EXISTS, .offset = advance(p).offset};
    Bracket bracket = parse_bracket(p);
    if (bracket.query == NULL)
        expected(p, "a query in brackets");
    parts.query = bracket.query;
    return make_expr(p, parts);
}

// Dates and intervals

bool is_interval_unit(const Parser *p, size_t ahead)
{
    static const char *const units[] = {
        "year",        "month",        "day",         "hour",        "minute",
        "second",      "years",        "months",      "days",        "hours",
        "minutes",     "seconds",      "week",        "weeks",       "quarter",
        "quarters",    "decade",       "decades",     "century",     "centuries",
        "millennium",  "millennia",    "millenniums", "millisecond", "milliseconds",
        "microsecond", "microseconds",
    };
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (peek_letters(p, ahead, units[i]))
            return true;
    return false;
}

// interval = INTERVAL (STRING [unit [TO unit]] | NUMBER unit | operand unit)
static const Expr *parse_interval(Parser *p)
{
    size_t start = p->position;
    TokenKind next = (TokenKind)peek(p, 1).kind;
    bool named = (next == TOKEN_WORD || next == TOKEN_NAME) && is_interval_unit(p, 2);
    if (next != TOKEN_STRING && next != TOKEN_NUMBER && next != TOKEN_PARAMETER &&
        !peek_symbol(p, 1, "(") && !named)
        return NULL;
    Expr parts = {.kind = EXPR_LITERAL,
                  .literal = LITERAL_INTERVAL,
                  .quoted = next == TOKEN_STRING,
                  .type = TYPE_OF(TYPE_INTERVAL),
                  .offset = advance(p).offset};
    bool simple = next == TOKEN_STRING || next == TOKEN_NUMBER;
    if (simple)
        parts.name = token_value(p->arena, p->text, advance(p));
    else
        parse_operand(p);
    if (is_interval_unit(p, 0))
        parts.unit = token_value(p->arena, p->text, advance(p));
    else if (next != TOKEN_STRING)
        expected(p, "a unit, such as DAY");
    if (at_word(p, WORD_to)) {
        advance(p);
        simple = false;
        advance(p);
    }
    return simple ? make_expr(p, parts) : opaque_since(p, start);
}

// extract = EXTRACT "(" (name | STRING) FROM expr ")"
static const Expr *parse_extract(Parser *p)
{
    if (!peek_symbol(p, 1, "("))
        return NULL;
    ExprArray args = {0};
    size_t offset = advance(p).offset;
    advance(p);
    Token field = p->token;
    const char *name = parse_label(p, "a field, such as YEAR");
    array_push(p->arena, &args, literal_string(p, name, field.offset));
    expect_word(p, WORD_from);
    array_push(p->arena, &args, parse_expr(p));
    expect_symbol(p, ")");
    return make_call(p, "extract", FORM_EXTRACT, args, offset);
}

// Calls with words between their arguments

// substring = SUBSTRING "(" expr (FROM expr [FOR expr] | {"," expr}) ")"
static const Expr *parse_substring(Parser *p)
{
    if (!peek_symbol(p, 1, "("))
        return NULL;
    size_t start = p->position;
    Token name = advance(p);
    Expr call = {.kind = EXPR_CALL,
                 .name = token_value(p->arena, p->text, name),
                 .offset = name.offset};
    advance(p);
    const Expr *first = parse_expr(p);
    if (accept_word(p, WORD_for)) {
        parse_expr(p);
        expect_symbol(p, ")");
        return opaque_since(p, start);
    }
    if (!accept_word(p, WORD_from))
        return parse_call_after(p, call, first, start);
    ExprArray args = {0};
    array_push(p->arena, &args, first);
    array_push(p->arena, &args, parse_expr(p));
    if (accept_word(p, WORD_for))
        array_push(p->arena, &args, parse_expr(p));
    expect_symbol(p, ")");
    return make_call(p, call.name, FORM_SUBSTRING, args, call.offset);
}

// position = POSITION "(" operand IN operand ")"
static const Expr *parse_position(Parser *p)
{
    if (!peek_symbol(p, 1, "("))
        return NULL;
    size_t offset = advance(p).offset;
    advance(p);
    ExprArray args = {0};
    array_push(p->arena, &args, parse_level(p, LEVEL_OTHER));
    expect_word(p, WORD_in);
    array_push(p->arena, &args, parse_level(p, LEVEL_OTHER));
    expect_symbol(p, ")");
    return make_call(p, "position", FORM_POSITION, args, offset);
}

// trim = TRIM "(" [BOTH | LEADING | TRAILING] [[expr] FROM] expr {"," expr} ")". The text
// to trim is the first argument, what to trim away the second; `unit` says where.
static const Expr *parse_trim(Parser *p)
{
    static const struct {
        Word word;
        const char *name;
    } sides[] = {{WORD_both, "trim"}, {WORD_leading, "ltrim"}, {WORD_trailing, "rtrim"}};
    size_t start = p->position;
    if (!peek_symbol(p, 1, "("))
        return NULL;
    Expr call = {.kind = EXPR_CALL, .form = FORM_TRIM, .offset = p->token.offset};
    call.name = token_value(p->arena, p->text, advance(p));
    advance(p);
    for (size_t i = 0; i < COUNT_OF(sides) && call.unit == NULL; i++) {
        if (!at_word(p, sides[i].word))
            continue;
        call.name = sides[i].name;
        call.unit = token_value(p->arena, p->text, advance(p));
    }
    const Expr *first = at_word(p, WORD_from) ? NULL : parse_expr(p);
    bool from = accept_word(p, WORD_from);
    if (!from && call.unit == NULL)
        return parse_call_after(p, call, first, start);
    ExprArray args = {0};
    if (from)
        array_push(p->arena, &args, parse_expr(p));
    if (first != NULL)
        array_push(p->arena, &args, first);
    expect_symbol(p, ")");
    call.args = args.items;
    call.arg_count = args.count;
    return make_expr(p, call);
}

// overlay = OVERLAY "(" expr PLACING expr FROM expr [FOR expr] ")"
static const Expr *parse_overlay(Parser *p)
{
    if (!peek_symbol(p, 1, "("))
        return NULL;
    size_t offset = advance(p).offset;
    advance(p);
    ExprArray args = {0};
    array_push(p->arena, &args, parse_expr(p));
    expect_word(p, WORD_placing);
    array_push(p->arena, &args, parse_expr(p));
    expect_word(p, WORD_from);
    array_push(p->arena, &args, parse_expr(p));
    if (accept_word(p, WORD_for))
        array_push(p->arena, &args, parse_expr(p));
    expect_symbol(p, ")");
    return make_call(p, "overlay", FORM_OVERLAY, args, offset);
}

// CURRENT_DATE and others that are called without brackets
static const Expr *parse_bare_call(Parser *p)
{
    if (is_name_here(p))
        return NULL;
    Token token = advance(p);
    return make_call(p, token_value(p->arena, p->text, token), FORM_BARE, (ExprArray){0},
                     token.offset);
}

static const Expr *parse_grouping(Parser *p)
{
    if (!peek_symbol(p, 1, "("))
        return NULL;
    Token token = advance(p);
    Expr parts = {.kind = EXPR_GROUPING, .offset = token.offset};
    parts.name = token_value(p->arena, p->text, token);
    expect_symbol(p, "(");
    if (!at_symbol(p, ")"))
        parse_expr_list(p, &parts.args, &parts.arg_count);
    expect_symbol(p, ")");
    return make_expr(p, parts);
}

// Forms beyond the tree

// array = ARRAY ("[" … "]" | "(" query ")")
static const Expr *parse_array(Parser *p)
{
    size_t start = p->position;
    if (!peek_symbol(p, 1, "[") && !peek_symbol(p, 1, "("))
        return NULL;
    advance(p);
    if (at_symbol(p, "["))
        parse_list(p);
    else if (parse_bracket(p).query == NULL)
        expected(p, "a query in brackets");
    return opaque_since(p, start);
}

// map = MAP "{" expr ":" expr {"," …} "}"
static const Expr *parse_map(Parser *p)
{
    size_t start = p->position;
    if (!peek_symbol(p, 1, "{"))
        return NULL;
    advance(p);
    advance(p);
    while (!at_symbol(p, "}") && !p->failed) {
        parse_expr(p);
        expect_symbol(p, ":");
        parse_expr(p);
        if (!accept_symbol(p, ","))
            break;
    }
    expect_symbol(p, "}");
    return opaque_since(p, start);
}

// columns = COLUMNS "(" expr ")"
static const Expr *parse_columns(Parser *p)
{
    size_t start = p->position;
    if (!peek_symbol(p, 1, "("))
        return NULL;
    advance(p);
    advance(p);
    parse_expr(p);
    expect_symbol(p, ")");
    return opaque_since(p, start);
}

static const Expr *parse_raise(Parser *p)
{
    if (peek_symbol(p, 1, "("))
        expected(p, "RAISE() in a trigger only");
    return NULL;
}

// DuckDB: DEFAULT stands for a column's, in VALUES and SET
static const Expr *parse_default_value(Parser *p)
{
    size_t start = p->position;
    advance(p);
    return opaque_since(p, start);
}

// The table

typedef const Expr *SpecialForm(Parser *p);

const Expr *parse_special_form(Parser *p)
{
    enum { ALL = 7, SQLITE = 1, DUCKDB = 2, POSTGRES = 4, REST = 6 };
    static const struct {
        Word word;
        unsigned dialects;
        SpecialForm *parse;
    } forms[] = {
        {WORD_null, ALL, parse_null},
        {WORD_true, ALL, parse_true},
        {WORD_false, ALL, parse_false},
        {WORD_case, ALL, parse_case},
        {WORD_cast, ALL, parse_cast},
        {WORD_try_cast, DUCKDB, parse_cast},
        {WORD_exists, ALL, parse_exists},
        {WORD_interval, REST, parse_interval},
        {WORD_extract, REST, parse_extract},
        {WORD_substring, REST, parse_substring},
        {WORD_position, REST, parse_position},
        {WORD_trim, REST, parse_trim},
        {WORD_overlay, REST, parse_overlay},
        {WORD_grouping, REST, parse_grouping},
        {WORD_grouping_id, DUCKDB, parse_grouping},
        {WORD_current_date, ALL, parse_bare_call},
        {WORD_current_time, ALL, parse_bare_call},
        {WORD_current_timestamp, ALL, parse_bare_call},
        {WORD_localtime, REST, parse_bare_call},
        {WORD_localtimestamp, REST, parse_bare_call},
        {WORD_current_user, POSTGRES, parse_bare_call},
        {WORD_current_role, POSTGRES, parse_bare_call},
        {WORD_session_user, POSTGRES, parse_bare_call},
        {WORD_user, POSTGRES, parse_bare_call},
        {WORD_current_schema, POSTGRES, parse_bare_call},
        {WORD_current_catalog, POSTGRES, parse_bare_call},
        {WORD_array, REST, parse_array},
        {WORD_map, DUCKDB, parse_map},
        {WORD_columns, DUCKDB, parse_columns},
        {WORD_lambda, DUCKDB, parse_lambda},
        {WORD_default, DUCKDB, parse_default_value},
        {WORD_raise, SQLITE, parse_raise},
    };
    if (p->token.word == WORD_NONE)
        return NULL;
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (p->token.word == forms[i].word &&
            (forms[i].dialects & (1U << p->dialect)) != 0)
            return forms[i].parse(p);
    return NULL;
}
