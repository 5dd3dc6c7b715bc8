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

// excluded = name {"." name} | "(" excluded {"," excluded} ")"
static void parse_excluded(Parser *p)
{
    bool brackets = accept_symbol(p, "(");
    do {
        parse_label(p, "a column");
        while (accept_symbol(p, "."))
            parse_label(p, "a column");
    } while (brackets && accept_comma(p));
    if (brackets)
        expect_symbol(p, ")");
}

// replaced = expr AS name | "(" expr AS name {"," …} ")"
static void parse_replaced(Parser *p)
{
    bool brackets = accept_symbol(p, "(");
    do {
        parse_expr(p);
        expect_word(p, WORD_as);
        parse_label(p, "a column");
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

// star = [t "."] "*" [COLUMNS (…)] [EXCLUDE …] [REPLACE …] [RENAME …] [pattern]
const Expr *parse_star(Parser *p, size_t start, const char *const *parts,
                       size_t part_count)
{
    Expr star = {.kind = EXPR_STAR, .parts = parts, .part_count = part_count};
    star.offset = p->list.tokens[start].offset;
    if (part_count > 0)
        expect_symbol(p, "*");
    if (p->dialect != DIALECT_DUCKDB)
        return make_expr(p, star);

    bool more = false;
    if (at_word(p, WORD_columns) && peek_symbol(p, 1, "(")) {
        more = true;
        parse_special_form(p);
    }
    if (at_letters(p, "exclude")) {
        more = true;
        advance(p);
        parse_excluded(p);
    }
    if (at_word(p, WORD_replace)) {
        more = true;
        advance(p);
        parse_replaced(p);
    }
    if (at_word(p, WORD_rename)) {
        more = true;
        advance(p);
        parse_replaced(p);
    }
    more = parse_star_pattern(p) || more;
    return more ? opaque_since(p, start) : make_expr(p, star);
}
