// parse_nested.c - DuckDB's lists, structs, lambdas, and the stars of every dialect.

#include "sql/parse.h"

#include "base/text.h"

// comprehension = expr FOR name {"," name} IN expr [IF expr], behind its first part
static void parse_comprehension(Parser *p)
{
    do {
        parse_name(p, "a name");
    } while (accept_symbol(p, ","));
    expect_word(p, WORD_in);
    parse_expr(p);
    if (accept_word(p, WORD_if))
        parse_expr(p);
}

// list = "[" [expr {"," expr} | comprehension] "]"
const Expr *parse_list(Parser *p)
{
    size_t start = p->position;
    ExprArray items = {0};
    size_t offset = advance(p).offset;
    bool more = !at_symbol(p, "]");
    while (more) {
        array_push(p->arena, &items, parse_expr(p));
        more = accept_comma(p);
    }
    bool comprehension = items.count == 1 && accept_word(p, WORD_for);
    if (comprehension)
        parse_comprehension(p);
    expect_symbol(p, "]");
    if (comprehension)
        return opaque_since(p, start);
    return make_expr(p, (Expr){.kind = EXPR_CALL,
                               .form = FORM_LIST,
                               .name = "list_value",
                               .args = items.items,
                               .arg_count = items.count,
                               .offset = offset});
}

// struct = "{" [name ":" expr {"," name ":" expr}] "}"
const Expr *parse_struct(Parser *p)
{
    ExprArray args = {0};
    size_t offset = advance(p).offset;
    while (!at_symbol(p, "}") && !p->failed) {
        Token key = p->token;
        const char *name = parse_label(p, "a field's name");
        array_push(p->arena, &args, literal_string(p, name, key.offset));
        expect_symbol(p, ":");
        array_push(p->arena, &args, parse_expr(p));
        if (!accept_symbol(p, ","))
            break;
    }
    expect_symbol(p, "}");
    return make_expr(p, (Expr){.kind = EXPR_CALL,
                               .form = FORM_STRUCT,
                               .name = "struct_pack",
                               .args = args.items,
                               .arg_count = args.count,
                               .offset = offset});
}

// lambda = LAMBDA name {"," name} ":" expr
const Expr *parse_lambda(Parser *p)
{
    size_t start = p->position;
    advance(p);
    do {
        parse_name(p, "a parameter's name");
    } while (accept_symbol(p, ","));
    expect_symbol(p, ":");
    parse_expr(p);
    return opaque_since(p, start);
}

// Stars

static const Expr *parse_star_name(Parser *p)
{
    size_t offset = p->token.offset;
    const char *name = parse_label(p, "a column");
    return make_expr(p, (Expr){.kind = EXPR_NAME, .name = name, .offset = offset});
}

// excluded = name {"." name} | "(" excluded {"," excluded} ")"
// False where a name is qualified.
static bool parse_excluded(Parser *p, ExprArray *changes)
{
    bool is_bare = true;
    bool brackets = accept_symbol(p, "(");
    do {
        array_push(p->arena, changes, parse_star_name(p));
        while (accept_symbol(p, ".")) {
            parse_label(p, "a column");
            is_bare = false;
        }
    } while (brackets && accept_comma(p));
    if (brackets)
        expect_symbol(p, ")");
    return is_bare;
}

// replaced = expr AS name | "(" expr AS name {"," …} ")"
static void parse_replaced(Parser *p, ExprArray *changes)
{
    bool brackets = accept_symbol(p, "(");
    do {
        const Expr **pair = arena_new(p->arena, const Expr *, 2);
        pair[0] = parse_expr(p);
        expect_word(p, WORD_as);
        pair[1] = parse_star_name(p);
        array_push(p->arena, changes,
                   make_expr(p, (Expr){.kind = EXPR_ROW,
                                       .args = pair,
                                       .arg_count = 2,
                                       .offset = pair[0]->offset}));
    } while (brackets && accept_comma(p));
    if (brackets)
        expect_symbol(p, ")");
}

// pattern = [NOT] (LIKE | ILIKE | GLOB | SIMILAR TO) expr, behind a star
static bool parse_star_pattern(Parser *p)
{
    static const Word patterns[] = {WORD_like, WORD_ilike, WORD_glob, WORD_similar};
    size_t negated = at_word(p, WORD_not) ? 1 : 0;
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        if (!peek_word(p, negated, patterns[i]))
            continue;
        for (size_t k = 0; k <= negated; k++)
            advance(p);
        accept_word(p, WORD_to);
        parse_level(p, LEVEL_OTHER);
        if (accept_word(p, WORD_escape))
            parse_level(p, LEVEL_OTHER);
        return true;
    }
    return false;
}

// [COLUMNS (…)] [EXCLUDE …] [REPLACE …] [RENAME …] [pattern]; false if there is something
// that we do not understand.
static bool parse_star_changes(Parser *p, ExprArray *changes)
{
    bool is_known = true;
    if (at_word(p, WORD_columns) && peek_symbol(p, 1, "(")) {
        is_known = false;
        parse_special_form(p);
    }
    if (at_letters(p, "exclude")) {
        advance(p);
        is_known = parse_excluded(p, changes) && is_known;
    }
    if (at_word(p, WORD_replace)) {
        advance(p);
        parse_replaced(p, changes);
    }
    if (at_word(p, WORD_rename)) {
        advance(p);
        parse_replaced(p, changes);
        is_known = false;
    }
    return !parse_star_pattern(p) && is_known;
}

// star = [t "."] "*" changes
const Expr *parse_star(Parser *p, size_t start, const char *const *parts,
                       size_t part_count)
{
    Expr star = {.kind = EXPR_STAR, .parts = parts, .part_count = part_count};
    star.offset = p->list.tokens[start].offset;
    size_t symbol = part_count > 0 ? p->position : start;
    if (part_count > 0)
        expect_symbol(p, "*");
    if (p->dialect != DIALECT_DUCKDB)
        return make_expr(p, star);

    ExprArray changes = {0};
    if (!parse_star_changes(p, &changes))
        return opaque_since(p, start);
    if (changes.count > 0) {
        star.name = text_since(p, symbol);
        star.args = changes.items;
        star.arg_count = changes.count;
    }
    return make_expr(p, star);
}
