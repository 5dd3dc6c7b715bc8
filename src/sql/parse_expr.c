// parse_expr.c - operators, by precedence climbing.
//
// parse_level(p, least) reads an operand and then every operator that binds at least as
// strongly as `least`; what stands on the right of one is read with a stronger `least`.
// How strongly an operator binds is the dialect's business (operators.def, dialect.c).
//
// A prefix may stand wherever an operand may (a = NOT b), as in the engines' grammars.

#include "sql/parse_infix.h"

#include "base/text.h"

#include <assert.h>

// AND and OR

static const Expr *with_comment(Parser *p, const Expr *expr, const char *comment)
{
    if (expr == NULL || comment == NULL)
        return expr;
    Expr parts = *expr;
    parts.comment = parts.comment == NULL
                        ? comment
                        : arena_printf(p->arena, "%s\n%s", comment, parts.comment);
    return make_expr(p, parts);
}

// Appends an item, or the items of one that is a list of the same kind; the comment goes
// to the first.
static void push_flat(Parser *p, ExprArray *items, ExprKind kind, const Expr *item,
                      const char *comment)
{
    if (item == NULL || item->kind != kind) {
        array_push(p->arena, items, with_comment(p, item, comment));
        return;
    }
    for (size_t i = 0; i < item->arg_count; i++) {
        const char *own = i == 0 ? comment : NULL;
        array_push(p->arena, items, with_comment(p, item->args[i], own));
    }
}

const Expr *parse_flat(Parser *p, const Expr *left, Word word)
{
    ExprKind kind = word == WORD_or ? EXPR_OR : EXPR_AND;
    Level above = word == WORD_or ? LEVEL_AND : LEVEL_NOT;
    ExprArray items = {0};
    size_t offset = p->token.offset;
    push_flat(p, &items, kind, left, NULL);
    while (accept_word(p, word))
        push_flat(p, &items, kind, parse_level(p, above), NULL);
    return make_expr(p, (Expr){.kind = kind,
                               .args = items.items,
                               .arg_count = items.count,
                               .offset = offset});
}

// Climbing

// True if two operators of this kind may not follow each other without brackets.
static bool is_unchained(const Parser *p, Infix infix)
{
    return !p->traits->compare_chains &&
           (infix.kind == INFIX_COMPARE || infix.kind == INFIX_LIKE ||
            infix.kind == INFIX_BETWEEN);
}

const Expr *parse_level_from(Parser *p, Level least, const Expr *left, size_t start)
{
    Level unchained = LEVEL_NONE;
    for (;;) {
        Infix infix = find_infix(p, left);
        if (infix.kind == INFIX_NONE || infix.level < least)
            return left;
        if (is_unchained(p, infix) && infix.level == unchained)
            expected(p, "brackets, for comparisons do not chain");
        unchained = is_unchained(p, infix) ? infix.level : LEVEL_NONE;
        deepen(p);
        left = parse_infix(p, infix, left, start);
    }
}

static const Expr *parse_prefix_operator(Parser *p, Level level)
{
    Token token = advance(p);
    const char *symbol = arena_text(p->arena, p->text + token.offset, token.length);
    Expr parts = {.kind = EXPR_OPERATOR, .name = symbol, .offset = token.offset};
    return make_unary(p, parts, parse_level(p, level));
}

// not = NOT expr
static const Expr *parse_not(Parser *p)
{
    size_t offset = advance(p).offset;
    const Expr *operand = parse_level(p, LEVEL_NOT);
    if (operand != NULL && operand->kind == EXPR_EXISTS && !operand->negated) {
        Expr exists = *operand;
        exists.negated = true;
        exists.offset = offset;
        return make_expr(p, exists);
    }
    return make_unary(p, (Expr){.kind = EXPR_NOT, .offset = offset}, operand);
}

static const Expr *parse_prefix(Parser *p)
{
    if (at_word(p, WORD_not))
        return parse_not(p);
    if (p->token.kind != TOKEN_SYMBOL)
        return parse_operand(p);
    if (at_symbol(p, "-") || at_symbol(p, "+"))
        return parse_prefix_operator(p, LEVEL_UNARY);
    if (at_symbol(p, "~"))
        return parse_prefix_operator(p, p->traits->tilde_level);
    Level level =
        dialect_operator_level(p->dialect, p->text + p->token.offset, p->token.length);
    if (level == LEVEL_OTHER && p->traits->has_free_operators)
        return parse_prefix_operator(p, LEVEL_OTHER);
    return parse_operand(p);
}

const Expr *parse_level(Parser *p, Level least)
{
    if (!enter(p))
        return NULL;
    unsigned saved = chain_begin(p);
    size_t start = p->position;
    const Expr *expr = parse_level_from(p, least, parse_prefix(p), start);
    chain_end(p, saved);
    leave(p);
    return p->failed ? NULL : expr;
}

const Expr *parse_expr(Parser *p)
{
    return parse_level(p, LEVEL_NONE);
}

// Conjuncts

// Returns the expression without its comment, which is added to `comments`.
static const Expr *without_comment(Parser *p, const Expr *expr, Text *comments)
{
    if (expr == NULL || expr->comment == NULL)
        return expr;
    text_addf(comments, "%s%s", comments->length > 0 ? "\n" : "", expr->comment);
    Expr parts = *expr;
    parts.comment = NULL;
    return make_expr(p, parts);
}

// Makes one disjunct of what we took for conjuncts, and reads on behind it. Their
// comments become the whole's.
static const Expr *join_conjuncts(Parser *p, ExprArray items, size_t start)
{
    assert(items.items != NULL);
    Text comments = text_new(p->arena);
    for (size_t i = 0; i < items.count; i++)
        items.items[i] = without_comment(p, items.items[i], &comments);
    const Expr *left = items.items[0];
    if (items.count > 1)
        left = make_expr(p, (Expr){.kind = EXPR_AND,
                                   .args = items.items,
                                   .arg_count = items.count,
                                   .offset = left == NULL ? 0 : left->offset});
    const Expr *whole = parse_level_from(p, LEVEL_NONE, left, start);
    const char *before = comments.length > 0 ? comments.bytes : NULL;
    return with_comment(p, whole, finish_comments(p, before));
}

void parse_conjuncts(Parser *p, const Expr *const **conjuncts, size_t *count)
{
    ExprArray items = {0};
    size_t start = p->position;
    unsigned saved = chain_begin(p);
    do {
        const char *comment = take_comments(p);
        const Expr *item = parse_level(p, LEVEL_NOT);
        comment = finish_comments(p, comment);
        push_flat(p, &items, EXPR_AND, item, comment);
    } while (accept_word(p, WORD_and));

    if (find_infix(p, NULL).kind != INFIX_NONE) {
        ExprArray whole = {0};
        push_flat(p, &whole, EXPR_AND, join_conjuncts(p, items, start), NULL);
        items = whole;
    }
    chain_end(p, saved);
    *conjuncts = items.items;
    *count = items.count;
}
