// parse.h - what the files of the parser share; nobody else includes it.
//
// Each grammar function reads the piece of grammar in the comment above it. The first
// error sticks: from then on the input reads as if it had ended, so grammar functions
// have no error branches, and what they return is never looked at.
//
//   parse_cursor.c      where we are, names, comments, errors
//   parse_expr.c        expressions, by precedence climbing
//   parse_infix.c       operators, one by one
//   parse_operand.c     what stands between operators
//   parse_call.c        functions, aggregates, windows
//   parse_special.c     CASE, CAST, INTERVAL and other forms written with words
//   parse_type.c        types
//   parse_nested.c      DuckDB's lists, structs, lambdas and stars
//   parse_source.c      FROM
//   parse_select.c      one SELECT
//   parse_query.c       everything from WITH to LIMIT
//   parse_create.c      CREATE TABLE, INDEX and VIEW
//   parse_change.c      INSERT, UPDATE, DELETE and MERGE

#ifndef SQL_PARSE_H
#define SQL_PARSE_H

#include "base/array.h"
#include "query/query.h"
#include "sql/dialect.h"
#include "sql/token.h"

#include <string.h>

// Deeper nesting is refused rather than left to overflow the stack, here or in what
// walks the tree.
enum { DEPTH_LIMIT = 500 };

typedef ARRAY(const Expr *) ExprArray;
typedef ARRAY(const char *) NameArray;

typedef struct ParameterName ParameterName;

typedef struct {
    Arena *arena;
    Dialect dialect;
    const DialectTraits *traits;
    const char *text;
    TokenList list;
    size_t position; // In the list.
    Token token;     // The next one, not yet consumed.
    size_t next_comment;
    unsigned depth;   // Of the grammar functions under way.
    unsigned deepest; // Of the tree below the construct under way; see deepen().
    uint32_t parameter_count;
    ParameterName **parameters; // By name, hashed.
    bool failed;
    Error *err;
} Parser;

// Cursor

Parser parser_new(Arena *arena, Dialect dialect, const char *text, Error *err);

// Consumes the next token and returns it.
Token advance(Parser *p);

// Goes back to a token seen before; comments and errors are not undone.
void go_to(Parser *p, size_t position);

// Record an error, unless there was one before, and end the input. `expected` says
// what should have stood here: "expected a name, found FROM".
void refuse(Parser *p, ErrorKind kind, size_t offset, const char *format, ...)
    PRINTF_LIKE(4, 5);
void expected(Parser *p, const char *what);

// Return the token `ahead` of the next one, or look at it.
Token peek(const Parser *p, size_t ahead);
bool peek_symbol(const Parser *p, size_t ahead, const char *symbol);
bool peek_word(const Parser *p, size_t ahead, Word word);

static inline bool at_word(const Parser *p, Word word)
{
    return p->token.kind == TOKEN_WORD && p->token.word == word;
}

bool at_symbol(const Parser *p, const char *symbol);
bool at_query_start(const Parser *p);

// True if the next token is a word or quoted name with these letters: for words that
// are no keywords (EXCLUDE and others are, in some dialects).
bool at_letters(const Parser *p, const char *letters);
bool peek_letters(const Parser *p, size_t ahead, const char *letters);

// Consume the next token if it is this one.
bool accept_word(Parser *p, Word word);
bool accept_symbol(Parser *p, const char *symbol);

// Consume two words if both follow.
bool accept_words(Parser *p, Word first, Word second);

// Consume the next token, which must be this one.
void expect_word(Parser *p, Word word);
void expect_symbol(Parser *p, const char *symbol);

// Consumes a pair of brackets and what stands between them, which is no semicolon.
void skip_brackets(Parser *p, const char *open, const char *close);

// True if another item of a list follows: consumes a comma, and in DuckDB passes over
// one that stands before the list's end, `end` or a word that ends it.
bool accept_comma(Parser *p);

// Enter and leave a grammar function that may contain itself. `enter` is false where
// the limit is reached: the caller returns NULL.
bool enter(Parser *p);
void leave(Parser *p);

// A chain such as a + b + c is a tree as deep as it is long. A function that builds one
// brackets itself with chain_begin and chain_end and calls `deepen` for every link; so
// the depth of every tree is bounded exactly.
unsigned chain_begin(Parser *p);
void deepen(Parser *p);
void chain_end(Parser *p, unsigned saved);

// Names

