// query.h - a query as a tree, close to SQL.
//
// The parser makes it with names in it (EXPR_NAME, SOURCE_NAME); the binder makes the
// bound tree that everything else works on. A bound tree obeys query_check (check.h):
//
//   - Every Source has a number, every Output an id, every Cte a number, all drawn from
//     one counter (Tree.next_id) and unique in the tree.
//   - EXPR_COLUMN names (source, column). `column` is, for a base table, the ordinal in
//     Table.columns, or COLUMN_ROWID; for a derived table or CTE, the Output.id in the
//     query it reads; for a function, the ordinal of its column.
//   - A reference may name a source of an enclosing query: that is what correlation is.
//     What a query depends on is computed (walk.h: query_free_sources), not stored.

#ifndef QUERY_QUERY_H
#define QUERY_QUERY_H

#include "base/arena.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "query/expr.h"
#include "query/function.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COLUMN_ROWID (UINT32_MAX - 2)

// One column of a query's result.
typedef struct {
    uint32_t id;
    const Expr *expr;   // In a Select; NULL in a set operation or VALUES.
    const char *name;   // What the consumer sees; never NULL once bound.
    bool explicit_name; // Written with AS (or as such by a rule): the printer writes it.
    bool quoted;
    uint32_t star; // Not 0: one of the columns that one `*` stands for; see Star.
    Type type;
    const char *comment;
} Output;

// A `*` or `t.*` in the select list that the binder expanded. The printer writes it
// again if its outputs still stand together and are what it would expand to.
typedef struct {
    uint32_t id;     // Output.star
    uint32_t source; // 0: all sources.
    const char *qualifier;
    const char *const *left_out; // EXCLUDE (a, b)
    size_t left_out_count;
    bool replaces; // REPLACE (…): those of its outputs that have an explicit name.
} Star;

typedef enum {
    SOURCE_NAME,     // Before binding: a table or a CTE. name
    SOURCE_TABLE,    // table
    SOURCE_QUERY,    // (SELECT …) query, lateral
    SOURCE_CTE,      // cte
    SOURCE_JOIN,     // left, right, join, on | using
    SOURCE_FUNCTION, // call, lateral
    SOURCE_OPAQUE,   // text
} SourceKind;

typedef enum {
    JOIN_INNER,
    JOIN_LEFT,
    JOIN_RIGHT,
    JOIN_FULL,
    JOIN_CROSS,
    JOIN_SEMI, // DuckDB's own syntax
    JOIN_ANTI,
} JoinKind;

// True if a row of the left side without a partner is kept, with NULLs for the right
// side; likewise of the right side.
bool join_keeps_left(JoinKind kind);
bool join_keeps_right(JoinKind kind);

typedef struct Source Source;
struct Source {
    SourceKind kind;
    uint32_t number;   // Unique in the tree; joins have one, too, but nobody names it.
    const char *alias; // What its columns are qualified with; NULL if it has no name.
    bool explicit_alias;
    const char *const *column_names; // t (a, b): new names of the first columns.
    size_t column_name_count;
    const char *schema; // As written, or NULL.
    const char *name;   // As written.
    const Table *table;
    uint32_t cte;
    const Query *query;
    bool lateral;
    const Expr *call;
    const char *text; // SOURCE_OPAQUE; others: a hint behind the name (INDEXED BY i).
    const Output *columns; // SOURCE_FUNCTION: its columns, `id` their ordinals.
    size_t column_count;
    // SOURCE_JOIN
    JoinKind join;
    bool natural;
    const Source *left, *right;
    // Conjuncts. After binding, USING's equalities stand here, too.
    const Expr *const *on;
    size_t on_count;
    const char *const *using_names; // USING (a, b), or what NATURAL came to.
    size_t using_count;
    size_t offset;
    const char *comment;
};

typedef enum { GROUP_KEY, GROUP_ROLLUP, GROUP_CUBE, GROUP_SETS, GROUP_EMPTY } GroupKind;

// One item of GROUP BY: a key (one expression), ROLLUP (a, b), CUBE (a, b), GROUPING
// SETS (items), or (). An item of ROLLUP that is a bracketed list is an EXPR_ROW.
typedef struct GroupItem GroupItem;
struct GroupItem {
    GroupKind kind;
    const Expr *const *exprs;
    size_t expr_count;
    const GroupItem *items;
    size_t item_count;
    const char *comment;
};

typedef enum { DISTINCT_NONE, DISTINCT_ROWS, DISTINCT_ON } DistinctKind;

// Before which clause a comment stood.
typedef enum {
    CLAUSE_FROM,
    CLAUSE_WHERE,
    CLAUSE_GROUP,
    CLAUSE_HAVING,
    CLAUSE_WINDOW,
    CLAUSE_QUALIFY,
    CLAUSE_ORDER,
    CLAUSE_LIMIT,
    CLAUSE_END, // Behind the last token.
    CLAUSE_COUNT,
} Clause;

