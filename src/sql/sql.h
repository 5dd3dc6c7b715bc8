// sql.h - text to tree and back: all that the rest of hone needs to know of syntax.

#ifndef SQL_SQL_H
#define SQL_SQL_H

#include "catalog/constraint.h"
#include "query/query.h"

// One statement of a text: a slice from the first comment before it to the last one
// before its semicolon, which is left out with what stands behind it.
typedef struct {
    size_t offset; // In the whole text.
    size_t length;
} Statement;

// Cuts a text into its statements at the semicolons outside quotes, comments and
// (SQLite) trigger bodies. Empty statements are left out. Never fails.
Statement *sql_split(Arena *arena, Dialect dialect, const char *text, size_t *count);

// Parses one query (SELECT, VALUES, WITH, FROM-first; one closing semicolon allowed)
// into an unbound tree. Fails with ERROR_SYNTAX and an offset; a statement that is not
// a query with ERROR_REFUSED. Nesting beyond 500 is ERROR_SYNTAX.
bool sql_parse(Arena *arena, Dialect dialect, const char *text, const Query **query,
               Error *err) MUST_CHECK;

// Parses any statement the dialect knows, queries or not, and prints it back: queries
// by the printer, others as their tokens. For `hone sql`.
bool sql_reprint(Arena *arena, Dialect dialect, const char *text, const char **printed,
                 Error *err) MUST_CHECK;

// Parses and binds: every name resolved against the catalog, types derived, stars and
// views (as a SOURCE_TABLE of kind view) resolved. Fails with ERROR_NAME, an offset and
// the closest names where a name is unknown or ambiguous.
bool sql_bind(Arena *arena, const Catalog *catalog, const char *text, Tree *tree,
              Error *err) MUST_CHECK;

// As sql_bind, for a query parsed before.
bool sql_bind_query(Arena *arena, const Catalog *catalog, const char *text,
                    const Query *query, Tree *tree, Error *err) MUST_CHECK;

// How a query is laid out. The zero value prints for people.
typedef struct {
    bool one_line;
    bool no_comments;
} PrintStyle;

// Return the text of a bound (or merely parsed) tree in its dialect: aliases that clash
// renamed, implicit names that a rewrite would change written out.
const char *sql_print(Arena *arena, const Tree *tree, PrintStyle style);
const char *sql_print_query(Arena *arena, Dialect dialect, const Query *query,
                            PrintStyle style);

// Returns one expression's text, columns qualified as in the tree (for messages); the
// tree may be NULL for an unbound one.
const char *sql_print_expr(Arena *arena, Dialect dialect, const Tree *tree,
                           const Expr *expr);

// Returns a name, quoted if the dialect needs it; a table's, behind that of its schema;
// those of some of its columns, with commas between; a string as a literal.
const char *sql_quote_name(Arena *arena, Dialect dialect, const char *name);
const char *sql_quote_table(Arena *arena, Dialect dialect, const Table *table);
const char *sql_quote_columns(Arena *arena, Dialect dialect, const Table *table,
                              const uint32_t *columns, size_t count);
const char *sql_quote_string(Arena *arena, Dialect dialect, const char *value);

// Reads CREATE TABLE, CREATE [UNIQUE] INDEX and CREATE VIEW statements into a catalog;
// other statements are passed over, tables without types allowed where the dialect
// does. `enforced` says whether what the dialect enforces counts as enforced (a schema
// that hone will create itself: yes; a script beside a database: no). Fails on text
// that does not parse.
bool sql_read_schema(Arena *arena, Dialect dialect, const char *text, bool enforced,
                     const Catalog **catalog, Error *err) MUST_CHECK;

// Returns `catalog` with the CHECKs of its tables parsed and bound (Check.expr); those
// that do not parse stay NULL.
const Catalog *sql_bind_checks(Arena *arena, const Catalog *catalog);

// Returns CREATE statements that make empty tables like these, with every constraint
// that is at least `assurance`, in an order that foreign keys allow.
const char *sql_print_schema(Arena *arena, const Catalog *catalog, Assurance assurance);

// Returns the statement that adds the constraint to a table that there is; NULL where the
// dialect has none, so that the table must be made anew.
const char *sql_print_adding(Arena *arena, Dialect dialect, const Constraint *constraint);

// Returns a query with one row if the table has rows against the constraint, else none.
const char *sql_print_offence(Arena *arena, Dialect dialect,
                              const Constraint *constraint);

// Returns the line and column (from 1, in characters) of an offset.
void sql_line_of(const char *text, size_t offset, size_t *line, size_t *column);

// Returns two lines, the one with the offset (cut to fit in 90 columns) and a caret
// under it; "" for NO_OFFSET.
const char *sql_show_place(Arena *arena, const char *text, size_t offset);

// The gate. True if the bound query is one that hone may run: it reads only, and calls
// nothing but what `original` calls (may be NULL) or what is on the dialect's list of
// pure built-ins. Fails with ERROR_REFUSED and the reason.
bool sql_gate(const Tree *tree, const Tree *original, Error *err) MUST_CHECK;

#endif
