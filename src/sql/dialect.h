// dialect.h - what the dialects do differently, as tables.
//
// One parser reads all dialects: where they differ it asks here. The printer asks the
// same tables when it decides about brackets and quotes.

#ifndef SQL_DIALECT_H
#define SQL_DIALECT_H

#include "query/expr.h"
#include "sql/token.h"

// How strongly an operator binds, from weak to strong. Each dialect uses its own levels
// of this ladder; see operators.def.
typedef enum {
    LEVEL_NONE,  // Not an operator of the dialect.
    LEVEL_ARROW, // DuckDB: x -> e
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,     // The prefix.
    LEVEL_IS,      // PostgreSQL, DuckDB: IS, ISNULL, NOTNULL
    LEVEL_COMPARE, // = <> and others; SQLite: also IS, IN, LIKE, BETWEEN, …
    LEVEL_ORDER,   // SQLite: < <= > >=
    LEVEL_MATCH,   // PostgreSQL, DuckDB: BETWEEN, IN, LIKE, …
    LEVEL_OTHER,   // & | << >> ~ and, outside SQLite, any operator not named elsewhere
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_POWER,  // PostgreSQL, DuckDB: ^
    LEVEL_CONCAT, // SQLite: || -> ->>
    LEVEL_ZONE,   // AT TIME ZONE
    LEVEL_COLLATE,
    LEVEL_UNARY, // The prefixes - and +; SQLite: also ~
    LEVEL_SUBSCRIPT,
    LEVEL_CAST, // ::
    LEVEL_OPERAND,
} Level;

typedef enum {
    CLASS_NONE,     // Not a keyword in this dialect.
    CLASS_FREE,     // A name wherever the grammar has no other use for it.
    CLASS_COLUMN,   // A column or table, but no function.
    CLASS_TYPE,     // A function or type, but no column or table.
    CLASS_JOIN,     // SQLite: a column or table, but no alias without AS, no function.
    CLASS_RESERVED, // Never a name.
} KeywordClass;

typedef struct {
    bool quotes_with_backtick;  // `t`
    bool quotes_with_bracket;   // [t]
    bool nests_comments;        // /* /* */ */
    bool open_comments;         // A comment may lack its end.
    bool has_dollar_strings;    // $$it's$$
    bool has_escape_strings;    // E'\n'
    bool joins_strings;         // 'a' <newline> 'b'
    bool has_free_operators;    // Any run of operator characters is an operator.
    bool has_number_underscore; // 1_000
    bool has_struct_braces;     // {'k': v}
    const char *parameter_marks;
    const char *operator_characters; // Where operators are free.
    const char *const *symbols; // Else, and of one meaning everywhere: longest first.
    Level is_level;
    Level match_level;
    Level tilde_level;      // The prefix ~ and other free prefix operators.
    bool compare_chains;    // a < b < c
    bool arms_in_brackets;  // (SELECT …) UNION (SELECT …)
    bool intersect_first;   // INTERSECT binds tighter than UNION.
    bool has_typed_literal; // DATE '2000-01-01'
    bool folds_names;       // Unquoted names are lower case.
} DialectTraits;

const DialectTraits *dialect_traits(Dialect dialect);

// Returns what a keyword may be in the dialect; CLASS_NONE for WORD_NONE.
KeywordClass dialect_class(Dialect dialect, Word word);

// True if the word may name an output without AS.
bool dialect_allows_bare_alias(Dialect dialect, Word word);

// True if the word may name a column (and so a table) without quotes.
bool dialect_allows_name(Dialect dialect, Word word);

// Returns how strongly a binary operator binds: "+", "||", "<=", … LEVEL_NONE if the
// dialect has none such.
Level dialect_operator_level(Dialect dialect, const char *symbol, size_t length);

// True and sets `compare` if the symbol is a comparison in every dialect.
bool comparison_find(const char *symbol, size_t length, Comparison *compare);

#endif
