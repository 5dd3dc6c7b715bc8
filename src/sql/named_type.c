// named_type.c - one walk over the tokens of a type.

#include "sql/named_type.h"

#include "base/text.h"
#include "sql/token.h"

#include <string.h>

enum {
    BRACKET_DEPTH = 64,         // Deeper types are left as they are.
    EXPANDED_BYTES = 256 << 10, // So are longer ones: names may stand for more and more.
};

// What stands in brackets, by the word in front of them.
typedef enum {
    INSIDE_TYPE,   // None: the type itself.
    INSIDE_FIELDS, // Names, each with its type.
    INSIDE_PARTS,  // Types.
    INSIDE_OTHER,  // Digits, the values of an enumeration.
} Inside;

static Inside inside_of(const char *word)
{
    static const char *const with_fields[] = {"struct", "union", "row"};
    for (size_t i = 0; word != NULL && i < COUNT_OF(with_fields); i++)
        if (text_same_word(word, with_fields[i]))
            return INSIDE_FIELDS;
    return text_same_word(word, "map") ? INSIDE_PARTS : INSIDE_OTHER;
}

// The walk: how deep it is, and how many words came since the last comma or bracket.
typedef struct {
    Inside inside[BRACKET_DEPTH];
    size_t depth;
    size_t words;
    const char *word; // The last of them.
} TypeWalk;

// Goes past a token; true if it is a word where a type is named.
static bool is_at_type(TypeWalk *walk, Arena *arena, const TokenList *list, Token token)
{
    if (token.kind == TOKEN_WORD || token.kind == TOKEN_NAME) {
        Inside inside = walk->inside[walk->depth];
        walk->word = token_value(arena, list->text, token);
        walk->words++;
        return inside != INSIDE_OTHER && walk->words == (inside == INSIDE_FIELDS ? 2 : 1);
    }
    if (token_is_symbol(list->text, token, "(")) {
        walk->inside[++walk->depth] = inside_of(walk->word);
        walk->words = 0;
    } else if (token_is_symbol(list->text, token, ")") && walk->depth > 0) {
        walk->depth--;
        walk->words = 2; // Whatever follows names no type.
    } else if (token_is_symbol(list->text, token, ",")) {
        walk->words = 0;
    }
    return false;
}

// Returns the number of the type of that name, or `count`; the last one counts.
static size_t find_type(const NamedTypes *known, const char *name)
{
    for (size_t i = known->count; i-- > 0;)
        if (text_same_word(known->types[i].name, name))
            return i;
    return known->count;
}

const char *named_types_expand(Arena *arena, const NamedTypes *known, const char *type)
{
    TokenList list = token_list(arena, known->dialect, type);
    TypeWalk walk = {.inside = {INSIDE_TYPE}};
    Text text = text_new(arena);
    size_t done = 0;
    for (size_t i = 0; i < list.count && walk.depth + 1 < BRACKET_DEPTH; i++) {
        Token token = list.tokens[i];
        if (!is_at_type(&walk, arena, &list, token))
            continue;
        size_t found = find_type(known, walk.word);
        if (found == known->count)
            continue;
        text_add_bytes(&text, type + done, token.offset - done);
        text_add(&text, known->types[found].definition);
        done = token.offset + token.length;
        if (text.length > EXPANDED_BYTES)
            return type;
    }
    if (done == 0)
        return type;
    text_add(&text, type + done);
    return text.bytes;
}