typedef struct {
    const Output *outputs;
    size_t output_count;
    const Star *stars;
    size_t star_count;
    DistinctKind distinct;
    const Expr *const *distinct_on;
    size_t distinct_on_count;
    const Source *const *sources; // The comma list of FROM.
    size_t source_count;
    const Expr *const *filter; // Conjuncts of WHERE.
    size_t filter_count;
    const GroupItem *groups;
    size_t group_count;
    bool group_all; // DuckDB's GROUP BY ALL as written; `groups` holds what it means.
    const Expr *const *having; // Conjuncts.
    size_t having_count;
    const Window *const *windows; // The WINDOW clause.
    size_t window_count;
    const Expr *const *qualify; // Conjuncts.
    size_t qualify_count;
    const char *comments[CLAUSE_COUNT];
} Select;

typedef enum {
    SET_UNION,
    SET_UNION_ALL,
    SET_INTERSECT,
    SET_INTERSECT_ALL,
    SET_EXCEPT,
    SET_EXCEPT_ALL,
} SetOperator;

// True for those that return no row twice.
bool set_removes_duplicates(SetOperator op);

// A run of one operator, applied from left to right: a UNION b UNION c.
typedef struct {
    SetOperator op;
    bool by_name;             // DuckDB
    const Query *const *arms; // Two or more; each printed in brackets if it needs them.
    size_t arm_count;
    const Output *outputs; // What the whole yields; position i is column i of each arm.
    size_t output_count;
} SetOperation;

typedef struct {
    const Expr *const *const *rows; // rows[i][j], output_count wide.
    size_t row_count;
    const Output *outputs;
    size_t output_count;
} Values;

typedef enum { MATERIALIZE_DEFAULT, MATERIALIZE_YES, MATERIALIZE_NO } Materialize;

typedef struct {
    uint32_t number;
    const char *name;
    bool quoted;
    const char *const *column_names; // w (a, b)
    size_t column_name_count;
    Materialize materialize;
    bool recursive; // It reads itself.
    const Query *query;
    const char *comment;
} Cte;

typedef enum { BODY_SELECT, BODY_SET, BODY_VALUES, BODY_OPAQUE } BodyKind;

struct Query {
    bool with_recursive; // The keyword, as written.
    const Cte *const *ctes;
    size_t cte_count;
    BodyKind body;
    const Select *select;
    const SetOperation *set;
    const Values *values;
    const char *opaque; // The whole query's text.
    const Output *opaque_outputs;
    size_t opaque_output_count;
    const OrderItem *order;
    size_t order_count;
    const Expr *limit;
    const Expr *offset;
    bool limit_percent;
    bool with_ties;                     // FETCH FIRST n ROWS WITH TIES
    size_t position;                    // Where in the text; NO_OFFSET if made by a rule.
    const char *comments[CLAUSE_COUNT]; // ORDER, LIMIT and END are kept here.
    const char *comment;                // Before the first word.
};

// A bound query with all it needs to be understood.
typedef struct {
    const Query *root;
    const Catalog *catalog;
    Dialect dialect;
    uint32_t next_id; // The next fresh number, for sources, outputs and CTEs.
    uint32_t parameter_count;
    const char *text;              // What was parsed.
    bool has_opaque;               // A node somewhere that we do not understand.
    FunctionFinder *find_function; // For calls that rules write; NULL: none are known.
} Tree;

// Return `parts` as a new node.
const Query *query_new(Arena *arena, Query parts);
const Select *select_new(Arena *arena, Select parts);
const Source *source_new(Arena *arena, Source parts);

// Returns a plain query around a SELECT.
const Query *query_of_select(Arena *arena, Select parts);

// Returns `query` with another SELECT in it; `query` itself if it is the one it has.
const Query *query_with_select(Arena *arena, const Query *query, const Select *select);

// Returns the columns a query yields, whatever its body; sets `count`.
const Output *query_outputs(const Query *query, size_t *count);

// Returns the position of the output with this id; the number of outputs if none has it.
size_t query_output_position(const Query *query, uint32_t id);

// Returns the output with this id, or NULL.
const Output *query_output(const Query *query, uint32_t id);

// True if the query groups: GROUP BY, HAVING, or an aggregate in outputs or order
// that belongs to this block.
bool query_is_grouped(const Query *query);

// True if every item of GROUP BY is a plain key.
bool select_has_plain_groups(const Select *select);

// True if the expression is a key of GROUP BY, or of one of its grouping sets.
bool select_groups_by(const Select *select, const Expr *expr);

// Returns a reference to a source's column, with the name that its consumers see and its
// type; TYPE_UNKNOWN and no name if it has none such.
const Expr *source_column(Arena *arena, const Tree *tree, const Source *source,
                          uint32_t column);

#endif
