// walk.h - going through a tree, and rebuilding it with something changed.
//
// Two shapes: a visitor sees every node and changes nothing; a mapper returns what shall
// stand in a node's place, and all that stands above a change is rebuilt, the rest
// shared.

#ifndef QUERY_WALK_H
#define QUERY_WALK_H

#include "query/query.h"

// Callbacks of a walk; each may be NULL. A callback that returns false keeps the walk
// out of what stands below that node (for `source` of a join: its two sides and ON).
typedef struct {
    bool (*expr)(void *context, const Expr *expr);
    bool (*query)(void *context, const Query *query);
    bool (*source)(void *context, const Source *source);
    void *context;
} Visitor;

// Visit the node and everything below it, subqueries included, in the order in which
// it is written.
void walk_expr(const Expr *expr, const Visitor *visitor);
void walk_query(const Query *query, const Visitor *visitor);
void walk_source(const Source *source, const Visitor *visitor);

// Visits what a SELECT block makes of its rows or groups: outputs, HAVING, QUALIFY and
// ORDER BY.
void walk_results(const Query *query, const Visitor *visitor);

// Returns false: as a visitor's `query` or a mapper's `enter_query` it keeps out of every
// subquery.
bool walk_stay_out(void *context, const Query *query);

// Callbacks of a rebuild; each may be NULL. Each gets a node whose children have been
// mapped already, and returns it or what replaces it. `enter_query` may return false
// to leave a query (and all below it) as it is.
typedef struct {
    const Expr *(*expr)(void *context, const Expr *expr);
    const Query *(*query)(void *context, const Query *query);
    const Source *(*source)(void *context, const Source *source);
    bool (*enter_query)(void *context, const Query *query);
    void *context;
    Arena *arena;
} Mapper;

// Return the node with the callbacks applied bottom-up; the same pointer if nothing
// changed.
const Expr *map_expr(const Expr *expr, const Mapper *mapper);
const Query *map_query(const Query *query, const Mapper *mapper);
const Source *map_source(const Source *source, const Mapper *mapper);

// A set of source (or CTE) numbers, kept sorted.
typedef struct {
    const uint32_t *numbers;
    size_t count;
} NumberSet;

bool number_set_has(NumberSet set, uint32_t number);
NumberSet number_set_with(Arena *arena, NumberSet set, uint32_t number);
NumberSet number_set_union(Arena *arena, NumberSet a, NumberSet b);
bool number_set_within(NumberSet inner, NumberSet outer); // inner ⊆ outer
bool number_set_meets(NumberSet a, NumberSet b);

// Returns the sources an expression refers to, those of its subqueries' own FROM left
// out: what must be in scope where it stands. An opaque node below it may name more.
NumberSet expr_sources(Arena *arena, const Expr *expr);

// Returns the sources of enclosing queries that `query` refers to (its correlation).
NumberSet query_free_sources(Arena *arena, const Query *query);

// Returns the numbers of all sources below a FROM item, joins opened (their own numbers
// left out); of all of a block's own FROM.
NumberSet source_numbers(Arena *arena, const Source *source);
NumberSet select_numbers(Arena *arena, const Select *select);

// Returns the CTEs from outside that are read below `query`.
NumberSet query_free_ctes(Arena *arena, const Query *query);

// Returns the FROM item with this number in `query`'s own FROM (joins opened), or NULL.
const Source *select_source(const Select *select, uint32_t number);

// Returns the source anywhere in the tree, or NULL; likewise a CTE.
const Source *tree_source(const Tree *tree, uint32_t number);
const Cte *tree_cte(const Tree *tree, uint32_t number);

// Returns the query whose rows a derived table or a CTE in FROM has, or NULL for any
// other source. That of a recursive CTE is what it is made of, not what it returns:
// the second gives NULL for it.
const Query *source_query(const Tree *tree, const Source *source);
const Query *source_plain_query(const Tree *tree, const Source *source);

// Counts the FROM items that read this CTE, anywhere below `query`.
size_t query_count_cte_uses(const Query *query, uint32_t cte);

// True if an aggregate below is not one of a subquery's: it stands in no subquery, or
// names sources of which none is made in one (count(a.x) in a subquery over b alone).
bool expr_has_aggregate(const Expr *expr);

// True if an aggregate below is one of the block that has the sources `own`: it names
// them and none nearer, or stands in no subquery and names none at all.
bool expr_has_aggregate_of(const Expr *expr, NumberSet own);

// True if a window function stands below, subqueries left out.
bool expr_has_window(const Expr *expr);
bool expr_has_subquery(const Expr *expr);

// True if a COLLATE stands below, in a subquery or not.
bool expr_has_collate(const Expr *expr);

// Returns a copy in which every source, output and CTE made below it has a fresh
// number; references to what is outside stay.
const Query *query_copy(Arena *arena, const Query *query, uint32_t *next_id);
const Expr *expr_copy(Arena *arena, const Expr *expr, uint32_t *next_id);

// Returns `expr` with each reference to (source, column) replaced by what `replace`
// returns for it (NULL: leave it), also inside its subqueries. Where the same
// replacement stands in several places, `replace` must make copies.
typedef const Expr *ColumnReplacer(void *context, const Expr *column);
const Expr *expr_replace_columns(Arena *arena, const Expr *expr, ColumnReplacer *replace,
                                 void *context);
const Query *query_replace_columns(Arena *arena, const Query *query,
                                   ColumnReplacer *replace, void *context);

// Returns `expr` with each reference to a source in `from` as one to the source at that
// place in `to`.
const Expr *expr_redirect(Arena *arena, const Expr *expr, const uint32_t *from,
                          const uint32_t *to, size_t count);

// Returns the tree's root with one query in it (found by identity) replaced.
const Query *query_replace(Arena *arena, const Query *root, const Query *old,
                           const Query *replacement);

#endif
