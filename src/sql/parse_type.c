// parse_type.c - the types in CAST and behind columns. What a type means, the catalog
// knows; here we only find its end.

#include "sql/parse.h"

// sqlite_type = {word} ["(" number ["," number] ")"]; may be empty
static void skip_sqlite_type(Parser *p)
{
    bool any = false;
    while ((at_name(p) || p->token.kind == TOKEN_STRING) &&
           !(at_word(p, WORD_generated) && peek_word(p, 1, WORD_always))) {
        any = true;
        advance(p);
    }
    if (!any || !accept_symbol(p, "("))
        return;
    do {
        if (!accept_symbol(p, "-"))
            accept_symbol(p, "+");
        if (p->token.kind != TOKEN_NUMBER)
            expected(p, "a number");
        advance(p);
    } while (accept_symbol(p, ","));
    expect_symbol(p, ")");
}

// Consumes the second and later words of names such as DOUBLE PRECISION.
static void skip_more_words(Parser *p, Word first)
{
    static const struct {
        Word first, second;
    } pairs[] = {
        {WORD_double, WORD_precision},   {WORD_character, WORD_varying},
        {WORD_char, WORD_varying},       {WORD_bit, WORD_varying},
        {WORD_national, WORD_character}, {WORD_national, WORD_char},
    };
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (pairs[i].first == first && accept_word(p, pairs[i].second))
            break;
    if (first == WORD_national)
        accept_word(p, WORD_varying);
}

static void skip_time_zone(Parser *p, Word first)
{
    if (first != WORD_time && first != WORD_timestamp)
        return;
    if ((at_word(p, WORD_with) || at_word(p, WORD_without)) &&
        peek_word(p, 1, WORD_time)) {
        advance(p);
        advance(p);
        expect_word(p, WORD_zone);
    }
}

// fields = unit [TO unit], behind INTERVAL
static void skip_interval_fields(Parser *p)
{
    if (!is_interval_unit(p, 0))
        return;
    advance(p);
    if (at_word(p, WORD_to) && is_interval_unit(p, 1)) {
        advance(p);
        advance(p);
    }
}

// type = name {"." name} ["(" … ")"] {"[" [number] "]"}
static void skip_type(Parser *p)
{
    Word first = (Word)p->token.word;
    KeywordClass class = dialect_class(p->dialect, first);
    if ((p->token.kind != TOKEN_WORD && p->token.kind != TOKEN_NAME) ||
        (class == CLASS_RESERVED && first != WORD_union)) {
        expected(p, "a type");
        return;
    }
    advance(p);
    while (accept_symbol(p, "."))
        parse_label(p, "a type");
    skip_more_words(p, first);
    if (at_symbol(p, "("))
        skip_brackets(p, "(", ")");
    skip_time_zone(p, first);
    if (first == WORD_interval)
        skip_interval_fields(p);
    while (at_symbol(p, "["))
        skip_brackets(p, "[", "]");
    if (accept_word(p, WORD_array) && at_symbol(p, "["))
        skip_brackets(p, "[", "]");
}

Type parse_type(Parser *p)
{
    size_t start = p->position;
    if (p->dialect == DIALECT_SQLITE)
        skip_sqlite_type(p);
    else
        skip_type(p);
    return type_from_declaration(p->arena, p->dialect, text_since(p, start));
}