// True if the next token can be the name of a column or table.
bool at_name(const Parser *p);

// True if the token can stand as an alias without AS: of an output, of a source.
bool at_bare_alias(const Parser *p);
bool at_source_alias(const Parser *p);

// collation = name {"." name}
const char *parse_collation(Parser *p);

// Consume a name; `what` says of what: "a column". Any word will do for a label, such
// as stands behind AS or a dot.
const char *parse_name(Parser *p, const char *what);
const char *parse_label(Parser *p, const char *what);

// name_list = "(" name {"," name} ")"
void parse_name_list(Parser *p, const char *const **names, size_t *count);

// Returns the text from a token of the list up to the last one consumed; comments in
// it are dropped from those that are still to be placed.
const char *text_since(Parser *p, size_t position);

// Comments

// Returns the comments in front of the next token that have no place yet, or NULL.
const char *take_comments(Parser *p);

// Returns `before` with the comments that belong to the item just read: inside it, and
// behind it (or behind the comma that follows) in the same line.
const char *finish_comments(Parser *p, const char *before);

// Nodes

const Expr *make_expr(Parser *p, Expr parts);
const Expr *opaque_since(Parser *p, size_t position);
const Expr *literal_string(Parser *p, const char *value, size_t offset);

// Returns operand.f(…) for a call f(…).
const Expr *make_method(Parser *p, const Expr *operand, const Expr *call);

// Consumes a token as a literal.
const Expr *parse_literal(Parser *p, LiteralKind literal);

// Expressions

const Expr *parse_expr(Parser *p);
const Expr *parse_level(Parser *p, Level least);

// As parse_level, with the first operand read before, from token `start` on.
const Expr *parse_level_from(Parser *p, Level least, const Expr *left, size_t start);

// expr {AND expr}: the conjuncts, each with its comments.
void parse_conjuncts(Parser *p, const Expr *const **conjuncts, size_t *count);

// What stands between brackets: a query, or one or more expressions.
typedef struct {
    const Query *query;
    ExprArray items;
    bool trailing_comma; // (a, b,): DuckDB allows it behind IN.
} Bracket;

// bracket = "(" (query | expr {"," expr}) ")"
Bracket parse_bracket(Parser *p);
const Expr *bracket_operand(Parser *p, Bracket bracket, size_t offset);

const Expr *parse_operand(Parser *p);

// expr_list = expr {"," expr}
void parse_expr_list(Parser *p, const Expr *const **exprs, size_t *count);

// direction = [ASC | DESC] [NULLS (FIRST | LAST)]
void parse_direction(Parser *p, OrderItem *item);

// order_list = expr direction {"," expr direction}
void parse_order_list(Parser *p, const OrderItem **items, size_t *count);

// call = "(" arguments ")" [FILTER (…)] [OVER …], with the name read before.
const Expr *parse_call(Parser *p, const char *name, bool quoted, size_t offset);

// table_call = "(" arguments [ORDER BY …] ")": a call in FROM, where OVER is an alias.
const Expr *parse_table_call(Parser *p, const char *name, size_t offset);

// As parse_call, for a call that was read, from token `start`, up to its first argument.
const Expr *parse_call_after(Parser *p, Expr call, const Expr *first, size_t start);

// window_body = "(" [name] [PARTITION BY …] [ORDER BY …] [frame] ")"
const Window *parse_window_body(Parser *p, const char *name);

// Forms written with words: returns NULL and consumes nothing if none stands here.
const Expr *parse_special_form(Parser *p);

// True if the token `ahead` of the next one is a unit of time: DAY, MONTHS, ….
bool is_interval_unit(const Parser *p, size_t ahead);

// type = a type's name with its modifiers, as in CAST.
Type parse_type(Parser *p);

// DuckDB's nested values and stars; called where their first token stands.
const Expr *parse_list(Parser *p);
const Expr *parse_struct(Parser *p);
const Expr *parse_lambda(Parser *p);
const Expr *parse_star(Parser *p, size_t start, const char *const *parts,
                       size_t part_count);

// Sources and queries

void parse_from(Parser *p, const Source *const **sources, size_t *count);

const Query *parse_query(Parser *p);

// As parse_query, where a bracketed query has been read as its first arm.
const Query *parse_query_after(Parser *p, const Query *first);
bool at_query_continuation(const Parser *p);

// Returns SELECT * FROM a source.
const Query *query_of_source(Parser *p, const Source *source);

#endif
