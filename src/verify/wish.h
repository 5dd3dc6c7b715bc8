// wish.h - what must be there for a query to return a row. Inside of aim.c.
//
// A wish walks the tree from the result to the tables. Each source it meets becomes a
// Tuple: a row of a table to be, or one row of a derived table with all that stands
// behind it. An Env says which tuple each source of a block stands for; the Env of a
// block that groups has members, one for each row that goes into the group.

#ifndef VERIFY_WISH_H
#define VERIFY_WISH_H

#include "base/map.h"
#include "verify/aim.h"
#include "verify/unknown.h"

// A row of a table to be.
typedef struct {
    size_t table;    // In Hints.tables.
    uint32_t *cells; // An unknown for each column, CELL_NONE where nothing is asked.
    bool is_gone;    // Another row with the same key stands for it.
} WishRow;

#define CELL_NONE UINT32_MAX

typedef struct Env Env;

typedef enum { TUPLE_ROW, TUPLE_BLOCK, TUPLE_NULLS, TUPLE_OPAQUE } TupleKind;

typedef struct {
    TupleKind kind;
    size_t row; // TUPLE_ROW: in Wish.rows.
    // TUPLE_BLOCK: column i is exprs[i] in `env`, and known by the id of outputs[i].
    const Output *outputs;
    const Expr *const *exprs;
    size_t width;
    Env *env;
} Tuple;

typedef struct {
    uint32_t source;
    const Tuple *tuple;
} Binding;

struct Env {
    Env *outer;
    const Query *query; // The block; NULL for the surroundings of a CHECK.
    ARRAY(Binding) bindings;
    bool is_grouped;
    ARRAY(Env *) members; // Of a group, the first made first.
};

// A comparison that waits until most values are chosen.
typedef struct {
    Comparison op;
    const Expr *left, *right;
    Env *left_env, *right_env;
} Delayed;

// What does not change from one database to the next.
typedef struct {
    const Query *first; // Of those equal to it, or itself where it depends.
    bool depends;       // On the blocks around it.
} Subquery;

// Those that have been met.
typedef struct {
    Map known;    // From Query to Subquery.
    Map by_bytes; // From query_fingerprint to the first Query.
} Subqueries;

// A subquery that yields the same row wherever it is asked for.
typedef struct {
    const Query *query; // Subquery.first
    const Env *env;     // NULL where it depends on no other block.
    const Tuple *tuple;
} Answered;

// How one database is drawn, and which condition it goes against.
typedef struct {
    unsigned member_chance;  // Of 16: one row more in a group.
    unsigned outer_chance;   // Of 16: an outer join without a partner.
    unsigned sibling_chance; // Of 16: a row that agrees with the block's in some way.
    unsigned miss_chance;    // Of 16: what must not be there is nearly there.
    size_t goal;             // The condition, counted as the walk meets them.
    Truth goal_truth;
    bool has_goal;
    Beside beside;
} Plan;

typedef struct {
    Arena *arena;
    Random *random;
    const Hints *hints;
    const Map *ctes;  // From number to Cte.
    const Map *views; // From Table to Query.
    Subqueries *subqueries;
    Unknowns unknowns;
    ARRAY(WishRow) rows;
    ARRAY(Delayed) delayed;
    ARRAY(Answered) answered;
    Plan plan;
    size_t conditions;  // Met so far.
    size_t steps;       // Bounds the work.
    size_t evaluations; // The same, of wish_guess.
    unsigned depth;
    bool has_siblings; // Rows beside the one that is wished for are being made.
    bool is_late;      // All has been asked: what is compared now gets its values now.
} Wish;

// Makes one row of a query's result and all that is behind it. `like`: the tuples of an
// earlier one, some of which are used again; or NULL. Never NULL.
const Tuple *wish_block(Wish *wish, const Query *query, Env *outer, const Env *like);

// Makes, now and then, another row of the same block that agrees with this one where
// that matters: in a window's partition, in all group keys but one, in all outputs, in
// the order.
void wish_add_sibling(Wish *wish, const Query *query, Env *env);

// Makes unknowns of what the block shows and groups by, so that they are spread as the
// others; else rows get those columns by chance, out of few values.
void wish_touch_outputs(Wish *wish, const Select *select, Env *env);

// Makes, now and then, rows that the query would return, but for one of its conditions.
void wish_near_miss(Wish *wish, const Query *query, Env *env);

// True if there are so many rows that none should be added but those that must be.
bool wish_is_full(const Wish *wish);

// Goes against one of the next `count` conditions.
void wish_miss_one(Wish *wish, size_t count);

// Adds rows to a group, until it has `count` members; false if it can't.
bool wish_members(Wish *wish, Env *group, size_t count);

// Asks that the condition has this outcome; false where that is known to fail.
bool wish_truth(Wish *wish, const Expr *expr, Env *env, Truth truth);
bool wish_conditions(Wish *wish, const Expr *const *conjuncts, size_t count, Env *env);

// Asks that a comparison holds.
bool wish_compare(Wish *wish, Comparison op, const Expr *left, Env *left_env,
                  const Expr *right, Env *right_env);

// Asks that `expr op value` holds.
bool wish_solve(Wish *wish, const Expr *expr, Env *env, Comparison op, Scalar value);

// Returns the row that a subquery yields in `env`, the same each time.
const Tuple *wish_answer(Wish *wish, const Query *query, Env *env);

// Makes other rows that a scalar subquery would find yield the same as its own.
void wish_make_single(Wish *wish);

// Where an expression leads when references are followed through derived tables.
typedef enum { PLACE_EXPR, PLACE_UNKNOWN, PLACE_NULL, PLACE_OPAQUE } PlaceKind;

typedef struct {
    PlaceKind kind;
    uint32_t unknown;
    const Expr *expr;
    Env *env;
} Place;

Place wish_place(Wish *wish, const Expr *expr, Env *env);

// True for arithmetic from whose value none follows for the numbers in it: they are best
// found together with what else is asked of them.
bool wish_is_tangled(Wish *wish, Place place);

// Asks for numbers with which delayed comparison `first`, and those behind it that speak
// of the same, hold; false if none were found, or there is more to it than numbers.
bool wish_guess(Wish *wish, size_t first);

// The unknown that stands for a column of a row; CELL_NONE for what has none (a blob).
uint32_t wish_cell(Wish *wish, size_t row, uint32_t column);
size_t wish_row(Wish *wish, size_t table);

// Sets `value` to what the expression comes to. `choose`: unknown values are chosen.
bool wish_value(Wish *wish, const Expr *expr, Env *env, bool choose, Scalar *value);

// scale * unknown + offset
typedef struct {
    uint32_t unknown;
    double scale, offset;
} Linear;

bool wish_linear(Wish *wish, const Expr *expr, Env *env, Linear *linear);

// Returns the nearest block outwards that groups, or NULL.
Env *wish_group(Env *env);

// Makes rows that agree in a key one row, and rows that are referred to be there.
void wish_keep_keys(Wish *wish);

// Asks for what CHECKs say of single values of a row: sums are made of them later.
void wish_keep_bounds(Wish *wish, size_t row);

#endif
