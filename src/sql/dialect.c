// dialect.c - the tables behind dialect.h.

#include "sql/dialect.h"

#include <string.h>

static const char *const sqlite_symbols[] = {
    "->>", "->", "<<", ">>", "<=", ">=", "<>", "!=", "==", "||", "(", ")", ",",  ".",
    ";",   "+",  "-",  "*",  "/",  "%",  "=",  "<",  ">",  "&",  "|", "~", NULL,
};

static const char *const duckdb_symbols[] = {
    "::", ":=", "(", ")", "[", "]", "{", "}", ",", ".", ";", ":", "?", "#", "$", NULL,
};

static const char *const postgres_symbols[] = {
    "::", ":=", "(", ")", "[", "]", ",", ".", ";", ":", NULL,
};

static const DialectTraits traits[DIALECT_COUNT] = {
    [DIALECT_SQLITE] =
        {
            .quotes_with_backtick = true,
            .quotes_with_bracket = true,
            .open_comments = true,
            .parameter_marks = "?:@$",
            .symbols = sqlite_symbols,
            .is_level = LEVEL_COMPARE,
            .match_level = LEVEL_COMPARE,
            .tilde_level = LEVEL_UNARY,
            .compare_chains = true,
        },
    [DIALECT_DUCKDB] =
        {
            .nests_comments = true,
            .has_dollar_strings = true,
            .has_escape_strings = true,
            .joins_strings = true,
            .has_free_operators = true,
            .has_number_underscore = true,
            .has_struct_braces = true,
            .parameter_marks = "?$",
            .operator_characters = "~!@^&|`+-*/%<>=",
            .symbols = duckdb_symbols,
            .is_level = LEVEL_IS,
            .match_level = LEVEL_MATCH,
            .tilde_level = LEVEL_OTHER,
            .arms_in_brackets = true,
            .intersect_first = true,
            .has_typed_literal = true,
        },
    [DIALECT_POSTGRES] =
        {
            .nests_comments = true,
            .has_dollar_strings = true,
            .has_escape_strings = true,
            .joins_strings = true,
            .has_free_operators = true,
            .parameter_marks = "$",
            .operator_characters = "~!@#^&|`?+-*/%<>=",
            .symbols = postgres_symbols,
            .is_level = LEVEL_IS,
            .match_level = LEVEL_MATCH,
            .tilde_level = LEVEL_OTHER,
            .arms_in_brackets = true,
            .intersect_first = true,
            .has_typed_literal = true,
            .folds_names = true,
        },
};

const DialectTraits *dialect_traits(Dialect dialect)
{
    return &traits[dialect];
}

// Keywords

enum {
    N = CLASS_NONE,
    F = CLASS_FREE,
    C = CLASS_COLUMN,
    T = CLASS_TYPE,
    J = CLASS_JOIN,
    R = CLASS_RESERVED,
    NEEDS_AS = 16,
    FA = F + NEEDS_AS,
    CA = C + NEEDS_AS,
    TA = T + NEEDS_AS,
    RA = R + NEEDS_AS,
};

static const unsigned char classes[WORD_COUNT][DIALECT_COUNT] = {
#define KEYWORD(word, sqlite, duckdb, postgres)                                          \
    [WORD_##word] = {sqlite, duckdb, postgres},
#include "sql/keywords.def"
#undef KEYWORD
};

KeywordClass dialect_class(Dialect dialect, Word word)
{
    return (KeywordClass)(classes[word][dialect] & ~NEEDS_AS);
}

bool dialect_allows_bare_alias(Dialect dialect, Word word)
{
    unsigned char class = classes[word][dialect];
    switch (dialect) {
    case DIALECT_SQLITE:
        return class == N || class == F || class == C;
    case DIALECT_DUCKDB:
        return class == N;
    case DIALECT_POSTGRES:
        return (class & NEEDS_AS) == 0;
    }
    return false;
}

bool dialect_allows_name(Dialect dialect, Word word)
{
    KeywordClass class = dialect_class(dialect, word);
    return class != CLASS_RESERVED && class != CLASS_TYPE;
}

// Operators

static const struct {
    const char *symbol;
    Level levels[DIALECT_COUNT];
} operators[] = {
#define OPERATOR(symbol, sqlite, duckdb, postgres)                                       \
    {symbol, {LEVEL_##sqlite, LEVEL_##duckdb, LEVEL_##postgres}},
#include "sql/operators.def"
#undef OPERATOR
};

Level dialect_operator_level(Dialect dialect, const char *symbol, size_t length)
{
    for (size_t i = 0; i < COUNT_OF(operators); i++) {
        const char *known = operators[i].symbol;
        if (strncmp(known, symbol, length) == 0 && known[length] == '\0')
            return operators[i].levels[dialect];
    }
    return traits[dialect].has_free_operators ? LEVEL_OTHER : LEVEL_NONE;
}

bool comparison_find(const char *symbol, size_t length, Comparison *compare)
{
    static const struct {
        const char *symbol;
        Comparison compare;
    } comparisons[] = {
        {"=", COMPARE_EQ}, {"==", COMPARE_EQ}, {"<>", COMPARE_NE}, {"!=", COMPARE_NE},
        {"<", COMPARE_LT}, {"<=", COMPARE_LE}, {">", COMPARE_GT},  {">=", COMPARE_GE},
    };
    for (size_t i = 0; i < COUNT_OF(comparisons); i++) {
        const char *known = comparisons[i].symbol;
        if (strlen(known) == length && memcmp(known, symbol, length) == 0) {
            *compare = comparisons[i].compare;
            return true;
        }
    }
    return false;
}
