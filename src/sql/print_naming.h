// print_naming.h - what the files that choose names share; nobody else includes it.
//
//   print_names.c    the names of columns and outputs; the answers
//   print_choose.c   the walk through queries
//   print_from.c     FROM: what is visible through it, USING, stars
//   print_refer.c    references: what a name would mean where it stands

#ifndef SQL_PRINT_NAMING_H
#define SQL_PRINT_NAMING_H

#include "base/array.h"
#include "base/map.h"
#include "base/text.h"
#include "sql/print_names.h"
#include "sql/print_scope.h"

// What becomes of the names of a query's outputs.
typedef enum {
    ROLE_ROOT,    // The user sees them.
    ROLE_SOURCE,  // A derived table's or CTE's: FROM makes columns of them.
    ROLE_NAMELESS // Nobody asks: EXISTS, IN, scalar, later arms.
} Role;

typedef struct {
    const Output *output;
    const char *name; // What it is called from outside.
    size_t position;
    Role role;
    bool is_fresh; // `name` is not the output's own, because another has that.
    bool is_used;  // A consumer refers to it by name.
} OutputName;

typedef struct {
    const Cte *cte;
    const char *name;
    bool is_hidden; // Needs a fresh name.
} CteName;

typedef struct {
    const Source *source;
    const Query *query; // Whose outputs are its columns; NULL for tables and functions.
    const char *const *names; // A list of column names, w (a, b), that goes before.
    size_t name_count;
    const char *alias;
    const CteName *follows; // The CTE whose name is the alias, for there is no other.
    unsigned depth;
    bool is_hidden; // Needs a fresh alias.
} SourceName;

// A column of one source, or several merged by FULL JOIN USING.
typedef struct {
    uint32_t source;
    uint32_t column;
} Member;

// What an unqualified name or `*` can mean through FROM.
typedef struct {
    const char *name;
    const Member *members;
    size_t member_count;
} Visible;

// One block under way.
typedef struct Block Block;
struct Block {
    Block *outer;
    const Query *query;
    const Output *labels;
    ARRAY(Visible) visible;
    ARRAY(SourceName *) leaves;
    bool sees_outputs; // The clause under way may take a name for an output's.
    bool has_opaque;   // A source whose columns nobody knows.
    unsigned depth;
};

struct Names {
    Arena *arena;
    Dialect dialect;
    bool is_bound;
    Map sources;   // Number -> SourceName.
    Map ctes;      // Number -> CteName.
    Map outputs;   // Id -> OutputName.
    Map qualified; // Columns that were written bare, and can't be: Expr -> itself.
    Map uses;      // EXPR_OUTPUT -> OutputUse.
    Map stars;     // First Output of a run -> StarRun.
    Map joins;     // Number of a join that keeps USING -> itself.
    Map naturals;  // The same for NATURAL.
    Map merged;    // COALESCE -> the name.
    Map taken;     // Every name there is -> the last number put behind it.
    NameScope columns, aliases, labels, with;
    Block *block;
};

// Returns a value that is not NULL, for maps that are used as sets.
void *names_mark(void);

// Notes that a name is taken; returns one that was not: `base`, with a number behind it
// if need be.
void names_take(Names *n, const char *name);
const char *names_fresh(Names *n, const char *base);

// Return what was entered under a number, or NULL.
SourceName *names_find_source(const Names *n, uint32_t number);
OutputName *names_find_output(const Names *n, uint32_t id);

// Return how many columns a source has; the id or ordinal of the one at a position; its
// name, or NULL.
size_t named_width(const SourceName *s);
uint32_t named_column(const SourceName *s, size_t position);
const char *named_column_name(const Names *n, const SourceName *s, size_t position);

// Returns the name of the column that an EXPR_COLUMN means, as the user spelled it if
// the spelling is all that differs.
const char *names_column_text(const Names *n, const Expr *column);

// Enters a query's outputs, each with a name no other has where FROM reads them.
void names_enter_outputs(Names *n, const Query *query, Role role);

// Notes that a consumer needs the column's name, the source's alias.
void names_use_column(Names *n, const SourceName *s, uint32_t column);
void names_need_alias(Names *n, SourceName *s);

// True if the expression is what the visible name stands for.
bool names_is_visible(const Expr *expr, const Visible *visible);

// Look at the references in expressions; in a key (an item of ORDER BY or DISTINCT ON),
// an output may stand alone.
void names_see(Names *n, const Expr *expr);
void names_see_all(Names *n, const Expr *const *exprs, size_t count);
void names_see_key(Names *n, const Expr *key);

// Enter FROM, the select list, a whole query. `labels`: the outputs whose names count;
// NULL for the query's own.
void names_enter_from(Names *n, const Select *select);
void names_enter_list(Names *n, const Select *select);
void names_enter_query(Names *n, const Query *query, Role role, const Output *labels);

#endif
